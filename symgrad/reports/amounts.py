"""Amounts: how a number is shown to people, from its decimal logarithm where it would leave the range of a float."""

from __future__ import annotations

import math

import sympy as sp

from ..claims import latex
from ..rigor import EnclosedConstant, ImplicitConstant, enclose
from .plaintexts import plain

__all__ = ["amount", "amount_latex", "certain_digits", "constant_latex", "decimals_latex", "formula", "power_of_ten"]

_PLAIN = 4  # decimal exponents up to which a number is written without a power of ten
_READABLE = 120  # characters up to which a formula in constants without a closed form says more than its decimals
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
    >>> amount(-7.4959), amount(-0.60206), amount(3.5), amount(-1e7)
    ('3.19e-8', '0.25', '3160', '1e-10000000')
    """
    if log10 is None or log10 == -math.inf:
        return "0"
    if not math.isfinite(log10):
        return "∞"
    if abs(log10) < _PLAIN:
        return f"{float(f'{10**log10:.{digits}g}'):.{2 * _PLAIN}g}"  # rounded first, so that 120 is not 1.2e+02
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


def certain_digits(value: sp.Expr, digits: int = 12) -> str:
    """Write the decimals of a constant that are certain.

    Parameters
    ----------
    value : sympy.Expr
        Real; may be infinite.
    digits : int, default 12
        Significant digits at most.

    Returns
    -------
    str
        All decimals of a short decimal; else those that both ends of an enclosure share, with an ellipsis, or both
        ends where they share none.

    Raises
    ------
    CannotEnclose
        If it cannot be enclosed.

    Examples
    --------
    >>> certain_digits(sp.Rational(1, 4)), certain_digits(sp.pi, 5), certain_digits(sp.exp(-1000), 4)
    ('0.25', '3.141…', '5.07…e-435')
    """
    lower, upper = enclose(value, digits).decimals(digits)
    if lower == upper:
        return lower.replace("inf", "∞")
    (low, _, power), (high, _, other) = lower.partition("e"), upper.partition("e")
    shared = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    if power != other or not low[:shared].strip("-0."):
        return f"between {lower} and {upper}"
    return f"{low[:shared]}…" + (f"e{power}" if power else "")


def decimals_latex(decimals: str) -> str:
    r"""Write decimals as LaTeX: an ellipsis as ``\ldots``, a power of ten as one."""
    if decimals.startswith("between"):
        return rf"\text{{{decimals}}}"
    mantissa, power, exponent = decimals.replace("…", r"\ldots").replace("∞", r"\infty").partition("e")
    return rf"{mantissa} \times 10^{{{exponent}}}" if power else mantissa


def formula(value: sp.Basic) -> tuple[str, str]:
    """Write a result as LaTeX and as text: a formula, or decimals where there is none that one would read."""
    unreadable = isinstance(value, sp.Expr) and value.atoms(ImplicitConstant) and len(str(value)) > _READABLE
    if isinstance(value, EnclosedConstant) or (unreadable and not value.free_symbols):
        decimals = certain_digits(value)
        return decimals_latex(decimals), decimals
    return latex(value), plain(value)


def constant_latex(value: sp.Expr) -> str:
    r"""Write a constant as a formula with its decimals where the formula alone does not show them.

    Parameters
    ----------
    value : sympy.Expr
        A number, or a formula in symbols.

    Returns
    -------
    str
        LaTeX, such as ``\sqrt{3} = 1.7320\ldots``.
    """
    if value.is_Integer or value.free_symbols or value.is_number is not True or value.is_finite is not True:
        return latex(value)
    decimals, exact = decimals_latex(certain_digits(value, 6)), latex(value)
    if value.atoms(EnclosedConstant) or len(str(value)) > _SHORT or exact == decimals:
        return decimals
    return exact if exact.startswith("10^") else f"{exact} = {decimals}"
