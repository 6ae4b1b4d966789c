"""Guards: a formula made safe for NumPy, which computes every branch at every point and selects afterwards."""

from __future__ import annotations

import sympy as sp
from sympy.core.relational import Relational

from ..claims.computations import Sech2

__all__ = ["guarded"]

# exp(350) takes half of the range of doubles and leaves the other half to the factors beside it; tanh and erf differ
# from 1 there by less than exp(-exp(350)).
_SATURATED = 350


def guarded(expr: sp.Expr) -> sp.Expr:
    """Keep branches from being computed outside of their intervals, and exponentials inside of tanh from overflowing.

    Parameters
    ----------
    expr : sympy.Expr
        With conditions ``x <= c`` or ``x < c``, from left to right; other branches stay as they are.

    Returns
    -------
    sympy.Expr
        Equal to it on the line, but that an exponential inside of tanh or erf stops growing where these are settled.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> guarded(sp.Piecewise((sp.exp(x), x <= 0), (1, True)))
    Piecewise((exp(Min(0, x)), x <= 0), (1, True))
    >>> guarded(sp.tanh(sp.exp(x)))
    tanh(exp(Min(350, x)))
    """
    settled = expr.replace(lambda e: isinstance(e, sp.tanh | sp.erf), _without_overflow)
    settled = settled.replace(lambda e: isinstance(e, sp.Mul) and e.has(Sech2), _settled_product)
    return settled.replace(lambda e: isinstance(e, sp.Piecewise), _guard)


def _without_overflow(expr: sp.Expr) -> sp.Expr:
    return expr.replace(sp.exp, lambda u: sp.exp(sp.Min(u, _SATURATED)) if u.free_symbols else sp.exp(u))


def _settled_product(product: sp.Mul) -> sp.Expr:
    """Where ``sech(g)**2`` is a factor, ``exp(u)`` in ``g`` and beside it need not grow beyond the point where it is 0."""
    inner = [factor.args[0] for factor in product.args if isinstance(factor, Sech2)]
    growing = {e: _without_overflow(e) for g in inner for e in g.atoms(sp.exp)}
    return product.xreplace(growing)


def _guard(expr: sp.Piecewise) -> sp.Expr:
    *cases, last = expr.args
    x = cases[0].cond.lts if cases and isinstance(cases[0].cond, Relational) else None
    if last.cond != sp.true or not (x is not None and x.is_Symbol and all(_is_cut(case.cond, x) for case in cases)):
        return expr
    lower, branches = -sp.oo, []
    for case in cases:
        branches.append((_clamped(case.expr, x, lower, case.cond.gts), case.cond))
        lower = case.cond.gts
    return sp.Piecewise(*branches, (_clamped(last.expr, x, lower, sp.oo), True))


def _is_cut(condition: sp.Basic, x: sp.Symbol) -> bool:
    return isinstance(condition, sp.Le | sp.Lt | sp.Ge | sp.Gt) and condition.lts == x and not condition.gts.has(x)


def _clamped(expr: sp.Expr, x: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> sp.Expr:
    return expr if expr.is_polynomial(x) else expr.xreplace({x: sp.Max(lower, sp.Min(x, upper))})
