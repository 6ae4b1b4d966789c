"""Methods: how recurrent networks are drawn, the fastest first.

A method that never forms matrices is another row in front of that of dense ones. It needs

- ``refusal(network, plan)``: why it cannot be used, in words, or None;
- ``open(network, plan, dtype, halt)``: from which each thread gets an `Engine`, whose ``trials(seed, numbers)`` return
  logarithms for each quantity of the plan, a row being a pure function of seed and number;
- ``needs(network, plan, size, room)``: the bytes for a thread, and what would fit.

To share the passes, it gives `operations.run_step` and `operations.run_step_back` what a `MULTIPLY` stands for: the
matrix times a vector, added to a preactivation, and its transpose times a cotangent, added to that of what it read.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ...networks import Recurrence
from ..engines import Engine, Method, Plan, Rows
from ..wiring.wirings import Flags
from .draws import RecurrentDraw
from .memories import RecurrentMemory, reserve_steps, segment_of
from .programs import program
from .recorders import RECURRENT_RECORDERS
from .wirings import RecurrentWiring, wire_recurrence

__all__ = ["RECURRENT_METHODS"]


class _Steps:
    """Forms all matrices, and reads what is asked for off the passes."""

    def __init__(self, wiring: RecurrentWiring, plan: Plan, memory: RecurrentMemory) -> None:
        self._wiring, self._plan, self._memory = wiring, plan, memory

    def trials(self, seed: int, numbers: range) -> Rows:
        rows = []
        for number in numbers:
            draw = RecurrentDraw(self._wiring, self._memory, seed, number)
            rows.append(
                {asked: RECURRENT_RECORDERS[asked.what].record(draw, asked, at) for asked, at in self._plan.items()}
            )
        return {asked: np.array([row[asked] for row in rows]) for asked in self._plan}


def _open_dense(network: Recurrence, plan: Plan, dtype: str, halt: Flags) -> Callable[[], Engine]:
    wiring = wire_recurrence(network, dtype)
    return lambda: _Steps(wiring, plan, reserve_steps(wiring, halt))


def _refuses_nothing(network: Recurrence, plan: Plan) -> None:  # noqa: ARG001 - as for every method
    return None


def _needs(network: Recurrence, plan: Plan, size: int, room: float) -> tuple[float, str]:
    """Return the bytes for matrices, rows of a segment, states before each, and whole Jacobians; and what would fit."""
    matrices = size * sum(
        int(layer.width)
        * (int(layer.width) * len(layer.cell.recurrent) + int(layer.input_width) * len(layer.cell.inputs))
        for layer in network.layers
    )
    row = int(network.layers[0].input_width) + sum(int(each.width) * program(each.cell).size for each in network.layers)
    state = sum(int(each.width) * len(each.cell.states) for each in network.layers)
    steps, costly = int(network.steps), any(RECURRENT_RECORDERS[asked.what].is_costly for asked in plan)
    segment = segment_of(steps, row, state, size)
    fixed = matrices + (3 * 8 * state**2 if costly else 0)
    need = fixed + size * (segment * row + (steps // segment + 1) * state) + 8 * steps
    if fixed > room / 2:
        return need, f"a width of {int(min(network.widths) * math.sqrt(room / 2 / fixed))}"
    # Rows and states before segments grow with the root of the steps, norms of gradients with the steps.
    root = 2.0 * size * math.sqrt(row * state)
    fits = ((math.sqrt(root**2 + 32 * (room - fixed)) - root) / 16) ** 2
    return need, f"{int(fits)} steps"


RECURRENT_METHODS: list[Method[Recurrence]] = [
    Method("dense", "the matrices are formed", _refuses_nothing, _open_dense, _needs, batch=16),
]
