"""Laws that every activation of the catalogue obeys, each told by a witness that shares nothing with the package."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import optimize

from symgrad.activations import CATALOGUE, Activation, activation
from symgrad.activations.catalogue import FRAMEWORKS
from symgrad.activations.kinks import shape
from symgrad.claims import define, symbol
from symgrad.rigor import enclose
from symgrad.rigor.balls import BALLS, constant_ball
from symgrad.rigor.pieces import Piece
from symgrad.rigor.precisions import working_precision
from symgrad.rigor.programs import compiled

X = symbol("x")
NAMES = sorted({row.name for row in CATALOGUE.values()})
POINTS = ("-6.3", "-2.7", "-1.4", "-0.6", "0.3", "0.9", "2.9", "5.2")  # no kink of the catalogue among them


@pytest.fixture(params=NAMES)
def phi(request: pytest.FixtureRequest) -> Activation:
    return activation(request.param)


def numerical(expr: sp.Expr, functions: Any = "mpmath") -> Callable[[Any], Any]:
    return sp.lambdify(X, define(expr), functions)


# ------------------------------------------------------------------------------------------------------- dual numbers


class Dual:
    """A number with its derivative: the slow, obvious forward mode."""

    def __init__(self, value: Any, slope: Any = 0) -> None:
        self.value, self.slope = mpmath.mpf(value), mpmath.mpf(slope)

    @staticmethod
    def of(other: Any) -> Dual:
        return other if isinstance(other, Dual) else Dual(other)

    def __add__(self, other: Any) -> Dual:
        other = Dual.of(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other: Any) -> Dual:
        other = Dual.of(other)
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    def __pow__(self, power: Any) -> Dual:
        power = mpmath.mpf(power.value if isinstance(power, Dual) else power)
        return Dual(self.value**power, power * self.value ** (power - 1) * self.slope if power else 0)

    def __truediv__(self, other: Any) -> Dual:
        return self * Dual.of(other) ** -1

    def __rtruediv__(self, other: Any) -> Dual:
        return Dual.of(other) / self

    def __neg__(self) -> Dual:
        return self * -1

    def __sub__(self, other: Any) -> Dual:
        return self + -Dual.of(other)

    def __rsub__(self, other: Any) -> Dual:
        return Dual.of(other) - self

    __radd__, __rmul__ = __add__, __mul__

    def __lt__(self, other: Any) -> bool:
        return self.value < Dual.of(other).value

    def __le__(self, other: Any) -> bool:
        return self.value <= Dual.of(other).value

    def __gt__(self, other: Any) -> bool:
        return self.value > Dual.of(other).value

    def __ge__(self, other: Any) -> bool:
        return self.value >= Dual.of(other).value


def lifted(function: Callable[[Any], Any], slope: Callable[[Any], Any]) -> Callable[[Any], Dual]:
    def apply(argument: Any) -> Dual:
        u = Dual.of(argument)
        return Dual(function(u.value), slope(u.value) * u.slope)

    return apply


DUAL_FUNCTIONS = {
    "exp": lifted(mpmath.exp, mpmath.exp),
    "log": lifted(mpmath.log, lambda u: 1 / u),
    "sqrt": lifted(mpmath.sqrt, lambda u: 1 / (2 * mpmath.sqrt(u))),
    "tanh": lifted(mpmath.tanh, lambda u: mpmath.sech(u) ** 2),
    "erf": lifted(mpmath.erf, lambda u: 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-u * u)),
    "sin": lifted(mpmath.sin, mpmath.cos),
    "cos": lifted(mpmath.cos, lambda u: -mpmath.sin(u)),
    "atan": lifted(mpmath.atan, lambda u: 1 / (1 + u * u)),
    "asinh": lifted(mpmath.asinh, lambda u: 1 / mpmath.sqrt(1 + u * u)),
    "pi": mpmath.pi,
    "E": mpmath.e,
}


def test_the_derivative_is_that_of_dual_numbers_and_of_finite_differences(phi: Activation) -> None:
    with mpmath.workdps(40):
        by_duals, value, slope = (
            numerical(phi.expression, [DUAL_FUNCTIONS, "mpmath"]),
            numerical(phi.expression),
            numerical(phi.derivative),
        )
        for point in POINTS:
            x = mpmath.mpf(point)
            scale = 1 + abs(slope(x))
            # Constants such as sqrt(2/pi) are written out by lambdify with the digits of a double.
            assert abs(Dual.of(by_duals(Dual(x, 1))).slope - slope(x)) < mpmath.mpf(10) ** -13 * scale
            # mpmath differentiates with a step that leaves about half of the 40 digits.
            assert abs(mpmath.diff(value, x) - slope(x)) < mpmath.mpf(10) ** -15 * scale


def test_a_wrong_derivative_is_noticed() -> None:
    wrong = Activation("wrong", sp.tanh(X))
    object.__setattr__(wrong, "__dict__", {**wrong.__dict__, "derivative": 1 - sp.tanh(X)})
    with pytest.raises(AssertionError):
        test_the_derivative_is_that_of_dual_numbers_and_of_finite_differences(wrong)


# ------------------------------------------------------------------------------------------------------------- extrema


def test_no_search_climbs_above_the_supremum_and_one_comes_close(phi: Activation) -> None:
    """SciPy's scalar search from many starts: an independent climber that knows nothing of the proof."""
    bound = phi.slope_sup.bound
    slope = numerical(phi.derivative, "math")
    starts = [k / 3 for k in range(-36, 37)]
    tops = [-optimize.fminbound(lambda x: -float(slope(x)), a, b, full_output=True)[1] for a, b in pairwise(starts)]
    ends = [float(slope(x)) for x in (-400.0, 400.0, *(s * 2.0**-k for k in range(1, 40, 3) for s in (-1, 1)))]
    best = max(*tops, *ends)
    if bound == sp.oo:
        assert best > 5
        return
    # 1e-9: rounding of double precision in a few operations; 1e-5: the default tolerance of the climber, and how far
    # the slowest algebraic tail of the catalogue is from its limit at 400.
    assert best <= float(bound) + 1e-9 * (1 + abs(float(bound)))
    assert best >= float(bound) - 1e-5 * (1 + abs(float(bound)))


