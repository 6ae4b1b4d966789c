"""Profiles: every fact of every activation, in one place, each of which replays."""

from __future__ import annotations

from itertools import pairwise

import mpmath
import pytest
import sympy as sp

import symgrad as sg
from symgrad.activations import CATALOGUE, activation, profile
from symgrad.activations.zeros import zero_set
from symgrad.claims import Relation, Strength

NAMES = sorted({row.name for row in CATALOGUE.values()})
SWINGING = {"sin", "cos", "siren", "snake", "gcu"}  # no limit, of the function or of its slope
JUMPING = {"step", "sign", "hardshrink", "threshold"}  # whose curvature is no measure, at none of two variances


FLAT = {"step", "sign"}  # whose slope vanishes, so that no gain keeps a gradient


@pytest.mark.parametrize("name", NAMES)
def test_every_fact_of_every_activation_is_there_and_replays(name: str) -> None:
    found = profile(name, eps=0.01, variances=(1, 0.25))
    missing = {"limits": 2, "slope_limits": 2} if name in SWINGING else {}
    missing |= {"saturation": 1} if name == "gcu" else {}  # its slope crosses every level infinitely often
    missing["limits"] = missing.get("limits", 0) - (2 if name == "snake" else 0)  # which tends to infinity
    missing |= {"value_curvature_mean": 2} if name in JUMPING else {}
    missing |= {"backward_gain": 2} if name in FLAT else {}
    assert len(found.claims) == 1 + 4 + 4 + 1 + 2 * (6 + 2) - sum(missing.values())
    assert found.value_inf is not None
    assert found.value_sup is not None
    assert found.zero_set is not None
    for claim in found.claims:
        assert claim.replay() >= Strength.CERTIFIED, claim.name
        assert claim.relation is Relation.EQ
        assert claim.subject == name
        assert claim.sources or name == "bent_identity"  # of which no publication is known
        assert claim.latex()


def test_slopes_are_restricted_to_a_domain() -> None:
    found = profile("tanh", domain=(1, 2))
    slope_at = [1 - sp.tanh(end) ** 2 for end in (1, 2)]
    assert found.slope_sup is not None
    assert found.slope_inf is not None
    assert found.lipschitz is not None
    assert sp.N(found.slope_sup.bound - slope_at[0], 20) == pytest.approx(0, abs=1e-18)
    assert sp.N(found.slope_inf.bound - slope_at[1], 20) == pytest.approx(0, abs=1e-18)
    assert found.lipschitz.bound == found.slope_sup.bound
    assert found.lipschitz.replay() is not Strength.BROKEN


def test_a_domain_may_leave_out_the_kink() -> None:
    found = profile("relu", domain=(-3, -1))
    assert found.lipschitz is not None
    assert found.curvature_sup is not None
    assert (found.lipschitz.bound, found.curvature_sup.bound) == (0, 0)


def test_a_domain_makes_an_unbounded_slope_finite() -> None:
    whole, part = profile("x**2"), profile("x**2", domain=(-1, 3))
    assert whole.lipschitz is not None
    assert part.lipschitz is not None
    assert (whole.lipschitz.bound, part.lipschitz.bound) == (sp.oo, 6)


def test_an_empty_domain_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the domain \(2, 1\) is empty"):
        profile("tanh", domain=(2, 1))


def test_what_cannot_be_derived_is_none_and_nothing_else_is_lost() -> None:
    found = profile("sin(x)", eps=0.1)
    assert found.limits == (None, None)
    assert found.moments[0].value_mean_square is not None


@pytest.mark.parametrize("text", ["x*tanh(log(1 + exp(x)))", "x*sigmoid(1.702*x)", "max(-1, min(1, x))", "atan(x)"])
def test_an_expression_is_as_good_as_a_name(text: str) -> None:
    found = profile(text, variances=(1,))
    assert found.lipschitz is not None
    assert all(claim.replay() is not Strength.BROKEN for claim in found.claims)
    assert found.activation == activation(text)


def test_duals_are_asked_for_and_replay() -> None:
    found = profile("relu", variances=(1, 2), covariances=(0.5, -0.25))
    duals = [each for moments in found.moments for each in moments.duals]
    assert [each.covariance for each in duals] == [sp.Rational(1, 2), sp.Rational(-1, 4)] * 2
    for each in duals:
        assert each.value is not None
        assert each.slope is not None
        assert each.value in found.claims
        assert each.slope.replay() >= Strength.CERTIFIED


