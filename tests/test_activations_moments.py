"""Gaussian moments against closed forms and against quadrature by mpmath."""

from __future__ import annotations

from dataclasses import replace

import mpmath
import pytest
import sympy as sp

from symgrad.activations import activation
from symgrad.claims import Claim, Strength, define, symbol
from symgrad.rigor import EnclosedConstant, enclose

X = symbol("x")
VARIANCES = (sp.Rational(1, 10), sp.S.One, sp.Rational(37, 10))


def _encloses(claim: Claim, expected: sp.Expr) -> bool:
    """Say whether the enclosure of a moment overlaps with a closed form enclosed to 40 digits."""
    ours, theirs = enclose(claim.bound, 20), enclose(expected, 40)
    return bool(
        ours.lower <= theirs.upper and theirs.lower <= ours.upper and ours.upper - ours.lower < sp.Rational(1, 10**12)
    )


@pytest.mark.parametrize("q", VARIANCES)
def test_moments_of_gelu_have_the_published_closed_forms(q: sp.Rational) -> None:
    phi = activation("gelu")
    a = sp.Rational(1, 4) + sp.asin(q / (1 + q)) / (2 * sp.pi)
    b = 1 / (2 * sp.pi * sp.sqrt(1 + 2 * q))
    # asin(t) = atan(t/sqrt(1 - t^2)) keeps to functions that can be enclosed
    a = a.replace(sp.asin, lambda t: sp.atan(t / sp.sqrt(1 - t**2)))
    assert _encloses(phi.value_mean_square(q), q * a + 2 * q**2 * b / (1 + q))
    assert _encloses(phi.slope_mean_square(q), a + 2 * q * b / (1 + q) + q * b / (1 + 2 * q))
    assert _encloses(phi.value_mean(q), q / sp.sqrt(2 * sp.pi * (1 + q)))


@pytest.mark.parametrize("q", VARIANCES)
def test_moments_of_a_sine_have_the_published_closed_forms(q: sp.Rational) -> None:
    phi = activation("sin(x)")
    assert _encloses(phi.value_mean_square(q), (1 - sp.exp(-2 * q)) / 2)
    assert _encloses(phi.slope_mean_square(q), (1 + sp.exp(-2 * q)) / 2)


@pytest.mark.parametrize(
    ("name", "forward", "backward"),
    [
        ("tanh", "1.59253741972283", "1.46741359163080"),
        ("sigmoid", "1.84622854533861", "4.72264608593797"),
        ("silu", "1.67653247033109", "1.62332025795250"),
        ("gelu", "1.53353044119554", "1.48111441270835"),
    ],
)
def test_gains_at_unit_variance_agree_with_published_digits(name: str, forward: str, backward: str) -> None:
    phi = activation(name)
    # The published gains have 15 significant digits.
    assert abs(float(1 / sp.sqrt(phi.value_mean_square(1).bound)) - float(forward)) < 1e-13
    assert abs(float(1 / sp.sqrt(phi.slope_mean_square(1).bound)) - float(backward)) < 1e-13


@pytest.mark.parametrize("alpha", [0, sp.Rational(1, 5), -1])
def test_moments_of_piecewise_linear_functions_are_derived_in_closed_form(alpha: sp.Rational) -> None:
    phi = activation("leaky_relu", alpha=alpha)
    for q in VARIANCES:
        assert phi.value_mean_square(q).bound == (1 + alpha**2) * q / 2
        assert phi.slope_mean_square(q).bound == sp.Rational(1 + alpha**2) / 2
        assert sp.simplify(phi.value_mean(q).bound - (1 - alpha) * sp.sqrt(q / (2 * sp.pi))) == 0
    assert phi.value_mean_square(2).replay() is Strength.SYMBOLIC


def test_the_mean_of_an_odd_function_is_zero_by_symmetry() -> None:
    """Algebra reflects the function; that it has a mean at all is certified by balls."""
    for text in ("tanh", "x/(1 + abs(x))"):
        claim = activation(text).value_mean(3)
        assert (claim.bound, claim.replay()) == (0, Strength.CERTIFIED)


def test_moments_at_variance_zero_are_values_at_the_origin() -> None:
    assert enclose(activation("sigmoid").value_mean_square(0).bound).contains(sp.Rational(1, 4))
    assert activation("relu").value_mean_square(0).bound == 0


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "silu"])
def test_moments_agree_with_quadrature(name: str) -> None:
    phi, q = activation(name), sp.Rational(17, 10)
    value = sp.lambdify(X, define(phi.expression), "mpmath")
    with mpmath.workdps(30):
        variance = mpmath.mpf(17) / 10

        def weighted(x: mpmath.mpf) -> mpmath.mpf:
            return value(x) ** 2 * mpmath.exp(-(x**2) / (2 * variance)) / mpmath.sqrt(2 * mpmath.pi * variance)

        expected = mpmath.quad(weighted, [-20, -5, 0, 5, 20])  # beyond 20, 15 deviations, less than 1e-50 is left
        found = mpmath.mpf(str(phi.value_mean_square(q).bound.evalf(25)))
        assert abs(found - expected) < mpmath.mpf(10) ** -14  # of 15 digits asked for
    claim = phi.value_mean_square(q)
    assert isinstance(claim.bound, EnclosedConstant)
    assert claim.replay() is Strength.CERTIFIED


def test_a_planted_wrong_moment_is_broken() -> None:
    claim = activation("sigmoid").value_mean_square(1)
    wrong = replace(claim.derivation[-1], after=sp.Rational(1, 3))
    assert replace(claim, bound=sp.Rational(1, 3), derivation=(wrong,)).replay() is Strength.BROKEN


@pytest.mark.parametrize("variance", [-1, float("nan"), "1"])
def test_a_variance_is_a_number_that_is_not_negative(variance: object) -> None:
    with pytest.raises(ValueError, match="the variance"):
        activation("tanh").value_mean_square(variance)
