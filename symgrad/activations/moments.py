"""Moments: mean value, mean square and mean-square slope of an activation under a centred Gaussian."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from ..claims import (
    Always,
    Claim,
    Fact,
    Measurable,
    Quantity,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    display,
    symbol,
)
from ..rigor import EnclosedConstant, gaussian_mean
from ..rigor.pieces import Piece
from .derivations import equality
from .gluings import transform
from .grounds import Recomputed
from .numbers import exact_number

if TYPE_CHECKING:
    from .subjects import Activation

__all__ = ["slope_mean_square", "value_mean", "value_mean_square"]

X = symbol("x")
DIGITS = 20
_METHOD = "a certified integral over a finite interval, and a bound of both tails"


def value_mean(phi: Activation, variance: Any) -> Claim:
    """State the mean of the activation under a Gaussian of some variance."""
    q = _variance(variance)
    steps = _odd_steps(phi) if phi.odd else None
    return _moment(phi, "value_mean", Measurable.VALUE_MEAN, (phi.expression, phi.value_pieces), q, steps)


def value_mean_square(phi: Activation, variance: Any) -> Claim:
    """State the mean square of the activation under a Gaussian of some variance."""
    parts = phi.expression**2, transform(phi.value_pieces, lambda e: e**2)
    return _moment(phi, "value_mean_square", Measurable.VALUE_MEAN_SQUARE, parts, _variance(variance))


def slope_mean_square(phi: Activation, variance: Any) -> Claim:
    """State the mean square of the slope under a Gaussian of some variance."""
    parts = phi.derivative**2, transform(phi.slope_pieces, lambda e: e**2)
    return _moment(phi, "slope_mean_square", Measurable.SLOPE_MEAN_SQUARE, parts, _variance(variance))


def _variance(given: Any) -> sp.Expr:
    q = exact_number("the variance", given)
    if q.is_nonnegative is not True:
        raise ValueError(f"the variance is {given}; it must not be negative")
    return q


def _moment(
    phi: Activation,
    name: str,
    what: Measurable,
    parts: tuple[sp.Expr, tuple[Piece, ...]],
    q: sp.Expr,
    steps: tuple[Step, ...] | None = None,
) -> Claim:
    integrand, pieces = parts
    steps = steps or _polynomial_steps(pieces, q) or _certified_steps(what, integrand, q)
    return Claim(
        f"{name}_eq_gaussian_integral",
        phi.name,
        Quantity(what),
        Relation.EQ,
        steps[-1].after,
        Always(),
        (),
        steps,
        phi.sources,
        Tightness(TightnessKind.EXACT, f"at variance {q}"),
    )


def _odd_steps(phi: Activation) -> tuple[Step, ...]:
    """The two halves of the integral of an odd function cancel."""
    right_sides = [piece.expr for piece in phi.value_pieces if piece.upper.is_positive]
    left_sides = [piece.expr for piece in reversed(phi.value_pieces) if piece.lower.is_negative]
    mirrored = zip(left_sides, right_sides, strict=True)
    odd = (equality(left.subs(X, -X), -right, "the activation is odd") for left, right in mirrored)
    mean = display(Measurable.VALUE_MEAN.latex)
    below, above = display(r"\int_{-\infty}^0\varphi\,p"), display(r"\int_0^\infty\varphi\,p")
    split = Fact(mean, Relation.EQ, below + above, "p is the density; split at the origin")
    fold = Fact(below, Relation.EQ, -above, "substitute -x: the density is even, the activation odd")
    last = Step(mean, Relation.EQ, sp.S.Zero, "the two halves cancel", Symbolic((split, fold)))
    return (*odd, last)


def _polynomial_steps(pieces: tuple[Piece, ...], q: sp.Expr) -> tuple[Step, ...] | None:
    """Integrate by the moments of the half line, where the integrand is a monomial on each side of the origin."""
    if not q.is_positive or any(piece.lower not in (-sp.oo, 0) for piece in pieces):
        return None
    if not all(piece.expr.is_polynomial(X) for piece in pieces):
        return None
    density = sp.exp(-(X**2) / (2 * q)) / sp.sqrt(2 * sp.pi * q)
    halves = [sp.Integral(piece.expr * density, (X, piece.lower, piece.upper)) for piece in pieces]
    value = sp.Add(*(half.doit() for half in halves))
    return (equality(sp.Add(*halves), value, "moments of the Gaussian on each side of the origin"),)


def enclosed_mean(name: str, integrand: sp.Expr, q: sp.Expr) -> sp.Expr:
    """Certify a Gaussian mean from scratch and return it as a number that knows its enclosure."""
    found = gaussian_mean(integrand, X, q, DIGITS)
    return found.lower if found.lower == found.upper else EnclosedConstant(name, found)


def _certified_steps(what: Measurable, integrand: sp.Expr, q: sp.Expr) -> tuple[Step, ...]:
    arguments = (what.latex, integrand, q)
    value = enclosed_mean(*arguments)
    return (Step(display(what.latex), Relation.EQ, value, _METHOD, Recomputed(enclosed_mean, arguments)),)
