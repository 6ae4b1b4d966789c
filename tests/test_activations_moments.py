"""Gaussian moments against published forms, quadrature, sampling and each other; planted faults."""

from __future__ import annotations

import pickle
from dataclasses import replace

import mpmath
import numpy as np
import pytest
import sympy as sp
from quadratures import ROUNDING, gaussian_mean_of, numeric

from symgrad.activations import CATALOGUE, Activation, CannotDerive, activation, moments
from symgrad.claims import Claim, NormalCdf, Strength, define, latex, symbol
from symgrad.rigor import EnclosedConstant, enclose

X = symbol("x")
Q = sp.Symbol("q", positive=True)
VARIANCES = (sp.Rational(1, 10), sp.S.One, sp.Rational(37, 10))
NAMES = sorted({row.name for row in CATALOGUE.values()})
HALF = sp.Rational(1, 2)


def _encloses(claim: Claim, expected: sp.Expr) -> bool:
    """Say whether the enclosure of a moment overlaps with a closed form enclosed to 40 digits."""
    ours, theirs = enclose(claim.bound, 20), enclose(expected, 40)
    return bool(
        ours.lower <= theirs.upper and theirs.lower <= ours.upper and ours.upper - ours.lower < sp.Rational(1, 10**12)
    )


def arcsin(t: sp.Expr) -> sp.Expr:
    """In a function that can be enclosed."""
    return sp.atan(t / sp.sqrt(1 - t**2))


# ------------------------------------------------------------------------------------------------------ published forms

PHI = NormalCdf
S = sp.sqrt(Q)
A = sp.Rational(1, 4) + arcsin(Q / (1 + Q)) / (2 * sp.pi)
B = 1 / (2 * sp.pi * sp.sqrt(1 + 2 * Q))
ERFC = 2 * PHI(-1 / S)  # erfc(1/sqrt(2q))


def normal_pdf(t: sp.Expr) -> sp.Expr:
    return sp.exp(-(t**2) / 2) / sp.sqrt(2 * sp.pi)


PUBLISHED = {
    ("relu", "value_mean_square"): Q / 2,
    ("relu", "slope_mean_square"): HALF,
    ("erf", "value_mean_square"): 2 / sp.pi * arcsin(2 * Q / (1 + 2 * Q)),
    ("erf", "slope_mean_square"): 4 / sp.pi / sp.sqrt(1 + 4 * Q),
    ("erf", "slope_fourth_moment"): 16 / sp.pi**2 / sp.sqrt(1 + 8 * Q),
    ("sin", "value_mean_square"): (1 - sp.exp(-2 * Q)) / 2,
    ("sin", "slope_mean_square"): (1 + sp.exp(-2 * Q)) / 2,
    ("sin", "slope_fourth_moment"): (3 + 4 * sp.exp(-2 * Q) + sp.exp(-8 * Q)) / 8,
    ("gaussian", "value_mean_square"): 1 / sp.sqrt(1 + 4 * Q),
    ("gaussian", "slope_mean_square"): 4 * Q / (1 + 4 * Q) ** sp.Rational(3, 2),
    ("gelu", "value_mean"): Q / sp.sqrt(2 * sp.pi * (1 + Q)),
    ("gelu", "value_mean_square"): Q * A + 2 * Q**2 * B / (1 + Q),
    ("gelu", "slope_mean_square"): A + 2 * Q * B / (1 + Q) + Q * B / (1 + 2 * Q),
    ("elu", "value_mean_square"): Q / 2 + sp.exp(2 * Q) * PHI(-2 * S) - 2 * sp.exp(Q / 2) * PHI(-S) + HALF,
    ("elu", "slope_mean_square"): HALF + sp.exp(2 * Q) * PHI(-2 * S),
    ("hard_tanh", "value_mean_square"): Q * (1 - ERFC - sp.sqrt(2 / (sp.pi * Q)) * sp.exp(-1 / (2 * Q))) + ERFC,
    ("hard_tanh", "slope_mean_square"): 1 - ERFC,
    ("relu6", "value_mean_square"): Q * (PHI(6 / S) - HALF - 6 / S * normal_pdf(6 / S)) + 36 * PHI(-6 / S),
    ("relu6", "slope_mean_square"): PHI(6 / S) - HALF,
    ("hard_swish", "slope_mean_square"): (HALF**2 + Q / 9) * (1 - 2 * PHI(-3 / S))
    - 2 * Q / 9 * 3 / S * normal_pdf(3 / S)
    + PHI(-3 / S),
    ("snake", "value_mean_square"): Q + (sp.Rational(3, 2) - 2 * sp.exp(-2 * Q) + sp.exp(-8 * Q) / 2) / 4,
    ("snake", "slope_mean_square"): 1 + (1 - sp.exp(-8 * Q)) / 2,
    ("relu_squared", "value_mean_square"): 3 * Q**2 / 2,
    ("relu_squared", "slope_mean_square"): 2 * Q,
}


