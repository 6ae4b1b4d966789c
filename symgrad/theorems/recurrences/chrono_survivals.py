"""Chrono survivals: what gates with chrono biases let through of a gradient, on average over the units."""

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
    display,
    latex,
    symbol,
)
from ...networks import Recurrence
from ..registries import theorem
from .chrono_laws import ASSUMED, CHRONO_SOURCE, chrono_lstm, gate_of, longest_memory
from .keeping_gates import SOME_STEPS

__all__ = [
    "mean_survival_eq_incomplete_beta_of_chrono_biases",
    "mean_survival_tendsto_exponential_integral_of_chrono_biases",
    "survival",
    "survival_steps",
]

LONGEST, STEPS, SHARE = symbol("longest_memory"), symbol("steps"), symbol("memory_share")


def survival(longest: sp.Expr, steps: sp.Expr) -> sp.Expr:
    """Return the mean power of a gate whose forgetting time is uniform up to the longest one."""
    return sp.betainc(steps + 1, -1, sp.S.Half, 1 - 1 / longest) / (longest - 2)


def survival_steps(power: sp.Expr) -> tuple[Step, ...]:
    """Show what the mean power of a gate is whose forgetting time is uniform up to the longest one."""
    drawn, gate_there = display("v", positive=True), sp.Symbol("x", positive=True)
    mean = display(rf"\mathbb{{E}}f^{{{latex(power)}}}", positive=True)
    gate = gate_of(drawn)
    change = Step(
        sp.Derivative(gate.after, drawn), Relation.EQ, (1 - gate.after) ** 2, "the gate changes with v", Symbolic()
    )
    integral = sp.Integral(gate_there**power / (1 - gate_there) ** 2, (gate_there, sp.S.Half, 1 - 1 / LONGEST))
    density = Fact(
        mean,
        Relation.EQ,
        integral / (LONGEST - 2),
        "v is uniform from 1 to the longest less 1; integrate over the gate in place of v, by the two lines above",
    )
    beta = Fact(
        integral, Relation.EQ, survival(LONGEST, power) * (LONGEST - 2), "definition of the incomplete beta function"
    )
    given = (density, beta, gate.at(), change.at())
    return gate, change, Step(mean, Relation.EQ, survival(LONGEST, power), "put in", Symbolic(given))


def _mean_gate(claim: Claim) -> Claim:
    """Take the power of the mean gate for the mean of the power."""
    return replace(claim, bound=survival(LONGEST, sp.S.One) ** STEPS)


@theorem(assumptions=(*ASSUMED, SOME_STEPS), mutant=_mean_gate, example=chrono_lstm, about=Recurrence)
def mean_survival_eq_incomplete_beta_of_chrono_biases(network: Recurrence) -> Claim:
    r"""What chrono gates let through, on average over the units, as an incomplete beta function.

    **Statement.** :math:`\mathbb Ef^T=\frac1{T_{\max}-2}\int_1^{T_{\max}-1}\Bigl(\frac v{1+v}\Bigr)^Tdv
    =\frac{B(\frac12,1-\frac1{T_{\max}};\,T+1,-1)}{T_{\max}-2}`, gates staying at their biases.

    **Assumptions.** one_recurrent_layer, keeping_gate, chrono_keeping_bias, some_steps.

    **Derivation.** :math:`f=\sigma(\ln v)=v/(1+v)` and :math:`df/dv=(1-f)^2`; the mean over :math:`v`, as an integral over
    :math:`f`.

    **Tightness.** Exact.

    **Source.** Tallec and Ollivier 2018, section 2, for the biases.

    See Also
    --------
    mean_survival_tendsto_exponential_integral_of_chrono_biases : for long memories

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.networks import ChronoBiases
    >>> net = sg.lstm(width=8, steps=100, forget_bias=ChronoBiases(200))
    >>> sg.theorems.claim("mean_survival_eq_incomplete_beta_of_chrono_biases", net).valued().evalf(4)
    0.3284
    """
    bound = survival(LONGEST, STEPS)
    return Claim(
        name="mean_survival_eq_incomplete_beta_of_chrono_biases",
        subject=str(network),
        quantity=Quantity(Measurable.MEAN_SURVIVAL).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=Always(),
        assumptions=(*ASSUMED, SOME_STEPS),
        derivation=survival_steps(STEPS),
        sources=(CHRONO_SOURCE,),
        tightness=Tightness(TightnessKind.EXACT, "where gates stay at their biases"),
        values=((LONGEST, longest_memory(network)), (STEPS, network.steps)),
    )


