"""Gaussian means and spectral norms: closed forms, mpmath's quadrature, exact singular values, planted faults."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symgrad.activations import CATALOGUE, activation
from symgrad.claims import Logistic, define, symbol
from symgrad.rigor import CannotEnclose, Enclosure, gaussian_mean, integrals, spectral_norm

X = symbol("x")
NAMES = sorted({row.name for row in CATALOGUE.values()})


def rational(value: sp.Expr) -> mpmath.mpf:
    return mpmath.mpf(int(value.p)) / int(value.q)


def holds(found: Enclosure, value: mpmath.mpf, slack: float = 0.0) -> bool:
    return bool(rational(found.lower) - slack <= value <= rational(found.upper) + slack)


def quadrature(expr: sp.Expr, q: mpmath.mpf) -> mpmath.mpf:
    """E f(sqrt(q) z), by mpmath between the points where a branch ends."""
    f = sp.lambdify(X, define(expr), "mpmath")
    ends = {mpmath.mpf(str(sp.N(c.gts + c.lts - X, 40))) for c in expr.atoms(sp.core.relational.Relational)}
    inside = set() if q == 0 else {end / mpmath.sqrt(q) for end in ends if abs(end / mpmath.sqrt(q)) < 14}
    cuts = sorted({mpmath.mpf(c) for c in (-14, -8, -4, -2, -1, 0, 1, 2, 4, 8, 14)} | inside)
    return mpmath.quad(lambda z: f(mpmath.sqrt(q) * z) * mpmath.npdf(z), cuts)


# At a variance of 50 these swing or grow faster than mpmath's quadrature follows.
FAST = {"exponential", "gabor", "siren", "tanhexp"}
CASES = [(name, q) for name in NAMES for q in (sp.Rational(13, 10), sp.Rational(1, 10**4), sp.Integer(50))]


@pytest.mark.parametrize(("name", "q"), [(name, q) for name, q in CASES if not (name in FAST and q == 50)], ids=str)
def test_means_agree_with_quadrature(name: str, q: sp.Rational) -> None:
    phi = activation(name)
    with mpmath.workdps(30):
        for expr in (phi.expression, phi.expression**2, phi.derivative**2):
            found = gaussian_mean(expr, X, q, 15)
            expected = quadrature(expr, rational(q))
            # The tails beyond 14 deviations that the quadrature leaves out, and its own error: far below 1e-18.
            assert holds(found, expected, 1e-18 * max(1.0, float(abs(expected))))
            assert found.upper - found.lower <= sp.Rational(1, 10**15) * max(1, abs(found.upper))


@pytest.mark.parametrize(
    ("expr", "mean"),
    [
        (sp.Max(0, X) ** 2, lambda q: q / 2),
        (sp.Abs(X), lambda q: mpmath.sqrt(2 * q / mpmath.pi)),
        (sp.Heaviside(X - 1), lambda q: 1 - mpmath.ncdf(1 / mpmath.sqrt(q))),
        (sp.erf(X) ** 2, lambda q: 2 / mpmath.pi * mpmath.asin(2 * q / (1 + 2 * q))),
        (sp.exp(X), lambda q: mpmath.exp(q / 2)),
        (X**4, lambda q: 3 * q**2),
        (sp.cos(X), lambda q: mpmath.exp(-q / 2)),
    ],
    ids=lambda part: str(part) if isinstance(part, sp.Basic) else "",  # a function has an address in its name
)
def test_means_agree_with_closed_forms(expr: sp.Expr, mean: object) -> None:
    with mpmath.workdps(40):
        for q in (sp.Rational(1, 3), sp.Integer(2), sp.Integer(17)):
            found = gaussian_mean(expr, X, q, 20)
            assert holds(found, mean(rational(q)))  # type: ignore[operator]
            assert found.upper - found.lower <= sp.Rational(1, 10**19) * max(1, abs(found.upper))


def test_a_kink_away_from_zero_with_a_variance_known_roughly_is_still_enclosed() -> None:
    rough = Enclosure(sp.Rational(999999999, 10**9), sp.Rational(1000000001, 10**9), 9, "by hand")
    step = sp.Piecewise((0, X < 1), (5, True))
    with mpmath.workdps(30):
        found = gaussian_mean(step, X, rough, 15)
        for q in (rough.lower, sp.Integer(1), rough.upper):
            assert holds(found, 5 * (1 - mpmath.ncdf(1 / mpmath.sqrt(rational(q)))))
    assert found.upper - found.lower < sp.Rational(1, 10**7)


@pytest.mark.parametrize(("low", "high"), [("0", "1"), ("1/2", "3/4"), ("1", "4")])
@pytest.mark.parametrize("name", ["tanh", "relu", "silu"])
def test_a_wide_variance_gives_a_mean_that_holds_for_all_of_it(name: str, low: str, high: str) -> None:
    phi = activation(name)
    wide = Enclosure(sp.Rational(low), sp.Rational(high), 15, "by hand")
    found = gaussian_mean(phi.expression**2, X, wide, 15)
    with mpmath.workdps(20):
        for share in range(5):
            q = rational(wide.lower) + (rational(wide.upper) - rational(wide.lower)) * share / 4
            assert holds(found, quadrature(phi.expression**2, q), 1e-15)
    assert found.lower > -sp.Rational(1, 10**20)


def test_a_mean_at_variance_zero_is_the_value_at_zero() -> None:
    assert gaussian_mean(Logistic(X), X, sp.Integer(0)).lower == sp.Rational(1, 2)


def test_a_negative_variance_is_refused() -> None:
    with pytest.raises(ValueError, match="the variance is at least -1; it must not be negative"):
        gaussian_mean(X, X, sp.Integer(-1))


def test_a_mean_that_is_infinite_is_not_enclosed() -> None:
    with pytest.raises(CannotEnclose):
        gaussian_mean(sp.exp(X**2), X, sp.Integer(1))


def test_a_forgotten_tail_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the bound of the tails the enclosure excludes the true value: a tight ball is no proof."""
    from symgrad.rigor.intervals import ZERO, Interval

    honest = integrals.beyond
    monkeypatch.setattr(integrals, "beyond", lambda *given: (honest(*given)[0], Interval(ZERO, ZERO)))
    integrals._mean.cache_clear()
    with mpmath.workdps(40):
        found = gaussian_mean(X**40, X, sp.Integer(1), 15)
        assert not holds(found, mpmath.fac2(39))
    integrals._mean.cache_clear()


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
