"""Recorders: quantities of trials against their slow twin, and against the laws that linear networks have."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import mpmath
import naive
import numpy as np
import numpy.typing as npt
import pytest
import sympy as sp
from scipy import special, stats

from symgrad.claims import (
    Measurable,
    Quantity,
    bias_gradient_norm,
    dead_fraction,
    gradient_norm,
    growth_rate,
    input_correlation_gap,
    saturated_fraction,
    singular_value,
    volume_growth,
    weight_gradient_norm,
)
from symgrad.networks import Network, mlp, resnet
from symgrad.simulation import Sample, measure, simulate
from symgrad.simulation.randomness.streams import Purpose

SEED, NUMBER = 2**63 + 5, 3
EPSILON = float(np.finfo(np.float64).eps)
# A few dozen roundings a layer, amplified by two layers of norms of a few; as in the tests of the passes.
CLOSE = 1000 * EPSILON
ERROR_RATE = 1e-4  # of each test of a law; seeds are fixed
WIDTHS = [3, 5, 2, 4]


@pytest.fixture(autouse=True)
def digits() -> Iterator[None]:
    with mpmath.workdps(naive.DIGITS):
        yield


def network(name: str) -> Network:
    return mlp(widths=WIDTHS, activation=name, weight_var=2, bias_var=0.5, input_mean_square=1.5)


def seen(net: Network, asked: Quantity) -> npt.NDArray[np.float64]:
    """The logarithms of the trial of that number, in every layer that is measured."""
    return measure(net, [asked], trials=NUMBER + 1, rng=SEED, method="dense")[asked].log_values[NUMBER]


def close(found: npt.NDArray[np.float64], true: list[mpmath.mpf], tolerance: float = CLOSE) -> bool:
    expected = np.array([float(mpmath.log(number)) if number else -np.inf for number in true])
    zeros = np.isneginf(expected)
    return bool((np.isneginf(found) == zeros).all() and (np.abs(found[~zeros] - expected[~zeros]) <= tolerance).all())


@pytest.mark.parametrize("name", ["tanh", "relu", "gelu"])
def test_gradients_by_weights_and_biases_are_those_of_the_twin(name: str) -> None:
    net = network(name)
    twin = naive.trial(net, SEED, NUMBER)
    norms = [naive.norm([entry for row in matrix for entry in row]) for matrix in twin.weight_gradients()]
    assert close(seen(net, weight_gradient_norm(1)), norms, 2 * CLOSE)
    assert close(seen(net, bias_gradient_norm(1)), [naive.norm(delta) for delta in twin.deltas()])


def test_a_gradient_by_weights_is_a_difference_quotient() -> None:
    """No derivative is used: each weight is moved, one after the other."""
    net = network("tanh")
    twin = naive.trial(net, SEED, NUMBER)
    step, quotients = mpmath.mpf(10) ** (-naive.DIGITS // 3), []
    for row in twin.weights[1]:
        for place, weight in enumerate(row):
            ends = []
            for side in (1, -1):
                row[place] = weight + side * step
                ends.append(naive.inner(twin.output_gradient, twin.values(twin.start)[-1]))
            row[place] = weight
            quotients.append((ends[0] - ends[1]) / (2 * step))
    assert close(seen(net, weight_gradient_norm(2))[1:2], [naive.norm(quotients)])


@pytest.mark.parametrize("asked", [weight_gradient_norm(1), bias_gradient_norm(1)], ids=str)
@pytest.mark.parametrize("name", ["tanh", "relu"])
def test_gradients_by_parameters_have_one_law_with_and_without_matrices(name: str, asked: Quantity) -> None:
    net = mlp(widths=[5, 30, 7, 4], activation=name, weight_var=2, bias_var=0.1)
    runs = [
        measure(net, [asked], trials=4000, rng=rng, method=m)[asked] for rng, m in enumerate(("dense", "matrix_free"))
    ]
    for layer in (1, 2, 3):
        one, other = (np.maximum(run.at(layer), -1e9) for run in runs)  # zeros of dead layers are equal numbers
        assert stats.ks_2samp(one, other).pvalue > ERROR_RATE / 3
    shifted = np.maximum(runs[1].at(1), -1e9) + 0.2
    assert stats.ks_2samp(np.maximum(runs[0].at(1), -1e9), shifted).pvalue < 1e-6  # the test bites


@pytest.mark.parametrize("name", ["tanh", "relu", "sigmoid"])
@pytest.mark.parametrize("threshold", [sp.Rational(1, 100), sp.Rational(1, 5)])
def test_fractions_are_counted(name: str, threshold: sp.Rational) -> None:
    net = network(name)
    twin = naive.trial(net, SEED, NUMBER)
    slopes = [[naive.slope(twin.activations[0], z) for z in inputs] for inputs in twin.preactivations()]
    limit = mpmath.mpf(threshold.p) / threshold.q
    saturated = [mpmath.mpf(sum(abs(s) < limit for s in layer)) / len(layer) for layer in slopes]
    dead = [mpmath.mpf(sum(s == 0 for s in layer)) / len(layer) for layer in slopes]
    assert close(seen(net, saturated_fraction(1, threshold)), saturated)
    assert close(seen(net, dead_fraction(1)), dead)


def test_half_of_the_units_of_relu_are_dead() -> None:
    """Signs of a symmetric law are fair coins, independent in the first layer: a binomial number."""
    counts = np.rint(
        100 * simulate(mlp(width=100, depth=1, activation="relu"), "dead_fraction", trials=500, rng=0).values(1)
    )
    # the mean of 500 * 100 coins: four deviations err once in 15 000
    assert abs(counts.mean() - 50) <= 4 * 5 / np.sqrt(500)
    assert (simulate(mlp(width=50, depth=2, activation="tanh"), "dead_fraction", trials=5, rng=0).values(2) == 0).all()


@pytest.mark.parametrize("name", ["tanh", "relu", "gelu"])
@pytest.mark.parametrize("overlap", [0, 0.75, -0.5, 1, -1])
def test_correlations_of_two_inputs_are_those_of_the_twin(name: str, overlap: float) -> None:
    net = network(name)
    twin = naive.trial(net, SEED, NUMBER)
    direction = naive.direction(SEED, Purpose.SECOND_INPUT, 0, NUMBER, WIDTHS[0])
    other = twin.companion(direction, mpmath.mpf(overlap))
    gaps = [
        1 - naive.inner(a, b) / (naive.norm(a) * naive.norm(b))
        for a, b in zip(twin.preactivations(), other, strict=True)
    ]
    found = np.exp(seen(net, input_correlation_gap(1, overlap)))
    assert np.abs(found - np.array(gaps, dtype=float)).max() <= CLOSE


def test_small_gaps_keep_their_digits() -> None:
    """Linear maps keep a gap's size: for a gap far below a rounding error of one, a difference of cosines would be zero."""
    overlap = 1 - sp.Rational(1, 10**13)
    net = mlp(widths=[6, 6], activation="x", law="orthogonal")
    gap = simulate(net, input_correlation_gap(1, overlap), trials=3, rng=0).values(1)
    # the overlap itself is rounded to a double, by half an epsilon of one
    assert np.abs(gap - 1e-13).max() <= 4 * EPSILON


