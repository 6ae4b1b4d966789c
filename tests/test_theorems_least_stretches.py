"""What a gradient through time cannot fall below, against loops in NumPy; and the smallest singular value, in balls."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from vanilla_twins import UNITS, step_jacobians, through_time

import symgrad as sg
from symgrad.rigor import smallest_singular_value
from symgrad.theorems import claim

NAME = "gradient_norm_ge_pow_of_least_stretch"
ROUNDING = 1e-12  # of a dozen products of matrices of four rows in double precision
SLOPE = 0.01  # of leaky_relu on the left, by default
UNITS["leaky_relu"] = (lambda a: np.where(a > 0, a, SLOPE * a), lambda a: np.where(a > 0, 1.0, SLOPE))


@pytest.mark.parametrize("unit", ["identity", "leaky_relu"])
def test_no_gradient_of_a_random_network_falls_below_the_bound(unit: str) -> None:
    rng = np.random.default_rng(4)
    for _ in range(10):
        recurrent, steps = rng.normal(0, rng.choice([0.3, 2.0]), (4, 4)), int(rng.integers(1, 7))
        drives, gradient = rng.normal(size=(steps, 4)), rng.normal(size=4)
        found = through_time(step_jacobians(recurrent, drives, unit, np.zeros(4))).T @ gradient
        net = sg.rnn(steps=steps, activation=unit, weights={"weight_ih_l0": np.eye(4), "weight_hh_l0": recurrent})
        bound = 10 ** claim(NAME, net).log10
        assert np.linalg.norm(found) / np.linalg.norm(gradient) >= bound * (1 - ROUNDING)


def test_linear_units_and_the_least_stretched_direction_attain_it() -> None:
    recurrent, steps = np.diag([0.5, 2.0]), 6
    net = sg.rnn(steps=steps, activation="identity", weights={"weight_ih_l0": np.eye(2), "weight_hh_l0": recurrent})
    drives, gradient = np.zeros((steps, 2)), np.array([1.0, 0.0])
    found = through_time(step_jacobians(recurrent, drives, "identity", np.zeros(2))).T @ gradient
    assert 10 ** claim(NAME, net).log10 == pytest.approx(np.linalg.norm(found), rel=1e-12)  # a certified lower end


@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_the_smallest_singular_value_is_enclosed(size: int) -> None:
    """Against mpmath in 40 digits; what is proved of the rounding of so few terms is within 1e-10 of it."""
    matrix = np.random.default_rng(size).normal(size=(size, size)) * 2.0**-300
    with mpmath.workdps(40):
        least = min(mpmath.svd_r(mpmath.matrix(matrix.tolist()), compute_uv=False))
        found = smallest_singular_value(matrix)
        lower, upper = (mpmath.mpf(int(end.p)) / int(end.q) for end in (found.lower, found.upper))
        assert lower <= least <= upper
        assert (upper - lower) / least < 1e-10


@pytest.mark.parametrize("matrix", [np.zeros((2, 2)), np.ones((3, 3)), np.diag([1.0, 1e-300])], ids=["0", "1", "tiny"])
def test_a_singular_matrix_shrinks_something_away(matrix: np.ndarray) -> None:
    found = smallest_singular_value(matrix)
    assert found.lower <= 1e-300
    assert found.upper >= 0


def test_what_has_no_least_stretch_says_why() -> None:
    for net, reason in (
        (sg.rnn(width=3, steps=2, activation="tanh"), "the smallest slope of tanh is 0: its units can be flat"),
        (sg.rnn(width=3, steps=2, activation="identity"), "can be as small as zero; give the weights"),
    ):
        with pytest.raises(ValueError, match="does not apply") as caught:
            claim(NAME, net)
        assert reason in str(caught.value)
    with pytest.raises(ValueError, match=r"shape \(2, 3\) is not square"):
        smallest_singular_value(np.ones((2, 3)))
    with pytest.raises(ValueError, match="not finite"):
        smallest_singular_value(np.array([[np.inf]]))
