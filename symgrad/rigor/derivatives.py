"""Derivatives: what SymPy finds, each part of an expression differentiated once.

SymPy asks of every part whether it is zero, finite or commutative, and of equal parts again and again.
"""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

__all__ = ["derivative"]


@lru_cache(maxsize=8192)
def derivative(expr: sp.Expr, x: sp.Symbol) -> sp.Expr:
    """Differentiate an expression by the rules of calculus.

    Parameters
    ----------
    expr : sympy.Expr
        Any.
    x : sympy.Symbol
        The variable.

    Returns
    -------
    sympy.Expr
        As ``sympy.diff`` gives it.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> derivative(x * sp.tanh(x) ** 2, x)
    x*(2 - 2*tanh(x)**2)*tanh(x) + tanh(x)**2
    """
    if x not in expr.free_symbols:
        return sp.S.Zero
    if expr == x:
        return sp.S.One
    if isinstance(expr, sp.Add):
        return sp.Add(*(derivative(part, x) for part in expr.args))
    if isinstance(expr, sp.Mul):
        return sp.Add(*(_with_derivative_of(expr.args, k, x) for k in range(len(expr.args))))
    if isinstance(expr, sp.Pow) and x not in expr.exp.free_symbols:
        return expr * (derivative(expr.base, x) * expr.exp / expr.base)
    if _follows_chain_rule(expr):
        return expr.fdiff(1) * derivative(expr.args[0], x)
    return sp.diff(expr, x)


def _with_derivative_of(factors: tuple[sp.Expr, ...], k: int, x: sp.Symbol) -> sp.Expr:
    slope = derivative(factors[k], x)
    return slope if slope is sp.S.Zero else sp.Mul(*factors[:k], slope, *factors[k + 1 :])


def _follows_chain_rule(expr: sp.Expr) -> bool:
    """Say whether an expression is a function of one argument without a rule of its own."""
    applied = isinstance(expr, sp.Function) and len(expr.args) == 1
    return applied and type(expr)._eval_derivative is sp.Function._eval_derivative
