"""The textbook chain: one unit in every layer."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ..claims import (
    Always,
    AnyActivation,
    AnySlope,
    Claim,
    Fact,
    Norm,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    gradient_norm,
    symbol,
)
from ..networks import Network
from .hypotheses import AT_LEAST_ONE_LAYER, BOUNDED_SLOPE, GIVEN_WEIGHTS, SCALAR_LAYERS
from .norm_products import attained_chain
from .rates import lipschitz_value, weight_norm_value
from .registries import theorem

__all__ = ["gradient_norm_le_pow_of_scalar_chain"]

GAMMA, WEIGHT, DEPTH = symbol("lipschitz"), symbol("scalar_weight"), symbol("depth")


def _steps(bound: sp.Expr) -> tuple[Step, ...]:
    weight, before, bias = display("w_i", real=True), display("h_{i-1}", real=True), display("b_i", real=True)
    preactivation = weight * before + bias
    slope = display(r"|\varphi'(z_i)|", nonnegative=True)
    size = display("|w_i|", nonnegative=True)
    largest = Fact(slope, Relation.LE, GAMMA, "the largest slope of the activation")
    count = symbol("layer")
    gradient = display(r"\frac{|g_1|}{|g_L|}", nonnegative=True)
    product = display(r"\prod_{i=2}^{L}\gamma|w_i|", nonnegative=True)
    mean = Fact(product, Relation.EQ, bound, "there are L − 1 factors; |w| is the geometric mean of their weights")
    return (
        Step(
            sp.Derivative(AnyActivation(preactivation), before),
            Relation.EQ,
            weight * AnySlope(preactivation),
            "chain rule for one layer",
            Symbolic(),
        ),
        Step(
            size * slope, Relation.LE, GAMMA * size, "no slope exceeds the largest one", Symbolic((largest,), (size,))
        ),
        Step(
            sp.Sum(1, (count, 2, DEPTH)),
            Relation.EQ,
            DEPTH - 1,
            "from layer 1 to the output there is one factor for each of the layers 2 to L",
            Symbolic(),
        ),
        Step(
            gradient,
            Relation.LE,
            bound,
            "the product of these factors",
            Symbolic((mean, Fact(gradient, Relation.LE, product, "the lines above")), (sp.S.One,)),
        ),
    )


def _one_factor_too_many(claim: Claim) -> Claim:
    """Count the layers instead of the steps between them, as is often done."""
    return replace(claim, bound=(GAMMA * WEIGHT) ** DEPTH)


@theorem(
    assumptions=(SCALAR_LAYERS, GIVEN_WEIGHTS, AT_LEAST_ONE_LAYER, BOUNDED_SLOPE),
    mutant=_one_factor_too_many,
    example=attained_chain,
)
def gradient_norm_le_pow_of_scalar_chain(network: Network) -> Claim:
    r"""The gradient of a chain of scalars at its first unit shrinks by the largest slope times the weight in each step.

    **Statement.** :math:`|d\ell/dh_1|\le(\gamma|w|)^{L-1}\,|d\ell/dh_L|`; for the sigmoid :math:`(|w|/4)^{L-1}`.
    There are :math:`L-1` factors, not :math:`L`: from unit 1 to unit L there are that many steps.

    **Assumptions.** scalar_layers, given_weights, at_least_one_layer, bounded_slope.

    **Derivation.** Chain rule; no slope exceeds the largest one; count the factors.

    **Tightness.** Attained where biases put every unit at the steepest point.

    **Source.** Hochreiter 1991; Bengio, Simard and Frasconi 1994; Nielsen 2015, chapter 5.

    See Also
    --------
    jacobian_norm_le_prod_lipschitz : for wide layers

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.mlp(width=1, depth=30, activation="sigmoid", weights=1)
    >>> claim = sg.theorems.claim("gradient_norm_le_pow_of_scalar_chain", net)
    >>> claim.subs(depth=3).valued()
    1/16
    """
    bound = (GAMMA * WEIGHT) ** (DEPTH - 1)
    tail = network if network.depth == 1 else network.after(1)  # with one layer there is no factor at all
    return Claim(
        name="gradient_norm_le_pow_of_scalar_chain",
        subject=str(network),
        quantity=gradient_norm(1),
        relation=Relation.LE,
        bound=bound,
        mode=Always(),
        assumptions=(SCALAR_LAYERS, GIVEN_WEIGHTS, AT_LEAST_ONE_LAYER, BOUNDED_SLOPE),
        derivation=_steps(bound),
        sources=(
            cite("hochreiter_1991"),
            cite("bengio_simard_frasconi_1994", "section III"),
            cite("nielsen_2015", "chapter 5"),
        ),
        tightness=Tightness(TightnessKind.ATTAINED, "where biases put every unit at the steepest point"),
        premises=tuple(phi.lipschitz for phi in network.activations),
        values=(
            (GAMMA, lipschitz_value(tail)),
            (WEIGHT, weight_norm_value(tail, Norm.SPECTRAL)),
            (DEPTH, network.depth),
        ),
    )
