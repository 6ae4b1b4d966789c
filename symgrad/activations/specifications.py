"""Specifications: from what a user gives, a name, a text or an expression, to an activation."""

from __future__ import annotations

import difflib
from typing import Any

import sympy as sp

from ..claims import cite
from .admissions import admit, check_real
from .catalogue import CATALOGUE, Row
from .kinks import shape
from .numbers import exact_number
from .parsing import parse
from .subjects import Activation

__all__ = ["activation"]


def activation(spec: str | sp.Expr | Activation, **parameters: Any) -> Activation:
    """Make an activation from a name, from text or from a SymPy expression.

    Parameters
    ----------
    spec : str, sympy.Expr or Activation
        A name of the catalogue; an expression such as ``"x*erf(x)"``; a SymPy expression in one symbol. An activation
        is returned as it is.
    **parameters : number
        Of a named activation, as ``alpha=0.2``.

    Returns
    -------
    Activation
        With every fact derived when it is asked for.

    Raises
    ------
    ValueError
        If the name is unknown, a parameter does not exist, or the expression is not a real function of one variable.
    TypeError
        If it is none of these.
    CannotDerive
        If it cannot be decided whether the expression is real on the whole line.

    Examples
    --------
    >>> activation("leaky_relu", alpha=0.2).lipschitz.bound
    1
    >>> activation("x/(1 + abs(x))").curvature_sup.bound
    2
    >>> activation("gelo")
    Traceback (most recent call last):
    ...
    ValueError: unknown activation 'gelo'; near names: gelu; an expression such as 'x*erf(x)' works too
    """
    if isinstance(spec, str) and spec.strip() in CATALOGUE:
        return _from_row(CATALOGUE[spec.strip()], parameters)
    if parameters:
        raise ValueError(f"{spec} takes no parameters, but {', '.join(parameters)} was given; write the value into it")
    if isinstance(spec, Activation):
        return spec
    if isinstance(spec, sp.Expr):
        return _from_expression(admit(spec))
    if not isinstance(spec, str):
        raise TypeError(f"an activation is a name, a text or a SymPy expression, not {type(spec).__name__}")
    if spec.isascii() and spec.strip().isidentifier() and spec.strip() != "x":
        raise _unknown(spec.strip())
    return _from_expression(parse(spec))


def _unknown(name: str) -> ValueError:
    shown = name if len(name) <= 40 else name[:40] + "..."
    near = difflib.get_close_matches(name.lower()[:40], CATALOGUE, n=3)
    hint = f"near names: {', '.join(near)}" if near else f"known: {', '.join(CATALOGUE)}"
    return ValueError(f"unknown activation {shown!r}; {hint}; an expression such as 'x*erf(x)' works too")


def _from_row(row: Row, given: dict[str, Any]) -> Activation:
    known = {parameter.name: parameter for parameter in row.parameters}
    for name in given:
        if name not in known:
            has = ", ".join(known) or "no parameters"
            raise ValueError(f"{row.name} has no parameter {name!r}; it has {has}")
    values = {name: exact_number(name, given.get(name, parameter.default)) for name, parameter in known.items()}
    substitution = {known[name].symbol: value for name, value in values.items()}
    form = shape(row.expression.subs(substitution))
    declared = {point: slope.subs(substitution) for point, slope in row.kink_slopes}
    kinks = tuple((kink, declared[kink]) for kink in form.kinks)
    return Activation(row.name, form.expression, kinks, tuple(values.items()), row.latex_name, (cite(row.source),))


def _from_expression(expression: sp.Expr) -> Activation:
    form = shape(expression.replace(_has_gap, lambda branches: sp.Piecewise(*branches.args, (sp.nan, True))))
    check_real(form.values)
    return Activation(str(expression), form.expression, form.default_slopes())


def _has_gap(part: sp.Basic) -> bool:
    return isinstance(part, sp.Piecewise) and part.args[-1].cond is not sp.true
