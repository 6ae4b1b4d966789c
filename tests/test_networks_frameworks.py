"""What frameworks draw by default: interval, variance and number of biases of each law, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from recurrent_twins import Twin

import symgrad as sg
from symgrad.networks import CELLS, OrthogonalWeights, Recurrence, UniformBiases, UniformWeights

N, M = sp.symbols("n m", positive=True, integer=True)


@pytest.mark.parametrize("build", [sg.rnn, sg.lstm, sg.gru])
def test_pytorch_draws_everything_up_to_one_over_the_root_of_the_width(build: object) -> None:
    (layer,) = build(N, 3, law="pytorch", input_width=M).layers  # type: ignore[operator]
    for name in layer.cell.recurrent:
        assert layer.matrix(name).entry_bound(N) == 1 / sp.sqrt(N)
    for name in layer.cell.inputs:
        assert sp.simplify(layer.matrix(name).entry_bound(M) - 1 / sp.sqrt(N)) == 0
    for name in layer.cell.biases:
        assert layer.vector(name).bound == 1 / sp.sqrt(N)


def test_the_two_biases_of_a_gate_are_added_where_a_cell_has_one() -> None:
    (layer,) = sg.gru(8, 3, law="pytorch").layers
    assert {name: layer.vector(name).terms for name in layer.cell.biases} == {"b_r": 2, "b_z": 2, "b_n": 1, "d_n": 1}
    (layer,) = sg.lstm(8, 3, law="pytorch", forget_bias=1).layers
    assert layer.vector("b_f").words == "bias 1"
    assert layer.vector("b_i") == UniformBiases(1 / sp.sqrt(8), 2)


def test_what_is_drawn_by_default_is_so_spread() -> None:
    inputs = Twin(sg.rnn(4, 1, law="pytorch", input_width=2000), 3, 0).parameters(1)
    assert np.abs(inputs[0, "W"]).max() <= 0.5  # by the width 4, and not by the 2000 inputs
    assert np.mean(inputs[0, "W"] ** 2) == pytest.approx(1 / 12, rel=0.05)  # five deviations for 8000 uniform numbers


def uniform(terms: int) -> np.ndarray:
    biases = {"b_z": UniformBiases(sp.S.Half, terms), "b_f": UniformBiases(sp.S.Half, terms)}
    net = sg.recurrence("input_gated", 4096, 1, input_width=1, biases=biases)
    found = Twin(net, 3, 0).parameters(1)
    assert not (found[0, "b_z"] == found[0, "b_f"]).any()
    return found[0, "b_z"]


def test_uniform_biases_and_sums_of_two() -> None:
    """Five standard errors: those of a mean, and 5 sqrt(kurtosis / 4096) of a mean square, below 0.09."""
    for terms in (1, 2):
        drawn = uniform(terms)
        assert np.abs(drawn).max() <= terms / 2
        assert np.abs(drawn).max() > 0.97 * terms / 2
        assert abs(drawn.mean()) < 5 * drawn.std() / 64
        assert np.mean(drawn**2) == pytest.approx(terms / 12, rel=0.09)


def test_keras_draws_orthogonal_recurrent_weights_and_glorot_inputs() -> None:
    (layer,) = sg.rnn(N, 3, law="keras", input_width=M).layers
    assert layer.matrix("R") == OrthogonalWeights(1)
    assert sp.simplify(layer.matrix("W").entry_var(M, N) - 2 / (N + M)) == 0
    assert layer.vector("b").bias_var == 0
    with pytest.raises(ValueError, match=r"one matrix with orthonormal rows for all blocks of a lstm.*forget_bias=1"):
        sg.lstm(8, 3, law="keras")


@pytest.mark.parametrize("kind", [{"peepholes": True}, {"forget_gate": False}])
def test_a_cell_that_a_framework_lacks_is_refused(kind: dict[str, bool]) -> None:
    with pytest.raises(
        ValueError, match="PyTorch has no lstm of this kind; it has rnn, lstm with a forget gate, and gru"
    ):
        sg.lstm(8, 3, law="pytorch", **kind)
    with pytest.raises(ValueError, match="PyTorch has no mgu"):
        sg.recurrence(CELLS["mgu"](), 8, 3, law="pytorch")


@pytest.mark.parametrize("option", [{"weight_var": 2}, {"gain": 1}, {"bias_var": 1}, {"input_weight_var": 3}])
def test_what_a_framework_has_by_itself_is_not_given_beside_it(option: dict[str, int]) -> None:
    (name,) = option
    with pytest.raises(ValueError, match=rf"{name} = \d beside law = 'pytorch', which has its own; leave it out"):
        sg.rnn(8, 3, law="pytorch", **option)


@pytest.mark.parametrize(("bound", "terms", "words"), [(0, 1, "above 0"), (-1, 1, "above 0"), (1, 3, "terms = 3")])
def test_uniform_biases_have_a_positive_bound(bound: int, terms: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        UniformBiases(bound, terms)


def test_deeper_layers_take_their_inputs_by_the_width() -> None:
    net: Recurrence = sg.lstm(8, 3, law="pytorch", input_width=2, layers=2)
    assert [layer.matrix("W_f") for layer in net.layers] == [
        UniformWeights(sp.Rational(1, 12)),
        UniformWeights(sp.Rational(1, 3)),
    ]


def test_an_unknown_law_is_told_what_frameworks_there_are() -> None:
    with pytest.raises(ValueError, match="or pytorch or keras for what a framework has by default"):
        sg.rnn(8, 3, law="tensorflow")
