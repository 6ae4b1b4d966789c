"""Zeros: where an activation vanishes, points and whole intervals; of a periodic one, in one period around zero."""

from __future__ import annotations

import sympy as sp

from ..claims import symbol
from ..rigor import compare, isolate_roots
from ..rigor.pieces import value_at
from .kinks import shape

__all__ = ["zero_set", "zeros"]

X = symbol("x")


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
        If completeness cannot be proved.

    Examples
    --------
    >>> zeros(sp.sin(X)), zeros(sp.Abs(X) - 2)
    ((0, pi), (-2, 2))
    """
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
        A union of points and intervals; of a periodic function, in one period.

    Examples
    --------
    >>> zero_set(sp.Max(0, X - 1)), zero_set(sp.tanh(X))
    (Interval(-oo, 1), {0})
    """
    flat = [piece for piece in shape(expression).values if piece.expr == 0]
    intervals = [
        sp.Interval(piece.lower, piece.upper, *(_is_left_out(expression, end) for end in (piece.lower, piece.upper)))
        for piece in flat
    ]
    return sp.Union(sp.FiniteSet(*zeros(expression)), *intervals)


def _is_left_out(expression: sp.Expr, end: sp.Expr) -> bool:
    return bool(end.is_infinite) or compare(value_at(expression, X, end), 0) != 0
