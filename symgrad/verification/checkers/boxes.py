"""Boxes: intervals and half-lines with what is claimed there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from .intervals import Interval, hull

__all__ = ["INFINITE", "Box", "End", "rounded"]

End = Fraction | None  # None is infinite

INFINITE = hull(Decimal("Infinity"))
_SHORT = Context(prec=12, traps=[])  # for messages


@dataclass(frozen=True)
class Box:
    """An interval, what is claimed there, and, of a critical point, its bracket and the value."""

    lower: End
    upper: End
    claim: str
    bracket: Interval | None = None
    value: Interval | None = None

    @property
    def region(self) -> Interval:
        """All of it."""
        low = -INFINITE if self.lower is None else hull(self.lower)
        return hull(low, INFINITE if self.upper is None else hull(self.upper))

    @property
    def ends(self) -> list[tuple[Interval, Interval]]:
        """The finite ends, each with a point inside or at the other end."""
        sides = ((self.lower, self.upper, 1), (self.upper, self.lower, -1))
        return [(hull(a), hull(a + sign if b is None else b)) for a, b, sign in sides if a is not None]

    def __str__(self) -> str:
        """Write the ends in a few digits, and the claim."""
        low = "(-oo" if self.lower is None else f"[{rounded(hull(self.lower).lo)}"
        high = "oo)" if self.upper is None else f"{rounded(hull(self.upper).lo)}]"
        return f"{low}, {high} {self.claim}"


def rounded(number: Decimal) -> str:
    """Write a number in a few digits, for messages."""
    return str(_SHORT.plus(number))
