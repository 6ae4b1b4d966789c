"""Gradients of LSTMs with constant gates, chrono biases and the arcsine law, against loops and walks in NumPy."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import symgrad as sg
from symgrad.networks import ChronoBiases
from symgrad.theorems import claim

CAROUSEL = "gradient_norm_eq_pow_forget_gate_of_constant_gates"
CHRONO_SQUARE = "mean_square_gradient_eq_incomplete_beta_of_chrono_biases"
SURVIVAL = "mean_survival_eq_incomplete_beta_of_chrono_biases"
LIMIT = "mean_survival_tendsto_exponential_integral_of_chrono_biases"
ARCSINE = "mean_square_gradient_eq_arcsine_sum_of_identity_weights"
DRAWS = 200_000


def sigmoid(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


def output(cell: float, steps: int, forget: float, out: float) -> float:
    """The output of an LSTM unit whose gates are constant and whose candidate is zero, by the cell it begins with."""
    for _ in range(steps):
        cell = sigmoid(forget) * cell
    return sigmoid(out) * float(np.tanh(cell))


@pytest.mark.parametrize(("steps", "forget", "out"), [(1, 1, 0), (10, 1, 0), (30, 3, -1)])
def test_the_derivative_of_a_carousel(steps: int, forget: int, out: int) -> None:
    biases = {"b_f": forget, "b_o": out}
    net = sg.lstm(width=2, steps=steps, weight_var=0, input_mean_square=0, biases=biases)
    change = 1e-4
    slope = (output(change, steps, forget, out) - output(-change, steps, forget, out)) / (2 * change)
    # Central differences err by change**2/6 times the third derivative, which is below twice the first.
    assert float(claim(CAROUSEL, net).valued()) == pytest.approx(slope, rel=1e-8)


@pytest.mark.parametrize(("steps", "longest"), [(1, 3), (10, 30), (200, 50), (1000, 1000)])
def test_what_chrono_gates_let_through(steps: int, longest: int) -> None:
    net = sg.lstm(width=2, steps=steps, forget_bias=ChronoBiases(longest))
    quiet = sg.lstm(width=2, steps=steps, weight_var=0, input_mean_square=0, forget_bias=ChronoBiases(longest))
    for name, subject, power, factor in ((SURVIVAL, net, steps, 1), (CHRONO_SQUARE, quiet, 2 * steps, 4)):
        with mpmath.workdps(30):
            ends = [1, *(x for x in (longest / 4, longest / 2) if 1 < x < longest - 1), longest - 1]
            expected = mpmath.quad(lambda v: (v / (1 + v)) ** power, ends) / (longest - 2) / factor  # noqa: B023
            told = mpmath.mpf(str(claim(name, subject).valued().evalf(25)))
            assert abs(told / expected - 1) < mpmath.mpf(10) ** -15


def test_the_limit_of_long_memories_is_approached_like_their_inverse() -> None:
    limit = float(claim(LIMIT, sg.lstm(width=2, steps=500, forget_bias=ChronoBiases(1000))).valued())
    off = []
    for longest in (1000, 10_000):
        net = sg.lstm(width=2, steps=longest // 2, forget_bias=ChronoBiases(longest))
        off.append(abs(float(claim(SURVIVAL, net).valued()) - limit))
    assert off[0] < 1e-3
    assert off[0] / off[1] == pytest.approx(10, rel=0.05)  # a second order in 1/1000 is left


@pytest.mark.parametrize("law", ["normal", "cauchy", "uniform"])
@pytest.mark.parametrize("step", [0, 3, 17])
def test_a_rectified_walk_stays_on_by_the_arcsine_law(law: str, step: int) -> None:
    """Whatever symmetric law the inputs have: a unit is run, and its slopes are multiplied."""
    rng, steps = np.random.default_rng(step), 20
    draw = {"normal": rng.standard_normal, "cauchy": rng.standard_cauchy, "uniform": lambda n: rng.uniform(-1, 1, n)}
    state, alive = np.zeros(DRAWS), np.ones(DRAWS, dtype=bool)
    for at in range(1, steps + 1):
        preactivation = state + draw[law](DRAWS)
        state = np.maximum(preactivation, 0)
        alive &= (preactivation > 0) | (at <= step)
    net = sg.rnn(width=2, steps=steps, activation="relu", law="identity")
    expected = float(claim(ARCSINE, net).subs(step=step).valued().doit())
    # Five standard errors of a frequency err once in two millions.
    assert alive.mean() == pytest.approx(expected, abs=5 * (expected * (1 - expected) / DRAWS) ** 0.5)


def test_the_arcsine_law_itself_is_the_limit() -> None:
    net = sg.rnn(width=2, steps=200, activation="relu", law="identity")
    told = float(claim(ARCSINE, net).subs(step=50).valued().doit())
    assert told == pytest.approx(2 / np.pi * np.arcsin(np.sqrt(50 / 200)), abs=2 / 200)  # of the order of 1/T
    at_start = float(claim(ARCSINE, net).valued().doit())
    assert at_start == pytest.approx((np.pi * 200) ** -0.5, rel=1 / 200)  # Stirling: 1 - 1/(8T)
