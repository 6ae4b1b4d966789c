"""Residual blocks and dropout: against a twin that knows no derivative, and the same law with and without matrices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import comparisons
import mpmath
import naive
import numpy as np
import pytest
import staged
import sympy as sp
from scipy import stats

from symgrad.activations import activation
from symgrad.claims import (
    Measurable,
    Norm,
    Quantity,
    bias_gradient_norm,
    dead_fraction,
    gradient_norm,
    jacobian_norm,
    preactivation_var,
    saturated_fraction,
    volume_growth,
    weight_gradient_norm,
    weight_norm,
)
from symgrad.networks import (
    Block,
    Dense,
    Elementwise,
    GaussianBiases,
    GaussianWeights,
    GivenBiases,
    GivenWeights,
    Network,
    OrthogonalWeights,
    Residual,
    mlp,
    resnet,
)
from symgrad.simulation import measure, simulate

SEED, NUMBER = 2**63 + 5, 3
EPSILON = float(np.finfo(np.float64).eps)
# A few dozen roundings a layer, amplified by two layers of norms of a few; as in the tests of the passes.
CLOSE = 1000 * EPSILON
FORMS = ["post_activation", "pre_activation", "two_layers"]
HALF = sp.Rational(1, 2)


@pytest.fixture(autouse=True)
def digits() -> Iterator[None]:
    with mpmath.workdps(naive.DIGITS):
        yield


def mixed(name: str) -> Network:
    """Wider and narrower, with a bottleneck in a branch, and blocks of both kinds."""
    phi, laws = activation(name), (GaussianWeights(2), GaussianBiases(HALF))
    branch = (Elementwise(4, phi), Dense(4, 2, phi, *laws, keep=HALF), Dense(2, 4, activation("x"), *laws))
    layers = (Dense(3, 4, phi, *laws), Residual(branch, -HALF), Dense(4, 2, phi, *laws, keep=sp.Rational(3, 4)))
    return Network(tuple(Block(layer, 1) for layer in layers), 3, sp.Rational(3, 2))


def networks(name: str) -> list[Network]:
    residual = [
        resnet(3, 3, name, 2, HALF, form=form, branch_scale=sp.Rational(2, 3), input_mean_square=HALF) for form in FORMS
    ]
    thinned = [resnet(5, 2, name, 2, dropout=HALF), mlp(5, 3, name, 2, HALF, dropout=sp.Rational(1, 4))]
    return [*residual, *thinned, mixed(name)]


def seen(network: Network, asked: Quantity, method: str = "dense") -> np.ndarray:
    return measure(network, [asked], trials=NUMBER + 1, rng=SEED, method=method)[asked].log_values[NUMBER]


def log(number: mpmath.mpf) -> float:
    return float(mpmath.log(number)) if number else -np.inf


@pytest.mark.parametrize("name", ["tanh", "softplus", "gelu"])
def test_gradients_are_difference_quotients_of_all_that_is_behind(name: str) -> None:
    for network in networks(name):
        twin = staged.trial(network, SEED, NUMBER)
        gradients = [log(naive.norm(twin.gradient(layer))) for layer in range(int(network.depth) + 1)]
        assert seen(network, gradient_norm(0)) == pytest.approx(gradients, abs=CLOSE)


@pytest.mark.parametrize("name", ["tanh", "relu"])
def test_preactivations_are_those_of_the_first_part(name: str) -> None:
    for network in networks(name):
        twin, squares = staged.trial(network, SEED, NUMBER), []
        for layer, (parts, _) in enumerate(twin.layers):
            inputs = parts[0].inputs(twin.values(layer))
            squares.append(log(naive.inner(inputs, inputs) / len(inputs)))
        assert seen(network, preactivation_var(1)) == pytest.approx(squares, abs=CLOSE)


def test_jacobians_are_difference_quotients_column_by_column() -> None:
    for network in networks("tanh"):
        twin, size, squares = staged.trial(network, SEED, NUMBER), int(network.widths[-1]), []
        for unit in range(size):
            basis = [mpmath.mpf(unit == other) for other in range(size)]
            squares.append(naive.norm(replace(twin, output_gradient=basis).gradient(0)) ** 2)
        asked = jacobian_norm(0, Norm.FROBENIUS)
        assert seen(network, asked) == pytest.approx([log(sum(squares)) / 2], abs=CLOSE)


def test_tangents_pushed_forward_agree_with_gradients_taken_back() -> None:
    """The defect is relative to both vectors; each of three layers adds a few dozen roundings."""
    for network in networks("gelu"):
        assert float(np.exp(seen(network, Quantity(Measurable.CHAIN_RULE_DEFECT)))[0]) < CLOSE


def test_the_whole_volume_is_the_determinant_of_the_jacobian() -> None:
    network = resnet(3, 3, "tanh", 2, branch_scale=HALF)
    twin = staged.trial(network, SEED, NUMBER)
    rows = [
        replace(twin, output_gradient=[mpmath.mpf(unit == other) for other in range(3)]).gradient(0)
        for unit in range(3)
    ]
    determinant = abs(mpmath.det(mpmath.matrix(rows)))
    assert seen(network, volume_growth(3, 3))[-1] == pytest.approx(log(determinant), abs=CLOSE)


# ------------------------------------------------------------------------------------------------------ the same law

TRIALS = 8000
WITHOUT = {
    **{form: resnet(4, 4, "tanh", 2, HALF, form=form) for form in FORMS},
    "relu, width 2": resnet(2, 5, "relu", 2, branch_scale=HALF),
    "residual, orthogonal": resnet(5, 4, "tanh", 2, law="orthogonal"),
    "residual, dropout": resnet(5, 4, "gelu", 2, dropout=HALF),
    "dropout, width 2": mlp(2, 4, "tanh", 2, dropout=HALF),
    "dropout, biases": mlp(6, 4, "relu", 2, HALF, dropout=sp.Rational(1, 4)),
    "mixed": mixed("tanh"),
    "orthogonal, width 2": mlp(2, 4, "tanh", 2, law="orthogonal"),
    "orthogonal, biases": mlp(5, 4, "relu", 2, HALF, law="orthogonal"),
    "orthogonal, unequal": mlp(widths=[3, 7, 2, 5, 4], activation="tanh", weight_var=2, law="orthogonal"),
}


def drawn(network: Network, method: str, rng: int, dtype: str = "float64") -> np.ndarray:
    asked = [gradient_norm(0), preactivation_var(1), saturated_fraction(1, HALF)]
    found = measure(network, asked, trials=TRIALS, rng=rng, method=method, dtype=dtype)
    return comparisons.statistics(*(found[each].log_values for each in asked[:2]))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", WITHOUT)
def test_norms_have_the_law_that_they_have_with_matrices(name: str, dtype: str) -> None:
    free, dense = drawn(WITHOUT[name], "matrix_free", 1, dtype), drawn(WITHOUT[name], "dense", 2)
    assert comparisons.smallest_p(free, dense) > comparisons.ERROR_RATE


def test_one_unit_leaves_an_orthogonal_weight_no_more_than_a_sign() -> None:
    """So all norms are the same in each trial, and with and without matrices."""
    net = mlp(1, 3, "tanh", 4, law="orthogonal")
    free, dense = (
        simulate(net, "gradient_norm", trials=9, rng=1, method=way).log_values for way in ("matrix_free", "dense")
    )
    assert np.abs(free - dense).max() < CLOSE
    assert np.ptp(free, axis=0).max() < CLOSE


def test_a_branch_without_its_shortcut_is_refuted() -> None:
    """The harness bites: at this scale a shortcut matters, and so does whether units are dropped."""
    dense = drawn(WITHOUT["residual, dropout"], "dense", 2)
    for other in (resnet(5, 4, "gelu", 2), mlp(5, 4, "gelu", 2, dropout=HALF)):
        assert comparisons.smallest_p(drawn(other, "matrix_free", 1), dense) < comparisons.ERROR_RATE**2


# ------------------------------------------------------------------------------------------------- at any depth, zeros


@pytest.mark.parametrize("method", ["dense", "matrix_free"])
def test_a_branch_that_is_zero_leaves_gradients_as_they_are(method: str) -> None:
    for network in (resnet(3, 4, "relu", 0), resnet(3, 4, "tanh", 2, branch_scale=0)):
        found = simulate(network, "gradient_norm", trials=3, rng=1, method=method).log_values
        assert np.abs(found).max() < 4 * EPSILON  # of scaling a vector of norm one to norm one, at each layer


@pytest.mark.parametrize("method", ["dense", "matrix_free"])
@pytest.mark.parametrize("scale", [1, sp.Rational(10) ** 30, sp.Rational(10) ** -30])
def test_no_depth_takes_values_out_of_the_range_of_a_float(method: str, scale: sp.Expr) -> None:
    """Of two linear units: the gradient is |g + a W g| longer in each block, so its logarithm is a sum of alike terms.

    ``W g`` has any direction alike, and in the plane the mean of log|g + r u| over directions is the larger of 0 and
    log r; by Jensen's inequality it is at most half the logarithm of 1 + a^2, which is the mean square. A huge scale
    leaves |W g|, the root of half a chi square of two degrees of freedom. All have a variance below one in each block.
    """
    depth = 3000
    network = resnet(2, depth, "x", 1, branch_scale=scale)
    found = measure(network, [gradient_norm(0), preactivation_var(1)], trials=2, rng=1, method=method)
    for sample in found.values():
        assert np.isfinite(sample.log_values).all()
    grown, deviations = found[gradient_norm(0)].log_values[:, 0], 5 * np.sqrt(depth)
    if scale == 1:
        low, high = -deviations, depth * np.log(2) / 2 + deviations
    elif scale > 1:
        mean = depth * (float(sp.log(scale)) + float(sp.digamma(1)) / 2)
        low, high = mean - deviations, mean + deviations
    else:  # nothing but rounding, a few times in each block
        low, high = -4e4 * EPSILON, 4e4 * EPSILON
    assert ((low <= grown) & (grown <= high)).all()
    assert scale != 1 or (grown > 10).all()  # the identity alone would leave it where it is


def test_layers_that_are_written_out_are_those_that_are_repeated() -> None:
    block = resnet(3, 1, "tanh", 2, form="two_layers").blocks[0]
    apart = Network((block, Block(block.layer, 2)), 3)
    whole = resnet(3, 3, "tanh", 2, form="two_layers")
    assert np.array_equal(*(simulate(each, "gradient_norm", trials=2, rng=1).log_values for each in (apart, whole)))


def test_slopes_in_a_branch_may_be_smaller_than_every_float() -> None:
    """Of one unit at 2000: the slope of the sigmoid there is exp(-2000), with and without what goes past it."""
    layer = Dense(1, 1, activation("sigmoid"), GivenWeights([[2000.0]]), GivenBiases([0.0]))
    nets = [Network((Block(each, 1),), 1) for each in (layer, Residual((layer,)))]
    for net in nets:
        found = measure(net, [bias_gradient_norm(1), dead_fraction(1)], trials=2, rng=1)
        # the logarithm of a slope of exp(-2000) in floats; a tail of the sigmoid is an exponential to all digits
        assert found[bias_gradient_norm(1)].log_values == pytest.approx(-2000.0, rel=4 * EPSILON)
        assert np.isneginf(found[dead_fraction(1)].log_values).all()


def test_a_unit_that_is_dropped_counts_by_the_slope_of_its_activation() -> None:
    """No slope of the sigmoid is above 1/4, and none is zero, whatever is dropped."""
    net = mlp(200, 2, "sigmoid", dropout=HALF)
    for method in ("dense", "matrix_free"):
        found = measure(net, [saturated_fraction(1, sp.Rational(45, 100))], trials=2, rng=1, method=method)
        assert not next(iter(found.values())).log_values.any()
        dead = simulate(net, "dead_fraction", trials=2, rng=1, method=method).log_values
        assert np.isneginf(dead).all()


# ------------------------------------------------------------------------------------------------------------ refusals


def test_a_layer_without_weights_is_not_given_any() -> None:
    phi = activation("tanh")
    plain = Block(Dense(40, 40, phi, GaussianWeights(1), GaussianBiases(0)), 1)
    net = Network((Block(Elementwise(40, phi), 1), plain), 40)
    found = [simulate(net, "gradient_norm", trials=400, rng=1, method=way) for way in ("auto", "dense")]
    assert found[0].method == "matrix_free_vectors"
    assert stats.ks_2samp(*(sample.at(0) for sample in found)).pvalue > comparisons.ERROR_RATE
    with pytest.raises(ValueError, match="a layer has no weights"):
        simulate(net, "mean_square_gradient", trials=1, method="conditional")
    bare = Network((Block(Elementwise(5, activation("x")), 2),), 5)
    assert np.abs(simulate(bare, "gradient_norm", trials=2, rng=0).log_values).max() < 4 * EPSILON


def test_no_layer_has_no_growth() -> None:
    assert simulate(resnet(4, 0), "growth_rate", trials=2).log_values.shape == (2, 0)


def test_what_is_of_one_matrix_is_refused_where_there_are_two() -> None:
    network = resnet(3, 2, form="two_layers")
    for asked in (weight_gradient_norm(1), weight_norm(1)):
        with pytest.raises(ValueError, match=r"is of the one weight matrix of a layer, and a layer of .* has 2"):
            simulate(network, asked, trials=1)
    assert simulate(resnet(3, 2, form="pre_activation"), "weight_gradient_norm", trials=1).layers == (1, 2)


def test_the_way_of_sums_says_what_it_cannot() -> None:
    for network, words in (
        (resnet(3, 2), "a layer is a residual block"),
        (mlp(3, 2, dropout=HALF), "units are dropped"),
    ):
        with pytest.raises(ValueError, match=f"method = 'conditional' cannot be used: {words}"):
            simulate(network, "mean_square_gradient", trials=1, method="conditional")


def test_given_weights_are_formed() -> None:
    laws = OrthogonalWeights(1), GaussianBiases(0)
    net = Network((Block(Residual((Dense(2, 2, activation("tanh"), *laws),)), 2),), 2)
    assert simulate(net, "gradient_norm", trials=1).method == "matrix_free_vectors"
    assert simulate(mlp(weights=[np.eye(2)]), "gradient_norm", trials=1).method == "dense"
