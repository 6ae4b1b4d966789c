"""Extrema: the supremum of a function over the line, with where it is attained, and a certificate.

Points where the formula changes are left out (the essential supremum): what a function tends to there counts as
approached, not attained, unless its formula takes that very value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import sympy as sp

from .certificates import Certificate
from .contenders import Contender, critical_contenders
from .enclosures import Enclosure, compare, enclose
from .errors import CannotEnclose
from .evidence import Evidence, Stretch
from .intervals import MINUS_INFINITY, greatest
from .periods import one_period
from .pieces import Piece, pieces, value_at
from .precisions import bits_for, checked_digits, working_precision
from .reaches import end_contenders, sampled_below, searched_box
from .stretches import stretch_of_constant, stretch_of_search
from .turns import Turn, growing_turn

__all__ = ["Extremum", "infimum", "supremum"]

_BITS = 64


@dataclass(frozen=True)
class Extremum:
    """The supremum or infimum of a function.

    Parameters
    ----------
    value : sympy.Expr
        Exact where a closed form was certified, else in implicit constants; possibly infinite.
    closed_form : bool
        Whether the value is free of implicit constants.
    enclosure : Enclosure
        Around the value.
    attained_at : tuple of sympy.Expr
        The points where the function takes the value; an interval for a piece on which it is constant.
    approached_at : tuple of sympy.Expr
        Infinities and kinks where the function tends to the value without taking it.
    certificate : Certificate
        Can be replayed.
    turn : Turn, optional
        Points along which the first of `approached_at` is approached, where the function has no limit.
    """

    value: sp.Expr
    closed_form: bool
    enclosure: Enclosure
    attained_at: tuple[sp.Expr, ...]
    approached_at: tuple[sp.Expr, ...]
    certificate: Certificate
    turn: Turn | None = None


def supremum(expr: Any, x: sp.Symbol, domain: tuple[Any, Any] = (-sp.oo, sp.oo), digits: int = 30) -> Extremum:
    """Return the essential supremum of a function, certified.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone.
    x : sympy.Symbol
        The variable.
    domain : tuple, optional
        Its ends, exact or infinite; finite ones belong to it.
    digits : int, optional
        Significant digits of the enclosure.

    Returns
    -------
    Extremum
        With a certificate. Of a periodic function on an infinite domain, the places are those in one period: around
        zero on the line, the first one on a half-line.

    Raises
    ------
    CannotEnclose
        If no certified answer is found.
    ValueError
        If the domain is empty, the function has other symbols, or no digit is asked for.

    Notes
    -----
    Branch and bound with Taylor coefficients over intervals; interval Newton isolates the critical points; tails are
    decided by expansions with enclosed coefficients.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> top = supremum(x * sp.exp(-x), x)
    >>> top.value, top.attained_at, top.approached_at
    (exp(-1), (1,), ())
    >>> supremum(sp.tanh(x), x).approached_at
    (oo,)
    """
    function, ends = _checked(expr, x, domain)
    return _certified_supremum(function, x, *ends, checked_digits(digits))


def infimum(expr: Any, x: sp.Symbol, domain: tuple[Any, Any] = (-sp.oo, sp.oo), digits: int = 30) -> Extremum:
    """Return the essential infimum of a function, certified.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone.
    x : sympy.Symbol
        The variable.
    domain : tuple, optional
        Its ends, exact or infinite; finite ones belong to it.
    digits : int, optional
        Significant digits of the enclosure.

    Returns
    -------
    Extremum
        With a certificate. Of a periodic function on an infinite domain, the places are those in one period: around
        zero on the line, the first one on a half-line.

    Raises
    ------
    CannotEnclose
        If no certified answer is found.
    ValueError
        If the domain is empty, the function has other symbols, or no digit is asked for.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> infimum(sp.Abs(x - 1), x).attained_at
    (1,)
    """
    function, ends = _checked(expr, x, domain)
    return _certified_infimum(function, x, *ends, checked_digits(digits))


def _checked(expr: Any, x: sp.Symbol, domain: tuple[Any, Any]) -> tuple[sp.Expr, tuple[sp.Expr, sp.Expr]]:
    function, lower, upper = (sp.sympify(each, strict=True) for each in (expr, *domain))
    others = function.free_symbols - {x}
    if others:
        names = ", ".join(sorted(str(s) for s in others))
        raise ValueError(f"{function} depends on {names} besides {x}; substitute values first")
    if compare(lower, upper) != -1:
        raise ValueError(f"the domain from {lower} to {upper} is empty; give the smaller end first")
    return function, one_period(function, x, lower, upper)


def _find_supremum(expr: sp.Expr, x: sp.Symbol, lower: sp.Expr, upper: sp.Expr, digits: int) -> Extremum:
    return _with_statement(_found(expr, x, lower, upper, digits), "supremum", expr, (lower, upper))


def _found(expr: sp.Expr, x: sp.Symbol, lower: sp.Expr, upper: sp.Expr, digits: int) -> Extremum:
    """Find a supremum; its certificate has no statement yet."""
    parts = pieces(expr, x, lower, upper)
    contenders, notes, stretches = _unbounded(parts, x) or _contenders(parts, x)
    best = _winners(contenders, digits)
    settled = [_settled(c, expr, x, (lower, upper)) for c in best]
    value = min((c.value for c in settled), key=lambda v: (v.has(sp.Piecewise), v.count_ops()))
    attained, approached = _places(settled, attained=True), _places(settled, attained=False)
    turns = {c.place: c.turn for c in settled if c.place in approached}
    swing = next(iter(turns.values())) if len({*turns.values()}) == 1 else None  # the same one at all places
    evidence = Evidence(expr, x, (lower, upper), stretches, value, attained, approached, digits, swing)
    return Extremum(
        value=value,
        closed_form=min(best, key=lambda c: c.value.count_ops()).closed_form,
        enclosure=enclose(value, digits),
        attained_at=attained,
        approached_at=approached,
        certificate=Certificate("", "; ".join(notes), _find_supremum, (expr, x, lower, upper, digits), evidence),
        turn=turns[approached[0]] if approached else None,
    )


def _find_infimum(expr: sp.Expr, x: sp.Symbol, lower: sp.Expr, upper: sp.Expr, digits: int) -> Extremum:
    mirrored = _found(-expr, x, lower, upper, digits)
    ball = mirrored.enclosure
    enclosure = Enclosure(-ball.upper, -ball.lower, ball.digits, ball.method, -mirrored.value)
    note = mirrored.certificate.method.replace("falls", "rises*").replace("rises by", "falls by")
    note = note.replace("rises*", "rises").replace("stays below", "stays above").replace("superior", "inferior")
    evidence = None if mirrored.certificate.evidence is None else replace(mirrored.certificate.evidence, mirrored=True)
    certificate = Certificate("", note, _find_infimum, (expr, x, lower, upper, digits), evidence)
    extremum = replace(mirrored, value=-mirrored.value, enclosure=enclosure, certificate=certificate)
    return _with_statement(extremum, "infimum", expr, (lower, upper))


_certified_supremum = lru_cache(maxsize=512)(_find_supremum)
_certified_infimum = lru_cache(maxsize=512)(_find_infimum)


Collected = tuple[list[Contender], list[str], tuple[Stretch, ...]]


def _unbounded(parts: tuple[Piece, ...], x: sp.Symbol) -> Collected | None:
    """Look for an end towards which a function grows without bound while it swings."""
    for part, end in ((parts[0], -sp.oo), (parts[-1], sp.oo)):
        turn = growing_turn(part.expr, x, end) if end in (part.lower, part.upper) else None
        if turn is not None:
            return [Contender(sp.oo, end, attained=False, turn=turn)], [f"unbounded as {x} tends to {end}, {turn}"], ()
    return None


def _contenders(parts: tuple[Piece, ...], x: sp.Symbol) -> Collected:
    """Collect all values that the supremum may be; whatever is not among them is provably smaller."""
    found = [_constant(part) for part in parts if x not in part.expr.free_symbols]
    moving = [part for part in parts if x in part.expr.free_symbols]
    with working_precision(_BITS):
        least = greatest([MINUS_INFINITY, *(c.ball().lower() for c in found), *(sampled_below(p, x) for p in moving)])
    reaches = [end_contenders(part, x, least) for part in moving]
    ends = [reach.contender for pair in reaches for reach in pair if reach.contender is not None]
    with working_precision(_BITS):
        least = greatest([least, *(c.ball().lower() for c in ends)])
    boxes = [searched_box(pair) for pair in reaches]
    notes = [reach.note for pair in reaches for reach in pair if reach.note]
    stretches = {part: stretch_of_constant(part) for part in parts if part not in moving}
    for part, pair, box in zip(moving, reaches, boxes, strict=True):
        critical, search = critical_contenders(part, x, box, least)
        found += critical
        stretches[part] = stretch_of_search(part, pair, search, critical)
        notes.insert(0, f"{search.boxes} boxes on [{_short(box.lo)}, {_short(box.hi)}]")
    return found + ends, notes or ["constant on each piece"], tuple(stretches[part] for part in parts)


def _short(end: Any) -> str:
    return str(end.str(5, radius=False))


def _constant(piece: Piece) -> Contender:
    return Contender(piece.expr, sp.Interval.open(piece.lower, piece.upper), attained=True)


def _winners(contenders: list[Contender], digits: int) -> list[Contender]:
    """Return the greatest of the contenders; several, if they are equal or cannot be told apart."""
    if not contenders:
        raise CannotEnclose("nothing that the supremum could be was found")
    if any(c.value == sp.oo for c in contenders):
        return [c for c in contenders if c.value == sp.oo]
    with working_precision(bits_for(2 * digits)):
        balls = [c.ball() for c in contenders]
        best = greatest([ball.lower() for ball in balls])
    near = [c for c, ball in zip(contenders, balls, strict=True) if not ball < best]
    # Values that differ beyond the digits asked for are told apart by a comparison that raises its precision.
    return [
        c for c in near if not any(c.value != other.value and compare(c.value, other.value) == -1 for other in near)
    ]


def _settled(contender: Contender, expr: sp.Expr, x: sp.Symbol, ends: tuple[sp.Expr, sp.Expr]) -> Contender:
    """Say whether the value at a finite end is taken there: by the closed domain, or by the formula at a kink."""
    place = contender.place
    if contender.attained or not isinstance(place, sp.Expr) or place.is_infinite:
        return contender
    if place in ends:
        return replace(contender, attained=True)
    return replace(contender, attained=compare(value_at(expr, x, place), contender.value) == 0)


def _places(contenders: list[Contender], *, attained: bool) -> tuple[sp.Expr, ...]:
    plateaus = [c.place for c in contenders if isinstance(c.place, sp.Interval)]
    places = {c.place for c in contenders if c.attained is attained}
    edges = {end for plateau in plateaus for end in (plateau.start, plateau.end)}
    if not attained:
        places -= {c.place for c in contenders if c.attained}
    return tuple(sorted(places - edges, key=_position))


def _position(place: sp.Expr) -> sp.Expr:
    where = place.start if isinstance(place, sp.Interval) else place
    return where if where.is_infinite else enclose(where).midpoint


def _with_statement(extremum: Extremum, word: str, expr: sp.Expr, ends: tuple[sp.Expr, sp.Expr]) -> Extremum:
    low, high = extremum.enclosure.decimals()
    found = (("attained", extremum.attained_at), ("approached", extremum.approached_at))
    places = [part for how, points in found for p in points for part in (f", {how} at ", p)]
    said = ("the ", word, " of ", expr, " over (", ends[0], ", ", ends[1], ") is ", extremum.value)
    said = (*said, f", in [{low}, {high}]", *places)
    return replace(extremum, certificate=replace(extremum.certificate, said=said))
