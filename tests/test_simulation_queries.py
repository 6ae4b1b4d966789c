"""Weights that are never formed: their answers fit together as those of one matrix, and have its law."""

from __future__ import annotations

import comparisons
import numpy as np
import pytest
from scipy import stats

from symgrad.claims import (
    Quantity,
    bias_gradient_norm,
    gradient_norm,
    growth_rate,
    input_correlation_gap,
    volume_growth,
)
from symgrad.networks import Network, mlp, resnet
from symgrad.simulation import measure, replay, simulate
from symgrad.simulation.conditioning.queries import BACK, FORTH, answer
from symgrad.simulation.vectors import draws
from symgrad.simulation.wiring.memories import Memory, reserve
from symgrad.simulation.wiring.wirings import Wiring, wire

SEED = np.uint64(2**63 + 11)
NEVER = np.zeros(1, dtype=np.bool_)
SHAPES = [(5, 5), (3, 8), (8, 3), (1, 4), (1, 1)]
# Of a sum of a few products in a basis that is orthogonal to rounding.
CLOSE = {"float64": 200 * float(np.finfo(np.float64).eps), "float32": 200 * float(np.finfo(np.float32).eps)}


class Unformed:
    """The weights of one layer, before they are scaled, asked from Python."""

    def __init__(self, fan_in: int, fan_out: int, law: str, dtype: str = "float64", asked: int = 8) -> None:
        network = mlp(widths=[fan_in, fan_out], law=law)
        self.wiring: Wiring = wire(network, dtype, undrawn=True)
        self.memory: Memory = reserve(self.wiring, 0, NEVER, asked)
        self.fan_in, self.fan_out, self.dtype = fan_in, fan_out, dtype

    def times(self, vector: np.ndarray, trial: int = 0) -> np.ndarray:
        return self._asked(vector, self.fan_out, trial, FORTH)

    def transposed_times(self, vector: np.ndarray, trial: int = 0) -> np.ndarray:
        return self._asked(vector, self.fan_in, trial, BACK)

    def _asked(self, vector: np.ndarray, size: int, trial: int, way: object) -> np.ndarray:
        out = np.empty(size, dtype=self.dtype)
        answer(self.memory.frames, SEED, trial, 1, vector.astype(self.dtype), out, way)
        return out.astype(np.float64)

    def forget(self) -> None:
        self.memory.frames.rights[:] = self.memory.frames.lefts[:] = 0


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("law", ["gaussian", "orthogonal"])
@pytest.mark.parametrize(("fan_in", "fan_out"), SHAPES)
def test_answers_are_those_of_one_matrix(fan_in: int, fan_out: int, law: str, dtype: str) -> None:
    """Linear, and the same from both sides, in whatever order they are asked: so there is a matrix that answers so."""
    weights, rng = Unformed(fan_in, fan_out, law, dtype), np.random.default_rng(1)
    rights, lefts = rng.standard_normal((3, fan_in)), rng.standard_normal((1, fan_out))
    images = [weights.times(rights[0])]
    backs = [weights.transposed_times(lefts[0])]
    images += [weights.times(x) for x in rights[1:]]
    combined = weights.times(rights.T @ [1.0, -2.0, 3.0])
    close = CLOSE[dtype] * 10  # vectors and their images have norms of a few
    assert combined == pytest.approx(np.array(images).T @ [1.0, -2.0, 3.0], abs=10 * close)
    assert weights.times(rights[0]) == pytest.approx(images[0], abs=close)
    for x, y in zip(rights, images, strict=True):
        assert np.dot(lefts[0], y) == pytest.approx(np.dot(backs[0], x), abs=10 * close)


@pytest.mark.parametrize(("fan_in", "fan_out"), SHAPES)
def test_orthogonal_weights_keep_lengths_on_the_side_that_fits(fan_in: int, fan_out: int) -> None:
    weights, rng = Unformed(fan_in, fan_out, "orthogonal"), np.random.default_rng(2)
    if fan_in <= fan_out:
        first, second = rng.standard_normal((2, fan_in))
        assert np.dot(weights.times(first), weights.times(second)) == pytest.approx(np.dot(first, second), abs=1e-12)
    else:
        first, second = rng.standard_normal((2, fan_out))
        images = weights.transposed_times(first), weights.transposed_times(second)
        assert np.dot(*images) == pytest.approx(np.dot(first, second), abs=1e-12)


