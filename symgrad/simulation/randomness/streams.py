"""Streams: random numbers that are a pure function of what they are for.

Philox is counter-based (Salmon et al. 2011): the counter holds trial, layer and purpose, the key the seed. So a draw
does not depend on threads, batches or on what else is measured, and one trial can be replayed alone.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np

__all__ = ["Purpose", "seed_of"]

_SEEDS = 2**64


class Purpose(IntEnum):
    """What random numbers are for; each purpose has a stream of its own."""

    WEIGHTS = 1
    BIASES = 2
    INPUT = 3
    OUTPUT_GRADIENT = 4
    TANGENT = 5
    PROBE = 6
    PREACTIVATION = 7
    TRANSPOSE = 8
    BIAS_SHARE = 9
    SECOND_INPUT = 10
    FRAME = 11
    SIDES = 12
    DROPOUT = 13
    STATE = 14
    CHRONO = 15
    RING = 16
    LENGTH = 17


def seed_of(rng: Any = None) -> int:
    """Return the one 64-bit seed that a run is drawn from.

    Parameters
    ----------
    rng : int, numpy.random.SeedSequence, numpy.random.Generator or None
        An integer is the seed itself; a sequence or a generator gives one; None asks the operating system.

    Returns
    -------
    int
        From 0 to 2**64 - 1. Recorded in every sample.

    Raises
    ------
    ValueError
        If an integer is out of range.
    TypeError
        If it is nothing of this.

    Examples
    --------
    >>> seed_of(7)
    7
    """
    if isinstance(rng, np.random.Generator):
        return int(rng.bit_generator.random_raw())
    if rng is None or isinstance(rng, np.random.SeedSequence):
        sequence = np.random.SeedSequence() if rng is None else rng
        return int(sequence.generate_state(1, np.uint64)[0])
    if isinstance(rng, bool) or not isinstance(rng, int | np.integer):
        raise TypeError(f"rng = {rng!r} is not a seed; give an integer, a SeedSequence, a Generator or None")
    if not 0 <= rng < _SEEDS:
        raise ValueError(f"rng = {rng} is out of range; a seed lies between 0 and 2**64 - 1")
    return int(rng)
