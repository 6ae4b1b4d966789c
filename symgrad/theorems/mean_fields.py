"""The mean field: what gradients and variances do in a random network as its width grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import sympy as sp

from ..claims import (
    AsWidthGrows,
    Axis,
    Cited,
    Claim,
    Fact,
    Induction,
    Particular,
    Quantity,
    Relation,
    Source,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    latex,
    mean_square_gradient,
    preactivation_var,
    symbol,
)
from ..networks import Network, mlp
from ..rigor import CannotEnclose
from .gains import before_last_mean_square, slope_mean_square
from .hypotheses import (
    ALIKE_LAYERS,
    AT_LEAST_ONE_LAYER,
    BOUNDED_SLOPE,
    EQUAL_WIDTHS,
    GAUSSIAN_BIASES,
    GAUSSIAN_WEIGHTS,
    PLAIN_LAYERS,
)
from .registries import theorem

__all__ = [
    "enclosed",
    "from_the_last_back",
    "gradient_steps",
    "is_general",
    "mean_square_gradient_tendsto_pow_mean_square_gain",
    "preactivation_var_tendsto_variance_map",
]

WEIGHT_VAR, BIAS_VAR, DEPTH, WIDTH = symbol("weight_var"), symbol("bias_var"), symbol("depth"), symbol("width")
SLOPE_SQUARE, VALUE_SQUARE = symbol("slope_mean_square"), symbol("value_mean_square")
_WIDE = (PLAIN_LAYERS, GAUSSIAN_WEIGHTS, GAUSSIAN_BIASES, EQUAL_WIDTHS, ALIKE_LAYERS, AT_LEAST_ONE_LAYER, BOUNDED_SLOPE)
_GRADIENTS = cite("schoenholz_2017", "equation (15)")
_VARIANCES = cite("poole_2016", "equation (3)")
_LIMITS = cite("yang_2020", "Theorem 7.2")

_UNIT = sp.Symbol("i", integer=True)
_GAIN = "σ² times its mean-square slope"
_Number = Callable[[Network], sp.Expr]


def _mean_field(
    name: str,
    network: Network,
    quantity: Quantity,
    mean: tuple[sp.Symbol, _Number],
    steps: tuple[Step, ...],
    other: tuple[sp.Expr, sp.Expr],
    *where: Source,
) -> Claim:
    return Claim(
        name=name,
        subject=str(network),
        quantity=quantity,
        relation=Relation.TENDSTO,
        bound=steps[-1].after,
        mode=AsWidthGrows(1 / WIDTH),
        assumptions=_WIDE,
        derivation=steps,
        sources=(_VARIANCES, *where, _LIMITS),
        tightness=Tightness(TightnessKind.EXACT, "in the limit; at width n the logarithm is off by a sum of terms c/n"),
        values=((WEIGHT_VAR, network.matrices[0].weight_var), other, *enclosed(network, *mean)),
        particulars=() if is_general(network, mean[0]) else (Particular(mean[0], (WEIGHT_VAR, BIAS_VAR, DEPTH)),),
    )


def is_general(network: Network, mean: sp.Symbol) -> bool:
    """Say whether a mean is the same at all variances: slopes that do not depend on the size of their argument."""
    return mean is SLOPE_SQUARE and all(phi.is_positively_homogeneous for phi in network.activations)


def enclosed(network: Network, mean: sp.Symbol, number: _Number) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    """Give a mean its value; without one, because something is a symbol or cannot be enclosed, it stays a formula."""
    if network.free_symbols and not is_general(network, mean):
        return ()
    try:
        return ((mean, number(network)),)
    except CannotEnclose:
        return ()


def _summed(term: sp.Expr) -> sp.Expr:
    """Add up over the units of a layer what each of them contributes."""
    return sp.Sum(term, (_UNIT, 1, WIDTH))


def gradient_steps(bound: sp.Expr, axis: Axis, law: Source) -> tuple[Step, ...]:
    """Derive what a wide random network does to the squared gradient, layer by layer or step by step, from the last back.

    Parameters
    ----------
    bound : sympy.Expr
        A power of the mean-square gain.
    axis : Axis
        Along what the network is deep.
    law : Source
        What is cited for one layer or step.

    Returns
    -------
    tuple of Step
        They end with the bound.
    """
    index = latex(symbol(axis.word))
    above, below = (display(rf"\lVert {name}_{index}\rVert^2", nonnegative=True) for name in "gd")
    slopes = Step(
        below,
        Relation.TENDSTO,
        SLOPE_SQUARE * above,
        "wide layers average; gradients do not depend on the preactivations in the limit",
        Cited(_LIMITS),
    )
    weights = Step(
        _summed(WEIGHT_VAR / WIDTH * below),
        Relation.TENDSTO,
        WEIGHT_VAR * SLOPE_SQUARE * above,
        "each of the n entries of Wᵀd has variance σ²‖d‖²/n",
        Symbolic((slopes.at(),)),
    )
    return (slopes, weights, *from_the_last_back(bound, axis, law))


def from_the_last_back(bound: sp.Expr, axis: Axis, law: Source, gain_words: str = _GAIN) -> tuple[Step, ...]:
    """Multiply the gains of all layers or steps, from the output back.

    Parameters
    ----------
    bound : sympy.Expr
        A power of their geometric mean.
    axis : Axis
        Along what the network is deep.
    law : Source
        What is cited for one layer or step.
    gain_words : str, optional
        What the gain of one of them is.

    Returns
    -------
    tuple of Step
        They end with the bound.
    """
    m, last, word = symbol(axis.word), symbol(axis.count), axis.word
    ratio_of_one = display(r"\frac{\lVert g_{#}\rVert^2}{\lVert g_{#+1}\rVert^2}", last - m, nonnegative=True)
    gain, product = display(r"\chi_{#}", last - m + 1, nonnegative=True), display(r"\Pi_{#}", m, nonnegative=True)
    ratio = display(rf"\frac{{\lVert g_{{#}}\rVert^2}}{{\lVert g_{axis.last}\rVert^2}}", last - m, nonnegative=True)
    one = Step(
        ratio_of_one,
        Relation.TENDSTO,
        gain,
        f"a sum of many independent terms is its mean; χ is the gain of the {word}, {gain_words}",
        Cited(law),
    )
    base = tuple(
        Fact(each.xreplace({m: sp.S.Zero}), Relation.EQ, sp.S.One, "no factor yet") for each in (ratio, product)
    )
    each = (
        Fact(ratio, Relation.EQ, ratio_of_one * ratio.xreplace({m: m - 1}), f"one {word} further back"),
        Fact(product, Relation.EQ, gain * product.xreplace({m: m - 1}), "definition of the product of the gains"),
        one.at(),
    )
    every = Step(
        ratio,
        Relation.TENDSTO,
        product,
        f"induction over the {word}s, from the output back; Π multiplies their gains",
        Induction(m, sp.S.Zero, Symbolic(base), Symbolic(each)),
    )
    at_input = (
        Fact(product.xreplace({m: last}), Relation.EQ, bound, f"definition of the geometric mean of {axis.last} gains"),
        every.at({m: last}),
    )
    whole, where = ratio.xreplace({m: last}), "at the input" if axis is Axis.DEPTH else "at the initial state"
    return one, every, Step(whole, Relation.TENDSTO, bound, where, Symbolic(at_input))


@theorem(
    assumptions=_WIDE,
    mutant=lambda claim: replace(claim, bound=claim.bound.subs(DEPTH, DEPTH + 1)),
    example=lambda: mlp(width=32, depth=3, activation="tanh", weight_var=sp.Rational(1, 2)),
)
def mean_square_gradient_tendsto_pow_mean_square_gain(network: Network) -> Claim:
    r"""In a wide random network every layer multiplies the squared gradient norm by the same kind of number.

    **Statement.**
    :math:`\lVert g_0\rVert^2/\lVert g_L\rVert^2\to\prod_\ell\chi_1(q_\ell)=(\sigma_w^2\,\mathbb E\varphi'^2)^L` as the
    width grows, with :math:`\chi_1(q)=\sigma_w^2\,\mathbb E\,\varphi'(\sqrt q\zeta)^2` and
    :math:`\mathbb E\varphi'^2` the geometric mean over the layers.

    **Assumptions.** plain_layers, gaussian_weights, gaussian_biases, equal_widths, alike_layers, at_least_one_layer,
    bounded_slope. The gradient
    at the output must not depend on the preactivations.

    **Derivation.** Entries of :math:`W^\top d` have variance :math:`\sigma_w^2\lVert d\rVert^2/n`; in the limit slopes
    and gradients are independent.

    **Tightness.** Exact in the limit. The typical network at width n lies below by a factor exp(-c L/n).

    **Source.** Poole et al. 2016; Schoenholz et al. 2017, equation (15); Yang 2020.

    See Also
    --------
    preactivation_var_tendsto_variance_map : where the variances come from

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.mlp(width=64, depth=10, activation="relu", weight_var=2)
    >>> sg.theorems.claim("mean_square_gradient_tendsto_pow_mean_square_gain", net).valued()
    1
    """
    steps = gradient_steps((WEIGHT_VAR * SLOPE_SQUARE) ** DEPTH, Axis.DEPTH, _GRADIENTS)
    name = "mean_square_gradient_tendsto_pow_mean_square_gain"
    mean, depth = (SLOPE_SQUARE, slope_mean_square), (DEPTH, network.depth)
    return _mean_field(name, network, mean_square_gradient(0), mean, steps, depth, _GRADIENTS)


def _variance_steps(bound: sp.Expr) -> tuple[Step, ...]:
    square = display(r"\tfrac1n\lVert h_{\ell-1}\rVert^2", nonnegative=True)
    limit, squares = display("q_\\ell", nonnegative=True), _summed(display(r"h_{\ell-1,#}^2", _UNIT, nonnegative=True))
    mean = Fact(squares, Relation.EQ, WIDTH * square, "definition of the mean square")
    conditional = Fact(limit, Relation.EQ, WEIGHT_VAR * square + BIAS_VAR, "the first line, averaged over the units")
    settled = Step(square, Relation.TENDSTO, VALUE_SQUARE, "wide layers average", Cited(_LIMITS))
    return (
        Step(
            WEIGHT_VAR / WIDTH * squares + BIAS_VAR,
            Relation.EQ,
            WEIGHT_VAR * square + BIAS_VAR,
            "given the layer before, a preactivation is Gaussian: n weights and a bias add up to this variance",
            Symbolic((mean,)),
        ),
        settled,
        Step(limit, Relation.TENDSTO, bound, "insert the limit", Symbolic((conditional, settled.at()))),
    )


@theorem(
    assumptions=_WIDE,
    mutant=lambda claim: replace(claim, bound=claim.bound - BIAS_VAR),
    example=lambda: mlp(width=32, depth=2, activation="tanh", weight_var=1, bias_var=1),
)
def preactivation_var_tendsto_variance_map(network: Network) -> Claim:
    r"""In a wide random network the mean square of the preactivations follows a map from layer to layer.

    **Statement.** :math:`\frac1n\lVert z_L\rVert^2\to q_L`, with
    :math:`q_\ell=\sigma_w^2\,\mathbb E\,\varphi(\sqrt{q_{\ell-1}}\zeta)^2+\sigma_b^2` and
    :math:`q_1=\sigma_w^2\lVert x\rVert^2/n+\sigma_b^2`.

    **Assumptions.** plain_layers, gaussian_weights, gaussian_biases, equal_widths, alike_layers, at_least_one_layer,
    bounded_slope.

    **Derivation.** Given the layer before, preactivations are independent Gaussians; wide layers average.

    **Tightness.** Exact in the limit.

    **Source.** Poole et al. 2016, equation (3); Yang 2020.

    See Also
    --------
    mean_square_gradient_tendsto_pow_mean_square_gain

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.mlp(width=64, depth=3, activation="relu", weight_var=2, input_mean_square=1)
    >>> sg.theorems.claim("preactivation_var_tendsto_variance_map", net).valued()
    2
    """
    steps = _variance_steps(WEIGHT_VAR * VALUE_SQUARE + BIAS_VAR)
    name = "preactivation_var_tendsto_variance_map"
    mean, bias = (VALUE_SQUARE, before_last_mean_square), (BIAS_VAR, network.matrices[0].bias_var)
    return _mean_field(name, network, preactivation_var(network.depth), mean, steps, bias)
