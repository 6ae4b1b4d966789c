"""Intervals of decimals, with both ends rounded outwards.

Why this is sound. The ``decimal`` module rounds each ``+ - * /`` exactly as told, so one context rounds to the floor
and one to the ceiling. Its ``exp``, ``ln`` and ``sqrt`` are rounded to the nearest decimal, so the true value lies
between the two neighbours of what they return, or is what they return, where they say that it is exact.

A float occurs nowhere, and nothing is taken from the code that finds extrema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_CEILING,
    ROUND_FLOOR,
    Context,
    Decimal,
    Inexact,
    InvalidOperation,
    localcontext,
)
from fractions import Fraction
from typing import Any

__all__ = ["WHOLE", "Interval", "Number", "carried", "carrying", "exp", "hull", "interval", "log", "sqrt"]

_ZERO, _ONE = Decimal(0), Decimal(1)
_INFINITY, _MINUS_INFINITY = Decimal("Infinity"), Decimal("-Infinity")
_SHORT = Context(prec=20, traps=[])  # for messages


def _contexts(digits: int) -> tuple[Context, Context]:
    """Return the two ways to round; nothing is trapped, since what overflows is rounded outwards as well."""
    return tuple(
        Context(prec=digits, rounding=way, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
        for way in (ROUND_FLOOR, ROUND_CEILING)
    )  # type: ignore[return-value]


_ROUNDING: ContextVar[tuple[Context, Context]] = ContextVar("rounding")


@contextmanager
def carrying(digits: int) -> Iterator[None]:
    """Compute with so many decimal digits inside the block.

    Outside of the two contexts nothing may be rounded there: an operator on two decimals that would round raises.
    """
    token = _ROUNDING.set(_contexts(digits))
    strict = Context(prec=digits, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[Inexact, InvalidOperation])
    try:
        with localcontext(strict):
            yield
    finally:
        _ROUNDING.reset(token)


def carried() -> int:
    """Return the number of digits computed with."""
    return _ROUNDING.get()[0].prec


class Interval:
    """All real numbers from ``lo`` to ``hi``, which may be infinite; an end that is not a number says nothing."""

    __slots__ = ("hi", "lo")

    def __init__(self, lo: Decimal, hi: Decimal) -> None:
        self.lo = _MINUS_INFINITY if lo.is_nan() else lo
        self.hi = _INFINITY if hi.is_nan() else hi

    def __repr__(self) -> str:
        return f"[{_SHORT.plus(self.lo)}, {_SHORT.plus(self.hi)}]"

    def __add__(self, other: Any) -> Interval:
        if (right := interval(other)) is None:
            return NotImplemented
        down, up = _ROUNDING.get()
        return Interval(down.add(self.lo, right.lo), up.add(self.hi, right.hi))

    def __neg__(self) -> Interval:
        return Interval(self.hi.copy_negate(), self.lo.copy_negate())  # a plain minus would round

    def __sub__(self, other: Any) -> Interval:
        return NotImplemented if (right := interval(other)) is None else self + -right

    def __rsub__(self, other: Any) -> Interval:
        return (-self).__add__(other)

    def __mul__(self, other: Any) -> Interval:
        if (right := interval(other)) is None:
            return NotImplemented
        down, up = _ROUNDING.get()
        if self.lo >= 0 and right.lo >= 0:
            return Interval(_times(down, self.lo, right.lo), _times(up, self.hi, right.hi))
        corners = [(a, b) for a in (self.lo, self.hi) for b in (right.lo, right.hi)]
        return Interval(min(_times(down, *c) for c in corners), max(_times(up, *c) for c in corners))

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: Any) -> Interval:
        return NotImplemented if (right := interval(other)) is None else self * right.reciprocal()

    def __rtruediv__(self, other: Any) -> Interval:
        return self.reciprocal().__mul__(other)

    def reciprocal(self) -> Interval:
        """Return an interval around 1/x for all ``x != 0`` inside."""
        down, up = _ROUNDING.get()
        if self.lo < 0 < self.hi or self.lo == self.hi == 0:
            return WHOLE
        low = _MINUS_INFINITY if self.hi == 0 else down.divide(_ONE, self.hi)
        return Interval(low, _INFINITY if self.lo == 0 else up.divide(_ONE, self.lo))

    def __pow__(self, exponent: Fraction | int) -> Interval:
        if exponent < 0:
            return (self**-exponent).reciprocal()
        if exponent.denominator != 1:
            return sqrt(self) ** (2 * exponent) if exponent.denominator == 2 else exp(log(self) * exponent)
        if exponent % 2 == 0 or self.lo >= 0:
            near, far = sorted((self.lo.copy_abs(), self.hi.copy_abs()))
            return _raised(_ZERO if self.lo < 0 < self.hi else near, far, int(exponent))
        if self.hi <= 0:
            return -((-self) ** exponent)
        return -(Interval(_ZERO, self.lo.copy_negate()) ** exponent) + Interval(_ZERO, self.hi) ** exponent

    @property
    def sign(self) -> int | None:
        """The sign of all members, 0 if all are zero; None if it is not certain."""
        return 1 if self.lo > 0 else -1 if self.hi < 0 else 0 if self.lo == self.hi else None

    @property
    def is_finite(self) -> bool:
        """Whether both ends are."""
        return self.lo.is_finite() and self.hi.is_finite()

    def middle(self) -> Decimal:
        """Return a member near the middle of a finite interval."""
        down, _ = _ROUNDING.get()
        return min(max(down.multiply(down.add(self.lo, self.hi), Decimal("0.5")), self.lo), self.hi)

    def within(self, other: Interval) -> bool:
        """Say whether every member is one of the other interval."""
        return other.lo <= self.lo and self.hi <= other.hi

    def meets(self, other: Interval) -> bool:
        """Say whether there is a common member."""
        return self.lo <= other.hi and other.lo <= self.hi

    def cut(self, other: Interval) -> Interval:
        """Return the common members of two intervals around the same number."""
        return Interval(max(self.lo, other.lo), min(self.hi, other.hi)) if self.meets(other) else self


Number = Interval | Fraction | int
WHOLE = Interval(_MINUS_INFINITY, _INFINITY)


def interval(number: Any) -> Interval | None:
    """Return an interval around a number; None if it is no number."""
    if isinstance(number, Interval):
        return number
    if isinstance(number, int | Decimal):
        return Interval(Decimal(number), Decimal(number))
    if not isinstance(number, Fraction):
        return None
    ratio = Decimal(number.numerator), Decimal(number.denominator)
    down, up = _ROUNDING.get()
    return Interval(down.divide(*ratio), up.divide(*ratio))


def hull(*parts: Any) -> Interval:
    """Return the smallest interval around some numbers."""
    found = [interval(part) or WHOLE for part in parts]
    return Interval(min(p.lo for p in found), max(p.hi for p in found))


def _times(context: Context, a: Decimal, b: Decimal) -> Decimal:
    """Multiply two ends, with ``0 * oo = 0``: an infinite end stands for finite numbers, however large."""
    return context.multiply(a, b) if a and b else _ZERO


def _raised(near: Decimal, far: Decimal, times: int) -> Interval:
    """Raise numbers that are not negative, by products of which each is rounded outwards."""
    base, result = Interval(near, far), Interval(_ONE, _ONE)
    while times:
        result = result * base if times % 2 else result
        base, times = base * base if times > 1 else base, times // 2
    return result


def _nearest(operation: Callable[[Context, Decimal], Decimal], p: Decimal) -> Interval:
    """Enclose what a context rounds to the nearest; exact results are flagged as such."""
    down, up = _ROUNDING.get()
    up.clear_flags()
    found = operation(up, p)
    return Interval(down.next_minus(found), up.next_plus(found)) if up.flags[Inexact] else Interval(found, found)


def _between(operation: Callable[[Context, Decimal], Decimal], u: Interval, least: Decimal) -> Interval:
    """Enclose an increasing function, of which no value is smaller than the least."""
    return Interval(max(least, _nearest(operation, u.lo).lo), _nearest(operation, u.hi).hi)


def exp(u: Interval) -> Interval:
    """Return the exponential."""
    return _between(Context.exp, u, _ZERO)


def log(u: Interval) -> Interval:
    """Return the logarithm; nothing is said where it is not real."""
    return _between(Context.ln, u, _MINUS_INFINITY) if u.lo >= 0 else WHOLE


def sqrt(u: Interval) -> Interval:
    """Return the square root; nothing is said where it is not real."""
    return _between(Context.sqrt, u, _ZERO) if u.lo >= 0 else WHOLE
