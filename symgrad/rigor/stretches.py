"""Stretches: what a search has seen of a piece, as the evidence that goes into a certificate."""

from __future__ import annotations

from itertools import pairwise

import sympy as sp

from .balls import constant_ball
from .contenders import Contender
from .enclosures import enclose, rational
from .evidence import Cover, Stretch
from .intervals import Interval
from .pieces import Piece
from .precisions import working_precision
from .reaches import Reach
from .searches import Leaf, Reason, Search

__all__ = ["stretch_of_constant", "stretch_of_search"]

_BITS = 64
_NEAR = sp.Rational(1, 2**27)  # from a flat point: to the fourth power, this is beyond the digits of a certificate


def stretch_of_constant(piece: Piece) -> Stretch:
    """Return the evidence of a piece on which the function is constant; its ends cut the boxes."""
    bounded = not (piece.lower.is_infinite and piece.upper.is_infinite)
    sides = ((-sp.oo, sp.oo),) if bounded else ((-sp.oo, sp.S.Zero), (sp.S.Zero, sp.oo))
    boxes = tuple(Cover(low, high, "constant") for low, high in sides)
    return Stretch(piece.lower, piece.upper, boxes, (piece.expr, piece.expr))


def stretch_of_search(piece: Piece, reaches: tuple[Reach, Reach], search: Search, critical: list[Contender]) -> Stretch:
    """Return the evidence of a piece that was searched.

    Parameters
    ----------
    piece : Piece
        An analytic function.
    reaches : tuple of Reach
        Its ends.
    search : Search
        Between them.
    critical : list of Contender
        The critical points inside the piece that the search has found.

    Returns
    -------
    Stretch
        Tails and boxes together cover the piece.
    """
    boxes = [cover for leaf in search.leaves for cover in _covers(leaf, critical)]
    for reach, end in zip(reaches, (piece.lower, piece.upper), strict=True):
        if reach.reason is not None:
            low, high = sorted((end, rational(reach.stop)))
            boxes.append(Cover(low, high, reach.reason.value))
    left, right = (_limit(reach.contender) for reach in reaches)
    return Stretch(piece.lower, piece.upper, tuple(boxes), (left, right))


def _limit(contender: Contender | None) -> sp.Expr | None:
    """Return what a function tends to at an end; not what it only swings up to."""
    return None if contender is None or contender.turn is not None else contender.value


def _covers(leaf: Leaf, critical: list[Contender]) -> list[Cover]:
    """Return a box as evidence; the only root of the slope may be at an end of the piece, or beyond."""
    low, high = rational(leaf.box.lo), rational(leaf.box.hi)
    if leaf.reason not in (Reason.CRITICAL, Reason.FLAT):
        return [Cover(low, high, leaf.reason.value)]
    with working_precision(_BITS):
        inside = [c for c in critical if leaf.box.meets(Interval.ball(constant_ball(c.place)))]
    if leaf.reason is Reason.FLAT:
        return _flat_covers(low, high, [c.place for c in inside])
    if not inside or not _is_inside(inside[0], leaf.box):
        return [Cover(low, high, "concave")]
    return [Cover(low, high, leaf.reason.value, inside[0].place, inside[0].value)]


def _is_inside(contender: Contender, box: Interval) -> bool:
    with working_precision(_BITS):
        return box.covers(Interval.ball(constant_ball(contender.place)))


def _flat_covers(low: sp.Rational, high: sp.Rational, places: list[sp.Expr]) -> list[Cover]:
    """Return a box with a flat point as three: around the point the function is what it is there, within rounding."""
    near = [min(max(low, enclose(p).midpoint + side * _NEAR), high) for p in places[:1] for side in (-1, 1)]
    ends, claims = [low, *near, high], ("monotone", "below", "monotone")
    return [Cover(a, b, claim) for (a, b), claim in zip(pairwise(ends), claims, strict=False) if a < b]
