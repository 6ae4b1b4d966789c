"""Numbers that people give, read exactly: a float is taken as the shortest decimal that prints it."""

from __future__ import annotations

import numbers
from decimal import Decimal
from typing import Any

import sympy as sp

__all__ = ["exact"]


def exact(name: str, given: Any, *, infinite: bool = False) -> sp.Expr:
    """Read a number, or an expression in symbols, without floats.

    Parameters
    ----------
    name : str
        What it is, for the message.
    given : int, float, decimal.Decimal, fractions.Fraction, NumPy number or sympy.Expr
        A float is read as the decimal it prints as, a float inside an expression too.
    infinite : bool, default False
        Whether ``oo`` and ``-oo`` will do.

    Returns
    -------
    sympy.Expr
        Without floats.

    Raises
    ------
    ValueError
        If it is text, a truth value, an array, not a number at all, or infinite where that will not do.

    Examples
    --------
    >>> exact("threshold", 1e-6), exact("depth", sp.Symbol("L") + 0.5)
    (1/1000000, L + 1/2)
    """
    value = _sympified(given)
    if value is None:
        raise ValueError(f"{name} = {given!r} is not a number or a SymPy expression; give one such as 1 or 0.5")
    if value.has(sp.nan, sp.oo, -sp.oo, sp.zoo) and not (infinite and value in (sp.oo, -sp.oo)):
        raise ValueError(f"{name} = {given} is not finite; give a finite number")
    return value.xreplace({number: sp.Rational(str(number)) for number in value.atoms(sp.Float)})


def _sympified(given: Any) -> sp.Expr | None:
    if isinstance(given, Decimal) or (isinstance(given, numbers.Real) and not isinstance(given, numbers.Rational)):
        return _decimal(str(given))
    if isinstance(given, str):
        return None
    try:
        value = sp.sympify(given, strict=True)
    except (sp.SympifyError, TypeError):
        return None
    return value if isinstance(value, sp.Expr) and not value.is_Matrix else None


def _decimal(text: str) -> sp.Expr:
    """Read what a float prints as; what is infinite, or not a number, comes as SymPy's."""
    try:
        return sp.Rational(text)
    except (TypeError, ValueError):
        return sp.nan if "nan" in text.lower() else -sp.oo if text.startswith("-") else sp.oo