@pytest.mark.parametrize("law", ["gaussian", "orthogonal"])
def test_all_columns_together_have_the_law_of_the_matrix(law: str) -> None:
    """Asked for a basis that is not the standard one, and once from the other side in between; entries are compared."""
    rng, found = np.random.default_rng(3), []
    basis, left = rng.standard_normal((3, 3)), rng.standard_normal(4)
    weights = Unformed(3, 4, law)
    for trial in range(4000):
        weights.forget()
        first = weights.times(basis[0], trial)
        weights.transposed_times(left, trial)
        rest = [weights.times(each, trial) for each in basis[1:]]
        found.append(np.linalg.solve(basis, np.array([first, *rest])).T)
    if law == "gaussian":
        true = rng.standard_normal((4000, 4, 3))
    else:
        q, r = np.linalg.qr(rng.standard_normal((4000, 4, 3)))
        true = q * np.sign(np.einsum("tii->ti", r))[:, None, :]
    assert comparisons.smallest_p(entries(np.array(found)), entries(true)) > comparisons.ERROR_RATE


def entries(matrices: np.ndarray) -> np.ndarray:
    """Entries, and products of pairs of them in a row, in a column and across: laws of one and of two."""
    pairs = [matrices[:, 0, 0] * matrices[:, 0, 1], matrices[:, 0, 0] * matrices[:, 1, 0]]
    pairs += [matrices[:, 0, 0] * matrices[:, 1, 1] - matrices[:, 0, 1] * matrices[:, 1, 0]]
    return np.column_stack([matrices.reshape(len(matrices), -1), *pairs])


def test_a_direction_too_many_is_not_a_number_rather_than_a_wrong_one() -> None:
    weights, rng = Unformed(6, 6, "gaussian", asked=1), np.random.default_rng(4)
    for _ in range(2):
        assert np.isfinite(weights.times(rng.standard_normal(6))).all()
    assert np.isnan(weights.times(rng.standard_normal(6))).all()


def test_zero_is_answered_by_zero_and_asks_nothing() -> None:
    weights = Unformed(4, 3, "gaussian")
    assert not weights.times(np.zeros(4)).any()
    assert weights.memory.frames.rights[0] == 0


# --------------------------------------------------------------------------------------- two inputs, several tangents

TRIALS = 4000
NETWORKS = {
    "tanh": mlp(width=5, depth=4, activation="tanh", weight_var=2, bias_var=0.1),
    "relu, unequal": mlp(widths=[4, 9, 3, 5], activation="relu", weight_var=2),
    "orthogonal": mlp(width=4, depth=4, activation="tanh", weight_var=2, law="orthogonal"),
    "residual": resnet(4, 3, "tanh", 2, form="two_layers"),
}
ASKED = [input_correlation_gap(1), input_correlation_gap(1, 0.9), volume_growth(1, 1), volume_growth(1, 3)]


def drawn(network: Network, asked: Quantity, method: str, rng: int) -> np.ndarray:
    """Jointly with gradients, as quotients."""
    found = measure(network, [gradient_norm(0), asked], trials=TRIALS, rng=rng, method=method)
    gradients, others = (np.maximum(found[each].log_values, -1e6) for each in (gradient_norm(0), asked))
    columns = np.concatenate([others, others - gradients[:, [0]], others[:, 1:] - others[:, :-1]], axis=1)
    return columns[:, np.ptp(columns, axis=0) > 1e-5]


@pytest.mark.parametrize("asked", ASKED, ids=str)
@pytest.mark.parametrize("name", NETWORKS)
def test_more_vectors_have_the_law_that_they_have_with_matrices(name: str, asked: Quantity) -> None:
    free, dense = drawn(NETWORKS[name], asked, "matrix_free", 1), drawn(NETWORKS[name], asked, "dense", 2)
    assert comparisons.smallest_p(free, dense) > comparisons.ERROR_RATE


