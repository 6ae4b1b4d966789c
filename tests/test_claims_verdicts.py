"""Verdicts: the combination table, entry by entry and law by law."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from itertools import product

import pytest

from symgrad.claims import COMBINED, Contradiction, Outcome, Strength, Trial, Verdict, combine

PROOFS = (Strength.SYMBOLIC, Strength.CERTIFIED)
R, I, C, P = Outcome.REFUTED, Outcome.INCONCLUSIVE, Outcome.CONSISTENT, Outcome.PROVED
TRIALS = (Trial.REFUTED, Trial.INCONCLUSIVE, Trial.CONSISTENT, Trial.UNTRIED)
TABLE = {  # written once more, by hand, from the rules of the design; None is loud
    Strength.SYMBOLIC: (None, P, P, P),
    Strength.CERTIFIED: (None, P, P, P),
    Strength.CITED: (R, I, C, I),
    Strength.CONJECTURED: (R, I, C, I),
    Strength.BROKEN: (R, I, I, I),
}
PAIRS = list(product(Strength, Trial))


def test_the_table_has_every_pair_once() -> None:
    assert set(COMBINED) == set(PAIRS)
    assert len(COMBINED) == len(Strength) * len(Trial)
    assert set(TABLE) == set(Strength)
    assert set(TRIALS) == set(Trial)


@pytest.mark.parametrize(("strength", "trial"), PAIRS)
def test_every_entry_is_as_written(strength: Strength, trial: Trial) -> None:
    wanted = TABLE[strength][TRIALS.index(trial)]
    if wanted is None:
        with pytest.raises(Contradiction, match=f"a {strength.name.lower()} proof was refuted by a sample"):
            combine(strength, trial)
    else:
        assert combine(strength, trial) is wanted


@pytest.mark.parametrize(("strength", "trial"), PAIRS)
def test_proved_means_a_replayed_proof_and_nothing_less(strength: Strength, trial: Trial) -> None:
    assert (COMBINED[strength, trial] is P) == (strength in PROOFS and trial is not Trial.REFUTED)


@pytest.mark.parametrize(("strength", "trial"), PAIRS)
def test_refuted_means_that_a_sample_refuted(strength: Strength, trial: Trial) -> None:
    assert (COMBINED[strength, trial] is R) == (trial is Trial.REFUTED and strength not in PROOFS)


@pytest.mark.parametrize("strength", sorted(set(Strength) - set(PROOFS)))
def test_a_sample_alone_never_says_more_than_consistent(strength: Strength) -> None:
    assert all(COMBINED[strength, trial] in (R, I, C) for trial in Trial)


def test_a_sample_does_not_mend_a_broken_derivation() -> None:
    assert combine(Strength.BROKEN, Trial.CONSISTENT) is I


RANK = {R: 0, I: 1, C: 2, P: 3}


@pytest.mark.parametrize("trial", Trial)
def test_a_stronger_derivation_never_gives_less(trial: Trial) -> None:
    ranks = [RANK[found] for strength in Strength if (found := COMBINED[strength, trial]) is not None]
    assert ranks == sorted(ranks)


def test_not_applicable_stands_outside_of_the_table() -> None:
    assert Outcome.NOT_APPLICABLE not in COMBINED.values()
    assert len(Outcome) == 5


@pytest.mark.parametrize("outcome", Outcome)
def test_a_verdict_is_true_where_nothing_speaks_against_the_claim(outcome: Outcome) -> None:
    assert bool(Verdict("a_le_b", outcome, "tried")) == (outcome in (C, P))


def test_a_verdict_is_frozen_and_counts_no_trials_unless_told() -> None:
    verdict = Verdict("a_le_b", C, "tried")
    assert (verdict.trials, verdict.slack, verdict.power, verdict.worst_seed) == (0, None, None, None)
    with pytest.raises(FrozenInstanceError):
        verdict.outcome = P  # type: ignore[misc]


def test_a_contradiction_cannot_be_taken_for_an_ordinary_error() -> None:
    assert issubclass(Contradiction, AssertionError)
