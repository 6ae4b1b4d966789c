"""Hypotheses: the assumptions that theorems share. Each says yes, no or unknown of a network, and why."""

from __future__ import annotations

import sympy as sp

from ..activations import CannotDerive
from ..claims import Assumption, Holding, no, unknown, yes
from ..networks import Dense, DrawnWeights, GaussianBiases, GaussianWeights, GivenWeights, Network, Residual
from ..rigor import CannotEnclose, compare

__all__ = [
    "ALIKE_LAYERS",
    "AT_LEAST_ONE_LAYER",
    "BOUNDED_SLOPE",
    "CONTRACTING",
    "EQUAL_RATES",
    "EQUAL_WIDTHS",
    "GAUSSIAN_BIASES",
    "GAUSSIAN_WEIGHTS",
    "GIVEN_WEIGHTS",
    "PLAIN_LAYERS",
    "SCALAR_LAYERS",
    "WEIGHTS_THAT_VARY",
]


def _plain_layers(network: Network) -> Holding:
    for block in network.blocks:
        if not isinstance(block.layer, Dense):
            return no("a layer is a residual block" if isinstance(block.layer, Residual) else "a layer has no weights")
        if (block.layer.keep - 1).is_zero is not True:
            dropped = f"units of a layer are dropped with probability {1 - block.layer.keep}"
            return no(dropped) if (block.layer.keep - 1).is_zero is False else unknown(f"{dropped}, which may be 0")
    return yes("every layer is dense, and no unit is dropped")


def _bounded_slope(network: Network) -> Holding:
    for phi in network.activations:
        try:
            bound = phi.lipschitz.bound
        except (CannotDerive, CannotEnclose) as error:
            return unknown(f"the largest slope of {phi.name!r} is not known: {error}")
        if bound.is_finite is not True:
            wrong = f"sup|f'| of {phi.name!r} is {bound}"
            return no(wrong) if bound.is_infinite else unknown(f"{wrong}, which may be infinite")
    names = ", ".join(phi.name for phi in network.activations)
    return yes(f"the slope of {names} is bounded" if names else "there is no layer")


def _gaussian_weights(network: Network) -> Holding:
    for law in (layer.weights for layer in network.matrices):
        if not isinstance(law, GaussianWeights):
            return no(f"the weights of a layer are {law.kind if isinstance(law, DrawnWeights) else 'given'}")
    return yes("all weights are fresh Gaussians")


def _weights_that_vary(network: Network) -> Holding:
    for layer in network.matrices:
        if isinstance(layer.weights, DrawnWeights) and layer.weight_var.is_zero:
            return no("the weights of a layer have variance 0")
    return yes("no weights are all zero by their law")


def _given_weights(network: Network) -> Holding:
    if all(isinstance(layer.weights, GivenWeights) for layer in network.matrices):
        return yes("all weights are given")
    return no("the weights of a layer are random")


def _gaussian_biases(network: Network) -> Holding:
    if all(isinstance(layer.biases, GaussianBiases) for layer in network.matrices):
        return yes("all biases are fresh Gaussians")
    return no("the biases of a layer are given")


def _scalar_layers(network: Network) -> Holding:
    wide = next((width for width in network.widths if width != 1), None)
    if wide is None:
        return yes("every layer has one unit")
    return (
        no(f"a layer has width {wide}, not 1") if (wide - 1).is_zero is False else unknown(f"the width {wide} may be 1")
    )


def _equal_widths(network: Network) -> Holding:
    first, *others = dict.fromkeys(network.widths)
    if not others:
        return yes(f"every layer has width {first}")
    for other in others:
        if (other - first).is_zero is False:
            return no(f"the widths {first} and {other} differ")
    return unknown(f"the widths {first} and {others[0]} may differ")


def _alike_layers(network: Network) -> Holding:
    layers = {(layer.activation, layer.weights, layer.biases): layer for layer in network.matrices}
    if len(layers) <= 1:
        return yes("all layers have the same activation and laws")
    return _difference(*list(layers.values())[:2])


