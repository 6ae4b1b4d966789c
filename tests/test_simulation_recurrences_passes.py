"""Passes through time against loops in complex numbers, cell by cell; and laws of what is drawn."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from recurrent_twins import Twin

from symgrad import Recurrence, gru, lstm, recurrence, rnn
from symgrad.claims import Norm, jacobian_norm
from symgrad.networks import CELLS, RingEigenvalues
from symgrad.networks.arguments import phi_of
from symgrad.networks.cells import Affine, Cell, Gate, Mix, letters
from symgrad.simulation import replay
from symgrad.simulation.recurrences.wirings import MULTIPLY, NONE, wire_recurrence

SEED, TRIAL = 5, 2
# Each step rounds sums of some twenty products; ten steps amplify that by no more than their condition.
TOLERANCE = 1e-11

RING = {"p": RingEigenvalues(0.5, 1), "q": RingEigenvalues(0.5, 1, is_imaginary=True)}


def own_cell() -> Cell:
    """Two states, of which one is the other's past; a matrix that multiplies a product; a formula that is no polynomial."""
    h, m, a, b, y, w = letters("h m a b y w")
    lines = (
        Affine(a, "R_a", h * m + h, "W_a", "b_a"),
        Gate(y, phi_of("tanh"), a * w),
        Affine(b, "R_b", y, bias="b_b"),
        Mix(letters("v")[0], sp.exp(-(b**2)) * y + sp.tanh(m) / 2),
    )
    return Cell("own", (h, m), lines, (letters("v")[0], h), (w,))


NETWORKS: dict[str, Recurrence] = {
    **{name: recurrence(name, 5, 6, bias_var=0.1, state_mean_square=0.3, biases=RING if name == "diagonal" else None) for name in CELLS},
    "real diagonal": recurrence(CELLS["diagonal"](is_complex=False), 3, 4, bias_var=0.5, state_mean_square=1),
    "gru before": gru(5, 6, reset_after=False, bias_var=0.1),
    "peepholes": lstm(4, 7, peepholes=True, bias_var=0.3, forget_bias=1),
    "no forget gate": lstm(3, 4, forget_gate=False),
    "janet shift": recurrence(CELLS["janet"](1), 4, 5),
    "stacked": lstm(4, 5, layers=3, bias_var=0.2, input_width=7, state_mean_square=0.1),
    "fresh": gru(4, 6, layers=2, tied=False, bias_var=0.2),
    "fresh rnn": rnn(6, 5, tied=False, gain=1.5, state_mean_square=1, input_mean_square=0),
    "orthogonal": rnn(6, 5, law="orthogonal"),
    "uniform": rnn(6, 5, law="uniform", weight_var=sp.Rational(1, 3)),
    "truncated": rnn(6, 5, law="truncated_normal"),
    "identity": rnn(6, 5, law="identity", activation="sin"),
    "antisymmetric": recurrence(CELLS["euler"]("tanh", 0.1), 6, 5, law="antisymmetric"),
    "given inputs": rnn(3, 2, inputs=[[1, 2, 3, 4], [5, 6, 7, 8]], input_width=4),
    "one unit": lstm(1, 3),
    "own": recurrence(own_cell(), 4, 5, bias_var=0.4, state_mean_square=0.5),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_and_jacobians_are_those_of_the_whole_unrolled_network(name: str) -> None:
    network = NETWORKS[name]
    twin = Twin(network, SEED, TRIAL)
    jacobians, gradient = twin.jacobians(), twin.output_gradient()
    found = np.exp(replay(network, "gradient_norm", SEED, TRIAL).log_values[0])
    norms = [np.linalg.norm(jacobian.T @ gradient) for jacobian in jacobians]
    np.testing.assert_allclose(found, norms, rtol=TOLERANCE)
    for norm, order in ((Norm.SPECTRAL, 2), (Norm.FROBENIUS, "fro"), (Norm.ONE, 1)):
        found = np.exp(replay(network, jacobian_norm(0, norm).in_time(), SEED, TRIAL).log_values[0])
        np.testing.assert_allclose(found, np.linalg.norm(jacobians[0], order), rtol=TOLERANCE)


def test_a_line_without_a_bias_reads_none() -> None:
    """Though the cell has vectors, which stand under the empty name."""
    h, a, y, w = letters("h a y w")
    cell = Cell("bare", (h,), (Affine(a, "R", h, "W"), Gate(y, phi_of("tanh"), a * w)), (y,), (w,))
    operations = wire_recurrence(recurrence(cell, 4, 5, bias_var=1), "float64").operations
    assert [row[8] for row in operations if row[0] == MULTIPLY] == [NONE]
