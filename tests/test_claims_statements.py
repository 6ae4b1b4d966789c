"""Claims: a formula with its values, its replay, its logarithm."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from copies import pickled

from symgrad.claims import (
    Always,
    Cited,
    Claim,
    Fact,
    Particular,
    Relation,
    Step,
    Strength,
    Symbolic,
    Tightness,
    TightnessKind,
    WithProbability,
    cite,
    gradient_norm,
    jacobian_norm,
    symbol,
)

GAMMA, NORM, DEPTH, DELTA = (symbol(name) for name in ("lipschitz", "weight_norm", "depth", "failure_probability"))
RATE = symbol("rate")
DEFINED = Fact(RATE, Relation.EQ, GAMMA * NORM, "definition")
LAST = Step(RATE**DEPTH, Relation.EQ, (GAMMA * NORM) ** DEPTH, "insert", Symbolic((DEFINED,)))
FIRST = Step(GAMMA, Relation.LE, GAMMA + NORM, "larger", Symbolic())


def made(**changes: object) -> Claim:
    fields = {
        "name": "jacobian_norm_le_pow",
        "subject": "a network",
        "quantity": jacobian_norm(),
        "relation": Relation.LE,
        "bound": (GAMMA * NORM) ** DEPTH,
        "mode": Always(),
        "assumptions": (),
        "derivation": (FIRST, LAST),
        "sources": (cite("nielsen_2015"),),
        "tightness": Tightness(TightnessKind.UPPER, "a test"),
    }
    return Claim(**{**fields, **changes})  # type: ignore[arg-type]


CLAIM = made()

# ---------------------------------------------------------------------------------------------------------- replay


def test_a_claim_is_as_strong_as_its_weakest_step_and_premise() -> None:
    cited = replace(FIRST, ground=Cited(cite("nielsen_2015")))
    assert CLAIM.replay() is Strength.SYMBOLIC
    assert made(derivation=(cited, LAST)).replay() is Strength.CITED
    assert made(premises=(made(derivation=(cited, LAST)),)).replay() is Strength.CITED
    assert made(derivation=()).replay() is Strength.CONJECTURED
    assert made(premises=(made(derivation=()),)).replay() is Strength.CONJECTURED


@pytest.mark.parametrize("place", [0, 1])
def test_one_broken_step_breaks_the_claim(place: int) -> None:
    steps = [FIRST, LAST]
    steps[place] = replace(steps[place], before=steps[place].before + 1)
    assert made(derivation=tuple(steps)).replay() is Strength.BROKEN
    assert made(premises=(made(derivation=tuple(steps)),)).replay() is Strength.BROKEN


def test_a_derivation_that_ends_elsewhere_is_broken() -> None:
    assert made(bound=(GAMMA * NORM) ** (DEPTH - 1)).replay() is Strength.BROKEN
    assert made(derivation=(LAST, FIRST)).replay() is Strength.BROKEN


def test_a_bound_written_in_another_way_is_the_same_bound() -> None:
    assert made(bound=GAMMA**DEPTH * NORM**DEPTH).replay() is Strength.SYMBOLIC


def test_a_derivation_of_a_weaker_relation_is_broken() -> None:
    weaker = replace(LAST, relation=Relation.LE)
    assert made(derivation=(weaker,)).replay() is Strength.SYMBOLIC
    assert made(derivation=(weaker,), relation=Relation.LT).replay() is Strength.BROKEN
    assert made(derivation=(weaker,), relation=Relation.EQ).replay() is Strength.BROKEN
    assert made(relation=Relation.EQ).replay() is Strength.SYMBOLIC


def test_what_is_granted_is_told_once() -> None:
    assert made(derivation=(LAST, FIRST, LAST)).granted == (DEFINED,)


def test_a_conjecture_is_exact_and_underived() -> None:
    guess = Claim.conjecture(gradient_norm(2), Relation.LE, 0.1, Always())
    assert (guess.bound, guess.replay(), guess.name) == (
        sp.Rational(1, 10),
        Strength.CONJECTURED,
        "gradient_norm_le_bound_of_conjecture",
    )
    with pytest.raises(ValueError, match="the bound = '1/10' is not a number"):
        Claim.conjecture(gradient_norm(2), Relation.LE, "1/10", Always())


# ---------------------------------------------------------------------------------------------------------- values

L, M = sp.symbols("L M", integer=True, positive=True)


def test_values_may_be_given_by_symbol_or_code_name_and_floats_are_decimals() -> None:
    by_name = CLAIM.subs(depth=3, lipschitz=0.25, weight_norm=np.float32(0.1))
    by_symbol = CLAIM.subs({DEPTH: 3, GAMMA: Fraction(1, 4), NORM: sp.Rational(1, 10)})
    assert by_name.valued() == by_symbol.valued() == sp.Rational(1, 40) ** 3
    assert by_name.bound == CLAIM.bound  # the formula stays
    assert by_name.subs(depth=2).valued() == sp.Rational(1, 40) ** 2  # a later value replaces an earlier one


def test_some_symbols_may_stay() -> None:
    assert CLAIM.subs(depth=2).valued() == (GAMMA * NORM) ** 2
    assert CLAIM.subs(depth=2, lipschitz=1, weight_norm=3).valued(except_for=(DEPTH,)) == 3**DEPTH


def test_the_formula_can_be_differentiated_solved_and_taken_to_a_limit() -> None:
    formula = CLAIM.subs(lipschitz=0.25, weight_norm=1).valued(except_for=(DEPTH,))
    assert sp.limit(formula, DEPTH, sp.oo) == 0
    assert sp.simplify(formula.diff(DEPTH) / formula) == -sp.log(4)
    real = sp.Symbol("t", positive=True)
    assert sp.solve(sp.Eq(formula.subs(DEPTH, real), sp.Rational(1, 64)), real) == [3]


def test_values_that_hold_symbols_are_put_in_once_each() -> None:
    nested = made(values=((NORM, DEPTH + 1), (DEPTH, 2 * L)))
    assert nested.subs({L: 3}).valued(except_for=()) == (GAMMA * 7) ** 6
    assert made(values=((DEPTH, 2 * DEPTH),)).valued() == (GAMMA * NORM) ** (2 * DEPTH)
    assert nested.value_of(NORM + DEPTH) == 4 * L + 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"dept": 3}, "'dept' does not occur in the bound of jacobian_norm_le_pow, which has depth, lipschitz"),
        ({"fan_in": 3}, "'fan_in' does not occur"),
        ({M: 3}, "M does not occur"),
        ({"depth": -1}, "depth = -1 is not a nonnegative integer"),
        ({"depth": 2.5}, "depth = 5/2 is not a nonnegative integer"),
        ({"lipschitz": -0.5}, "lipschitz = -1/2 is not a nonnegative real"),
        ({"lipschitz": 1j}, "lipschitz = I is not a nonnegative real"),
        ({"depth": "3"}, "depth = '3' is not a number"),
        ({"depth": True}, "depth = True is not a number"),
        ({"depth": float("inf")}, "depth = inf is not finite"),
        ({"depth": float("nan")}, "depth = nan is not finite"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_name(values: dict[object, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        CLAIM.subs(values)


def test_a_symbol_of_the_users_own_keeps_its_assumptions() -> None:
    own = made(values=((DEPTH, L),))
    assert own.subs({L: 4}).valued() == (GAMMA * NORM) ** 4
    with pytest.raises(ValueError, match="L = 0 is not a"):
        own.subs({L: 0})


def test_the_failure_probability_enters_the_mode_as_well() -> None:
    likely = made(bound=sp.log(1 / DELTA), mode=WithProbability(sp.Rational(1, 100)), derivation=())
    changed = likely.subs(failure_probability=0.5)
    assert changed.mode == WithProbability(sp.Rational(1, 2))
    assert changed.mode.words() == "with probability at least 1/2"
    with pytest.raises(ValueError, match="failure_probability = 2 is not a positive real below 1"):
        likely.subs(failure_probability=2)
    with pytest.raises(ValueError, match="failure_probability = -1 is not a positive real"):
        likely.subs(failure_probability=-1)


def test_a_value_of_the_subject_goes_with_what_it_was_worked_out_from() -> None:
    own = made(values=((DEPTH, sp.Integer(3)), (NORM, sp.Integer(2))), particulars=(Particular(NORM, (DEPTH,)),))
    assert own.subs(depth=4, lipschitz=1).valued() == NORM**4
    assert own.subs(lipschitz=1).valued() == 2**3
    assert own.subs(depth=4, lipschitz=1, weight_norm=5).valued() == 5**4
    assert own.subs(weight_norm=5).subs(depth=4, lipschitz=1).valued() == 5**4  # given, so no longer particular


def test_premises_take_the_values_they_share() -> None:
    premise = made(values=((DEPTH, sp.Integer(3)),))
    whole = made(values=((DEPTH, sp.Integer(3)),), premises=(premise,))
    assert whole.subs(depth=9).premises[0].value_of(DEPTH) == 9


def test_a_condition_is_asked_again() -> None:
    below = made(condition=NORM < 1)
    assert below.subs(weight_norm=0.5).value_of(NORM) == sp.Rational(1, 2)
    with pytest.raises(ValueError, match=r"holds if weight_norm < 1; weight_norm = 3 violates that"):
        below.subs(weight_norm=3)


# -------------------------------------------------------------------------------------------------------- log space


@pytest.mark.parametrize("depth", [10**6, 10**15])
def test_the_logarithm_of_a_deep_product_is_a_sum(depth: int) -> None:
    """At a depth of 10^15 no loop over the layers and no power of a number would end."""
    deep = CLAIM.subs(depth=depth, lipschitz=0.25, weight_norm=0.9)
    with mpmath.workdps(40):
        wanted = depth * mpmath.log10(mpmath.mpf(9) / 40)
    assert deep.log10 == float(wanted)  # correct to rounding, so equal
    assert math.isfinite(deep.log10)


def test_the_logarithm_follows_values_that_are_symbols() -> None:
    own = made(values=((DEPTH, 2 * L), (GAMMA, sp.Rational(1, 2)), (NORM, sp.S.One))).subs({L: 10**9})
    assert own.log10 == pytest.approx(-2e9 * math.log10(2), rel=1e-15)  # one rounding on either side


def test_the_logarithm_of_zero_and_of_the_empty_product() -> None:
    dead = CLAIM.subs(lipschitz=0, weight_norm=1)
    assert dead.subs(depth=3).log10 == -math.inf
    assert dead.subs(depth=0).log10 == 0.0 == CLAIM.subs(depth=0, lipschitz=5, weight_norm=7).log10


def test_a_logarithm_with_symbols_left_says_which() -> None:
    with pytest.raises(ValueError, match="still depends on lipschitz"):
        _ = CLAIM.subs(depth=3, weight_norm=1).log10


# ------------------------------------------------------------------------------------------------------ being a value


def test_claims_are_frozen_hashable_and_pickled() -> None:
    with pytest.raises(FrozenInstanceError):
        CLAIM.bound = sp.S.One  # type: ignore[misc]
    assert pickled(CLAIM) == CLAIM == made()
    assert hash(CLAIM) == hash(made())
    assert CLAIM.subs(depth=3) != CLAIM
    assert pickled(CLAIM).replay() is Strength.SYMBOLIC


def test_claims_are_written_as_text_and_as_mathematics() -> None:
    assert str(CLAIM) == "jacobian_norm_le_pow: jacobian_norm(layer=0) ≤ (lipschitz*weight_norm)**depth, always"
    assert CLAIM.latex() == r"\lVert J_{L:0}\rVert_{2} \le \left(\gamma \lVert W\rVert_2\right)^{L}"
    assert CLAIM._repr_latex_() == rf"$\displaystyle {CLAIM.latex()}\quad \text{{always}}$"
