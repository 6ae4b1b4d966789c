"""Spectral norms of matrices of floats: a floating-point decomposition, and a proof of how far off it can be."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import sympy as sp
from flint import fmpq, fmpq_mat

from .enclosures import Enclosure
from .errors import CannotEnclose

__all__ = ["determinant", "smallest_singular_value", "spectral_norm"]

_UNIT = 2.0**-53
_UNDERFLOW = 1e-290  # what all underflows together may lose, entries being scaled to size one

_LARGEST_INVERSE = 1 / _UNIT  # entries beyond it would be all rounding, the matrix being scaled to size one


def spectral_norm(matrix: npt.NDArray[np.float64]) -> Enclosure:
    r"""Enclose the largest singular value of a matrix of floats.

    Parameters
    ----------
    matrix : (rows, columns) float64
        Finite.

    Returns
    -------
    Enclosure
        Around the norm of the very matrix that the floats are.

    Raises
    ------
    ValueError
        If an entry is not finite.
    CannotEnclose
        If the decomposition in floating point fails.

    Notes
    -----
    For floats :math:`U,S,V`, whatever they are,
    :math:`\lVert A\rVert\le\lVert U\rVert\,\lVert S\rVert\,\lVert V\rVert+\lVert A-USV^\top\rVert_F`, and
    :math:`\lVert U\rVert^2\le1+\lVert U^\top U-I\rVert_F`. A product of floats with inner dimension k errs by at most
    :math:`\gamma_k=ku/(1-ku)` times the product of the Frobenius norms, in any order of summation (Higham, Accuracy
    and Stability of Numerical Algorithms, 2002, section 3.5; Rump, BIT 51, 2011, for singular values). From below,
    :math:`\lVert A\rVert\ge\lVert Av\rVert/\lVert v\rVert` for the first column of V.

    Examples
    --------
    >>> found = spectral_norm(np.array([[3.0, 0.0], [0.0, 4.0]]))
    >>> found.contains(4), float(found.upper - found.lower) < 1e-12
    (True, True)
    """
    matrix = np.asarray(matrix, dtype=np.float64)  # the bounds below are those of double precision
    if not np.isfinite(matrix).all():
        raise ValueError("a matrix with an entry that is not finite has no spectral norm")
    largest = float(np.max(np.abs(matrix), initial=0.0))
    if largest == 0.0:
        return Enclosure(sp.S.Zero, sp.S.Zero, 15, "exact")
    exponent = math.frexp(largest)[1]
    scaled = np.ldexp(matrix, -exponent)  # exact but for underflow; now the largest entry is between 1/2 and 1
    lower, upper = _bounds(scaled)
    scale = sp.Integer(2) ** exponent
    return Enclosure(_rational(lower) * scale, _rational(upper) * scale, 12, "singular values with a proved residual")


def smallest_singular_value(matrix: npt.NDArray[np.float64]) -> Enclosure:
    r"""Enclose the smallest singular value of a square matrix of floats.

    Parameters
    ----------
    matrix : (size, size) float64
        Finite.

    Returns
    -------
    Enclosure
        Around the smallest singular value of the very matrix that the floats are; it begins at zero where the matrix
        could not be told from a singular one.

    Raises
    ------
    ValueError
        If the matrix is not square, or an entry is not finite.

    Notes
    -----
    For floats :math:`X`, whatever they are, with :math:`\lVert I-XA\rVert_F\le e<1`,
    :math:`\lVert Av\rVert\ge(1-e)\lVert v\rVert/\lVert X\rVert`: an inverse in floating point will do, with the same
    bounds of rounding as for `spectral_norm`. From above, it is the smallest column of what the singular vectors give.

    Examples
    --------
    >>> found = smallest_singular_value(np.array([[3.0, 0.0], [0.0, 4.0]]))
    >>> found.contains(3), float(found.upper - found.lower) < 1e-12
    (True, True)
    """
    matrix = np.asarray(matrix, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(
            f"a matrix of shape {matrix.shape} is not square; the inverse that is bounded needs one that is"
        )
    if not np.isfinite(matrix).all():
        raise ValueError("a matrix with an entry that is not finite has no singular values")
    exponent = math.frexp(float(np.max(np.abs(matrix))))[1]
    scaled = np.ldexp(matrix, -exponent)
    scale = sp.Integer(2) ** exponent
    lower, upper = _smallest_from_below(scaled), _smallest_from_above(scaled)
    return Enclosure(_rational(lower) * scale, _rational(max(upper, lower)) * scale, 12, "a bounded inverse")


def determinant(matrix: npt.NDArray[np.float64]) -> sp.Rational:
    """Return the determinant of a square matrix of floats, exactly.

    Parameters
    ----------
    matrix : (size, size) float64
        Finite.

    Returns
    -------
    sympy.Rational
        Of the very matrix that the floats are. A matrix of size 100 takes a second.

    Raises
    ------
    ValueError
        If the matrix is not square, or an entry is not finite.

    Examples
    --------
    >>> determinant(np.array([[0.5, 1.0], [2.0, 0.25]]))
    -15/8
    """
    matrix = np.asarray(matrix, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"a matrix of shape {matrix.shape} is not square and has no determinant")
    if not np.isfinite(matrix).all():
        raise ValueError("a matrix with an entry that is not finite has no determinant")
    found = fmpq_mat([[fmpq(*float(entry).as_integer_ratio()) for entry in row] for row in matrix]).det()
    return sp.Rational(int(found.p), int(found.q))


def _smallest_from_below(matrix: npt.NDArray[np.float64]) -> float:
    """Return a lower bound of the smallest singular value, zero if an inverse in floating point is none."""
    try:
        inverse = np.asarray(np.linalg.inv(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        return 0.0
    if not np.abs(inverse).max() <= _LARGEST_INVERSE:
        return 0.0
    size = len(matrix)
    error = _gamma(size + 2) * _up(_size(inverse) * _size(matrix), 2)
    defect = _size(np.eye(size) - inverse @ matrix) + error
    return max(0.0, (1 - defect) / _bounds(inverse)[1] * (1 - 8 * _UNIT))


def _smallest_from_above(matrix: npt.NDArray[np.float64]) -> float:
    """Return an upper bound of ``|A v| / |v|`` for what the decomposition says is the least stretched direction."""
    direction = np.linalg.svd(matrix)[2][-1]
    error = _gamma(len(matrix)) * _up(_size(matrix) * _size(direction), 2)
    length = float(np.sqrt(np.sum(direction * direction))) * (1 - _gamma(len(direction) + 2))
    return _up(_size(matrix @ direction) + error, 2) / length * (1 + 4 * _UNIT)


def _bounds(matrix: npt.NDArray[np.float64]) -> tuple[float, float]:
    try:
        left, values, right = np.linalg.svd(matrix, full_matrices=False)
    except np.linalg.LinAlgError as error:
        raise CannotEnclose(f"the singular value decomposition of a {matrix.shape} matrix failed: {error}") from None
    product = (left * values) @ right
    size = _size(left) * float(values[0]) * _size(right)
    residual = _size(matrix - product) + _gamma(len(values) + 2) * size
    stretched = float(values[0]) * _orthonormality(left) * _orthonormality(right.T)
    upper = _up(stretched + residual, 8)
    return _from_below(matrix, right[0]), upper


def _gamma(count: int) -> float:
    return _up(count * _UNIT / (1 - count * _UNIT), 4)


def _size(matrix: npt.NDArray[np.float64]) -> float:
    """Return an upper bound of the Frobenius norm: its computed value errs by at most gamma of the number of entries."""
    return _up(float(np.sqrt(np.sum(matrix * matrix))) * (1 + _gamma(matrix.size + 2)), 4) + _UNDERFLOW


def _orthonormality(columns: npt.NDArray[np.float64]) -> float:
    """Return an upper bound of the norm of a matrix with nearly orthonormal columns."""
    rows, count = columns.shape
    defect = _size(columns.T @ columns - np.eye(count)) + _gamma(rows + 1) * _up(_size(columns) ** 2, 2)
    return _up(math.sqrt(1 + defect), 4)


def _from_below(matrix: npt.NDArray[np.float64], direction: npt.NDArray[np.float64]) -> float:
    """Return a lower bound of ``|A v| / |v|``."""
    rows, columns = matrix.shape
    image = matrix @ direction
    error = _gamma(columns) * _size(matrix) * _size(direction)
    length = float(np.sqrt(np.sum(image * image))) * (1 - _gamma(rows + 2)) - error - _UNDERFLOW
    return max(0.0, length / _size(direction) * (1 - 8 * _UNIT))


def _up(value: float, roundings: int) -> float:
    """Round up what a few operations, each to nearest, may have rounded down."""
    return value * (1 + 2 * roundings * _UNIT)


def _rational(number: float) -> sp.Rational:
    return sp.Rational(*float(number).as_integer_ratio())
