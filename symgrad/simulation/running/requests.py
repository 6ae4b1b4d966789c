"""Requests: what may be asked of a simulation, and what is refused before the first trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

from ...claims import Axis, Quantity, quantity
from ...networks import Dense, Network
from ..engines import Method, Plan
from ..kinds import Subject, kind_of
from ..rooms import gibibytes, memory
from ..vectors.recorders import Recorder

__all__ = [
    "Progress",
    "Request",
    "asked_for",
    "check_engine",
    "check_room",
    "check_symbols",
    "check_trial",
    "layers_of",
    "recorder",
]

Progress = Callable[[int, int], None]

_DTYPES = ("float32", "float64")
_MOST_TRIALS = 2**32  # one for each value of a word of the counter


def asked_for(network: Subject, given: str | Quantity) -> Quantity:
    """Return a quantity that can be simulated, by its code name or as it is."""
    asked = replace(quantity(given), axis=kind_of(network).axis) if isinstance(given, str) else given
    recorder(network, asked)
    return asked


def recorder(network: Subject, asked: Quantity) -> Recorder[Any]:
    """Return the recorder of a quantity; ValueError where there is none, or it is of networks of another kind."""
    kind = kind_of(network)
    if asked.what not in kind.recorders:
        able = ", ".join(what.code_name for what in kind.recorders)
        raise ValueError(f"{asked.name} cannot be simulated; what can is {able}")
    if asked.axis is not kind.axis:
        better = f"{asked.name}(...).in_time()" if kind.axis is Axis.TIME else f"{asked.name}(...) as it is"
        raise ValueError(f"{asked} counts {asked.axis.word}s, and {network} has {kind.axis.word}s; ask for {better}")
    return kind.recorders[asked.what]


def layers_of(network: Subject, asked: Quantity, *, every: bool) -> tuple[int, ...]:
    """Return the layers or steps where a quantity is measured: all that have it, or the one that it names."""
    first, word = recorder(network, asked).first, asked.axis.word
    if first is None:
        return (0,)
    check_symbols(network)
    _check_has(network, asked)
    depth = int(network.depth)
    if every:
        return tuple(range(first, depth + 1))
    if not (sp.sympify(asked.layer, strict=True).is_Integer and first <= int(asked.layer) <= depth):
        raise ValueError(
            f"{asked.name} has {word}s {first} to {depth} in {network}; {word} {asked.layer} is not among them"
        )
    return (int(asked.layer),)


def _check_has(network: Subject, asked: Quantity) -> None:
    """Refuse what a network of the kind might have, but this one has not."""
    row = recorder(network, asked)
    why = row.refusal(network)
    if why is not None:
        raise ValueError(f"{asked.name} cannot be measured of {network}: {why}")
    if row.of_weights and isinstance(network, Network):
        _check_one_matrix(network, asked)


def _check_one_matrix(network: Network, asked: Quantity) -> None:
    """Refuse what is of the weights of a layer where a layer has several."""
    for layer in (block.layer for block in network.blocks):
        count = sum(isinstance(part, Dense) for part in layer.parts)
        if count != 1:
            raise ValueError(
                f"{asked.name} is of the one weight matrix of a layer, and a layer of {network} has {count}"
            )


def check_symbols(network: Subject) -> None:
    """Refuse a network with symbols."""
    symbols = network.free_symbols
    if symbols:
        names = ", ".join(sorted(str(symbol) for symbol in symbols))
        raise ValueError(f"the network depends on {names}; a simulation needs numbers")


@dataclass(frozen=True)
class Request:
    """How trials are asked for, beside what is measured of which network; each part as in `simulate`.

    Raises
    ------
    ValueError
        If the trials, the dtype or the threads are out of range, or a checkpoint has no seed.
    """

    trials: int
    rng: Any
    dtype: str
    method: str
    threads: int | None = None
    progress: Progress | None = None
    executor: Executor | None = None
    checkpoint: str | Path | None = None

    def __post_init__(self) -> None:
        if not _is_integer(self.trials) or not 1 <= self.trials <= _MOST_TRIALS:
            raise ValueError(f"trials = {self.trials!r} is out of range; give an integer from 1 to {_MOST_TRIALS}")
        if self.dtype not in _DTYPES:
            raise ValueError(f"dtype = {self.dtype!r} is unknown; try {' or '.join(_DTYPES)}")
        if self.threads is not None and (not _is_integer(self.threads) or self.threads < 1):
            raise ValueError(f"threads = {self.threads!r} is not a positive integer; leave it out to use all cores")
        if self.checkpoint is not None and self.rng is None:
            raise ValueError("rng = None asks for another seed each time; a checkpoint needs one, such as rng = 0")


def _is_integer(given: Any) -> bool:
    return isinstance(given, int | np.integer) and not isinstance(given, bool)


def check_trial(trial: int) -> None:
    """Refuse the number of a trial that cannot be."""
    if not _is_integer(trial) or not 0 <= trial < _MOST_TRIALS:
        raise ValueError(f"trial = {trial!r} is out of range; trials are counted from 0 to {_MOST_TRIALS - 1}")


def check_room(plan: Mapping[Quantity, tuple[int, ...]], trials: int) -> None:
    """Refuse tables of raw samples that the memory of this machine cannot hold; say how many trials it could."""
    row, room = 8 * sum(map(len, plan.values())), memory()
    if row * trials > room:
        raise ValueError(
            f"{trials} trials of {row // 8} numbers need {gibibytes(row * trials)}, and this machine has {gibibytes(room)}; "
            f"at most {int(room // row)} trials fit, or any number with summarise"
        )


def check_engine(network: Subject, plan: Plan, dtype: str, method: Method[Any]) -> None:
    """Refuse a network that a thread cannot hold, drawn in this way; say what fits."""
    room = memory()
    need, fits = method.needs(network, plan, np.dtype(dtype).itemsize, room)
    if need > room:
        raise ValueError(
            f"{network} is beyond memory for method = {method.name!r}: a thread needs {gibibytes(need)}, and this machine "
            f"has {gibibytes(room)}; at most {fits} would fit"
        )
