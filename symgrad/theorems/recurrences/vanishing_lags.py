"""Horizons: after how many steps a worst case through time lies below a number, and in how many it halves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import sympy as sp

from ...claims import (
    Always,
    Claim,
    Fact,
    Measurable,
    Quantity,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    symbol,
)
from ...networks import Recurrence, rnn
from ..hypotheses import BOUNDED_SLOPE
from ..registries import theorem
from ..thresholds import DEFAULT_THRESHOLD, LOG_RATE, RATE, THRESHOLD, ceiling_steps, floor_steps, one_deeper
from .hypotheses import CONTRACTING_STEPS, ONE_RECURRENT_LAYER, SURE_NORM, VANILLA_CELL
from .rates import worst_case_rate

__all__ = [
    "halving_time_eq_log_ratio_of_recurrence",
    "reaching_depth_eq_log_ratio_of_recurrence",
    "vanishing_depth_eq_log_ratio_of_recurrence",
]

PREFACTOR = symbol("prefactor")
_REPEATED = (ONE_RECURRENT_LAYER, VANILLA_CELL, BOUNDED_SLOPE, SURE_NORM, CONTRACTING_STEPS)
_SOURCES = (cite("bengio_simard_frasconi_1994", "section III"), cite("pascanu_2013", "section 2.1"))
_LOG_GOAL = display(r"\log(\varepsilon/C)", real=True)
_FALLS = sp.And(RATE < 1, THRESHOLD < PREFACTOR)


def _quarter_unit() -> Recurrence:
    """Return a sigmoid unit with weight one, whose bound is a quarter for each step."""
    return rnn(
        steps=4, activation="sigmoid", weights={"weight_ih_l0": np.ones((1, 1)), "weight_hh_l0": np.ones((1, 1))}
    )


def _about_the_rate(network: Recurrence, name: str, what: Measurable, bound: sp.Expr, steps: tuple[Step, ...]) -> Claim:
    """State a number that follows from the rate of a network."""
    return Claim(
        name=name,
        subject=str(network),
        quantity=Quantity(what).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=Always(),
        assumptions=_REPEATED,
        derivation=steps,
        sources=_SOURCES,
        tightness=Tightness(TightnessKind.EXACT, "for the bound; the gradient itself vanishes earlier"),
        premises=(network.activations[0].lipschitz,),
        values=((RATE, worst_case_rate(network)),),
        condition=RATE < 1,
    )


def _with_threshold(claim: Claim) -> Claim:
    """Add the two numbers that a horizon depends on besides the rate: a bound C r^T, and what it is to fall below."""
    values = (*claim.values, (THRESHOLD, DEFAULT_THRESHOLD), (PREFACTOR, sp.S.One))
    return replace(claim, values=values, condition=_FALLS)


@theorem(assumptions=_REPEATED, mutant=one_deeper, example=_quarter_unit, about=Recurrence)
def vanishing_depth_eq_log_ratio_of_recurrence(network: Recurrence) -> Claim:
    r"""The number of steps after which the worst case through time is below a threshold.

    **Statement.** :math:`T_\varepsilon=\lfloor\log(\varepsilon/C)/\log r\rfloor+1` is the smallest :math:`T` with
    :math:`C\,r^T<\varepsilon`, for :math:`r=\gamma\lVert R\rVert_2<1` and :math:`\varepsilon<C`; here :math:`C=1`.

    **Assumptions.** one_recurrent_layer, vanilla_cell, bounded_slope, sure_norm, contracting_steps.

    **Derivation.** Take logarithms and divide by the negative :math:`\log r`; definition of the floor.

    **Tightness.** Exact for the bound, in exact arithmetic where :math:`r` and :math:`\varepsilon` are fractions; the
    gradient itself vanishes earlier.

    **Source.** Bengio, Simard and Frasconi 1994, section III; Pascanu, Mikolov and Bengio 2013, section 2.1.

    See Also
    --------
    reaching_depth_eq_log_ratio_of_recurrence : at most in place of below, which differs where a power hits the threshold
    jacobian_norm_le_pow_of_recurrent_weights : the bound itself

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> net = sg.rnn(steps=4, weights={"weight_ih_l0": np.eye(1), "weight_hh_l0": np.array([[0.5]])})
    >>> claim = sg.theorems.claim("vanishing_depth_eq_log_ratio_of_recurrence", net)
    >>> claim.valued(), claim.subs(threshold=1 / 1024).valued(), claim.subs(prefactor=8).valued()
    (20, 11, 23)
    """
    steps = floor_steps(display(r"T_\varepsilon", integer=True), _LOG_GOAL, sp.log(THRESHOLD / PREFACTOR), "step")
    name = "vanishing_depth_eq_log_ratio_of_recurrence"
    return _with_threshold(_about_the_rate(network, name, Measurable.VANISHING_DEPTH, steps[-1].after, steps))


@theorem(assumptions=_REPEATED, mutant=one_deeper, example=_quarter_unit, about=Recurrence)
def reaching_depth_eq_log_ratio_of_recurrence(network: Recurrence) -> Claim:
    r"""The number of steps after which the worst case through time is at most a threshold.

    **Statement.** :math:`T_{\le\varepsilon}=\lceil\log(\varepsilon/C)/\log r\rceil` is the smallest :math:`T` with
    :math:`C\,r^T\le\varepsilon`, for :math:`r=\gamma\lVert R\rVert_2<1` and :math:`\varepsilon<C`; here :math:`C=1`.

    **Assumptions.** one_recurrent_layer, vanilla_cell, bounded_slope, sure_norm, contracting_steps.

    **Derivation.** Take logarithms and divide by the negative :math:`\log r`; definition of the ceiling.

    **Tightness.** Exact for the bound; one less than the number for strictly below exactly where a power is equal to
    the threshold, which floating-point logarithms get wrong.

    **Source.** Bengio, Simard and Frasconi 1994, section III; Pascanu, Mikolov and Bengio 2013, section 2.1.

    See Also
    --------
    vanishing_depth_eq_log_ratio_of_recurrence : strictly below

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> net = sg.rnn(steps=4, weights={"weight_ih_l0": np.eye(1), "weight_hh_l0": np.array([[0.5]])})
    >>> claim = sg.theorems.claim("reaching_depth_eq_log_ratio_of_recurrence", net)
    >>> claim.valued(), claim.subs(threshold=1 / 1024).valued()
    (20, 10)
    """
    count, goal = display(r"T_{\le\varepsilon}", integer=True), sp.log(THRESHOLD / PREFACTOR)
    steps = ceiling_steps(count, _LOG_GOAL, goal, "step", "in terms of threshold and rate")
    name = "reaching_depth_eq_log_ratio_of_recurrence"
    return _with_threshold(_about_the_rate(network, name, Measurable.REACHING_DEPTH, steps[-1].after, steps))


def _halving_steps(bound: sp.Expr) -> tuple[Step, ...]:
    count = display("T_{1/2}", positive=True)
    half = Fact(LOG_RATE, Relation.EQ, -sp.log(2) / count, "definition: so many factors are one half, in logarithms")
    named = Fact(LOG_RATE, Relation.EQ, sp.log(RATE), "what the logarithm stands for")
    divided = Step(count, Relation.EQ, -sp.log(2) / LOG_RATE, "solve for the number", Symbolic((half,)))
    return divided, Step(count, Relation.EQ, bound, "in terms of the rate", Symbolic((divided.at(), named)))


def _to_one_part_in_e(claim: Claim) -> Claim:
    """Take the time constant, after which one part in e is left, for the half-life."""
    return replace(claim, bound=-1 / sp.log(RATE))


@theorem(assumptions=_REPEATED, mutant=_to_one_part_in_e, example=_quarter_unit, about=Recurrence)
def halving_time_eq_log_ratio_of_recurrence(network: Recurrence) -> Claim:
    r"""The number of steps in which the worst case through time halves.

    **Statement.** :math:`T_{1/2}=\log 2/(-\log r)`, :math:`r=\gamma\lVert R\rVert_2<1`; no integer, as a rule.

    **Assumptions.** one_recurrent_layer, vanilla_cell, bounded_slope, sure_norm, contracting_steps.

    **Derivation.** :math:`r^T=1/2` in logarithms.

    **Tightness.** Exact for the bound. It is not the time constant :math:`1/(-\log r)`, after which one part in e is
    left.

    **Source.** Bengio, Simard and Frasconi 1994, section III; Pascanu, Mikolov and Bengio 2013, section 2.1.

    See Also
    --------
    vanishing_depth_eq_log_ratio_of_recurrence

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> net = sg.rnn(steps=4, weights={"weight_ih_l0": np.eye(1), "weight_hh_l0": np.array([[0.5]])})
    >>> sg.theorems.claim("halving_time_eq_log_ratio_of_recurrence", net).valued()
    1
    """
    bound = -sp.log(2) / sp.log(RATE)
    name = "halving_time_eq_log_ratio_of_recurrence"
    return _about_the_rate(network, name, Measurable.HALVING_TIME, bound, _halving_steps(bound))
