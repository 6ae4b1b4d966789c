"""Undrawn: whether a recurrent network can be simulated without its matrices, whether that pays, and what it takes."""

from __future__ import annotations

from collections.abc import Iterator

from ...networks import (
    DrawnWeights,
    GaussianWeights,
    GivenWeights,
    IdentityWeights,
    MatrixLaw,
    OrthogonalWeights,
    Recurrence,
)
from ..engines import Plan
from ..vectors.recorders import parameter_of
from .programs import program
from .recorders import RECURRENT_RECORDERS
from .shares import Sharing

__all__ = ["adds_up", "drawback", "needs", "refusal", "tangents_of"]

_ABLE = (GaussianWeights, OrthogonalWeights, GivenWeights, IdentityWeights)
# Up to how many directions, in widths of a matrix, it takes less time to keep them than to form it, and the width from
# which on it does: measured, see tests/benchmarks/bench_recurrent.py.
_MOST_DIRECTIONS, _LEAST_WIDTH = 0.5, 128


def refusal(network: Recurrence, plan: Plan) -> str | None:
    """Return why matrices have to be formed; None where they need not be."""
    for asked in plan:
        if RECURRENT_RECORDERS[asked.what].asks is None:
            return (
                f"{asked.name} needs the {'whole matrix' if RECURRENT_RECORDERS[asked.what].is_costly else 'weights'}"
            )
    frames = [asked for asked in plan if RECURRENT_RECORDERS[asked.what].pushes]
    if len({asked.parameter for asked in frames}) > 1:
        return f"{frames[0]} and {frames[1]} would disturb each other"
    for number, name, law in _inner(network):
        if not isinstance(law, _ABLE):
            return (
                f"the weights {name} of recurrent layer {number} are {law.kind}, and only independent Gaussian or "
                "Haar-orthogonal ones can be left undrawn"
            )
    return None


def drawback(network: Recurrence, plan: Plan) -> str | None:
    """Return why matrices had better be formed; None where it is faster not to."""
    laws = [law for _, _, law in _inner(network)]
    steps, width = int(network.steps), min(map(int, network.widths))
    if not any(isinstance(law, DrawnWeights | IdentityWeights) for law in laws):
        return "all matrices are given"
    if width < _LEAST_WIDTH:
        return f"a matrix of width {width} is formed in less time than it is asked"
    directions = steps * (2 + tangents_of(plan))
    is_asked = network.tied and any(isinstance(law, DrawnWeights) for law in laws)
    if is_asked and directions > _MOST_DIRECTIONS * width:
        return f"to keep {directions} directions of a matrix of width {width} takes longer than to form it"
    return None


def _inner(network: Recurrence) -> Iterator[tuple[int, str, MatrixLaw]]:
    """Yield layer, name and law of all matrices, but for those of the inputs of the network, whose law is free."""
    for number, layer in enumerate(network.layers, start=1):
        names = layer.cell.recurrent if number == 1 else (*layer.cell.recurrent, *layer.cell.inputs)
        yield from ((number, name, layer.matrix(name)) for name in names)


def tangents_of(plan: Plan) -> int:
    """Return how many tangents are pushed through each step: one, where no frame is."""
    pushed = [asked for asked in plan if RECURRENT_RECORDERS[asked.what].pushes]
    return max((1 if asked.parameter is None else int(parameter_of(asked)) for asked in pushed), default=0)


def adds_up(plan: Plan) -> bool:
    """Say whether the gradient by the matrices is asked for."""
    return any(RECURRENT_RECORDERS[asked.what].adds_up for asked in plan)


def needs(network: Recurrence, plan: Plan, size: int, room: float) -> tuple[float, str]:
    """Return the bytes for what was asked and answered, rows of all steps, and what is formed; and what would fit."""
    sharing, steps = Sharing(network), int(network.steps)
    row = sharing.input_dimensions + sum(int(each.width) * program(each.cell).size for each in network.layers)
    need = (
        size * (sharing.room(tangents_of(plan), sums=adds_up(plan)) + sharing.formed() + (steps + 2) * row) + 8 * steps
    )
    return need, f"a width of {int(min(network.widths) * room / need)}"
