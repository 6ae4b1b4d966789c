"""Initial laws: where the weights of a layer come from. A variance is never a standard deviation; the names say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import sympy as sp

from .checks import Floats, frozen_array, variance

__all__ = ["GaussianBiases", "GaussianWeights", "GivenBiases", "GivenWeights"]


@dataclass(frozen=True)
class GaussianWeights:
    """Independent centred Gaussian weights, fresh in every trial.

    Parameters
    ----------
    weight_var : number or sympy.Expr
        Variance of an entry times the fan-in of the layer, not negative; may be a symbol.

    Raises
    ------
    ValueError
        If the variance is negative or no number.
    """

    weight_var: sp.Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight_var", variance("weight_var", self.weight_var))

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols in the variance."""
        return set(self.weight_var.free_symbols)

    @property
    def words(self) -> str:
        """The law in a few words."""
        return f"weight_var {self.weight_var}"


@dataclass(frozen=True)
class GaussianBiases:
    """Independent centred Gaussian biases, fresh in every trial.

    Parameters
    ----------
    bias_var : number or sympy.Expr
        Variance of a bias, not negative; 0 for no biases; may be a symbol.

    Raises
    ------
    ValueError
        If the variance is negative or no number.
    """

    bias_var: sp.Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "bias_var", variance("bias_var", self.bias_var))

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols in the variance."""
        return set(self.bias_var.free_symbols)

    @property
    def words(self) -> str:
        """The law in a few words; none if there are no biases."""
        return f"bias_var {self.bias_var}" if self.bias_var else ""


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
