"""Several inputs of one network: against difference quotients of whole losses, and the same law with and without matrices."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, combinations

import comparisons
import mpmath
import naive
import numpy as np
import numpy.typing as npt
import pytest
import staged
import sympy as sp

from symgrad.claims import (
    Measurable,
    Quantity,
    batch_weight_gradient_norm,
    contrastive_weight_gradient_norm,
    dead_fraction,
    gradient_correlation_gap,
    gradient_norm,
    input_correlation_gap,
    volume_growth,
    weight_gradient_norm,
)
from symgrad.networks import Network, mlp, resnet
from symgrad.simulation import measure, replay, simulate
from symgrad.simulation.randomness.streams import Purpose
from symgrad.simulation.running import requests
from symgrad.simulation.vectors import batches
from symgrad.simulation.vectors.batches import log_weight_gradients, of_no_preference
from symgrad.simulation.vectors.draws import Draw
from symgrad.simulation.wiring.memories import Asked, reserve
from symgrad.simulation.wiring.spectra import log_norm_of_products
from symgrad.simulation.wiring.wirings import wire

SEED, NUMBER = 2**63 + 5, 3
EPSILON = float(np.finfo(np.float64).eps)
# A few dozen roundings a layer, amplified by two layers of norms of a few; as in the tests of the passes.
CLOSE = 1000 * EPSILON
HALF = sp.Rational(1, 2)
BATCH = 3
Loss = Callable[[list[naive.Vector]], mpmath.mpf]


@pytest.fixture(autouse=True)
def digits() -> Iterator[None]:
    with mpmath.workdps(naive.DIGITS):
        yield


SMALL = {
    "unequal": mlp(widths=[3, 5, 2, 4], activation="tanh", weight_var=2, bias_var=HALF, input_mean_square=1.5),
    "dropout": mlp(4, 3, "gelu", 2, HALF, dropout=sp.Rational(1, 4)),
    "residual": resnet(3, 3, "tanh", 2, HALF, branch_scale=-HALF),
    "orthogonal": mlp(3, 3, "softplus", 2, law="orthogonal"),
}


def seen(network: Network, asked: Quantity) -> npt.NDArray[np.float64]:
    return measure(network, [asked], trials=NUMBER + 1, rng=SEED, method="dense")[asked].log_values[NUMBER]


# ---------------------------------------------------------------------------------------------- difference quotients


def twins_of(network: Network) -> list[staged.Trial]:
    return [staged.trial(network, SEED, NUMBER, place) for place in range(BATCH)]


def outputs(twins: list[staged.Trial]) -> list[naive.Vector]:
    return [twin.values(len(twin.layers)) for twin in twins]


def moved(twins: list[staged.Trial], layer: int, loss: Loss) -> naive.Vector:
    """The derivatives of a loss by each weight of a layer, which all inputs share; no derivative is used."""
    step, found = mpmath.mpf(10) ** (-naive.DIGITS // 3), []
    shared = [next(part for part in twin.layers[layer - 1][0] if part.weights) for twin in twins]
    for row in range(len(shared[0].weights)):
        for column, weight in enumerate(shared[0].weights[row]):
            ends = []
            for side in (1, -1, 0):
                for part in shared:
                    part.weights[row][column] = weight + side * step
                ends.append(loss(outputs(twins)) if side else 0)
            found.append((ends[0] - ends[1]) / (2 * step))
    return found


def of_distances(values: list[naive.Vector]) -> mpmath.mpf:
    pairs = combinations(values, 2)
    return mpmath.fsum((a - b) ** 2 for one, two in pairs for a, b in zip(one, two, strict=True)) / 2


def quotients(network: Network, twins: list[staged.Trial], loss: Loss, size: mpmath.mpf) -> list[float]:
    layers = range(1, int(network.depth) + 1)
    return [float(mpmath.log(naive.norm(moved(twins, layer, loss)) / size)) for layer in layers]


@pytest.mark.parametrize("name", SMALL)
def test_gradients_of_a_batch_are_difference_quotients(name: str) -> None:
    """The loss is one linear function of all outputs together, a unit vector of their space."""
    network, twins = SMALL[name], twins_of(SMALL[name])
    size = int(network.widths[-1])
    flat = naive.direction(SEED, Purpose.OUTPUT_GRADIENT, 0, NUMBER, BATCH * size)
    true = quotients(network, twins, lambda values: naive.inner(flat, [*chain(*values)]), mpmath.mpf(1))
    assert seen(network, batch_weight_gradient_norm(1, BATCH)) == pytest.approx(true, abs=CLOSE)


@pytest.mark.parametrize("name", SMALL)
def test_gradients_of_distances_are_difference_quotients(name: str) -> None:
    """Relative to the gradients at the outputs, each of which is a sum of differences."""
    network, twins = SMALL[name], twins_of(SMALL[name])
    found = outputs(twins)
    gradients = [a[unit] * BATCH - sum(b[unit] for b in found) for a in found for unit in range(len(a))]
    true = quotients(network, twins, of_distances, naive.norm(gradients))
    assert seen(network, contrastive_weight_gradient_norm(1, BATCH)) == pytest.approx(true, abs=2 * CLOSE)


@pytest.mark.parametrize("overlap", [0, -HALF, 1])
@pytest.mark.parametrize("name", SMALL)
def test_correlations_of_gradients_are_those_of_difference_quotients(name: str, overlap: sp.Rational) -> None:
    network = SMALL[name]
    twin = staged.trial(network, SEED, NUMBER)
    direction = naive.direction(SEED, Purpose.SECOND_INPUT, 0, NUMBER, len(twin.start))
    other = replace(twin, start=naive.turned(twin.start, direction, naive.exact(sp.sympify(overlap))))
    gaps = []
    for layer in range(int(network.depth) + 1):
        one, two = twin.gradient(layer), other.gradient(layer)
        gaps.append(float(1 - naive.inner(one, two) / (naive.norm(one) * naive.norm(two))))
    assert np.exp(seen(network, gradient_correlation_gap(0, overlap))) == pytest.approx(gaps, abs=CLOSE)


@pytest.mark.parametrize("method", ["dense", "matrix_free_vectors"])
def test_a_batch_of_one_is_one_input(method: str) -> None:
    """One input is not asked for under this name, as it has one; up to the rounding of one more unit vector."""
    network, halt = mlp(5, 3, "gelu", 2, HALF), np.zeros(1, dtype=np.bool_)
    wiring = wire(network, "float64", undrawn=method != "dense")
    memory = reserve(wiring, 0, halt, Asked(lefts=1), kept_vectors=True)
    draw = Draw(wiring, [layer.activation for layer in network.layers()], memory, SEED, NUMBER)
    single = [draw.log_weight_gradient(layer) for layer in (1, 2, 3)]
    assert log_weight_gradients(draw, 1, of_no_preference, (1, 2, 3)) == pytest.approx(single, abs=CLOSE)


# ------------------------------------------------------------------------------------------------------ sums of products


def test_products_that_cancel_leave_rounding_and_no_more() -> None:
    """The root of a sum of inner products would leave the root of an epsilon."""
    rng = np.random.default_rng(0)
    left, right = rng.standard_normal((2, 7))
    error = math.exp(log_norm_of_products(np.array([left, -left]), np.array([right, right])))
    assert error <= 10 * EPSILON * np.linalg.norm(left) * np.linalg.norm(right)


@pytest.mark.parametrize(("count", "size", "other"), [(1, 3, 4), (3, 8, 2), (5, 2, 3), (4, 6, 6)])
def test_norms_of_sums_of_products_are_those_of_numpy(count: int, size: int, other: int) -> None:
    """More vectors than dimensions, too, and one that is zero."""
    rng = np.random.default_rng(count)
    lefts, rights = rng.standard_normal((count, size)), rng.standard_normal((count, other))
    rights[count // 2] *= count < 4
    true = np.linalg.norm(lefts.T @ rights)
    scale = np.sum(np.linalg.norm(lefts, axis=1) * np.linalg.norm(rights, axis=1))
    # sums of at most eight products, each rounded a few times
    assert abs(math.exp(log_norm_of_products(lefts, rights)) - true) <= 40 * EPSILON * scale


# ------------------------------------------------------------------------------------------- with and without matrices

TRIALS = 1500
NETWORKS = {
    "tanh": mlp(width=5, depth=4, activation="tanh", weight_var=2, bias_var=0.1),
    "relu, unequal": mlp(widths=[4, 9, 3, 5], activation="relu", weight_var=2),
    "orthogonal": mlp(width=4, depth=4, activation="tanh", weight_var=2, law="orthogonal"),
    "residual": resnet(4, 3, "tanh", 2, form="pre_activation"),
    "dropout": mlp(width=8, depth=3, activation="gelu", weight_var=2, dropout=0.5),
}
ASKED = [
    gradient_correlation_gap(0, 0.9),
    batch_weight_gradient_norm(1, 5),
    contrastive_weight_gradient_norm(1, 3),
]
ROUNDING = {"float64": math.log(1e-28), "float32": math.log(1e-11)}  # gaps below are a square of a few hundred epsilons


def drawn(network: Network, asked: Quantity, method: str, rng: int, dtype: str = "float64") -> npt.NDArray[np.float64]:
    """Each layer alone, and jointly: with the gradient, with the layer before and with the first."""
    found = measure(network, [gradient_norm(0), asked], trials=TRIALS, rng=rng, method=method, dtype=dtype)
    gradients, others = (np.maximum(found[each].log_values, ROUNDING[dtype]) for each in (gradient_norm(0), asked))
    if asked.what is Measurable.GRADIENT_CORRELATION_GAP:
        others = others[:, :-1]  # at the output both are one gradient
    pairs = [others - gradients[:, [0]], others[:, 1:] - others[:, :-1], others[:, 1:] + others[:, [0]]]
    return np.concatenate([others, *pairs], axis=1)


@pytest.mark.parametrize("asked", ASKED, ids=str)
@pytest.mark.parametrize("name", NETWORKS)
def test_several_inputs_have_the_law_that_they_have_with_matrices(name: str, asked: Quantity) -> None:
    free, dense = drawn(NETWORKS[name], asked, "matrix_free", 1), drawn(NETWORKS[name], asked, "dense", 2)
    assert comparisons.smallest_p(free, dense) > comparisons.ERROR_RATE


@pytest.mark.parametrize("asked", ASKED, ids=str)
@pytest.mark.parametrize("name", ["orthogonal"])
def test_in_single_precision_too(name: str, asked: Quantity) -> None:
    samples = [drawn(NETWORKS[name], asked, *each, "float32") for each in (("matrix_free", 3), ("dense", 4))]
    assert comparisons.smallest_p(*samples) > comparisons.ERROR_RATE


# Where inputs come to look alike: what they share is most of what they have.
ORDERED = mlp(width=2, depth=4, activation="tanh", weight_var=1, bias_var=1)


def afresh(draw: Draw) -> Draw:
    """Weights that another input, or another gradient, does not share."""
    draw._trial += TRIALS
    draw._memory.frames.rights[:] = draw._memory.frames.lefts[:] = 0
    return draw


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_inputs_that_meet_weights_of_their_own_are_refuted(asked: Quantity, monkeypatch: pytest.MonkeyPatch) -> None:
    dense, at = drawn(ORDERED, asked, "dense", 2), Draw.at
    monkeypatch.setattr(Draw, "at", lambda draw, *given: afresh(at(draw, *given)))
    assert comparisons.smallest_p(drawn(ORDERED, asked, "matrix_free", 1), dense) < comparisons.ERROR_RATE**2


@pytest.mark.parametrize("asked", ASKED[1:], ids=str)
def test_transposed_weights_that_are_drawn_afresh_are_refuted(asked: Quantity, monkeypatch: pytest.MonkeyPatch) -> None:
    """The assumption of gradient independence: what is asked backward does not know what was asked forward."""
    dense, against = drawn(ORDERED, asked, "dense", 2), Draw.against
    monkeypatch.setattr(Draw, "against", lambda draw, gradient: afresh(against(draw, gradient)))
    assert comparisons.smallest_p(drawn(ORDERED, asked, "matrix_free", 1), dense) < comparisons.ERROR_RATE**2


@pytest.mark.parametrize("asked", ASKED[1:], ids=str)
def test_inputs_whose_gradients_are_taken_for_orthogonal_are_refuted(
    asked: Quantity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Squared norms that add up: without the products of different inputs."""

    def apart(lefts: npt.NDArray[np.float64], rights: npt.NDArray[np.float64]) -> float:
        norms = np.linalg.norm(lefts, axis=1) * np.linalg.norm(rights, axis=1)
        return math.log(np.linalg.norm(norms))

    dense = drawn(ORDERED, asked, "dense", 2)
    monkeypatch.setattr(batches, "log_norm_of_products", apart)
    assert comparisons.smallest_p(drawn(ORDERED, asked, "matrix_free", 1), dense) < comparisons.ERROR_RATE**2


