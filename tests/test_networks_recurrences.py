"""Recurrent networks as subjects: what is described, how it is told, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp
from copies import pickled

import symgrad as sg
from symgrad.networks import (
    CELLS,
    AntisymmetricWeights,
    ChronoBiases,
    ConstantBiases,
    GaussianBiases,
    GaussianWeights,
    GivenBiases,
    GivenInputs,
    GivenWeights,
    IdentityWeights,
    OrthogonalWeights,
    Recurrence,
    RecurrentLayer,
    RingEigenvalues,
    WhiteInputs,
)

N, T = sp.Symbol("n", integer=True, positive=True), sp.Symbol("T", integer=True, nonnegative=True)
RNG = np.random.default_rng(0)


def torch_like(blocks: int, width: int, inputs: int, layers: int = 1) -> dict[str, Any]:
    found = {}
    for place in range(layers):
        columns = inputs if place == 0 else width
        found |= {
            f"weight_ih_l{place}": RNG.normal(size=(blocks * width, columns)),
            f"weight_hh_l{place}": RNG.normal(size=(blocks * width, width)),
            f"bias_ih_l{place}": RNG.normal(size=blocks * width),
            f"bias_hh_l{place}": RNG.normal(size=blocks * width),
        }
    return found


@pytest.mark.parametrize(
    ("network", "told"),
    [
        (sg.rnn(width=8, steps=5), "rnn of width 8, 5 steps, tanh, weight_var 1"),
        (sg.rnn(width=N, steps=T, activation="relu"), "rnn of width n, T steps, relu, weight_var 1"),
        (sg.rnn(8, 5, law="identity", activation="relu"), "rnn of width 8, 5 steps, relu, identity weights"),
        (
            sg.rnn(8, 5, gain=0.5, tied=False),
            "rnn of width 8, 5 steps, tanh, weight_var 1/4, fresh weights at every step",
        ),
        (sg.rnn(8, 5, leak=0.25), "leaky rnn of width 8, 5 steps, tanh, weight_var 1"),
        (
            sg.rnn(8, 5, state_mean_square=2, input_mean_square=0),
            "rnn of width 8, 5 steps, tanh, weight_var 1, no input, state_mean_square 2",
        ),
        (sg.lstm(8, 5, layers=2), "2 layers of lstm of width 8, 5 steps, weight_var 1"),
        (
            sg.lstm(8, 5, biases={"b_f": ChronoBiases(50), "b_i": ChronoBiases(50, -1)}),
            "lstm of width 8, 5 steps, weight_var 1, minus chrono biases up to 50 steps (b_i), chrono biases up to 50 steps (b_f)",
        ),
        (sg.gru(8, 5, bias_var=0.1), "gru of width 8, 5 steps, weight_var 1, bias_var 1/10"),
        (
            sg.gru(8, 5, law={"R_z": GaussianWeights(0)}),
            "gru of width 8, 5 steps, weight_var 1 (R_r, R_n), weight_var 0 (R_z)",
        ),
        (sg.rnn(steps=5, weights=torch_like(1, 3, 2)), "rnn of width 3, 5 steps, tanh, given weights, given biases"),
        (sg.rnn(2, inputs=np.eye(2)), "rnn of width 2, 2 steps, tanh, weight_var 1, given inputs"),
    ],
)
def test_a_network_is_told_in_a_line(network: Recurrence, told: str) -> None:
    assert str(network) == told
    assert repr(network) == f"<Recurrence: {told}>"


def test_a_network_knows_its_numbers() -> None:
    network = sg.lstm(width=N, steps=T, weight_var=sp.Symbol("v", positive=True), layers=2)
    assert {str(each) for each in network.free_symbols} == {"n", "T", "v"}
    assert network.depth == network.steps == T
    assert network.widths == (N, N)
    assert [phi.name for phi in network.activations] == ["sigmoid", "tanh"]
    assert network.with_steps(7).steps == 7
    assert network.with_width(9).widths == (9, 9)
    assert network.tied


def test_a_network_is_a_value() -> None:
    weights = torch_like(4, 3, 2)
    network = sg.lstm(steps=5, weights=weights)
    assert sg.lstm(steps=5, weights=weights) == network == pickled(network)
    assert hash(network) == hash(pickled(network))
    assert sg.lstm(steps=6, weights=weights) != network
    inputs = sg.rnn(2, inputs=np.eye(2))
    assert pickled(inputs) == inputs
    assert hash(pickled(inputs)) == hash(inputs)
    assert sg.rnn(2, inputs=2 * np.eye(2)) != inputs


def test_a_law_is_given_by_name_or_for_each_matrix() -> None:
    (layer,) = sg.gru(4, 3, law={"R_z": OrthogonalWeights(1)}, weight_var=2, input_weight_var=3).layers
    assert layer.recurrent == (GaussianWeights(2), OrthogonalWeights(1), GaussianWeights(2))
    assert layer.matrix("W_z") == GaussianWeights(3)
    (layer,) = sg.recurrence("euler", 4, 3, law=AntisymmetricWeights(1, 0.1)).layers
    assert layer.recurrent[0].damping == sp.Rational(1, 10)
    (layer,) = sg.rnn(4, 3, law=IdentityWeights(0.9)).layers
    assert layer.recurrent == (IdentityWeights(sp.Rational(9, 10)),)
    (layer,) = sg.recurrence("euler", 4, 3, law="antisymmetric", weight_var=2).layers
    assert layer.recurrent == (AntisymmetricWeights(2),)


def test_biases_are_numbers_arrays_or_laws() -> None:
    (layer,) = sg.lstm(2, 3, forget_bias=1, biases={"b_i": [1.0, 2.0], "b_o": GaussianBiases(2)}).layers
    assert layer.vector("b_f") == ConstantBiases(1)
    assert layer.vector("b_i") == GivenBiases([1, 2])
    assert layer.vector("b_o") == GaussianBiases(2)
    assert layer.vector("b_g") == GaussianBiases(0)
    ring = {"p": RingEigenvalues(0.5, 0.9), "q": RingEigenvalues(0.5, 0.9, is_imaginary=True)}
    assert "eigenvalues on a ring from 1/2 to 9/10" in str(sg.recurrence("diagonal", 4, 3, biases=ring))


def test_blocks_of_pytorch_are_read_in_the_order_of_the_cell() -> None:
    weights = torch_like(4, 3, 2)
    (layer,) = sg.lstm(steps=5, weights=weights).layers
    for place, gate in enumerate("ifgo"):
        rows = slice(3 * place, 3 * place + 3)
        assert layer.matrix(f"R_{gate}") == GivenWeights(weights["weight_hh_l0"][rows])
        assert layer.matrix(f"W_{gate}") == GivenWeights(weights["weight_ih_l0"][rows])
        both = weights["bias_ih_l0"][rows] + weights["bias_hh_l0"][rows]
        assert layer.vector(f"b_{gate}") == GivenBiases(both)


def test_the_candidate_of_a_gru_keeps_its_two_biases_apart() -> None:
    weights = torch_like(3, 2, 2)
    (layer,) = sg.gru(steps=5, weights=weights).layers
    assert layer.vector("b_n") == GivenBiases(weights["bias_ih_l0"][4:])
    assert layer.vector("d_n") == GivenBiases(weights["bias_hh_l0"][4:])
    (before,) = sg.gru(steps=5, weights=weights, reset_after=False).layers
    assert before.vector("b_n") == GivenBiases(weights["bias_ih_l0"][4:] + weights["bias_hh_l0"][4:])


def test_stacked_weights_make_stacked_layers() -> None:
    network = sg.gru(steps=5, weights=torch_like(3, 2, 4, layers=3))
    assert [(layer.input_width, layer.width) for layer in network.layers] == [(4, 2), (2, 2), (2, 2)]
    without = {name: array for name, array in torch_like(3, 2, 4).items() if name.startswith("weight")}
    assert sg.gru(steps=5, weights=without).layers[0].vector("b_r") == GivenBiases(np.zeros(2))


def test_given_arrays_are_copied() -> None:
    weights = torch_like(1, 3, 3)
    before = weights["weight_hh_l0"].copy()
    (layer,) = sg.rnn(steps=5, weights=weights).layers
    weights["weight_hh_l0"][:] = 0
    assert layer.matrix("R") == GivenWeights(before)
    with pytest.raises(ValueError, match="read-only"):
        layer.matrix("R").array[0, 0] = 1  # type: ignore[union-attr]


OWN = RecurrentLayer(
    CELLS["rnn"](), 3, 2, (("R", GaussianWeights(1)), ("W", GaussianWeights(1))), (("b", GaussianBiases(0)),)
)
TWO = {"weight_ih_l0": np.eye(2), "weight_hh_l0": np.eye(2)}


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (lambda: sg.rnn(steps=3), "width is missing; give a number"),
        (lambda: sg.rnn(width=3), "steps is missing; give a number of steps"),
        (lambda: sg.rnn(width=0, steps=3), "width is 0; a width is a positive integer"),
        (lambda: sg.rnn(width=3, steps=-1), "steps is -1; it must be an integer, not negative"),
        (lambda: sg.rnn(3, 3, gain=-1), "gain = -1 is out of range"),
        (lambda: sg.rnn(3, 3, gain=1, weight_var=1), "gain = 1 beside weight_var = 1, which is its square"),
        (lambda: sg.rnn(3, 3, leak=2), "leak = 2 is out of range; it must be above 0 and at most 1"),
        (lambda: sg.rnn(3, 3, weight_var=-1), "weight_var = -1 is out of range"),
        (lambda: sg.rnn(3, 3, law="cauchy"), "law = 'cauchy' is unknown; the laws of recurrent weights are gaussian"),
        (lambda: sg.rnn(3, 3, law="identity", weight_var=2), "the identity has no weight_var"),
        (lambda: sg.rnn(3, 3, law=GaussianWeights(1), weight_var=2), "weight_var = 2 beside a law of its own"),
        (lambda: sg.rnn(3, 3, law={"R_q": GaussianWeights(1)}), "there is no matrix R_q in rnn; it has R, W"),
        (lambda: sg.rnn(3, 3, biases={"b_f": 1}), "there is no vector b_f in rnn; it has b"),
        (lambda: sg.lstm(3, 3, forget_gate=False, forget_bias=1), "forget_bias = 1, but there is no forget gate"),
        (lambda: sg.lstm(3, 3, forget_bias=1, biases={"b_f": 2}), "forget_bias = 1 beside the b_f of biases"),
        (lambda: sg.rnn(3, inputs=np.ones((2, 3)), input_mean_square=2), "input_mean_square = 2 beside given inputs"),
        (lambda: sg.rnn(steps=3, weights=TWO, biases={"b": [1, 2]}), "^biases beside given weights"),
        (lambda: sg.rnn(3, 3, layers=0), "layers = 0 is no number of layers"),
        (lambda: sg.recurrence("elman", 3, 3), "cell = 'elman' is unknown; the cells are rnn, leaky"),
        (lambda: sg.rnn(3, 3, input_mean_square=-1), "input_mean_square = -1 is out of range"),
        (lambda: sg.rnn(3, 3, state_mean_square=-1), "state_mean_square = -1 is out of range"),
        (lambda: sg.rnn(3, 3, inputs=np.zeros((2, 3))), "inputs are given for 2 steps, and the network has 3"),
        (lambda: sg.rnn(3, 2, inputs=np.zeros((2, 4))), "the inputs have 4 entries, and the network takes 3"),
        (lambda: sg.rnn(3, 3, weights=TWO), "width = 3 beside given weights, which have their own"),
        (lambda: sg.rnn(steps=3, weights=TWO, tied=False), "given weights are the same at every step"),
        (lambda: sg.lstm(steps=3, weights=TWO), "weight_hh_l0 has 2 rows; lstm has 4 blocks, i, f, g, o"),
        (
            lambda: sg.lstm(steps=3, weights=torch_like(3, 4, 4)),
            r"weight_hh_l0 has shape \(12, 4\); recurrent weights of 4 units have 16 rows",
        ),
        (lambda: sg.rnn(steps=3, weights=[np.eye(2)]), "the weights of a recurrent network have names"),
        (lambda: sg.mlp(weights=TWO), "weights have names, weight_ih_l0, weight_hh_l0; a perceptron takes one array"),
        (lambda: sg.rnn(steps=3, weights={"kernel": np.eye(2)}), "'kernel' is no weight of a recurrent layer"),
        (lambda: sg.rnn(steps=3, weights={"weight_ih_l0": np.eye(2)}), "weight_hh_l0 is missing"),
        (lambda: sg.rnn(steps=3, weights={**TWO, "bias_ih_l0": [np.nan, 0]}), "bias_ih_l0 contain nan"),
        (lambda: sg.lstm(steps=3, weights=TWO, peepholes=True), "lstm has p_i, which PyTorch has not"),
        (lambda: Recurrence((), 3), "a recurrent network without a layer has no state"),
        (lambda: Recurrence((OWN, OWN), 3), "recurrent layer 2 takes 2 inputs, but the one before gives 3"),
        (lambda: ChronoBiases(2), "the longest memory is 2; it must be above 2 steps"),
        (lambda: ChronoBiases(5, 0), "sign = 0 is neither 1 nor -1"),
        (lambda: RingEigenvalues(0.9, 0.5), "radii 9/10 and 1/2 are no ring"),
        (lambda: sg.rnn(steps=3, weights=TWO).with_width(5), "the width cannot be changed"),
        (lambda: sg.rnn(2, inputs=np.eye(2)).with_width(5), "the inputs are given, so the width cannot be changed"),
        (lambda: sg.rnn(2, inputs=np.eye(2)).with_steps(5), "inputs are given for 2 steps, and the network has 5"),
    ],
)
def test_what_cannot_be_is_refused(build: Callable[[], Recurrence], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        build()


def test_an_array_of_another_shape_is_refused() -> None:
    laws = (("R", GivenWeights(np.eye(2))), ("W", GaussianWeights(1)))
    with pytest.raises(ValueError, match=r"R of rnn has shape \(2, 2\); its widths ask for \(3, 3\)"):
        RecurrentLayer(CELLS["rnn"](), 3, 2, laws, (("b", GaussianBiases(0)),))
    laws = (("R", GaussianWeights(1)), ("W", GaussianWeights(1)))
    with pytest.raises(ValueError, match=r"b of rnn has shape \(2,\); its widths ask for \(3,\)"):
        RecurrentLayer(CELLS["rnn"](), 3, 2, laws, (("b", GivenBiases([1, 2])),))


def test_no_steps_and_very_many_cost_nothing() -> None:
    assert sg.rnn(3, 0).depth == 0
    assert sg.lstm(512, 10**6).depth == 10**6


def test_behind_a_step_there_are_the_other_inputs() -> None:
    inputs = RNG.normal(size=(5, 2))
    behind = sg.rnn(2, inputs=inputs).after(3)
    assert behind.steps == 2
    assert behind.inputs == GivenInputs(inputs[3:])
    assert sg.rnn(2, 5).after(5).steps == 0
    assert sg.rnn(2, inputs=inputs).after(5).steps == 0
    for step in (-1, 6):
        with pytest.raises(ValueError, match=f"step {step} is out of range; the network has 5 steps"):
            sg.rnn(2, 5).after(step)


def test_inputs_that_are_told_as_usual_are_equal() -> None:
    assert WhiteInputs(1) == sg.rnn(3, 3).inputs
    assert GivenInputs(np.eye(2)) != WhiteInputs(1)
