"""Profiles: every fact about an activation in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sympy as sp

from ..claims import Claim, symbol
from ..rigor import CannotEnclose, Extremum, compare, infimum, supremum
from . import slopes
from .errors import CannotDerive
from .extrema import WHOLE
from .numbers import exact_number
from .specifications import activation
from .subjects import Activation

__all__ = ["Duals", "GaussianMoments", "Profile", "profile"]

X = symbol("x")
T = TypeVar("T")


@dataclass(frozen=True)
class Duals:
    """The mean products at two Gaussian preactivations of equal variance; None where one cannot be enclosed.

    Parameters
    ----------
    covariance : sympy.Expr
        Of the two.
    value, slope : Claim or None
        The dual activation, and that of the slope.
    """

    covariance: sp.Expr
    value: Claim | None
    slope: Claim | None


@dataclass(frozen=True)
class GaussianMoments:
    """The moments of an activation under a centred Gaussian; None where one cannot be enclosed.

    Parameters
    ----------
    variance : sympy.Expr
        Of the Gaussian.
    value_mean, value_mean_square, slope_mean, slope_mean_square, slope_fourth_moment : Claim or None
        Of value and slope.
    value_curvature_mean : Claim or None
        Of value times curvature, in which a kink is a point mass.
    forward_gain, backward_gain : Claim or None
        By what to multiply the weights so that the variance, or the mean-square gradient, is kept.
    duals : tuple of Duals
        One for each covariance that was asked for.
    """

    variance: sp.Expr
    value_mean: Claim | None
    value_mean_square: Claim | None
    slope_mean: Claim | None
    slope_mean_square: Claim | None
    slope_fourth_moment: Claim | None
    value_curvature_mean: Claim | None
    forward_gain: Claim | None
    backward_gain: Claim | None
    duals: tuple[Duals, ...]

    @property
    def claims(self) -> tuple[Claim | None, ...]:
        """Every moment, the gains and the duals, None where one is missing."""
        values, slopes = (self.value_mean, self.value_mean_square), (self.slope_mean, self.slope_mean_square)
        gains = self.forward_gain, self.backward_gain
        duals = (claim for each in self.duals for claim in (each.value, each.slope))
        return (*values, *slopes, self.slope_fourth_moment, self.value_curvature_mean, *gains, *duals)


@dataclass(frozen=True)
class Profile:
    """Every fact about an activation; a claim that cannot be derived is None.

    Parameters
    ----------
    activation : Activation
        The subject: name, expression, derivative and kinks are there.
    domain : tuple of sympy.Expr
        Where slopes, curvature and values are taken.
    slope_sup, slope_inf, lipschitz, curvature_sup : Claim or None
        On the domain.
    limits, slope_limits : tuple of Claim or None
        At ``-oo`` and ``oo``.
    value_inf, value_sup : Extremum or None
        The smallest and the largest value on the domain, certified.
    zero_set : sympy.Set or None
        Where the function vanishes on the whole line; of a periodic one, in one period.
    eps : sympy.Expr or None
        Threshold of the saturation set; None if none was asked for.
    saturation : Claim or None
        For that threshold.
    moments : tuple of GaussianMoments
        One for each variance.
    digits : int
        Digits in which numbers are to be written.
    """

    activation: Activation
    domain: tuple[sp.Expr, sp.Expr]
    slope_sup: Claim | None
    slope_inf: Claim | None
    lipschitz: Claim | None
    curvature_sup: Claim | None
    limits: tuple[Claim | None, Claim | None]
    slope_limits: tuple[Claim | None, Claim | None]
    value_inf: Extremum | None
    value_sup: Extremum | None
    zero_set: sp.Set | None
    eps: sp.Expr | None
    saturation: Claim | None
    moments: tuple[GaussianMoments, ...]
    digits: int

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim of the profile, the derivative first."""
        extremes = self.slope_sup, self.slope_inf, self.lipschitz, self.curvature_sup
        means = (claim for moments in self.moments for claim in moments.claims)
        found = (self.activation.derivative_claim, *extremes, *self.limits, *self.slope_limits, self.saturation, *means)
        return tuple(claim for claim in found if claim is not None)


