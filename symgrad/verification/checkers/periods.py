"""Periods: that a function repeats is read off its form, exactly."""

from __future__ import annotations

from fractions import Fraction

from .expressions import Expression
from .intervals import Interval, hull
from .jets import evaluated

__all__ = ["frozen", "holds_variable", "multiple_of_pi", "repeats"]

Multiple = tuple[Fraction, int]  # (r, k) is r pi^k


def multiple_of_pi(expr: Expression) -> Multiple | None:
    """Return a constant as a fraction times a power of pi; None if it is written otherwise."""
    if isinstance(expr, Fraction):
        return expr, 0
    if expr == "pi":
        return Fraction(1), 1
    if not isinstance(expr, tuple):
        return None
    if expr[0] == "^" and expr[2] in (-1, 2):
        base = multiple_of_pi(expr[1])
        return None if base is None or not base[0] else (base[0] ** int(expr[2]), base[1] * int(expr[2]))
    if expr[0] != "*":
        return None
    factors = [multiple_of_pi(part) for part in expr[1:]]
    result = Fraction(1), 0
    for factor in factors:
        if factor is None:
            return None
        result = result[0] * factor[0], result[1] + factor[1]
    return result


def repeats(expr: Expression, period: Multiple) -> bool:
    """Say whether the variable stands in sines and cosines only, each of which repeats after the period."""
    if not isinstance(expr, tuple):
        return bool(expr != "x")
    return _is_periodic(expr, period) or (expr[0] != "root" and all(repeats(part, period) for part in expr))


def _is_periodic(expr: Expression, period: Multiple, phase: Expression = "x") -> bool:
    rate = _rate(expr[1], phase) if expr[0] in ("cos", "sin") else None
    return rate is not None and rate[1] + period[1] == 1 and (rate[0] * period[0] / 2).denominator == 1


def frozen(expr: Expression, period: Multiple, at: Interval, phase: Expression = "x") -> Expression:
    """Replace each sine or cosine that repeats after a period of the phase by its value at all points of one phase."""
    if not isinstance(expr, tuple) or expr[0] == "root":
        return expr
    if _is_periodic(expr, period, phase):
        value = hull(evaluated(_in_phase(expr, phase), at).value)
        return ("between", value.lo, value.hi)
    return tuple(frozen(part, period, at, phase) for part in expr)


def _in_phase(expr: Expression, phase: Expression) -> Expression:
    """Return an expression, in which the variable stands in the phase only, as a function of the phase."""
    if expr == phase:
        return "x"
    return tuple(_in_phase(part, phase) for part in expr) if isinstance(expr, tuple) else expr


def holds_variable(expr: Expression) -> bool:
    """Say whether the variable stands in an expression; that of the equation of a root is its own."""
    if not isinstance(expr, tuple):
        return bool(expr == "x")
    return expr[0] != "root" and any(map(holds_variable, expr))


def _rate(expr: Expression, phase: Expression) -> Multiple | None:
    """Return the slope of a linear function of the phase, which must be written as such."""
    if expr == phase:
        return Fraction(1), 0
    if not isinstance(expr, tuple) or expr[0] not in ("+", "*"):
        return None
    moving = [part for part in expr[1:] if holds_variable(part)]
    inner = _rate(moving[0], phase) if len(moving) == 1 else None
    if inner is None or expr[0] == "+":
        return inner
    outer = multiple_of_pi(("*", *(part for part in expr[1:] if part is not moving[0])))
    return None if outer is None else (inner[0] * outer[0], inner[1] + outer[1])
