r"""The sine integral and its slope, as entire functions.

SymPy differentiates ``Si(x)`` to ``sin(x)/x``, and every further derivative has a higher pole at zero that cancels. The
spherical Bessel functions :math:`j_n` are entire, :math:`j_0(x)=\sin x/x`, and their slopes stay among themselves.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from .definitions import Defined, Word

__all__ = ["SineIntegral", "SphericalBessel"]


class SphericalBessel(Defined):
    r"""The spherical Bessel function :math:`j_n(x)`; :math:`j_0(x)=\sin(x)/x`, one at zero.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> SphericalBessel(0, x).diff(x), SphericalBessel(1, x).diff(x)
    (-SphericalBessel(1, x), SphericalBessel(0, x)/3 - 2*SphericalBessel(2, x)/3)
    """

    nargs = 2

    @classmethod
    def eval(cls, n: sp.Expr, x: sp.Expr) -> sp.Expr | None:
        """Evaluate at zero and at infinity, and fold the symmetry."""
        if x.is_zero:
            return sp.S.One if n == 0 else sp.S.Zero
        if x in (sp.oo, -sp.oo):
            return sp.S.Zero
        return (-1) ** n * cls(n, -x) if x.could_extract_minus_sign() else None

    def definition(self) -> sp.Expr:
        """Return the same value in functions that SymPy knows."""
        return sp.jn(*self.args)

    def call(self) -> tuple[sp.Lambda, sp.Expr]:
        """Return the function as floating point should compute it, and the argument it is called with."""
        u = sp.Symbol("u", real=True)
        return sp.Lambda(
            u, sp.Piecewise((self.func(self.args[0], 0), sp.Eq(u, 0)), (sp.jn(self.args[0], u), True))
        ), self.args[1]

    def fdiff(self, argindex: int = 2) -> sp.Expr:
        """Return ``(n j_(n-1) - (n+1) j_(n+1))/(2n+1)`` (DLMF 10.51.2)."""
        n, x = self.args
        below = n * SphericalBessel(n - 1, x) if n else sp.S.Zero
        return (below - (n + 1) * SphericalBessel(n + 1, x)) / (2 * n + 1)

    def _eval_is_extended_real(self) -> bool | None:
        return True if self.args[1].is_extended_real else None

    def _eval_evalf(self, prec: int) -> sp.Expr:
        return self.definition()._eval_evalf(prec)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        n, x = self.args
        head = r"\operatorname{sinc}" if n == 0 else f"j_{{{printer._print(n)}}}"
        power = "" if exp is None else f"^{{{exp}}}"
        return f"{head}{power}({printer._print(x)})"


class SineIntegral(Word):
    r"""The sine integral :math:`\operatorname{Si}(x)=\int_0^x\frac{\sin t}t\,dt`.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> SineIntegral(x).diff(x)
    SphericalBessel(0, x)
    """

    nargs = 1

    @classmethod
    def eval(cls, x: sp.Expr) -> sp.Expr | None:
        """Evaluate at zero and at infinity, and fold the symmetry."""
        known = {sp.S.Zero: sp.S.Zero, sp.oo: sp.pi / 2, -sp.oo: -sp.pi / 2}
        if x in known:
            return known[x]
        return -cls(-x) if x.could_extract_minus_sign() else None

    @classmethod
    def defined(cls, x: sp.Expr) -> sp.Expr:
        """Return the definition at ``x`` in functions that SymPy knows."""
        return sp.Si(x)

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return ``sin(x)/x``, one at zero."""
        return SphericalBessel(0, self.args[0])

    def _eval_is_extended_real(self) -> bool | None:
        return True if self.args[0].is_extended_real else None

    def _eval_evalf(self, prec: int) -> sp.Expr:
        return self.definition()._eval_evalf(prec)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\operatorname{{Si}}{power}({printer._print(self.args[0])})"