@pytest.mark.parametrize(("name", "moment"), PUBLISHED, ids=str)
def test_moments_have_the_published_closed_forms(name: str, moment: str) -> None:
    """Theory sheet D6."""
    phi = activation(name)
    for q in VARIANCES:
        assert _encloses(getattr(phi, moment)(q), PUBLISHED[name, moment].subs(Q, q))


def test_the_mean_square_slope_of_arc_tangent_has_the_published_closed_form() -> None:
    """Theory sheet D6: I/2 (1 - 1/q) + 1/(2q), exactly a half at q = 1."""
    claim = activation("atan").slope_mean_square(Q)
    mean = sp.sqrt(sp.pi / (2 * Q)) * sp.exp(1 / (2 * Q)) * 2 * PHI(-1 / S)
    assert sp.simplify(claim.bound - (mean / 2 * (1 - 1 / Q) + 1 / (2 * Q))) == 0
    assert activation("atan").slope_mean_square(1).bound == HALF


def test_the_constants_of_selu_do_what_they_are_for() -> None:
    """Klambauer et al. 2017: mean 0 and mean square 1 at variance 1, and a slope of mean square 1.0716 (sheet D17)."""
    phi = activation("selu")
    assert (phi.value_mean(1).bound, phi.value_mean_square(1).bound) == (0, 1)
    assert phi.value_mean(1).replay() is phi.value_mean_square(1).replay() is Strength.SYMBOLIC
    published = sp.Rational("1.07157499245579925758")
    assert abs(sp.N(phi.slope_mean_square(1).bound - published, 25)) < sp.Rational(1, 10**20)


# --------------------------------------------------------------------------------------------------------- the catalogue

MOMENTS = {
    "value_mean": (0, 1),
    "value_mean_square": (0, 2),
    "slope_mean": (1, 1),
    "slope_mean_square": (1, 2),
    "slope_fourth_moment": (1, 4),
}


def breaks_of(phi: Activation) -> list[float]:
    return [float(piece.lower) for piece in phi.value_pieces if piece.lower.is_finite]


@pytest.mark.parametrize("name", NAMES)
def test_every_moment_of_the_catalogue_agrees_with_quadrature(name: str) -> None:
    phi = activation(name)
    functions = numeric(phi.expression), numeric(phi.derivative)
    for q in (sp.Rational(17, 10), sp.Rational(1, 5)):
        for moment, (derivative, power) in MOMENTS.items():
            function = functions[derivative]
            mean = gaussian_mean_of(lambda x: function(x) ** power, float(q), breaks_of(phi))  # noqa: B023
            size = gaussian_mean_of(lambda x: abs(function(x)) ** power, float(q), breaks_of(phi))  # noqa: B023
            found = float(getattr(phi, moment)(q).bound)
            assert abs(found - mean) <= ROUNDING * max(1.0, size), moment


@pytest.mark.parametrize("name", NAMES)
def test_the_mean_square_grows_by_the_slopes_and_the_curvature(name: str) -> None:
    """The heat equation ``d/dq E f^2 = E f'^2 + E f f''``, kinks included, where all three have closed forms."""
    phi = activation(name)
    try:
        square = phi.value_mean_square(Q).bound
        slope, curvature = phi.slope_mean_square(Q).bound, phi.value_curvature_mean(Q).bound
    except CannotDerive:
        return
    for q in (sp.Rational(3, 10), sp.Rational(21, 10)):
        difference = (sp.diff(square, Q) - slope - curvature).subs(Q, q)
        assert abs(sp.N(difference, 30)) < sp.Rational(1, 10**20)  # of 30 digits


