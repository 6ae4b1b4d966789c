"""Laws of the parameters of recurrent networks: what is drawn, what is shared, and what each draw depends on."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from recurrent_twins import Twin

from symgrad import Recurrence, lstm, recurrence, rnn
from symgrad.networks import AntisymmetricWeights, ChronoBiases, IdentityWeights, RingEigenvalues

WIDTH = 64
CHRONO = {"b_f": ChronoBiases(20), "b_i": ChronoBiases(20, -1)}
RING = {"p": RingEigenvalues(0.5, 0.9), "q": RingEigenvalues(0.5, 0.9, is_imaginary=True)}


def parameters(network: Recurrence, step: int = 1, seed: int = 3, trial: int = 1) -> dict[str, np.ndarray]:
    return {
        f"{name}{layer or ''}": array for (layer, name), array in Twin(network, seed, trial).parameters(step).items()
    }


def test_matrices_have_their_laws() -> None:
    """Variances of 4096 entries: five deviations of a mean of as many squares are 5 sqrt(2 / 4096), below 0.12."""
    for law, bound in (
        ("gaussian", np.inf),
        ("uniform", np.sqrt(3 * 2 / WIDTH)),
        ("truncated_normal", 2 / 0.879 * np.sqrt(2 / WIDTH)),
    ):
        drawn = parameters(rnn(WIDTH, 1, law=law, weight_var=2))["R"]
        assert np.mean(drawn**2) * WIDTH == pytest.approx(2, rel=0.12)
        assert np.abs(drawn).max() <= bound
    turn = parameters(rnn(WIDTH, 1, law="orthogonal", weight_var=4))["R"]
    np.testing.assert_allclose(turn.T @ turn, 4 * np.eye(WIDTH), atol=1e-12)
    assert (parameters(rnn(5, 1, law=IdentityWeights(sp.Rational(3, 2))))["R"] == 1.5 * np.eye(5)).all()
    skew = parameters(rnn(WIDTH, 1, law=AntisymmetricWeights(2, 0.25)))["R"]
    assert (skew + 0.25 * np.eye(WIDTH) == -(skew + 0.25 * np.eye(WIDTH)).T).all()
    assert np.mean(skew[np.triu_indices(WIDTH, 1)] ** 2) * WIDTH == pytest.approx(2, rel=0.12)


def test_vectors_have_their_laws() -> None:
    found = parameters(lstm(4000, 1, biases={**CHRONO, "b_g": 2}, bias_var=3, input_mean_square=0, law="identity"))
    assert (found["b_f"] == -found["b_i"]).all()
    lengths = np.exp(found["b_f"])
    assert 1 < lengths.min() < 1.1
    assert 18.9 < lengths.max() < 19
    assert np.mean(lengths) == pytest.approx(10, abs=5 * 18 / np.sqrt(12 * 4000))
    assert (found["b_g"] == 2).all()
    assert np.mean(found["b_o"] ** 2) == pytest.approx(3, rel=5 * np.sqrt(2 / 4000))


def test_both_parts_of_an_eigenvalue_are_of_one_draw() -> None:
    found = parameters(recurrence("diagonal", 4000, 1, biases=RING, input_width=1))
    squares = found["p"] ** 2 + found["q"] ** 2
    assert 0.25 <= squares.min() < 0.26
    assert 0.80 < squares.max() <= 0.81 + 1e-15
    deviation = (0.81 - 0.25) / np.sqrt(12 * 4000)
    assert np.mean(squares) == pytest.approx(0.53, abs=5 * deviation)
    assert abs(np.mean(found["p"])) < 5 * np.sqrt(0.53 / 2 / 4000)


def test_a_draw_depends_on_what_it_is_for_alone() -> None:
    """Not on biases that are zero, on what lies above, or on the number of steps; but on layer, name, trial and seed."""
    plain, more = parameters(lstm(8, 3)), parameters(lstm(8, 9, layers=2, bias_var=1, biases={"b_f": 0}))
    for name, array in plain.items():
        assert (more[name] == array).all()
    seen = [array.tobytes() for array in more.values()]
    assert len(set(seen)) == len(seen)
    for other in ({"trial": 2}, {"seed": 4}):
        assert not any((parameters(lstm(8, 3), **other)[name] == array).any() for name, array in plain.items())


def test_fresh_weights_are_drawn_at_every_step_and_tied_ones_once() -> None:
    fresh, tied = (lstm(6, 5, bias_var=1, tied=each) for each in (False, True))
    one, two = parameters(fresh, 1), parameters(fresh, 2)
    assert not any((one[name] == two[name]).any() for name in one)
    assert all((parameters(tied, 1)[name] == parameters(tied, 2)[name]).all() for name in one)


def test_more_matrices_or_fresh_steps_than_have_counters_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 1023 matrices and vectors"):
        parameters(lstm(1, 1, layers=100))
    with pytest.raises(ValueError, match="4194303 steps have counters of their own"):
        parameters(rnn(1, 2**22, tied=False))
