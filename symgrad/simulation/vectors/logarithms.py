"""Logarithms: of norms, of the gap between two directions and of fractions, whatever the size of what is measured."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ...claims import Norm
from ..wiring.spectra import spectral_norm
from ..wiring.wirings import Array

__all__ = ["log_fraction", "log_gap", "log_matrix_norm", "log_vector_norm"]

_LOG2 = math.log(2.0)


def log_matrix_norm(matrix: Array, norm: Norm) -> float:
    """Return the logarithm of a norm, ``-inf`` of zero; scaled first, so that squares neither overflow nor vanish."""
    largest = float(np.max(np.abs(matrix)))
    if largest == 0.0:
        return -np.inf
    return math.log(largest) + math.log(_NORMS[norm](matrix.astype(np.float64) / largest))


# No product of NumPy's: its threads and the threads of trials would wait for each other.
_NORMS: dict[Norm, Callable[[npt.NDArray[np.float64]], float]] = {
    Norm.SPECTRAL: spectral_norm,
    Norm.ONE: lambda matrix: float(np.abs(matrix).sum(axis=0).max()),
    Norm.INF: lambda matrix: float(np.abs(matrix).sum(axis=1).max()),
    Norm.FROBENIUS: lambda matrix: math.sqrt(np.square(matrix).sum()),
}


def log_vector_norm(vector: Array) -> float:
    """Return the logarithm of the Euclidean norm of a vector, ``-inf`` of zero."""
    return log_matrix_norm(vector.reshape(-1, 1), Norm.FROBENIUS)


def log_gap(first: Array, second: Array) -> float:
    """Return the logarithm of one minus the cosine of two vectors; one that is zero counts as orthogonal to all.

    Half the squared distance of the two unit vectors keeps its digits where they almost agree.
    """
    lengths = log_vector_norm(first), log_vector_norm(second)
    if -np.inf in lengths:
        return 0.0
    units = (v / np.float64(np.max(np.abs(v))) for v in (first, second))
    one, two = (v / math.sqrt(np.sum(np.square(v))) for v in units)
    return 2.0 * log_vector_norm(one - two) - _LOG2


def log_fraction(which: npt.NDArray[np.bool_]) -> float:
    """Return the logarithm of the fraction of what is true, ``-inf`` where nothing is."""
    count = np.count_nonzero(which)
    return math.log(count / which.size) if count else -np.inf
