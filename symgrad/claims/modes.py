"""Modes: in what sense a claim holds. Verification has one decision rule for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy as sp

from .notation import latex, symbol

__all__ = ["Always", "AsWidthGrows", "InLaw", "InMean", "Mode", "WithProbability"]


@dataclass(frozen=True)
class Mode:
    """The sense in which a relation between a quantity and a bound holds."""

    def words(self) -> str:
        """Say the mode in words, for the end of a sentence."""
        raise NotImplementedError

    def latex_words(self) -> str:
        """Say the mode as LaTeX text, for the end of a displayed formula."""
        return rf"\text{{{self.words()}}}"

    def valued(self, values: Mapping[sp.Symbol, sp.Expr]) -> Mode:
        """Return the mode with symbols of the notation table replaced by their values."""
        return self


@dataclass(frozen=True)
class Always(Mode):
    """On every sample, up to rounding."""

    def words(self) -> str:
        """Say the mode in words."""
        return "always"


@dataclass(frozen=True)
class InMean(Mode):
    """The expectation of the quantity stands in the relation."""

    def words(self) -> str:
        """Say the mode in words."""
        return "in mean"


@dataclass(frozen=True)
class InLaw(Mode):
    """The quantity has the distribution that the bound, a random expression, stands for."""

    def words(self) -> str:
        """Say the mode in words."""
        return "in law"


@dataclass(frozen=True)
class WithProbability(Mode):
    """On a fraction of at least ``1 - failure`` of all draws.

    Parameters
    ----------
    failure : sympy.Expr
        Upper bound of the probability that the relation fails; where the bound holds ``failure_probability``, its
        value.
    """

    failure: sp.Expr

    def valued(self, values: Mapping[sp.Symbol, sp.Expr]) -> Mode:
        """Return the mode at the failure probability among the values, if there is one."""
        return WithProbability(values.get(symbol("failure_probability"), self.failure))

    def words(self) -> str:
        """Say the mode in words."""
        return f"with probability at least {1 - self.failure}"

    def latex_words(self) -> str:
        """Say the mode as LaTeX text."""
        return rf"\text{{with probability at least }}{latex(1 - self.failure)}"


@dataclass(frozen=True)
class AsWidthGrows(Mode):
    """In the limit of infinite width, with an error that shrinks like the stated rate.

    Parameters
    ----------
    rate : sympy.Expr
        The order of the relative error at finite width, an expression in the width, such as ``1/width``.
    """

    rate: sp.Expr

    def words(self) -> str:
        """Say the mode in words."""
        return f"as the width grows, with an error of order {self.rate}"

    def latex_words(self) -> str:
        """Say the mode as LaTeX text."""
        return rf"\text{{as }}n\to\infty\text{{, with an error }}O\!\left({latex(self.rate)}\right)"
