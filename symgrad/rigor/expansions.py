"""Expansions at infinity: the second table, which says what each function is where its argument grows.

Most rows are a definition that shows the decaying exponential. The normal distribution has the bounds of its Mills
ratio ``m(u) = (1 - Phi(u)) / phi(u)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from flint import arb

from ..claims.bessels import SineIntegral, SphericalBessel
from ..claims.functions import Logistic, NormalCdf, NormalPdf, Softplus
from .errors import CannotEnclose
from .families import Member
from .intervals import ONE, PLUS_INFINITY, ZERO, Interval, greatest, whole
from .intervals import least as least_of
from .primitives import U

__all__ = ["AT_INFINITY", "at_infinity", "at_pole"]

_HIGHEST_RATE = 8  # of the powers that the gamma function is said to outgrow
Expansion = Callable[[Any, Any, int], Any]


def _defined(at_plus: sp.Expr, at_minus: sp.Expr | None = None) -> Expansion:
    """Return the expansion that evaluates a definition, one for each end of the line or the same for both."""
    at_ends = {1: at_plus, -1: at_plus if at_minus is None else at_minus}
    return lambda ring, u, sign: ring.run(at_ends[sign], u)


def _bounded_by_one(ring: Any, _u: Any, _sign: int) -> Any:
    return ring.bounded(Interval(-ONE, ONE))


def _normal_cdf(ring: Any, u: Any, sign: int) -> Any:
    size = u * ring.constant(sp.Integer(sign))
    beyond = ring.run(NormalPdf(U), u) * _mills(ring, size)
    return beyond if sign < 0 else ring.constant(sp.S.One) + beyond * ring.constant(sp.S.NegativeOne)


def _mills(ring: Any, u: Any) -> Any:
    """Return ``m(u) = 1/u - t/u^3`` with ``1 - 3/u^2 <= t <= 1``.

    Notes
    -----
    The asymptotic series of Mills' ratio envelops it: ``1/u - 1/u^3 < m(u) < 1/u - 1/u^3 + 3/u^5`` for ``u > 0``
    (NIST DLMF 7.8 and 7.12.1).
    """
    least = u.box().lo
    low = greatest([ZERO, (1 - 3 / (least * least)).lower()]) if least > 0 else ZERO
    inverse = ring.power(u, sp.S.NegativeOne)
    return inverse + inverse * inverse * inverse * ring.bounded(Interval(-ONE, -low))


def _lambert(ring: Any, u: Any, sign: int) -> Any:
    """Use ``L1 - L2 + L2/(2 L1) <= W <= L1 - L2 + e/(e-1) L2/L1``, L1 = log u, L2 = log L1 (Hoorfar, Hassani 2008)."""
    if sign < 0:
        raise CannotEnclose("Lambert's function is not real far on the left")
    first = ring.function(sp.log, u)
    if not first.box().lo > ONE:
        raise CannotEnclose("Lambert's function is expanded from u = e on")
    second = ring.function(sp.log, first)
    share = Interval((arb(1) / 2).lower(), (arb(1).exp() / (arb(1).exp() - 1)).upper())
    correction = second * ring.power(first, sp.S.NegativeOne) * ring.bounded(share)
    return first + second * ring.constant(sp.S.NegativeOne) + correction


def _sine_integral(ring: Any, u: Any, sign: int) -> Any:
    """Use ``Si(u) = pi/2 - f cos u - g sin u`` with ``0 < f < 1/u`` and ``0 < g < 1/u^2`` (DLMF 6.2.19, 6.2.17)."""
    inverse = ring.power(u * ring.constant(sp.Integer(sign)), sp.S.NegativeOne)
    swing = (inverse + inverse * inverse) * ring.bounded(Interval(-ONE, ONE))
    return (ring.constant(sp.pi / 2) + swing) * ring.constant(sp.Integer(sign))


def _gamma(ring: Any, u: Any, sign: int) -> Any:
    """Use ``Gamma(u) >= u^n Gamma(s)/s^n`` for ``u >= s``, true where ``s log s - 1 >= n``: no monomial grows so fast.

    Notes
    -----
    The logarithmic slope of ``Gamma(u)/u^n`` is ``psi(u) - n/u``, and ``psi(u) > log u - 1/u`` (Alzer 1997, Math. Comp.
    66, 373-389).
    """
    _check_right(sign, "the gamma function")
    least = u.box().lo
    if not (least > ONE and least.is_finite()):
        raise CannotEnclose("the gamma function is expanded from u = 1 on")
    rate = whole(least_of([(least * least.log() - 1).lower(), arb(_HIGHEST_RATE)]).floor())
    unbounded = ring.bounded(Interval((least.gamma() / least**rate).lower(), PLUS_INFINITY))
    return unbounded * ring.power(u.collapsed(), sp.Integer(rate))


def _loggamma(ring: Any, u: Any, sign: int) -> Any:
    """Use ``log Gamma(u) = (u - 1/2) log u - u + log(2 pi)/2 + t/(12 u)`` with ``0 < t < 1`` (DLMF 5.11.1, 5.11(ii))."""
    _check_right(sign, "the log-gamma function")
    rest = ring.power(u, sp.S.NegativeOne) * ring.bounded(Interval(ZERO, (ONE / 12).upper()))
    return ring.run((U - sp.Rational(1, 2)) * sp.log(U) - U + sp.log(2 * sp.pi) / 2, u) + rest


def _polygamma(order: int) -> Expansion:
    """Use two terms of the asymptotic series, which envelop the function with the third (Alzer 1997, theorem 8)."""
    scale = (-1) ** (order + 1) * sp.factorial(order)
    first = sp.log(U) if order == 0 else scale / (order * U**order)
    third = scale * (order + 1) / (12 * U ** (order + 2))

    def expansion(ring: Any, u: Any, sign: int) -> Any:
        _check_right(sign, "a polygamma function")
        return ring.run(first + scale / (2 * U ** (order + 1)), u) + ring.run(third, u) * ring.bounded(
            Interval(ZERO, ONE)
        )

    return expansion


def _check_right(sign: int, name: str) -> None:
    if sign < 0:
        raise CannotEnclose(f"{name} has poles far on the left")


def _erf(ring: Any, u: Any, _sign: int) -> Any:
    return ring.run(2 * NormalCdf(U) - 1, u * ring.constant(sp.sqrt(2)))


def _erfc(ring: Any, u: Any, _sign: int) -> Any:
    return ring.run(2 * NormalCdf(U), u * ring.constant(-sp.sqrt(2)))


_GROWING, _DECAYING = sp.exp(U), sp.exp(-U)

AT_INFINITY: dict[type[sp.Function], Expansion] = {
    Logistic: _defined(1 / (1 + _DECAYING), _GROWING / (1 + _GROWING)),
    sp.tanh: _defined(1 - 2 * sp.exp(-2 * U) / (1 + sp.exp(-2 * U)), 2 * sp.exp(2 * U) / (1 + sp.exp(2 * U)) - 1),
    Softplus: _defined(U + sp.log(1 + _DECAYING), sp.log(1 + _GROWING)),
    NormalPdf: _defined(sp.exp(-(U**2) / 2) / sp.sqrt(2 * sp.pi)),
    NormalCdf: _normal_cdf,
    sp.erf: _erf,
    sp.erfc: _erfc,
    sp.sinh: _defined((_GROWING - _DECAYING) / 2),
    sp.cosh: _defined((_GROWING + _DECAYING) / 2),
    sp.sech: _defined(2 * _DECAYING / (1 + sp.exp(-2 * U)), 2 * _GROWING / (1 + sp.exp(2 * U))),
    sp.asinh: _defined(sp.log(U + sp.sqrt(1 + U**2)), -sp.log(-U + sp.sqrt(1 + U**2))),
    sp.atan: _defined(sp.pi / 2 - sp.atan(1 / U), -sp.pi / 2 - sp.atan(1 / U)),
    sp.sin: _bounded_by_one,
    sp.cos: _bounded_by_one,
    sp.LambertW: _lambert,
    sp.gamma: _gamma,
    sp.loggamma: _loggamma,
    SineIntegral: _sine_integral,
}


def at_infinity(head: type[sp.Function] | Member) -> Expansion | None:
    """Return the expansion of a function where its argument grows, or None."""
    if not isinstance(head, Member):
        return AT_INFINITY.get(head)
    if head.family is SphericalBessel:
        return _spherical(int(head.order))
    if head.family is sp.polygamma:
        return _polygamma(int(head.order))
    return _bessel if head.family is sp.besselj else None


def at_pole(head: type[sp.Function] | Member) -> sp.Expr | None:
    """Return a function that has its pole at zero in words that show it, or None (DLMF 5.5.1 and 5.15.5)."""
    if isinstance(head, Member) and head.family is sp.polygamma:
        order = int(head.order)
        return sp.polygamma(order, 1 + U) - (-1) ** order * sp.factorial(order) / U ** (order + 1)
    return {sp.gamma: sp.gamma(1 + U) / U, sp.loggamma: sp.loggamma(1 + U) - sp.log(U)}.get(head)


def _spherical(order: int) -> Expansion:
    """Use the closed form of a spherical Bessel function in sine, cosine and powers (DLMF 10.49.2)."""
    return _defined(sp.expand(sp.expand_func(sp.jn(order, U))))


def _bessel(ring: Any, u: Any, sign: int) -> Any:
    """Use ``|J_n(x)| <= 0.7858 x^(-1/3)`` for positive x (Landau 2000, J. London Math. Soc. 61, 197-215)."""
    size = u * ring.constant(sp.Integer(sign))
    bound = arb("0.7858")
    return ring.bounded(Interval(-bound.upper(), bound.upper())) * ring.power(size, sp.Rational(-1, 3))
