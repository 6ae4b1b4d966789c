"""Contractions: interval Newton, which proves that a box holds exactly one root and then closes in on it."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from flint import arb

from .balls import BALLS, BOXES
from .errors import CannotEnclose
from .intervals import ONE, Interval, greatest
from .jets import taylor_coefficients
from .precisions import working_precision
from .programs import Program

__all__ = ["Isolation", "isolate", "refine"]


@dataclass(frozen=True)
class Isolation:
    """What interval Newton says about a box.

    Parameters
    ----------
    root : Interval or None
        Around the only root, if there is one.
    certain : bool
        Whether existence and uniqueness, or absence, is proved; if not, nothing is known.
    """

    root: Interval | None
    certain: bool


_UNDECIDED = Isolation(None, certain=False)
_ABSENT = Isolation(None, certain=True)


def _image(program: Program, box: Interval, order: int) -> Interval | None:
    """Return the Newton image of a box for the derivative of the given order; None where the slope may vanish."""
    slope: Interval = taylor_coefficients(program, BOXES, box, order + 1)[-1]
    if slope.sign == 0 or not box.is_finite:
        return None
    middle = box.midpoint()
    value = taylor_coefficients(program, BALLS, middle, order)[-1]
    # The k-th coefficient is f^(k)/k!, so its slope is k + 1 times the next one.
    factor = BOXES.constant(sp.Rational(1, order + 1))
    return Interval(middle, middle) - Interval.ball(value) * slope.reciprocal() * factor


def isolate(program: Program, box: Interval, order: int = 0) -> Isolation:
    """Decide whether a derivative has a root in a box, and whether it is the only one.

    Parameters
    ----------
    program : Program
        A function of one argument.
    box : Interval
        Finite.
    order : int, optional
        Which derivative; 0 is the function itself.

    Returns
    -------
    Isolation
        The root, its absence, or neither.
    """
    image = _image(program, box, order)
    if image is None:
        return _UNDECIDED
    if not image.meets(box):
        return _ABSENT
    if box.lo < image.lo and image.hi < box.hi:
        return Isolation(image, certain=True)
    return _UNDECIDED


def refine(program: Program, root: Interval, bits: int, order: int = 0) -> Interval:
    """Close in on the only root of a derivative in a box.

    Parameters
    ----------
    program : Program
        A function of one argument.
    root : Interval
        Holds exactly one root, with a slope that does not vanish.
    bits : int
        Wanted accuracy, relative to the larger of the root and one.
    order : int, optional
        Which derivative.

    Returns
    -------
    Interval
        Around the same root.

    Raises
    ------
    CannotEnclose
        If the box does not shrink.
    """
    precision = max(64, bits + 32)
    while True:
        with working_precision(precision):
            root, shrunk = _shrunk(program, root, bits, order)
        if _accuracy(root) >= bits:
            return root
        if not shrunk and precision > 16 * bits + 1024:
            raise CannotEnclose(f"the root in {root} cannot be refined to {bits} bits")
        precision = min(2 * precision, 16 * bits + 2048)


def _shrunk(program: Program, root: Interval, bits: int, order: int) -> tuple[Interval, bool]:
    """Contract as long as each step at least halves the box and more is wanted: around 0 a box can shrink for ever."""
    ever = False
    while _accuracy(root) < bits:
        image = _image(program, root, order)
        if image is None:
            return root, ever
        smaller = image.intersection(root)
        if not (smaller.width() * 2 < root.width()):
            smaller = _halved(program, smaller, order)
        if not (smaller.width() * 2 <= root.width()):
            return smaller, ever
        root, ever = smaller, True
    return root, ever


def _halved(program: Program, root: Interval, order: int) -> Interval:
    """Keep the half in which a monotone function changes its sign: Newton is slow where the slope varies a lot."""
    slope: Interval = taylor_coefficients(program, BOXES, root, order + 1)[-1]
    middle = root.midpoint()
    value = Interval.ball(taylor_coefficients(program, BALLS, middle, order)[-1])
    side = value.sign * slope.sign
    if side == 0:
        return root
    return Interval(root.lo, middle) if side > 0 else Interval(middle, root.hi)


def _accuracy(root: Interval) -> int:
    """Return how many bits of a root are known, relative to the larger of the root and one."""
    with working_precision(64):
        width = root.width()
        if width == 0:
            return 2**30
        scale = greatest([root.magnitude(), ONE])
        return int(float((scale / width).log() / arb.const_log2()))
