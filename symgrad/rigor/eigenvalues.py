"""Moduli of the eigenvalues of a matrix of floats, from its characteristic polynomial in whole numbers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from flint import fmpz_mat

from .enclosures import Enclosure, enclosure_of
from .precisions import bits_for, working_precision

__all__ = ["eigenvalue_moduli"]

_DIGITS = 20


def eigenvalue_moduli(matrix: npt.NDArray[np.float64]) -> tuple[Enclosure, ...]:
    """Enclose the moduli of all eigenvalues, with their multiplicities, the largest first.

    Parameters
    ----------
    matrix : (n, n) float64
        Finite.

    Returns
    -------
    tuple of Enclosure
        The k-th of them holds the k-th largest modulus of the very matrix that the floats are.

    Raises
    ------
    ValueError
        If the matrix is not square or an entry is not finite.

    Notes
    -----
    Floats are whole numbers over a power of two, and so the characteristic polynomial is exact; its square-free parts have
    simple roots, which Arb isolates. So a defective matrix is no harder than others. About the fourth power of the width:
    a second at 100.

    Examples
    --------
    >>> [each.lower for each in eigenvalue_moduli(np.array([[8.0, -8.0], [8.0, -8.0]]))]
    [0, 0]
    >>> [round(float(each), 12) for each in eigenvalue_moduli(np.array([[0.0, 4.0], [-1.0, 0.0]]))]
    [2.0, 2.0]
    """
    matrix = np.asarray(matrix, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"a matrix of shape {matrix.shape} has no eigenvalues; give a square one")
    if not np.isfinite(matrix).all():
        raise ValueError("a matrix with an entry that is not finite has no eigenvalues")
    exact = [[Fraction(float(entry)) for entry in row] for row in matrix]
    scale = max((entry.denominator for row in exact for entry in row), default=1)  # powers of two
    polynomial = fmpz_mat(len(exact), len(exact), [int(entry * scale) for row in exact for entry in row]).charpoly()
    with working_precision(bits_for(_DIGITS)):
        roots = cast("list[tuple[Any, int]]", polynomial.complex_roots())  # its stub leaves multiplicities out
        moduli = [abs(root) / scale for root, times in roots for _ in range(times)]
        found = [enclosure_of(each, _DIGITS, "isolated roots of the characteristic polynomial") for each in moduli]
    # The k-th largest of some numbers lies between the k-th largest of their lower and that of their upper ends.
    lower, upper = (sorted((getattr(each, end) for each in found), reverse=True) for end in ("lower", "upper"))
    return tuple(replace(each, lower=low, upper=high) for each, low, high in zip(found, lower, upper, strict=True))
