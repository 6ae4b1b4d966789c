"""Counts: factors are multiplied one by one, and a claim that is off by one is refuted."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from symgrad.claims import (
    Always,
    Claim,
    Contradiction,
    Measurable,
    Outcome,
    Quantity,
    Relation,
    Trial,
    gradient_norm,
    symbol,
)
from symgrad.networks import mlp
from symgrad.theorems import claim as known
from symgrad.verification import assert_holds, decide
from symgrad.verification.counts import counted

CHAIN = mlp(activation="sigmoid", weights=1, depth=4)  # factors of 1/4
VANISHING, UNDERFLOW = (
    known(name, CHAIN) for name in ("vanishing_depth_eq_log_ratio", "underflow_depth_eq_log_ratio_of_rounding")
)


TENTH = sp.Rational(1, 10)


def guess(relation: Relation, count: int, rate: sp.Expr = TENTH) -> Claim:
    made = Claim.conjecture(Quantity(Measurable.VANISHING_DEPTH), relation, count, Always())
    return replace(made, values=((symbol("rate"), rate), (symbol("threshold"), sp.Rational(1, 10**6))))


def test_true_counts_are_consistent_and_say_how_sharply_they_were_tried() -> None:
    proved, cited = decide(VANISHING), decide(UNDERFLOW)
    assert (proved.outcome, cited.outcome) == (Outcome.PROVED, Outcome.CONSISTENT)
    assert (proved.trials, proved.slack, proved.power, proved.error_rate) == (1, 0.0, 0.1, 0.0)
    assert cited.power == pytest.approx(1 / 75, rel=1e-15)
    assert "75 factors were multiplied, as claimed" in cited.reason


@pytest.mark.parametrize("true", [VANISHING, UNDERFLOW], ids=["vanishing", "underflow"])
@pytest.mark.parametrize("off", [-1, 1])
def test_a_count_that_is_off_by_one_is_refuted(true: Claim, off: int) -> None:
    mutant = replace(true, bound=true.bound + off)
    assert decide(mutant).outcome is Outcome.REFUTED
    with pytest.raises(AssertionError, match="factors were multiplied, not"):
        assert_holds(mutant, CHAIN)


def test_a_proof_that_the_count_refutes_is_loud() -> None:
    """The derivation replays for any rate: put a value in the wrong place and proof and count disagree."""
    wrong = replace(VANISHING, bound=VANISHING.bound + 1, derivation=())
    proof = replace(VANISHING.derivation[-1], after=wrong.bound, before=wrong.bound)
    with pytest.raises(Contradiction, match="a symbolic proof was refuted"):
        decide(replace(wrong, derivation=(proof,)))


@pytest.mark.parametrize(
    ("relation", "count", "trial"),
    [
        (Relation.EQ, 7, Trial.CONSISTENT),  # (1/10)^6 is not below 10^-6
        (Relation.EQ, 6, Trial.REFUTED),
        (Relation.LE, 7, Trial.CONSISTENT),
        (Relation.LE, 6, Trial.REFUTED),
        (Relation.LT, 7, Trial.REFUTED),
        (Relation.GE, 7, Trial.CONSISTENT),
        (Relation.GE, 8, Trial.REFUTED),
    ],
)
def test_every_relation_is_tried_at_an_exact_power(relation: Relation, count: int, trial: Trial) -> None:
    finding = counted(guess(relation, count))
    assert finding is not None
    assert finding.trial is trial


def test_a_rate_that_is_no_fraction_is_multiplied_as_well() -> None:
    finding = counted(guess(Relation.EQ, 14, 1 / sp.E))  # e^-13 = 2.3e-6, e^-14 = 8.3e-7
    assert finding is not None
    assert finding.trial is Trial.CONSISTENT


@pytest.mark.parametrize(
    "claim",
    [
        Claim.conjecture(gradient_norm(0), Relation.LE, 1, Always()),  # not about a count
        Claim.conjecture(Quantity(Measurable.VANISHING_DEPTH), Relation.EQ, 10, Always()),  # of what rate?
        guess(Relation.EQ, 10**9, 1 - sp.Rational(1, 10**9)),  # too many factors
        guess(Relation.TENDSTO, 7),
    ],
    ids=["another quantity", "no rate", "too many", "a limit"],
)
def test_what_cannot_be_counted_is_left_to_the_replay(claim: Claim) -> None:
    assert counted(claim) is None
