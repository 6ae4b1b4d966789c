r"""Histograms: quantiles of any number of values in a fixed memory, each between two bounds that are certain.

A bin is :math:`[i\,2^k, (i + 1)\,2^k)`. When the values of a layer spread over more bins than there is room for, ``k``
grows by one and bins are joined in pairs. So ``k`` is a function of the least and the greatest value alone, counts are
integers, and the histogram is the same whatever the order of the values, their chunks and the threads.

References
----------
Joining bins in pairs when room is short: Epicoco et al. 2020, UDDSketch, arXiv:2004.08604.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["BINS", "FINEST", "Histogram"]

BINS = 2048
FINEST = -30  # 2**FINEST is the width of the finest bins: a billionth, relative to the value whose logarithm is counted

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Histogram:
    """Counts of finite values.

    Parameters
    ----------
    level : int
        Binary exponent of the width of a bin.
    base : int
        Number of the first bin.
    counts : (BINS,) int64, optional
        Of values in each bin. None of them is counted by default.
    """

    def __init__(self, level: int = FINEST, base: int = 0, counts: Integers | None = None) -> None:
        self.level, self.base = level, base
        self.counts = np.zeros(BINS, dtype=np.int64) if counts is None else counts

    def add(self, values: Floats, least: float, greatest: float) -> None:
        """Count values; least and greatest are those of all values so far, these included."""
        while _bin(greatest, self.level) - _bin(least, self.level) >= BINS:
            self._join()
        self._move(_bin(least, self.level))
        places = np.floor(np.ldexp(values, -self.level)) - self.base
        self.counts += np.bincount(places.astype(np.int64), minlength=BINS)

    def _join(self) -> None:
        """Make bins twice as wide: bin i goes into bin floor(i / 2)."""
        places = (self.base + np.arange(BINS)) // 2 - self.base // 2
        joined = np.zeros(BINS, dtype=np.int64)
        np.add.at(joined, places, self.counts)
        self.level, self.base, self.counts = self.level + 1, self.base // 2, joined

    def _move(self, base: int) -> None:
        """Let the first bin be that of the least value; there is room for the others, which have been counted."""
        places = np.flatnonzero(self.counts)
        moved = np.zeros(BINS, dtype=np.int64)
        moved[places + (self.base - base)] = self.counts[places]
        self.base, self.counts = base, moved

    def bounds(self, rank: int) -> tuple[float, float]:
        """Return the ends of the bin of the value of a rank, which is counted from 1."""
        place = self.base + int(np.searchsorted(np.cumsum(self.counts), rank))
        return float(np.ldexp(float(place), self.level)), float(np.ldexp(float(place + 1), self.level))


def _bin(value: float, level: int) -> int:
    return int(np.floor(np.ldexp(value, -level)))
