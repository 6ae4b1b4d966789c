"""Suprema, zeros, sublevel sets and limits over the whole line, against mpmath, dense sampling and planted faults."""

from __future__ import annotations

from dataclasses import replace

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symgrad.claims import Logistic, NormalCdf, Softplus, define
from symgrad.rigor import (
    CannotEnclose,
    Certificate,
    ImplicitConstant,
    contenders,
    infimum,
    isolate_roots,
    limit_at,
    sublevel_set,
    supremum,
)
from symgrad.rigor.candidates import Candidate
from symgrad.rigor.multiples import Flat
from symgrad.rigor.periods import period
from symgrad.rigor.pieces import pieces
from symgrad.verification import Checked, check

X = sp.Symbol("x", real=True)
INF = sp.oo


def slope(expr: sp.Expr) -> sp.Expr:
    return sp.diff(expr, X)


# name: (function, supremum to 25 digits, place). The digits are mpmath's: findroot on the derivative at 50 digits.
def _mish(x: mpmath.mpf) -> mpmath.mpf:
    return x * mpmath.tanh(mpmath.log1p(mpmath.exp(x)))


SMOOTH = {
    "silu'": (slope(X * Logistic(X)), lambda x: mpmath.diff(lambda t: t / (1 + mpmath.exp(-t)), x), "2.4"),
    "mish'": (slope(X * sp.tanh(Softplus(X))), lambda x: mpmath.diff(_mish, x), "1.5"),
    "gelu'": (slope(X * NormalCdf(X)), lambda x: mpmath.ncdf(x) + x * mpmath.npdf(x), "1.4"),
    "x exp(-x)": (X * sp.exp(-X), lambda x: x * mpmath.exp(-x), "1"),
    "quick gelu'": (
        slope(X * Logistic(sp.Rational(1702, 1000) * X)),
        lambda x: mpmath.diff(lambda t: t / (1 + mpmath.exp(-mpmath.mpf(1702) / 1000 * t)), x),
        "1.4",
    ),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_the_supremum_is_the_maximum_that_mpmath_finds(name: str) -> None:
    expr, witness, start = SMOOTH[name]
    found = supremum(expr, X)
    with mpmath.workdps(50):
        place = mpmath.findroot(lambda x: mpmath.diff(witness, x), mpmath.mpf(start), tol=1e-60, verify=False)
        value = witness(place)
        (attained,) = found.attained_at
        # mpmath differentiates twice numerically: about 50/3 digits are left of the place, twice as many of the value.
        assert abs(mpmath.mpf(str(attained.evalf(30))) - place) < mpmath.mpf(10) ** -12
        lower, upper = (mpmath.mpf(int(end.p)) / int(end.q) for end in (found.enclosure.lower, found.enclosure.upper))
        assert lower - mpmath.mpf(10) ** -24 <= value <= upper + mpmath.mpf(10) ** -24
        assert upper - lower < mpmath.mpf(10) ** -28
    assert found.certificate.replay()


def test_closed_forms_are_found_where_they_exist() -> None:
    assert supremum(slope(X * NormalCdf(X)), X).attained_at == (sp.sqrt(2),)
    assert supremum(1 / (1 + X**2), X).value == 1
    assert supremum(sp.diff(sp.tanh(X), X, 2), X).value == 4 * sp.sqrt(3) / 9
    assert infimum(sp.diff(Logistic(X), X, 2), X).value == -sp.sqrt(3) / 18


def test_without_a_closed_form_the_value_is_implicit_and_its_equation_is_there() -> None:
    found = supremum(slope(X * Logistic(X)), X)
    assert not found.closed_form
    (place,) = found.attained_at
    assert isinstance(place, ImplicitConstant)
    with mpmath.workdps(40):
        x = mpmath.mpf(str(place.evalf(40)))
        assert abs(x * mpmath.tanh(x / 2) - 2) < mpmath.mpf(10) ** -35


@pytest.mark.parametrize(
    ("expr", "value", "approached"),
    [
        (sp.tanh(X), 1, (INF,)),
        (Logistic(X), 1, (INF,)),
        (1 - sp.exp(-(X**2)), 1, (-INF, INF)),
        (X / sp.sqrt(1 + X**2), 1, (INF,)),
        (NormalCdf(X), 1, (INF,)),
        (sp.exp(X), INF, (INF,)),
        (X**3 - X, INF, (INF,)),
    ],
)
def test_a_supremum_that_is_only_approached_is_not_called_attained(
    expr: sp.Expr, value: sp.Expr, approached: tuple[sp.Expr, ...]
) -> None:
    found = supremum(expr, X)
    assert (found.value, found.attained_at, found.approached_at) == (value, (), approached)


def test_a_plateau_is_attained_on_an_interval() -> None:
    found = supremum(sp.Piecewise((0, X < -1), (1, X < 2), (0, True)), X)
    assert (found.value, found.attained_at) == (1, (sp.Interval.open(-1, 2),))


# name: (function, its supremum, where it is attained). Each place is a multiple zero of the slope.
FLAT = {
    "a quartic": (-(X**4) - 1, -1, [0]),
    "at a root": (1 / (1 + (X - sp.sqrt(2)) ** 6), 1, [sp.sqrt(2)]),
    "once in a period": (-(sp.sin(X) ** 4), 0, [-sp.pi, 0, sp.pi]),
    "curvature of a logarithm": (-sp.diff(sp.log(2 + sp.sin(X)), X, 2), sp.Rational(1, 3), [sp.pi / 2]),
    "hidden in a sum": (sp.exp(sp.cos(X) - 1 + X**2 / 2 - X**4 / 24), 1, [0]),
    "of the eighth order": (1 - (sp.cos(X) - 1 + X**2 / 2) ** 2, 1, [0]),
}


@pytest.mark.parametrize("name", FLAT)
def test_flat_maxima_are_found_with_their_places(name: str) -> None:
    expr, value, places = FLAT[name]
    found = supremum(expr, X)
    assert found.value == value
    assert list(found.attained_at) == places
    for place in places:  # the witness: neither the slope nor the curvature moves the value at all
        with mpmath.workdps(40):
            near = sp.lambdify(X, expr, "mpmath")(mpmath.mpf(sp.N(place, 40)) + mpmath.mpf(10) ** -9)
            assert 0 <= sp.N(value, 40) - near < mpmath.mpf(10) ** -34


def test_a_flat_maximum_may_be_at_a_place_without_a_closed_form() -> None:
    found = supremum(sp.exp(-((sp.tanh(X) - X / 2) ** 4)), X)
    assert found.value == 1
    with mpmath.workdps(30):
        root = mpmath.findroot(lambda t: mpmath.tanh(t) - t / 2, 1.9)
        assert [str(sp.N(p, 20)) for p in found.attained_at] == [str(sp.N(p, 20)) for p in (-root, 0, root)]


def test_a_flat_point_of_inflection_is_no_maximum() -> None:
    found = supremum(X**3 * sp.exp(-(X**4)), X)  # the slope has a double zero at 0
    assert found.attained_at == (sp.sqrt(2) * 3 ** sp.Rational(1, 4) / 2,)
    assert isinstance(found.value, sp.Expr)


def test_the_certificate_of_a_flat_maximum_holds() -> None:
    assert check(supremum(-(X**4) - 1, X).certificate.to_json()).outcome is Checked.CHECKED


def test_a_flat_point_that_is_none_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong order leaves the box open: that derivative vanishes there, so it has no sign around the point."""
    monkeypatch.setattr(contenders, "flat_near", lambda *_: Flat(sp.S.Zero, 3))
    with pytest.raises(CannotEnclose):
        supremum(-(X**4) - 2, X)


def test_a_kink_is_approached_unless_the_formula_takes_its_value_there() -> None:
    elu = sp.Piecewise((2 * sp.exp(X), X < 0), (1, True))
    found = supremum(elu, X)
    assert (found.value, found.attained_at, found.approached_at) == (2, (), (0,))
    assert supremum(-sp.Abs(X - 1), X).attained_at == (1,)


@pytest.mark.parametrize(
    ("expr", "place"),
    [
        (sp.exp(-((1000 * (X - sp.Rational(73, 10))) ** 2)), sp.Rational(73, 10)),
        (1 - sp.tanh(X - 50) ** 2, 50),
        (1 / (1 + (X + 300) ** 2), -300),
        (sp.exp(-((X - 20) ** 2)) + 2 * sp.exp(-((64 * X - 3) ** 2)), None),
    ],
)
def test_narrow_and_remote_features_are_found(expr: sp.Expr, place: sp.Expr | None) -> None:
    found = supremum(expr, X)
    if place is not None:
        assert (found.value, found.attained_at) == (1, (place,))
    else:
        # The narrow bump alone has 2; the far one adds exp(-398), less than the 30 digits show.
        assert abs(found.enclosure.lower - 2) < sp.Rational(1, 10**29)
        assert abs(found.enclosure.upper - 2) < sp.Rational(1, 10**29)


@pytest.mark.parametrize("expr", [1 / X, 1 / X**2, 1 / (sp.exp(X) - 2), 1 / (3 * X - 1)])
def test_a_pole_is_not_taken_for_a_monotone_stretch(expr: sp.Expr) -> None:
    with pytest.raises(CannotEnclose):
        supremum(expr, X, (-1, 1))


def test_values_that_differ_far_behind_the_point_are_told_apart() -> None:
    higher = 1 + sp.Rational(1, 10**100)
    found = supremum(sp.Piecewise((1, X < 0), (higher, True)), X)
    assert (found.value, found.attained_at) == (higher, (sp.Interval.open(0, sp.oo),))


def test_a_domain_is_closed_at_its_finite_ends() -> None:
    found = supremum(X**2, X, (-1, 3))
    assert (found.value, found.attained_at) == (9, (3,))
    with pytest.raises(ValueError, match="from 2 to 1 is empty; give the smaller end first"):
        supremum(X, X, (2, 1))


def test_other_symbols_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="depends on a besides x; substitute values first"):
        supremum(X * sp.Symbol("a"), X)


def test_what_grows_while_it_swings_is_unbounded() -> None:
    found = supremum(X * sp.cos(X), X)
    assert (found.value, found.attained_at) == (sp.oo, ())
    assert infimum(sp.exp(X) * sp.sin(3 * X) + X, X).value == -sp.oo


@pytest.mark.parametrize("expr", [sp.sin(X) / X, sp.sin(X**2)])
def test_what_is_not_decided_says_so(expr: sp.Expr) -> None:
    with pytest.raises(CannotEnclose):
        supremum(expr, X)


def test_a_certificate_of_another_statement_does_not_replay() -> None:
    honest = supremum(X * sp.exp(-X), X).certificate
    assert honest.replay()
    assert not replace(honest, said=honest.statement.replace("exp(-1)", "exp(-2)")).replay()
    assert isinstance(honest, Certificate)


def test_a_wrong_closed_form_is_not_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Algebra only proposes; a candidate that is off by 1e-12 must not become the answer."""
    from symgrad.rigor import zeros

    wrong = sp.Integer(1) + sp.Rational(1, 10**12)
    monkeypatch.setattr(zeros, "proposed_zeros", lambda expr, x: (Candidate(wrong, x, wrong),))
    zeros.analytic_zeros.cache_clear()
    (found,) = zeros.analytic_zeros(sp.exp(X) - sp.E, X)
    assert found.value == 1
    zeros.analytic_zeros.cache_clear()


# Random smooth functions: whatever the certified engine answers, sampling never contradicts.
_PARTS = st.sampled_from(
    [sp.tanh(X), Logistic(X), sp.exp(-(X**2)), sp.atan(X), X, X * Logistic(X), sp.sin(X), sp.erf(X)]
)
_SCALES = st.sampled_from([sp.Rational(1, 2), sp.Integer(1), sp.Integer(-2), sp.Integer(3)])
GRID = [mpmath.mpf(k) / 7 for k in range(-210, 211)]


@st.composite
def functions(draw: st.DrawFn) -> sp.Expr:
    a, b, c = draw(_PARTS), draw(_PARTS), draw(_PARTS)
    inner = a.subs(X, draw(_SCALES) * X + draw(st.integers(-2, 2)))
    return draw(st.sampled_from([inner + b, inner * b, inner + b * c, b.subs(X, inner)]))


@settings(max_examples=40, deadline=None)
@given(functions())
def test_no_sample_contradicts_an_extremum(expr: sp.Expr) -> None:
    try:
        top, bottom = supremum(expr, X), infimum(expr, X)
    except CannotEnclose:
        return
    witness = sp.lambdify(X, define(expr), "mpmath")
    with mpmath.workdps(30):
        values = [mpmath.re(witness(x)) for x in GRID]
        # 1e-20: rounding of mpmath at 30 digits over a few operations
        assert top.value == INF or max(values) <= mpmath.mpf(str(sp.N(top.enclosure.upper, 30))) + mpmath.mpf(10) ** -20
        assert (
            bottom.value == -INF
            or min(values) >= mpmath.mpf(str(sp.N(bottom.enclosure.lower, 30))) - mpmath.mpf(10) ** -20
        )


# ------------------------------------------------------------------------------------------------- zeros and the like


def test_zeros_are_complete_and_exact_where_they_have_a_short_form() -> None:
    assert [r.value for r in isolate_roots(sp.sin(X), X, sp.Integer(-4), sp.Integer(7))] == [
        -sp.pi,
        0,
        sp.pi,
        2 * sp.pi,
    ]
    assert [r.value for r in isolate_roots((X - sp.Rational(1, 3)) * sp.exp(X), X)] == [sp.Rational(1, 3)]
    assert [r.value for r in isolate_roots(sp.Max(X, 0) - 3, X)] == [3]
    assert isolate_roots(sp.exp(X) + 1, X) == ()


@pytest.mark.parametrize(
    ("expr", "roots"),
    [
        (X * sp.log(sp.Abs(X)), [-1, 1]),
        ((X - 1) / (sp.exp(X) - sp.E), []),
        ((X**2 - 2) * sp.log(sp.Abs(X - sp.sqrt(2))), [-sp.sqrt(2), sp.sqrt(2) - 1, sp.sqrt(2) + 1]),
        ((X**2 - 1) / (X - 1), [-1]),
        (sp.tanh(X) ** 2 / X, []),
        (sp.sqrt(sp.Abs(X - 3)), [3]),
    ],
    ids=str,
)
def test_a_root_is_a_point_where_the_formula_is_defined_and_gives_zero(expr: sp.Expr, roots: list[sp.Expr]) -> None:
    assert [root.value for root in isolate_roots(expr, X)] == roots


def test_a_limit_of_zero_at_a_point_without_a_value_is_no_root() -> None:
    five = sp.Integer(5)
    assert [root.value for root in isolate_roots(sp.sin(X) / X, X, -five, five)] == [-sp.pi, sp.pi]
    assert not isolate_roots(sp.sin(X) ** 2 / X, X, -sp.S.One, sp.S.One)


def test_the_roots_of_a_periodic_function_are_those_of_one_period_in_the_domain() -> None:
    def found(*ends: sp.Expr) -> list[sp.Expr]:
        return [root.value for root in isolate_roots(sp.sin(X), X, *ends)]

    assert found() == [0, sp.pi]
    assert found(sp.Integer(10), INF) == [4 * sp.pi, 5 * sp.pi]
    assert found(sp.pi, INF) == [2 * sp.pi, 3 * sp.pi]  # the end itself is not in the open domain
    assert found(-INF, -sp.pi) == [-3 * sp.pi, -2 * sp.pi]


def test_the_places_of_a_periodic_extremum_lie_in_the_domain() -> None:
    assert supremum(sp.sin(X), X, (sp.Integer(10), INF)).attained_at == (9 * sp.pi / 2,)
    assert infimum(sp.sin(X), X, (-INF, sp.Integer(-3))).attained_at == (-5 * sp.pi / 2,)
    assert supremum(sp.cos(X), X, (sp.S.Zero, INF)).attained_at == (0, 2 * sp.pi)  # both ends of the first period


def test_the_certificate_on_a_half_line_is_about_its_first_period_and_holds() -> None:
    certificate = supremum(sp.sin(X), X, (sp.Integer(10), INF)).certificate.to_json()
    assert certificate["period"] is None
    assert check(certificate).outcome is Checked.CHECKED


def test_a_formula_changes_at_poles_too() -> None:
    signs = [(p.lower, p.upper, p.expr) for p in pieces(sp.sign(X / (X**2 - 2)), X)]
    root = sp.sqrt(2)
    assert signs == [(-INF, -root, -1), (-root, 0, 1), (0, root, -1), (root, INF, 1)]


def test_a_double_zero_is_found_as_one() -> None:
    assert [r.value for r in isolate_roots((X - 2) ** 2 * (X + 1), X)] == [-1, 2]


@pytest.mark.parametrize(
    ("expr", "root"),
    [
        (X - sp.tanh(X), 0),  # x^3/3 - ..., of order three
        (sp.exp(X) - 1 - X, 0),  # of order two: it touches zero
        (sp.cos(X) - 1 + X**2 / 2, 0),  # of order four
        (X - 1 - sp.atan(X - 1), 1),
    ],
)
def test_a_multiple_zero_that_no_factor_shows_is_found_too(expr: sp.Expr, root: int) -> None:
    assert [r.value for r in isolate_roots(expr, X)] == [root]
    value = sp.lambdify(X, expr, "mpmath")
    with mpmath.workdps(30):
        assert all(abs(value(root + mpmath.mpf(k) / 7)) > 1e-8 for k in range(-40, 41) if k)  # no other on this grid


def test_a_multiple_zero_that_is_none_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of x - tanh(x) is threefold: a claim that it is twofold leaves the box open."""
    from symgrad.rigor import zeros

    monkeypatch.setattr(zeros, "multiple_near", lambda *_: Flat(sp.S.Zero, 2))
    with pytest.raises(CannotEnclose):
        zeros.analytic_zeros(2 * X - 2 * sp.tanh(X), X)


def test_two_zeros_near_each_other_are_not_taken_for_a_double_one() -> None:
    near = sp.Rational(1, 10**6)
    assert [r.value for r in isolate_roots((sp.exp(X) - 1) ** 2 - near**2, X)] == [sp.log(1 - near), sp.log(1 + near)]


def test_silu_has_its_minimum_where_the_lambert_function_says() -> None:
    (root,) = isolate_roots(slope(X * Logistic(X)), X)
    with mpmath.workdps(40):
        expected = -(1 + mpmath.lambertw(mpmath.exp(-1)))
        assert abs(mpmath.mpf(str(root.value.evalf(38))) - mpmath.re(expected)) < mpmath.mpf(10) ** -36


def test_sublevel_sets_join_at_kinks_and_split_at_crossings() -> None:
    assert sublevel_set(sp.Abs(X), X, sp.Integer(1)) == ((-1, 1),)
    assert sublevel_set(X**2 - 1, X, sp.Integer(1)) == ((-sp.sqrt(2), 0), (0, sp.sqrt(2)))
    assert sublevel_set(sp.Integer(3), X, sp.Integer(1)) == ()


@pytest.mark.parametrize(
    ("expr", "left", "right"),
    [
        (sp.atan(X), -sp.pi / 2, sp.pi / 2),
        (X * Logistic(X), 0, INF),
        (sp.tanh(Softplus(X)), 0, 1),
        (Softplus(X) - X, INF, 0),
        (sp.sqrt(1 + X**2) - X, INF, 0),
        (sp.erf(2 * X - 1), -1, 1),
    ],
)
def test_limits_at_both_ends(expr: sp.Expr, left: sp.Expr, right: sp.Expr) -> None:
    assert (limit_at(expr, X, -INF), limit_at(expr, X, INF)) == (left, right)


def test_a_sine_has_no_limit() -> None:
    with pytest.raises(CannotEnclose, match="no limit, or none that is found, as x tends to oo"):
        limit_at(sp.sin(X), X, INF)


def test_periods_are_those_that_the_form_proves() -> None:
    assert period(sp.cos(3 * X) + sp.sin(2 * X), X) == 2 * sp.pi
    assert period(sp.tan(X) ** 2, X) == sp.pi
    assert period(sp.sin(X) + sp.sin(sp.sqrt(2) * X), X) is None
    assert period(sp.sin(X**2), X) is None
    assert period(sp.exp(X) * sp.sin(X), X) is None


def test_pieces_have_exact_ends_and_analytic_formulas() -> None:
    found = pieces(sp.Max(0, sp.Min(X, 6)) + sp.Abs(X - 2), X)
    assert [(p.lower, p.upper) for p in found] == [(-INF, 0), (0, 2), (2, 6), (6, INF)]
    assert [sp.expand(p.expr) for p in found] == [2 - X, 2, 2 * X - 2, X + 4]
