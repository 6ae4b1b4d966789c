"""Tails that no full expansion decides, against mpmath: Lambert's function and functions that swing without end."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

import symgrad as sg
from symgrad.claims.bessels import SineIntegral, SphericalBessel
from symgrad.rigor import CannotEnclose, infimum, supremum
from symgrad.rigor.balls import constant_ball
from symgrad.rigor.intervals import Interval
from symgrad.rigor.majorants import majorant
from symgrad.rigor.programs import compiled
from symgrad.rigor.swings import _hankel_coefficient
from symgrad.rigor.tails import tail_jet
from symgrad.rigor.turns import crest, growing_turn, swing_at

X = sp.Symbol("x", real=True)
WIDTH = constant_ball(sp.Rational(1, 10**12))  # of the boxes around what is exact, at 53 bits
OMEGA = sp.LambertW(sp.exp(X))
SWINGING = [
    X * sp.cos(X),
    sp.sin(X) ** 2 * sp.cos(3 * X + 1) + sp.tanh(X),
    sp.besselj(0, X),
    sp.besselj(1, 2 * X - 1),
    sp.besselj(4, X),
    sp.besselj(7, X) * sp.besselj(2, X),
    X**2 * SphericalBessel(2, X),
    SineIntegral(3 * X) + sp.sin(X) / X,
    sp.exp(sp.sin(X)) * sp.cos(X),
    sp.atan(X) * sp.sin(X**2 - 3 * X),
    sp.besselj(3, X**2) * X,
]


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


def _values(expr: sp.Expr, phase: sp.Expr, side: int, offset: sp.Expr, start: int) -> list[mpmath.mpf]:
    """Return values at points where the phase is an offset past whole turns, from a start on."""
    place, found = sp.lambdify(X, phase, "mpmath"), []
    known = expr.replace(SineIntegral, sp.Si).replace(SphericalBessel, lambda n, u: sp.expand_func(sp.jn(n, u)))
    for k in (0, 1, 2, 5, 40):
        edge = place(mpmath.mpf(side * (start + k)))
        turn = mpmath.floor((edge - sp.N(offset, 30)) / (2 * mpmath.pi)) + (1 if edge > 0 else 0)
        target = 2 * mpmath.pi * turn + mpmath.mpf(sp.N(offset, 30))
        at = mpmath.findroot(lambda x, target=target: place(x) - target, side * (start + k))
        found.append(_witness(known, at))
    return found


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("expr", SWINGING)
def test_a_swing_encloses_the_function_at_each_of_its_phases(expr: sp.Expr, side: int) -> None:
    phase = X**2 - 3 * X if expr.has(X**2 - 3 * X) else X**2 if expr.has(sp.besselj(3, X**2)) else X
    for start in (8, 32):
        ring, swing = swing_at(expr, X, phase, side, start)
        for offset in (sp.S.Zero, sp.pi / 3, sp.Integer(2), 7 * sp.pi / 4):
            box = swing.at(ring, offset).box()
            with mpmath.workdps(30):
                values = _values(expr, phase, side, offset, start)
            assert all(box.lo - WIDTH <= constant_ball(sp.Rational(str(v))) <= box.hi + WIDTH for v in values)


@pytest.mark.parametrize("order", [0, 1, 2, 3, 6])
def test_a_bessel_function_along_one_phase_is_known_to_the_first_terms_of_its_expansion(order: int) -> None:
    """The box is not only true but narrow: the leading term and a remainder that falls by a power of the start."""
    for start in (64, 256):
        ring, swing = swing_at(sp.sqrt(X) * sp.besselj(order, X), X, X, 1, start)
        box = swing.at(ring, sp.pi * order / 2 + sp.pi / 4).box()
        assert box.covers(Interval.ball(constant_ball(sp.sqrt(2 / sp.pi))))  # its limit
        assert box.hi - box.lo < 2 * (4 * order**2 + 9) ** 2 / start**2  # as a_2 of DLMF 10.17.1, for n = 6 too


@pytest.mark.parametrize(
    "expr", [2 * X * sp.cos(X**2), sp.besselj(0, X) - X * sp.besselj(1, X), X**2 * SphericalBessel(1, X) - X]
)
def test_what_grows_while_it_swings_is_unbounded_along_the_points_that_are_told(expr: sp.Expr) -> None:
    for found, sign in ((supremum(expr, X), 1), (infimum(expr, X), -1)):
        assert (found.value, found.attained_at) == (sign * sp.oo, ())
        assert found.certificate.replay()
        (end,), turn = found.approached_at, found.certificate.evidence.swing
        known = sign * expr.replace(SphericalBessel, lambda n, u: sp.expand_func(sp.jn(n, u)))
        with mpmath.workdps(30):
            far = [(10**j + turn.share) * turn.period for j in (2, 4, 6)]
            if turn.phase == X and end == -sp.oo:
                far = [(turn.share - 10**j) * turn.period for j in (2, 4, 6)]
            places = [sp.sqrt(t) * (1 if end == sp.oo else -1) if turn.phase == X**2 else t for t in far]
            values = [_witness(known, mpmath.mpf(sp.N(place, 30))) for place in places]
        assert 1 < values[0] < values[1] < values[2]


@pytest.mark.parametrize("text", ["sin(x**2)", "x*besselj(0, x)", "x*besselj(1, x)", "x**2*Si(x)"])
def test_an_activation_whose_slope_swings_without_bound_has_no_lipschitz_constant(text: str) -> None:
    assert sg.activation(text).lipschitz.bound == sp.oo


@pytest.mark.parametrize(
    "expr", [sp.besselj(0, X), SineIntegral(X), sp.tanh(X) * sp.sin(X), sp.sqrt(2) * X, sp.sin(X) / X]
)
def test_what_is_bounded_or_does_not_swing_has_no_growing_turn(expr: sp.Expr) -> None:
    assert growing_turn(expr, X, sp.oo) is None


SLOPE_OF_X_SI = X * SphericalBessel(0, X) + SineIntegral(X)


def _sampled(expr: sp.Expr, places: list[float]) -> list[mpmath.mpf]:
    known = expr.replace(SineIntegral, sp.Si).replace(SphericalBessel, lambda n, u: sp.expand_func(sp.jn(n, u)))
    return [_witness(known, mpmath.mpf(place)) for place in places]


@pytest.mark.parametrize(
    ("expr", "value", "ends"),
    [
        (SLOPE_OF_X_SI, 1 + sp.pi / 2, (sp.oo,)),
        (sp.sin(X) + sp.tanh(X), sp.Integer(2), (sp.oo,)),
        (sp.tanh(X) * sp.sin(X), sp.Integer(1), (-sp.oo, sp.oo)),
        (sp.tanh(X) * sp.sin(X**2), sp.Integer(1), (-sp.oo, sp.oo)),
        (sp.sin(X) + 2 * sp.cos(X) + sp.atan(X), sp.sqrt(5) + sp.pi / 2, (sp.oo,)),
    ],
)
def test_a_limit_superior_is_approached_and_not_passed(
    expr: sp.Expr, value: sp.Expr, ends: tuple[sp.Expr, ...]
) -> None:
    found = supremum(expr, X)
    assert sp.simplify(found.value - value) == 0
    assert (found.attained_at, found.approached_at) == ((), ends)
    assert found.certificate.replay()
    samples = _sampled(expr, [k / 16 for k in range(-1600, 1601) if k])
    assert all(sample < float(value) for sample in samples)
    assert max(samples) > float(value) - 0.02  # at 100, atan is 0.01 below its limit
    assert found.turn is not None
    along = found.turn.limit(expr, X, ends[0])
    with mpmath.workdps(30):
        k = along.args[1]
        far = [along.args[0].subs(k, (1 if along.args[2] == sp.oo else -1) * 10**j) for j in (3, 6)]
        gaps = [abs(sp.N(value - sp.sympify(f).replace(SineIntegral, sp.Si).doit(), 25)) for f in far]
    assert gaps[1] < 1e-6
    assert gaps[1] < gaps[0] or gaps[0] < 1e-20


def test_an_infimum_that_is_approached_along_a_swing_says_so() -> None:
    found = infimum(SLOPE_OF_X_SI, X)
    assert (found.value, found.approached_at) == (-1 - sp.pi / 2, (-sp.oo,))
    assert "stays above its limit inferior" in found.certificate.describe()


def test_a_swing_that_is_highest_near_the_origin_has_its_maximum_there() -> None:
    found = supremum(X * SphericalBessel(1, X) - 2 * SphericalBessel(0, X), X)
    with mpmath.workdps(25):
        place = mpmath.findroot(lambda x: mpmath.diff(lambda t: -mpmath.cos(t) - mpmath.sin(t) / t, x), 3.4)
        assert mpmath.almosteq(sp.N(found.value, 20), -mpmath.cos(place) - mpmath.sin(place) / place, 1e-18)


@pytest.mark.parametrize(
    "expr",
    [
        sp.sin(X**2),  # reaches its bound again and again
        sp.sin(X) * sp.sin(3 * X) * sp.tanh(X),  # two waves, whose crests do not meet
        -sp.cos(X) - X * sp.exp(-(X**2)),  # from above, by less than what samples see
        X * sp.sin(X + sp.tanh(X)),  # no polynomial phase
    ],
)
def test_a_swing_whose_crest_is_not_decided_is_refused(expr: sp.Expr) -> None:
    with pytest.raises(CannotEnclose, match="is not decided"):
        supremum(expr, X)


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("expr", SWINGING)
def test_no_value_exceeds_a_crest(expr: sp.Expr, side: int) -> None:
    found = crest(expr, X, side, 8)
    assert found is not None
    top = found.envelope.box().hi + WIDTH
    assert all(v <= float(top) for v in _sampled(expr, [side * (8 + k / 11) for k in range(400)]))


def test_the_lipschitz_constant_of_x_times_the_sine_integral_is_proved_along_a_sequence() -> None:
    claim = sg.activation("x*Si(x)").lipschitz
    assert claim.bound == 1 + sp.pi / 2
    assert "2*pi*(k + 1/4)" in str(claim.derivation[-1].before)
    assert all(step.replay() for step in claim.derivation)


@pytest.mark.parametrize("order", range(12))
def test_the_remainder_of_the_expansion_of_hankel_is_a_share_of_its_first_omitted_term(order: int) -> None:
    """DLMF 10.17(iii), against the Bessel functions of mpmath: the shares lie between 0 and 1."""
    terms = max(1, -(-order // 2))
    a = [_hankel_coefficient(order, k) for k in range(2 * terms + 2)]
    with mpmath.workdps(40):
        for x in map(mpmath.mpf, (1, 2, 4, 8, 20, 100)):
            turned, scale = x - order * mpmath.pi / 2 - mpmath.pi / 4, mpmath.sqrt(mpmath.pi * x / 2)
            first, second = scale * mpmath.besselj(order, x), scale * mpmath.bessely(order, x)
            even = first * mpmath.cos(turned) + second * mpmath.sin(turned)
            odd = second * mpmath.cos(turned) - first * mpmath.sin(turned)
            for value, parity in ((even, 0), (odd, 1)):
                series = [
                    (-1) ** k * mpmath.mpf(a[j].p) / a[j].q / x**j for k, j in enumerate(range(parity, len(a), 2))
                ]
                assert 0 <= (value - mpmath.fsum(series[:-1])) / series[-1] <= 1
