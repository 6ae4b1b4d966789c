"""Latched units against a loop that differentiates step by step, with inputs that try to push them out."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import symgrad as sg
from symgrad.claims import symbol
from symgrad.networks import IdentityWeights, Recurrence
from symgrad.theorems import claim

FREE, DRIVEN = "gradient_norm_le_pow_inverse_square_self_weight", "gradient_norm_le_pow_slope_of_latched_unit"


def derivative(weight: float, drives: np.ndarray, state: float) -> float:
    product = 1.0
    for drive in drives:
        state = np.tanh(weight * state + drive)
        product *= weight * (1 - state**2)
    return product


@pytest.mark.parametrize("weight", [sp.Rational(21, 20), sp.Rational(3, 2), sp.Integer(3)])
def test_no_initial_state_beyond_the_kept_one_lets_more_through(weight: sp.Expr) -> None:
    kept = 1.0
    for _ in range(10_000):
        kept = np.tanh(float(weight) * kept)
    for start in np.linspace(kept, 1, 9) * (1 + 1e-9):  # just beyond, for the rounding of the loop
        square = sp.Rational(float(start)) ** 2
        net = sg.rnn(width=1, steps=7, law=IdentityWeights(weight), input_mean_square=0, state_mean_square=square)
        bound = float(claim(FREE, net).valued())
        assert derivative(float(weight), np.zeros(7), float(start)) <= bound * (1 + 1e-12)  # ten roundings and more


def latched(weight: float, drives: np.ndarray, square: float) -> Recurrence:
    weights = {"weight_ih_l0": np.array([[1.0]]), "weight_hh_l0": np.array([[weight]])}
    return sg.rnn(steps=len(drives), weights=weights, inputs=drives[:, None], state_mean_square=square)


@pytest.mark.parametrize(("weight", "drive"), [(1.2, 0.03), (2.0, 0.2), (2.0, 0.5), (4.0, 2.0)])
def test_inputs_of_all_kinds_do_not_push_a_latched_unit_out(weight: float, drive: float) -> None:
    rng, steps = np.random.default_rng(0), 40
    tries = [np.full(steps, -drive), np.full(steps, drive), drive * np.cos(np.arange(steps))]
    tries += [drive * rng.choice([-1.0, 1.0], size=steps) for _ in range(5)]
    for drives in tries:
        drives[0] = -drive  # so that the largest one is the same in all of them
        made = claim(DRIVEN, latched(weight, drives, 1.0))
        rate = float(made.value_of(symbol("rate")))
        assert 0 < rate < 1
        assert derivative(weight, drives, 1.0) <= rate**steps * (1 + 1e-11)
    # Under the worst constant input the state comes to the lowest one, and every further step multiplies by the rate.
    worst = np.full(400, -drive)
    assert derivative(weight, worst, 1.0) / derivative(weight, worst[1:], 1.0) == pytest.approx(rate, rel=0.05)


def test_what_pushes_a_unit_out_is_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match=r"inputs up to 0\.54 push the unit out of its state"):
        claim(DRIVEN, latched(2.0, np.full(5, 0.54), 1.0))
    with pytest.raises(ValueError, match=r"the initial state 1/10 is below 0\.\d+, from which on the unit is latched"):
        claim(DRIVEN, latched(2.0, np.full(5, 0.2), 0.01))
    with pytest.raises(ValueError, match="there are inputs or biases"):
        claim(FREE, latched(2.0, np.full(5, 0.2), 1.0))


def test_an_initial_state_that_grows_is_refused() -> None:
    """Below the kept state the slope is above one at first: nothing vanishes yet."""
    net = sg.rnn(width=1, steps=3, law=IdentityWeights(2), input_mean_square=0, state_mean_square=sp.Rational(1, 100))
    assert derivative(2.0, np.zeros(3), 0.1) > 1
    with pytest.raises(ValueError, match="a step may take the initial state 1/10 away from zero"):
        claim(FREE, net)


CRITICAL = "gradient_norm_ge_power_law_of_critical_unit"


@pytest.mark.parametrize("square", [1, sp.Rational(1, 4), sp.Rational(1, 100)])
def test_a_critical_unit_forgets_by_the_power_three_halves_and_no_faster(square: sp.Expr) -> None:
    net = sg.rnn(width=1, steps=3, law="identity", input_mean_square=0, state_mean_square=square)
    start, logs = float(sp.sqrt(square)), []
    for steps in (1, 30, 3000, 30_000):
        bound, seen = claim(CRITICAL, net.with_steps(steps)).log10, np.log10(derivative(1.0, np.zeros(steps), start))
        assert bound <= seen + 1e-10  # what as many roundings of a product come to
        logs.append((bound, seen))
    # The last decade: the power, up to what is left of 1/T and of a logarithm over T.
    assert [logs[3][k] - logs[2][k] for k in (0, 1)] == pytest.approx([-1.5, -1.5], abs=0.03)


def test_a_unit_that_is_not_critical_or_not_excited_is_refused() -> None:
    for square, law, words in (
        (0, "identity", "begins at zero"),
        (2, "identity", "above 1"),
        (1, IdentityWeights(2), "2"),
    ):
        net = sg.rnn(width=1, steps=3, law=law, input_mean_square=0, state_mean_square=square)
        with pytest.raises(ValueError, match=words):
            claim(CRITICAL, net)
