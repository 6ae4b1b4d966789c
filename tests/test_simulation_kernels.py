"""Compiled activations: values and slopes against many digits, on both tails, at kinks and among the smallest floats."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import naive
import numpy as np
import pytest
import sympy as sp

from symgrad.activations import CATALOGUE, Activation, activation
from symgrad.claims import symbol
from symgrad.rigor import DefinedConstant
from symgrad.simulation.compiled import kernels, programs
from symgrad.simulation.compiled.kernels import Kernel, kernel
from symgrad.simulation.compiled.objects import CompiledBlock
from symgrad.simulation.compiled.primitives import PRIMITIVES

X = symbol("x")
# The only one that leaves the range of floats within the promised [-800, 800].
EXPLODING = "exponential"
NAMES = sorted({row.name for row in CATALOGUE.values()} - {EXPLODING})
TINY = np.finfo(np.float64).smallest_subnormal
NORMAL = np.finfo(np.float64).smallest_normal

# Both sides of 0: ordinary points, a fine grid where functions bend, the tails up to where densities and exponentials
# leave the range of floats, the ends named in the promise, and the smallest numbers.
HALF = np.concatenate(
    [
        np.linspace(0.0, 12.0, 49)[1:] + 1 / 1024,
        np.linspace(13.0, 45.0, 17),
        [100.0, 700.0, 708.0, 744.0, 745.0, 800.0],
        [TINY, 3 * TINY, NORMAL, 1e-300, 1e-160, 1e-20, 1e-9, 1e-5],
    ]
)
POINTS = np.concatenate([-HALF[::-1], [-0.0, 0.0], HALF])
# exp(-800) next to 1 needs 350 digits to be seen in a difference such as 1 - tanh**2, and some more to be known.
DIGITS = 400


def exact(spec: Activation, point: float) -> tuple[mpmath.mpf, mpmath.mpf]:
    x = mpmath.mpf(float(point))
    return mpmath.mpf(naive.function(spec.expression)(x)), naive.slope(spec, x)


def written_out(spec: Activation) -> Activation:
    """The activation with its named constants as numbers: mpmath knows no names."""
    names = {number: number.definition.evalf(DIGITS + 20) for number in spec.expression.atoms(DefinedConstant)}
    slopes = tuple((point.xreplace(names), slope.xreplace(names)) for point, slope in spec.kink_slopes)
    return Activation(spec.name, spec.expression.xreplace(names), slopes)


def summands(expression: sp.Expr, point: float) -> mpmath.mpf:
    """The sum of the absolute values of the terms: what a rounding is relative to where terms cancel."""
    terms = sp.Add.make_args(expression)
    return mpmath.fsum(abs(mpmath.mpf(naive.function(term)(mpmath.mpf(float(point))))) for term in terms)


def budget(size: mpmath.mpf, point: float, ulps: int, dtype: str = "float64") -> float:
    """So many units in the last place of a number; a factor below the normal floats is known to one of their steps,
    which a factor of the size of the argument multiplies."""
    info = np.finfo(dtype)
    smallest = ulps * float(info.smallest_subnormal) * max(1.0, abs(point))
    return ulps * float(np.spacing(info.dtype.type(min(float(size), float(info.max))))) + smallest


# A product of a few functions: each of the library's is off by up to 2 units in the last place (erfc by up to 5 in
# glibc), each operation by half a unit, and there are at most four functions and eight operations.
ULPS = 12


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", NAMES)
def test_values_and_slopes_of_the_catalogue_stay_within_ulps_of_many_digits(name: str, dtype: str) -> None:
    points = POINTS.astype(dtype)
    values, slopes = kernel(activation(name), dtype)(points)
    spec = written_out(activation(name))
    with mpmath.workdps(DIGITS):
        for point, value, slope in zip(points.tolist(), values.tolist(), slopes.tolist(), strict=True):
            true_value, true_slope = exact(spec, point)
            # A rounding of the argument itself changes a value by that much: no formula can do better.
            conditioned = abs(true_value) + abs(point * true_slope)
            assert abs(value - true_value) <= budget(conditioned, point, ULPS, dtype), f"value at {point!r}"
            size = summands(spec.derivative, point)
            size += abs(point * naive.function(spec.second_derivative)(mpmath.mpf(float(point))))
            assert abs(slope - true_slope) <= budget(size, point, ULPS, dtype), f"slope at {point!r}"


# Of the catalogue, whose formulas cancel or leave the range of single precision somewhere on their way.
DOUBLE_INSIDE = {"gelu_tanh", "hermite", "siren", "snake", "softcap", "tanhexp"}


@pytest.mark.parametrize("name", NAMES)
def test_where_single_precision_is_not_as_good_it_is_double_precision_rounded_once(name: str) -> None:
    points, single = POINTS.astype(np.float32), kernel(activation(name), "float32")
    assert (single.inside == "float64") == (name in DOUBLE_INSIDE)
    if name in DOUBLE_INSIDE:
        for found, double in zip(single(points), kernel(activation(name))(points), strict=True):
            assert (found == double.astype(np.float32)).all()


@pytest.mark.parametrize("text", ["atan(x + 1) - atan(x)", "(x**4 + 1)/(x**4 + 2)"])
def test_a_formula_that_cancels_or_overflows_in_single_precision_is_evaluated_in_double_precision(text: str) -> None:
    """The guard bites: inside of single precision, these are off by more than half at some argument, or no numbers."""
    spec, points = activation(text), np.array([1e-3, 0.5, 3000.0, 1e6, 1e11], dtype=np.float32)
    found, single = kernel(spec, "float32"), kernels._compiled(spec, "float32", "float32")
    assert found.inside == "float64"
    (values, slopes), (true_values, true_slopes) = found(points), kernel(spec)(points)
    assert (values == true_values.astype(np.float32)).all()
    assert (slopes == true_slopes.astype(np.float32)).all()
    right = [np.abs(a - b) <= 0.5 * np.abs(b) for a, b in zip(single(points), (true_values, true_slopes), strict=True)]
    assert not np.all(right)


@pytest.mark.parametrize(("dtype", "end"), [("float64", 1e50), ("float32", 1e19)])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_nan_far_beyond_any_preactivation(name: str, dtype: str, end: float) -> None:
    ends = np.array([-end, end])  # far beyond any preactivation, and the squares of it are still floats
    values, slopes = kernel(activation(name), dtype)(ends)
    assert np.isfinite(slopes).all()
    assert not np.isnan(values).any()


@pytest.mark.parametrize(("name", "slope"), [("relu", 0.0), ("leaky_relu", 0.01), ("abs(x)", -1.0)])
def test_the_declared_slope_is_taken_at_a_kink(name: str, slope: float) -> None:
    """That of the left, as frameworks have it for ReLU."""
    for zero in (0.0, -0.0):
        assert kernel(activation(name))([zero])[1][0] == slope


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ["silu", "tanh", "gelu", "erf", "softplus", "mish", "elu"])
def test_a_large_layer_is_a_loop_over_its_units(name: str, dtype: str) -> None:
    """To the bit: what is fused does not depend on whether a unit is in a vector or among the last few."""
    inputs = np.random.default_rng(0).standard_normal(1001)
    found = kernel(activation(name), dtype)
    one_by_one = np.array([found([x]) for x in inputs])
    assert (np.array(found(inputs)) == one_by_one[:, :, 0].T).all()


# ------------------------------------------------------------------------------------------ what a user may well write

WRITTEN = [
    "1/(1 + exp(-x))",
    "x/(1 + exp(-x))",
    "exp(x)/(1 + exp(x))",
    "log(1 + exp(x))",
    "x*(1 + tanh(x))/2",
    "x*(1 + erf(x/sqrt(2)))/2",
    "max(x, 0) + min(exp(x) - 1, 0)",
    "x*tanh(log(1 + exp(x)))",
    "x/(1 + abs(x))",
    "asinh(x)",
    "exp(-2*x)/(1 + exp(-x))**3",
]


@pytest.mark.parametrize("text", WRITTEN)
def test_formulas_are_stable_on_both_tails(text: str) -> None:
    """Not to the last place, but to 1e-12: on a tail, the rounded argument of an exponential counts a few hundred times."""
    spec = activation(text)
    values, slopes = kernel(spec)(POINTS)
    with mpmath.workdps(DIGITS):
        for point, value, slope in zip(POINTS, values, slopes, strict=True):
            true_value, true_slope = exact(spec, point)
            assert abs(value - true_value) <= 1e-12 * abs(true_value) + budget(0, point, ULPS), f"value at {point!r}"
            size = summands(spec.derivative, point)
            assert abs(slope - true_slope) <= 1e-12 * size + budget(0, point, ULPS), f"slope at {point!r}"


@pytest.mark.parametrize("text", ["exp(x)/(1 + exp(x))", "1/(1 + exp(-x))", "x*tanh(log(1 + exp(x)))"])
def test_without_the_rewritings_a_tail_is_lost(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "stable", lambda expression: expression)
    kernel.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"cannot be simulated as it is written: at x = -?800 its value is .*nan"):
            kernel(activation(text))
    finally:
        kernel.cache_clear()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_formula_that_is_not_a_number_on_a_tail_is_refused_with_what_would_work(dtype: str) -> None:
    with pytest.raises(ValueError, match=r"x = -800 its value is .*; write it with sigmoid, softplus, tanh or erfc"):
        kernel(activation("(exp(x) - exp(-x))/(exp(x) + exp(-x))"), dtype)


def test_a_vertical_tangent_has_the_declared_slope_at_its_kink() -> None:
    values, slopes = kernel(activation("sqrt(abs(x))"))([0.0, 4.0])
    assert (values[0], slopes[0], slopes[1]) == (0.0, 0.0, 0.25)


@pytest.mark.parametrize("text", ["x*tanh(3*x + 1)", "max(x, 2*x - 1)"])  # the latter has a declared slope at a kink
def test_where_single_precision_is_good_enough_nothing_else_is_compiled(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []

    def noted(spec: Activation, dtype: str, inside: str) -> Kernel:
        compiled.append(inside)
        return original(spec, dtype, inside)

    original = kernels._compiled
    monkeypatch.setattr(kernels, "_compiled", noted)
    kernel.cache_clear()
    kernel(activation(text), "float32")
    assert compiled == ["float32"]


def test_what_leaves_the_range_of_floats_is_infinite_there_and_right_elsewhere() -> None:
    """It can be simulated where its values stay in range; a pass that leaves the range says so."""
    values, slopes = kernel(activation(EXPLODING))([-800.0, 0.0, 700.0, 800.0])
    assert values.tolist() == slopes.tolist() == [0.0, 1.0, float(np.exp(700.0)), np.inf]


def test_a_function_without_a_row_is_refused() -> None:
    with pytest.raises(ValueError, match="gamma cannot be simulated; the table of the simulation has no row for it"):
        programs.source(sp.gamma(X), sp.Integer(0), X, ())


# ---------------------------------------------------------------------------- where a function is a multiple of its argument


def scaling(text: str, dtype: str = "float64") -> tuple[bool, bool]:
    found: Kernel = kernel(activation(text), dtype)
    return found.near, found.far


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("relu", True, True),
        ("leaky_relu", True, True),
        ("x", True, True),
        ("tanh", True, False),
        ("sigmoid", False, False),
        ("gelu", True, True),
        ("softplus", False, True),
        ("x + sin(x)", True, False),
        ("x**3", False, False),
        ("asinh(x)", True, False),
        ("x*sin(x)", False, False),
    ],
)
def test_a_kernel_knows_where_it_scales(text: str, near: bool, far: bool, dtype: str) -> None:
    assert scaling(text, dtype) == (near, far)


def test_conditions_are_compiled_as_they_are_written() -> None:
    inside = sp.And(X > -1, sp.Not(sp.Eq(X, 0)), sp.Or(X < 1, X >= 3))
    text = programs.source(sp.Piecewise((2 * X, inside), (-X, True)), sp.Integer(0), X, ())
    compiled = Kernel(CompiledBlock(text, "float64", lambda: made(text)), "float64")
    assert compiled([-2.0, -0.5, 0.0, 0.5, 2.0, 3.0])[0].tolist() == [2.0, -1.0, -0.0, 1.0, -2.0, 6.0]


def made(text: str) -> Callable[..., object]:
    room = dict(PRIMITIVES)
    exec(text, room)  # noqa: S102 - our own text
    return room["kernel"]
