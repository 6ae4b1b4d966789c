"""Applications: activations inside SymPy expressions, in generated code and on arrays, against mpmath."""

from __future__ import annotations

import math
import pickle
import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from sympy.codegen.cfunctions import hypot

from symgrad.activations import CATALOGUE, Activation, activation
from symgrad.activations.applications import Application
from symgrad.activations.guards import guarded
from symgrad.activations.numerics import evaluate
from symgrad.activations.stabilities import stable, unstable
from symgrad.claims import Logistic, NormalCdf, NormalPdf, Softplus, define, latex, symbol
from symgrad.claims.computations import Erfc, HypotGap, HypotSum, Sech2, TanhGap

X, Y = symbol("x"), sp.Symbol("y")
NAMES = sorted({row.name for row in CATALOGUE.values()})
EXPRESSIONS = (
    "x*erf(x)",
    "max(-1, min(x, 2))",
    "log(1 + exp(x))",
    "1/(1 + exp(-3*x))",
    "x - 2*tanh(x/2)",
    "1 - cos(x)",
)

# One unit in the last place is 2^-52, relative to the value and to what a last place of the argument moves it by. NumPy
# and SciPy promise their functions to 4 such units, and no formula here chains more than two of them.
ULPS = 8
ULP = mpmath.mpf(2) ** -52
# Below the smallest normal number there are no digits to promise: SciPy's erfc is 0 there.
SMALLEST_NORMAL = mpmath.mpf(2) ** -1022

POINTS = (
    0.0,
    1e-300,
    5e-324,
    1e-8,
    1e-3,
    0.3,
    0.5,
    1.0,
    2.0,
    3.0,
    3.7,
    6.0,
    20.0,
    26.5,
    40.0,
    700.0,
    800.0,
    1e5,
    1e200,
)


@pytest.fixture(params=NAMES)
def phi(request: pytest.FixtureRequest) -> Activation:
    return activation(request.param)


def points_of(phi: Activation) -> list[float]:
    """The points of every test, on both sides, and each kink with its neighbours."""
    kinks = [float(kink) for kink in phi.kinks]
    near = [side for kink in kinks for side in (kink, math.nextafter(kink, 9e9), math.nextafter(kink, -9e9))]
    return [*POINTS, *(-point for point in POINTS), *near]


def exact(expr: sp.Expr, point: float) -> mpmath.mpf:
    """The value of a formula at a double, with more digits than any cancellation at these points costs."""
    function = sp.lambdify(X, define(expr), "mpmath")
    # 1e200 squared, and (1e-300)^3/3 beside 1e-300, are the longest cancellations: 400 and 600 digits.
    with mpmath.workdps(1000 if point and not 1e-5 < abs(point) < 1e6 else 400):
        return mpmath.mpf(function(mpmath.mpf(point)))


def units_off(found: float, expr: sp.Expr, slope: sp.Expr, point: float) -> float:
    """How many units a computed value is off."""
    true = exact(expr, point)
    if abs(true) > np.finfo(np.float64).max:
        return 0.0 if found == math.copysign(math.inf, true) else math.inf
    scale = ULP * (abs(true) + abs(mpmath.mpf(point) * exact(slope, point))) + SMALLEST_NORMAL
    return float(abs(mpmath.mpf(float(found)) - true) / scale)


# ------------------------------------------------------------------------------------------------------- numbers

OVERFLOWING = {"tanhexp", "gelu_tanh"}  # at 1e200 mpmath itself cannot hold exp(1e200), and 1e200 cubed is beyond
TURNING = {"sin", "cos", "siren", "snake", "gcu", "gabor"}  # at 1e200 the slope says that a last place is many turns


def tried(phi: Activation) -> list[float]:
    largest = 1e199 if phi.name in OVERFLOWING | TURNING else math.inf
    return [point for point in points_of(phi) if abs(point) < largest]


def test_values_stay_within_ulps_of_mpmath(phi: Activation) -> None:
    for point in tried(phi):
        assert units_off(phi(point), phi.expression, phi.derivative, point) <= ULPS, point


def test_slopes_stay_within_ulps_of_mpmath(phi: Activation) -> None:
    for point in tried(phi):
        assert units_off(phi.slope(point), phi.derivative, phi.second_derivative, point) <= ULPS, point


def test_the_usual_formula_would_fail_that_test() -> None:
    tanh, naive = activation("tanh"), np.float64(1) - np.tanh(40.0) ** 2
    assert units_off(naive, tanh.derivative, tanh.second_derivative, 40.0) > 1e10
    assert units_off(tanh.slope(40.0), tanh.derivative, tanh.second_derivative, 40.0) < 1


