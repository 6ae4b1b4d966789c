"""Methods: how networks are drawn. The seam where a faster engine goes: one row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..activations import Activation
from ..claims import Quantity
from ..networks import Network
from .draws import Draw
from .recorders import RECORDERS
from .wirings import Memory, Wiring, reserve, wire

__all__ = ["METHODS", "Engine", "Method", "Plan", "Rows", "choose"]

Plan = dict[Quantity, tuple[int, ...]]
Rows = dict[Quantity, npt.NDArray[np.float64]]


class Engine(Protocol):
    """Measures trials of one run, in one thread at a time."""

    def trial(self, seed: int, number: int) -> Rows:
        """Return natural logarithms for each quantity of the plan : (layers,); a pure function of seed and number."""
        ...


@dataclass(frozen=True)
class Method:
    """A way of simulating.

    Parameters
    ----------
    name : str
        What users call it.
    reason : callable
        From a network and a plan to why the method suits them, in words; None where it cannot be used.
    open : callable
        From a network, a plan, a dtype and the flag that ends trials early to what makes an engine for a thread. What
        all engines share is made once.
    """

    name: str
    reason: Callable[[Network, Plan], str | None]
    open: Callable[[Network, Plan, str, npt.NDArray[np.bool_]], Callable[[], Engine]]


# Up to this size a thread keeps the weights of a trial for the backward pass, instead of drawing them twice.
_KEEP_BYTES = 128 * 2**20


class _Dense:
    """Forms every weight matrix."""

    def __init__(self, wiring: Wiring, activations: Sequence[Activation], plan: Plan, memory: Memory) -> None:
        self._wiring, self._activations, self._plan, self._memory = wiring, activations, plan, memory

    def trial(self, seed: int, number: int) -> Rows:
        draw = Draw(self._wiring, self._activations, self._memory, seed, number)
        pairs = self._plan.items()
        return {asked: np.array(RECORDERS[asked.what].record(draw, asked, where)) for asked, where in pairs}


def _open_dense(network: Network, plan: Plan, dtype: str, halt: npt.NDArray[np.bool_]) -> Callable[[], Engine]:
    wiring, activations = wire(network, dtype), [layer.activation for layer in network.layers()]
    return lambda: _Dense(wiring, activations, plan, reserve(wiring, _KEEP_BYTES, halt))


def _suits_all(network: Network, plan: Plan) -> str:  # noqa: ARG001 - as for every method
    return "the weights of every layer are formed: there is no other method yet"


# The fastest first: the first that can is taken.
METHODS: list[Method] = [Method("dense", _suits_all, _open_dense)]
_AUTO = "auto"
# Methods that are planned: naming one is a reasonable request, and gets a better answer than an unknown name.
_PLANNED = frozenset({"matrix_free"})


def choose(method: str, network: Network, plan: Plan) -> tuple[Method, str]:
    """Choose a method.

    Parameters
    ----------
    method : str
        Its name, or "auto".
    network : Network
        What is simulated.
    plan : dict of Quantity to tuple of int
        What is measured, and at which layers.

    Returns
    -------
    Method
        The one that was named, or the first that can be used.
    str
        Why, as a sample records it.

    Raises
    ------
    ValueError
        If there is no such method, or it cannot be used.
    """
    _check_name(method)
    reasons = [(each, each.reason(network, plan)) for each in METHODS if method in (each.name, _AUTO)]
    for each, reason in reasons:
        if reason is not None:
            return each, reason if method == _AUTO else "asked for"
    raise ValueError(f"method = {method!r} cannot simulate {network}; method = 'auto' finds one that can")


def _check_name(method: str) -> None:
    names = [_AUTO, *(each.name for each in METHODS)]
    if method in names:
        return
    if method in _PLANNED:
        raise ValueError(f"method = {method!r} does not exist yet; method = 'dense' draws from the same law")
    raise ValueError(f"method = {method!r} is unknown; the methods are {', '.join(map(repr, names))}")
