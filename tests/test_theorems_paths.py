"""Hochreiter's paths: entries of the Jacobian against loops in NumPy, and the best weight against mpmath."""

from __future__ import annotations

from dataclasses import replace

import mpmath
import numpy as np
import pytest
import sympy as sp
from vanilla_twins import step_jacobians, through_time

import symgrad as sg
from symgrad.claims import Outcome, Relation
from symgrad.networks import IdentityWeights
from symgrad.theorems import claim
from symgrad.verification import decide

ENTRY, FACTOR = "jacobian_entry_le_pow_of_largest_weight", "path_factor_eq_hochreiter_maximum"
ROUNDING = 1e-12  # of a dozen products of matrices of five rows in double precision


def given(recurrent: np.ndarray, steps: int, unit: str) -> sg.Recurrence:
    weights = {"weight_ih_l0": np.eye(len(recurrent)), "weight_hh_l0": recurrent}
    return sg.rnn(steps=steps, activation=unit, weights=weights)


@pytest.mark.parametrize("unit", ["tanh", "sigmoid", "relu"])
def test_no_entry_of_a_random_network_exceeds_the_bound(unit: str) -> None:
    rng = np.random.default_rng(9)
    for _ in range(10):
        recurrent, steps = rng.uniform(-2, 2, (4, 4)), int(rng.integers(1, 7))
        drives = rng.normal(size=(steps, 4))
        found = np.abs(through_time(step_jacobians(recurrent, drives, unit, np.zeros(4)))).max()
        assert found <= float(claim(ENTRY, given(recurrent, steps, unit)).valued()) * (1 + ROUNDING)


def test_equal_weights_at_zero_net_attain_it() -> None:
    """Logistic units that biases hold at zero net, where the slope is a quarter: below 4, and growing all the same."""
    size, weight, steps = 4, 2.0, 9
    recurrent = np.full((size, size), weight)
    drives = np.full((steps, size), -size * weight / 2)
    found = through_time(step_jacobians(recurrent, drives, "sigmoid", np.full(size, 0.5)))
    bound = float(claim(ENTRY, given(recurrent, steps, "sigmoid")).valued())
    assert np.abs(found).max() == pytest.approx(bound, rel=ROUNDING)
    assert bound == (size * weight / 4) ** steps / size > 1


def test_weights_of_a_bounded_law_have_a_largest_one() -> None:
    """PyTorch's default ends at one over the root of the width."""
    uniform = claim(ENTRY, sg.rnn(width=100, steps=3, law="uniform", weight_var=sp.Rational(1, 3)))
    assert uniform.valued() == sp.Rational(10**3, 100)
    assert claim(ENTRY, sg.rnn(width=2, steps=3, law=IdentityWeights(-3))).valued() == 6**3 // 2


def test_what_has_no_largest_weight_says_why() -> None:
    for net, reason in (
        (sg.rnn(width=3, steps=2), "weight_var 1 can be as large as you like"),
        (sg.rnn(width=3, steps=0, law="identity"), "there is no step"),
        (sg.rnn(width=3, steps=sp.Symbol("T", integer=True, nonnegative=True), law="identity"), "may be 0"),
    ):
        with pytest.raises(ValueError, match="does not apply") as caught:
            claim(ENTRY, net)
        assert reason in str(caught.value)
    with pytest.raises(ValueError, match="the units are tanh, not sigmoid"):
        claim(FACTOR, sg.rnn(width=3, steps=2))


def test_the_entries_are_simulated() -> None:
    """The largest entry of a linear network without input is that of a power of its matrix."""
    recurrent = np.array([[0.5, 2.0], [0.25, -1.0]])
    net = given(recurrent, 6, "identity")
    sample = sg.simulate(net, "jacobian_entry", trials=1, rng=0)
    wanted = [np.abs(np.linalg.matrix_power(recurrent, 6 - step)).max() for step in range(7)]
    assert np.exp([sample.at(step)[0] for step in range(7)]) == pytest.approx(wanted, rel=ROUNDING)
    dead = sg.simulate(given(np.zeros((2, 2)), 2, "identity"), "jacobian_entry", trials=1, rng=0)
    assert dead.at(0)[0] == -np.inf


@pytest.mark.parametrize("activation", [1, sp.Rational(1, 10), 7])
def test_the_best_weight_is_that_of_mpmath(activation: sp.Expr) -> None:
    made = claim(FACTOR, sg.rnn(width=3, steps=2, activation="sigmoid")).subs(path_activation=activation)
    with mpmath.workdps(40):
        y = mpmath.mpf(str(sp.N(activation, 45)))

        def factor(w: mpmath.mpf) -> mpmath.mpf:
            return w * mpmath.exp(-w * y) / (1 + mpmath.exp(-w * y)) ** 2

        best = mpmath.findroot(lambda w: mpmath.diff(factor, w), 1.5 / y)
        assert abs(mpmath.mpf(str(made.valued().evalf(35))) / factor(best) - 1) < mpmath.mpf(10) ** -30
        assert all(factor(k / (10 * y)) <= factor(best) for k in range(400))


def test_tanh_has_twice_as_much() -> None:
    """As w sech^2(wy) = 4 w sigma'(2 w y): the printed number for tanh is twice that for the logistic function."""
    made = claim(FACTOR, sg.rnn(width=3, steps=2, activation="sigmoid")).valued().evalf(30)
    weights = np.linspace(0, 5, 100_001)  # the crest is missed by half a squared spacing of 5e-5 at most
    assert np.max(weights / np.cosh(weights) ** 2) == pytest.approx(2 * float(made), rel=1e-8)


def test_a_search_over_weights_notices_an_error() -> None:
    made = claim(FACTOR, sg.rnn(width=3, steps=2, activation="sigmoid"))
    assert decide(made).outcome is Outcome.PROVED
    for error in (-1e-7, 1e-7):
        assert decide(replace(made, bound=made.bound * (1 + sp.Float(error, 20)))).outcome is Outcome.REFUTED
    assert decide(replace(made, relation=Relation.LE)).trials == 0
