"""Sums: the gradient by the recurrent matrices, an outer product for each step, added up backward in time."""

from __future__ import annotations

import math
from typing import Any

from ..compilations import inlined, pasted
from ..wiring.scalings import log_norm
from .memories import RecurrentMemory
from .wirings import MULTIPLY, NONE, RecurrentWiring

__all__ = ["add_products", "log_of_sums"]


@pasted
def add_products(wiring: RecurrentWiring, memory: RecurrentMemory, step: int, bars: Any, log: float) -> None:
    """Add the outer products of a step to those of later ones.

    Parameters
    ----------
    wiring, memory : RecurrentWiring, RecurrentMemory
        As for the passes.
    step : int
        Which, from 1.
    bars : (row,) of the dtype
        Cotangents of what stands in its row.
    log : float
        Logarithm of what they are to be multiplied by.
    """
    place, sums, operations = (step - 1) % memory.segment, memory.sums, wiring.operations
    row = memory.tape[place * wiring.row : (place + 1) * wiring.row]
    factor = _settle(memory, log)
    for index in range(operations.shape[0]):
        if operations[index, 0] == MULTIPLY and operations[index, 3] != NONE:
            target, width = operations[index, 1], operations[index, 2]
            at, source = operations[index, 3], operations[index, 4]
            for i in range(width):
                _add(sums[at + i * width : at + (i + 1) * width], factor * bars[target + i], row[source:])


@pasted
def _settle(memory: RecurrentMemory, log: float) -> float:
    """Return the factor of what is added; the scale of the sums is that of the largest gradient so far."""
    if log > memory.sums_scale[0]:
        shrink = math.exp(memory.sums_scale[0] - log)
        for place in range(memory.sums.size):
            memory.sums[place] = memory.sums[place] * shrink if shrink > 0.0 else 0.0
        memory.sums_scale[0] = log
    return math.exp(log - memory.sums_scale[0])


@inlined
def _add(out: Any, factor: float, vector: Any) -> None:
    for unit in range(out.size):
        out[unit] += factor * vector[unit]


@pasted
def log_of_sums(memory: RecurrentMemory) -> float:
    """Return the logarithm of the Frobenius norm of all sums together."""
    found: float = memory.sums_scale[0] + log_norm(memory.sums)
    return found
