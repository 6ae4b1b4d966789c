"""The mean field of the minimalRNN against a quadrature of its recursion, and against one matrix, of which it is false."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import mpmath
import pytest
import sympy as sp

import symgrad as sg
from symgrad.claims import Outcome, Strength
from symgrad.networks import ChronoBiases, Recurrence
from symgrad.theorems import claim

NAME = "mean_square_gradient_tendsto_pow_gain_of_fresh_minimal_cell"


def minimal(steps: Any = 3, **options: Any) -> Recurrence:
    return sg.recurrence("minimalrnn", **{"width": 64, "steps": steps, "tied": False, **options})


def mean(function: Callable[[mpmath.mpf], mpmath.mpf], variance: mpmath.mpf) -> mpmath.mpf:
    root = mpmath.sqrt(variance)
    return mpmath.quad(lambda z: function(root * z) * mpmath.npdf(z), [-12, -4, -2, -1, 0, 1, 2, 4, 12])


def gains(steps: int, weight_var: float, gate_mean: float, state: float, inputs: float = 1) -> list[mpmath.mpf]:
    """Gains of Chen, Pennington and Schoenholz 2018 by quadrature, the inputs of both lines having one variance."""

    def gate(x: mpmath.mpf) -> mpmath.mpf:
        return 1 / (1 + mpmath.exp(-x - gate_mean))

    found, q, r = [], mpmath.mpf(state), mean(lambda x: mpmath.tanh(x) ** 2, mpmath.mpf(inputs))
    for _ in range(steps):
        variance = weight_var * q + inputs
        kept = mean(lambda x: gate(x) ** 2, variance)
        bent = mean(lambda x: (gate(x) * (1 - gate(x))) ** 2, variance)
        found.append(kept + weight_var * (q + r) * bent)
        q = kept * q + mean(lambda x: (1 - gate(x)) ** 2, variance) * r
    return found


@pytest.mark.parametrize(("weight_var", "gate_mean", "state"), [(4, 0, 0.5), (1, 2, 0), (16, -1, 1)])
def test_the_gains_against_a_quadrature(weight_var: float, gate_mean: float, state: float) -> None:
    net = minimal(4, weight_var=weight_var, state_mean_square=state, biases={"b_u": gate_mean})
    product = mpmath.fprod(gains(4, weight_var, gate_mean, state))
    # Enclosures of fifteen digits go through four steps; the quadrature errs by less than 1e-12.
    assert float(claim(NAME, net).valued()) == pytest.approx(float(product), rel=1e-11)


def test_one_matrix_has_another_limit() -> None:
    """The same claim about one matrix, taken as a guess, is refuted: its squared gradient is about 1.35 times as large."""
    options: dict[str, Any] = {"weight_var": 4, "state_mean_square": sp.Rational(1, 2), "width": 128}
    fresh, tied = minimal(**options), minimal(**options, tied=True)
    made = claim(NAME, fresh)
    assert made.replay() is Strength.CITED
    assert sg.assert_holds(made, fresh, trials=3000, rng=5).outcome is Outcome.CONSISTENT
    with pytest.raises(AssertionError, match="is refuted"):
        sg.assert_holds(replace(made, derivation=()), tied, trials=3000, rng=5)


@pytest.mark.parametrize(
    ("net", "words"),
    [
        (minimal(tied=True), "one matrix serves all steps"),
        (minimal(biases={"b_z": 1}), "the candidate has bias 1, and is not centred"),
        (minimal(biases={"b_u": ChronoBiases(10)}), "biases of the gate are neither Gaussian nor alike"),
        (sg.gru(width=4, steps=3, tied=False), "the cell is gru"),
    ],
)
def test_refusals_say_why(net: Recurrence, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        claim(NAME, net)


def test_many_steps_and_symbols_leave_a_formula() -> None:
    for net in (minimal(1000), minimal(sp.Symbol("T", integer=True, positive=True))):
        assert [str(each) for each in claim(NAME, net).valued().free_symbols - net.free_symbols] == ["mean_square_gain"]
