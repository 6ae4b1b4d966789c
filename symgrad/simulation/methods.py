"""Methods: how networks are drawn, the fastest first. A method is one row: whom it refuses and why, and its engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..activations import Activation
from ..claims import Measurable, Quantity
from ..networks import DrawnWeights, GaussianWeights, Network
from .draws import Draw
from .limits import check_units, check_weights
from .matrix_free import EXPECTED, READINGS, MatrixFree
from .recorders import RECORDERS
from .recursions import Norms
from .wirings import Flags, Floats, Memory, Wiring, reserve, wire

__all__ = ["METHODS", "Engine", "Method", "Plan", "Rows", "choose"]

Plan = dict[Quantity, tuple[int, ...]]
Rows = dict[Quantity, npt.NDArray[np.float64]]
Readings = dict[Measurable, Callable[[Norms], Floats]]


class Engine(Protocol):
    """Measures trials of one run, in one thread at a time."""

    def trials(self, seed: int, numbers: range) -> Rows:
        """Return natural logarithms for each quantity of the plan : (trials, layers).

        A row is a pure function of the seed and of its number, whichever others are measured along with it.
        """
        ...


@dataclass(frozen=True)
class Method:
    """A way of simulating.

    Parameters
    ----------
    name : str
        What users call it.
    reason : str
        Why it is a good one, in words, where it can be used.
    refusal : callable
        From a network and a plan to why the method cannot be used, in words; None where it can.
    open : callable
        From a network, a plan, a dtype and the flag that ends trials early to what makes an engine for a thread. What
        all engines share is made once.
    batch : int
        Most trials that an engine is asked for at a time.
    """

    name: str
    reason: str
    refusal: Callable[[Network, Plan], str | None]
    open: Callable[[Network, Plan, str, Flags], Callable[[], Engine]]
    batch: int


# Up to this size a thread keeps the weights of a trial for the backward pass, instead of drawing them twice.
_KEEP_BYTES = 128 * 2**20


class _Dense:
    """Forms every weight matrix."""

    def __init__(self, wiring: Wiring, activations: Sequence[Activation], plan: Plan, memory: Memory) -> None:
        self._wiring, self._activations, self._plan, self._memory = wiring, activations, plan, memory

    def trials(self, seed: int, numbers: range) -> Rows:
        rows = [self._trial(seed, number) for number in numbers]
        return {asked: np.array([row[asked] for row in rows]) for asked in self._plan}

    def _trial(self, seed: int, number: int) -> dict[Quantity, Sequence[float]]:
        draw = Draw(self._wiring, self._activations, self._memory, seed, number)
        return {asked: RECORDERS[asked.what].record(draw, asked, where) for asked, where in self._plan.items()}


def _open_dense(network: Network, plan: Plan, dtype: str, halt: Flags) -> Callable[[], Engine]:
    check_weights(network)
    wiring, activations = wire(network, dtype), _activations(network)
    return lambda: _Dense(wiring, activations, plan, reserve(wiring, _KEEP_BYTES, halt))


def _refuses_nothing(network: Network, plan: Plan) -> None:  # noqa: ARG001 - as for every method
    return None


class _MatrixFree:
    """Forms no matrix: reads what is asked for off the norms of a trial."""

    def __init__(self, plan: Plan, drawn: MatrixFree, readings: Readings) -> None:
        self._plan, self._drawn, self._readings = plan, drawn, readings

    def trials(self, seed: int, numbers: range) -> Rows:
        norms = self._drawn.norms(seed, numbers)
        return {
            asked: self._readings[asked.what](norms)[:, self._columns(asked, where)]
            for asked, where in self._plan.items()
        }

    def _columns(self, asked: Quantity, where: tuple[int, ...]) -> list[int]:
        first = RECORDERS[asked.what].first or 0
        return [layer - first for layer in where]


def _open_matrix_free(network: Network, plan: Plan, dtype: str, halt: Flags) -> Callable[[], Engine]:
    check_units(network)
    wiring, activations = wire(network, dtype), _activations(network)
    return lambda: _MatrixFree(plan, MatrixFree(wiring, activations, halt), READINGS)


def _open_conditional(network: Network, plan: Plan, dtype: str, halt: Flags) -> Callable[[], Engine]:
    check_units(network)
    wiring, activations = wire(network, dtype), _activations(network)
    return lambda: _MatrixFree(plan, MatrixFree(wiring, activations, halt, expects=True), EXPECTED)


def _needs_matrices(network: Network, plan: Plan) -> str | None:
    whole = [asked for asked in plan if asked.what not in READINGS]
    if whole:
        return f"{whole[0].name} needs the {'whole matrix' if RECORDERS[whole[0].what].is_costly else 'units'}"
    before = 0
    for block in network.blocks:
        law = block.layer.weights
        if not isinstance(law, GaussianWeights):
            kind = law.kind if isinstance(law, DrawnWeights) else "given"
            return (
                f"the weights of layer {before + 1} are {kind}, and only independent Gaussian ones can be left undrawn"
            )
        before += int(block.times)
    return None


def _has_no_expectation(network: Network, plan: Plan) -> str | None:
    other = [asked.name for asked in plan if asked.what not in EXPECTED]
    if other:
        able = ", ".join(what.code_name for what in EXPECTED)
        return f"{other[0]} has no conditional mean in closed form; what has is {able}"
    return _needs_matrices(network, plan)


def _activations(network: Network) -> list[Activation]:
    return [layer.activation for layer in network.layers()]


METHODS: list[Method] = [
    Method(
        "matrix_free",
        "independent Gaussian weights: norms have their exact law without a matrix",
        _needs_matrices,
        _open_matrix_free,
        batch=1024,
    ),
    Method("dense", "the weights of every layer are formed", _refuses_nothing, _open_dense, batch=64),
    # Last, so that it is only taken when it is asked for: it has the mean of the others, not their law.
    Method(
        "conditional",
        "the mean over all backward passes, given the forward pass",
        _has_no_expectation,
        _open_conditional,
        batch=1024,
    ),
]
_AUTO = "auto"


def choose(method: str, network: Network, plan: Plan) -> tuple[Method, str]:
    """Choose a method.

    Parameters
    ----------
    method : str
        Its name, or "auto" for the fastest that can be used.
    network : Network
        What is simulated.
    plan : dict of Quantity to tuple of int
        What is measured, and at which layers.

    Returns
    -------
    Method
        What was named, or the first that refuses nothing.
    str
        Why, as a sample records it.

    Raises
    ------
    ValueError
        If there is no such method, or it cannot be used.
    """
    refused: list[str] = []
    for each in METHODS:
        why = each.refusal(network, plan) if method in (each.name, _AUTO) else "not asked for"
        if why is None:
            return each, "; ".join([each.reason, *refused]) if method == _AUTO else "asked for"
        refused.append(f"not {each.name}: {why}")
        if method == each.name:
            raise ValueError(f"method = {method!r} cannot be used: {why}; method = 'dense' can")
    names = ", ".join(map(repr, [_AUTO, *(each.name for each in METHODS)]))
    raise ValueError(f"method = {method!r} is unknown; the methods are {names}")
