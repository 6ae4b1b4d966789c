"""Limits at infinity, read off an expansion whose coefficients are exact."""

from __future__ import annotations

import sympy as sp

from .errors import CannotEnclose
from .programs import compiled
from .tails import STARTS, tail_jet

__all__ = ["limit_at"]


def limit_at(expr: sp.Expr, x: sp.Symbol, end: sp.Expr) -> sp.Expr:
    """Return the limit of an analytic function at infinity.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone, analytic near the end.
    x : sympy.Symbol
        The variable.
    end : sympy.Expr
        ``oo`` or ``-oo``.

    Returns
    -------
    sympy.Expr
        Exact; possibly infinite.

    Raises
    ------
    CannotEnclose
        If there is none, as for a sine, or none is found.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> limit_at(sp.tanh(x), x, -sp.oo), limit_at(x * sp.exp(-x), x, sp.oo)
    (-1, 0)
    """
    if x not in expr.free_symbols:
        return expr
    for start in STARTS:
        try:
            limit = tail_jet(compiled(expr, x), 1 if end == sp.oo else -1, start, 0)[0].limit()
        except CannotEnclose:
            continue
        if limit is not None:
            return limit
    raise CannotEnclose(f"{expr} has no limit, or none that is found, as {x} tends to {end}")
