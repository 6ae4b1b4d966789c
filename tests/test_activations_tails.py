"""Tails, symmetries and saturation sets, against closed forms."""

from __future__ import annotations

from dataclasses import replace

import mpmath
import pytest
import sympy as sp

from symgrad.activations import CATALOGUE, activation
from symgrad.claims import Strength, symbol

X = symbol("x")
NAMES = sorted({row.name for row in CATALOGUE.values()})
INF = sp.oo


@pytest.mark.parametrize(
    ("name", "limits", "slope_limits"),
    [
        ("sigmoid", (0, 1), (0, 0)),
        ("tanh", (-1, 1), (0, 0)),
        ("relu", (0, INF), (0, 1)),
        ("leaky_relu", (-INF, INF), (sp.Rational(1, 100), 1)),
        ("gelu", (0, INF), (0, 1)),
        ("silu", (0, INF), (0, 1)),
        ("softplus", (0, INF), (0, 1)),
    ],
)
def test_limits_are_those_of_the_textbook(name: str, limits: tuple, slope_limits: tuple) -> None:  # type: ignore[type-arg]
    phi = activation(name)
    assert tuple(claim.bound for claim in phi.limits) == limits
    assert tuple(claim.bound for claim in phi.slope_limits) == slope_limits
    assert all(claim.replay() is Strength.CERTIFIED for claim in (*phi.limits, *phi.slope_limits))


def test_a_planted_wrong_limit_is_broken() -> None:
    claim = activation("tanh").limits[1]
    assert claim is not None
    wrong = replace(claim.derivation[-1], after=sp.S.Zero)
    assert replace(claim, bound=sp.S.Zero, derivation=(wrong,)).replay() is Strength.BROKEN


def test_a_sine_has_no_limit() -> None:
    assert activation("sin(x)").limits == (None, None)
    assert activation("sin(x)").tail == "oscillating"


@pytest.mark.parametrize(
    ("text", "odd", "even", "monotone", "bounded"),
    [
        ("sigmoid", False, False, True, True),
        ("tanh", True, False, True, True),
        ("relu", False, False, True, False),
        ("leaky_relu", False, False, True, False),
        ("gelu", False, False, False, False),
        ("silu", False, False, False, False),
        ("softplus", False, False, True, False),
        ("x", True, False, True, False),
        ("x/(1 + abs(x))", True, False, True, True),
        ("sigmoid(x) - 1/2", True, False, True, True),
        ("exp(-x**2)", False, True, False, True),
        ("abs(x)", False, True, False, False),
        ("-tanh(x)", True, False, True, True),
        ("where(x < 0, x, x - 5)", False, False, False, False),
    ],
)
def test_flags_are_those_of_the_textbook(text: str, odd: bool, even: bool, monotone: bool, bounded: bool) -> None:
    phi = activation(text)
    assert (phi.odd, phi.even, phi.monotone, phi.bounded) == (odd, even, monotone, bounded)


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("sigmoid", "exponential"),
        ("tanh", "exponential"),
        ("relu", "zero / constant"),
        ("leaky_relu", "constant"),
        ("gelu", "gaussian"),
        ("silu", "exponential"),
        ("softplus", "exponential"),
        ("atan(x)", "algebraic"),
        ("x/(1 + abs(x))", "algebraic"),
        ("erf(x)", "gaussian"),
        ("x**2", "unbounded"),
        ("max(-1, min(1, x))", "zero"),
    ],
)
def test_tails_are_named_by_how_the_slope_settles(text: str, tail: str) -> None:
    assert activation(text).tail == tail


@pytest.mark.parametrize(
    ("text", "homogeneous"),
    [
        ("relu", True),
        ("leaky_relu", True),
        ("x", True),
        ("abs(x)", True),
        ("tanh", False),
        ("relu(x) + 1", False),
        ("relu(x - 1)", False),
        ("x**2", False),
    ],
)
def test_positive_homogeneity_is_recognised(text: str, homogeneous: bool) -> None:
    assert activation(text).is_positively_homogeneous is homogeneous


# Closed forms of the end of the right part of {|f'| < eps}.
EPS = mpmath.fraction(1, 1000)  # rounded at the precision of its use
CLOSED_FORMS = {
    "sigmoid": lambda: 2 * mpmath.acosh(1 / (2 * mpmath.sqrt(EPS))),
    "tanh": lambda: mpmath.acosh(1 / mpmath.sqrt(EPS)),
    "atan(x)": lambda: mpmath.sqrt(1 / EPS - 1),
    "erf(x)": lambda: mpmath.sqrt(mpmath.log(2 / (EPS * mpmath.sqrt(mpmath.pi)))),
    "x/(1 + abs(x))": lambda: 1 / mpmath.sqrt(EPS) - 1,
}


def _ends(found: sp.Set) -> list[sp.Expr]:
    parts = found.args if isinstance(found, sp.Union) else (found,)
    return sorted((end for part in parts for end in (part.start, part.end)), key=float)


