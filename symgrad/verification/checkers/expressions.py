"""Expressions as data: fractions, words, and tuples that begin with a word. Reading them executes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from .functions import FUNCTIONS

__all__ = ["Expression", "fraction_of", "read", "shown"]

Expression = Any  # Fraction, str or tuple

_NUMBER = re.compile(r"-?\d{1,4000}(/[1-9]\d{0,3999}|\.\d{1,4000})?", re.ASCII)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}", re.ASCII)
_DEEPEST = 100
_LARGEST_POWER = 10_000
_HALF, _MINUS_ONE, _TWO = Fraction(1, 2), Fraction(-1), Fraction(2)
_ATOMS = ("x", "pi", "oo", "-oo", "true", "false")


def _minus(u: Expression) -> Expression:
    return ("*", _MINUS_ONE, u)


def _density(u: Expression) -> Expression:
    return ("*", ("^", ("*", _TWO, "pi"), -_HALF), ("exp", ("*", -_HALF, ("^", u, _TWO))))


# Words that are written in others as soon as they are read.
_DEFINED: dict[str, Callable[[Expression], Expression]] = {
    "tan": lambda u: ("*", ("sin", u), ("^", ("cos", u), _MINUS_ONE)),
    "sech": lambda u: ("^", ("cosh", u), _MINUS_ONE),
    "erfc": lambda u: ("+", Fraction(1), _minus(("erf", u))),
    "normal_pdf": _density,
}
# How many arguments each word takes; 0 for one or more.
_ARITY = {
    **dict.fromkeys(("+", "*", "max", "min", "and", "or"), 0),
    **dict.fromkeys(("abs", "sign", "heaviside", "not", *FUNCTIONS, *_DEFINED), 1),
    **dict.fromkeys(("^", "<", "<=", ">", ">=", "==", "!=", "between"), 2),
    "root": 3,
}


def read(data: Any, depth: int = 0) -> Expression:
    """Read an expression.

    Parameters
    ----------
    data : str or list
        A number, ``"x"``, a constant, or a list of a word and its arguments.
    depth : int, optional
        How deep it stands in another.

    Returns
    -------
    Fraction, str or tuple
        The expression, with defined words written out.

    Raises
    ------
    ValueError
        If it is anything else; the message says what.

    Examples
    --------
    >>> read(["+", "x", "1/2"])
    ('+', 'x', Fraction(1, 2))
    """
    if depth > _DEEPEST:
        raise ValueError(f"an expression is nested more than {_DEEPEST} deep")
    if isinstance(data, str):
        return data if data in _ATOMS else fraction_of(data)
    if not (isinstance(data, list) and data and isinstance(data[0], str)):
        raise ValueError(f"{shown(data)} is no expression; write a string, or a list that begins with a word")
    word, arguments = data[0], data[1:]
    if word == "cases":
        return ("cases", *(_case(argument, depth) for argument in arguments))
    if word not in _ARITY and not _NAME.fullmatch(word):  # a name without a rule is left to those who evaluate it
        raise ValueError(f"there is no word {shown(word)}; the words are cases, {', '.join(_ARITY)}")
    if not arguments or len(arguments) != (_ARITY.get(word) or len(arguments)):
        raise ValueError(f"{word} was given {len(arguments)} arguments; it takes {_ARITY[word] or 'one or more'}")
    parts = tuple(read(argument, depth + 1) for argument in arguments)
    _check_power(word, parts[-1])
    return _DEFINED[word](*parts) if word in _DEFINED else (word, *parts)


def _case(data: Any, depth: int) -> Expression:
    if not (isinstance(data, list) and len(data) == 2):
        raise ValueError(f"{shown(data)} is no case; write a list of a value and a condition")
    return tuple(read(part, depth + 1) for part in data)


def _check_power(word: str, exponent: Expression) -> None:
    if word == "^" and isinstance(exponent, Fraction) and abs(exponent) > _LARGEST_POWER:
        raise ValueError(f"the exponent {shown(str(exponent))} is too large; at most {_LARGEST_POWER} is read")


def fraction_of(text: Any) -> Fraction:
    """Read a rational number, such as ``-2/3`` or ``0.25``; never one with an exponent, which may be huge."""
    if not (isinstance(text, str) and _NUMBER.fullmatch(text)):
        raise ValueError(f"{shown(text)} is no number; write one such as -2/3 or 0.25, as a string")
    return Fraction(text)


def shown(data: Any) -> str:
    """Return the beginning of something for a message."""
    text = repr(data)
    return text if len(text) <= 60 else f"{text[:60]}..."
