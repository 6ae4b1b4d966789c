"""Gaussian means and spectral norms: closed forms, mpmath's quadrature, exact singular values, planted faults."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from quadratures import ROUNDING, gaussian_mean_of, numeric

from symgrad.activations import CATALOGUE, activation
from symgrad.claims import Logistic, symbol
from symgrad.rigor import (
    CannotEnclose,
    Diverges,
    Enclosure,
    gaussian_mean,
    gaussian_product_mean,
    integrals,
    is_tempered,
    line_integral,
    spectral_norm,
)
from symgrad.rigor.areas import polynomial_at
from symgrad.rigor.majorants import majorant
from symgrad.rigor.pieces import Piece, pieces
from symgrad.rigor.programs import compiled

X = symbol("x")
NAMES = sorted({row.name for row in CATALOGUE.values()})
ONE = sp.S.One


def rational(value: sp.Expr) -> mpmath.mpf:
    return mpmath.mpf(int(value.p)) / int(value.q)


def holds(found: Enclosure, value: mpmath.mpf, slack: float = 0.0) -> bool:
    return bool(rational(found.lower) - slack <= value <= rational(found.upper) + slack)


def width(found: Enclosure) -> sp.Rational:
    return found.upper - found.lower


@pytest.mark.parametrize("q", [sp.Rational(1, 10**4), sp.Integer(50)], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_means_agree_with_quadrature(name: str, q: sp.Rational) -> None:
    phi = activation(name)
    breaks = [float(piece.lower) for piece in phi.value_pieces if piece.lower.is_finite]
    for expr in (phi.expression, phi.expression**2, phi.derivative**2):
        found = gaussian_mean(expr, X, q, 15)
        function = numeric(expr)
        expected = gaussian_mean_of(function, float(q), breaks)
        size = gaussian_mean_of(lambda x: abs(function(x)), float(q), breaks)  # noqa: B023
        # exp(2x) has a fourth of its mean beyond the reach of the quadrature at a variance of 50
        if name != "exponential" or q < 1:
            assert abs(float(found.midpoint) - expected) <= ROUNDING * max(1e-3, size)
        assert width(found) <= sp.Rational(1, 10**14) * max(1, abs(found.upper))


@pytest.mark.parametrize(
    ("expr", "mean"),
    [
        (sp.Max(0, X) ** 2, lambda q: q / 2),
        (sp.Abs(X), lambda q: mpmath.sqrt(2 * q / mpmath.pi)),
        (sp.Heaviside(X - 1), lambda q: 1 - mpmath.ncdf(1 / mpmath.sqrt(q))),
        (sp.erf(X) ** 2, lambda q: 2 / mpmath.pi * mpmath.asin(2 * q / (1 + 2 * q))),
        (sp.exp(X), lambda q: mpmath.exp(q / 2)),
        (sp.exp(4 * X), lambda q: mpmath.exp(8 * q)),
        (sp.cosh(3 * X) ** 2, lambda q: (mpmath.exp(18 * q) + 1) / 2),
        (sp.exp(5 * X) * sp.exp(-(X**2)), lambda q: mpmath.exp(25 * q / (2 + 4 * q)) / mpmath.sqrt(1 + 2 * q)),
        (X**4, lambda q: 3 * q**2),
        (sp.cos(X), lambda q: mpmath.exp(-q / 2)),
    ],
    ids=lambda value: str(value) if isinstance(value, sp.Basic) else "mean",
)
def test_means_agree_with_closed_forms(expr: sp.Expr, mean: object) -> None:
    with mpmath.workdps(200):  # the largest mean has 130 digits before the point
        for q in (sp.Rational(1, 3), sp.Integer(2), sp.Integer(17)):
            found = gaussian_mean(expr, X, q, 20)
            assert holds(found, mean(rational(q)))  # type: ignore[operator]
            assert width(found) <= sp.Rational(1, 10**19) * max(1, abs(found.upper))


@pytest.mark.parametrize("power", ["-1/2", "-9/10", "-99/100", "-1/3", "1/3", "1/2"])
def test_integrable_singularities_are_integrated(power: str) -> None:
    """E |x|^a = (2q)^(a/2) Gamma((a + 1)/2) / sqrt(pi), for a > -1."""
    found = gaussian_mean(sp.Abs(X) ** sp.Rational(power), X, sp.Integer(2), 20)
    with mpmath.workdps(40):
        a = rational(sp.Rational(power))
        assert holds(found, mpmath.power(4, a / 2) * mpmath.gamma((a + 1) / 2) / mpmath.sqrt(mpmath.pi))
    assert width(found) < sp.Rational(1, 10**19)


def test_a_logarithm_away_from_zero_is_integrated() -> None:
    found = gaussian_mean(sp.log(sp.Abs(X)), X, ONE, 20)
    with mpmath.workdps(30):
        assert holds(found, -(mpmath.euler + mpmath.log(2)) / 2)
        found = gaussian_mean(sp.log(sp.Abs(X - 1)) ** 2, X, ONE, 15)
        cuts = [-14, 0, mpmath.mpf("0.99"), 1, mpmath.mpf("1.01"), 2, 16]
        expected = mpmath.quad(lambda z: mpmath.log(abs(z - 1)) ** 2 * mpmath.npdf(z), cuts)
        assert holds(found, expected, 1e-12)  # the accuracy of the quadrature at a logarithm


@pytest.mark.parametrize(
    ("expr", "sign"),
    [
        (1 / sp.Abs(X), 1),
        (-1 / (4 * sp.Abs(X)), -1),
        (sp.Abs(X - 3) ** sp.Rational(-3, 2), 1),
        (sp.exp(X**2), 1),
        (-sp.exp(X**2 / 2), -1),
        (sp.exp(X**3), 1),
    ],
    ids=str,
)
def test_infinite_means_are_said_to_be_infinite(expr: sp.Expr, sign: int) -> None:
    with pytest.raises(Diverges, match="is infinite") as raised:
        gaussian_mean(expr, X, ONE)
    assert raised.value.sign == sign


@pytest.mark.parametrize("expr", [1 / X, X * sp.exp(X**2), sp.exp(X**2) - sp.exp(X**2 + X)], ids=str)
def test_a_mean_that_is_infinite_with_both_signs_does_not_exist(expr: sp.Expr) -> None:
    with pytest.raises(CannotEnclose) as raised:
        gaussian_mean(expr, X, ONE)
    assert not isinstance(raised.value, Diverges)


@pytest.mark.parametrize("share", ["1/3", "2/5", "15/32"])
def test_growth_just_slower_than_the_density_is_enclosed(share: str) -> None:
    """E exp(b x^2) = (1 - 2b)^(-1/2) at unit variance, for b < 1/2."""
    b = sp.Rational(share)
    found = gaussian_mean(sp.exp(b * X**2), X, ONE, 15)
    with mpmath.workdps(30):
        assert holds(found, 1 / mpmath.sqrt(1 - 2 * rational(b)))
    assert width(found) < sp.Rational(1, 10**13)


def test_a_piece_far_out_is_not_forgotten() -> None:
    """A step of height 10^70 between 17 and 18 deviations holds nearly all of the mean."""
    far = sp.Piecewise((0, X < 17), (sp.Integer(10) ** 70, X < 18), (0, True))
    with mpmath.workdps(40):
        expected = mpmath.mpf(10) ** 70 * (mpmath.erfc(17 / mpmath.sqrt(2)) - mpmath.erfc(18 / mpmath.sqrt(2))) / 2
        assert holds(gaussian_mean(far, X, ONE), expected)
        wide = Enclosure(sp.Rational(1, 2), ONE, 15, "by hand")
        assert holds(gaussian_mean(far, X, wide), expected)
        assert gaussian_mean(far, X, ONE).lower > 410_000


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "mish", "gelu"])
def test_small_and_large_variances_keep_their_digits(name: str) -> None:
    phi = activation(name)
    for q in (sp.Rational(1, 10**12), sp.Integer(10**4)):
        found = gaussian_mean(phi.expression**2, X, q, 15)
        assert width(found) <= found.upper * sp.Rational(1, 10**13)


def test_a_mean_too_small_for_a_number_is_bounded() -> None:
    found = gaussian_mean(sp.Piecewise((0, X < 1), (1, True)), X, sp.Rational(1, 10**12))
    assert -sp.Rational(1, 10**1000) < found.lower <= found.upper < sp.Rational(1, 10**1000)
    assert str(found)  # its ends are short enough to be written


def test_factors_that_nearly_cancel_get_more_bits() -> None:
    """tanhexp has a slope of ``x e^x (1 - tanh(e^x)^2)``, in which 1e100 meets 1e-100."""
    phi = activation("tanhexp")
    assert width(gaussian_mean(phi.derivative**2, X, sp.Integer(100), 15)) < sp.Rational(1, 10**13)


def test_a_kink_away_from_zero_with_a_variance_known_roughly_is_still_enclosed() -> None:
    rough = Enclosure(sp.Rational(999999999, 10**9), sp.Rational(1000000001, 10**9), 9, "by hand")
    step = sp.Piecewise((0, X < 1), (5, True))
    with mpmath.workdps(30):
        found = gaussian_mean(step, X, rough, 15)
        for q in (rough.lower, sp.Integer(1), rough.upper):
            assert holds(found, 5 * (1 - mpmath.ncdf(1 / mpmath.sqrt(rational(q)))))
    assert width(found) < sp.Rational(1, 10**7)


@pytest.mark.parametrize(("low", "high"), [("0", "1"), ("1/2", "3/4"), ("1", "4")])
@pytest.mark.parametrize("name", ["tanh", "relu", "silu"])
def test_a_wide_variance_gives_a_mean_that_holds_for_all_of_it(name: str, low: str, high: str) -> None:
    phi = activation(name)
    function = numeric(phi.expression**2)
    wide = Enclosure(sp.Rational(low), sp.Rational(high), 15, "by hand")
    found = gaussian_mean(phi.expression**2, X, wide, 15)
    for share in range(5):
        q = wide.lower + (wide.upper - wide.lower) * share / 4
        mean = gaussian_mean_of(function, float(q), [0.0]) if q else 0.0
        assert holds(found, mpmath.mpf(mean), ROUNDING)
    assert found.lower > -sp.Rational(1, 10**20)


def test_a_mean_at_variance_zero_is_the_value_at_zero() -> None:
    assert gaussian_mean(Logistic(X), X, sp.Integer(0)).lower == sp.Rational(1, 2)


def test_a_negative_variance_is_refused() -> None:
    with pytest.raises(ValueError, match="the variance is at least -1; it must not be negative"):
        gaussian_mean(X, X, sp.Integer(-1))


def test_a_forgotten_tail_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the bound of the tails the enclosure excludes the true value: a tight ball is no proof."""
    from symgrad.rigor.intervals import ZERO, Interval

    def forgetful(*arguments: object) -> tuple[object, Interval]:
        return arb(9), Interval(ZERO, ZERO)

    monkeypatch.setattr(integrals, "beyond", forgetful)
    integrals._mean.cache_clear()
    with mpmath.workdps(40):
        found = gaussian_mean(X**40, X, sp.Integer(1), 15)
        assert not holds(found, mpmath.fac2(39))
    integrals._mean.cache_clear()


