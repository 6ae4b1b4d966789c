"""Claims that hold in mean: a z-test that knows about skewness, and keeps silent where tails are heavy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

import numpy as np
from scipy import stats

from ...claims import Relation, Trial
from ..cases import Case, Finding, Floats
from ..roundings import tolerance
from .pointwise_checks import EveryTrial
from .protocols import Rule

__all__ = ["MeanTest"]

# Number of trials on which the spread must rest, (sum c^2)^2 / sum c^4 for deviations c. Measured on log-normal samples
# with a variance of the logarithm from 0.05 to 4, 200 and 1000 trials each: at 32 and above, the corrected test refutes
# a true mean no more often than stated, for stated rates from 0.1 to 0.001; the tests repeat a part of that study.
_CARRIERS = 32.0


@final
@dataclass(frozen=True)
class MeanTest(Rule):
    r"""Student's t-statistic of the mean, with Hall's correction for skewness.

    Notes
    -----
    With :math:`W=(\bar X-\mu)/s` and the sample skewness :math:`\gamma`,
    :math:`\sqrt N\,(W+\tfrac\gamma3W^2+\tfrac{\gamma^2}{27}W^3+\tfrac\gamma{6N})` is normal up to :math:`O(1/N)` where
    :math:`\sqrt N\,W` is so up to :math:`O(1/\sqrt N)`. Gradient norms are nearly log-normal: if a handful of trials
    carries the variance, no test of the mean is calibrated, and the answer is inconclusive.

    References
    ----------
    Hall 1992, "On the removal of skewness by transformation", J. R. Statist. Soc. B 54(1).
    """

    def find(self, case: Case) -> Finding:
        """Compare the mean of the trials with the bound."""
        if case.bound_is_zero:  # nothing measured is negative, so its mean is zero only if every trial is
            return EveryTrial(self.claim).find(case)
        worst = case.locate(int(np.argmax(np.abs(case.relative))))
        top = float(case.relative.max())
        if top == -np.inf:
            return Finding(
                Trial.INCONCLUSIVE,
                "every trial is zero beside the bound; the mean may rest on rare others",
                None,
                worst,
                case.error_rate,
            )
        values = np.exp(case.relative - top)
        carriers, mean = _carriers(values), top + math.log(values.mean())
        slack = _slack(case.relation, mean)
        if carriers < _CARRIERS:
            reason = f"heavy tails: the spread rests on {carriers:.0f} of {case.trials} trials, {_CARRIERS:.0f} are needed; take more"
            return Finding(Trial.INCONCLUSIVE, reason, slack, worst, case.error_rate)
        refuted, score = _decide(case, values, top)
        verdict = Trial.REFUTED if refuted else Trial.CONSISTENT
        shown = f"the mean of {case.trials} trials is 10^{mean / math.log(10):.4g} times the bound, {score:.3g} standard errors off"
        return Finding(verdict, shown, slack, worst, case.error_rate)


def _decide(case: Case, values: Floats, top: float) -> tuple[bool, float]:
    margin = max(tolerance(each) for each in case.evidence)
    above = _score(values, _exp(margin - top))
    below = -_score(values, _exp(-margin - top))
    two_sided = case.relation is Relation.EQ
    limit = float(stats.t.isf(case.error_rate / (2 if two_sided else 1), case.trials - 1))
    scores = {Relation.EQ: max(above, below), Relation.GE: below}
    score = scores.get(case.relation, above)
    return score > limit, score


def _score(values: Floats, mean: float) -> float:
    """Return Hall's corrected number of standard errors from a mean."""
    number = values.size
    centred = values - values.mean()
    spread = math.sqrt(float(centred @ centred) / (number - 1))
    if spread == 0.0:
        return math.copysign(math.inf, values[0] - mean) if values[0] != mean else 0.0
    # Beyond 1e6 standard deviations the answer is clear, and the cube must not overflow.
    shift = min(max((float(values.mean()) - mean) / spread, -1e6), 1e6)
    skewness = float(np.mean((centred / spread) ** 3))
    corrected = shift + skewness / 3 * shift**2 + skewness**2 / 27 * shift**3 + skewness / (6 * number)
    return math.sqrt(number) * corrected


def _carriers(values: Floats) -> float:
    square = (values - values.mean()) ** 2
    largest = square.max()
    if largest == 0.0:
        return math.inf
    share = square / largest  # so that fourth powers do not underflow
    return float(share.sum() ** 2 / (share @ share))


def _exp(x: float) -> float:
    return math.exp(x) if x < 700 else math.inf


def _slack(relation: Relation, log_ratio: float) -> float:
    if relation is Relation.EQ:
        return _exp(log_ratio) - 1
    return (log_ratio if relation is Relation.GE else -log_ratio) / math.log(10)
