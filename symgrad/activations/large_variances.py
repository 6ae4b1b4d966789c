r"""Large variances: a mean square as a formula in the variance with an order term.

The polynomials H that the square approaches at both ends decide, and what it keeps besides, r, acts as a point mass:
:math:`\mathbb E h=\mathbb E H+\int r\,/\sqrt{2\pi q}+O(q^{-3/2})`, since :math:`0\le1-e^{-y}\le y`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sympy as sp

from ..claims import Certified, Claim, Fact, Ground, Measurable, Relation, Step, Strength, Symbolic, display, symbol
from ..rigor import CannotEnclose, EnclosedConstant, limit_at, line_integral, polynomial_at
from ..rigor.pieces import Piece
from .derivations import equality
from .errors import CannotDerive
from .gaussians import closed_mean, integral_step
from .gluings import transform
from .small_variances import Q, expansion_claim, halves, squared

if TYPE_CHECKING:
    from .subjects import Activation

__all__ = ["at_large_variance"]

X, S = symbol("x"), symbol("s")
_POINT_MASS = "at large variance the density is constant where the rest lives, up to x^2/(2q)"
_CERTIFIED = "a certified integral over a finite interval, and expansions at both ends"
_SUBSTITUTED = "substitute s for the activation: its slope is a function of s"
_DIGITS = 15


def at_large_variance(phi: Activation, what: Measurable) -> Claim:
    """State a mean square for large variances, up to the power ``-3/2`` of the variance.

    Parameters
    ----------
    phi : Activation
        Without symbols.
    what : Measurable
        Mean-square value or slope.

    Returns
    -------
    Claim
        Its bound is a formula in the variance with an order term.

    Raises
    ------
    CannotDerive
        If the square does not approach polynomials at both ends, or what it keeps besides decays too slowly.
    """
    pieces = squared(phi, what)
    try:
        ends, rest = _split(pieces)
        _check_decay(rest)
        mass = _mass(phi, what, ends, rest)
    except CannotEnclose as reason:
        raise CannotDerive(f"{phi} has no expansion of this kind at large variance: {reason}") from reason
    lines = closed_mean(r"\mathbb{E}\,H", ends, Q)
    value = _with_mass(lines[-1].after, mass.after)
    last = Step(display(what.latex), Relation.EQ, value, _POINT_MASS, PointMass(pieces, lines[-1], mass))
    return expansion_claim(phi, what, "at_large_variance", (*lines, mass, last))


def _with_mass(mean: sp.Expr, mass: sp.Expr) -> sp.Expr:
    return mean + mass / sp.sqrt(2 * sp.pi * Q) + sp.Order(Q ** sp.Rational(-3, 2), (Q, sp.oo))


def _split(pieces: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return the polynomials at both ends, on half lines, and the rest."""
    left, right = polynomial_at(pieces[0].expr, X, -sp.oo), polynomial_at(pieces[-1].expr, X, sp.oo)
    rest = []
    for p in pieces:
        if p.lower.is_extended_negative:
            rest.append(Piece(p.lower, min(p.upper, sp.S.Zero), sp.expand(p.expr - left)))
        if p.upper.is_extended_positive:
            rest.append(Piece(max(p.lower, sp.S.Zero), p.upper, sp.expand(p.expr - right)))
    return halves(left, right), tuple(rest)


def _check_decay(rest: tuple[Piece, ...]) -> None:
    """Raise CannotEnclose unless ``x^2`` times the rest is integrable, which bounds the error."""
    line_integral(transform(rest, lambda e: X**2 * e), X, _DIGITS)


def _whole(rest: tuple[Piece, ...]) -> sp.Expr:
    return sp.Add(*(sp.Integral(p.expr, (X, p.lower, p.upper)) for p in rest))


# ------------------------------------------------------------------------------------------------------------- the mass


def enclosed_area(rest: tuple[Piece, ...]) -> sp.Expr:
    """Certify the integral of the rest from scratch."""
    found = line_integral(rest, X, _DIGITS)
    return found.lower if found.lower == found.upper else EnclosedConstant(r"\int r", found)


