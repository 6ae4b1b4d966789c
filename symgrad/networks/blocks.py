"""Blocks: a layer and how often it is repeated."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from .checks import count
from .layers import Dense
from .residuals import Elementwise, Residual

__all__ = ["Block", "Layer"]

Layer = Dense | Elementwise | Residual


@dataclass(frozen=True)
class Block:
    """A layer that is repeated, each time with weights of its own.

    Parameters
    ----------
    layer : Dense, Elementwise or Residual
        What is repeated.
    times : int or sympy.Expr
        How often; may be a symbol, and may be 10^6 at no cost.

    Raises
    ------
    ValueError
        If that is no number of layers, or a repeated layer does not take what it gives.
    """

    layer: Layer
    times: sp.Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", count("times", self.times))
        fan_in, fan_out = self.layer.fan_in, self.layer.fan_out
        if (self.times - 1).is_positive and (fan_out - fan_in).is_zero is False:
            raise ValueError(
                f"a layer with {fan_in} inputs and {fan_out} outputs cannot be repeated {self.times} times"
            )
