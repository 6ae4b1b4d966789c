"""States that a tanh unit keeps, against a count of fixed points and against derivatives that mpmath takes."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy as sp

import symgrad as sg
from symgrad.networks import IdentityWeights, Recurrence
from symgrad.theorems import claim

THRESHOLD, SLOPE = "latch_threshold_eq_saddle_node", "fixed_point_slope_le_inverse_square_self_weight"


def unit(weight: sp.Expr | float) -> Recurrence:
    return sg.rnn(width=1, steps=5, law=IdentityWeights(weight))


def kept(weight: float, drive: float) -> int:
    """How often h - tanh(w h + u) changes its sign on a fine grid."""
    h = np.linspace(-1.0, 1.0, 200_001)
    return int(np.count_nonzero(np.diff(np.sign(h - np.tanh(weight * h + drive)))))


@pytest.mark.parametrize("weight", [1.05, 1.5, 2.0, 4.0])
def test_there_are_three_states_below_the_threshold_and_one_above(weight: float) -> None:
    threshold = float(claim(THRESHOLD, unit(weight)).valued())
    for sign in (-1, 1):
        assert kept(weight, sign * threshold * 0.999) == 3
        assert kept(weight, sign * threshold * 1.001) == 1


def test_a_published_threshold() -> None:
    assert float(claim(THRESHOLD, unit(2)).valued()) == pytest.approx(0.53284, abs=5e-6)


@pytest.mark.parametrize("weight", ["1.001", "1.05", "1.3", "2", "5"])
def test_the_slope_at_the_kept_state_is_below_the_inverse_square(weight: str) -> None:
    with mpmath.workdps(40):
        w, state = mpmath.mpf(weight), mpmath.mpf(1)
        for _ in range(100_000):
            state, before = mpmath.tanh(w * state), state
            if abs(state - before) < mpmath.mpf(10) ** -30:
                break
        slope = mpmath.diff(lambda h: mpmath.tanh(w * h), state)
        bound = mpmath.mpf(str(claim(SLOPE, unit(sp.Rational(weight))).valued().evalf(40)))
        assert slope < bound
        if w < 1.01:  # a = artanh h is about the root of 3(w - 1), and the bound exceeds the slope by a**4/15
            assert bound / slope - 1 == pytest.approx(float(9 * (w - 1) ** 2 / 15), rel=0.01)


@pytest.mark.parametrize(
    ("weight", "words"), [(1, "not above 1"), (-2, "not above 1"), (sp.Symbol("w", real=True), "may be 1 or less")]
)
def test_a_weight_that_may_not_be_above_one_is_refused(weight: sp.Expr, words: str) -> None:
    with pytest.raises(ValueError, match=f"the weight is above 1: .*{words}"):
        claim(THRESHOLD, unit(weight))


def test_the_weight_may_be_a_symbol_that_is_above_one() -> None:
    e = sp.Symbol("e", positive=True)
    assert claim(SLOPE, unit(1 + e)).valued() == (1 + e) ** -2
