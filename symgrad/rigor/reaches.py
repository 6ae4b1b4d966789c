"""Reaches: what a function does towards the ends of a piece, and from where on nothing more is to be searched there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp

from .balls import BALLS, constant_ball
from .contenders import Contender, strictly_inside
from .errors import CannotEnclose
from .intervals import MINUS_INFINITY, Interval, greatest
from .jets import taylor_coefficients
from .monomials import CONSTANT
from .pieces import Piece, point_between
from .precisions import working_precision
from .programs import compiled
from .searches import Reason
from .tails import STARTS, Tail, tail_jet
from .turns import crest

__all__ = ["Reach", "end_contenders", "expanded", "sampled_below", "searched_box"]

_SAMPLES = (-13, -8, -5, -3, -1, 0, 1, 3, 5, 8, 13)
_REACH = 64  # quarters, to which a function that swings is sampled: ten periods of a sine
_BITS = 64


@dataclass(frozen=True)
class Reach:
    """What is known about one end of a piece: where the search must stop, what is there, and why not to go beyond."""

    stop: Any
    contender: Contender | None
    note: str = ""
    reason: Reason | None = None


def sampled_below(piece: Piece, x: sp.Symbol) -> Any:
    """Return a number that the function certainly reaches somewhere on the piece."""
    return _sampled(piece, x, (*map(sp.Integer, _SAMPLES), point_between(piece.lower, piece.upper)))


@lru_cache(maxsize=64)
def _often_sampled_below(piece: Piece, x: sp.Symbol) -> Any:
    """Return such a number that is closer to the supremum of a function that swings."""
    return _sampled(piece, x, tuple(sp.Rational(k, 4) for k in range(-_REACH, _REACH + 1)))


def _sampled(piece: Piece, x: sp.Symbol, points: tuple[sp.Expr, ...]) -> Any:
    program = compiled(piece.expr, x)
    with working_precision(_BITS):
        values = [program.run(BALLS, constant_ball(p)) for p in points if strictly_inside(p, piece)]
        return greatest([MINUS_INFINITY, *(v.lower() for v in values if v.is_finite())])


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
            if strictly_inside(place, self.piece):
                yield start, place


def _reach_by_expansion(expr: sp.Expr, x: sp.Symbol, way: _Approach, least: Any) -> Reach:
    """Decide a tail by the sign of its slope, or else by the side of its limit on which it stays."""
    unable: CannotEnclose | None = None
    undecided = CannotEnclose(f"the tail of {way.piece.expr} as {x} tends to {way.end} is not decided")
    for decided in (_reach_from, _reach_beside_limit, _reach_below_crest):
        for begin in way.starts():
            try:
                reach = decided(expr, x, way, begin, least)
            except CannotEnclose as error:  # an expansion may hold from a later start on
                unable = unable or error
                continue
            if reach is not None:
                return reach
            unable = undecided
    raise unable or undecided


def _reach_from(expr: sp.Expr, x: sp.Symbol, way: _Approach, begin: tuple[int, sp.Expr], least: Any) -> Reach | None:
    start, place = begin
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
    return _unbounded(way, place) if limit == sp.oo else None


def _reach_beside_limit(
    expr: sp.Expr, x: sp.Symbol, way: _Approach, begin: tuple[int, sp.Expr], least: Any
) -> Reach | None:
    """Do without the slope, which may have no expansion, or one in which what cancels is not seen to."""
    start, place = begin
    value = expanded(expr, x, way.direction, start, 0)[0]
    limit, stop = value.limit(), _outwards(place, way.side)
    if value.box().hi < least:
        return Reach(stop, None, f"beyond {place} it stays below by the tail expansion", Reason.BELOW)
    if limit == sp.oo:
        return _unbounded(way, place)
    if limit is None or value.without(CONSTANT).sign() != -1:
        return None
    contender = Contender(limit, way.end, attained=False)
    return Reach(stop, contender, f"beyond {place} it stays below its limit by the tail expansion", Reason.BELOW)


def _reach_below_crest(
    expr: sp.Expr, x: sp.Symbol, way: _Approach, begin: tuple[int, sp.Expr], least: Any
) -> Reach | None:
    """Look at how high a function swings: to less than what it reaches elsewhere, or ever higher but not to its limit."""
    start, place = begin
    found, stop = crest(expr, x, way.direction, start), _outwards(place, way.side)
    if found is None:
        return None
    limit, most = found.envelope.limit(), greatest([least, _often_sampled_below(way.piece, x)])
    if found.envelope.box().hi < most:
        return Reach(stop, None, f"beyond {place} it swings and stays below by the tail expansion", Reason.BELOW)
    if found.turn is None or limit is None or found.envelope.without(CONSTANT).sign() != -1:
        return None
    if not way.end.is_infinite:
        return None  # what the turn says is said of the variable that tends to infinity
    contender = Contender(limit, way.end, attained=False, turn=found.turn)
    note = f"beyond {place} it swings and stays below its limit superior, approached {found.turn}"
    return Reach(stop, contender, note, Reason.BELOW)


def _unbounded(way: _Approach, place: sp.Expr) -> Reach:
    contender = Contender(sp.oo, way.end, attained=False)
    return Reach(_outwards(place, way.side), contender, f"beyond {place} it is unbounded", Reason.BELOW)


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
