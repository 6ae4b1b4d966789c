"""Time constants: when one part in e of a gradient is left, enclosed between two simple functions of the bias."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    Claim,
    Fact,
    Measurable,
    Relation,
    Step,
    Symbolic,
    display,
)
from ...networks import Recurrence
from ..registries import theorem
from .memory_times import ASSUMED, BIAS, FORGET_GATE_SOURCE, memory_claim, resting_gate

__all__ = ["time_constant_ge_exp_forget_bias", "time_constant_lt_half_plus_exp_forget_bias"]

_SMALL = display("x", positive=True)  # exp(-b)
_AT_BIAS = {_SMALL: sp.exp(-BIAS)}


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


@theorem(assumptions=ASSUMED, mutant=_third, example=resting_gate, about=Recurrence)
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
    return memory_claim(
        "time_constant_lt_half_plus_exp_forget_bias",
        network,
        Measurable.TIME_CONSTANT,
        Relation.LT,
        bound,
        _above_steps(bound),
        (FORGET_GATE_SOURCE,),
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


@theorem(assumptions=ASSUMED, mutant=_half_more, example=resting_gate, about=Recurrence)
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
    return memory_claim(
        "time_constant_ge_exp_forget_bias",
        network,
        Measurable.TIME_CONSTANT,
        Relation.GE,
        bound,
        _below_steps(bound),
        (FORGET_GATE_SOURCE,),
        "too small by 1/2 at most",
    )
