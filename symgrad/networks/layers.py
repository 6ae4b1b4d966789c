"""Layers: what one step of a network does. A description, no arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import sympy as sp

from ..activations import Activation
from ..claims import symbol
from .checks import keeping, size
from .givens import GivenBiases, GivenWeights
from .laws import DrawnWeights, GaussianBiases

__all__ = ["Dense"]


@dataclass(frozen=True)
class Dense:
    """A dense layer, ``h = mask/keep * activation(W h_before + b)``; the mask is dropout, and absent where all is kept.

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
    keep : number or sympy.Expr, default 1
        Probability that a unit is kept, each independently; what is kept is divided by it, so that means stay.

    Raises
    ------
    ValueError
        If a width is not a positive integer or a symbol, given arrays do not have these widths, or a probability is
        not above 0 and at most 1.
    """

    fan_in: sp.Expr
    fan_out: sp.Expr
    activation: Activation
    weights: DrawnWeights | GivenWeights
    biases: GaussianBiases | GivenBiases
    keep: sp.Expr = sp.S.One

    def __post_init__(self) -> None:
        object.__setattr__(self, "fan_in", size("fan_in", self.fan_in))
        object.__setattr__(self, "fan_out", size("fan_out", self.fan_out))
        object.__setattr__(self, "keep", keeping("keep", self.keep))
        if isinstance(self.weights, GivenWeights):
            _check_shape("weights", self.weights.array.shape, (self.fan_out, self.fan_in))
        if isinstance(self.biases, GivenBiases):
            _check_shape("biases", self.biases.array.shape, (self.fan_out,))

    @property
    def parts(self) -> tuple[Self, ...]:
        """The layer itself."""
        return (self,)

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols that widths, laws and the probability hold."""
        numbers = (self.fan_in, self.fan_out, self.keep, self.weights, self.biases)
        return set().union(*(number.free_symbols for number in numbers))

    @property
    def words(self) -> tuple[str, ...]:
        """What is told of it in a line, besides widths and activation."""
        dropout = "" if self.keep == 1 else f"dropout {1 - self.keep}"
        return tuple(filter(None, (self.weights.words, self.biases.words, dropout)))

    def formula(self, inputs: str) -> str:
        """Write the output of the layer for inputs that are written so; biases are told with the laws."""
        shape = "" if self.fan_in == self.fan_out else f"[{self.fan_out}x{self.fan_in}]"
        image = f"W{shape} {inputs}"
        value = image if self.activation.expression == symbol("x") else f"{self.activation}({image})"
        return value if self.keep == 1 else f"drop({value})"

    def with_width(self, width: sp.Expr) -> Self:
        """Return the layer at another width; a ValueError if given arrays fix it."""
        if isinstance(self.weights, GivenWeights) or isinstance(self.biases, GivenBiases):
            raise ValueError("weights or biases of a layer are given, so the width cannot be changed")
        return replace(self, fan_in=width, fan_out=width)

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
