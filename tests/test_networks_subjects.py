"""Networks as values: frozen, with one form for each, and arrays that nothing outside can change."""

from __future__ import annotations

import copy
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest
import sympy as sp
from copies import pickled

from symgrad.activations import activation
from symgrad.networks import Block, Dense, GaussianBiases, GaussianWeights, GivenBiases, GivenWeights, Network, mlp

TANH, RELU = activation("tanh"), activation("relu")
GAUSSIAN, SILENT = GaussianWeights(1), GaussianBiases(0)
MATRIX = np.array([[0.5, -0.0, 1.5], [2.0, 3.0, -4.0]])
N, L = sp.symbols("n L", integer=True, positive=True)


def dense(fan_in: Any, fan_out: Any, phi: Any = TANH) -> Dense:
    return Dense(fan_in, fan_out, phi, GAUSSIAN, SILENT)


# ------------------------------------------------------------------------------------------------------- given arrays

LAYOUTS = {
    "float16": MATRIX.astype(np.float16),
    "float32": MATRIX.astype(np.float32),
    "longdouble": MATRIX.astype(np.longdouble),
    "big endian": MATRIX.astype(">f8"),
    "fortran": np.asfortranarray(MATRIX),
    "strided": np.repeat(np.repeat(MATRIX, 2, axis=0), 3, axis=1)[::2, ::3],
    "reversed": MATRIX[::-1, ::-1].copy()[::-1, ::-1],
    "unaligned": np.frombuffer(b"." + MATRIX.tobytes(), dtype="V1")[1:].view(np.float64).reshape(2, 3),
    "read-only": np.broadcast_to(MATRIX, (2, 3)),
    "list": MATRIX.tolist(),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_float_type_and_memory_layout_gives_the_same_weights(layout: str) -> None:
    given = LAYOUTS[layout]
    before = np.array(given, copy=True)
    law = GivenWeights(given)  # type: ignore[arg-type]
    assert law == GivenWeights(MATRIX)
    assert hash(law) == hash(GivenWeights(MATRIX))
    assert (law.array.dtype, law.array.flags.c_contiguous, law.array.flags.writeable) == (np.float64, True, False)
    np.testing.assert_array_equal(np.asarray(given), before)


def test_integers_are_numbers_too() -> None:
    assert GivenBiases(np.array([1, 2], dtype=np.uint8)) == GivenBiases([1.0, 2.0])  # type: ignore[arg-type]


def test_later_changes_of_the_callers_array_do_not_reach_the_network() -> None:
    mine = MATRIX.copy()
    net = mlp(weights=[mine])
    mine[:] = 7.0
    assert net == mlp(weights=[MATRIX])
    assert mine.flags.writeable


@pytest.mark.parametrize("again", [pickled, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"])
def test_weights_cannot_be_written_to_not_even_after_a_copy(again: Any) -> None:
    """NumPy makes the arrays of a pickle writeable; ours are made read-only again."""
    net = again(mlp(weights=[MATRIX], biases=[[1.0, 2.0]]))
    (layer,) = net.layers()
    for law in (layer.weights, layer.biases):
        with pytest.raises(ValueError, match="read-only"):
            law.array[...] = 0.0
        with pytest.raises(FrozenInstanceError):
            law.array = MATRIX


def test_a_negative_zero_is_a_zero_and_hashes_like_one() -> None:
    plus, minus = GivenWeights(np.zeros((1, 1))), GivenWeights(-np.zeros((1, 1)))
    assert plus == minus
    assert hash(plus) == hash(minus)


def test_weights_are_told_apart_by_number_shape_and_kind() -> None:
    assert GivenWeights(MATRIX) != GivenWeights(MATRIX + 1)
    assert GivenWeights(np.zeros((2, 3))) != GivenWeights(np.zeros((3, 2)))
    assert GivenWeights(MATRIX) != GaussianWeights(1)
    assert len({mlp(weights=[MATRIX]), mlp(weights=[MATRIX]), mlp(weights=[MATRIX * 2])}) == 2


# ------------------------------------------------------------------------------------------- descriptions check themselves


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: GaussianWeights(-1), "weight_var = -1 is out of range"),
        (lambda: GaussianBiases(sp.Rational(-1, 2)), "bias_var = -1/2 is out of range"),
        (lambda: GaussianWeights("1"), "weight_var = '1' is not a number"),
        (lambda: dense(0, 3), "fan_in is 0; a width is a positive integer"),
        (lambda: dense(3, 1.5), "fan_out is 1.5"),
        (lambda: Dense(2, 2, TANH, GivenWeights(MATRIX), SILENT), r"have shape \(2, 3\); .* ask for \(2, 2\)"),
        (lambda: Dense(3, N, TANH, GivenWeights(MATRIX), SILENT), r"have shape \(2, 3\); .* ask for \(n, 3\)"),
        (lambda: Dense(3, 2, TANH, GAUSSIAN, GivenBiases([1.0])), r"have shape \(1,\); .* ask for \(2,\)"),
        (lambda: Block(dense(3, 3), -1), "times is -1"),
        (lambda: Block(dense(3, 2), 2), "a layer with 3 inputs and 2 outputs cannot be repeated 2 times"),
        (lambda: Network((), 0), "the width of layer 0 is 0"),
        (lambda: Network((Block(dense(3, 3), 1),), 4), "layer 1 takes 3 inputs, but layer 0 has 4 outputs"),
        (
            lambda: Network((Block(dense(3, 3), 5), Block(dense(2, 3), 1)), 3),
            "layer 6 takes 2 inputs, but layer 5 has 3 outputs",
        ),
        (lambda: Network((), 3, -1), "input_mean_square = -1 is out of range"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_description_that_cannot_be_is_refused_however_it_is_made(make: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


def test_numbers_become_exact_however_a_description_is_made() -> None:
    assert GaussianWeights(0.1).weight_var == sp.Rational(1, 10)
    assert Block(dense(3, 3), np.int64(2)).times == sp.Integer(2)


def test_only_gaussian_layers_have_variances() -> None:
    drawn = Dense(3, 2, TANH, GaussianWeights(2), GaussianBiases(1))
    assert (drawn.weight_var, drawn.bias_var) == (2, 1)
    given = Dense(3, 2, TANH, GivenWeights(MATRIX), GivenBiases([0.0, 0.0]))
    with pytest.raises(ValueError, match="the weights of the layer are given"):
        _ = given.weight_var
    with pytest.raises(ValueError, match="the biases of the layer are given"):
        _ = given.bias_var


# ------------------------------------------------------------------------------------------------- one form for each


def test_equal_networks_are_equal_however_they_are_blocked() -> None:
    whole = Network((Block(dense(3, 3), 5),), 3)
    parts = Network((Block(dense(3, 3), 2), Block(dense(3, 3, RELU), 0), Block(dense(3, 3), 3)), 3)
    assert parts == whole == mlp(width=3, depth=5)
    assert hash(parts) == hash(whole)
    assert parts != replace(whole, input_mean_square=2)
    assert parts != mlp(width=3, depth=5, activation="relu")


def test_networks_are_frozen_and_survive_pickling() -> None:
    for net in (mlp(width=N, depth=L, weight_var=sp.Symbol("v")), mlp(weights=[MATRIX]), mlp(width=2, depth=0)):
        assert pickled(net) == net
        assert hash(pickled(net)) == hash(net)
        with pytest.raises(FrozenInstanceError):
            net.blocks = ()  # type: ignore[misc]


def test_layers_are_listed_in_the_order_of_the_forward_pass() -> None:
    net = Network((Block(dense(2, 3), 1), Block(dense(3, 3, RELU), 2), Block(dense(3, 1), 1)), 2)
    assert list(net.layers()) == [dense(2, 3), dense(3, 3, RELU), dense(3, 3, RELU), dense(3, 1)]
    assert (net.depth, net.widths, net.activations) == (4, (2, 3, 3, 1), (TANH, RELU))
    with pytest.raises(ValueError, match="depth L is a symbol; give it a number to list the layers"):
        list(mlp(width=2, depth=L).layers())


@pytest.mark.parametrize("layer", range(5))
def test_the_rest_behind_a_layer_has_the_layers_that_are_left(layer: int) -> None:
    net = Network((Block(dense(2, 3), 1), Block(dense(3, 3, RELU), 2), Block(dense(3, 1), 1)), 2)
    assert list(net.after(layer).layers()) == list(net.layers())[layer:]
    assert net.after(layer).input_width == [2, 3, 3, 3, 1][layer]


@pytest.mark.parametrize("layer", [-1, 5])
def test_there_is_nothing_behind_a_layer_that_is_not_there(layer: int) -> None:
    with pytest.raises(ValueError, match=f"layer {layer} is out of range; the network has depth 4"):
        mlp(width=2, depth=4).after(layer)


def test_the_rest_of_a_network_of_symbolic_depth_is_symbolic_too() -> None:
    assert mlp(width=2, depth=L).after(1).depth == L - 1
    with pytest.raises(ValueError, match="layer 5 is out of range"):
        mlp(width=2, depth=L).after(5)  # L may be 3


def test_the_width_can_be_changed_unless_the_weights_are_given() -> None:
    assert mlp(width=8, depth=3, bias_var=1).with_width(16) == mlp(width=16, depth=3, bias_var=1)
    assert mlp(widths=[2, 3, 4]).with_width(5) == mlp(width=5, depth=2)
    for net in (mlp(weights=[MATRIX]), Network((Block(Dense(3, 2, TANH, GAUSSIAN, GivenBiases([1, 2])), 1),), 3)):
        with pytest.raises(ValueError, match="weights or biases of a layer are given"):
            net.with_width(5)
    with pytest.raises(ValueError, match="width is 0"):
        mlp(width=8, depth=3).with_width(0)


@pytest.mark.parametrize(
    ("net", "text"),
    [
        (mlp(width=8, depth=3, activation="relu", weight_var=2), "MLP of depth 3, width 8, relu, weight_var 2"),
        (mlp(width=N, depth=L, bias_var=0.5), "MLP of depth L, width n, tanh, weight_var 1, bias_var 1/2"),
        (mlp(widths=[3, 5, 3]), "MLP of depth 2, width 3-5-3, tanh, weight_var 1"),
        (mlp(widths=list(range(1, 12))), "MLP of depth 10, width 1-2-…-11, tanh, weight_var 1"),
        (mlp(weights=[MATRIX]), "MLP of depth 1, width 3-2, tanh, given weights"),
        (mlp(weights=[MATRIX], biases=[[1, 2]]), "MLP of depth 1, width 3-2, tanh, given weights, given biases"),
        (mlp(width=4, depth=0), "MLP of depth 0, width 4, no activation"),
    ],
)
def test_a_network_is_described_in_a_line(net: Network, text: str) -> None:
    assert str(net) == text
