"""Layers drawn by their sides: variates with their laws, the law of norms with matrices, at no width's cost."""

from __future__ import annotations

import comparisons
import numpy as np
import numpy.typing as npt
import pytest
from numba import njit
from scipy import stats

from symgrad.claims import gradient_norm, preactivation_var
from symgrad.networks import Block, Dense, GaussianWeights, GivenBiases, Network, mlp
from symgrad.simulation import measure, simulate
from symgrad.simulation.randomness.variates import chi_square, heads
from symgrad.simulation.wiring import shapes, wirings
from symgrad.simulation.wiring.wirings import wire

Floats = npt.NDArray[np.float64]

VARIATES, TRIALS = 40_000, 8000


@pytest.fixture(autouse=True)
def by_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few units would be drawn one by one, which is faster."""
    monkeypatch.setattr(shapes, "_FEWEST", 1)


@njit
def chi_squares(freedoms: int, many: int) -> Floats:
    out, four = np.empty(many), np.empty(4)
    for trial in range(many):
        out[trial] = chi_square(four, freedoms, np.uint64(3), 1, 1, trial, 10)
    return out


@njit
def counts(coins: int, many: int) -> npt.NDArray[np.int64]:
    out, four = np.empty(many, dtype=np.int64), np.empty(4)
    for trial in range(many):
        out[trial] = heads(four, coins, np.uint64(3), 1, 1, trial, 10)
    return out


# ----------------------------------------------------------------------------------------------------------- variates


@pytest.mark.parametrize("freedoms", [1, 2, 3, 10, 1000, 10**9])
def test_chi_square_numbers_have_their_law(freedoms: int) -> None:
    found = chi_squares(freedoms, VARIATES)
    assert stats.kstest(found, "chi2", args=(freedoms,)).pvalue > comparisons.ERROR_RATE
    assert stats.kstest(found, "chi2", args=(freedoms * 1.03 + 0.03,)).pvalue < comparisons.ERROR_RATE


def spread(found: npt.NDArray[np.int64], coins: int, fair: float = 0.5) -> Floats:
    """Spread each number over the step of its distribution function: uniform if and only if it is binomial."""
    below, at = stats.binom.cdf(found - 1, coins, fair), stats.binom.pmf(found, coins, fair)
    return np.asarray(below + np.random.default_rng(0).random(found.size) * at)


@pytest.mark.parametrize("coins", [1, 2, 3, 5, 10, 31, 1000, 10**6 + 1, 10**9])
def test_heads_of_fair_coins_have_their_law(coins: int) -> None:
    found = counts(coins, VARIATES)
    assert stats.kstest(spread(found, coins), "uniform").pvalue > comparisons.ERROR_RATE
    unfair = 0.5 + 0.02 / np.sqrt(coins)
    assert stats.kstest(spread(found, coins, unfair), "uniform").pvalue < comparisons.ERROR_RATE


def test_none_of_nothing() -> None:
    assert not chi_squares(0, 9).any()
    assert not counts(0, 9).any()


# ------------------------------------------------------------------------------------------------------ the same law

NETWORKS = {
    "relu, width 2": mlp(width=2, depth=5, activation="relu", weight_var=2),
    "relu, width 5": mlp(width=5, depth=6, activation="relu", weight_var=2),
    "relu, width 30": mlp(width=30, depth=6, activation="relu", weight_var=2),
    "relu, unequal": mlp(widths=[2, 30, 5, 3, 30, 1], activation="relu", weight_var=2),
    "relu, random biases": mlp(width=5, depth=5, activation="relu", weight_var=2, bias_var=0.5),
    "leaky relu, width 2": mlp(width=2, depth=8, activation="leaky_relu", weight_var=2),
    "prelu, unequal": mlp(widths=[5, 2, 30, 5], activation="prelu", weight_var=2),
    "linear, width 5": mlp(width=5, depth=6, activation="2*x", weight_var=1),
    "absolute value": mlp(width=5, depth=6, activation="Abs(x)", weight_var=1),
}


def drawn(network: Network, method: str, rng: int, dtype: str = "float64") -> Floats:
    asked = [gradient_norm(0), preactivation_var(1)]
    found = measure(network, asked, trials=TRIALS, rng=rng, method=method, dtype=dtype)
    return comparisons.statistics(*(found[each].log_values for each in asked))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", NETWORKS)
def test_norms_have_the_law_that_they_have_with_matrices(name: str, dtype: str) -> None:
    network = NETWORKS[name]
    assert not np.isnan(wire(network, dtype).sides).any()
    free, dense = drawn(network, "matrix_free", 1, dtype), drawn(network, "dense", 2)
    assert comparisons.smallest_p(free, dense) > comparisons.ERROR_RATE


def test_coins_that_are_not_fair_are_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness bites: slopes that are a twentieth off have another law, at every layer."""
    network = NETWORKS["prelu, unequal"]
    dense = drawn(network, "dense", 2)
    monkeypatch.setattr(wirings, "sides", lambda layer: (0.95 * shapes.sides(layer)[0], 1.05))
    assert comparisons.smallest_p(drawn(network, "matrix_free", 1), dense) < comparisons.ERROR_RATE**2


