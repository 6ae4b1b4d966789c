"""Scalings: norms of vectors and powers of two, so that no depth takes a number out of the range of a float."""

from __future__ import annotations

import math

from .compilations import inlined
from .wirings import Array

__all__ = ["is_finite", "largest", "log_norm", "log_scaled", "settle"]


@inlined
def largest(vector: Array) -> float:
    """Return the largest absolute value."""
    found = 0.0
    for unit in range(vector.size):
        found = max(found, abs(vector[unit]))
    return found


@inlined
def log_norm(vector: Array) -> float:
    """Return the logarithm of the Euclidean norm, ``-inf`` of zero; squares neither overflow nor vanish."""
    peak, total = largest(vector), 0.0
    if peak == 0.0:
        return -math.inf
    for unit in range(vector.size):
        part = vector[unit] / peak
        total += part * part
    return math.log(peak) + 0.5 * math.log(total)


@inlined
def log_scaled(vector: Array) -> float:
    """Scale a vector to norm one and return the logarithm of the norm; zero stays zero."""
    peak, total = largest(vector), 0.0
    if peak == 0.0:
        return -math.inf
    for unit in range(vector.size):
        part = vector[unit] / peak
        total += part * part
    root = math.sqrt(total)
    for unit in range(vector.size):
        vector[unit] = vector[unit] / peak / root
    return math.log(peak) + math.log(root)


@inlined
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
