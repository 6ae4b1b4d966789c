"""Accumulations: multiples of rows that are added up, the inner loops of all products with matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..compilations import inlined, reordered

__all__ = [
    "add_four_products",
    "add_four_to_four",
    "add_four_to_two",
    "add_rows",
    "add_rows_apart",
    "product",
    "products_of_four",
]

Array = npt.NDArray[np.floating]


@reordered
def product(row: Array, vector: Array) -> Any:
    """Return the inner product of two vectors."""
    total = row[0] * vector[0]
    for unit in range(1, row.size):
        total += row[unit] * vector[unit]
    return total


@reordered
def add_four_products(out: Array, rows: Array, vector: Array) -> None:
    """Add to four numbers the inner products of a vector with four rows, one behind the other: it is read once."""
    n = vector.size
    a, b, c, d = rows[:n], rows[n : 2 * n], rows[2 * n : 3 * n], rows[3 * n : 4 * n]
    first, second, third, fourth = out[0], out[1], out[2], out[3]
    for i in range(n):
        first += a[i] * vector[i]
        second += b[i] * vector[i]
        third += c[i] * vector[i]
        fourth += d[i] * vector[i]
    out[0], out[1], out[2], out[3] = first, second, third, fourth


@inlined
def add_rows(out: Array, factors: Array, rows: Array) -> None:
    """Add multiples of rows, one behind the other, to a row; by fours, so that it is read and written less often."""
    add_rows_apart(out, factors, rows, out.size)


@inlined
def add_rows_apart(out: Array, factors: Array, rows: Array, apart: int) -> None:
    """Add multiples of rows, each of which begins at a multiple of ``apart``, to a row; see `add_rows`."""
    size, whole = out.size, factors.size // 4 * 4
    for row in range(0, whole, 4):
        _add_four(out, factors[row : row + 4], rows[row * apart :], apart)
    for row in range(whole, factors.size):
        for unit in range(size):
            out[unit] += factors[row] * rows[row * apart + unit]


@reordered
def _add_four(out: Array, f: Array, rows: Array, apart: int) -> None:
    n, (f0, f1, f2, f3) = out.size, (f[0], f[1], f[2], f[3])
    a, b, c, d = rows[:n], rows[apart : apart + n], rows[2 * apart : 2 * apart + n], rows[3 * apart : 3 * apart + n]
    for i in range(n):
        out[i] += (f0 * a[i] + f1 * b[i]) + (f2 * c[i] + f3 * d[i])


@reordered
def add_four_to_two(first: Array, second: Array, f: Array, g: Array, rows: Array) -> None:
    """Add multiples of four rows, one behind the other, to two rows: what is read is used twice."""
    n, (f0, f1, f2, f3), (g0, g1, g2, g3) = first.size, (f[0], f[1], f[2], f[3]), (g[0], g[1], g[2], g[3])
    a, b, c, d = rows[:n], rows[n : 2 * n], rows[2 * n : 3 * n], rows[3 * n : 4 * n]
    for i in range(n):
        first[i] += (f0 * a[i] + f1 * b[i]) + (f2 * c[i] + f3 * d[i])
        second[i] += (g0 * a[i] + g1 * b[i]) + (g2 * c[i] + g3 * d[i])


@reordered
def add_four_to_four(first: Array, second: Array, third: Array, fourth: Array, factors: Any, rows: Array) -> None:
    """Add multiples of four rows, one behind the other, to four rows; each has its four factors."""
    n, (f, g, h, k) = first.size, factors
    f0, f1, f2, f3, g0, g1, g2, g3 = f[0], f[1], f[2], f[3], g[0], g[1], g[2], g[3]
    h0, h1, h2, h3, k0, k1, k2, k3 = h[0], h[1], h[2], h[3], k[0], k[1], k[2], k[3]
    for i in range(n):
        a, b, c, d = rows[i], rows[n + i], rows[2 * n + i], rows[3 * n + i]
        first[i] += (f0 * a + f1 * b) + (f2 * c + f3 * d)
        second[i] += (g0 * a + g1 * b) + (g2 * c + g3 * d)
        third[i] += (h0 * a + h1 * b) + (h2 * c + h3 * d)
        fourth[i] += (k0 * a + k1 * b) + (k2 * c + k3 * d)


@reordered
def products_of_four(first: Array, second: Array, third: Array, fourth: Array, rows: Array, out: Any) -> None:
    """Set four numbers for each of four vectors to its inner products with four rows, one behind the other."""
    n, (f, g, h, k) = first.size, out
    f0, f1, f2, f3, g0, g1, g2, g3 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    h0, h1, h2, h3, k0, k1, k2, k3 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        a, b, c, d = rows[i], rows[n + i], rows[2 * n + i], rows[3 * n + i]
        w, x, y, z = first[i], second[i], third[i], fourth[i]
        f0, f1, f2, f3 = f0 + w * a, f1 + w * b, f2 + w * c, f3 + w * d
        g0, g1, g2, g3 = g0 + x * a, g1 + x * b, g2 + x * c, g3 + x * d
        h0, h1, h2, h3 = h0 + y * a, h1 + y * b, h2 + y * c, h3 + y * d
        k0, k1, k2, k3 = k0 + z * a, k1 + z * b, k2 + z * c, k3 + z * d
    f[0], f[1], f[2], f[3] = f0, f1, f2, f3
    g[0], g[1], g[2], g[3] = g0, g1, g2, g3
    h[0], h[1], h[2], h[3] = h0, h1, h2, h3
    k[0], k[1], k[2], k[3] = k0, k1, k2, k3
