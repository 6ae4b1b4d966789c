"""Proofs of an extremum that need no numbers.

A slope that is a quadratic polynomial in the value is bounded by completing the square. A slope that is constant on
each piece is bounded by the largest of the constants.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from ..claims import Relation, Step, Strength, Symbolic, define, symbol
from ..rigor import CannotEnclose, compare, isolate_roots
from ..rigor.pieces import Piece, point_between
from .derivations import equality
from .extrema import Extreme

__all__ = ["by_pieces", "by_square", "nonnegativity", "vanishing_infimum"]

X, S = symbol("x"), symbol("s")


def by_square(value: sp.Expr, slope: sp.Expr, closure: sp.Expr | None) -> Extreme | None:
    """Bound a slope from above by completing the square in the value.

    Parameters
    ----------
    value, slope : sympy.Expr
        The activation and its derivative, in the symbol x.
    closure : sympy.Expr or None
        The slope in the value, in the symbol s.

    Returns
    -------
    Extreme or None
        None if the slope is not a downward parabola in the value, or its vertex is not taken.
    """
    if closure is None or not closure.is_polynomial(S) or sp.degree(closure, S) != 2:
        return None
    leading, linear, _ = sp.Poly(closure, S).all_coeffs()
    vertex = -linear / (2 * leading)
    place = _preimage(value, vertex)
    if place is None or not leading.is_negative:
        return None
    top = closure.subs(S, vertex)
    square = top + leading * (value - vertex) ** 2
    steps = [
        *_restated(slope, closure.subs(S, value), "the slope in terms of the value"),
        *_restated(closure.subs(S, value), square, "complete the square"),
        Step(square, Relation.LE, top, "a square is not negative", Symbolic()),
        equality(sp.Subs(slope, X, place), top, f"attained where the value is {vertex}, at x = {place}"),
    ]
    return Extreme(top, (place,), (), tuple(steps))


def _restated(before: sp.Expr, after: sp.Expr, reason: str) -> tuple[Step, ...]:
    return () if before == after else (equality(before, after, reason),)


def _preimage(value: sp.Expr, wanted: sp.Expr) -> sp.Expr | None:
    """Return a point at which a function takes a value."""
    if compare(value.subs(X, 0), wanted) == 0:
        return sp.S.Zero
    try:
        roots = isolate_roots(value - wanted, X)
    except CannotEnclose:
        return None
    return roots[0].value if roots else None


def by_pieces(slope: sp.Expr, pieces: tuple[Piece, ...], *, sign: int) -> Extreme | None:
    """Bound a slope that is constant on each piece.

    Parameters
    ----------
    slope : sympy.Expr
        As one expression.
    pieces : tuple of Piece
        Of the slope, from left to right.
    sign : {1, -1}
        1 for the supremum, -1 for the infimum.

    Returns
    -------
    Extreme or None
        None if a piece is not constant.
    """
    if any(piece.expr.has(X) for piece in pieces):
        return None
    best = pieces[0]
    for piece in pieces[1:]:
        best = piece if compare(sign * piece.expr, sign * best.expr) == 1 else best
    reaching = [piece for piece in pieces if compare(piece.expr, best.expr) == 0]
    attained = tuple(sp.Interval.open(piece.lower, piece.upper) for piece in reaching)
    relation = Relation.LE if sign == 1 else Relation.GE
    inner = point_between(best.lower, best.upper)
    steps = (
        Step(slope, relation, best.expr, "compare the constants of the pieces", Symbolic()),
        equality(sp.Subs(slope, X, inner), best.expr, f"attained on a whole interval, for instance at x = {inner}"),
    )
    return Extreme(best.expr, attained, (), steps)


def nonnegativity(slope: sp.Expr, derivation: tuple[Step, ...]) -> tuple[Step, ...] | None:
    """Prove by algebra that a slope is not negative.

    Parameters
    ----------
    slope : sympy.Expr
        In the symbol x.
    derivation : tuple of Step
        Of the slope; one of its forms may show its sign.

    Returns
    -------
    tuple of Step or None
        Ends with ``0``; None if no form of the slope shows its sign.
    """
    for form in _forms(slope, derivation):
        step = Step(form, Relation.GE, sp.S.Zero, "every factor is positive", Symbolic())
        if form.is_nonnegative and step.replay() is Strength.SYMBOLIC:
            return (*_restated(slope, form, "as derived above"), step)
    return None


def _forms(slope: sp.Expr, derivation: tuple[Step, ...]) -> Iterator[sp.Expr]:
    """Yield ways to write a slope, the shortest derivation back first."""
    for form in (slope, *(step.after for step in reversed(derivation))):
        yield form
        if form.has(sp.tanh):
            yield sp.expand(form.replace(_is_squared_tanh, _by_cosh))


def _is_squared_tanh(expr: sp.Basic) -> bool:
    return isinstance(expr, sp.Pow) and expr.exp == 2 and isinstance(expr.base, sp.tanh)


def _by_cosh(square: sp.Expr) -> sp.Expr:
    """Write ``tanh(u)^2`` as ``1 - 1/cosh(u)^2``, which shows the sign of the derivative of tanh."""
    return 1 - 1 / sp.cosh(square.base.args[0]) ** 2


def vanishing_infimum(slope: sp.Expr, derivation: tuple[Step, ...], limits: dict[sp.Expr, sp.Expr]) -> Extreme | None:
    """Prove that the infimum of a positive slope is zero, approached at infinity.

    Parameters
    ----------
    slope : sympy.Expr
        In the symbol x.
    derivation : tuple of Step
        Of the slope.
    limits : dict of sympy.Expr to sympy.Expr
        The limits of the slope at ``-oo`` and ``oo``, as far as known.

    Returns
    -------
    Extreme or None
        None if the slope does not vanish at infinity, or is not evidently positive.
    """
    places = tuple(point for point, limit in limits.items() if limit == 0)
    signs = nonnegativity(slope, derivation) if places else None
    if signs is None:
        return None
    form = signs[-1].before
    last = equality(sp.Limit(define(form), X, places[0]), sp.S.Zero, f"approached as x tends to {places[0]}")
    return Extreme(sp.S.Zero, (), places, (*signs, last)) if form.is_positive and last.replay() else None
