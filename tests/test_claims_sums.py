"""Finite sums: kept while they hold a symbol, added up exactly once they are numbers, told as any sum."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from copies import pickled

from symgrad.claims import FiniteSum, latex

J, N, Y = sp.Symbol("j", integer=True), sp.Symbol("n", integer=True), sp.Symbol("y", positive=True)


@pytest.mark.parametrize("last", [-1, 0, 1, 7, 150])
def test_a_sum_of_numbers_is_added_up_exactly(last: int) -> None:
    made = FiniteSum(sp.binomial(2 * J, J) / 4**J, (J, 0, N)).xreplace({N: sp.Integer(last)})
    term, total = Fraction(1), Fraction(0)
    for at in range(last + 1):
        total += term
        term *= Fraction(2 * at + 1, 2 * at + 2)
    assert made.doit() == sp.Rational(total.numerator, total.denominator)
    assert float(made.evalf()) == pytest.approx(float(total), rel=1e-15)


def test_a_sum_with_a_symbol_stays_one() -> None:
    """SymPy would find a closed form of this one, and search for seconds where there is none."""
    made = FiniteSum(Y**J, (J, 0, N))
    assert made.doit() is made
    assert made.subs(Y, 2).doit() == FiniteSum(2**J, (J, 0, N))
    assert made.evalf() == made
    assert sp.Sum(2**J, (J, 0, N)).doit() == 2 ** (N + 1) - 1


def test_it_is_written_and_pickled_as_what_it_is() -> None:
    made = FiniteSum(Y**J, (J, 0, N))
    assert latex(made) == latex(sp.Sum(Y**J, (J, 0, N)))
    assert latex(made**2) == rf"\left({latex(made)}\right)^{{2}}"
    assert pickled(made) == made
    assert made.is_nonnegative
    assert FiniteSum(-(Y**J), (J, 0, N)).is_nonnegative is None