def test_arrays_agree_with_scalars_in_any_shape(phi: Activation) -> None:
    points = np.array([*points_of(phi), math.nan, math.inf, -math.inf])
    for function in (phi, phi.slope):
        alone = np.array([function(float(point)) for point in points])
        # SIMD and scalar loops of NumPy may round differently: each within its 4 units
        np.testing.assert_allclose(function(points), alone, rtol=2 * 4 * 2.0**-52, atol=2.0**-1022)
        assert function(points[:12].reshape(2, 3, 2)).shape == (2, 3, 2)
        assert function(np.zeros((0, 3))).shape == (0, 3)


def test_not_a_number_stays_so_and_ends_are_limits(phi: Activation) -> None:
    assert math.isnan(phi(math.nan))
    assert math.isnan(phi.slope(math.nan))
    for end, value, slope in zip((-math.inf, math.inf), phi.limits, phi.slope_limits, strict=True):
        for claim, found in ((value, phi(end)), (slope, phi.slope(end))):
            assert math.isnan(found) if claim is None else found == float(claim.bound)


def test_dtypes_are_kept_and_rounded_once(phi: Activation) -> None:
    single = np.linspace(-3, 3, 13, dtype=np.float32)
    assert phi(single).dtype == phi.slope(single).dtype == np.float32
    np.testing.assert_array_equal(phi(single), phi(single.astype(np.float64)).astype(np.float32))
    assert phi(np.arange(-2, 3)).dtype == np.float64
    np.testing.assert_array_equal(phi([-2, 1]), phi(np.array([-2.0, 1.0])))
    assert type(phi(1)) is type(phi(1.5)) is float
    assert isinstance(phi(np.float32(1)), np.float32)


def test_slopes_at_kinks_are_those_declared(phi: Activation) -> None:
    for kink, slope in phi.kink_slopes:
        assert phi.slope(kink) == slope
        assert phi.slope(float(kink)) == float(slope)


@pytest.mark.parametrize("wrong", [1j, "1", None, np.array([1j]), np.array([sp.Symbol("t")], dtype=object)])
def test_what_is_no_real_number_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="takes real numbers, not"):
        activation("tanh")(wrong)


def test_an_open_parameter_is_named() -> None:
    phi = activation("silu", beta=sp.Symbol("b", positive=True))
    with pytest.raises(ValueError, match=r"silu\(beta=b\) is no number while b has no value"):
        phi(1.0)


def test_an_infinite_times_a_vanishing_factor_is_settled_by_balls() -> None:
    phi = activation("x*exp(x)*(1 - tanh(exp(x))**2)")
    assert phi(800.0) == 0  # exp(800) overflows, the other factor is exp(-exp(800))
    assert evaluate(sp.exp(2 * X) / (1 + sp.exp(2 * X) * (1 + X**2)), lambda: (None, None), 400.0) == pytest.approx(
        1 / (1 + 400.0**2), rel=2.0**-52
    )


def test_an_overflow_on_the_way_is_not_one_of_the_value() -> None:
    log_cosh = activation("log(cosh(x))")
    assert log_cosh(800.0) == pytest.approx(800 - math.log(2), rel=2.0**-52)  # cosh(800) overflows
    assert log_cosh.slope(-800.0) == -1
    w = activation("LambertW(exp(x))")(800.0)
    assert w + math.log(w) == pytest.approx(800, rel=2 * 2.0**-52)  # two roundings
    assert activation("exp(exp(x))")(800.0) == activation("exponential")(800.0) == math.inf


# ------------------------------------------------------------------------------------------------- the rewriting