def test_the_heat_equation_is_asked_of_many() -> None:
    """The test above must not pass by skipping: these families all have the three closed forms."""
    for name in ("relu", "hard_tanh", "elu", "gelu", "erf", "sin", "gaussian", "isru", "squareplus", "sqnl", "gabor"):
        assert activation(name).value_curvature_mean(Q).bound.free_symbols <= {Q}


def test_a_kink_counts_in_the_mean_of_value_times_curvature() -> None:
    """Of hard_tanh the curvature is two point masses: the mean is minus twice the density at 1."""
    found = activation("hard_tanh").value_curvature_mean(2).bound
    assert sp.simplify(found + 2 * sp.exp(-sp.Rational(1, 4)) / sp.sqrt(4 * sp.pi)) == 0
    assert activation("max(0, x + 1)").value_curvature_mean(2).bound == 0  # at its kink the function is zero


@pytest.mark.parametrize("name", ["tanh", "silu", "softsign", "elish"])
def test_the_variance_slope_of_a_certified_integral_agrees_with_differences(name: str) -> None:
    phi, h = activation(name), sp.Rational(1, 1000)
    q = sp.Rational(13, 10)
    rise = sp.N(phi.value_mean_square(q + h).bound - phi.value_mean_square(q - h).bound, 20) / (2 * h)
    slope = sp.N(phi.slope_mean_square(q).bound + phi.value_curvature_mean(q).bound, 20)
    assert (
        abs(rise - slope) < 2 * h**2
    )  # the error of a central difference, of functions with third derivatives below 10


# ---------------------------------------------------------------------------------------------------------- at a symbol


@pytest.mark.parametrize("moment", [*MOMENTS, "value_curvature_mean"])
def test_a_variance_may_be_a_symbol(moment: str) -> None:
    own = sp.Symbol("tau", positive=True)
    claim = getattr(activation("gelu" if moment != "slope_fourth_moment" else "erf"), moment)(own)
    assert claim.bound.free_symbols <= {own}
    assert claim.replay() is Strength.SYMBOLIC
    assert latex(claim.bound)


def test_without_a_closed_form_a_symbol_is_refused_with_what_would_work() -> None:
    with pytest.raises(CannotDerive, match="no closed form in q for tanh; give a number for the variance"):
        activation("tanh").value_mean_square(Q)


def test_parameters_that_are_symbols_stay_where_there_is_a_closed_form() -> None:
    a = sp.Symbol("a", positive=True)
    found = activation("leaky_relu", alpha=a).value_mean_square(Q)
    assert sp.simplify(found.bound - (1 + a**2) * Q / 2) == 0
    assert found.replay() is Strength.SYMBOLIC
    with pytest.raises(CannotDerive, match=r"has no closed form in b for softplus.*; give values to the parameters"):
        activation("softplus", beta=sp.Symbol("b", positive=True)).value_mean_square(1)


@pytest.mark.parametrize("variance", [-1, float("nan"), "1"])
def test_a_variance_is_a_number_that_is_not_negative(variance: object) -> None:
    with pytest.raises(ValueError, match="the variance"):
        activation("tanh").value_mean_square(variance)


def test_a_symbol_for_a_variance_has_to_be_positive() -> None:
    with pytest.raises(ValueError, match=r"the variance is t, which is not known to be positive; .*positive=True"):
        activation("sin").value_mean_square(sp.Symbol("t", real=True))


# ------------------------------------------------------------------------------------------------------------- extremes


