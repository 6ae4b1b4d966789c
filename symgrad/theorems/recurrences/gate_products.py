"""Gates that see the input alone, as in QRNN, SRU and minGRU: the gradient through time is a product of gates, exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import sympy as sp

from ...claims import (
    Always,
    Claim,
    Fact,
    Induction,
    Logistic,
    Particular,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    jacobian_norm,
    symbol,
)
from ...networks import GivenInputs, GivenWeights, Recurrence, recurrence
from ..registries import theorem
from .drives import KNOWN_DRIVE, exact_preactivations
from .gated_cells import INPUT_GATED
from .hypotheses import ONE_RECURRENT_LAYER

__all__ = ["jacobian_norm_eq_pow_of_input_gates"]

STEP, STEPS, GATE = symbol("step"), symbol("steps"), symbol("mean_gate")
_DIGITS = 30
_ASSUMED = (ONE_RECURRENT_LAYER, INPUT_GATED, KNOWN_DRIVE)


def _steps() -> tuple[Step, ...]:
    gate, state, candidate = (display(letter, real=True) for letter in "fhz")
    entry, product = (display(text, STEP, nonnegative=True) for text in (r"\frac{dh_{#}}{dh_0}", r"\Pi_{#}"))
    factor, last = display("f_{#}", STEP, nonnegative=True), {STEP: STEP - 1}
    one_unit = Step(
        sp.Derivative(gate * state + (1 - gate) * candidate, state),
        Relation.EQ,
        gate,
        "one unit: neither the gate nor the candidate sees the state",
        Symbolic(),
    )
    start = tuple(
        Fact(each.xreplace({STEP: sp.S.Zero}), Relation.EQ, sp.S.One, "no step yet") for each in (entry, product)
    )
    each = (
        Fact(entry, Relation.EQ, factor * entry.xreplace(last), "chain rule, with the line above"),
        Fact(product, Relation.EQ, factor * product.xreplace(last), "definition of the product"),
    )
    every = Step(
        entry,
        Relation.EQ,
        product,
        "induction over the steps; Π multiplies the gates of the unit",
        Induction(STEP, sp.S.Zero, Symbolic(start), Symbolic(each)),
    )
    norm = display(r"\lVert J_{T:0}\rVert_2", nonnegative=True)
    at_end = {STEP: STEPS}
    facts = (
        Fact(norm, Relation.EQ, entry.xreplace(at_end), "the norm of a diagonal matrix is its largest entry"),
        every.at(at_end),
        Fact(product.xreplace(at_end), Relation.EQ, GATE**STEPS, "definition of the geometric mean, in that unit"),
    )
    last_line = "of the unit that keeps most, at the last step"
    return one_unit, every, Step(norm, Relation.EQ, GATE**STEPS, last_line, Symbolic(facts))


def _mean_gate(network: Recurrence) -> sp.Expr:
    """Return the geometric mean over the steps of the gates of the unit that keeps most."""
    units = [[Logistic(each) for each in row] for row in exact_preactivations(network, "f")]
    if not isinstance(network.inputs, GivenInputs):
        return max((gates[0] for gates in units), key=lambda gate: gate.evalf(_DIGITS))
    if network.steps.is_zero:
        return sp.S.One
    kept = max(units, key=lambda gates: sp.Add(*(sp.log(gate).evalf(_DIGITS) for gate in gates)))
    return sp.Mul(*kept) ** (1 / network.steps)


def _example() -> Recurrence:
    law = {name: GivenWeights(np.array([[1.0], [-2.0]])) for name in ("W_f", "W_z")}
    inputs = np.array([[0.5], [1.0], [-0.25]])
    return recurrence("input_gated", 2, 3, law=law, biases={"b_f": 1}, input_width=1, inputs=inputs)


@theorem(
    assumptions=_ASSUMED,
    mutant=lambda claim: replace(claim, bound=GATE ** (STEPS + 1)),
    example=_example,
    about=Recurrence,
)
def jacobian_norm_eq_pow_of_input_gates(network: Recurrence) -> Claim:
    r"""Where gates see the input alone, the Jacobian through time is the product of the gates, unit by unit.

    **Statement.** :math:`J_{T:0}=\operatorname{d}(f_T\cdots f_1)`; hence :math:`\lVert J_{T:0}\rVert_2=f_*^T` with
    :math:`f_*` the geometric mean of the gates of the unit that keeps most. There are no paths but the carousel, so that
    partial and total derivative are one.

    **Assumptions.** one_recurrent_layer, input_gated, known_drive.

    **Derivation.** In :math:`f_th+(1-f_t)z_t` only h depends on h; induction over the steps.

    **Tightness.** Exact.

    **Source.** Lei et al. 2018, who drop what the gates saw of the state to run all steps at once.

    See Also
    --------
    jacobian_norm_le_pow_of_minimal_rnn_gate : the same cell, whose gate sees the state

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.recurrence("input_gated", width=4, steps=20, biases={"b_f": 2}, input_mean_square=0)
    >>> claim = sg.theorems.claim("jacobian_norm_eq_pow_of_input_gates", net)
    >>> round(float(claim.valued()), 4), claim.depth_until(0.5)
    (0.079, 6)
    """
    driven = isinstance(network.inputs, GivenInputs)
    return Claim(
        name="jacobian_norm_eq_pow_of_input_gates",
        subject=str(network),
        quantity=jacobian_norm(0).in_time(),
        relation=Relation.EQ,
        bound=GATE**STEPS,
        mode=Always(),
        assumptions=_ASSUMED,
        derivation=_steps(),
        sources=(cite("lei_2018"),),
        tightness=Tightness(TightnessKind.EXACT, "an identity"),
        values=((GATE, _mean_gate(network)), (STEPS, network.steps)),
        particulars=(Particular(GATE, (STEPS,)),) if driven else (),
    )
