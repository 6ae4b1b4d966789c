r"""Duals: the mean product of an activation, or of its slope, at two correlated Gaussian preactivations.

The dual activation of Daniely et al. 2016: what a random layer makes of the covariance of two inputs. A formula where
one is found; else the mean over one variable in closed form and a certified integral over the other; else a Hermite
series with a proved remainder. Two variables that determine each other are one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from ..claims import (
    Always,
    Certified,
    Claim,
    Measurable,
    Quantity,
    Relation,
    Step,
    Tightness,
    TightnessKind,
    display,
    symbol,
)
from ..rigor import EnclosedConstant, compare, gaussian_mean, gaussian_product_mean
from ..rigor.pieces import Piece, pieces
from .errors import CannotDerive
from .gaussians import Covariance, closed_mean, closed_product, conditional_mean
from .moments import DIGITS, checked_variance
from .numbers import exact_number

if TYPE_CHECKING:
    from .subjects import Activation

__all__ = ["slope_dual", "value_dual"]

X = symbol("x")
_SERIES_DIGITS = 12
_ONE_INSIDE = "the mean over v at a given u in closed form, that over u as a certified integral"
_SERIES = "a Hermite series, with a proved bound of what is left out"
_ONE_VARIABLE = "v is a multiple of u, so this is a mean over one variable: a certified integral"


def value_dual(phi: Activation, variance: Any, covariance: Any, other_variance: Any = None) -> Claim:
    """State the mean product of two values."""
    found = _covariance(variance, covariance, other_variance)
    return _dual(phi, Measurable.VALUE_DUAL, phi.expression, phi.value_pieces, found)


def slope_dual(phi: Activation, variance: Any, covariance: Any, other_variance: Any = None) -> Claim:
    """State the mean product of two slopes, kinks aside."""
    found = _covariance(variance, covariance, other_variance)
    return _dual(phi, Measurable.SLOPE_DUAL, phi.derivative, phi.slope_pieces, found)


def _covariance(variance: Any, covariance: Any, other_variance: Any) -> Covariance:
    first = checked_variance(variance)
    second = first if other_variance is None else checked_variance(other_variance, "the other variance")
    mixed = exact_number("the covariance", covariance, symbolic=True)
    if first == 0 or second == 0:
        raise ValueError("a variance is 0, and then that variable is no variable; give positive variances")
    found = Covariance(first, second, mixed)
    if not found.determinant.free_symbols and compare(found.determinant, 0) == -1:
        raise ValueError(f"the covariance {mixed} is larger than variances {first} and {second} allow")
    return found


def _dual(phi: Activation, what: Measurable, expr: sp.Expr, parts: tuple[Piece, ...], found: Covariance) -> Claim:
    steps = _steps(phi, what, expr, parts, found)
    note = f"at variances {found.first} and {found.second}, covariance {found.mixed}"
    name = f"{what.code_name}_eq_gaussian_integral"
    tightness = Tightness(TightnessKind.EXACT, note)
    return Claim(
        name, phi.name, Quantity(what), Relation.EQ, steps[-1].after, Always(), (), steps, phi.sources, tightness
    )


def _steps(
    phi: Activation, what: Measurable, expr: sp.Expr, parts: tuple[Piece, ...], found: Covariance
) -> tuple[Step, ...]:
    numbers = not (phi.free_symbols or found.determinant.free_symbols)
    if numbers and compare(found.determinant, 0) == 0:
        return _one_variable(what, expr, found)
    try:
        return closed_product(what.latex, parts, found)
    except CannotDerive:
        if not numbers:
            advice = "give numbers for the variances, the covariance and the parameters"
            raise CannotDerive(f"the {what.words} has no closed form for {phi}; {advice}") from None
    try:
        return _one_inside(what, expr, parts, found)
    except CannotDerive:
        return _series(phi, what, expr, found)


def _certified(what: Measurable, reason: str, computation: Any, arguments: tuple[Any, ...]) -> Step:
    ground = Certified(computation, arguments)
    return Step(display(what.latex), Relation.EQ, computation(*arguments), reason, ground)


# -------------------------------------------------------------------------------------------------------- one variable


def _one_variable(what: Measurable, expr: sp.Expr, found: Covariance) -> tuple[Step, ...]:
    """Reduce to one variable where the correlation is 1 or -1."""
    product = expr * expr.subs(X, found.mixed / found.first * X)
    try:
        return closed_mean(what.latex, pieces(product, X), found.first)
    except CannotDerive:
        return (_certified(what, _ONE_VARIABLE, enclosed_over_one, (what.latex, product, found.first)),)


def enclosed_over_one(name: str, product: sp.Expr, variance: sp.Expr) -> sp.Expr:
    """Certify the mean of a product over one variable from scratch."""
    return EnclosedConstant(name, gaussian_mean(product, X, variance, DIGITS))


# ------------------------------------------------------------------------------------------------------- two variables


def _one_inside(what: Measurable, expr: sp.Expr, parts: tuple[Piece, ...], found: Covariance) -> tuple[Step, ...]:
    slope, rest = found.mixed / found.first, found.determinant / found.first
    inner, lines = conditional_mean(parts, slope, rest)
    return (*lines, _certified(what, _ONE_INSIDE, enclosed_over_one, (what.latex, expr * inner, found.first)))


def enclosed_series(name: str, expr: sp.Expr, found: Covariance, parity: int | None) -> sp.Expr:
    """Certify the mean of a product by its Hermite series from scratch."""
    variances = found.first, found.second
    return EnclosedConstant(name, gaussian_product_mean(expr, X, variances, found.mixed, _SERIES_DIGITS, parity))


def _series(phi: Activation, what: Measurable, expr: sp.Expr, found: Covariance) -> tuple[Step, ...]:
    flips = what is Measurable.SLOPE_DUAL  # the slope of an odd function is even
    parity = int(bool(phi.odd) ^ flips) if phi.odd or phi.even else None
    return (_certified(what, _SERIES, enclosed_series, (what.latex, expr, found, parity)),)
