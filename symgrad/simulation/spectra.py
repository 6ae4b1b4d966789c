"""Spectra: the largest singular value of a matrix, compiled.

In its own code and not by LAPACK, whose threads and the threads of trials would wait for each other.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from .compilations import cached, inlined, reordered

__all__ = ["add", "dot", "reflect", "spectral_norm"]

Matrix = npt.NDArray[np.float64]


def spectral_norm(matrix: npt.NDArray[np.floating]) -> float:
    """Return the largest singular value.

    Parameters
    ----------
    matrix : (rows, columns) float64 or float32
        Its largest entry is of the order of one.

    Returns
    -------
    float
        Off by a few machine epsilons times the root of the width, as from LAPACK.

    Notes
    -----
    Householder reflections from both sides make the matrix bidiagonal; twice its diagonals are those of a symmetric
    tridiagonal matrix whose largest eigenvalue is found by bisection (Golub and Kahan 1965). Costs 8/3 n**3 flops.
    """
    tall = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
    return float(_largest_singular_value(np.array(tall, dtype=np.float64, order="C")))


@cached
def _largest_singular_value(a: Matrix) -> float:
    rows, columns = a.shape
    diagonals = np.zeros(2 * columns)  # of the bidiagonal matrix, in turns: main, upper, main, ...
    left, right, image = np.empty(rows), np.empty(columns), np.empty(columns)
    for k in range(columns):
        for i in range(k, rows):
            left[i] = a[i, k]
        diagonals[2 * k] = reflect(left[k:])
        rest = k + 1
        for j in range(rest, columns):
            image[j] = 0.0
        for i in range(k, rows):
            add(image[rest:], left[i], a[i, rest:])
        add(a[k, rest:], -left[k], image[rest:])
        for j in range(rest, columns):
            right[j] = a[k, j]
        diagonals[2 * k + 1] = reflect(right[rest:])
        for i in range(rest, rows):
            row = a[i, rest:]
            add(row, -left[i], image[rest:])
            add(row, -dot(row, right[rest:]), right[rest:])
    return float(_largest_eigenvalue(diagonals[: 2 * columns - 1]))


@inlined
def reflect(vector: Any) -> float:
    """Turn a vector into that of the reflection, of norm root two, which makes it a multiple of the first unit vector."""
    square = 0.0
    for entry in vector:
        square += entry * entry
    if square == 0.0:
        return 0.0
    image = -math.copysign(math.sqrt(square), vector[0])
    scale = 1.0 / math.sqrt(square - image * vector[0])
    vector[0] -= image
    for i in range(vector.size):
        vector[i] *= scale
    return image


@inlined
def add(out: Any, factor: float, vector: Any) -> None:
    """Add a multiple of a vector to another."""
    for i in range(out.size):
        out[i] += factor * vector[i]


@reordered
def dot(first: Any, second: Any) -> float:
    """Return the inner product of two vectors."""
    total = 0.0
    for i in range(first.size):
        total += first[i] * second[i]
    return total


@inlined
def _largest_eigenvalue(offdiagonal: Any) -> float:
    """Bisect for the largest eigenvalue of a symmetric tridiagonal matrix with a zero diagonal.

    ``x`` lies above it where all pivots of ``x - T`` are positive (Sylvester's law of inertia).
    """
    low, before = 0.0, 0.0
    high = 0.0
    for entry in np.abs(offdiagonal):
        low, high, before = max(low, entry), max(high, before + entry), entry
    middle = 0.5 * (low + high)
    while low < middle < high:
        pivot, above = middle, True
        for entry in offdiagonal:
            pivot = middle - entry * entry / pivot
            if pivot <= 0.0:
                above = False
                break
        low, high = (low, middle) if above else (middle, high)
        middle = 0.5 * (low + high)
    return high
