"""Contenders for a supremum: ends, limits at infinity, and critical points inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp

from .balls import BALLS, constant_ball
from .candidates import factors, proposed_zeros
from .constants import ImplicitConstant
from .contractions import refine
from .derivatives import derivative
from .enclosures import compare
from .errors import CannotEnclose, Unsettled
from .flats import flat_near
from .identities import tidied
from .intervals import MINUS_INFINITY, Interval, greatest
from .jets import taylor_coefficients
from .multiples import Flat
from .pieces import Piece, point_between
from .precisions import working_precision
from .programs import compiled
from .searches import Found, Reason, Search, search_maxima, search_zeros
from .tails import STARTS, Tail, tail_jet
from .zeros import implicit_zero

__all__ = [
    "Contender",
    "Reach",
    "critical_contenders",
    "end_contenders",
    "expanded",
    "sampled_below",
    "searched_box",
]

_SAMPLES = (-13, -8, -5, -3, -1, 0, 1, 3, 5, 8, 13)
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
    """

    value: sp.Expr
    place: sp.Expr
    attained: bool

    @property
    def closed_form(self) -> bool:
        """Whether the value is free of implicit constants."""
        return not self.value.has(ImplicitConstant)

    def ball(self) -> Any:
        """Enclose the value at the working precision."""
        return constant_ball(self.value)


@dataclass(frozen=True)
class Reach:
    """What is known about one end of a piece: where the search must stop, what is there, and why not to go beyond."""

    stop: Any
    contender: Contender | None
    note: str = ""
    reason: Reason | None = None


def sampled_below(piece: Piece, x: sp.Symbol) -> Any:
    """Return a number that the function certainly reaches somewhere on the piece."""
    program = compiled(piece.expr, x)
    points = [p for p in map(sp.Integer, _SAMPLES) if _strictly_inside(p, piece)]
    with working_precision(_BITS):
        values = [program.run(BALLS, constant_ball(p)) for p in [*points, point_between(piece.lower, piece.upper)]]
        return greatest([MINUS_INFINITY, *(v.lower() for v in values if v.is_finite())])


def _strictly_inside(point: sp.Expr, piece: Piece) -> bool:
    return compare(piece.lower, point) == -1 and compare(point, piece.upper) == -1


def end_contenders(piece: Piece, x: sp.Symbol, least: Any) -> tuple[Reach, Reach]:
    """Return what happens at both ends of a piece.

    Parameters
    ----------
    piece : Piece
        An analytic function, not constant.
    x : sympy.Symbol
        The variable.
    least : flint.arb
        A number that the supremum is known to reach.

    Returns
    -------
    tuple of Reach
        Left and right. Beyond an infinite one's stop the function is certainly dealt with.

    Raises
    ------
    CannotEnclose
        If a tail or an end cannot be decided.
    """
    with working_precision(_BITS):
        return _reach(piece, x, piece.lower, -1, least), _reach(piece, x, piece.upper, 1, least)


def _reach(piece: Piece, x: sp.Symbol, end: sp.Expr, side: int, least: Any) -> Reach:
    if end.is_infinite:
        return _reach_by_expansion(piece.expr, x, _Approach(piece, end, side), least)
    ball = constant_ball(end)
    if not all(c.is_finite() for c in taylor_coefficients(compiled(piece.expr, x), BALLS, ball, 1)):
        return _reach_singular(piece, x, end, side, least)
    return Reach(_outwards(end, side), Contender(piece.expr.subs(x, end), end, attained=False))


def _reach_singular(piece: Piece, x: sp.Symbol, end: sp.Expr, side: int, least: Any) -> Reach:
    """Look at an end near which value or slope is infinite through ``t``, in ``x = end -+ 1/t``, as at an infinity."""
    value = piece.expr.subs(x, end)
    try:
        return _reach_by_expansion(piece.expr.subs(x, end - side / x), x, _Approach(piece, end, side), least)
    except CannotEnclose:
        if value.has(sp.nan, sp.zoo) or not constant_ball(value).is_finite():
            raise
    return Reach(_outwards(end, side), Contender(value, end, attained=False))


def _outwards(place: sp.Expr, side: int) -> Any:
    ball = constant_ball(place)
    return ball.upper() if side > 0 else ball.lower()


@dataclass(frozen=True)
class _Approach:
    """The way to an end of a piece, run through by a variable that tends to infinity."""

    piece: Piece
    end: sp.Expr
    side: int

    @property
    def direction(self) -> int:
        """Of the variable: at a finite end it is ``t``, which grows."""
        return self.side if self.end.is_infinite else 1

    def starts(self) -> Iterator[tuple[int, sp.Expr]]:
        """Yield where an expansion may begin, with the places in the piece."""
        for start in STARTS:
            place = sp.Integer(self.side * start) if self.end.is_infinite else self.end - sp.Rational(self.side, start)
            if _strictly_inside(place, self.piece):
                yield start, place


def _reach_by_expansion(expr: sp.Expr, x: sp.Symbol, way: _Approach, least: Any) -> Reach:
    for start, place in way.starts():
        stop, low = _outwards(place, way.side), _value_at(way.piece, x, place) < least
        if low and expanded(expr, x, way.direction, start, 0)[0].box().hi < least:  # spares the slope
            return Reach(stop, None, f"beyond {place} it stays below by the tail expansion", Reason.BELOW)
        value, slope = expanded(expr, x, way.direction, start, 1)
        trend, limit = slope.sign(), value.limit()
        below = value.box().hi < least
        reason = Reason.BELOW if below else Reason.MONOTONE  # the weaker claim is easier to check
        if trend is not None and trend * way.direction <= 0:
            return Reach(stop, None, f"beyond {place} it falls by the tail expansion", reason)
        if trend is not None and limit is not None:
            contender = Contender(limit, way.end, attained=False)
            return Reach(stop, contender, f"beyond {place} it rises by the tail expansion", reason)
        if limit == sp.oo:
            return Reach(
                stop, Contender(limit, way.end, attained=False), f"beyond {place} it is unbounded", Reason.BELOW
            )
    raise CannotEnclose(f"the tail of {way.piece.expr} as {x} tends to {way.end} is not decided")


def _value_at(piece: Piece, x: sp.Symbol, place: sp.Expr) -> Any:
    return compiled(piece.expr, x).run(BALLS, constant_ball(place))


@lru_cache(maxsize=512)
def expanded(expr: sp.Expr, x: sp.Symbol, direction: int, start: int, order: int) -> tuple[Tail, ...]:
    """Expand a function, and its slope if the order is one; a supremum, the infimum and bounds share the work.

    Parameters
    ----------
    expr : sympy.Expr
        Analytic.
    x : sympy.Symbol
        The variable.
    direction : {1, -1}
        To which end of the line.
    start : int
        Where the tail begins.
    order : {0, 1}
        Of the last derivative wanted.

    Returns
    -------
    tuple of Tail
        As `tail_jet` gives them.
    """
    if expr.could_extract_minus_sign():
        return tuple(-tail for tail in expanded(-expr, x, direction, start, order))
    return tail_jet(compiled(expr, x), direction, start, order)


def searched_box(reaches: tuple[Reach, Reach]) -> Interval:
    """Return the finite box between two reaches."""
    return Interval(reaches[0].stop, reaches[1].stop)


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
    return [c for c in made if _strictly_inside(c.place, piece)], search


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