def profile(
    spec: Any,
    *,
    domain: tuple[Any, Any] | None = None,
    variances: Sequence[Any] = (1,),
    covariances: Sequence[Any] = (),
    eps: Any = None,
    digits: int = 20,
) -> Profile:
    """Collect every fact about an activation.

    Parameters
    ----------
    spec : str, sympy.Expr or Activation
        As for `activation`.
    domain : tuple of number, optional
        An interval, on which slopes, curvature and values are taken; the whole line if left out.
    variances : sequence of number, default (1,)
        Of the Gaussians for the moments.
    covariances : sequence of number, optional
        Of the pairs of Gaussians for the dual activations, at each of the variances.
    eps : number, optional
        Threshold of the saturation set.
    digits : int, default 20
        Digits in which numbers are to be written.

    Returns
    -------
    Profile
        The facts.

    Raises
    ------
    ValueError
        If the domain is empty, or a variance, a covariance or the threshold is out of range.

    Examples
    --------
    >>> found = profile("tanh", domain=(1, 2), eps=0.25)
    >>> found.slope_sup.tightness.attained_at, found.saturation.bound.contains(2)
    ((1,), True)
    """
    phi = activation(spec)
    where = WHOLE if domain is None else _domain(domain)
    return Profile(
        phi,
        where,
        _attempt(lambda: phi.slope_sup if where == WHOLE else slopes.slope_sup(phi, where)),
        _attempt(lambda: phi.slope_inf if where == WHOLE else slopes.slope_inf(phi, where)),
        _attempt(lambda: phi.lipschitz if where == WHOLE else slopes.lipschitz(phi, where)),
        _attempt(lambda: phi.curvature_sup if where == WHOLE else slopes.curvature_sup(phi, where)),
        phi.limits,
        phi.slope_limits,
        _attempt(lambda: _extreme_value(phi, infimum, where)),
        _attempt(lambda: _extreme_value(phi, supremum, where)),
        _attempt(lambda: phi.zero_set),
        None if eps is None else exact_number("eps", eps),
        None if eps is None else _attempt(lambda: phi.saturation(eps)),
        tuple(_moments(phi, variance, covariances) for variance in variances),
        digits,
    )


def _attempt(fact: Callable[[], T]) -> T | None:
    """Return a fact, or None if this package cannot derive it; misuse stays an error."""
    try:
        return fact()
    except (CannotEnclose, CannotDerive):
        return None


def _domain(given: tuple[Any, Any]) -> tuple[sp.Expr, sp.Expr]:
    lower, upper = (end if end in WHOLE else exact_number("an end of the domain", end) for end in given)
    if compare(lower, upper) != -1:
        raise ValueError(f"the domain ({lower}, {upper}) is empty; give the lower end first")
    return lower, upper


def _extreme_value(phi: Activation, extremum: Callable[..., Extremum], where: tuple[sp.Expr, sp.Expr]) -> Extremum:
    if phi.free_symbols:
        raise CannotDerive(f"the extreme values of {phi} depend on its parameters; give values to them")
    return extremum(phi.expression, X, where)


def _moments(phi: Activation, variance: Any, covariances: Sequence[Any]) -> GaussianMoments:
    return GaussianMoments(
        exact_number("the variance", variance),
        _attempt(lambda: phi.value_mean(variance)),
        _attempt(lambda: phi.value_mean_square(variance)),
        _attempt(lambda: phi.slope_mean(variance)),
        _attempt(lambda: phi.slope_mean_square(variance)),
        _attempt(lambda: phi.slope_fourth_moment(variance)),
        _attempt(lambda: phi.value_curvature_mean(variance)),
        _attempt(lambda: phi.forward_gain(variance)),
        _attempt(lambda: phi.backward_gain(variance)),
        tuple(_duals(phi, variance, covariance) for covariance in covariances),
    )


def _duals(phi: Activation, variance: Any, covariance: Any) -> Duals:
    return Duals(
        exact_number("the covariance", covariance),
        _attempt(lambda: phi.value_dual(variance, covariance)),
        _attempt(lambda: phi.slope_dual(variance, covariance)),
    )
