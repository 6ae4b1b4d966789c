"""Dropout: units that are set to zero at random, each independently; what is kept is divided by its probability."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..compilations import inlined
from ..randomness.counters import philox
from ..randomness.normals import ALIGNMENT
from ..randomness.streams import Purpose

__all__ = ["drop"]

_DROPOUT = int(Purpose.DROPOUT)


@inlined
def drop(values: Any, slopes: Any, keep: float, seed: int, stage: int, trial: int) -> None:
    """Drop units: their values and slopes become zero. The probability is rounded to 32 binary digits, as words are."""
    limit, size = keep * 2.0**32, slopes.size
    for block in range((size + ALIGNMENT - 1) // ALIGNMENT):
        words = philox(np.uint64(block), np.uint64(stage), np.uint64(trial), np.uint64(_DROPOUT), seed)
        for place, word in enumerate(words):
            unit = ALIGNMENT * block + place
            if unit < size:
                factor = 1.0 / keep if np.float64(word) < limit else 0.0
                values[unit] *= factor
                slopes[unit] *= factor
