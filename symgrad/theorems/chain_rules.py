"""The chain rule: what the backward pass of a network computes."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ..claims import (
    Always,
    AnyActivation,
    AnySlope,
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
)
from ..networks import Network, mlp
from .registries import theorem

__all__ = ["chain_rule_defect_eq_zero"]


def _steps() -> tuple[Step, ...]:
    weight, unit, rest = display("W_{ij}", real=True), display("h_j", real=True), display("c_i", real=True)
    preactivation = weight * unit + rest
    value = AnyActivation(preactivation)
    slope, above, tangent = display("d_i", real=True), display("g_i", real=True), display("u_j", real=True)
    back, forth = display(r"\langle g_0,u\rangle", real=True), display(r"\langle g_L,Ju\rangle", real=True)
    swapped = Fact(back, Relation.EQ, forth, "the lines above, layer by layer")
    return (
        Step(
            sp.Derivative(value, unit),
            Relation.EQ,
            weight * AnySlope(preactivation),
            "chain rule for one unit; c collects the bias and the other inputs",
            Symbolic(),
        ),
        Step(
            (weight * slope * above) * tangent,
            Relation.EQ,
            above * (slope * weight * tangent),
            "every term of the backward pass, g = Wᵀ D g, is a term of the forward tangent D W u",
            Symbolic(),
        ),
        Step(
            back - forth, Relation.EQ, sp.S.Zero, "sum over the units; induction over the layers", Symbolic((swapped,))
        ),
    )


@theorem(
    assumptions=(),
    mutant=lambda claim: replace(claim, bound=sp.Rational(1, 10**6)),
    example=lambda: mlp(width=5, depth=3, activation="tanh"),
)
def chain_rule_defect_eq_zero(network: Network) -> Claim:
    r"""The backward pass is the transpose of the product of the layer Jacobians.

    **Statement.** :math:`J_{L:0}=D_LW_L\cdots D_1W_1` and :math:`g_0=J_{L:0}^\top g_L`; hence
    :math:`\langle g_0,u\rangle=\langle g_L,D_LW_L\cdots D_1W_1u\rangle` for every direction :math:`u`.

    **Assumptions.** None. At a kink the declared slope takes the place of the derivative, on both sides.

    **Derivation.** Chain rule for one unit; every term of the backward pass is a term of the forward tangent.

    **Tightness.** Exact.

    **Source.** Hochreiter 1991; Nielsen 2015, chapter 5.

    See Also
    --------
    jacobian_norm_le_prod_lipschitz : which takes norms of this product

    Examples
    --------
    >>> import symgrad as sg
    >>> sg.theorems.claim("chain_rule_defect_eq_zero", sg.mlp(width=4, depth=2)).bound
    0
    """
    return Claim(
        name="chain_rule_defect_eq_zero",
        subject=str(network),
        quantity=Quantity(Measurable.CHAIN_RULE_DEFECT),
        relation=Relation.EQ,
        bound=sp.S.Zero,
        mode=Always(),
        assumptions=(),
        derivation=_steps(),
        sources=(cite("hochreiter_1991"), cite("nielsen_2015", "chapter 5")),
        tightness=Tightness(TightnessKind.EXACT, "an identity"),
    )
