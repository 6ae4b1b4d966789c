"""Claims that hold with a stated probability: violations are counted, and the count is tested."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import cast, final

import numpy as np
from scipy import stats

from ...claims import Trial, WithProbability
from ..bounds import number
from ..cases import Case, Finding
from ..roundings import excesses
from .pointwise_checks import slack_of
from .protocols import Rule

__all__ = ["FailureCount"]


@final
@dataclass(frozen=True)
class FailureCount(Rule):
    """A binomial test: refuted if so many violations are too rare under the stated probability.

    The slack is that of the trial that just need not fail: as many may lie beyond it as the claim allows.
    """

    @cached_property
    def _failure(self) -> float:
        mode = cast("WithProbability", self.claim.mode)
        failure = number(self.claim, mode.failure, "the probability of failure")
        if not 0 <= failure < 1:
            raise ValueError(
                f"the probability of failure of {self.claim.name} is {failure}; it must be at least 0 and below 1"
            )
        return failure

    def find(self, case: Case) -> Finding:
        """Count the violations."""
        excess = excesses(case)
        count = int(np.count_nonzero(excess > 0))
        chance = float(stats.binom.sf(count - 1, case.trials, self._failure))
        verdict = Trial.REFUTED if chance < case.error_rate else Trial.CONSISTENT
        order = np.argsort(-excess, kind="stable")
        borderline = int(order[min(int(self._failure * case.trials), case.trials - 1)])
        reason = f"{count} of {case.trials} trials violate it, {self._failure:.3g} of them may; so many have p = {chance:.3g}"
        return Finding(verdict, reason, slack_of(case, borderline), case.locate(int(order[0])), case.error_rate)