def test_zeros_are_points_and_intervals() -> None:
    """Of a hard swish the half-line, and of a sine both zeros of one period."""
    x = sp.Symbol("x", real=True)
    assert profile("hard_swish").zero_set == sp.Union(sp.Interval(-sp.oo, -3), sp.FiniteSet(0))
    assert profile("sin").zero_set == sp.FiniteSet(0, sp.pi)
    assert profile("step").zero_set == sp.Interval.open(-sp.oo, 0)  # at 0 it is 1
    assert profile(sp.exp(x)).zero_set == sp.S.EmptySet


@pytest.mark.parametrize("text", ["gabor", "gcu", "x*sin(3*x)", "(x**2 - 2)*(2*cos(x) - 1)", "tanh(x)*sin(x)*exp(x)"])
def test_zeros_without_end_are_families_that_repeat(text: str) -> None:
    """Each vanishes, and between two neighbours the function does not: its signs alternate there, or repeat."""
    phi = activation(text)
    value = sp.lambdify(sp.Symbol("x", real=True), phi.expression, "mpmath")
    with mpmath.workdps(30):
        found = [mpmath.mpf(str(sp.N(point, 40))) for point in listed(phi.zero_set, 7)]
        assert all(abs(value(point)) < mpmath.mpf(10) ** -25 for point in found)  # at 30 digits of the zero
        grid = [(k + mpmath.mpf(1) / 3) / 997 - 7 for k in range(14 * 997)]  # no two zeros are so near, none is on it
        crossings = [a for a, b in pairwise(grid) if value(a) * value(b) < 0]
        assert all(any(a < point < a + mpmath.mpf(1) / 997 for point in found) for a in crossings)
        inside = [point for point in found if grid[0] < point < grid[-1]]
        assert len(crossings) == len(inside) - (
            1 if text in ("x*sin(3*x)", "tanh(x)*sin(x)*exp(x)") else 0
        )  # 0 is double
    with pytest.raises(sg.CannotEnclose, match="infinitely many zeros"):
        _ = phi.zeros


def listed(zeros: sp.Set, far: int) -> list[sp.Expr]:
    """The members of a union of points and families in a neighbourhood of zero."""
    found: set[sp.Expr] = set()
    for part in zeros.args if isinstance(zeros, sp.Union) else (zeros,):
        if isinstance(part, sp.ImageSet):
            found |= {part.args[0](k) for k in range(-40, 41)}
        else:
            found |= set(part)
    return sorted((point for point in found if abs(point) < far), key=float)


def test_a_factor_that_swings_but_never_vanishes_and_one_that_is_infinite_make_no_families() -> None:
    assert activation("x*(2 + cos(x))").zero_set == sp.FiniteSet(0)
    with pytest.raises(sg.CannotEnclose):
        _ = activation("cos(x)*(x/(1 + x**2) + 2*x + sin(x))").zeros  # zeros of a factor are there, but without end
    with pytest.raises(sg.CannotEnclose):
        _ = zero_set(sp.cos(sp.Symbol("x", real=True)) / sp.Symbol("x", real=True))  # a pole: not real in all its parts


def test_a_gain_of_an_infinite_moment_is_none() -> None:
    """The mean-square slope of sqrt|x| is infinite: no gain keeps a gradient."""
    (moments,) = profile("sqrt(abs(x))").moments
    assert moments.slope_mean_square is not None
    assert moments.slope_mean_square.bound == sp.oo
    assert moments.backward_gain is None
    assert moments.forward_gain is not None


def test_parameters_may_stay_symbols() -> None:
    beta = sp.Symbol("beta", positive=True)
    found = profile(activation("softplus", beta=beta))
    assert found.curvature_sup is not None
    assert found.curvature_sup.bound == beta / 4
    assert (found.value_inf, found.zero_set) == (None, None)
    assert (found.activation.monotone, found.activation.odd) == (True, False)
    steep = activation("a*tanh(b*x)", a=2, b=sp.Symbol("b", positive=True))
    assert (steep.monotone, steep.odd, steep.even) == (True, True, False)
    either = activation("a*tanh(x)", a=sp.Symbol("a", real=True))
    assert (either.monotone, either.odd) == (None, True)
