"""Entries: weights of every law against their slow twin, and against SciPy's own draws of the same law."""

from __future__ import annotations

from collections.abc import Iterator

import mpmath
import naive
import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from symgrad.claims import weight_norm
from symgrad.networks import DrawnWeights, Network, TruncatedNormalWeights, mlp
from symgrad.simulation import measure, simulate
from symgrad.simulation.randomness.streams import Purpose
from symgrad.simulation.vectors.draws import Draw
from symgrad.simulation.wiring.memories import reserve
from symgrad.simulation.wiring.wirings import wire

SEED, NUMBER = 2**63 + 11, 2
EPSILON = {dtype: float(np.finfo(dtype).eps) for dtype in ("float64", "float32")}
# One KS test in this many of a right sampler fails; the seeds are fixed, so it fails always or never.
ERROR_RATE = 1e-4


@pytest.fixture(autouse=True)
def digits() -> Iterator[None]:
    with mpmath.workdps(naive.DIGITS):
        yield


def opened(network: Network, number: int = NUMBER, dtype: str = "float64", budget: int = 2**24) -> Draw:
    wiring = wire(network, dtype)
    activations = [layer.activation for layer in network.layers()]
    return Draw(wiring, activations, reserve(wiring, budget, np.zeros(1, dtype=np.bool_)), SEED, number)


def drawn(law: str | DrawnWeights, rows: int, columns: int, dtype: str = "float64") -> npt.NDArray[np.floating]:
    return opened(mlp(widths=[columns, rows], law=law), dtype=dtype).weights(1)


LAWS = ["uniform", "truncated_normal", TruncatedNormalWeights(2, 0.5), "orthogonal"]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (1, 6), (6, 1), (1, 1)])
@pytest.mark.parametrize("law", LAWS, ids=str)
def test_weights_are_those_of_the_twin(law: str | DrawnWeights, shape: tuple[int, int], dtype: str) -> None:
    """A reflection costs a few roundings for each entry, of which there are six; so does a normal number.

    In single precision the numbers are those of double precision, rounded.
    """
    network = mlp(widths=[shape[1], shape[0]], law=law)
    twin = naive.drawn_weights(next(network.layers()).weights, *shape, (SEED, Purpose.WEIGHTS, 1, NUMBER))
    seen = opened(network, dtype=dtype).weights(1)
    assert np.abs(seen - np.array(twin, dtype=float)).max() <= 100 * EPSILON[dtype] * max(1.0, np.abs(seen).max())


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_gradients_are_difference_quotients_of_the_whole_network(law: str | DrawnWeights) -> None:
    network = mlp(widths=[3, 5, 2, 4], activation="tanh", law=law, bias_var=0.5)
    twin = naive.trial(network, SEED, NUMBER)
    sample = simulate(network, "gradient_norm", trials=NUMBER + 1, rng=SEED, method="dense")
    expected = float(mpmath.log(naive.norm(twin.difference_quotients())))
    # a few dozen roundings a layer, amplified by two layers of norms of a few
    assert abs(sample.log_values[NUMBER, 0] - expected) <= 1000 * EPSILON["float64"]


@pytest.mark.parametrize(
    ("law", "expected"),
    [
        ("uniform", stats.uniform(-(3**0.5), 2 * 3**0.5)),
        ("truncated_normal", stats.truncnorm(-2, 2, scale=1 / stats.truncnorm(-2, 2).std())),
        (TruncatedNormalWeights(1, 0.5), stats.truncnorm(-0.5, 0.5, scale=1 / stats.truncnorm(-0.5, 0.5).std())),
    ],
    ids=["uniform", "truncated at 2", "truncated at 1/2"],
)
def test_entries_have_the_law_of_scipy(law: str | DrawnWeights, expected: stats.rv_continuous) -> None:
    entries = (drawn(law, 200, 300) * 300**0.5).ravel()
    assert stats.kstest(entries, expected.cdf).pvalue > ERROR_RATE
    # The variance of a mean of squares follows from the fourth moment; four deviations err once in 15 000.
    spread = np.sqrt((expected.moment(4) - 1) / entries.size)
    assert abs(np.mean(entries**2) - 1) <= 4 * spread
    assert np.abs(entries).max() <= expected.support()[1] * (1 + EPSILON["float64"])


def test_the_law_test_bites() -> None:
    """A normal law is told from a truncated one, and a truncation at 2 from one at 3."""
    scaled = drawn("gaussian", 200, 300).ravel() * 300**0.5
    assert stats.kstest(scaled, stats.truncnorm(-2, 2, scale=1 / stats.truncnorm(-2, 2).std()).cdf).pvalue < 1e-6
    other = drawn(TruncatedNormalWeights(1, 3), 200, 300).ravel() * 300**0.5
    assert stats.kstest(other, stats.truncnorm(-2, 2, scale=1 / stats.truncnorm(-2, 2).std()).cdf).pvalue < 1e-6


