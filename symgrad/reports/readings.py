"""Readings: numbers that users type, read exactly and never evaluated as code."""

from __future__ import annotations

import re

import sympy as sp

__all__ = ["exact_number", "named_parameters"]

_DECIMAL = re.compile(r"[+-]?(\d{1,50}(\.\d{0,50})?|\.\d{1,50})([eE][+-]?\d{1,3})?")
_FRACTION = re.compile(r"[+-]?\d{1,50}/\d{1,50}")
_ASSUMPTIONS = ("positive", "nonnegative", "negative", "real")
_INFINITIES = {"inf": sp.oo, "oo": sp.oo, "-inf": -sp.oo, "-oo": -sp.oo}


def exact_number(name: str, text: str, *, infinite: bool = False) -> sp.Expr:
    """Read a number exactly: an integer, a decimal or a fraction.

    Parameters
    ----------
    name : str
        What the number is for, for the message.
    text : str
        As typed.
    infinite : bool, default False
        Whether ``inf`` and ``-inf`` are numbers here.

    Returns
    -------
    sympy.Expr
        A Rational, or an infinity.

    Raises
    ------
    ValueError
        If the text is nothing of this, or has more than 50 digits.

    Examples
    --------
    >>> exact_number("--weight-var", "0.1")
    1/10
    """
    plain = text.strip()
    if infinite and plain in _INFINITIES:
        return _INFINITIES[plain]
    if not (_DECIMAL.fullmatch(plain) or _FRACTION.fullmatch(plain)):
        shown = plain if len(plain) <= 40 else plain[:40] + "…"
        raise ValueError(f"{name} = {shown!r} is not a number; give one such as 2, 0.5 or 1/3, of at most 50 digits")
    if plain.endswith(tuple("/" + "0" * count for count in range(1, 51))):
        raise ValueError(f"{name} = {plain!r} divides by zero")
    return sp.Rational(plain)


def named_parameters(pairs: list[str]) -> dict[str, sp.Expr]:
    """Read ``name=number`` pairs; an assumption in place of the number leaves the parameter a symbol of that kind.

    Parameters
    ----------
    pairs : list of str
        As typed.

    Returns
    -------
    dict of str to sympy.Expr
        Numbers and symbols by name.

    Raises
    ------
    ValueError
        If a pair lacks its name or its number.

    Examples
    --------
    >>> found = named_parameters(["alpha=0.2", "beta=positive"])
    >>> found, found["beta"].is_positive
    ({'alpha': 1/5, 'beta': beta}, True)
    """
    return dict(_parameter(pair) for pair in pairs)


def _parameter(pair: str) -> tuple[str, sp.Expr]:
    name, equals, text = pair.partition("=")
    if not (name.isidentifier() and equals):
        raise ValueError(f"--param {pair!r} is not of the form name=number, such as alpha=0.2")
    if text.strip() in _ASSUMPTIONS:
        return name, sp.Symbol(name, **{text.strip(): True})
    if text.strip().isidentifier():
        kinds = ", ".join(_ASSUMPTIONS)
        raise ValueError(f"--param {pair!r} gives no number; give one, or one of {kinds}, which leaves {name} a symbol")
    return name, exact_number(name, text)
