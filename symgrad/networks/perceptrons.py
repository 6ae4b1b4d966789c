"""Perceptrons: from what a user writes to layers behind each other; a message about a layer names it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp

from ..activations import Activation
from ..claims import exact
from .arguments import Laws, kept_of, laws_of, phi_of, sizes_of
from .blocks import Block
from .checks import count, size
from .givens import GivenBiases, GivenWeights
from .laws import DrawnWeights
from .layers import Dense
from .subjects import Network

__all__ = ["mlp"]


def mlp(
    width: Any = None,
    depth: Any = None,
    activation: Any = "tanh",
    weight_var: Any = None,
    bias_var: Any = None,
    *,
    law: str | DrawnWeights | None = None,
    widths: Sequence[Any] | None = None,
    weights: Any = None,
    biases: Sequence[Any] | None = None,
    dropout: Any = 0,
    input_mean_square: Any = 1,
) -> Network:
    r"""Build a multi-layer perceptron.

    Parameters
    ----------
    width : int or sympy.Expr, optional
        Width of every layer and of the input.
    depth : int or sympy.Expr, optional
        Number of layers, not negative.
    activation : str, sympy.Expr or Activation, default "tanh"
        Applied in every layer.
    weight_var : number or sympy.Expr, optional
        Variance of a weight times the fan-in, :math:`\sigma_w^2`: entries have variance :math:`\sigma_w^2/n_{l-1}`.
        Default 1; given weights have none.
    bias_var : number or sympy.Expr, optional
        Variance of a bias. Default 0; given weights have given biases.
    law : {"gaussian", "uniform", "truncated_normal", "orthogonal"} or DrawnWeights, default "gaussian"
        Of the weights. A normal law is truncated at two deviations; for another truncation give
        ``TruncatedNormalWeights(weight_var, truncation)``, and no ``weight_var`` beside it.
    widths : sequence of int or sympy.Expr, optional
        ``n_0, ..., n_L`` in place of ``width`` and ``depth``.
    weights : sequence of (n_l, n_{l-1}) arrays, or a number, optional
        Given weights in place of a law; copied. A number is the one weight of a chain of scalars of that depth.
    biases : sequence of (n_l,) arrays, optional
        Given biases, with given weights; zero where omitted.
    dropout : number or sympy.Expr, default 0
        Probability that a unit of a layer is set to zero; the others are divided by one minus it.
    input_mean_square : number or sympy.Expr, default 1
        Mean square of the entries of the input.

    Returns
    -------
    Network
        The description.

    Raises
    ------
    ValueError
        If a width, depth, variance or probability is out of range, or given arrays do not fit, naming the layer; if a width or
        depth is missing, or contradicts what else is given; if a law or a variance is given beside weights.

    Examples
    --------
    >>> import symgrad as sg
    >>> print(sg.mlp(width=8, depth=3, activation="relu", weight_var=2))
    MLP of depth 3, width 8, relu, weight_var 2
    >>> sg.mlp(width=0, depth=3)
    Traceback (most recent call last):
        ...
    ValueError: the width of layer 0 is 0; a width is a positive integer or a symbol
    """
    phi = phi_of(activation)
    if weights is not None:
        _check_no_law(law, weight_var, bias_var)
        network = _given(phi, weights, biases, depth, input_mean_square)
    elif biases is not None:
        raise ValueError("biases were given without weights; give weights too, or bias_var")
    else:
        network = _drawn(
            phi, laws_of(law, weight_var, bias_var), sizes_of(widths, width, depth), depth, input_mean_square
        )
    _check_agreement(network, width, depth, widths)
    return _thinned(network, dropout)


def _thinned(network: Network, dropout: Any) -> Network:
    """Return a multi-layer perceptron with dropout behind every layer."""
    keep = kept_of(dropout)
    blocks = tuple(Block(replace(layer, keep=keep), times) for layer, times in network.dense)
    return replace(network, blocks=blocks)


def _drawn(phi: Activation, laws: Laws, sizes: list[sp.Expr], depth: Any, square: Any) -> Network:
    """Return one block of equal layers, or a block for each layer where the widths are listed."""
    if len(sizes) == 1 and depth is not None:
        blocks = [Block(Dense(sizes[0], sizes[0], phi, *laws), count("depth", depth))]
    else:
        blocks = [Block(Dense(n_in, n_out, phi, *laws), sp.S.One) for n_in, n_out in pairwise(sizes)]
    return Network(tuple(blocks), sizes[0], square)


def _given(phi: Activation, weights: Any, biases: Sequence[Any] | None, depth: Any, square: Any) -> Network:
    if _is_one_number(weights):
        matrix = [[_real("weights", weights)]]
        if biases is None:  # one block, however deep
            times = count("depth", 1 if depth is None else depth)
            return Network((Block(_layer(1, phi, matrix, None), times),), sp.S.One, square)
        weights = [matrix] * len(biases)
    if isinstance(weights, Mapping):
        raise ValueError(f"weights have names, {', '.join(weights)}; a perceptron takes one array for each layer")
    matrices = [] if isinstance(weights, str) else list(weights)
    if not matrices:
        raise ValueError(f"weights = {weights!r} holds no matrix; give one for each layer, or the weight of a chain")
    if biases is not None and len(biases) != len(matrices):
        raise ValueError(
            f"{len(matrices)} weight matrices but {len(biases)} biases; give one bias vector for each layer"
        )
    vectors = [None] * len(matrices) if biases is None else biases
    pairs = enumerate(zip(matrices, vectors, strict=True), start=1)
    layers = [_layer(index, phi, matrix, bias) for index, (matrix, bias) in pairs]
    return Network(tuple(Block(layer, sp.S.One) for layer in layers), layers[0].fan_in, square)


def _is_one_number(weights: Any) -> bool:
    """The one weight of a chain of scalars, as opposed to matrices."""
    return not isinstance(weights, Iterable) or (isinstance(weights, np.ndarray) and weights.ndim == 0)


def _real(name: str, given: Any) -> float:
    value = exact(name, given)
    if not (value.is_number and value.is_real):
        raise ValueError(f"{name} = {given} is not a real number; bounds are formulas in the weights all the same")
    return float(value)


def _layer(index: int, phi: Activation, matrix: Any, bias: Any) -> Dense:
    """Return a layer with given weights; what does not fit is told with the number of the layer."""
    try:
        weights = GivenWeights(matrix)
        fan_out, fan_in = weights.array.shape
        biases = GivenBiases(np.zeros(fan_out) if bias is None else bias)
        return Dense(sp.Integer(fan_in), sp.Integer(fan_out), phi, weights, biases)
    except ValueError as error:
        raise ValueError(f"layer {index}: {error}") from None


def _check_no_law(law: Any, weight_var: Any, bias_var: Any) -> None:
    """Refuse the law and the variance of what is not drawn, rather than ignore them."""
    if law is not None:
        raise ValueError(f"law = {law!r} beside given weights, which are not drawn; leave one of them out")
    if weight_var is not None:
        raise ValueError(f"weight_var = {weight_var} beside given weights, which are not drawn; leave one of them out")
    if bias_var is not None:
        raise ValueError(f"bias_var = {bias_var} beside given weights, whose biases are not drawn; give biases instead")


def _check_agreement(network: Network, width: Any, depth: Any, widths: Sequence[Any] | None) -> None:
    """Refuse a width or depth that contradicts given weights or listed widths, rather than ignore it."""
    if depth is not None and (count("depth", depth) - network.depth).is_zero is False:
        raise ValueError(f"depth = {depth}, but there are {network.depth} layers; leave depth out")
    if width is not None and any((size("width", width) - each).is_zero is False for each in network.widths):
        raise ValueError(f"width = {width}, but the layers have widths {', '.join(map(str, network.widths))}")
    if widths is not None and list(widths) != [network.input_width, *(layer.fan_out for layer in network.layers())]:
        raise ValueError(f"widths = {list(widths)}, but the layers have widths {', '.join(map(str, network.widths))}")