def _difference(one: Dense, other: Dense) -> Holding:
    """Say in what two layers differ, or may differ: variances that are symbols may have the same value."""
    if one.activation != other.activation:
        return no(f"a layer has {one.activation}, another {other.activation}")
    law, second = (one.weights, other.weights) if one.weights != other.weights else (one.biases, other.biases)
    told = f"a layer has {law.words or 'no biases'}, another {second.words or 'no biases'}"
    return unknown(f"{told}, which may be the same") if law.free_symbols | second.free_symbols else no(told)


def _at_least_one_layer(network: Network) -> Holding:
    if network.depth.is_positive:
        return yes(f"the depth is {network.depth}")
    return no("the depth is 0") if network.depth.is_zero else unknown(f"the depth {network.depth} may be 0")


def _equal_rates(network: Network) -> Holding:
    from .rates import has_equal_rates  # as below

    if has_equal_rates(network):
        return yes("every layer has the same bound")
    return no("the bounds of the layers differ, so that of a deeper network is not known")


def _contracting(network: Network) -> Holding:
    from .rates import worst_case_rate  # the rate is a theorem's number, not a word of this file

    return below_one(worst_case_rate(network), "layer")


def below_one(rate: sp.Expr, layer: str) -> Holding:
    """Say whether the bound of a layer, or of a step, is above zero and below one."""
    if rate.free_symbols:
        return unknown(f"the bound of a {layer}, {rate}, holds symbols; give them values")
    shown = f"the bound of a {layer} is {float(rate):.4g}"
    if compare(rate, 0) == 0:
        return no(f"{shown}, so the gradient is zero at once")
    below = {-1: yes(f"{shown} < 1"), None: unknown(f"{shown}; whether it is below 1 was not decided")}
    return below.get(compare(rate, 1), no(f"{shown}, not below 1"))


PLAIN_LAYERS = Assumption(
    "plain_layers",
    "every layer is dense, without shortcut or dropout",
    r"h_\ell=\varphi_\ell(W_\ell h_{\ell-1}+b_\ell)",
    _plain_layers,
)
BOUNDED_SLOPE = Assumption(
    "bounded_slope",
    "the slope of every activation is bounded",
    r"\gamma=\sup_x|\varphi'(x)|<\infty",
    _bounded_slope,
)
GAUSSIAN_WEIGHTS = Assumption(
    "gaussian_weights",
    "the weights are independent centred Gaussians",
    r"W_{\ell,ij}\sim N(0,\sigma_w^2/n_{\ell-1})",
    _gaussian_weights,
)
WEIGHTS_THAT_VARY = Assumption(
    "weights_that_vary", "the variance of the weights is positive", r"\sigma_w^2>0", _weights_that_vary
)
GAUSSIAN_BIASES = Assumption(
    "gaussian_biases",
    "the biases are independent centred Gaussians",
    r"b_{\ell,i}\sim N(0,\sigma_b^2)",
    _gaussian_biases,
)
GIVEN_WEIGHTS = Assumption("given_weights", "the weights are given numbers", r"W_\ell\text{ given}", _given_weights)
SCALAR_LAYERS = Assumption("scalar_layers", "every layer has one unit", r"n_0=\dots=n_L=1", _scalar_layers)
ALIKE_LAYERS = Assumption(
    "alike_layers",
    "all layers have the same activation and initial laws",
    r"\varphi_1=\dots=\varphi_L,\ \sigma_{w,1}=\dots=\sigma_{w,L},\ \sigma_{b,1}=\dots=\sigma_{b,L}",
    _alike_layers,
)
EQUAL_WIDTHS = Assumption("equal_widths", "all layers have the same width", r"n_0=\dots=n_L=n", _equal_widths)
EQUAL_RATES = Assumption(
    "equal_rates",
    "every layer has the same largest slope and the same norm of its weights",
    r"\gamma_\ell=\gamma,\ \lVert W_\ell\rVert_2=\lVert W\rVert_2",
    _equal_rates,
)
AT_LEAST_ONE_LAYER = Assumption(
    "at_least_one_layer", "the network has at least one layer", r"L\ge 1", _at_least_one_layer
)
CONTRACTING = Assumption(
    "contracting", "the bound of a layer is below one", r"0<\gamma\lVert W\rVert_2<1", _contracting
)
