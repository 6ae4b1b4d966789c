"""Error functions in one format: interpolated at Chebyshev's points, to the degree that the format needs."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import mpmath

from ..compilations import inlined
from ..formats import Format
from .exponentials import parts_in
from .fusions import multiply_add

__all__ = ["error_functions"]

_CENTRE = 3.0  # of the map (t - c)/(t + c) from the half line to [-1, 1]: near 3, coefficients decrease fastest
_DIGITS = 40
_MOST = 28  # degree of a polynomial


def _scaled_erfc(u: Any) -> Any:
    """Return ``(t + c) exp(t**2) erfc(t)``, which stays of the order of one, in ``u = (t - c)/(t + c)``."""
    t = _CENTRE * (1 + u) / (1 - u)
    return (t + _CENTRE) * mpmath.exp(t * t) * mpmath.erfc(t)


def _erf_ratio(u: Any) -> Any:
    """Return ``erf(x)/x`` in ``u = 2 x**2 - 1``, for ``|x| <= 1``."""
    x = mpmath.sqrt((1 + u) / 2)
    return mpmath.erf(x) / x


@cache
def _chebyshev(function: Callable[[Any], Any]) -> list[Any]:
    """Return the coefficients of Chebyshev's polynomials in the interpolant of the highest degree."""
    with mpmath.workdps(_DIGITS):
        angles = [mpmath.pi * (2 * j + 1) / (2 * (_MOST + 1)) for j in range(_MOST + 1)]
        values = [function(mpmath.cos(angle)) for angle in angles]
        return [
            mpmath.fsum(v * mpmath.cos(m * angle) for v, angle in zip(values, angles, strict=True))
            * (2 if m else 1) / (_MOST + 1)
            for m in range(_MOST + 1)
        ]  # fmt: skip


def _powers(weights: list[Any]) -> list[float]:
    """Return the coefficients of powers, the lowest first, from those of Chebyshev's polynomials."""
    with mpmath.workdps(_DIGITS):
        before, power, found = [mpmath.mpf(0)], [mpmath.mpf(1)], [mpmath.mpf(0)] * len(weights)
        for m, weight in enumerate(weights):
            for place, entry in enumerate(power):
                found[place] += weight * entry
            before, power = power, _next_chebyshev(before, power, 2 if m else 1)
        return [float(entry) for entry in found]


def _next_chebyshev(before: list[Any], power: list[Any], factor: int) -> list[Any]:
    """Return the coefficients of the next polynomial, ``2 u T - T before``, the lowest power first."""
    grown = [mpmath.mpf(0), *(factor * entry for entry in power)]
    return [entry - (before[k] if k < len(before) else 0) for k, entry in enumerate(grown)]


def _interpolant(function: Callable[[Any], Any], form: Format) -> Any:
    """Make the polynomial, of the lowest even degree that is enough; even and odd powers are summed side by side."""
    weights = _chebyshev(function)
    degree = next(k for k in range(2, _MOST, 2) if sum(map(abs, weights[k + 1 :])) < form.tiny * abs(weights[0]))
    coefficients = form.array(_powers(weights[: degree + 1]))
    even, odd = coefficients[::2].copy(), coefficients[1::2].copy()

    @inlined
    def total(u: Any) -> Any:
        square, first, second = u * u, even[0], odd[0]
        for index in range(1, odd.size):
            first = multiply_add(first, square, even[index])
            second = multiply_add(second, square, odd[index])
        return multiply_add(u, second, multiply_add(first, square, even[odd.size]))

    return total


def _exp_minus_square(form: Format, factor: float) -> Any:
    """Make ``exp(-factor x**2)``; on the tails, a rounded square would cost hundreds of digits' last places.

    The square is split into that of a short number, which is exact, and a rest.
    """
    real, word, parts, factor = form.real, form.word, parts_in(form), form.real(factor)
    end = real(math.sqrt(-math.log(form.smallest) / factor) + 0.5)  # beyond which it is zero
    cut = form.digits // 2 + 1
    half, mask = word(1 << (cut - 1)), ~word((1 << cut) - 1)

    @inlined
    def exp_minus_square(x: Any) -> Any:
        size = min(abs(x), end)
        head = word(word(real(size).view(word) + half) & mask).view(real)
        s, t, p = parts(-factor * (head * head), -factor * ((size - head) * (size + head)))
        return multiply_add(s, p, s) * t

    return exp_minus_square


def error_functions(form: Format) -> dict[str, Any]:
    """Make the error functions and the normal ones, with full relative accuracy on the tail that vanishes."""
    real, scaled_erfc_total, erf_total = form.real, _interpolant(_scaled_erfc, form), _interpolant(_erf_ratio, form)
    exp_minus_square, exp_minus_half_square = _exp_minus_square(form, 1.0), _exp_minus_square(form, 0.5)
    zero, half, one, two, centre = map(real, (0.0, 0.5, 1.0, 2.0, _CENTRE))
    root_half, peak = real(math.sqrt(0.5)), real(1.0 / math.sqrt(2.0 * math.pi))

    @inlined
    def erfcx(t: Any) -> Any:
        inverse = one / (t + centre)
        return scaled_erfc_total((t - centre) * inverse) * inverse

    @inlined
    def normal_pdf(x: Any) -> Any:
        return peak * exp_minus_half_square(x)

    @inlined
    def normal_cdf(x: Any) -> Any:
        tail = half * exp_minus_half_square(x) * erfcx(abs(x) * root_half)
        return one - tail if x > zero else tail

    @inlined
    def erfc(x: Any) -> Any:
        tail = exp_minus_square(x) * erfcx(abs(x))
        return two - tail if x < zero else tail

    @inlined
    def erf(x: Any) -> Any:
        near = min(abs(x), one)
        return (
            x * erf_total(multiply_add(two * near, near, -one))
            if abs(x) < one
            else math.copysign(one - erfc(abs(x)), x)
        )

    return {"erf": erf, "erfc": erfc, "normal_cdf": normal_cdf, "normal_pdf": normal_pdf}
