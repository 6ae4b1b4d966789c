"""Leaky integrators, orthogonal and antisymmetric weights, against loops in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from vanilla_twins import UNITS

import symgrad as sg
from symgrad.networks import CELLS, Recurrence
from symgrad.theorems import claim
from symgrad.theorems.recurrences.turnings import turning_pair

ABOVE, BELOW = "jacobian_norm_le_pow_of_kept_state", "gradient_norm_ge_pow_of_kept_state"
TURNED = "gradient_norm_eq_pow_of_orthogonal_weights"
LONGER, SHORTER = (f"mean_square_gradient_{which}_pow_of_antisymmetric_weights" for which in ("le", "ge"))
ROUNDING = 1e-12  # of a dozen products of matrices of five rows in double precision

STEEPEST = {"tanh": 1.0, "sigmoid": 0.25, "relu": 1.0}


def product(recurrent: np.ndarray, drives: np.ndarray, unit: str, kept: float, new: float) -> np.ndarray:
    """The Jacobian through all steps of ``h' = kept h + new phi(R h + drive)`` from zero on."""
    phi, slope = UNITS[unit]
    state, found = np.zeros(len(recurrent)), np.eye(len(recurrent))
    for drive in drives:
        at = recurrent @ state + drive
        found = (kept * np.eye(len(recurrent)) + new * np.diag(slope(at)) @ recurrent) @ found
        state = kept * state + new * phi(at)
    return found


def given(cell: object, recurrent: np.ndarray, steps: int) -> Recurrence:
    weights = {"weight_ih_l0": np.eye(len(recurrent)), "weight_hh_l0": recurrent}
    return sg.recurrence(cell, steps=steps, weights=weights)


@pytest.mark.parametrize("unit", ["tanh", "sigmoid", "relu"])
@pytest.mark.parametrize("leak", [0.125, 0.5])
def test_no_leaky_network_leaves_its_bounds(unit: str, leak: float) -> None:
    rng = np.random.default_rng(10)
    for _ in range(8):
        recurrent, steps = rng.normal(0, rng.choice([0.1, 1.0]), (4, 4)), int(rng.integers(1, 7))
        jacobian = product(recurrent, rng.normal(size=(steps, 4)), unit, 1 - leak, leak)
        net = given(CELLS["leaky"](unit, leak), recurrent, steps)
        assert np.linalg.norm(jacobian, 2) <= float(claim(ABOVE, net).valued()) * (1 + ROUNDING)
        if 1 - leak > leak * STEEPEST[unit] * np.linalg.norm(recurrent, 2) * (1 + ROUNDING):
            direction = rng.normal(size=4)
            left = np.linalg.norm(jacobian.T @ direction) / np.linalg.norm(direction)
            assert left >= float(claim(BELOW, net).valued()) * (1 - ROUNDING)


def test_euler_steps_are_kept_states_too() -> None:
    rng = np.random.default_rng(11)
    recurrent, drives = rng.normal(size=(3, 3)), rng.normal(size=(5, 3))
    net = given(CELLS["euler"]("tanh", 0.25), recurrent, 5)
    found = np.linalg.norm(product(recurrent, drives, "tanh", 1.0, 0.25), 2)
    assert found <= float(claim(ABOVE, net).valued()) * (1 + ROUNDING)


def test_the_leak_sets_the_time_and_not_whether_it_vanishes() -> None:
    for leak in (sp.Rational(1, 2), sp.Rational(1, 100)):
        for weight, vanishes in ((0.75, True), (1.0, False), (1.25, False)):
            bound = claim(ABOVE, given(CELLS["leaky"]("tanh", leak), np.array([[weight]]), 1)).valued()
            assert (bound < 1) == vanishes
    slow = claim(ABOVE, given(CELLS["leaky"]("tanh", sp.Rational(1, 100)), np.array([[0.5]]), 1))
    # After 1/(leak (1 - r)) = 200 steps one part in e is left, but for half a step in 200.
    assert float(slow.subs(steps=200).valued()) == pytest.approx(np.exp(-1), rel=0.003)


