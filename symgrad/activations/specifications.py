"""Specifications: from what a user gives, a name, a text or an expression, to an activation."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

import sympy as sp

from ..claims import cite
from ..claims.definitions import spelled
from .admissions import admit, check_real
from .catalogue import CATALOGUE, FRAMEWORKS, Row
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
        A name of the catalogue; the name that PyTorch, JAX or Keras has, such as ``"keras.activations.leaky_relu"``,
        for their defaults; an expression such as ``"x*erf(x)"``; a SymPy expression in one symbol. An activation is
        returned as it is.
    **parameters : number or sympy.Symbol
        Of a named activation, as ``alpha=0.2``, or of an expression, as ``b=2`` in ``"tanh(b*x)"``. A real symbol
        stays one; facts are then formulas in it, where it only scales.

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
    >>> activation("jax.nn.gelu").name, str(activation("keras.activations.leaky_relu"))
    ('gelu_tanh', 'leaky_relu(alpha=1/5)')
    >>> activation("gelo")
    Traceback (most recent call last):
    ...
    ValueError: unknown activation 'gelo'; near names: gelu; an expression such as 'x*erf(x)' works too
    """
    if isinstance(spec, str) and spec.strip() in CATALOGUE:
        return _from_row(CATALOGUE[spec.strip()], parameters)
    if isinstance(spec, str) and spec.strip() in FRAMEWORKS:
        twin = FRAMEWORKS[spec.strip()]
        return _from_row(CATALOGUE[twin.name], {**twin.parameters, **parameters}, dict(twin.kink_slopes))
    if isinstance(spec, Activation):
        if parameters:
            raise ValueError(f"{spec} is made already; give {', '.join(parameters)} where it is made")
        return spec
    values = {name: exact_number(name, value, symbolic=True) for name, value in parameters.items()}
    if isinstance(spec, sp.Expr):
        return _from_expression(*admit(spelled(spec), values))
    if not isinstance(spec, str):
        raise TypeError(f"an activation is a name, a text or a SymPy expression, not {type(spec).__name__}")
    if spec.isascii() and spec.strip().isidentifier() and spec.strip() != "x":
        raise _unknown(spec.strip())
    return _from_expression(parse(spec, values), values)


def _unknown(name: str) -> ValueError:
    shown = name if len(name) <= 40 else name[:40] + "..."
    near = difflib.get_close_matches(name.lower()[:40], CATALOGUE, n=3)
    hint = f"near names: {', '.join(near)}" if near else f"known: {', '.join(CATALOGUE)}"
    return ValueError(f"unknown activation {shown!r}; {hint}; an expression such as 'x*erf(x)' works too")


def _from_row(row: Row, given: dict[str, Any], theirs: Mapping[sp.Expr, sp.Expr] | None = None) -> Activation:
    known = {parameter.name: parameter for parameter in row.parameters}
    for name in given:
        if name not in known:
            has = ", ".join(known) or "no parameters"
            raise ValueError(f"{row.name} has no parameter {name!r}; it has {has}")
    values = {n: exact_number(n, given.get(n, each.default), symbolic=True) for n, each in known.items()}
    substitution = {known[name].symbol: value for name, value in values.items()}
    _check_conditions(row, substitution)
    form = shape(row.expression.subs(substitution))
    declared = {point.subs(substitution): slope.subs(substitution) for point, slope in row.kink_slopes}
    declared |= theirs or {}
    kinks = tuple((kink, declared.get(kink, slope)) for kink, slope in form.default_slopes())
    sources = (cite(row.source),) if row.source else ()
    return Activation(row.name, form.expression, kinks, tuple(values.items()), row.latex_name, sources)


def _check_conditions(row: Row, values: dict[sp.Symbol, sp.Expr]) -> None:
    for name, value in values.items():
        wrong = [
            word for word, truth in name._assumptions_orig.items() if truth and getattr(value, f"is_{word}") is False
        ]
        if wrong:
            raise ValueError(f"{row.name} needs a {name} that is {' and '.join(wrong)}; got {name} = {value}")
    for condition in row.conditions:
        met = condition.subs(values)
        if met != sp.true:
            given = ", ".join(f"{name} = {values[name]}" for name in sorted(condition.free_symbols, key=str))
            hint = "" if met == sp.false else "; make the symbol with the assumptions that say so, as in positive=True"
            raise ValueError(f"{row.name} needs {condition}; got {given}{hint}")


def _from_expression(expression: sp.Expr, values: Mapping[str, sp.Expr]) -> Activation:
    form = shape(expression.replace(_has_gap, lambda branches: sp.Piecewise(*branches.args, (sp.nan, True))))
    check_real(form.values, form.at_breaks)
    symbolic = tuple((name, value) for name, value in values.items() if value.free_symbols)
    return Activation(str(expression), form.expression, form.default_slopes(), symbolic)


def _has_gap(part: sp.Basic) -> bool:
    return isinstance(part, sp.Piecewise) and part.args[-1].cond is not sp.true
