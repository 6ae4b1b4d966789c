"""Polynomials in words: the product of the factors is the expression, and the factors are those of SymPy, which factors in all words at once."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symgrad as sg
from symgrad.claims import Logistic, NormalCdf, NormalPdf, Softplus, symbol
from symgrad.rigor.polynomials import factored, multiplied_out

X = symbol("x")
WORDS = [X, sp.tanh(X), Logistic(X), sp.sin(3 * X), sp.log(2)]
_WORDS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(lambda found: sp.Mul(*found))
_FACTORS = st.lists(st.tuples(st.integers(-3, 3), _WORDS), min_size=1, max_size=3).map(
    lambda terms: sp.Add(*(number * words for number, words in terms)) + 1
)


@settings(max_examples=80, deadline=None)
@given(st.lists(_FACTORS, min_size=1, max_size=3))
def test_the_product_is_the_expression_and_no_factor_splits_further(parts: list[sp.Expr]) -> None:
    expr = sp.expand(sp.Mul(*parts, parts[0]))
    dummies = {word: sp.Dummy() for word in WORDS}
    wanted = sp.Poly(expr.xreplace(dummies), *dummies.values())
    found = [
        (sp.Poly(base.xreplace(dummies), *dummies.values()), exponent) for base, exponent in factored(expr).items()
    ]
    product = sp.Mul(*(base.as_expr() ** exponent for base, exponent in found))
    assert wanted.monic() == sp.Poly(product, *dummies.values()).monic()
    assert all(base.is_irreducible for base, _ in found)


@pytest.mark.parametrize(
    ("expr", "factors"),
    [
        (sp.tanh(X) ** 2 - sp.tanh(X) ** 3, {sp.tanh(X): 2, sp.tanh(X) - 1: 1}),
        (X**4 - 1, {X - 1: 1, X + 1: 1, X**2 + 1: 1}),  # no word is linear, and no content is left
        (X / (1 + X**2) ** 2, {X: 1, X**2 + 1: -2}),  # a reciprocal is left to SymPy
        (sp.exp(2 * X) - sp.exp(X), {sp.exp(X) - 1: 1, sp.exp(X): 1}),  # and so are several exponentials
        ((1 + X) ** 900 * sp.tanh(X) + (1 + X) ** 901, {X + 1: 900, X + sp.tanh(X) + 1: 1}),  # not multiplied out
        (sp.S.Zero, {}),
        (sp.Integer(3), {}),
        (
            X * NormalPdf(X) ** 2 - X * NormalCdf(X) ** 2,
            {X: 1, NormalPdf(X) - NormalCdf(X): 1, NormalPdf(X) + NormalCdf(X): 1},
        ),
    ],
)
def test_these_factors_are_known(expr: sp.Expr, factors: dict[sp.Expr, int]) -> None:
    found = factored(expr)
    signs = {base: base if base in factors else -base for base in found}
    assert {signs[base]: exponent for base, exponent in found.items()} == factors


@pytest.mark.parametrize("name", ["phish", "mish", "lisht", "quick_gelu", "gelu"])
def test_the_slopes_of_the_catalogue_have_the_factors_that_sympy_finds(name: str) -> None:
    curvature = sg.activation(name).second_derivative
    wanted = {base for base, _ in (e.as_base_exp() for e in sp.Mul.make_args(sp.factor(curvature))) if base.has(X)}
    found = {base for base in factored(curvature) if base.has(X)}
    assert {frozenset((sp.expand(base), sp.expand(-base))) for base in found} == {
        frozenset((sp.expand(base), sp.expand(-base))) for base in wanted
    }


def test_arguments_of_functions_are_left_as_they_are() -> None:
    inner = sp.tanh(X * (1 + X**2) / 3)
    assert factored(X * inner - Softplus(X) * X) == {X: 1, inner - Softplus(X): 1}


@settings(max_examples=60, deadline=None)
@given(_FACTORS, _FACTORS, st.integers(1, 3))
def test_what_is_multiplied_out_is_what_sympy_expands(a: sp.Expr, b: sp.Expr, power: int) -> None:
    expr = (a + b) ** power * b
    assert multiplied_out(expr) == sp.expand(expr, log=False)


def test_words_are_replaced_before_they_are_multiplied_out() -> None:
    known = {sp.sin(X): (sp.exp(sp.I * X) - sp.exp(-sp.I * X)) / (2 * sp.I)}
    assert multiplied_out(2 * sp.sin(X) ** 2, known) == 1 - sp.exp(2 * sp.I * X) / 2 - sp.exp(-2 * sp.I * X) / 2
    assert multiplied_out(sp.Integer(3), known) == 3
    assert multiplied_out((sp.cosh(X) + 1) * (sp.cosh(X) - 1), known) == sp.cosh(X) ** 2 - 1
