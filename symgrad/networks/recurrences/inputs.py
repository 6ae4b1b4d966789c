"""Inputs of a recurrent network: white noise, or given vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import sympy as sp

from ..checks import Floats, frozen_array, variance

__all__ = ["GivenInputs", "WhiteInputs"]


@dataclass(frozen=True)
class WhiteInputs:
    """Independent centred Gaussian entries, fresh at every step.

    Parameters
    ----------
    mean_square : number or sympy.Expr, default 1
        Variance of an entry; 0 for no input; may be a symbol.

    Raises
    ------
    ValueError
        If it is negative or no number.
    """

    mean_square: sp.Expr = sp.S.One

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean_square", variance("input_mean_square", self.mean_square))

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols in the variance."""
        return set(self.mean_square.free_symbols)

    @property
    def words(self) -> str:
        """What is told of it in a line, where it is not the usual one."""
        usual = {sp.S.One: "", sp.S.Zero: "no input"}
        return usual.get(self.mean_square, f"input_mean_square {self.mean_square}")

    def after(self, step: int) -> Self:
        """Return what comes in behind a step: noise."""
        return self

    def check(self, steps: sp.Expr, width: sp.Expr) -> None:
        """Noise fits every number of steps."""


@dataclass(frozen=True, eq=False)
class GivenInputs:
    """The inputs of all steps as they are.

    Parameters
    ----------
    array : (steps, input_width) array of real numbers
        Copied to read-only float64.

    Raises
    ------
    ValueError
        If it is not a matrix of finite real numbers.
    """

    array: Floats

    def __post_init__(self) -> None:
        object.__setattr__(self, "array", frozen_array("the inputs", self.array, 2))

    def __eq__(self, other: object) -> bool:
        """Compare by shape and numbers."""
        return isinstance(other, GivenInputs) and np.array_equal(self.array, other.array)

    def __hash__(self) -> int:
        """Hash by shape and numbers."""
        return hash((self.array.shape, self.array.tobytes()))

    def __reduce__(self) -> tuple[type[GivenInputs], tuple[Any, ...]]:
        """Pickle the numbers alone: an unpickled array would be writeable."""
        return GivenInputs, (self.array,)

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """No symbols."""
        return set()

    @property
    def words(self) -> str:
        """What is told of it in a line."""
        return "given inputs"

    def after(self, step: int) -> GivenInputs:
        """Return what comes in behind a step."""
        return GivenInputs(self.array[step:]) if step < len(self.array) else self

    def check(self, steps: sp.Expr, width: sp.Expr) -> None:
        """Refuse inputs for fewer steps, or of another width."""
        rows, columns = self.array.shape
        if (steps - rows).is_positive is not False:
            raise ValueError(f"inputs are given for {rows} steps, and the network has {steps}; give as many")
        if columns != width:
            raise ValueError(f"the inputs have {columns} entries, and the network takes {width}; give as many")
