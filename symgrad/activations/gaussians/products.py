r"""Products: the mean of a product of one function at two Gaussian variables, in closed form.

With :math:`v=ru+\sqrt w\,z` the mean over v at a given u is a Gaussian integral with u as a parameter, and the mean over
u one more. Variances and covariance come in at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from ...claims import Fact, Relation, Step, Symbolic, display, symbol
from ...rigor.pieces import Piece
from ..errors import CannotDerive
from .foldings import without_zeros
from .forms import written
from .grounds import Iterated, Rewritten
from .integrals import integral_step, oriented
from .means import density

__all__ = ["Covariance", "closed_product", "conditional_mean"]

X = symbol("x")
_Y = sp.Symbol("y", real=True)
_SLOPE, _REST = sp.Symbol("r", real=True), sp.Symbol("w", positive=True)
_Q, _DETERMINANT = sp.Symbol("q", positive=True), sp.Symbol("D", positive=True)
_LONGEST = 400  # operations of a closed form that a person would still use
_TOWER = "the density of the pair is that of u times that of v given u"


@dataclass(frozen=True)
class Covariance:
    """Of two centred Gaussian variables.

    Parameters
    ----------
    first, second : sympy.Expr
        Variances, positive.
    mixed : sympy.Expr
        Covariance, smaller than the geometric mean of the variances in absolute value.
    """

    first: sp.Expr
    second: sp.Expr
    mixed: sp.Expr

    @property
    def determinant(self) -> sp.Expr:
        """Positive."""
        return sp.expand(self.first * self.second - self.mixed**2)


def _conditional(slope: sp.Expr, rest: sp.Expr) -> sp.Expr:
    """Return the density of v at x, given that u is y."""
    return sp.exp(-((X - slope * _Y) ** 2) / (2 * rest)) / sp.sqrt(2 * sp.pi * rest)


def conditional_mean(pieces: tuple[Piece, ...], slope: sp.Expr, rest: sp.Expr) -> tuple[sp.Expr, tuple[Step, ...]]:
    """Derive the mean of a function of ``v = slope * u + sqrt(rest) * z`` at a given u.

    Parameters
    ----------
    pieces : tuple of Piece
        The function; they cover the line.
    slope, rest : sympy.Expr
        The rest is positive.

    Returns
    -------
    tuple of sympy.Expr and tuple of Step
        The mean, in the symbol x for u, and the lines that evaluate the integrals.

    Raises
    ------
    CannotDerive
        If it has no closed form that is known here.
    """
    given = _conditional(slope, rest)
    lines = tuple(integral_step(p.expr * given, p.lower, p.upper) for p in without_zeros(pieces))
    return oriented(sp.Add(*(line.after for line in lines))).xreplace({_Y: X}), lines


@lru_cache(maxsize=256)
def _in_regression(latex: str, pieces: tuple[Piece, ...]) -> tuple[Step, ...]:
    """Derive the mean of the product in the variance of u, the slope of v on u and what is left of the variance of v."""
    inner_mean, inner = conditional_mean(pieces, _SLOPE, _REST)
    p, parts = density(_Q), without_zeros(pieces)
    nested = sp.Add(*(line.before for line in inner))
    before = sp.Add(*(sp.Integral((q.expr * p).xreplace({X: _Y}) * nested, (_Y, q.lower, q.upper)) for q in parts))
    integrands = [(q.expr * inner_mean * p, q.lower, q.upper) for q in parts]
    after = sp.Add(*(sp.Integral(integrand, (X, low, high)) for integrand, low, high in integrands))
    joined = Step(before, Relation.EQ, after, "put in the means over v", Iterated(_Y, inner))
    outer = tuple(integral_step(*integrand) for integrand in integrands)
    total = oriented(sp.Add(*(line.after for line in outer)))
    if total.count_ops() > _LONGEST:
        raise CannotDerive("the closed form of the mean product is too long to be of use")
    mean = display(latex)
    meant = Fact(mean, Relation.EQ, before, _TOWER)
    used = (meant, joined.at(), *(line.at(reason="a line above") for line in outer))
    return (*inner, joined, *outer, Step(mean, Relation.EQ, total, "add up", Symbolic(used)))


@lru_cache(maxsize=256)
def _in_determinant(latex: str, pieces: tuple[Piece, ...], mixed: sp.Symbol) -> tuple[Step, ...]:
    steps = _in_regression(latex, pieces)
    line = steps[-1].at({_SLOPE: mixed / _Q, _REST: _DETERMINANT / _Q}, "with r = c/q and w = D/q")
    reason = "D is the determinant of the covariance matrix, q the variance of u, c the covariance"
    return (*steps, Step(line.before, Relation.EQ, written(line.after), reason, Rewritten(line)))


def closed_product(latex: str, pieces: tuple[Piece, ...], covariance: Covariance) -> tuple[Step, ...]:
    """Derive the mean product of a function at two Gaussian variables.

    Parameters
    ----------
    latex : str
        How the mean is written.
    pieces : tuple of Piece
        The function; they cover the line.
    covariance : Covariance
        Of numbers or symbols.

    Returns
    -------
    tuple of Step
        The last one ends with the closed form.

    Raises
    ------
    CannotDerive
        If there is none that is known here.

    Examples
    --------
    >>> unit = Covariance(sp.S.One, sp.S.One, sp.Rational(1, 2))
    >>> closed_product("m", (Piece(-sp.oo, sp.oo, X**2),), unit)[-1].after
    3/2
    """
    mixed = sp.Symbol("c", real=True)
    if {_Q, _DETERMINANT, mixed, _SLOPE, _REST} & {s for piece in pieces for s in piece.expr.free_symbols}:
        raise CannotDerive("a parameter has the name of a variable of the derivation; rename it")
    steps = _in_determinant(latex, pieces, mixed)
    values = {_Q: covariance.first, mixed: covariance.mixed, _DETERMINANT: covariance.determinant}
    line = steps[-1].at(values, "at this covariance")
    after = written(line.after) if line.after.free_symbols else line.after
    return (*steps, Step(line.before, Relation.EQ, after, "at this covariance", Rewritten(line)))
