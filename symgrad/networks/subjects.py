"""Networks: the subjects of claims. An immutable description whose widths, depth and variances may be symbols."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import sympy as sp

from ..activations import Activation
from ..claims import symbol
from .blocks import Block, Layer
from .checks import size, variance
from .layers import Dense
from .residuals import Residual

__all__ = ["Network"]

_MANY = 6  # widths up to which all are told


@dataclass(frozen=True, repr=False)
class Network:
    """A feed-forward network: blocks of layers, from the input to the output.

    Two networks with the same layers are equal: empty blocks are dropped, and neighbours that are alike are joined.

    Parameters
    ----------
    blocks : tuple of Block
        In the order of the forward pass.
    input_width : int or sympy.Expr
        Number of inputs; the fan-in of the first layer.
    input_mean_square : number or sympy.Expr
        Mean square of the entries of the input at which gradients are taken.

    Raises
    ------
    ValueError
        If a layer does not take what the one before it gives; the message names the layer.

    Examples
    --------
    >>> import symgrad as sg
    >>> sg.mlp(width=256, depth=30, activation="sigmoid", weight_var=1).depth
    30
    """

    blocks: tuple[Block, ...]
    input_width: sp.Expr
    input_mean_square: sp.Expr = sp.S.One

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", _joined(self.blocks))
        object.__setattr__(self, "input_width", size("the width of layer 0", self.input_width))
        object.__setattr__(self, "input_mean_square", variance("input_mean_square", self.input_mean_square))
        before, width = sp.S.Zero, self.input_width
        for block in self.blocks:
            if (block.layer.fan_in - width).is_zero is False:
                raise ValueError(
                    f"layer {before + 1} takes {block.layer.fan_in} inputs, but layer {before} has {width} outputs"
                )
            before, width = before + block.times, block.layer.fan_out

    @property
    def depth(self) -> sp.Expr:
        """Number of layers; may be a symbol."""
        return sp.Add(*(block.times for block in self.blocks))

    @property
    def activations(self) -> tuple[Activation, ...]:
        """The activations that occur, each once."""
        return tuple(dict.fromkeys(part.activation for block in self.blocks for part in block.layer.parts))

    @property
    def widths(self) -> tuple[sp.Expr, ...]:
        """The widths that occur, the input's first, without the repetitions inside a block."""
        return (self.input_width, *(block.layer.fan_out for block in self.blocks))

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols that widths, depth, variances and the mean square of the input hold."""
        numbers = {self.input_width, self.depth, self.input_mean_square}
        return set().union(*(part.free_symbols for part in (*numbers, *(block.layer for block in self.blocks))))

    @property
    def dense(self) -> tuple[tuple[Dense, sp.Expr], ...]:
        """The layers of a multi-layer perceptron and how often each is repeated; a ValueError if a layer is no such."""
        found = tuple((block.layer, block.times) for block in self.blocks if isinstance(block.layer, Dense))
        if len(found) < len(self.blocks):
            raise ValueError(
                "a layer is a residual block or has no weights, so the network is no multi-layer perceptron"
            )
        return found

    @property
    def matrices(self) -> tuple[Dense, ...]:
        """The dense layers that occur, those in branches included, each once."""
        parts = (part for block in self.blocks for part in block.layer.parts)
        return tuple(dict.fromkeys(part for part in parts if isinstance(part, Dense)))

    def layers(self) -> Iterator[Layer]:
        """Yield every layer from the input to the output, repetitions written out.

        Yields
        ------
        Dense, Elementwise or Residual
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
            If there is no such layer, or it cannot be told because of a symbol.
        """
        left, width, blocks = sp.Integer(layer), self.input_width, []
        for block in self.blocks:
            gone = sp.Min(left, block.times)
            left -= gone
            width = block.layer.fan_out if gone.is_positive else width
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
        n = size("width", width)
        blocks = tuple(replace(block, layer=block.layer.with_width(n)) for block in self.blocks)
        return replace(self, blocks=blocks, input_width=n)

    def __repr__(self) -> str:
        """Describe the network in a line; the arrays of given weights are not shown."""
        return f"<Network: {self}>"

    def __str__(self) -> str:
        """Describe the network in a line."""
        phis = [str(phi) for phi in self.activations if phi.expression != symbol("x")] or map(str, self.activations)
        names = ", ".join(phis) or "no activation"
        words = dict.fromkeys(word for block in self.blocks for word in block.layer.words)
        return f"{self._kind} of depth {self.depth}, width {_told(self.widths)}, {', '.join((names, *words))}"

    @property
    def _kind(self) -> str:
        if all(isinstance(block.layer, Dense) for block in self.blocks):
            return "MLP"
        return "residual network" if all(isinstance(block.layer, Residual) for block in self.blocks) else "network"


def _told(widths: tuple[sp.Expr, ...]) -> str:
    """Write widths from the input to the output, without repetitions, and the middle ones of many left out."""
    names = [str(width) for width, _ in groupby(widths)]
    return "-".join(names if len(names) <= _MANY else [*names[:2], "…", names[-1]])


def _joined(blocks: Iterable[Block]) -> tuple[Block, ...]:
    joined: list[Block] = []
    for block in blocks:
        if block.times.is_zero:
            continue
        if joined and joined[-1].layer == block.layer:
            joined[-1] = replace(block, times=joined[-1].times + block.times)
        else:
            joined.append(block)
    return tuple(joined)
