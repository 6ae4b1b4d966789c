"""Checks: what a number or an array of a network must be. Each message says what is wrong, where, and what would work."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from ..claims import exact

__all__ = ["count", "factor", "frozen_array", "keeping", "size", "threshold", "variance"]

Floats = npt.NDArray[np.float64]


def variance(name: str, given: Any) -> sp.Expr:
    """Return a variance or a mean square: a number that is not negative, or a symbol."""
    value = exact(name, given)
    if value.is_real is False or value.is_negative:
        raise ValueError(f"{name} = {given} is out of range; it must be a number that is not negative, or a symbol")
    return value


def threshold(name: str, given: Any) -> sp.Expr:
    """Return a positive real number."""
    value = exact(name, given)
    if not (value.is_number and value.is_positive and value.is_finite):
        raise ValueError(f"{name} = {given} is out of range; it must be a positive number")
    return value


def factor(name: str, given: Any) -> sp.Expr:
    """Return a factor: a finite real number, or a symbol."""
    value = exact(name, given)
    if value.is_real is False or value.is_finite is False:
        raise ValueError(f"{name} is {given}; it must be a finite real number, or a symbol")
    return value


def keeping(name: str, given: Any) -> sp.Expr:
    """Return a probability of being kept: above 0 and at most 1, or a symbol."""
    value = exact(name, given)
    if value.is_real is False or value.is_positive is False or (value - 1).is_positive:
        raise ValueError(f"{name} = {given} is out of range; it must be above 0 and at most 1, or a symbol")
    return value


def size(name: str, given: Any) -> sp.Expr:
    """Return a width: a positive integer, or a symbol."""
    value = exact(name, given)
    if value.is_integer is False or value.is_positive is False:
        raise ValueError(f"{name} is {given}; a width is a positive integer or a symbol")
    return value


def count(name: str, given: Any) -> sp.Expr:
    """Return a number of layers: an integer that is not negative, or a symbol."""
    value = exact(name, given)
    if value.is_integer is False or value.is_negative:
        raise ValueError(f"{name} is {given}; it must be an integer, not negative, or a symbol")
    return value


def frozen_array(name: str, given: Any, dimensions: int) -> Floats:
    """Return a read-only copy of an array, in double precision.

    Parameters
    ----------
    name : str
        What it is, for the messages, in the plural.
    given : array_like
        Real numbers, of any dtype and memory layout; it is left as it is.
    dimensions : int
        Of the array.

    Returns
    -------
    array of float64
        In C order, read-only, and without negative zeros, so that arrays that are equal have equal bytes.

    Raises
    ------
    ValueError
        If it is not an array of finite real numbers of that many dimensions.
    """
    array = _array(name, given)
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{name} have dtype {array.dtype}; give real numbers")
    if array.ndim != dimensions or array.size == 0:
        raise ValueError(f"{name} have shape {array.shape}; give a non-empty {dimensions}-dimensional array")
    with np.errstate(over="ignore"):  # a long double beyond the range of a double is found just below
        copy = np.array(array, dtype=np.float64, order="C") + 0.0
    if not np.isfinite(copy).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(copy))[0])
        raise ValueError(f"{name} contain {array[place]!s} at {place}; every entry must be a finite double")
    copy.setflags(write=False)
    return copy


def _array(name: str, given: Any) -> npt.NDArray[Any]:
    try:
        return np.asarray(given)
    except ValueError:  # rows of unequal length
        raise ValueError(
            f"{name} are not an array, since their rows differ in length; give rows of one length"
        ) from None
