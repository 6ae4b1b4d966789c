"""Conditional means: the mean square gradient of plain sampling with less variance, trial by trial on one forward pass."""

from __future__ import annotations

import comparisons
import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import ttest_1samp

from symgrad.networks import Block, Dense, GaussianWeights, GivenBiases, Network, mlp
from symgrad.simulation import replay, simulate
from symgrad.simulation.methods import METHODS

Floats = npt.NDArray[np.float64]

TRIALS, SEED = 20_000, 11
SHIFTED = Dense(4, 4, mlp(width=4, depth=1).activations[0], GaussianWeights(2), GivenBiases([1, -1, 2, 0]))

NETWORKS = {
    "tanh": mlp(width=6, depth=5, activation="tanh", weight_var=2),
    "tanh, width 2": mlp(width=2, depth=3, activation="tanh", weight_var=1),
    "sigmoid, random biases": mlp(width=5, depth=3, activation="sigmoid", weight_var=9, bias_var=1),
    "gelu, unequal": mlp(widths=[3, 7, 2, 9], activation="gelu", weight_var=2),
    "relu": mlp(width=30, depth=4, activation="relu", weight_var=2),
    "relu, wide, random biases": mlp(width=200, depth=4, activation="relu", weight_var=2, bias_var=0.5),
    "given biases": Network(blocks=[Block(SHIFTED, 3)], input_width=4),
}


def drawn(network: Network, method: str, dtype: str = "float64") -> Floats:
    sample = simulate(network, "mean_square_gradient", trials=TRIALS, rng=SEED, method=method, dtype=dtype)
    return np.asarray(np.exp(sample.log_values[:, :-1]))  # at the output it is 1


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", NETWORKS)
def test_same_mean_less_variance_at_every_layer(name: str, dtype: str) -> None:
    """Trials share their forward passes, so that differences have mean zero, and means of all layers are compared."""
    plain, conditional = drawn(NETWORKS[name], "matrix_free", dtype), drawn(NETWORKS[name], "conditional", dtype)
    found = ttest_1samp(plain - conditional, 0.0)
    assert min(found.pvalue) * plain.shape[1] > comparisons.ERROR_RATE
    assert (conditional.var(axis=0) < plain.var(axis=0)).all()


@pytest.mark.parametrize("name", ["tanh", "sigmoid, random biases", "relu"])
def test_same_mean_as_with_matrices(name: str) -> None:
    dense, conditional = drawn(NETWORKS[name], "dense"), drawn(NETWORKS[name], "conditional")
    errors = np.hypot(dense.std(axis=0), conditional.std(axis=0)) / np.sqrt(TRIALS)
    assert (np.abs(dense.mean(axis=0) - conditional.mean(axis=0)) < 4.5 * errors).all()  # p < 1e-5 for each layer


def test_a_mean_that_is_off_is_refuted() -> None:
    """The comparison bites: three percent are seen."""
    plain, conditional = drawn(NETWORKS["tanh"], "matrix_free"), drawn(NETWORKS["tanh"], "conditional")
    assert min(ttest_1samp(plain - 1.03 * conditional, 0.0).pvalue) < comparisons.ERROR_RATE


def test_one_unit_leaves_nothing_to_average() -> None:
    """The weight is the quotient of what went forward, so that the backward pass is known."""
    network = mlp(width=1, depth=4, activation="tanh", weight_var=2)
    plain, conditional = (
        simulate(network, "mean_square_gradient", trials=50, rng=1, method=method).log_values
        for method in ("matrix_free", "conditional")
    )
    assert np.allclose(plain, conditional, rtol=0, atol=1e-8)


def test_what_is_dead_stays_exactly_zero() -> None:
    network = mlp(width=2, depth=3, activation="relu", weight_var=2)
    plain, conditional = (
        simulate(network, "mean_square_gradient", trials=500, rng=1, method=method).log_values
        for method in ("matrix_free", "conditional")
    )
    assert (np.isneginf(plain) == np.isneginf(conditional)).all()
    assert np.isneginf(conditional).any()
    silent = mlp(width=3, depth=2, activation="sigmoid", weight_var=0)
    sample = simulate(silent, "mean_square_gradient", trials=2, rng=1, method="conditional")
    assert sample.log_values.tolist() == [[-np.inf, -np.inf, 0.0]] * 2


@pytest.mark.parametrize("weight_var", [0.01, 9])
def test_a_thousand_layers_neither_overflow_nor_vanish(weight_var: float) -> None:
    network = mlp(width=40, depth=1000, activation="x", weight_var=weight_var)
    sample = simulate(network, "mean_square_gradient", trials=2, rng=5, method="conditional")
    assert np.abs(sample.at(0) / 1000 - np.log(weight_var)).max() < 0.1


def test_it_is_only_taken_when_asked_for_and_where_it_exists() -> None:
    network = NETWORKS["tanh"]
    assert METHODS[-1].name == "conditional"
    assert simulate(network, "mean_square_gradient", trials=2, rng=1).method == "matrix_free"
    sample = simulate(network, "mean_square_gradient", trials=2, rng=1, method="conditional")
    assert (sample.method, sample.reason) == ("conditional", "asked for")
    again = replay(network, "mean_square_gradient", 1, 1, method="conditional")
    assert (again.log_values[0] == sample.log_values[1]).all()
    with pytest.raises(ValueError, match=r"has no conditional mean in closed form; what has is mean_square_gradient"):
        simulate(network, "gradient_norm", trials=2, method="conditional")