def test_a_second_input_leaves_the_first_alone() -> None:
    net = network("tanh")
    asked = [input_correlation_gap(1), gradient_norm(0)]
    for method in ("dense", "matrix_free"):
        together = measure(net, asked, trials=3, rng=1, method=method)[asked[1]]
        # without matrices, one measured alone takes the way of sums; one of the units takes that of vectors
        alone = measure(net, [asked[1], dead_fraction(1)], trials=3, rng=1, method=method)[asked[1]]
        assert np.array_equal(together.log_values, alone.log_values)


@pytest.mark.parametrize("name", ["tanh", "relu"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_singular_values_are_those_of_the_twin(name: str, rank: int) -> None:
    net = network(name)
    twin = naive.trial(net, SEED, NUMBER)
    for layer in (0, 1, 3):
        true = sorted(mpmath.svd_r(mpmath.matrix(twin.jacobian(layer)), compute_uv=False), reverse=True)
        if rank <= len(true):
            found = np.exp(seen(net, singular_value(layer, rank)))
            assert abs(found[0] - float(true[rank - 1])) <= CLOSE * float(true[0])


@pytest.mark.parametrize("name", ["tanh", "gelu"])
@pytest.mark.parametrize("rank", [1, 2])
def test_volumes_are_gram_determinants(name: str, rank: int) -> None:
    net = network(name)
    twin = naive.trial(net, SEED, NUMBER)
    frame = [naive.direction(SEED, Purpose.FRAME, row, NUMBER, WIDTHS[0]) for row in range(rank)]
    assert close(seen(net, volume_growth(0, rank)), [twin.volume(layer, frame) for layer in range(4)], 10 * CLOSE)


@pytest.mark.parametrize("rank", [1, 2, 4])
def test_volumes_of_linear_networks_have_their_chi_square_law(rank: int) -> None:
    """vol_k(JU)^2 is a product of independent chi squares, n_l - i + 1 degrees of freedom (Newman 1986), over fan-ins."""
    widths, trials = [5, 7, 4], 3000
    asked = volume_growth(2, rank)
    found = measure(mlp(widths=widths, activation="x"), [asked], trials=trials, rng=3)[asked].at(2)
    rng, law = np.random.default_rng(0), np.zeros(trials)
    for before, width in pairwise(widths):
        law += sum(np.log(rng.chisquare(width - i, trials) / before) / 2 for i in range(rank))
    assert stats.ks_2samp(found, law).pvalue > ERROR_RATE
    assert stats.ks_2samp(found, law + 0.1 * law.std() + 0.1).pvalue < 1e-3  # it bites


@pytest.mark.parametrize("rank", [1, 2, 4])
@pytest.mark.parametrize("method", ["dense", "matrix_free"])
def test_growth_rates_of_linear_networks_have_the_mean_of_newman(rank: int, method: str) -> None:
    """Lyapunov exponents of products of Gaussian matrices, ``(log(2 v/n) + digamma((n - k + 1)/2))/2`` (Newman 1986).

    At finite depth they are the mean already, since each layer gains an independent chi square.
    """
    width, variance, depth, trials = 5, 1.5, 4, 3000
    asked = growth_rate(depth, rank)
    network = mlp(width=width, depth=depth, activation="x", weight_var=variance)
    found = measure(network, [asked], trials=trials, rng=3, method=method)[asked].at(depth)
    exponent = (np.log(2 * variance / width) + special.digamma((width - rank + 1) / 2)) / 2
    error = stats.norm.isf(ERROR_RATE / 2) * found.std(ddof=1) / np.sqrt(trials)
    assert abs(found.mean() - exponent) < error < 0.1  # and the next exponents are further away


def test_a_growth_rate_is_what_one_more_dimension_adds_to_a_volume() -> None:
    net, last = network("tanh"), 3
    logs = [seen(net, volume_growth(last, rank))[last] for rank in (1, 2)]
    for rank, gained in ((1, logs[0]), (2, logs[1] - logs[0])):
        assert seen(net, growth_rate(last, rank))[last - 1] * last == pytest.approx(gained, abs=CLOSE)


def test_a_volume_of_more_dimensions_than_are_left_is_exactly_zero() -> None:
    logs = simulate(
        mlp(widths=[4, 3, 6], activation="x"), Quantity(Measurable.VOLUME_GROWTH, 2, parameter=4), trials=5, rng=0
    )
    assert np.isneginf(logs.log_values).all()
    relu = mlp(width=2, depth=30, activation="relu")
    assert np.isneginf(simulate(relu, volume_growth(30, 2), trials=5, rng=0).log_values).all()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: singular_value(0, 0), "rank = 0 of singular_value is out of range; give a positive integer"),
        (lambda: volume_growth(1, 1.5), "rank = 1.5 of volume_growth is out of range"),
        (
            lambda: saturated_fraction(1, 0),
            "threshold = 0 of saturated_fraction is out of range; give a positive number",
        ),
        (lambda: input_correlation_gap(1, 2), "overlap = 2 of input_correlation_gap is out of range; give a cosine"),
        (lambda: Quantity(Measurable.GRADIENT_NORM, 0, parameter=1), "gradient_norm has no parameter, but 1 was given"),
        (lambda: simulate(network("tanh"), singular_value(0, 4), trials=1), "rank = 4 of a Jacobian of shape"),
        (
            lambda: simulate(network("tanh"), volume_growth(1, 4), trials=1),
            "rank = 4 of a volume at an input of width 3",
        ),
        (lambda: simulate(mlp(1, 1), input_correlation_gap(1), trials=1), "overlap = 0 of two inputs of width 1"),
        (
            lambda: simulate(network("tanh"), "chain_rule_defect", trials=1, method="matrix_free"),
            "chain_rule_defect needs the weights",
        ),
    ],
)
def test_what_cannot_be_is_refused(make: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()  # type: ignore[operator]


def test_a_parameter_is_kept_in_a_file_and_told(tmp_path: Path) -> None:
    asked = saturated_fraction(1, 0.25)
    assert str(asked) == "saturated_fraction(layer=1, threshold=1/4)"
    assert str(singular_value(2)) == "singular_value(layer=2)"
    assert singular_value(0, 2).latex() == r"\sigma_{2}(J_{L:0})"
    sample = measure(network("tanh"), [asked], trials=2, rng=0)[asked]
    sample.save(tmp_path / "sample.npz")
    assert Sample.load(tmp_path / "sample.npz").quantity == asked


@pytest.mark.parametrize("weight", [500, 700])
def test_volumes_far_below_one_are_not_lost(weight: int) -> None:
    """A sigmoid at the weight, in one unit: its slope is far below the root of the smallest float."""
    net = mlp(width=1, depth=1, activation="sigmoid", weights=weight)
    found = measure(net, [volume_growth(1), gradient_norm(0)], trials=1, rng=0)
    volume, gradient = (found[asked].log_values for asked in (volume_growth(1), gradient_norm(0)))
    assert volume[0, 1] == pytest.approx(gradient[0, 0], rel=4 * EPSILON)


def test_frames_that_are_huge_are_made_orthonormal() -> None:
    net = resnet(4, 3, "tanh", 2, branch_scale=sp.Integer(10) ** 200)
    found = simulate(net, growth_rate(3, 2), trials=2, rng=0).log_values
    assert np.isfinite(found).all()