# -------------------------------------------------------------------------------------------------- bounds on the way


@pytest.mark.parametrize("name", NAMES)
def test_a_majorant_is_at_least_the_function(name: str) -> None:
    phi = activation(name)
    for expr in (phi.expression, phi.derivative**2):
        parts = pieces(expr, X)
        for part, side in ((parts[0], -1), (parts[-1], 1)):
            found = majorant(compiled(part.expr, X), side, arb(7))
            for place in (7, 8, 12, 40):
                bound = found.factor * arb(place) ** found.power * (found.rate * place).exp()
                value = abs(sp.N(part.expr.subs(X, side * place), 15))
                assert value <= float(bound.upper()) * (1 + 1e-12)  # of a value in double precision


def test_tempered_functions_are_told_from_others() -> None:
    def tempered(expr: sp.Expr) -> bool:
        return is_tempered(pieces(expr, X), X)

    assert all(map(tempered, (sp.tanh(X), sp.exp(3 * X) * X**4, sp.Abs(X), 1 / (1 + X**2), sp.log(1 + sp.Abs(X)))))
    assert not any(map(tempered, (1 / X, sp.exp(X**2), sp.sqrt(1 / sp.Abs(X)), sp.exp(sp.exp(X)))))


# ---------------------------------------------------------------------------------------------------------- whole lines