# ---------------------------------------------------------------------------------------------------- runs and refusals


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("method", ["dense", "matrix_free"])
@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_numbers_do_not_depend_on_threads_and_a_trial_is_replayed(asked: Quantity, method: str, dtype: str) -> None:
    for name in ("orthogonal", "dropout"):
        options = {"rng": 1, "method": method, "dtype": dtype}
        runs = [measure(NETWORKS[name], [asked], trials=9, threads=count, **options)[asked] for count in (1, 2, 7)]
        assert all(np.array_equal(run.log_values, runs[0].log_values) for run in runs)
        alone = replay(NETWORKS[name], asked, runs[0].seed, 5, dtype, runs[0].method)
        assert alone.at(int(asked.layer))[0] == runs[0].at(int(asked.layer))[5]


@pytest.mark.parametrize("method", ["dense", "matrix_free"])
@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_other_inputs_leave_the_first_alone(asked: Quantity, method: str) -> None:
    for network in (NETWORKS["orthogonal"], NETWORKS["dropout"]):
        plain = [gradient_norm(0), weight_gradient_norm(1), dead_fraction(1)]
        besides, alone = (measure(network, each, trials=3, rng=1, method=method) for each in ([asked, *plain], plain))
        for each in plain:
            assert np.array_equal(besides[each].log_values, alone[each].log_values)


