r"""Families: functions with an order, each member of which is a primitive like any other.

Bessel functions of whole order, the spherical ones that give ``sinc`` and the sine integral, and the polygamma
functions. Their slopes stay inside the family, without a division by the argument, so that zero is a point like others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp
from flint import acb, arb

from ..claims.bessels import SphericalBessel
from .intervals import ONE, WHOLE, Interval

__all__ = ["FAMILIES", "Member"]

U = sp.Dummy("u", real=True)  # argument, as slopes are written in


@dataclass(frozen=True)
class Member:
    """A function of a family, at one order.

    Parameters
    ----------
    family : type
        A SymPy function class of order and argument.
    order : sympy.Integer
        Which member.
    """

    family: type[sp.Function]
    order: sp.Expr

    @property
    def __name__(self) -> str:
        """What messages call it."""
        return f"{self.family.__name__}({self.order}, x)"

    def __call__(self, argument: sp.Expr) -> sp.Expr:
        """Apply it to a SymPy expression."""
        return self.family(self.order, argument)


@dataclass(frozen=True)
class Family:
    """How the members of a family are evaluated, each as a function of the order.

    Parameters
    ----------
    ball, complex : callable
        From order and argument to a ball.
    bound : flint.arb or None
        Of the absolute value on the real line; None if it is unbounded.
    slope : callable
        From the order to the derivative, in ``U``.
    admits : callable
        Whether an order belongs to the family.
    monotone : bool, optional
        Whether every member is monotone for positive arguments.
    """

    ball: Callable[[int, Any], Any]
    complex: Callable[[int, Any], Any]
    bound: Any
    slope: Callable[[int], sp.Expr]
    admits: Callable[[sp.Expr], bool]
    monotone: bool = False

    def box(self, order: int, u: Interval) -> Interval:
        """Evaluate on an interval: at the ends if monotone, else as a ball where that is finite, cut off at the bound."""
        limits = WHOLE if self.bound is None else Interval(-self.bound, self.bound)
        if self.monotone and u.lo > 0 and u.is_finite:
            return Interval.ball(self.ball(order, u.lo)).hull(Interval.ball(self.ball(order, u.hi)))
        value = self.ball(order, u.lo.union(u.hi)) if u.is_finite else arb.nan()
        return Interval.ball(value).intersection(limits) if value.is_finite() else limits


def _spherical(order: int, u: Any) -> Any:
    """Return ``j_n(u) = sqrt(pi) u^n / (2^(n+1) Gamma(n + 3/2)) 0F1(; n + 3/2; -u^2/4)`` (DLMF 10.16.9, 10.47.3)."""
    kind = acb if isinstance(u, acb) else arb
    half = kind(2 * order + 3) / 2
    front = kind.pi().sqrt() / (kind(2) ** (order + 1) * half.gamma())
    return front * (u**order if order else kind(1)) * (-u * u / 4).hypgeom_0f1(half)


def _polygamma(order: int, u: Any) -> Any:
    return acb(u).polygamma(acb(order)).real


FAMILIES: dict[type[sp.Function], Family] = {
    sp.besselj: Family(
        lambda n, u: u.bessel_j(arb(n)),
        lambda n, z: z.bessel_j(acb(n)),
        ONE,  # |J_n(x)| <= 1 for real x (DLMF 10.14.1)
        lambda n: (sp.besselj(n - 1, U) - sp.besselj(n + 1, U)) / 2,  # DLMF 10.6.1
        lambda order: bool(order.is_Integer and order.is_nonnegative),
    ),
    SphericalBessel: Family(
        _spherical,
        _spherical,
        ONE,  # |j_n(x)| <= 1 for real x: the mean of cos(x t) over an even law (DLMF 10.54.2)
        lambda n: SphericalBessel(n, U).fdiff(),
        lambda order: bool(order.is_Integer and order.is_nonnegative),
    ),
    sp.polygamma: Family(
        _polygamma,
        lambda n, z: z.polygamma(acb(n)),
        None,
        lambda n: sp.polygamma(n + 1, U),
        lambda order: bool(order.is_Integer and order.is_nonnegative),
        monotone=True,  # by the series of its slope (DLMF 5.15.1)
    ),
}
