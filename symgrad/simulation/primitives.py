"""Primitives: scalar functions that stay accurate on both tails, and the words of SymPy that stand for them."""

from __future__ import annotations

import math

import numba
import sympy as sp

__all__ = ["Sech2", "PRIMITIVES"]

_SQRT2 = math.sqrt(2.0)
_PDF0 = 1.0 / math.sqrt(2.0 * math.pi)

_compiled = numba.njit(cache=True, nogil=True, inline="always")


class Sech2(sp.Function):
    """``1 - tanh(x)**2``, which that formula loses to cancellation from ``|x| = 20`` on."""

    nargs = 1


@_compiled
def logistic(x: float) -> float:
    """Return ``1/(1 + exp(-x))`` without overflow, with full relative accuracy on the left."""
    small = math.exp(-abs(x))
    return 1.0 / (1.0 + small) if x >= 0 else small / (1.0 + small)


@_compiled
def softplus(x: float) -> float:
    """Return ``log(1 + exp(x))`` without overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


@_compiled
def sech2(x: float) -> float:
    """Return ``1/cosh(x)**2`` without overflow."""
    small = math.exp(-2.0 * abs(x))
    return 4.0 * small / ((1.0 + small) * (1.0 + small))


@_compiled
def normal_cdf(x: float) -> float:
    """Return the standard normal distribution function with full relative accuracy on the left."""
    return 0.5 * math.erfc(-x / _SQRT2)


@_compiled
def normal_pdf(x: float) -> float:
    """Return the standard normal density."""
    return _PDF0 * math.exp(-0.5 * x * x)


@_compiled
def sign(x: float) -> float:
    """Return the sign, 0 at 0."""
    return float(x > 0) - float(x < 0)


PRIMITIVES = {
    "logistic": logistic,
    "softplus": softplus,
    "sech2": sech2,
    "normal_cdf": normal_cdf,
    "normal_pdf": normal_pdf,
    "sign": sign,
    "math": math,
}
