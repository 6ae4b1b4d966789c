"""Layers: what one step of a network does. A description, no arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from ..activations import Activation
from .laws import GaussianBiases, GaussianWeights, GivenBiases, GivenWeights

__all__ = ["Block", "Dense"]


@dataclass(frozen=True)
class Dense:
    """A dense layer, ``h = activation(W h_before + b)``.

    Parameters
    ----------
    fan_in, fan_out : sympy.Expr
        Numbers of inputs and outputs; may be symbols.
    activation : Activation
        Applied to each unit.
    weights : GaussianWeights or GivenWeights
        Law or values of ``W : (fan_out, fan_in)``.
    biases : GaussianBiases or GivenBiases
        Law or values of ``b : (fan_out,)``.
    """

    fan_in: sp.Expr
    fan_out: sp.Expr
    activation: Activation
    weights: GaussianWeights | GivenWeights
    biases: GaussianBiases | GivenBiases


@dataclass(frozen=True)
class Block:
    """A layer that is repeated, each time with weights of its own.

    Parameters
    ----------
    layer : Dense
        What is repeated.
    times : sympy.Expr
        How often; may be a symbol, and may be 10^6 at no cost.
    """

    layer: Dense
    times: sp.Expr
