"""The one way in which this room says that it cannot."""

from __future__ import annotations

__all__ = ["CannotEnclose"]


class CannotEnclose(ArithmeticError):
    """No certified answer was found. It never means that there is none.

    Examples
    --------
    >>> raise CannotEnclose("zeta has no row in the table of primitives")
    Traceback (most recent call last):
    ...
    symgrad.rigor.errors.CannotEnclose: zeta has no row in the table of primitives
    """
