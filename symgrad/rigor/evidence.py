"""Evidence: the boxes behind an extremum or a bound, as plain data that a program without this room can check.

For each analytic piece of the function a list of boxes covers it, each with the reason why the function cannot exceed
its supremum there. Ends of boxes are rational numbers; numbers are given between two decimals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

import sympy as sp

from .balls import constant_ball
from .decimals import decimal
from .enclosures import Enclosure, enclose, enclosure_of
from .errors import CannotEnclose
from .periods import period
from .precisions import bits_for, working_precision
from .spellings import Spelling, fraction, spelled
from .turns import Turn

__all__ = ["BOUND_FORMAT", "FORMAT", "VERSION", "Cover", "Evidence", "Stretch", "written"]

FORMAT, BOUND_FORMAT, VERSION = "symgrad certificate of an extremum", "symgrad certificate of a bound", 1

_PLACE_DIGITS = 10  # digits by which places are known better than the value: near a maximum that is more than enough
_VALUE_DIGITS = 20  # of the values that are not the answer
_LONGEST_EXACT = 32  # bits of the denominator of a kink that is written exactly
# What is said of the negative of a function, as it reads for the function.
_MIRRORED = {"below": "above", "convex": "concave", "concave": "convex"}


@dataclass(frozen=True)
class Cover:
    """A box and what is known on it.

    Parameters
    ----------
    lower, upper : sympy.Expr
        Rational, or infinite.
    claim : str
        ``below`` (the supremum), ``monotone``, ``convex``, ``constant``, ``critical`` (one critical point, and the
        slope falls) or ``concave`` (the slope falls, and does not vanish inside).
    place, value : sympy.Expr or None
        The critical point, and the value there.
    """

    lower: sp.Expr
    upper: sp.Expr
    claim: str
    place: sp.Expr | None = None
    value: sp.Expr | None = None


@dataclass(frozen=True)
class Stretch:
    """A piece with the boxes that cover it.

    Parameters
    ----------
    lower, upper : sympy.Expr
        The ends of the piece.
    boxes : tuple of Cover
        They may reach a little beyond the ends.
    values : tuple of sympy.Expr or None
        What the function tends to at both ends, where the proof needs it.
    """

    lower: sp.Expr
    upper: sp.Expr
    boxes: tuple[Cover, ...]
    values: tuple[sp.Expr | None, sp.Expr | None]


@dataclass(frozen=True)
class Evidence:
    """What a search has seen.

    Parameters
    ----------
    function : sympy.Expr
        Whose supremum or upper bound it is.
    x : sympy.Symbol
        Its variable.
    stretches : tuple of Stretch
        From left to right; empty if the function swings without bound.
    value : sympy.Expr
        The supremum; a rational number for a bound.
    attained_at, approached_at : tuple of sympy.Basic
        Where; nowhere for a bound that is none of the values.
    digits : int
        Digits of the bounds that are to be checked.
    swing : Turn, optional
        For a function that swings up to its supremum, or without bound: the points along which it does so.
    mirrored : bool, optional
        Whether the function is the negative of the one in question, whose infimum or lower bound is asked for.
    """

    function: sp.Expr
    x: sp.Symbol
    domain: tuple[sp.Expr, sp.Expr]
    stretches: tuple[Stretch, ...]
    value: sp.Expr
    attained_at: tuple[sp.Basic, ...]
    approached_at: tuple[sp.Basic, ...]
    digits: int
    swing: Turn | None = None
    mirrored: bool = False

    @property
    def is_bound(self) -> bool:
        """Whether it is of a bound only: an extremum is reached somewhere."""
        return not (self.attained_at or self.approached_at)


def written(evidence: Evidence) -> dict[str, Any]:
    """Write evidence as plain data.

    Parameters
    ----------
    evidence : Evidence
        Of a supremum, or mirrored.

    Returns
    -------
    dict
        Of strings, lists and whole numbers only.

    Raises
    ------
    CannotEnclose
        If a part of the function has no spelling.
    """
    return _Writer(evidence).document()


@dataclass(frozen=True)
class _Writer:
    """Writes the parts of one document."""

    evidence: Evidence

    def document(self) -> dict[str, Any]:
        """Return the whole."""
        seen = self.evidence
        lower, upper = seen.domain
        repeats = period(seen.function, seen.x) if not (lower.is_infinite or upper.is_infinite) else None
        # The period around zero stands for the line; the first one of a half-line is written as the interval it is.
        whole = repeats is not None and lower == -upper and sp.expand(upper - lower - repeats) == 0
        return {
            "format": BOUND_FORMAT if seen.is_bound else FORMAT,
            "version": VERSION,
            "extremum": "infimum" if seen.mirrored else "supremum",
            "function": self.spelling(self.turned(seen.function)),
            "domain": ["-oo", "oo"] if whole else [self.spelling(lower), self.spelling(upper)],
            "period": self.spelling(repeats) if whole else None,
            "swing": None if seen.swing is None else self.swing(seen.swing),
            "digits": seen.digits,
            "pieces": [self.piece(k) for k in range(len(seen.stretches))],
            "conclusion": self.conclusion(),
        }

    def swing(self, turn: Turn) -> list[Spelling]:
        """Return T and r of points ``(k + r) T`` of the variable, and the phase if that is another one."""
        own = () if turn.phase == self.evidence.x else (turn.phase,)
        return [self.spelling(part) for part in (turn.period, turn.share, *own)]

    def conclusion(self) -> dict[str, Any]:
        """Return the value with its bounds, and where it is reached; of a bound, the number."""
        seen = self.evidence
        value = self.turned(seen.value)
        if seen.is_bound:
            return {"bound": str(Decimal(decimal(value, seen.digits, down=seen.mirrored)))}
        return {
            "bounds": bounds(value, seen.digits),
            "value": self.spelling(value),
            "attained_at": [self.place(p) for p in seen.attained_at],
            "approached_at": [self.place(p) for p in seen.approached_at],
        }

    def piece(self, index: int) -> dict[str, Any]:
        """Return a piece, its boxes cut to it; an end that is no short number has a box of its own."""
        stretch = self.evidence.stretches[index]
        lower, upper = self.bracket(stretch.lower), self.bracket(stretch.upper)
        boxes = [*self.cut(stretch, lower[1], upper[0])]
        if index == 0 and lower[0] != lower[1]:
            boxes.insert(0, [*map(fraction, lower), "kink"])
        if upper[0] != upper[1]:
            boxes.append([*map(fraction, upper), "kink"])
        ends = (self.spelling(stretch.lower), self.spelling(stretch.upper))
        return {"from": ends[0], "to": ends[1], "values": [*map(self.end_value, stretch.values)], "boxes": boxes}

    def cut(self, stretch: Stretch, lower: sp.Expr, upper: sp.Expr) -> Iterator[list[Any]]:
        """Yield the boxes of a piece from left to right, without what lies beyond its ends."""
        for cover in sorted(stretch.boxes, key=lambda c: (c.lower, c.upper)):
            low, high = max(cover.lower, lower), min(cover.upper, upper)
            if low < high:
                claim = _MIRRORED.get(cover.claim, cover.claim) if self.evidence.mirrored else cover.claim
                yield [self.spelling(low), self.spelling(high), claim, *self.critical(cover)]

    def critical(self, cover: Cover) -> list[Any]:
        """Return the bracket of a critical point and the value there."""
        if cover.place is None or cover.value is None:
            return []
        bracket = bounds(cover.place, self.evidence.digits + _PLACE_DIGITS)
        return [bracket, bounds(self.turned(cover.value), _VALUE_DIGITS)]

    def end_value(self, value: sp.Expr | None) -> list[str] | None:
        """Return the value at an end between two decimals."""
        return None if value is None else bounds(self.turned(value), _VALUE_DIGITS)

    def bracket(self, end: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
        """Return an end itself if it is a short binary number or infinite, or else two numbers around it."""
        if end.is_infinite or (end.is_Rational and _is_short(end.q)):
            return end, end
        low, high = bounds(end, self.evidence.digits + _PLACE_DIGITS)
        return sp.Rational(low), sp.Rational(high)

    def place(self, place: sp.Basic) -> dict[str, Any]:
        """Return a point, or an interval on which the function is constant."""
        if isinstance(place, sp.Interval):
            return {"from": self.spelling(place.start), "to": self.spelling(place.end)}
        return {"at": self.spelling(place), "near": bounds(place, self.evidence.digits + _PLACE_DIGITS)}

    def turned(self, value: sp.Expr) -> sp.Expr:
        """Return a value of the function in question."""
        return -value if self.evidence.mirrored else value

    def spelling(self, expr: sp.Basic) -> Spelling:
        """Spell an expression in the variable."""
        return spelled(expr, self.evidence.x)


def _is_short(denominator: int) -> bool:
    return denominator & (denominator - 1) == 0 and denominator.bit_length() <= _LONGEST_EXACT


def bounds(number: sp.Expr, digits: int) -> list[str]:
    """Return two decimals around a number, one unit of the last digit further out than rounding alone would put them.

    An exact number has room on both sides too: interval arithmetic confirms ``f <= 1/4 + 1e-30``, never ``f <= 1/4``.
    """
    if number.is_infinite:
        return ["inf" if number == sp.oo else "-inf"] * 2
    low, high = (Decimal(end) for end in _enclosure(number, digits).decimals(digits))
    room = max(_unit(end, digits) for end in (low, high, Decimal(1 if low < 0 < high else low)))
    exact = Context(prec=digits + 5, Emin=-(10**17), Emax=10**17)
    return [str(exact.subtract(low, room)), str(exact.add(high, room))]


def _enclosure(number: sp.Expr, digits: int) -> Enclosure:
    """Enclose a number, to an absolute accuracy if it may be zero and no algebra shows it."""
    try:
        return enclose(number, digits)
    except CannotEnclose:
        with working_precision(bits_for(2 * digits)):
            return enclosure_of(constant_ball(number), digits, "a ball around zero", number)


def _unit(number: Decimal, digits: int) -> Decimal:
    return Decimal((0, (1,), (number.adjusted() if number else 0) - digits + 1))
