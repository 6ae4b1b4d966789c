"""Scalings: norms of vectors and powers of two, so that no depth takes a number out of the range of a float."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ..compilations import inlined, reordered, unordered

__all__ = ["copy", "is_finite", "largest", "log_norm", "log_scaled", "settle", "shifted", "towards_one"]

Array = npt.NDArray[np.floating]

_FARTHEST = -4096  # further down than any double
_LOWEST = -1000  # binary exponents below have inverses that overflow


@unordered
def largest(vector: Array) -> Any:
    """Return the largest absolute value; any number if there is one that is none."""
    found = abs(vector[0])
    for unit in range(1, vector.size):
        size = abs(vector[unit])
        found = max(found, size)
    return found


@reordered
def _squares(vector: Array, scale: float) -> Any:
    total = 0.0
    for unit in range(vector.size):
        part = vector[unit] * scale
        total += part * part
    return total


@inlined
def towards_one(peak: float) -> float:
    """Return a power of two that makes the largest entry of the order of one: so squares neither overflow nor vanish."""
    return math.ldexp(1.0, -max(math.frexp(peak)[1], _LOWEST))


@inlined
def log_norm(vector: Array) -> float:
    """Return the logarithm of the Euclidean norm, ``-inf`` of zero."""
    peak = np.float64(largest(vector))
    if peak == 0.0:
        return -math.inf
    scale = towards_one(peak)
    return 0.5 * math.log(_squares(vector, scale)) - math.log(scale)


@inlined
def log_scaled(vector: Array) -> float:
    """Scale a vector to norm one and return the logarithm of the norm; zero stays zero."""
    peak = np.float64(largest(vector))
    if peak == 0.0:
        return -math.inf
    scale = towards_one(peak)
    root = math.sqrt(_squares(vector, scale))
    shrink = 1.0 / root
    for unit in range(vector.size):
        vector[unit] = vector[unit] * scale * shrink  # two factors, as their product may overflow
    return math.log(root) - math.log(scale)


@reordered
def is_finite(vector: Array) -> bool:
    """Say whether no entry is infinite or nan."""
    total = 0.0
    for unit in range(vector.size):
        total += vector[unit] - vector[unit]
    return total == 0.0


@inlined
def settle(inputs: Array, exponent: int, near: bool, far: bool, reach: int) -> int:
    """Scale inputs, which stand for ``2**exponent`` times themselves, to where the activation can be evaluated.

    Parameters
    ----------
    inputs : (units,) of the dtype
        Scaled in place.
    exponent : int
        Their binary exponent.
    near, far : bool
        Whether the activation is a multiple of its argument, on each side, for tiny and for huge arguments: it may
        then be evaluated where arguments are ordinary numbers, and its values stand for multiples as well.
    reach : int
        Binary exponent of the arguments that count as huge; minus that of tiny ones.

    Returns
    -------
    int
        The exponent that is left, 0 between tiny and huge.

    Notes
    -----
    Only the largest input decides. One that is so much smaller that it would be evaluated elsewhere contributes less
    than ``2**-reach`` of the whole.
    """
    peak = largest(inputs)
    size = exponent + math.frexp(peak)[1] if peak > 0.0 else 0
    target = 0
    if far and size > reach:
        target = size - reach
    if near and size < -reach:
        target = size + reach
    if target != exponent:
        for unit in range(inputs.size):
            inputs[unit] = math.ldexp(inputs[unit], exponent - target)
    return target


@inlined
def shifted(number: float, power: int) -> float:
    """Return a number times a power of two that is not positive, however small; the machine counts in few bits."""
    return math.ldexp(number, max(power, _FARTHEST))


@inlined
def copy(source: Array, out: Array, size: int) -> None:
    """Set the first entries of a vector to those of another."""
    for unit in range(size):
        out[unit] = source[unit]
