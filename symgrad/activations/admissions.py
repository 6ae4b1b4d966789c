"""Admissions: which SymPy expressions are activations, real and finite on the whole line."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import sympy as sp

from ..claims import symbol
from ..rigor import CannotEnclose, compare, infimum
from ..rigor.pieces import Piece, point_between
from .errors import CannotDerive
from .kinks import end_value
from .vocabularies import HEADS

__all__ = ["admit", "check_real"]

X = symbol("x")
_NUMBERS = (sp.Rational, sp.NumberSymbol)


def admit(expression: sp.Expr, values: Mapping[str, sp.Expr] | None = None) -> tuple[sp.Expr, Mapping[str, sp.Expr]]:
    """Return a SymPy expression in the package's own symbol, with exact numbers, and the values of its parameters.

    Parameters
    ----------
    expression : sympy.Expr
        In one free symbol of any name, and parameters.
    values : mapping of str to sympy.Expr, optional
        Of the parameters, by their names.

    Returns
    -------
    tuple of sympy.Expr and mapping
        In the symbol x; floats are read as the decimals they print as.

    Raises
    ------
    ValueError
        If it has no symbol or several, or a function outside the vocabulary.

    Examples
    --------
    >>> admit(sp.Symbol("t") * 0.5)[0]
    x/2
    """
    given = dict(values or {})
    parameters = [s for s in expression.free_symbols if s.name in given]
    symbols = sorted(expression.free_symbols - set(parameters), key=str)
    if len(symbols) != 1:
        names = " and ".join(str(s) for s in symbols) or "no symbol"
        raise ValueError(f"{expression} has {names}; an activation is an expression in one symbol")
    exact = expression.xreplace({number: sp.Rational(str(number)) for number in expression.atoms(sp.Float)})
    found = exact.xreplace({symbols[0]: X})
    for part in sp.preorder_traversal(found.xreplace(dict.fromkeys(parameters, sp.S.One))):
        _check_head(part)
    return found.subs({s: given[s.name] for s in parameters}), given


def _check_head(part: sp.Basic) -> None:
    known = type(part) in HEADS or isinstance(part, _NUMBERS) or part == X
    if known or isinstance(part, sp.logic.boolalg.BooleanAtom) or type(part).__name__ == "ExprCondPair":
        return
    names = sorted(head.__name__ for head in HEADS)
    near = difflib.get_close_matches(type(part).__name__, names, n=3) or names
    raise ValueError(f"{part} is outside the vocabulary of activations; known are {', '.join(near)}")


def check_real(pieces: tuple[Piece, ...], at_breaks: tuple[tuple[sp.Expr, sp.Expr], ...] = ()) -> None:
    """Refuse a function that is not real and finite on the whole line.

    Parameters
    ----------
    pieces : tuple of Piece
        Of the function. A formula may be undefined at the end of its piece, if it has a finite limit there.
    at_breaks : tuple of (sympy.Expr, sympy.Expr), optional
        Points between the pieces, with the values there.

    Raises
    ------
    ValueError
        If it is not, naming the part of the expression to blame.
    CannotDerive
        If that cannot be decided.
    """
    for piece in pieces:
        if piece.expr.free_symbols - {X}:
            _check_symbolic(piece.expr)
            continue
        if piece.expr is sp.nan:
            ends = f"between {piece.lower} and {piece.upper}"
            raise ValueError(f"the function has no value {ends}; end the Piecewise with (value, True)")
        for part in sp.preorder_traversal(piece.expr):
            _check_part(part, piece)
        for end, side in ((piece.lower, 1), (piece.upper, -1)):
            if end.is_finite:
                _check_value(_end_value(piece.expr, end, side), end)
    for point, value in at_breaks:
        if not value.free_symbols:
            _check_value(value, point)


def _check_symbolic(expr: sp.Expr) -> None:
    if expr.is_extended_real is not True:
        raise CannotDerive(f"it is not known whether {expr} is real for every x; give values to its parameters")


def _end_value(expr: sp.Expr, end: sp.Expr, side: int) -> sp.Expr:
    try:
        return end_value(expr, end, side)
    except CannotEnclose as error:
        raise CannotDerive(f"it is not known whether {expr} stays finite near x = {end}: {error}") from None


def _check_value(value: sp.Expr, point: sp.Expr) -> None:
    if value.has(sp.nan, sp.zoo, sp.oo, -sp.oo) or value.is_real is False:
        raise ValueError(f"the function is {value} near x = {point}; an activation is finite on the whole line")


def _check_part(part: sp.Basic, piece: Piece) -> None:
    if isinstance(part, sp.log):
        _require(part, part.args[0], piece, strictly=True)
    elif isinstance(part, sp.LambertW):
        _require(part, part.args[0] + sp.exp(-1), piece, strictly=True)
    elif isinstance(part, sp.gamma | sp.loggamma):
        _require(part, part.args[0], piece, strictly=True)
    elif isinstance(part, sp.tan):
        _require(part, sp.cos(part.args[0]) ** 2, piece, strictly=True)
    elif isinstance(part, sp.Pow) and part.base.has(X):
        if part.exp.is_integer:
            if part.exp.is_negative:
                _require_nonzero(part, piece)
        else:
            _require(part, part.base, piece, strictly=bool(part.exp.is_negative))


def _require_nonzero(part: sp.Pow, piece: Piece) -> None:
    base = part.base if compare(part.base.subs(X, point_between(piece.lower, piece.upper)), 0) == 1 else -part.base
    _require(part, base, piece, strictly=True, fault=f"{part.base} is zero somewhere")


def _require(part: sp.Basic, inner: sp.Expr, piece: Piece, *, strictly: bool, fault: str = "") -> None:
    """Prove that an inner expression is positive, or not negative, on a piece."""
    if inner.is_positive or (inner.is_nonnegative and not strictly):
        return
    try:
        lowest = infimum(inner, X, (piece.lower, piece.upper))
        sign = compare(lowest.value, 0)
    except CannotEnclose as error:
        raise CannotDerive(f"it is not known whether {part} is real and finite on the whole line: {error}") from None
    ends = {piece.lower, piece.upper}  # they do not belong to the piece; what it tends to there is checked by itself
    if sign == 1 or (sign == 0 and not (strictly and set(lowest.attained_at) - ends)):
        return
    fault = fault or (f"{inner} is not positive everywhere" if strictly else f"{inner} is negative somewhere")
    raise ValueError(
        f"{part} is not real and finite on the whole line: {fault}; an activation is defined for every real x"
    )
