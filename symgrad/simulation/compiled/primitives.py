"""Primitives: scalar functions that stay accurate on both tails, and that become vector instructions in a loop.

No branch depends on the data and no library is called, for either would keep a loop from being vectorised; a value is
selected from what both sides give. Coefficients are derived as the module is loaded: exponentials have the series of
Taylor, error functions interpolate at Chebyshev's points.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt
from numba.np.numpy_support import carray

from ..compilations import inlined
from ..randomness.normals import logarithm

__all__ = ["PRIMITIVES"]

Coefficients = npt.NDArray[np.float64]

_SQRT_HALF = math.sqrt(0.5)
_PDF0 = 1.0 / math.sqrt(2.0 * math.pi)
# Beyond this point the density is zero in floats: half its square exceeds the exponent range.
_GAUSSIAN_END = math.sqrt(-2.0 * math.log(5e-324)) + 0.5

# ------------------------------------------------------------------------------------------------------- exponentials

_LOG2_E = 1.0 / math.log(2.0)
_LOG2_HEAD = float(np.float32(math.log(2.0)))  # short, so that its multiples are exact
_LOG2_REST = float(Decimal(2).ln(Context(prec=40)) - Decimal(_LOG2_HEAD))
# Added to a number, it leaves the nearest integer in the last digits.
_ROUNDER = 1.5 * 2.0**52
_ROUNDER_BITS = np.float64(_ROUNDER).view(np.int64)
_LEAST, _MOST = -746.0, 710.0  # beyond which the exponential is zero, and infinite
_TERMS = 13  # (log(2)/2)**14/14! is below half a unit in the last place
_TAYLOR = np.array([1.0 / math.factorial(k) for k in range(_TERMS, 0, -1)])


@inlined
def _scale(power: Any) -> Any:
    """Return two to a power from -1022 to 1023."""
    return np.int64((power + np.int64(1023)) << np.int64(52)).view(np.float64)


@inlined
def _parts(x: Any) -> Any:
    """Write ``exp(x) = s t (1 + p)`` with powers of two ``s`` and ``t`` and a small ``p``."""
    x = _LEAST if x < _LEAST else x  # noqa: FURB136 - what is not a number stays so
    x = _MOST if x > _MOST else x  # noqa: FURB136
    rounded = x * _LOG2_E + _ROUNDER
    power = np.float64(rounded).view(np.int64) - _ROUNDER_BITS
    whole = rounded - _ROUNDER
    rest = (x - whole * _LOG2_HEAD) - whole * _LOG2_REST
    total = _TAYLOR[0]
    for index in range(1, _TERMS):
        total = total * rest + _TAYLOR[index]
    half = power >> np.int64(1)
    return _scale(half), _scale(power - half), total * rest


@inlined
def exp(x: Any) -> Any:
    """Return the exponential."""
    s, t, p = _parts(x)
    return (s + s * p) * t


@inlined
def expm1(x: Any) -> Any:
    """Return ``exp(x) - 1``, with all digits near 0."""
    s, t, p = _parts(x)
    return (s * p) * t + (s * t - 1.0)


@inlined
def logistic(x: Any) -> Any:
    """Return ``1/(1 + exp(-x))`` without overflow, with full relative accuracy on the left."""
    small = exp(-abs(x))
    return (1.0 if x >= 0 else small) / (1.0 + small)


@inlined
def softplus(x: Any) -> Any:
    """Return ``log(1 + exp(x))`` without overflow."""
    small = exp(-abs(x))
    sum_ = 1.0 + small
    return max(x, 0.0) + (logarithm(sum_) + (small - (sum_ - 1.0)) / sum_)


@inlined
def tanh(x: Any) -> Any:
    """Return the hyperbolic tangent."""
    t = expm1(-2.0 * abs(x))
    return math.copysign(t / (2.0 + t), x)


@inlined
def sech2(x: Any) -> Any:
    """Return ``1/cosh(x)**2`` without overflow."""
    small = exp(-2.0 * abs(x))
    return 4.0 * small / ((1.0 + small) * (1.0 + small))


# ---------------------------------------------------------------------------------------------------- error functions

_CENTRE = 3.0  # of the map (t - c)/(t + c) from the half line to [-1, 1]: near 3, coefficients decrease fastest
_DIGITS = 40


def _interpolated(function: Callable[[Any], Any], degree: int) -> Coefficients:
    """Return the coefficients, that of the highest power first, of the polynomial through Chebyshev's points."""
    with mpmath.workdps(_DIGITS):
        angles = [mpmath.pi * (2 * j + 1) / (2 * (degree + 1)) for j in range(degree + 1)]
        values = [function(mpmath.cos(angle)) for angle in angles]
        before, power, found = [mpmath.mpf(0)], [mpmath.mpf(1)], [mpmath.mpf(0)] * (degree + 1)
        for m in range(degree + 1):
            weight = mpmath.fsum(v * mpmath.cos(m * angle) for v, angle in zip(values, angles, strict=True))
            for place, entry in enumerate(power):
                found[place] += weight * (2 if m else 1) / (degree + 1) * entry
            before, power = power, _next_chebyshev(before, power, 2 if m else 1)
        return np.array([float(entry) for entry in found[::-1]])


