"""Claims that hold always: every trial must satisfy the relation, up to rounding."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

import numpy as np

from ...claims import Relation, Trial
from ..cases import Case, Finding, Floats
from ..roundings import excesses
from .protocols import Rule

__all__ = ["EveryTrial", "slack_of"]


@final
@dataclass(frozen=True)
class EveryTrial(Rule):
    """One violation refutes. Rounding is the only error: see `symgrad.verification.roundings`."""

    def find(self, case: Case) -> Finding:
        """Look for the worst trial."""
        excess = excesses(case)
        worst = int(np.argmax(excess))
        rate = case.error_rate if case.bound_is_zero else 0.0
        verdict, reason = _judge(case, excess, worst)
        return Finding(verdict, reason, slack_of(case, worst), case.locate(worst), rate)


def _judge(case: Case, excess: Floats, worst: int) -> tuple[Trial, str]:
    violations = int(np.count_nonzero(excess > 0))
    if violations:
        return Trial.REFUTED, f"{violations} of {case.trials} trials violate it, {_by_how_much(case, worst)}"
    if case.relation is Relation.LT and (case.bound_is_zero or case.relative[worst] > -_rounding(case, excess, worst)):
        return Trial.INCONCLUSIVE, "the relation is strict, and the largest trial lies within rounding of the bound"
    return Trial.CONSISTENT, f"all {case.trials} trials satisfy it"


def _rounding(case: Case, excess: Floats, worst: int) -> float:
    """What `excesses` has allowed this trial."""
    return float(case.relative[worst] - excess[worst])


def _by_how_much(case: Case, worst: int) -> str:
    if case.bound_is_zero:
        value = np.concatenate([each.log_values for each in case.evidence])[worst]
        return f"the worst is 10^{value / math.log(10):.3g} where 0 is claimed"
    return f"the worst is 10^{case.relative[worst] / math.log(10):.3g} times the bound"


def slack_of(case: Case, index: int) -> float:
    """Return how far one trial is from the bound.

    Parameters
    ----------
    case : Case
        A relation, and trials beside a bound.
    index : int
        Of the closest trial.

    Returns
    -------
    float
        For an inequality the decimal logarithm of the ratio, positive where it holds; for an equality the relative
        deviation, or the value itself where zero is claimed.
    """
    relative = float(case.relative[index])
    if case.relation is not Relation.EQ:
        return (relative if case.relation is Relation.GE else -relative) / math.log(10)
    if case.bound_is_zero:
        return float(np.exp(np.concatenate([each.log_values for each in case.evidence])[index]))
    with np.errstate(over="ignore"):
        return float(np.expm1(relative))
