"""Small variances: a mean square as a series in the variance.

The function near zero decides (Watson's lemma): its Taylor coefficients on each side are averaged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sympy as sp

from ..claims import (
    Always,
    Claim,
    Fact,
    Ground,
    Measurable,
    Quantity,
    Relation,
    Step,
    Strength,
    Tightness,
    TightnessKind,
    display,
    symbol,
)
from ..rigor import is_tempered
from ..rigor.pieces import Piece
from .derivations import equality
from .errors import CannotDerive
from .gaussians import closed_mean
from .gluings import transform

if TYPE_CHECKING:
    from .subjects import Activation

__all__ = ["Q", "at_small_variance", "expansion_claim", "halves", "squared"]

X = symbol("x")
Q = sp.Symbol("q", positive=True)
_MOST_TERMS = 4
_WATSON = "Watson's lemma: what lies away from zero is exponentially small"
_FUNCTIONS = {
    Measurable.VALUE_MEAN_SQUARE: lambda phi: phi.value_pieces,
    Measurable.SLOPE_MEAN_SQUARE: lambda phi: phi.slope_pieces,
}


def squared(phi: Activation, what: Measurable) -> tuple[Piece, ...]:
    """Return the square whose mean is expanded, in pieces."""
    if phi.free_symbols:
        raise CannotDerive(f"the {what.words} of {phi} is expanded at values of its parameters; give them")
    return transform(_FUNCTIONS[what](phi), lambda e: e**2)


def expansion_claim(phi: Activation, what: Measurable, ending: str, steps: tuple[Step, ...]) -> Claim:
    """Make the claim that a mean square has an expansion."""
    bound = steps[-1].after
    tightness = Tightness(TightnessKind.EXACT, f"up to the stated order, {ending.replace('_', ' ')}")
    name = f"{what.code_name}_eq_expansion_{ending}"
    return Claim(name, phi.name, Quantity(what), Relation.EQ, bound, Always(), (), steps, phi.sources, tightness)


@dataclass(frozen=True)
class Taylor(Ground):
    """A function, analytic up to zero from one side, by its Taylor polynomial."""

    word = "symbolic"

    def replay(self, step: Step) -> Strength:
        """Differentiate at zero again, and compare coefficient by coefficient."""
        polynomial = step.after.removeO()
        order = step.after.getn()
        agree = (
            equality(sp.diff(step.before, X, k).subs(X, 0), sp.diff(polynomial, X, k).subs(X, 0), "").replay()
            for k in range(int(order))
        )
        return Strength.SYMBOLIC if all(strength is Strength.SYMBOLIC for strength in agree) else Strength.BROKEN


@dataclass(frozen=True)
class Watson(Ground):
    """The mean of a tempered function at small variance is that of its Taylor polynomials, up to their order.

    Parameters
    ----------
    pieces : tuple of Piece
        The function.
    near : tuple of Step
        The Taylor polynomials on the left and on the right of zero.
    mean : Fact
        Their mean.
    """

    pieces: tuple[Piece, ...]
    near: tuple[Step, ...]
    mean: Fact
    word = "certified"

    @property
    def granted(self) -> tuple[Fact, ...]:
        """Watson's lemma."""
        return (Fact(display(r"\mathbb{E}\,h"), Relation.EQ, display(r"\mathbb{E}\,T + O(q^n)"), _WATSON),)

    def replay(self, step: Step) -> Strength:
        """Re-run the polynomials and their mean, and certify that the function is tempered."""
        sides = tuple(piece.expr for piece in _around_zero(self.pieces))
        power = sp.Rational(int(self.near[0].after.getn()), 2)
        agree = sides == tuple(line.before for line in self.near)
        agree = agree and step.after == self.mean.after + sp.Order(Q**power) and is_tempered(self.pieces, X)
        agree = agree and _averaged(self.near)[1].after == self.mean.after
        replayed = min([Strength.CERTIFIED, self.mean.replay(), *(line.replay() for line in self.near)])
        return replayed if agree else Strength.BROKEN


def at_small_variance(phi: Activation, what: Measurable, terms: int = 2) -> Claim:
    """State a mean square for small variances, up to a power of the variance.

    Parameters
    ----------
    phi : Activation
        Without symbols.
    what : Measurable
        Mean-square value or slope.
    terms : int, default 2
        The power of the variance from which on it is left out, 1 to 4.

    Returns
    -------
    Claim
        Its bound is a sum of powers of the variance with an order term.

    Raises
    ------
    CannotDerive
        If the function has no one-sided derivatives at zero, or is not tempered.
    ValueError
        If the number of terms is out of range.
    """
    if not 1 <= terms <= _MOST_TERMS:
        raise ValueError(f"terms = {terms}; give 1 to {_MOST_TERMS}")
    pieces = squared(phi, what)
    near = tuple(_taylor(piece.expr, 2 * terms) for piece in _around_zero(pieces))
    lines, mean = _averaged(near)
    if not is_tempered(pieces, X):
        raise CannotDerive(f"the square is not known to be tempered, so that {phi} may not be expanded")
    value = mean.after + sp.Order(Q**terms)
    last = Step(display(what.latex), Relation.EQ, value, _WATSON, Watson(pieces, near, mean))
    return expansion_claim(phi, what, "at_small_variance", (*dict.fromkeys(near), *lines, last))


def _averaged(near: tuple[Step, ...]) -> tuple[tuple[Step, ...], Fact]:
    """Average polynomials on both sides of zero, for any coefficients; return the lines, and the mean at these."""
    order = int(near[0].after.getn())
    sides, values = [], {}
    for side, line in zip("ab", near, strict=True):
        letters = [sp.Symbol(f"{side}_{k}", real=True) for k in range(order)]
        taken = line.after.removeO()
        values.update({letter: taken.coeff(X, k) for k, letter in enumerate(letters)})
        sides.append(sp.Add(*(letter * X**k for k, letter in enumerate(letters))))
    lines = closed_mean(r"\mathbb{E}\,T", halves(*sides), Q)
    return lines, lines[-1].at(values, "the mean of the polynomials, at these coefficients")


def _around_zero(pieces: tuple[Piece, ...]) -> tuple[Piece, Piece]:
    left = next(p for p in pieces if p.upper.is_extended_nonnegative and p.lower.is_extended_negative)
    right = next(p for p in pieces if p.upper.is_extended_positive and p.lower.is_extended_nonpositive)
    return left, right


def _taylor(expr: sp.Expr, order: int) -> Step:
    coefficients, derivative = [], expr
    for k in range(order):
        coefficients.append(_short(derivative.subs(X, 0)) / sp.factorial(k))
        derivative = sp.diff(derivative, X)
    if not all(c.is_finite for c in coefficients):
        raise CannotDerive(f"{expr} has no Taylor polynomial at zero")
    polynomial = sp.Add(*(c * X**k for k, c in enumerate(coefficients)))
    return Step(expr, Relation.EQ, polynomial + sp.Order(X**order), "Taylor's formula at zero", Taylor())


def _short(number: sp.Expr) -> sp.Expr:
    """Return a shorter form of a number, if algebra proves that it is the same."""
    shorter = sp.simplify(number)
    return shorter if equality(number, shorter, "").replay() is Strength.SYMBOLIC else number


def halves(left: sp.Expr, right: sp.Expr) -> tuple[Piece, ...]:
    """Return a function that is one expression on each side of zero."""
    return Piece(-sp.oo, sp.S.Zero, left), Piece(sp.S.Zero, sp.oo, right)
