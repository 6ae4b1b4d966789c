"""Cases: what a decision rule sees. Logarithms of the trials, the logarithm of the bound, and nothing of any theory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..claims import Relation, Trial, Unit

__all__ = ["Case", "Evidence", "Finding", "Floats"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """The trials of one sample beside the bound that they try.

    Parameters
    ----------
    log_values : (trials,) float64
        Natural logarithms; ``-inf`` is an exact zero.
    log_bound : float
        Natural logarithm of the bound; ``-inf`` is a bound of zero.
    width : int
        Smallest width of the network.
    factors : int
        How many layers the value is a product over, for the rounding.
    dtype : str
        Precision in which the sample was computed.
    seed : int
        Of the sample, to replay a trial.
    """

    log_values: Floats
    log_bound: float
    width: int
    factors: int
    dtype: str
    seed: int

    @cached_property
    def relative(self) -> Floats:
        """Logarithm of value over bound; 0 where both are zero or both infinite."""
        with np.errstate(invalid="ignore"):
            return np.where(self.log_values == self.log_bound, 0.0, self.log_values - self.log_bound)


@dataclass(frozen=True, eq=False)
class Case:
    """A relation, the evidence for and against it, and how often a true claim may be refuted.

    Parameters
    ----------
    relation : Relation
        Between value and bound.
    evidence : tuple of Evidence
        One for each sample.
    error_rate : float
        Probability that a rule may refute a true claim.
    """

    relation: Relation
    evidence: tuple[Evidence, ...]
    error_rate: float

    @property
    def trials(self) -> int:
        """Number of trials in all samples."""
        return sum(each.log_values.size for each in self.evidence)

    @cached_property
    def relative(self) -> Floats:
        """Logarithms of value over bound, all samples in a row."""
        return np.concatenate([each.relative for each in self.evidence])

    @property
    def bound_is_zero(self) -> bool:
        """Whether the bound is exactly zero, so that only absolute deviations have a meaning."""
        return self.evidence[0].log_bound == -np.inf

    @property
    def unit(self) -> Unit:
        """In what the slack is measured."""
        if self.relation not in (Relation.EQ, Relation.TENDSTO):
            return Unit.DECADES
        return Unit.ABSOLUTE if self.bound_is_zero else Unit.RELATIVE

    def locate(self, index: int) -> tuple[int, int]:
        """Return seed and number of the trial at an index of `relative`."""
        for each in self.evidence:
            if index < each.log_values.size:
                return each.seed, int(index)
            index -= each.log_values.size
        raise IndexError(f"there are {self.trials} trials")

    def scaled(self, log_factor: float) -> Case:
        """Return the case of the same claim with its bound multiplied by ``exp(log_factor)``."""
        return self._with([replace(each, log_bound=each.log_bound + log_factor) for each in self.evidence])

    def filled(self, log_value: float) -> Case:
        """Return the case in which every trial shows the same value."""
        return self._with([replace(e, log_values=np.full_like(e.log_values, log_value)) for e in self.evidence])

    def _with(self, evidence: list[Evidence]) -> Case:
        return replace(self, evidence=tuple(evidence))


@dataclass(frozen=True)
class Finding:
    """What a rule says of a case.

    Parameters
    ----------
    trial : Trial
        Refuted, inconclusive or consistent.
    reason : str
        Why, without a full stop.
    slack : float or None
        In the unit of the case: the decimal logarithm of how far the closest value is from an inequality's bound,
        positive where it holds; the observed relative deviation for an equality.
    worst : tuple of int or None
        Seed and number of the trial that speaks most against the claim.
    error_rate : float
        Probability that this rule refutes a true claim.
    power : float or None, optional
        The smallest relative error of the claim that would have been noticed, where the one who looked knows it.
    """

    trial: Trial
    reason: str
    slack: float | None
    worst: tuple[int, int] | None
    error_rate: float
    power: float | None = None
