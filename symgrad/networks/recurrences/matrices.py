"""Laws of recurrent matrices that feed-forward networks have no use for: the identity, and antisymmetric ones."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from ..checks import factor, variance
from ..givens import GivenWeights
from ..laws import DrawnWeights

__all__ = ["AntisymmetricWeights", "IdentityWeights", "MatrixLaw"]


@dataclass(frozen=True)
class IdentityWeights:
    """A multiple of the identity, as in the IRNN of Le, Jaitly and Hinton 2015, arXiv:1504.00941. Nothing is random.

    Parameters
    ----------
    gain : number or sympy.Expr, default 1
        The multiple; may be a symbol.

    Raises
    ------
    ValueError
        If the gain is no finite real number.
    """

    gain: sp.Expr = sp.S.One

    def __post_init__(self) -> None:
        object.__setattr__(self, "gain", factor("the gain of an identity", self.gain))

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols in the gain."""
        return set(self.gain.free_symbols)

    @property
    def kind(self) -> str:
        """What such weights are called."""
        return "identity"

    @property
    def words(self) -> str:
        """The law in a few words."""
        return "identity weights" if self.gain == 1 else f"{self.gain} times the identity"


@dataclass(frozen=True)
class AntisymmetricWeights:
    r"""Gaussian antisymmetric weights with a damping, :math:`R=A-\kappa I` with :math:`A^\top=-A`.

    Chang et al. 2019, arXiv:1902.09689.

    Parameters
    ----------
    weight_var : number or sympy.Expr
        Variance of an entry of A off the diagonal times the width, not negative; may be a symbol.
    damping : number or sympy.Expr, default 0
        The number :math:`\kappa`, not negative.

    Raises
    ------
    ValueError
        If the variance or the damping is negative or no number.
    """

    weight_var: sp.Expr
    damping: sp.Expr = sp.S.Zero

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight_var", variance("weight_var", self.weight_var))
        object.__setattr__(self, "damping", variance("damping", self.damping))

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols in variance and damping."""
        return set(self.weight_var.free_symbols | self.damping.free_symbols)

    @property
    def kind(self) -> str:
        """What such weights are called."""
        return "antisymmetric"

    @property
    def words(self) -> str:
        """The law in a few words."""
        damped = f", damping {self.damping}" if self.damping else ""
        return f"antisymmetric weights, weight_var {self.weight_var}{damped}"


MatrixLaw = DrawnWeights | GivenWeights | IdentityWeights | AntisymmetricWeights
