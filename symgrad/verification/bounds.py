"""Bounds as floats: logarithms that stay finite where the number itself would not, and clear words where none exists."""

from __future__ import annotations

import math

import sympy as sp

from ..claims import Claim, log_of, symbol

__all__ = ["log_bound", "number", "with_width"]

_DIGITS = 30  # a float keeps 17 of them


def number(claim: Claim, expr: sp.Expr, what: str) -> float:
    """Return an expression with the values of a claim as a float.

    Parameters
    ----------
    claim : Claim
        Its values are put in.
    expr : sympy.Expr
        A probability, a rate, a parameter.
    what : str
        How a message calls it.

    Returns
    -------
    float
        Correct to rounding.

    Raises
    ------
    ValueError
        If symbols are left, or the number is not real.
    """
    return _float(claim, _filled(claim, expr), what)


def log_bound(claim: Claim) -> float:
    """Return the natural logarithm of the bound of a claim.

    Parameters
    ----------
    claim : Claim
        Its bound, with its values, must be a number that is not negative.

    Returns
    -------
    float
        ``-inf`` for a bound of zero.

    Raises
    ------
    ValueError
        If symbols are left, or the bound is negative: nothing that is measured is.

    Examples
    --------
    >>> from symgrad.claims import Always, Claim, Relation, gradient_norm
    >>> log_bound(Claim.conjecture(gradient_norm(0), Relation.LE, 0, Always()))
    -inf
    """
    log = claim.log
    if log is sp.nan:  # 0**0: the product of no factors, which the logarithm cannot see
        log = log_of(claim.valued())
    if log.has(sp.zoo) or log is -sp.oo:
        return -math.inf
    if claim.valued() is -sp.oo:
        raise _negative(claim, "the bound")
    return math.inf if log is sp.oo else _float(claim, log, "the bound")


def with_width(claim: Claim, width: int) -> Claim:
    """Return the claim at another width; the same one if its bound does not depend on the width."""
    known = claim.bound.free_symbols.union(*(value.free_symbols for _, value in claim.values))
    return claim.subs(width=width) if symbol("width") in known else claim


def _filled(claim: Claim, expr: sp.Expr) -> sp.Expr:
    for _ in range(len(claim.values) + 1):  # a value may itself hold symbols
        expr = sp.sympify(expr, strict=True).xreplace(dict(claim.values))
    return expr


def _float(claim: Claim, expr: sp.Expr, what: str) -> float:
    if expr.free_symbols:
        names = ", ".join(sorted(str(s) for s in expr.free_symbols))
        raise ValueError(f"{what} of {claim.name} still depends on {names}; give values with subs() before trying it")
    value = complex(expr.evalf(_DIGITS))
    if value.imag != 0 or math.isnan(value.real):
        raise _negative(claim, what)
    return value.real


def _negative(claim: Claim, what: str) -> ValueError:
    return ValueError(f"{what} of {claim.name} is {claim.valued()}; what is measured is a real number, never negative")
