"""Latches: a tanh unit that stays in one of two states whatever comes in, within limits, lets its gradient vanish."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import sympy as sp

from ...claims import (
    Always,
    Claim,
    Fact,
    Induction,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    gradient_norm,
    symbol,
)
from ...networks import IdentityWeights, Recurrence, rnn
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER, VANILLA_CELL
from .latch_conditions import (
    BEYOND_KEPT_STATE,
    KNOWN_SELF_WEIGHT,
    LATCHED_UNIT,
    NO_DRIVE,
    largest_drive,
    lowest_preactivation,
)
from .saddle_nodes import slope_steps
from .self_weights import EXPANDING_SELF_WEIGHT, ONE_UNIT, SELF_WEIGHT, TANH_UNITS, self_weight

__all__ = ["gradient_norm_le_pow_inverse_square_self_weight", "gradient_norm_le_pow_slope_of_latched_unit"]

WEIGHT, STEPS, RATE = symbol("self_weight"), symbol("steps"), symbol("rate")
_LATCH = cite("bengio_simard_frasconi_1994", "section III")
_TIME = sp.Symbol("t", integer=True, nonnegative=True)
_STATE = display("h_{#}", _TIME, nonnegative=True)
_RATIO = display(r"\left|\frac{dh_{#}}{dh_0}\right|", _TIME, nonnegative=True)
_UNIT = (ONE_RECURRENT_LAYER, VANILLA_CELL, TANH_UNITS, ONE_UNIT, SELF_WEIGHT, EXPANDING_SELF_WEIGHT)
_FREE, _DRIVEN = (*_UNIT, NO_DRIVE, BEYOND_KEPT_STATE), (*_UNIT, KNOWN_SELF_WEIGHT, LATCHED_UNIT)


def _stays_above(lowest: sp.Expr, surplus: sp.Expr, why: str) -> Step:
    """Show that the state never falls below the lowest one, by the mean value theorem for tanh."""
    slope = display(r"\operatorname{sech}^2\xi_t", positive=True)
    before = _STATE.xreplace({_TIME: _TIME - 1})
    start = Fact(
        lowest, Relation.LE, _STATE.xreplace({_TIME: sp.S.Zero}), "assumed of the initial state, up to its sign"
    )
    step = Fact(_STATE, Relation.EQ, lowest + slope * (WEIGHT * (before - lowest) + surplus), why)
    ground = Induction(_TIME, sp.S.Zero, Symbolic((start,), (sp.S.One,)), Symbolic((step,), (WEIGHT * slope,)))
    return Step(lowest, Relation.LE, _STATE, "induction over the steps", ground)


def _flatter(lowest: sp.Expr, above: Step) -> Step:
    return Step(
        WEIGHT * (1 - _STATE**2),
        Relation.LE,
        WEIGHT * (1 - lowest**2),
        "a unit is flatter where its state is larger",
        Symbolic((above.at(),), (WEIGHT * (_STATE + lowest),)),
    )


def _through_time(slope: Step, rate: sp.Expr) -> Step:
    """Every step multiplies the derivative by its slope, which the rate bounds."""
    before = _RATIO.xreplace({_TIME: _TIME - 1})
    start = Fact(_RATIO.xreplace({_TIME: sp.S.Zero}), Relation.EQ, sp.S.One, "the initial state itself")
    each = Fact(_RATIO, Relation.EQ, slope.before * before, "chain rule")
    ground = Induction(_TIME, sp.S.Zero, Symbolic((start,)), Symbolic((each, slope.at()), (rate, before)))
    return Step(_RATIO, Relation.LE, rate**_TIME, "induction over the steps", ground)


def _at_the_end(product: Step, bound: sp.Expr) -> Step:
    end = product.at({_TIME: STEPS})
    return Step(end.before, Relation.LE, bound, "after all steps", Symbolic((end,), (sp.S.One,)))


# ----------------------------------------------------------------------------------------------------- without an input


def _free_steps(bound: sp.Expr) -> tuple[Step, ...]:
    kept = display("h^*", positive=True)
    limit = slope_steps(WEIGHT**-2)
    above = _stays_above(kept, sp.S.Zero, "mean value theorem; the state that is kept is its own image")
    flatter = _flatter(kept, above)
    value = Fact(limit[-1].before, Relation.EQ, flatter.after, "what m stands for")
    slope = Step(
        flatter.before,
        Relation.LE,
        WEIGHT**-2,
        "and the slope at that state is known",
        Symbolic((value, flatter.at(), limit[-1].at()), (sp.S.One, sp.S.One)),
    )
    product = _through_time(slope, WEIGHT**-2)
    return (*limit, above, flatter, slope, product, _at_the_end(product, bound))


def _one_step_more(claim: Claim) -> Claim:
    return replace(claim, bound=claim.bound.xreplace({STEPS: STEPS + 1}))


@theorem(
    assumptions=_FREE,
    mutant=_one_step_more,
    example=lambda: rnn(
        width=1,
        steps=8,
        law=IdentityWeights(sp.Rational(21, 20)),
        input_mean_square=0,
        state_mean_square=sp.Rational(7, 50),
    ),
    about=Recurrence,
)
def gradient_norm_le_pow_inverse_square_self_weight(network: Recurrence) -> Claim:
    r"""A tanh unit with a weight above one lets its gradient vanish, by the square of the weight in each step.

    **Statement.** :math:`|dh_T/dh_0|\le w^{-2T}` for :math:`w>1` and :math:`|h_0|\ge|h^*|`, :math:`h^*=\tanh(wh^*)`; so for
    every :math:`|h_0|=1`. The spectral radius is :math:`w>1`, and nothing explodes: with a weight of :math:`1/w` in its
    place the gradient would be :math:`w^{-T}` at most, and larger.

    **Assumptions.** one_recurrent_layer, vanilla_cell, tanh_units, one_unit, self_weight_given, expanding_self_weight,
    no_drive, beyond_kept_state.

    **Derivation.** The state stays at :math:`h^*` or beyond, by induction; there the slope is at most
    :math:`w(1-h^{*2})\le w^{-2}`, by :math:`a^3\cosh a\le\sinh^3a`; multiply.

    **Tightness.** Of second order in :math:`w-1` at the kept state.

    **Source.** Bengio, Simard and Frasconi 1994, section III; Mitrinović 1970, section 3.6.9, for the inequality.

    See Also
    --------
    gradient_norm_le_pow_slope_of_latched_unit : with inputs

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.networks import IdentityWeights
    >>> net = sg.rnn(width=1, steps=10, law=IdentityWeights(2), input_mean_square=0, state_mean_square=1)
    >>> sg.theorems.claim("gradient_norm_le_pow_inverse_square_self_weight", net).valued()
    1/1048576
    """
    bound = (WEIGHT**-2) ** STEPS
    return Claim(
        name="gradient_norm_le_pow_inverse_square_self_weight",
        subject=str(network),
        quantity=gradient_norm(0).in_time(),
        relation=Relation.LE,
        bound=bound,
        mode=Always(),
        assumptions=_FREE,
        derivation=_free_steps(bound),
        sources=(_LATCH, cite("mitrinovic_1970", "section 3.6.9")),
        tightness=Tightness(TightnessKind.UPPER, "of second order in w - 1 at the kept state"),
        values=((WEIGHT, self_weight(network)), (STEPS, network.steps)),
        condition=WEIGHT > 1,
    )


# --------------------------------------------------------------------------------------------------------- with inputs


def _driven_steps(bound: sp.Expr) -> tuple[Step, ...]:
    lowest, turn = display("h_-", positive=True), display("h_c", positive=True)
    surplus = display("u+u_t", nonnegative=True)
    above = _stays_above(lowest, surplus, "mean value theorem; h₋ is its own image under the input -u, the least")
    flatter = _flatter(lowest, above)
    named = Fact(RATE, Relation.EQ, flatter.after, "definition of r")
    slope = Step(flatter.before, Relation.LE, RATE, "definition of r", Symbolic((named, flatter.at()), (sp.S.One,)))
    fold = Fact(turn**2, Relation.EQ, 1 - 1 / WEIGHT, "where a - w tanh a turns")
    beyond = Fact(turn, Relation.LT, lowest, "of two states under the input -u, it is the one beyond the turn")
    deeper = Step(
        flatter.after,
        Relation.LT,
        WEIGHT * (1 - turn**2),
        "flatter beyond the turn",
        Symbolic((beyond,), (WEIGHT * (lowest + turn),)),
    )
    one = Step(deeper.after, Relation.EQ, sp.S.One, "where the slope of a step is 1", Symbolic((fold,)))
    given = (named, one.at(), deeper.at())
    vanishes = Step(RATE, Relation.LT, sp.S.One, "so the gradient vanishes", Symbolic(given, (sp.S.One,)))
    product = _through_time(slope, RATE)
    return (above, flatter, slope, deeper, one, vanishes, product, _at_the_end(product, bound))


def _latched_example() -> Recurrence:
    weights = {"weight_ih_l0": np.array([[0.25]]), "weight_hh_l0": np.array([[1.5]])}
    return rnn(steps=12, weights=weights, inputs=-np.ones((12, 1)) / 2, state_mean_square=sp.Rational(16, 25))


@theorem(assumptions=_DRIVEN, mutant=_one_step_more, example=_latched_example, about=Recurrence)
def gradient_norm_le_pow_slope_of_latched_unit(network: Recurrence) -> Claim:
    r"""A tanh unit that no input pushes out of its state lets its gradient vanish: to latch is to forget how.

    **Statement.** If :math:`|Wx_t+b|\le u<u^*` and :math:`|h_0|\ge h_-`, the larger root of :math:`h=\tanh(wh-u)`, then
    :math:`|dh_T/dh_0|\le r^T` with :math:`r=w(1-h_-^2)<1`.

    **Assumptions.** one_recurrent_layer, vanilla_cell, tanh_units, one_unit, self_weight_given, expanding_self_weight,
    known_self_weight, latched_unit.

    **Derivation.** The state stays at :math:`h_-` or beyond, by induction, since the input is at least :math:`-u`; there
    the slope is at most :math:`r`, which is below 1 since :math:`h_-` lies beyond the saddle-node; multiply.

    **Tightness.** Attained in the limit by the constant input :math:`-u`.

    **Source.** Bengio, Simard and Frasconi 1994, section III.

    See Also
    --------
    latch_threshold_eq_saddle_node : up to which input a unit latches

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.array([[0.25]]), "weight_hh_l0": np.array([[2.0]])}
    >>> net = sg.rnn(steps=20, weights=weights, inputs=np.cos(np.arange(20.0))[:, None], state_mean_square=1)
    >>> sg.theorems.claim("gradient_norm_le_pow_slope_of_latched_unit", net).value_of(sg.claims.symbol("rate")).evalf(4)
    0.3064
    """
    bound = RATE**STEPS
    weight, drive = self_weight(network), largest_drive(network)
    lowest = None if weight is None or drive is None else lowest_preactivation(weight, drive)
    rate = sp.nan if lowest is None else weight * (1 - sp.tanh(lowest) ** 2)  # which the assumptions exclude
    return Claim(
        name="gradient_norm_le_pow_slope_of_latched_unit",
        subject=str(network),
        quantity=gradient_norm(0).in_time(),
        relation=Relation.LE,
        bound=bound,
        mode=Always(),
        assumptions=_DRIVEN,
        derivation=_driven_steps(bound),
        sources=(_LATCH,),
        tightness=Tightness(TightnessKind.ATTAINED, "in the limit, by the constant input -u"),
        values=((RATE, rate), (STEPS, network.steps)),
        condition=RATE < 1,
    )