def test_the_places_of_an_extremum_have_its_value(phi: Activation) -> None:
    for claim in (phi.slope_sup, phi.slope_inf):
        with mpmath.workdps(40):
            slope = numerical(phi.derivative)
            for place in claim.tightness.attained_at:
                if isinstance(place, sp.Interval):
                    continue
                found, wanted = slope(mpmath.mpf(str(place.evalf(38)))), mpmath.mpf(str(claim.bound.evalf(38)))
                # An extremum is flat: an error of 1e-38 in the place is far below 1e-30 in the value. Constants that
                # lambdify writes out have the digits of a double.
                assert abs(found - wanted) < mpmath.mpf(10) ** -14 * (1 + abs(wanted))


def test_inf_and_sup_of_the_slope_add_up_where_the_function_has_the_symmetry(phi: Activation) -> None:
    """If f(x) - f(-x) = x then f'(x) + f'(-x) = 1, and inf f' = 1 - sup f'. It holds for GELU and SiLU, not for mish."""
    value = numerical(phi.expression)
    with mpmath.workdps(30):
        symmetric = all(abs(value(mpmath.mpf(p)) - value(-mpmath.mpf(p)) - mpmath.mpf(p)) < 1e-20 for p in POINTS)
    if not symmetric:
        assert phi.name not in {"gelu", "silu", "gelu_tanh", "quick_gelu", "softplus", "squareplus"}
        return
    total = enclose(phi.slope_sup.bound, 40), enclose(phi.slope_inf.bound, 40)
    assert total[0].lower + total[1].lower <= 1 <= total[0].upper + total[1].upper


def test_flags_agree_with_a_grid(phi: Activation) -> None:
    value = numerical(phi.expression, "math")
    grid = [k / 8 for k in range(-240, 241)]
    values = [float(value(x)) for x in grid]
    tolerance = 1e-9 * (1 + max(map(abs, values)))  # rounding of double precision
    mirrored = values[::-1]
    assert phi.odd == all(abs(a + b) < tolerance for a, b in zip(values, mirrored, strict=True))
    assert phi.even == all(abs(a - b) < tolerance for a, b in zip(values, mirrored, strict=True))
    rises = [b - a for a, b in pairwise(values)]
    assert phi.monotone == (min(rises) >= -tolerance or max(rises) <= tolerance)
    if phi.bounded:
        assert max(map(abs, values)) < 100


def test_limits_and_tails_agree_with_the_function_far_out(phi: Activation) -> None:
    with mpmath.workdps(60):
        value, slope = numerical(phi.expression), numerical(phi.derivative)
        for side, limit in zip((-1, 1), phi.limits, strict=True):
            if limit is not None and limit.bound.is_finite:
                # 1/x at x = 10^6 is the slowest decay of a bounded function of the catalogue.
                assert abs(value(mpmath.mpf(side * 10**6)) - mpmath.mpf(str(sp.N(limit.bound, 40)))) < 2e-6
        for side, law in zip((-1, 1), phi.tail_laws, strict=True):
            if law is None:
                continue
            for far in (law.beyond, 2 * law.beyond, 5 * law.beyond):
                size = mpmath.mpf(str(sp.N(law.monomial.expression(sp.Integer(far)), 50)))
                distance = (slope(mpmath.mpf(side * far)) - mpmath.mpf(str(sp.N(law.limit, 50)))) / size
                low, high = (mpmath.mpf(int(e.p)) / int(e.q) for e in (law.constants.lower, law.constants.upper))
                # Constants of an expression that lambdify writes out have the digits of a double.
                slack = mpmath.mpf(10) ** -12 * max(abs(low), abs(high)) * (1 + far)
                assert low - slack <= distance <= high + slack or size < mpmath.mpf(10) ** -30


