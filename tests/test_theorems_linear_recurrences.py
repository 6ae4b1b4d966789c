"""Diagonal linear recurrences against loops: gradients on a ring, mean squares, and derivatives by the eigenvalue."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import symgrad as sg
from symgrad.networks import CELLS, Recurrence, RingEigenvalues
from symgrad.theorems import claim

GRADIENT = "mean_square_gradient_eq_power_integral_of_ring_eigenvalues"
RING_SQUARE = "stationary_mean_square_eq_log_ratio_of_ring_eigenvalues"
SQUARE, SENSITIVITY = "stationary_mean_square_eq_simple_pole", "eigenvalue_sensitivity_eq_cubic_pole"
DRAWS = 200_000


def ring(low: float, high: float, steps: int) -> Recurrence:
    laws = {"p": RingEigenvalues(low, high), "q": RingEigenvalues(low, high, is_imaginary=True)}
    return sg.recurrence("diagonal", width=4, steps=steps, biases=laws)


@pytest.mark.parametrize(("low", "high", "steps"), [(0, 1, 30), (0.4, 0.99, 50), (0.9, 0.95, 1)])
def test_powers_of_eigenvalues_on_a_ring(low: float, high: float, steps: int) -> None:
    """By complex numbers that are multiplied; five standard errors err once in two millions."""
    rng = np.random.default_rng(steps)
    size = np.sqrt(rng.uniform(low**2, high**2, DRAWS))
    eigenvalues, product = size * np.exp(2j * np.pi * rng.uniform(size=DRAWS)), np.ones(DRAWS, dtype=complex)
    for _ in range(steps):
        product *= eigenvalues
    squares = np.abs(product) ** 2
    expected = float(claim(GRADIENT, ring(low, high, steps)).valued())
    assert squares.mean() == pytest.approx(expected, abs=5 * squares.std() / DRAWS**0.5)
    if high < 1:
        poles, told = 1 / (1 - size**2), float(claim(RING_SQUARE, ring(low, high, steps)).valued())
        assert poles.mean() == pytest.approx(told, abs=5 * poles.std() / DRAWS**0.5)


@pytest.mark.parametrize("eigenvalue", [-0.7, 0.0, 0.5, 0.9])
def test_a_long_run_with_white_inputs(eigenvalue: float) -> None:
    """States, and their derivatives by differences of two runs with the same inputs."""
    rng, change = np.random.default_rng(7), 1e-6
    states = np.zeros((3, DRAWS))  # of three eigenvalues: the one asked about, and one on each side
    weights = np.array([[eigenvalue - change], [eigenvalue], [eigenvalue + change]])
    for _ in range(200):
        states = weights * states + rng.normal(size=DRAWS)
    net = sg.recurrence(CELLS["diagonal"](is_complex=False), width=4, steps=10, biases={"p": eigenvalue})
    squares, slopes = states[1] ** 2, ((states[2] - states[0]) / (2 * change)) ** 2
    for name, seen in ((SQUARE, squares), (SENSITIVITY, slopes)):
        assert seen.mean() == pytest.approx(float(claim(name, net).valued()), abs=5 * seen.std() / DRAWS**0.5)


def test_what_is_not_stable_or_not_on_a_ring_is_refused() -> None:
    real = CELLS["diagonal"](is_complex=False)
    with pytest.raises(ValueError, match="3/2 is not inside the unit circle"):
        claim(SQUARE, sg.recurrence(real, width=2, steps=3, biases={"p": 1.5}))
    with pytest.raises(ValueError, match="the ring touches the unit circle"):
        claim(RING_SQUARE, ring(0, 1, 3))
    other = {"p": RingEigenvalues(0, 1), "q": RingEigenvalues(0, sp.S.Half, is_imaginary=True)}
    with pytest.raises(ValueError, match="eigenvalues have another law"):
        claim(GRADIENT, sg.recurrence("diagonal", width=2, steps=3, biases=other))
