"""Gaussian facts: what an activation does to a Gaussian preactivation, each a claim."""

from __future__ import annotations

from typing import Any

from ..claims import Claim, Measurable
from . import duals, gains, moments
from .large_variances import at_large_variance
from .small_variances import at_small_variance

__all__ = ["GaussianFacts"]


class GaussianFacts:
    """The part of an `Activation` that speaks of Gaussian preactivations.

    A variance is a number that is not negative, or a positive SymPy symbol: then the bound of the claim is a formula, or
    the method raises `CannotDerive`, which says to give a number. What is infinite is stated as infinite.

    Examples
    --------
    >>> import sympy as sp
    >>> import symgrad as sg
    >>> q = sp.Symbol("q", positive=True)
    >>> sg.activation("sin").value_mean_square(q).bound
    1/2 - exp(-2*q)/2
    >>> sg.activation("tanh").slope_mean_square(1).bound
    c_0.46440
    """

    def value_mean(self: Any, variance: Any) -> Claim:
        """State the mean under a centred Gaussian of some variance."""
        return moments.value_mean(self, variance)

    def value_mean_square(self: Any, variance: Any) -> Claim:
        """State the mean square under a centred Gaussian of some variance."""
        return moments.value_mean_square(self, variance)

    def slope_mean(self: Any, variance: Any) -> Claim:
        """State the mean slope, kinks aside, under a centred Gaussian of some variance."""
        return moments.slope_mean(self, variance)

    def slope_mean_square(self: Any, variance: Any) -> Claim:
        """State the mean-square slope, kinks aside, under a centred Gaussian of some variance."""
        return moments.slope_mean_square(self, variance)

    def slope_fourth_moment(self: Any, variance: Any) -> Claim:
        """State the mean fourth power of the slope, kinks aside, under a centred Gaussian of some variance."""
        return moments.slope_fourth_moment(self, variance)

    def value_curvature_mean(self: Any, variance: Any) -> Claim:
        """State the mean of value times curvature, in which a kink is a point mass: ``d/dq E f^2 - E f'^2``."""
        return moments.value_curvature_mean(self, variance)

    def value_dual(self: Any, variance: Any, covariance: Any, other_variance: Any = None) -> Claim:
        """State the mean product of the values at two Gaussian preactivations, the dual activation.

        Parameters
        ----------
        variance : number or sympy.Expr
            Of the first, positive.
        covariance : number or sympy.Expr
            Of the two.
        other_variance : number or sympy.Expr, optional
            Of the second; that of the first if left out.

        Returns
        -------
        Claim
            A formula where one is found, even at symbols.

        Raises
        ------
        CannotDerive
            If there is no formula and not everything is a number.
        ValueError
            If these are no variances and covariance.

        Examples
        --------
        >>> import symgrad as sg
        >>> sg.activation("relu").value_dual(1, 0).bound
        1/(2*pi)
        """
        return duals.value_dual(self, variance, covariance, other_variance)

    def slope_dual(self: Any, variance: Any, covariance: Any, other_variance: Any = None) -> Claim:
        """State the mean product of the slopes, kinks aside, at two Gaussian preactivations; as `value_dual`."""
        return duals.slope_dual(self, variance, covariance, other_variance)

    def forward_gain(self: Any, variance: Any = 1) -> Claim:
        """State by what to multiply the weights so that preactivations keep this variance."""
        return gains.forward_gain(self, variance)

    def backward_gain(self: Any, variance: Any = 1) -> Claim:
        """State by what to multiply the weights so that gradients keep their mean square at this variance."""
        return gains.backward_gain(self, variance)

    def value_mean_square_at_small_variance(self: Any, terms: int = 2) -> Claim:
        """State the mean square as a series in a small variance q, up to ``O(q**terms)``."""
        return at_small_variance(self, Measurable.VALUE_MEAN_SQUARE, terms)

    def slope_mean_square_at_small_variance(self: Any, terms: int = 2) -> Claim:
        """State the mean-square slope as a series in a small variance q, up to ``O(q**terms)``."""
        return at_small_variance(self, Measurable.SLOPE_MEAN_SQUARE, terms)

    def value_mean_square_at_large_variance(self: Any) -> Claim:
        """State the mean square at a large variance q, up to ``O(q**(-3/2))``."""
        return at_large_variance(self, Measurable.VALUE_MEAN_SQUARE)

    def slope_mean_square_at_large_variance(self: Any) -> Claim:
        """State the mean-square slope at a large variance q, up to ``O(q**(-3/2))``."""
        return at_large_variance(self, Measurable.SLOPE_MEAN_SQUARE)
