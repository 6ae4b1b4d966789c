"""Spellings: expressions as plain data, nested lists of strings in a small vocabulary of our own.

A program that reads them needs neither SymPy nor an evaluator of text: ``x*exp(-x)`` is spelled
``["*", "x", ["exp", ["*", "-1", "x"]]]``. Functions without a word of their own are spelled with the name of SymPy.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from ..claims.functions import Logistic, NormalCdf, NormalPdf, Softplus
from .constants import DefinedConstant, EnclosedConstant, ImplicitConstant
from .errors import CannotEnclose

__all__ = ["Spelling", "spelled"]

Spelling = Any  # a string, or a list of a word and spellings

_ATOMS: dict[sp.Basic, Spelling] = {
    sp.oo: "oo",
    -sp.oo: "-oo",
    sp.pi: "pi",
    sp.E: ["exp", "1"],
    sp.true: "true",
    sp.false: "false",
}
_WORDS: dict[type[sp.Basic], str] = {
    sp.Add: "+",
    sp.Mul: "*",
    sp.Pow: "^",
    sp.And: "and",
    sp.Or: "or",
    sp.Not: "not",
    sp.Lt: "<",
    sp.Le: "<=",
    sp.Gt: ">",
    sp.Ge: ">=",
    sp.Eq: "==",
    sp.Ne: "!=",
    sp.Abs: "abs",
    sp.Max: "max",
    sp.Min: "min",
    sp.sign: "sign",
    sp.Heaviside: "heaviside",
    sp.exp: "exp",
    sp.log: "log",
    sp.tanh: "tanh",
    sp.sinh: "sinh",
    sp.cosh: "cosh",
    sp.sech: "sech",
    sp.sin: "sin",
    sp.cos: "cos",
    sp.tan: "tan",
    sp.atan: "atan",
    sp.asinh: "asinh",
    sp.erf: "erf",
    sp.erfc: "erfc",
    NormalCdf: "normal_cdf",
    NormalPdf: "normal_pdf",
    Logistic: "logistic",
    Softplus: "softplus",
}


def spelled(expr: sp.Basic, x: sp.Symbol) -> Spelling:
    """Spell an expression.

    Parameters
    ----------
    expr : sympy.Basic
        In ``x`` alone; a condition is spelled as well.
    x : sympy.Symbol
        The variable, spelled ``"x"``.

    Returns
    -------
    str or list
        Numbers are strings such as ``"2/3"``; the rest are lists that begin with a word.

    Raises
    ------
    CannotEnclose
        If a part has no word.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> spelled(sp.Max(0, x) / 3, x)
    ['*', '1/3', ['max', '0', 'x']]
    """
    if expr == x:
        return "x"
    if isinstance(expr, sp.Rational):
        return fraction(expr)
    if expr in _ATOMS:
        return _ATOMS[expr]
    if isinstance(expr, sp.Piecewise):
        return ["cases", *([spelled(value, x), spelled(condition, x)] for value, condition in expr.args)]
    if isinstance(expr, (DefinedConstant, EnclosedConstant, ImplicitConstant)):
        return _constant(expr)
    word = _WORDS.get(type(expr)) or (type(expr).__name__ if isinstance(expr, sp.Function) else None)
    if word is None:
        raise CannotEnclose(f"{expr} has no spelling: there is no word for {type(expr).__name__}")
    arguments = expr.args[:1] if word == "heaviside" else expr.args  # its value at 0 is left out, as all kinks are
    if isinstance(expr, Relational):
        arguments = (expr.lhs, expr.rhs)
    return [word, *(spelled(argument, x) for argument in arguments)]


def fraction(number: sp.Rational) -> str:
    """Write a rational number."""
    return str(number.p) if number.q == 1 else f"{number.p}/{number.q}"


def _constant(number: Any) -> Spelling:
    if isinstance(number, DefinedConstant):
        return spelled(number.definition, sp.Dummy())
    if isinstance(number, EnclosedConstant):
        return ["between", fraction(number.enclosure.lower), fraction(number.enclosure.upper)]
    return ["root", spelled(number.equation, number.x), fraction(number.lower), fraction(number.upper)]
