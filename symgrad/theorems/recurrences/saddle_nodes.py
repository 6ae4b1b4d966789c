"""Saddle-nodes: a tanh unit whose own weight is above one keeps either of two states; up to which input, and at what price."""

from __future__ import annotations

from dataclasses import replace

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
from ...networks import IdentityWeights, Recurrence, rnn
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER, VANILLA_CELL
from .self_weights import EXPANDING_SELF_WEIGHT, ONE_UNIT, SELF_WEIGHT, TANH_UNITS, self_weight

__all__ = ["fixed_point_slope_le_inverse_square_self_weight", "latch_threshold_eq_saddle_node"]

WEIGHT = symbol("self_weight")
_ASSUMED = (ONE_RECURRENT_LAYER, VANILLA_CELL, TANH_UNITS, ONE_UNIT, SELF_WEIGHT, EXPANDING_SELF_WEIGHT)
_LATCH = cite("bengio_simard_frasconi_1994", "section III")


def _example() -> Recurrence:
    return rnn(width=1, steps=10, law=IdentityWeights(2))


# ------------------------------------------------------------------------------------------------------- the threshold


def _threshold_steps(bound: sp.Expr) -> tuple[Step, ...]:
    at, turn, threshold = display("a", real=True), display("a_c", positive=True), display("u^*", real=True)
    turned = sp.acosh(sp.sqrt(WEIGHT))
    value = WEIGHT * sp.tanh(turn) - turn
    named = Fact(turned, Relation.EQ, turn, "definition of a_c")
    square = Fact(WEIGHT, Relation.EQ, sp.cosh(turn) ** 2, "the same")
    rest = Fact(sp.sqrt(WEIGHT - 1), Relation.EQ, sp.sinh(turn), "the square of cosh is one more than that of sinh")
    fold = Fact(
        threshold,
        Relation.EQ,
        value,
        "a state that stays has the preactivation a with a - w tanh a = u; the left side rises up to -a_c, falls to a_c "
        "and rises, so that it takes a value three times if and only if that lies between those at the turns",
    )
    worth = Step(value, Relation.EQ, bound, "in terms of the weight", Symbolic((named, square, rest)))
    return (
        Step(
            sp.Derivative(at - WEIGHT * sp.tanh(at), at),
            Relation.EQ,
            1 - WEIGHT / sp.cosh(at) ** 2,
            "differentiate",
            Symbolic(),
        ),
        Step(
            1 - WEIGHT / sp.cosh(turn) ** 2,
            Relation.EQ,
            sp.S.Zero,
            "the slope vanishes at a_c, where cosh a is the root of w, and at -a_c",
            Symbolic((square,)),
        ),
        worth,
        Step(threshold, Relation.EQ, bound, "at the turn two states meet and vanish", Symbolic((fold, worth.at()))),
    )


def _turn_forgotten(claim: Claim) -> Claim:
    return replace(claim, bound=sp.sqrt(WEIGHT * (WEIGHT - 1)))


@theorem(assumptions=_ASSUMED, mutant=_turn_forgotten, example=_example, about=Recurrence)
def latch_threshold_eq_saddle_node(network: Recurrence) -> Claim:
    r"""The largest constant input under which a tanh unit keeps either of two states.

    **Statement.** :math:`h_t=\tanh(wh_{t-1}+u)` has three states that stay, two of them stable, if and only if
    :math:`|u|<u^*=\sqrt{w(w-1)}-\operatorname{arcosh}\sqrt w`; at :math:`u=-u^*` two of them meet at
    :math:`h=\sqrt{1-1/w}`.

    **Assumptions.** one_recurrent_layer, vanilla_cell, tanh_units, one_unit, self_weight_given, expanding_self_weight. A
    bias counts as an input.

    **Derivation.** A preactivation that stays solves :math:`a-w\tanh a=u`; the left side turns where
    :math:`\cosh^2a=w`; its value there.

    **Tightness.** Exact: a saddle-node bifurcation.

    **Source.** Bengio, Simard and Frasconi 1994, section III.

    See Also
    --------
    fixed_point_slope_le_inverse_square_self_weight : what keeping a state costs

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.networks import IdentityWeights
    >>> net = sg.rnn(width=1, steps=100, law=IdentityWeights(2))
    >>> sg.theorems.claim("latch_threshold_eq_saddle_node", net).valued().evalf(5)
    0.53284
    """
    bound = sp.sqrt(WEIGHT * (WEIGHT - 1)) - sp.acosh(sp.sqrt(WEIGHT))
    return Claim(
        name="latch_threshold_eq_saddle_node",
        subject=str(network),
        quantity=Quantity(Measurable.LATCH_THRESHOLD).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=Always(),
        assumptions=_ASSUMED,
        derivation=_threshold_steps(bound),
        sources=(_LATCH,),
        tightness=Tightness(TightnessKind.EXACT, "a saddle-node bifurcation"),
        values=((WEIGHT, self_weight(network)),),
        condition=WEIGHT > 1,
    )


# ----------------------------------------------------------------------------------------------------- what keeping costs