@pytest.mark.parametrize("text", CLOSED_FORMS)
def test_saturation_sets_of_symmetric_slopes_have_the_published_ends(text: str) -> None:
    with mpmath.workdps(40):
        expected = CLOSED_FORMS[text]()
        claim = activation(text).saturation(0.001)
        left, right = _ends(claim.bound)[1:-1]
        # 1e-18: the ends are asked for to 20 digits, and are below 100.
        assert abs(mpmath.mpf(str(right.evalf(30))) - expected) < mpmath.mpf(10) ** -18
        assert abs(mpmath.mpf(str(left.evalf(30))) + expected) < mpmath.mpf(10) ** -18
    assert _ends(claim.bound)[0] == -INF
    assert _ends(claim.bound)[-1] == INF
    assert claim.replay() is Strength.CERTIFIED


def test_ends_that_are_differences_of_large_numbers_keep_their_closed_form() -> None:
    left, right = _ends(activation("tanh").saturation(sp.Rational(1, 10**12)).bound)[1:-1]
    assert left.has(sp.log)
    assert right.has(sp.log)
    with mpmath.workdps(60):
        expected = mpmath.acosh(mpmath.mpf(10) ** 6)  # sech(x)^2 = 1e-12
        assert abs(mpmath.mpf(str(right.evalf(40))) - expected) < mpmath.mpf(10) ** -35
        assert abs(mpmath.mpf(str(left.evalf(40))) + expected) < mpmath.mpf(10) ** -35


def test_softplus_saturates_on_the_left_only() -> None:
    ends = _ends(activation("softplus").saturation(0.001).bound)
    assert ends[0] == -INF
    assert len(ends) == 2
    assert float(ends[1]) == pytest.approx(float(mpmath.log(EPS / (1 - EPS))), rel=1e-14)  # rounding of a double


def test_relu_saturates_on_the_negative_half_line_and_leaky_relu_nowhere() -> None:
    assert activation("relu").saturation(0.1).bound == sp.Interval.open(-INF, 0)
    assert activation("leaky_relu").saturation(0.001).bound == sp.EmptySet
    assert activation("leaky_relu").saturation(0.1).bound == sp.Interval.open(-INF, 0)


@pytest.mark.parametrize("name", ["gelu", "silu"])
def test_a_gated_unit_saturates_on_a_half_line_and_around_its_minimum(name: str) -> None:
    found = activation(name).saturation(0.001).bound
    assert len(found.args) == 2
    slope = activation(name).derivative
    for part in found.args:
        for end in (part.start, part.end):
            if end.is_finite:
                assert abs(abs(float(slope.subs(X, end).evalf(30))) - 0.001) < 1e-15  # the threshold plugged back
    minimum = {"gelu": -0.75179152469356445745790495, "silu": -1.27846454276107379510935874}[name]
    assert found.contains(sp.Rational(str(minimum)))


def test_a_planted_wrong_saturation_set_is_broken() -> None:
    claim = activation("relu").saturation(0.1)
    wrong = sp.Interval.open(-INF, 1)
    step = replace(claim.derivation[-1], after=wrong)
    assert replace(claim, bound=wrong, derivation=(step,)).replay() is Strength.BROKEN


@pytest.mark.parametrize("eps", [0, -1, float("nan"), "0.1"])
def test_a_threshold_is_a_positive_number(eps: object) -> None:
    with pytest.raises(ValueError, match="eps = "):
        activation("tanh").saturation(eps)


# -------------------------------------------------------------------------------------------- parameters that are symbols

B, C, R = sp.Symbol("b", positive=True), sp.Symbol("c", negative=True), sp.Symbol("r", real=True)


@pytest.mark.parametrize(
    ("spec", "parameters", "values", "slopes"),
    [
        ("a*tanh(b*x)", {"a": 2, "b": B}, (-2, 2), (0, 0)),
        ("a*tanh(b*x)", {"a": 2, "b": C}, (2, -2), (0, 0)),
        ("softplus", {"beta": B}, (0, sp.oo), (0, 1)),
        ("silu", {"beta": B}, (0, sp.oo), (0, 1)),
        ("elu", {"alpha": B}, (-B, sp.oo), (0, 1)),
        ("leaky_relu", {"alpha": B}, (-sp.oo, sp.oo), (B, 1)),
        ("a*exp(-x**2)", {"a": R}, (0, 0), (0, 0)),
        ("a*tanh(b*x)", {"a": 1, "b": R}, (None, None), (None, None)),  # which end is approached depends on the sign
        ("a*x", {"a": R}, (None, None), (R, R)),
    ],
)
def test_limits_are_formulas_in_the_parameters(
    spec: str, parameters: dict[str, object], values: tuple[object, ...], slopes: tuple[object, ...]
) -> None:
    phi = activation(spec, **parameters)
    for claims, expected in ((phi.limits, values), (phi.slope_limits, slopes)):
        assert tuple(claim and claim.bound for claim in claims) == expected
        assert all(claim.replay() is Strength.CERTIFIED for claim in claims if claim)
