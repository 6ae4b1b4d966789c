"""Gluings: analytic pieces side by side, written as one expression again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

import sympy as sp

from ..claims import symbol
from ..rigor import compare
from ..rigor.pieces import Piece

__all__ = ["breakpoints", "glue", "merge", "same", "transform"]

X = symbol("x")


def merge(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Join neighbours with the same expression."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].expr == piece.expr:
            joined[-1] = Piece(joined[-1].lower, piece.upper, piece.expr)
        else:
            joined.append(piece)
    return tuple(joined)


def transform(pieces: Iterable[Piece], function: Callable[[sp.Expr], sp.Expr]) -> tuple[Piece, ...]:
    """Apply a function to the expression of every piece."""
    return tuple(Piece(piece.lower, piece.upper, function(piece.expr)) for piece in pieces)


def breakpoints(pieces: tuple[Piece, ...]) -> tuple[sp.Expr, ...]:
    """Return the points between the pieces, from left to right."""
    return tuple(piece.lower for piece in pieces[1:])


def glue(pieces: tuple[Piece, ...], values: Mapping[sp.Expr, sp.Expr]) -> sp.Expr:
    """Write pieces as one expression.

    Parameters
    ----------
    pieces : tuple of Piece
        They cover the line.
    values : mapping of sympy.Expr to sympy.Expr
        The value at each point between two pieces.

    Returns
    -------
    sympy.Expr
        A Piecewise, or the one expression of a single piece.

    Examples
    --------
    >>> sides = Piece(-sp.oo, sp.S.Zero, -X), Piece(sp.S.Zero, sp.oo, X)
    >>> glue(sides, {sp.S.Zero: sp.S.Zero})
    Piecewise((-x, x <= 0), (x, True))
    """
    branches: list[tuple[sp.Expr, sp.Basic]] = []
    for left, right in pairwise(pieces):
        point, value = left.upper, values[left.upper]
        belongs_left = same(left.expr.subs(X, point), value)
        branches.append((left.expr, point >= X if belongs_left else point > X))
        if not belongs_left and not same(right.expr.subs(X, point), value):
            branches.append((value, point >= X))
    return sp.Piecewise(*branches, (pieces[-1].expr, True))


def same(a: sp.Expr, b: sp.Expr) -> bool:
    """Say whether two constants, or formulas in parameters, are provably equal."""
    if a.free_symbols or b.free_symbols:
        return bool(sp.simplify(a - b) == 0)
    if not (a.is_finite and b.is_finite):
        return bool(a == b)
    return bool(a == b or compare(a, b) == 0)
