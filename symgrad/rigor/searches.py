"""Searches: all roots of a function in a box, by bisection and interval Newton.

A box is dropped when it provably holds nothing of interest, settled when interval Newton isolates its only root, and
cut in two otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from flint import arb

from .balls import BALLS, BOXES
from .contractions import isolate, refine
from .errors import CannotEnclose, Unsettled
from .intervals import Interval
from .jets import taylor_coefficients
from .precisions import working_precision
from .programs import Program

__all__ = ["Found", "Leaf", "Reason", "Search", "halves", "search_maxima", "search_zeros"]

_SEARCH_BITS = (64, 256)
_MOST_BOXES = 4000
_MARGIN = 0.05  # share of its width by which a box is widened, so that a root on its edge lies inside
# Boxes are cut off centre: zeros of symmetric functions would otherwise fall on the cuts again and again.
_CUT = arb(31) / 64


@dataclass(frozen=True)
class Found:
    """One root: a box in which it is the only one, and a smaller one around it."""

    unique_in: Interval
    root: Interval


class Reason(StrEnum):
    """Why a box needs no further search."""

    NONZERO = "nonzero"  # it holds no zero
    BELOW = "below"  # the function stays below a value that it takes elsewhere
    MONOTONE = "monotone"  # its slope does not vanish inside: the maximum is at an end
    CONVEX = "convex"  # so is it here
    CRITICAL = "critical"  # interval Newton has isolated the only root
    FLAT = "flat"  # the only root is a flat point


@dataclass(frozen=True)
class Leaf:
    """A box that needs no further search, and why."""

    box: Interval
    reason: Reason


@dataclass(frozen=True)
class Search:
    """What a search found, how many boxes it took, and those that cover the whole."""

    found: tuple[Found, ...]
    boxes: int
    leaves: tuple[Leaf, ...]


Settle = Callable[[Interval, tuple[Any, ...]], Reason | None]


class FlatPoint(Protocol):
    """A multiple zero of the slope, or of the function, proved by algebra, where interval Newton is at a loss."""

    def ball(self) -> Interval:
        """Enclose the point at the working precision."""

    def rules(self, program: Program, box: Interval) -> bool:
        """Say whether what vanishes at the point surely vanishes nowhere else in a box."""


def search_zeros(program: Program, box: Interval, flats: tuple[FlatPoint, ...] = ()) -> Search:
    """Isolate all zeros of a function in a box; those a little outside may be among them.

    Parameters
    ----------
    program : Program
        A function of one argument.
    box : Interval
        Finite.
    flats : tuple of FlatPoint, optional
        Multiple zeros that are known.

    Returns
    -------
    Search
        Every zero in the box is in one of the roots found, or a multiple one that is known.

    Raises
    ------
    CannotEnclose
        If a zero cannot be isolated: a multiple one, or a function that vanishes on an interval.
    """

    def settle(part: Interval, coefficients: tuple[Any, ...]) -> Reason | None:
        value: Interval = coefficients[0]
        return Reason.NONZERO if value.sign != 0 else _ruled(program, part, flats, Reason.NONZERO)

    return _search(program, box, 0, settle)


def search_maxima(
    program: Program, box: Interval, least: Any, flats: tuple[FlatPoint, ...] = (), most: int = _MOST_BOXES
) -> Search:
    """Isolate all critical points in a box at which a function might have a maximum above a given number.

    Parameters
    ----------
    program : Program
        A function of one argument.
    box : Interval
        Finite.
    least : flint.arb
        A number that the supremum is known to reach; what stays below is not searched.
    flats : tuple of FlatPoint, optional
        Critical points that are known.
    most : int, optional
        Boxes after which the search gives up.

    Returns
    -------
    Search
        Every interior maximum above `least` is at one of the roots found, or at a flat point.

    Raises
    ------
    CannotEnclose
        If a critical point cannot be isolated.
    """
    best = least

    def settle(part: Interval, coefficients: tuple[Any, ...]) -> Reason | None:
        nonlocal best
        value, slope, curvature = coefficients
        if not value.is_finite:
            return None  # there may be a pole in the box, and on both sides of one a slope has the same sign
        if slope.lo >= 0 or slope.hi <= 0:
            return Reason.MONOTONE
        if curvature.lo > 0:
            return Reason.CONVEX
        middle = part.midpoint()
        at_middle = program.run(BALLS, middle)
        best = max(best, at_middle.lower())
        taylor = Interval.ball(at_middle) + slope * (part - Interval(middle, middle))
        if value.hi < best or taylor.hi < best:
            return Reason.BELOW
        return _ruled(program, part, flats, Reason.MONOTONE)

    return _search(program, box, 1, settle, most)


def _ruled(program: Program, part: Interval, flats: tuple[FlatPoint, ...], otherwise: Reason) -> Reason | None:
    """Say what a flat point that rules a box makes of it, according to whether it may lie inside."""
    ruling = next((flat.ball() for flat in flats if flat.rules(program, part)), None)
    return None if ruling is None else Reason.FLAT if part.meets(ruling) else otherwise


def _search(program: Program, whole: Interval, order: int, settle: Settle, most: int = _MOST_BOXES) -> Search:
    """Search at the lowest precision that gives an answer: far from its steep part, 1 - tanh(x)^2 is all cancellation."""
    for bits in _SEARCH_BITS[:-1]:
        try:
            return _search_at(bits, program, whole, order, settle, most)
        except CannotEnclose:
            continue
    return _search_at(_SEARCH_BITS[-1], program, whole, order, settle, most)


def _search_at(bits: int, program: Program, whole: Interval, order: int, settle: Settle, most: int) -> Search:
    waiting, found, leaves, count = [whole], list[Found](), list[Leaf](), 0
    with working_precision(bits):
        while waiting:
            box, count = waiting.pop(), count + 1
            if count > most:
                raise Unsettled(box, f"no answer after {count} boxes; the last one was {box}")
            coefficients = taylor_coefficients(program, BOXES, box, order + 1)
            reason = settle(box, coefficients)
            if reason is not None:
                leaves.append(Leaf(box, reason))
                continue
            if coefficients[-1].sign == 0:  # its slope may vanish, and so it may in a wider box
                waiting += halves(box)
                continue
            wide = box.widened(_MARGIN)
            isolation = isolate(program, wide, order)
            if isolation.root is not None:
                _add(found, Found(wide, isolation.root), program, order)
                leaves.append(Leaf(wide, Reason.CRITICAL))
            elif isolation.certain:
                leaves.append(Leaf(box, Reason.MONOTONE if order else Reason.NONZERO))
            else:
                waiting += halves(box)
    return Search(tuple(found), count, tuple(leaves))


def halves(box: Interval) -> list[Interval]:
    """Cut a box in two.

    Parameters
    ----------
    box : Interval
        Finite.

    Returns
    -------
    list of Interval
        The right part, and the left one; off centre, since zeros of symmetric functions would fall on the cuts.

    Raises
    ------
    Unsettled
        If no number lies between its ends.
    """
    cut = (box.lo + (box.hi - box.lo) * _CUT).mid()
    if not box.lo < cut < box.hi:
        raise Unsettled(box, f"a root near {box} cannot be isolated; it may be a multiple one")
    return [Interval(cut, box.hi), Interval(box.lo, cut)]


def _add(found: list[Found], new: Found, program: Program, order: int) -> None:
    """Add a root unless it is one of those found already."""
    for known in found:
        if new.root.meets(known.root):
            closer = refine(program, new.root, _SEARCH_BITS[0] // 2, order)
            if known.unique_in.covers(closer):
                return
    found.append(new)
