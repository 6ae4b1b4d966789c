"""Tails: limits of an activation and of its slope at both ends, and how fast the slope settles there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from ..claims import Always, Certified, Claim, Measurable, Quantity, Relation, Step, Tightness, TightnessKind, symbol
from ..claims.bessels import SphericalBessel
from ..rigor import CannotEnclose, TailLaw, limit_at, tail_law
from ..rigor.pieces import Piece
from .errors import CannotDerive
from .scalings import scaled

if TYPE_CHECKING:
    from .subjects import Activation

__all__ = ["limits", "slope_limits", "tail", "tail_laws"]

X = symbol("x")
Ends = tuple[Claim | None, Claim | None]
ENDS = (-sp.oo, sp.oo)
_SWINGING = (sp.sin, sp.cos, sp.tan, sp.besselj, SphericalBessel)


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
        value = limit_toward(expr, end)
    except (CannotDerive, CannotEnclose):
        return None
    step = Step(sp.Limit(expr, X, end), Relation.EQ, value, "limit", Certified(limit_toward, (expr, end)))
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


def limit_toward(expr: sp.Expr, end: sp.Expr) -> sp.Expr:
    """Return the limit at infinity; that of ``A G(B x)`` is A times the one of G, at the end that the sign of B tells."""
    if expr.free_symbols <= {X}:
        return limit_at(expr, X, end)
    part = scaled(Piece(*ENDS, expr))
    if not (part.rate.is_positive or part.rate.is_negative):
        raise CannotDerive(f"the sign of {part.rate} is not known, so which end of {part.core} is approached is not")
    value = part.factor * limit_at(part.core, X, end if part.rate.is_positive else -end)
    if value.has(sp.oo, -sp.oo, sp.nan, sp.zoo) and value.free_symbols:
        raise CannotDerive(f"the sign of {part.factor} is not known, so the sign of the limit is not")
    return value


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
        return "oscillating" if slope.has(*_SWINGING) else "unknown"
    if claim.bound.is_infinite:
        return "unbounded"
    return law.word if law else "unknown"
