"""Enclosures, comparisons and constants without a closed form, against mpmath and exact arithmetic."""

from __future__ import annotations

import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from flint import ctx
from hypothesis import given
from hypothesis import strategies as st

from symgrad.claims import Logistic, NormalCdf, Softplus
from symgrad.rigor import (
    CannotEnclose,
    EnclosedConstant,
    Enclosure,
    ImplicitConstant,
    compare,
    enclose,
    gaussian_mean,
    identities,
    supremum,
)
from symgrad.rigor.budgets import within
from symgrad.rigor.identities import vanishes
from symgrad.rigor.precisions import working_precision

X = sp.Symbol("x", real=True)

CONSTANTS = {
    "sqrt(2)": (sp.sqrt(2), lambda: mpmath.sqrt(2)),
    "pi**2/6": (sp.pi**2 / 6, lambda: mpmath.zeta(2)),
    "gelu": (
        NormalCdf(sp.sqrt(2)) + sp.exp(-1) / sp.sqrt(sp.pi),
        lambda: mpmath.ncdf(mpmath.sqrt(2)) + 1 / (mpmath.e * mpmath.sqrt(mpmath.pi)),
    ),
    "logistic(-3)": (Logistic(sp.Integer(-3)), lambda: 1 / (1 + mpmath.exp(3))),
    "softplus(-800)": (Softplus(sp.Integer(-800)), lambda: mpmath.log1p(mpmath.exp(-800))),
    "1 - tanh(60)": (1 - sp.tanh(60), lambda: 2 / (1 + mpmath.exp(120))),
    "euler": (sp.EulerGamma, lambda: mpmath.euler),
    "max": (sp.Max(sp.sqrt(2), sp.Rational(7, 5)), lambda: mpmath.sqrt(2)),
}


@pytest.mark.parametrize("name", CONSTANTS)
@pytest.mark.parametrize("digits", [5, 20, 100])
def test_an_enclosure_holds_the_number_and_has_the_digits_asked_for(name: str, digits: int) -> None:
    expr, witness = CONSTANTS[name]
    found = enclose(expr, digits)
    with mpmath.workdps(digits + 80):
        value = mpmath.mpf(witness())
        lower, upper = (mpmath.mpf(int(end.p)) / int(end.q) for end in (found.lower, found.upper))
        assert lower <= value <= upper
        assert upper - lower <= abs(value) * mpmath.mpf(10) ** -digits
        low, high = (mpmath.mpf(text) for text in found.decimals())
        assert low <= value <= high
        # One unit in the last of `digits` digits on either side.
        assert high - low <= 3 * mpmath.mpf(10) ** (1 - digits) * abs(value)


@given(st.fractions(max_denominator=10**6), st.integers(1, 12))
def test_decimals_are_rounded_outwards_whatever_the_number(number: Fraction, digits: int) -> None:
    low, high = enclose(sp.Rational(number)).decimals(digits)
    assert Fraction(low) <= number <= Fraction(high)
    if number:
        assert Fraction(high) - Fraction(low) <= abs(number) * Fraction(10) ** (1 - digits)


@given(st.fractions(), st.fractions())
def test_comparison_of_rationals_is_that_of_fractions(a: Fraction, b: Fraction) -> None:
    assert compare(sp.Rational(a), sp.Rational(b)) == (a > b) - (a < b)


def test_comparison_is_certain_or_says_nothing() -> None:
    assert compare(sp.sqrt(2) + sp.sqrt(3), sp.sqrt(5 + 2 * sp.sqrt(6))) == 0
    assert compare(sp.exp(sp.pi * sp.sqrt(163)), 262537412640768744) == -1  # by 7.5e-13
    assert compare(-sp.oo, 0) == -1
    assert compare(sp.oo, sp.exp(1000)) == 1


def test_a_number_near_another_is_told_from_it() -> None:
    assert compare(sp.pi, sp.Rational("3.14159265358979323846264338327950288419716939937511")) == -1  # by 5e-51
    assert compare(sp.pi, sp.Rational("3.14159265358979323846264338327950288419716939937510")) == 1


@pytest.mark.parametrize("wrong", [0.1, sp.Float("0.1"), sp.Float("0.1") + sp.pi])
def test_a_float_is_refused_since_its_exact_value_is_in_doubt(wrong: object) -> None:
    with pytest.raises(ValueError, match="is a float, so its exact value is in doubt; write it as a Rational"):
        enclose(wrong)


@pytest.mark.parametrize("wrong", [0, -3, True, 2.5, "3"])
def test_digits_are_a_whole_number_from_one_on(wrong: object) -> None:
    for ask in (
        lambda: enclose(sp.pi, wrong),
        lambda: enclose(sp.pi).decimals(wrong),
        lambda: supremum(sp.tanh(X), X, digits=wrong),
        lambda: gaussian_mean(X**2, X, sp.S.One, wrong),
    ):
        with pytest.raises((ValueError, TypeError), match=f"digits is {wrong!r}"):
            ask()


def test_a_symbol_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="depends on x; substitute values first"):
        enclose(X + 1)


def test_what_cannot_be_told_from_zero_says_so() -> None:
    # A number that is zero by an identity for which no algebra is at hand: Machin's formula, term by term.
    machin = 4 * sp.atan(sp.Rational(1, 5)) - sp.atan(sp.Rational(1, 239)) - sp.pi / 4
    number = sp.tanh(machin, evaluate=False) if compare(machin, 0) is None else sp.Integer(1)
    with pytest.raises(CannotEnclose, match="could not be told from zero or infinity"):
        enclose(number * 1)


def test_an_enclosure_with_swapped_ends_is_refused() -> None:
    with pytest.raises(ValueError, match="needs lower <= upper, got 2 and 1"):
        Enclosure(sp.Integer(2), sp.Integer(1), 3, "by hand")


