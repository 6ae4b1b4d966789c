"""Tails that no full expansion decides, against mpmath: Lambert's function and functions that swing without end."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

import symgrad as sg
from symgrad.rigor import CannotEnclose, supremum
from symgrad.rigor.balls import constant_ball
from symgrad.rigor.majorants import majorant
from symgrad.rigor.programs import compiled
from symgrad.rigor.tails import tail_jet

X = sp.Symbol("x", real=True)
OMEGA = sp.LambertW(sp.exp(X))


def _witness(expr: sp.Expr, at: mpmath.mpf) -> mpmath.mpf:
    return sp.lambdify(X, expr, "mpmath")(at)


@pytest.mark.parametrize(
    "expr",
    [
        OMEGA / (1 + OMEGA),
        sp.LambertW(1 + X**2),
        sp.log(1 + sp.log(1 + X**2)),
        sp.log(sp.log(X)) / X,
        sp.LambertW(X) / X,
    ],
)
def test_a_tail_with_iterated_logarithms_encloses_the_function(expr: sp.Expr) -> None:
    for start in (8, 64, 1024):
        box = tail_jet(compiled(expr, X), 1, start, 0)[0].box()
        with mpmath.workdps(40):
            values = [_witness(expr, start * mpmath.mpf(k) ** 3) for k in range(1, 40)]
        assert all(box.lo <= constant_ball(sp.Rational(str(v))) <= box.hi for v in values)


def test_the_slope_of_the_wright_omega_function_stays_below_its_limit() -> None:
    found = supremum(OMEGA / (1 + OMEGA), X)
    assert (found.value, found.attained_at, found.approached_at) == (1, (), (sp.oo,))
    assert found.certificate.replay()
    assert sg.activation("LambertW(exp(x))").lipschitz.bound == 1


def test_a_slope_with_a_logarithm_of_a_logarithm_has_its_maximum_where_sampling_puts_it() -> None:
    claim = sg.activation("LambertW(1+x**2)").lipschitz
    slope = mpmath.memoize(lambda x: 2 * x / (x * x + 1 + mpmath.exp(mpmath.lambertw(1 + x * x).real)))
    with mpmath.workdps(25):  # W(u) + u e^-W ... = d/dx W(1 + x^2), in which u/W = e^W
        place = mpmath.findroot(lambda x: mpmath.diff(slope, x), 1.4)
        assert mpmath.almosteq(sp.N(claim.bound, 20), slope(place), 1e-15)  # of 25 digits, half are lost to diff
        assert all(slope(mpmath.mpf(k) / 50) <= slope(place) for k in range(5000))


def test_from_so_near_on_that_a_logarithm_is_below_one_there_is_no_iterated_logarithm() -> None:
    with pytest.raises(CannotEnclose, match="logarithm of a logarithm has no tail expansion from 2 on"):
        tail_jet(compiled(sp.log(sp.log(X)), X), 1, 2, 0)


def test_what_tends_to_its_limit_from_above_is_not_said_to_stay_below() -> None:
    found = supremum(-OMEGA / (1 + OMEGA), X)  # from below at -oo, from above at oo
    assert (found.value, found.approached_at) == (0, (-sp.oo,))


def test_lambert_of_an_unbounded_argument_has_a_majorant() -> None:
    found = majorant(compiled(sp.LambertW(3 + X), X), 1, constant_ball(sp.S.One))
    for k in range(1, 200):
        assert mpmath.lambertw(3 + k).real <= float(found.factor.upper()) * k ** float(found.power.upper())
