"""Memories: what one thread works in, reserved once and the same for every trial.

Rows are kept for a segment of steps only, and the states at the beginning of each segment: the backward pass runs each
segment forward once more, unless one segment holds all steps. So memory grows with the root of the number of steps; and
what goes forward alone keeps the states at the beginning, in a memory that does not grow.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..wiring.wirings import Array, Flags, Floats, Integers, aligned
from .shares import Sharing, Unformed
from .wirings import RecurrentWiring

__all__ = ["TOGETHER", "RecurrentMemory", "reserve_steps", "segment_of"]

# Up to this size the rows of all steps are kept. More would not fit the caches, and running forward again costs less
# than a half of the backward pass.
_KEEP_BYTES = 32 * 2**20
_FORWARD_BYTES = (
    2**20
)  # of rows that are never come back to: what they are read for follows while they are in the cache
TOGETHER = 8  # cotangents or tangents that go through a step together: their vectors still fit the second-level cache


class RecurrentMemory(NamedTuple):
    """What one thread works in; the same for every trial.

    Parameters
    ----------
    numbers, turned : (size of the parameters,) of the dtype
        Matrices and vectors; and matrices transposed, where tangents are pushed.
    drawn : (2,) int64
        The steps whose parameters these are, 0 for those of all steps; -1 for none of this trial.
    segment : int
        Steps whose rows are kept.
    tape : (segment * row,) of the dtype
        The rows of the steps of one segment.
    held : (1,) int64
        Number of that segment; -1 for none of this trial.
    bars : (some * row,) of the dtype
        Cotangents or tangents of what stands in a row.
    state, gradient : (entries of all states,) of the dtype
        Where a pass has come to. The gradient has norm one.
    starts : (segments * entries of all states,) of the dtype
        The states before each segment, or before the first one only.
    log_gradients, log_sums : (steps + 1,) float64
        Logarithms of the norms of the gradients at the states, and by the recurrent matrices from later steps.
    sums : (size of the parameters,) of the dtype
        The gradient by the recurrent matrices, but for a scale; empty where it is not asked for.
    sums_scale : (1,) float64
        The logarithm of that scale.
    unformed : Unformed or None
        In place of matrices that are never formed; None where all are.
    halt : (1,) bool
        Set from outside to end passes early.
    """

    numbers: Array
    turned: Array
    drawn: Integers
    segment: int
    tape: Array
    held: Integers
    bars: Array
    state: Array
    gradient: Array
    starts: Array
    log_gradients: Floats
    log_sums: Floats
    sums: Array
    sums_scale: Floats
    unformed: Unformed | None
    halt: Flags


def segment_of(steps: int, row: int, state: int, size: int, *, returns: bool) -> int:
    """Return for how many steps rows are kept: all, or so many that rows and states before segments take as much room.

    Parameters
    ----------
    steps, row, state, size : int
        Of the network: steps, numbers in a row, entries of all states, bytes of a number.
    returns : bool
        Whether the passes come back to earlier segments.

    Returns
    -------
    int
        At least 1.
    """
    some = max((_KEEP_BYTES if returns else _FORWARD_BYTES) // (row * size), 1)
    if steps <= some or not returns:
        return max(min(steps, some), 1)
    return max(math.isqrt(steps * state // row), some)


def reserve_steps(
    wiring: RecurrentWiring,
    halt: Flags,
    *,
    returns: bool,
    sums: bool,
    tangents: int,
    sharing: Sharing | None = None,
) -> RecurrentMemory:
    """Reserve the memory of one thread.

    Parameters
    ----------
    wiring : RecurrentWiring
        The network.
    halt : (1,) bool
        Set from outside to end passes early.
    returns, sums : bool
        Whether the passes come back to earlier segments, and add up gradients by matrices.
    tangents : int
        How many are pushed.
    sharing : Sharing, optional
        What stands for matrices that are never formed: then the rows of all steps are kept, and one vector goes through
        a step at a time.

    Returns
    -------
    RecurrentMemory
        Not initialised.
    """
    dtype, size = wiring.parameters.given.dtype, wiring.parameters.size
    segment = segment_of(wiring.steps, wiring.row, wiring.state_size, dtype.itemsize, returns=returns)
    together = min(TOGETHER, wiring.state_size)
    if sharing is not None:
        segment, together = max(wiring.steps, 1), 1
    state, gradient = np.empty((2, aligned(wiring.state_size)), dtype=dtype)
    log_gradients, log_sums = np.empty((2, wiring.steps + 1 if returns else 0))
    return RecurrentMemory(
        numbers=np.empty(size, dtype=dtype),
        turned=np.empty(size if tangents else 0, dtype=dtype),
        drawn=np.full(2, -1),
        segment=segment,
        tape=np.empty(segment * wiring.row, dtype=dtype),
        held=np.full(1, -1),
        bars=np.empty(together * wiring.row, dtype=dtype),
        state=state,
        gradient=gradient,
        starts=np.empty((max(-(-wiring.steps // segment), 1) if returns else 1) * wiring.state_size, dtype=dtype),
        log_gradients=log_gradients,
        log_sums=log_sums,
        sums=np.zeros(size if sums and sharing is None else 0, dtype=dtype),
        sums_scale=np.empty(1),
        unformed=None if sharing is None else sharing.reserve(tangents, dtype, sums=sums),
        halt=halt,
    )
