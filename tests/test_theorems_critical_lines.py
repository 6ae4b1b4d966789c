"""Critical lines, Lyapunov exponents and the onset of chaos, against quadratures of mpmath and published values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import mpmath
import pytest
import sympy as sp

import symgrad as sg
from symgrad.claims import Claim, Strength, symbol
from symgrad.rigor import CannotEnclose, bracket_crossing, enclose, narrow_crossing
from symgrad.theorems import (
    critical_gain,
    critical_input_var,
    critical_input_var_onset,
    lyapunov_exponent,
    lyapunov_exponent_onset,
    stationary_var_onset,
)

_X = symbol("x")

# ------------------------------------------------------------------------------------------------------- the slow twins


def sech2(x: mpmath.mpf) -> mpmath.mpf:
    return mpmath.sech(x) ** 2


def mean_square(function: Callable[[mpmath.mpf], mpmath.mpf], q: mpmath.mpf) -> mpmath.mpf:
    """Of an even integrand, by quadrature over half a line that is cut into pieces."""
    root = mpmath.sqrt(q)
    return 2 * mpmath.quad(lambda z: function(root * z) ** 2 * mpmath.npdf(z), [0, 1, 2, 4, 8, 14])


def tanh_line(q: mpmath.mpf) -> tuple[mpmath.mpf, mpmath.mpf]:
    """The gain and the variance of the input at which tanh is critical, where the variance is q."""
    gain = 1 / mpmath.sqrt(mean_square(sech2, q))
    return gain, q - gain**2 * mean_square(mpmath.tanh, q)


# ------------------------------------------------------------------------------------------------------------ crossings


def test_a_crossing_is_bracketed_and_narrowed() -> None:
    def cubic(x: sp.Rational) -> sg.Enclosure:
        return enclose((x - 1) * (x - 3) * (x - 10))

    grid = [sp.Rational(2) ** k for k in range(-2, 6)]
    assert bracket_crossing(cubic, grid) == (sp.Rational(1, 2), 2)  # 1 is a root itself
    assert bracket_crossing(cubic, grid, last=True) == (8, 16)
    found = narrow_crossing(cubic, sp.Integer(8), sp.Integer(16), 40)
    assert found.lower <= 10 <= found.upper
    assert found.upper - found.lower <= sp.Rational(1, 10**38)


def test_no_change_of_sign_is_no_crossing() -> None:
    with pytest.raises(CannotEnclose, match="no change of sign was found between 1 and 3"):
        bracket_crossing(lambda x: enclose(x**2), [sp.Integer(k) for k in (1, 2, 3)])
    with pytest.raises(CannotEnclose, match="does not surely change its sign between 1 and 2"):
        narrow_crossing(enclose, sp.Integer(1), sp.Integer(2))


def test_a_crossing_is_narrowed_no_further_than_signs_are_sure() -> None:
    blur = sp.Rational(1, 1000)

    def blurred(x: sp.Rational) -> sg.Enclosure:
        return sg.Enclosure(x - 2 - blur, x - 2 + blur, 3, "blurred on purpose")

    found = narrow_crossing(blurred, sp.Integer(1), sp.Integer(4))
    assert found.lower < 2 - blur
    assert found.upper > 2 + blur  # what lies closer has no sure sign
    assert found.upper - found.lower < 1


def test_a_steep_crossing_takes_few_probes() -> None:
    asked: list[sp.Rational] = []

    def steep(x: sp.Rational) -> sg.Enclosure:
        asked.append(x)
        return enclose(x**9 - 5)

    found = narrow_crossing(steep, sp.Integer(1), sp.Integer(4), 30)
    assert found.contains(sp.root(5, 9))
    assert len(asked) < 2 + 99  # a bisection would take log2(3 x 10^30) > 99 more than the ends


# ---------------------------------------------------------------------------------------------------------- the line


@pytest.mark.parametrize(
    ("gain", "published"), [(1.2, 0.01108), (1.5, 0.18614), (2, 1.63596), (3, 15.0807)]
)  # Molgedey, Schuchhardt and Schuster 1992 give the line as a figure; these are six digits of it
def test_the_line_of_tanh(gain: float, published: float) -> None:
    claim = critical_input_var("tanh", gain)
    assert claim.replay() is Strength.CERTIFIED
    found = enclose(claim.bound, 12)
    assert float(found.midpoint) == pytest.approx(published, rel=1e-5, abs=5e-6)  # the last digit printed
    assert found.upper - found.lower < sp.Rational(1, 10**11)
    back = critical_gain("tanh", found.midpoint)
    # dσ²/dg > 0.06 on this part of the line, so that an error of 1e-11 in the variance is one below 2e-10 in the gain
    assert back.bound.evalf(20) == pytest.approx(gain, abs=2e-10)


@pytest.mark.parametrize("variance", ["1e-6", "0.01", "1", "100"])
def test_the_gain_against_a_quadrature(variance: str) -> None:
    with mpmath.workdps(30):
        start = (3 * mpmath.mpf(variance) / 4) ** (mpmath.mpf(1) / 3)
        q = mpmath.findroot(lambda q: tanh_line(q)[1] - mpmath.mpf(variance), (start, 2 * start), tol=1e-25)
        expected = tanh_line(q)[0]
        found = enclose(critical_gain("tanh", sp.Rational(variance)).bound, 12)
        # Quadrature errs by less than 1e-15 here; the enclosure is known to 1e-12 and less
        assert abs(expected - mpmath.mpf(found.midpoint.p) / found.midpoint.q) < mpmath.mpf("1e-11") * expected


def test_without_input_the_gain_is_one_over_the_slope_at_zero() -> None:
    assert critical_gain("tanh").bound == 1
    assert critical_gain("erf").bound == sp.sqrt(sp.pi) / 2
    assert critical_gain("relu").bound == sp.sqrt(2)
    assert critical_gain("tanh(2*x)").bound == sp.Rational(1, 2)


def test_an_activation_that_is_no_zero_at_zero_has_a_critical_gain() -> None:
    """The logistic function: q = E s²/E s'², by the quadrature."""
    with mpmath.workdps(20):

        def logistic(x: mpmath.mpf) -> mpmath.mpf:
            return 1 / (1 + mpmath.exp(-x))

        def whole(function: Callable[[mpmath.mpf], mpmath.mpf], q: mpmath.mpf) -> mpmath.mpf:
            root = mpmath.sqrt(q)
            return mpmath.quad(lambda z: function(root * z) ** 2 * mpmath.npdf(z), [-14, -4, -2, -1, 0, 1, 2, 4, 14])

        def slope(x: mpmath.mpf) -> mpmath.mpf:
            return logistic(x) * (1 - logistic(x))

        q = mpmath.findroot(lambda q: q - whole(logistic, q) / whole(slope, q), (40, 50), tol=1e-12)
        assert float(critical_gain("sigmoid").bound) == pytest.approx(
            float(1 / mpmath.sqrt(whole(slope, q))), rel=1e-10
        )