@pytest.mark.parametrize(
    ("expr", "area"),
    [
        (sp.sech(X) ** 2, 2),
        (1 / (1 + X**2), mpmath.pi),
        (sp.exp(-(X**2)), mpmath.sqrt(mpmath.pi)),
        (1 / (1 + sp.Abs(X)) ** 4, mpmath.mpf(2) / 3),
        (sp.exp(-sp.Abs(X)) / sp.sqrt(sp.Abs(X)), 2 * mpmath.sqrt(mpmath.pi)),
        (sp.Piecewise((0, X < -1), (X**2, X < 2), (0, True)), 3),
    ],
    ids=str,
)
def test_areas_agree_with_closed_forms(expr: sp.Expr, area: object) -> None:
    found = line_integral(pieces(expr, X), X)
    assert holds(found, area, 1e-15)  # type: ignore[arg-type] - of the constants in double precision
    assert width(found) < sp.Rational(1, 10**12)


def test_an_infinite_area_is_said_to_be_infinite() -> None:
    with pytest.raises(Diverges, match="is infinite"):
        line_integral((Piece(-sp.oo, sp.oo, 1 / sp.sqrt(1 + X**2)),), X)
    with pytest.raises(CannotEnclose):
        line_integral((Piece(-sp.oo, sp.oo, sp.sin(X)),), X)


