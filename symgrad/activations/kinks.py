"""Kinks: the analytic pieces of an activation, its derivatives, and the points where something jumps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import sympy as sp

from ..claims import symbol
from ..rigor import limit_at
from ..rigor.derivatives import derivative
from ..rigor.pieces import Piece, pieces, value_at
from .errors import CannotDerive
from .gluings import breakpoints, glue, merge, same, transform

__all__ = ["Jump", "Shape", "end_value", "jumps", "poles", "shape"]

X = symbol("x")
Pairs = tuple[tuple[sp.Expr, sp.Expr], ...]


@dataclass(frozen=True)
class Jump:
    """A point at which the two sides differ.

    Parameters
    ----------
    point : sympy.Expr
        Where.
    left, right : sympy.Expr
        The one-sided values.
    """

    point: sp.Expr
    left: sp.Expr
    right: sp.Expr


def end_value(expr: sp.Expr, point: sp.Expr, side: int) -> sp.Expr:
    """Return what an analytic piece tends to at one of its ends: from the left (-1) or from the right (1).

    Parameters
    ----------
    expr : sympy.Expr
        In the symbol x.
    point : sympy.Expr
        The end.
    side : {-1, 1}
        On which side of it the piece lies.

    Returns
    -------
    sympy.Expr
        Possibly infinite.

    Examples
    --------
    >>> end_value(1 / sp.sqrt(X), sp.S.Zero, 1)
    oo
    """
    value = expr.subs(X, point)
    if value.free_symbols or value.is_finite:
        return value
    return limit_at(expr.subs(X, point + side / X), X, sp.oo)


def poles(sides: tuple[Piece, ...]) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    """Return the finite ends at which a piece tends to infinity, each with the infinity."""
    ends = ((piece.expr, end, side) for piece in sides for end, side in ((piece.lower, 1), (piece.upper, -1)))
    found = ((end, end_value(expr, end, side)) for expr, end, side in ends if end.is_finite)
    return tuple(dict.fromkeys((end, value) for end, value in found if value.is_infinite))


def jumps(sides: tuple[Piece, ...]) -> tuple[Jump, ...]:
    """Return the points where neighbouring pieces do not meet, from left to right."""
    found = []
    for left, right in pairwise(sides):
        ends = end_value(left.expr, left.upper, -1), end_value(right.expr, left.upper, 1)
        if not same(*ends):
            found.append(Jump(left.upper, *ends))
    return tuple(found)


def _left_value(piece: Piece) -> sp.Expr:
    """Return the value at the upper end of a piece; what it tends to where the formula is undetermined there."""
    value = piece.expr.subs(X, piece.upper)
    return end_value(piece.expr, piece.upper, -1) if value is sp.nan else value


def _differentiated(expr: sp.Expr) -> sp.Expr:
    """Differentiate, and put what is a fraction of polynomials over one denominator if that is shorter."""
    slope = derivative(expr, X)
    if not slope.is_rational_function(X):
        return slope
    return min((slope, sp.factor(slope)), key=lambda e: e.count_ops())


@dataclass(frozen=True)
class Shape:
    """A function split into analytic pieces, with its first two derivatives.

    Parameters
    ----------
    values : tuple of Piece
        Of the function, from left to right.
    at_breaks : tuple of (sympy.Expr, sympy.Expr)
        The value at each point between two pieces.
    """

    values: tuple[Piece, ...]
    at_breaks: Pairs

    @cached_property
    def slopes(self) -> tuple[Piece, ...]:
        """Pieces of the first derivative."""
        return merge(transform(self.values, _differentiated))

    @cached_property
    def curvatures(self) -> tuple[Piece, ...]:
        """Pieces of the second derivative."""
        return merge(transform(self.slopes, _differentiated))

    @cached_property
    def kinks(self) -> tuple[sp.Expr, ...]:
        """The points without a derivative: the function or its slope jumps."""
        points = {jump.point for jump in (*jumps(self.values), *jumps(self.slopes))}
        return tuple(point for point in breakpoints(self.values) if point in points)

    @property
    def expression(self) -> sp.Expr:
        """The function as one expression."""
        return glue(self.values, dict(self.at_breaks))

    def derivative(self, kink_slopes: Pairs) -> sp.Expr:
        """Return the derivative as one expression, with declared slopes at the kinks.

        Parameters
        ----------
        kink_slopes : tuple of (sympy.Expr, sympy.Expr)
            Points and slopes.

        Returns
        -------
        sympy.Expr
            A Piecewise, or one analytic expression.
        """
        left = {piece.upper: _left_value(piece) for piece in self.slopes[:-1]}
        return glue(self.slopes, {**left, **dict(kink_slopes)})

    def second_derivative(self) -> sp.Expr:
        """Return the second derivative as one expression, with its left value at the breaks."""
        left = {piece.upper: _left_value(piece) for piece in self.curvatures[:-1]}
        return glue(self.curvatures, left)

    def default_slopes(self) -> Pairs:
        """Return each kink with the slope of the side that its value belongs to, the left one where both agree."""
        return tuple((left.upper, self._default_slope(left, right)) for left, right in self._kinked())

    def _kinked(self) -> list[tuple[Piece, Piece]]:
        return [(left, right) for left, right in pairwise(self.values) if left.upper in self.kinks]

    def _default_slope(self, left: Piece, right: Piece) -> sp.Expr:
        point = left.upper
        for side in (left, right):
            slope = sp.diff(side.expr, X).subs(X, point)
            if same(side.expr.subs(X, point), dict(self.at_breaks)[point]) and (slope.is_finite or slope.free_symbols):
                return slope
        return sp.S.Zero  # a value of its own is a constant there


@lru_cache(maxsize=512)
def shape(expression: sp.Expr) -> Shape:
    """Split a function into its analytic pieces.

    Parameters
    ----------
    expression : sympy.Expr
        In the symbol x.

    Returns
    -------
    Shape
        Of the function.

    Examples
    --------
    >>> shape(sp.Max(-1, sp.Min(X, 1))).kinks
    (-1, 1)
    """
    if expression.free_symbols - {X}:
        return _symbolic_shape(expression)
    sides = merge(pieces(expression, X))
    return Shape(sides, tuple((point, value_at(expression, X, point)) for point in breakpoints(sides)))


def _symbolic_shape(expression: sp.Expr) -> Shape:
    """Read the pieces off the branches, ``x <= c`` or ``x < c`` from left to right: parameters hide any other order."""
    if not isinstance(expression, sp.Piecewise):
        if expression.has(sp.Piecewise, sp.Abs, sp.Max, sp.Min, sp.sign):
            raise CannotDerive(f"where {expression} changes its formula depends on its parameters; give them values")
        return Shape((Piece(-sp.oo, sp.oo, expression),), ())
    sides, at_breaks, lower = [], [], -sp.oo
    for branch, condition in expression.args:
        upper = sp.oo if condition == sp.true else condition.gts
        sides.append(Piece(lower, upper, branch))
        if condition != sp.true:
            belongs = branch if isinstance(condition, sp.Le | sp.Ge) else expression.args[len(sides)].expr
            at_breaks.append((upper, belongs.subs(X, upper)))
        lower = upper
    return Shape(tuple(sides), tuple(at_breaks))
