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
    Induction,
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
from .hypotheses import AT_LEAST_ONE_LAYER, BOUNDED_SLOPE, GIVEN_WEIGHTS, PLAIN_LAYERS, SCALAR_LAYERS
from .norm_products import attained_chain
from .rates import lipschitz_value, mean_particulars, weight_norm_value
from .registries import theorem

__all__ = ["gradient_norm_le_pow_of_scalar_chain"]

GAMMA, WEIGHT, DEPTH = symbol("lipschitz"), symbol("scalar_weight"), symbol("depth")
LAYER = display(r"\ell", integer=True, positive=True)  # the chain begins at unit 1


_SLOPE = display(r"\gamma_{#}", LAYER, nonnegative=True)  # the largest slope of the activation of the layer
_SIZE = display("|w_{#}|", LAYER, nonnegative=True)


def _steps(bound: sp.Expr) -> tuple[Step, ...]:
    weight, before, bias = (display(text, real=True) for text in (r"w_\ell", r"h_{\ell-1}", r"b_\ell"))
    preactivation = weight * before + bias
    slope = display(r"|\varphi'(z_{#})|", LAYER, nonnegative=True)
    largest = Fact(slope, Relation.LE, _SLOPE, "the largest slope of the activation")
    chain_rule = Step(
        sp.Derivative(AnyActivation(preactivation), before),
        Relation.EQ,
        weight * AnySlope(preactivation),
        "chain rule for one layer",
        Symbolic(),
    )
    factor = Step(
        _SIZE * slope, Relation.LE, _SLOPE * _SIZE, "no slope exceeds the largest one", Symbolic((largest,), (_SIZE,))
    )
    return (chain_rule, factor, *_through_the_layers(factor, bound))


def _through_the_layers(factor: Step, bound: sp.Expr) -> tuple[Step, ...]:
    """From unit 1 on, every layer multiplies the derivative by its factor; from 1 to L there are L - 1 of them."""
    ratio = display(r"\left|\frac{dh_{#}}{dh_1}\right|", LAYER, nonnegative=True)
    product = display(r"\Pi_{#}", LAYER, nonnegative=True)
    ratio_before, product_before = (each.xreplace({LAYER: LAYER - 1}) for each in (ratio, product))
    first = (side.xreplace({LAYER: sp.S.One}) for side in (ratio, product))
    base = tuple(Fact(side, Relation.EQ, sp.S.One, "unit 1 itself: no factor") for side in first)
    each = (
        Fact(ratio, Relation.EQ, factor.before * ratio_before, "chain rule, in absolute values"),
        Fact(product, Relation.EQ, factor.after * product_before, "definition of the product"),
        factor.at(),
    )
    all_layers = Step(
        ratio,
        Relation.LE,
        product,
        "induction over the layers; Π multiplies the largest slope and the weight of the layers from 2 on",
        Induction(LAYER, sp.S.One, Symbolic(base), Symbolic(each, (factor.after, ratio_before))),
    )
    mean = Fact(
        product.xreplace({LAYER: DEPTH}), Relation.EQ, bound, "definition of the geometric means of L − 1 factors"
    )
    return (
        all_layers,
        Step(sp.Sum(1, (LAYER, 2, DEPTH)), Relation.EQ, DEPTH - 1, "so many are the layers 2 to L", Symbolic()),
        Step(
            ratio.xreplace({LAYER: DEPTH}),
            Relation.LE,
            bound,
            "at the output; the product as a power of geometric means",
            Symbolic((mean, all_layers.at({LAYER: DEPTH})), (sp.S.One,)),
        ),
    )


def _one_factor_too_many(claim: Claim) -> Claim:
    """Count the layers instead of the steps between them, as is often done."""
    return replace(claim, bound=(GAMMA * WEIGHT) ** DEPTH)


@theorem(
    assumptions=(PLAIN_LAYERS, SCALAR_LAYERS, GIVEN_WEIGHTS, AT_LEAST_ONE_LAYER, BOUNDED_SLOPE),
    mutant=_one_factor_too_many,
    example=attained_chain,
)
def gradient_norm_le_pow_of_scalar_chain(network: Network) -> Claim:
    r"""The gradient of a chain of scalars at its first unit shrinks by the largest slope times the weight in each step.

    **Statement.** :math:`|d\ell/dh_1|\le(\gamma|w|)^{L-1}\,|d\ell/dh_L|`; for the sigmoid :math:`(|w|/4)^{L-1}`.
    There are :math:`L-1` factors, not :math:`L`: from unit 1 to unit L there are that many steps.

    **Assumptions.** plain_layers, scalar_layers, given_weights, at_least_one_layer, bounded_slope.

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
        assumptions=(PLAIN_LAYERS, SCALAR_LAYERS, GIVEN_WEIGHTS, AT_LEAST_ONE_LAYER, BOUNDED_SLOPE),
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
        particulars=mean_particulars(tail, GAMMA, WEIGHT, Norm.SPECTRAL),
        condition=DEPTH >= 1,
    )
