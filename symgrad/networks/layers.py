"""Layers: what one step of a network does. A description, no arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from ..activations import Activation
from .checks import count, size
from .givens import GivenBiases, GivenWeights
from .laws import DrawnWeights, GaussianBiases

__all__ = ["Block", "Dense"]


@dataclass(frozen=True)
class Dense:
    """A dense layer, ``h = activation(W h_before + b)``.

    Parameters
    ----------
    fan_in : int or sympy.Expr
        Number of inputs; may be a symbol.
    fan_out : int or sympy.Expr
        Number of outputs; may be a symbol.
    activation : Activation
        Applied to each unit.
    weights : DrawnWeights or GivenWeights
        Law or values of ``W : (fan_out, fan_in)``.
    biases : GaussianBiases or GivenBiases
        Law or values of ``b : (fan_out,)``.

    Raises
    ------
    ValueError
        If a width is not a positive integer or a symbol, or given arrays do not have these widths.
    """

    fan_in: sp.Expr
    fan_out: sp.Expr
    activation: Activation
    weights: DrawnWeights | GivenWeights
    biases: GaussianBiases | GivenBiases

    def __post_init__(self) -> None:
        object.__setattr__(self, "fan_in", size("fan_in", self.fan_in))
        object.__setattr__(self, "fan_out", size("fan_out", self.fan_out))
        if isinstance(self.weights, GivenWeights):
            _check_shape("weights", self.weights.array.shape, (self.fan_out, self.fan_in))
        if isinstance(self.biases, GivenBiases):
            _check_shape("biases", self.biases.array.shape, (self.fan_out,))

    @property
    def weight_var(self) -> sp.Expr:
        """Variance of a weight times the fan-in; a ValueError if the weights are given."""
        if isinstance(self.weights, GivenWeights):
            raise ValueError("the weights of the layer are given; only random weights have a variance")
        return self.weights.weight_var

    @property
    def bias_var(self) -> sp.Expr:
        """Variance of a bias; a ValueError if the biases are given."""
        if isinstance(self.biases, GivenBiases):
            raise ValueError("the biases of the layer are given; only Gaussian biases have a variance")
        return self.biases.bias_var


def _check_shape(what: str, shape: tuple[int, ...], widths: tuple[sp.Expr, ...]) -> None:
    if shape != widths:
        wanted = f"({', '.join(map(str, widths))}{',' if len(widths) == 1 else ''})"
        raise ValueError(f"the {what} have shape {shape}; the widths of the layer ask for {wanted}")


@dataclass(frozen=True)
class Block:
    """A layer that is repeated, each time with weights of its own.

    Parameters
    ----------
    layer : Dense
        What is repeated.
    times : int or sympy.Expr
        How often; may be a symbol, and may be 10^6 at no cost.

    Raises
    ------
    ValueError
        If that is no number of layers, or a repeated layer does not take what it gives.
    """

    layer: Dense
    times: sp.Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", count("times", self.times))
        fan_in, fan_out = self.layer.fan_in, self.layer.fan_out
        if (self.times - 1).is_positive and (fan_out - fan_in).is_zero is False:
            raise ValueError(
                f"a layer with {fan_in} inputs and {fan_out} outputs cannot be repeated {self.times} times"
            )