def test_infinite_moments_are_infinite() -> None:
    root = activation("sqrt(abs(x))")
    assert root.slope_mean_square(1).bound == root.slope_fourth_moment(3).bound == sp.oo
    assert root.value_curvature_mean(1).bound == -sp.oo
    assert root.slope_mean_square(1).replay() is Strength.CERTIFIED
    assert activation("-exp(x**2)").value_mean(1).bound == -sp.oo
    with mpmath.workdps(30):  # E |x|^(1/2) = 2^(1/4) Gamma(3/4) / sqrt(pi)
        expected = mpmath.power(2, 0.25) * mpmath.gamma(mpmath.mpf(3) / 4) / mpmath.sqrt(mpmath.pi)
        assert abs(mpmath.mpf(str(root.value_mean(1).bound.evalf(25))) - expected) < 1e-18


def test_a_moment_is_finite_up_to_the_variance_at_which_it_diverges() -> None:
    """E exp(x^2) = (1 - 2q)^(-1/2) for q < 1/2, and infinite from there on."""
    phi = activation("exp(x**2)")
    assert sp.simplify(phi.value_mean(sp.Rational(1, 4)).bound - sp.sqrt(2)) == 0
    assert phi.value_mean(sp.Rational(1, 4)).replay() is Strength.SYMBOLIC
    assert phi.value_mean(HALF).bound == phi.value_mean(1).bound == sp.oo
    with pytest.raises(CannotDerive, match="give a number for the variance"):
        phi.value_mean(Q)


def test_a_jump_has_no_curvature_to_take_the_mean_of() -> None:
    with pytest.raises(CannotDerive, match="step jumps at 0, so its curvature is no measure"):
        activation("step").value_curvature_mean(1)


def test_moments_at_variance_zero_are_values_at_the_origin() -> None:
    assert enclose(activation("sigmoid").value_mean_square(0).bound).contains(sp.Rational(1, 4))
    assert activation("relu").value_mean_square(0).bound == 0


@pytest.mark.parametrize("q", [sp.Rational(1, 10**8), sp.Integer(10**6)])
def test_extreme_variances_keep_their_digits(q: sp.Rational) -> None:
    found = activation("tanh").slope_mean_square(q).bound.enclosure
    assert (found.upper - found.lower) / found.lower < sp.Rational(1, 10**18)
    with mpmath.workdps(40):
        s = mpmath.sqrt(mpmath.mpf(int(q.p)) / int(q.q))
        cuts = [t / s for t in (-40, -10, -4, -1, 0, 1, 4, 10, 40)] if q > 1 else range(-14, 15, 2)
        mean = mpmath.quad(lambda z: mpmath.sech(s * z) ** 4 * mpmath.npdf(z), cuts)
        assert abs(mpmath.mpf(str(found.midpoint.evalf(35))) / mean - 1) < mpmath.mpf(10) ** -18


# ----------------------------------------------------------------------------------------------------------- derivations


@pytest.mark.parametrize("alpha", [0, sp.Rational(1, 5), -1])
def test_moments_of_piecewise_linear_functions_are_derived_in_closed_form(alpha: sp.Rational) -> None:
    phi = activation("leaky_relu", alpha=alpha)
    for q in VARIANCES:
        assert phi.value_mean_square(q).bound == (1 + alpha**2) * q / 2
        assert phi.slope_mean_square(q).bound == sp.Rational(1 + alpha**2) / 2
        assert sp.simplify(phi.value_mean(q).bound - (1 - alpha) * sp.sqrt(q / (2 * sp.pi))) == 0
    assert phi.value_mean_square(2).replay() is Strength.SYMBOLIC


def test_the_mean_of_an_odd_function_is_zero_by_symmetry() -> None:
    """Algebra reflects the function; that it has a mean at all is certified by balls."""
    for text in ("tanh", "x/(1 + abs(x))"):
        claim = activation(text).value_mean(3)
        assert (claim.bound, claim.replay()) == (0, Strength.CERTIFIED)
    assert activation("x*exp(x**2)").value_mean(sp.Rational(1, 8)).bound == 0
    with pytest.raises(ArithmeticError):  # which has no mean
        activation("x*exp(x**2)").value_mean(1)


@pytest.mark.parametrize("name", ["silu", "gelu", "gelu_tanh", "quick_gelu", "softplus", "squareplus"])
def test_the_mean_slope_is_a_half_where_a_gate_and_its_mirror_image_add_up_to_one(name: str) -> None:
    claim = activation(name).slope_mean(Q)
    assert claim.bound == HALF
    assert claim.replay() >= Strength.CERTIFIED


