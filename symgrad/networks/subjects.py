"""Networks: the subjects of claims. An immutable description whose widths, depth and variances may be symbols."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sympy as sp

from ..activations import Activation
from .layers import Block, Dense

__all__ = ["Network"]


@dataclass(frozen=True)
class Network:
    """A feed-forward network: blocks of layers, from the input to the output.

    Parameters
    ----------
    blocks : tuple of Block
        In the order of the forward pass; layers that are alike are one block.
    input_width : sympy.Expr
        Number of inputs; the fan-in of the first layer.
    input_mean_square : sympy.Expr
        Mean square of the entries of the input at which gradients are taken.

    Examples
    --------
    >>> import symgrad as sg
    >>> sg.mlp(width=256, depth=30, activation="sigmoid", weight_var=1).depth
    30
    """

    blocks: tuple[Block, ...]
    input_width: sp.Expr
    input_mean_square: sp.Expr = sp.S.One

    @property
    def depth(self) -> sp.Expr:
        """Number of layers; may be a symbol."""
        return sp.Add(*(block.times for block in self.blocks))

    @property
    def activations(self) -> tuple[Activation, ...]:
        """The activations that occur, each once."""
        return tuple(dict.fromkeys(block.layer.activation for block in self.blocks))

    @property
    def widths(self) -> tuple[sp.Expr, ...]:
        """The widths that occur, the input's first, without the repetitions inside a block."""
        return (self.input_width, *(block.layer.fan_out for block in self.blocks))

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols that widths, depth and variances hold."""
        parts = [*self.widths, self.depth, self.input_mean_square]
        for block in self.blocks:
            parts.extend(getattr(block.layer.weights, "weight_var", sp.S.Zero).free_symbols)
            parts.extend(getattr(block.layer.biases, "bias_var", sp.S.Zero).free_symbols)
        return set().union(*(part.free_symbols for part in parts))

    def layers(self) -> Iterator[Dense]:
        """Yield every layer from the input to the output, repetitions written out.

        Yields
        ------
        Dense
            One for each layer.

        Raises
        ------
        ValueError
            If the depth is a symbol.
        """
        if not self.depth.is_Integer:
            raise ValueError(f"depth {self.depth} is a symbol; give it a number to list the layers")
        for block in self.blocks:
            for _ in range(int(block.times)):
                yield block.layer

    def after(self, layer: int) -> Network:
        """Return the part of the network behind a layer: its input is the output of that layer.

        Parameters
        ----------
        layer : int
            From 0, the whole network, to the depth, no layer at all.

        Returns
        -------
        Network
            The remaining layers; the mean square of its input is not known and left as it is.

        Raises
        ------
        ValueError
            If there is no such layer.
        """
        left, width, blocks = sp.Integer(layer), self.input_width, []
        for block in self.blocks:
            gone = sp.Min(left, block.times)
            left -= gone
            width = block.layer.fan_out if gone.is_positive else width
            if (block.times - gone).is_zero is not True:
                blocks.append(replace(block, times=block.times - gone))
        if left.is_zero is not True or layer < 0:
            raise ValueError(f"layer {layer} is out of range; the network has depth {self.depth}")
        return replace(self, blocks=tuple(blocks), input_width=width)

    def with_width(self, width: int) -> Network:
        """Return the same network at another width, as a limit of large width asks for.

        Parameters
        ----------
        width : int
            The new width of every layer and of the input.

        Returns
        -------
        Network
            The network with all widths replaced.

        Raises
        ------
        ValueError
            If the weights or biases are given, since they fix the widths.
        """
        n = sp.Integer(width)
        for block in self.blocks:
            if hasattr(block.layer.weights, "array") or hasattr(block.layer.biases, "array"):
                raise ValueError("the weights are given, so the width cannot be changed")
        blocks = tuple(replace(b, layer=replace(b.layer, fan_in=n, fan_out=n)) for b in self.blocks)
        return replace(self, blocks=blocks, input_width=n)

    def __str__(self) -> str:
        """Describe the network in a line."""
        names = ", ".join(a.name for a in self.activations) or "no activation"
        distinct = list(dict.fromkeys(str(w) for w in self.widths))
        return f"MLP of depth {self.depth}, width {'-'.join(distinct)}, {names}"
