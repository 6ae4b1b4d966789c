"""Dropout: units that are set to zero at random, each independently; what is kept is divided by its probability."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..compilations import cached, inlined
from ..randomness.counters import philox
from ..randomness.normals import ALIGNMENT
from ..randomness.streams import EACH, Purpose
from ..wiring.wirings import Array, Wiring

__all__ = ["drop", "drop_from"]

_DROPOUT = int(Purpose.DROPOUT)


@inlined
def drop(vector: Any, keep: float, seed: int, stage: int, trial: int, number: int) -> None:
    """Drop units of a stage, for an input of a batch, the same whenever asked.

    The probability is rounded to 32 binary digits, as words are.
    """
    if keep == 1.0:
        return
    limit, size, purpose = keep * 2.0**32, vector.size, np.uint64(_DROPOUT + EACH * number)
    for block in range((size + ALIGNMENT - 1) // ALIGNMENT):
        words = philox(np.uint64(block), np.uint64(stage), np.uint64(trial), purpose, seed)
        for place, word in enumerate(words):
            unit = ALIGNMENT * block + place
            if unit < size:
                vector[unit] *= 1.0 / keep if np.float64(word) < limit else 0.0


@cached
def drop_from(wiring: Wiring, vector: Array, seed: int, trial: int, stage: int, number: int) -> None:
    """Drop units of a stage from a vector, as the passes do.

    Parameters
    ----------
    wiring : Wiring
        The network.
    vector : (fan_out,) of the dtype
        Changed in place.
    seed, trial : uint64, int
        As for the passes.
    stage : int
        From 1.
    number : int
        Of the input in its batch.
    """
    drop(vector, wiring.keeps[stage - 1], seed, stage, trial, number)
