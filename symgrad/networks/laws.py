"""Initial laws: where the weights of a layer come from. A variance is never a standard deviation; the names say so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import sympy as sp

__all__ = ["GaussianBiases", "GaussianWeights", "GivenBiases", "GivenWeights"]


@dataclass(frozen=True)
class GaussianWeights:
    """Independent centred Gaussian weights, fresh in every trial.

    Parameters
    ----------
    weight_var : sympy.Expr
        Variance of an entry times the fan-in of the layer, not negative; may be a symbol.
    """

    weight_var: sp.Expr

    def entry_var(self, fan_in: sp.Expr) -> sp.Expr:
        """Return the variance of one entry, ``weight_var / fan_in``."""
        return self.weight_var / fan_in


@dataclass(frozen=True)
class GaussianBiases:
    """Independent centred Gaussian biases, fresh in every trial.

    Parameters
    ----------
    bias_var : sympy.Expr
        Variance of a bias, not negative; 0 for no biases; may be a symbol.
    """

    bias_var: sp.Expr


@dataclass(frozen=True, eq=False)
class _Given:
    """An array that is never modified; equal arrays make equal layers."""

    array: npt.NDArray[np.float64]

    def __eq__(self, other: object) -> bool:
        """Compare by shape and numbers."""
        return type(self) is type(other) and np.array_equal(self.array, other.array)  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        """Hash by shape and numbers."""
        return hash((type(self), self.array.shape, self.array.tobytes()))


@dataclass(frozen=True, eq=False)
class GivenWeights(_Given):
    """A weight matrix as it is.

    Parameters
    ----------
    array : (fan_out, fan_in) float64
        Read-only.
    """


@dataclass(frozen=True, eq=False)
class GivenBiases(_Given):
    """A bias vector as it is.

    Parameters
    ----------
    array : (fan_out,) float64
        Read-only.
    """
