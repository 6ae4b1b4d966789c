"""Candidates: closed forms that algebra proposes for the zeros of an expression. Balls dispose of them elsewhere.

An equation is factored. A factor that is a polynomial in one word, say in ``Logistic(x)``, is solved for the word by
radicals, and the word for ``x`` by its inverse in the table of primitives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from .identities import tidied
from .polynomials import factored
from .primitives import PRIMITIVES, Y

__all__ = ["Candidate", "factors", "is_mixed", "multiplicities", "proposed_zeros"]

_HIGHEST_DEGREE = 4  # beyond, there are no radicals
_LARGEST_RATE = 16  # of an exponential, so that the polynomials in it stay of a low degree
_LONGEST = 40  # operations beyond which a closed form is no help to anyone


@dataclass(frozen=True)
class Candidate:
    """A proposed zero.

    Parameters
    ----------
    point : sympy.Expr
        The zero.
    word, value : sympy.Expr
        The word that the equation is a polynomial in, and its value there.
    """

    point: sp.Expr
    word: sp.Expr
    value: sp.Expr

    def substituted(self, expr: sp.Expr, x: sp.Symbol) -> sp.Expr:
        """Evaluate an expression at the zero, with the word replaced by its value first."""
        return tidied(expr.subs(self.word, self.value).subs(x, self.point))


@lru_cache(maxsize=1024)
def factors(expr: sp.Expr, x: sp.Symbol) -> tuple[sp.Expr, ...]:
    """Split an equation ``expr = 0`` into factors that depend on ``x``, each without its multiplicity.

    Parameters
    ----------
    expr : sympy.Expr
        The left side.
    x : sympy.Symbol
        The unknown.

    Returns
    -------
    tuple of sympy.Expr
        Their zeros together are those of the expression, and the poles that negative powers make: wherever it may
        change its sign.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> factors(sp.tanh(x) ** 2 - sp.tanh(x) ** 3, x)
    (tanh(x) - 1, tanh(x))
    """
    return tuple(sorted(multiplicities(expr, x), key=sp.default_sort_key))


@lru_cache(maxsize=1024)
def multiplicities(expr: sp.Expr, x: sp.Symbol) -> Mapping[sp.Expr, sp.Rational]:
    """Return the factors of an expression that depend on ``x``, each with its multiplicity; as `factors`."""
    if expr.could_extract_minus_sign():
        return multiplicities(-expr, x)
    light, words = _lightened(expr, x)
    powers = ((factor.xreplace(words), exponent) for factor, exponent in factored(light).items())
    return {base: exponent for base, exponent in powers if x in base.free_symbols}


def _lightened(expr: sp.Expr, x: sp.Symbol) -> tuple[sp.Expr, dict[sp.Expr, sp.Expr]]:
    """Replace exponentials at large rates by words of their own.

    SymPy writes ``exp(1000 x)`` as the thousandth power of ``exp(x)``, and factors polynomials of that degree.
    """
    words = {e: sp.Dummy() for e in expr.atoms(sp.exp) if x in e.free_symbols and not _is_light(e.args[0], x)}
    return expr.xreplace(words), {word: e for e, word in words.items()}


def _is_light(exponent: sp.Expr, x: sp.Symbol) -> bool:
    if not exponent.is_polynomial(x):
        return True
    coefficients = sp.Poly(exponent, x).coeffs()
    return all(not c.is_Rational or max(abs(c.p), c.q) <= _LARGEST_RATE for c in coefficients)


@lru_cache(maxsize=1024)
def proposed_zeros(factor: sp.Expr, x: sp.Symbol) -> tuple[Candidate, ...]:
    """Propose closed forms for the real zeros of a factor.

    Parameters
    ----------
    factor : sympy.Expr
        The left side of ``factor = 0``, one of `factors`: it is not factored again.
    x : sympy.Symbol
        The unknown.

    Returns
    -------
    tuple of Candidate
        None of them is certified, and there may be other zeros.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> [c.point for c in proposed_zeros(sp.tanh(x) ** 2 - sp.Rational(1, 3), x)]
    [log(2 - sqrt(3))/2, log(sqrt(3) + 2)/2]
    """
    if is_mixed(factor, x) or any(not _is_light(e.args[0], x) for e in factor.atoms(sp.exp)):
        return ()
    try:
        polynomial = sp.Poly(factor)
    except sp.PolynomialError:
        return ()
    words = [g for g in polynomial.gens if x in g.free_symbols]
    if len(words) != 1:
        return ()
    polynomial = sp.Poly(factor, words[0])
    if polynomial.degree() > _HIGHEST_DEGREE or x in polynomial.as_expr().subs(words[0], 0).free_symbols:
        return ()
    return tuple(c for value in sp.roots(polynomial) for c in _inverted(words[0], value, x))


def is_mixed(expr: sp.Expr, x: sp.Symbol) -> bool:
    """Say whether ``x`` stands beside functions of ``x``, so that no polynomial in one of them is the expression."""
    applied = [f for f in expr.atoms(sp.Function) if f.has(x)]
    return bool(applied) and bool(expr.xreplace({f: sp.Dummy() for f in applied}).has(x))


def _inverted(word: sp.Expr, value: sp.Expr, x: sp.Symbol) -> list[Candidate]:
    if word == x:
        return [Candidate(value, word, value)] if value.is_real else []
    row = PRIMITIVES.get(type(word))
    if row is None or row.inverse is None or value.is_real is False:
        return []
    slope = sp.diff(word.args[0], x)
    if slope.has(x) or slope.is_zero:
        return []
    offset = word.args[0].subs(x, 0)
    point = tidied((row.inverse.subs(Y, value) - offset) / slope)
    if point.is_real is False or point.has(sp.I, sp.zoo, sp.nan) or point.count_ops() > _LONGEST:
        return []
    return [Candidate(point, word, value)]
