"""Gains against published digits, and the audit of what a framework hard-codes."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import pytest
import sympy as sp

import symgrad as sg
from symgrad.activations import CannotDerive, activation
from symgrad.claims import Strength

Q = sp.Symbol("q", positive=True)

# Theory sheet D17, 15 significant digits.
PUBLISHED = {
    "tanh": ("1.59253741972283", "1.46741359163080"),
    "sigmoid": ("1.84622854533861", "4.72264608593797"),
    "softsign": ("2.33753336310854", "2.09578060894331"),
    "atan": ("1.49120761813421", "1.41421356237310"),
    "erf": ("1.46716695048914", "1.32521835286121"),
    "sin": ("1.52086662317882", "1.32725060028457"),
    "silu": ("1.67653247033109", "1.62332025795250"),
    "gelu": ("1.53353044119554", "1.48111441270835"),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_gains_at_unit_variance_agree_with_published_digits(name: str) -> None:
    phi = activation(name)
    for claim, digits in zip((phi.forward_gain(), phi.backward_gain()), PUBLISHED[name], strict=True):
        assert abs(sp.N(claim.bound, 25) - sp.Rational(digits)) < sp.Rational(1, 10**14)
        assert claim.replay() >= Strength.CERTIFIED
        assert claim.premises


def test_gains_with_closed_forms_are_formulas_in_the_variance() -> None:
    alpha = sp.Symbol("a", positive=True)
    for claim in (activation("relu").forward_gain(Q), activation("relu").backward_gain(Q)):
        assert (claim.bound, claim.replay()) == (sp.sqrt(2), Strength.SYMBOLIC)
    leaky = activation("leaky_relu", alpha=alpha)
    assert sp.simplify(leaky.backward_gain(Q).bound - sp.sqrt(2 / (1 + alpha**2))) == 0
    assert activation("atan").backward_gain().bound == sp.sqrt(2)
    erf = activation("erf").backward_gain(Q).bound  # sheet D8: the edge of chaos of erf
    assert sp.simplify(erf**2 - sp.pi / 4 * sp.sqrt(1 + 4 * Q)) == 0
    sine = activation("sin").backward_gain(Q).bound  # and of the sine: 1 + tanh q
    assert abs(sp.N((sine**2 - 1 - sp.tanh(Q)).subs(Q, sp.Rational(7, 5)), 30)) < 1e-25


def test_the_forward_gain_of_selu_is_one_at_its_design_point() -> None:
    claim = activation("selu").forward_gain()
    assert (claim.bound, claim.replay()) == (1, Strength.SYMBOLIC)


def test_for_odd_functions_the_forward_gain_is_the_larger_one() -> None:
    """Theory sheet D5 (ii): so no gain keeps both."""
    for name in ("tanh", "erf", "atan", "sin", "softsign", "hard_tanh", "isru"):
        phi = activation(name)
        assert sp.N(phi.forward_gain().bound - phi.backward_gain().bound, 20) > 0


def test_where_nothing_comes_through_no_gain_helps() -> None:
    with pytest.raises(CannotDerive, match=r"mean-square slope .* of step is 0 at variance 1; no gain helps"):
        activation("step").backward_gain()
    with pytest.raises(CannotDerive, match="no gain helps"):
        activation("tanh").forward_gain(0)


def test_an_infinite_moment_leaves_no_gain() -> None:
    """Not even zero: zero times an infinite mean square is no number that would be kept."""
    with pytest.raises(sg.CannotDerive, match=r"is oo at variance 1; no gain helps"):
        activation("sqrt(abs(x))").backward_gain()


def test_a_planted_wrong_gain_is_broken() -> None:
    claim = activation("gelu").forward_gain()
    wrong = replace(claim.derivation[-1], after=claim.bound + sp.Rational(1, 10**9))
    assert replace(claim, bound=wrong.after, derivation=(wrong,)).replay() is Strength.BROKEN


# ------------------------------------------------------------------------------------------------------------ the audit


def test_five_thirds_is_neither_gain_of_tanh() -> None:
    found = sg.explain_gain("tanh")
    assert found.hard_coded == sp.Rational(5, 3)
    assert sp.N(found.forward.bound) < found.hard_coded
    assert sp.N(found.backward.bound) < found.hard_coded
    text = str(found)
    assert "5/3 is neither. No gain keeps both." in text
    assert "1.59254 keeps the variance and 1.46741 the gradient" in text
    assert "gradients grow" in text


def test_the_variance_that_a_hard_coded_gain_keeps_is_kept() -> None:
    """At both ends of the bracket the variance map is on different sides of the diagonal."""
    for name in ("tanh", "sigmoid", "selu"):
        found = sg.explain_gain(name)
        kept = found.kept_variance
        assert kept is not None
        mean_square, square = found.activation.value_mean_square, found.hard_coded**2
        below, above = (sp.N(square * mean_square(q).bound - q, 25) for q in (kept.lower, kept.upper))
        assert below * above < 0
        assert (kept.upper - kept.lower) / kept.upper < sp.Rational(1, 10**11)


def test_the_sigmoid_gain_of_one_makes_gradients_vanish() -> None:
    """Sheet D17: a mean-square gain of about 0.056 at the variance that is kept."""
    found = sg.explain_gain("sigmoid")
    assert found.kept_variance is not None
    slope = found.activation.slope_mean_square(found.kept_variance.midpoint).bound
    assert abs(float(slope) - 0.056) < 5e-4  # three digits are published
    assert "gradients vanish" in str(found)


@pytest.mark.parametrize(
    ("spec", "given"),
    [("relu", sp.sqrt(2)), ("identity", 1), ("leaky_relu", sp.sqrt(2 / (1 + sp.Rational(1, 10**4))))],
)
def test_hard_coded_gains_of_piecewise_linear_functions_are_right_at_every_variance(spec: str, given: sp.Expr) -> None:
    found = sg.explain_gain(spec)
    assert sp.simplify(found.hard_coded - given) == 0
    assert sp.simplify(found.forward_factor - 1) == sp.simplify(found.backward_factor - 1) == 0
    assert "is both" in str(found)
    assert "at every variance" in str(found)


def test_a_parameter_enters_the_hard_coded_gain() -> None:
    found = sg.explain_gain(activation("leaky_relu", alpha=sp.Rational(1, 2)))
    assert sp.simplify(found.hard_coded - sp.sqrt(sp.Rational(8, 5))) == 0


def test_what_the_framework_does_not_know_is_said() -> None:
    found = sg.explain_gain("gelu")
    assert found.hard_coded is None
    assert found.forward_factor is found.backward_factor is found.kept_variance is None
    assert "PyTorch hard-codes no gain." in str(found)
    assert sg.explain_gain("x*tanh(x)").hard_coded is None


# The table in the documentation of torch.nn.init.calculate_gain, version 2.
DOCUMENTED = {
    "linear": 1,
    "sigmoid": 1,
    "tanh": 5 / 3,
    "relu": 2**0.5,
    "leaky_relu": (2 / 1.0001) ** 0.5,
    "selu": 0.75,
}


@pytest.mark.parametrize("theirs", DOCUMENTED)
def test_the_audited_table_is_that_of_the_framework(theirs: str) -> None:
    """Where PyTorch is installed its own function is asked; elsewhere its documentation is quoted."""
    expected = DOCUMENTED[theirs]
    if importlib.util.find_spec("torch"):
        from torch.nn.init import calculate_gain

        expected = calculate_gain(theirs)
    ours = "identity" if theirs == "linear" else theirs
    assert float(sg.explain_gain(ours).hard_coded) == pytest.approx(expected, rel=1e-15)  # double precision
