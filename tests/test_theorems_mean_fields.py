"""The mean field against quadrature by SciPy, published gains, and networks of great depth."""

from __future__ import annotations

import math
from collections.abc import Callable

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy import integrate, optimize, special

from symgrad.claims import symbol
from symgrad.networks import Network, mlp
from symgrad.theorems import claim, log_gains

GRADIENT, VARIANCE = "mean_square_gradient_tendsto_pow_mean_square_gain", "preactivation_var_tendsto_variance_map"
Real = Callable[[float], float]


def _gelu_slope(x: float) -> float:
    return float(special.ndtr(x) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi))


PHI: dict[str, tuple[Real, Real]] = {
    "tanh": (math.tanh, lambda x: 1 / math.cosh(x) ** 2),
    "sigmoid": (special.expit, lambda x: special.expit(x) * special.expit(-x)),
    "relu": (lambda x: max(x, 0.0), lambda x: float(x > 0)),
    "leaky_relu": (lambda x: max(x, 0.01 * x), lambda x: 1.0 if x > 0 else 0.01),
    "gelu": (lambda x: x * float(special.ndtr(x)), _gelu_slope),
    "silu": (lambda x: x * special.expit(x), lambda x: special.expit(x) * (1 + x * special.expit(-x))),
    "softplus": (lambda x: np.logaddexp(0, x), special.expit),
}
QUADRATURE = 1e-9  # SciPy is asked for 1e-12 on each half line; a product over six layers loses a little of it


def mean_square(function: Real, variance: float) -> float:
    """Integrate on both half lines, so that a kink at zero lies at an end."""
    if variance == 0:
        return float(function(0.0)) ** 2

    def weighted(z: float) -> float:
        return float(function(math.sqrt(variance) * z)) ** 2 * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    # Beyond |z| = 12 the Gaussian is below 1e-31.
    halves = [integrate.quad(weighted, *ends, epsabs=1e-14, epsrel=1e-12, limit=200)[0] for ends in ((-12, 0), (0, 12))]
    return sum(halves)


def iterated(
    phi: str, depth: int, weight_var: float, bias_var: float, square: float
) -> tuple[list[float], list[float]]:
    """Go through the layers: the variances of the preactivations and the mean-square gains."""
    value, slope = PHI[phi]
    variances, gains = [], []
    for _ in range(depth):
        q = weight_var * square + bias_var
        variances.append(q)
        gains.append(weight_var * mean_square(slope, q))
        square = mean_square(value, q)
    return variances, gains


CASES = [(1, 1.0, 0.0, 1.0), (2, 1.5, 0.0, 2.0), (6, 0.75, 0.25, 1.0), (4, 2.5, 1.0, 0.0), (2, 2.0, 0.0, 0.0)]


@pytest.mark.parametrize("phi", PHI)
@pytest.mark.parametrize(("depth", "weight_var", "bias_var", "square"), CASES)
def test_gains_and_variances_are_those_of_quadrature(
    phi: str, depth: int, weight_var: float, bias_var: float, square: float
) -> None:
    net = mlp(3, depth, phi, weight_var, bias_var, input_mean_square=square)
    variances, gains = iterated(phi, depth, weight_var, bias_var, square)
    assert float(claim(GRADIENT, net).valued()) == pytest.approx(math.prod(gains), rel=QUADRATURE)
    assert float(claim(VARIANCE, net).valued()) == pytest.approx(variances[-1], rel=QUADRATURE)
    logs = [math.log(gain) if gain else -math.inf for gain in gains]
    assert log_gains(net) == pytest.approx(logs, abs=QUADRATURE)


GAINS = {  # theory sheet D17: 1/sqrt(E f^2) and 1/sqrt(E f'^2) at unit variance, computed with mpmath
    "tanh": ("1.59253741972283", "1.46741359163080"),
    "sigmoid": ("1.84622854533861", "4.72264608593797"),
    "silu": ("1.67653247033109", "1.62332025795250"),
    "gelu": ("1.53353044119554", "1.48111441270835"),
    "relu": ("1.41421356237310", "1.41421356237310"),
}


@pytest.mark.parametrize("phi", GAINS)
def test_gains_at_unit_variance_agree_with_the_published_digits(phi: str) -> None:
    forward, backward = map(float, GAINS[phi])
    gradient = claim(GRADIENT, mlp(3, 1, phi, 1, 0))
    assert float(gradient.value_of(symbol("slope_mean_square"))) ** -0.5 == pytest.approx(backward, abs=1e-14)
    values = claim(VARIANCE, mlp(3, 2, phi, 1, 0))
    assert float(values.value_of(symbol("value_mean_square"))) ** -0.5 == pytest.approx(forward, abs=1e-14)


