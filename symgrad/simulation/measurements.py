"""Measurements: draw a network many times and record quantities, several from the same draws."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import sympy as sp

from ..claims import Quantity, quantity
from ..networks import Network
from .methods import Engine, Plan, Rows, choose
from .recorders import RECORDERS, Recorder
from .runs import Progress, run
from .samples import Sample
from .streams import seed_of

__all__ = ["measure", "replay", "simulate"]

_DTYPES = ("float32", "float64")
_MOST_TRIALS = 2**32  # one for each value of a word of the counter


def simulate(
    network: Network,
    quantity: str | Quantity,
    *,
    trials: int = 1000,
    rng: Any = None,
    dtype: str = "float64",
    method: str = "auto",
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
    method : {"auto", "matrix_free", "dense"}
        How networks are drawn; the sample records which it was, and why. All draw from the same law.
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
    of norm one at the output. With matrices, a trial costs two multiplications by each, and the cube of the width for
    norms of Jacobians. Without, which is exact for norms of gradients and values under independent Gaussian weights,
    it costs two random numbers for each unit, and memory does not grow with the width.

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
    return _run(network, plan, trials, rng, dtype, method, threads, progress)[asked]


def measure(
    network: Network,
    quantities: Iterable[Quantity],
    *,
    trials: int = 1000,
    rng: Any = None,
    dtype: str = "float64",
    method: str = "auto",
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
    trials, rng, dtype, method, threads, progress : as in `simulate`
        One set of draws serves all quantities.

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
    plan = {asked: _layers(network, asked, every=not _recorder(asked).is_costly) for asked in quantities}
    return _run(network, plan, trials, rng, dtype, method, threads, progress)


def replay(
    network: Network,
    quantity: str | Quantity,
    seed: int,
    trial: int,
    dtype: str = "float64",
    method: str = "auto",
) -> Sample:
    """Repeat one trial of a simulation alone.

    Parameters
    ----------
    network : Network
        The same as in the simulation.
    quantity : str or Quantity
        What to measure.
    seed, trial : int
        As a verdict or a sample names them.
    dtype, method : str
        As in the simulation.

    Returns
    -------
    Sample
        One row, equal to that of the simulation bit by bit.

    Raises
    ------
    ValueError
        As for `simulate`, or if there cannot be such a trial.

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.mlp(width=4, depth=2)
    >>> sample = sg.simulate(net, "gradient_norm", trials=5, rng=3)
    >>> bool((replay(net, "gradient_norm", 3, 4).log_values[0] == sample.log_values[4]).all())
    True
    """
    if not _is_integer(trial) or not 0 <= trial < _MOST_TRIALS:
        raise ValueError(f"trial = {trial!r} is out of range; trials are counted from 0 to {_MOST_TRIALS - 1}")
    _check(network, 1, dtype)
    asked = _asked(quantity)
    plan = {asked: _layers(network, asked, every=isinstance(quantity, str))}
    chosen, reason = choose(method, network, plan)
    rows = chosen.open(network, plan, dtype, np.zeros(1, dtype=np.bool_))().trials(
        seed_of(seed), range(trial, trial + 1)
    )
    return _samples(network, plan, rows, seed, dtype, chosen.name, reason)[asked]


def _asked(given: str | Quantity) -> Quantity:
    asked = quantity(given) if isinstance(given, str) else given
    _recorder(asked)
    return asked


def _recorder(asked: Quantity) -> Recorder:
    if asked.what not in RECORDERS:
        able = ", ".join(what.code_name for what in RECORDERS)
        raise ValueError(f"{asked.name} cannot be simulated; what can is {able}")
    return RECORDERS[asked.what]


def _layers(network: Network, asked: Quantity, *, every: bool) -> tuple[int, ...]:
    first = _recorder(asked).first
    if first is None:
        return (0,)
    _check_numbers(network)
    depth = int(network.depth)
    if every:
        return tuple(range(first, depth + 1))
    if not (sp.sympify(asked.layer, strict=True).is_Integer and first <= int(asked.layer) <= depth):
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
    if not _is_integer(trials) or not 1 <= trials <= _MOST_TRIALS:
        raise ValueError(f"trials = {trials!r} is out of range; give an integer from 1 to {_MOST_TRIALS}")
    if dtype not in _DTYPES:
        raise ValueError(f"dtype = {dtype!r} is unknown; try {' or '.join(_DTYPES)}")


def _check_threads(threads: int | None) -> None:
    if threads is not None and (not _is_integer(threads) or threads < 1):
        raise ValueError(f"threads = {threads!r} is not a positive integer; leave it out to use all cores")


def _is_integer(given: Any) -> bool:
    return isinstance(given, int | np.integer) and not isinstance(given, bool)


def _run(
    network: Network,
    plan: Plan,
    trials: int,
    rng: Any,
    dtype: str,
    method: str,
    threads: int | None,
    progress: Progress | None,
) -> dict[Quantity, Sample]:
    _check(network, trials, dtype)
    _check_threads(threads)
    seed, halt = seed_of(rng), np.zeros(1, dtype=np.bool_)
    chosen, reason = choose(method, network, plan)
    tables = {asked: np.empty((trials, len(where))) for asked, where in plan.items()}

    def record(engine: Engine, numbers: range) -> None:
        for asked, rows in engine.trials(seed, numbers).items():
            tables[asked][numbers.start : numbers.stop] = rows

    run(chosen.open(network, plan, dtype, halt), record, trials, chosen.batch, threads, halt, progress)
    return _samples(network, plan, tables, seed, dtype, chosen.name, reason)


def _samples(
    network: Network, plan: Plan, tables: Rows, seed: int, dtype: str, method: str, reason: str
) -> dict[Quantity, Sample]:
    width = min(int(size) for size in network.widths)
    return {
        asked: Sample(asked, str(network), width, plan[asked], table, seed, method, dtype, reason, int(network.depth))
        for asked, table in tables.items()
    }
