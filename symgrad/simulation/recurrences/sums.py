"""Sums: the gradient by the recurrent matrices, an outer product for each step, added up backward in time.

The squared norm of a sum of outer products is a sum of products of two inner products. So where matrices are not formed,
no sum is, and vectors of all steps are kept in its place.
"""

from __future__ import annotations

import math
from typing import Any

from numba import types
from numba.extending import overload

from ..compilations import inlined
from ..conditioning.rows import product
from ..wiring.scalings import log_norm
from .memories import RecurrentMemory
from .wirings import MULTIPLY, NONE, RecurrentWiring

__all__ = ["log_of_sums"]


def log_of_sums(wiring: RecurrentWiring, memory: RecurrentMemory, step: int, bars: Any, log: float) -> float:
    """Add the outer products of a step to those of later ones, in compiled code.

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

    Returns
    -------
    float
        The logarithm of the Frobenius norm of all sums together; ``-inf`` where they are not asked for.
    """
    raise NotImplementedError


@overload(log_of_sums, jit_options={"error_model": "numpy"})
def _log_of_sums(wiring: Any, memory: Any, step: int, bars: Any, log: float) -> Any:  # noqa: ARG001 - Numba compares
    """Choose by what the memory holds, while Numba compiles."""
    is_formed = memory.types[memory.fields.index("unformed")] == types.none
    return _log_of_outer_products if is_formed else _log_of_inner_products


def _log_of_outer_products(wiring: Any, memory: Any, step: int, bars: Any, log: float) -> float:
    if memory.sums.size == 0:
        return -math.inf
    place, sums, operations = (step - 1) % memory.segment, memory.sums, wiring.operations
    row = memory.tape[place * wiring.row : (place + 1) * wiring.row]
    factor = _settle(memory, log)
    for index in range(operations.shape[0]):
        if operations[index, 0] == MULTIPLY and operations[index, 3] != NONE:
            target, width = operations[index, 1], operations[index, 2]
            at, source = operations[index, 3], operations[index, 4]
            for i in range(width):
                _add(sums[at + i * width : at + (i + 1) * width], factor * bars[target + i], row[source:])
    found: float = memory.sums_scale[0] + log_norm(memory.sums)
    return found


@inlined
def _settle(memory: Any, log: float) -> float:
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


def _log_of_inner_products(wiring: Any, memory: Any, step: int, bars: Any, log: float) -> float:
    kept = memory.unformed
    if kept.logs.size == 0:
        return -math.inf
    if step == wiring.steps:
        kept.square[0], memory.sums_scale[0] = 0.0, log
    _keep(wiring, kept, step, bars, log)
    if log > memory.sums_scale[0]:
        kept.square[0] *= math.exp(2.0 * (memory.sums_scale[0] - log))
        memory.sums_scale[0] = log
    for other in range(step, wiring.steps + 1):
        factor = math.exp(log - memory.sums_scale[0]) * math.exp(kept.logs[other - 1] - memory.sums_scale[0])
        inner = _inner(wiring, memory, step, other)
        kept.square[0] += inner * factor * (1.0 if other == step else 2.0)
    if kept.square[0] <= 0.0:
        return -math.inf
    return float(memory.sums_scale[0] + 0.5 * math.log(kept.square[0]))


@inlined
def _keep(wiring: Any, kept: Any, step: int, bars: Any, log: float) -> None:
    """Keep the cotangents of preactivations, matrix after matrix."""
    at, kept.logs[step - 1] = (step - 1) * kept.each, log
    for index in range(wiring.operations.shape[0]):
        if wiring.operations[index, 0] == MULTIPLY and wiring.operations[index, 3] != NONE:
            target, width = wiring.operations[index, 1], wiring.operations[index, 2]
            for unit in range(width):
                kept.cotangents[at + unit] = bars[target + unit]
            at += width


@inlined
def _inner(wiring: Any, memory: Any, step: int, other: int) -> float:
    """Return the inner product of the sums of outer products of two steps: two inner products for each, multiplied."""
    kept, operations, total = memory.unformed, wiring.operations, 0.0
    at = (step - 1) * kept.each
    for index in range(operations.shape[0]):
        if operations[index, 0] == MULTIPLY and operations[index, 3] != NONE:
            width, source, beside = operations[index, 2], operations[index, 4], (other - 1) * kept.each
            cotangent = kept.cotangents[at : at + width]
            vector = memory.tape[(step - 1) * wiring.row + source :][:width]
            for second in range(operations.shape[0]):
                if operations[second, 0] == MULTIPLY and operations[second, 3] != NONE:
                    if operations[second, 3] == operations[index, 3]:  # one matrix may be used in several lines
                        met = memory.tape[(other - 1) * wiring.row + operations[second, 4] :]
                        total += product(kept.cotangents[beside:], cotangent) * product(met, vector)
                    beside += operations[second, 2]
            at += width
    return total
