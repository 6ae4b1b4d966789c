"""Tightness: how close a bound is to what it bounds, and where it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import sympy as sp

__all__ = ["Tightness", "TightnessKind"]


class TightnessKind(Enum):
    """How close a bound is to what it bounds."""

    EXACT = "exact"
    ATTAINED = "attained"
    UPPER = "upper"


@dataclass(frozen=True)
class Tightness:
    """How close a bound is, and when.

    Parameters
    ----------
    kind : TightnessKind
        Exact for equalities, attained where some subject reaches the bound, upper where a gap is known.
    note : str
        By what it is attained, or how large the gap is.
    attained_at : tuple of sympy.Basic, optional
        For an extremum: the points at which it is attained; an interval where the function is constant.
    approached_at : tuple of sympy.Expr, optional
        Where it is only approached: ``oo``, ``-oo`` or a kink.

    Examples
    --------
    >>> print(Tightness(TightnessKind.ATTAINED, "at x = 0", (sp.S.Zero,)))
    attained: at x = 0
    """

    kind: TightnessKind
    note: str
    attained_at: tuple[sp.Basic, ...] = ()
    approached_at: tuple[sp.Basic, ...] = ()

    def __str__(self) -> str:
        """Write the tightness in words."""
        return f"{self.kind.value}: {self.note}"
