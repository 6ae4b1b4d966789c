r"""Flat points: critical points at which the curvature vanishes too, as that of :math:`x^4` at zero.

Interval Newton isolates simple zeros of the slope only. At a flat point algebra proves how many derivatives vanish,
:math:`f'(p)=\dots=f^{(m-1)}(p)=0`. Wherever balls then show that :math:`f^{(m)}` has one sign between `p` and `x`,
so has :math:`f'(x)=f^{(m)}(\xi)(x-p)^{m-1}/(m-1)!`: there is no other critical point.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy as sp

from .candidates import multiplicities
from .errors import CannotEnclose
from .intervals import Interval
from .multiples import Flat, multiple_near
from .programs import compiled
from .searches import search_zeros
from .zeros import implicit_zero

__all__ = ["flat_near"]

_WIDENED = 4  # times its width by which a box is widened when a zero is looked for near it


def flat_near(expr: sp.Expr, x: sp.Symbol, box: Interval) -> Flat | None:
    """Return a flat point near a box that a search could not settle.

    Parameters
    ----------
    expr : sympy.Expr
        Analytic near the box.
    x : sympy.Symbol
        The variable.
    box : Interval
        Finite and narrow.

    Returns
    -------
    Flat or None
        With a proof by algebra; None if none is found.
    """
    slope = sp.diff(expr, x)
    found = multiple_near(slope, x, box)
    if found is not None:
        return Flat(found.point, found.order + 1)
    return next(_multiple_zeros(slope, x, box.widened(_WIDENED)), None)


def _multiple_zeros(slope: sp.Expr, x: sp.Symbol, box: Interval) -> Iterator[Flat]:
    """Yield the simple zeros of the multiple factors of a slope."""
    for factor, multiplicity in multiplicities(slope, x).items():
        if multiplicity > 1:
            for zero in _zeros(factor, x, box):
                yield Flat(zero, multiplicity + 1)


def _zeros(factor: sp.Expr, x: sp.Symbol, box: Interval) -> list[Any]:
    try:
        return [implicit_zero(factor, x, found) for found in search_zeros(compiled(factor, x), box).found]
    except CannotEnclose:
        return []