def test_gaps_of_values_and_of_gradients_share_a_second_input() -> None:
    pair = [input_correlation_gap(1, 0.9), gradient_correlation_gap(0, 0.9)]
    together = measure(NETWORKS["orthogonal"], pair, trials=5, rng=1, method="matrix_free")
    for asked in pair:
        alone = measure(NETWORKS["orthogonal"], [asked], trials=5, rng=1, method="matrix_free")[asked]
        assert np.array_equal(together[asked].log_values, alone.log_values)


def test_outputs_that_are_equal_have_no_gradient() -> None:
    """ReLU units two by two: after thirty layers all inputs are at zero."""
    dead = mlp(width=2, depth=30, activation="relu")
    for asked in (contrastive_weight_gradient_norm(1, 3), batch_weight_gradient_norm(1, 3)):
        assert np.isneginf(simulate(dead, asked, trials=5, rng=0).log_values).all()
    assert (simulate(dead, gradient_correlation_gap(0), trials=5, rng=0).log_values == 0).all()  # orthogonal to all


def test_gradients_that_leave_the_range_of_floats_are_counted_by_exponents() -> None:
    """A linear network: with another variance, each layer has another factor, and all else is the same."""
    depth = 400
    small, one = (mlp(4, depth, "x", variance) for variance in (sp.Rational(1, 2**20), 1))
    for asked in (batch_weight_gradient_norm(1, 3), contrastive_weight_gradient_norm(1, 3)):
        logs = [simulate(network, asked, trials=2, rng=0).log_values for network in (small, one)]
        factor = -(depth - 1) * math.log(2**10)  # of the gradient by the first weights; values and gradients share it
        assert logs[0] - logs[1] == pytest.approx(np.full((2, 1), factor), abs=depth * CLOSE)


