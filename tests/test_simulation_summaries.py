"""Summaries: what a naive loop over raw samples says, whatever the chunks; bounds of quantiles hold; memory stays flat."""

from __future__ import annotations

import statistics
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from symgrad.claims import gradient_norm
from symgrad.networks import mlp
from symgrad.simulation import Summary, replay, simulate, summarise
from symgrad.simulation.running import runs
from symgrad.simulation.statistics.histograms import FINEST, Histogram
from symgrad.simulation.statistics.summaries import Summaries

DYING = mlp(width=3, depth=12, activation="relu", weight_var=2)  # some of its gradients are exact zeros
NETS = [DYING, mlp(width=9, depth=4, activation="tanh", bias_var=1)]
LEVELS = [0.0, 0.001, 0.25, 0.5, 0.9, 0.999, 1.0]


def bits(summary: Summary) -> list[bytes]:
    names = ("zeros", "means", "variances", "least", "greatest", "least_trials", "greatest_trials")
    counts = [(each.level, each.base, each.counts.tobytes()) for each in summary.histograms]
    return [*(getattr(summary, name).tobytes() for name in names), repr(counts).encode()]


@pytest.mark.parametrize("network", NETS)
def test_a_summary_says_what_raw_samples_say(network) -> None:
    sample = simulate(network, "gradient_norm", trials=3000, rng=5)
    summary = summarise(network, "gradient_norm", trials=3000, rng=5)
    assert summary.layers == sample.layers
    for place, layer in enumerate(sample.layers):
        logs = sample.at(layer).tolist()
        finite = [log for log in logs if log > -np.inf]
        assert summary.zeros[place] == len(logs) - len(finite)
        # Rounding of sums of 3000 terms of size ten: 3000 * 10 * 2**-53, with some to spare.
        assert summary.means[place] == pytest.approx(statistics.fmean(finite), rel=1e-12, abs=1e-12)
        assert summary.variances[place] == pytest.approx(statistics.variance(finite), rel=1e-11, abs=1e-20)
        assert (summary.least[place], summary.least_trials[place]) == (min(logs), logs.index(min(logs)))
        assert (summary.greatest[place], summary.greatest_trials[place]) == (max(logs), logs.index(max(logs)))


@pytest.mark.parametrize("network", NETS)
def test_quantiles_lie_between_their_bounds(network) -> None:
    sample = simulate(network, "gradient_norm", trials=3000, rng=5)
    summary = summarise(network, "gradient_norm", trials=3000, rng=5)
    finite = np.where(np.isneginf(sample.log_values), np.nan, sample.log_values)
    spread = np.nanmax(finite, axis=0) - np.nanmin(finite, axis=0)
    for level in LEVELS:
        exact, (lower, upper) = sample.quantile(level), summary.quantile(level)
        assert ((lower <= exact) & (exact <= upper)).all()
        known = exact > -np.inf
        assert (lower[~known] == upper[~known]).all()
        assert (upper[known] - lower[known] <= np.maximum(spread / 1000, 2.0**FINEST)[known]).all()


def test_extremes_can_be_replayed() -> None:
    summary = summarise(NETS[1], "gradient_norm", trials=2000, rng=5)
    trial = int(summary.greatest_trials[0])
    assert replay(NETS[1], "gradient_norm", summary.seed, trial).at(0)[0] == summary.greatest[0]


def test_a_summary_does_not_depend_on_threads_chunks_executors_or_a_resumption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.npz"
    wanted = bits(summarise(DYING, "gradient_norm", trials=2500, rng=5, threads=1))
    summarise(DYING, "gradient_norm", trials=777, rng=5, checkpoint=path)
    assert bits(summarise(DYING, "gradient_norm", trials=2500, rng=5, checkpoint=path)) == wanted
    with ThreadPoolExecutor(3) as executor:
        assert bits(summarise(DYING, "gradient_norm", trials=2500, rng=5, executor=executor)) == wanted
    monkeypatch.setattr(runs, "_CHUNKS_PER_THREAD", 100)
    assert bits(summarise(DYING, "gradient_norm", trials=2500, rng=5, threads=2)) == wanted


def test_a_checkpoint_of_a_summary_goes_neither_back_nor_with_samples(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    summarise(DYING, "gradient_norm", trials=20, rng=5, checkpoint=path)
    with pytest.raises(ValueError, match="sums up 20 trials; ask for as many, or for more"):
        summarise(DYING, "gradient_norm", trials=10, rng=5, checkpoint=path)
    with pytest.raises(ValueError, match="its content is summaries, not samples"):
        simulate(DYING, "gradient_norm", trials=20, rng=5, checkpoint=path)
    arrays = dict(np.load(path))
    np.savez(path, **{**arrays, "means0": arrays["means0"][:2]})
    with pytest.raises(ValueError, match="the checkpoint is damaged: means0 is not what it should be"):
        summarise(DYING, "gradient_norm", trials=20, rng=5, checkpoint=path)


def test_a_histogram_is_the_same_in_any_order() -> None:
    draws = np.random.default_rng(3)
    values = np.concatenate([draws.normal(size=500), draws.normal(-1e4, 3.0, size=500), [0.0, -1e6, 7.25]])
    wanted = None
    for size in (1, 10, 1003):
        shuffled, histogram = draws.permutation(values), Histogram()
        for first in range(0, values.size, size):
            seen = shuffled[: first + size]
            histogram.add(shuffled[first : first + size], float(seen.min()), float(seen.max()))
        found = (histogram.level, histogram.base, histogram.counts.tolist())
        wanted = wanted or found
        assert found == wanted
    assert sum(wanted[2]) == values.size  # type: ignore[index]


def test_one_value_is_known_to_a_billionth() -> None:
    histogram = Histogram()
    histogram.add(np.full(5, 0.1), 0.1, 0.1)
    lower, upper = histogram.bounds(3)
    assert lower <= 0.1 < upper
    assert upper - lower < 1e-9


def test_quantiles_of_nothing_but_zeros_and_of_no_probability() -> None:
    plan = {gradient_norm(0): (0,)}
    ledger = Summaries(plan, 4)
    ledger.add(range(4), {gradient_norm(0): np.full((4, 1), -np.inf)})
    summary = ledger.summary(gradient_norm(0), "a network", 0, "dense", "float64", "")
    assert summary.quantile(0.5) == (np.array([-np.inf]), np.array([-np.inf]))
    assert np.isnan(summary.means).all()
    assert np.isnan(summary.variances).all()
    for probability in (-0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match="is not between 0 and 1"):
            summary.quantile(probability)


def peak(trials: int) -> int:
    tracemalloc.start()
    try:
        summarise(NETS[1], "gradient_norm", trials=trials, rng=5, threads=1)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once more chunks have been handed out than may wait, a tenfold run needs no more: a thousandth of its samples."""
    monkeypatch.setattr(runs, "_AHEAD", 4)
    peak(100)  # compiles
    few, many = peak(20_000), peak(200_000)
    assert many - few < 200_000 * 5 * 8 / 20  # raw samples would be 20 times that


def test_raw_samples_beyond_memory_are_refused_with_what_would_fit() -> None:
    with pytest.raises(
        ValueError, match=r"4294967296 trials of 1001 numbers need 3.2e\+04 GiB.*at most \d+ trials fit"
    ):
        simulate(mlp(width=2, depth=1000), "gradient_norm", trials=2**32, rng=0)
