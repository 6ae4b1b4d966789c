"""Backpropagation through time: the gradient by a matrix that serves all steps is the sum over its uses."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    Always,
    AnyActivation,
    AnySlope,
    Claim,
    Fact,
    Induction,
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
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER, TIED_WEIGHTS, VANILLA_CELL

__all__ = ["unrolled_gradient_defect_eq_zero"]

STEP, STEPS, WIDTH = symbol("step"), symbol("steps"), symbol("width")


def _unit_steps() -> tuple[Step, Step]:
    """One unit, by the state before it and by the weight of that state."""
    weight, state, rest = display("R_{ij}", real=True), display("h_j", real=True), display("c_i", real=True)
    at = weight * state + rest
    return (
        Step(
            sp.Derivative(AnyActivation(at), state),
            Relation.EQ,
            weight * AnySlope(at),
            "chain rule for one unit, by a state; c collects the input, the bias and the other states",
            Symbolic(),
        ),
        Step(
            sp.Derivative(AnyActivation(at), weight),
            Relation.EQ,
            state * AnySlope(at),
            "and by a weight, in one use of it",
            Symbolic(),
        ),
    )


def _paired(at: sp.Expr) -> sp.Expr:
    return display(r"\langle\delta_{#},u_{#}\rangle", at, real=True)


def _through_time() -> tuple[Step, ...]:
    """In any direction E of the weights: u is the change of the states, and δ the gradient that comes back to them."""
    weights, direction, slopes = (sp.MatrixSymbol(name, WIDTH, WIDTH) for name in ("R", "E", "D_t"))
    gradient, tangent, state = (sp.MatrixSymbol(name, WIDTH, 1) for name in (r"\delta_t", "u_{t-1}", "h_{t-1}"))
    use = display(r"\langle e_{#}h_{#-1}^\top,E\rangle", STEP, real=True)
    total = display(r"\Sigma_{#}", STEP, real=True)
    by_state = sp.Trace(gradient.T * (slopes * weights * tangent))
    by_weights = sp.Trace(gradient.T * (slopes * direction * state))
    facts = (
        Fact(_paired(STEP), Relation.EQ, by_state + by_weights, "product rule: u_t = D_t (R u_{t−1} + E h_{t−1})"),
        Fact(
            _paired(STEP - 1),
            Relation.EQ,
            sp.Trace((weights.T * slopes * gradient).T * tangent),
            "the backward pass: δ_{t−1} = Rᵀ D_t δ_t",
        ),
        Fact(use, Relation.EQ, sp.Trace((slopes * gradient).T * (direction * state)), "with e_t = D_t δ_t"),
        Fact(slopes.T, Relation.EQ, slopes, "a diagonal matrix is its own transpose"),
    )
    one = Step(_paired(STEP), Relation.EQ, _paired(STEP - 1) + use, "one step adds one use", Symbolic(facts))
    start = (
        Fact(_paired(sp.S.Zero), Relation.EQ, sp.S.Zero, "the first state does not depend on the weights"),
        Fact(total.xreplace({STEP: sp.S.Zero}), Relation.EQ, sp.S.Zero, "no use"),
    )
    more = Fact(total, Relation.EQ, total.xreplace({STEP: STEP - 1}) + use, "definition of the sum over the uses")
    ground = Induction(STEP, sp.S.Zero, Symbolic(start), Symbolic((one.at(), more)))
    every = Step(_paired(STEP), Relation.EQ, total, "induction over the steps", ground)
    last = every.at({STEP: STEPS})
    reason = "at the last step: the change of the loss in the direction E, which is any, so E can be left out"
    return one, every, Step(last.before - last.after, Relation.EQ, sp.S.Zero, reason, Symbolic((last,)))


_ASSUMED = (ONE_RECURRENT_LAYER, VANILLA_CELL, TIED_WEIGHTS)


@theorem(
    assumptions=_ASSUMED,
    mutant=lambda claim: replace(claim, bound=sp.Rational(1, 10**6)),
    example=lambda: rnn(width=5, steps=4),
    about=Recurrence,
)
def unrolled_gradient_defect_eq_zero(network: Recurrence) -> Claim:
    r"""The gradient by the recurrent weights is the sum, over the steps, of what each use of them gets.

    **Statement.** :math:`\nabla_R\mathcal L=\sum_{t=1}^Te_th_{t-1}^\top` with :math:`e_t=D_t\delta_t` and
    :math:`\delta_{t-1}=g_{t-1}+R^\top D_t\delta_t`, where :math:`g_t` is the gradient of the loss at step t itself; and
    likewise :math:`\sum_te_tx_t^\top` by the input weights, :math:`\sum_te_t` by the biases.

    **Assumptions.** one_recurrent_layer, vanilla_cell, tied_weights.

    **Derivation.** In a direction E of the weights the states change by :math:`u_t=D_t(Ru_{t-1}+Eh_{t-1})`; so
    :math:`\langle\delta_t,u_t\rangle` grows in a step by :math:`\langle e_th_{t-1}^\top,E\rangle`; induction over the
    steps. A sum of losses has the sum of the gradients.

    **Tightness.** Exact.

    **Source.** Pascanu, Mikolov and Bengio 2013, section 2, equations (3) to (5).

    See Also
    --------
    chain_rule_defect_eq_zero : feed-forward networks
    summed_gradient_norm_le_geometric_series : which takes norms of this sum

    Examples
    --------
    >>> import symgrad as sg
    >>> sg.theorems.claim("unrolled_gradient_defect_eq_zero", sg.rnn(width=4, steps=10)).bound
    0
    """
    return Claim(
        name="unrolled_gradient_defect_eq_zero",
        subject=str(network),
        quantity=Quantity(Measurable.UNROLLED_GRADIENT_DEFECT).in_time(),
        relation=Relation.EQ,
        bound=sp.S.Zero,
        mode=Always(),
        assumptions=_ASSUMED,
        derivation=(*_unit_steps(), *_through_time()),
        sources=(cite("pascanu_2013", "section 2, equations (3) to (5)"),),
        tightness=Tightness(TightnessKind.EXACT, "an identity"),
    )