def _limit_steps(bound: sp.Expr) -> tuple[Step, ...]:
    size, part = sp.Symbol("N", positive=True), display("u", positive=True)
    mean, limit = display(r"\mathbb{E}f^{sN}", positive=True), display(r"\int_0^1e^{-s/u}du", positive=True)
    primitive = part * sp.exp(-SHARE / part) - SHARE * sp.expint(1, SHARE / part)
    converges = Fact(
        mean,
        Relation.TENDSTO,
        limit,
        "v = N u; what is integrated lies between 0 and 1 and converges, so its integral does: dominated convergence",
    )
    ends = Fact(limit, Relation.EQ, primitive.subs(part, 1), "what was differentiated, at 1; at 0 it vanishes")
    pointwise = Step(
        sp.Limit((1 + 1 / (size * part)) ** (-SHARE * size), size, sp.oo),
        Relation.EQ,
        sp.exp(-SHARE / part),
        "what passes through a unit whose memory is the part u of the longest one",
        Symbolic(),
    )
    integrates = Step(sp.Derivative(primitive, part), Relation.EQ, sp.exp(-SHARE / part), "differentiate", Symbolic())
    return (
        pointwise,
        integrates,
        Step(
            mean,
            Relation.TENDSTO,
            bound,
            "integrate over u",
            Symbolic((converges, ends, pointwise.at(), integrates.at())),
        ),
    )


def _typical_unit(claim: Claim) -> Claim:
    """Take the unit with the mean memory, half of the longest one, for all of them."""
    return replace(claim, bound=sp.exp(-2 * SHARE))


@theorem(assumptions=(*ASSUMED, SOME_STEPS), mutant=_typical_unit, example=chrono_lstm, about=Recurrence)
def mean_survival_tendsto_exponential_integral_of_chrono_biases(network: Recurrence) -> Claim:
    r"""What chrono gates let through over a part of a long longest memory, on average over the units.

    **Statement.** :math:`\mathbb Ef^T\to e^{-s}-s\,E_1(s)` as :math:`T_{\max}\to\infty` with :math:`T=s\,T_{\max}`.

    **Assumptions.** one_recurrent_layer, keeping_gate, chrono_keeping_bias, some_steps.

    **Derivation.** :math:`(1+\frac1{Nu})^{-sN}\to e^{-s/u}`; dominated convergence; differentiate
    :math:`u\,e^{-s/u}-s\,E_1(s/u)`.

    **Tightness.** The limit itself; at finite :math:`T_{\max}` the error is of the order of its inverse.

    **Source.** Tallec and Ollivier 2018, section 2, for the biases.

    See Also
    --------
    mean_survival_eq_incomplete_beta_of_chrono_biases : at a finite longest memory

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.networks import ChronoBiases
    >>> net = sg.lstm(width=8, steps=100, forget_bias=ChronoBiases(200))
    >>> sg.theorems.claim("mean_survival_tendsto_exponential_integral_of_chrono_biases", net).valued().evalf(4)
    0.3266
    """
    bound = sp.exp(-SHARE) - SHARE * sp.expint(1, SHARE)
    return Claim(
        name="mean_survival_tendsto_exponential_integral_of_chrono_biases",
        subject=str(network),
        quantity=Quantity(Measurable.MEAN_SURVIVAL).in_time(),
        relation=Relation.TENDSTO,
        bound=bound,
        mode=Always(),
        assumptions=(*ASSUMED, SOME_STEPS),
        derivation=_limit_steps(bound),
        sources=(CHRONO_SOURCE,),
        tightness=Tightness(
            TightnessKind.EXACT, "as the longest memory grows, with an error of the order of its inverse"
        ),
        values=((SHARE, network.steps / longest_memory(network)),),
    )
