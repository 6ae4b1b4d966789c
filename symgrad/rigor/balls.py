"""Three rings of numbers: thin real balls, wide boxes, and complex balls for contour arguments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp
from flint import arb, ctx, fmpq

from .errors import CannotEnclose
from .families import FAMILIES, Member
from .intervals import PLUS_INFINITY, ZERO, Interval
from .primitives import primitive

__all__ = ["BALLS", "BOXES", "Complexes", "constant_ball"]

_LEAVES = {
    sp.S.Pi: arb.pi,
    sp.S.Exp1: arb.const_e,
    sp.S.EulerGamma: arb.const_euler,
    sp.S.Catalan: arb.const_catalan,
    sp.S.GoldenRatio: lambda: (1 + arb(5).sqrt()) / 2,
    sp.S.Infinity: arb.pos_inf,
    sp.S.NegativeInfinity: arb.neg_inf,
}
_SELECTORS = {sp.Max: arb.max, sp.Min: arb.min}


def constant_ball(expr: sp.Expr) -> Any:
    """Enclose a constant expression at the working precision.

    Parameters
    ----------
    expr : sympy.Expr
        Without free symbols; numbers that know a ball of themselves (implicit and enclosed constants) included.

    Returns
    -------
    flint.arb
        A ball around the number.

    Raises
    ------
    CannotEnclose
        If a part of the expression has no rule.
    ValueError
        If a SymPy Float stands in the expression: it is not the number that its digits say.
    """
    return _constant_ball(expr, ctx.prec)


@lru_cache(maxsize=8192)
def _constant_ball(expr: sp.Expr, precision: int) -> Any:  # noqa: ARG001 - part of the key of the cache
    if isinstance(expr, sp.Rational):
        return arb(fmpq(int(expr.p), int(expr.q)))
    if expr in _LEAVES:
        return _LEAVES[expr]()
    if hasattr(expr, "ball"):
        return expr.ball()
    if isinstance(expr, sp.Float):
        raise ValueError(f"{expr} is a float, so its exact value is in doubt; write it as a Rational")
    if type(expr) in _SELECTORS:
        return _selected(expr)
    if isinstance(expr, sp.Abs):
        return abs(constant_ball(expr.args[0]))
    if expr.is_Atom or not expr.args:
        raise CannotEnclose(f"cannot enclose {expr}; it is not a real number that this room knows")
    return _assembled(expr)


def _selected(expr: sp.Expr) -> Any:
    best, *rest = (constant_ball(e) for e in expr.args)
    for other in rest:
        best = _SELECTORS[type(expr)](best, other)
    return best


def _assembled(expr: sp.Expr) -> Any:
    """Put an expression together from the balls of its parts."""
    if isinstance(expr, sp.Pow) and not expr.exp.is_Rational:
        return BALLS.real_power(constant_ball(expr.base), constant_ball(expr.exp))
    if isinstance(expr, sp.Pow):
        return BALLS.power(constant_ball(expr.base), expr.exp)
    if isinstance(expr, sp.Add):
        return sum((constant_ball(e) for e in expr.args), arb(0))
    if isinstance(expr, sp.Mul):
        total = arb(1)
        for e in expr.args:
            total = total * constant_ball(e)
        return total
    if isinstance(expr, sp.zeta) and expr.args[0].is_Integer and len(expr.args) == 1:
        return arb(int(expr.args[0])).zeta()  # what SymPy makes of polygamma functions at integers
    if isinstance(expr, sp.Function) and len(expr.args) == 1:
        return BALLS.function(type(expr), constant_ball(expr.args[0]))
    if expr.func in FAMILIES and FAMILIES[expr.func].admits(expr.args[0]):
        return BALLS.function(Member(expr.func, expr.args[0]), constant_ball(expr.args[1]))
    raise CannotEnclose(f"cannot enclose {expr}; there is no rule for {type(expr).__name__}")


class Balls:
    """Real balls: tight where the input is thin."""

    def constant(self, expr: sp.Expr) -> Any:
        """Enclose a constant expression."""
        return constant_ball(expr)

    def power(self, base: Any, exponent: sp.Expr) -> Any:
        """Raise to a constant power; a negative base only to integer ones."""
        if exponent == 2:
            return base * base  # a ball around zero squared by ** is not a number
        if exponent.is_Integer:
            return base ** int(exponent)
        if exponent.is_Rational and exponent.q < 100:
            return base.root(int(exponent.q)) ** int(exponent.p)
        return self.real_power(base, constant_ball(exponent))

    def real_power(self, base: Any, exponent: Any) -> Any:
        """Raise a positive number to any power."""
        return (exponent * base.log()).exp()

    def function(self, head: type[sp.Function] | Member, argument: Any) -> Any:
        """Apply a function of the table."""
        return primitive(head).ball(argument)


class Boxes:
    """Intervals: sharp for monotone functions however wide the input."""

    def constant(self, expr: sp.Expr) -> Interval:
        """Enclose a constant expression."""
        return _constant_box(expr, ctx.prec)

    def power(self, base: Interval, exponent: sp.Expr) -> Interval:
        """Raise to a constant power; for other than integer powers the base must not be negative."""
        if exponent.p < 0 if exponent.is_Rational else exponent.is_negative:  # assumptions take long
            return self.power(base, -exponent).reciprocal()
        if exponent.is_Integer:
            return _integer_power(base, int(exponent))
        low = BALLS.power(base.lo, exponent).lower() if base.lo > 0 else _root_of_zero(base)
        return Interval(low, BALLS.power(base.hi, exponent).upper() if base.hi.is_finite() else PLUS_INFINITY)

    def function(self, head: type[sp.Function] | Member, argument: Interval) -> Interval:
        """Apply a function of the table."""
        return primitive(head).box(argument)


@lru_cache(maxsize=8192)
def _constant_box(expr: sp.Expr, precision: int) -> Interval:  # noqa: ARG001 - part of the key of the cache
    return Interval.ball(constant_ball(expr))


def _root_of_zero(base: Interval) -> Any:
    return ZERO if base.lo == 0 else arb.nan()


def _integer_power(base: Interval, exponent: int) -> Interval:
    if exponent % 2:
        return Interval((base.lo**exponent).lower(), (base.hi**exponent).upper())
    return Interval((base.mignitude() ** exponent).lower(), (base.magnitude() ** exponent).upper())


@dataclass(frozen=True)
class Complexes:
    """Complex balls.

    Parameters
    ----------
    analytic : bool
        Whether the result must be non-finite wherever the function is not analytic.
    """

    analytic: bool

    def constant(self, expr: sp.Expr) -> Any:
        """Enclose a constant expression."""
        return constant_ball(expr)

    def power(self, base: Any, exponent: sp.Expr) -> Any:
        """Raise to a constant power."""
        if exponent == 2:
            return base * base
        if exponent.is_Integer:
            return base ** int(exponent)
        return (constant_ball(exponent) * base.log(analytic=self.analytic)).exp()

    def function(self, head: type[sp.Function] | Member, argument: Any) -> Any:
        """Apply a function of the table."""
        return primitive(head).complex(argument, self.analytic)


BALLS = Balls()
BOXES = Boxes()
