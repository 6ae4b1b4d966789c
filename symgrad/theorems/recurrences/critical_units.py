"""Critical units: a tanh unit whose own weight is one forgets by a power of the time, and not exponentially."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    Always,
    Assumption,
    Claim,
    Fact,
    Holding,
    Induction,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    gradient_norm,
    no,
    symbol,
    unknown,
    yes,
)
from ...networks import IdentityWeights, Recurrence, rnn
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER, VANILLA_CELL
from .latch_conditions import NO_DRIVE
from .self_weights import ONE_UNIT, TANH_UNITS, self_weight

__all__ = ["gradient_norm_ge_power_law_of_critical_unit"]

STEPS, SQUARE = symbol("steps"), symbol("state_mean_square")
_TIME = sp.Symbol("t", integer=True, nonnegative=True)
_ALPHA = 3 / (2 * SQUARE)
_HALF, _THIRD = sp.S.Half, sp.Rational(1, 3)


def _critical(network: Recurrence) -> Holding:
    weight = self_weight(network)
    if weight is None:
        return no("the weight is drawn")
    return yes("the weight is 1") if weight == 1 else no(f"the weight is {weight}")


def _excited(network: Recurrence) -> Holding:
    square = network.state_mean_square
    if square.is_zero:
        return no("the state begins at zero, where nothing is forgotten")
    inside = (1 - square).is_nonnegative
    if inside and square.is_positive:
        return yes(f"its square is {square}")
    return no(f"its square {square} is above 1") if inside is False else unknown(f"its square is {square}")


CRITICAL_SELF_WEIGHT = Assumption("critical_self_weight", "the weight is 1", "w=1", _critical)
EXCITED_STATE = Assumption("excited_state", "the initial state is not zero, and at most 1", r"0<|h_0|\le1", _excited)
_ASSUMED = (ONE_RECURRENT_LAYER, VANILLA_CELL, TANH_UNITS, ONE_UNIT, CRITICAL_SELF_WEIGHT, NO_DRIVE, EXCITED_STATE)


def _mean_value(function: sp.Expr, at: sp.Expr, slope: Step, positive: Fact, says: str) -> Step:
    """A function that vanishes at zero and has no negative slope is not negative."""
    value = Fact(function, Relation.EQ, at * slope.before, "mean value theorem from 0, where it vanishes")
    return Step(sp.S.Zero, Relation.LE, function, says, Symbolic((value, slope.at(), positive), (at,)))


def _smaller_than_a_root(at: sp.Expr) -> tuple[Step, ...]:
    """Show that tanh h is at most h over the root of 1 + 2h²/3, by two derivatives."""
    between = display(r"\xi", positive=True)
    cosh, sinh, root = sp.cosh(between), sp.sinh(between), 1 + 2 * between**2 / 3
    longer = Fact(between, Relation.LE, sinh, "all terms of the series are positive")
    above = Fact(sp.S.One, Relation.LE, cosh**_THIRD, "as cosh is at least 1")
    first = Step(between, Relation.LE, cosh**_THIRD * sinh, "together", Symbolic((longer, above), (sp.S.One, sinh)))

    def gap(x: sp.Expr) -> sp.Expr:
        return sp.cosh(x) ** (4 * _THIRD) - 1 - 2 * x**2 / 3

    def difference(x: sp.Expr) -> sp.Expr:
        return x / sp.sqrt(1 + 2 * x**2 / 3) - sp.tanh(x)

    slope = Step(
        sp.Derivative(gap(between), between),
        Relation.EQ,
        4 * _THIRD * (cosh**_THIRD * sinh - between),
        "differentiate",
        Symbolic(),
    )
    scaled = Step(sp.S.Zero, Relation.LE, slope.after, "the line before it", Symbolic((first.at(),), (4 * _THIRD,)))
    power = _mean_value(gap(between), between, slope, scaled.at(), "its slope is not negative")
    second = Step(
        sp.Derivative(difference(between), between),
        Relation.EQ,
        root ** (-3 * _HALF) - cosh**-2,
        "differentiate",
        Symbolic(),
    )
    flatter = Fact(
        cosh**-2,
        Relation.LE,
        root ** (-3 * _HALF),
        "take the line above but one to the power of -3/2, which turns it round",
    )
    last = _mean_value(difference(at), at, second, flatter, "its slope is not negative")
    return first, slope, scaled, power, second, last, *_inverted(at, at / sp.sqrt(1 + 2 * at**2 / 3), last)


def _inverted(at: sp.Expr, longer: sp.Expr, gap: Step) -> tuple[Step, Step]:
    square = Step(sp.tanh(at) ** 2, Relation.LE, longer**2, "squared", Symbolic((gap.at(),), (longer + sp.tanh(at),)))
    weight = 1 / (longer**2 * sp.tanh(at) ** 2)
    inverse = Step(at**-2 + 2 * _THIRD, Relation.LE, sp.tanh(at) ** -2, "inverted", Symbolic((square.at(),), (weight,)))
    return square, inverse


_BEFORE = {_TIME: _TIME - 1}
_INVERSE = display("h_{#}^{-2}", _TIME, positive=True)
_RATIO = display(r"\left|\frac{dh_{#}}{dh_0}\right|", _TIME, nonnegative=True)
_LEAST = display("q_{#}", _TIME, nonnegative=True)
_PRODUCT = display(r"\Pi_{#}", _TIME, nonnegative=True)


def _at_start(quantity: sp.Expr, value: sp.Expr, why: str) -> Fact:
    return Fact(quantity.xreplace({_TIME: sp.S.Zero}), Relation.EQ, value, why)


def _steps(bound: sp.Expr) -> tuple[Step, ...]:
    at = display("h", positive=True)
    lines, level = _smaller_than_a_root(at), 1 / SQUARE + 2 * _TIME / 3
    names = (
        Fact(_INVERSE.xreplace(_BEFORE), Relation.EQ, at**-2, "h is the state before"),
        Fact(_INVERSE, Relation.EQ, sp.tanh(at) ** -2, "and its image the state"),
    )
    start = Symbolic((_at_start(_INVERSE, 1 / SQUARE, "the initial state"),))
    each = Symbolic((*names, lines[-1].at()), (sp.S.One, sp.S.One))
    grows = Step(level, Relation.LE, _INVERSE, "induction over the steps", Induction(_TIME, sp.S.Zero, start, each))
    named = Fact(_LEAST, Relation.EQ, 1 - 1 / level, "definition of q, which is not negative from the first step on")
    slope = Step(
        _LEAST,
        Relation.LE,
        1 - 1 / _INVERSE,
        "so no step is flatter than this",
        Symbolic((named, grows.at()), (1 / (level * _INVERSE),)),
    )
    factor = Step(
        _LEAST,
        Relation.EQ,
        (_TIME + _ALPHA - 3 * _HALF) / (_TIME + _ALPHA),
        "with 3/(2h₀²), which is at least 3/2",
        Symbolic((named,)),
    )
    return (*lines, grows, slope, factor, *_products(slope, factor, bound))


def _products(slope: Step, factor: Step, bound: sp.Expr) -> tuple[Step, ...]:
    ones = tuple(_at_start(each, sp.S.One, "no factor") for each in (_RATIO, _PRODUCT))
    chain = Fact(_RATIO, Relation.EQ, slope.after * _RATIO.xreplace(_BEFORE), "chain rule")
    grown = Fact(_PRODUCT, Relation.EQ, _LEAST * _PRODUCT.xreplace(_BEFORE), "definition of the product")
    each = Symbolic((chain, grown, slope.at()), (_LEAST, _RATIO.xreplace(_BEFORE)))
    above = Step(
        _PRODUCT, Relation.LE, _RATIO, "induction over the steps", Induction(_TIME, sp.S.Zero, Symbolic(ones), each)
    )
    functional = tuple(
        Fact(sp.gamma(x + 1), Relation.EQ, x * sp.gamma(x), "functional equation of the gamma function")
        for x in (_TIME + _ALPHA - 3 * _HALF, _TIME + _ALPHA)
    )
    product = Step(
        _PRODUCT,
        Relation.EQ,
        bound.xreplace({STEPS: _TIME}),
        "induction over the steps",
        Induction(_TIME, sp.S.Zero, Symbolic((ones[1],)), Symbolic((grown, factor.at(), *functional))),
    )
    end = {_TIME: STEPS}
    last = Symbolic((above.at(end), product.at(end)), (sp.S.One,))
    return above, product, Step(_RATIO.xreplace(end), Relation.GE, bound, "after all steps", last)


def _one_more_root(claim: Claim) -> Claim:
    """Let it decay as the inverse of the time only."""
    return replace(claim, bound=_ALPHA / (STEPS + _ALPHA))


@theorem(
    assumptions=_ASSUMED,
    mutant=_one_more_root,
    example=lambda: rnn(width=1, steps=40, law=IdentityWeights(1), input_mean_square=0, state_mean_square=1),
    about=Recurrence,
)
def gradient_norm_ge_power_law_of_critical_unit(network: Recurrence) -> Claim:
    r"""A tanh unit with a weight of one forgets by a power of the time, three halves, and no faster.

    **Statement.** :math:`\Bigl|\frac{dh_T}{dh_0}\Bigr|\ge
    \frac{\Gamma(T+\alpha-\frac12)\,\Gamma(1+\alpha)}{\Gamma(\alpha-\frac12)\,\Gamma(T+1+\alpha)}\sim C\,T^{-3/2}`
    with :math:`\alpha=\frac3{2h_0^2}`, for :math:`w=1` and :math:`0<|h_0|\le1`.

    **Assumptions.** one_recurrent_layer, vanilla_cell, tanh_units, one_unit, critical_self_weight, no_drive, excited_state.

    **Derivation.** :math:`\tanh^{-2}h\ge h^{-2}+\frac23`, by two derivatives; so
    :math:`h_t^{-2}\ge h_0^{-2}+\frac23t`, and the slope :math:`1-h_t^2` is at least
    :math:`(t+\alpha-\frac32)/(t+\alpha)`; a product of such factors is a ratio of gamma functions.

    **Tightness.** The exponent is exact: :math:`h_t^2\sim\frac3{2t}`. The constant is too small by what
    :math:`\tanh^{-2}h-h^{-2}-\frac23\approx\frac{h^2}{15}` adds up to.

    **Source.** Bengio, Simard and Frasconi 1994, section III, for the unit; the bound is derived here.

    See Also
    --------
    gradient_norm_le_pow_inverse_square_self_weight : for larger weights

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.networks import IdentityWeights
    >>> net = sg.rnn(width=1, steps=1, law=IdentityWeights(1), input_mean_square=0, state_mean_square=1)
    >>> sg.theorems.claim("gradient_norm_ge_power_law_of_critical_unit", net).valued()
    2/5
    """
    bound = (
        sp.gamma(STEPS + _ALPHA - _HALF)
        * sp.gamma(1 + _ALPHA)
        / (sp.gamma(_ALPHA - _HALF) * sp.gamma(STEPS + 1 + _ALPHA))
    )
    return Claim(
        name="gradient_norm_ge_power_law_of_critical_unit",
        subject=str(network),
        quantity=gradient_norm(0).in_time(),
        relation=Relation.GE,
        bound=bound,
        mode=Always(),
        assumptions=_ASSUMED,
        derivation=_steps(bound),
        sources=(cite("bengio_simard_frasconi_1994", "section III"),),
        tightness=Tightness(TightnessKind.UPPER, "the exponent is exact; the constant is too small"),
        values=((STEPS, network.steps), (SQUARE, network.state_mean_square)),
        condition=SQUARE <= 1,
    )
