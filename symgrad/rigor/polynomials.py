"""Polynomials in words such as ``tanh(x)`` and ``x``: an expression multiplied out, or in irreducible factors.

SymPy expands the arguments of all functions and factors in every word at once. Most equations of this room are linear
in one of their words as soon as the contents are taken out, the greatest common divisors of the coefficients in one
word; then they are irreducible, and nothing remains to be factored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from math import prod
from types import MappingProxyType
from typing import Any

import sympy as sp
from sympy.polys.rings import PolyRing

__all__ = ["factored", "multiplied_out", "words_of"]

_LARGEST_POWER = 16  # of a sum that is multiplied out, to be factored again


def factored(expr: sp.Expr) -> dict[sp.Expr, sp.Rational]:
    """Factor an expression, up to a rational number.

    Parameters
    ----------
    expr : sympy.Expr
        Any.

    Returns
    -------
    dict of sympy.Expr to sympy.Rational
        Factors with their exponents, constants among them.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> factored(2 * x - 2 * x * sp.tanh(x / 2 + 1) ** 2)
    {tanh(x/2 + 1) - 1: 1, tanh(x/2 + 1) + 1: 1, x: 1}
    """
    words = words_of(expr)
    powers = (power for power in expr.atoms(sp.Pow) if _is_whole_power(power) and not power.base.is_Atom)
    large = any(power.exp > _LARGEST_POWER for power in powers)
    if large or sum(isinstance(word, sp.exp) for word in words) > 1 or not all(map(_is_word, words)):
        return dict(_as_power(factor) for factor in sp.Mul.make_args(sp.factor(expr)))
    counts = Counter(_signed(factor) for factor in _irreducible(_written_in(words, expr, {})))
    return {factor.as_expr(): sp.Integer(count) for factor, count in counts.items()}


def _as_power(factor: sp.Expr) -> tuple[sp.Expr, sp.Rational]:
    is_power = isinstance(factor, sp.Pow) and factor.exp.is_Rational
    return (factor.base, factor.exp) if is_power else (factor, sp.S.One)


def words_of(expr: sp.Expr) -> tuple[sp.Expr, ...]:
    """Return what an expression is built from by sums, products and whole powers.

    Parameters
    ----------
    expr : sympy.Expr
        Any.

    Returns
    -------
    tuple of sympy.Expr
        Each word once.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> words_of((1 + sp.tanh(x)) ** 2 / x)
    (1/x, tanh(x))
    """
    if expr.is_Rational:
        return ()
    if isinstance(expr, (sp.Add, sp.Mul)):
        return tuple(dict.fromkeys(word for part in expr.args for word in words_of(part)))
    return words_of(expr.base) if _is_whole_power(expr) else (expr,)


def multiplied_out(expr: sp.Expr, known: Mapping[sp.Expr, sp.Expr] = MappingProxyType({})) -> sp.Expr:
    """Multiply out in the words of an expression, which stay as they are.

    Parameters
    ----------
    expr : sympy.Expr
        Any.
    known : mapping of sympy.Expr to sympy.Expr, optional
        Words to be replaced; SymPy asks many questions when it puts sums into powers.

    Returns
    -------
    sympy.Expr
        A sum of products of words: as SymPy expands it, in a fraction of the time.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> multiplied_out((1 + sp.exp(x * (1 + x))) ** 2)
    exp(2*x*(x + 1)) + 2*exp(x*(x + 1)) + 1
    """
    words = dict.fromkeys(inner for word in words_of(expr) for inner in words_of(known.get(word, word)))
    return _written_in(tuple(words), expr, known).as_expr() if words else expr.xreplace(known)


def _written_in(words: tuple[sp.Expr, ...], expr: sp.Expr, known: Mapping[sp.Expr, sp.Expr]) -> Any:
    ring = PolyRing(words, sp.QQ)
    places = dict(zip(words, ring.gens, strict=True))
    places |= {word: _polynomial(other, places, ring) for word, other in known.items()}
    return _polynomial(expr, places, ring)


def _is_whole_power(expr: sp.Expr) -> bool:
    return isinstance(expr, sp.Pow) and bool(expr.exp.is_Integer and expr.exp > 0)


def _is_word(expr: sp.Expr) -> bool:
    """Say whether a word is independent of others: a root and a reciprocal are not, nor are several exponentials."""
    return bool(expr.is_Symbol or not expr.free_symbols or (isinstance(expr, sp.Function) and len(expr.args) == 1))


def _polynomial(expr: sp.Expr, words: dict[sp.Expr, Any], ring: PolyRing) -> Any:
    if expr.is_Rational:
        return ring(sp.QQ(int(expr.p), int(expr.q)))
    if expr in words:
        return words[expr]
    if isinstance(expr, sp.Pow):
        return _polynomial(expr.base, words, ring) ** int(expr.exp)
    parts = [_polynomial(part, words, ring) for part in expr.args]
    return sum(parts, ring.zero) if isinstance(expr, sp.Add) else prod(parts, start=ring.one)


def _irreducible(polynomial: Any) -> Iterator[Any]:
    """Yield the irreducible factors of a polynomial, as often as they divide it; without numbers."""
    if polynomial.is_ground:
        return
    degrees = polynomial.degrees()
    for index, degree in enumerate(degrees):
        content = _content(polynomial, index) if degree > 0 else polynomial.ring.one
        if not content.is_ground:
            yield from _irreducible(content)
            yield from _irreducible(polynomial.quo(content))
            return
    if 1 in degrees:  # linear in a word, without content there: irreducible
        yield polynomial
    else:
        yield from (factor for factor, count in polynomial.factor_list()[1] for _ in range(count))


def _content(polynomial: Any, index: int) -> Any:
    """Return the greatest common divisor of the coefficients in one word."""
    ring, coefficients = polynomial.ring, dict[int, Any]()
    for monomial, number in polynomial.terms():
        rest = (*monomial[:index], 0, *monomial[index + 1 :])
        coefficients.setdefault(monomial[index], ring.zero)[rest] = number
    content = ring.zero
    for coefficient in sorted(coefficients.values(), key=len):
        content = coefficient.gcd(content)
        if content.is_ground:
            return ring.one
    return content


def _signed(factor: Any) -> Any:
    """Return a factor with whole coefficients that have no common divisor, the first one positive."""
    _, primitive = factor.clear_denoms()[1].primitive()
    return primitive if primitive.LC > 0 else -primitive