@pytest.mark.parametrize("shape", [(40, 40), (50, 20), (20, 50), (130, 7)])
def test_orthogonal_weights_are_orthonormal(shape: tuple[int, int]) -> None:
    """Each entry of the product is a sum of as many terms as the longer side has."""
    w = drawn("orthogonal", *shape)
    gram = w.T @ w if shape[0] >= shape[1] else w @ w.T
    assert np.abs(gram - np.eye(min(shape))).max() <= max(shape) * EPSILON["float64"]


def functionals(matrices: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
    """Numbers whose laws tell Haar measure from others: an entry, a trace, a determinant, an asymmetric combination."""
    return {
        "first entry": matrices[:, 0, 0],
        "last entry": matrices[:, -1, -1],
        "trace": np.trace(matrices, axis1=1, axis2=2),
        "trace of the square": np.trace(matrices @ matrices, axis1=1, axis2=2),
        "corner": matrices[:, 0, 1] * matrices[:, 1, 0],
    }


def haar(count: int, size: int) -> npt.NDArray[np.float64]:
    network = mlp(width=size, depth=1, law="orthogonal")
    return np.array([opened(network, number).weights(1) for number in range(count)])


def test_orthogonal_weights_have_the_law_of_scipy() -> None:
    ours, theirs = functionals(haar(2000, 4)), functionals(stats.ortho_group(4, seed=1).rvs(2000))
    for name, values in ours.items():
        assert stats.ks_2samp(values, theirs[name]).pvalue > ERROR_RATE, name
    determinants = np.linalg.det(haar(2000, 3))
    # A fair coin: the number of heads is within four deviations of a half but once in 15 000.
    assert abs(np.sum(determinants > 0) - 1000) <= 4 * np.sqrt(500)


def test_the_haar_test_bites() -> None:
    """LAPACK's own factors, without signs, are orthogonal but not uniform."""
    rng = np.random.default_rng(2)
    wrong = functionals(np.linalg.qr(rng.standard_normal((2000, 4, 4)))[0])
    right = functionals(stats.ortho_group(4, seed=1).rvs(2000))
    assert min(stats.ks_2samp(values, right[name]).pvalue for name, values in wrong.items()) < 1e-6


@pytest.mark.parametrize(("rows", "columns"), [(5, 2), (2, 5)])
def test_an_entry_of_semi_orthogonal_weights_has_its_beta_law(rows: int, columns: int) -> None:
    """A coordinate of a uniform unit vector of R^5: its square is Beta(1/2, 2)."""
    network = mlp(widths=[columns, rows], law="orthogonal", weight_var=3)
    squares = [opened(network, number).weights(1)[-1, -1] ** 2 / 3 for number in range(2000)]
    assert stats.kstest(squares, stats.beta(0.5, 2).cdf).pvalue > ERROR_RATE


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_draws_depend_neither_on_threads_nor_on_memory(law: str | DrawnWeights) -> None:
    network = mlp(widths=[7, 131, 70, 3], activation="tanh", law=law, bias_var=1)
    first, second = (simulate(network, "gradient_norm", trials=5, rng=1, threads=n).log_values for n in (1, 2))
    assert np.array_equal(first, second)
    kept, drawn_twice = opened(network), opened(network, budget=0)
    assert np.array_equal(kept.backward[1], drawn_twice.backward[1])
    assert all(np.array_equal(kept.weights(layer), drawn_twice.weights(layer)) for layer in (1, 2, 3))


def test_singular_values_of_orthogonal_weights_are_the_root_of_the_variance() -> None:
    sample = measure(
        mlp(widths=[6, 9, 4], law="orthogonal", weight_var=2), [weight_norm(1), weight_norm(2)], trials=3, rng=0
    )
    for each in sample.values():
        assert np.abs(each.log_values - np.log(2) / 2).max() <= 100 * EPSILON["float64"]


@pytest.mark.parametrize(
    ("law", "words"),
    [
        ("uniform", "uniform"),
        ("truncated_normal", r"truncated normal \(at 2 deviations\)"),
    ],
)
def test_without_matrices_other_laws_are_refused(law: str, words: str) -> None:
    network = mlp(width=4, depth=2, law=law)
    with pytest.raises(ValueError, match=f"the weights of layer 1 are {words}, and only independent Gaussian"):
        simulate(network, "gradient_norm", trials=2, method="matrix_free")
    assert simulate(network, "gradient_norm", trials=2, rng=0).method == "dense"


def test_a_truncation_that_nothing_survives_is_refused() -> None:
    with pytest.raises(ValueError, match="truncation = 1/100 cannot be simulated: fewer than one in a hundred"):
        simulate(mlp(width=4, depth=1, law=TruncatedNormalWeights(1, 0.01)), "gradient_norm", trials=1)
