"""Decimals: rational numbers written with a given number of digits, rounded to the side that is asked for."""

from __future__ import annotations

import sympy as sp
from flint import arb

from .balls import constant_ball
from .intervals import whole
from .precisions import bits_for, working_precision

__all__ = ["decimal"]

_SHORT = 2**12  # size in bits up to which exact rational arithmetic costs nothing
_PLAIN = range(-5, 16)  # decimal exponents that are printed without one, as Python prints floats


def decimal(number: sp.Expr, digits: int, *, down: bool) -> str:
    """Write a rational number in decimals.

    Parameters
    ----------
    number : sympy.Expr
        Rational, or an infinity.
    digits : int
        Significant digits.
    down : bool
        Whether to round down; else up.

    Returns
    -------
    str
        ``"-inf"`` or ``"inf"`` for an infinity.

    Examples
    --------
    >>> decimal(sp.Rational(2, 3), 3, down=True), decimal(sp.Rational(2, 3), 3, down=False)
    ('0.666', '0.667')
    """
    if number in (sp.oo, -sp.oo):
        return "inf" if number == sp.oo else "-inf"
    if number == 0:
        return "0"
    negative = number.p < 0  # not is_negative: SymPy would evaluate a number of a million bits to know
    exponent, mantissa = _rounded(abs(number), digits, up=down == negative)
    return ("-" if negative else "") + _written(str(mantissa), exponent)


def _rounded(magnitude: sp.Rational, digits: int, *, up: bool) -> tuple[int, int]:
    """Return ``(e, m)`` with ``m * 10^e`` a positive number of about ``digits`` digits beyond the given one."""
    size = abs(int(magnitude.p).bit_length() - int(magnitude.q).bit_length())
    with working_precision(bits_for(digits) + 64 + size.bit_length()):
        ball = constant_ball(magnitude)
        exponent = whole((ball.log() / arb.const_log10()).mid().floor()) - digits + 1
        scaled = ball * arb(10) ** -exponent
        end = scaled.upper().ceil() if up else scaled.lower().floor()
    if size < _SHORT:  # a ball cannot say on which side of a whole number it is; the exact number can
        exact = magnitude * sp.Integer(10) ** -exponent
        end = sp.ceiling(exact) if up else sp.floor(exact)
        return exponent, int(end)
    return exponent, whole(end)


def _written(mantissa: str, exponent: int) -> str:
    point = exponent + len(mantissa)  # position of the decimal point, from the left of the mantissa
    if point - 1 not in _PLAIN:
        tail = mantissa[1:].rstrip("0")
        return f"{mantissa[0]}{'.' if tail else ''}{tail}e{point - 1:+d}"
    padded = mantissa.rjust(len(mantissa) + max(0, 1 - point), "0").ljust(point, "0")
    cut = max(point, 1)
    whole, part = padded[:cut], padded[cut:].rstrip("0")
    return f"{whole}.{part}" if part else whole
