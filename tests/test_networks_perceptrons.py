"""Builders: what a user writes becomes the network that was meant, or a message that says where it went wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from scipy import stats

from symgrad.activations import activation
from symgrad.networks import (
    Block,
    Dense,
    DrawnWeights,
    GaussianBiases,
    GaussianWeights,
    GivenBiases,
    GivenWeights,
    Network,
    OrthogonalWeights,
    TruncatedNormalWeights,
    UniformWeights,
    mlp,
)
from symgrad.networks.arguments import LAWS

N, L, V = sp.Symbol("n"), sp.Symbol("L"), sp.Symbol("v", positive=True)
TWO, THREE = np.arange(6.0).reshape(3, 2), np.arange(12.0).reshape(4, 3)  # the weights of a network 2-3-4


def refused(words: str, **given: Any) -> None:
    with pytest.raises(ValueError, match=words):
        mlp(**given)


# -------------------------------------------------------------------------------------------------------- drawn weights


def test_a_network_has_what_was_asked_for() -> None:
    net = mlp(width=8, depth=3, activation="relu", weight_var=2, bias_var=0.5, input_mean_square=3)
    assert (net.depth, net.widths, net.input_mean_square) == (3, (8, 8), 3)
    (layer,) = set(net.layers())
    assert layer == Dense(8, 8, activation("relu"), GaussianWeights(2), GaussianBiases(sp.Rational(1, 2)))


def test_widths_may_be_listed() -> None:
    net = mlp(widths=[3, 5, 5, 2], activation="tanh")
    assert [(int(layer.fan_in), int(layer.fan_out)) for layer in net.layers()] == [(3, 5), (5, 5), (5, 2)]
    assert mlp(widths=[4, 4, 4]) == mlp(width=4, depth=2)
    assert mlp(widths=[4]) == mlp(width=4, depth=0)


def test_an_activation_may_be_a_name_an_expression_or_made() -> None:
    x = sp.Symbol("x", real=True)
    made = activation("tanh")
    assert mlp(2, 1, "tanh") == mlp(2, 1, made)
    assert next(mlp(2, 1, sp.tanh(x)).layers()).activation.expression == made.expression


def test_widths_depth_and_variances_may_be_symbols() -> None:
    net = mlp(width=N, depth=L, weight_var=V, bias_var=2 * V)
    assert (net.depth, net.widths[0], net.free_symbols) == (L, N, {N, L, V})
    assert mlp(widths=[N, 2 * N, 3]).free_symbols == {N}
    assert mlp(width=3, depth=2).free_symbols == set()


@pytest.mark.parametrize("depth", [10**6, 10**30])
def test_depth_costs_nothing(depth: int) -> None:
    """A network of depth 10^30 could not be listed layer by layer."""
    assert mlp(width=10**30, depth=depth).depth == depth
    assert mlp(weights=0.5, depth=depth).depth == depth


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "width is missing; give a number or a SymPy symbol"),
        ({"width": 3}, "depth is missing"),
        ({"depth": 3}, "width is missing"),
        ({"width": 0, "depth": 3}, "the width of layer 0 is 0; a width is a positive integer or a symbol"),
        ({"width": -2, "depth": 3}, "the width of layer 0 is -2"),
        ({"width": 2.5, "depth": 3}, "the width of layer 0 is 2.5"),
        ({"width": sp.Symbol("n", negative=True), "depth": 3}, "the width of layer 0 is n"),
        ({"width": True, "depth": 3}, "the width of layer 0 = True is not a number"),
        ({"width": "3", "depth": 3}, "the width of layer 0 = '3' is not a number"),
        ({"width": [3], "depth": 3}, r"the width of layer 0 = \[3\] is not a number"),
        ({"width": sp.oo, "depth": 3}, "the width of layer 0 = oo is not finite"),
        ({"width": 3, "depth": -1}, "depth is -1; it must be an integer, not negative, or a symbol"),
        ({"width": 3, "depth": 0.5}, "depth is 0.5"),
        ({"width": 3, "depth": float("nan")}, "depth = nan is not finite"),
        ({"width": 3, "depth": False}, "depth = False is not a number"),
        ({"widths": []}, r"widths = \[\] holds no widths"),
        ({"widths": "345"}, "widths = '345' holds no widths"),
        ({"widths": [3, 0, 4]}, "the width of layer 1 is 0"),
        ({"widths": [3, 4, -1]}, "the width of layer 2 is -1"),
        ({"widths": [3, 4], "depth": 5}, "depth = 5, but there are 1 layers"),
        ({"widths": [3], "depth": 5}, "but the layers have widths"),
        ({"widths": [3, 4], "width": 3}, "width = 3, but the layers have widths 3, 4"),
        ({"weight_var": -1}, "weight_var = -1 is out of range"),
        ({"weight_var": 1j}, "weight_var = 1j is out of range"),
        ({"weight_var": "2"}, "weight_var = '2' is not a number"),
        ({"weight_var": "2"}, "weight_var = .2. is not a number"),
        ({"bias_var": -0.1}, "bias_var = -0.1 is out of range"),
        ({"bias_var": float("inf")}, "bias_var = inf is not finite"),
        ({"input_mean_square": -1}, "input_mean_square = -1 is out of range"),
        ({"biases": [np.zeros(3)]}, "biases were given without weights"),
        ({"activation": "sigmod"}, "unknown activation 'sigmod'; near names: sigmoid"),
    ],
)
def test_a_request_that_makes_no_network_is_refused(given: dict[str, Any], words: str) -> None:
    plain = {"width": 3, "depth": 2} if given and not {"width", "depth", "widths"} & set(given) else {}
    refused(words, **plain, **given)


# -------------------------------------------------------------------------------------------------------- given weights


def test_given_weights_set_the_widths() -> None:
    net = mlp(activation="relu", weights=[TWO, THREE], biases=[np.ones(3), np.zeros(4)])
    assert (net.depth, net.widths, net.input_width) == (2, (2, 3, 4), 2)
    first, second = net.layers()
    np.testing.assert_array_equal(first.weights.array, TWO)  # type: ignore[union-attr]
    np.testing.assert_array_equal(first.biases.array, np.ones(3))  # type: ignore[union-attr]
    assert second == Dense(3, 4, activation("relu"), GivenWeights(THREE), GivenBiases(np.zeros(4)))


def test_biases_that_are_left_out_are_zero() -> None:
    assert mlp(weights=[TWO]) == mlp(weights=[TWO], biases=[np.zeros(3)])


def test_matrices_may_come_as_lists_tuples_an_iterator_or_one_array() -> None:
    square = np.array([[1.0, 2.0], [3.0, 4.0]])
    wanted = mlp(weights=[square, square])
    assert mlp(weights=(square, square.tolist())) == wanted
    assert mlp(weights=iter([square, square])) == wanted
    assert mlp(weights=np.stack([square, square])) == wanted
    assert wanted.blocks == (Block(Dense(2, 2, activation("tanh"), GivenWeights(square), GivenBiases([0, 0])), 2),)


@pytest.mark.parametrize("weight", [0.5, np.float32(0.5), sp.Rational(1, 2), np.array(0.5)])
def test_one_number_is_the_weight_of_a_chain(weight: Any) -> None:
    net = mlp(weights=weight, depth=4)
    assert net == mlp(weights=[[[0.5]]] * 4)
    assert net == mlp(width=1, depth=4, weights=weight)
    assert mlp(weights=weight, depth=L).depth == L
    assert mlp(weights=weight, biases=[[1], [2]]).depth == 2
    assert mlp(weights=weight, depth=0).depth == 0


def test_what_agrees_with_the_weights_may_be_said_as_well() -> None:
    net = mlp(weights=[TWO, THREE])
    assert mlp(weights=[TWO, THREE], depth=2, widths=[2, 3, 4]) == net
    refused("depth = 3, but there are 2 layers", weights=[TWO, THREE], depth=3)
    refused("width = 3, but the layers have widths 2, 3, 4", weights=[TWO, THREE], width=3)
    refused(r"widths = \[2, 4\], but the layers have widths 2, 3, 4", weights=[TWO, THREE], widths=[2, 4])


@pytest.mark.parametrize("weights", [1, [TWO, THREE]])
def test_the_law_of_given_weights_is_refused_rather_than_ignored(weights: Any) -> None:
    refused(
        "weight_var = 1 beside given weights, which are not drawn; leave one of them out", weights=weights, weight_var=1
    )
    refused(
        "bias_var = 0 beside given weights, whose biases are not drawn; give biases instead",
        weights=weights,
        bias_var=0,
    )
    biases = None if weights == 1 else [np.ones(3), np.zeros(4)]
    refused("bias_var = 2 beside given weights", weights=weights, biases=biases, bias_var=2)


HOLED = np.array([[1.0, 2.0, 3.0], [4.0, np.nan, 6.0]])


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (np.zeros((2, 2)), "layer 2 takes 2 inputs, but layer 1 has 3 outputs"),
        (np.zeros((0, 3)), r"layer 2: the weights have shape \(0, 3\); give a non-empty 2-dimensional array"),
        (np.zeros(3), r"layer 2: the weights have shape \(3,\)"),
        (np.zeros((1, 2, 3)), r"layer 2: the weights have shape \(1, 2, 3\)"),
        (HOLED, r"layer 2: the weights contain nan at \(1, 1\); every entry must be a finite double"),
        (np.where(np.isnan(HOLED), -np.inf, HOLED), r"layer 2: the weights contain -inf at \(1, 1\)"),
        (np.full((1, 3), np.longdouble("1e400")), r"layer 2: the weights contain (1e\+400|inf) at \(0, 0\)"),
        (np.ones((2, 3), dtype=bool), "layer 2: the weights have dtype bool; give real numbers"),
        (np.ones((2, 3), dtype=complex), "layer 2: the weights have dtype complex128"),
        ([["1", "2", "3"]], "layer 2: the weights have dtype <U1"),
        ([[V, V, V]], "layer 2: the weights have dtype object"),
        ([[None, 1.0, 2.0]], "layer 2: the weights have dtype object"),
        ([[1.0, 2.0], [3.0]], "layer 2: the weights are not an array, since their rows differ in length"),
    ],
)
def test_a_matrix_that_does_not_fit_is_refused_with_its_layer(second: Any, words: str) -> None:
    refused(words, weights=[TWO, second])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"biases": [np.zeros(3)]}, "2 weight matrices but 1 biases; give one bias vector for each layer"),
        ({"biases": [np.zeros(3), np.zeros(3)]}, r"layer 2: the biases have shape \(3,\); .* ask for \(4,\)"),
        ({"biases": [np.zeros((3, 1)), np.zeros(4)]}, r"layer 1: the biases have shape \(3, 1\)"),
        ({"biases": [np.zeros(3), [0, 0, np.nan, 0]]}, r"layer 2: the biases contain nan at \(2,\)"),
        ({"weights": []}, r"weights = \[\] holds no matrix"),
        ({"weights": "abc"}, "weights = 'abc' holds no matrix"),
        ({"weights": TWO}, r"layer 1: the weights have shape \(2,\)"),  # a matrix where a list of them is meant
        ({"weights": True, "depth": 2}, "weights = True is not a number"),
        ({"weights": float("nan"), "depth": 2}, "weights = nan is not finite"),
        ({"weights": 1j, "depth": 2}, "weights = 1j is not a real number"),
        ({"weights": V, "depth": 2}, "weights = v is not a real number"),
    ],
)
def test_given_arrays_that_make_no_network_are_refused(given: dict[str, Any], words: str) -> None:
    refused(words, **{"weights": [TWO, THREE], **given})


def test_a_network_without_layers_is_a_network() -> None:
    empty = mlp(width=3, depth=0, activation="relu")
    assert (empty.depth, empty.blocks, empty.widths, empty.activations) == (0, (), (3,), ())
    assert empty == Network((), 3)
    assert list(empty.layers()) == []


# ---------------------------------------------------------------------------------------------------------------- laws


@pytest.mark.parametrize(("name", "made"), [(name, made(2)) for name, made in LAWS.items()])
def test_a_law_has_a_name(name: str, made: DrawnWeights) -> None:
    net = mlp(width=3, depth=2, weight_var=2, law=name)
    assert next(net.layers()).weights == made
    assert net == mlp(width=3, depth=2, law=made)
    assert made.words in str(net)
    assert next(net.layers()).weight_var == 2


def test_laws_are_different_subjects() -> None:
    nets = [mlp(width=3, depth=1, law=law) for law in LAWS]
    assert len(set(nets)) == len(set(map(str, nets))) == len(LAWS)
    other = mlp(width=3, depth=1, law=TruncatedNormalWeights(1, 3))
    assert other != mlp(width=3, depth=1, law="truncated_normal")
    assert "at 3 deviations" in str(other)


@pytest.mark.parametrize("truncation", [sp.Rational(1, 2), 1, 2, 5])
def test_the_variance_of_a_truncated_normal_number_is_that_of_scipy(truncation: sp.Expr) -> None:
    expected = stats.truncnorm(-float(truncation), float(truncation)).var()
    # SciPy takes differences of numbers of order one
    assert abs(float(TruncatedNormalWeights(1, truncation).truncated_var) - expected) <= 1e-13


def test_bounds_of_entries() -> None:
    assert UniformWeights(sp.Rational(1, 3)).entry_bound(V) == 1 / sp.sqrt(V)
    law = TruncatedNormalWeights(2, 3)
    assert sp.simplify(law.entry_bound(sp.S(5)) ** 2 * law.truncated_var - sp.Rational(18, 5)) == 0
    assert GaussianWeights(1).entry_bound(sp.S(5)) == sp.oo
    assert GaussianWeights(0).entry_bound(sp.S(5)) == 0
    assert OrthogonalWeights(4).entry_bound(sp.S(5)) == 2


def test_variances_of_entries() -> None:
    assert UniformWeights(2).entry_var(sp.S(4), sp.S(9)) == sp.Rational(1, 2)
    assert OrthogonalWeights(2).entry_var(sp.S(4), sp.S(9)) == sp.Rational(2, 9)
    assert OrthogonalWeights(2).entry_var(sp.S(9), sp.S(4)) == sp.Rational(2, 9)


def test_what_is_no_law_is_refused() -> None:
    refused("law = 'cauchy' is unknown; the laws of weights are gaussian, uniform", width=2, depth=1, law="cauchy")
    refused("weight_var = 2 beside a law that has its own", width=2, depth=1, law=UniformWeights(1), weight_var=2)
    refused("law = 'uniform' beside given weights", weights=[TWO], law="uniform")
    for truncation in (0, -1, N):
        with pytest.raises(ValueError, match=r"truncation = .* it must be a positive number"):
            TruncatedNormalWeights(1, truncation)
    with pytest.raises(ValueError, match="weight_var = -1 is out of range"):
        OrthogonalWeights(-1)
