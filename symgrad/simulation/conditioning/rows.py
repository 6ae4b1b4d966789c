"""Rows: many vectors of one size, one behind the other, times a vector or combined into one, at the speed of memory.

A stretch of units is taken at a time, for all rows, so that what is read again stays in the first-level cache; and four
rows at a time, so that it is read again less often.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..compilations import inlined, reordered
from ..wiring.accumulations import add_rows_apart

__all__ = ["add_dots", "add_rows", "product"]

_STRETCH = 1024  # units; numbers of four rows and of the vector fill a first-level cache of 40 kB or more


@inlined
def add_dots(out: Any, rows: Any, apart: int, vector: Any) -> None:
    """Add the inner product of each row with a vector to a number.

    Parameters
    ----------
    out : (rows,) float64
        Added to.
    rows : (numbers,) array
        A row begins at each multiple of ``apart``.
    apart : int
        At least the size of a row.
    vector : (size,) array
        What is multiplied.
    """
    whole = out.size // 4 * 4
    for begin in range(0, vector.size, _STRETCH):
        piece = vector[begin : begin + _STRETCH]
        for row in range(0, whole, 4):
            a, b, c, d = _four_dots(rows[row * apart + begin :], apart, piece)
            out[row] += a
            out[row + 1] += b
            out[row + 2] += c
            out[row + 3] += d
        for row in range(whole, out.size):
            out[row] += product(rows[row * apart + begin :], piece)


@reordered
def product(row: Any, vector: Any) -> float:
    """Return the inner product of a vector with a row that is as long or longer, summed up in double precision."""
    total = 0.0
    for i in range(vector.size):
        total += np.float64(row[i]) * vector[i]
    return total


@reordered
def _four_dots(rows: Any, apart: int, vector: Any) -> Any:
    n = vector.size
    a, b, c, d = rows[:n], rows[apart : apart + n], rows[2 * apart : 2 * apart + n], rows[3 * apart : 3 * apart + n]
    p, q, r, s = 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        p += np.float64(a[i]) * vector[i]
        q += np.float64(b[i]) * vector[i]
        r += np.float64(c[i]) * vector[i]
        s += np.float64(d[i]) * vector[i]
    return p, q, r, s


@inlined
def add_rows(out: Any, factors: Any, rows: Any, apart: int) -> None:
    """Add a multiple of each row to a vector.

    Parameters
    ----------
    out : (size,) array
        Added to.
    factors : (rows,) array
        The multiples.
    rows : (numbers,) array
        A row begins at each multiple of ``apart``.
    apart : int
        At least the size of a row.
    """
    for begin in range(0, out.size, _STRETCH):
        add_rows_apart(out[begin : begin + _STRETCH], factors, rows[begin:], apart)
