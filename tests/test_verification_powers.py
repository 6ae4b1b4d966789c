"""Power: a claim scaled just beyond it is refuted by the same sample, and one scaled just short of it is not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from samples import WIDTH, guess, sample_of
from sympy.stats import ChiSquared

from symgrad.claims import Always, AsWidthGrows, Claim, InLaw, InMean, Mode, Outcome, Relation, WithProbability
from symgrad.claims.quantities import mean_square_gradient
from symgrad.simulation import Sample
from symgrad.verification import verify

SQUARE = mean_square_gradient(0)
RNG = np.random.default_rng(30)
LOGS = np.log(RNG.chisquare(8, 800) / 8)
ONE = [sample_of(SQUARE, LOGS)]
WIDE = [sample_of(SQUARE, RNG.normal(-1 / n, 0.1, 400), width=n, seed=n) for n in (16, 32, 64)]
TENTH = WithProbability(sp.Rational(1, 10))


def refuted(claim: Claim, factor: float, samples: list[Sample]) -> bool:
    scaled = replace(claim, bound=claim.bound * sp.Rational(factor))
    return verify(scaled, samples).outcome is Outcome.REFUTED


@pytest.mark.parametrize(
    ("relation", "bound", "mode", "samples"),
    [
        (Relation.LE, 8, Always(), ONE),
        (Relation.LT, 8, Always(), ONE),
        (Relation.GE, sp.Rational(1, 1000), Always(), ONE),
        (Relation.EQ, 1, InMean(), ONE),
        (Relation.LE, 1, InMean(), ONE),
        (Relation.GE, 1, InMean(), ONE),
        (Relation.EQ, ChiSquared("k", 8) / 8, InLaw(), ONE),
        (Relation.LE, 3, TENTH, ONE),
        (Relation.GE, sp.Rational(1, 5), TENTH, ONE),
        (Relation.TENDSTO, 1, AsWidthGrows(1 / WIDTH), WIDE),
        (Relation.LE, 1, AsWidthGrows(1 / WIDTH), WIDE),
    ],
)
def test_power_is_where_the_rule_begins_to_refute(
    relation: Relation, bound: sp.Expr, mode: Mode, samples: list[Sample]
) -> None:
    claim = guess(SQUARE, relation, bound, mode)
    verdict = verify(claim, samples)
    assert verdict.outcome is Outcome.CONSISTENT
    assert verdict.power is not None
    assert 0 < verdict.power < math.inf
    signs = {Relation.LE: [-1], Relation.LT: [-1], Relation.GE: [1]}.get(relation, [-1, 1])
    # The bisection stops at a relative 1e-9 of the factor; the scaled bound is an exact number.
    above, below = verdict.power * (1 + 1e-6), verdict.power * (1 - 1e-6)
    assert all(refuted(claim, 1 + sign * above, samples) for sign in signs)
    assert not all(refuted(claim, 1 + sign * below, samples) for sign in signs)


def test_the_power_of_an_upper_bound_is_its_distance_to_the_largest_value() -> None:
    verdict = verify(guess(SQUARE, Relation.LE, 8, Always()), ONE)
    assert verdict.power == pytest.approx(1 - math.exp(LOGS.max()) / 8, rel=1e-9)


def test_a_refuted_claim_has_power_zero() -> None:
    assert verify(guess(SQUARE, Relation.LE, 1, Always()), ONE).power == 0.0


def test_a_bound_looser_than_any_float_has_power_one() -> None:
    deep = sample_of(SQUARE, [-(10.0**5)])
    assert verify(guess(SQUARE, Relation.LE, 1, Always()), deep).power == 1.0


def test_the_power_of_a_zero_bound_is_the_smallest_value_that_is_refuted() -> None:
    claim = guess(SQUARE, Relation.EQ, 0, Always())
    power = verify(claim, sample_of(SQUARE, [-np.inf] * 10)).power
    assert power is not None
    for factor, outcome in [(1.001, Outcome.REFUTED), (0.999, Outcome.CONSISTENT)]:
        assert verify(claim, sample_of(SQUARE, [math.log(power * factor)] * 10)).outcome is outcome


def test_power_falls_with_the_number_of_trials() -> None:
    """Of a mean like 1/sqrt(N); a factor 16 in N is a factor 4 in power, here between 3 and 5."""
    claim = guess(SQUARE, Relation.EQ, 1, InMean())
    logs = np.log(np.random.default_rng(31).chisquare(8, 6400) / 8)
    few, many = (verify(claim, sample_of(SQUARE, logs[:n])).power for n in (400, 6400))
    assert few is not None
    assert many is not None
    assert 3 < few / many < 5


def test_few_trials_notice_nothing_of_a_small_probability() -> None:
    claim = guess(SQUARE, Relation.LE, 8, WithProbability(sp.Rational(1, 2)))
    verdict = verify(claim, sample_of(SQUARE, LOGS[:5]))  # five failures of five have p = 1/32, above the rate
    assert (verdict.outcome, verdict.power) == (Outcome.INCONCLUSIVE, math.inf)
