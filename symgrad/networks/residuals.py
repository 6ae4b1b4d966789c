"""Residuals: layers whose input also goes past them, ``h = h_before + scale * branch(h_before)``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import sympy as sp

from ..activations import Activation
from .checks import factor, size
from .layers import Dense

__all__ = ["Elementwise", "Residual"]


@dataclass(frozen=True)
class Elementwise:
    """An activation without weights, ``h = activation(h_before)``; for branches that begin with one.

    Parameters
    ----------
    width : int or sympy.Expr
        Number of units; may be a symbol.
    activation : Activation
        Applied to each unit.

    Raises
    ------
    ValueError
        If the width is not a positive integer or a symbol.
    """

    width: sp.Expr
    activation: Activation

    def __post_init__(self) -> None:
        object.__setattr__(self, "width", size("width", self.width))

    @property
    def fan_in(self) -> sp.Expr:
        """Number of inputs."""
        return self.width

    @property
    def fan_out(self) -> sp.Expr:
        """Number of outputs."""
        return self.width

    @property
    def parts(self) -> tuple[Self, ...]:
        """The layer itself."""
        return (self,)

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols that the width holds."""
        return set(self.width.free_symbols)

    @property
    def words(self) -> tuple[str, ...]:
        """Nothing besides width and activation."""
        return ()

    def formula(self, inputs: str) -> str:
        """Write the output of the layer for inputs that are written so."""
        return f"{self.activation}({inputs})"

    def with_width(self, width: sp.Expr) -> Self:
        """Return the layer at another width."""
        return replace(self, width=width)


@dataclass(frozen=True)
class Residual:
    """A residual block, ``h = h_before + scale * branch(h_before)``.

    Parameters
    ----------
    branch : tuple of Dense or Elementwise
        In the order of the forward pass; its output is as wide as its input.
    scale : number or sympy.Expr, default 1
        Factor of the branch.

    Raises
    ------
    ValueError
        If the branch is empty, a part does not take what the one before it gives, or the branch changes the width.
    """

    branch: tuple[Dense | Elementwise, ...]
    scale: sp.Expr = sp.S.One

    def __post_init__(self) -> None:
        object.__setattr__(self, "branch", tuple(self.branch))
        object.__setattr__(self, "scale", factor("the scale of a branch", self.scale))
        if not self.branch:
            raise ValueError("the branch of a residual block is empty; give it a layer")
        for place, (before, part) in enumerate(pairwise((*self.branch, self.branch[0])), start=1):
            if (part.fan_in - before.fan_out).is_zero is False:
                taker = f"part {place + 1}" if place < len(self.branch) else "the sum with the input"
                raise ValueError(
                    f"{taker} takes {part.fan_in} inputs, but part {place} of the branch has {before.fan_out} outputs"
                )

    @property
    def fan_in(self) -> sp.Expr:
        """Number of inputs."""
        return self.branch[0].fan_in

    @property
    def fan_out(self) -> sp.Expr:
        """Number of outputs, which is that of inputs."""
        return self.branch[0].fan_in

    @property
    def parts(self) -> tuple[Dense | Elementwise, ...]:
        """What the branch is made of."""
        return self.branch

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols of the branch and of its scale."""
        return set(self.scale.free_symbols).union(*(part.free_symbols for part in self.branch))

    @property
    def words(self) -> tuple[str, ...]:
        """What is told of it in a line, besides widths and activations: laws, and the branch as a formula."""
        formula = "h"
        for part in self.branch:
            formula = part.formula(formula)
        scale = "" if self.scale == 1 else f"{self.scale}*" if self.scale.is_Atom else f"({self.scale})*"
        return (*(word for part in self.branch for word in part.words), f"branch {scale}{formula}")

    def with_width(self, width: sp.Expr) -> Self:
        """Return the block at another width, its inner one included; a ValueError if given arrays fix it."""
        return replace(self, branch=tuple(part.with_width(width) for part in self.branch))
