"""Memory times: how long a gate that stays at its bias keeps a gradient. Three times that are often taken for one another."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    Always,
    Claim,
    Fact,
    Induction,
    Logistic,
    Measurable,
    Quantity,
    Relation,
    Source,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    symbol,
)
from ...networks import Recurrence, lstm
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER
from .keeping_gates import KEEPING_GATE, ONE_KEEPING_BIAS, bias_number, keeping_bias

__all__ = [
    "forgetting_time_eq_one_plus_exp_forget_bias",
    "half_life_eq_log_ratio_of_forget_bias",
    "time_constant_ge_exp_forget_bias",
    "time_constant_lt_half_plus_exp_forget_bias",
]

BIAS, GATE = symbol("forget_bias"), Logistic(symbol("forget_bias"))
_ASSUMED = (ONE_RECURRENT_LAYER, KEEPING_GATE, ONE_KEEPING_BIAS)
_SMALL = display("x", positive=True)  # exp(-b)
_AT_BIAS = {_SMALL: sp.exp(-BIAS)}
_FORGET_GATE, _UNIT_BIAS = cite("gers_2000"), cite("jozefowicz_2015", "section 2.2")


def _example() -> Recurrence:
    return lstm(width=4, steps=10, forget_bias=1)


def _claim(
    name: str,
    network: Recurrence,
    what: Measurable,
    relation: Relation,
    bound: sp.Expr,
    steps: tuple[Step, ...],
    sources: tuple[Source, ...],
    note: str,
) -> Claim:
    (layer,) = network.layers
    number = bias_number(layer, keeping_bias(layer.cell))
    kind = TightnessKind.EXACT if relation is Relation.EQ else TightnessKind.UPPER
    return Claim(
        name=name,
        subject=str(network),
        quantity=Quantity(what).in_time(),
        relation=relation,
        bound=bound,
        mode=Always(),
        assumptions=_ASSUMED,
        derivation=steps,
        sources=sources,
        tightness=Tightness(kind, note),
        values=((BIAS, number),),
    )


def _log_of_the_gate() -> Step:
    return Step(
        sp.log(GATE), Relation.EQ, -sp.log(1 + sp.exp(-BIAS)), "definition of the logistic function", Symbolic()
    )


def _half_life_steps(bound: sp.Expr) -> tuple[Step, ...]:
    log_gate, half_life = _log_of_the_gate(), display("T_{1/2}", real=True)
    definition = Fact(
        half_life,
        Relation.EQ,
        -sp.log(2) / sp.log(GATE),
        "definition, in logarithms: the power of the gate, which falls strictly, is a half",
    )
    return (
        Step(GATE**bound, Relation.EQ, sp.S.Half, "after so many steps half is left", Symbolic()),
        log_gate,
        Step(half_life, Relation.EQ, bound, "there is one such number", Symbolic((definition, log_gate.at()))),
    )


def _large_bias(claim: Claim) -> Claim:
    """Take the gate to be exponentially close to one, as it is for large biases only."""
    return replace(claim, bound=sp.log(2) * sp.exp(BIAS))


@theorem(assumptions=_ASSUMED, mutant=_large_bias, example=_example, about=Recurrence)
def half_life_eq_log_ratio_of_forget_bias(network: Recurrence) -> Claim:
    r"""The number of steps after which a forget gate at its bias has let half of the gradient through.

    **Statement.** :math:`T_{1/2}=\ln2/\ln(1+e^{-b_f})`: 1 step at a bias of 0, 2.2127 at 1, 5.461 at 2, 103.2 at 5.
    It is about the direct path from :math:`c_t` to :math:`c_{t-1}`, the other gates held fixed, while the gate stays
    where its bias puts it.

    **Assumptions.** one_recurrent_layer, keeping_gate, one_keeping_bias. The gate of a GRU is the update gate.

    **Derivation.** Take logarithms of :math:`\sigma(b_f)^T=1/2`; :math:`\ln\sigma(b)=-\ln(1+e^{-b})`.

    **Tightness.** Exact, as a real number of steps.

    **Source.** Gers, Schmidhuber and Cummins 2000 for the gate; Jozefowicz, Zaremba and Sutskever 2015 for a bias of 1.

    See Also
    --------
    time_constant_lt_half_plus_exp_forget_bias, forgetting_time_eq_one_plus_exp_forget_bias : the other two times

    Examples
    --------
    >>> import symgrad as sg
    >>> claim = sg.theorems.claim("half_life_eq_log_ratio_of_forget_bias", sg.lstm(width=8, steps=100, forget_bias=1))
    >>> claim.valued().evalf(5)
    2.2127
    """
    bound = sp.log(2) / sp.log(1 + sp.exp(-BIAS))
    return _claim(
        "half_life_eq_log_ratio_of_forget_bias",
        network,
        Measurable.HALF_LIFE,
        Relation.EQ,
        bound,
        _half_life_steps(bound),
        (_FORGET_GATE, _UNIT_BIAS),
        "as a real number of steps",
    )


# ------------------------------------------------------------------------------------------ the time constant, enclosed


def _time_constant_fact() -> Fact:
    return Fact(
        display(r"\tau_e", positive=True),
        Relation.EQ,
        1 / sp.log(1 + sp.exp(-BIAS)),
        "definition, in logarithms: the power of the gate, whose logarithm is -log(1 + exp(-b)), is 1/e",
    )


def _area(integrand: sp.Expr, equals: sp.Expr) -> tuple[Step, Fact]:
    """An integral over a positive function from 0 to x, in closed form; and that it is positive."""
    there = sp.Symbol("t", positive=True)
    area = sp.Integral(integrand.subs(_SMALL, there), (there, 0, _SMALL))
    worked_out = Step(area, Relation.EQ, equals, "differentiate, and begin at zero", Symbolic())
    return worked_out, Fact(sp.S.Zero, Relation.LT, area, "what is integrated is positive")


def _above_steps(bound: sp.Expr) -> tuple[Step, ...]:
    logarithm, x = sp.log(1 + _SMALL), _SMALL
    worked_out, positive = _area(x**2 / ((1 + x) * (2 + x) ** 2), logarithm - 2 * x / (2 + x))
    below = Step(
        2 * x / (2 + x),
        Relation.LT,
        logarithm,
        "the integral is positive",
        Symbolic((worked_out.at(), positive), (sp.S.One,)),
    )
    turned = Step(
        1 / logarithm,
        Relation.LT,
        1 / x + sp.S.Half,
        "take reciprocals of positive numbers",
        Symbolic((below.at(),), ((2 + x) / (2 * x * logarithm),)),
    )
    constant = _time_constant_fact()
    last = Step(
        constant.before,
        Relation.LT,
        bound,
        "at x = exp(-b)",
        Symbolic((constant, turned.at(_AT_BIAS)), (sp.S.One,)),
    )
    return worked_out, below, turned, last


def _third(claim: Claim) -> Claim:
    return replace(claim, bound=claim.bound - sp.Rational(1, 6))


@theorem(assumptions=_ASSUMED, mutant=_third, example=_example, about=Recurrence)
def time_constant_lt_half_plus_exp_forget_bias(network: Recurrence) -> Claim:
    r"""The number of steps after which one part in e is left is less than half a step above the exponential of the bias.

    **Statement.** :math:`\tau_e=1/\ln(1+e^{-b_f})<e^{b_f}+\tfrac12`.

    **Assumptions.** one_recurrent_layer, keeping_gate, one_keeping_bias.

    **Derivation.** :math:`\ln(1+x)-\frac{2x}{2+x}=\int_0^x\frac{t^2\,dt}{(1+t)(2+t)^2}>0`; take reciprocals at
    :math:`x=e^{-b_f}`.

    **Tightness.** Too large by :math:`e^{-b_f}/12` for large biases, and by 1/2 at most.

    **Source.** Gers, Schmidhuber and Cummins 2000 for the gate.

    See Also
    --------
    time_constant_ge_exp_forget_bias : from below

    Examples
    --------
    >>> import symgrad as sg
    >>> name = "time_constant_lt_half_plus_exp_forget_bias"
    >>> sg.theorems.claim(name, sg.lstm(width=8, steps=100, forget_bias=3)).valued().evalf(6)
    20.5855
    """
    bound = sp.exp(BIAS) + sp.S.Half
    return _claim(
        "time_constant_lt_half_plus_exp_forget_bias",
        network,
        Measurable.TIME_CONSTANT,
        Relation.LT,
        bound,
        _above_steps(bound),
        (_FORGET_GATE,),
        "too large by exp(-b)/12 for large biases, and by 1/2 at most",
    )


def _below_steps(bound: sp.Expr) -> tuple[Step, ...]:
    logarithm, x = sp.log(1 + _SMALL), _SMALL
    worked_out, positive = _area(x / (1 + x), x - logarithm)
    above = Step(
        logarithm, Relation.LT, x, "the integral is positive", Symbolic((worked_out.at(), positive), (sp.S.One,))
    )
    turned = Step(
        1 / x,
        Relation.LT,
        1 / logarithm,
        "take reciprocals of positive numbers",
        Symbolic((above.at(),), (1 / (x * logarithm),)),
    )
    constant = _time_constant_fact()
    last = Step(
        constant.before, Relation.GE, bound, "at x = exp(-b)", Symbolic((constant, turned.at(_AT_BIAS)), (sp.S.One,))
    )
    return worked_out, above, turned, last


def _half_more(claim: Claim) -> Claim:
    return replace(claim, bound=claim.bound + sp.S.Half)


@theorem(assumptions=_ASSUMED, mutant=_half_more, example=_example, about=Recurrence)
def time_constant_ge_exp_forget_bias(network: Recurrence) -> Claim:
    r"""The number of steps after which one part in e is left is at least the exponential of the bias.

    **Statement.** :math:`\tau_e=1/\ln(1+e^{-b_f})\ge e^{b_f}`; so a bias of :math:`\ln T` is enough for T steps.

    **Assumptions.** one_recurrent_layer, keeping_gate, one_keeping_bias.

    **Derivation.** :math:`x-\ln(1+x)=\int_0^x\frac{t\,dt}{1+t}>0`; take reciprocals at :math:`x=e^{-b_f}`.

    **Tightness.** Too small by 1/2 at most.

    **Source.** Gers, Schmidhuber and Cummins 2000 for the gate.

    See Also
    --------
    time_constant_lt_half_plus_exp_forget_bias : from above

    Examples
    --------
    >>> import symgrad as sg
    >>> name = "time_constant_ge_exp_forget_bias"
    >>> sg.theorems.claim(name, sg.lstm(width=8, steps=100, forget_bias=3)).valued().evalf(6)
    20.0855
    """
    bound = sp.exp(BIAS)
    return _claim(
        "time_constant_ge_exp_forget_bias",
        network,
        Measurable.TIME_CONSTANT,
        Relation.GE,
        bound,
        _below_steps(bound),
        (_FORGET_GATE,),
        "too small by 1/2 at most",
    )


# --------------------------------------------------------------------------------------------------- the forgetting time


def _forgetting_steps(bound: sp.Expr) -> tuple[Step, ...]:
    gate, lag = symbol("forget_gate"), display("k", integer=True, nonnegative=True)
    time = display(r"\sum_{k\ge0}f^k", positive=True)
    series = Fact(time, Relation.EQ, 1 / (1 - GATE), "limit of the partial sums, since the gate is below 1")
    total = display(r"\sum_{j\le#}f^j", lag, real=True)
    first = Fact(total.xreplace({lag: sp.S.Zero}), Relation.EQ, sp.S.One, "the lag 0 alone")
    each = Fact(total, Relation.EQ, total.xreplace({lag: lag - 1}) + gate**lag, "definition of the sum")
    return (
        Step(
            total,
            Relation.EQ,
            (1 - gate ** (lag + 1)) / (1 - gate),
            "induction over the lags",
            Induction(lag, sp.S.Zero, Symbolic((first,)), Symbolic((each,))),
        ),
        Step(time, Relation.EQ, bound, "definition of the logistic function", Symbolic((series,))),
    )


def _lag_zero_left_out(claim: Claim) -> Claim:
    return replace(claim, bound=claim.bound - 1)


@theorem(assumptions=_ASSUMED, mutant=_lag_zero_left_out, example=_example, about=Recurrence)
def forgetting_time_eq_one_plus_exp_forget_bias(network: Recurrence) -> Claim:
    r"""The forgetting time of a gate at its bias is one step more than the exponential of the bias.

    **Statement.** :math:`\frac1{1-f}=\sum_{k\ge0}f^k=1+e^{b_f}`. It is neither the time constant nor the half-life: they
    are 3.72, 3.19 and 2.21 steps at a bias of 1.

    **Assumptions.** one_recurrent_layer, keeping_gate, one_keeping_bias.

    **Derivation.** Partial sums by induction; their limit; :math:`1-\sigma(b)=1/(1+e^b)`.

    **Tightness.** Exact.

    **Source.** Tallec and Ollivier 2018, section 2.

    See Also
    --------
    half_life_eq_log_ratio_of_forget_bias : when half is left

    Examples
    --------
    >>> import symgrad as sg
    >>> name = "forgetting_time_eq_one_plus_exp_forget_bias"
    >>> sg.theorems.claim(name, sg.gru(width=8, steps=100, biases={"b_z": 1})).valued()
    1 + E
    """
    bound = 1 + sp.exp(BIAS)
    return _claim(
        "forgetting_time_eq_one_plus_exp_forget_bias",
        network,
        Measurable.FORGETTING_TIME,
        Relation.EQ,
        bound,
        _forgetting_steps(bound),
        (cite("tallec_ollivier_2018", "section 2"),),
        "the sum over all lags",
    )
