"""Dual activations against published forms, two-dimensional quadrature, Price's theorem and one variable; faults."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from quadratures import gaussian_mean_of, numeric, product_mean_of

from symgrad.activations import CATALOGUE, CannotDerive, activation
from symgrad.claims import Strength, symbol
from symgrad.rigor import EnclosedConstant

X = symbol("x")
NAMES = sorted({row.name for row in CATALOGUE.values()})
Q, V = sp.symbols("q v", positive=True)
C = sp.Symbol("c", real=True)
HALF = sp.Rational(1, 2)
DELTA = (1 + 2 * Q) * (1 + 2 * V) - 4 * C**2
ANGLE = sp.acos(C / sp.sqrt(Q * V))
GATES = (1 + Q) * (1 + V) - C**2
GELU_A = sp.Rational(1, 4) + sp.asin(C / sp.sqrt((1 + Q) * (1 + V))) / (2 * sp.pi)
GELU_B, GELU_H = 1 / (2 * sp.pi * sp.sqrt(GATES)), 1 / (1 + Q) + 1 / (1 + V)
WAVES = sp.exp(-(Q + V) / 2)
RHO, LEAK = C / sp.sqrt(Q * V), sp.Rational(1, 100)
SAME, APART = (1 + LEAK) ** 2 / 4, (1 - LEAK) ** 2 / (2 * sp.pi)

PUBLISHED = {
    ("relu", "value_dual"): sp.sqrt(Q * V) / (2 * sp.pi) * (sp.sin(ANGLE) + (sp.pi - ANGLE) * sp.cos(ANGLE)),
    ("relu", "slope_dual"): (sp.pi - ANGLE) / (2 * sp.pi),
    ("step", "value_dual"): sp.Rational(1, 4) + sp.asin(RHO) / (2 * sp.pi),
    ("sign", "value_dual"): 2 / sp.pi * sp.asin(RHO),
    ("leaky_relu", "value_dual"): sp.sqrt(Q * V) * (SAME * RHO + APART * (sp.sqrt(1 - RHO**2) + RHO * sp.asin(RHO))),
    ("leaky_relu", "slope_dual"): SAME + APART * sp.asin(RHO),
    ("erf", "value_dual"): 2 / sp.pi * sp.asin(2 * C / sp.sqrt((1 + 2 * Q) * (1 + 2 * V))),
    ("erf", "slope_dual"): 4 / sp.pi / sp.sqrt(DELTA),
    ("sin", "value_dual"): WAVES * sp.sinh(C),
    ("cos", "value_dual"): WAVES * sp.cosh(C),
    ("exponential", "value_dual"): sp.exp((Q + V) / 2 + C),
    ("gaussian", "value_dual"): 1 / sp.sqrt(DELTA),
    ("gaussian", "slope_dual"): 4 * C / DELTA ** sp.Rational(3, 2),
    ("monomial", "value_dual"): Q * V + 2 * C**2,
    ("gelu", "value_dual"): C * GELU_A + GELU_B * (Q * V - C**2 + C**2 * GELU_H),
    ("gelu", "slope_dual"): GELU_A + C * GELU_B * (GELU_H + 1 / GATES),
}
POINTS = ((1, 1, HALF), (sp.Rational(13, 10), sp.Rational(7, 10), -sp.Rational(4, 5)), (3, 2, sp.Rational(24, 10)))


@pytest.mark.parametrize(("name", "dual"), PUBLISHED, ids=str)
def test_duals_have_the_published_closed_forms(name: str, dual: str) -> None:
    """Theory sheet D7: Cho and Saul 2009, Williams 1997, Tsuchida et al. 2021."""
    found = getattr(activation(name), dual)(Q, C, V)
    assert found.replay() is Strength.SYMBOLIC
    for q, v, c in POINTS:
        at = {Q: q, V: v, C: c}
        assert abs(sp.N((found.bound - PUBLISHED[name, dual]).subs(at), 40)) < 1e-30  # of 40 digits


def test_duals_of_orthonormal_polynomials_are_powers_of_the_correlation() -> None:
    """Daniely et al. 2016: at unit variances the dual of the n-th Hermite polynomial is ``c^n``."""
    for degree in (1, 2, 3, 5):
        found = activation("hermite", degree=degree).value_dual(1, C)
        assert sp.expand(found.bound - C**degree) == 0
    assert sp.expand(activation("x**3").value_dual(Q, C, V).bound - (9 * Q * V * C + 6 * C**3)) == 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dual", ["value_dual", "slope_dual"])
def test_every_dual_of_the_catalogue_agrees_with_quadrature(name: str, dual: str) -> None:
    phi = activation(name)
    function = numeric(phi.expression if dual == "value_dual" else phi.derivative)
    breaks = [float(piece.lower) for piece in phi.value_pieces if piece.lower.is_finite]
    q, v, c = sp.Rational(13, 10), sp.Rational(7, 10), -sp.Rational(2, 5)
    found = float(getattr(phi, dual)(q, c, v).bound)
    expected = product_mean_of(function, float(q), float(v), float(c), breaks)
    scale = (gaussian_mean_of(lambda x: function(x) ** 2, float(q), breaks)) ** 0.5
    # The quadrature is cut off at 8 deviations and has panels of half of one: 1e-11 of the size of the function, as its
    # error for polynomials and waves, whose duals are known, shows.
    assert abs(found - expected) <= 1e-11 * max(1.0, scale)


@pytest.mark.parametrize(
    "name", ["relu", "leaky_relu", "erf", "sin", "snake", "gcu", "gaussian", "gelu", "relu_squared"]
)
def test_the_slope_dual_is_the_derivative_of_the_value_dual(name: str) -> None:
    """Price 1958: ``d/dc E f(u) f(v) = E f'(u) f'(v)`` for a continuous f."""
    phi = activation(name)
    value, slope = phi.value_dual(Q, C, V).bound, phi.slope_dual(Q, C, V).bound
    for q, v, c in POINTS:
        assert abs(sp.N((sp.diff(value, C) - slope).subs({Q: q, V: v, C: c}), 30)) < 1e-20


@pytest.mark.parametrize("name", ["relu", "gelu", "tanh", "hard_tanh", "elu", "silu", "softsign"])
def test_two_variables_that_determine_each_other_are_one(name: str) -> None:
    phi = activation(name)
    same, square = phi.value_dual(2, 2), phi.value_mean_square(2)
    assert abs(sp.N(same.bound - square.bound, 20)) < 1e-15
    assert same.replay() >= Strength.CERTIFIED
    z = np.random.default_rng(7).normal(scale=np.sqrt(2), size=10**6)
    products = numeric(phi.expression)(z) * numeric(phi.expression)(-z)
    error = products.std() / 1e3
    assert abs(products.mean() - float(phi.value_dual(2, -2).bound)) <= 5 * error  # with probability 6e-7 beyond


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softplus", "elu", "gelu"])
def test_without_correlation_the_mean_of_a_product_is_the_product_of_the_means(name: str) -> None:
    phi = activation(name)
    apart = phi.value_dual(1, 0, 2).bound
    assert abs(sp.N(apart - phi.value_mean(1).bound * phi.value_mean(2).bound, 20)) < 1e-11


@pytest.mark.parametrize("name", ["tanh", "mish", "hard_tanh", "elish"])
def test_nearly_equal_variables_are_enclosed_as_well_as_can_be(name: str) -> None:
    """A hundredth from the end, the dual is below its value there, by at most a hundredth of the mean-square slope."""
    phi = activation(name)
    near = phi.value_dual(1, sp.Rational(99, 100)).bound
    last, slope = phi.value_mean_square(1).bound, phi.slope_mean_square(1).bound
    assert isinstance(near, EnclosedConstant)
    assert sp.N(last - slope / 100, 20) - 1e-12 <= near.enclosure.upper
    assert near.enclosure.lower <= sp.N(last, 20) + 1e-12
    assert near.enclosure.upper - near.enclosure.lower < 1e-5


def test_without_a_closed_form_symbols_are_refused() -> None:
    with pytest.raises(CannotDerive, match="no closed form for tanh; give numbers"):
        activation("tanh").value_dual(1, C)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((1, 2), "larger than variances"), ((0, 0), "a variance is 0"), ((1, 0, -1), "the other variance")],
    ids=str,
)
def test_what_is_no_covariance_is_refused(arguments: tuple[int, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        activation("tanh").value_dual(*arguments)


@pytest.mark.parametrize("name", ["relu", "tanh", "hard_tanh"])
def test_a_dual_replays_pickles_and_a_planted_wrong_one_is_broken(name: str) -> None:
    claim = activation(name).value_dual(1, HALF)
    copy = pickle.loads(pickle.dumps(claim))  # noqa: S301 - our own bytes
    assert copy.replay() is claim.replay() is not Strength.BROKEN
    wrong = replace(claim.derivation[-1], after=claim.bound + sp.Rational(1, 10**8))
    assert replace(claim, bound=wrong.after, derivation=(*claim.derivation[:-1], wrong)).replay() is Strength.BROKEN
