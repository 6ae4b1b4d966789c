"""Expansions at infinity: the second table, which says what each function is where its argument grows.

Most rows are a definition that shows the decaying exponential. The normal distribution has the bounds of its Mills
ratio ``m(u) = (1 - Phi(u)) / phi(u)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from ..claims.functions import Logistic, NormalCdf, NormalPdf, Softplus
from .intervals import ONE, ZERO, Interval, greatest
from .primitives import U

__all__ = ["AT_INFINITY"]

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
}