def test_erf_has_closed_forms() -> None:
    """E erf'(√q z)² = 4/(π √(1 + 4q)) is one over g² at q = (16 g⁴/π² − 1)/4, E erf² = (2/π) asin(2q/(1 + 2q))."""
    gain = sp.Rational(3, 2)
    q = (16 * gain**4 / sp.pi**2 - 1) / 4
    expected = q - gain**2 * 2 / sp.pi * sp.asin(2 * q / (1 + 2 * q))
    assert abs((critical_input_var("erf", gain).bound - expected).evalf(20)) < 1e-12  # fifteen digits were asked for


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: critical_gain("relu", 1), r"no gain of relu is critical with input_var = 1: .* give input_var = 0"),
        (lambda: critical_gain("tanh", -1), r"input_var = -1 is out of range; give a number that is not negative"),
        (lambda: critical_gain("tanh", sp.Symbol("s")), r"input_var = s is out of range"),
        (lambda: critical_gain("x**2"), r"its slope at 0 is 0; give a positive input_var"),
        (lambda: critical_gain("step", 1), r"no gain of step is critical: its slope is 0"),
        (lambda: critical_input_var("tanh", 0), r"gain = 0 is out of range; give a positive number"),
        (
            lambda: critical_input_var("tanh", 0.9),
            r"gain = 0.9 is too small for tanh|gain = 9/10 is too small for tanh",
        ),
        (lambda: critical_input_var("relu", 2), r"no input makes a gain of relu critical"),
        (lambda: critical_input_var("sigmoid", 9), r"no input makes the gain 9 of sigmoid critical"),
        (lambda: lyapunov_exponent("tanh", 0), r"gain = 0 with input_var = 0 is out of range"),
        (lambda: lyapunov_exponent("tanh", 1, -1), r"input_var = -1 is out of range"),
        (lambda: lyapunov_exponent("step", 1, 1), r"gradients of step vanish at once"),
        (lambda: stationary_var_onset("sigmoid"), r"sigmoid is not known to be odd and analytic"),
        (lambda: stationary_var_onset("softsign"), r"softsign is not known to be odd and analytic"),
        (lambda: stationary_var_onset("sinh(x)"), r"-f'''\(0\)/f'\(0\) of .* is -1"),
    ],
)
def test_what_has_no_answer_is_refused_with_words(ask: Callable[[], Claim], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ask()


def test_a_kink_at_zero_has_no_gain_without_input() -> None:
    with pytest.raises(CannotEnclose, match="has a kink at 0, so its slope has no value there; give a positive"):
        critical_gain("selu")


# --------------------------------------------------------------------------------------------------- Lyapunov exponents


@pytest.mark.parametrize(("gain", "published"), [(1.1, 0.0050689), (1.5, 0.0652172), (2, 0.1547242), (4, 0.4328779)])
def test_exponents_of_tanh_without_input(gain: float, published: float) -> None:
    claim = lyapunov_exponent("tanh", gain)
    assert claim.replay() is Strength.CITED
    with mpmath.workdps(25):
        g = mpmath.mpf(str(gain))
        q = mpmath.findroot(lambda q: q - g**2 * mean_square(mpmath.tanh, q), (g**2 - 1, g**2), tol=1e-22)
        exponent = mpmath.log(g**2 * mean_square(sech2, q)) / 2
        assert abs(exponent - published) < 1e-7  # the last digit printed
        found = enclose(claim.bound, 12)
        assert abs(mpmath.mpf(found.midpoint.p) / found.midpoint.q - exponent) < mpmath.mpf("1e-12")


def test_on_the_critical_line_the_exponent_is_zero_and_input_lowers_it() -> None:
    line = enclose(critical_input_var("tanh", 2).bound, 15).midpoint
    below, on, above = (lyapunov_exponent("tanh", 2, line * part).bound for part in (sp.Rational(1, 2), 1, 2))
    assert abs(on.evalf(20)) < 1e-12  # fifteen digits of the variance were found
    assert below > 0 > above


def test_a_gain_that_no_slope_exceeds_leaves_no_variance() -> None:
    assert lyapunov_exponent("tanh", 1).bound == 0
    assert lyapunov_exponent("tanh", 0.5).bound == -sp.log(4) / 2
    assert lyapunov_exponent("relu", 1.5).bound == sp.log(sp.Rational(9, 8)) / 2  # at every variance


ONSETS = (stationary_var_onset, lyapunov_exponent_onset, critical_input_var_onset)


def test_each_line_of_the_derivations_matters() -> None:
    """Add something to the right side of any line: it no longer replays. The two integrals take seconds and come below."""
    claims = (critical_gain("tanh", 1), critical_input_var("tanh", 2), lyapunov_exponent("tanh", 2))
    for claim in (*claims, *(onset("tanh") for onset in ONSETS)):
        for step in claim.derivation:
            wrong = replace(step, after=step.after + sp.Symbol("planted", positive=True))
            if step.ground.word == "symbolic" and not step.before.has(sp.Integral):
                assert wrong.replay() is Strength.BROKEN, (claim.name, step.reason)


def test_the_derivations_of_the_onset_replay_in_full() -> None:
    strengths = {step: step.replay() for onset in ONSETS for step in onset("tanh").derivation}
    assert set(strengths.values()) == {Strength.SYMBOLIC}
    (first, *_) = stationary_var_onset("tanh").derivation
    assert replace(first, after=2 * first.after).replay() is Strength.BROKEN


# ------------------------------------------------------------------------------------------------------------- the onset


@pytest.mark.parametrize("name", ["tanh", "erf", "sin", "arctan"])
def test_the_onset_agrees_with_certified_numbers(name: str) -> None:
    """At an excess ε of 1/1000 the next order is of relative size ε times a few: 1 per cent is allowed for."""
    phi, excess = sg.activation(name), sp.Rational(1, 1000)
    gain = (1 + excess) / sp.diff(phi.expression, _X).subs(_X, 0)
    exponent, added = lyapunov_exponent(phi, gain), critical_input_var(phi, gain)
    onset, line = lyapunov_exponent_onset(name), critical_input_var_onset(name)
    assert onset.valued() == sp.Rational(2, 3)
    assert exponent.bound.evalf(15) / excess**2 == pytest.approx(float(onset.valued()), rel=0.01)
    assert added.bound.evalf(15) / excess**3 == pytest.approx(float(line.valued()), rel=0.01)
    variance = exponent.derivation[0].after
    assert variance.evalf(15) / excess == pytest.approx(float(stationary_var_onset(name).valued()), rel=0.01)


def test_the_error_of_the_onset_is_of_the_next_order() -> None:
    """Halving the excess halves the relative error, to the order after that: 5 per cent at these values."""
    errors = [float(lyapunov_exponent("tanh", 1 + e).bound.evalf(20)) / float(e) ** 2 - 2 / 3 for e in EXCESSES]
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.05)


EXCESSES = (sp.Rational(1, 100), sp.Rational(1, 200))