def test_an_enclosure_can_be_run_again_to_more_digits() -> None:
    coarse, fine = enclose(sp.exp(1), 5), enclose(sp.exp(1), 5).rerun(40)
    assert coarse.lower <= fine.lower <= fine.upper <= coarse.upper
    with pytest.raises(CannotEnclose, match="does not keep what it encloses"):
        Enclosure(sp.Integer(0), sp.Integer(1), 3, "by hand").rerun(5)


def test_the_precision_of_others_is_left_alone() -> None:
    before = ctx.prec
    enclose(sp.pi, 200)
    with pytest.raises(ValueError, match="float"):
        enclose(0.5)
    assert ctx.prec == before


# ------------------------------------------------------------------------------------------- constants without a form

LAPLACE = (X * sp.tanh(X) - 1, X, sp.Rational(1), sp.Rational(2))


@pytest.mark.parametrize("digits", [15, 50, 300])
def test_an_implicit_constant_is_known_to_any_precision(digits: int) -> None:
    found = enclose(ImplicitConstant(*LAPLACE), digits)
    with mpmath.workdps(digits + 10):
        root = mpmath.findroot(lambda x: x * mpmath.tanh(x) - 1, 1.2)
        lower, upper = (mpmath.mpf(int(end.p)) / int(end.q) for end in (found.lower, found.upper))
        assert lower - mpmath.mpf(10) ** -(digits + 5) <= root <= upper + mpmath.mpf(10) ** -(digits + 5)
        assert upper - lower <= mpmath.mpf(10) ** -digits * 2


def test_an_implicit_constant_is_a_number_to_sympy() -> None:
    mu = ImplicitConstant(*LAPLACE)
    assert mu.is_positive
    assert mu < sp.Rational(6, 5)
    with mpmath.workdps(30):
        root = mpmath.findroot(lambda x: x * mpmath.tanh(x) - 1, 1.2)
        assert abs(mpmath.mpf(str(((1 + mu) / 2).evalf(25))) - (1 + root) / 2) < mpmath.mpf(10) ** -23  # 25 digits
    assert pickle.loads(pickle.dumps(mu)) == mu  # noqa: S301 - our own bytes
    assert hash(ImplicitConstant(*LAPLACE)) == hash(mu)
    assert mu.free_symbols == set()


@pytest.mark.parametrize(
    ("equation", "lower", "upper"),
    [
        (X**2 - 2, 2, 3),  # no root there
        (X**2 - 2, -2, 2),  # two roots
        (X**3, -1, 1),  # a root with slope zero: not provably the only one
    ],
)
def test_a_bracket_that_does_not_isolate_one_root_is_refused(equation: sp.Expr, lower: int, upper: int) -> None:
    with pytest.raises(CannotEnclose, match="does not provably have exactly one zero"):
        ImplicitConstant(equation, X, lower, upper)


def test_an_enclosed_constant_is_as_good_as_its_enclosure() -> None:
    q = EnclosedConstant("q^*", Enclosure(sp.Rational(1, 2), sp.Rational(3, 5), 2, "by hand"))
    assert compare(q, sp.Rational(2, 5)) == 1
    assert compare(q, sp.Rational(11, 20)) is None
    found = enclose(2 * q, 2)
    assert found.lower <= 1 <= sp.Rational(6, 5) <= found.upper
    with pytest.raises(ValueError, match="needs finite ends"):
        EnclosedConstant("q", Enclosure(0, sp.oo, 2, "by hand"))


# ---------------------------------------------------------------------------------------------------------- budgets


def _busy(rounds: int) -> int:
    return sum(len([k]) for k in range(rounds))


def test_work_beyond_its_budget_is_given_up_in_every_thread() -> None:
    assert within(1000, lambda: _busy(10), -1) == 10
    assert within(1000, lambda: _busy(10_000), -1) == -1
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(within, 1000, lambda: _busy(10_000), -1).result() == -1
    assert sys.getprofile() is None


class _Finalized:
    """Its finalizer makes more calls than a budget has, where Python drops what is raised."""

    def __del__(self) -> None:
        _busy(10_000)


def test_no_finalizer_swallows_the_end_of_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    finished: list[int] = []

    def work() -> int:
        for k in range(10):
            _Finalized()
            finished.append(k)
        return 0

    assert within(1000, work, -1) == -1
    assert finished == []  # the finalizer of the first was cut short, and the very next call ends the work
    assert told == []
    assert sys.unraisablehook == told.append


def test_what_else_a_finalizer_raises_under_a_budget_is_told_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda dropped: told.append(dropped.exc_type))

    class Faulty:
        def __del__(self) -> None:
            raise ZeroDivisionError

    def work() -> int:
        Faulty()
        return 0

    assert within(1000, work, -1) == 0
    assert told == [ZeroDivisionError]


def test_work_that_is_given_up_leaves_the_precision_alone() -> None:
    before = ctx.prec

    def work() -> None:
        with working_precision(before + 100):
            _busy(10_000)

    within(1000, work, None)
    assert ctx.prec == before


def test_an_error_of_the_work_is_no_spent_budget() -> None:
    with pytest.raises(ZeroDivisionError):
        within(1000, lambda: 1 // 0, -1)
    assert sys.getprofile() is None


def test_algebra_that_runs_away_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = sp.sqrt(6) - sp.sqrt(2) * sp.sqrt(3) + sp.log(6) - sp.log(2) - sp.log(3)
    vanishes.cache_clear()
    assert vanishes(identity)
    vanishes.cache_clear()
    monkeypatch.setattr(identities, "_MOST_CALLS", 10)
    assert not vanishes(identity)
    vanishes.cache_clear()
