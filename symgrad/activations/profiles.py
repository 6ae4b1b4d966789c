"""Profiles: every fact about an activation in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sympy as sp

from ..claims import Claim
from ..rigor import CannotEnclose, compare
from . import slopes
from .errors import CannotDerive
from .extrema import WHOLE
from .numbers import exact_number
from .specifications import activation
from .subjects import Activation

__all__ = ["GaussianMoments", "Profile", "profile"]

T = TypeVar("T")


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
    """

    variance: sp.Expr
    value_mean: Claim | None
    value_mean_square: Claim | None
    slope_mean: Claim | None
    slope_mean_square: Claim | None
    slope_fourth_moment: Claim | None
    value_curvature_mean: Claim | None

    @property
    def claims(self) -> tuple[Claim | None, ...]:
        """Every moment, None where one is missing."""
        values, slopes = (self.value_mean, self.value_mean_square), (self.slope_mean, self.slope_mean_square)
        return (*values, *slopes, self.slope_fourth_moment, self.value_curvature_mean)


@dataclass(frozen=True)
class Profile:
    """Every fact about an activation; a claim that cannot be derived is None.

    Parameters
    ----------
    activation : Activation
        The subject: name, expression, derivative and kinks are there.
    domain : tuple of sympy.Expr
        Where the slopes and the curvature are taken.
    slope_sup, slope_inf, lipschitz, curvature_sup : Claim or None
        On the domain.
    limits, slope_limits : tuple of Claim or None
        At ``-oo`` and ``oo``.
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
    eps: Any = None,
    digits: int = 20,
) -> Profile:
    """Collect every fact about an activation.

    Parameters
    ----------
    spec : str, sympy.Expr or Activation
        As for `activation`.
    domain : tuple of number, optional
        An interval, on which the slopes and the curvature are taken; the whole line if left out.
    variances : sequence of number, default (1,)
        Of the Gaussians for the moments.
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
        If the domain is empty, or a variance or the threshold is out of range.

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
        None if eps is None else exact_number("eps", eps),
        None if eps is None else _attempt(lambda: phi.saturation(eps)),
        tuple(_moments(phi, variance) for variance in variances),
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


def _moments(phi: Activation, variance: Any) -> GaussianMoments:
    return GaussianMoments(
        exact_number("the variance", variance),
        _attempt(lambda: phi.value_mean(variance)),
        _attempt(lambda: phi.value_mean_square(variance)),
        _attempt(lambda: phi.slope_mean(variance)),
        _attempt(lambda: phi.slope_mean_square(variance)),
        _attempt(lambda: phi.slope_fourth_moment(variance)),
        _attempt(lambda: phi.value_curvature_mean(variance)),
    )
