"""Rows: what the catalogue says of an activation. Everything else about it is derived from its expression."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from sympy.core.relational import Relational

from ...claims import symbol

__all__ = ["Parameter", "Row", "X", "parameter", "pieces"]

X = symbol("x")


@dataclass(frozen=True)
class Parameter:
    """A parameter of an activation.

    Parameters
    ----------
    name : str
        An identifier.
    default : sympy.Expr
        The value where none is given.
    symbol : sympy.Symbol
        How it stands in the expression.
    """

    name: str
    default: sp.Expr
    symbol: sp.Symbol


@dataclass(frozen=True)
class Row:
    """One activation.

    Parameters
    ----------
    name : str
        The name that users give.
    expression : sympy.Expr
        In the symbol x and the symbols of the parameters.
    source : str
        Key of the bibliography; empty where none is known.
    latex_name : str
        How a paper writes the function.
    kink_slopes : tuple of (sympy.Expr, sympy.Expr), optional
        Value of the derivative at kinks where frameworks have another one than the side that the value belongs to.
    parameters : tuple of Parameter, optional
        None for most.
    conditions : tuple of sympy relations, optional
        What must hold of the parameters.
    aliases : tuple of str, optional
        Other names of the same function.
    """

    name: str
    expression: sp.Expr
    source: str
    latex_name: str
    kink_slopes: tuple[tuple[sp.Expr, sp.Expr], ...] = ()
    parameters: tuple[Parameter, ...] = ()
    conditions: tuple[Relational, ...] = ()
    aliases: tuple[str, ...] = ()


def parameter(name: str, default: sp.Expr | int, **domain: bool) -> Parameter:
    """Return a parameter that is a real number, or what the words of SymPy's assumptions say."""
    return Parameter(name, sp.sympify(default, strict=True), sp.Symbol(name, **(domain or {"real": True})))


def pieces(*branches: tuple[sp.Expr | int, sp.Basic | bool]) -> sp.Expr:
    """Return a piecewise function; its branches are never folded together, since parameters may still be symbols."""
    return sp.Piecewise(*branches)