def test_mixed_with_layers_drawn_by_their_units() -> None:
    net = mlp(width=5, depth=2, activation="relu", weight_var=2)
    blocks = [*net.blocks, *mlp(width=5, depth=2, activation="tanh", weight_var=2).blocks, *net.blocks]
    mixed = Network(blocks=blocks, input_width=5)
    assert np.isnan(wire(mixed, "float64").sides[:, 0]).tolist() == [False, False, False, True, True, False, False]
    free, dense = drawn(mixed, "matrix_free", 1), drawn(mixed, "dense", 2)
    assert comparisons.smallest_p(free, dense) > comparisons.ERROR_RATE


# -------------------------------------------------------------------------------------------------------- which layers


def test_only_two_slopes_that_meet_at_zero_without_given_biases() -> None:
    def layer(name: str, **options: object) -> Dense:
        return mlp(width=2, depth=1, activation=name, **options).blocks[0].layer

    for name in ("relu", "leaky_relu", "prelu", "x", "-3*x", "Abs(x)", "Max(2*x, 5*x)"):
        assert not np.isnan(shapes.sides(layer(name))).any()
    for name in ("relu6", "elu", "tanh", "hard_tanh", "Max(x, 0) + 1", "Max(x - 1, 0)", "x**2"):
        assert np.isnan(shapes.sides(layer(name))).all()


def test_biases_that_are_given_refuse_it_and_keep_the_law() -> None:
    relu = NETWORKS["relu, width 2"].blocks[0].layer.activation
    shifted, plain = (
        Dense(3, 3, relu, GaussianWeights(2), GivenBiases(np.array(biases))) for biases in ([1, -2, 3], [0, 0, 0])
    )
    assert np.isnan(shapes.sides(shifted)).all()
    assert shapes.sides(plain) == (0.0, 1.0)
    network = Network(blocks=[Block(shifted, 4)], input_width=3)
    free, dense = drawn(network, "matrix_free", 1), drawn(network, "dense", 2)
    assert comparisons.smallest_p(free, dense) > comparisons.ERROR_RATE


def test_few_units_are_drawn_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    network = mlp(widths=[1000, 10, 1000], activation="relu")
    assert np.isnan(wire(network, "float64").sides[:, 0]).tolist() == [False, True, False]


def test_ten_thousand_million_units_are_no_more_than_one() -> None:
    """At this width the norm is what it is in the mean, and a layer of units would take seconds."""
    sample = simulate(mlp(width=10**10, depth=50, activation="relu", weight_var=2), "gradient_norm", trials=100, rng=1)
    assert np.abs(sample.log_values).max() < 1e-3


def test_dead_layers_are_exact() -> None:
    """A layer of two units is dead with probability 1/4, independent of all else."""
    sample = simulate(mlp(width=2, depth=1, activation="relu"), "gradient_norm", trials=40_000, rng=4)
    dead = np.isneginf(sample.at(0))
    assert stats.binomtest(int(dead.sum()), dead.size, 0.25).pvalue > comparisons.ERROR_RATE
    assert np.isfinite(sample.at(0)[~dead]).all()
