"""Amounts: how a number is shown to people, from its decimal logarithm where it would leave the range of a float."""

from __future__ import annotations

import math

import sympy as sp

from ..claims import latex
from ..rigor import EnclosedConstant

__all__ = ["amount", "amount_latex", "constant_latex", "power_of_ten"]

_PLAIN = 4  # decimal exponents up to which a number is written without a power of ten
_SHORT = 40  # characters up to which a closed form is shown beside its decimals


def amount(log10: float | None, digits: int = 3) -> str:
    """Write a positive number, given its decimal logarithm, as plain text.

    Parameters
    ----------
    log10 : float or None
        None stands for zero.
    digits : int, default 3
        Significant digits.

    Returns
    -------
    str
        Such as ``"0.25"`` or ``"3.19e-8"``.

    Examples
    --------
    >>> amount(-7.4959), amount(-0.60206), amount(-1e7)
    ('3.19e-8', '0.25', '1e-10000000')
    """
    if log10 is None or log10 == -math.inf:
        return "0"
    if not math.isfinite(log10):
        return "∞"
    if abs(log10) < _PLAIN:
        return f"{10**log10:.{digits}g}"
    mantissa, exponent = _scientific(log10, digits)
    return f"{mantissa}e{exponent}"


def amount_latex(log10: float | None, digits: int = 3) -> str:
    r"""Write the same as LaTeX: ``3.19\times10^{-8}``."""
    text = amount(log10, digits)
    mantissa, power, exponent = text.partition("e")
    if text == "∞":
        return r"\infty"
    return rf"{mantissa}\times10^{{{exponent}}}" if power else mantissa


def power_of_ten(log10: float) -> str:
    """Write the order of magnitude as LaTeX, one decimal in the exponent."""
    return rf"10^{{{log10:.1f}}}"


def _scientific(log10: float, digits: int) -> tuple[str, int]:
    exponent = math.floor(log10)
    mantissa = f"{10 ** (log10 - exponent):.{digits}g}"
    return ("1", exponent + 1) if float(mantissa) >= 10 else (mantissa, exponent)


def constant_latex(value: sp.Expr) -> str:
    r"""Write a constant as a formula with its decimals where the formula alone does not show them.

    Parameters
    ----------
    value : sympy.Expr
        A number, or a formula in symbols.

    Returns
    -------
    str
        LaTeX, such as ``\sqrt{3} \approx 1.732``.
    """
    if value.is_Integer or value.free_symbols or value.is_number is not True or value.is_finite is not True:
        return latex(value)
    decimals = amount_latex(math.log10(float(abs(value))), 4) if value else "0"
    shown = f"-{decimals}" if value.is_negative else decimals
    return shown if value.atoms(EnclosedConstant) or len(str(value)) > _SHORT else rf"{latex(value)} \approx {shown}"
