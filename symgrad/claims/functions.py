"""Functions of the field that SymPy lacks, each with its definition and its way of printing.

SymPy writes the logistic function as ``1/(1 + exp(-x))`` and loses it on the first simplification. Here it stays
one word, differentiates to what a textbook writes, goes back to its definition on ``rewrite(exp)``, and generated
code computes it without overflow and with all digits on both tails.
"""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp
from sympy.codegen.cfunctions import log1p

from .computations import Erfc
from .definitions import Word

__all__ = ["AnyActivation", "AnySlope", "Logistic", "Magnitude", "NormalCdf", "NormalPdf", "Softplus"]


class _Real(sp.Function):
    """A function of one argument that is real where the argument is, with its name in LaTeX and in plain text."""

    nargs = 1
    latex_head = plain_name = ""

    def _eval_is_extended_real(self) -> bool | None:
        return True if self.args[0].is_extended_real else None  # at a complex argument the value may still be real

    def _eval_is_finite(self) -> bool | None:
        return True if self.args[0].is_real else None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        head = self.latex_head if exp is None else f"{self.latex_head}^{{{exp}}}"
        return rf"{head}({printer._print(self.args[0])})"


class _Positive(_Real, Word):
    """A positive function with a definition in SymPy's own functions."""

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_real else None

    @staticmethod
    def at_many_digits(x: Any) -> Any:
        """Return the value at an mpmath number, in a form that keeps its digits in both tails."""
        raise NotImplementedError

    def _eval_rewrite(self, rule: Any, args: Any, **hints: Any) -> sp.Expr:
        return self.defined(args[0])

    def _eval_evalf(self, prec: int) -> sp.Expr | None:
        if not self.args[0].is_number:
            return None
        size = mpmath.mag(1 + abs(self.args[0]._to_mpmath(prec)))
        bits = prec + 2 * max(0, int(size)) + 10  # exp(-x**2/2) loses as many digits as x**2 has before the point
        with mpmath.workprec(bits):
            return sp.Expr._from_mpmath(self.at_many_digits(self.args[0]._to_mpmath(bits)), prec)


class Logistic(_Positive):
    r"""The logistic function :math:`\sigma(x) = 1/(1+e^{-x})`.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x", real=True)
    >>> Logistic(x).diff(x)
    (1 - Logistic(x))*Logistic(x)
    >>> Logistic(sp.Integer(0))
    1/2
    """

    latex_head = r"\sigma"
    plain_name = "σ"

    @classmethod
    def eval(cls, x: sp.Expr) -> sp.Expr | None:
        """Evaluate at the points where the value is a plain number."""
        known = {sp.S.Zero: sp.S.Half, sp.oo: sp.S.One, -sp.oo: sp.S.Zero}
        return known.get(x)

    @classmethod
    def defined(cls, x: sp.Expr) -> sp.Expr:
        """Return ``1/(1 + exp(-x))``."""
        return 1 / (1 + sp.exp(-x))

    @staticmethod
    def at_many_digits(x: Any) -> Any:
        """Return the value at an mpmath number."""
        return 1 / (1 + mpmath.exp(-x))

    @classmethod
    def computed(cls, x: sp.Expr) -> sp.Expr:
        """Return ``exp(min(x, 0))/(1 + exp(-|x|))``."""
        return sp.exp(sp.Min(x, 0)) / (1 + sp.exp(-sp.Abs(x)))

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return the slope, written in the value: ``s*(1 - s)``."""
        return self * (1 - self)


class Softplus(_Positive):
    r"""The softplus function :math:`\operatorname{softplus}(x) = \log(1+e^{x})`.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x", real=True)
    >>> Softplus(x).diff(x)
    Logistic(x)
    """

    latex_head = r"\operatorname{softplus}"
    plain_name = "softplus"

    @classmethod
    def eval(cls, x: sp.Expr) -> sp.Expr | None:
        """Evaluate at the points where the value is a plain number."""
        known = {sp.S.Zero: sp.log(2), sp.oo: sp.oo, -sp.oo: sp.S.Zero}
        return known.get(x)

    @classmethod
    def defined(cls, x: sp.Expr) -> sp.Expr:
        """Return ``log(1 + exp(x))``."""
        return sp.log(1 + sp.exp(x))

    @staticmethod
    def at_many_digits(x: Any) -> Any:
        """Return the value at an mpmath number."""
        return mpmath.log1p(mpmath.exp(x)) if mpmath.re(x) <= 0 else x + mpmath.log1p(mpmath.exp(-x))

    @classmethod
    def computed(cls, x: sp.Expr) -> sp.Expr:
        """Return ``max(x, 0) + log1p(exp(-|x|))``."""
        return sp.Max(x, 0) + log1p(sp.exp(-sp.Abs(x)))

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return the slope, the logistic function."""
        return Logistic(self.args[0])


