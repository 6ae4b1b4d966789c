"""Claims that hold in law: the Kolmogorov-Smirnov test against the distribution that the bound stands for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, final

import numpy as np
import sympy as sp
from scipy import stats

from ...claims import Relation, Trial, log_of
from ..bounds import number
from ..cases import Case, Finding
from ..distributions import Law, split_scale
from .protocols import Rule

__all__ = ["LawTest"]


@final
@dataclass(frozen=True)
class LawTest(Rule):
    """The two-sided test of Kolmogorov and Smirnov, with its exact p-value.

    The scale of the law is kept as a logarithm, so that a law at 10^-1000 is tried like any other.
    """

    relations: ClassVar[frozenset[Relation]] = frozenset({Relation.EQ})

    @cached_property
    def _parts(self) -> tuple[sp.Expr, Law]:
        return split_scale(self.claim.valued())

    def log_bound(self, width: int) -> float:
        """Return the natural logarithm of the scale of the law."""
        return number(self.claim, log_of(self._parts[0]), "the scale")

    def find(self, case: Case) -> Finding:
        """Compare the distribution of the trials with the law."""
        law = self._parts[1]
        with np.errstate(over="ignore"):
            values = np.exp(case.relative)
        test = stats.kstest(values, law.cdf)
        worst = int(np.argmin(np.abs(values - test.statistic_location)))
        verdict = Trial.REFUTED if test.pvalue < case.error_rate else Trial.CONSISTENT
        reason = f"the distribution of {case.trials} trials is off by at most {test.statistic:.3g}, which has p = {test.pvalue:.3g}"
        slack = float(np.median(values)) / law.median - 1
        return Finding(verdict, reason, slack, case.locate(worst), case.error_rate)
