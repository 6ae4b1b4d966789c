"""Slopes: derivatives, extrema and their proofs, against published numbers and numerical differentiation."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import mpmath
import pytest
import sympy as sp

from symgrad.activations import CATALOGUE, Activation, activation
from symgrad.activations.closures import closure
from symgrad.claims import Certified, Logistic, Relation, Step, Strength, Symbolic, define, symbol

X, S = symbol("x"), symbol("s")
NAMES = sorted({row.name for row in CATALOGUE.values()})

# 25 and more digits, computed with mpmath at 50 digits and checked against closed forms.
MU = "1.1996786402577338339163698"  # root of mu tanh(mu) = 1
SUPREMA = {  # name: (sup f', where, sup |f''|)
    "sigmoid": ("0.25", "0", "0.096225044864937627418191463"),
    "tanh": ("1", "0", "0.76980035891950101934553171"),
    "gelu": ("1.12890414518515478634074444", "1.41421356237309504880168872", "0.79788456080286535587989212"),
    "silu": ("1.09983932012886691695818492", "2.39935728051546766783273970", "0.5"),
}
INFIMA = {"gelu": "-0.12890414518515478634074444", "silu": "-0.09983932012886691695818492"}
TOLERANCE = mpmath.mpf(10) ** -23  # the published numbers have 25 significant digits


def _close(found: sp.Expr, published: str) -> bool:
    with mpmath.workdps(40):
        return bool(abs(mpmath.mpf(str(found.evalf(32))) - mpmath.mpf(published)) < TOLERANCE)


@pytest.fixture(params=NAMES)
def phi(request: pytest.FixtureRequest) -> Activation:
    return activation(request.param)


def test_the_lipschitz_constant_of_the_sigmoid_is_derived_as_in_a_textbook() -> None:
    claim = activation("sigmoid").lipschitz
    assert claim.bound == sp.Rational(1, 4)
    assert claim.replay() is Strength.SYMBOLIC
    assert claim.tightness.attained_at == (0,)
    forms = [step.after for step in claim.derivation]
    assert sp.exp(-X) / (1 + sp.exp(-X)) ** 2 in forms
    assert sp.Rational(1, 4) - (Logistic(X) - sp.Rational(1, 2)) ** 2 in forms
    assert [step.reason for step in claim.derivation][:2] == ["definition", "quotient rule"]


def test_the_lipschitz_constant_of_tanh_is_derived_by_algebra_too() -> None:
    claim = activation("tanh").lipschitz
    assert (claim.bound, claim.replay(), claim.tightness.attained_at) == (1, Strength.SYMBOLIC, (0,))


def test_completing_the_square_is_not_tied_to_a_name() -> None:
    claim = activation("3*tanh(x/2) + 1").lipschitz
    assert (claim.bound, claim.replay()) == (sp.Rational(3, 2), Strength.SYMBOLIC)


@pytest.mark.parametrize("name", SUPREMA)
def test_suprema_of_the_slope_agree_with_published_digits(name: str) -> None:
    claim = activation(name).lipschitz
    value, place, _ = SUPREMA[name]
    assert _close(claim.bound, value)
    assert _close(claim.tightness.attained_at[0], place)
    assert claim.bound == activation(name).slope_sup.bound


@pytest.mark.parametrize("name", SUPREMA)
def test_suprema_of_the_curvature_agree_with_published_digits(name: str) -> None:
    assert _close(activation(name).curvature_sup.bound, SUPREMA[name][2])


@pytest.mark.parametrize("name", INFIMA)
def test_infima_of_the_slope_agree_with_published_digits(name: str) -> None:
    assert _close(activation(name).slope_inf.bound, INFIMA[name])


def test_silu_is_expressed_in_the_root_of_its_own_equation() -> None:
    with mpmath.workdps(40):
        mu = mpmath.findroot(lambda m: m * mpmath.tanh(m) - 1, 1.2)
        expected = (1 + mu) / 2
        assert abs(mu - mpmath.mpf(MU)) < TOLERANCE
        assert _close(activation("silu").lipschitz.bound, mpmath.nstr(expected, 30))


def test_the_slope_of_gelu_has_its_closed_form_at_the_root_of_two() -> None:
    claim = activation("gelu").lipschitz
    closed = (1 + sp.erf(1)) / 2 + sp.exp(-1) / sp.sqrt(sp.pi)
    assert claim.tightness.attained_at == (sp.sqrt(2),)
    assert sp.simplify(define(claim.bound) - closed) == 0


def test_the_slope_of_softplus_approaches_one_and_never_takes_it() -> None:
    claim = activation("softplus").lipschitz
    assert claim.bound == 1
    assert claim.tightness.attained_at == ()
    assert sp.oo in claim.tightness.approached_at
    assert activation("softplus").curvature_sup.bound == sp.Rational(1, 4)


@pytest.mark.parametrize(("alpha", "largest", "smallest"), [(0.2, 1, 0.2), (3, 3, 1), (-2, 2, -2), (1, 1, 1)])
def test_leaky_relu_takes_the_larger_of_its_two_slopes(alpha: float, largest: float, smallest: float) -> None:
    phi = activation("leaky_relu", alpha=alpha)
    assert float(phi.lipschitz.bound) == largest
    assert float(phi.slope_inf.bound) == smallest
    assert phi.lipschitz.replay() is Strength.SYMBOLIC
    assert phi.curvature_sup.bound == (0 if alpha == 1 else sp.oo)
    assert phi.kinks == (() if alpha == 1 else (0,))


def test_relu_has_slope_zero_at_its_kink_and_infinite_curvature() -> None:
    phi = activation("relu")
    assert phi.derivative.subs(X, 0) == 0
    assert phi.kink_slopes == ((0, 0),)
    assert phi.curvature_sup.bound == sp.oo
    assert "jumps at x = 0, from 0 to 1" in phi.curvature_sup.derivation[-1].reason


def test_a_jump_makes_the_lipschitz_constant_infinite() -> None:
    phi = activation("where(x < 0, x, x + 5)")
    assert phi.slope_sup.bound == 1
    assert phi.lipschitz.bound == sp.oo
    assert phi.lipschitz.replay() is not Strength.BROKEN
    assert phi.derivative_claim.replay() is Strength.SYMBOLIC


def test_derivatives_agree_with_numerical_differentiation(phi: Activation) -> None:
    value = sp.lambdify(X, define(phi.expression), "mpmath")
    slope = sp.lambdify(X, define(phi.derivative), "mpmath")
    curvature = sp.lambdify(X, define(phi.second_derivative), "mpmath")
    with mpmath.workdps(40):
        for point in ("-3.7", "-0.6", "0.3", "2.9"):
            x = mpmath.mpf(point)
            # mpmath differentiates with a step that leaves about half of the 40 digits.
            assert abs(mpmath.diff(value, x) - slope(x)) < mpmath.mpf(10) ** -15
            assert abs(mpmath.diff(slope, x) - curvature(x)) < mpmath.mpf(10) ** -15


def test_every_slope_of_a_grid_stays_below_the_supremum(phi: Activation) -> None:
    slope = sp.lambdify(X, define(phi.derivative), "mpmath")
    centres = [mpmath.mpf(float(point)) for point in {sp.S.Zero, *phi.kinks}]
    near_kinks = [at + s * mpmath.ldexp(1, -k) for at in centres for k in range(4, 20) for s in (-1, 1)]
    values = [abs(slope(x)) for x in (*(mpmath.mpf(k) / 16 for k in range(-160, 161) if k), *near_kinks)]
    # 1e-12: double precision of mpmath over a few operations
    assert max(values) <= float(phi.lipschitz.bound) + 1e-12
    if phi.lipschitz.bound.is_finite:
        assert max(values) >= 0.99 * float(phi.lipschitz.bound)  # the grid is dense enough to come close


def test_derivations_replay_and_every_line_begins_where_the_last_one_ended(phi: Activation) -> None:
    claim = phi.derivative_claim
    assert claim.replay() is Strength.SYMBOLIC
    for before, after in zip(claim.derivation, claim.derivation[1:], strict=False):
        assert before.after == after.before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sigmoid(x)", S * (1 - S)),
        ("tanh(x)", 1 - S**2),
        ("softplus(x)", 1 - sp.exp(-S)),
        ("log(sigmoid(x))", 1 - sp.exp(S)),
        ("x", sp.S.One),
    ],
)
def test_slopes_are_written_in_the_value(text: str, expected: sp.Expr) -> None:
    found = activation(text).derivative_in_terms_of_value
    assert found is not None
    assert sp.expand(found - expected) == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relu", sp.Piecewise((0, S <= 0), (1, True))),
        ("elu", sp.Piecewise((S + 1, S <= 0), (1, True))),
        ("hard_tanh", sp.Piecewise((0, S <= -1), (1, S < 1), (0, True))),
        ("softsign", sp.Piecewise(((1 + S) ** 2, S <= 0), ((1 - S) ** 2, True))),
        ("atan", sp.cos(S) ** 2),
    ],
)
def test_slopes_of_pieces_and_of_the_arctangent_are_written_in_the_value(name: str, expected: sp.Expr) -> None:
    phi = activation(name)
    found = phi.derivative_in_terms_of_value
    for point in ("-3", "-3/4", "-1/8", "1/5", "2/3", "7"):
        x = sp.Rational(point)
        value, slope = phi.expression.subs(X, x), phi.derivative.subs(X, x)
        assert sp.simplify(found.subs(S, value) - slope) == 0
        assert sp.simplify(found.subs(S, value) - expected.subs(S, value)) == 0


@pytest.mark.parametrize("text", ["x*sigmoid(x)", "x*Phi(x)", "abs(x)", "sin(x)"])
def test_where_the_slope_is_no_function_of_the_value_none_is_claimed(text: str) -> None:
    assert activation(text).derivative_in_terms_of_value is None


def test_a_wrong_closure_is_not_found() -> None:
    assert closure(sp.tanh(X), sp.tanh(X) * X) is None


def test_a_planted_wrong_closure_breaks_the_step() -> None:
    wrong = Step(Logistic(X).diff(X), Relation.EQ, Logistic(X) * (1 + Logistic(X)), "planted", Symbolic())
    assert wrong.replay() is Strength.BROKEN


def test_a_planted_wrong_supremum_breaks_the_claim(phi: Activation) -> None:
    claim = phi.lipschitz
    assert claim.replay() is not Strength.BROKEN
    wrong = claim.bound + sp.Rational(1, 10**6) if claim.bound.is_finite else sp.Integer(10) ** 6
    assert replace(claim, bound=wrong).replay() is Strength.BROKEN
    steps = (*claim.derivation[:-1], replace(claim.derivation[-1], after=wrong))
    assert replace(claim, bound=wrong, derivation=steps).replay() is Strength.BROKEN


def test_a_recomputed_step_is_broken_if_its_right_side_is_not_what_comes_out() -> None:
    ground = Certified(sp.gcd, (12, 18))
    assert Step(S, Relation.EQ, sp.Integer(6), "", ground).replay() is Strength.CERTIFIED
    assert Step(S, Relation.EQ, sp.Integer(5), "", ground).replay() is Strength.BROKEN


def test_activations_compare_by_what_they_are_and_survive_pickling(phi: Activation) -> None:
    assert phi == activation(phi.name)
    assert hash(phi) == hash(activation(phi.name))
    assert pickle.loads(pickle.dumps(phi)) == phi  # noqa: S301 - our own bytes
    assert activation("leaky_relu", alpha=0.2) != activation("leaky_relu", alpha=0.1)
    claim = phi.lipschitz
    assert pickle.loads(pickle.dumps(claim)).bound == claim.bound  # noqa: S301


def test_the_lipschitz_constant_of_the_sigmoid_comes_quickly() -> None:
    activation("sigmoid").lipschitz.replay()  # first calls import and fill caches
    start = time.perf_counter()
    activation("sigmoid").lipschitz  # noqa: B018
    assert time.perf_counter() - start < 0.3


# --------------------------------------------------------------------------- vertical tangents, and special functions


@pytest.mark.parametrize("text", ["sign(x)*sqrt(Abs(x))", "sign(x)*Abs(x)**(1/3)", "sqrt(Abs(x - pi))*sign(x - pi)"])
def test_a_vertical_tangent_leaves_the_smallest_slope_to_the_tails(text: str) -> None:
    phi = activation(text)
    assert phi.slope_sup.bound == phi.lipschitz.bound == phi.curvature_sup.bound == sp.oo
    assert phi.slope_inf.bound == 0
    assert set(phi.slope_inf.tightness.approached_at) == {-sp.oo, sp.oo}


def test_an_infinite_slope_may_hide_in_a_product() -> None:
    phi = activation("tanh(x)*sqrt(Abs(x))")  # near 0 it is x sqrt|x|, which has the slope 0 there
    with mpmath.workdps(30):
        slope = lambda t: mpmath.diff(lambda u: mpmath.tanh(u) * mpmath.sqrt(u), t)
        top = max(slope(mpmath.mpf(k) / 1000) for k in range(1, 3000))
    assert abs(float(phi.lipschitz.bound) - top) < 1e-6  # the grid is a thousandth wide, and the maximum is flat


@pytest.mark.parametrize(
    ("text", "witness"),
    [
        ("1/gamma(x**2 + 1)", lambda t: 1 / mpmath.gamma(t**2 + 1)),
        ("loggamma(softplus(x) + 1)", lambda t: mpmath.loggamma(mpmath.log1p(mpmath.exp(t)) + 1)),
        ("Si(x)", mpmath.si),
        ("gamma(1 + sigmoid(x))", lambda t: mpmath.gamma(1 + 1 / (1 + mpmath.exp(-t)))),
    ],
)
def test_slopes_of_special_functions_are_those_that_mpmath_sees(text: str, witness: Callable[[Any], Any]) -> None:
    found = activation(text).slope_inf.bound
    slopes = [mpmath.diff(witness, mpmath.mpf(k) / 20) for k in range(-200, 200)]
    # Nothing lies below; and above by half the third derivative (16 at most here) times the square of half a step.
    assert -1e-12 < min(slopes) - float(found) < 16 / 2 * 0.025**2


@pytest.mark.parametrize("text", ["gamma(x**2 + 1)", "gamma(cosh(x))", "gamma(exp(x))", "loggamma(x**2 + 1)"])
def test_what_outgrows_every_line_has_no_lipschitz_constant(text: str) -> None:
    phi = activation(text)
    assert phi.lipschitz.bound == phi.curvature_sup.bound == sp.oo
