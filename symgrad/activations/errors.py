"""The one way in which this room says that it cannot."""

from __future__ import annotations

__all__ = ["CannotDerive"]


class CannotDerive(ArithmeticError):
    """A fact about an activation was neither proved nor refuted. It never means that it is false."""
