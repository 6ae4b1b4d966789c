"""Moments: means of an activation, its slope and its curvature under a centred Gaussian.

At a variance that is a symbol a moment is a formula, if one is found; at a number it is the formula there, or else a
certified integral. One that is infinite says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from ..claims import (
    Always,
    Certified,
    Claim,
    Fact,
    Measurable,
    Quantity,
    Relation,
    Step,
    Strength,
    Symbolic,
    Tightness,
    TightnessKind,
    define,
    display,
    symbol,
)
from ..rigor import CannotEnclose, DefinedConstant, Diverges, EnclosedConstant, enclose, gaussian_mean
from ..rigor.derivatives import derivative
from ..rigor.pieces import Piece, value_at
from .errors import CannotDerive
from .gaussians import closed_mean, density
from .gluings import glue, transform
from .kinks import jumps
from .numbers import exact_number

if TYPE_CHECKING:
    from .subjects import Activation

__all__ = [
    "slope_fourth_moment",
    "slope_mean",
    "slope_mean_square",
    "value_curvature_mean",
    "value_mean",
    "value_mean_square",
]

X = symbol("x")
DIGITS = 20
_CHECK_DIGITS = 12
_CHECKED, _WHOLE = 30, 1e-20  # digits, and how near to a whole number, from which on algebra is asked whether it is one
_Q = sp.Symbol("q", positive=True)
_METHOD = "a certified integral over a finite interval, and a bound of both tails"
_INFINITE = "the integral is infinite, by the growth of the integrand at one end"


def value_mean(phi: Activation, variance: Any) -> Claim:
    """State the mean of the activation under a Gaussian of some variance."""
    return _moment(phi, Measurable.VALUE_MEAN, phi.expression, phi.value_pieces, variance, fold=True)


def value_mean_square(phi: Activation, variance: Any) -> Claim:
    """State the mean square of the activation under a Gaussian of some variance."""
    return _power(phi, Measurable.VALUE_MEAN_SQUARE, (phi.expression, phi.value_pieces), 2, variance)


def slope_mean(phi: Activation, variance: Any) -> Claim:
    """State the mean slope under a Gaussian of some variance."""
    return _moment(phi, Measurable.SLOPE_MEAN, phi.derivative, phi.slope_pieces, variance, fold=True)


def slope_mean_square(phi: Activation, variance: Any) -> Claim:
    """State the mean square of the slope under a Gaussian of some variance."""
    return _power(phi, Measurable.SLOPE_MEAN_SQUARE, (phi.derivative, phi.slope_pieces), 2, variance)


def slope_fourth_moment(phi: Activation, variance: Any) -> Claim:
    """State the mean fourth power of the slope under a Gaussian of some variance."""
    return _power(phi, Measurable.SLOPE_FOURTH_MOMENT, (phi.derivative, phi.slope_pieces), 4, variance)


def value_curvature_mean(phi: Activation, variance: Any) -> Claim:
    """State the mean of value times curvature; a jump of the slope is a point mass of the curvature.

    Notes
    -----
    So that ``d/dq E f^2 = E f'^2 + E f f''`` at every kink too.
    """
    if broken := jumps(phi.value_pieces):
        raise CannotDerive(f"{phi} jumps at {broken[0].point}, so its curvature is no measure and has no Gaussian mean")
    products = transform(phi.value_pieces, lambda e: e * derivative(derivative(e, X), X))
    integrand = glue(products, {piece.upper: sp.S.Zero for piece in products[:-1]})
    masses = transform(phi.value_pieces, lambda e: e * derivative(e, X))
    kinks = tuple((jump.point, _finite(phi, jump.right - jump.left)) for jump in jumps(masses))
    return _moment(phi, Measurable.VALUE_CURVATURE_MEAN, integrand, products, variance, kinks)


def _finite(phi: Activation, mass: sp.Expr) -> sp.Expr:
    if mass.is_finite is not True:
        raise CannotDerive(f"the slope of {phi} is infinite at a kink, so that the curvature has no mass there")
    return mass


def _power(
    phi: Activation, what: Measurable, function: tuple[sp.Expr, tuple[Piece, ...]], power: int, variance: Any
) -> Claim:
    return _moment(phi, what, function[0] ** power, transform(function[1], lambda e: e**power), variance)


def checked_variance(given: Any, name: str = "the variance") -> sp.Expr:
    """Read a variance: a number that is not negative, or a positive symbol."""
    q = exact_number(name, given, symbolic=True)
    if q.free_symbols and q.is_positive is not True:
        raise ValueError(f"{name} is {given}, which is not known to be positive; make its symbols with positive=True")
    if q.is_nonnegative is not True:
        raise ValueError(f"{name} is {given}; it must not be negative")
    return q


def _moment(
    phi: Activation,
    what: Measurable,
    integrand: sp.Expr,
    pieces: tuple[Piece, ...],
    variance: Any,
    kinks: tuple[tuple[sp.Expr, sp.Expr], ...] = (),
    *,
    fold: bool = False,
) -> Claim:
    """Make the claim about one moment: closed form, certified integral or infinity."""
    q = checked_variance(variance)
    steps = _closed_steps(phi, what, pieces, q, kinks, fold=fold) if q != 0 else None
    if steps is None or (not phi.free_symbols and _is_contradicted(steps[-1].after, integrand, q, kinks)):
        _check_numbers(phi, what, q)
        steps = _certified_steps(what, integrand, q, kinks)
    name = f"{what.code_name}_eq_gaussian_integral"
    tightness = Tightness(TightnessKind.EXACT, f"at variance {q}")
    return Claim(
        name, phi.name, Quantity(what), Relation.EQ, steps[-1].after, Always(), (), steps, phi.sources, tightness
    )


def _check_numbers(phi: Activation, what: Measurable, q: sp.Expr) -> None:
    if free := sorted(map(str, phi.free_symbols | q.free_symbols)):
        advice = "give a number for the variance" if q.free_symbols else "give values to the parameters"
        raise CannotDerive(f"the {what.words} has no closed form in {', '.join(free)} for {phi}; {advice}")


# ------------------------------------------------------------------------------------------------------- closed forms


def _closed_steps(
    phi: Activation,
    what: Measurable,
    pieces: tuple[Piece, ...],
    q: sp.Expr,
    kinks: tuple[tuple[sp.Expr, sp.Expr], ...],
    *,
    fold: bool,
) -> tuple[Step, ...] | None:
    """Derive the formula in a symbol, and take it at the variance; None if there is no closed form."""
    word = _Q if _Q not in phi.free_symbols else sp.Dummy("q", positive=True)
    for variance in (word, q):  # a formula may hold at this variance only, as for exp(x^2/4)
        try:
            steps = closed_mean(what.latex, pieces, variance, _masses(kinks, variance), fold=fold)
        except CannotDerive:
            continue
        return steps if variance == q else (*steps, *_specialised(steps[-1], variance, q))
    return None


def _specialised(line: Step, word: sp.Symbol, q: sp.Expr) -> tuple[Step, ...]:
    here = line.at({word: q})
    step = Step(line.before, Relation.EQ, here.after, f"at variance {q}", Symbolic((here,)))
    return (step, *_by_definition(step.after))


def _by_definition(value: sp.Expr) -> tuple[Step, ...]:
    """Say that a number is whole if the definitions of constants in it make it so, as those of SELU do."""
    constants = sorted(value.atoms(DefinedConstant), key=str)
    if not constants or value.free_symbols:
        return ()
    nearest = sp.Integer(round(value.evalf(_CHECKED)))
    if abs(value.evalf(_CHECKED) - nearest) > _WHOLE:
        return ()
    facts = tuple(Fact(c, Relation.EQ, c.definition, "definition") for c in constants)
    step = Step(value, Relation.EQ, nearest, "by the definition of the constants", Symbolic(facts))
    return (step,) if step.replay() is Strength.SYMBOLIC else ()


def _is_contradicted(
    formula: sp.Expr, integrand: sp.Expr, q: sp.Expr, kinks: tuple[tuple[sp.Expr, sp.Expr], ...]
) -> bool:
    """Say whether a certified integral excludes the value of a formula, at this variance or, of a symbol, at one.

    The replay proves the formula; this is for a formula that would not be proved, so that it is not even stated.
    """
    here = dict.fromkeys(q.free_symbols, sp.S.One)
    try:
        value = enclose(formula.subs(here), _CHECK_DIGITS)
        found = gaussian_mean(integrand, X, q.subs(here), _CHECK_DIGITS)
        masses = enclose(_masses(kinks, q).subs(here), _CHECK_DIGITS)
    except Diverges:
        return True
    except CannotEnclose:  # a formula for zero, or an integral that balls do not get: nothing to compare
        return False
    return bool(value.upper < found.lower + masses.lower or found.upper + masses.upper < value.lower)


def _masses(kinks: tuple[tuple[sp.Expr, sp.Expr], ...], q: sp.Expr) -> sp.Expr:
    return sp.Add(*(mass * density(q).subs(X, point) for point, mass in kinks))


# -------------------------------------------------------------------------------------------------------- certificates


def enclosed_mean(
    name: str, integrand: sp.Expr, q: sp.Expr, kinks: tuple[tuple[sp.Expr, sp.Expr], ...] = ()
) -> sp.Expr:
    """Certify a Gaussian mean from scratch and return it as a number that knows its enclosure, or as infinite.

    At variance zero it is the value at zero, exactly.
    """
    if q == 0 and not kinks:
        return define(value_at(integrand, X, sp.S.Zero))
    try:
        found = gaussian_mean(integrand, X, q, DIGITS)
    except Diverges as infinite:
        return infinite.sign * sp.oo
    value = found.lower if found.lower == found.upper else EnclosedConstant(name, found)
    return value + _masses(kinks, q)


def _certified_steps(
    what: Measurable, integrand: sp.Expr, q: sp.Expr, kinks: tuple[tuple[sp.Expr, sp.Expr], ...]
) -> tuple[Step, ...]:
    arguments = (what.latex, integrand, q, kinks)
    value = enclosed_mean(*arguments)
    reason = _INFINITE if value.is_infinite else _METHOD
    return (Step(display(what.latex), Relation.EQ, value, reason, Certified(enclosed_mean, arguments)),)
