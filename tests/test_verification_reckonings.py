"""Reckonings: a number is worked out from its definition, and a claim that is off is refuted."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

import symgrad as sg
from symgrad.claims import Claim, Outcome, Relation, Trial, symbol
from symgrad.theorems import claim
from symgrad.verification import decide
from symgrad.verification.reckonings import reckoned

HALF_LIFE = claim("half_life_eq_log_ratio_of_forget_bias", sg.lstm(width=3, steps=4, forget_bias=1))


def stated(relation: Relation, factor: sp.Expr) -> Claim:
    return replace(HALF_LIFE, relation=relation, bound=HALF_LIFE.bound * factor)


@pytest.mark.parametrize("relation", [Relation.EQ, Relation.LE, Relation.LT, Relation.GE])
@pytest.mark.parametrize("ways", [-1, 1])
def test_each_relation_is_refuted_on_its_side_and_holds_on_the_other(relation: Relation, ways: int) -> None:
    """A millionth is far above the error of the reckoning and below what anyone would see."""
    made = reckoned(stated(relation, 1 + sp.Rational(ways, 10**6)))
    assert made is not None
    above = {Relation.EQ: False, Relation.LE: ways > 0, Relation.LT: ways > 0, Relation.GE: ways < 0}
    assert made.trial is (Trial.CONSISTENT if above[relation] else Trial.REFUTED)
    if made.trial is Trial.CONSISTENT:
        assert made.power == pytest.approx(1e-6, rel=1e-3)
        assert made.slack == pytest.approx(1e-6 / 2.302585, rel=1e-3)  # in decades


def test_a_true_equality_says_how_sharply_it_was_tried() -> None:
    verdict = decide(HALF_LIFE)
    assert verdict.outcome is Outcome.PROVED
    assert verdict.power == 1e-25
    assert verdict.trials == 1


def test_a_claim_with_symbols_or_a_limit_is_left_to_the_replay() -> None:
    made = claim("half_life_eq_log_ratio_of_forget_bias", sg.lstm(width=3, steps=4, forget_bias=symbol("forget_bias")))
    assert reckoned(made) is None
    assert reckoned(replace(HALF_LIFE, relation=Relation.TENDSTO)) is None


def test_a_sum_that_would_take_too_long_is_not_added_up() -> None:
    made = claim("forgetting_time_eq_one_plus_exp_forget_bias", sg.lstm(width=3, steps=4, forget_bias=40))
    assert reckoned(made) is None
