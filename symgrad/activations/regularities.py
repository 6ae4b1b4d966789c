"""Regularity: how smooth an activation is, read off the first derivative that jumps."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from ..claims import symbol
from ..rigor import CannotEnclose, supremum
from ..rigor.derivatives import derivative
from ..rigor.pieces import Piece
from .gluings import merge, transform
from .kinks import Jump, jumps, shape

__all__ = ["Regularity", "regularity"]

X = symbol("x")
_HIGHEST = 8  # order up to which derivatives are compared at the breaks


@dataclass(frozen=True)
class Regularity:
    """How often an activation is differentiable.

    Parameters
    ----------
    order : int or None
        Number of continuous derivatives; -1 if the function itself jumps, None if there are at least as many as were
        compared.
    lipschitz : bool or None
        Whether the last continuous derivative is Lipschitz continuous; None if undecided.
    jumps : tuple of Jump
        Where the next derivative jumps.
    analytic : bool
        Whether the function is one analytic piece.
    """

    order: int | None
    lipschitz: bool | None
    jumps: tuple[Jump, ...]
    analytic: bool

    @property
    def latex(self) -> str:
        """The class as a paper writes it."""
        if self.analytic:
            return r"C^\omega"
        if self.order is None:
            return rf"C^{{{_HIGHEST}}}"
        if self.order < 0:
            return r"\text{discontinuous}"
        return rf"C^{{{self.order},1}}" if self.lipschitz else rf"C^{{{self.order}}}"


def regularity(expression: sp.Expr) -> Regularity:
    r"""Return how smooth a function is.

    Parameters
    ----------
    expression : sympy.Expr
        In the symbol x.

    Returns
    -------
    Regularity
        With the points where it ends.

    Examples
    --------
    >>> regularity(sp.Max(0, X)).latex, regularity(sp.Max(0, X) ** 2).latex, regularity(sp.tanh(X)).latex
    ('C^{0,1}', 'C^{1,1}', 'C^\\omega')
    """
    sides = shape(expression).values
    if len(sides) == 1:
        return Regularity(None, True, (), analytic=True)
    for order in range(_HIGHEST + 1):
        broken = jumps(sides)
        if broken:
            return Regularity(order - 1, _is_bounded(sides), broken, analytic=False)
        sides = merge(transform(sides, lambda e: derivative(e, X)))
    return Regularity(None, None, (), analytic=False)


def _is_bounded(sides: tuple[Piece, ...]) -> bool | None:
    """Say whether the derivative that jumps is bounded, so that the one before it is Lipschitz continuous."""
    try:
        ends = [supremum(sp.Abs(side.expr), X, (side.lower, side.upper)).value for side in sides if side.expr.has(X)]
    except (CannotEnclose, ValueError):  # a parameter that is a symbol
        return None
    return not any(end.is_infinite for end in ends)
