"""Closures: the slope of an activation written in its value, f' = P(f), found by an ansatz and proved by algebra."""

from __future__ import annotations

from functools import lru_cache
from itertools import takewhile
from math import gcd, lcm

import sympy as sp

from ..claims import Relation, Step, Strength, Symbolic, define, symbol
from ..rigor.candidates import is_mixed
from ..rigor.pieces import Piece

__all__ = ["closure", "glued_closure"]

X, S = symbol("x"), symbol("s")
_W = sp.Symbol("w", positive=True)  # stands for exp(r x), r being the rate that measures all others

# The ansatz: a combination of these with rational coefficients.
_BASES = (
    (sp.S.One, S, S**2, S**3),
    (sp.S.One, sp.exp(-S), sp.exp(-2 * S)),
    (sp.S.One, sp.exp(S), sp.exp(2 * S)),
    (sp.S.One, sp.cos(S) ** 2, sp.cos(S) ** 4),
)


@lru_cache(maxsize=256)
def closure(expression: sp.Expr, derivative: sp.Expr) -> sp.Expr | None:
    """Write the slope of an activation in its value.

    Parameters
    ----------
    expression, derivative : sympy.Expr
        The function and its derivative, in the symbol x.

    Returns
    -------
    sympy.Expr or None
        In the symbol s, a polynomial of degree at most 3 in ``s``, or of degree 2 in ``exp(-s)``, ``exp(s)`` or
        ``cos(s)**2``; None if none of these was found. Each one returned is proved.

    Notes
    -----
    The function and its slope are rational functions of ``exp(x)`` or of ``x``; equating coefficients of the ansatz
    gives linear equations.

    Examples
    --------
    >>> closure(sp.tanh(X), 1 - sp.tanh(X) ** 2)
    1 - s**2
    """
    if not derivative.has(X):
        return derivative
    if is_mixed(derivative, X) and not derivative.has(expression):
        return None  # rational neither in x nor in exponentials of it
    closed = derivative.subs(expression, S)
    if not closed.has(X):
        return closed
    unit = _unit(expression)
    slope = _rational(derivative, unit)
    if slope is None:
        return None
    for basis in _BASES:
        written = (_rational(term.subs(S, define(expression)), unit) for term in basis)
        values = list(takewhile(lambda e: e is not None, written))
        found = _combination(slope, values) if len(values) == len(basis) else None
        if found is None:
            continue
        candidate = sp.Add(*(c * term for c, term in zip(found, basis, strict=True)))
        step = Step(derivative, Relation.EQ, candidate.subs(S, expression), "ansatz", Symbolic())
        if step.replay() is Strength.SYMBOLIC:
            return min((candidate, sp.factor(candidate)), key=lambda e: e.count_ops())
    return None


def glued_closure(values: tuple[Piece, ...]) -> sp.Expr | None:
    """Write the slope of a continuous, never falling function in its value, piece by piece.

    Parameters
    ----------
    values : tuple of Piece
        Of the function, from left to right.

    Returns
    -------
    sympy.Expr or None
        A Piecewise in the symbol s, cut at the values that the function has between its pieces; None if a piece has
        no closure.

    Examples
    --------
    >>> left, right = Piece(-sp.oo, sp.S.Zero, sp.exp(X) - 1), Piece(sp.S.Zero, sp.oo, X)
    >>> glued_closure((left, right))
    Piecewise((s + 1, s <= 0), (1, True))
    """
    found = [closure(value.expr, sp.diff(value.expr, X)) for value in values]
    if any(each is None for each in found):
        return None
    cuts = [value.expr.subs(X, value.upper) for value in values[:-1]]
    # Where the right piece is constant, it has the value of the cut all along, and its slope belongs to that value.
    below = [cut > S if not right.expr.has(X) else cut >= S for cut, right in zip(cuts, values[1:], strict=True)]
    return sp.Piecewise(*zip(found[:-1], below, strict=True), (found[-1], True))


def _unit(expression: sp.Expr) -> sp.Expr:
    """Return the largest rate of which the rates of all exponentials are multiples; 1 if there is none."""
    plain = define(expression).rewrite(sp.exp)
    rates = [rate for e in plain.atoms(sp.exp) if not (rate := e.args[0] / X).has(X)]
    ratios = [rate / rates[0] for rate in rates]
    if not rates or not all(ratio.is_Rational for ratio in ratios):
        return sp.S.One
    return abs(rates[0]) * sp.Rational(gcd(*(int(r.p) for r in ratios)), lcm(*(int(r.q) for r in ratios)))


def _rational(expression: sp.Expr, unit: sp.Expr) -> sp.Expr | None:
    """Write an expression as a rational function of w = exp(unit x), or of x; None if it is neither."""
    defined = define(expression)
    if defined.is_rational_function(X):
        return sp.together(defined)
    plain = defined.rewrite(sp.exp)
    inner = plain.replace(lambda e: isinstance(e, sp.exp), lambda e: _as_power(e, unit))
    return sp.together(inner) if inner.is_rational_function(_W) and not inner.has(X) else None


def _as_power(exponential: sp.Expr, unit: sp.Expr) -> sp.Expr:
    rate = exponential.args[0] / (unit * X)
    return _W**rate if rate.is_Integer else exponential


def _combination(target: sp.Expr, terms: list[sp.Expr]) -> list[sp.Expr] | None:
    """Return rational coefficients with which the terms add up to the target, or None."""
    unknowns = sp.symbols(f"a0:{len(terms)}")
    difference = target - sp.Add(*(a * term for a, term in zip(unknowns, terms, strict=True)))
    numerator = sp.numer(sp.together(difference))
    variables = sorted(numerator.free_symbols - set(unknowns), key=str)
    if not variables:
        return [target, *[sp.S.Zero] * (len(terms) - 1)]
    equations = sp.Poly(numerator, *variables).coeffs()
    solutions = sp.linsolve(equations, *unknowns)
    if not solutions:
        return None
    (solution,) = solutions
    values = [value.subs(dict.fromkeys(unknowns, 0)) for value in solution]
    return values if all(value.is_Rational for value in values) else None
