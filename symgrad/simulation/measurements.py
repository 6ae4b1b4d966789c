"""Measurements: draw a network many times and record quantities, several from the same draws."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from ..claims import Measurable, Quantity, quantity
from ..networks import Dense, Network
from .draws import Draw
from .recorders import RECORDERS
from .samples import Sample
from .streams import Stream, seed_of

__all__ = ["measure", "replay", "simulate"]

Progress = Callable[[int, int], None]
Plan = dict[Quantity, tuple[int, ...]]

_DTYPES = ("float32", "float64")
_DENSE = "weights are formed: the only method so far"
# What has one value for a draw, is indexed from the layers' inputs, or is indexed by the layers themselves.
_WHOLE = frozenset({Measurable.CHAIN_RULE_DEFECT})
_FROM_ZERO = frozenset({Measurable.GRADIENT_NORM, Measurable.MEAN_SQUARE_GRADIENT, Measurable.JACOBIAN_NORM})
# Norms of whole matrices are measured only where they are asked for; all else costs nothing more at every layer.
_COSTLY = frozenset({Measurable.JACOBIAN_NORM, Measurable.WEIGHT_NORM})


def simulate(
    network: Network,
    quantity: str | Quantity,
    *,
    trials: int = 1000,
    rng: Any = None,
    dtype: str = "float64",
    threads: int | None = None,
    progress: Progress | None = None,
) -> Sample:
    """Draw a network many times and measure one quantity.

    Parameters
    ----------
    network : Network
        Without symbols.
    quantity : str or Quantity
        A code name measures every layer.
    trials : int, default 1000
        Number of draws.
    rng : int, numpy.random.SeedSequence, numpy.random.Generator or None
        Where the seed comes from; see `seed_of`.
    dtype : {"float64", "float32"}
        Precision of the passes; norms and logarithms are in double precision.
    threads : int, optional
        Default: all cores. The numbers do not depend on it.
    progress : callable, optional
        Called with the trials done and their total.

    Returns
    -------
    Sample
        Natural logarithms, one row for each trial.

    Raises
    ------
    ValueError
        If the network holds symbols, the quantity cannot be measured, or an argument is out of range.

    Notes
    -----
    Every draw has fresh weights where they have a law, a fresh input of the given mean square, and a fresh gradient
    of norm one at the output. A trial costs two multiplications by each weight matrix, and the cube of the width for
    norms of Jacobians.

    Examples
    --------
    >>> import symgrad as sg
    >>> sample = simulate(sg.mlp(width=16, depth=5, activation="sigmoid"), "gradient_norm", trials=20, rng=0)
    >>> bool((sample.at(0) < -5).all())
    True
    """
    asked = _asked(quantity)
    every = isinstance(quantity, str)
    plan = {asked: _layers(network, asked, every=every)}
    return _run(network, plan, trials, rng, dtype, threads, progress)[asked]


def measure(
    network: Network,
    quantities: Iterable[Quantity],
    *,
    trials: int = 1000,
    rng: Any = None,
    dtype: str = "float64",
    threads: int | None = None,
    progress: Progress | None = None,
) -> dict[Quantity, Sample]:
    """Measure several quantities on the same draws.

    Parameters
    ----------
    network : Network
        Without symbols.
    quantities : iterable of Quantity
        Norms of Jacobians and weights are measured at the layer asked for, all else at every layer.
    trials, rng, dtype, threads, progress
        As for `simulate`.

    Returns
    -------
    dict of Quantity to Sample
        One sample for each quantity.

    Raises
    ------
    ValueError
        As for `simulate`.

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.claims import gradient_norm, preactivation_var
    >>> found = measure(sg.mlp(width=4, depth=2), [gradient_norm(0), preactivation_var(1)], trials=3, rng=1)
    >>> [sample.trials for sample in found.values()]
    [3, 3]
    """
    plan = {asked: _layers(network, asked, every=asked.what not in _COSTLY) for asked in quantities}
    return _run(network, plan, trials, rng, dtype, threads, progress)


def replay(network: Network, quantity: str | Quantity, seed: int, trial: int, dtype: str = "float64") -> Sample:
    """Repeat one trial of a simulation alone.

    Parameters
    ----------
    network : Network
        The same as in the simulation.
    quantity : str or Quantity
        What to measure.
    seed, trial : int
        As a verdict or a sample names them.
    dtype : {"float64", "float32"}
        As in the simulation.

    Returns
    -------
    Sample
        One row, equal to that of the simulation bit by bit.

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.mlp(width=4, depth=2)
    >>> sample = sg.simulate(net, "gradient_norm", trials=5, rng=3)
    >>> bool((replay(net, "gradient_norm", 3, 4).log_values[0] == sample.log_values[4]).all())
    True
    """
    _check(network, trial + 1, dtype)
    asked = _asked(quantity)
    plan = {asked: _layers(network, asked, every=isinstance(quantity, str))}
    rows = _trial(network, tuple(network.layers()), plan, seed, trial, dtype)
    return _sample(network, asked, plan[asked], np.array([rows[asked]]), seed, dtype)


def _asked(given: str | Quantity) -> Quantity:
    asked = quantity(given) if isinstance(given, str) else given
    if asked.what not in RECORDERS:
        able = ", ".join(what.code_name for what in RECORDERS)
        raise ValueError(f"{asked.name} cannot be simulated; what can is {able}")
    return asked


def _layers(network: Network, asked: Quantity, *, every: bool) -> tuple[int, ...]:
    if asked.what in _WHOLE:
        return (0,)
    first = 0 if asked.what in _FROM_ZERO else 1
    _check_numbers(network)
    depth = int(network.depth)
    if every:
        return tuple(range(first, depth + 1))
    if not (sp.sympify(asked.layer).is_Integer and first <= int(asked.layer) <= depth):
        raise ValueError(
            f"{asked.name} has layers {first} to {depth} in {network}; layer {asked.layer} is not among them"
        )
    return (int(asked.layer),)


def _check_numbers(network: Network) -> None:
    symbols = network.free_symbols
    if symbols:
        names = ", ".join(sorted(str(symbol) for symbol in symbols))
        raise ValueError(f"the network depends on {names}; a simulation needs numbers")


def _check(network: Network, trials: int, dtype: str) -> None:
    _check_numbers(network)
    if isinstance(trials, bool) or not isinstance(trials, int | np.integer) or trials < 1:
        raise ValueError(f"trials = {trials!r} is not a positive integer")
    if dtype not in _DTYPES:
        raise ValueError(f"dtype = {dtype!r} is unknown; try {' or '.join(_DTYPES)}")


def _run(
    network: Network,
    plan: Plan,
    trials: int,
    rng: Any,
    dtype: str,
    threads: int | None,
    progress: Progress | None,
) -> dict[Quantity, Sample]:
    _check(network, trials, dtype)
    if threads is not None and threads < 1:
        raise ValueError(f"threads = {threads} is not positive; leave it out to use all cores")
    seed, layers = seed_of(rng), tuple(network.layers())
    tables = {asked: np.empty((trials, len(where))) for asked, where in plan.items()}

    def one(trial: int) -> None:
        for asked, row in _trial(network, layers, plan, seed, trial, dtype).items():
            tables[asked][trial] = row

    one(0)  # alone, so that kernels are compiled once
    _in_threads(one, range(1, trials), threads or os.cpu_count() or 1, progress)
    return {asked: _sample(network, asked, plan[asked], table, seed, dtype) for asked, table in tables.items()}


def _in_threads(one: Callable[[int], None], todo: range, threads: int, progress: Progress | None) -> None:
    """Run trials in parallel; an interrupt drops those that have not begun and leaves nothing behind."""
    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(one, trial) for trial in todo]
        try:
            for done, future in enumerate(as_completed(futures), start=todo.start + 1):
                future.result()
                if progress is not None:
                    progress(done, todo.stop)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _trial(
    network: Network, layers: tuple[Dense, ...], plan: Plan, seed: int, trial: int, dtype: str
) -> dict[Quantity, list[float]]:
    draw = Draw(network, layers, Stream(seed, trial), dtype)
    return {asked: RECORDERS[asked.what](draw, asked, where) for asked, where in plan.items()}


def _sample(
    network: Network, asked: Quantity, layers: tuple[int, ...], table: npt.NDArray[np.float64], seed: int, dtype: str
) -> Sample:
    width = min(int(size) for size in network.widths)
    return Sample(asked, str(network), width, layers, table, seed, dtype=dtype, reason=_DENSE)
