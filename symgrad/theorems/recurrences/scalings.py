"""Diagonal scalings: in which units recurrent weights stretch least, sought in floats and certified afterwards."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import sympy as sp

from ...claims import Norm
from ...networks import GivenWeights, Recurrence
from ...rigor import spectral_norm
from ..rates import given_norm
from .rates import largest_slope, recurrent_law

__all__ = ["diagonal_scaling", "spectral_radius_of_absolutes"]

Floats = npt.NDArray[np.float64]

# Shares of the mean weight that are added everywhere before the eigenvectors are taken, which makes them positive: the
# less, the smaller the norm, and the larger the price.
_SHARES = (1.0, 0.1, 0.01, 1e-4, 1e-8)
_ROUNDING = sp.Rational(1, 2**50)  # a product and a quotient for each entry, and what bounds their norm


def diagonal_scaling(network: Recurrence) -> tuple[sp.Expr, sp.Expr]:
    """Return the price of a diagonal scaling and the spectral norm of the scaled weights, or a number just above it.

    Of a few scalings the one that gives the smallest bound at the number of steps of the network.
    """
    law, steps, slope = recurrent_law(network), network.steps, float(largest_slope(network))
    if not isinstance(law, GivenWeights):
        raise ValueError(f"the weights of {network} are not given; there is nothing to scale")
    count = int(steps) if steps.is_Integer else 1000  # a symbol stands for a long sequence
    found = _candidates(law)
    return min(found, key=lambda each: np.log(float(each[0])) + count * np.log(max(slope * float(each[1]), 1e-300)))


@cache
def _candidates(law: GivenWeights) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    scalings = [_scaling(law.array, share) for share in _SHARES] if law.array.any() else []
    return ((sp.S.One, given_norm(law, Norm.SPECTRAL)), *(_certified(law.array, each) for each in scalings))


def _scaling(matrix: Floats, share: float) -> Floats:
    """Return the roots of left over right eigenvectors of the absolute values, for the eigenvalue that is the radius."""
    sizes = np.abs(matrix) / np.abs(matrix).mean() + share
    left, right = (_positive_eigenvector(each) for each in (sizes.T, sizes))
    return np.asarray(np.sqrt(left / right), dtype=np.float64)


def _positive_eigenvector(matrix: Floats) -> Floats:
    """Return the eigenvector of the largest eigenvalue of a positive matrix, which is positive."""
    values, vectors = np.linalg.eig(matrix)
    vector = np.abs(vectors[:, np.argmax(values.real)])
    return np.asarray(np.maximum(vector / vector.max(), 1e-100), dtype=np.float64)


def _certified(matrix: Floats, scaling: Floats) -> tuple[sp.Expr, sp.Expr]:
    """Whatever the scaling is, its price is a fraction, and rounding is added to the norm."""
    scaled = matrix * scaling[:, None] / scaling[None, :]
    largest, smallest = (sp.Rational(*float(end).as_integer_ratio()) for end in (scaling.max(), scaling.min()))
    rounding = _ROUNDING * given_norm(GivenWeights(scaled), Norm.FROBENIUS)
    return largest / smallest, spectral_norm(scaled).upper + sp.Rational(str(sp.N(rounding, 5))) * 2


def spectral_radius_of_absolutes(matrix: npt.ArrayLike) -> float:
    """Return the largest absolute eigenvalue of the absolute values of a square matrix, in floating point.

    Parameters
    ----------
    matrix : (size, size) array_like
        Of real numbers.

    Returns
    -------
    float
        Times the largest slope, below one it is enough for vanishing.

    Raises
    ------
    ValueError
        If the matrix is not square.

    Examples
    --------
    >>> spectral_radius_of_absolutes([[0.5, 3.0], [0.0, 0.25]])
    0.5
    """
    array = np.asarray(matrix, dtype=np.float64)
    if array.ndim != 2 or array.shape[0] != array.shape[1]:
        raise ValueError(
            f"a matrix of shape {array.shape} has no eigenvalues and so no spectral radius; give a square one, or ask "
            "for its singular values"
        )
    return float(np.abs(np.linalg.eigvals(np.abs(array))).max())