def test_to_forget_what_was_asked_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness bites: weights that are drawn afresh for the second input are not those of the first."""
    network, asked = NETWORKS["tanh"], input_correlation_gap(1, 0.9)
    dense = drawn(network, asked, "dense", 2)
    companion = draws.Draw.companion

    def forgetful(draw: draws.Draw, overlap: float) -> draws.Draw:
        other = companion(draw, overlap)
        other._trial += TRIALS  # fresh noise
        other._memory.frames.rights[:] = other._memory.frames.lefts[:] = 0
        return other

    monkeypatch.setattr(draws.Draw, "companion", forgetful)
    assert comparisons.smallest_p(drawn(network, asked, "matrix_free", 1), dense) < comparisons.ERROR_RATE**2


def test_two_that_ask_would_disturb_each_other_and_are_drawn_with_matrices() -> None:
    pair = [input_correlation_gap(1), volume_growth(1)]
    network = NETWORKS["tanh"]
    assert {sample.method for sample in measure(network, pair, trials=2, rng=1).values()} == {"dense"}
    with pytest.raises(
        ValueError, match=r"input_correlation_gap\(layer=1\) and a frame of tangents would disturb each other"
    ):
        measure(network, pair, trials=2, rng=1, method="matrix_free")


def test_what_is_measured_besides_leaves_the_passes_as_they_are() -> None:
    """So a trial can be replayed for one quantity alone, by the method that the sample names."""
    for network in (NETWORKS["orthogonal"], NETWORKS["tanh"]):
        plain = [gradient_norm(0), bias_gradient_norm(1)]
        besides = measure(network, [volume_growth(1), *plain], trials=3, rng=1)
        for asked, sample in besides.items():
            alone = replay(network, asked, sample.seed, 2, method=sample.method)
            assert alone.at(int(asked.layer))[0] == sample.at(int(asked.layer))[2]


def test_a_wide_orthogonal_network_needs_no_matrix() -> None:
    """Width 20 000: the weights of one layer would take 3.2 GB."""
    found = simulate(mlp(20_000, 5, "x", law="orthogonal"), "gradient_norm", trials=2, rng=1)
    assert found.method == "matrix_free_vectors"
    assert np.abs(found.log_values).max() < 1e-12  # an isometry, to the rounding of sums of 20 000 squares


def test_two_inputs_that_almost_agree_are_told_apart_in_single_precision() -> None:
    """An ordered network: the gap falls by the same factor at each layer, until rounding is all that is left of it."""
    net = mlp(32, 26, "tanh", 0.5, 0.1)
    free, dense = (
        simulate(net, "input_correlation_gap", trials=300, rng=rng, dtype="float32", method=method)
        for rng, method in ((1, "matrix_free"), (2, "dense"))
    )
    logs = [sample.at(26) for sample in (free, dense)]
    error = np.sqrt(np.pi / 2 * sum(each.var(ddof=1) / each.size for each in logs))  # of the difference of two medians
    assert abs(np.median(logs[0]) - np.median(logs[1])) < 4 * error < 1
    assert np.median(free.at(26)) < np.log(1e-10)
    assert stats.ks_2samp(free.at(20), dense.at(20)).pvalue > comparisons.ERROR_RATE


@pytest.mark.parametrize("method", ["dense", "matrix_free"])
def test_a_whole_spectrum_is_read_off_one_frame(method: str) -> None:
    """The same numbers as each rank alone, to the bit; ReLU units that are dead lose the last directions only."""
    for network in (NETWORKS["tanh"], NETWORKS["residual"], mlp(3, 6, "relu", 2)):
        spectrum = [growth_rate(3, rank) for rank in (1, 2, 3)]
        together = measure(network, [*spectrum, volume_growth(3, 2)], trials=4, rng=1, method=method)
        for asked in (*spectrum, volume_growth(3, 2)):
            alone = measure(network, [asked], trials=4, rng=1, method=method)[asked]
            assert np.array_equal(alone.log_values, together[asked].log_values)
        logs = [together[asked].at(3) for asked in spectrum]
        assert (logs[0] + logs[1]) * 3 == pytest.approx(together[volume_growth(3, 2)].at(3), rel=1e-13)
