"""Sums that are added up once they are numbers, and not before: no closed form is searched for."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.printing.precedence import PRECEDENCE

__all__ = ["FiniteSum"]


class FiniteSum(sp.Sum):
    """A sum over a range of whole numbers, which stays a sum as long as it holds a symbol.

    SymPy searches a closed form of every sum that it is asked to work out, for seconds where there is none.

    Examples
    --------
    >>> import sympy as sp
    >>> j, n = sp.symbols("j n", integer=True)
    >>> FiniteSum(1 / j, (j, 1, n)).doit()
    Sum(1/j, (j, 1, n))
    >>> FiniteSum(1 / j, (j, 1, 4)).doit()
    25/12
    """

    precedence = PRECEDENCE["Mul"]  # printers know that of a sum by the name of its class alone

    def doit(self, **hints: Any) -> sp.Expr:
        """Add up if every term is a number."""
        ((index, first, last),) = self.limits
        if self.free_symbols or not (first.is_Integer and last.is_Integer):
            return self
        return sp.Add(*(self.function.xreplace({index: sp.Integer(at)}) for at in range(int(first), int(last) + 1)))

    def _eval_evalf(self, prec: int) -> sp.Expr | None:
        total = self.doit()
        return None if total is self else total._eval_evalf(prec)

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.function.is_nonnegative else None
