"""Lines: the statements a cell is written in. Letters stand for vectors, and products are taken unit by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import sympy as sp

from ...activations import Activation

__all__ = ["Affine", "Gate", "Letter", "Line", "Mix", "letters"]


class Letter(sp.Symbol):
    """A vector of a cell, with an entry for each unit; every other symbol in a cell is a number."""

    def __new__(cls, name: str, **assumptions: bool | None) -> Self:
        """Make a real symbol."""
        return super().__new__(cls, name, **{"real": True, **assumptions})  # type: ignore[no-any-return]


def letters(names: str) -> tuple[Letter, ...]:
    """Return one letter for each name: ``h, c = letters("h c")``."""
    return tuple(map(Letter, names.split()))


@dataclass(frozen=True)
class Affine:
    """A preactivation, ``symbol = R @ recurs + W @ x + b``; each part may be absent.

    Parameters
    ----------
    symbol : Letter
        What is defined.
    recurrent : str, default ""
        Name of the recurrent matrix, such as ``"R_f"``.
    recurs : sympy.Expr or None, optional
        What it multiplies: an expression in states and earlier symbols.
    inputs : str, default ""
        Name of the matrix that multiplies the input of the step, such as ``"W_f"``.
    bias : str, default ""
        Name of the bias vector, such as ``"b_f"``.

    Raises
    ------
    ValueError
        If there is a recurrent matrix and nothing that it multiplies, or the other way round.
    """

    symbol: Letter
    recurrent: str = ""
    recurs: sp.Expr | None = None
    inputs: str = ""
    bias: str = ""

    def __post_init__(self) -> None:
        if bool(self.recurrent) != (self.recurs is not None):
            raise ValueError(f"{self.symbol} has a recurrent matrix without a vector, or a vector without; give both")

    @property
    def reads(self) -> set[sp.Symbol]:
        """The symbols that it depends on, unit by unit or through the recurrent matrix."""
        return set() if self.recurs is None else set(self.recurs.free_symbols)


@dataclass(frozen=True)
class Gate:
    """An activation, ``symbol = activation(of)``, unit by unit.

    Parameters
    ----------
    symbol : Letter
        What is defined.
    activation : Activation
        Applied to each unit.
    of : sympy.Expr
        Its argument: an expression in states and earlier symbols.
    """

    symbol: Letter
    activation: Activation
    of: sp.Expr

    @property
    def reads(self) -> set[sp.Symbol]:
        """The symbols that it depends on."""
        return set(self.of.free_symbols)


@dataclass(frozen=True)
class Mix:
    """A combination, ``symbol = value``, unit by unit.

    Parameters
    ----------
    symbol : Letter
        What is defined.
    value : sympy.Expr
        An expression in states and earlier symbols.
    """

    symbol: Letter
    value: sp.Expr

    @property
    def reads(self) -> set[sp.Symbol]:
        """The symbols that it depends on."""
        return set(self.value.free_symbols)


Line = Affine | Gate | Mix
