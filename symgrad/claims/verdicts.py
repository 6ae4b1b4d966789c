"""Verdicts: what replay and trial say together, by a combination table that is written down.

A trial alone never says more than *consistent*; neither does a derivation with a cited step. *Proved* and *refuted*
about one claim is a contradiction in the house and is raised, not returned.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .steps import Strength

__all__ = ["COMBINED", "Contradiction", "Outcome", "Trial", "Unit", "Verdict", "combine"]


class Outcome(Enum):
    """What is known about a claim after it was replayed and tried.

    Examples
    --------
    >>> [outcome.value for outcome in Outcome]
    ['refuted', 'inconclusive', 'consistent', 'proved', 'not applicable']
    """

    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    CONSISTENT = "consistent"
    PROVED = "proved"
    NOT_APPLICABLE = "not applicable"


class Trial(Enum):
    """What a simulation alone says."""

    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    CONSISTENT = "consistent"
    UNTRIED = "untried"


class Unit(Enum):
    """In what the slack of a verdict is measured."""

    DECADES = "decades"  # decimal logarithm of bound over closest value, positive where an inequality holds
    RELATIVE = "relative"  # (observed - claimed) / claimed, for an equality
    ABSOLUTE = "absolute"  # the value itself, where zero is claimed


class Contradiction(AssertionError):
    """A claim with a replayed proof was refuted by a sample: one of the two is wrong."""


_LOUD = None

COMBINED: dict[tuple[Strength, Trial], Outcome | None] = {
    (Strength.SYMBOLIC, Trial.REFUTED): _LOUD,
    (Strength.SYMBOLIC, Trial.INCONCLUSIVE): Outcome.PROVED,
    (Strength.SYMBOLIC, Trial.CONSISTENT): Outcome.PROVED,
    (Strength.SYMBOLIC, Trial.UNTRIED): Outcome.PROVED,
    (Strength.CERTIFIED, Trial.REFUTED): _LOUD,
    (Strength.CERTIFIED, Trial.INCONCLUSIVE): Outcome.PROVED,
    (Strength.CERTIFIED, Trial.CONSISTENT): Outcome.PROVED,
    (Strength.CERTIFIED, Trial.UNTRIED): Outcome.PROVED,
    (Strength.CITED, Trial.REFUTED): Outcome.REFUTED,
    (Strength.CITED, Trial.INCONCLUSIVE): Outcome.INCONCLUSIVE,
    (Strength.CITED, Trial.CONSISTENT): Outcome.CONSISTENT,
    (Strength.CITED, Trial.UNTRIED): Outcome.INCONCLUSIVE,
    # Nothing is derived: the sample is all there is, and alone it never says more than consistent.
    (Strength.CONJECTURED, Trial.REFUTED): Outcome.REFUTED,
    (Strength.CONJECTURED, Trial.INCONCLUSIVE): Outcome.INCONCLUSIVE,
    (Strength.CONJECTURED, Trial.CONSISTENT): Outcome.CONSISTENT,
    (Strength.CONJECTURED, Trial.UNTRIED): Outcome.INCONCLUSIVE,
    # A derivation that does not replay proves nothing, and a sample that agrees does not mend it.
    (Strength.BROKEN, Trial.REFUTED): Outcome.REFUTED,
    (Strength.BROKEN, Trial.INCONCLUSIVE): Outcome.INCONCLUSIVE,
    (Strength.BROKEN, Trial.CONSISTENT): Outcome.INCONCLUSIVE,
    (Strength.BROKEN, Trial.UNTRIED): Outcome.INCONCLUSIVE,
}


def combine(strength: Strength, trial: Trial) -> Outcome:
    """Combine what the replay and the trial said, by the table `COMBINED`.

    Parameters
    ----------
    strength : Strength
        The weakest step of the derivation, as replayed.
    trial : Trial
        What the simulation said.

    Returns
    -------
    Outcome
        The entry of the table.

    Raises
    ------
    Contradiction
        If a replayed proof meets a refuting sample.

    Examples
    --------
    >>> combine(Strength.CITED, Trial.CONSISTENT)
    <Outcome.CONSISTENT: 'consistent'>
    """
    outcome = COMBINED[strength, trial]
    if outcome is None:
        raise Contradiction(
            f"a {strength.name.lower()} proof was refuted by a sample: the proof or the simulation is wrong"
        )
    return outcome


@dataclass(frozen=True)
class Verdict:
    """What is known about a claim, and how sharply it was tried.

    Parameters
    ----------
    claim : str
        The name of the claim.
    outcome : Outcome
        Refuted, inconclusive, consistent, proved, or not applicable.
    reason : str
        Why, in a sentence.
    trials : int
        How many samples tried it; 0 if none did.
    slack : float or None
        How loose the bound is: log10 of bound over the closest sample for an inequality; the observed relative
        deviation for an equality, or the value itself where zero is claimed. ``unit`` says which.
    power : float or None
        The smallest relative error in the claim that this run would have noticed, or the smallest value where zero is
        claimed; infinite if none.
    worst_seed : tuple of int or None
        Seed and number of the trial that came closest to refuting.
    error_rate : float or None
        Probability that this rule refutes a true claim.
    unit : Unit or None
        Of the slack; None where there is none.

    Examples
    --------
    >>> verdict = Verdict("a_le_b", Outcome.CONSISTENT, "no trial exceeded the bound", trials=100, slack=0.3)
    >>> bool(verdict), verdict.outcome.value
    (True, 'consistent')
    """

    claim: str
    outcome: Outcome
    reason: str
    trials: int = 0
    slack: float | None = None
    power: float | None = None
    worst_seed: tuple[int, int] | None = None
    error_rate: float | None = None
    unit: Unit | None = None

    def __bool__(self) -> bool:
        """Whether nothing speaks against the claim."""
        return self.outcome in (Outcome.CONSISTENT, Outcome.PROVED)
