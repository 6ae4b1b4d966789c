r"""Singularities: integrable ones at the end of a piece, as of :math:`1/\sqrt{|x|}` at zero.

With :math:`x=c\pm1/t` the end of the piece is at infinity, where the function has an expansion in powers of t with
enclosed coefficients; so its integral over a small cell is enclosed term by term, or proved to be infinite.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from flint import arb

from .balls import BOXES, constant_ball
from .errors import CannotEnclose, Diverges
from .intervals import ONE, ZERO, Interval
from .monomials import CONSTANT, Monomial, growth
from .pieces import Piece
from .programs import compiled
from .tails import Tail, tail_jet

__all__ = ["cell_width", "end_cell", "far_integral", "is_singular"]

_NEAR = arb(2) ** -12  # a cell in which boxes are narrow enough to tell a singularity
_BITS_PER_DIGIT = 4
_LAST_LOG = 8  # power of a logarithm that is integrated by parts
_TO_SECOND_ORDER = sp.Integer(-2)


def is_singular(part: Piece, x: sp.Symbol, side: int) -> bool:
    """Say whether boxes give no bound of a function next to an end of its piece.

    Parameters
    ----------
    part : Piece
        The function.
    x : sympy.Symbol
        The variable.
    side : {1, -1}
        1 for the lower end, from which the piece goes to the right; -1 for the upper end.

    Returns
    -------
    bool
        False for an infinite end.
    """
    end = part.lower if side > 0 else part.upper
    if end.is_infinite:
        return False
    place = constant_ball(end)
    box = Interval.ball(place.union(place + side * _NEAR))
    return not compiled(part.expr, x).run(BOXES, box).is_finite


def _start(digits: int) -> int:
    return int(2 ** (_BITS_PER_DIGIT * (digits + 6)))


def cell_width(digits: int) -> Any:
    """Return the width of the cell that `end_cell` integrates over."""
    return ONE / _start(digits)


def end_cell(part: Piece, x: sp.Symbol, side: int, digits: int) -> Interval:
    """Integrate a function over a small cell at the end of its piece.

    Parameters
    ----------
    part : Piece
        The function.
    x : sympy.Symbol
        The variable.
    side : {1, -1}
        As for `is_singular`.
    digits : int
        How little the cell is to hold.

    Returns
    -------
    Interval
        Around the integral.

    Raises
    ------
    Diverges
        If the integral is provably infinite.
    CannotEnclose
        If the function has no expansion there.
    """
    end = part.lower if side > 0 else part.upper
    tail = tail_jet(compiled(part.expr.subs(x, end + side / x), x), 1, _start(digits), 0)[0]
    return far_integral(tail, f"{part.expr} towards {end}", Monomial(_TO_SECOND_ORDER))  # dx = -dt/t^2


def far_integral(tail: Tail, words: str, factor: Monomial = CONSTANT) -> Interval:
    """Integrate a tail times a monomial from its start to infinity.

    Parameters
    ----------
    tail : Tail
        The function.
    words : str
        What it is, for the message.
    factor : Monomial, optional
        What it is multiplied by.

    Returns
    -------
    Interval
        Around the integral.

    Raises
    ------
    Diverges
        If the integral is provably infinite.
    CannotEnclose
        If whether it is finite is not decided.
    """
    if tail.terms and not _is_integrable(tail.leading * factor):
        sign = tail.sign()
        if not sign:
            raise CannotEnclose(f"whether the integral of {words} is finite is not decided")
        raise Diverges(sign, f"the integral of {words} is infinite")
    total = Interval(ZERO, ZERO)
    for monomial, coefficient in tail.terms.items():
        total = total + coefficient.box * _beyond(monomial * factor, tail.start)
    return total


def _is_integrable(monomial: Monomial) -> bool:
    return growth(monomial) < 0 if monomial.exponents else bool(monomial.power < -1)


def _beyond(monomial: Monomial, start: int) -> Interval:
    """Enclose the integral of an integrable monomial over ``[start, oo)``."""
    if monomial.exponents or not (monomial.logs.is_Integer and 0 <= monomial.logs <= _LAST_LOG):
        return _bounded(monomial, start)
    point, rate = constant_ball(sp.Integer(start)), constant_ball(-monomial.power - 1)
    total, factor = arb(0), ONE / rate
    for left in range(int(monomial.logs), -1, -1):  # by parts, one logarithm less each time
        total = total + factor * point.log() ** left
        factor = factor * left / rate
    return Interval.ball(total * (-rate * point.log()).exp())


def _bounded(monomial: Monomial, start: int) -> Interval:
    """Bound the integral by the supremum of the monomial times a power that is integrable."""
    share = sp.Rational(1, 2) if monomial.exponents else (-monomial.power - 1) / 2
    most = (monomial * Monomial(1 + share)).box(start).hi
    rate = constant_ball(share)
    bound = most * (-rate * constant_ball(sp.Integer(start)).log()).exp() / rate
    return Interval(ZERO, bound.upper())
