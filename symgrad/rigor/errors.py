"""The one way in which this room says that it cannot, and why where it knows."""

from __future__ import annotations

from typing import Any

__all__ = ["CannotEnclose", "Diverges", "Unsettled"]


class CannotEnclose(ArithmeticError):
    """No certified answer was found. It never means that there is none.

    Examples
    --------
    >>> raise CannotEnclose("zeta has no row in the table of primitives")
    Traceback (most recent call last):
    ...
    symgrad.rigor.errors.CannotEnclose: zeta has no row in the table of primitives
    """


class Diverges(CannotEnclose):
    """There is no finite number to enclose: it is provably infinite.

    Parameters
    ----------
    sign : int
        1 for plus infinity, -1 for minus infinity.
    message : str
        Of what, and where.
    """

    def __init__(self, sign: int, message: str) -> None:
        super().__init__(message)
        self.sign = sign


class Unsettled(CannotEnclose):
    """A search could not settle a box.

    Parameters
    ----------
    box : Interval
        The last one looked at.
    message : str
        What was tried.
    """

    def __init__(self, box: Any, message: str) -> None:
        super().__init__(message)
        self.box = box
