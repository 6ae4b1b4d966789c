"""Functions of the field: definitions, derivatives and signs against mpmath."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from copies import pickled

from symgrad.claims import AnyActivation, AnySlope, Logistic, NormalCdf, NormalPdf, Softplus, define, latex

X = sp.Symbol("x", real=True)
POINTS = ["-30.25", "-2.5", "-0.1", "0", "0.7", "3.125", "40.5"]
WITNESSES = {
    Logistic: lambda x: 1 / (1 + mpmath.exp(-x)),
    Softplus: lambda x: mpmath.log1p(mpmath.exp(x)),
    NormalPdf: mpmath.npdf,
    NormalCdf: mpmath.ncdf,
}
RELATIVE = mpmath.mpf(10) ** -29  # SymPy is asked for 30 digits, of which the last one may be rounded


def agrees(found: sp.Expr, wanted: mpmath.mpf) -> bool:
    return bool(abs(mpmath.mpf(str(found)) - wanted) <= RELATIVE * abs(wanted))


@pytest.fixture(params=WITNESSES, ids=lambda word: word.__name__)
def word(request: pytest.FixtureRequest) -> type[sp.Function]:
    return request.param


@pytest.mark.parametrize("point", POINTS)
def test_words_have_the_values_of_mpmath(word: type[sp.Function], point: str) -> None:
    with mpmath.workdps(60):
        wanted = WITNESSES[word](mpmath.mpf(point))
        assert agrees(word(sp.Rational(point)).evalf(30), wanted)


def test_definitions_have_the_same_values(word: type[sp.Function]) -> None:
    """Where they do not cancel: in SymPy's own functions, the tail of Phi is 1 minus nearly 1."""
    with mpmath.workdps(60):
        for point in ("-2.5", "0", "3.125"):
            assert agrees(define(word(sp.Rational(point))).evalf(30), WITNESSES[word](mpmath.mpf(point)))


def test_no_digits_are_lost_in_the_far_tails(word: type[sp.Function]) -> None:
    """A definition such as (1 + erf(x/sqrt(2)))/2 gives zero at -40; the words keep 30 digits at -800."""
    with mpmath.workdps(900):  # enough for log(1 + e^-800) by its definition
        wanted = WITNESSES[word](mpmath.mpf(-800))
        assert agrees(word(sp.Integer(-800)).evalf(30), wanted)
        assert agrees(word(-800 + sp.pi / 10**40).evalf(30), wanted)


@pytest.mark.parametrize("point", POINTS)
def test_slopes_are_those_of_numerical_differentiation(word: type[sp.Function], point: str) -> None:
    with mpmath.workdps(120):
        wanted = mpmath.diff(WITNESSES[word], mpmath.mpf(point))
        found = mpmath.mpf(str(word(X).diff(X).subs(X, sp.Rational(point)).evalf(30)))
        scale = max(abs(wanted), mpmath.mpf(10) ** -30)  # the slope of the density vanishes at 0
        assert abs(found - wanted) <= RELATIVE * scale


def test_every_word_is_positive_at_real_arguments_and_undecided_elsewhere(word: type[sp.Function]) -> None:
    assert word(X).is_positive is True
    assert word(X).is_real is True
    anywhere = word(sp.Symbol("z"))
    assert anywhere.is_positive is anywhere.is_extended_real is None
    turned = word(2 * sp.pi * sp.I)  # the logistic function is 1/2 here, though the argument is not real
    assert turned.is_positive is not False


@pytest.mark.parametrize(
    ("word", "values"),
    [
        (Logistic, (0, sp.S.Half, 1)),
        (Softplus, (0, sp.log(2), sp.oo)),
        (NormalPdf, (0, 1 / sp.sqrt(2 * sp.pi), 0)),
        (NormalCdf, (0, sp.S.Half, 1)),
    ],
)
def test_values_at_zero_and_at_the_ends(word: type[sp.Function], values: tuple[sp.Expr, ...]) -> None:
    assert tuple(word(point) for point in (-sp.oo, sp.S.Zero, sp.oo)) == values


def test_the_density_is_even() -> None:
    assert NormalPdf(-X) == NormalPdf(X)


def test_definitions_hold_no_word_of_ours_and_leave_the_rest() -> None:
    mixed = X * Logistic(Softplus(X)) + sp.tanh(NormalCdf(X)) + AnyActivation(X)
    plain = define(mixed)
    assert not plain.has(Logistic, Softplus, NormalCdf)
    assert plain.has(AnyActivation, sp.tanh)
    assert Logistic(X).rewrite(sp.exp) == 1 / (1 + sp.exp(-X))


def test_nothing_is_known_of_any_activation_but_its_slope() -> None:
    w = sp.Symbol("w", real=True)
    assert AnyActivation(w * X).diff(X) == w * AnySlope(w * X)
    assert AnyActivation(X).is_real
    assert AnyActivation(X).is_positive is None


def test_words_are_written_as_in_papers() -> None:
    assert latex(Logistic(X) ** 2) == r"\sigma^{2}(x)"
    assert latex(NormalCdf(X) + NormalPdf(X)) == r"\Phi(x) + \phi(x)"
    assert latex(AnySlope(X) ** 2) == r"\varphi'^{2}(x)"


def test_words_survive_pickling(word: type[sp.Function]) -> None:
    assert pickled(word(X) * X) == word(X) * X