def test_the_polynomial_that_a_function_approaches_is_found() -> None:
    assert polynomial_at((X * Logistic(X) + sp.atan(X)) ** 2, X, sp.oo) == X**2 + sp.pi * X - 2 + sp.pi**2 / 4
    assert polynomial_at(X**2 * Logistic(X), X, -sp.oo) == 0
    with pytest.raises(CannotEnclose, match="does not approach a polynomial"):
        polynomial_at(sp.sqrt(1 + sp.exp(X)), X, sp.oo)


# ------------------------------------------------------------------------------------------------------- two variables


@pytest.mark.parametrize("rho", ["0", "1/2", "-4/5", "99/100"])
def test_hermite_series_agree_with_closed_forms(rho: str) -> None:
    r = sp.Rational(rho)
    with mpmath.workdps(30):
        c = rational(r)
        angle = mpmath.acos(c)
        forms = [
            (sp.erf(X), 1, 2 / mpmath.pi * mpmath.asin(2 * c / 3), 1e-11),
            (sp.Max(0, X), None, (mpmath.sin(angle) + (mpmath.pi - angle) * c) / (2 * mpmath.pi), 1e-4),
            (sp.sin(2 * X), 1, mpmath.exp(-4) * mpmath.sinh(4 * c), 1e-11),
            (sp.sign(X), 1, 2 / mpmath.pi * mpmath.asin(c), 0.1),  # whose series is the slowest there is
        ]
        for expr, parity, expected, loosest in forms:
            found = gaussian_product_mean(expr, X, (ONE, ONE), r, 12, parity)
            assert holds(found, expected)
            assert width(found) < loosest


