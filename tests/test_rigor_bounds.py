"""Bounds: what mpmath samples never passes one, a false one is never proved, and a coarse one is proved cheaply."""

from __future__ import annotations

import math

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symgrad as sg
from symgrad.activations.extrema import largest_magnitude, odd_magnitude_value
from symgrad.claims import Logistic, NormalCdf, Strength, define, symbol
from symgrad.rigor import CannotEnclose, certificates_of, supremum
from symgrad.rigor.bounds import bounded_above, bounded_below
from symgrad.rigor.enclosures import rational
from symgrad.rigor.monomials import Monomial

X = symbol("x")
WHOLE = (-sp.oo, sp.oo)
_PARTS = st.sampled_from([sp.tanh(X), Logistic(X), sp.exp(-(X**2)), sp.atan(X), sp.sin(X), NormalCdf(X), sp.Abs(X), X])
GRID = [mpmath.mpf(k) / 7 for k in range(-210, 211)]


@st.composite
def functions(draw: st.DrawFn) -> sp.Expr:
    a, b, c = draw(_PARTS), draw(_PARTS), draw(_PARTS)
    inner = a.subs(X, draw(st.sampled_from([sp.Rational(1, 2), sp.Integer(-2)])) * X + draw(st.integers(-2, 2)))
    return draw(st.sampled_from([inner + b, inner * b, inner + b * c, b.subs(X, inner)]))


@settings(max_examples=60, deadline=None)
@given(functions(), st.fractions(-3, 3, max_denominator=4))
def test_no_sample_passes_a_bound(expr: sp.Expr, value: sp.Rational) -> None:
    witness = sp.lambdify(X, define(expr), "mpmath")
    number = sp.Rational(value.numerator, value.denominator)
    for bounded, sign in ((bounded_above, 1), (bounded_below, -1)):
        try:
            bounded(expr, X, number)
        except CannotEnclose:
            continue
        with mpmath.workdps(30):
            worst = max(sign * mpmath.re(witness(x)) for x in GRID)
            # 1e-20: rounding of mpmath at 30 digits over a few operations
            assert worst <= sign * mpmath.mpf(value.numerator) / value.denominator + mpmath.mpf(10) ** -20


@pytest.mark.parametrize("name", ["gelu", "gelu_tanh", "mish", "serf", "phish", "elish", "isrlu"])
def test_a_coarse_bound_takes_few_boxes(name: str) -> None:
    """Of published plots: none of these slopes falls below -0.3."""
    found = bounded_below(sg.activation(name).derivative, X, sp.Rational(-7, 10))
    assert len([box for piece in found.certificate.to_json()["pieces"] for box in piece["boxes"]]) <= 12
    assert found.certificate.replay()


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (sp.exp(-(X**2)), sp.Rational(999, 1000)),  # it is 1 at 0
        (sp.tanh(X), sp.Rational(999, 1000)),  # it tends to 1
        (sp.Piecewise((sp.Integer(3), X < 0), (sp.tanh(X), True)), sp.Integer(2)),  # it is 3 on a half-line
        (sp.Piecewise((X, sp.sqrt(2) > X), (sp.exp(-X), True)), sp.Rational(7, 5)),  # it tends to the root of two
        (X, sp.Integer(1000)),
        (sp.exp(-((1000 * (X - sp.Rational(73, 10))) ** 2)), sp.Rational(1, 2)),  # a narrow peak of 1, far from 0
    ],
)
def test_a_false_bound_is_not_proved(expr: sp.Expr, value: sp.Rational) -> None:
    with pytest.raises(CannotEnclose, match="is not seen from a few boxes"):
        bounded_above(expr, X, value)
    with pytest.raises(CannotEnclose, match="is not seen from a few boxes"):
        bounded_below(-expr, X, -value)


def test_a_bound_on_an_interval_says_nothing_of_the_rest() -> None:
    found = bounded_above(X**2, X, sp.Integer(5), (sp.Integer(-2), sp.Integer(1)))
    assert found.certificate.statement == "x**2 is at most 5 over (-2, 1)"
    with pytest.raises(CannotEnclose):
        bounded_above(X**2, X, sp.Integer(5), (sp.Integer(-3), sp.Integer(1)))


@settings(max_examples=80, deadline=None)
@given(
    st.integers(-3, 40),
    st.fractions(-3, 3, max_denominator=4),
    st.fractions(-3, 3, max_denominator=4),
    st.sampled_from([4, 8]),
    st.floats(1, 40),
)
def test_a_monomial_stays_in_its_box(power: int, q: sp.Rational, r: sp.Rational, start: int, factor: float) -> None:
    """Also x^40 exp(-x), which rises until 40 and is 1e47 there."""
    exponents = tuple(sp.Rational(each.numerator, each.denominator) for each in ((q, r) if r else (q,) if q else ()))
    monomial = Monomial(sp.Integer(power), exponents)
    with mpmath.workdps(40):
        point = mpmath.mpf(start) * factor
        terms = [mpmath.mpf(each.p) / each.q * point**k for k, each in enumerate(exponents, 1)]
        value = point**power * mpmath.exp(mpmath.fsum(terms))
        box = monomial.box(start)
        low, high = (mpmath.mpf(str(sp.N(rational(end), 30)).replace("oo", "inf")) for end in (box.lo, box.hi))
        # 1e-15: the ends are kept in 53 to 64 bits
        assert low * (1 - mpmath.mpf(10) ** -15) <= value <= high * (1 + mpmath.mpf(10) ** -15)


def test_a_monomial_that_rises_before_it_falls_is_bounded_all_the_same() -> None:
    top = Monomial(sp.Integer(12), (sp.S.NegativeOne,)).box(4).hi
    assert 12**12 * math.exp(-12) <= float(top) <= 30 * 12**12 * math.exp(-12)  # seen in steps that are a quarter long


def test_the_steepest_fall_counts_where_it_is_the_steepest() -> None:
    """The slope of x exp(-x^2) falls to -2 exp(-3/2) = -0.446; of -x exp(-x^2), it rises to that and falls to -1."""
    for sign in (1, -1):
        found = largest_magnitude(sign * sp.diff(X * sp.exp(-(X**2)), X))
        assert (found.value, found.attained_at) == (1, (0,))
        assert all(step.replay() >= Strength.CERTIFIED for step in found.steps)


def test_an_odd_slope_is_as_steep_on_both_sides() -> None:
    claim = sg.activation("exp(-x**2)").lipschitz
    root = 1 / sp.sqrt(2)
    assert claim.tightness.attained_at == (-root, root)
    assert any("it is odd" in step.reason for step in claim.derivation)
    assert len(certificates_of(claim)) == 1


def test_what_is_not_odd_is_not_reflected() -> None:
    expr = sp.exp(-(X**2)) - sp.Rational(1, 10**9)
    assert odd_magnitude_value(expr, WHOLE, supremum(expr, X).certificate) is sp.nan
