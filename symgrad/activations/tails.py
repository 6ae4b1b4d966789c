"""Tails: limits of an activation and of its slope at both ends, and how fast the slope settles there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from ..claims import Always, Claim, Measurable, Quantity, Relation, Step, Tightness, TightnessKind, define, symbol
from ..rigor import CannotEnclose, limit_at
from ..rigor.pieces import Piece
from .grounds import Recomputed

if TYPE_CHECKING:
    from .subjects import Activation

__all__ = ["limits", "slope_limits", "tail"]

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
    step = Step(sp.Limit(expr, X, end), Relation.EQ, value, "limit", Recomputed(limit_at, (expr, X, end)))
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
    ends = zip(_outer(phi.slope_pieces), phi.slope_limits, ENDS, strict=True)
    left, right = (_word(slope, claim, end) for slope, claim, end in ends)
    return left if left == right else f"{left} / {right}"


def _word(slope: sp.Expr, claim: Claim | None, end: sp.Expr) -> str:
    if not slope.has(X):
        return "zero" if slope == 0 else "constant"
    if claim is None:
        return "oscillating" if slope.has(sp.sin, sp.cos, sp.tan) else "unknown"
    if claim.bound.is_infinite:
        return "unbounded"
    return _decay(define(slope - claim.bound), end)


def _decay(distance: sp.Expr, end: sp.Expr) -> str:
    """Read the decay off the logarithmic derivative: constant for exponentials, like x for Gaussians, like 1/x else."""
    rate = sp.diff(distance, X) / distance
    try:
        for word, scale in (("algebraic", 1 / X), ("exponential", sp.S.One), ("gaussian", X)):
            limit = sp.limit(sp.simplify(rate) / scale, X, end)
            if limit.is_finite and limit.is_zero is False:
                return word
    except (NotImplementedError, ValueError, TypeError):
        return "unknown"
    return "unknown"
