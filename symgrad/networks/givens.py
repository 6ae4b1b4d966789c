"""Givens: weights and biases that are numbers, not drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import sympy as sp

from .checks import Floats, frozen_array

__all__ = ["GivenBiases", "GivenWeights"]


@dataclass(frozen=True, eq=False)
class _Given:
    """A copy of an array that is never modified; equal arrays make equal layers."""

    array: Floats
    _name: ClassVar[str]
    _dimensions: ClassVar[int]

    def __post_init__(self) -> None:
        object.__setattr__(self, "array", frozen_array(f"the {self._name}", self.array, self._dimensions))

    def __eq__(self, other: object) -> bool:
        """Compare by shape and numbers."""
        return isinstance(other, _Given) and type(self) is type(other) and np.array_equal(self.array, other.array)

    def __hash__(self) -> int:
        """Hash by shape and numbers."""
        return hash((type(self), self.array.shape, self.array.tobytes()))

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        """Pickle the numbers alone: an unpickled array would be writeable."""
        return type(self), (self.array,)

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """No symbols."""
        return set()

    @property
    def words(self) -> str:
        """That they are given; nothing if they are all zero, as biases that were left out."""
        return f"given {self._name}" if self.array.any() else ""


@dataclass(frozen=True, eq=False)
class GivenWeights(_Given):
    """A weight matrix as it is.

    Parameters
    ----------
    array : (fan_out, fan_in) array of real numbers
        Copied to read-only float64.

    Raises
    ------
    ValueError
        If it is not a matrix of finite real numbers.
    """

    _name = "weights"
    _dimensions = 2


@dataclass(frozen=True, eq=False)
class GivenBiases(_Given):
    """A bias vector as it is.

    Parameters
    ----------
    array : (fan_out,) array of real numbers
        Copied to read-only float64.

    Raises
    ------
    ValueError
        If it is not a vector of finite real numbers.
    """

    _name = "biases"
    _dimensions = 1