@pytest.mark.parametrize("seed", range(3))
def test_orthogonal_weights_keep_the_length_of_every_gradient(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = 0.5 * np.linalg.qr(rng.normal(size=(5, 5)))[0]
    gradient = rng.normal(size=5)
    found = np.linalg.norm(np.linalg.matrix_power(matrix, 7).T @ gradient) / np.linalg.norm(gradient)
    net = sg.rnn(width=5, steps=7, activation="identity", law="orthogonal", weight_var=sp.Rational(1, 4))
    assert float(claim(TURNED, net).valued()) == pytest.approx(found, rel=ROUNDING)


@pytest.mark.parametrize("damping", [0.0, 0.5])
@pytest.mark.parametrize("width", [2, 3, 5])
def test_antisymmetric_weights_lengthen_within_their_bounds(width: int, damping: float) -> None:
    rng = np.random.default_rng(width)
    upper = np.triu(rng.normal(size=(width, width)), 1)
    recurrent, steps = upper - upper.T - damping * np.eye(width), 9
    net = given(CELLS["euler"]("identity", 0.125), recurrent, steps)
    jacobian = product(recurrent, np.zeros((steps, width)), "identity", 1.0, 0.125)
    for _ in range(5):
        gradient = rng.normal(size=width)
        square = np.sum((jacobian.T @ gradient) ** 2) / np.sum(gradient**2)
        assert square <= float(claim(LONGER, net).valued()) * (1 + ROUNDING)
        assert square >= float(claim(SHORTER, net).valued()) * (1 - ROUNDING)
    if width == 3:  # the axis of a rotation is not turned
        axis = np.linalg.svd(upper - upper.T)[2][-1]
        assert np.sum((jacobian.T @ axis) ** 2) == pytest.approx(float(claim(SHORTER, net).valued()), rel=ROUNDING)


def test_euler_is_stable_where_the_damping_makes_up_for_the_turning() -> None:
    """A step s along R = A - kappa I shrinks everything iff s (kappa^2 + omega^2) < 2 kappa."""
    for turning, damping in ((0.5, 0.25), (1.5, 0.25), (2.0, 0.0), (1.25, 0.5)):
        factor = claim(LONGER, turning_pair(turning, damping)).subs(steps=1).valued()
        assert (factor < 1) == (0.2 * (damping**2 + turning**2) < 2 * damping)


def test_what_is_no_such_network_says_why() -> None:
    euler = CELLS["euler"]("identity", 0.1)
    for name, net, reason in (
        (ABOVE, sg.rnn(width=3, steps=2), "nothing is kept"),
        (ABOVE, sg.lstm(width=3, steps=2), "lstm, whose state is not such a sum"),
        (ABOVE, sg.recurrence("minimalrnn", width=3, steps=2), "whose state is not such a sum"),
        (TURNED, sg.rnn(width=3, steps=2, law="orthogonal"), "the units are tanh, not linear"),
        (TURNED, sg.rnn(width=3, steps=2, activation="identity"), "the law is weight_var 1"),
        (SHORTER, given(euler, np.array([[0.0, 1.0], [1.0, 0.0]]), 2), "not antisymmetric with one number"),
        (SHORTER, given(euler, np.eye(2), 2), "not antisymmetric with one number"),
        (LONGER, sg.recurrence(euler, width=3, steps=2, law="antisymmetric"), "their norm is not known"),
    ):
        with pytest.raises(ValueError, match="does not apply") as caught:
            claim(name, net)
        assert reason in str(caught.value)
    symbolic = sg.rnn(width=2, steps=3, leak=sp.Symbol("alpha", positive=True), law="identity")
    with pytest.raises(ValueError, match="which may be negative"):
        claim(ABOVE, symbolic)
