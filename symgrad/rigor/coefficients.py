"""Coefficients of tails: exact where they are known, enclosed where they are not."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from .balls import BOXES
from .intervals import Interval

__all__ = ["Coefficient"]


@dataclass(slots=True)  # not frozen: they are made by the thousand
class Coefficient:
    """A number that may depend on ``x`` but stays in a box; exact, if it does not depend on ``x`` and is known."""

    box: Interval
    exact: sp.Expr | None = None

    @classmethod
    def of(cls, expr: sp.Expr) -> Coefficient:
        """Return an exact coefficient."""
        return cls(BOXES.constant(expr), expr)

    def __add__(self, other: Coefficient) -> Coefficient:
        if self.exact is None or other.exact is None:
            return Coefficient(self.box + other.box)
        return Coefficient.of(self.exact + other.exact)

    def __neg__(self) -> Coefficient:
        return Coefficient(-self.box, None if self.exact is None else -self.exact)

    def __mul__(self, other: Coefficient) -> Coefficient:
        if self.exact is None or other.exact is None:
            return Coefficient(self.box * other.box)
        return Coefficient.of(self.exact * other.exact)

    @property
    def sign(self) -> int:
        """The certain sign of the number, 0 if it is not certain."""
        return self.box.sign
