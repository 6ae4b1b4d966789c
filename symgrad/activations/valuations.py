"""Valuations: what a formula is at a number of SymPy, exact, certified to any precision, or the limit at infinity."""

from __future__ import annotations

import sympy as sp
from mpmath.libmp import prec_to_dps

from ..claims import Claim, symbol
from ..rigor import CannotEnclose, enclose
from ..rigor.pieces import value_at

__all__ = ["as_exact", "as_float", "value_of"]

X = symbol("x")


def value_of(formula: sp.Expr, limits: tuple[Claim | None, ...], point: sp.Expr) -> sp.Expr | None:
    """Return what a formula is at a real number.

    Parameters
    ----------
    formula : sympy.Expr
        In the symbol x.
    limits : tuple of Claim or None
        Its limits at ``-oo`` and ``oo`` for an infinite point; else empty.
    point : sympy.Expr
        A real number, or infinite.

    Returns
    -------
    sympy.Expr or None
        Exact at an exact number, a float at a float; None if it is not known.

    Examples
    --------
    >>> value_of(sp.Abs(X) * sp.pi, (), sp.Integer(-2)), value_of(sp.exp(X), (), sp.Float("0.5"))
    (2*pi, 1.64872127070013)
    """
    if limits:
        claim = limits[point == sp.oo]
        return None if claim is None else claim.bound
    floats = point.atoms(sp.Float)
    try:
        value = value_at(formula, X, as_exact(point))
        return as_float(value, max(f._prec for f in floats)) if floats else value
    except (CannotEnclose, ValueError, TypeError):  # complex, or with symbols
        return None


def as_exact(point: sp.Expr) -> sp.Expr:
    """Read each float in a number as the binary fraction that it is."""
    return point.xreplace({number: sp.Rational(number) for number in point.atoms(sp.Float)})


def as_float(value: sp.Expr, precision: int) -> sp.Expr:
    """Return a certified number as a float of so many bits."""
    return sp.Float(enclose(value, prec_to_dps(precision) + 2).midpoint, precision=precision)
