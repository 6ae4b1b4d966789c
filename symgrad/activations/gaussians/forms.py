"""Forms: closed forms as a person would write them, roots joined, each function with one factor."""

from __future__ import annotations

from collections import defaultdict

import sympy as sp
from sympy.utilities.iterables import sift

from .terms import multiplied_out

__all__ = ["with_settled_arguments", "written"]

_HALF = sp.Rational(1, 2)


def written(expr: sp.Expr) -> sp.Expr:
    """Join roots, and collect the factor of each function.

    Parameters
    ----------
    expr : sympy.Expr
        In positive symbols under roots.

    Returns
    -------
    sympy.Expr
        The same number, as a rule in a shorter form.

    Examples
    --------
    >>> a, b = sp.symbols("a b", positive=True)
    >>> written(a * sp.exp(b) / (a + b) + b * sp.exp(b) / (a + b))
    exp(b)
    """
    factors: dict[sp.Expr, sp.Expr] = defaultdict(lambda: sp.S.Zero)
    for summand in sp.Add.make_args(multiplied_out(with_settled_arguments(expr))):
        word, factor = _apart(summand)
        factors[word] += factor
    return sp.Add(*(word * sp.factor(factor) for word, factor in factors.items()))


def with_settled_arguments(expr: sp.Expr) -> sp.Expr:
    """Return the same number, with the arguments of functions multiplied out or with their roots joined."""
    return expr.replace(lambda e: isinstance(e, sp.Function), lambda e: e.func(*(_settled(a) for a in e.args)))


def _apart(summand: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Split a product into functions and square roots, and what is rational."""
    words, rest = sift(sp.Mul.make_args(summand), lambda f: bool(f.atoms(sp.Function)), binary=True)
    exponent = _settled(sp.Add(*(word.args[0] for word in words if isinstance(word, sp.exp))))
    others = (word for word in words if not isinstance(word, sp.exp))
    roots, rational = sift(rest, _is_root, binary=True)
    whole = (root.base ** (root.exp - _HALF * sp.sign(root.exp)) for root in roots)
    half = sp.Mul(*(sp.Pow(root.base, _HALF * sp.sign(root.exp)) for root in roots))
    return sp.Mul(*others) * sp.exp(exponent) * _join(half), sp.Mul(*rational, *whole)


def _settled(argument: sp.Expr) -> sp.Expr:
    """Write the argument of a function: multiplied out if that is a polynomial, else with its roots joined."""
    joined = _joined(sp.cancel(argument) if not argument.has(sp.sqrt) else argument)
    return sp.expand(joined) if joined.is_polynomial(*joined.free_symbols) else joined


def _joined(expr: sp.Expr) -> sp.Expr:
    """Put square roots that are multiplied under one root."""
    return expr.replace(lambda e: e.is_Mul or e.is_Pow, _join)


def _join(product: sp.Expr) -> sp.Expr:
    roots, others = sift(sp.Mul.make_args(product), _is_root, binary=True)
    if not roots:
        return product
    above, below = sp.fraction(sp.factor(sp.cancel(sp.Mul(*(root.base ** (2 * root.exp) for root in roots)))))
    return sp.Mul(*others) * sp.sqrt(above) / sp.sqrt(below)


def _is_root(factor: sp.Expr) -> bool:
    return bool(
        factor.is_Pow and not factor.is_number and (2 * factor.exp).is_Integer and factor.exp.is_Integer is False
    )
