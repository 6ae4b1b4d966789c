"""Computations: words that stand in generated code, for functions of which the usual formula loses digits."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.codegen.cfunctions import hypot

from .definitions import Defined, U, Word

__all__ = ["Erfc", "HypotGap", "HypotSum", "Sech2", "TanhGap"]

_DEEPEST = 21  # at |x| <= 1 Lambert's fraction cut after 19 is off by less than 1e-19


class Erfc(Word):
    r"""The complementary error function :math:`\operatorname{erfc}(x)`, with its argument as it is given.

    SymPy turns ``erfc(-x)`` into ``2 - erfc(x)``, which loses every digit where ``x`` is large.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x")
    >>> sp.pycode(sp.erfc(-x)), sp.pycode(Erfc(-x))
    ('2 - math.erfc(x)', 'math.erfc(-x)')
    """

    @classmethod
    def defined(cls, x: sp.Expr) -> sp.Expr:
        """Return SymPy's function."""
        return sp.erfc(x)

    def _called(self, printer: Any) -> str:
        return str(printer._print(sp.erfc(self.args[0], evaluate=False)))

    _inlined = _called


class Sech2(Word):
    r"""The slope of tanh, :math:`\operatorname{sech}^2 x`; ``1 - tanh(x)**2`` is 0 in floating point from 20 on."""

    @classmethod
    def defined(cls, x: sp.Expr) -> sp.Expr:
        """Return ``sech(x)**2``."""
        return sp.sech(x) ** 2

    @classmethod
    def computed(cls, x: sp.Expr) -> sp.Expr:
        """Return ``4 e/(1 + e)**2`` with ``e = exp(-2|x|)``."""
        small = sp.exp(-2 * sp.Abs(x))
        return 4 * small / (1 + small) ** 2


class TanhGap(Word):
    r"""The difference :math:`x-\tanh x`, about :math:`x^3/3` near zero, where both terms cancel."""

    @classmethod
    def defined(cls, x: sp.Expr) -> sp.Expr:
        """Return ``x - tanh(x)``."""
        return x - sp.tanh(x)

    @classmethod
    def computed(cls, x: sp.Expr) -> sp.Expr:
        """Return Lambert's continued fraction near zero: ``tanh(x) = x/(1 + t)``, ``t = x**2/(3 + x**2/(5 + ...))``."""
        near = sp.Max(-1, sp.Min(x, 1))
        below = sp.Integer(_DEEPEST)
        for odd in range(_DEEPEST - 2, 1, -2):
            below = odd + near**2 / below
        t = near**2 / below
        return sp.Piecewise((near * t / (1 + t), sp.Abs(x) < 1), (x - sp.tanh(x), True))

    def _mpmathcode(self, printer: Any) -> str:
        """More digits may be asked for than the fraction has."""
        return f"({printer._print(self.definition())})"


class HypotSum(Defined):
    r"""The sum :math:`x+\sqrt{x^2+b}`, whose terms cancel on the left; the second argument is ``b > 0``."""

    nargs = 2

    def definition(self) -> sp.Expr:
        """Return ``x + sqrt(x**2 + b)``."""
        x, b = self.args
        return x + sp.sqrt(x**2 + b)

    def call(self) -> tuple[sp.Lambda, sp.Expr]:
        """Return ``b/(sqrt(x**2 + b) - x)`` on the left, and the argument."""
        x, b = self.args
        root = hypot(sp.sqrt(b), U)
        return sp.Lambda(U, sp.Piecewise((b / (root - sp.Min(U, 0)), U < 0), (root + U, True))), x


class HypotGap(Defined):
    r"""The difference :math:`\sqrt{x^2+b}-\sqrt b`, which cancels near zero; the second argument is ``b > 0``."""

    nargs = 2

    def definition(self) -> sp.Expr:
        """Return ``sqrt(x**2 + b) - sqrt(b)``."""
        x, b = self.args
        return sp.sqrt(x**2 + b) - sp.sqrt(b)

    def call(self) -> tuple[sp.Lambda, sp.Expr]:
        """Return ``x**2/(sqrt(x**2 + b) + sqrt(b))`` near zero, where the square cannot overflow, and the argument."""
        x, b = self.args
        rest, size = sp.sqrt(b), sp.Abs(U)
        root, near = hypot(rest, U), sp.Min(size, rest)
        return sp.Lambda(U, sp.Piecewise((near**2 / (root + rest), size <= rest), (root - rest, True))), x
