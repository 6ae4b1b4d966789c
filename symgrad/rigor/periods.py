"""Periods: what repeats is known from one period."""

from __future__ import annotations

from functools import reduce

import sympy as sp

__all__ = ["one_period", "period"]

_PERIODS = {sp.sin: 2 * sp.pi, sp.cos: 2 * sp.pi, sp.tan: sp.pi, sp.cot: sp.pi, sp.sec: 2 * sp.pi, sp.csc: 2 * sp.pi}


def period(expr: sp.Expr, x: sp.Symbol) -> sp.Expr | None:
    """Return a period that the form of an expression proves.

    Parameters
    ----------
    expr : sympy.Expr
        Any expression.
    x : sympy.Symbol
        The variable.

    Returns
    -------
    sympy.Expr or None
        Positive, not necessarily the smallest; None if ``x`` stands outside of trigonometric functions, or their
        frequencies have no common measure.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> period(sp.sin(x) ** 2 + sp.cos(x / 2), x), period(x + sp.sin(x), x)
    (4*pi, None)
    """
    found = _periods(expr, x)
    if not found:
        return None
    ratios = [each / found[0] for each in found]
    if not all(ratio.is_Rational for ratio in ratios):
        return None
    return found[0] * reduce(_least_common_multiple, ratios)


def one_period(expr: sp.Expr, x: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return ends between which a function takes all the values that it takes on an infinite domain.

    Parameters
    ----------
    expr : sympy.Expr
        Any expression.
    x : sympy.Symbol
        The variable.
    lower, upper : sympy.Expr
        The domain.

    Returns
    -------
    tuple of sympy.Expr
        Of a periodic function the period around zero, or the first one of a half-line; else the domain itself.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> one_period(sp.sin(x), x, -sp.oo, sp.oo), one_period(sp.sin(x), x, sp.Integer(10), sp.oo)
    ((-pi, pi), (10, 2*pi + 10))
    """
    repeats = period(expr, x) if lower.is_infinite or upper.is_infinite else None
    if repeats is None:
        return lower, upper
    if not lower.is_infinite:
        return lower, lower + repeats
    return (-repeats / 2, repeats / 2) if upper.is_infinite else (upper - repeats, upper)


def _periods(expr: sp.Expr, x: sp.Symbol) -> list[sp.Expr] | None:
    """Return the periods of all parts that hold the variable, or None if one part has none."""
    if x not in expr.free_symbols:
        return []
    if type(expr) in _PERIODS and expr.args[0].is_polynomial(x) and sp.degree(expr.args[0], x) == 1:
        return [_PERIODS[type(expr)] / abs(sp.diff(expr.args[0], x))]
    parts = [_periods(part, x) for part in expr.args]
    if not parts or None in parts:
        return None
    return [each for part in parts if part for each in part]


def _least_common_multiple(a: sp.Rational, b: sp.Rational) -> sp.Rational:
    return sp.Rational(sp.ilcm(a.p * b.q, b.p * a.q), a.q * b.q)
