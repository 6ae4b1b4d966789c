"""Chrono initialisation: forget biases whose memories are spread evenly up to a longest one, and what they let through."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp
from sympy.stats import Uniform

from ...claims import (
    Assumption,
    Claim,
    Fact,
    Holding,
    InLaw,
    Logistic,
    Measurable,
    Quantity,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    no,
    symbol,
    yes,
)
from ...networks import ChronoBiases, Recurrence, lstm
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER
from .keeping_gates import KEEPING_GATE, keeping_bias

__all__ = [
    "ASSUMED",
    "CHRONO_KEEPING_BIAS",
    "CHRONO_SOURCE",
    "chrono_lstm",
    "forgetting_time_eq_uniform_of_chrono_biases",
    "gate_of",
    "longest_memory",
]

LONGEST = symbol("longest_memory")
CHRONO_SOURCE = cite("tallec_ollivier_2018", "section 2")


def _chrono_law(network: Recurrence) -> ChronoBiases | None:
    (layer,) = network.layers
    law = layer.vector(keeping_bias(layer.cell))
    return law if isinstance(law, ChronoBiases) and law.sign == 1 else None


def _chrono(network: Recurrence) -> Holding:
    law = _chrono_law(network)
    return no("its biases have another law") if law is None else yes(law.words)


CHRONO_KEEPING_BIAS = Assumption(
    "chrono_keeping_bias", "the biases at that gate are chrono ones", r"b_f=\ln U[1,T_{\max}-1]", _chrono
)
ASSUMED = (ONE_RECURRENT_LAYER, KEEPING_GATE, CHRONO_KEEPING_BIAS)


def chrono_lstm() -> Recurrence:
    """Build a small LSTM with chrono biases."""
    return lstm(width=4, steps=10, forget_bias=ChronoBiases(50))


def longest_memory(network: Recurrence) -> sp.Expr:
    """Return the longest memory of the chrono biases of a network that has them."""
    law = _chrono_law(network)
    return sp.nan if law is None else law.longest  # which the assumptions exclude


# ------------------------------------------------------------------------------------------------------ the law of a time


def gate_of(drawn: sp.Expr) -> Step:
    """Show what a gate is whose bias is a logarithm."""
    return Step(Logistic(sp.log(drawn)), Relation.EQ, drawn / (1 + drawn), "the gate at a bias log v", Symbolic())


def _law_steps(bound: sp.Expr) -> tuple[Step, ...]:
    drawn, below, at = display("v", positive=True), sp.Symbol("y", positive=True), display("t", positive=True)
    gate = gate_of(drawn)
    time = Step(
        1 / (1 - Logistic(sp.log(drawn))), Relation.EQ, 1 + drawn, "its forgetting time", Symbolic((gate.at(),))
    )
    law = Step(
        sp.Integral(1 / (LONGEST - 2), (below, 1, at - 1)),
        Relation.EQ,
        (at - 2) / (LONGEST - 2),
        "it is at most t if v, uniform from 1 to the longest less 1, is at most t - 1",
        Symbolic(),
    )
    shifted = Fact(drawn, Relation.EQ, bound - 1, "that is the distribution function of a uniform number from 2 on")
    return gate, time, law, Step(time.before, Relation.EQ, bound, "in law", Symbolic((time.at(), shifted, law.at())))


def _from_zero(claim: Claim) -> Claim:
    return replace(claim, bound=Uniform(symbol("drawn_memory"), 0, LONGEST))


@theorem(assumptions=ASSUMED, mutant=_from_zero, example=chrono_lstm, about=Recurrence)
def forgetting_time_eq_uniform_of_chrono_biases(network: Recurrence) -> Claim:
    r"""Chrono biases spread forgetting times evenly, not evenly in their logarithm.

    **Statement.** With :math:`b_f=\ln U[1,T_{\max}-1]` the forgetting time of a unit is
    :math:`\frac1{1-\sigma(b_f)}\overset d=U[2,T_{\max}]`.

    **Assumptions.** one_recurrent_layer, keeping_gate, chrono_keeping_bias.

    **Derivation.** :math:`\sigma(\ln v)=v/(1+v)`, so the time is :math:`1+v`; the distribution function of a uniform one.

    **Tightness.** Exact.

    **Source.** Tallec and Ollivier 2018, section 2.

    See Also
    --------
    mean_survival_eq_incomplete_beta_of_chrono_biases : what passes through all units together

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.networks import ChronoBiases
    >>> net = sg.lstm(width=8, steps=100, forget_bias=ChronoBiases(200))
    >>> sg.theorems.claim("forgetting_time_eq_uniform_of_chrono_biases", net).mode.words()
    'in law'
    """
    bound = Uniform(symbol("drawn_memory"), 2, LONGEST)
    return Claim(
        name="forgetting_time_eq_uniform_of_chrono_biases",
        subject=str(network),
        quantity=Quantity(Measurable.FORGETTING_TIME).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=InLaw(),
        assumptions=ASSUMED,
        derivation=_law_steps(bound),
        sources=(CHRONO_SOURCE,),
        tightness=Tightness(TightnessKind.EXACT, "the law itself"),
        values=((LONGEST, longest_memory(network)),),
    )
