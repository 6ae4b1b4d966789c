"""Tails: limits of an activation and of its slope at both ends, and how fast the slope settles there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from ..claims import Always, Certified, Claim, Measurable, Quantity, Relation, Step, Tightness, TightnessKind, symbol
from ..rigor import CannotEnclose, TailLaw, limit_at, tail_law
from ..rigor.pieces import Piece

if TYPE_CHECKING:
    from .subjects import Activation

__all__ = ["limits", "slope_limits", "tail", "tail_laws"]

X = symbol("x")
Ends = tuple[Claim | None, Claim | None]
ENDS = (-sp.oo, sp.oo)


def limits(phi: Activation) -> Ends:
    """State the limits of the activation at ``-oo`` and ``oo``; None where none is found, as for a sine."""
    left, right = (
        _limit_claim(phi, "limit_eq_value_at_infinity", Measurable.LIMIT, piece, end)
        for piece, end in zip(_outer(phi.value_pieces), ENDS, strict=True)
    )
    return left, right


def slope_limits(phi: Activation) -> Ends:
    """State the limits of the slope at ``-oo`` and ``oo``; None where none is found."""
    left, right = (
        _limit_claim(phi, "slope_limit_eq_value_at_infinity", Measurable.SLOPE_LIMIT, piece, end)
        for piece, end in zip(_outer(phi.slope_pieces), ENDS, strict=True)
    )
    return left, right


def _outer(pieces: tuple[Piece, ...]) -> tuple[sp.Expr, sp.Expr]:
    return pieces[0].expr, pieces[-1].expr


def _limit_claim(phi: Activation, name: str, what: Measurable, expr: sp.Expr, end: sp.Expr) -> Claim | None:
    try:
        value = limit_at(expr, X, end)
    except CannotEnclose:
        return None
    step = Step(sp.Limit(expr, X, end), Relation.EQ, value, "limit", Certified(limit_at, (expr, X, end)))
    return Claim(
        name,
        phi.name,
        Quantity(what, end),
        Relation.EQ,
        value,
        Always(),
        (),
        (step,),
        phi.sources,
        Tightness(TightnessKind.EXACT, "a limit"),
    )


def tail(phi: Activation) -> str:
    """Say in a word how the slope settles at each end.

    Parameters
    ----------
    phi : Activation
        Any activation.

    Returns
    -------
    str
        One word where both ends agree, else ``"left / right"``. ``zero`` and ``constant``: the slope is settled from
        some point on; ``exponential``, ``gaussian``, ``algebraic``: how its distance to the limit decays;
        ``unbounded``, ``oscillating`` or ``unknown`` else.

    Examples
    --------
    >>> import symgrad as sg
    >>> sg.activation("tanh").tail, sg.activation("relu").tail
    ('exponential', 'zero / constant')
    """
    ends = zip(_outer(phi.slope_pieces), phi.slope_limits, tail_laws(phi), strict=True)
    left, right = (_word(slope, claim, law) for slope, claim, law in ends)
    return left if left == right else f"{left} / {right}"


def tail_laws(phi: Activation) -> tuple[TailLaw | None, TailLaw | None]:
    """Return how the slope approaches its limit at ``-oo`` and ``oo``; None where it is settled, or not known.

    Parameters
    ----------
    phi : Activation
        Any activation.

    Returns
    -------
    tuple of TailLaw or None
        With constants that hold from a stated point on.

    Examples
    --------
    >>> import symgrad as sg
    >>> left, right = sg.activation("sigmoid").tail_laws
    >>> right.coefficient * right.monomial.expression(X)
    exp(-x)
    """
    left, right = (_law(slope, end) for slope, end in zip(_outer(phi.slope_pieces), ENDS, strict=True))
    return left, right


def _law(slope: sp.Expr, end: sp.Expr) -> TailLaw | None:
    try:
        return tail_law(slope, X, end)
    except CannotEnclose:
        return None


def _word(slope: sp.Expr, claim: Claim | None, law: TailLaw | None) -> str:
    if not slope.has(X):
        return "zero" if slope == 0 else "constant"
    if claim is None:
        return "oscillating" if slope.has(sp.sin, sp.cos, sp.tan) else "unknown"
    if claim.bound.is_infinite:
        return "unbounded"
    return law.word if law else "unknown"
