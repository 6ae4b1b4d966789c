r"""Flat points: critical points at which the curvature vanishes too, as that of :math:`x^4` at zero.

Interval Newton isolates simple zeros of the slope only. At a flat point algebra proves how many derivatives vanish,
:math:`f'(p)=\dots=f^{(m-1)}(p)=0`. Wherever balls then show that :math:`f^{(m)}` has one sign between `p` and `x`,
so has :math:`f'(x)=f^{(m)}(\xi)(x-p)^{m-1}/(m-1)!`: there is no other critical point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from .balls import BOXES, constant_ball
from .candidates import multiplicities
from .enclosures import compare, rational
from .errors import CannotEnclose
from .intervals import Interval
from .jets import taylor_coefficients
from .programs import Program, compiled
from .searches import search_zeros
from .zeros import implicit_zero

__all__ = ["Flat", "flat_near"]

_HIGHEST_ORDER = 12
_DENOMINATORS = (1, 12, 120)  # of the multiples of 1 and of pi that are tried
_WIDENED = 4  # times its width by which a box is widened when a zero is looked for near it


@dataclass(frozen=True)
class Flat:
    """A point at which derivatives vanish.

    Parameters
    ----------
    point : sympy.Expr
        Where.
    order : int
        Of the first derivative that is not proved to vanish there; at least three.
    """

    point: sp.Expr
    order: int

    def ball(self) -> Interval:
        """Enclose the point at the working precision."""
        return Interval.ball(constant_ball(self.point))

    def rules(self, program: Program, box: Interval) -> bool:
        """Say whether the slope surely vanishes nowhere in a box, except at the point."""
        reached = box.hull(self.ball())
        if reached.width() > 3 * box.width():
            return False  # too far away to be worth the trouble
        leading: Interval = taylor_coefficients(program, BOXES, reached, self.order)[-1]
        return leading.sign != 0


def flat_near(expr: sp.Expr, x: sp.Symbol, box: Interval) -> Flat | None:
    """Return a flat point near a box that a search could not settle.

    Parameters
    ----------
    expr : sympy.Expr
        Analytic near the box.
    x : sympy.Symbol
        The variable.
    box : Interval
        Finite and narrow.

    Returns
    -------
    Flat or None
        With a proof by algebra; None if none is found.
    """
    slope = sp.diff(expr, x)
    for point in _short_multiples(box):
        order = _order(slope, x, point)
        if order > 2:
            return Flat(point, order)
    return next(_multiple_zeros(slope, x, box.widened(_WIDENED)), None)


def _short_multiples(box: Interval) -> Iterator[sp.Expr]:
    """Yield multiples of 1 and of pi with small denominators near a box."""
    for unit in (sp.S.One, sp.pi):
        ratio = rational((box.midpoint() / constant_ball(unit)).mid())
        for denominator in _DENOMINATORS:
            yield sp.Rational(Fraction(int(ratio.p), int(ratio.q)).limit_denominator(denominator)) * unit


@lru_cache(maxsize=256)
def _order(slope: sp.Expr, x: sp.Symbol, point: sp.Expr) -> int:
    """Return the order of the first derivative of a function that does not provably vanish at a point."""
    for order in range(1, _HIGHEST_ORDER):
        value = slope.subs(x, point)
        if value.has(sp.nan, sp.zoo) or compare(value, 0) != 0:
            return order
        slope = sp.diff(slope, x)
    return 0  # of a function that seems to vanish altogether


def _multiple_zeros(slope: sp.Expr, x: sp.Symbol, box: Interval) -> Iterator[Flat]:
    """Yield the simple zeros of the multiple factors of a slope."""
    for factor, multiplicity in multiplicities(slope, x).items():
        if multiplicity > 1:
            for zero in _zeros(factor, x, box):
                yield Flat(zero, multiplicity + 1)


def _zeros(factor: sp.Expr, x: sp.Symbol, box: Interval) -> list[Any]:
    try:
        return [implicit_zero(factor, x, found) for found in search_zeros(compiled(factor, x), box).found]
    except CannotEnclose:
        return []
