"""Contenders for a supremum: values at ends, limits at infinity, and critical points inside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp

from .balls import constant_ball
from .candidates import factors, proposed_zeros
from .constants import ImplicitConstant
from .contractions import refine
from .derivatives import derivative
from .enclosures import compare
from .errors import CannotEnclose, Unsettled
from .flats import flat_near
from .identities import tidied
from .intervals import Interval
from .multiples import Flat
from .pieces import Piece
from .programs import compiled
from .searches import Found, Search, search_maxima, search_zeros
from .turns import Turn
from .zeros import implicit_zero

__all__ = ["Contender", "critical_contenders", "strictly_inside"]

_BITS = 64
_FEW_BOXES = 250  # more than most searches take; then it is time to look for flat points


@dataclass(frozen=True)
class Contender:
    """A value that the supremum may be.

    Parameters
    ----------
    value : sympy.Expr
        Exact, possibly in implicit constants, or infinite.
    place : sympy.Expr
        The point, end or infinity; a SymPy interval for a constant piece.
    attained : bool
        Whether the function takes the value there, rather than tending to it.
    turn : Turn, optional
        The points along which it tends to it, where it swings elsewhere.
    """

    value: sp.Expr
    place: sp.Expr
    attained: bool
    turn: Turn | None = None

    @property
    def closed_form(self) -> bool:
        """Whether the value is free of implicit constants."""
        return not self.value.has(ImplicitConstant)

    def ball(self) -> Any:
        """Enclose the value at the working precision."""
        return constant_ball(self.value)


def strictly_inside(point: sp.Expr, piece: Piece) -> bool:
    """Say whether a point surely lies between the ends of a piece."""
    return compare(piece.lower, point) == -1 and compare(point, piece.upper) == -1


def critical_contenders(piece: Piece, x: sp.Symbol, box: Interval, least: Any) -> tuple[list[Contender], Search]:
    """Return the interior maxima of a piece that may reach a given number, and the search that found them.

    Parameters
    ----------
    piece : Piece
        An analytic function.
    x : sympy.Symbol
        The variable.
    box : Interval
        Where to search.
    least : flint.arb
        A number that the supremum is known to reach.

    Returns
    -------
    tuple
        The contenders and the search.
    """
    search, flats = _searched(piece, x, box, least)
    made = [_contender(piece, x, found) for found in search.found]
    made += [Contender(tidied(piece.expr.subs(x, flat.point)), flat.point, attained=True) for flat in flats]
    return [c for c in made if strictly_inside(c.place, piece)], search


def _searched(piece: Piece, x: sp.Symbol, box: Interval, least: Any) -> tuple[Search, tuple[Flat, ...]]:
    """Search, and again with one more flat point wherever a search gets stuck near one."""
    program, flats = compiled(piece.expr, x), tuple[Flat, ...]()
    while True:
        try:
            return search_maxima(program, box, least, flats, _FEW_BOXES), flats
        except Unsettled as stuck:
            flat = flat_near(piece.expr, x, stuck.box)
        if flat is None or flat in flats:
            return search_maxima(program, box, least, flats), flats
        flats = (*flats, flat)


def _contender(piece: Piece, x: sp.Symbol, found: Found) -> Contender:
    """Give a critical point its exact form, from the factor of the derivative that vanishes there."""
    slope = _slope(piece.expr, x)
    closer = refine(compiled(piece.expr, x), found.root, _BITS // 2, order=1)
    for factor in factors(slope, x):
        zero = _zero_of_factor(factor, x, Found(found.unique_in, closer))
        if zero is not None:
            return _exact_contender(piece, x, factor, implicit_zero(factor, x, zero))
    raise CannotEnclose(f"no factor of {slope} vanishes in {closer}")


@lru_cache(maxsize=512)
def _slope(expr: sp.Expr, x: sp.Symbol) -> sp.Expr:
    """Return the derivative up to its sign, the same one for a function and its negative."""
    return derivative(-expr if expr.could_extract_minus_sign() else expr, x)


def _zero_of_factor(factor: sp.Expr, x: sp.Symbol, critical: Found) -> Found | None:
    """Return the critical point as a zero of this factor; what jets and what algebra differentiate must agree."""
    zeros = search_zeros(compiled(factor, x), critical.unique_in).found
    return next((zero for zero in zeros if zero.unique_in.covers(critical.root)), None)


def _exact_contender(piece: Piece, x: sp.Symbol, factor: sp.Expr, point: sp.Expr) -> Contender:
    for candidate in proposed_zeros(factor, x):
        if candidate.point == point:
            return Contender(candidate.substituted(piece.expr, x), point, attained=True)
    return Contender(piece.expr.subs(x, point), point, attained=True)
