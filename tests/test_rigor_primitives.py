"""The tables of the room of sure numbers, row by row, against mpmath: balls, boxes, complex balls, slopes, inverses, tails."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement

import mpmath
import pytest
import sympy as sp
from flint import acb, arb
from hypothesis import given
from hypothesis import strategies as st

from symgrad.claims import Logistic, NormalCdf, NormalPdf, Softplus
from symgrad.claims.bessels import SineIntegral
from symgrad.rigor import CannotEnclose
from symgrad.rigor.balls import BALLS, BOXES, Complexes
from symgrad.rigor.families import Member
from symgrad.rigor.intervals import MINUS_INFINITY, PLUS_INFINITY, Interval
from symgrad.rigor.jets import taylor_coefficients
from symgrad.rigor.precisions import working_precision
from symgrad.rigor.primitives import PRIMITIVES, U, Y, primitive
from symgrad.rigor.programs import compiled
from symgrad.rigor.tails import Tails, tail_jet

X = sp.Symbol("x", real=True)
POSITIVE_ONLY = {sp.log, sp.LambertW, sp.gamma, sp.loggamma}
WITHOUT_TAIL = {sp.tan}
EVERY = sorted(PRIMITIVES, key=lambda head: head.__name__)

# The witness: mpmath's own functions, and the textbook definition of what it lacks.
WITNESS = {
    Logistic: lambda x: 1 / (1 + mpmath.exp(-x)),
    Softplus: lambda x: mpmath.log1p(mpmath.exp(x)),
    NormalPdf: mpmath.npdf,
    NormalCdf: lambda x: mpmath.erfc(-x / mpmath.sqrt(2)) / 2,  # mpmath.ncdf takes real arguments only
    **{
        getattr(sp, name): getattr(mpmath, name)
        for name in ["exp", "log", "tanh", "erf", "erfc", "atan", "sinh", "asinh", "cosh", "sech"]
    },
    **{getattr(sp, name): getattr(mpmath, name) for name in ["sin", "cos", "tan", "gamma", "loggamma"]},
    sp.LambertW: mpmath.lambertw,
    SineIntegral: mpmath.si,
}
POINTS = ("-7.25", "-2", "-0.125", "0", "0.5", "3", "11.75")


def exact(text: str) -> arb:
    return arb(text)  # quarters and eighths: exact in binary


def points(head: type[sp.Function]) -> list[str]:
    return [p for p in POINTS if float(p) > 0] if head in POSITIVE_ONLY else list(POINTS)


def holds(ball: arb, value: mpmath.mpf) -> bool:
    """Whether a ball holds the number that mpmath found at 60 digits; the last few of them may be wrong."""
    slack = arb(mpmath.nstr(abs(value) * mpmath.mpf(10) ** -55 + mpmath.mpf(10) ** -60, 5))
    return bool(ball.overlaps(arb(mpmath.nstr(value, 60)) + slack.union(-slack)))


def test_every_row_has_a_witness() -> None:
    assert set(WITNESS) == set(PRIMITIVES)


@pytest.mark.parametrize("head", EVERY, ids=lambda h: h.__name__)
def test_balls_hold_the_value_and_are_tight(head: type[sp.Function]) -> None:
    with mpmath.workdps(60), working_precision(120):
        for point in points(head):
            ball = BALLS.function(head, exact(point))
            assert holds(ball, WITNESS[head](mpmath.mpf(point)))
            assert ball.is_exact() or ball.rel_accuracy_bits() > 100


@pytest.mark.parametrize("head", EVERY, ids=lambda h: h.__name__)
def test_complex_balls_agree_on_the_real_line_and_off_it(head: type[sp.Function]) -> None:
    ring = Complexes(analytic=False)
    with mpmath.workdps(60), working_precision(120):
        for point in points(head):
            for shift in ("0", "0.25"):
                value = WITNESS[head](mpmath.mpc(point, shift))
                ball = ring.function(head, acb(arb(point), arb(shift)))
                assert holds(ball.real, mpmath.re(value))
                assert holds(ball.imag, mpmath.im(value))


# Where a function is not analytic: on its cuts, at its branch points and at its poles. Every other row is entire.
PI = "3.14159265358979323846"
NOT_ANALYTIC = {
    sp.log: [("-3", "0"), ("0", "0")],
    sp.loggamma: [("-0.5", "0"), ("-40.5", "0"), ("0", "0")],
    sp.LambertW: [("-0.5", "0"), ("-40", "0"), ("-0.3678794411714423216", "0")],
    sp.gamma: [("0", "0"), ("-1", "0"), ("-7", "0")],
    sp.atan: [("0", "1"), ("0", "-1"), ("0", "5"), ("0", "-5")],
    sp.asinh: [("0", "1"), ("0", "-1"), ("0", "5"), ("0", "-5")],
    sp.tan: [("1.57079632679489661923", "0")],
    sp.tanh: [("0", "1.57079632679489661923")],
    sp.sech: [("0", "1.57079632679489661923")],
    Logistic: [("0", PI), ("0", f"-{PI}")],
    Softplus: [("0", PI), ("0", f"-{PI}")],
    Member(sp.polygamma, sp.S.Zero): [("0", "0"), ("-3", "0")],
    Member(sp.polygamma, sp.Integer(2)): [("0", "0"), ("-3", "0")],
}
ENTIRE = {sp.exp, sp.erf, sp.erfc, SineIntegral, sp.sinh, sp.cosh, sp.sin, sp.cos, NormalPdf, NormalCdf}


def around(place: tuple[str, str], radius: str = "0.01") -> acb:
    real, imag = (arb(part) + arb(0, float(radius)) for part in place)
    return acb(real, imag)


def test_every_row_is_entire_or_says_where_it_is_not_analytic() -> None:
    assert {head for head in NOT_ANALYTIC if not isinstance(head, Member)} | ENTIRE == set(PRIMITIVES)


@pytest.mark.parametrize("head", NOT_ANALYTIC, ids=lambda h: h.__name__)
def test_a_complex_ball_is_not_finite_where_the_function_is_not_analytic(head: type[sp.Function] | Member) -> None:
    for place in NOT_ANALYTIC[head]:
        assert not Complexes(analytic=True).function(head, around(place)).is_finite()


@pytest.mark.parametrize("head", EVERY, ids=lambda h: h.__name__)
def test_a_complex_ball_next_to_the_positive_axis_is_finite(head: type[sp.Function]) -> None:
    assert Complexes(analytic=True).function(head, around(("0.75", "0.25"))).is_finite()


@pytest.mark.parametrize("exponent", [sp.Rational(1, 2), sp.Rational(-1, 3), sp.sqrt(2), sp.Integer(-2)])
def test_powers_are_not_analytic_on_their_cut_or_at_their_pole(exponent: sp.Expr) -> None:
    ring = Complexes(analytic=True)
    assert not ring.power(around(("0", "0")), exponent).is_finite()
    assert ring.power(around(("-3", "0")), exponent).is_finite() is bool(exponent.is_Integer)


def test_an_integral_across_a_cut_is_wrong_without_the_flag_and_right_with_it() -> None:
    """Up a line between two poles of the log-gamma function, where the imaginary part jumps by two pi."""

    def across(careful: bool) -> acb:
        def integrand(t: acb, analytic: bool) -> acb:
            point = acb("-0.5") + acb(0, 1) * (t - arb("0.3"))
            return Complexes(analytic and careful).function(sp.loggamma, point)

        with working_precision(64):
            return acb.integral(integrand, arb(0), arb(1), eval_limit=10_000)

    witness = mpmath.quad(lambda t: mpmath.loggamma(mpmath.mpc("-0.5", t - mpmath.mpf("0.3"))), [0, 0.3, 1])
    near = arb(mpmath.nstr(witness.imag, 15)) + arb(0, 1e-13)  # mpmath works with 15 digits here
    assert across(careful=True).imag.overlaps(near)
    assert not across(careful=False).imag.overlaps(near)


@pytest.mark.parametrize("head", EVERY, ids=lambda h: h.__name__)
@given(data=st.data())
def test_boxes_hold_the_value_at_every_point(head: type[sp.Function], data: st.DataObject) -> None:
    lowest = 1 if head in POSITIVE_ONLY else -2000
    low, inner, high = sorted(data.draw(st.lists(st.integers(lowest, 2000), min_size=3, max_size=3)))
    with mpmath.workdps(60), working_precision(64):
        box = BOXES.function(head, Interval(arb(low) / 64, arb(high) / 64))
        value = WITNESS[head](mpmath.mpf(inner) / 64)
        near = arb(mpmath.nstr(value, 60))
        assert box.meets(Interval.ball(near))


@pytest.mark.parametrize("head", EVERY, ids=lambda h: h.__name__)
def test_slopes_of_the_table_agree_with_numerical_differentiation(head: type[sp.Function]) -> None:
    with mpmath.workdps(60), working_precision(200):
        for point in points(head):
            value = BALLS.function(head, exact(point))
            slope = compiled(primitive(head).slope, U, Y).run(BALLS, exact(point), value)
            numerical = mpmath.diff(WITNESS[head], mpmath.mpf(point))
            # A difference quotient at 60 digits leaves about 30 of them.
            assert abs(mpmath.mpf(slope.mid().str(40, radius=False)) - numerical) < mpmath.mpf(10) ** -25 * max(
                1, abs(numerical)
            )


@pytest.mark.parametrize("head", [h for h in EVERY if PRIMITIVES[h].inverse is not None], ids=lambda h: h.__name__)
def test_inverses_of_the_table_undo_the_function(head: type[sp.Function]) -> None:
    with working_precision(200):
        for point in ("0.125", "0.75"):
            value = BALLS.function(head, exact(point))
            back = compiled(PRIMITIVES[head].inverse, Y).run(BALLS, value)
            assert back.contains(exact(point))


@pytest.mark.parametrize("head", EVERY, ids=lambda h: h.__name__)
def test_taylor_coefficients_agree_with_mpmath(head: type[sp.Function]) -> None:
    with mpmath.workdps(60), working_precision(200):
        found = taylor_coefficients(compiled(head(X / 2 + 1) * X, X), BALLS, arb("0.5"), 4)
        expected = mpmath.taylor(lambda x: WITNESS[head](x / 2 + 1) * x, mpmath.mpf("0.5"), 4)
        for ball, value in zip(found, expected, strict=True):
            assert abs(mpmath.mpf(ball.mid().str(40, radius=False)) - value) < mpmath.mpf(10) ** -15


@pytest.mark.parametrize("head", [h for h in EVERY if h not in WITHOUT_TAIL], ids=lambda h: h.__name__)
@pytest.mark.parametrize("side", [1, -1])
def test_tails_hold_the_function_and_its_slope_far_out(head: type[sp.Function], side: int) -> None:
    if head in POSITIVE_ONLY:
        inner, value = sp.exp(side * X) + 2, lambda x: mpmath.re(WITNESS[head](mpmath.exp(side * x) + 2))
    else:
        inner, value = X, WITNESS[head]
    with mpmath.workdps(60), working_precision(120):
        jets = tail_jet(compiled(head(inner), X), side, 8, 1)
        for point in (8, 13, 40):
            expected = value(mpmath.mpf(side * point)), mpmath.diff(value, mpmath.mpf(side * point))
            for tail, wanted in zip(jets, expected, strict=True):
                total = Interval(arb(0), arb(0))
                for monomial, coefficient in tail.terms.items():
                    total = total + coefficient.box * monomial._value(point)
                near = arb(mpmath.nstr(wanted, 30)) * (1 + arb(0, 1e-20)) + arb(0, 1e-30)
                assert total.meets(Interval.ball(near))


@pytest.mark.parametrize("order", [0, 1, 2, 5])
@pytest.mark.parametrize("near", [X**2, sp.exp(-X)], ids=["far out", "at the pole"])
def test_tails_of_polygamma_functions_hold_them_far_out_and_at_their_pole(order: int, near: sp.Expr) -> None:
    (tail,) = tail_jet(compiled(sp.polygamma(order, near), X), 1, 4, 0)
    with mpmath.workdps(40), working_precision(120):
        for point in (4, 7, 20):
            total = Interval(arb(0), arb(0))
            for monomial, coefficient in tail.terms.items():
                total = total + coefficient.box * monomial._value(point)
            wanted = mpmath.polygamma(order, sp.lambdify(X, near, "mpmath")(mpmath.mpf(point)))
            assert total.meets(Interval.ball(arb(mpmath.nstr(wanted, 35)) * (1 + arb(0, 1e-30))))
            assert total.width() < abs(arb(mpmath.nstr(wanted, 35)))  # and they say something


@pytest.mark.parametrize("order", [0, 1, 2])
def test_boxes_of_polygamma_functions_are_as_wide_as_their_values(order: int) -> None:
    box = BOXES.function(Member(sp.polygamma, sp.Integer(order)), Interval(arb(1) / 4, arb(9)))
    ends = [mpmath.polygamma(order, "0.25"), mpmath.polygamma(order, 9)]
    assert float(box.lo) == pytest.approx(float(min(ends)), rel=1e-12)  # rounding of mpmath's 15 digits
    assert float(box.hi) == pytest.approx(float(max(ends)), rel=1e-12)


def test_the_gamma_function_outgrows_monomials_by_a_bound_that_holds() -> None:
    (tail,) = tail_jet(compiled(sp.gamma(X), X), 1, 8, 0)
    (term,) = tail.terms.items()
    assert term[0].power == 8
    for point in (8, 9, 12, 50):
        assert term[1].box.lo * arb(point) ** 8 <= arb(point).gamma()


def test_an_unknown_function_is_refused_with_the_known_ones() -> None:
    with pytest.raises(CannotEnclose, match="zeta has no row in the table of primitives; known are LambertW"):
        primitive(sp.zeta)


def test_a_wrong_slope_in_the_table_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setitem(PRIMITIVES, sp.tanh, replace(PRIMITIVES[sp.tanh], slope=1 - Y))
    compiled.cache_clear()
    with pytest.raises(AssertionError):
        test_slopes_of_the_table_agree_with_numerical_differentiation(sp.tanh)


def test_the_tail_of_a_tangent_is_refused() -> None:
    with pytest.raises(CannotEnclose, match="tan at infinity"):
        Tails(4).function(sp.tan, Tails(4).argument(1))


_ENDS = [MINUS_INFINITY, arb(-3), arb(-0.25), arb(0), arb(0.5), arb(7), PLUS_INFINITY]
_BOXES = [Interval(low, high) for low, high in combinations_with_replacement(_ENDS, 2) if low.is_finite() or low < high]


def _members(box: Interval) -> list[Fraction]:
    """Ends and members of a box; of a half-line, some far out."""
    candidates = [Fraction(n, 4) for n in (-4000, -12, -1, 0, 2, 28, 4000)]
    return [c for c in candidates if box.lo <= arb(float(c)) <= box.hi]


@pytest.mark.parametrize("left", _BOXES, ids=repr)
def test_a_product_of_intervals_is_the_smallest_that_holds_all_products(left: Interval) -> None:
    for right in _BOXES:
        found, products = left * right, [a * b for a in _members(left) for b in _members(right)]
        assert all(found.holds(arb(float(p))) for p in products)
        if left.is_finite and right.is_finite:
            assert (found.lo, found.hi) == (arb(float(min(products))), arb(float(max(products))))


def test_the_negative_of_an_interval_is_rounded_outwards() -> None:
    with working_precision(256):
        third = (arb(1) / 3).mid()
    with working_precision(64):
        found = -Interval(third, third)
    with working_precision(256):
        assert found.holds(-third)
        assert found.lo.is_exact()
        assert found.hi.is_exact()
