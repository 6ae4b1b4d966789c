"""Hypotheses: the assumptions that theorems share. Each says yes, no or unknown of a network, and why."""

from __future__ import annotations

from ..claims import Assumption, Holding, no, unknown, yes
from ..networks import GaussianBiases, GaussianWeights, GivenWeights, Network

__all__ = [
    "AT_LEAST_ONE_LAYER",
    "BOUNDED_SLOPE",
    "CONTRACTING",
    "EQUAL_WIDTHS",
    "GAUSSIAN_BIASES",
    "GAUSSIAN_WEIGHTS",
    "GIVEN_WEIGHTS",
    "SCALAR_LAYERS",
]


def _bounded_slope(network: Network) -> Holding:
    for phi in network.activations:
        bound = phi.lipschitz.bound
        if not bound.is_finite:
            return no(f"sup|f'| of {phi.name!r} is {bound}")
    names = ", ".join(phi.name for phi in network.activations)
    return yes(f"the slope of {names} is bounded" if names else "there is no layer")


def _gaussian_weights(network: Network) -> Holding:
    if all(isinstance(block.layer.weights, GaussianWeights) for block in network.blocks):
        return yes("all weights are fresh Gaussians")
    return no("the weights of a layer are given")


def _given_weights(network: Network) -> Holding:
    if all(isinstance(block.layer.weights, GivenWeights) for block in network.blocks):
        return yes("all weights are given")
    return no("the weights of a layer are random")


def _gaussian_biases(network: Network) -> Holding:
    if all(isinstance(block.layer.biases, GaussianBiases) for block in network.blocks):
        return yes("all biases are fresh Gaussians")
    return no("the biases of a layer are given")


def _scalar_layers(network: Network) -> Holding:
    wide = next((w for w in network.widths if w != 1), None)
    if wide is None:
        return yes("every layer has one unit")
    return unknown(f"the width {wide} is a symbol") if not wide.is_Integer else no(f"a layer has width {wide}, not 1")


def _equal_widths(network: Network) -> Holding:
    distinct = list(dict.fromkeys(network.widths))
    if len(distinct) == 1:
        return yes(f"every layer has width {distinct[0]}")
    return no(f"the widths {', '.join(map(str, distinct))} differ")


def _at_least_one_layer(network: Network) -> Holding:
    if network.depth.is_positive:
        return yes(f"the depth is {network.depth}")
    return no("the depth is 0") if network.depth.is_zero else unknown(f"the depth {network.depth} may be 0")


def _contracting(network: Network) -> Holding:
    from .rates import worst_case_rate  # the rate is a theorem's number, not a word of this file

    rate = worst_case_rate(network)
    if rate.free_symbols:
        return unknown(f"the bound of a layer, {rate}, holds symbols; give them values")
    shown = f"{float(rate):.4g}"
    if not rate.is_positive:
        return no(f"the bound of a layer is {shown}, so the gradient is zero at once")
    return (
        yes(f"the bound of a layer is {shown} < 1") if rate < 1 else no(f"the bound of a layer is {shown}, not below 1")
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
GAUSSIAN_BIASES = Assumption(
    "gaussian_biases",
    "the biases are independent centred Gaussians",
    r"b_{\ell,i}\sim N(0,\sigma_b^2)",
    _gaussian_biases,
)
GIVEN_WEIGHTS = Assumption("given_weights", "the weights are given numbers", r"W_\ell\text{ given}", _given_weights)
SCALAR_LAYERS = Assumption("scalar_layers", "every layer has one unit", r"n_0=\dots=n_L=1", _scalar_layers)
EQUAL_WIDTHS = Assumption("equal_widths", "all layers have the same width", r"n_0=\dots=n_L=n", _equal_widths)
AT_LEAST_ONE_LAYER = Assumption(
    "at_least_one_layer", "the network has at least one layer", r"L\ge 1", _at_least_one_layer
)
CONTRACTING = Assumption(
    "contracting", "the bound of a layer is below one", r"0<\gamma\lVert W\rVert_2<1", _contracting
)
