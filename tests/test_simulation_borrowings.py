"""Borrowed arrays: the same memory, whose references are not counted."""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from symgrad.simulation.borrowings import borrowed


class Pair(NamedTuple):
    numbers: npt.NDArray[np.float64]
    factor: float


@njit
def multiply(pair: Pair) -> float:
    pair = borrowed(pair)
    part = pair.numbers[1:]
    for index in range(part.size):
        part[index] *= pair.factor
    return float(part.sum())


def test_what_is_written_to_a_borrowed_array_is_written_to_the_array() -> None:
    numbers = np.array([1.0, 2.0, 3.0])
    before = sys.getrefcount(numbers)
    assert multiply(Pair(numbers, 10.0)) == 50.0
    assert numbers.tolist() == [1.0, 20.0, 30.0]
    assert sys.getrefcount(numbers) == before
