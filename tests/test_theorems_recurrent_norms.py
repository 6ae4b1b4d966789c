"""The worst case through time: against loops in NumPy, on random networks and on the worst that a search finds."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from vanilla_twins import step_jacobians, through_time

import symgrad as sg
from symgrad.claims import Norm, Strength, WithProbability
from symgrad.networks import IdentityWeights
from symgrad.theorems import claim
from symgrad.theorems.recurrences.rates import recurrent_norm

NAMES = {
    Norm.SPECTRAL: "jacobian_norm_le_pow_of_recurrent_weights",
    Norm.ONE: "jacobian_one_norm_le_pow_of_recurrent_weights",
    Norm.INF: "jacobian_inf_norm_le_pow_of_recurrent_weights",
}
ORDERS = {Norm.SPECTRAL: 2, Norm.ONE: 1, Norm.INF: np.inf}
CERTIFIED = 1e-13  # what the certified upper end of a norm of nine floats may lie above it
ROUNDING = 1e-12  # of a dozen products of matrices of five rows in double precision


def given(recurrent: np.ndarray, steps: int, activation: str) -> sg.Recurrence:
    weights = {"weight_ih_l0": np.eye(len(recurrent)), "weight_hh_l0": recurrent}
    return sg.rnn(steps=steps, weights=weights, activation=activation)


def log_ratio(norm: Norm, recurrent: np.ndarray, drives: np.ndarray, unit: str) -> float:
    """The logarithm of what a loop finds over what the theorem allows."""
    found = np.linalg.norm(
        through_time(step_jacobians(recurrent, drives, unit, np.zeros(len(recurrent)))), ORDERS[norm]
    )
    bound = claim(NAMES[norm], given(recurrent, len(drives), unit)).log10 * np.log(10)
    return float(np.log(max(found, 1e-300)) - bound)


@pytest.mark.parametrize("norm", NAMES, ids=str)
@pytest.mark.parametrize("unit", ["tanh", "sigmoid", "relu", "identity"])
def test_no_random_network_exceeds_the_bound(norm: Norm, unit: str) -> None:
    rng = np.random.default_rng(1)
    for scale in (0.3, 1.0, 4.0):
        for _ in range(5):
            recurrent = rng.normal(0, scale, (4, 4))
            drives = rng.normal(0, rng.choice([1e-3, 1.0]), (rng.integers(1, 8), 4))
            assert log_ratio(norm, recurrent, drives, unit) <= ROUNDING


@pytest.mark.parametrize("norm", NAMES, ids=str)
def test_the_worst_that_a_search_finds_is_near_the_bound_and_not_above_it(norm: Norm) -> None:
    """Each move that brings a tanh network nearer to its bound is kept; a bound that stays far off is suspicious."""
    rng = np.random.default_rng(2)
    recurrent, drives = rng.normal(size=(2, 2)), rng.normal(size=(4, 2))
    best = log_ratio(norm, recurrent, drives, "tanh")
    for attempt in range(400):
        size = 0.5 * 0.99**attempt
        trial = recurrent + size * rng.normal(size=(2, 2)), drives * rng.uniform(0.5, 1) + 0 * size
        found = log_ratio(norm, *trial, "tanh")
        if found > best:
            best, (recurrent, drives) = found, trial
    assert np.log(0.9) < best <= ROUNDING


@pytest.mark.parametrize("norm", NAMES, ids=str)
def test_the_bound_over_a_lag_is_that_of_as_many_steps(norm: Norm) -> None:
    """What a figure draws beside the gradient at step k of T: the claim of a network of T - k steps."""
    for net in (given(np.eye(2) / 3, 20, "tanh"), sg.rnn(width=9, steps=20), sg.rnn(width=9, steps=20, tied=False)):
        whole = claim(NAMES[norm], net)
        for lag in (1, 7, 20):
            assert whole.subs(steps=lag).log10 == pytest.approx(
                claim(NAMES[norm], net.with_steps(lag)).log10, rel=1e-15
            )


def test_one_matrix_is_one_draw_and_fresh_ones_are_as_many_as_steps() -> None:
    """At width 20 each of 4000 draws, in the norm and with the probability that the claim states."""
    name, steps, rng = NAMES[Norm.SPECTRAL], 50, np.random.default_rng(3)
    tied, fresh = (claim(name, sg.rnn(width=20, steps=steps, tied=each)) for each in (True, False))
    assert tied.mode == fresh.mode == WithProbability(sp.Rational(1, 100))
    norms = np.linalg.norm(rng.normal(0, 20**-0.5, (4000, 20, 20)), 2, axis=(1, 2))
    one, all_of_them = (10 ** (each.log10 / steps) for each in (tied, fresh))
    assert one < all_of_them
    # May fail with probability 1/100: of 4000, 40 and six deviations more.
    assert np.count_nonzero(norms > one) <= 40 + 6 * 40**0.5
    assert np.count_nonzero(norms.reshape(-1, steps).max(axis=1) > all_of_them) <= 6
    assert 2 * np.median(norms) > one, "of the right size: the median is not below half of it"


def test_no_steps_are_the_identity_and_a_million_stay_in_log_space() -> None:
    for norm, name in NAMES.items():
        assert claim(name, sg.rnn(width=7, steps=0)).valued() == 1
        assert claim(name, given(np.eye(3) / 2, 10**6, "tanh")).log10 == pytest.approx(
            10**6 * np.log10(0.5), rel=CERTIFIED
        )
        assert claim(name, given(np.eye(3) / 2, 0, "tanh")).replay() is Strength.SYMBOLIC
        assert claim(name, sg.rnn(width=3, steps=5, law=IdentityWeights(-2))).valued() == 32, norm


def test_the_first_lag_at_which_nothing_is_left_is_counted() -> None:
    made = claim(NAMES[Norm.SPECTRAL], given(np.eye(2) / 2, 5, "tanh"))
    assert made.depth_until(sp.Rational(1, 2**20)) == 21  # strictly below
    assert made.depth_until(1e-6) == 20


def test_what_it_does_not_know_it_refuses_by_name() -> None:
    name = NAMES[Norm.SPECTRAL]
    for net, reason in (
        (sg.lstm(width=3, steps=2), "lstm, whose state is not one activation"),
        (sg.rnn(width=3, steps=2, layers=2), "there are 2 layers"),
        (sg.rnn(width=3, steps=2, activation="x**2"), "sup|f'| of 'x**2' is oo"),
        (sg.rnn(width=3, steps=2, law="antisymmetric"), "random antisymmetric weights"),
    ):
        with pytest.raises(ValueError, match="does not apply") as caught:
            claim(name, net)
        assert reason in str(caught.value)
    with pytest.raises(ValueError, match="is about recurrent networks"):
        claim(name, sg.mlp(width=3, depth=2))
    with pytest.raises(
        ValueError, match="antisymmetric weights, weight_var 1 stays below is not known; give the weights"
    ):
        recurrent_norm(sg.rnn(width=3, steps=2, law="antisymmetric"), Norm.SPECTRAL)
