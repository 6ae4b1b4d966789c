"""The scalar chain against the derivative of a chain that mpmath runs: one factor less than there are layers."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy as sp

from symgrad.claims import symbol
from symgrad.networks import Network, mlp
from symgrad.theorems import claim

CHAIN, VANISHING = "gradient_norm_le_pow_of_scalar_chain", "vanishing_depth_eq_log_ratio"


def sigmoid(x: mpmath.mpf) -> mpmath.mpf:
    return 1 / (1 + mpmath.exp(-x))


def output_of_unit_one(h: mpmath.mpf, weights: list[float], biases: list[float]) -> mpmath.mpf:
    """Run the chain from unit 1 to its end; the weight of unit 1 itself has done its work."""
    for weight, bias in zip(weights[1:], biases[1:], strict=True):
        h = sigmoid(weight * h + bias)
    return h


def chain(weights: list[float], biases: list[float]) -> Network:
    return mlp(activation="sigmoid", weights=[[[w]] for w in weights], biases=[[b] for b in biases])


@pytest.mark.parametrize("depth", [1, 2, 3, 7])
def test_no_derivative_of_a_chain_exceeds_a_quarter_of_the_weight_in_each_of_its_steps(depth: int) -> None:
    rng = np.random.default_rng(depth)
    for _ in range(20):
        weights, biases = (rng.normal(scale=3, size=depth).tolist() for _ in range(2))
        bound = claim(CHAIN, chain(weights, biases)).valued()
        with mpmath.workdps(40):
            wanted = mpmath.fprod(abs(mpmath.mpf(w)) / 4 for w in weights[1:])  # from unit 1 on: depth - 1 factors
            assert abs(mpmath.mpf(str(sp.N(bound, 40))) / wanted - 1) < mpmath.mpf(10) ** -38
            found = abs(mpmath.diff(lambda h: output_of_unit_one(h, weights, biases), mpmath.mpf("0.3")))  # noqa: B023
            assert found <= wanted * (1 + mpmath.mpf(10) ** -15)  # mpmath differentiates to half of its 40 digits


def test_the_bound_of_a_chain_is_attained_where_every_unit_sits_at_zero() -> None:
    weights, value = [2.0, -3.0, 5.0, 0.5], mpmath.mpf(1) / 2  # of a sigmoid at zero
    biases = [0.0, 1.5, -2.5, -0.25]
    with mpmath.workdps(40):
        found = abs(mpmath.diff(lambda h: output_of_unit_one(h, weights, biases), value))
        assert abs(found - mpmath.mpf(3 * 5) / 2 / 4**3) < mpmath.mpf(10) ** -18
    assert claim(CHAIN, chain(weights, biases)).valued() == sp.Rational(15, 128)


def test_there_is_one_factor_less_than_there_are_layers() -> None:
    made = claim(CHAIN, mlp(activation="sigmoid", weights=3, depth=5))
    assert made.valued() == sp.Rational(3, 4) ** 4
    assert [made.subs(depth=depth).valued() for depth in (1, 2)] == [1, sp.Rational(3, 4)]
    assert claim("jacobian_norm_le_prod_lipschitz", mlp(activation="sigmoid", weights=3, depth=5)).valued() == (
        sp.Rational(3, 4) ** 5  # from the input on there is one more
    )


def test_the_formula_of_a_chain_is_that_of_the_textbook() -> None:
    made = claim(CHAIN, mlp(activation="sigmoid", weights=1, depth=5))
    w, n = symbol("scalar_weight"), symbol("depth")
    assert made.valued(except_for=(w, n)) == (w / 4) ** (n - 1)
    assert made.subs(scalar_weight=8, depth=4).valued() == 8


def test_a_chain_of_a_million_units_has_a_logarithm() -> None:
    made = claim(CHAIN, mlp(activation="sigmoid", weights=0.9, depth=10**6))
    with mpmath.workdps(30):
        rate = mpmath.mpf(0.9) / 4  # the double nearest to 0.9, as the array holds it
        assert made.log10 == float((10**6 - 1) * mpmath.log10(rate))


def test_the_published_depths_of_the_sigmoid_chain() -> None:
    """With unit weights and a threshold of 10^-6: ten factors, and so eleven layers from unit 1 on."""
    net = mlp(activation="sigmoid", weights=1, depth=4)
    assert claim(VANISHING, net).valued() == 10
    assert claim("jacobian_norm_le_prod_lipschitz", net).depth_until(1e-6) == 10
    assert claim(CHAIN, net).depth_until(1e-6) == 11
