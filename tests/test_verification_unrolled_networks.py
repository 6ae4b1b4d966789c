"""Backpropagation through time in exact fractions, against finite differences in NumPy; and a gradient that forgets a use."""

from __future__ import annotations

import numpy as np
import pytest

import symgrad as sg
from symgrad.claims import Outcome
from symgrad.theorems import claim
from symgrad.verification import decide, unrolled_networks

NAME = "unrolled_gradient_defect_eq_zero"


def loss(weights: np.ndarray) -> float:
    """The same small network, in floating point."""
    width, steps = 3, 4
    state, total = np.array([1 / (i + 2) for i in range(width)]), 0.0
    for step in range(steps):
        at = weights @ state + np.array([(step + 1) / (2 * i + 3) for i in range(width)])
        state = at - at**3
        total += sum((i + 1) / (step + 1) * state[i] for i in range(width))
    return total


def test_both_ways_agree_with_finite_differences() -> None:
    weights = np.array([[(i - 2 * j + 1) / (i + j + 2) for j in range(3)] for i in range(3)])
    back = [float(each) for each in unrolled_networks._backward()]
    for place in range(9):
        shift = np.zeros(9)
        shift[place] = 1e-5  # a central difference errs by its square times a third derivative, and by 1e-16 over it
        difference = (loss(weights + shift.reshape(3, 3)) - loss(weights - shift.reshape(3, 3))) / 2e-5
        assert back[place] == pytest.approx(difference, rel=1e-6, abs=1e-8)
        assert float(unrolled_networks._forward(*divmod(place, 3))) == back[place]


def test_a_backward_pass_that_forgets_something_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    made = claim(NAME, sg.rnn(width=3, steps=4))
    assert decide(made).outcome is Outcome.PROVED
    honest = unrolled_networks._backward()
    monkeypatch.setattr(unrolled_networks, "_backward", lambda: [honest[0] / 2, *honest[1:]])
    finding = unrolled_networks.unrolled(made)
    assert finding is not None
    assert finding.trial.value == "refuted"


def test_it_is_about_one_matrix_for_all_steps() -> None:
    with pytest.raises(ValueError, match="every step has weights of its own"):
        claim(NAME, sg.rnn(width=3, steps=4, law="orthogonal", tied=False))
