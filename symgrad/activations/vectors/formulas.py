"""Formulas: what a vector activation computes, in SymPy and in NumPy, and the laws of its Jacobian."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import sympy as sp

from ...claims import Norm
from .laws import Law

__all__ = ["Doubles", "VectorFormula"]

Doubles = npt.NDArray[np.float64]


class VectorFormula(ABC):
    """What a vector activation computes; the classes below this one are final."""

    @property
    @abstractmethod
    def entry(self) -> sp.Expr:
        """One component, in the indexed inputs and for any width."""

    @property
    def values(self) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
        """What symbols of the laws stand for."""
        return ()

    @abstractmethod
    def value(self, z: Sequence[sp.Expr]) -> list[sp.Expr]:
        """Compute in SymPy."""

    @abstractmethod
    def slopes(self, z: Sequence[sp.Expr]) -> list[list[sp.Expr]]:
        """Compute the Jacobian in SymPy, a row for each output."""

    @abstractmethod
    def numbers(self, z: Doubles) -> Doubles:
        """Compute along the last axis; ``(..., inputs)`` to ``(..., outputs)``."""

    @abstractmethod
    def number_slopes(self, z: Doubles) -> Doubles:
        """Compute the Jacobian along the last axis; ``(..., inputs)`` to ``(..., outputs, inputs)``."""

    @abstractmethod
    def jacobian_law(self) -> Law:
        """State an entry of the Jacobian."""

    @abstractmethod
    def norm_law(self, norm: Norm) -> Law:
        """State the largest norm of the Jacobian."""

    def ball_law(self, norm: Norm, radius: sp.Expr) -> Law:
        """State the largest norm of the Jacobian over a ball of the same norm; refuse where a ball is not needed."""
        raise ValueError("the bound holds for all inputs, on a ball as well; leave the radius out")

    @property
    def point_laws(self) -> tuple[Law, ...]:
        """State what is known at a point."""
        return ()
