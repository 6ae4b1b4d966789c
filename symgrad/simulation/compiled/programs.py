"""Programs: from the expression of an activation to the source of a kernel, by one table.

The source is made of words of this table, of floats and of names that are counted, never of text that a user gave;
that is why it may be compiled.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import expm1, hypot, log1p
from sympy.core.relational import Relational

from ...activations import stable
from ...activations.guards import guarded
from ...claims import Logistic, NormalCdf, NormalPdf, Softplus
from ...claims.computations import Erfc, Sech2
from ...claims.definitions import Defined

__all__ = ["source", "written"]

_CALLS: dict[type, str] = {
    Logistic: "logistic",
    Softplus: "softplus",
    Sech2: "sech2",
    Erfc: "erfc",
    expm1: "expm1",
    log1p: "math.log1p",
    hypot: "math.hypot",
    NormalCdf: "normal_cdf",
    NormalPdf: "normal_pdf",
    sp.sign: "sign",
    sp.Abs: "abs",
    sp.Max: "max",
    sp.Min: "min",
    sp.exp: "exp",
    sp.log: "math.log",
    sp.sin: "math.sin",
    sp.cos: "math.cos",
    sp.tan: "math.tan",
    sp.atan: "math.atan",
    sp.sinh: "math.sinh",
    sp.cosh: "math.cosh",
    sp.tanh: "tanh",
    sp.asinh: "math.asinh",
    sp.acosh: "math.acosh",
    sp.atanh: "math.atanh",
    sp.erf: "erf",
    sp.erfc: "erfc",
}
_RELATIONS = {
    sp.Gt: ">", sp.Ge: ">=", sp.Lt: "<", sp.Le: "<=", sp.Eq: "==", sp.Ne: "!=",
}  # fmt: skip

_TEMPLATE = """def kernel(inputs, values, slopes, size):
    inputs, values, slopes = carray(inputs, size), carray(values, size), carray(slopes, size)
    real = {inside}
    for i in range(size):
        x = real(inputs[i])
{lines}
        values[i] = {value}
        slopes[i] = {slope}
"""


def source(
    value: sp.Expr,
    slope: sp.Expr,
    x: sp.Symbol,
    kink_slopes: tuple[tuple[sp.Expr, sp.Expr], ...],
    inside: str = "float64",
) -> str:
    """Return the source of a loop that computes value and slope together.

    Parameters
    ----------
    value, slope : sympy.Expr
        In ``x`` alone.
    x : sympy.Symbol
        The argument.
    kink_slopes : tuple of (sympy.Expr, sympy.Expr)
        Points and the slopes declared there.
    inside : {"float64", "float32"}, default "float64"
        Of the numbers between inputs and results.

    Returns
    -------
    str
        Python source of ``kernel(inputs, values, slopes)``.

    Raises
    ------
    ValueError
        If a function has no row in the table.
    """
    parts, (value, slope) = sp.cse([_computable(value), _computable(slope)], symbols=_counted())
    names = {x: sp.Symbol("x"), **{old: old for old, _ in parts}}
    lines = [f"        {name} = {_write(part.xreplace(names))}" for name, part in parts]
    written = _write(slope.xreplace(names))
    for point, declared in kink_slopes:
        written = f"({_literal(declared)} if x == {_literal(point)} else {written})"
    return _TEMPLATE.format(inside=inside, lines="\n".join(lines), value=_write(value.xreplace(names)), slope=written)


def written(value: sp.Expr, names: Mapping[sp.Symbol, sp.Symbol]) -> str:
    """Return the source of an expression, its symbols by names that the caller made; ValueError as for `source`."""
    return _write(_computable(value).xreplace(dict(names)))


def _computable(expr: sp.Expr) -> sp.Expr:
    """Rewrite what cancels or overflows, and spell out the words of claims that have no row in the table."""
    return guarded(stable(expr)).replace(_lacks_a_row, _spelled)


def _spelled(word: Defined) -> sp.Expr:
    function, argument = word.call()
    return function(argument)


def _lacks_a_row(expr: Any) -> bool:
    return isinstance(expr, Defined) and type(expr) not in _CALLS


def _counted() -> Any:
    return (sp.Symbol(f"part{index}") for index in range(10_000))


def _literal(number: Any) -> str:
    return f"real({float(number)!r})"


@singledispatch
def _write(expr: Any) -> str:
    word = _CALLS.get(type(expr))
    if word is None:
        raise ValueError(f"{type(expr).__name__} cannot be simulated; the table of the simulation has no row for it")
    return f"{word}({', '.join(map(_write, expr.args))})"


@_write.register
def _(expr: sp.Symbol) -> str:
    return str(expr.name)


@_write.register
def _(expr: sp.Number) -> str:
    return _literal(expr)


@_write.register
def _(expr: sp.NumberSymbol) -> str:
    return _literal(expr)


@_write.register
def _(expr: sp.AtomicExpr) -> str:
    """A number that knows an enclosure of itself; symbols have a row of their own."""
    return _literal(expr)


@_write.register
def _(expr: sp.Add) -> str:
    if not expr.free_symbols:
        return _literal(expr)
    return f"({' + '.join(map(_write, expr.args))})"


@_write.register
def _(expr: sp.Mul) -> str:
    if not expr.free_symbols:
        return _literal(expr)
    return f"({' * '.join(map(_write, expr.args))})"


@_write.register
def _(expr: sp.Pow) -> str:
    if not expr.free_symbols:
        return _literal(expr)
    base = _write(expr.base)
    if expr.exp == sp.Rational(1, 2):
        return f"math.sqrt({base})"
    if expr.exp.is_Integer:
        power = " * ".join([base] * abs(int(expr.exp))) if abs(expr.exp) <= 8 else f"{base} ** {abs(int(expr.exp))}"
        return f"({power})" if expr.exp > 0 else f"({_literal(1)} / ({power}))"
    return f"({base} ** {_write(expr.exp)})"


@_write.register
def _(expr: sp.Piecewise) -> str:
    *cases, (last, certain) = expr.args
    if certain is not sp.true:
        raise ValueError(f"{expr} is not defined everywhere; its last case must hold otherwise")
    written = _write(last)
    for case, condition in reversed(cases):
        written = f"({_write(case)} if {_write(condition)} else {written})"
    return written


@_write.register
def _(expr: Relational) -> str:
    return f"({_write(expr.lhs)} {_RELATIONS[type(expr)]} {_write(expr.rhs)})"


@_write.register
def _(expr: sp.Not) -> str:
    return f"(not {_write(expr.args[0])})"


@_write.register(sp.And)
@_write.register(sp.Or)
def _(expr: sp.And | sp.Or) -> str:
    word = " and " if isinstance(expr, sp.And) else " or "
    return f"({word.join(map(_write, expr.args))})"
