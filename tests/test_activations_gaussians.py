"""Closed forms of Gaussian integrals: each way to find one, against mpmath; each ground, with faults it has to notice."""

from __future__ import annotations

from dataclasses import replace

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symgrad.activations import CannotDerive
from symgrad.activations.gaussians import Covariance, closed_mean, closed_product, density, integral_step
from symgrad.activations.gaussians.foldings import Folded, against, folded
from symgrad.activations.gaussians.forms import written
from symgrad.activations.gaussians.grounds import Antiderivative, Family, Odd, Rewritten, end_value
from symgrad.activations.gaussians.terms import terms_of
from symgrad.claims import Logistic, NormalCdf, Relation, Step, Strength, define, symbol
from symgrad.rigor.pieces import Piece

X = symbol("x")
Q = sp.Symbol("q", positive=True)
P = density(Q)
WHOLE, RIGHT, LEFT = (-sp.oo, sp.oo), (sp.S.Zero, sp.oo), (-sp.oo, sp.S.Zero)
PHI = NormalCdf
Ends = tuple[sp.Expr, sp.Expr]

# Every kind of term: powers, exponentials, waves, gates (one to three), fractions and roots, on lines, halves and parts.
INTEGRANDS = [
    (X**5 - 3 * X**2, (sp.Integer(-1), sp.Integer(2))),
    (X * sp.exp(3 * X - X**2), RIGHT),
    (X**3 * sp.sin(2 * X + 1) * sp.exp(-(X**2)), WHOLE),
    (sp.cosh(X) * sp.cos(X) * X**2, WHOLE),
    (X**2 * PHI(2 * X - 1), WHOLE),
    (sp.exp(X) * sp.erf(X + 2), WHOLE),
    (X**2 * sp.erf(X) * PHI(3 * X), WHOLE),
    (PHI(X) * PHI(2 * X) * PHI(-X / 3), WHOLE),
    (X * PHI(X) * PHI(-2 * X), RIGHT),
    (X**4 * sp.erfc(X), LEFT),
    (X**2 / (X**2 + 3) ** 3, WHOLE),
    (1 / (1 + 2 * X**2) ** 2, LEFT),
    (X / sp.sqrt(X**2 + 2), RIGHT),
    (X**3 * sp.sqrt(1 + X**2), (sp.Integer(1), sp.oo)),
    (X / (1 + X**2) ** sp.Rational(5, 2), RIGHT),
]


def quadrature(integrand: sp.Expr, ends: Ends, q: mpmath.mpf) -> mpmath.mpf:
    function = sp.lambdify(X, define(integrand), "mpmath")
    s = mpmath.sqrt(q)
    low, high = (mpmath.mpf(int(e)) if e.is_finite else sign * 16 * s for e, sign in zip(ends, (-1, 1), strict=True))
    cuts = [low + (high - low) * k / 8 for k in range(9)]
    return mpmath.quad(lambda x: mpmath.re(function(x)) * mpmath.npdf(x, 0, s), cuts)


@pytest.mark.parametrize(("integrand", "ends"), INTEGRANDS, ids=str)
def test_a_closed_form_is_proved_and_agrees_with_quadrature(integrand: sp.Expr, ends: Ends) -> None:
    line = integral_step(integrand * P, *ends)
    assert line.replay() is Strength.SYMBOLIC
    assert line.after.free_symbols <= {Q}
    with mpmath.workdps(25):
        for q in (sp.Rational(3, 5), sp.Integer(2)):
            expected = quadrature(integrand, ends, mpmath.mpf(int(q.p)) / int(q.q))
            found = mpmath.mpf(str(sp.N(define(line.after.subs(Q, q)), 25)))
            assert abs(found - expected) < mpmath.mpf(10) ** -18 * max(1, abs(expected))  # of 25, cut off at 16 sigma


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=4),
    st.integers(-2, 2),
    st.integers(0, 2),
    st.lists(st.integers(-3, 3).filter(bool), max_size=2),
    st.sampled_from([WHOLE, RIGHT, LEFT]),
)
def test_random_terms_are_proved_or_refused(
    powers: list[int], rate: int, decay: int, slopes: list[int], ends: Ends
) -> None:
    polynomial = sp.Add(*(c * X**n for n, c in enumerate(powers)))
    integrand = polynomial * sp.exp(rate * X - decay * X**2) * sp.Mul(*(PHI(s * X) for s in slopes))
    try:
        line = integral_step(integrand * P, *ends)
    except CannotDerive:
        assert rate != 0  # centred ones always have a closed form
        assert slopes
        return
    assert line.replay() is Strength.SYMBOLIC
    with mpmath.workdps(20):
        expected = quadrature(integrand, ends, mpmath.mpf(1) / 2)
        found = mpmath.mpf(str(sp.N(define(line.after.subs(Q, sp.Rational(1, 2))), 20)))
        assert abs(found - expected) < mpmath.mpf(10) ** -13 * max(1, abs(expected))  # of 20 digits


