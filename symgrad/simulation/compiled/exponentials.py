"""Exponentials and their kin in one format: series of Taylor, as long as the format needs; no branch, no library."""

from __future__ import annotations

import math
from itertools import count
from typing import Any

from ..compilations import inlined
from ..formats import Format
from .fusions import multiply_add

__all__ = ["exponentials", "parts_in", "saturations"]


def _power_of_two(form: Format) -> Any:
    """Make two to a power, within the range of normal numbers."""
    real, signed, bias, digits = form.real, form.signed, form.signed(form.bias), form.signed(form.digits)

    @inlined
    def power_of_two(power: Any) -> Any:
        return signed(signed(power + bias) << digits).view(real)

    return power_of_two


def parts_in(form: Format) -> Any:
    """Make ``exp(x + low) = s t (1 + p)`` with powers of two ``s`` and ``t`` and a small ``p``; ``low`` is below 1/16."""
    real, signed, power_of_two = form.real, form.signed, _power_of_two(form)
    # Beyond these the exponential is zero, and infinite.
    least, most = real(math.floor(math.log(form.smallest)) - 1), real(math.ceil(math.log(form.largest)))
    head, tail, per_power = form.log2_head, form.log2_rest, real(1.0 / math.log(2.0))
    rounder = real(1.5 * 2.0**form.digits)  # added to a number, it leaves the nearest integer in the last digits
    rounder_bits, one = rounder.view(signed), signed(1)
    terms = next(k for k in count(1) if (0.5 * math.log(2.0)) ** (k + 1) / math.factorial(k + 1) < form.tiny)
    taylor = form.array([1.0 / math.factorial(k) for k in range(1, terms + 1)])

    @inlined
    def parts(x: Any, low: Any) -> Any:
        x = min(max(x, least), most)  # what is not a number stays so
        rounded = real(multiply_add(x, per_power, rounder))
        power = signed(rounded.view(signed) - rounder_bits)
        whole = rounded - rounder
        rest = multiply_add(-whole, tail, multiply_add(-whole, head, x)) + low
        total = taylor[0]
        for index in range(1, terms):
            total = multiply_add(total, rest, taylor[index])
        half = signed(power >> one)
        return power_of_two(half), power_of_two(signed(power - half)), total * rest

    return parts


def exponentials(form: Format) -> tuple[Any, Any]:
    """Make the exponential, and ``exp(x) - 1`` with all digits near 0."""
    parts, zero, one = parts_in(form), form.real(0.0), form.real(1.0)

    @inlined
    def exp(x: Any) -> Any:
        s, t, p = parts(x, zero)
        return multiply_add(s, p, s) * t

    @inlined
    def expm1(x: Any) -> Any:
        s, t, p = parts(x, zero)
        return multiply_add(s * p, t, multiply_add(s, t, -one))

    return exp, expm1


def _log1p(form: Format) -> Any:
    """Make ``log(1 + u) = 2 artanh(u/(2 + u))``, for ``0 <= u <= 1``."""
    terms = next(k for k in count(1) if (1.0 / 9.0) ** k / (2 * k + 1) < form.tiny)
    series, two = form.array([2.0 / (2 * k + 1) for k in range(terms)]), form.real(2.0)

    @inlined
    def log1p(u: Any) -> Any:
        ratio = u / (two + u)
        square, total = ratio * ratio, series[0]
        for index in range(1, terms):
            total = multiply_add(total, square, series[index])
        return ratio * total

    return log1p


def saturations(form: Format) -> dict[str, Any]:
    """Make what saturates or grows like its argument, with full relative accuracy on both tails and without overflow.

    What of them is asked for at one point has the exponential and the quotient in common.
    """
    exp, expm1 = exponentials(form)
    log1p = _log1p(form)
    zero, one, two, four = map(form.real, (0.0, 1.0, 2.0, 4.0))

    @inlined
    def logistic(x: Any) -> Any:
        small = exp(-abs(x))
        inverse = one / (one + small)
        return inverse if x >= zero else small * inverse

    @inlined
    def softplus(x: Any) -> Any:
        return max(x, zero) + log1p(exp(-abs(x)))

    @inlined
    def tanh(x: Any) -> Any:
        double = -two * abs(x)
        return math.copysign(expm1(double) * (one / (one + exp(double))), x)

    @inlined
    def sech2(x: Any) -> Any:
        small = exp(-two * abs(x))
        inverse = one / (one + small)
        return four * small * (inverse * inverse)

    functions = {"exp": exp, "expm1": expm1, "logistic": logistic, "softplus": softplus, "tanh": tanh, "sech2": sech2}
    return functions | _of_softplus(form, exp)


def _of_softplus(form: Format, exp: Any) -> dict[str, Any]:
    """Make ``tanh t = n/(n + 2)`` and ``sech(t)**2 = 1 - tanh(t)**2``, for ``t = log(1 + w)``, ``n = w (w + 2)``, ``w = exp x``.

    To the right, where ``w`` would overflow, all is divided by its square. No terms cancel.
    """
    zero, one, two = map(form.real, (0.0, 1.0, 2.0))

    @inlined
    def ratio(x: Any) -> Any:
        small = exp(-abs(x))
        scale = small if x > zero else one  # of 1, in units of w where this is large
        n = one + two * small if x > zero else small * (small + two)
        return n, scale, small, one / (n + two * scale * scale)

    @inlined
    def tanh_softplus(x: Any) -> Any:
        n, _, _, inverse = ratio(x)
        return n * inverse

    @inlined
    def sech2_softplus(x: Any) -> Any:
        _, scale, small, inverse = ratio(x)
        sech = two * scale * (one + small) * inverse
        return sech * sech

    return {"tanh_softplus": tanh_softplus, "sech2_softplus": sech2_softplus}
