"""Numbers that users give, read exactly."""

from __future__ import annotations

import math
from typing import Any

import sympy as sp

__all__ = ["exact_number"]


def exact_number(name: str, given: Any) -> sp.Expr:
    """Read a number exactly: a float as the shortest decimal that prints it.

    Parameters
    ----------
    name : str
        What it is, for the message.
    given : int, float or sympy.Expr
        The number.

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
    if number is None or number.is_real is not True or number.free_symbols:
        raise ValueError(f"{name} = {given!r} is not a finite real number; give one such as 0.1 or Rational(1, 10)")
    return number.xreplace({f: sp.Rational(str(f)) for f in number.atoms(sp.Float)})


def _sympified(given: Any) -> sp.Expr | None:
    try:
        return sp.sympify(given, strict=True)
    except (sp.SympifyError, TypeError):
        return None
