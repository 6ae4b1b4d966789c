"""Laws of vectors: biases and diagonals of a cell, besides Gaussian and given ones. Same units, same draws: see chrono."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from ..checks import factor, threshold
from ..givens import GivenBiases
from ..laws import GaussianBiases

__all__ = ["ChronoBiases", "ConstantBiases", "RingEigenvalues", "UniformBiases", "VectorLaw"]


@dataclass(frozen=True)
class ConstantBiases:
    """The same number for every unit, such as a forget bias of 1.

    Parameters
    ----------
    value : number or sympy.Expr
        The number; may be a symbol.

    Raises
    ------
    ValueError
        If it is no finite real number.
    """

    value: sp.Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", factor("a bias", self.value))

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols in the number."""
        return set(self.value.free_symbols)

    @property
    def words(self) -> str:
        """The number, if it is not zero."""
        return f"bias {self.value}" if self.value else ""


@dataclass(frozen=True)
class UniformBiases:
    """Independent biases, uniform on an interval around zero, or sums of such numbers.

    Parameters
    ----------
    bound : number or sympy.Expr
        Where the interval ends, positive; may be a symbol.
    terms : {1, 2}, default 1
        How many such numbers are added: PyTorch has two biases for each gate.

    Raises
    ------
    ValueError
        If the bound is not positive, or the terms are not one or two.

    Examples
    --------
    >>> UniformBiases(sp.Rational(1, 8), 2).bias_var
    1/96
    """

    bound: sp.Expr
    terms: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "bound", factor("the bound of a bias", self.bound))
        if self.bound.is_positive is False:
            raise ValueError(f"biases are uniform up to {self.bound}; the bound must be above 0, or a symbol")
        if self.terms not in (1, 2):
            raise ValueError(f"terms = {self.terms}; a bias is one uniform number or the sum of two")

    @property
    def bias_var(self) -> sp.Expr:
        """Variance of a bias."""
        return self.terms * self.bound**2 / 3

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols in the bound."""
        return set(self.bound.free_symbols)

    @property
    def words(self) -> str:
        """The law in a few words."""
        return f"{'sums of two ' if self.terms == 2 else ''}uniform biases up to {self.bound}"


@dataclass(frozen=True)
class ChronoBiases:
    r"""Biases for memories up to a length, :math:`\pm\ln U` with :math:`U` uniform on :math:`[1,T_{\max}-1]`.

    Tallec and Ollivier 2018, arXiv:1804.11188: the forget gate takes the plus sign and the input gate the minus, of the
    same draw for each unit.

    Parameters
    ----------
    longest : number or sympy.Expr
        Longest memory in steps, above 2.
    sign : {1, -1}, default 1
        Of the logarithm.

    Raises
    ------
    ValueError
        If the longest memory is not above 2, or the sign is none.
    """

    longest: sp.Expr
    sign: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "longest", factor("the longest memory", self.longest))
        if (self.longest - 2).is_positive is False:
            raise ValueError(f"the longest memory is {self.longest}; it must be above 2 steps")
        if self.sign not in (1, -1):
            raise ValueError(f"sign = {self.sign} is neither 1 nor -1")

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols in the longest memory."""
        return set(self.longest.free_symbols)

    @property
    def words(self) -> str:
        """The law in a few words."""
        return f"{'' if self.sign > 0 else 'minus '}chrono biases up to {self.longest} steps"


@dataclass(frozen=True)
class RingEigenvalues:
    r"""Real or imaginary parts of eigenvalues, uniform on a ring: :math:`|\lambda|^2\sim U[r_-^2,r_+^2]`, phase uniform.

    Orvieto et al. 2023, arXiv:2303.06349, Lemma 3.2. Both parts are of the same draw for each unit.

    Parameters
    ----------
    smallest, largest : number
        Radii, :math:`0\le r_-<r_+\le1`.
    is_imaginary : bool, default False
        Which part.

    Raises
    ------
    ValueError
        If the radii are out of range.
    """

    smallest: sp.Expr
    largest: sp.Expr
    is_imaginary: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "smallest", factor("the smallest radius", self.smallest))
        object.__setattr__(self, "largest", threshold("the largest radius", self.largest))
        if not 0 <= self.smallest < self.largest <= 1:
            raise ValueError(f"radii {self.smallest} and {self.largest} are no ring; give 0 <= smallest < largest <= 1")

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """No symbols."""
        return set()

    @property
    def words(self) -> str:
        """The law in a few words, once for both parts."""
        return "" if self.is_imaginary else f"eigenvalues on a ring from {self.smallest} to {self.largest}"


VectorLaw = GaussianBiases | GivenBiases | ConstantBiases | UniformBiases | ChronoBiases | RingEigenvalues
