"""Intervals with Arb numbers as ends: the real line's witnesses.

A ball is poor where its input is wide (``tanh`` of ``[-1, 1]`` comes out as ``[-5.6, 5.6]``) and cannot hold half a
line. Two ends can, so boxes are intervals here, each end an exact binary number or infinite, rounded outwards.
"""

from __future__ import annotations

from typing import Any

from flint import arb

from .errors import CannotEnclose

__all__ = ["MINUS_INFINITY", "ONE", "PLUS_INFINITY", "WHOLE", "ZERO", "Interval", "greatest", "least", "whole"]

PLUS_INFINITY = arb.pos_inf()
MINUS_INFINITY = arb.neg_inf()
ZERO = arb(0)
ONE = arb(1)


class Interval:
    """All real numbers from ``lo`` to ``hi``; the ends are exact Arb numbers, ``-oo`` and ``oo`` allowed.

    An end that is not a number stands for "nothing known" and opens the interval to the whole line on that side.
    """

    __slots__ = ("hi", "lo")

    def __init__(self, lo: Any, hi: Any) -> None:
        self.lo = MINUS_INFINITY if lo.is_nan() else lo
        self.hi = PLUS_INFINITY if hi.is_nan() else hi

    @classmethod
    def ball(cls, value: Any) -> Interval:
        """Return the interval that a ball covers."""
        return cls(value.lower(), value.upper())

    def __repr__(self) -> str:
        return f"[{self.lo.str(radius=False)}, {self.hi.str(radius=False)}]"

    def __add__(self, other: Interval) -> Interval:
        return Interval((self.lo + other.lo).lower(), (self.hi + other.hi).upper())

    def __sub__(self, other: Interval) -> Interval:
        return Interval((self.lo - other.hi).lower(), (self.hi - other.lo).upper())

    def __neg__(self) -> Interval:
        return Interval((-self.hi).lower(), (-self.lo).upper())  # Arb rounds a negative to the working precision, too

    def __mul__(self, other: Interval) -> Interval:
        (a, b), (c, d) = (self.lo, self.hi), (other.lo, other.hi)
        if b < ZERO:
            return -(-self * other)
        if d < ZERO:
            return -(self * -other)
        highest = _product(b, d).upper()
        if a >= ZERO or c >= ZERO:
            lowest = _product(a, c) if a >= ZERO and c >= ZERO else _product(a, d) if a < ZERO else _product(b, c)
            return Interval(lowest.lower(), highest)
        return Interval(min(_product(a, d).lower(), _product(b, c).lower()), max(_product(a, c).upper(), highest))

    def reciprocal(self) -> Interval:
        """Return an interval around ``1/x`` for every ``x != 0`` inside."""
        if self.lo > 0 or self.hi < 0:
            return Interval((ONE / self.hi).lower(), (ONE / self.lo).upper())
        if self.lo == 0 and self.hi > 0:
            return Interval((ONE / self.hi).lower(), PLUS_INFINITY)
        if self.hi == 0 and self.lo < 0:
            return Interval(MINUS_INFINITY, (ONE / self.lo).upper())
        return WHOLE

    @property
    def is_finite(self) -> bool:
        """True if both ends are finite."""
        return bool(self.lo.is_finite() and self.hi.is_finite())

    @property
    def sign(self) -> int:
        """The certain sign of all members: 1, -1, or 0 if it is not certain."""
        return 1 if self.lo > 0 else -1 if self.hi < 0 else 0

    def holds(self, point: Any) -> bool:
        """Say whether an exact Arb number is a member."""
        return bool(self.lo <= point <= self.hi)

    def covers(self, other: Interval) -> bool:
        """Say whether every member of the other interval is a member of this one."""
        return bool(self.lo <= other.lo and other.hi <= self.hi)

    def meets(self, other: Interval) -> bool:
        """Say whether the two intervals have a common member."""
        return bool(self.lo <= other.hi and other.lo <= self.hi)

    def intersection(self, other: Interval) -> Interval:
        """Return the common members; the two must meet."""
        if not self.meets(other):
            raise CannotEnclose(f"two enclosures of one number, {self} and {other}, have nothing in common")
        return Interval(greatest([self.lo, other.lo]), least([self.hi, other.hi]))

    def hull(self, other: Interval) -> Interval:
        """Return the smallest interval that covers both."""
        return Interval(least([self.lo, other.lo]), greatest([self.hi, other.hi]))

    def width(self) -> Any:
        """Return an upper bound of the distance of the ends, as an exact Arb number."""
        return (self.hi - self.lo).upper()

    def midpoint(self) -> Any:
        """Return an exact Arb number near the middle of a finite interval."""
        return ((self.lo + self.hi) / 2).mid()

    def magnitude(self) -> Any:
        """Return the largest absolute value of a member."""
        return greatest([abs(self.lo), abs(self.hi)])

    def mignitude(self) -> Any:
        """Return the smallest absolute value of a member."""
        return ZERO if self.sign == 0 else least([abs(self.lo), abs(self.hi)])

    def widened(self, share: float) -> Interval:
        """Return the interval with both ends moved out by a share of its width."""
        margin = (self.width() * share).upper()
        return Interval((self.lo - margin).lower(), (self.hi + margin).upper())


def _product(a: Any, b: Any) -> Any:
    """Multiply two ends, with ``0 * oo = 0``: the end belongs to finite members, however large."""
    return ZERO if ZERO in (a, b) else a * b


def whole(number: Any) -> int:
    """Return an exact Arb number that is an integer as one."""
    return int(number.unique_fmpz())


def least(values: list[Any]) -> Any:
    """Return the least of some exact Arb numbers."""
    smallest = values[0]
    for value in values[1:]:
        smallest = min(smallest, value)
    return smallest


def greatest(values: list[Any]) -> Any:
    """Return the greatest of some exact Arb numbers."""
    largest = values[0]
    for value in values[1:]:
        largest = max(largest, value)
    return largest


WHOLE = Interval(MINUS_INFINITY, PLUS_INFINITY)
