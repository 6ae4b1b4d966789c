"""Softmaxes: softmax, softmin and log-softmax, computed without overflow and without cancellation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from ...claims import Norm
from . import log_softmax_norms, softmax_norms
from .formulas import Doubles, VectorFormula
from .jacobians import log_softmax_law, softmax_law
from .laws import TAU, I, Law

__all__ = ["LogSoftmax", "Softmax"]

Z, K, N = sp.IndexedBase("z", real=True), sp.Symbol("k", integer=True), sp.Symbol("n", integer=True, positive=True)


@dataclass(frozen=True)
class _Probabilities(VectorFormula):
    """What has probabilities proportional to the exponential of each input, scaled.

    Parameters
    ----------
    temperature : sympy.Expr
        Positive.
    sign : {1, -1}
        -1 for softmin.
    """

    temperature: sp.Expr
    sign: int = 1

    @property
    def values(self) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
        """What symbols of the laws stand for."""
        return ((TAU, self.temperature),)

    @property
    def _scale(self) -> sp.Expr:
        return self.sign / self.temperature

    def _probabilities(self, z: Sequence[sp.Expr]) -> list[sp.Expr]:
        powers = [sp.exp(self._scale * each) for each in z]
        return [power / sp.Add(*powers) for power in powers]

    def _exponents(self, z: Doubles) -> Doubles:
        """Shift before scaling, so that nothing overflows."""
        turned = self.sign * z
        return np.asarray((turned - turned.max(axis=-1, keepdims=True)) / float(self.temperature))

    def _split(self, z: Doubles) -> tuple[Doubles, Doubles, Doubles]:
        """Return the exponents, the probabilities, and what each lacks to 1, none with a cancellation."""
        exponents = self._exponents(z)
        powers = np.exp(exponents)
        top = np.arange(z.shape[-1]) == exponents.argmax(axis=-1)[..., np.newaxis]
        rest = np.where(top, 0.0, powers).sum(axis=-1, keepdims=True)
        probabilities = powers / (1.0 + rest)
        return exponents - np.log1p(rest), probabilities, np.where(top, rest / (1.0 + rest), 1.0 - probabilities)


@dataclass(frozen=True)
class Softmax(_Probabilities):
    """Exponentials that add up to one."""

    @property
    def entry(self) -> sp.Expr:
        """One component, in the indexed inputs and for any width."""
        return sp.exp(self._scale * Z[I]) / sp.Sum(sp.exp(self._scale * Z[K]), (K, 1, N))

    def value(self, z: Sequence[sp.Expr]) -> list[sp.Expr]:
        """Compute in SymPy."""
        return self._probabilities(z)

    def slopes(self, z: Sequence[sp.Expr]) -> list[list[sp.Expr]]:
        """Compute the Jacobian in SymPy, a row for each output."""
        p = self._probabilities(z)
        return [[self._scale * a * (int(i == j) - b) for j, b in enumerate(p)] for i, a in enumerate(p)]

    def numbers(self, z: Doubles) -> Doubles:
        """Compute along the last axis."""
        return self._split(z)[1]

    def number_slopes(self, z: Doubles) -> Doubles:
        """Compute the Jacobian along the last axis."""
        _, p, lacking = self._split(z)
        found = -p[..., :, np.newaxis] * p[..., np.newaxis, :]
        index = np.arange(z.shape[-1])
        found[..., index, index] = p * lacking
        return np.asarray(found * self.sign / float(self.temperature))

    def jacobian_law(self) -> Law:
        """State an entry of the Jacobian."""
        return softmax_law(self.sign)

    def norm_law(self, norm: Norm) -> Law:
        """State the largest norm of the Jacobian."""
        return softmax_norms.norm_law(norm)

    @property
    def point_laws(self) -> tuple[Law, ...]:
        """State what is known at a point."""
        return softmax_norms.point_laws()


@dataclass(frozen=True)
class LogSoftmax(_Probabilities):
    """The logarithm of softmax."""

    @property
    def entry(self) -> sp.Expr:
        """One component, in the indexed inputs and for any width."""
        return self._scale * Z[I] - sp.log(sp.Sum(sp.exp(self._scale * Z[K]), (K, 1, N)))

    def value(self, z: Sequence[sp.Expr]) -> list[sp.Expr]:
        """Compute in SymPy."""
        total = sp.log(sp.Add(*(sp.exp(self._scale * each) for each in z)))
        return [self._scale * each - total for each in z]

    def slopes(self, z: Sequence[sp.Expr]) -> list[list[sp.Expr]]:
        """Compute the Jacobian in SymPy, a row for each output."""
        p = self._probabilities(z)
        return [[self._scale * (int(i == j) - b) for j, b in enumerate(p)] for i in range(len(p))]

    def numbers(self, z: Doubles) -> Doubles:
        """Compute along the last axis."""
        return self._split(z)[0]

    def number_slopes(self, z: Doubles) -> Doubles:
        """Compute the Jacobian along the last axis."""
        _, p, lacking = self._split(z)
        found = np.repeat(-p[..., np.newaxis, :], z.shape[-1], axis=-2)
        index = np.arange(z.shape[-1])
        found[..., index, index] = lacking
        return np.asarray(found * self.sign / float(self.temperature))

    def jacobian_law(self) -> Law:
        """State an entry of the Jacobian."""
        return log_softmax_law()

    def norm_law(self, norm: Norm) -> Law:
        """State the largest norm of the Jacobian."""
        return log_softmax_norms.norm_law(norm)

    @property
    def point_laws(self) -> tuple[Law, ...]:
        """State what is known at a point."""
        return log_softmax_norms.point_laws()