@pytest.mark.parametrize("name", ["elish", "softsign", "symlog", "isrlu"])
def test_even_slopes_are_not_folded_away(name: str) -> None:
    """Functions in two pieces whose slope, or value, has a mean that symmetry does not give."""
    phi = activation(name)
    assert isinstance(phi.slope_mean(1).bound, EnclosedConstant)
    assert float(phi.slope_mean(1).bound) > 0.1


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "silu"])
def test_moments_agree_with_quadrature_to_many_digits(name: str) -> None:
    phi, q = activation(name), sp.Rational(17, 10)
    value = sp.lambdify(X, define(phi.expression), "mpmath")
    with mpmath.workdps(30):
        variance = mpmath.mpf(17) / 10

        def weighted(x: mpmath.mpf) -> mpmath.mpf:
            return value(x) ** 2 * mpmath.exp(-(x**2) / (2 * variance)) / mpmath.sqrt(2 * mpmath.pi * variance)

        expected = mpmath.quad(weighted, [-20, -5, 0, 5, 20])  # beyond 20, 15 deviations, less than 1e-50 is left
        found = mpmath.mpf(str(phi.value_mean_square(q).bound.evalf(25)))
        assert abs(found - expected) < mpmath.mpf(10) ** -18  # of 20 digits asked for
    claim = phi.value_mean_square(q)
    assert isinstance(claim.bound, EnclosedConstant)
    assert claim.replay() is Strength.CERTIFIED


@pytest.mark.parametrize("name", ["gelu", "mish", "hard_swish"])
def test_moments_agree_with_sampling(name: str) -> None:
    """A z-score each, beyond 5 with probability 6e-7 if the moment is right."""
    phi = activation(name)
    z = np.random.default_rng(20261).normal(scale=np.sqrt(2.0), size=10**6)
    squares = numeric(phi.expression)(z) ** 2
    score = (squares.mean() - float(phi.value_mean_square(2).bound)) / (squares.std() / np.sqrt(squares.size))
    assert abs(score) < 5


@pytest.mark.parametrize("name", ["gelu", "elu", "atan", "tanh", "sigmoid"])
def test_a_moment_pickles_and_replays(name: str) -> None:
    claim = activation(name).slope_mean_square(2)
    copy = pickle.loads(pickle.dumps(claim))  # noqa: S301 - our own bytes
    assert copy.replay() is claim.replay() is not Strength.BROKEN


@pytest.mark.parametrize("name", ["sigmoid", "gelu", "elu", "tanh"])
def test_a_planted_wrong_moment_is_broken(name: str) -> None:
    claim = activation(name).value_mean_square(1)
    wrong = replace(claim.derivation[-1], after=claim.bound + sp.Rational(1, 10**9))
    assert replace(claim, bound=wrong.after, derivation=(*claim.derivation[:-1], wrong)).replay() is Strength.BROKEN


def test_a_wrong_formula_is_not_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoil the search: the certified integral contradicts its formula, and is given in its place."""

    def spoiled(*arguments: object, **words: object) -> tuple[object, ...]:
        *steps, last = true(*arguments, **words)
        return (*steps, replace(last, after=last.after + sp.Rational(1, 10**6)))

    true = moments.closed_mean
    monkeypatch.setattr(moments, "closed_mean", spoiled)
    found = activation("gelu").value_mean_square(1)
    assert isinstance(found.bound, EnclosedConstant)
    assert found.replay() is Strength.CERTIFIED
    assert found.bound.enclosure.contains(PUBLISHED["gelu", "value_mean_square"].subs(Q, 1))
    with pytest.raises(CannotDerive):
        activation("gelu").value_mean_square(Q)


def test_the_mean_of_an_odd_slope_with_a_sine_integral_is_zero() -> None:
    """By symmetry, which asks that the slope be tempered; x Si(x) has the odd slope Si(x) + sin(x)."""
    claim = activation("x*Si(x)").slope_mean(1)
    assert claim.bound == 0
    assert claim.replay() is Strength.CERTIFIED
