"""Directions: unit vectors, uniform on the sphere, each a pure function of what it is for."""

from __future__ import annotations

import math

import numpy as np

from ..compilations import cached, pasted
from ..randomness.normals import aligned, fill
from ..wiring.scalings import log_scaled
from ..wiring.wirings import Array, Floats

__all__ = ["at_cosine", "direction", "direction_into"]


@cached
def direction_into(out: Array, size: int, seed: int, layer: int, trial: int, purpose: int) -> None:
    """Draw a unit vector, uniform on the sphere.

    Parameters
    ----------
    out : (at least size, in whole blocks) of the dtype
        Its first entries are filled.
    size : int
        Of the vector.
    seed, layer, trial, purpose : int
        What it is for.
    """
    direction(out, size, seed, layer, trial, purpose)


@pasted
def direction(out: Array, size: int, seed: int, layer: int, trial: int, purpose: int) -> None:
    """Draw a unit vector inside compiled code; see `direction_into`."""
    fill(out[: aligned(size)], seed, 0, layer, trial, purpose)
    log_scaled(out[:size])


def at_cosine(overlap: float, first: Floats, other: Floats) -> Floats:
    """Turn a unit vector towards another one until its cosine with itself is the overlap; the opposite one at -1.

    Examples
    --------
    >>> at_cosine(0.6, np.array([1.0, 0.0]), np.array([0.6, 0.8]))
    array([0.6, 0.8])
    """
    if abs(overlap) == 1.0:
        return overlap * first
    if first.size == 1:
        raise ValueError(f"overlap = {overlap:g} of two inputs of width 1; it is 1 or -1 there")
    across = other - np.sum(first * other) * first
    return overlap * first + math.sqrt(1.0 - overlap**2) * across / math.sqrt(np.sum(across**2))
