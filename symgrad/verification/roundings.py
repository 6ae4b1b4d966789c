"""Roundings: how far a trial may be off a true claim because numbers have finitely many digits."""

from __future__ import annotations

import math

import numpy as np

from ..claims import Relation
from .cases import Case, Evidence, Floats

__all__ = ["excesses", "tolerance", "zero_tolerance"]

# Machine epsilons that one layer may cost. A sum of n products is off by at most n/2 of them, relative to the sum of
# the absolute values, and hardly ever by more than 4 sqrt(n) (Higham & Mary 2019, Theorem 3.1, with lambda = 8): the
# floor covers any sum of up to 1000 terms surely, and sums of 16 000 terms but for a probability of 2e-14.
_EPSILONS_PER_LAYER = 512
_EPSILONS_PER_UNIT = 4  # two matrix products and a norm for each layer, each with half an epsilon per term, rounded up


def tolerance(evidence: Evidence) -> float:
    """Return the difference of logarithms that rounding may explain.

    Parameters
    ----------
    evidence : Evidence
        Its precision, width and number of factors matter.

    Returns
    -------
    float
        Relative errors of the layers add up; a logarithm of size ``a`` is itself known to ``a`` epsilons only, and is
        the sum of as many terms as there are layers.

    References
    ----------
    Higham and Mary 2019, "A new approach to probabilistic rounding error analysis", SIAM J. Sci. Comput. 41(5).
    """
    epsilon = float(np.finfo(evidence.dtype).eps)
    size = abs(evidence.log_bound) if math.isfinite(evidence.log_bound) else 0.0
    layer = max(_EPSILONS_PER_LAYER, _EPSILONS_PER_UNIT * evidence.width)
    return epsilon * layer * (evidence.factors + 1 + size)


def zero_tolerance(evidence: Evidence, trials: int, error_rate: float) -> float:
    """Return the value that rounding may give to what is exactly zero.

    Parameters
    ----------
    evidence : Evidence
        Its precision, width and number of factors matter.
    trials : int
        How many there are in all.
    error_rate : float
        Probability with which rounding may exceed the tolerance.

    Returns
    -------
    float
        A defect is measured relative to the length of a random vector after the network. That length is smaller than
        ``t`` times its usual size with a probability of order ``t``, so the worst of N trials is allowed to be
        N / error_rate times larger than the rounding of one.
    """
    return tolerance(evidence) * max(1.0, trials / error_rate)


def excesses(case: Case) -> Floats:
    """Return, for each trial, by how much its logarithm exceeds what relation and rounding allow.

    Parameters
    ----------
    case : Case
        A relation, and trials beside a bound.

    Returns
    -------
    (trials,) float64
        Positive where the relation is violated; the largest is the worst.
    """
    return np.concatenate([_excess(each, case) for each in case.evidence])


def _excess(evidence: Evidence, case: Case) -> Floats:
    if evidence.log_bound == -np.inf and case.relation is not Relation.GE:
        return evidence.log_values - math.log(zero_tolerance(evidence, case.trials, case.error_rate))
    return _DEPARTURES[case.relation](evidence.relative) - tolerance(evidence)


_DEPARTURES = {
    Relation.LE: np.positive,
    Relation.LT: np.positive,
    Relation.GE: np.negative,
    Relation.EQ: np.abs,
}
