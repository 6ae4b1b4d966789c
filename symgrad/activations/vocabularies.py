"""The vocabulary: the functions that an expression may use, by the names that users write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

from ..claims import Logistic, NormalCdf, NormalPdf, Softplus
from ..claims.bessels import SineIntegral, SphericalBessel

__all__ = ["CONSTANTS", "FUNCTIONS", "HEADS", "Word"]


_LARGEST_FACTORIAL = 200


@dataclass(frozen=True)
class Word:
    """A function of the vocabulary.

    Parameters
    ----------
    build : callable
        Makes the SymPy expression from the arguments.
    arguments : int, default 1
        How many there must be; for ``variadic`` words, how many at least.
    variadic : bool, default False
        Whether more arguments may follow.
    """

    build: Callable[..., sp.Expr]
    arguments: int = 1
    variadic: bool = False

    def accepts(self, count: int) -> bool:
        """Say whether the word takes so many arguments."""
        return count >= self.arguments if self.variadic else count == self.arguments


def _sinc(argument: sp.Expr) -> sp.Expr:
    """Return ``sin(u)/u``, one at zero, as the spherical Bessel function that it is."""
    return SphericalBessel(sp.S.Zero, argument)


def _gamma(argument: sp.Expr) -> sp.Expr:
    _check_factorial(argument)
    return sp.gamma(argument)


def _loggamma(argument: sp.Expr) -> sp.Expr:
    _check_factorial(argument)
    return sp.loggamma(argument)


def _check_factorial(argument: sp.Expr) -> None:
    """Refuse a factorial before SymPy multiplies it out."""
    if argument.is_number and abs(argument.evalf(15)) > _LARGEST_FACTORIAL:
        raise ValueError(f"the gamma function of a number beyond {_LARGEST_FACTORIAL} is too large; use a smaller one")


def _relu(argument: sp.Expr) -> sp.Expr:
    return sp.Max(0, argument)


_LARGEST, _SMALLEST = Word(sp.Max, 2, variadic=True), Word(sp.Min, 2, variadic=True)
_ARCTAN, _ABS = Word(sp.atan), Word(sp.Abs)
_LOGISTIC, _SOFTPLUS, _CDF, _PDF = Word(Logistic), Word(Softplus), Word(NormalCdf), Word(NormalPdf)

FUNCTIONS: dict[str, Word] = {
    **{name: Word(getattr(sp, name)) for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "erf", "erfc", "sign")},
    **{name: Word(getattr(sp, name)) for name in ("sinh", "cosh", "tanh", "asinh")},
    "Si": Word(SineIntegral),
    "sinc": Word(_sinc),
    "besselj": Word(sp.besselj, 2),
    "LambertW": Word(sp.LambertW),
    "lambertw": Word(sp.LambertW),
    "gamma": Word(_gamma),
    "loggamma": Word(_loggamma),
    "arctan": _ARCTAN,
    "atan": _ARCTAN,
    "abs": _ABS,
    "Abs": _ABS,
    "max": _LARGEST,
    "Max": _LARGEST,
    "min": _SMALLEST,
    "Min": _SMALLEST,
    "sigmoid": _LOGISTIC,
    "logistic": _LOGISTIC,
    "Logistic": _LOGISTIC,
    "softplus": _SOFTPLUS,
    "Softplus": _SOFTPLUS,
    "Phi": _CDF,
    "NormalCdf": _CDF,
    "phi": _PDF,
    "NormalPdf": _PDF,
    "relu": Word(_relu),
}

CONSTANTS: dict[str, sp.Expr] = {"pi": sp.pi, "e": sp.E, "E": sp.E}

# What may stand in an expression that comes as a SymPy object: the same functions, and the arithmetic around them.
HEADS: frozenset[type[sp.Basic]] = frozenset(
    {sp.Add, sp.Mul, sp.Pow, sp.Piecewise, sp.Max, sp.Min, sp.Abs, sp.sign, sp.And, sp.Or, sp.Not}
    | {sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.erf, sp.erfc, sp.sinh, sp.cosh, sp.tanh, sp.asinh, sp.atan}
    | {SineIntegral, SphericalBessel, sp.besselj, sp.LambertW, sp.gamma, sp.loggamma, sp.polygamma}
    | {sp.Lt, sp.Le, sp.Gt, sp.Ge, sp.Eq, sp.Ne, Logistic, Softplus, NormalCdf, NormalPdf}
)
