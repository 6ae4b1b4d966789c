"""Slopes: the claims about the derivative of an activation, its extrema and its curvature.

Where the slope is a quadratic polynomial in the value of the activation, the square is completed, as a textbook does.
Where it is constant on each piece, the constants are compared. Everywhere else balls certify the extremum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from ..claims import (
    Always,
    Certified,
    Claim,
    Magnitude,
    Measurable,
    Quantity,
    Relation,
    Step,
    Tightness,
    TightnessKind,
    symbol,
)
from ..rigor import compare
from ..rigor.pieces import Piece
from .derivations import derivative_steps, equality
from .errors import CannotDerive
from .extrema import WHOLE, Extreme, extremum_claim, largest, largest_magnitude, least
from .gluings import transform
from .kinks import Jump, jumps, poles, shape
from .proofs import by_pieces, by_square, nonnegativity, vanishing_infimum
from .scalings import greatest_of, magnitude_of, smallest_of

if TYPE_CHECKING:
    from .subjects import Activation

__all__ = ["curvature_sup", "derivative_claim", "lipschitz", "slope_inf", "slope_sup"]

X = symbol("x")
Domain = tuple[sp.Expr, sp.Expr]


def derivative_claim(phi: Activation) -> Claim:
    """State the derivative, derived by the rules of calculus."""
    steps = derivative_steps(phi.expression, phi.derivative)
    tightness = Tightness(TightnessKind.EXACT, "an identity, kinks aside")
    return Claim(
        "derivative_eq_by_rules_of_calculus",
        phi.name,
        Quantity(Measurable.DERIVATIVE),
        Relation.EQ,
        phi.derivative,
        Always(),
        (),
        steps,
        phi.sources,
        tightness,
    )


def slope_sup(phi: Activation, domain: Domain = WHOLE) -> Claim:
    """State the largest slope on a domain."""
    if phi.free_symbols:
        _check_whole(phi, domain)
        return _extremum(phi, "slope_sup_eq_largest_derivative", Measurable.SLOPE_SUP, greatest_of(phi.slope_pieces))
    steep = _steep(phi, domain, (sp.oo,))
    if steep is not None:
        return _extremum(phi, "slope_sup_eq_largest_derivative", Measurable.SLOPE_SUP, steep)
    found = _top_by_square(phi)
    if found is None or not _inside(found.attained_at, domain):
        found = by_pieces(phi.derivative, _clipped(phi.slope_pieces, domain), sign=1)
    found = found or largest(phi.derivative, domain)
    return _extremum(phi, "slope_sup_eq_largest_derivative", Measurable.SLOPE_SUP, found)


def slope_inf(phi: Activation, domain: Domain = WHOLE) -> Claim:
    """State the smallest slope on a domain."""
    if phi.free_symbols:
        _check_whole(phi, domain)
        return _extremum(phi, "slope_inf_eq_smallest_derivative", Measurable.SLOPE_INF, smallest_of(phi.slope_pieces))
    found = _steep(phi, domain, (-sp.oo,)) or by_pieces(phi.derivative, _clipped(phi.slope_pieces, domain), sign=-1)
    if found is None and domain == WHOLE and len(phi.slope_pieces) == 1:
        limits = dict(zip(WHOLE, (claim.bound if claim else None for claim in phi.slope_limits), strict=True))
        found = vanishing_infimum(phi.derivative, phi.derivative_claim.derivation, limits)
    found = found or least(phi.derivative, domain)
    return _extremum(phi, "slope_inf_eq_smallest_derivative", Measurable.SLOPE_INF, found)


def lipschitz(phi: Activation, domain: Domain = WHOLE) -> Claim:
    """State the largest absolute slope on a domain, infinite if the function jumps there."""
    if phi.free_symbols:
        _check_whole(phi, domain)
        _check_joined(phi, phi.value_pieces, "the function")
        return _extremum(phi, "lipschitz_eq_sup_of_slope", Measurable.LIPSCHITZ, magnitude_of(phi.slope_pieces))
    found = _torn(phi, domain) or _steep(phi, domain, (sp.oo, -sp.oo)) or _positive_lipschitz(phi, domain)
    found = found or _magnitude_by_pieces(phi.derivative, _clipped(phi.slope_pieces, domain))
    found = found or largest_magnitude(phi.derivative, domain)
    return _extremum(phi, "lipschitz_eq_sup_of_slope", Measurable.LIPSCHITZ, found)


def _magnitude_by_pieces(expr: sp.Expr, pieces: tuple[Piece, ...]) -> Extreme | None:
    """Compare the absolute values of constant pieces; those of others are not even written, which takes long."""
    if any(piece.expr.has(X) for piece in pieces):
        return None
    return by_pieces(sp.Abs(expr), transform(pieces, sp.Abs), sign=1)


def _top_by_square(phi: Activation) -> Extreme | None:
    """Complete the square, unless there are several pieces: then the slope is no polynomial in the value."""
    if len(phi.value_pieces) > 1:
        return None
    return by_square(phi.expression, phi.derivative, phi.derivative_in_terms_of_value)


def _positive_lipschitz(phi: Activation, domain: Domain) -> Extreme | None:
    """A slope that is not negative is its own absolute value: complete the square."""
    top = _top_by_square(phi)
    if top is None or not _inside(top.attained_at, domain):
        return None
    signs = nonnegativity(phi.derivative, phi.derivative_claim.derivation)
    if signs is None:
        return None
    positive = signs[-1].before
    steps = (
        *signs,
        equality(Magnitude(positive), positive, "so the slope is its own absolute value"),
        *top.steps,
    )
    return Extreme(top.value, top.attained_at, top.approached_at, steps)


def curvature_sup(phi: Activation, domain: Domain = WHOLE) -> Claim:
    """State the largest absolute curvature, infinite if the slope or the function jumps."""
    if phi.free_symbols:
        _check_whole(phi, domain)
        _check_joined(phi, phi.slope_pieces, "the slope")
        top = magnitude_of(shape(phi.expression).curvatures)
        return _extremum(phi, "curvature_sup_eq_sup_of_second_derivative", Measurable.CURVATURE_SUP, top)
    broken = _within(jumps(phi.slope_pieces), domain)
    found = _torn(phi, domain) or (_jump_extreme(phi.derivative, broken, "the slope") if broken else None)
    found = found or _magnitude_by_pieces(phi.second_derivative, _clipped(shape(phi.expression).curvatures, domain))
    found = found or largest_magnitude(phi.second_derivative, domain)
    return _extremum(phi, "curvature_sup_eq_sup_of_second_derivative", Measurable.CURVATURE_SUP, found)


def _steep(phi: Activation, domain: Domain, infinities: tuple[sp.Expr, ...]) -> Extreme | None:
    """Return an infinite extremum of the slope at a point where the function has a vertical tangent."""
    found = [
        (point, value) for point, value in poles(phi.slope_pieces) if value in infinities and _inside((point,), domain)
    ]
    if not found:
        return None
    point, value = found[0]
    shown = value if len(infinities) == 1 else sp.oo
    ground = Certified(vertical_tangent, (phi.expression, point, shown))
    before = sp.Limit(phi.derivative if len(infinities) == 1 else Magnitude(phi.derivative), X, point, "+-")
    step = Step(before, Relation.EQ, shown, f"the slope is unbounded near x = {point}", ground)
    return Extreme(shown, (), tuple(dict.fromkeys(point for point, _ in found)), (step,))


def vertical_tangent(expr: sp.Expr, point: sp.Expr, wanted: sp.Expr) -> sp.Expr:
    """Return the infinity that the slope of a function tends to at a point, from one side at least."""
    values = [value for place, value in poles(shape(expr).slopes) if place == point]
    return wanted if any(value in (wanted, -wanted) for value in values) else sp.nan


def _check_whole(phi: Activation, domain: Domain) -> None:
    if domain != WHOLE:
        raise CannotDerive(f"the slopes of {phi} on an interval depend on its parameters; give them values")


def _check_joined(phi: Activation, sides: tuple[Piece, ...], what: str) -> None:
    """Refuse to say of a jump in the parameters that it is there or not."""
    for jump in jumps(sides):
        gap = sp.simplify(jump.right - jump.left)
        raise CannotDerive(
            f"{what} of {phi} jumps by {gap} at {jump.point} unless that is 0; give values to the parameters"
        )


def _torn(phi: Activation, domain: Domain) -> Extreme | None:
    broken = _within(jumps(phi.value_pieces), domain)
    return _jump_extreme(phi.expression, broken, "the function") if broken else None


def _extremum(phi: Activation, name: str, what: Measurable, found: Extreme) -> Claim:
    return extremum_claim(name, phi.name, what, found, phi.derivative_claim.derivation, phi.sources)


def _inside(points: tuple[sp.Basic, ...], domain: Domain) -> bool:
    return all(compare(domain[0], p) in (-1, 0) and compare(p, domain[1]) in (-1, 0) for p in points)


def _within(found: tuple[Jump, ...], domain: Domain) -> tuple[Jump, ...]:
    return tuple(j for j in found if compare(domain[0], j.point) == -1 and compare(j.point, domain[1]) == -1)


def _clipped(pieces: tuple[Piece, ...], domain: Domain) -> tuple[Piece, ...]:
    """Return the parts of pieces that lie in a domain."""
    clipped = (
        Piece(
            domain[0] if compare(piece.lower, domain[0]) == -1 else piece.lower,
            domain[1] if compare(domain[1], piece.upper) == -1 else piece.upper,
            piece.expr,
        )
        for piece in pieces
    )
    return tuple(piece for piece in clipped if compare(piece.lower, piece.upper) == -1)


def jump_quotient(expr: sp.Expr, point: sp.Expr) -> sp.Expr:
    """Return the limit of the difference quotients of a function across a point at which it jumps."""
    across = [jump for jump in jumps(shape(expr).values) if jump.point == point]
    return sp.oo if across else sp.S.Zero


def _jump_extreme(expr: sp.Expr, broken: tuple[Jump, ...], what: str) -> Extreme:
    jump = broken[0]
    reason = (
        f"{what} jumps at x = {jump.point}, from {jump.left} to {jump.right}: its difference quotients are unbounded"
    )
    step = Step(
        sp.Limit(sp.Abs(jump.right - jump.left) / X, X, 0, "+"),
        Relation.EQ,
        sp.oo,
        reason,
        Certified(jump_quotient, (expr, jump.point)),
    )
    return Extreme(sp.oo, (), tuple(j.point for j in broken), (step,))
