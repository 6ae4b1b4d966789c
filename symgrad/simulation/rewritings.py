"""Rewritings: the same function in words that neither cancel nor overflow on a tail."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import sympy as sp

from ..claims import Logistic, NormalCdf, Softplus
from .primitives import Expm1, Log1p, Sech2

__all__ = ["stable"]

# What 1 + s*F(u)**p is in one word: rows are F, p and s.
_ONE_WORD: dict[tuple[type, int, int], Callable[[sp.Expr], sp.Expr]] = {
    (Logistic, 1, -1): lambda u: Logistic(-u),
    (NormalCdf, 1, -1): lambda u: NormalCdf(-u),
    (sp.tanh, 1, 1): lambda u: 2 * Logistic(2 * u),
    (sp.tanh, 1, -1): lambda u: 2 * Logistic(-2 * u),
    (sp.tanh, 2, -1): Sech2,
    (sp.erf, 1, 1): lambda u: 2 * NormalCdf(sp.sqrt(2) * u),  # SymPy turns erfc(-u) back into a difference
    (sp.erf, 1, -1): lambda u: 2 * NormalCdf(-sp.sqrt(2) * u),
    (sp.exp, 1, -1): lambda u: -Expm1(u),
}


_ROUNDS = 4  # what one round makes may be part of what the next one knows


def stable(expr: sp.Expr) -> sp.Expr:
    """Rewrite what cancels or overflows on a tail into functions that do not.

    Parameters
    ----------
    expr : sympy.Expr
        Any expression.

    Returns
    -------
    sympy.Expr
        Equal to it as a real function.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> stable(1 - sp.tanh(x)**2)
    Sech2(x)
    >>> stable((1 / (1 + sp.exp(-x))).diff(x))
    Logistic(-x)*Logistic(x)
    """
    for _ in range(_ROUNDS):
        before = expr
        for kind, rule in _RULES:
            expr = expr.replace(_is(kind), rule)
        if expr == before:
            break
    return expr


def _is(kind: type) -> Callable[[Any], bool]:
    return lambda part: isinstance(part, kind)


def _sum(expr: sp.Add) -> sp.Expr:
    """Join two terms of a sum whose ratio is plus or minus a function that may come close to -1."""
    for first, second in permutations(expr.args, 2):
        sign, rest = (second / first).as_coeff_Mul()
        base, power = (rest, sp.S.One) if isinstance(rest, sp.exp) else rest.as_base_exp()
        word = _ONE_WORD.get((type(base), power, sign))
        if word is not None:
            return expr - first - second + first * word(base.args[0])
    return expr


def _power(expr: sp.Pow) -> sp.Expr:
    """Write ``(1 + exp(u))**-n`` with the logistic function, whose powers do not overflow."""
    base, power = expr.args
    if isinstance(base, sp.Add) and len(base.args) == 2 and base.args[0] == 1 and power.is_negative:
        (other,) = base.args[1:]
        if isinstance(other, sp.exp):
            return Logistic(-other.args[0]) ** -power
    return expr


def _product(expr: sp.Mul) -> sp.Expr:
    """Write ``exp(k u) Logistic(-u)**m`` as a product of logistic functions: the exponential may overflow."""
    for part in expr.args:
        base, power = part.as_base_exp()
        if isinstance(base, Logistic) and power.is_Integer and power.is_positive:
            for k in range(int(power), 0, -1):
                growing = sp.exp(-k * base.args[0])
                if growing in expr.args:
                    return expr / growing / base**k * Logistic(-base.args[0]) ** k
    return expr


def _logarithm(expr: sp.log) -> sp.Expr:
    """Write ``log(1 + u)`` in one word."""
    (argument,) = expr.args
    if not isinstance(argument, sp.Add) or argument.args[0] != 1:
        return expr
    rest = argument - 1
    return Softplus(rest.args[0]) if isinstance(rest, sp.exp) else Log1p(rest)


# In this order: what a sum or a power becomes may then be part of a product.
_RULES = ((sp.log, _logarithm), (sp.Pow, _power), (sp.Add, _sum), (sp.Mul, _product))
