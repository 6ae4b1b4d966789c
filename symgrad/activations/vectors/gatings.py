"""Gatings: the first half of the inputs times an activation of the second half (Dauphin et al. 2017, Shazeer 2020)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from ...claims import Norm
from ..subjects import Activation
from . import gating_norms
from .formulas import Doubles, VectorFormula
from .jacobians import gated_law
from .laws import I, Law

__all__ = ["Gated"]


@dataclass(frozen=True)
class Gated(VectorFormula):
    """Products ``a_i gate(b_i)`` of the inputs ``(a, b)``.

    Parameters
    ----------
    gate : Activation
        Applied to the second half.
    """

    gate: Activation

    @property
    def entry(self) -> sp.Expr:
        """One component, in the indexed inputs and for any width."""
        a, b = (sp.IndexedBase(name, real=True) for name in "ab")
        return a[I] * self.gate(b[I])

    def value(self, z: Sequence[sp.Expr]) -> list[sp.Expr]:
        """Compute in SymPy."""
        values, gates = _halves(z)
        return [a * self.gate(b) for a, b in zip(values, gates, strict=True)]

    def slopes(self, z: Sequence[sp.Expr]) -> list[list[sp.Expr]]:
        """Compute the Jacobian in SymPy, a row for each output."""
        values, gates = _halves(z)
        opened = sp.diag(*(self.gate(b) for b in gates))
        turned = sp.diag(*(a * self.gate.slope(b) for a, b in zip(values, gates, strict=True)))
        return sp.Matrix.hstack(opened, turned).tolist()  # type: ignore[no-any-return]

    def numbers(self, z: Doubles) -> Doubles:
        """Compute along the last axis."""
        a, b = self._split(z)
        return np.asarray(a * self.gate(b))

    def number_slopes(self, z: Doubles) -> Doubles:
        """Compute the Jacobian along the last axis."""
        a, b = self._split(z)
        size = a.shape[-1]
        found, index = np.zeros((*a.shape, 2 * size)), np.arange(size)
        found[..., index, index] = self.gate(b)
        found[..., index, size + index] = a * self.gate.slope(b)
        return found

    def _split(self, z: Doubles) -> tuple[Doubles, Doubles]:
        half = _half(z.shape[-1])
        return z[..., :half], z[..., half:]

    def jacobian_law(self) -> Law:
        """State what an output changes by."""
        return gated_law()

    def norm_law(self, norm: Norm) -> Law:
        """State that the norm is unbounded."""
        return gating_norms.norm_law(self.gate, norm)

    def ball_law(self, norm: Norm, radius: sp.Expr) -> Law:
        """State the largest norm over a ball of the same norm."""
        return gating_norms.ball_law(self.gate, norm, radius)


def _half(size: int) -> int:
    if size % 2:
        raise ValueError(f"a gated unit halves its inputs, and there are {size}; give an even number")
    return size // 2


def _halves(z: Sequence[sp.Expr]) -> tuple[Sequence[sp.Expr], Sequence[sp.Expr]]:
    half = _half(len(z))
    return z[:half], z[half:]