def _mass(phi: Activation, what: Measurable, ends: tuple[Piece, ...], rest: tuple[Piece, ...]) -> Step:
    primitives = _primitives(phi, what, ends) if len(phi.value_pieces) == 1 else None
    if primitives is not None:
        ground = Substituted(phi.expression, primitives)
        step = Step(_whole(rest), Relation.EQ, ground.value(rest), _SUBSTITUTED, ground)
        if step.replay() is Strength.SYMBOLIC:
            return step
    try:
        lines = [integral_step(p.expr, p.lower, p.upper) for p in rest]
    except CannotDerive:
        return _certified_mass(rest)
    total, used = sp.Add(*(line.after for line in lines)), Symbolic(tuple(line.at() for line in lines))
    return Step(_whole(rest), Relation.EQ, total, "by antiderivatives", used)


def _certified_mass(rest: tuple[Piece, ...]) -> Step:
    return Step(_whole(rest), Relation.EQ, enclosed_area(rest), _CERTIFIED, Certified(enclosed_area, (rest,)))


def _primitives(phi: Activation, what: Measurable, ends: tuple[Piece, ...]) -> tuple[sp.Expr, ...] | None:
    """Return primitives of the rest on both sides of zero, in the value s of the activation; None if there are none."""
    slope = phi.derivative_in_terms_of_value
    if slope is None or not slope.has(S) or any(end.expr.has(X) for end in ends):
        return None
    if what is Measurable.SLOPE_MEAN_SQUARE:
        integrands = [slope - end.expr / slope for end in ends]
    else:
        integrands = [sp.cancel((S**2 - end.expr) / slope) for end in ends]
    found = tuple(sp.integrate(integrand, S) for integrand in integrands)
    return None if any(primitive.has(sp.Integral) for primitive in found) else found


@dataclass(frozen=True)
class Substituted(Ground):
    """An integral over both halves of the line, by primitives in the value of an activation.

    Parameters
    ----------
    expression : sympy.Expr
        The activation.
    primitives : tuple of sympy.Expr
        In the symbol s, on the left and on the right of zero.
    """

    expression: sp.Expr
    primitives: tuple[sp.Expr, ...]
    word = "symbolic"

    def replay(self, step: Step) -> Strength:
        """Differentiate the primitives of the activation, and take their values at its limits."""
        integrals = sorted(sp.Add.make_args(step.before), key=lambda integral: integral.args[1][1].is_infinite is False)
        rest = tuple(Piece(i.args[1][1], i.args[1][2], i.function) for i in integrals)
        if len(rest) != len(self.primitives) or step.after != self.value(rest):
            return Strength.BROKEN
        slopes = (sp.diff(primitive.subs(S, self.expression), X) for primitive in self.primitives)
        agree = (equality(a, p.expr, "").replay() for a, p in zip(slopes, rest, strict=True))
        return Strength.SYMBOLIC if all(found is Strength.SYMBOLIC for found in agree) else Strength.BROKEN

    def value(self, rest: tuple[Piece, ...]) -> sp.Expr:
        """Return the integral."""
        pairs = zip(self.primitives, rest, strict=True)
        increases = (g.subs(S, self._limit(p.upper)) - g.subs(S, self._limit(p.lower)) for g, p in pairs)
        return sp.simplify(sp.Add(*increases))

    def _limit(self, end: sp.Expr) -> sp.Expr:
        return limit_at(self.expression, X, end) if end.is_infinite else self.expression.subs(X, end)


@dataclass(frozen=True)
class PointMass(Ground):
    """At large variance a mean is that of the polynomials at both ends, and a multiple of the density at zero.

    Parameters
    ----------
    pieces : tuple of Piece
        The function.
    mean : Step
        The mean of the polynomials.
    mass : Step
        The integral of the rest.
    """

    pieces: tuple[Piece, ...]
    mean: Step
    mass: Step
    word = "certified"

    @property
    def granted(self) -> tuple[Fact, ...]:
        """The elementary bound of the exponential."""
        small = display("y", nonnegative=True)
        return (Fact(1 - sp.exp(-small), Relation.LE, small, "for the density, with y = x^2/(2q)"),)

    def replay(self, step: Step) -> Strength:
        """Find the polynomials again, and integrate the rest times ``x^2``, which has to be finite."""
        try:
            ends, rest = _split(self.pieces)
            _check_decay(rest)
        except CannotEnclose:
            return Strength.BROKEN
        agree = closed_mean(r"\mathbb{E}\,H", ends, Q)[-1].after == self.mean.after and self.mass.before == _whole(rest)
        agree = agree and step.after == _with_mass(self.mean.after, self.mass.after)
        replayed = min(Strength.CERTIFIED, self.mean.replay(), self.mass.replay())
        return replayed if agree else Strength.BROKEN