@pytest.mark.parametrize("name", [*NAMES, *EXPRESSIONS])
def test_the_rewriting_changes_no_value(name: str) -> None:
    phi = activation(name)
    for expr in (phi.expression, phi.derivative):
        for form in (unstable(stable(expr)), unstable(guarded(stable(expr)))):
            for point in (-7.3, -0.8, 0.02, 0.9, 11.0):
                with mpmath.workdps(60):
                    there = sp.lambdify(X, define(form), "mpmath")(mpmath.mpf(point))
                    # 60 digits, of which the cancellations at these points cost fewer than 20
                    assert mpmath.almosteq(there, exact(expr, point), mpmath.mpf(10) ** -40)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (3 - 3 * sp.tanh(X) ** 2, 3 * Sech2(X)),
        (1 - Logistic(2 * X), Logistic(-2 * X)),
        (1 - NormalCdf(X), NormalCdf(-X)),
        (1 + sp.erf(X), Erfc(-X)),
        (X - sp.tanh(X), TanhGap(X)),
        (1 + sp.tanh(X), 2 * Logistic(2 * X)),
        (sp.log(1 + 2 * sp.exp(X)), Softplus(X + sp.log(2))),
        (1 / (1 + sp.exp(-X)) ** 2, Logistic(X) ** 2),
        (X + sp.sqrt(X**2 + 4), HypotSum(X, 4)),
        (sp.sqrt(4 * X**2 + 1) - 1, HypotGap(2 * X, 1)),
        (1 / sp.sqrt(1 + X**2) - X**2 / (1 + X**2) ** sp.Rational(3, 2), hypot(1, X) ** -3),
        (1 - sp.cos(X), 2 * sp.sin(X / 2) ** 2),
    ],
)
def test_differences_that_cancel_become_one_word(expr: sp.Expr, expected: sp.Expr) -> None:
    assert stable(expr) == expected


def test_sums_that_do_not_cancel_are_left_alone() -> None:
    for expr in (1 + sp.exp(X), 2 - sp.tanh(X) ** 2, 1 + Logistic(X), X + sp.sqrt(X**2 - 4), X + 1):
        assert stable(expr) == expr


def test_the_rewriting_sees_through_applications() -> None:
    assert stable(activation("tanh")(Y).diff(Y)) == Sech2(Y)
    assert stable(activation("sigmoid")(Y).diff(Y)) == Logistic(Y) * Logistic(-Y)


def test_branches_are_not_computed_outside_of_their_intervals() -> None:
    form = guarded(sp.Piecewise((sp.exp(X), X < 1), (X**2, X <= 2), (1 / X, True)))
    values = sp.lambdify(X, form, "numpy")(np.array([800.0, 0.0, 1.0, 2.0, math.nan]))  # warnings would be errors
    np.testing.assert_array_equal(values, [1 / 800.0, 1.0, 1.0, 4.0, math.nan])
    assert guarded(sp.Piecewise((X, X > 0), (0, True))) == sp.Piecewise((X, X > 0), (0, True))


# --------------------------------------------------------------------------------------------------------- words


def test_an_application_stays_one_word(phi: Activation) -> None:
    applied = phi(Y)
    assert isinstance(applied, Application)
    assert sp.sstr(applied) == f"{phi.name}(y)"
    assert latex(applied) == sp.latex(applied) == f"{phi.latex_name}(y)"
    assert applied.free_symbols == {Y}
    assert sp.sympify(applied) is applied
    assert applied.func(*applied.args) == applied
    assert latex(applied) in applied._repr_latex_()


def test_applications_compare_hash_and_pickle_by_what_they_are(phi: Activation) -> None:
    applied = 2 * phi(phi(Y) + 1)
    back = pickle.loads(pickle.dumps(applied))  # noqa: S301 - our own bytes
    assert (back, hash(back)) == (applied, hash(applied))
    assert applied == 2 * activation(phi.name)(activation(phi.name)(Y) + 1)
    assert applied.atoms(Application) == {phi(Y), phi(phi(Y) + 1)}


def test_other_parameters_or_slopes_are_other_functions() -> None:
    leaky = activation("leaky_relu")
    assert leaky(Y) - activation("leaky_relu", alpha=0.2)(Y) != 0
    assert leaky(Y) - activation("leaky_relu", alpha=0.01)(Y) == 0
    assert sp.sstr(activation("leaky_relu", alpha=0.2)(Y)) == "leaky_relu(y, alpha=1/5)"
    assert sp.latex(activation("elu", alpha=2)(Y)) == r"\operatorname{ELU}_{\alpha = 2}(y)"


def test_printing_follows_the_places_a_formula_has() -> None:
    sigmoid, square, own = activation("sigmoid"), activation("relu_squared"), activation("x*erf(x)")
    assert sp.latex(sigmoid(Y) ** 2) == r"\sigma^{2}(y)"
    assert sp.latex(sigmoid(Y / 2)) == r"\sigma\left(\frac{y}{2}\right)"
    assert sp.latex(square(Y) ** 2) == r"\left(\operatorname{ReLU}^2(y)\right)^{2}"
    assert sp.latex(own(Y)) == r"\varphi(y)"
    assert sp.sstr(2 * own(Y)) == "2*Lambda(x, x*erf(x))(y)"
    assert sp.pretty(sigmoid(Y)) == "sigmoid(y)"


