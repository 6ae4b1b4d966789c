"""Products in log space, so that nothing underflows to a silent zero.

The bound of a network of depth 10^6 is a product of 10^6 factors. Its logarithm is a sum that SymPy can write down
from the form of the product, without ever multiplying it out.
"""

from __future__ import annotations

import sympy as sp

__all__ = ["log10_float", "log_at", "log_of"]

_LOG_DIGITS = 30  # working digits of a logarithm; a float keeps 17 of them

_LONG = 10_000  # a power with a larger exponent, in a sum, is no longer a fraction to be written out
_POWER_DIGITS = 60  # of such a power; an exponent of 10^15 costs 15 of them


def log_of(expr: sp.Expr) -> sp.Expr:
    """Return the natural logarithm of a positive product, as a sum over its factors.

    Parameters
    ----------
    expr : sympy.Expr
        A product, power, exponential or anything positive.

    Returns
    -------
    sympy.Expr
        An expression equal to ``log(expr)`` in which products have become sums and exponents factors.

    Examples
    --------
    >>> import sympy as sp
    >>> L = sp.Symbol("L", positive=True)
    >>> log_of(sp.Rational(1, 4) ** L)
    -2*L*log(2)
    """
    if isinstance(expr, sp.Mul):
        return sp.Add(*(log_of(factor) for factor in expr.args))
    if isinstance(expr, sp.exp):
        return expr.args[0]
    if isinstance(expr, sp.Pow):
        return expr.exp * log_of(expr.base)
    if isinstance(expr, sp.Product):
        return sp.Sum(log_of(expr.function), *expr.limits).doit()
    if isinstance(expr, sp.Rational) and expr.is_positive:
        return sp.expand_log(sp.log(expr.p) - sp.log(expr.q), force=True)
    return sp.log(expr)


def log_at(log: sp.Expr, count: sp.Symbol, value: sp.Expr) -> sp.Expr:
    """Return a logarithm at a number of layers or steps.

    Parameters
    ----------
    log : sympy.Expr
        As `log_of` gives it, in the count.
    count : sympy.Symbol
        The symbol of the number.
    value : sympy.Expr
        The number. Where it is large, powers that stand in sums, as in ``1 - r**T``, become floats of many digits,
        since a fraction with a million digits costs minutes.

    Returns
    -------
    sympy.Expr
        The logarithm without the count.

    Examples
    --------
    >>> import sympy as sp
    >>> T = sp.Symbol("T", positive=True)
    >>> log_at(log_of(1 - sp.Rational(1, 2) ** T), T, sp.Integer(10**6)).evalf(3)
    0
    """
    if value.is_Integer and value > _LONG:
        log = log.replace(lambda e: e.is_Pow and e.base.is_Rational and e.exp.has(count), _approximate)
    return _without_turns(log.xreplace({count: value}).doit())


def _without_turns(log: sp.Expr) -> sp.Expr:
    """Two negative factors have a positive product: their logarithms, each with half a turn, add up to a whole one."""
    log = log.replace(lambda e: isinstance(e, sp.log) and e.args[0].is_negative, _turned)
    turns = sp.expand(log).coeff(sp.I) / (2 * sp.pi) if log.has(sp.I) else sp.S.Zero
    return sp.expand(log) - 2 * sp.pi * sp.I * turns if turns.is_integer and turns else log


def _turned(of_negative: sp.Expr) -> sp.Expr:
    return sp.log(-of_negative.args[0]) + sp.pi * sp.I


def _approximate(power: sp.Pow) -> sp.Expr:
    return sp.Float(power.base, _POWER_DIGITS) ** power.exp


def log10_float(log: sp.Expr) -> float:
    """Return a natural logarithm as a decimal one, a float.

    Parameters
    ----------
    log : sympy.Expr
        A constant expression, as `log_of` gives it; ``zoo`` and ``-oo`` are the logarithm of zero.

    Returns
    -------
    float
        Correct to rounding; ``-inf`` for the logarithm of zero.

    Raises
    ------
    ValueError
        If the expression still has free symbols, or is the logarithm of something negative.

    Examples
    --------
    >>> import sympy as sp
    >>> log10_float(log_of(sp.Rational(1, 4) ** sp.Integer(3)))  # doctest: +ELLIPSIS
    -1.806...
    """
    if log.free_symbols:
        names = ", ".join(sorted(str(s) for s in log.free_symbols))
        raise ValueError(f"the logarithm of the bound still depends on {names}; give them values with subs()")
    if log in (sp.zoo, -sp.oo) or log.has(sp.zoo):
        return float("-inf")
    value = (log / sp.log(10)).evalf(_LOG_DIGITS)
    if not value.is_extended_real:
        raise ValueError(f"{log} is not the logarithm of a positive number: the bound is negative")
    return float(value)
