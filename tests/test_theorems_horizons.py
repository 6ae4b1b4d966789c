"""After how many steps a worst case is below a number: counted by multiplying fractions, at exact powers and beside them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

import symgrad as sg
from symgrad.claims import Outcome, Relation
from symgrad.networks import IdentityWeights
from symgrad.theorems import claim
from symgrad.verification import decide

BELOW, AT_MOST, HALVING = (
    f"{what}_eq_log_ratio_of_recurrence" for what in ("vanishing_depth", "reaching_depth", "halving_time")
)
RATES = [Fraction(1, 4), Fraction(1, 2), Fraction(2, 3), Fraction(9, 10), Fraction(3, 1000)]


def unit(weight: float = 0.5) -> sg.Recurrence:
    return sg.rnn(steps=4, weights={"weight_ih_l0": np.ones((1, 1)), "weight_hh_l0": np.array([[weight]])})


def counted(rate: Fraction, goal: Fraction, start: Fraction, *, strictly: bool) -> int:
    power, steps = start, 0
    while power > goal or (strictly and power == goal):
        power, steps = power * rate, steps + 1
    return steps


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_both_horizons_are_what_a_loop_over_fractions_counts(rate: Fraction) -> None:
    """At exact powers of the rate the two differ by one, and nowhere else."""
    made = {name: claim(name, unit()).subs(rate=sp.Rational(rate)) for name in (BELOW, AT_MOST)}
    goals = (Fraction(1, 10**6), Fraction(1, 3), rate, rate**5, rate**12, rate**12 + Fraction(1, 10**40))
    for start in (Fraction(1), Fraction(5), Fraction(7, 3)):
        for goal in (*goals, *(start * rate**k for k in (3, 8) if start * rate**k < 1)):
            values = {"threshold": sp.Rational(goal), "prefactor": sp.Rational(start)}
            strict, weak = (int(made[name].subs(values).valued()) for name in (BELOW, AT_MOST))
            assert strict == counted(rate, goal, start, strictly=True)
            assert weak == counted(rate, goal, start, strictly=False)
            assert strict - weak == (start * rate**weak == goal)


def test_the_horizon_is_the_first_lag_at_which_the_bound_itself_is_below() -> None:
    for weight in (0.5, 0.9, 0.999):
        power = claim("jacobian_norm_le_pow_of_recurrent_weights", unit(weight))
        assert claim(BELOW, unit(weight)).valued() == power.depth_until(1e-6)


def test_a_rate_near_one_has_a_horizon_of_millions() -> None:
    made = claim(BELOW, unit()).subs(rate=1 - sp.Rational(1, 10**6)).valued()
    with mpmath.workdps(30):
        wanted = mpmath.floor(mpmath.log(mpmath.mpf(10) ** -6) / mpmath.log1p(-(mpmath.mpf(10) ** -6))) + 1
    assert made == int(wanted)


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_the_halving_time_is_that_of_mpmath(rate: Fraction) -> None:
    made = claim(HALVING, unit()).subs(rate=sp.Rational(rate)).valued()
    with mpmath.workdps(30):
        wanted = mpmath.log(2) / -mpmath.log(mpmath.mpf(rate.numerator) / rate.denominator)
        assert abs(mpmath.mpf(str(made.evalf(30))) / wanted - 1) < 1e-28  # two digits fewer than both have


@pytest.mark.parametrize("name", [BELOW, AT_MOST, HALVING])
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_verification_multiplies_and_notices_an_error(name: str, rate: Fraction) -> None:
    true = claim(name, unit()).subs(rate=sp.Rational(rate))
    assert decide(true).outcome is Outcome.PROVED
    near = sp.Rational(101, 100) if name == HALVING else 1
    wrong = replace(true, bound=true.bound * near if name == HALVING else true.bound - 1)
    assert decide(wrong).outcome is Outcome.REFUTED


def test_a_halving_time_that_no_product_shows_is_not_tried() -> None:
    slow = claim(HALVING, unit()).subs(rate=1 - sp.Rational(1, 10**5))
    assert decide(slow).trials == 0
    assert decide(replace(claim(HALVING, unit()), relation=Relation.LE)).trials == 0


def test_what_has_no_horizon_says_why() -> None:
    for net, reason in (
        (unit(1.0), "the bound of a step is 1, not below 1"),
        (unit(0.0), "so the gradient is zero at once"),
        (sg.rnn(width=5, steps=3, gain=0.1), "a matter of chance; give the weights"),
        (sg.rnn(width=5, steps=3, law="antisymmetric"), "random antisymmetric weights"),
        (sg.rnn(width=2, steps=3, law=IdentityWeights(sp.Symbol("w", real=True))), "holds symbols"),
    ):
        with pytest.raises(ValueError, match="does not apply") as caught:
            claim(BELOW, net)
        assert reason in str(caught.value)
    with pytest.raises(ValueError, match="violates that"):
        claim(BELOW, unit()).subs(threshold=0.5, prefactor=0.25)
    with pytest.raises(ValueError, match="violates that"):
        claim(HALVING, unit()).subs(rate=1)
