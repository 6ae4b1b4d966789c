"""Primitives: scalar functions that stay accurate on both tails."""

from __future__ import annotations

import math

import numba
import numpy as np
from numba.np.numpy_support import carray

__all__ = ["PRIMITIVES"]

_SQRT2 = math.sqrt(2.0)
_PDF0 = 1.0 / math.sqrt(2.0 * math.pi)
# Beyond this point the density is zero in floats: half its square exceeds the exponent range.
_GAUSSIAN_END = math.sqrt(-2.0 * math.log(5e-324)) + 0.5

_compiled = numba.njit(error_model="numpy")


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
def _square_parts(x: float) -> tuple[float, float]:
    """Split a square into the square of a short number, which is exact, and a small rest."""
    head = np.float64(np.float32(x))  # in Numba, float(float32) would stay in single precision
    return head * head, (x - head) * (x + head)


@_compiled
def normal_pdf(x: float) -> float:
    """Return the standard normal density; on the tails, a rounded square would cost hundreds of digits' last places."""
    if abs(x) > _GAUSSIAN_END:
        return 0.0
    square, rest = _square_parts(x)
    return _PDF0 * math.exp(-0.5 * square) * math.exp(-0.5 * rest)


@_compiled
def normal_cdf(x: float) -> float:
    """Return the standard normal distribution function with full relative accuracy on the left.

    There ``erfc`` is as sensitive as ``exp(-t**2)`` to its rounded argument; what the rounding of ``t`` changed in
    ``t**2`` is known from ``x**2 / 2``, and is put back to first order.
    """
    if x > 0.0:
        return 0.5 * math.erfc(-x / _SQRT2)
    if x < -_GAUSSIAN_END:
        return 0.0
    t = -x / _SQRT2
    square, rest = _square_parts(x)
    rounded, rounded_rest = _square_parts(t)
    return 0.5 * math.erfc(t) * (1.0 - ((0.5 * square - rounded) + (0.5 * rest - rounded_rest)))


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
    "nan": math.nan,
    "inf": math.inf,
    "carray": carray,
    "float64": np.float64,
}
