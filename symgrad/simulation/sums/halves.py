r"""Halves: layers whose activation has one slope on each side of zero, tallied at a cost that no width changes.

Without given biases, the preactivations of a layer are independent normal numbers of one variance, also where random
biases are part of them. How many are positive is a binomial number with fair coins, independent of their squares and, as
noise is symmetric, of their products with it. On each side, with ``k`` units, let ``S`` be the sum of squares of the
preactivations, in units of their deviation: it is chi-square with ``k`` degrees. Given all of them, their product with the
noise is ``sqrt(S) n`` with ``n`` standard normal, and the sum of squares of the noise is ``n**2`` plus an independent
chi-square number with ``k - 1`` degrees, by rotating the first axis of the noise to the preactivations. All eleven sums are
combinations of these three.

Biases that are given refuse it: they shift each preactivation by a number of its own, so that units no longer have one law,
and what a side holds is no longer chi-square. Such layers are drawn unit by unit.
"""

from __future__ import annotations

import math
from typing import Any

from ..compilations import inlined, pasted
from ..randomness.streams import Purpose
from ..randomness.variates import attempt, chi_square, heads
from ..wiring.wirings import Wiring
from .tallies import DD, DGDG, DPDG, DPDP, GG, PG, PP, SUMS, YDG, YDP, YDYD, ZZ, Tally

__all__ = ["tally_halves", "tally_point"]

_SIDES = int(Purpose.SIDES)
_COUNT, _PRODUCTS, _INPUTS, _NOISES = 0, 1, 2, 4  # slots; the last two have one for each side


@pasted
def tally_point(wiring: Wiring, tally: Tally, seed: int, trial: int) -> None:
    """Tally the input, which lies on the first axis: noise along it, and the norm of what is across."""
    sums, four = tally.sums, tally.four
    mantissa, exponent = math.frexp(wiring.input_norm)
    tally.value_exponents[0] = exponent
    across = chi_square(four, wiring.widths[0] - 1, seed, _NOISES, 0, trial, _SIDES)
    attempt(four, seed, _PRODUCTS, 0, 0, trial, _SIDES)
    for column in range(SUMS):
        sums[0, column] = 0.0
    sums[0, PP], sums[0, PG] = mantissa * mantissa, mantissa * four[0]
    sums[0, GG] = four[0] * four[0] + across


@pasted
def tally_halves(wiring: Wiring, tally: Tally, seed: int, trial: int, layer: int, width: int, scale: float) -> None:
    """Draw the sums of a layer whose scale is known."""
    sums, four = tally.sums, tally.four
    positive = heads(four, width, seed, _COUNT, layer, trial, _SIDES)
    attempt(four, seed, _PRODUCTS, 0, layer, trial, _SIDES)
    normals = four[0], four[1]
    for column in range(SUMS):
        sums[layer, column] = 0.0
    for side in range(2):
        units = positive if side == 1 else width - positive
        if units > 0:
            squares = chi_square(four, units, seed, _INPUTS + side, layer, trial, _SIDES)
            across = chi_square(four, units - 1, seed, _NOISES + side, layer, trial, _SIDES)
            normal = normals[side]
            along, noise = math.sqrt(squares) * normal, normal * normal + across
            _add_side(sums, layer, wiring.sides[layer, side], units, scale * scale * squares, scale * along, noise)


@inlined
def _add_side(sums: Any, layer: int, slope: float, units: int, yy: float, yg: float, gg: float) -> None:
    """Add the sums of the units with one slope, where ``p = d y``."""
    square = slope * slope
    sums[layer, ZZ] += yy
    sums[layer, PP] += square * yy
    sums[layer, GG] += gg
    sums[layer, PG] += slope * yg
    sums[layer, DPDP] += square * square * yy
    sums[layer, DPDG] += square * slope * yg
    sums[layer, DGDG] += square * gg
    sums[layer, YDP] += square * yy
    sums[layer, YDG] += slope * yg
    sums[layer, DD] += square * units
    sums[layer, YDYD] += square * yy
