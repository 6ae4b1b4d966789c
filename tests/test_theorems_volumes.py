"""Volumes through time, against determinants of loops in NumPy; and exact determinants, against fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
import sympy as sp
from vanilla_twins import step_jacobians, through_time

import symgrad as sg
from symgrad.networks import IdentityWeights
from symgrad.rigor import determinant
from symgrad.theorems import claim

NAME = "volume_growth_le_pow_of_determinant"
ROUNDING = 1e-11  # of an elimination in double precision


def given(recurrent: np.ndarray, steps: int, unit: str) -> sg.Recurrence:
    weights = {"weight_ih_l0": np.eye(len(recurrent)), "weight_hh_l0": recurrent}
    return sg.rnn(steps=steps, activation=unit, weights=weights)


@pytest.mark.parametrize("unit", ["tanh", "sigmoid", "relu", "identity"])
def test_no_volume_of_a_random_network_exceeds_the_bound(unit: str) -> None:
    rng = np.random.default_rng(12)
    for _ in range(8):
        recurrent, steps = rng.normal(size=(3, 3)), int(rng.integers(1, 6))
        found = abs(
            np.linalg.det(through_time(step_jacobians(recurrent, rng.normal(size=(steps, 3)), unit, np.zeros(3))))
        )
        bound = float(claim(NAME, given(recurrent, steps, unit)).valued())
        assert found <= bound * (1 + ROUNDING)
        assert unit != "identity" or found == pytest.approx(bound, rel=ROUNDING)


def leibniz(matrix: np.ndarray) -> Fraction:
    """The sum over all permutations."""
    total, size = Fraction(0), len(matrix)
    for order in permutations(range(size)):
        sign = (-1) ** sum(order[i] > order[j] for i in range(size) for j in range(i + 1, size))
        product = Fraction(sign)
        for row, column in enumerate(order):
            product *= Fraction(float(matrix[row, column]))
        total += product
    return total


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_a_determinant_is_exact(size: int) -> None:
    matrix = np.random.default_rng(size).normal(size=(size, size)) * 10.0 ** np.arange(-5, 3 * size - 5, 3)
    found = determinant(matrix)
    assert Fraction(int(found.p), int(found.q)) == leibniz(matrix)


def test_weights_of_a_known_volume() -> None:
    assert claim(NAME, sg.rnn(width=3, steps=2, law=IdentityWeights(-2))).valued() == 64
    assert claim(NAME, sg.rnn(width=3, steps=2, law="orthogonal", gain=2)).valued() == 64


def test_what_has_no_volume_says_why() -> None:
    for net, reason in (
        (sg.rnn(width=3, steps=2), "is a matter of chance; give the weights"),
        (sg.rnn(width=1000, steps=2, law="identity"), "only numbers up to 200 are tried"),
        (sg.rnn(width=sp.Symbol("n", integer=True, positive=True), steps=2, law="identity"), "the width is n"),
    ):
        with pytest.raises(ValueError, match="does not apply") as caught:
            claim(NAME, net)
        assert reason in str(caught.value)
    with pytest.raises(ValueError, match=r"shape \(2, 3\) is not square and has no determinant"):
        determinant(np.ones((2, 3)))
    with pytest.raises(ValueError, match="not finite has no determinant"):
        determinant(np.array([[np.nan]]))