def _cubed(at: sp.Expr) -> tuple[Step, ...]:
    """The inequality of Lazarević: the cube of sinh a exceeds that of a, times cosh a."""
    between, third = display(r"\xi", positive=True), sp.Rational(1, 3)

    def gap(x: sp.Expr) -> sp.Expr:
        return sp.sinh(x) * sp.cosh(x) ** -third - x

    p, power = display("p", positive=True), sp.cosh(between) ** (2 * third)
    sign = Step(
        sp.S.Zero, Relation.LE, (p - 1) ** 2 * (2 * p + 1) / (3 * p**2), "a square times what is positive", Symbolic()
    )
    slope = Step(
        sp.Derivative(gap(between), between),
        Relation.EQ,
        sign.after.xreplace({p: power}),
        "differentiate; with p the power 2/3 of cosh it is (2p³ - 3p² + 1)/(3p²)",
        Symbolic(),
    )
    mean_value = Fact(gap(at), Relation.EQ, at * slope.before, "mean value theorem from 0, where it vanishes")
    above = Step(
        sp.S.Zero,
        Relation.LE,
        gap(at),
        "its slope is not negative",
        Symbolic((mean_value, slope.at(), sign.at({p: power})), (at,)),
    )
    root = at * sp.cosh(at) ** third
    longer = Step(
        root, Relation.LE, sp.sinh(at), "times a power of cosh", Symbolic((above.at(),), (sp.cosh(at) ** third,))
    )
    factor = sp.sinh(at) ** 2 + sp.sinh(at) * root + root**2
    cubes = Step(
        at**3 * sp.cosh(at),
        Relation.LE,
        sp.sinh(at) ** 3,
        "the difference of cubes has the factor of the line above",
        Symbolic((longer.at(),), (factor,)),
    )
    return slope, sign, above, longer, cubes


def slope_steps(bound: sp.Expr) -> tuple[Step, ...]:
    """Show that a unit at the state it keeps has a slope of at most 1/w²."""
    at, state, slope = display("a", positive=True), display("h^*", positive=True), display("m", positive=True)
    lines = _cubed(at)
    kept = Fact(WEIGHT, Relation.EQ, at * sp.cosh(at) / sp.sinh(at), "definition of the state: a = w tanh a")
    value = Fact(state, Relation.EQ, sp.tanh(at), "and h = tanh a")
    chain = Fact(slope, Relation.EQ, WEIGHT * (1 - state**2), "chain rule")
    weight = 1 / (at**2 * sp.cosh(at) ** 2 * sp.sinh(at))
    last = Step(
        slope,
        Relation.LE,
        bound,
        "divide by a² sinh a cosh² a",
        Symbolic((chain, value, kept, lines[-1].at()), (weight,)),
    )
    return (*lines, last)


def _inverse_cube(claim: Claim) -> Claim:
    return replace(claim, bound=WEIGHT**-3)


@theorem(
    assumptions=_ASSUMED,
    mutant=_inverse_cube,
    example=lambda: rnn(width=1, steps=10, law=IdentityWeights(sp.Rational(11, 10))),
    about=Recurrence,
)
def fixed_point_slope_le_inverse_square_self_weight(network: Recurrence) -> Claim:
    r"""A tanh unit that keeps a state lets through at most the inverse square of its weight in each step.

    **Statement.** If :math:`w>1` and :math:`h^*=\tanh(wh^*)\ne0`, then
    :math:`m=w(1-h^{*2})=\frac{2a}{\sinh2a}\le w^{-2}<1`, where :math:`a=\operatorname{artanh}h^*`. So a weight above 1
    makes the gradient vanish, twice as fast as a weight of :math:`1/w` would: a spectral radius above 1 explodes nothing.

    **Assumptions.** one_recurrent_layer, vanilla_cell, tanh_units, one_unit, self_weight_given, expanding_self_weight.

    **Derivation.** :math:`w=a\coth a` and :math:`1-h^{*2}=1/\cosh^2a`; so it says :math:`a^3\cosh a\le\sinh^3a`, which
    follows by differentiating :math:`\sinh a\cosh^{-1/3}a-a`.

    **Tightness.** :math:`mw^2=1-a^4/15+\dots`: equal to second order in :math:`w-1`, and far above at large weights,
    where :math:`m\sim4we^{-2w}`.

    **Source.** Bengio, Simard and Frasconi 1994 for the latch; Mitrinović 1970, section 3.6.9, for the inequality.

    See Also
    --------
    latch_threshold_eq_saddle_node : up to which input both states are kept

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.networks import IdentityWeights
    >>> net = sg.rnn(width=1, steps=100, law=IdentityWeights(2))
    >>> sg.theorems.claim("fixed_point_slope_le_inverse_square_self_weight", net).valued()
    1/4
    """
    bound = WEIGHT**-2
    return Claim(
        name="fixed_point_slope_le_inverse_square_self_weight",
        subject=str(network),
        quantity=Quantity(Measurable.FIXED_POINT_SLOPE).in_time(),
        relation=Relation.LE,
        bound=bound,
        mode=Always(),
        assumptions=_ASSUMED,
        derivation=slope_steps(bound),
        sources=(_LATCH, cite("mitrinovic_1970", "section 3.6.9")),
        tightness=Tightness(TightnessKind.UPPER, "equal to first order in w - 1; at large weights m is 4w exp(-2w)"),
        values=((WEIGHT, self_weight(network)),),
        condition=WEIGHT > 1,
    )
