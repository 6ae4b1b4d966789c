"""The depth at which a bound falls below a threshold, against loops over exact fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from symgrad.claims import Always, Claim, Relation, gradient_norm, jacobian_norm, symbol
from symgrad.claims.depths import smallest_depth

DEPTH = symbol("depth")


def counted(rate: Fraction, threshold: Fraction) -> int:
    """Multiply exactly until the power is strictly below the threshold."""
    power, depth = Fraction(1), 0
    while power >= threshold:
        power, depth = power * rate, depth + 1
    return depth


def found(bound: sp.Expr, threshold: sp.Expr, least: int = 0) -> sp.Expr:
    return smallest_depth("example", bound, DEPTH, threshold, least)


RATES = [Fraction(1, 4), Fraction(1, 10), Fraction(3, 10), Fraction(2, 3), Fraction(99, 100)]


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_the_depth_is_what_a_loop_over_fractions_counts(rate: Fraction) -> None:
    for threshold in (Fraction(1, 10**6), Fraction(1, 7), Fraction(1, 2**20), Fraction(3, 2)):
        assert found(sp.Rational(rate) ** DEPTH, sp.Rational(threshold)) == counted(rate, threshold)


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("power", [1, 5, 17, 53])
def test_at_an_exact_power_the_bound_is_not_below_yet(rate: Fraction, power: int) -> None:
    """Where a floating-point logarithm misrounds: r^k is not below r^k, and r^(k+1) is."""
    assert found(sp.Rational(rate) ** DEPTH, sp.Rational(rate**power)) == power + 1


def test_exact_powers_of_an_irrational_rate() -> None:
    rate = sp.sqrt(2) / 4
    assert [found(rate**DEPTH, sp.expand(rate**k)) for k in (1, 2, 7)] == [2, 3, 8]


def test_a_very_slow_rate_and_a_very_deep_answer() -> None:
    slow = 1 - sp.Rational(1, 10**9)
    depth = found(slow**DEPTH, sp.Rational(1, 2))
    assert slow.evalf(60) ** depth < 0.5 <= slow.evalf(60) ** (depth - 1)
    assert depth == 693147181  # log 2 = 0.69314718056 times 10^9, and a half of log 2, rounded up


@pytest.mark.parametrize("rate", [sp.Integer(3), sp.Rational(101, 100), 1 + sp.Rational(1, 10**30)])
def test_a_bound_that_rises_is_below_at_no_depth(rate: sp.Expr) -> None:
    assert found(rate**DEPTH, sp.Rational(1, 2)) == sp.oo


def test_a_sum_of_powers_is_searched_from_the_shallow_end() -> None:
    """Its logarithm is no sum, and its powers are multiplied out: at great depth that would not end."""
    both = sp.Rational(1, 2) ** DEPTH + sp.Rational(1, 3) ** DEPTH
    wanted = next(d for d in range(99) if Fraction(1, 2) ** d + Fraction(1, 3) ** d < Fraction(1, 10**6))
    assert found(both, sp.Rational(1, 10**6)) == wanted
    assert found(both + 3**DEPTH, sp.Rational(1, 2)) == sp.oo


def test_the_search_starts_at_the_shallowest_network_of_the_claim() -> None:
    chain = Claim.conjecture(gradient_norm(1), Relation.LE, sp.Integer(5) ** (DEPTH - 1), Always())
    assert chain.depth_until(0.5) == sp.oo  # at depth 0 the formula says 1/5, but there is no layer 1
    assert chain.depth_until(2) == 1


def test_a_factor_of_zero_ends_it_after_the_empty_product() -> None:
    assert found(sp.S.Zero**DEPTH, sp.Rational(1, 10)) == 1
    assert found(sp.S.Zero**DEPTH, sp.Integer(2)) == 0
    assert found(sp.S.Zero ** (DEPTH - 1) * sp.Rational(1, 4) ** DEPTH, sp.Rational(1, 10**9), least=1) == 2


def valley(bottom: int) -> sp.Expr:
    """A bound whose base grows with the depth, as with a union bound: it falls to a lowest depth and rises again."""
    return (sp.sqrt(1 + DEPTH) / sp.Integer(bottom)) ** DEPTH


@pytest.mark.parametrize("bottom", [2, 3, 5, 8])
def test_a_bound_that_falls_and_rises_is_searched_on_its_falling_part(bottom: int) -> None:
    """Squares are exact fractions; at bottom 3 and depth 2 the bound is 1/3 exactly, and so not below it."""
    squares = [Fraction(1 + depth, bottom**2) ** depth for depth in range(80)]
    for threshold in (Fraction(3, 4), Fraction(1, 3), Fraction(1, 50), Fraction(1, 10**9)):
        wanted = next((depth for depth, square in enumerate(squares) if square < threshold**2), sp.oo)
        assert found(valley(bottom), sp.Rational(threshold)) == wanted


def test_a_formula_without_a_value_at_depth_zero_starts_at_one() -> None:
    union = (sp.sqrt(sp.log(100 * DEPTH)) / 10) ** DEPTH
    assert found(union, sp.Integer(2)) == 1


@pytest.mark.parametrize(
    ("bound", "threshold", "words"),
    [
        (sp.Rational(1, 4) ** DEPTH, 0, "threshold = 0 is not positive"),
        (sp.Rational(1, 4) ** DEPTH, -1, "threshold = -1 is not positive"),
        (sp.Rational(1, 4) ** DEPTH, "1e-6", "threshold = '1e-6' is not a number"),
        (sp.Rational(1, 4) ** DEPTH, float("nan"), "threshold = nan is not finite"),
        (symbol("rate") ** DEPTH, 1e-6, "also depends on rate; give a value with subs"),
        (sp.Rational(1, 4), 1e-6, "does not depend on the depth"),
    ],
)
def test_questions_without_an_answer_are_refused(bound: sp.Expr, threshold: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Claim.conjecture(jacobian_norm(), Relation.LE, bound, Always()).depth_until(threshold)
