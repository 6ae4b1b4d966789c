"""Summaries: mean, variance, extremes and quantiles of logarithms, in a memory that does not grow with trials."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...claims import Quantity
from ..compilations import cached
from ..engines import Plan, Rows
from .archives import Arrays
from .histograms import BINS, Histogram

__all__ = ["Summaries", "Summary"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Moments(NamedTuple):
    """What is known of the logarithms at each layer.

    Parameters
    ----------
    finite : (layers,) int64
        How many are no exact zeros.
    means, squares : (layers,) float64
        Their mean, and the sum of their squared distances from it.
    least, greatest : (layers,) float64
        Of all logarithms, ``-inf`` among them.
    least_finite : (layers,) float64
        Without it.
    least_trials, greatest_trials : (layers,) int64
        The first trials that have them.
    """

    finite: Integers
    means: Floats
    squares: Floats
    least: Floats
    greatest: Floats
    least_finite: Floats
    least_trials: Integers
    greatest_trials: Integers


def reserve_moments(layers: int) -> Moments:
    """Return the moments of no trials."""

    def full(value: float) -> Floats:
        return np.full(layers, value, dtype=np.float64)

    def none() -> Integers:
        return np.full(layers, -1, dtype=np.int64)

    counts = np.zeros(layers, dtype=np.int64)
    return Moments(counts, full(0.0), full(0.0), full(math.inf), full(-math.inf), full(math.inf), none(), none())


@cached
def add_rows(moments: Moments, rows: Floats, first: int) -> None:
    """Add trials in their order, one at a time (Welford 1962), so that no chunk is seen in the sums.

    Parameters
    ----------
    moments : Moments
        Of the trials before.
    rows : (trials, layers) float64
        Natural logarithms.
    first : int
        Number of the first trial.
    """
    for row in range(rows.shape[0]):
        for layer in range(rows.shape[1]):
            value = rows[row, layer]
            if moments.least_trials[layer] < 0 or value < moments.least[layer]:
                moments.least[layer], moments.least_trials[layer] = value, first + row
            if moments.greatest_trials[layer] < 0 or value > moments.greatest[layer]:
                moments.greatest[layer], moments.greatest_trials[layer] = value, first + row
            if value > -math.inf:
                moments.least_finite[layer] = min(moments.least_finite[layer], value)
                moments.finite[layer] += 1
                distance = value - moments.means[layer]
                moments.means[layer] += distance / moments.finite[layer]
                moments.squares[layer] += distance * (value - moments.means[layer])


@dataclass(frozen=True, eq=False)
class Summary:
    """Statistics of one quantity in many independent draws of a network; the draws themselves are not kept.

    Parameters
    ----------
    quantity : Quantity
        What was measured.
    subject : str
        The network, in words.
    layers : tuple of int
        Where it was measured.
    trials : int
        Number of draws.
    zeros : (layers,) int64
        In how many draws the quantity is an exact zero, whose logarithm is ``-inf``.
    means, variances : (layers,) float64
        Of the natural logarithms of all that is not zero; nan where nothing is, or for a variance only one is.
    least, greatest : (layers,) float64
        Natural logarithms.
    least_trials, greatest_trials : (layers,) int64
        The first trials where they were seen: `replay` repeats them with the seed.
    seed : int
        Together with the number of the trial it determines every draw.
    method, dtype, reason : str
        As in a sample.
    histograms : tuple of Histogram
        Counts of the logarithms, one for each layer.

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.simulation import summarise
    >>> summary = summarise(sg.mlp(width=4, depth=2, activation="tanh"), "gradient_norm", trials=500, rng=0)
    >>> lower, upper = summary.quantile(0.5)
    >>> bool((upper - lower < 0.01).all())
    True
    """

    quantity: Quantity
    subject: str
    layers: tuple[int, ...]
    trials: int
    zeros: Integers
    means: Floats
    variances: Floats
    least: Floats
    greatest: Floats
    least_trials: Integers
    greatest_trials: Integers
    seed: int
    method: str
    dtype: str
    reason: str
    histograms: tuple[Histogram, ...]

    def quantile(self, probability: float) -> tuple[Floats, Floats]:
        """Enclose the natural logarithm of a quantile of the draws at each layer.

        Parameters
        ----------
        probability : float
            From 0 to 1.

        Returns
        -------
        tuple of (layers,) float64
            Lower and upper bounds of what `Sample.quantile` returns for the same draws: that is certain. They are at
            most a thousandth of the spread of the logarithms apart, or a billionth if that is more.

        Raises
        ------
        ValueError
            If the probability is none.
        """
        if not 0 <= probability <= 1:
            raise ValueError(f"probability = {probability!r} is not between 0 and 1")
        rank = max(math.ceil(probability * self.trials), 1)
        bounds = np.array([self._bounds(place, rank) for place in range(len(self.layers))]).reshape(-1, 2)
        return bounds[:, 0], bounds[:, 1]

    def _bounds(self, place: int, rank: int) -> tuple[float, float]:
        zeros, greatest = int(self.zeros[place]), float(self.greatest[place])
        if rank <= zeros:
            return -math.inf, -math.inf
        lower, upper = self.histograms[place].bounds(rank - zeros)
        return max(lower, float(self.least[place])), min(upper, greatest)


class Summaries:
    """The ledger of summaries: moments and histograms for each quantity.

    Parameters
    ----------
    plan : dict of Quantity to tuple of int
        What is measured, and at which layers.
    trials : int
        How many there will be.
    """

    KIND = "summaries"

    def __init__(self, plan: Plan, trials: int) -> None:
        self.done, self._trials, self._plan = 0, trials, plan
        self._moments = {asked: reserve_moments(len(where)) for asked, where in plan.items()}
        self._histograms = {asked: [Histogram() for _ in where] for asked, where in plan.items()}

    def add(self, numbers: range, rows: Rows) -> None:
        """Take in the rows of the trials that come next."""
        for asked, found in rows.items():
            moments = self._moments[asked]
            add_rows(moments, np.ascontiguousarray(found), numbers.start)
            for layer, histogram in enumerate(self._histograms[asked]):
                finite = found[found[:, layer] > -np.inf, layer]
                if finite.size:
                    histogram.add(finite, float(moments.least_finite[layer]), float(moments.greatest[layer]))
        self.done = numbers.stop

    def arrays(self) -> Arrays:
        """Return moments and counts."""
        kept: Arrays = {"done": np.array(self.done)}
        for place, asked in enumerate(self._plan):
            histograms = self._histograms[asked]
            kept |= {f"{name}{place}": array for name, array in self._moments[asked]._asdict().items()}
            kept[f"counts{place}"] = np.array([each.counts for each in histograms]).reshape(-1, BINS)
            kept[f"bins{place}"] = np.array([(each.level, each.base) for each in histograms]).reshape(-1, 2)
        return kept

    def restore(self, arrays: Arrays) -> None:
        """Take over moments and counts; trials that are summed up cannot be taken out again."""
        done, own = int(arrays["done"]), self.arrays()
        if done > self._trials:
            raise ValueError(f"the checkpoint sums up {done} trials; ask for as many, or for more")
        for name, array in own.items():
            if name not in arrays or (arrays[name].shape, arrays[name].dtype) != (array.shape, array.dtype):
                raise ValueError(f"the checkpoint is damaged: {name} is not what it should be")
        for place, asked in enumerate(self._plan):
            self._moments[asked] = Moments(*(arrays[f"{name}{place}"] for name in Moments._fields))
            counts, bins = arrays[f"counts{place}"], arrays[f"bins{place}"]
            self._histograms[asked] = [
                Histogram(int(level), int(base), count) for (level, base), count in zip(bins, counts, strict=True)
            ]
        self.done = done

    def summary(self, asked: Quantity, subject: str, seed: int, method: str, dtype: str, reason: str) -> Summary:
        """Return the statistics of one quantity."""
        moments = self._moments[asked]
        with np.errstate(invalid="ignore", divide="ignore"):
            means = np.where(moments.finite > 0, moments.means, np.nan)
            variances = np.where(moments.finite > 1, moments.squares / (moments.finite - 1), np.nan)
        return Summary(
            asked, subject, self._plan[asked], self.done, self.done - moments.finite, means, variances,
            moments.least, moments.greatest, moments.least_trials, moments.greatest_trials,
            seed, method, dtype, reason, tuple(self._histograms[asked]),
        )  # fmt: skip