@pytest.mark.parametrize(
    ("integrand", "words"),
    [
        (sp.tanh(X) * P, "tanh.* has no known integral"),
        (PHI(X) ** 4 * P, "a product of 4 gates"),
        (PHI(X + 1) * PHI(X) * P, "gates that are not centred"),
        (sp.exp(X**2) * P, "decays is not decided"),
        (sp.sqrt(1 + X**2) * P, "an even root"),
        (X / (1 + X**2) * PHI(X) * P, "beside a gate"),
        ((X + 1) ** 40 * P, "too large a power"),
    ],
    ids=str,
)
def test_what_has_no_closed_form_is_refused(integrand: sp.Expr, words: str) -> None:
    with pytest.raises(CannotDerive, match=words):
        integral_step(integrand, *WHOLE)


def test_terms_add_up_to_the_integrand() -> None:
    integrand = (X + sp.erf(X)) ** 2 * sp.cos(X) * P + X / (3 + X**2) * P
    total = sum(
        sum(c * X**n for n, c in enumerate(t.coefficients)) * t.envelope * t.gate * (X**2 + t.shift) ** t.power
        for t in terms_of(integrand)
    )
    values = {X: sp.Rational(7, 10), Q: sp.Rational(3, 2)}
    assert abs(sp.N(define(total - integrand).subs(values), 30)) < 1e-25


# ----------------------------------------------------------------------------------------------------------- the grounds


def test_a_wrong_primitive_value_or_end_is_broken() -> None:
    line = integral_step(X**2 * P, *RIGHT)
    assert replace(line, after=Q).replay() is Strength.BROKEN
    assert replace(line, ground=Antiderivative(line.ground.primitive + X)).replay() is Strength.BROKEN
    assert replace(line, before=sp.Integral(X**2 * P, (X, *WHOLE))).replay() is Strength.BROKEN
    gated = integral_step(X * PHI(X) * P, *WHOLE)
    ((factor, rest),) = gated.ground.rests
    forged = Antiderivative(gated.ground.primitive, ((2 * factor, rest),))
    assert replace(gated, ground=forged).replay() is Strength.BROKEN
    elsewhere = Antiderivative(gated.ground.primitive, ((factor, integral_step(rest.before.function, *RIGHT)),))
    assert replace(gated, ground=elsewhere).replay() is Strength.BROKEN


def test_a_family_with_a_wrong_value_slope_or_start_is_broken() -> None:
    (line,) = (rest for _, rest in integral_step(PHI(X) * PHI(2 * X) * P, *WHOLE).ground.rests)
    assert isinstance(line.ground, Family)
    assert line.replay() is Strength.SYMBOLIC
    t = line.ground.parameter
    for wrong in (line.ground.value + 1, line.ground.value * t, line.ground.value + t - 1):
        forged = replace(line.ground, value=wrong)
        assert replace(line, after=wrong.subs(t, 1), ground=forged).replay() is Strength.BROKEN
    assert replace(line, after=line.after + 1).replay() is Strength.BROKEN


def test_families_inside_families_have_parameters_of_their_own() -> None:
    """Three gates are differentiated by the scale of one, which leaves families for the other two."""
    line = integral_step(PHI(X) * PHI(2 * X) * PHI(-X / 3) * P, *WHOLE)
    (outer,) = (rest.ground for _, rest in line.ground.rests)
    slope = outer.evaluate(sp.diff(outer.integrand, outer.parameter), *WHOLE)
    values = {Q: sp.Rational(3, 2), outer.parameter: sp.Rational(2, 5)}
    assert abs(sp.N(define(sp.diff(outer.value, outer.parameter) - slope.after).subs(values), 30)) < 1e-25


def test_what_is_not_odd_or_has_no_integral_does_not_cancel() -> None:
    def cancels(integrand: sp.Expr, lower: sp.Expr = -sp.oo, after: sp.Expr = sp.S.Zero) -> Strength:
        return Step(sp.Integral(integrand, (X, lower, sp.oo)), Relation.EQ, after, "odd", Odd()).replay()

    assert cancels(X**3 * P) is Strength.SYMBOLIC
    assert cancels(X**2 * P) is Strength.BROKEN
    assert cancels(X * P, lower=sp.S.Zero) is Strength.BROKEN
    assert cancels(X * P, after=sp.S.One) is Strength.BROKEN
    assert cancels(X) is Strength.BROKEN  # no integral: both halves are infinite