def test_pytorchs_gain_for_tanh_is_not_the_critical_one() -> None:
    """5/3 is neither gain: a layer with weights of that deviation multiplies squared gradients by 1.29."""
    factor = float(
        claim(GRADIENT, mlp(3, 1, "tanh", sp.Rational(25, 9), 0, input_mean_square=sp.Rational(9, 25))).valued()
    )
    assert factor == pytest.approx((5 / 3 / 1.46741359163080) ** 2, rel=1e-13)


# --------------------------------------------------------------------------------------------- positively homogeneous


@pytest.mark.parametrize(
    ("phi", "c"), [("relu", sp.Rational(1, 2)), ("leaky_relu", (1 + sp.Rational(1, 10**4)) / 2), ("x", sp.S.One)]
)
def test_homogeneous_activations_give_exact_powers(phi: str, c: sp.Expr) -> None:
    net = mlp(3, 7, phi, 3, 0, input_mean_square=5)
    assert claim(GRADIENT, net).valued() == (3 * c) ** 7
    assert claim(VARIANCE, net).valued() == 5 * 3**7 * c**6


def test_he_initialisation_keeps_both_for_ever() -> None:
    deep = mlp(3, 10**6, "relu", 2, 0)
    assert (claim(GRADIENT, deep).valued(), claim(VARIANCE, deep).valued()) == (1, 2)
    assert claim(VARIANCE, mlp(3, 5, "relu", 2, 1)).valued() == 2 * (1 + 4 * sp.Rational(1, 2)) + 1  # it adds up
    assert (
        claim(VARIANCE, mlp(3, 3, "relu", 4, 1)).valued()
        == 4 * (2 * (2 * 1 + sp.Rational(1, 2)) + sp.Rational(1, 2)) + 1
    )


# --------------------------------------------------------------------------------------------------- limits of depth


SETTLED = 60  # layers after which the variances of the networks below move by less than 1e-12


def fixed_variance(phi: str, weight_var: float, bias_var: float, bracket: tuple[float, float]) -> float:
    value = PHI[phi][0]
    return float(optimize.brentq(lambda q: weight_var * mean_square(value, q) + bias_var - q, *bracket, xtol=1e-13))


@pytest.mark.parametrize(
    ("phi", "weight_var", "bias_var"),
    [("tanh", 2.0, 0.5), ("sigmoid", 1.0, 0.0), ("gelu", 1.0, 0.5), ("silu", 1.0, 0.1)],
)
def test_a_deep_network_settles_at_the_fixed_point_that_scipy_finds(
    phi: str, weight_var: float, bias_var: float
) -> None:
    depth = 10**6
    net = mlp(3, depth, phi, weight_var, bias_var)
    fixed = fixed_variance(phi, weight_var, bias_var, (1e-3, 20.0))
    assert float(claim(VARIANCE, net).valued()) == pytest.approx(fixed, rel=1e-9)
    _, gains = iterated(phi, SETTLED, weight_var, bias_var, 1.0)
    logs = [math.log10(gain) for gain in gains]
    assert claim(GRADIENT, net).log10 == pytest.approx(sum(logs) + (depth - SETTLED) * logs[-1], rel=QUADRATURE)


def test_the_sigmoid_of_unit_weights_loses_gradients_at_the_rate_of_its_fixed_point() -> None:
    """chi = 0.0553: of thirty layers a squared gradient keeps 10^-37.7, below what a float32 holds."""
    net = mlp(256, 30, "sigmoid", 1, 0)
    variances, gains = iterated("sigmoid", 30, 1.0, 0.0, 1.0)
    assert claim(GRADIENT, net).log10 == pytest.approx(sum(map(math.log10, gains)), rel=1e-10)
    assert variances[-1] == pytest.approx(fixed_variance("sigmoid", 1.0, 0.0, (0.1, 1.0)), rel=1e-9)


def test_below_the_critical_variance_the_preactivations_of_tanh_die_out_and_the_gain_is_that_of_the_origin() -> None:
    net = mlp(3, 10**4, "tanh", sp.Rational(1, 2), 0)
    assert 0 <= float(claim(VARIANCE, net).valued()) < 1e-9
    assert claim(GRADIENT, net).log10 == pytest.approx(10**4 * math.log10(0.5), rel=1e-3)


# --------------------------------------------------------------------------------------------------------- enclosures


@pytest.mark.parametrize("phi", ["tanh", "gelu"])
def test_the_enclosures_hold_what_mpmath_finds_at_thirty_digits(phi: str) -> None:
    """SciPy agrees to ten digits; here the true number lies between the ends of the enclosure."""
    with mpmath.workdps(30):
        slope = {
            "tanh": lambda x: mpmath.sech(x) ** 2,
            "gelu": lambda x: mpmath.ncdf(x) + x * mpmath.npdf(x),
        }[phi]
        wanted = mpmath.quad(lambda z: slope(z) ** 2 * mpmath.npdf(z), mpmath.linspace(-13, 13, 27))
        found = claim(GRADIENT, mlp(3, 1, phi, 1, 0)).value_of(symbol("slope_mean_square")).enclosure
        lower, upper = (mpmath.mpf(int(end.p)) / int(end.q) for end in (found.lower, found.upper))
        assert lower <= wanted <= upper
        assert upper - lower < mpmath.mpf(10) ** -12