LEAKING = (sp.DiracDelta, sp.Heaviside, sp.Subs, sp.Derivative, sp.sign)


def test_derivatives_are_those_of_finite_differences_and_leak_nothing(phi: Activation) -> None:
    slope = phi(2 * X - 1).diff(X)
    assert not slope.has(*LEAKING)
    value, derived = (sp.lambdify(X, expr, "mpmath") for expr in (phi(2 * X - 1), slope))
    with mpmath.workdps(40):
        for point in ("-1.13", "0.27", "0.81", "2.9"):
            x = mpmath.mpf(point)
            # mpmath differentiates with a step that leaves about half of the 40 digits
            assert mpmath.almosteq(mpmath.diff(value, x), derived(x), mpmath.mpf(10) ** -15, mpmath.mpf(10) ** -15)


def test_second_derivatives_leak_nothing(phi: Activation) -> None:
    assert not phi(X).diff(X, 2).has(*LEAKING)


@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("sigmoid", lambda s: s * (1 - s)),
        ("tanh", lambda s: 1 - s**2),
        ("softplus", lambda s: 1 - sp.exp(-s)),
        ("atan", lambda s: sp.cos(s) ** 2),
    ],
)
def test_slopes_are_written_in_the_value_itself(name: str, slope: Callable[[sp.Expr], sp.Expr]) -> None:
    phi = activation(name)
    assert sp.expand(phi(Y).diff(Y) - slope(phi(Y))) == 0
    assert phi.slope(Y) == phi(Y).diff(Y)


def test_kinks_have_their_declared_slopes_inside_expressions() -> None:
    for phi in (activation("relu"), activation("abs"), activation("hard_tanh"), activation("softshrink")):
        for kink, slope in phi.kink_slopes:
            assert phi(Y).diff(Y).subs(Y, kink) == slope
            assert phi(3 * Y).diff(Y).subs(Y, kink / 3) == 3 * slope


def test_definitions_come_back(phi: Activation) -> None:
    plain = define(phi(Y))
    assert not plain.has(Application, Logistic, Softplus, NormalCdf, NormalPdf)
    assert plain == define(phi.expression).xreplace({X: Y})
    assert phi(Y).rewrite(sp.exp) == plain.rewrite(sp.exp)


@pytest.mark.parametrize("digits", [15, 50])
def test_values_come_to_any_precision(phi: Activation, digits: int) -> None:
    point = sp.Rational(-1, 3)
    found = phi(X).subs(X, point).evalf(digits)
    with mpmath.workdps(digits + 30):
        true = sp.lambdify(X, define(phi.expression), "mpmath")(mpmath.mpf(-1) / 3)
        # the last digit asked for, and the rounding of the number that SymPy keeps
        assert mpmath.almosteq(mpmath.mpf(str(found)), true, mpmath.mpf(10) ** (1 - digits))


def test_a_cancellation_costs_no_digits() -> None:
    found = activation("tanhshrink")(sp.Rational(1, 10**40)).evalf(30)
    assert abs(found / (sp.Float(10, 30) ** -120 / 3) - 1) < 1e-29  # x**3/3 (1 - 2 x**2/5 + ...)


def test_numbers_are_revealed_where_they_are_algebraic() -> None:
    sigmoid, relu, erf = activation("sigmoid"), activation("relu"), activation("erf")
    assert sigmoid(X).subs(X, 0) == sp.Rational(1, 2)
    assert relu(X).subs(X, -sp.pi) == 0
    assert relu(sp.pi) == sp.pi
    assert sigmoid(sp.oo) == erf(sp.oo) == 1
    assert isinstance(sigmoid(sp.Integer(1)), Application)
    assert isinstance(activation("sin")(sp.oo), Application)
    assert sigmoid(X).subs(X, 0.5) == sp.Float(1 / (1 + math.exp(-0.5)))
    assert sigmoid(X).evalf(subs={X: 0.5}) == sp.Float(1 / (1 + math.exp(-0.5)))
    assert sigmoid(sp.Integer(2)) > sp.Rational(1, 2)
    assert activation("selu")(sp.Integer(1)).evalf(10) == sp.Float("1.0507009873554804934", 10)


def test_numbers_that_are_not_real_stay_words() -> None:
    assert (
        abs(activation("sigmoid")(sp.I).evalf(20) - (sp.Rational(1, 2) + sp.I * sp.tan(sp.Rational(1, 2)) / 2)) < 1e-19
    )
    assert isinstance(activation("relu")(sp.I), Application)


