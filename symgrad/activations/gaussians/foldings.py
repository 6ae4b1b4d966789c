"""Foldings: the integral of a function against an even density is that of its even part.

What is odd falls out, and a gate with its mirror image adds up to one: so the mean of tanh is zero, and the mean slope
of GELU and SiLU is a half, whatever the variance.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import sympy as sp

from ...claims import Ground, Step, Strength, symbol
from ...rigor import compare, is_tempered
from ...rigor.pieces import Piece, point_between
from ..derivations import equality
from .terms import mirrored, multiplied_out

__all__ = ["Folded", "against", "folded", "without_zeros"]

X = symbol("x")
_DISAGREE = (sp.S.Zero, sp.S.One)


def against(density: sp.Expr, pieces: tuple[Piece, ...]) -> sp.Expr:
    """Return the integral of a function in pieces against a density, as a sum of integrals that stay as they are."""
    return sp.Add(*(sp.Integral(p.expr * density, (X, p.lower, p.upper)) for p in without_zeros(pieces)))


def without_zeros(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Return the pieces on which the function is not zero; one that is zero everywhere keeps the whole line."""
    return tuple(p for p in pieces if p.expr != 0) or (Piece(-sp.oo, sp.oo, sp.S.Zero),)


def folded(pieces: tuple[Piece, ...]) -> tuple[Piece, ...] | None:
    """Fold a function over the origin.

    Parameters
    ----------
    pieces : tuple of Piece
        They cover the line.

    Returns
    -------
    tuple of Piece or None
        The even part on the line, if the function is of one piece; else ``f(x) + f(-x)`` on the right half, or None if
        the ends of the pieces are not mirror images.

    Examples
    --------
    >>> folded((Piece(-sp.oo, sp.oo, sp.exp(X) + X),))
    (Piece(lower=-oo, upper=oo, expr=exp(x)/2 + exp(-x)/2),)
    """
    if len(pieces) == 1:
        (only,) = pieces
        return (Piece(only.lower, only.upper, multiplied_out((only.expr + mirrored(only.expr)) / 2)),)
    right, left = _halves(pieces)
    if [(p.lower, p.upper) for p in right] != [(-p.upper, -p.lower) for p in left]:
        return None
    pairs = zip(right, left, strict=True)
    return tuple(Piece(r.lower, r.upper, multiplied_out(r.expr + mirrored(m.expr))) for r, m in pairs)


def _halves(pieces: tuple[Piece, ...]) -> tuple[list[Piece], list[Piece]]:
    """Return the pieces on the right and on the left of the origin, each from the origin outwards."""
    right = [Piece(max(p.lower, sp.S.Zero), p.upper, p.expr) for p in pieces if p.upper.is_extended_positive]
    left = [Piece(p.lower, min(p.upper, sp.S.Zero), p.expr) for p in reversed(pieces) if p.lower.is_extended_negative]
    return right, left


@dataclass(frozen=True)
class Folded(Ground):
    """The integral of a function in pieces against an even density is that of the folded function.

    Parameters
    ----------
    pieces : tuple of Piece
        The function; it has to be tempered, or an odd one might have no integral.
    density : sympy.Expr
        A Gaussian.
    """

    pieces: tuple[Piece, ...]
    density: sp.Expr
    word = "certified"

    def replay(self, step: Step) -> Strength:
        """Fold again by plain reflection, and certify that the function is tempered; BROKEN unless all agree."""
        found = folded(self.pieces)
        stated = (against(self.density, self.pieces), None if found is None else against(self.density, found))
        if found is None or (step.before, step.after) != stated or not self._is_even_density():
            return Strength.BROKEN
        agree = all(equality(a, b, "").replay() is Strength.SYMBOLIC for a, b in self._reflections(found))
        return Strength.CERTIFIED if agree and is_tempered(self.pieces, X) else Strength.BROKEN

    def _is_even_density(self) -> bool:
        exponents = [e.args[0] for e in self.density.atoms(sp.exp) if e.has(X)]
        return self.density.subs(X, -X) == self.density and [sp.degree(e, X) for e in exponents] == [2]

    def _reflections(self, found: tuple[Piece, ...]) -> list[tuple[sp.Expr, sp.Expr]]:
        """Pair the expressions that have to agree, on pieces that together cover the line or its right half."""
        ends = [found[0].lower, *(piece.upper for piece in found)]
        covers = ends[-1] == sp.oo and all(a.upper == b.lower for a, b in pairwise(found))
        if len(self.pieces) == 1:
            expr = self.pieces[0].expr
            return [(found[0].expr, (expr + expr.subs(X, -X)) / 2)] if covers and ends[0] == -sp.oo else [_DISAGREE]
        if not covers or ends[0] != 0:
            return [_DISAGREE]
        places = [(point_between(piece.lower, piece.upper), piece.expr) for piece in found]
        return [(expr, self._at(place) + self._at(-place).subs(X, -X)) for place, expr in places]

    def _at(self, place: sp.Rational) -> sp.Expr:
        """Return the expression of the function around a point."""
        return next(
            piece.expr for piece in self.pieces if compare(piece.lower, place) == -1 == compare(place, piece.upper)
        )
