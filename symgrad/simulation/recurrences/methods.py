"""Methods: how recurrent networks are drawn, the fastest first.

They share the passes: what differs is what a matrix times a vector is, in `products`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from ...claims import Quantity
from ...networks import Recurrence
from ..engines import Engine, Method, Plan, Rows
from ..wiring.wirings import Flags
from .draws import RecurrentDraw
from .memories import TOGETHER, RecurrentMemory, reserve_steps, segment_of
from .programs import program
from .recorders import RECURRENT_RECORDERS, StepRecorder
from .shares import Sharing
from .undrawn import adds_up, drawback, needs, refusal, tangents_of
from .wirings import RecurrentWiring, wire_recurrence

__all__ = ["RECURRENT_METHODS"]


class _Steps:
    """Forms all vectors, and reads what is asked for off the passes."""

    def __init__(self, wiring: RecurrentWiring, plan: Plan, memory: RecurrentMemory) -> None:
        self._wiring, self._memory = wiring, memory
        # A frame of a higher rank comes first, and leaves what others share.
        self._plan = dict(sorted(plan.items(), key=lambda item: -(item[0].parameter or 0)))

    def trials(self, seed: int, numbers: range) -> Rows:
        rows = [self._trial(seed, number) for number in numbers]
        return {asked: np.array([row[asked] for row in rows]) for asked in self._plan}

    def _trial(self, seed: int, number: int) -> dict[Quantity, Sequence[float]]:
        draw = RecurrentDraw(self._wiring, self._memory, seed, number)
        if self._memory.unformed is not None:
            _ = draw.log_gradients  # first, so that what is measured besides leaves the passes as they are
        return {asked: RECURRENT_RECORDERS[asked.what].record(draw, asked, at) for asked, at in self._plan.items()}


def _open_dense(network: Recurrence, plan: Plan, dtype: str, halt: Flags) -> Callable[[], Engine]:
    wiring, rows = wire_recurrence(network, dtype), _rows(plan)
    return lambda: _Steps(
        wiring,
        plan,
        reserve_steps(
            wiring,
            halt,
            returns=any(row.returns for row in rows),
            sums=adds_up(plan),
            tangents=tangents_of(plan),
        ),
    )


def _rows(plan: Plan) -> list[StepRecorder]:
    return [RECURRENT_RECORDERS[asked.what] for asked in plan]


def _open_undrawn(network: Recurrence, plan: Plan, dtype: str, halt: Flags) -> Callable[[], Engine]:
    sharing, sums, tangents = Sharing(network), adds_up(plan), tangents_of(plan)
    wiring = wire_recurrence(network, dtype, sharing)
    return lambda: _Steps(
        wiring, plan, reserve_steps(wiring, halt, returns=True, sums=sums, tangents=tangents, sharing=sharing)
    )


def _refuses_nothing(network: Recurrence, plan: Plan) -> None:  # noqa: ARG001 - as for every method
    return None


def _needs(network: Recurrence, plan: Plan, size: int, room: float) -> tuple[float, str]:
    """Return the bytes for matrices, whole Jacobians or frames, and what is kept of steps; and what would fit."""
    rows, steps = _rows(plan), int(network.steps)
    returns = any(row.returns for row in rows)
    row, state = _row_and_state(network)
    copies = 1 + any(each.adds_up for each in rows) + any(each.pushes for each in rows)
    frame = max(int(asked.parameter or 0) if RECURRENT_RECORDERS[asked.what].pushes else 0 for asked in plan)
    product = 3 * state if any(each.is_costly for each in rows) else 0
    fixed = size * (copies * _entries(network) + row * min(TOGETHER, state)) + 8 * state * max(frame, product)
    segment = segment_of(steps, row, state, size, returns=returns)
    kept = size * segment * row + (size * -(-steps // segment) * state + 16 * steps if returns else 0)
    if fixed > room / 2 or not returns:
        return fixed + kept, f"a width of {int(min(network.widths) * math.sqrt(room / 2 / fixed))}"
    # Rows and states before segments grow with the root of the steps, norms of gradients with the steps.
    root = 2.0 * size * math.sqrt(row * state)
    fits = ((math.sqrt(root**2 + 64 * (room - fixed)) - root) / 32) ** 2
    return fixed + kept, f"{int(fits)} steps"


def _row_and_state(network: Recurrence) -> tuple[int, int]:
    """Return how many numbers stand in the row of a step, and in all states."""
    layers = [(int(layer.width), layer.cell) for layer in network.layers]
    row = int(network.layers[0].input_width) + sum(width * program(cell).size for width, cell in layers)
    return row, sum(width * len(cell.states) for width, cell in layers)


def _entries(network: Recurrence) -> int:
    """Return how many entries all matrices have."""
    return sum(
        int(layer.width) * int(layer.width * len(layer.cell.recurrent) + layer.input_width * len(layer.cell.inputs))
        for layer in network.layers
    )


RECURRENT_METHODS: list[Method[Recurrence]] = [
    Method(
        "matrix_free",
        "products with matrices that are never formed have their exact law",
        refusal,
        _open_undrawn,
        needs,
        batch=16,
        drawback=drawback,
    ),
    Method("dense", "the matrices are formed", _refuses_nothing, _open_dense, _needs, batch=16),
]