def test_a_network_of_symbols_keeps_its_formula() -> None:
    v, depth = sp.Symbol("v", positive=True), sp.Symbol("L", integer=True, positive=True)
    made = claim(GRADIENT, mlp(3, depth, "tanh", v, 0))
    assert made.valued() == (v * symbol("slope_mean_square")) ** depth
    assert made.subs({v: 2, depth: 3, "slope_mean_square": 0.25}).valued() == sp.Rational(1, 8)


def test_the_rate_is_stated_as_one_over_the_width() -> None:
    made = claim(GRADIENT, mlp(3, 1, "tanh", 1, 0))
    assert made.mode.words() == "as the width grows, with an error of order 1/width"


def test_a_gradient_that_dies_in_the_last_layer_is_zero() -> None:
    net: Network = mlp(3, 2, "relu", 0, 0)
    assert claim(GRADIENT, net).valued() == 0
    assert claim(GRADIENT, net).log10 == -math.inf


# ------------------------------------------------------------------------------------- what belongs to another network

GAIN_MEAN = symbol("slope_mean_square")


@pytest.mark.parametrize("changes", [{"weight_var": 4}, {"depth": 20}])
def test_a_mean_over_the_layers_is_forgotten_with_the_network_that_it_belongs_to(changes: dict[str, int]) -> None:
    made = claim(GRADIENT, mlp(width=8, depth=5, activation="tanh", weight_var=1))
    assert made.valued().free_symbols == set()
    changed = made.subs(changes)
    assert changed.valued().free_symbols == {GAIN_MEAN}
    assert made.subs(weight_var=1, depth=5).valued() == made.valued()  # nothing has changed
    with pytest.raises(ValueError, match="also depends on slope_mean_square"):
        changed.depth_until(1e-3)


def test_a_mean_over_the_layers_says_nothing_about_other_depths_unless_it_is_given() -> None:
    made = claim(GRADIENT, mlp(width=8, depth=5, activation="tanh", weight_var=1))
    with pytest.raises(ValueError, match="slope_mean_square was worked out at depth 5 of MLP of depth 5"):
        made.depth_until(1e-3)
    assert made.subs(slope_mean_square=0.5).depth_until(1e-3) == 10  # 2^-10 < 1/1000 < 2^-9


def test_slopes_that_do_not_depend_on_the_variance_hold_for_every_network() -> None:
    made = claim(GRADIENT, mlp(width=8, depth=5, activation="relu", weight_var=1))
    assert made.subs(weight_var=4, depth=7).valued() == 2**7
    assert made.depth_until(1e-3) == 10
    symbolic = claim(GRADIENT, mlp(width=8, depth=sp.Symbol("L", integer=True, positive=True), activation="relu"))
    assert symbolic.subs(depth=3, weight_var=1).valued() == sp.Rational(1, 8)


def test_the_variance_map_is_forgotten_as_well() -> None:
    made = claim(VARIANCE, mlp(width=8, depth=3, activation="relu", weight_var=2, bias_var=1))
    assert made.valued().is_number
    assert made.subs(bias_var=2).valued().free_symbols == {symbol("value_mean_square")}


# ---------------------------------------------------------------------------------------------- great depth


def fast_log10_gain(depth: int, weight_var: float) -> float:
    """The product over the layers of a deep tanh network, by the trapezoidal rule: exact to rounding for such a Gaussian."""
    z = np.linspace(-12, 12, 2001)
    density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    square, total = 1.0, 0.0
    for _ in range(depth):
        value = np.tanh(math.sqrt(weight_var * square) * z)
        total += math.log10(weight_var * float(((1 - value**2) ** 2) @ density))
        square = float((value**2) @ density)
    return total


@pytest.mark.parametrize(("depth", "weight_var"), [(65, 1.0), (150, 1.0), (400, 1.2), (10**4, 0.9)])
def test_deep_networks_at_and_near_criticality_are_enclosed(depth: int, weight_var: float) -> None:
    """At criticality the variance falls like one over the depth; beside it, it settles, but slowly."""
    found = claim(GRADIENT, mlp(8, depth, "tanh", weight_var)).log10
    # The traps leave a relative error of 1e-4 in the product; the rule here one of 1e-15 in each layer.
    assert abs(found - fast_log10_gain(depth, weight_var)) < 1e-4 + 1e-15 * depth
