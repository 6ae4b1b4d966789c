"""Variates: chi-square and binomial numbers of any size, exact in law, at a cost that does not grow with their size.

Both are drawn by rejection from four normal numbers at a time: one proposes; half the sum of the squares of two others is
an exponential number, minus the logarithm of the uniform one that decides. An attempt has counters of its own, so that a
variate is a pure function of what it is for.

References
----------
Chi-square numbers: Marsaglia and Tsang 2000, "A simple method for generating gamma variables", ACM TOMS 26.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..compilations import inlined, pasted
from .normals import ALIGNMENT, fill, logarithm

__all__ = ["SLOTS", "attempt", "chi_square", "heads"]

SLOTS = 8  # variates of one purpose that a layer may have


@inlined
def attempt(four: Any, seed: int, slot: int, number: int, layer: int, trial: int, purpose: int) -> None:
    """Fill an array with the four normal numbers of an attempt at a variate."""
    fill(four, seed, ALIGNMENT * (slot + SLOTS * number), layer, trial, purpose)


@pasted
def chi_square(four: Any, freedoms: int, seed: int, slot: int, layer: int, trial: int, purpose: int) -> float:
    """Draw a chi-square number.

    Parameters
    ----------
    four : (4,) float64
        Overwritten.
    freedoms : int
        Degrees of freedom; below one, the number is 0.
    seed, slot, layer, trial, purpose : int
        What the number is for; slots are below `SLOTS`.

    Returns
    -------
    float
        With two degrees or more, twice a gamma number of a shape of one or more, where the method needs no correction.
    """
    if freedoms <= 0:
        return 0.0
    number, found = 0, -1.0
    shift = 0.5 * freedoms - 1.0 / 3.0
    while found < 0.0:
        attempt(four, seed, slot, number, layer, trial, purpose)
        number += 1
        found = 0.5 * four[0] * four[0] if freedoms == 1 else _gamma(four, shift)
    return 2.0 * found


@inlined
def _gamma(four: Any, shift: float) -> Any:
    """Return a gamma number, or -1 for a rejection."""
    root = 1.0 + four[0] / math.sqrt(9.0 * shift)
    cube = root * root * root
    if cube <= 0.0:
        return -1.0
    room = 0.5 * four[0] * four[0] + shift * (1.0 - cube + logarithm(cube))
    return shift * cube if room + _exponential(four) > 0.0 else -1.0


@inlined
def _exponential(four: Any) -> Any:
    return 0.5 * (four[2] * four[2] + four[3] * four[3])


@pasted
def heads(four: Any, coins: int, seed: int, slot: int, layer: int, trial: int, purpose: int) -> Any:
    r"""Draw how many of some fair coins show heads.

    Parameters
    ----------
    four : (4,) float64
        Overwritten.
    coins : int
        Their number, at least 0.
    seed, slot, layer, trial, purpose : int
        What the number is for; slots are below `SLOTS`.

    Returns
    -------
    int
        From 0 to the number of coins.

    Notes
    -----
    Of ``2 m`` coins, ``m + i`` are heads with a probability that falls from ``i = 0`` by the product of
    ``(m - j + 1)/(m + j)``, whose logarithm is ``-2 artanh((2j-1)/(2m+1)) <= -2 (2j-1)/(2m+1)``: by no more than
    ``exp(-2 i**2/(2m+1))``. A normal number ``y`` with ``4 var = (2m+1)(1+e)``, rounded to ``i``, dominates that on the
    whole unit around ``i`` up to a factor of ``exp(1/(2 e (2m+1)))``; the best ``e`` is ``1/sqrt(2m+1)``. An odd coin is
    the sign of a number that is left.
    """
    half, number = coins // 2, 0
    size = 2.0 * half + 1.0
    spare = 1.0 / math.sqrt(size)
    stretched, slack = size * (1.0 + spare), 0.5 * spare
    peak = 2.0 * math.lgamma(half + 1.0)
    while True:
        attempt(four, seed, slot, number, layer, trial, purpose)
        number += 1
        y = 0.5 * math.sqrt(stretched) * four[0]
        excess = np.int64(math.floor(y + 0.5))
        if abs(excess) <= half:
            fall = peak - math.lgamma(half + excess + 1.0) - math.lgamma(half - excess + 1.0)
            if fall + 2.0 * y * y / stretched - slack + _exponential(four) >= 0.0:
                break
    odd = coins % 2 == 1 and four[1] > 0.0
    return half + excess + (1 if odd else 0)
