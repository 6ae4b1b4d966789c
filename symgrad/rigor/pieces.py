"""Pieces: a function with kinks as analytic functions on intervals, with exact ends.

Piecewise, Abs, Max, Min, sign and Heaviside are resolved at a rational point strictly inside each piece, where every
condition has a provable sign. Nothing is folded or rewritten by SymPy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cmp_to_key, lru_cache
from itertools import combinations, pairwise

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean, BooleanFalse, BooleanTrue

from .balls import constant_ball
from .enclosures import compare, enclose
from .errors import CannotEnclose
from .monomials import certain_sign
from .zeros import analytic_zeros

__all__ = ["Piece", "formula_at", "in_order", "is_defined", "pieces", "point_between", "value_at"]

_SWITCHING = (sp.Piecewise, sp.Abs, sp.Max, sp.Min, sp.sign, sp.Heaviside)


@dataclass(frozen=True)
class Piece:
    """An analytic function on an open interval.

    Parameters
    ----------
    lower, upper : sympy.Expr
        The ends, exact or infinite.
    expr : sympy.Expr
        The function there.
    """

    lower: sp.Expr
    upper: sp.Expr
    expr: sp.Expr


@lru_cache(maxsize=1024)
def pieces(expr: sp.Expr, x: sp.Symbol, lower: sp.Expr = -sp.oo, upper: sp.Expr = sp.oo) -> tuple[Piece, ...]:
    """Split a function into analytic pieces.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone.
    x : sympy.Symbol
        The variable.
    lower, upper : sympy.Expr, optional
        The domain.

    Returns
    -------
    tuple of Piece
        From left to right; together they cover the domain up to finitely many points.

    Raises
    ------
    CannotEnclose
        If the points where the formula changes cannot be found.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> [(p.lower, p.upper, p.expr) for p in pieces(sp.Max(0, x), x)]
    [(-oo, 0, 0), (0, oo, x)]
    """
    breaks = {zero for switch in _switches(expr) for zero in _zeros(switch, x, lower, upper)}
    inside = [b for b in breaks if compare(lower, b) == -1 and compare(b, upper) == -1]
    ends = [lower, *in_order(inside), upper]
    return tuple(Piece(a, b, _selected(expr, x, point_between(a, b))) for a, b in pairwise(ends))


def formula_at(expr: sp.Expr, x: sp.Symbol, point: sp.Expr) -> sp.Expr:
    """Return the formula that holds at a point, without branches.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone.
    x : sympy.Symbol
        The variable.
    point : sympy.Expr
        Finite.

    Returns
    -------
    sympy.Expr
        In ``x``.
    """
    return _selected(expr, x, point)


def value_at(expr: sp.Expr, x: sp.Symbol, point: sp.Expr) -> sp.Expr:
    """Return the value of the formula at a point, with its branches as written.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone.
    x : sympy.Symbol
        The variable.
    point : sympy.Expr
        Finite.

    Returns
    -------
    sympy.Expr
        The value.
    """
    return formula_at(expr, x, point).subs(x, point)


def is_defined(expr: sp.Expr, x: sp.Symbol, point: sp.Expr) -> bool:
    """Say whether a formula, worked out as it is written, is finite and real at a point in all its parts.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone, without branches.
    x : sympy.Symbol
        The variable.
    point : sympy.Expr
        Finite.

    Returns
    -------
    bool
        False also where the function has a limit but no value, as ``sin(x)/x`` at zero.

    Raises
    ------
    CannotEnclose
        If a power has a base that can neither be told from zero nor proved to be zero.
    """
    return all(_is_finite(part, x, point) for part in sp.postorder_traversal(expr) if x in part.free_symbols)


def _is_finite(part: sp.Expr, x: sp.Symbol, point: sp.Expr) -> bool:
    """Say whether a part is finite and real at a point where its own parts are."""
    if isinstance(part, sp.Pow) and part.exp.is_Rational:
        sign = _sign(part.base, x, point)
        return (sign > 0 or part.exp.is_Integer or sign == 0) and (sign != 0 or part.exp > 0)
    if isinstance(part, (sp.Pow, sp.Function)):
        value = part.subs(x, point)
        return not value.has(sp.nan, sp.zoo) and bool(constant_ball(value).is_finite())
    return True


def in_order(points: list[sp.Expr]) -> list[sp.Expr]:
    """Return numbers in increasing order, equal ones once.

    Parameters
    ----------
    points : list of sympy.Expr
        Constants.

    Returns
    -------
    list of sympy.Expr
        Without repetition.

    Raises
    ------
    CannotEnclose
        If two of them can neither be told apart nor proved equal.
    """
    kept: list[sp.Expr] = []
    for point in sorted(points, key=cmp_to_key(_order)):
        if not kept or _order(kept[-1], point):
            kept.append(point)
    return kept


def _order(a: sp.Expr, b: sp.Expr) -> int:
    order = compare(a, b)
    if order is None:
        raise CannotEnclose(f"{a} and {b} can neither be told apart nor proved equal")
    return order


def point_between(lower: sp.Expr, upper: sp.Expr) -> sp.Rational:
    """Return a rational number strictly between two numbers.

    Parameters
    ----------
    lower, upper : sympy.Expr
        Different, in order; infinite ones allowed.

    Returns
    -------
    sympy.Rational
        As simple as comes easily.

    Examples
    --------
    >>> point_between(-sp.oo, sp.sqrt(2))
    0
    """
    low, high = (end if end.is_infinite else enclose(end) for end in (lower, upper))
    if lower == -sp.oo:
        return sp.S.Zero if upper == sp.oo else sp.floor(high.lower) - 1
    if upper == sp.oo:
        return sp.ceiling(low.upper) + 1
    return (low.upper + high.lower) / 2


def _switches(expr: sp.Expr) -> Iterator[sp.Expr]:
    """Yield the expressions at whose zeros the formula may change."""
    for part in sp.preorder_traversal(expr):
        if isinstance(part, Relational):
            yield part.lhs - part.rhs
        elif isinstance(part, (sp.Max, sp.Min)):
            yield from (a - b for a, b in combinations(part.args, 2))
        elif isinstance(part, (sp.Abs, sp.sign, sp.Heaviside)):
            yield part.args[0]


def _zeros(switch: sp.Expr, x: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> list[sp.Expr]:
    if x not in switch.free_symbols:
        return []
    found = []
    for piece in pieces(switch, x, lower, upper):
        found += [end for end in (piece.lower, piece.upper) if not end.is_infinite]
        if x in piece.expr.free_symbols:
            found += [zero.value for zero in analytic_zeros(piece.expr, x, piece.lower, piece.upper)]
    return found


def _selected(expr: sp.Expr, x: sp.Symbol, point: sp.Expr) -> sp.Expr:
    """Replace every branching word by the branch that holds at a point."""
    if not expr.has(*_SWITCHING):
        return expr
    if isinstance(expr, sp.Piecewise):
        return _branch(expr, x, point)
    parts = [_selected(part, x, point) for part in expr.args]
    if isinstance(expr, (sp.Abs, sp.sign, sp.Heaviside)):
        sign = _sign(parts[0], x, point)
        return {sp.Abs: sign * parts[0], sp.sign: sp.Integer(sign), sp.Heaviside: sp.Rational(1 + sign, 2)}[type(expr)]
    if isinstance(expr, (sp.Max, sp.Min)):
        order = in_order([part.subs(x, point) for part in parts])
        wanted = order[-1] if isinstance(expr, sp.Max) else order[0]
        return next(part for part in parts if compare(part.subs(x, point), wanted) == 0)
    return expr.func(*parts)


def _branch(expr: sp.Piecewise, x: sp.Symbol, point: sp.Expr) -> sp.Expr:
    for value, condition in expr.args:
        if _holds(condition, x, point):
            return _selected(value, x, point)
    raise CannotEnclose(f"{expr} has no value at {x} = {point}")


def _sign(expr: sp.Expr, x: sp.Symbol, point: sp.Expr) -> int:
    return certain_sign(expr.subs(x, point))


def _holds(condition: Boolean, x: sp.Symbol, point: sp.Expr) -> bool:
    if isinstance(condition, (BooleanTrue, BooleanFalse)):
        return bool(condition)
    if isinstance(condition, Relational):
        sign = _sign(_selected(condition.lhs - condition.rhs, x, point), x, point)
        return bool(condition.func(sp.Integer(sign), sp.S.Zero))
    if isinstance(condition, (sp.And, sp.Or)):
        parts = [_holds(part, x, point) for part in condition.args]
        return all(parts) if isinstance(condition, sp.And) else any(parts)
    if isinstance(condition, sp.Not):
        return not _holds(condition.args[0], x, point)
    raise CannotEnclose(f"cannot decide the condition {condition}")
