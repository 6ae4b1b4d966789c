"""Roots and sublevel sets of functions with kinks, complete and certified."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import sympy as sp

from .enclosures import compare, enclose
from .periods import period
from .pieces import Piece, in_order, pieces, point_between, value_at
from .zeros import Root, analytic_zeros

__all__ = ["isolate_roots", "sublevel_set"]

_DIGITS = 30
Gap = tuple[sp.Expr, sp.Expr]


@lru_cache(maxsize=512)
def isolate_roots(
    expr: sp.Expr, x: sp.Symbol, lower: sp.Expr = -sp.oo, upper: sp.Expr = sp.oo, digits: int = _DIGITS
) -> tuple[Root, ...]:
    """Return all roots strictly between two ends, also of a function with kinks.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone.
    x : sympy.Symbol
        The variable.
    lower, upper : sympy.Expr, optional
        The ends, exact or infinite.
    digits : int, default 30
        Of the enclosures.

    Returns
    -------
    tuple of Root
        From left to right, complete. Where the function vanishes on a whole interval, its ends alone are roots; of a
        periodic function on an infinite domain, those of one period around zero.

    Raises
    ------
    CannotEnclose
        If completeness cannot be proved.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> [root.value for root in isolate_roots(sp.Abs(x) - 2, x)]
    [-2, 2]
    """
    repeats = period(expr, x) if lower.is_infinite or upper.is_infinite else None
    parts = pieces(expr, x, lower, upper) if repeats is None else pieces(expr, x, -repeats / 2, repeats / 2)
    found = [zero for part in parts if x in part.expr.free_symbols for zero in _zeros(part, x)]
    breaks = [part.lower for part in parts[1:]]
    found += [point for point in breaks if compare(value_at(expr, x, point), 0) == 0]
    return tuple(Root(value, enclose(value, digits)) for value in in_order(found))


def _zeros(part: Piece, x: sp.Symbol) -> list[sp.Expr]:
    return [root.value for root in analytic_zeros(part.expr, x, part.lower, part.upper)]


@lru_cache(maxsize=512)
def sublevel_set(expr: sp.Expr, x: sp.Symbol, level: sp.Expr) -> tuple[Gap, ...]:
    """Return where the absolute value of a function is below a level, as open intervals.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone.
    x : sympy.Symbol
        The variable.
    level : sympy.Expr
        Positive.

    Returns
    -------
    tuple of pairs of sympy.Expr
        Disjoint, from left to right; points where the formula changes are left out of account. Of a periodic
        function, those of one period around zero.

    Raises
    ------
    CannotEnclose
        If the crossings of the level cannot be isolated.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> sublevel_set(1 / (1 + x**2), x, sp.Rational(1, 5))
    ((-oo, -2), (2, oo))
    >>> sublevel_set(sp.cos(x), x, sp.Rational(1, 2))
    ((-2*pi/3, -pi/3), (pi/3, 2*pi/3))
    """
    repeats = period(expr, x)
    parts = pieces(expr, x) if repeats is None else pieces(expr, x, -repeats / 2, repeats / 2)
    below = [gap for part in parts for gap in _below(part, x, level)]
    return tuple(_joined(below, {part.lower for part in parts}))


def _below(part: Piece, x: sp.Symbol, level: sp.Expr) -> list[Gap]:
    """Cut a piece at the crossings; between two of them one point tells."""
    crossings: list[sp.Expr] = []
    if x in part.expr.free_symbols:
        for target in (part.expr - level, part.expr + level):
            crossings += [root.value for root in analytic_zeros(target, x, part.lower, part.upper)]
    ends = [part.lower, *in_order(crossings), part.upper]
    return [gap for gap in pairwise(ends) if compare(abs(part.expr.subs(x, point_between(*gap))), level) == -1]


def _joined(gaps: list[Gap], breaks: set[sp.Expr]) -> list[Gap]:
    """Join intervals that touch where the formula changes; elsewhere the level is reached, so they stay apart."""
    joined: list[Gap] = []
    for lower, upper in gaps:
        if joined and joined[-1][1] == lower and lower in breaks:
            joined[-1] = (joined[-1][0], upper)
        else:
            joined.append((lower, upper))
    return joined
