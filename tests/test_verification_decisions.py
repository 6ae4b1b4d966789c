"""The front: replay and trial combined, what may be tried by what, and what is said when it may not."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import sympy as sp
from samples import WIDTH, guess, sample_of
from sympy.stats import ChiSquared

from symgrad.claims import (
    COMBINED,
    Always,
    AsWidthGrows,
    Claim,
    Contradiction,
    InLaw,
    InMean,
    Measurable,
    Outcome,
    Quantity,
    Relation,
    Step,
    Strength,
    Symbolic,
    Trial,
    combine,
    symbol,
)
from symgrad.claims.quantities import gradient_norm, jacobian_norm, mean_square_gradient
from symgrad.verification import decide, needed, verify

NORM = gradient_norm(0)
LOOSE = guess(NORM, Relation.LE, 2, Always())
SEEN = sample_of(NORM, np.log([0.5, 1.0, 0.25]))


def proved(claim: Claim) -> Claim:
    """The same claim with a derivation that replays: the bound is the bound."""
    trivial = Step(claim.bound, Relation.EQ, claim.bound, "identity", Symbolic())
    return replace(claim, derivation=(trivial,))


# ------------------------------------------------------------------------------------------------- the combined table


def expected(strength: Strength, trial: Trial) -> Outcome | None:
    """The verdict rules in words, as the design states them."""
    proof = strength in (Strength.SYMBOLIC, Strength.CERTIFIED)
    if proof:
        return None if trial is Trial.REFUTED else Outcome.PROVED
    if trial is Trial.REFUTED:
        return Outcome.REFUTED
    agrees = trial is Trial.CONSISTENT and strength is not Strength.BROKEN
    return Outcome.CONSISTENT if agrees else Outcome.INCONCLUSIVE


@pytest.mark.parametrize(("strength", "trial"), list(product(Strength, Trial)))
def test_every_pair_has_its_outcome(strength: Strength, trial: Trial) -> None:
    assert COMBINED[strength, trial] is expected(strength, trial)
    if expected(strength, trial) is None:
        with pytest.raises(Contradiction, match="proof was refuted by a sample"):
            combine(strength, trial)
    else:
        assert combine(strength, trial) is expected(strength, trial)


def test_the_table_has_no_other_entries() -> None:
    assert set(COMBINED) == set(product(Strength, Trial))


# ---------------------------------------------------------------------------------------------------------- verdicts


def test_a_conjecture_is_at_best_consistent() -> None:
    verdict = verify(LOOSE, SEEN)
    assert verdict.outcome is Outcome.CONSISTENT
    assert (verdict.trials, verdict.worst_seed, verdict.error_rate) == (3, (7, 1), 0.0)
    assert verdict.slack == pytest.approx(math.log10(2), rel=1e-15)  # 2 over 1.0
    assert verdict.power == pytest.approx(0.5, rel=1e-9)  # a bound below 1.0 would have been violated
    assert "nothing is derived" in verdict.reason
    assert "a relative error of 0.5 in the claim would have been noticed" in verdict.reason


def test_a_replayed_claim_is_proved_and_a_broken_one_inconclusive() -> None:
    assert verify(proved(LOOSE), SEEN).outcome is Outcome.PROVED
    broken = replace(proved(LOOSE), bound=sp.Integer(3))  # the derivation ends elsewhere
    verdict = verify(broken, SEEN)
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert "does not replay" in verdict.reason


def test_a_proof_that_meets_a_refuting_sample_is_loud_and_says_what_to_replay() -> None:
    wrong = proved(guess(NORM, Relation.LE, sp.Rational(3, 4), Always()))
    with pytest.raises(Contradiction) as caught:
        verify(wrong, SEEN)
    message = str(caught.value)
    assert "gradient_norm_le_bound_of_conjecture" in message
    assert "1 of 3 trials violate it" in message
    assert "seed 7, trial 1" in message


def test_a_run_that_would_have_agreed_with_anything_is_inconclusive() -> None:
    dead = sample_of(NORM, [-np.inf] * 5)
    verdict = verify(LOOSE, dead)
    assert (verdict.outcome, verdict.power) == (Outcome.INCONCLUSIVE, math.inf)
    assert "no error of the claim, however large" in verdict.reason
    infinite = guess(NORM, Relation.LE, sp.oo, Always())
    assert verify(infinite, SEEN).outcome is Outcome.INCONCLUSIVE


def test_a_zero_bound_is_tried_by_the_value_itself() -> None:
    defect = Quantity(Measurable.CHAIN_RULE_DEFECT)
    claim = guess(defect, Relation.EQ, 0, Always())
    verdict = verify(claim, sample_of(defect, np.log([2e-16, 1e-15])))
    assert verdict.outcome is Outcome.CONSISTENT
    assert verdict.power is not None
    assert 1e-15 < verdict.power < 1e-6
    assert "would have been noticed" in verdict.reason
    assert verify(claim, sample_of(defect, np.log([1e-16, 1e-3]))).outcome is Outcome.REFUTED
    assert (
        verify(replace(claim, bound=sp.Rational(1, 10**6)), sample_of(defect, np.log([2e-16]))).outcome
        is Outcome.REFUTED
    )


def test_bounds_below_the_range_of_floats_are_tried() -> None:
    depth = symbol("depth")
    deep = replace(guess(NORM, Relation.LE, sp.Rational(1, 4) ** depth, Always()), values=((depth, sp.Integer(10**6)),))
    log_bound = -(10**6) * math.log(4)
    verdict = verify(deep, sample_of(NORM, [log_bound - 3.0]))
    assert verdict.outcome is Outcome.CONSISTENT
    assert verdict.slack == pytest.approx(3 / math.log(10), rel=1e-6)  # spacing of floats at 1e6 is 1e-10, of 3
    assert verify(deep, sample_of(NORM, [log_bound + 1.0])).outcome is Outcome.REFUTED


def test_samples_with_different_seeds_are_pooled_and_the_worst_is_found_in_its_own() -> None:
    other = sample_of(NORM, np.log([0.1, 1.5]), seed=8)
    verdict = verify(LOOSE, [SEEN, other])
    assert (verdict.trials, verdict.worst_seed) == (5, (8, 1))


def test_the_bound_of_a_limit_is_taken_at_the_width_of_each_sample() -> None:
    square = mean_square_gradient(0)
    claim = replace(
        guess(square, Relation.TENDSTO, 1 + 1 / WIDTH, AsWidthGrows(1 / WIDTH)), values=((WIDTH, sp.Integer(64)),)
    )
    noise = np.random.default_rng(3).normal(0, 0.01, (3, 400))
    samples = [
        sample_of(square, math.log(1 + 1 / n) + row, width=n, seed=n) for n, row in zip((4, 8, 16), noise, strict=True)
    ]
    assert verify(claim, samples).outcome is Outcome.CONSISTENT


def test_a_claim_in_law_with_values() -> None:
    fan_in = symbol("fan_in")
    square = mean_square_gradient(0)
    law = replace(
        guess(square, Relation.EQ, ChiSquared("k", fan_in) / fan_in, InLaw()), values=((fan_in, sp.Integer(5)),)
    )
    logs = np.log(np.random.default_rng(4).chisquare(5, 1000) / 5)
    assert verify(law, sample_of(square, logs)).outcome is Outcome.CONSISTENT
    assert verify(law.subs(fan_in=3), sample_of(square, logs)).outcome is Outcome.REFUTED


# ------------------------------------------------------------------------------------------------------------- decide


def test_decide_takes_the_sample_that_fits_and_prefers_the_quantity_itself() -> None:
    claim = guess(jacobian_norm(0), Relation.LE, 2, Always())
    stretched = sample_of(jacobian_norm(0), np.log([1.9]), seed=9)
    other = sample_of(Quantity(Measurable.PREACTIVATION_VAR, 1), [50.0])
    assert decide(claim, [other, SEEN, stretched]).worst_seed == (9, 0)
    assert decide(claim, {NORM: SEEN}).worst_seed == (7, 1)


def test_decide_leaves_other_widths_to_claims_about_wide_networks() -> None:
    narrow = sample_of(NORM, [9.0], seed=1, subject="another network")
    assert decide(LOOSE, [narrow, SEEN]).trials == 3


def test_decide_without_a_sample_is_the_replay_alone() -> None:
    assert decide(LOOSE).outcome is Outcome.INCONCLUSIVE
    assert decide(proved(LOOSE)).outcome is Outcome.PROVED
    fact = guess(Quantity(Measurable.VANISHING_DEPTH), Relation.EQ, 10, Always())
    verdict = decide(proved(fact), [SEEN])
    assert (verdict.outcome, verdict.trials) == (Outcome.PROVED, 0)
    assert "there is nothing to sample" in verdict.reason


def test_needed_names_what_is_sampled_and_nothing_for_facts_about_numbers() -> None:
    assert needed(LOOSE) == (NORM,)
    for what in (Measurable.VANISHING_DEPTH, Measurable.UNDERFLOW_DEPTH, Measurable.LIPSCHITZ):
        assert needed(guess(Quantity(what), Relation.EQ, 1, Always())) == ()


# ----------------------------------------------------------------------------------------------------------- messages


@pytest.mark.parametrize("rate", [0, 1, -0.1, 2, math.nan])
def test_an_error_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(
        ValueError, match=r"error_rate = .* is not a probability between 0 and 1; give one such as 1e-3"
    ):
        verify(LOOSE, SEEN, error_rate=rate)


def refused(claim: Claim, *samples: object) -> str:
    with pytest.raises(ValueError, match=r".") as caught:
        verify(claim, samples)  # type: ignore[arg-type]
    return str(caught.value)


def test_messages_say_what_was_wrong_and_what_would_work() -> None:
    assert "no sample was given" in refused(LOOSE)
    assert "has no trials; simulate with trials >= 1" in refused(LOOSE, sample_of(NORM, []))
    with pytest.raises(ValueError, match="log_values of gradient_norm contain nan; a logarithm of zero is -inf"):
        sample_of(NORM, [0.0, math.nan])
    assert "holds inf in trial 0" in refused(LOOSE, sample_of(NORM, [math.inf]))
    symbolic = guess(NORM, Relation.LE, symbol("lipschitz") ** symbol("depth"), Always())
    message = refused(symbolic, SEEN)
    assert "still depends on depth, lipschitz" in message
    assert "subs()" in message
    assert "seed of its own" in refused(LOOSE, SEEN, SEEN)
    negative = guess(NORM, Relation.LE, -1, Always())
    assert "never negative" in refused(negative, SEEN)
    assert "is -oo; what is measured" in refused(guess(NORM, Relation.LE, -sp.oo, Always()), SEEN)
    tending = guess(NORM, Relation.TENDSTO, 1, Always())
    assert "says → always; that can be tried for" in refused(tending, SEEN)
    ordered_law = guess(NORM, Relation.LE, ChiSquared("k", 3), InLaw())
    assert "says ≤ in law; that can be tried for = only" in refused(ordered_law, SEEN)


def test_messages_about_the_wrong_sample() -> None:
    claim = guess(jacobian_norm(0), Relation.LE, 2, Always())
    message = refused(claim, sample_of(Quantity(Measurable.PREACTIVATION_VAR, 1), [0.0]))
    assert "a sample of preactivation_var cannot try" in message
    assert "simulate jacobian_norm in the norm 2, gradient_norm, mean_square_gradient" in message
    assert "is about layer 0; the sample has layer 3" in refused(LOOSE, sample_of(NORM, [0.0], layers=(3,)))
    fact = guess(Quantity(Measurable.VANISHING_DEPTH), Relation.EQ, 10, Always())
    assert "is a fact that its replay decides, without a sample" in refused(fact, SEEN)
    deep = guess(gradient_norm(symbol("layer")), Relation.LE, 1, Always())
    assert "is about layer layer; give it a number" in refused(deep, SEEN)


def test_zero_to_the_power_zero_is_the_empty_product() -> None:
    gamma, depth = symbol("lipschitz"), symbol("depth")
    claim = replace(guess(NORM, Relation.LE, gamma**depth, Always()), values=((gamma, sp.S.Zero), (depth, sp.S.Zero)))
    assert verify(claim, SEEN).slack == pytest.approx(0.0, abs=1e-15)


def test_heavy_tails_are_said() -> None:
    logs = np.random.default_rng(5).normal(0, 3, 500)
    verdict = verify(guess(NORM, Relation.EQ, 1, InMean()), sample_of(NORM, logs))
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert "heavy tails" in verdict.reason