# ------------------------------------------------------------------------------------------------------------ numbers

DOUBLE = np.finfo(np.float64)
SUBNORMALS = st.integers(1, 2**52).map(lambda steps: steps * float(DOUBLE.smallest_subnormal))
SIZES = st.floats(0, 800) | SUBNORMALS
ULPS = 12  # a few functions of up to 4 units each, and as many operations of half a unit
BITS = 5000  # the square of the smallest double, beside 1, has its first bit 2148 places on; some cubes occur


def ball_at(pieces: tuple[Piece, ...], x: float) -> Any:
    """The ball of the piece that a point lies in."""
    inside = (p for p in pieces if float(p.lower) <= x <= float(p.upper))
    return compiled(next(inside).expr, X).run(BALLS, constant_ball(sp.Rational(x)))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, derandomize=True, deadline=None, database=None)
@given(size=SIZES, sign=st.sampled_from([1, -1]))
@example(size=800.0, sign=1)
@example(size=800.0, sign=-1)
@example(size=float(DOUBLE.smallest_subnormal), sign=1)
@example(size=float(DOUBLE.smallest_subnormal), sign=-1)
def test_value_and_slope_are_within_ulps_of_their_balls(name: str, size: float, sign: int) -> None:
    """Up to the change that a rounding of the argument makes, which no formula avoids."""
    phi, x = activation(name), sign * size
    assume(x not in [float(kink) for kink in phi.kinks])
    with working_precision(BITS):
        orders = [ball_at(p, x) for p in (phi.value_pieces, phi.slope_pieces, shape(phi.expression).curvatures)]
        for found, ball, change in zip((phi(x), phi.slope(x)), orders[:2], orders[1:], strict=True):
            if abs(ball) > DOUBLE.max:
                assert found == (math.inf if ball > 0 else -math.inf)
                continue
            # below the normal floats a factor has fewer digits
            room = ULPS * (2.0**-52 * (abs(ball) + abs(x * change)) + 2.0**-1022)
            assert abs(ball - float(found)) < room


# ----------------------------------------------------------------------------------------------------------- catalogue


def test_every_name_of_a_framework_is_an_activation() -> None:
    assert {name.partition(".")[0] for name in FRAMEWORKS} == {"torch", "jax", "keras"}
    assert all(activation(name).lipschitz.bound is not None for name in FRAMEWORKS)


def test_frameworks_differ_where_they_do() -> None:
    """Defaults of PyTorch 2, JAX and Keras 3, as their documentation has them."""
    at_minus_one = {
        name: activation(name).expression.subs(X, -1) for name in ("torch.nn.LeakyReLU", "keras.activations.leaky_relu")
    }
    assert at_minus_one == {
        "torch.nn.LeakyReLU": sp.Rational(-1, 100),
        "keras.activations.leaky_relu": sp.Rational(-1, 5),
    }
    assert activation("jax.nn.gelu").expression != activation("torch.nn.GELU").expression
    assert activation("jax.nn.gelu") == activation("gelu_tanh")
    # at their kinks: PyTorch takes the outer slope of a hard tanh, JAX and Keras the inner one
    assert [activation(f"{where}anh").slope(1.0) for where in ("torch.nn.Hardt", "jax.nn.hard_t")] == [0, 1]
    assert activation("hard_sigmoid").lipschitz.bound == sp.Rational(1, 6)
    assert activation("hard_sigmoid", slope=sp.Rational(1, 5)).lipschitz.bound == sp.Rational(1, 5)


def test_the_constants_of_selu_solve_what_they_are_for() -> None:
    """Mean 0 and mean square 1 under N(0, 1), by quadrature; the digits are those of Klambauer et al. 2017."""
    value = numerical(activation("selu").expression)
    with mpmath.workdps(30):
        cuts = [-12, -4, 0, 4, 12]
        assert abs(mpmath.quad(lambda z: value(z) * mpmath.npdf(z), cuts)) < 1e-14
        assert abs(mpmath.quad(lambda z: value(z) ** 2 * mpmath.npdf(z), cuts) - 1) < 1e-14
    assert math.isclose(float(activation("selu").expression.subs(X, 1)), 1.0507009873554804934193349852946)
