"""Methods: how networks are drawn. The seam where a faster engine goes: one row, and a reason for `choose` to give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..claims import Quantity
from ..networks import Network
from .draws import Draw
from .recorders import RECORDERS
from .wirings import Memory, Wiring, reserve, wire

__all__ = ["METHODS", "Engine", "Method", "Plan", "choose"]

Plan = dict[Quantity, tuple[int, ...]]
Rows = dict[Quantity, npt.NDArray[np.float64]]


class Engine(Protocol):
    """Measures trials of one run, in one thread at a time."""

    def trial(self, seed: int, number: int) -> Rows:
        """Return natural logarithms for each quantity of the plan : (layers,); a pure function of seed and number."""
        ...


# From a network, a plan, a dtype and the flag that ends trials early to a way of opening an engine for each of some
# threads. What all engines share is made once.
Opening = Callable[[Network, Plan, str, npt.NDArray[np.bool_]], Callable[[int], Engine]]


@dataclass(frozen=True)
class Method:
    """A way of simulating, and why it was chosen.

    Parameters
    ----------
    name : str
        One of `METHODS`.
    reason : str
        In words.
    """

    name: str
    reason: str

    @property
    def open(self) -> Opening:
        """What makes engines."""
        return METHODS[self.name]


_KEEP_BYTES = (
    512 * 2**20
)  # up to which all threads together keep weights for the backward pass, instead of drawing twice


class _Dense:
    """Forms every weight matrix."""

    def __init__(self, wiring: Wiring, plan: Plan, memory: Memory) -> None:
        self._wiring, self._plan, self._memory = wiring, plan, memory

    def trial(self, seed: int, number: int) -> Rows:
        draw = Draw(self._wiring, self._memory, seed, number)
        return {asked: np.array(RECORDERS[asked.what](draw, asked, where)) for asked, where in self._plan.items()}


def _open_dense(network: Network, plan: Plan, dtype: str, halt: npt.NDArray[np.bool_]) -> Callable[[int], Engine]:
    wiring = wire(network, dtype)
    return lambda threads: _Dense(wiring, plan, reserve(wiring, _KEEP_BYTES // threads, halt))


METHODS: dict[str, Opening] = {"dense": _open_dense}
_AUTO = "auto"
# Methods that are planned: naming one is a reasonable request, and gets a better answer than an unknown name.
_PLANNED = frozenset({"matrix_free"})


def choose(method: str) -> Method:
    """Choose a method.

    Parameters
    ----------
    method : str
        A name of `METHODS`, or "auto".

    Returns
    -------
    Method
        With the reason that a sample records.

    Raises
    ------
    ValueError
        If there is no such method.

    Examples
    --------
    >>> choose("auto").name
    'dense'
    """
    if method == _AUTO:
        return Method("dense", "the weights of every layer are formed: there is no other method yet")
    if method in METHODS:
        return Method(method, "asked for")
    known = ", ".join(repr(name) for name in (_AUTO, *METHODS))
    if method in _PLANNED:
        raise ValueError(f"method = {method!r} does not exist yet; method = 'dense' draws from the same law")
    raise ValueError(f"method = {method!r} is unknown; the methods are {known}")
