"""Counters: random words as a pure function of a key and a counter, Philox4x32-10.

Nothing is kept between calls and nothing is split: a word depends on where it is used, not on what was drawn before.

References
----------
Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC '11.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..compilations import inlined

__all__ = ["philox"]

_ROUNDS = 10
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
# Multipliers and the increments of the key, from table 2 of the paper.
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)


@inlined
def philox(c0: Any, c1: Any, c2: Any, c3: Any, seed: Any) -> tuple[Any, Any, Any, Any]:
    """Return four random words of 32 bits, each in a word of 64.

    Parameters
    ----------
    c0, c1, c2, c3 : uint64
        The counter, four words of 32 bits.
    seed : uint64
        The key.

    Returns
    -------
    tuple of four uint64
        Each below 2**32.
    """
    k0, k1 = seed & _LOW, seed >> _HALF
    for _ in range(_ROUNDS):
        p0, p1 = c0 * _M0, c2 * _M1
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _LOW, (p0 >> _HALF) ^ c3 ^ k1, p0 & _LOW
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3
