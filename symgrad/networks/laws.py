"""Initial laws: what random weights of a layer are drawn from. A variance is never a standard deviation; the names say so."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import sympy as sp

from .checks import threshold, variance

__all__ = [
    "DrawnWeights",
    "GaussianBiases",
    "GaussianWeights",
    "OrthogonalWeights",
    "TruncatedNormalWeights",
    "UniformWeights",
]

_USUAL_TRUNCATION = sp.Integer(2)  # of Keras's and TensorFlow's truncated normal laws, in deviations


@dataclass(frozen=True)
class DrawnWeights(ABC):
    """Random weights, centred and symmetric, fresh in every trial.

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
    @abstractmethod
    def kind(self) -> str:
        """What such weights are called."""

    @property
    def words(self) -> str:
        """The law in a few words."""
        return f"{self.kind} weights, weight_var {self.weight_var}"

    def entry_var(self, fan_in: sp.Expr, fan_out: sp.Expr) -> sp.Expr:
        """Return the variance of an entry of a matrix of that size."""
        return self.weight_var / fan_in

    @abstractmethod
    def entry_bound(self, fan_in: sp.Expr) -> sp.Expr:
        """Return what no entry exceeds in absolute value; infinity if there is no such number."""


@dataclass(frozen=True)
class GaussianWeights(DrawnWeights):
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

    @property
    def kind(self) -> str:
        """What such weights are called."""
        return "independent Gaussian"

    @property
    def words(self) -> str:
        """The law in a few words: the variance alone, as this is the usual law."""
        return f"weight_var {self.weight_var}"

    def entry_bound(self, fan_in: sp.Expr) -> sp.Expr:
        """Return infinity, or zero where the variance is."""
        return sp.oo * self.entry_var(fan_in, fan_in) if self.weight_var else sp.S.Zero


@dataclass(frozen=True)
class UniformWeights(DrawnWeights):
    """Independent weights, uniform on an interval around zero, fresh in every trial.

    Parameters
    ----------
    weight_var : number or sympy.Expr
        Variance of an entry times the fan-in of the layer, not negative; may be a symbol. The interval ends at the
        root of three times the variance of an entry; so PyTorch's default, which ends at one over the root of the
        fan-in, has 1/3.

    Raises
    ------
    ValueError
        If the variance is negative or no number.

    Examples
    --------
    >>> UniformWeights(1 / sp.Integer(3)).entry_bound(sp.Integer(100))
    1/10
    """

    @property
    def kind(self) -> str:
        """What such weights are called."""
        return "uniform"

    def entry_bound(self, fan_in: sp.Expr) -> sp.Expr:
        """Return the end of the interval; the variance of a uniform number on (-a, a) is a third of a square."""
        return sp.sqrt(3 * self.weight_var / fan_in)


@dataclass(frozen=True)
class TruncatedNormalWeights(DrawnWeights):
    r"""Independent Gaussian weights, drawn again until they lie within a truncation; fresh in every trial.

    Parameters
    ----------
    weight_var : number or sympy.Expr
        Variance of an entry times the fan-in of the layer, after truncation; not negative; may be a symbol.
    truncation : number or sympy.Expr, default 2
        Where it is cut off, in deviations of the Gaussian before truncation; positive. Frameworks take 2.

    Raises
    ------
    ValueError
        If the variance is negative or the truncation is not a positive number.

    Notes
    -----
    A standard normal number truncated at ``t`` has variance
    :math:`1-t\sqrt{2/\pi}\,e^{-t^2/2}/\operatorname{erf}(t/\sqrt2)`, by parts (Johnson, Kotz and Balakrishnan 1994,
    section 13.10.1); 0.774 at 2.

    Examples
    --------
    >>> TruncatedNormalWeights(1).truncated_var.n(4)
    0.7737
    """

    truncation: sp.Expr = _USUAL_TRUNCATION

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "truncation", threshold("truncation", self.truncation))

    @property
    def kind(self) -> str:
        """What such weights are called."""
        return f"truncated normal (at {self.truncation} deviations)"

    @property
    def truncated_var(self) -> sp.Expr:
        """Variance that truncation leaves of a standard normal number."""
        t = self.truncation
        return 1 - t * sp.sqrt(2 / sp.pi) * sp.exp(-(t**2) / 2) / sp.erf(t / sp.sqrt(2))

    def entry_bound(self, fan_in: sp.Expr) -> sp.Expr:
        """Return the truncation, in units of an entry."""
        return self.truncation * sp.sqrt(self.weight_var / fan_in / self.truncated_var)


@dataclass(frozen=True)
class OrthogonalWeights(DrawnWeights):
    r"""Haar-orthogonal weights times the root of a variance, fresh in every trial.

    A square matrix is uniform on the orthogonal group. One with more rows has orthonormal columns, one with more
    columns orthonormal rows, uniform on the Stiefel manifold; all singular values are :math:`\sigma_w`.

    Parameters
    ----------
    weight_var : number or sympy.Expr
        Square of the singular values, not negative; may be a symbol. It is the variance of an entry times the larger
        of fan-in and fan-out: times the fan-in, as for other laws, unless there are more outputs.

    Raises
    ------
    ValueError
        If the variance is negative or no number.
    """

    @property
    def kind(self) -> str:
        """What such weights are called."""
        return "Haar-orthogonal"

    def entry_var(self, fan_in: sp.Expr, fan_out: sp.Expr) -> sp.Expr:
        """Return the variance of an entry: the squares of a row or column of that length add up to one."""
        return self.weight_var / sp.Max(fan_in, fan_out)

    def entry_bound(self, fan_in: sp.Expr) -> sp.Expr:
        """Return the norm of the matrix."""
        return sp.sqrt(self.weight_var)


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
