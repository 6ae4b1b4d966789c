"""Mean squares at small and at large variance: published coefficients, the remainder they leave, planted faults."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from symgrad.activations import CATALOGUE, CannotDerive, activation
from symgrad.claims import Strength, latex
from symgrad.rigor import enclose

Q = sp.Symbol("q", positive=True)
NAMES = sorted({row.name for row in CATALOGUE.values()})
MOMENTS = ("value_mean_square", "slope_mean_square")


def remainder(exact: sp.Expr, approximation: sp.Expr) -> sp.Rational:
    """The size of a difference of numbers that nearly cancel."""
    left, right = (enclose(number, 40).midpoint for number in (exact, approximation))
    return abs(left - right)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("name", NAMES)
def test_a_series_at_small_variance_leaves_what_it_says(name: str, moment: str) -> None:
    """Halving the variance divides the remainder by about four, the order being two."""
    phi = activation(name)
    series = getattr(phi, f"{moment}_at_small_variance")()
    assert series.replay() is Strength.CERTIFIED
    assert latex(series.bound)
    rests = []
    for q in (sp.Rational(1, 2**14), sp.Rational(1, 2**15)):
        exact = getattr(phi, moment)(q).bound
        rests.append(remainder(exact, series.bound.removeO().subs(Q, q)))
    assert rests[0] < 1e-30 or rests[1] < rests[0] / 3


@pytest.mark.parametrize("terms", [1, 2, 3])
def test_more_terms_are_the_taylor_series_of_the_closed_form(terms: int) -> None:
    for name in ("sin", "gaussian", "erf", "exponential"):
        phi = activation(name)
        for moment in MOMENTS:
            found = getattr(phi, f"{moment}_at_small_variance")(terms).bound.removeO()
            closed = sp.series(getattr(phi, moment)(Q).bound, Q, 0, terms).removeO()
            assert sp.simplify(found - closed) == 0


def test_small_variances_of_tanh_and_sigmoid_are_those_published() -> None:
    """Sheet D13: the slope tends to phi'(0)^2, 1 for tanh and 1/16 for the sigmoid; D10: tanh has ``V = q - 2 q^2``."""
    assert activation("tanh").value_mean_square_at_small_variance(3).bound.removeO() == Q - 2 * Q**2
    assert activation("tanh").slope_mean_square_at_small_variance(1).bound.removeO() == 1
    assert activation("sigmoid").slope_mean_square_at_small_variance(1).bound.removeO() == sp.Rational(1, 16)


# Sheet D13: E phi'^2 = I_0 / sqrt(2 pi q) + O(q^(-3/2)).
SLOPE_AREAS = {
    "tanh": sp.Rational(4, 3),
    "sigmoid": sp.Rational(1, 6),
    "erf": 2 * sp.sqrt(2 / sp.pi),
    "atan": sp.pi / 2,
    "softsign": sp.Rational(2, 3),
}


@pytest.mark.parametrize("name", SLOPE_AREAS)
def test_large_variances_leave_the_published_area_of_the_slope(name: str) -> None:
    claim = activation(name).slope_mean_square_at_large_variance()
    area = claim.bound.removeO() * sp.sqrt(2 * sp.pi * Q)
    assert claim.replay() is Strength.CERTIFIED
    assert abs(sp.N(area.subs(Q, 1) - SLOPE_AREAS[name], 20)) < 1e-14  # 15 digits of the certified ones
    if name != "softsign":
        assert sp.simplify(area - SLOPE_AREAS[name]) == 0  # derived in closed form


def test_saturating_functions_approach_their_limits_from_below() -> None:
    """E tanh^2 = 1 - 2/sqrt(2 pi q) and E sigma^2 = 1/2 - 1/sqrt(2 pi q), from which sheet D13 has its large weights."""
    root = sp.sqrt(2 * sp.pi * Q)
    found = activation("tanh").value_mean_square_at_large_variance().bound.removeO()
    assert sp.simplify(found - 1 + 2 / root) == 0
    found = activation("sigmoid").value_mean_square_at_large_variance().bound.removeO()
    assert sp.simplify(found - sp.Rational(1, 2) + 1 / root) == 0


# Oscillations, exponentials, logarithms, and what decays like 1/x or slower.
WITHOUT = {"sin", "cos", "siren", "snake", "gcu", "exponential", "asinh", "symlog", "atan", "softsign"}
WITHOUT |= {"bent_identity", "squareplus", "isru", "isrlu"}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("name", NAMES)
def test_a_formula_at_large_variance_leaves_what_it_says(name: str, moment: str) -> None:
    """Four times the variance divides the remainder by about eight, the order being -3/2."""
    phi = activation(name, **({"cap": 2} if name == "softcap" else {}))  # a cap of 50 needs variances of 50^3
    try:
        claim = getattr(phi, f"{moment}_at_large_variance")()
    except CannotDerive:
        assert name in WITHOUT
        return
    rests = []
    for q in (sp.Integer(4**5), sp.Integer(4**6)):
        exact = getattr(phi, moment)(q).bound
        rests.append(remainder(exact, claim.bound.removeO().subs(Q, q)))
    assert rests[0] < 1e-14 or rests[1] < rests[0] / 7  # 15 digits of the certified areas


def test_functions_without_a_taylor_polynomial_or_a_mean_are_refused() -> None:
    with pytest.raises(CannotDerive, match="no Taylor polynomial"):
        activation("sqrt(abs(x))").slope_mean_square_at_small_variance()
    with pytest.raises(CannotDerive, match="tempered"):
        activation("exp(x**2)").value_mean_square_at_small_variance()
    with pytest.raises(ValueError, match="terms = 9; give 1 to 4"):
        activation("tanh").value_mean_square_at_small_variance(9)
    with pytest.raises(CannotDerive, match="at values of its parameters"):
        activation("softplus", beta=Q).value_mean_square_at_large_variance()


@pytest.mark.parametrize("name", ["tanh", "erf", "silu", "hard_tanh"])
@pytest.mark.parametrize("ending", ["at_small_variance", "at_large_variance"])
def test_a_planted_wrong_expansion_is_broken(name: str, ending: str) -> None:
    claim = getattr(activation(name), f"slope_mean_square_{ending}")()
    for wrong in (claim.bound + 1, claim.bound + (sp.sqrt(Q) if "small" in ending else 1 / sp.sqrt(Q))):
        last = replace(claim.derivation[-1], after=wrong)
        assert replace(claim, bound=wrong, derivation=(*claim.derivation[:-1], last)).replay() is Strength.BROKEN
