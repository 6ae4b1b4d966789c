"""Two samples, one law? Kolmogorov and Smirnov's test on many statistics at once, with one error rate for all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import ks_2samp

Floats = npt.NDArray[np.float64]

ERROR_RATE = (
    1e-3  # that any statistic of two samples of one law differs; seeds are fixed, so a test that passes stays so
)


def statistics(gradients: Floats, squares: Floats) -> Floats:
    """Logarithms of norms at each layer, alone and jointly : (trials, statistics).

    Differences and sums of neighbours, of forward and backward, and of both ends are laws of pairs. A logarithm of zero
    is put below all others, so that it can be subtracted.
    """
    g, q = (np.where(np.isneginf(logs), -1e6, logs) for logs in (gradients, squares))
    pairs = [
        g[:, :-1] - g[:, 1:],
        g[:, :-1] - g[:, [-2]],
        g[:, :-1] - q / 2,
        g[:, :-1] + q[:, [-1]] / 2,
        g[:, [0]] + q / 2,
    ]
    columns = np.concatenate([g, q, *pairs], axis=1)
    return columns[:, np.ptp(columns, axis=0) > 1e-5]  # the gradient at the output has norm one


def smallest_p(first: Floats, second: Floats) -> float:
    """The smallest p-value of all statistics, times their number (Bonferroni)."""
    assert first.shape[1] == second.shape[1]
    # Atoms, such as dead networks, have one value: rounding must not split them, in single precision neither.
    a, b = np.round(first, 5), np.round(second, 5)
    found = [ks_2samp(x, y, method="asymp").pvalue for x, y in zip(a.T, b.T, strict=True)]
    return float(min(found)) * len(found)
