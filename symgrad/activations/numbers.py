"""Numbers that users give, read exactly."""

from __future__ import annotations

import math
from typing import Any

import sympy as sp

__all__ = ["exact_number"]


def exact_number(name: str, given: Any, *, symbolic: bool = False) -> sp.Expr:
    """Read a number exactly: a float as the shortest decimal that prints it.

    Parameters
    ----------
    name : str
        What it is, for the message.
    given : int, float or sympy.Expr
        The number.
    symbolic : bool, default False
        Whether real symbols may stand in it.

    Returns
    -------
    sympy.Expr
        Without floats.

    Raises
    ------
    ValueError
        If it is not a finite real number.

    Examples
    --------
    >>> exact_number("alpha", 0.2)
    1/5
    """
    if isinstance(given, float) and math.isfinite(given):
        return sp.Rational(repr(float(given)))
    number = None if isinstance(given, str | float | bool) else _sympified(given)
    if symbolic and number is not None and number.free_symbols:
        return _real_formula(name, number)
    if number is None or number.is_real is not True or number.free_symbols:
        raise ValueError(f"{name} = {given!r} is not a finite real number; give one such as 0.1 or Rational(1, 10)")
    return number.xreplace({f: sp.Rational(str(f)) for f in number.atoms(sp.Float)})


def _real_formula(name: str, formula: sp.Expr) -> sp.Expr:
    if formula.is_real is not True:
        words = "positive=True" if all(s.is_real is None for s in formula.free_symbols) else "the right assumptions"
        raise ValueError(f"{name} = {formula} is not known to be real; make its symbols with real=True or {words}")
    return formula


def _sympified(given: Any) -> sp.Expr | None:
    try:
        return sp.sympify(given, strict=True)
    except (sp.SympifyError, TypeError):
        return None
