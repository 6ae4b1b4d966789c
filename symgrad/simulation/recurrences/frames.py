"""Frames: tangents pushed through time, made orthonormal after each step; what that takes away adds up (Benettin et al. 1980).

Rows are made orthonormal in blocks: against all rows before a block by products of matrices, then within it one by one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..compilations import cached, inlined, pasted
from ..wiring.accumulations import add_four_to_four, add_rows, products_of_four
from ..wiring.endings import FINISHED, HALTED
from ..wiring.scalings import largest, towards_one
from ..wiring.spectra import add, dot
from .memories import RecurrentMemory
from .operations import run_step_along
from .passes import visit
from .placings import gather, have_turned, scatter
from .wirings import RecurrentWiring

__all__ = ["orthonormalise_rows", "push_frame"]

Array = Any

_BLOCK = 8
# A row that keeps less than this share of its length is made orthogonal once more. What rounding left of others in rows
# before it grows by at most the inverse of the share.
_AGAIN = 2.0**-5
_LOST = 2.0**-44  # and one that keeps less than this is all rounding: a sum of hundreds of products, each rounded


@cached
def push_frame(
    wiring: RecurrentWiring,
    memory: RecurrentMemory,
    seed: int,
    trial: int,
    frame: Array,
    asked: Array,
    logs: Array,
) -> tuple[int, int]:
    """Push a frame from the initial state to the last step that is asked for.

    Parameters
    ----------
    wiring, memory, seed, trial : RecurrentWiring, RecurrentMemory, uint64, int
        As for `visit`, before which `begin` was.
    frame : (vectors, entries of all states) float64
        Orthonormal rows; overwritten.
    asked : (steps asked,) int64
        Rising, from 0.
    logs : (steps asked, vectors) float64
        Filled with the logarithms of how far each row has gone from those before it; ``-inf`` from the first one on
        that depends on them.

    Returns
    -------
    int
        How the last visit ended.
    int
        The step that was reached.
    """
    vectors = frame.shape[0]
    sums, found, alive, place = np.zeros(vectors), np.empty(vectors), vectors, 0
    for step in range(asked[-1] + 1):
        if step > 0 and alive > 0:
            code, reached = visit(wiring, memory, seed, trial, step)
            if code != FINISHED or memory.halt[0]:
                return (HALTED if code == FINISHED else code), reached
            _push(wiring, memory, seed, trial, step, frame[:alive])
            alive = _orthonormalise(frame[:alive], found)
            for vector in range(vectors):
                sums[vector] = sums[vector] + found[vector] if vector < alive else -math.inf
        if step == asked[place]:
            logs[place] = sums
            place += 1
    return FINISHED, asked[-1]


@pasted
def _push(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, step: int, frame: Array) -> None:
    """Push tangents through a step, several at a time."""
    place, most = (step - 1) % memory.segment, memory.bars.size // wiring.row
    row = memory.tape[place * wiring.row : (place + 1) * wiring.row]
    have_turned(wiring, memory, seed, trial, step)
    for first in range(0, frame.shape[0], most):
        count = min(most, frame.shape[0] - first)
        bars = memory.bars[: count * wiring.row]
        for each in range(count):
            scatter(frame[first + each], wiring.old, wiring, bars[each * wiring.row : (each + 1) * wiring.row])
        run_step_along(wiring, memory, seed, trial, step, row, bars)
        for each in range(count):
            gather(bars[each * wiring.row : (each + 1) * wiring.row], wiring.new, wiring, frame[first + each])


@cached
def orthonormalise_rows(frame: Array, logs: Array) -> int:
    """Make the rows of a frame orthonormal, one after the other, and say how far each one was from those before it.

    Parameters
    ----------
    frame : (vectors, size) float64
        Changed in place.
    logs : (vectors,) float64
        Filled with natural logarithms of the distances, up to the first row that depends on those before it.

    Returns
    -------
    int
        How many rows there are before that one.

    Notes
    -----
    A row depends on others where less than 2**-44 of its length is left, which rounding alone would leave of it.
    """
    count: int = _orthonormalise(frame, logs)
    return count


@pasted
def _orthonormalise(frame: Array, logs: Array) -> int:
    vectors, size = int(frame.shape[0]), int(frame.shape[1])
    rows, factors = frame.reshape(-1), np.empty((4, vectors))
    for begin in range(0, vectors, _BLOCK):
        end = min(begin + _BLOCK, vectors)
        for row in range(begin, end):
            logs[row] = _to_length_one(frame[row])
            if logs[row] == -math.inf:
                end = row  # those before it are still to be finished
                vectors = row
                break
        _project(frame, rows, begin, end, size, factors)
        for row in range(begin, end):
            kept = _finish(frame, row, begin)
            if kept < _LOST:
                return row
            logs[row] += math.log(kept)
        if vectors == end:
            return vectors
    return vectors


@inlined
def _to_length_one(row: Any) -> float:
    """Scale a row to length one; return the logarithm of what it was."""
    peak = largest(row)
    if peak == 0.0:
        return -math.inf
    scale = towards_one(peak)
    for unit in range(row.size):
        row[unit] *= scale
    length = math.sqrt(dot(row, row))
    for unit in range(row.size):
        row[unit] /= length
    return math.log(length) - math.log(scale)


@pasted
def _project(frame: Array, rows: Array, begin: int, end: int, size: int, factors: Array) -> None:
    """Take from the rows of a block what they have of all rows before it, four at a time."""
    fours = begin + (end - begin) // 4 * 4
    for i in range(begin, fours, 4):
        first, second, third, fourth = frame[i], frame[i + 1], frame[i + 2], frame[i + 3]
        for j in range(0, begin, 4):  # a block begins with a multiple of four
            some = factors[0, j:], factors[1, j:], factors[2, j:], factors[3, j:]
            products_of_four(first, second, third, fourth, rows[j * size :], some)
        for each in range(4):
            for j in range(begin):
                factors[each, j] = -factors[each, j]
        for j in range(0, begin, 4):
            some = factors[0, j:], factors[1, j:], factors[2, j:], factors[3, j:]
            add_four_to_four(first, second, third, fourth, some, rows[j * size :])
    for i in range(fours, end):
        for j in range(begin):
            factors[0, j] = -dot(frame[i], frame[j])
        add_rows(frame[i], factors[0, :begin], rows)


@pasted
def _finish(frame: Array, row: int, begin: int) -> float:
    """Take from a row what it has of those of its block, and of all once more where little is left; return what is left."""
    vector = frame[row]
    for before in range(begin, row):
        add(vector, -dot(vector, frame[before]), frame[before])
    kept = math.sqrt(dot(vector, vector))
    if kept < _AGAIN:
        for before in range(row):
            add(vector, -dot(vector, frame[before]), frame[before])
        kept = math.sqrt(dot(vector, vector))
    if kept >= _LOST:
        for unit in range(vector.size):
            vector[unit] /= kept
    return kept
