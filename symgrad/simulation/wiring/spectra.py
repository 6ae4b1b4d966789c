"""Spectra: singular values of a matrix and volumes of frames, compiled.

In its own code and not by LAPACK, whose threads and the threads of trials would wait for each other.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ..compilations import cached, inlined, reordered
from .scalings import largest, log_norm, towards_one

_TINY = float(np.finfo(np.float64).tiny)

__all__ = ["add", "dot", "log_norm_of_products", "orthonormalise", "reflect", "singular_value", "spectral_norm"]

Matrix = npt.NDArray[np.float64]


def spectral_norm(matrix: npt.NDArray[np.floating]) -> float:
    """Return the largest singular value; see `singular_value`."""
    return singular_value(matrix, 1)


def singular_value(matrix: npt.NDArray[np.floating], rank: int) -> float:
    """Return a singular value.

    Parameters
    ----------
    matrix : (rows, columns) float64 or float32
        Its largest entry is of the order of one.
    rank : int
        1 for the largest, up to the shorter side of the matrix.

    Returns
    -------
    float
        Off by a few machine epsilons times the root of the width and the largest one, as from LAPACK.

    Notes
    -----
    Householder reflections from both sides make the matrix bidiagonal; twice its diagonals are those of a symmetric
    tridiagonal matrix whose eigenvalues are found by bisection (Golub and Kahan 1965). Costs 8/3 n**3 flops.
    """
    tall = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
    return float(_singular_value(np.array(tall, dtype=np.float64, order="C"), rank))


@cached
def _singular_value(a: Matrix, rank: int) -> float:
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
    return float(_eigenvalue(diagonals[: 2 * columns - 1], rank))


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


@cached
def orthonormalise(frame: Matrix) -> Any:
    """Make the rows of a frame orthonormal, one after the other, and say how far each one was from those before it.

    Parameters
    ----------
    frame : (vectors, size) float64
        Changed in place; independent rows, no more than they have entries.

    Returns
    -------
    (vectors,) float64
        Natural logarithms of the distances, whose product is the volume that the rows spanned; ``-inf`` where a row
        depends on those before it, and from then on, as this ends the work.
    """
    logs = np.full(frame.shape[0], -np.inf)
    for i in range(frame.shape[0]):
        peak = largest(frame[i])
        if peak == 0.0:
            return logs
        scale = towards_one(peak)
        for unit in range(frame.shape[1]):
            frame[i, unit] *= scale
        for _ in range(2):  # what one subtraction leaves of the other rows, the second takes away
            for j in range(i):
                add(frame[i], -dot(frame[i], frame[j]), frame[j])
        square = dot(frame[i], frame[i])
        if not square > 0.0:
            return logs
        length = math.sqrt(square)
        logs[i] = math.log(length) - math.log(scale)
        for unit in range(frame.shape[1]):
            frame[i, unit] /= length
    return logs


@cached
def log_norm_of_products(lefts: Matrix, rights: Matrix) -> Any:
    """Return the logarithm of the Frobenius norm of the sum of outer products ``lefts[i] rights[i].T``.

    Parameters
    ----------
    lefts : (vectors, size) float64
        Changed in place.
    rights : (vectors, other size) float64
        Changed in place.

    Returns
    -------
    float
        ``-inf`` of zero. Off by a few machine epsilons times the sum of the norms of the products, as the sum itself
        would be: its square, summed from inner products, would lose half of the digits where products cancel.

    Notes
    -----
    Rows on the right are made orthonormal one after the other, and the parts that are taken away go over to the left.
    """
    for i in range(rights.shape[0]):
        for _ in range(2):  # what one subtraction leaves of the other rows, the second takes away
            for j in range(i):
                part = dot(rights[i], rights[j])
                add(rights[i], -part, rights[j])
                add(lefts[j], part, lefts[i])
        length = math.sqrt(dot(rights[i], rights[i]))
        inverse = 1.0 / length if length > 0.0 else 0.0
        for unit in range(rights.shape[1]):
            rights[i, unit] *= inverse
        for unit in range(lefts.shape[1]):
            lefts[i, unit] *= length
    return log_norm(lefts.reshape(lefts.size))


@inlined
def _eigenvalue(offdiagonal: Any, rank: int) -> float:
    """Bisect for the eigenvalue of that rank, the largest being the first, of a tridiagonal matrix with a zero diagonal.

    As many lie at ``x`` or above as ``x - T`` has pivots that are not positive (Sylvester's law of inertia). Of such a
    matrix, half of the eigenvalues are not negative.
    """
    low, before, high = 0.0, 0.0, 0.0
    for entry in np.abs(offdiagonal):
        low, high, before = max(low, entry), max(high, before + entry), entry
    low = low if rank == 1 else 0.0
    middle = 0.5 * (low + high)
    while low < middle < high:
        pivot, above = middle, 0
        for entry in offdiagonal:
            if pivot == 0.0:  # the next one is then huge, whatever the sign
                pivot = -_TINY
            pivot = middle - entry * entry / pivot
            above += pivot <= 0.0
            if above == rank:
                break
        low, high = (middle, high) if above == rank else (low, middle)
        middle = 0.5 * (low + high)
    return high
