"""Sparsemaxes: the projection of the inputs onto the simplex of probabilities (Martins and Astudillo 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cmp_to_key

import numpy as np
import sympy as sp

from ...claims import Norm, display
from ...rigor import compare
from . import sparsemax_norms
from .formulas import Doubles, VectorFormula
from .jacobians import sparsemax_law
from .laws import TAU, I, Law

__all__ = ["Sparsemax"]


@dataclass(frozen=True)
class Sparsemax(VectorFormula):
    """The nearest vector of probabilities.

    Parameters
    ----------
    temperature : sympy.Expr
        Positive; the inputs are divided by it.
    """

    temperature: sp.Expr

    @property
    def values(self) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
        """What symbols of the laws stand for."""
        return ((TAU, self.temperature),)

    @property
    def entry(self) -> sp.Expr:
        """One component; the threshold is what makes them add up to one."""
        return sp.Max(0, sp.IndexedBase("z", real=True)[I] / self.temperature - display("t", real=True))

    def value(self, z: Sequence[sp.Expr]) -> list[sp.Expr]:
        """Project exact numbers exactly."""
        scaled = [each / self.temperature for each in z]
        threshold = _threshold(scaled)
        return [each - threshold if compare(each, threshold) == 1 else sp.S.Zero for each in scaled]

    def slopes(self, z: Sequence[sp.Expr]) -> list[list[sp.Expr]]:
        """Compute the Jacobian at exact numbers, a row for each output."""
        support = [value != 0 for value in self.value(z)]
        share = sp.Rational(1, sum(support))
        entry = {True: (1 - share) / self.temperature, False: -share / self.temperature}
        pairs = [[(a and b, i == j) for j, b in enumerate(support)] for i, a in enumerate(support)]
        return [[entry[same] if inside else sp.S.Zero for inside, same in row] for row in pairs]

    def numbers(self, z: Doubles) -> Doubles:
        """Project along the last axis, by sorting."""
        shifted = (z - z.max(axis=-1, keepdims=True)) / float(self.temperature)
        falling = -np.sort(-shifted, axis=-1)
        count = np.arange(1, z.shape[-1] + 1)
        sums = falling.cumsum(axis=-1) - 1.0
        size = np.maximum((count * falling > sums).sum(axis=-1, keepdims=True), 1)
        projected = np.maximum(shifted - np.take_along_axis(sums, size - 1, axis=-1) / size, 0.0)
        return np.asarray(np.where(np.isnan(z).any(axis=-1, keepdims=True), np.nan, projected))

    def number_slopes(self, z: Doubles) -> Doubles:
        """Compute the Jacobian along the last axis; where an output is about to vanish, that of the smaller support."""
        values = self.numbers(z)
        support = np.where(np.isnan(values), np.nan, values > 0)
        column, row = support[..., :, np.newaxis], support[..., np.newaxis, :]
        projection = column * (np.eye(z.shape[-1]) - row / support.sum(axis=-1)[..., np.newaxis, np.newaxis])
        return np.asarray(projection / float(self.temperature))

    def jacobian_law(self) -> Law:
        """State an entry of the Jacobian on the support."""
        return sparsemax_law()

    def norm_law(self, norm: Norm) -> Law:
        """State the largest norm of the Jacobian."""
        return sparsemax_norms.norm_law(norm)


def _threshold(scaled: Sequence[sp.Expr]) -> sp.Expr:
    """Return what is taken off: over the k largest components, (their sum less one)/k, the largest for any k."""
    if any(each.free_symbols for each in scaled):
        raise ValueError(
            "which components of sparsemax vanish depends on the numbers; give values, or see jacobian_claim"
        )
    falling = sorted(scaled, key=cmp_to_key(lambda a, b: compare(b, a) or 0))
    excesses = [(sp.Add(*falling[:k]) - 1) / k for k in range(1, len(falling) + 1)]
    return max(excesses, key=cmp_to_key(lambda a, b: compare(a, b) or 0))
