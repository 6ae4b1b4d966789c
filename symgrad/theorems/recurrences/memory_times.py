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
    "ASSUMED",
    "BIAS",
    "FORGET_GATE_SOURCE",
    "forgetting_time_eq_one_plus_exp_forget_bias",
    "half_life_eq_log_ratio_of_forget_bias",
    "memory_claim",
    "resting_gate",
]

BIAS, GATE = symbol("forget_bias"), Logistic(symbol("forget_bias"))
ASSUMED = (ONE_RECURRENT_LAYER, KEEPING_GATE, ONE_KEEPING_BIAS)
FORGET_GATE_SOURCE, _UNIT_BIAS = cite("gers_2000"), cite("jozefowicz_2015", "section 2.2")


def resting_gate() -> Recurrence:
    """Build an LSTM with a forget bias of 1."""
    return lstm(width=4, steps=10, forget_bias=1)


def memory_claim(
    name: str,
    network: Recurrence,
    what: Measurable,
    relation: Relation,
    bound: sp.Expr,
    steps: tuple[Step, ...],
    sources: tuple[Source, ...],
    note: str,
) -> Claim:
    """State a number about the gate of a network that stays at its bias."""
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
        assumptions=ASSUMED,
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


@theorem(assumptions=ASSUMED, mutant=_large_bias, example=resting_gate, about=Recurrence)
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
    return memory_claim(
        "half_life_eq_log_ratio_of_forget_bias",
        network,
        Measurable.HALF_LIFE,
        Relation.EQ,
        bound,
        _half_life_steps(bound),
        (FORGET_GATE_SOURCE, _UNIT_BIAS),
        "as a real number of steps",
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


@theorem(assumptions=ASSUMED, mutant=_lag_zero_left_out, example=resting_gate, about=Recurrence)
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
    return memory_claim(
        "forgetting_time_eq_one_plus_exp_forget_bias",
        network,
        Measurable.FORGETTING_TIME,
        Relation.EQ,
        bound,
        _forgetting_steps(bound),
        (cite("tallec_ollivier_2018", "section 2"),),
        "the sum over all lags",
    )
