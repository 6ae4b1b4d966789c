"""Norms of Gaussian weights against singular values of matrices that NumPy draws, and against the formulas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt
import pytest
import sympy as sp
from scipy import stats

from symgrad.claims import Claim, Norm
from symgrad.networks import Network, mlp
from symgrad.theorems import claim
from symgrad.theorems.weight_norms import weight_norm_premise

Array = npt.NDArray[np.float64]
SPECTRAL = "weight_norm_le_root_widths_of_gaussian_weights"
ORDERS: dict[Norm, Any] = {Norm.SPECTRAL: 2, Norm.ONE: 1, Norm.INF: np.inf, Norm.FROBENIUS: "fro"}
DRAWS, CHANCE = 2000, 1e-6  # a true statement is rejected once in a million draws of the seed


def weights(rng: np.random.Generator, fan_out: int, fan_in: int, weight_var: float) -> Array:
    return rng.normal(scale=np.sqrt(weight_var / fan_in), size=(fan_out, fan_in))


def exceeded(bound: float, norm: Norm, shapes: list[tuple[int, int]], weight_var: float, seed: int) -> int:
    """In how many draws of all layers any of them exceeds the bound."""
    rng = np.random.default_rng(seed)
    return sum(
        any(np.linalg.norm(weights(rng, *shape, weight_var), ORDERS[norm]) > bound for shape in shapes)
        for _ in range(DRAWS)
    )


def at_most(failure: float) -> int:
    """The count of failures that a rate of `failure` exceeds with the chance above."""
    return int(stats.binom.isf(CHANCE, DRAWS, failure))


@pytest.mark.parametrize(("fan_in", "fan_out"), [(25, 40), (40, 25), (1, 12), (30, 30)])
@pytest.mark.parametrize("failure", [sp.Rational(1, 2), sp.Rational(1, 10)])
def test_spectral_norms_fail_no_more_often_than_stated(fan_in: int, fan_out: int, failure: sp.Expr) -> None:
    net = mlp(widths=[fan_in, fan_out], weight_var=2)
    made = claim(SPECTRAL, net).subs(failure_probability=failure)
    bound = float(made.valued())
    assert exceeded(bound, Norm.SPECTRAL, [(fan_out, fan_in)], 2.0, seed=fan_in) <= at_most(float(failure))


def test_the_mean_of_the_spectral_norm_is_at_most_the_sum_of_the_roots() -> None:
    """And close to it, so that the bound is no empty one: 40 x 25 as in the theory sheet."""
    rng = np.random.default_rng(1)
    norms = np.array([np.linalg.norm(rng.normal(size=(40, 25)), 2) for _ in range(DRAWS)])
    roots = np.sqrt(40) + np.sqrt(25)
    error = norms.std() / np.sqrt(DRAWS)
    assert norms.mean() - 5 * error <= roots
    assert norms.mean() >= 0.9 * roots  # edge effects are of the relative order n^(-2/3) = 0.1


def premise(norm: Norm, net: Network) -> Claim:
    (made,) = weight_norm_premise(net, norm)
    return made


@pytest.mark.parametrize("norm", Norm)
@pytest.mark.parametrize("layers", [1, 4])
def test_every_norm_holds_in_all_layers_at_once(norm: Norm, layers: int) -> None:
    made = premise(norm, mlp(width=12, depth=layers)).subs(failure_probability=0.5)
    bound = float(made.valued())
    assert exceeded(bound, norm, [(12, 12)] * layers, 1.0, seed=layers) <= at_most(0.5)


def test_a_bound_without_the_deviation_fails_too_often() -> None:
    """The check above bites: for the sum of the roots alone, without the term in t, it would not hold."""
    net = mlp(width=12, depth=4)
    made = premise(Norm.FROBENIUS, net).subs(failure_probability=0.5)
    mean_only = float(12 / sp.sqrt(12))
    assert mean_only < float(made.valued())
    assert exceeded(mean_only, Norm.FROBENIUS, [(12, 12)] * 4, 1.0, seed=4) > at_most(0.5)


FORMULAS: dict[Norm, Callable[..., mpmath.mpf]] = {
    Norm.SPECTRAL: lambda m, n, terms: mpmath.sqrt(m) + mpmath.sqrt(n) + mpmath.sqrt(2 * mpmath.log(terms)),
    Norm.FROBENIUS: lambda m, n, terms: mpmath.sqrt(m * n) + mpmath.sqrt(2 * mpmath.log(terms)),
    Norm.ONE: lambda m, n, terms: m * mpmath.sqrt(2 / mpmath.pi) + mpmath.sqrt(m * 2 * mpmath.log(n * terms)),
    Norm.INF: lambda m, n, terms: n * mpmath.sqrt(2 / mpmath.pi) + mpmath.sqrt(n * 2 * mpmath.log(m * terms)),
}


@pytest.mark.parametrize("norm", Norm)
def test_the_numbers_are_those_of_the_published_formula(norm: Norm) -> None:
    """For an m x n matrix of variance v/n in each of L layers, failing with probability d in all: terms L/d."""
    m, n, v, layers, failure = 7, 5, mpmath.mpf(3), 6, mpmath.mpf("0.02")
    made = premise(norm, mlp(widths=[n, m], weight_var=3)).subs(depth=layers, failure_probability=0.02)
    with mpmath.workdps(40):
        wanted = mpmath.sqrt(v / n) * FORMULAS[norm](mpmath.mpf(m), mpmath.mpf(n), layers / failure)
        assert abs(mpmath.mpf(str(sp.N(made.valued(), 40))) / wanted - 1) < mpmath.mpf(10) ** -15  # 0.02 is a double


def test_the_jacobian_bound_of_a_random_network_is_a_number_with_a_probability() -> None:
    net = mlp(width=100, depth=3, activation="sigmoid", weight_var=2)
    made = claim("jacobian_norm_le_prod_lipschitz", net)
    assert made.mode.words() == "with probability at least 99/100"
    assert [each.name for each in made.premises[1:]] == [SPECTRAL]
    with mpmath.workdps(30):
        norm = mpmath.sqrt(mpmath.mpf(2) / 100) * FORMULAS[Norm.SPECTRAL](100, 100, mpmath.mpf(300))
        assert made.log10 == pytest.approx(float(3 * mpmath.log10(norm / 4)), rel=1e-14)


def test_unequal_layers_share_the_failure_probability() -> None:
    net = mlp(widths=[50, 20, 80], activation="tanh")
    made = claim("jacobian_norm_le_prod_lipschitz", net)
    with mpmath.workdps(30):
        terms = mpmath.mpf(200)  # two layers, one in a hundred
        first = FORMULAS[Norm.SPECTRAL](20, 50, terms) / mpmath.sqrt(50)
        second = FORMULAS[Norm.SPECTRAL](80, 20, terms) / mpmath.sqrt(20)
        assert made.log10 == pytest.approx(float(mpmath.log10(first * second)), rel=1e-14)


def test_given_weights_need_no_premise_and_no_probability() -> None:
    assert weight_norm_premise(mlp(weights=[np.eye(2)]), Norm.SPECTRAL) == ()
    assert weight_norm_premise(mlp(width=2, depth=0), Norm.SPECTRAL) == ()
    assert claim("jacobian_norm_le_prod_lipschitz", mlp(weights=[np.eye(2)])).mode.words() == "always"
