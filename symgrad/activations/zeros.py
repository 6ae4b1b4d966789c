"""Zeros: where an activation vanishes, points, whole intervals and families that repeat.

Of a periodic function those in one period around zero say it all. A product with a periodic factor, such as
``x*cos(x)``, has the zeros of that factor as families ``start + k*step``.
"""

from __future__ import annotations

from itertools import pairwise

import sympy as sp
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from ..claims import symbol
from ..rigor import CannotEnclose, compare, isolate_roots
from ..rigor.candidates import multiplicities
from ..rigor.periods import period
from ..rigor.pieces import value_at
from .kinks import shape

__all__ = ["zero_set", "zeros"]

X, K = symbol("x"), sp.Symbol("k", integer=True)


def zeros(expression: sp.Expr) -> tuple[sp.Expr, ...]:
    """Return every zero from left to right; where the function vanishes on an interval, its ends.

    Parameters
    ----------
    expression : sympy.Expr
        In the symbol x.

    Returns
    -------
    tuple of sympy.Expr
        Complete. Of a function of period T, those in ``(-T/2, T/2]``.

    Raises
    ------
    CannotEnclose
        If completeness cannot be proved, or there are infinitely many that do not repeat as the function does.

    Examples
    --------
    >>> zeros(sp.sin(X)), zeros(sp.Abs(X) - 2)
    ((0, pi), (-2, 2))
    """
    if _has_families(expression):
        raise CannotEnclose(f"{expression} has infinitely many zeros; the zero set holds them all")
    return tuple(root.value for root in isolate_roots(expression, X))


def zero_set(expression: sp.Expr) -> sp.Set:
    """Return the set on which a function vanishes, points and intervals; else as `zeros`.

    Parameters
    ----------
    expression : sympy.Expr
        In the symbol x.

    Returns
    -------
    sympy.Set
        A union of points, intervals and images of the integers; of a periodic function, points in one period.

    Examples
    --------
    >>> zero_set(sp.Max(0, X - 1)), zero_set(sp.tanh(X))
    (Interval(-oo, 1), {0})
    >>> zero_set(X * sp.cos(X))
    Union({0}, ImageSet(Lambda(k, pi*k + pi/2), Integers))
    """
    if _has_families(expression):
        return sp.Union(*(_zeros_of_factor(factor) for factor in multiplicities(expression, X)))
    flat = [piece for piece in shape(expression).values if piece.expr == 0]
    intervals = [
        sp.Interval(piece.lower, piece.upper, *(_is_left_out(expression, end) for end in (piece.lower, piece.upper)))
        for piece in flat
    ]
    return sp.Union(sp.FiniteSet(*zeros(expression)), *intervals)


def _has_families(expression: sp.Expr) -> bool:
    """Say whether an expression is a product with a periodic factor that vanishes, and real in all its parts.

    Then it vanishes where a factor does: no other one is infinite there.
    """
    swings = expression.has(TrigonometricFunction) and period(expression, X) is None
    if not (swings and expression.free_symbols == {X} and all(map(_is_real, sp.preorder_traversal(expression)))):
        return False
    factors = multiplicities(expression, X)
    positive = all(exponent.is_positive for exponent in factors.values())
    return positive and any(period(factor, X) is not None and isolate_roots(factor, X) for factor in factors)


def _is_real(part: sp.Basic) -> bool:
    return isinstance(part, sp.Expr) and part.is_real is True  # which is finite, too


def _zeros_of_factor(factor: sp.Expr) -> sp.Set:
    roots, repeats = [root.value for root in isolate_roots(factor, X)], period(factor, X)
    if repeats is None:
        return sp.FiniteSet(*roots)
    step = repeats / max(1, len(roots))
    if all(compare(later - earlier, step) == 0 for earlier, later in pairwise(roots)):
        roots = [root for root in roots if compare(root, 0) in (0, 1)][:1] or roots[-1:]  # one stands for all
    else:
        step = repeats
    return sp.Union(*(sp.ImageSet(sp.Lambda(K, root + K * step), sp.S.Integers) for root in roots))


def _is_left_out(expression: sp.Expr, end: sp.Expr) -> bool:
    return bool(end.is_infinite) or compare(value_at(expression, X, end), 0) != 0