ELISH = Piece(-sp.oo, sp.S.Zero, (sp.exp(X) - 1) * Logistic(X)), Piece(sp.S.Zero, sp.oo, X * Logistic(X))
SOFTSIGN = Piece(-sp.oo, sp.S.Zero, X / (1 - X)), Piece(sp.S.Zero, sp.oo, X / (1 + X))
NOTHING = sp.Integral(0, (X, *WHOLE))


def folds(pieces: tuple[Piece, ...], after: sp.Expr, weight: sp.Expr = P) -> Strength:
    return Step(against(weight, pieces), Relation.EQ, after, "fold", Folded(pieces, weight)).replay()


def test_folding_is_refused_where_the_two_sides_do_not_match() -> None:
    """A function that is not odd has a mean; folding must not lose it."""
    assert folds(SOFTSIGN, NOTHING) is Strength.CERTIFIED
    assert folds(ELISH, NOTHING) is Strength.BROKEN
    assert folds(ELISH, against(P, folded(ELISH))) is Strength.CERTIFIED
    assert folds((Piece(-sp.oo, sp.oo, 1 / X),), NOTHING) is Strength.BROKEN  # odd, without a mean
    assert folds(SOFTSIGN, NOTHING, P * sp.exp(X)) is Strength.BROKEN  # against a weight that is not even
    assert folded((Piece(-sp.oo, sp.S.One, X), Piece(sp.S.One, sp.oo, X**2))) is None


def test_a_fold_that_loses_pieces_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The replay looks at what the pieces cover, whatever the search made of them."""
    from symgrad.activations.gaussians import foldings

    monkeypatch.setattr(foldings, "folded", lambda pieces: (Piece(sp.S.Zero, sp.S.One, sp.S.Zero),))
    assert folds(SOFTSIGN, NOTHING) is Strength.BROKEN


def test_a_line_written_in_another_way_has_to_be_the_same() -> None:
    line = closed_mean("m", (Piece(-sp.oo, sp.oo, X**2),), Q)[-1].at()
    right = Step(line.before, Relation.EQ, (Q**2 + Q) / (Q + 1), "rewritten", Rewritten(line))
    assert right.replay() is Strength.SYMBOLIC
    assert replace(right, after=Q + 1).replay() is Strength.BROKEN
    assert replace(right, before=sp.Symbol("other")).replay() is Strength.BROKEN


def test_a_wrong_inner_mean_is_broken() -> None:
    steps = closed_product("m", (Piece(-sp.oo, sp.oo, X**2),), Covariance(Q, Q, Q / 2))
    (joined,) = (step for step in steps if step.reason.startswith("put in"))
    assert joined.replay() is Strength.SYMBOLIC
    forged = replace(joined.ground.inner[0], after=joined.ground.inner[0].after + 1)
    assert replace(joined, ground=replace(joined.ground, inner=(forged,))).replay() is Strength.BROKEN
    (integral,) = sp.Add.make_args(joined.after)
    assert replace(joined, after=sp.Integral(2 * integral.function, integral.args[1])).replay() is Strength.BROKEN


def test_limits_of_primitives_are_those_of_their_form() -> None:
    assert end_value(PHI(2 - X) + X * sp.exp(-(X**2)), sp.oo) == 0
    assert end_value(PHI(2 - X) + sp.atan(3 * X), -sp.oo) == 1 - sp.pi / 2
    with pytest.raises(CannotDerive, match="no limit at infinity"):
        end_value(X * PHI(X), sp.oo)
    with pytest.raises(CannotDerive, match="not decided"):
        end_value(PHI(sp.Symbol("a", real=True) * X), sp.oo)


def test_a_form_that_is_written_for_people_is_the_same_number() -> None:
    a, b = sp.symbols("a b", positive=True)
    angle = sp.sqrt(a) * sp.atan(b / (sp.sqrt(a) * sp.sqrt(a + b))) / sp.sqrt(a + b)
    expr = angle + sp.exp(a) * b / (a + b) - sp.exp(a)
    values = {a: sp.Rational(3, 7), b: sp.Rational(5, 2)}
    assert abs(sp.N((written(expr) - expr).subs(values), 30)) < 1e-25
    assert written(sp.sqrt(a) * sp.sqrt(a + b) / sp.sqrt(a * (a + b))) == 1