def test_a_wide_batch_needs_no_matrix() -> None:
    """Width 20 000: the weights of one layer would take 3.2 GB."""
    found = simulate(mlp(20_000, 2, "tanh", law="orthogonal"), batch_weight_gradient_norm(1, 4), trials=1, rng=1)
    assert found.method == "matrix_free_vectors"
    assert np.isfinite(found.log_values).all()


@pytest.mark.parametrize("method", ["dense", "matrix_free"])
def test_a_batch_beyond_memory_is_refused_with_one_that_would_fit(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "memory", lambda: 2.0**22)
    network = mlp(width=64, depth=4)
    with pytest.raises(ValueError, match=r"is beyond memory for .*; at most a batch of \d+ would fit") as refused:
        simulate(network, batch_weight_gradient_norm(1, 10**6), trials=1, rng=0, method=method)
    fits = int(str(refused.value).split("a batch of ")[1].split()[0])
    simulate(network, batch_weight_gradient_norm(1, fits), trials=1, rng=0, method=method)
    with pytest.raises(ValueError, match=f"a batch of {fits} would fit"):
        simulate(network, batch_weight_gradient_norm(1, fits + 1), trials=1, rng=0, method=method)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: batch_weight_gradient_norm(1, 1),
            "batch = 1 of batch_weight_gradient_norm is out of range; give a number",
        ),
        (lambda: contrastive_weight_gradient_norm(1, 2.5), "batch = 2.5 .* give a number of inputs, 2 or more"),
        (
            lambda: gradient_correlation_gap(0, 2),
            "overlap = 2 of gradient_correlation_gap is out of range; give a cosine",
        ),
        (lambda: simulate(mlp(1, 1), gradient_correlation_gap(0), trials=1), "overlap = 0 of two inputs of width 1"),
        (
            lambda: simulate(resnet(4, 2, form="two_layers"), batch_weight_gradient_norm(1), trials=1),
            "batch_weight_gradient_norm is of the one weight matrix of a layer",
        ),
        (
            lambda: simulate(mlp(4, 2, law="uniform"), batch_weight_gradient_norm(1), trials=1, method="matrix_free"),
            "the weights of layer 1 are uniform",
        ),
        (
            lambda: simulate(mlp(4, 2), batch_weight_gradient_norm(1), trials=1, method="conditional"),
            "batch_weight_gradient_norm has no conditional mean in closed form",
        ),
        (
            lambda: measure(
                mlp(4, 2), [batch_weight_gradient_norm(1), volume_growth(1)], trials=1, method="matrix_free"
            ),
            r"batch_weight_gradient_norm\(layer=1\) and a frame of tangents would disturb each other",
        ),
    ],
)
def test_what_cannot_be_is_refused(make: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


def test_they_are_written_as_code_and_as_in_papers() -> None:
    assert str(batch_weight_gradient_norm(3, 8)) == "batch_weight_gradient_norm(layer=3, batch=8)"
    assert str(contrastive_weight_gradient_norm(2)) == "contrastive_weight_gradient_norm(layer=2)"
    assert r"\partial W_{3}" in batch_weight_gradient_norm(3, 8).latex()
    assert contrastive_weight_gradient_norm(2, 5).latex().endswith(r"\sum_{i<j\le5}\lVert h^{(i)}_L-h^{(j)}_L\rVert^2")
    assert r"\cos(h_0,h'_0)=\frac{1}{2}" in gradient_correlation_gap(0, HALF).latex()
