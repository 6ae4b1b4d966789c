r"""Gaussian means: the integral over the middle in complex balls, and a proved bound of both tails.

With :math:`x=\sqrt q\,z` the mean is :math:`\int f(\sqrt q\,z)\phi(z)\,dz`, taken piece by piece between the kinks and
jumps. What lies beyond a cut, and next to an integrable singularity, is enclosed by expansions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial, reduce
from itertools import pairwise
from math import log10
from typing import Any

import sympy as sp
from flint import acb, arb

from .balls import BOXES, Complexes, constant_ball
from .enclosures import Enclosure, enclose, rational
from .errors import CannotEnclose, Diverges
from .intervals import ZERO, Interval, greatest
from .pieces import Piece, pieces, value_at
from .precisions import bits_for, checked_digits, working_precision
from .programs import Program, compiled
from .remainders import beyond, far_magnitude, part_box
from .singularities import cell_width, end_cell, is_singular

__all__ = ["gaussian_mean", "slack"]

_THIN = 2.0**-20  # relative width of a variance up to which balls give a sharp integral; beyond, boxes are summed
_CELLS = 512  # of a sum over boxes: its error is then governed by the width of the variance, not by the cells
_MOST_EVALUATIONS = 200_000  # an integral that needs more is not going to converge
_SMALL, _MOST_EXTRA = 1e-3, 300  # a mean below this size is computed again, to up to so many digits more
_LOOSE, _EXTRA_BITS = 1000, 2000  # one that is this much looser than wanted is computed again with so many bits more
_TINY = 2**12  # bits; ends below 2 to minus that are rounded outwards to it, or to zero


def gaussian_mean(expr: sp.Expr, x: sp.Symbol, variance: sp.Expr | Enclosure, digits: int = 20) -> Enclosure:
    """Enclose the mean of a function under a centred Gaussian.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone; may have kinks, jumps and integrable singularities.
    x : sympy.Symbol
        The variable.
    variance : sympy.Expr or Enclosure
        Not negative. Of an enclosure, the result holds for every variance in it.
    digits : int, default 20
        Significant digits aimed at.

    Returns
    -------
    Enclosure
        Around the mean.

    Raises
    ------
    Diverges
        If the mean is provably infinite.
    CannotEnclose
        If the tails cannot be bounded or the integral does not converge.
    ValueError
        If the variance is negative, or no digit is asked for.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> gaussian_mean(sp.Max(0, x) ** 2, x, sp.Integer(3)).decimals(10)
    ('1.499999999', '1.500000001')
    """
    digits = checked_digits(digits)
    spread = variance if isinstance(variance, Enclosure) else enclose(variance, 2 * digits)
    if spread.lower.is_negative:
        raise ValueError(f"the variance is at least {spread.lower}; it must not be negative")
    if spread.upper == 0:
        return enclose(value_at(expr, x, sp.S.Zero), digits)
    return _mean(expr, x, spread, digits)


@lru_cache(maxsize=1024)
def _mean(expr: sp.Expr, x: sp.Symbol, spread: Enclosure, digits: int) -> Enclosure:
    """Compute once, and again with more digits or bits if that gave fewer digits than wanted."""
    parts = pieces(expr, x)
    first = _Mean(parts, x, spread, digits)
    found = first.enclosure()
    size, width = max(abs(found.lower), abs(found.upper)), found.upper - found.lower
    if found.lower * found.upper > 0 and size <= _SMALL:
        again = _Mean(parts, x, spread, digits + min(_MOST_EXTRA, _zeros(size))).enclosure()
        return Enclosure(again.lower, again.upper, digits, again.method)
    sharp = width <= _LOOSE * max(size, sp.S.One) / sp.Integer(10) ** digits
    if sharp or len(first.asked) >= _MOST_EVALUATIONS:  # then more bits would change nothing
        return found
    again = _Mean(parts, x, spread, digits, _EXTRA_BITS).enclosure()  # factors that nearly cancel cost bits
    return min((found, again), key=lambda e: e.upper - e.lower)


def _zeros(size: sp.Rational) -> int:
    """Return about how many zeros follow the decimal point."""
    return 1 + int((int(size.q).bit_length() - int(size.p).bit_length()) * log10(2))


@dataclass(frozen=True)
class _Integrand:
    """``f(deviation z) phi(z)`` on complex balls; keeps count of how often it is asked."""

    program: Program
    deviation: Any
    asked: list[None]

    def __call__(self, z: Any, analytic: bool) -> Any:
        self.asked.append(None)
        return self.program.run(Complexes(analytic), z * self.deviation) * _density(z)


def _density(z: Any) -> Any:
    return (-z * z / 2).exp() / (2 * arb.pi()).sqrt()


class _Mean:
    """One computation: a function in pieces, a variance and a number of digits."""

    def __init__(
        self, parts: tuple[Piece, ...], x: sp.Symbol, spread: Enclosure, digits: int, extra_bits: int = 0
    ) -> None:
        self.parts, self.x, self.spread, self.digits = parts, x, spread, digits
        self.bits = bits_for(digits + 10) + extra_bits
        self.thin = bool(spread.upper - spread.lower <= _THIN * spread.upper)
        self.cuts = {1: arb(0), -1: arb(0)}  # in standard deviations, set by the tails
        self.deviation: Any = None
        self.asked: list[None] = []

    def enclosure(self) -> Enclosure:
        """Add everything up."""
        with working_precision(self.bits):
            self.deviation = self.spread.ball().sqrt() if self.spread.lower != 0 else self._from_zero()
            total = self._total()
        method = "complex balls on the middle" if self.thin else f"{_CELLS} boxes on the middle"
        lower, upper = _written(total.lo, -1), _written(total.hi, 1)
        return Enclosure(lower, upper, self.digits, f"{method}, and a bound of both tails")

    def _from_zero(self) -> Any:
        return arb(0).union(constant_ball(self.spread.upper).sqrt())

    def _total(self) -> Interval:
        """An infinite summand makes an infinite mean; two of opposite signs make none."""
        total, signs = Interval(ZERO, ZERO), set()
        for summand in self._summands():
            try:
                total = total + summand()
            except Diverges as infinite:
                signs.add(infinite.sign)
        words = ", ".join(dict.fromkeys(str(part.expr) for part in self.parts))
        if len(signs) == 1:
            raise Diverges(signs.pop(), f"the Gaussian mean of {words} is infinite")
        if signs:
            raise CannotEnclose(f"there is no Gaussian mean of {words}: it is infinite with both signs")
        if not total.is_finite:
            raise CannotEnclose(
                f"the integral for the Gaussian mean of {words} does not converge, as far as it was taken"
            )
        return total

    def _summands(self) -> Iterator[Callable[[], Interval]]:
        yield lambda: self._tail(self.parts[0], -1)
        yield lambda: self._tail(self.parts[-1], 1)
        if not self.thin:
            yield self._box_sum
            return
        for part in self.parts:
            singular = {side for side in (1, -1) if is_singular(part, self.x, side)}
            yield from (partial(self._cell, part, side) for side in singular)
            yield partial(self._integral, part, singular)

    def _tail(self, part: Piece, side: int) -> Interval:
        self.cuts[side], left = beyond(part, self.x, side, self.spread, self.digits)
        return left

    # ------------------------------------------------------------------------------------------- pieces, one by one

    def _integral(self, part: Piece, singular: set[int]) -> Interval:
        low, high = (self._end(part, side, cell_width(self.digits) * (side in singular)) for side in (1, -1))
        if part.expr == 0 or not low.mid() < high.mid():
            return Interval(ZERO, ZERO)
        integrand = _Integrand(compiled(part.expr, self.x), self.deviation, self.asked)
        tolerance = arb(10) ** -(self.digits + 4)
        value = acb.integral(integrand, low.mid(), high.mid(), abs_tol=tolerance, eval_limit=_MOST_EVALUATIONS)
        return Interval.ball(
            value.real + sum((slack(integrand(acb(end), False).real, end) for end in (low, high)), arb(0))
        )

    def _end(self, part: Piece, side: int, width: Any) -> Any:
        """Return an end of a piece in standard deviations, the cut if it is infinite, moved in by a width."""
        end = part.lower if side > 0 else part.upper
        if end.is_infinite:
            return -side * self.cuts[-side]
        return (constant_ball(end) + side * width) / self.deviation

    def _cell(self, part: Piece, side: int) -> Interval:
        """Enclose the integral over the cell at a singular end: that of f, times the range of the density."""
        end = constant_ball(part.lower if side > 0 else part.upper)
        places = end.union(end + side * cell_width(self.digits)) / self.deviation
        return end_cell(part, self.x, side, self.digits) * Interval.ball(_density(places) / self.deviation)

    # --------------------------------------------------------------------------------- all variances of an interval

    def _box_sum(self) -> Interval:
        """Sum over cells the probability of each times the range of the function over it, for every deviation."""
        reach, spread = greatest(list(self.cuts.values())), Interval.ball(self.deviation)
        programs = [(part_box(part), compiled(part.expr, self.x)) for part in self.parts]
        ends = [-reach + 2 * reach * k / _CELLS for k in range(_CELLS + 1)]
        total = sum((self._far(part, side, reach) for part in self.parts for side in (1, -1)), Interval(ZERO, ZERO))
        for low, high in pairwise(ends):
            probability = Interval.ball(((high / arb(2).sqrt()).erf() - (low / arb(2).sqrt()).erf()) / 2)
            total = total + probability * _range(programs, spread * Interval(low.lower(), high.upper()))
        return total

    def _far(self, part: Piece, side: int, reach: Any) -> Interval:
        """Bound what a piece that ends before infinity holds beyond the reach."""
        end = part.upper if side > 0 else part.lower
        if end.is_infinite or part.expr == 0:
            return Interval(ZERO, ZERO)
        begins = (constant_ball(self.spread.lower).sqrt() * reach).lower()
        most = far_magnitude(part, self.x, side, (begins, (side * constant_ball(end)).upper()))
        left = (most * (reach / arb(2).sqrt()).erfc() / 2).upper()
        return Interval(-left, left)


def _written(end: Any, side: int) -> sp.Expr:
    """Return an end as a rational number that is not too long: a tiny one is rounded outwards."""
    if end == 0 or abs(end) > arb(2) ** -_TINY:
        return rational(end)
    outwards = (end > 0) == (side > 0)
    return sp.Rational(side, 2**_TINY) if outwards else sp.S.Zero


def slack(value: Any, end: Any) -> Any:
    """Enclose what is integrated too much or too little because an end is known up to the radius of its ball only.

    Parameters
    ----------
    value : flint.arb
        Of the integrand, on the ball of the end.
    end : flint.arb
        The end.

    Returns
    -------
    flint.arb
        A ball around zero.
    """
    if end.is_exact():
        return arb(0)
    size = abs(value) * end.rad()
    return size.union(-size)


def _range(programs: list[tuple[Interval, Program]], box: Interval) -> Interval:
    """Enclose all values on a box, of every piece that it meets."""
    met = (program.run(BOXES, box.intersection(domain)) for domain, program in programs if domain.meets(box))
    found: Interval = reduce(Interval.hull, met)
    return found
