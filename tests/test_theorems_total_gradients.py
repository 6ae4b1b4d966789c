"""The gradient by the recurrent weights and what truncations leave out of it, against a backward pass in NumPy."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from vanilla_twins import UNITS

import symgrad as sg
from symgrad.claims import Outcome, Relation, Strength
from symgrad.theorems import claim
from symgrad.theorems.recurrences.total_gradients import held_unit
from symgrad.verification import decide

LAST, ALL = "weight_gradient_norm_le_geometric_series", "summed_gradient_norm_le_geometric_series"
SLIDING, CHUNKED = "truncation_error_le_geometric_tail", "chunking_error_le_geometric_series"
ROUNDING = 1e-12  # of a sum of a hundred products of small matrices in double precision


def uses(recurrent: np.ndarray, drives: np.ndarray, losses: np.ndarray, unit: str, start: np.ndarray) -> dict:
    """What each loss adds to the gradient by R through its use at each step, by the chain rule."""
    phi, slope = UNITS[unit]
    states, slopes = [start], []
    for drive in drives:
        at = recurrent @ states[-1] + drive
        states.append(phi(at))
        slopes.append(slope(at))
    found = {}
    for loss in range(1, len(drives) + 1):
        gradient = losses[loss - 1]
        for step in range(loss, 0, -1):
            error = slopes[step - 1] * gradient
            found[loss, step] = np.outer(error, states[step - 1])
            gradient = recurrent.T @ error
    return found


def given(recurrent: np.ndarray, steps: int, unit: str = "tanh") -> sg.Recurrence:
    weights = {"weight_ih_l0": np.eye(len(recurrent)), "weight_hh_l0": recurrent}
    return sg.rnn(steps=steps, activation=unit, weights=weights)


def kept(name: str, loss: int, step: int, steps: int, window: int) -> bool:
    return {
        LAST: loss == steps,
        ALL: True,
        SLIDING: loss - step > window,
        CHUNKED: (loss - 1) // window != (step - 1) // window,
    }[name]


@pytest.mark.parametrize("name", [LAST, ALL, SLIDING, CHUNKED])
@pytest.mark.parametrize("unit", ["tanh", "sigmoid"])
def test_no_random_network_exceeds_the_bound(name: str, unit: str) -> None:
    rng = np.random.default_rng(5)
    for _ in range(6):
        recurrent = rng.normal(size=(3, 3))
        recurrent *= rng.uniform(0.3, 0.99) / np.linalg.norm(recurrent, 2)
        steps, window = int(rng.integers(6, 12)), int(rng.integers(1, 5))
        drives, losses = rng.normal(0, 0.3, (steps, 3)), rng.normal(size=(steps, 3))
        losses /= np.linalg.norm(losses, axis=1, keepdims=True)
        parts = uses(recurrent, drives, losses, unit, np.zeros(3))
        missing = sum(part for (loss, step), part in parts.items() if kept(name, loss, step, steps, window))
        made = claim(name, given(recurrent, steps, unit))
        made = made.subs(window=window) if name in (SLIDING, CHUNKED) else made
        assert np.linalg.norm(missing) <= float(made.valued()) * (1 + ROUNDING)


@pytest.mark.parametrize("name", [LAST, ALL, SLIDING])
@pytest.mark.parametrize("rate", [0.5, 0.9, 1.0])
def test_a_linear_unit_that_is_held_attains_it(name: str, rate: float) -> None:
    """Inputs that make up for what the weight forgets keep the state at one, the bound of a tanh."""
    steps, window = 30, 7
    if name == SLIDING and rate == 1:
        return
    recurrent = np.array([[rate]])
    drives = np.full((steps, 1), 1 - rate)
    parts = uses(recurrent, drives, np.ones((steps, 1)), "identity", np.ones(1))
    total = sum(part[0, 0] for (loss, step), part in parts.items() if kept(name, loss, step, steps, window))
    made = claim(name, given(recurrent, steps))
    made = made.subs(window=window) if name == SLIDING else made
    assert float(made.valued()) == pytest.approx(total, rel=ROUNDING)


def test_the_printed_form_of_the_tail_is_the_same_number() -> None:
    """As a sum over lags, and as one fraction: (M q^(K+1) - (M+1) q^(K+2) + q^(T+1)) / (1-q)^2."""
    q, made = Fraction(2, 3), claim(SLIDING, given(np.array([[0.5]]), 10)).subs(rate=sp.Rational(2, 3))
    for steps, window in ((10, 1), (10, 9), (23, 5), (40, 35)):
        beyond = steps - 1 - window
        by_lags = sum((steps - lag) * q**lag for lag in range(window + 1, steps))
        fraction = (beyond * q ** (window + 1) - (beyond + 1) * q ** (window + 2) + q ** (steps + 1)) / (1 - q) ** 2
        found = made.subs(steps=steps, window=window).valued()
        assert found == sp.Rational(by_lags) == sp.Rational(fraction)


def test_a_window_costs_a_power_and_chunks_cost_one_over_their_length() -> None:
    """At rate 0.9 and K = 80: 1.12 for each step against 0.0020."""
    steps = 8000
    one, other = (
        float(claim(name, given(np.array([[0.9]]), steps)).subs(rate=sp.Rational(9, 10), window=80).valued()) / steps
        for name in (CHUNKED, SLIDING)
    )
    # 99 boundaries for 100 chunks; and the first 81 + 9 losses have fewer lags than in an endless sequence, of 8000.
    assert one == pytest.approx(0.9 / 0.1**2 * (1 - 0.9**80) / 80, rel=0.011)
    assert other == pytest.approx(0.9**81 / 0.1, rel=0.012)
    longer = claim(CHUNKED, given(np.array([[0.9]]), steps)).subs(rate=sp.Rational(9, 10), window=160)
    assert one / (float(longer.valued()) / steps) == pytest.approx(2, rel=0.02)


@pytest.mark.parametrize("name", [ALL, SLIDING, CHUNKED])
def test_verification_sends_gradients_back_and_notices_a_smaller_bound(name: str) -> None:
    made = claim(name, given(np.array([[0.75]]), 20))
    verdict = decide(made)
    assert verdict.outcome is Outcome.PROVED
    assert verdict.trials == 1
    assert verdict.power is not None
    smaller = replace(made, bound=made.bound * (1 - 2 * sp.Float(verdict.power) - sp.Rational(1, 10**9)))
    assert decide(smaller).outcome is Outcome.REFUTED
    assert decide(replace(made, relation=Relation.GE)).trials == 0
    assert decide(made.subs(steps=10**6)).trials == 0
    assert made.subs(steps=10**6).replay() is Strength.SYMBOLIC


def test_the_simulation_comes_near_the_bound_and_not_above_it() -> None:
    """A unit of the hard tanh that is held just below one: but for its first use, with the state zero, it attains it."""
    rate, state, steps = 0.75, 0.96875, 12
    net = held_unit(rate, state, steps)
    sample = sg.simulate(net, "weight_gradient_norm", trials=1, rng=0)
    uses = [state * rate**lag for lag in range(steps - 1)]
    assert np.exp(sample.at(1)[0]) == pytest.approx(sum(uses), rel=ROUNDING)
    assert 0.95 < np.exp(sample.at(1)[0]) / float(claim(LAST, net).valued()) <= 1


def test_what_has_no_such_bound_says_why() -> None:
    for name, net, reason in (
        (LAST, given(np.eye(2) / 2, 5, "relu"), "the values of relu are not known to be bounded"),
        (ALL, sg.rnn(width=3, steps=5, law="orthogonal", tied=False), "every step has weights of its own"),
        (SLIDING, given(np.eye(2), 5), "not below 1"),
        (CHUNKED, given(np.array([[0.5]]), 1), "the number of steps is 1"),
    ):
        with pytest.raises(ValueError, match="does not apply") as caught:
            claim(name, net)
        assert reason in str(caught.value)
    for window in (0, 5, 9):
        with pytest.raises(ValueError, match="violates that"):
            claim(SLIDING, given(np.array([[0.5]]), 5)).subs(window=window)


@pytest.mark.parametrize("steps", [9_999, 10_001, 10**6])
@pytest.mark.parametrize("weight", [0.9990234375, 1.0009765625])
def test_a_million_steps_stay_in_log_space(steps: int, weight: float) -> None:
    """To both sides of where powers are no longer written out, vanishing and exploding, against mpmath."""
    with mpmath.workdps(40):
        q = mpmath.mpf(weight)
        series = (1 - q**steps) / (1 - q)
        wanted = {LAST: series, ALL: (steps - q * series) / (1 - q)}
        for name, value in wanted.items():
            found = claim(name, given(np.array([[weight]]), steps)).log10
            assert found == pytest.approx(float(mpmath.log10(value)), rel=1e-15)  # a rounding or two of the logarithm


@pytest.mark.parametrize("name", [LAST, ALL])
def test_the_series_of_an_exploding_network_has_a_real_logarithm(name: str) -> None:
    """Both 1 - r^T and 1 - r are negative then; in the logarithm of the whole their signs cancel."""
    recurrent = np.array([[0.5, 1.0], [0.0, 0.5]])
    for unit, steps in (("tanh", 4), ("sigmoid", 4), ("tanh", 10_001)):
        made = claim(name, given(5 * recurrent, steps, unit))
        q = mpmath.mpf(str(made.value_of(sp.Symbol("rate", nonnegative=True, real=True)).evalf(40)))
        with mpmath.workdps(40):
            series = (1 - q**steps) / (1 - q)
            whole = (
                {LAST: series, ALL: (steps - q * series) / (1 - q)}[name]
                * mpmath.sqrt(2)
                / (4 if unit == "sigmoid" else 1)
            )
            assert made.log10 == pytest.approx(float(mpmath.log10(whole)), rel=1e-12)  # the rate has 15 digits
        assert made.log.is_extended_real is not False