def _next_chebyshev(before: list[Any], power: list[Any], factor: int) -> list[Any]:
    """Return the coefficients of the next polynomial, ``2 u T - T before``, the lowest power first."""
    grown = [mpmath.mpf(0), *(factor * entry for entry in power)]
    return [entry - (before[k] if k < len(before) else 0) for k, entry in enumerate(grown)]


def _scaled_erfc(u: Any) -> Any:
    """Return ``(t + c) exp(t**2) erfc(t)``, which stays of the order of one, in ``u = (t - c)/(t + c)``."""
    t = _CENTRE * (1 + u) / (1 - u)
    return (t + _CENTRE) * mpmath.exp(t * t) * mpmath.erfc(t)


def _erf_ratio(u: Any) -> Any:
    """Return ``erf(x)/x`` in ``u = 2 x**2 - 1``, for ``|x| <= 1``."""
    x = mpmath.sqrt((1 + u) / 2)
    return mpmath.erf(x) / x


def _polynomial(coefficients: Coefficients) -> Any:
    """Make the sum of a polynomial, its even and its odd powers side by side."""
    even, odd = coefficients[::2].copy(), coefficients[1::2].copy()

    @inlined
    def total(u: Any) -> Any:
        square, first, second = u * u, even[0], odd[0]
        for index in range(1, odd.size):
            first, second = first * square + even[index], second * square + odd[index]
        return (first * square + even[odd.size]) + u * second

    return total


# Of even degree; the next coefficients are below a hundredth of the last place.
_scaled_erfc_total, _erf_total = (
    _polynomial(_interpolated(_scaled_erfc, 26)),
    _polynomial(_interpolated(_erf_ratio, 14)),
)


@inlined
def _erfcx(t: Any) -> Any:
    """Return ``exp(t**2) erfc(t)`` for ``t >= 0``."""
    inverse = 1.0 / (t + _CENTRE)
    return _scaled_erfc_total((t - _CENTRE) * inverse) * inverse


@inlined
def _exp_minus_half_square(x: Any) -> Any:
    """Return ``exp(-x**2/2)``; on the tails, a rounded square would cost hundreds of digits' last places.

    The square is split into that of a short number, which is exact, and a rest so small that three terms are enough.
    """
    x = min(abs(x), _GAUSSIAN_END)
    head = np.float64(np.float32(x))
    rest = -0.5 * ((x - head) * (x + head))
    return exp(-0.5 * (head * head)) * (1.0 + rest * (1.0 + rest * (0.5 + rest * (1.0 / 6.0))))


@inlined
def normal_pdf(x: Any) -> Any:
    """Return the standard normal density."""
    return _PDF0 * _exp_minus_half_square(x)


@inlined
def normal_cdf(x: Any) -> Any:
    """Return the standard normal distribution function with full relative accuracy on the left."""
    tail = 0.5 * _exp_minus_half_square(x) * _erfcx(abs(x) * _SQRT_HALF)
    return 1.0 - tail if x > 0.0 else tail


@inlined
def erfc(x: Any) -> Any:
    """Return the complementary error function with full relative accuracy on the right."""
    head = np.float64(np.float32(min(abs(x), _GAUSSIAN_END)))
    size = min(abs(x), _GAUSSIAN_END)
    rest = -((size - head) * (size + head))
    tail = exp(-(head * head)) * (1.0 + rest * (1.0 + rest * (0.5 + rest * (1.0 / 6.0)))) * _erfcx(size)
    return 2.0 - tail if x < 0.0 else tail


@inlined
def erf(x: Any) -> Any:
    """Return the error function."""
    near = min(abs(x), 1.0)
    return x * _erf_total(2.0 * near * near - 1.0) if abs(x) < 1.0 else math.copysign(1.0 - erfc(abs(x)), x)


@inlined
def sign(x: Any) -> Any:
    """Return the sign, 0 at 0."""
    return (1.0 if x > 0 else 0.0) - (1.0 if x < 0 else 0.0)


PRIMITIVES = {
    "exp": exp,
    "expm1": expm1,
    "tanh": tanh,
    "erf": erf,
    "erfc": erfc,
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
