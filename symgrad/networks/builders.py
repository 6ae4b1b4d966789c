"""Builders: from what a user writes to a network, every number checked with a message that names the layer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp

from ..activations import Activation, activation
from ..claims import exact
from .checks import count, size
from .givens import GivenBiases, GivenWeights
from .laws import (
    DrawnWeights,
    GaussianBiases,
    GaussianWeights,
    OrthogonalWeights,
    TruncatedNormalWeights,
    UniformWeights,
)
from .layers import Block, Dense
from .subjects import Network

__all__ = ["LAWS", "mlp"]

# Laws of weights by the names that users give them; a law with parameters of its own may be given as itself.
LAWS: dict[str, type[DrawnWeights]] = {
    "gaussian": GaussianWeights,
    "uniform": UniformWeights,
    "truncated_normal": TruncatedNormalWeights,
    "orthogonal": OrthogonalWeights,
}


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
    input_mean_square : number or sympy.Expr, default 1
        Mean square of the entries of the input.

    Returns
    -------
    Network
        The description.

    Raises
    ------
    ValueError
        If a width, depth or variance is out of range, or given arrays do not fit, naming the layer; if a width or
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
    phi = _activation(activation)
    if weights is not None:
        _check_no_law(law, weight_var, bias_var)
        network = _given(phi, weights, biases, depth, input_mean_square)
    elif biases is not None:
        raise ValueError("biases were given without weights; give weights too, or bias_var")
    else:
        laws = _law(law, weight_var), GaussianBiases(0 if bias_var is None else bias_var)
        network = _drawn(phi, laws, _sizes(widths, width, depth), depth, input_mean_square)
    _check_agreement(network, width, depth, widths)
    return network


def _activation(given: Any) -> Activation:
    return given if isinstance(given, Activation) else activation(given)


def _law(given: Any, weight_var: Any) -> DrawnWeights:
    """Return the law of that name and variance, or the one that was given and has a variance of its own."""
    if isinstance(given, DrawnWeights):
        if weight_var is not None:
            raise ValueError(f"weight_var = {weight_var} beside a law that has its own, {given.words}; leave it out")
        return given
    name = "gaussian" if given is None else given
    if name not in LAWS:
        raise ValueError(f"law = {given!r} is unknown; the laws of weights are {', '.join(LAWS)}")
    return LAWS[name](1 if weight_var is None else weight_var)


def _sizes(widths: Sequence[Any] | None, width: Any, depth: Any) -> list[sp.Expr]:
    """Return the widths of all layers, or the one that all have."""
    if widths is None:
        missing = "width" if width is None else "depth" if depth is None else ""
        if missing:
            raise ValueError(f"{missing} is missing; give a number or a SymPy symbol")
        return [size("the width of layer 0", width)]
    if isinstance(widths, str) or len(widths) == 0:
        raise ValueError(f"widths = {widths!r} holds no widths; give n_0, ..., n_L")
    return [size(f"the width of layer {index}", each) for index, each in enumerate(widths)]


def _drawn(
    phi: Activation, laws: tuple[DrawnWeights, GaussianBiases], sizes: list[sp.Expr], depth: Any, square: Any
) -> Network:
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
