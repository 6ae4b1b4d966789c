"""The spectral radius: a pair of units of radius zero explodes, in sixty digits; and what is enough for vanishing."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from vanilla_twins import step_jacobians, through_time

import symgrad as sg
from symgrad.claims import Strength
from symgrad.networks import GivenInputs, GivenWeights
from symgrad.theorems import claim
from symgrad.theorems.recurrences.pairs import pair_numbers, resting_pair
from symgrad.theorems.recurrences.scalings import diagonal_scaling, spectral_radius_of_absolutes

PAIR, SCALED = "jacobian_norm_eq_pow_of_nilpotent_weights", "jacobian_norm_le_pow_of_diagonal_scaling"
PLAIN = "jacobian_norm_le_pow_of_recurrent_weights"


def norm_of_pair(weight: mpmath.mpf, state: mpmath.mpf, steps: int) -> mpmath.mpf:
    """The spectral norm of the product of the Jacobians along the states, from the first input on, in many digits."""
    recurrent = weight * mpmath.matrix([[1, -1], [1, -1]])
    bias = mpmath.matrix([weight * state, mpmath.atanh(state) + weight * state])
    h, product = mpmath.matrix([0, 0]), mpmath.eye(2)
    for step in range(steps):
        at = recurrent * h + bias + (mpmath.matrix([-weight * state] * 2) if step == 0 else 0)
        product = mpmath.diag([mpmath.sech(x) ** 2 for x in at]) * recurrent * product
        h = mpmath.matrix([mpmath.tanh(x) for x in at])
    return max(mpmath.svd_r(product, compute_uv=False))


@pytest.mark.parametrize(("weight", "state"), [(8, 0.5), (3, 0.75), (0.5, 0.25)])
def test_the_pair_explodes_or_vanishes_as_claimed_in_sixty_digits(weight: float, state: float) -> None:
    made = claim(PAIR, resting_pair(weight, state))
    with mpmath.workdps(90):
        for steps in (1, 2, 7, 60):
            found = norm_of_pair(mpmath.mpf(weight), mpmath.mpf(state), steps)
            claimed = mpmath.mpf(str(made.subs(steps=steps).valued().evalf(70)))
            # At rest a rounding grows by weight * state**2 in a step: by 1e18 in sixty.
            assert abs(found / claimed - 1) < mpmath.mpf(10) ** -60


def test_all_eigenvalues_of_its_weights_are_zero() -> None:
    law = resting_pair().layers[0].recurrent[0]
    assert isinstance(law, GivenWeights)
    assert not (law.array @ law.array).any()
    assert np.linalg.norm(law.array, 2) == pytest.approx(16, rel=1e-14)  # a rounding of the decomposition


@pytest.mark.parametrize(("weight", "state", "steps"), [(8, 0.5, 8), (2.5, 0.7, 5), (0.1, 0.3, 300)])
def test_its_numbers_are_read_off_the_network(weight: float, state: float, steps: int) -> None:
    net = resting_pair(weight, state, steps)
    found = pair_numbers(net)
    assert float(found[0]) == weight
    assert float(found[1]) == pytest.approx(state, rel=1e-15)
    assert claim(PAIR, net).replay() is Strength.SYMBOLIC


def test_what_is_no_resting_pair_is_refused() -> None:
    moved = resting_pair()
    inputs = np.array(moved.inputs.array) if isinstance(moved.inputs, GivenInputs) else np.zeros((8, 2))
    inputs[3, 1] = 1e-3
    layers = sg.Recurrence(moved.layers, moved.steps, GivenInputs(inputs))
    for net, reason in (
        (sg.rnn(width=2, steps=3), "is not the pair that"),
        (sg.lstm(width=3, steps=3), "is not the pair that"),
        (layers, "is not the pair that"),
        (resting_pair(steps=60), "a rounding of the biases grows to about"),
    ):
        with pytest.raises(ValueError, match="does not apply") as caught:
            claim(PAIR, net)
        assert reason in str(caught.value)
    with pytest.raises(ValueError, match=r"state = 1.5, steps = 8 make no pair; give a positive weight"):
        resting_pair(8, 1.5)
    with pytest.raises(ValueError, match="is no resting pair; build one"):
        pair_numbers(sg.rnn(width=2, steps=3))
    with pytest.raises(ValueError, match="violates that"):
        claim(PAIR, resting_pair()).subs(steps=0)


# ----------------------------------------------------------------------------------------------------------- scalings


def given(recurrent: np.ndarray, steps: int) -> sg.Recurrence:
    return sg.rnn(steps=steps, weights={"weight_ih_l0": np.eye(len(recurrent)), "weight_hh_l0": recurrent})


MATRICES = {
    "random": np.random.default_rng(6).normal(size=(5, 5)),
    "triangular": np.triu(np.random.default_rng(7).normal(size=(4, 4)), 1) + 0.5 * np.eye(4),
    "nilpotent": np.diag([3.0, 4.0], 1),
    "nearly reducible": np.array([[0.5, 100.0], [1e-9, 0.25]]),
    "zero": np.zeros((2, 2)),
}


@pytest.mark.parametrize("name", MATRICES)
def test_no_network_exceeds_the_scaled_bound_nor_is_it_worse_than_the_plain_one(name: str) -> None:
    recurrent, rng = MATRICES[name], np.random.default_rng(8)
    for steps in (1, 5, 40):
        net = given(recurrent, steps)
        bound = claim(SCALED, net).log10
        assert bound <= claim(PLAIN, net).log10 + 1e-12
        drives = rng.normal(0, 0.1, (steps, len(recurrent)))
        found = np.linalg.norm(through_time(step_jacobians(recurrent, drives, "tanh", drives[0] * 0)), 2)
        assert np.log10(max(found, 1e-300)) <= max(bound, -300) + 1e-12


@pytest.mark.parametrize("name", ["random", "triangular", "nearly reducible"])
def test_the_norm_in_the_best_units_is_at_most_the_radius_of_the_absolute_values(name: str) -> None:
    """For a long sequence, where the price does not matter; what was added to make eigenvectors positive is small."""
    recurrent = MATRICES[name]
    _, norm = diagonal_scaling(given(recurrent, 10**6))
    assert float(norm) <= spectral_radius_of_absolutes(recurrent) * 1.05
    assert float(norm) >= np.abs(np.linalg.eigvals(recurrent)).max() * (1 - 1e-12), "no norm is below the radius"


def test_a_triangular_network_vanishes_provably_although_its_norm_is_large() -> None:
    net = given(MATRICES["triangular"], 2000)
    assert spectral_radius_of_absolutes(MATRICES["triangular"]) == 0.5
    assert claim(PLAIN, net).log10 > 100
    assert claim(SCALED, net).log10 < -100


def test_the_radius_of_a_matrix_that_is_not_square_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(2, 3\) has no eigenvalues .* ask for its singular values"):
        spectral_radius_of_absolutes(np.ones((2, 3)))
    with pytest.raises(ValueError, match="are not given; there is nothing to scale"):
        diagonal_scaling(sg.rnn(width=3, steps=2))