class NormalPdf(_Positive):
    r"""The standard normal density :math:`\phi(x) = e^{-x^2/2}/\sqrt{2\pi}`.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x", real=True)
    >>> NormalPdf(x).diff(x)
    -x*NormalPdf(x)
    """

    latex_head = r"\phi"
    plain_name = "φ"

    @classmethod
    def eval(cls, x: sp.Expr) -> sp.Expr | None:
        """Evaluate where the value is a plain number, and fold the even symmetry."""
        if x in (sp.oo, -sp.oo):
            return sp.S.Zero
        if x.is_zero:
            return 1 / sp.sqrt(2 * sp.pi)
        return cls(-x) if x.could_extract_minus_sign() else None

    @classmethod
    def defined(cls, x: sp.Expr) -> sp.Expr:
        """Return ``exp(-x**2/2)/sqrt(2*pi)``."""
        return sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)

    @staticmethod
    def at_many_digits(x: Any) -> Any:
        """Return the value at an mpmath number."""
        return mpmath.npdf(x)

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return ``-x*phi(x)``."""
        return -self.args[0] * self


class NormalCdf(_Positive):
    r"""The standard normal distribution function :math:`\Phi(x) = \tfrac12(1+\operatorname{erf}(x/\sqrt2))`.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x", real=True)
    >>> (x * NormalCdf(x)).diff(x)
    x*NormalPdf(x) + NormalCdf(x)
    """

    latex_head = r"\Phi"
    plain_name = "Φ"

    @classmethod
    def eval(cls, x: sp.Expr) -> sp.Expr | None:
        """Evaluate at the points where the value is a plain number."""
        known = {sp.S.Zero: sp.S.Half, sp.oo: sp.S.One, -sp.oo: sp.S.Zero}
        return known.get(x)

    @classmethod
    def defined(cls, x: sp.Expr) -> sp.Expr:
        """Return ``(1 + erf(x/sqrt(2)))/2``."""
        return (1 + sp.erf(x / sp.sqrt(2))) / 2

    @staticmethod
    def at_many_digits(x: Any) -> Any:
        """Return the value at an mpmath number."""
        return mpmath.erfc(-x / mpmath.sqrt(2)) / 2

    @classmethod
    def computed(cls, x: sp.Expr) -> sp.Expr:
        """Return ``erfc(-x/sqrt(2))/2``."""
        return Erfc(-x / sp.sqrt(2)) / 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return the density."""
        return NormalPdf(self.args[0])


class AnySlope(_Real):
    r"""The derivative of `AnyActivation`, in derivations that hold for every activation; :math:`\varphi'(x)`."""

    latex_head = r"\varphi'"


class AnyActivation(_Real):
    r"""An activation of which nothing is known but that it has a slope; :math:`\varphi(x)`.

    Examples
    --------
    >>> import sympy as sp
    >>> x, w = sp.symbols("x w", real=True)
    >>> AnyActivation(w * x).diff(x)
    w*AnySlope(w*x)
    """

    latex_head = r"\varphi"

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return the slope."""
        return AnySlope(self.args[0])


class Magnitude(sp.Abs):
    """An absolute value as it is written: SymPy would look for a sign at once, and again when it is unpickled.

    Examples
    --------
    >>> Magnitude(sp.exp(sp.Symbol("x", real=True))), Magnitude(sp.Integer(-2)).doit()
    (Abs(exp(x)), 2)
    """

    @classmethod
    def eval(cls, arg: sp.Expr) -> None:
        """Leave it as it is."""

    def doit(self, **hints: Any) -> sp.Expr:
        """Return SymPy's absolute value."""
        return sp.Abs(self.args[0].doit(**hints))

    def _printed(self, printer: Any) -> str:
        return str(printer._print(sp.Abs(self.args[0], evaluate=False)))

    _sympystr = _latex = _printed
