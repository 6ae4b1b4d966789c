r"""Multiple zeros: points at which a function vanishes with its slope, where interval Newton is at a loss.

Algebra proves how many derivatives vanish, :math:`g(p)=g'(p)=\dots=g^{(n-1)}(p)=0`. Wherever balls then show that
:math:`g^{(n)}` has one sign between `p` and `x`, so has :math:`g(x)=g^{(n)}(\xi)(x-p)^n/n!`: there is no other zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import sympy as sp

from .balls import BOXES, constant_ball
from .derivatives import derivative
from .enclosures import compare, rational
from .intervals import Interval
from .jets import taylor_coefficients
from .programs import Program

__all__ = ["Flat", "multiple_near"]

_HIGHEST_ORDER = 12
_DENOMINATORS = (1, 12, 120)  # of the multiples of 1 and of pi that are tried


@dataclass(frozen=True)
class Flat:
    """A point at which derivatives vanish: a flat critical point, or a multiple zero.

    Parameters
    ----------
    point : sympy.Expr
        Where.
    order : int
        Of the first derivative that is not proved to vanish there: at least three for a critical point, two for a zero.
    """

    point: sp.Expr
    order: int

    def ball(self) -> Interval:
        """Enclose the point at the working precision."""
        return Interval.ball(constant_ball(self.point))

    def rules(self, program: Program, box: Interval) -> bool:
        """Say whether the slope, or the function at a zero, surely vanishes nowhere in a box, except at the point."""
        reached = box.hull(self.ball())
        if reached.width() > 3 * box.width():
            return False  # too far away to be worth the trouble
        leading: Interval = taylor_coefficients(program, BOXES, reached, self.order)[-1]
        return leading.sign != 0


def multiple_near(expr: sp.Expr, x: sp.Symbol, box: Interval) -> Flat | None:
    """Return a multiple zero near a box that a search could not settle.

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
        With a proof by algebra; None if none is found at a short multiple of 1 or of pi.
    """
    for point in _short_multiples(box):
        order = _order(expr, x, point)
        if order > 1:
            return Flat(point, order)
    return None


def _short_multiples(box: Interval) -> Iterator[sp.Expr]:
    """Yield multiples of 1 and of pi with small denominators near a box."""
    for unit in (sp.S.One, sp.pi):
        ratio = rational((box.midpoint() / constant_ball(unit)).mid())
        for denominator in _DENOMINATORS:
            yield sp.Rational(Fraction(int(ratio.p), int(ratio.q)).limit_denominator(denominator)) * unit


@lru_cache(maxsize=256)
def _order(expr: sp.Expr, x: sp.Symbol, point: sp.Expr) -> int:
    """Return the order of the first derivative of a function that does not provably vanish at a point."""
    for order in range(_HIGHEST_ORDER):
        value = expr.subs(x, point)
        if value.has(sp.nan, sp.zoo) or compare(value, 0) != 0:
            return order
        expr = derivative(expr, x)
    return 0  # of a function that seems to vanish altogether