def test_hermite_series_take_different_variances() -> None:
    found = gaussian_product_mean(sp.exp(X), X, (sp.Rational(1, 2), ONE), -sp.Rational(1, 3), 12)
    with mpmath.workdps(30):
        assert holds(found, mpmath.exp(mpmath.mpf(3) / 4 - mpmath.mpf(1) / 3))


def test_a_forgotten_remainder_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from symgrad.rigor import hermites

    monkeypatch.setattr(hermites, "_MOST_TERMS", 10)
    honest = gaussian_product_mean(sp.sign(X), X, (ONE, ONE), sp.Rational(9, 10), 12, 1)
    with mpmath.workdps(30):
        expected = 2 / mpmath.pi * mpmath.asin(mpmath.mpf(9) / 10)
        assert holds(honest, expected)
        assert width(honest) > sp.Rational(1, 100)
        monkeypatch.setattr(hermites, "_rest", lambda *_: arb(0))
        assert not holds(gaussian_product_mean(sp.sign(X), X, (ONE, ONE), sp.Rational(9, 10), 12, 1), expected)


def test_variables_that_determine_each_other_have_no_series() -> None:
    with pytest.raises(ValueError, match="the covariance 1 is not below 1 and 1 in their geometric mean"):
        gaussian_product_mean(sp.tanh(X), X, (ONE, ONE), ONE)
    with pytest.raises(ValueError, match="both must be positive"):
        gaussian_product_mean(sp.tanh(X), X, (ONE, sp.S.Zero), sp.S.Zero)


# --------------------------------------------------------------------------------------------------- spectral norms


@settings(deadline=None)
@given(st.integers(1, 7), st.integers(1, 7), st.integers(0, 2**32 - 1), st.integers(-300, 300))
def test_the_spectral_norm_agrees_with_mpmath(rows: int, columns: int, seed: int, exponent: int) -> None:
    matrix = np.ldexp(np.random.default_rng(seed).integers(-9, 10, (rows, columns)) / 8, exponent)
    found = spectral_norm(matrix)
    with mpmath.workdps(40):
        exact = mpmath.svd_r(mpmath.matrix(matrix.tolist()), compute_uv=False) if matrix.any() else [mpmath.mpf(0)]
        slack = max(exact) * mpmath.mpf(10) ** -30  # of mpmath's own iteration
        assert holds(found, max(exact), slack)
        assert rational(found.upper) - rational(found.lower) <= max(exact) * mpmath.mpf(10) ** -11


def test_the_norm_of_a_large_matrix_is_tight() -> None:
    matrix = np.random.default_rng(3).normal(size=(300, 200))
    found = spectral_norm(matrix)
    # LAPACK's largest singular value is accurate to a few units in the last place, times the size of the matrix.
    assert float(found.lower) * (1 - 1e-12) <= np.linalg.norm(matrix, 2) <= float(found.upper) * (1 + 1e-12)
    assert float(found.upper / found.lower) < 1 + 1e-9


def test_single_precision_is_taken_as_the_numbers_that_it_holds() -> None:
    matrix = np.array([[1, 2], [3, 4]], dtype=np.float32)
    exact = mpmath.sqrt(15 + mpmath.sqrt(221))  # the larger root of the characteristic polynomial of A'A
    assert holds(spectral_norm(matrix), exact, 1e-14)
    assert not holds(spectral_norm(matrix), exact * (1 + mpmath.mpf(10) ** -9))


def test_a_wrong_decomposition_only_loosens_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """The floating-point factors are not trusted: spoil them, and the true norm still lies inside."""
    true = np.linalg.svd

    def spoiled(matrix: np.ndarray, full_matrices: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        left, values, right = true(matrix, full_matrices=full_matrices)
        return left * 0.9, values * 0.8, right * 0.7

    matrix = np.diag([3.0, 1.0])
    monkeypatch.setattr(np.linalg, "svd", spoiled)
    found = spectral_norm(matrix)
    assert found.contains(3)
    assert found.upper > sp.Rational(31, 10)
