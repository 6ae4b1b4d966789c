"""Memories: what one thread works in, reserved once and the same for every trial.

Rows are kept for a segment of steps only, and the states at the beginning of each segment: the backward pass runs each
segment forward once more, unless one segment holds all steps. So memory grows with the root of the number of steps.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..wiring.wirings import Array, Flags, Floats, Integers, aligned
from .wirings import RecurrentWiring

__all__ = ["RecurrentMemory", "reserve_steps", "segment_of"]

# Up to this size the rows of all steps are kept. More would not fit the caches, and running forward again costs less
# than a half of the backward pass.
_KEEP_BYTES = 32 * 2**20


class RecurrentMemory(NamedTuple):
    """What one thread works in; the same for every trial.

    Parameters
    ----------
    numbers : (size of the parameters,) of the dtype
        Matrices and vectors.
    drawn : (1,) int64
        The step whose parameters these are, 0 for those of all steps; -1 for none of this trial.
    segment : int
        Steps whose rows are kept.
    tape : (segment * row,) of the dtype
        The rows of the steps of one segment.
    held : (1,) int64
        Number of that segment; -1 for none of this trial.
    bars : (row,) of the dtype
        Cotangents or tangents of what stands in a row.
    state, gradient : (entries of all states,) of the dtype
        Where a pass has come to. The gradient has norm one.
    starts : (segments * entries of all states,) of the dtype
        The states before each segment.
    log_gradients : (steps + 1,) float64
        Logarithms of the norms of the gradients at the states.
    halt : (1,) bool
        Set from outside to end passes early.
    """

    numbers: Array
    drawn: Integers
    segment: int
    tape: Array
    held: Integers
    bars: Array
    state: Array
    gradient: Array
    starts: Array
    log_gradients: Floats
    halt: Flags


def segment_of(steps: int, row: int, state: int, size: int) -> int:
    """Return for how many steps rows are kept: all, or so many that rows and states before segments take as much room.

    Parameters
    ----------
    steps, row, state, size : int
        Of the network: steps, numbers in a row, entries of all states, bytes of a number.

    Returns
    -------
    int
        At least 1.
    """
    if steps * row * size <= _KEEP_BYTES:
        return max(steps, 1)
    return max(math.isqrt(steps * state // row), _KEEP_BYTES // (row * size), 1)


def reserve_steps(wiring: RecurrentWiring, halt: Flags) -> RecurrentMemory:
    """Reserve the memory of one thread.

    Parameters
    ----------
    wiring : RecurrentWiring
        The network.
    halt : (1,) bool
        Set from outside to end passes early.

    Returns
    -------
    RecurrentMemory
        Not initialised.
    """
    dtype = wiring.parameters.given.dtype
    segment = segment_of(wiring.steps, wiring.row, wiring.state_size, dtype.itemsize)
    state, gradient = np.empty((2, aligned(wiring.state_size)), dtype=dtype)
    return RecurrentMemory(
        numbers=np.empty(wiring.parameters.size, dtype=dtype),
        drawn=np.full(1, -1),
        segment=segment,
        tape=np.empty(segment * wiring.row, dtype=dtype),
        held=np.full(1, -1),
        bars=np.empty(wiring.row, dtype=dtype),
        state=state,
        gradient=gradient,
        starts=np.empty(max(-(-wiring.steps // segment), 1) * wiring.state_size, dtype=dtype),
        log_gradients=np.empty(wiring.steps + 1),
        halt=halt,
    )
