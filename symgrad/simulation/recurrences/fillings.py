"""Fillings: blocks of parameters that are drawn in ways of recurrent networks alone, or not drawn at all."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..compilations import inlined, pasted
from ..randomness.counters import philox
from ..randomness.normals import ALIGNMENT
from ..randomness.streams import Purpose

__all__ = [
    "copy_given",
    "fill_chrono",
    "fill_ring",
    "fill_uniform",
    "make_antisymmetric",
    "multiply_by",
    "set_diagonal",
]

_BIASES, _CHRONO, _RING = int(Purpose.BIASES), int(Purpose.CHRONO), int(Purpose.RING)


@inlined
def copy_given(block: Any, given: Any, begin: int, size: int) -> None:
    """Copy what is given from where it begins."""
    for unit in range(size):
        block[unit] = given[begin + unit]


@inlined
def multiply_by(block: Any, scale: float) -> None:
    """Multiply all numbers of a block."""
    for unit in range(block.size):
        block[unit] *= scale


@inlined
def set_diagonal(block: Any, rows: int, value: float) -> None:
    """Make a multiple of the identity."""
    for place in range(rows * rows):
        block[place] = 0.0
    for row in range(rows):
        block[row * rows + row] = value


@inlined
def make_antisymmetric(block: Any, rows: int, scale: float, damping: float) -> None:
    """Keep what is above the diagonal."""
    for i in range(rows):
        block[i * rows + i] = -damping
        for j in range(i + 1, rows):
            block[i * rows + j] *= scale
            block[j * rows + i] = -block[i * rows + j]


@inlined
def _uniform(word: Any) -> float:
    """Return the midpoint of one of 2**32 equal steps from 0 to 1."""
    return (np.float64(word) + 0.5) * 2.0**-32


@pasted
def fill_chrono(block: Any, size: int, sign: float, last: float, seed: int, place: int, trial: int) -> None:
    """Take the logarithms of numbers that are uniform from 1 to the longest memory less one."""
    for begin in range(0, size, ALIGNMENT):
        counter = np.uint64(begin // ALIGNMENT), np.uint64(place), np.uint64(trial), np.uint64(_CHRONO)
        for unit, word in enumerate(philox(*counter, seed)):
            block[begin + unit] = sign * math.log(1.0 + (last - 1.0) * _uniform(word))


@pasted
def fill_uniform(block: Any, size: int, bound: float, terms: float, seed: int, place: int, trial: int) -> None:
    """Take numbers that are uniform from minus the bound to the bound, or sums of two: two words for each unit."""
    for unit in range(size):
        counter = np.uint64(unit), np.uint64(place), np.uint64(trial), np.uint64(_BIASES)
        first, second, _, _ = philox(*counter, seed)
        one, other = 2.0 * _uniform(first) - 1.0, 2.0 * _uniform(second) - 1.0
        block[unit] = bound * (one + other if terms > 1.0 else one)


@pasted
def fill_ring(
    block: Any, size: int, largest: float, smallest: float, is_real: bool, seed: int, place: int, trial: int
) -> None:
    """Take a square of the radius that is uniform between two, and a phase that is: two words for each unit."""
    for unit in range(size):
        counter = np.uint64(unit), np.uint64(place), np.uint64(trial), np.uint64(_RING)
        first, second, _, _ = philox(*counter, seed)
        radius = math.sqrt(smallest**2 + (largest**2 - smallest**2) * _uniform(first))
        angle = 2.0 * math.pi * _uniform(second)
        block[unit] = radius * (math.cos(angle) if is_real else math.sin(angle))
