"""Precisions: whether a program in single precision is as good as one in double precision that is rounded at its end.

A formula that cancels, or that leaves the range of single precision on its way to a number within it, is not. That is
found out by comparing both where functions bend, on their tails and at all sizes of an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import numpy.typing as npt

from ..formats import SINGLE

__all__ = ["is_as_good"]

Array = npt.NDArray[np.floating]
Function = Callable[[Array], tuple[Array, Array]]

_ROUNDINGS = 12  # a product of a few functions, each off by up to four, and of as many operations
_SHIFT = 2.0**-10  # relative, of an argument: so small that a function is straight, on its tails too
_STEEPEST = 0.85 * np.finfo(SINGLE.real).maxexp  # binary exponent up to which arguments are compared


@cache
def _points() -> Array:
    sizes = 2.0 ** np.linspace(np.log2(SINGLE.smallest) + 1, _STEEPEST, num=2000)
    half = np.concatenate([sizes, np.linspace(0.0, 128.0, num=8001)])
    return np.concatenate([-half, half]).astype(SINGLE.real)


def is_as_good(single: Function, double: Function, kinks: Iterable[float]) -> bool:
    """Say whether values and slopes differ by no more than a few roundings, of themselves and of their arguments.

    Parameters
    ----------
    single, double : callable
        From arguments to values and slopes, in single and in double precision.
    kinks : iterable of float
        Arguments to compare at, besides.

    Returns
    -------
    bool
        False too if the former is not a number where the latter is.
    """
    points = np.concatenate([_points(), np.array([*kinks], dtype=SINGLE.real)])
    exact = points.astype(np.float64)
    with np.errstate(all="ignore"):
        moved = [double(exact * (1.0 + shift)) for shift in (-_SHIFT, _SHIFT)]
        pairs = zip(single(points), double(exact), *moved, strict=True)
        return all(_is_near(points, *each) for each in pairs)


def _is_near(points: Array, found: Array, true: Array, below: Array, above: Array) -> bool:
    unit = 2.0 ** -(SINGLE.digits + 1)
    change = np.maximum(np.abs(below - true), np.abs(above - true)) / _SHIFT
    budget = unit * (np.abs(true) + change) + SINGLE.smallest * np.maximum(np.abs(points), 1.0)
    is_equal = found == true.astype(SINGLE.real)
    return bool((is_equal | (np.abs(found - true) <= _ROUNDINGS * budget)).all())
