"""Numbers that people give, and logarithms of numbers that no float holds."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

from symgrad.claims import exact, log10_float, log_of

L = sp.Symbol("L", positive=True)
TENTH = sp.Rational(1, 10)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (3, sp.Integer(3)),
        (0.1, TENTH),
        (np.float64(0.1), TENTH),
        (np.float32(0.1), TENTH),  # as a double it prints as 0.10000000149011612
        (np.float16(0.1), TENTH),
        (np.longdouble("0.1"), TENTH),
        (np.int8(-3), sp.Integer(-3)),
        (Fraction(1, 3), sp.Rational(1, 3)),
        (Decimal("0.1"), TENTH),
        (sp.Float("0.1"), TENTH),
        (5e-324, sp.Rational(5, 10**324)),
        (1e300, sp.Integer(10) ** 300),
        (np.array(2.5), sp.Rational(5, 2)),
        (0.5 * L + 1, L / 2 + 1),
    ],
)
def test_numbers_are_read_exactly_and_floats_as_the_decimals_they_print_as(given: object, wanted: sp.Expr) -> None:
    found = exact("it", given)
    assert found == wanted
    assert not found.has(sp.Float)


@pytest.mark.parametrize(
    "given",
    [
        True,
        np.True_,
        "3",
        "__import__('os')",
        b"bytes",
        None,
        [3],
        (3,),
        {},
        {3},
        np.zeros(2),
        sp.eye(1),
        sp.Symbol("y") > 0,
        object(),
    ],
)
def test_what_is_not_a_number_is_refused_by_name(given: object) -> None:
    with pytest.raises(ValueError, match=r"the width = .* is not a number or a SymPy expression"):
        exact("the width", given)


@pytest.mark.parametrize(
    "given", [math.inf, -math.inf, math.nan, np.float32("nan"), Decimal("NaN"), Decimal("-Infinity"), sp.oo, sp.zoo]
)
def test_what_is_not_finite_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match=r"it = .* is not finite"):
        exact("it", given)


def test_infinity_is_read_where_it_will_do() -> None:
    assert [exact("it", given, infinite=True) for given in (math.inf, -math.inf, sp.oo)] == [sp.oo, -sp.oo, sp.oo]
    assert exact("it", 0.5, infinite=True) == sp.Rational(1, 2)
    for given in (math.nan, sp.zoo, sp.oo * sp.I):
        with pytest.raises(ValueError, match="is not finite"):
            exact("it", given, infinite=True)


def test_text_is_never_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sp, "parse_expr", lambda *_: pytest.fail("parsed"))
    with pytest.raises(ValueError, match="is not a number"):
        exact("it", "1 + 1")


# ------------------------------------------------------------------------------------------------------- logarithms


@pytest.mark.parametrize(
    "expr",
    [
        sp.Rational(3, 7) ** 5,
        sp.sqrt(2) * sp.pi / 9,
        sp.exp(-7) * sp.Rational(1, 3),
        (sp.sqrt(3) / 5) ** sp.Rational(7, 2),
        sp.Product(L / (L + 1), (L, 1, 9)),
        sp.Rational(1, 10**400),
    ],
)
def test_the_logarithm_is_that_of_the_number(expr: sp.Expr) -> None:
    with mpmath.workdps(50):
        wanted = mpmath.log10(mpmath.mpf(str(sp.N(expr.doit(), 50))))
    assert log10_float(log_of(expr)) == float(wanted)


def test_a_power_to_a_symbol_becomes_a_factor() -> None:
    assert log_of(sp.Rational(1, 4) ** L) == -2 * L * sp.log(2)
    assert sp.expand(log_of((L * sp.exp(-1)) ** 3 * sp.Rational(2, 3))) == 3 * sp.log(L) - 3 + sp.log(2) - sp.log(3)


def test_logarithms_that_are_no_finite_float() -> None:
    assert log10_float(log_of(sp.S.Zero)) == -math.inf
    assert log10_float(log_of(sp.oo)) == math.inf
    with pytest.raises(ValueError, match="still depends on L"):
        log10_float(log_of(L))
    with pytest.raises(ValueError, match="the bound is negative"):
        log10_float(log_of(sp.Integer(-2)))