def test_algebra_knows_what_is_real_finite_and_positive() -> None:
    sigmoid, gelu = activation("sigmoid"), activation("gelu")
    assert sigmoid(X).is_positive
    assert gelu(X).is_real
    assert gelu(X).is_positive is None
    assert sigmoid(Y).is_real is None


def test_words_survive_simplification_limits_and_series() -> None:
    sigmoid = activation("sigmoid")
    assert sp.simplify(sigmoid(X) + 0) == sigmoid(X)
    assert sp.limit(sigmoid(X), X, sp.oo) == 1
    assert sp.series(sigmoid(X), X, 0, 4).removeO() == sp.Rational(1, 2) + X / 4 - X**3 / 48
    assert sp.integrate(sigmoid(X).rewrite(sp.exp).diff(X), (X, 0, sp.oo)).equals(sp.Rational(1, 2))


def test_applications_map_over_matrices() -> None:
    relu = activation("relu")
    assert relu(sp.Matrix([[-1, Y]])) == sp.Matrix([[0, relu(Y)]])
    assert relu.slope(sp.Matrix([-1, 2])) == sp.Matrix([0, 1])
    with pytest.raises(TypeError, match="relu takes a number, not"):
        relu(sp.true)


def test_open_parameters_are_arguments() -> None:
    b = sp.Symbol("b", positive=True)
    silu = activation("silu", beta=b)
    applied = silu(Y)
    assert applied.free_symbols == {Y, b}
    assert applied.subs(b, 2) == activation("silu", beta=2)(Y)
    assert sp.sstr(applied.subs(b, 3 * b)) == "silu(y, beta=3*b)"
    assert sp.expand(applied.diff(b) - Y**2 * Logistic(b * Y) * (1 - Logistic(b * Y))) == 0
    assert pickle.loads(pickle.dumps(applied)) == applied  # noqa: S301
    assert sp.lambdify((Y, b), applied)(0.5, 2.0) == activation("silu", beta=2)(0.5)
    with pytest.raises(ValueError, match="silu needs"):
        applied.subs(b, -1)


def test_compositions_become_activations_again() -> None:
    sigmoid, gelu = activation("sigmoid"), activation("gelu")
    assert activation(X * sigmoid(X)).lipschitz.bound == activation("silu").lipschitz.bound
    assert activation(sigmoid(gelu(Y)) - 1)(0.3) == pytest.approx(sigmoid(gelu(0.3)) - 1, rel=1e-15)
    assert activation(activation("relu")(Y) - activation("relu")(-Y)).lipschitz.bound == 1


# --------------------------------------------------------------------------------------------------- generated code


@pytest.mark.parametrize("modules", ["numpy", "scipy", "math", "mpmath"])
def test_generated_code_computes_the_same_without_warnings(phi: Activation, modules: str) -> None:
    function = sp.lambdify(Y, phi(2 * Y) + 0, modules)
    inputs = [point for point in (-400.0, -1.5, -0.3, 0.0, 0.4, 2.5, 400.0) if phi.name != "exponential" or point < 300]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = function(np.array(inputs)) if modules in ("numpy", "scipy") else [function(point) for point in inputs]
    for point, value in zip(inputs, found, strict=True):
        assert units_off(float(value), phi.expression, phi.derivative, 2 * point) <= ULPS


def test_generated_code_for_mpmath_has_its_digits(phi: Activation) -> None:
    function = sp.lambdify(Y, phi(Y), "mpmath")
    with mpmath.workdps(50):
        point = mpmath.mpf("0.7")
        # two of the 50 digits for roundings on the way
        assert mpmath.almosteq(function(point), exact(phi.expression, point), mpmath.mpf(10) ** -48)  # type: ignore[arg-type]


def test_generated_code_computes_each_argument_once() -> None:
    sigmoid = activation("sigmoid")
    code = sp.pycode(sigmoid(sigmoid(sigmoid(sp.sin(Y)))))
    assert code.count("sin") == 1
    assert sp.ccode(activation("softplus")(Y)) == "((log1p(exp(-fabs(y))) + fmax(0, y)))"


def test_generated_code_names_its_argument_apart_from_parameters() -> None:
    x = sp.Symbol("x", positive=True)
    applied = activation("softplus", beta=x)(Y)
    assert sp.lambdify((x, Y), applied, "math")(2.0, 0.5) == activation("softplus", beta=2)(0.5)


def test_a_fraction_is_no_float() -> None:
    with pytest.raises(TypeError, match="takes real numbers"):
        activation("tanh")(Fraction(1, 2))
