"""Derivatives: as SymPy finds them, and as differences of mpmath say."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symgrad.activations import activation
from symgrad.activations.catalogue import CATALOGUE
from symgrad.claims import Logistic, NormalCdf, Softplus, define, symbol
from symgrad.rigor.derivatives import derivative

X = symbol("x")
NAMES = sorted({row.name for row in CATALOGUE.values()})
_PLAIN = (X, sp.tanh(X), Logistic(X), Softplus(X), NormalCdf(X), sp.exp(-(X**2)), sp.sin(3 * X), sp.sqrt(1 + X**2))
_OTHERS = (1 / (2 + X**2), sp.atan(X), sp.erf(X), sp.asinh(X), sp.log(1 + X**2), 2**X, (1 + X**2) ** X)
_PARTS = st.sampled_from((*_PLAIN, *_OTHERS, sp.besselj(2, X)))


@st.composite
def functions(draw: st.DrawFn) -> sp.Expr:
    a, b, c = draw(_PARTS), draw(_PARTS), draw(_PARTS)
    return draw(st.sampled_from([a + b * c, a * b * c, a.subs(X, b / 3), (a + b) ** 3 * c, a / (1 + b**2)]))


@settings(max_examples=80, deadline=None)
@given(functions())
def test_a_derivative_is_that_of_sympy_and_of_differences(expr: sp.Expr) -> None:
    slope = derivative(expr, X)
    assert sp.simplify(slope - sp.diff(expr, X)) == 0 or slope.equals(sp.diff(expr, X))
    value, found = (sp.lambdify(X, define(each), "mpmath") for each in (expr, slope))
    with mpmath.workdps(40):
        at = mpmath.mpf(3) / 7
        # mpmath differentiates with a step that leaves about half of the 40 digits.
        assert abs(mpmath.diff(value, at) - found(at)) < mpmath.mpf(10) ** -15 * (1 + abs(found(at)))


@pytest.mark.parametrize("name", NAMES)
def test_slopes_of_the_catalogue_are_written_as_sympy_writes_them(name: str) -> None:
    for piece in activation(name).value_pieces:
        slope = derivative(piece.expr, X)
        assert (slope, derivative(slope, X)) == (sp.diff(piece.expr, X), sp.diff(slope, X))


def test_what_has_a_rule_of_its_own_is_left_to_sympy() -> None:
    for expr in (sp.Abs(X), sp.Max(X, 1), sp.Piecewise((X**2, X < 0), (sp.sin(X), True)), X**X, sp.jn(1, X)):
        assert derivative(expr, X) == sp.diff(expr, X)
    assert derivative(sp.Symbol("a") ** 2, X) == 0
