"""Builders: from what a user writes to a network, every number checked with a message that names the layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from ..activations import Activation, activation
from .laws import GaussianBiases, GaussianWeights, GivenBiases, GivenWeights
from .layers import Block, Dense
from .subjects import Network

__all__ = ["mlp"]


def mlp(
    width: Any = None,
    depth: Any = None,
    activation: Any = "tanh",  # noqa: A002 - the field's word
    weight_var: Any = 1,
    bias_var: Any = 0,
    *,
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
    weight_var : number or sympy.Expr, default 1
        Variance of a weight times the fan-in: entries are :math:`N(0, \sigma_w^2/n_{l-1})`.
    bias_var : number or sympy.Expr, default 0
        Variance of a bias.
    widths : sequence of int or sympy.Expr, optional
        ``n_0, ..., n_L`` in place of ``width`` and ``depth``.
    weights : sequence of (n_l, n_{l-1}) arrays, or a number, optional
        Given weights in place of a law. A number is the one weight of a chain of scalars.
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
        If a width, depth or variance is out of range, or given arrays do not fit, naming the layer.

    Examples
    --------
    >>> import symgrad as sg
    >>> print(sg.mlp(width=8, depth=3, activation="relu", weight_var=2))
    MLP of depth 3, width 8, relu
    >>> sg.mlp(width=0, depth=3)
    Traceback (most recent call last):
        ...
    ValueError: the width of layer 0 is 0; a width is a positive integer or a symbol
    """
    phi = _activation(activation)
    square = _number("input_mean_square", input_mean_square)
    if weights is not None:
        arrays = _scalar_chain(weights, depth) if np.isscalar(weights) else weights
        return _given(phi, list(arrays), biases, square)
    if biases is not None:
        raise ValueError("biases were given without weights; give weights too, or bias_var")
    laws = GaussianWeights(_number("weight_var", weight_var)), GaussianBiases(_number("bias_var", bias_var))
    if widths is not None:
        return _of_widths(phi, [_width(i, w) for i, w in enumerate(widths)], laws, square)
    n, times = _width(0, width), _depth(depth)
    return Network((Block(Dense(n, n, phi, *laws), times),), n, square)


def _activation(given: Any) -> Activation:
    return given if isinstance(given, Activation) else activation(given)


def _of_widths(
    phi: Activation, sizes: list[sp.Expr], laws: tuple[GaussianWeights, GaussianBiases], square: sp.Expr
) -> Network:
    if not sizes:
        raise ValueError("widths is empty; give n_0, ..., n_L")
    layers = [Dense(n_in, n_out, phi, *laws) for n_in, n_out in zip(sizes, sizes[1:], strict=False)]
    return Network(_blocks(layers), sizes[0], square)


def _blocks(layers: list[Dense]) -> tuple[Block, ...]:
    """Join neighbours that are alike; given weights are never alike unless equal."""
    blocks: list[Block] = []
    for layer in layers:
        if blocks and blocks[-1].layer == layer:
            blocks[-1] = Block(layer, blocks[-1].times + 1)
        else:
            blocks.append(Block(layer, sp.S.One))
    return tuple(blocks)


def _given(phi: Activation, arrays: list[Any], biases: Sequence[Any] | None, square: sp.Expr) -> Network:
    if not arrays:
        raise ValueError("weights is empty; give at least one matrix")
    if biases is not None and len(biases) != len(arrays):
        raise ValueError(f"{len(arrays)} weight matrices but {len(biases)} biases; give one bias vector for each layer")
    matrices = [_array(f"the weights of layer {i}", a, 2) for i, a in enumerate(arrays, start=1)]
    layers = []
    for index, matrix in enumerate(matrices, start=1):
        fan_out, fan_in = matrix.shape
        if index > 1 and fan_in != layers[-1].fan_out:
            raise ValueError(
                f"the weights of layer {index} take {fan_in} inputs, "
                f"but layer {index - 1} has {layers[-1].fan_out} outputs"
            )
        bias = np.zeros(fan_out) if biases is None else _array(f"the biases of layer {index}", biases[index - 1], 1)
        if bias.shape != (fan_out,):
            raise ValueError(f"the biases of layer {index} have shape {bias.shape}; its weights ask for ({fan_out},)")
        layers.append(
            Dense(sp.Integer(fan_in), sp.Integer(fan_out), phi, GivenWeights(matrix), GivenBiases(_frozen(bias)))
        )
    return Network(_blocks(layers), layers[0].fan_in, square)


def _scalar_chain(weight: Any, depth: Any) -> list[npt.NDArray[np.float64]]:
    times = _depth(depth)
    if not times.is_Integer:
        raise ValueError(f"depth {times} is a symbol; a chain with a given weight needs a number")
    return [np.array([[float(weight)]])] * int(times)


def _array(name: str, given: Any, dimensions: int) -> npt.NDArray[np.float64]:
    array = np.asarray(given)
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{name} have dtype {array.dtype}; give real numbers")
    if array.ndim != dimensions or 0 in array.shape:
        raise ValueError(f"{name} have shape {array.shape}; give a non-empty {dimensions}-dimensional array")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} contain {array[~np.isfinite(array)].flat[0]}; every entry must be finite")
    return _frozen(array)


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    copy = np.array(array, dtype=np.float64, order="C")
    copy.setflags(write=False)
    return copy


def _exact(name: str, given: Any) -> sp.Expr:
    if given is None:
        raise ValueError(f"{name} is missing; give a number or a SymPy symbol")
    if isinstance(given, float):
        return sp.Rational(repr(given)) if np.isfinite(given) else sp.nan
    try:
        return sp.sympify(given, strict=True)
    except sp.SympifyError:
        raise ValueError(f"{name} = {given!r} is not a number or a SymPy expression") from None


def _number(name: str, given: Any) -> sp.Expr:
    value = _exact(name, given)
    if value.is_nonnegative is False or value is sp.nan or value.is_infinite:
        raise ValueError(f"{name} = {given} is out of range; it must be finite and not negative")
    return value


def _width(layer: int, given: Any) -> sp.Expr:
    value = _exact(f"the width of layer {layer}", given)
    if value.is_positive is False or value.is_integer is False or value is sp.nan:
        raise ValueError(f"the width of layer {layer} is {given}; a width is a positive integer or a symbol")
    return value


def _depth(given: Any) -> sp.Expr:
    value = _exact("depth", given)
    if value.is_nonnegative is False or value.is_integer is False or value is sp.nan:
        raise ValueError(f"depth is {given}; it must be an integer, not negative, or a symbol")
    return value
