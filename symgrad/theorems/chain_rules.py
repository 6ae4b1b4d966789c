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
from ..networks import Network, mlp
from .hypotheses import PLAIN_LAYERS
from .registries import theorem

__all__ = ["chain_rule_defect_eq_zero"]


def _steps() -> tuple[Step, ...]:
    weight, unit, rest = display("W_{ij}", real=True), display("h_j", real=True), display("c_i", real=True)
    preactivation = weight * unit + rest
    unit_line = Step(
        sp.Derivative(AnyActivation(preactivation), unit),
        Relation.EQ,
        weight * AnySlope(preactivation),
        "chain rule for one unit; c collects the bias and the other inputs",
        Symbolic(),
    )
    weights, slopes, gradient, tangent = (symbol(name) for name in ("weights", "slopes", "gradient", "tangent"))
    back, forth = (weights.T * slopes * gradient).T * tangent, gradient.T * (slopes * weights * tangent)
    diagonal = Fact(slopes.T, Relation.EQ, slopes, "a diagonal matrix is its own transpose")
    swap = Step(
        back,
        Relation.EQ,
        forth,
        "transpose the product: the backward pass is WᵀDg, the tangent DWu",
        Symbolic((diagonal,)),
    )
    return (unit_line, swap, *_through_the_layers(sp.Trace(back), sp.Trace(forth), diagonal))


def _through_the_layers(back: sp.Expr, forth: sp.Expr, diagonal: Fact) -> tuple[Step, ...]:
    """The product of gradient and tangent is the same at every layer; a number is the trace of itself."""
    layer, depth = symbol("layer"), symbol("depth")

    def paired(at: sp.Expr) -> sp.Expr:
        return display(r"\langle g_{#},u_{#}\rangle", at, real=True)

    before = Fact(paired(layer - 1), Relation.EQ, back, "the backward pass: the gradient before the layer is WᵀDg")
    behind = Fact(paired(layer), Relation.EQ, forth, "the tangent behind the layer is DWu")
    kept = Step(paired(layer - 1), Relation.EQ, paired(layer), "the line above", Symbolic((before, behind, diagonal)))
    all_kept = Step(
        paired(sp.S.Zero),
        Relation.EQ,
        paired(layer),
        "induction over the layers",
        Induction(layer, sp.S.Zero, Symbolic(), Symbolic((kept.at(),))),
    )
    last = Step(
        paired(sp.S.Zero) - paired(depth),
        Relation.EQ,
        sp.S.Zero,
        "at the last layer, where the tangent is the product of the layer Jacobians times u",
        Symbolic((all_kept.at({layer: depth}),)),
    )
    return kept, all_kept, last


@theorem(
    assumptions=(PLAIN_LAYERS,),
    mutant=lambda claim: replace(claim, bound=sp.Rational(1, 10**6)),
    example=lambda: mlp(width=5, depth=3, activation="tanh"),
)
def chain_rule_defect_eq_zero(network: Network) -> Claim:
    r"""The backward pass is the transpose of the product of the layer Jacobians.

    **Statement.** :math:`J_{L:0}=D_LW_L\cdots D_1W_1` and :math:`g_0=J_{L:0}^\top g_L`; hence
    :math:`\langle g_0,u\rangle=\langle g_L,D_LW_L\cdots D_1W_1u\rangle` for every direction :math:`u`.

    **Assumptions.** plain_layers. At a kink the declared slope takes the place of the derivative, on both sides.

    **Derivation.** Chain rule for one unit; :math:`(W^\top Dg)^\top u=g^\top(DWu)`, so the product of gradient and
    tangent is the same at every layer; induction over the layers.

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
        assumptions=(PLAIN_LAYERS,),
        derivation=_steps(),
        sources=(cite("hochreiter_1991"), cite("nielsen_2015", "chapter 5")),
        tightness=Tightness(TightnessKind.EXACT, "an identity"),
    )
