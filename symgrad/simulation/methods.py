"""Methods: how feed-forward networks are drawn, the fastest first. A method is one row: whom it refuses and why, and its engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..activations import Activation
from ..claims import Measurable, Quantity
from ..networks import Dense, DrawnWeights, GaussianWeights, Network, OrthogonalWeights, Residual
from .engines import Engine, Method, Plan, Rows
from .rooms import asked_of, askers, formed, summed, undrawn
from .sums.matrix_free import EXPECTED, READINGS, MatrixFree
from .sums.recursions import Norms
from .vectors.draws import Draw
from .vectors.recorders import RECORDERS
from .wiring.limits import check_units, check_weights
from .wiring.memories import Memory, reserve
from .wiring.wirings import Flags, Floats, Wiring, wire

__all__ = ["METHODS"]

Readings = dict[Measurable, Callable[[Norms], Floats]]

# Up to this size a thread keeps the weights of a trial for the backward pass, instead of drawing them twice.
_KEEP_BYTES = 128 * 2**20


class _Vectors:
    """Forms the vectors of a trial, and reads what is asked for off them."""

    def __init__(self, wiring: Wiring, activations: Sequence[Activation], plan: Plan, memory: Memory) -> None:
        self._wiring, self._activations, self._plan, self._memory = wiring, activations, plan, memory
        # Who asks for most comes first, and leaves what others share.
        self._order = dict(sorted(plan.items(), key=lambda item: -asked_of(dict([item]))))
        self._asks = wiring.undrawn and asked_of(plan) > 0

    def trials(self, seed: int, numbers: range) -> Rows:
        rows = [self._trial(seed, number) for number in numbers]
        return {asked: np.array([row[asked] for row in rows]) for asked in self._plan}

    def _trial(self, seed: int, number: int) -> dict[Quantity, Sequence[float]]:
        draw = Draw(self._wiring, self._activations, self._memory, seed, number)
        if self._asks:
            _ = draw.backward  # first, so that what is measured besides leaves the passes as they are
        return {asked: RECORDERS[asked.what].record(draw, asked, where) for asked, where in self._order.items()}


def _open_dense(network: Network, plan: Plan, dtype: str, halt: Flags) -> Callable[[], Engine]:
    check_weights(network)
    wiring, activations = wire(network, dtype), _activations(network)
    return lambda: _Vectors(wiring, activations, plan, reserve(wiring, _KEEP_BYTES, halt))


def _open_undrawn(network: Network, plan: Plan, dtype: str, halt: Flags) -> Callable[[], Engine]:
    check_units(network)
    wiring, activations, asked = wire(network, dtype, undrawn=True), _activations(network), asked_of(plan)
    return lambda: _Vectors(wiring, activations, plan, reserve(wiring, 0, halt, asked))


def _refuses_nothing(network: Network, plan: Plan) -> None:  # noqa: ARG001 - as for every method
    return None


class _Sums:
    """Forms no vector: reads what is asked for off the norms of a trial."""

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


def _open_sums(network: Network, plan: Plan, dtype: str, halt: Flags) -> Callable[[], Engine]:
    check_units(network)
    wiring, activations = wire(network, dtype), _activations(network)
    return lambda: _Sums(plan, MatrixFree(wiring, activations, halt), READINGS)


def _open_conditional(network: Network, plan: Plan, dtype: str, halt: Flags) -> Callable[[], Engine]:
    check_units(network)
    wiring, activations = wire(network, dtype), _activations(network)
    return lambda: _Sums(plan, MatrixFree(wiring, activations, halt, expects=True), EXPECTED)


def _needs_vectors(network: Network, plan: Plan) -> str | None:
    units = [asked for asked in plan if asked.what not in READINGS]
    if units:
        return f"{units[0].name} needs the units"
    for layer in (block.layer for block in network.blocks):
        if not isinstance(layer, Dense):
            return f"a layer {'is a residual block' if isinstance(layer, Residual) else 'has no weights'}"
    if any(layer.keep != 1 for layer in network.matrices):
        return "units are dropped"
    return _undrawable(network, GaussianWeights)


def _needs_matrices(network: Network, plan: Plan) -> str | None:
    for asked in plan:
        if RECORDERS[asked.what].asks is None:
            return f"{asked.name} needs the {'whole matrix' if RECORDERS[asked.what].is_costly else 'weights'}"
    if len(askers(plan)) > 1:
        first, second = list(askers(plan))[:2]
        return f"{first} and {second} would disturb each other"
    return _undrawable(network, GaussianWeights, OrthogonalWeights)


def _undrawable(network: Network, *laws: type[DrawnWeights]) -> str | None:
    """Say which layer has weights that have to be drawn."""
    before = 0
    for block in network.blocks:
        for part in block.layer.parts:
            if isinstance(part, Dense) and not isinstance(part.weights, laws):
                kind = part.weights.kind if isinstance(part.weights, DrawnWeights) else "given"
                others = " or Haar-orthogonal" if OrthogonalWeights in laws else ""
                return f"the weights of layer {before + 1} are {kind}, and only independent Gaussian{others} ones can be left undrawn"
        before += int(block.times)
    return None


def _has_no_expectation(network: Network, plan: Plan) -> str | None:
    other = [asked.name for asked in plan if asked.what not in EXPECTED]
    if other:
        able = ", ".join(what.code_name for what in EXPECTED)
        return f"{other[0]} has no conditional mean in closed form; what has is {able}"
    return _needs_vectors(network, plan)


def _activations(network: Network) -> list[Activation]:
    return [part.activation for layer in network.layers() for part in layer.parts]


METHODS: list[Method[Network]] = [
    Method(
        "matrix_free",
        "independent Gaussian weights: norms have their exact law without a matrix",
        _needs_vectors,
        _open_sums,
        summed,
        batch=1024,
    ),
    Method(
        "matrix_free_vectors",
        "products with weights that are never formed have their exact law",
        _needs_matrices,
        _open_undrawn,
        undrawn,
        batch=64,
        family="matrix_free",
    ),
    Method("dense", "the weights of every layer are formed", _refuses_nothing, _open_dense, formed, batch=64),
    # Last, so that it is only taken when it is asked for: it has the mean of the others, not their law.
    Method(
        "conditional",
        "the mean over all backward passes, given the forward pass",
        _has_no_expectation,
        _open_conditional,
        summed,
        batch=1024,
    ),
]
