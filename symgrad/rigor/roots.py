"""Roots and sublevel sets of functions with kinks, complete and certified."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import sympy as sp

from .enclosures import compare, enclose
from .periods import one_period
from .pieces import Piece, formula_at, in_order, is_defined, pieces, point_between
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
        From left to right, complete: every point at which the formula, worked out as it is written, gives zero. Where
        a part of it is infinite or undefined there is no root, though the function may tend to zero. Where the
        function vanishes on a whole interval, its ends alone are roots; of a periodic function on an infinite domain,
        those of one period: around zero on the line, the first one on a half-line.

    Raises
    ------
    CannotEnclose
        If completeness cannot be proved.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> [root.value for root in isolate_roots(sp.Abs(x) - 2, x)]
    [-2, 2]
    >>> [root.value for root in isolate_roots(x * sp.log(sp.Abs(x)), x)]
    [-1, 1]
    """
    first, last = one_period(expr, x, lower, upper)
    parts = pieces(expr, x, first, last)
    found = [zero for part in parts if x in part.expr.free_symbols for zero in _zeros(part, x)]
    # Of a period, one end counts, that which the domain holds: the other end is the same place again.
    seams = [] if (first, last) == (lower, upper) else [first if last == upper else last]
    breaks = [*(part.lower for part in parts[1:]), *seams]
    found += [point for point in breaks if _vanishes(expr, x, point)]
    return tuple(Root(value, enclose(value, digits)) for value in in_order(found))


def _vanishes(expr: sp.Expr, x: sp.Symbol, point: sp.Expr) -> bool:
    formula = formula_at(expr, x, point)
    return is_defined(formula, x, point) and compare(formula.subs(x, point), 0) == 0


def _zeros(part: Piece, x: sp.Symbol) -> list[sp.Expr]:
    found = (root.value for root in analytic_zeros(part.expr, x, part.lower, part.upper))
    return [zero for zero in found if is_defined(part.expr, x, zero)]


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
    parts = pieces(expr, x, *one_period(expr, x, -sp.oo, sp.oo))
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
