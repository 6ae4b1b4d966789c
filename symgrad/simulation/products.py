"""Products: the weights of a layer times a vector, and their transposed, compiled."""

from __future__ import annotations

from typing import Any

from .compilations import inlined, pasted, reordered
from .entries import NORMAL, fill_entries
from .normals import aligned, fill
from .streams import Purpose
from .wirings import Array, Memory, Wiring

__all__ = ["add_product", "add_rows", "panel", "times", "transposed_times"]

_WEIGHTS = int(Purpose.WEIGHTS)


@pasted
def panel(wiring: Wiring, memory: Memory, seed: int, trial: int, layer: int, first: int, rows: int) -> Array:
    """Return some rows of the weights, before they are scaled: given, kept from an earlier pass, or drawn."""
    width = wiring.widths[layer - 1]
    begin, size, at = first * width, rows * width, wiring.weights_at[layer - 1]
    if at >= 0:
        return wiring.given[at + begin : at + begin + size]
    start = memory.stack_at[layer - 1] + (begin if memory.kept else 0)
    if not (memory.kept and memory.filled[layer - 1]):
        drawn = memory.stack[start : start + aligned(size)]
        if wiring.entry_laws[layer - 1] == NORMAL:
            fill(drawn, seed, begin, layer, trial, _WEIGHTS)
        else:
            law, truncation = wiring.entry_laws[layer - 1], wiring.truncations[layer - 1]
            shape = wiring.widths[layer], width
            fill_entries(drawn, law, truncation, shape, seed, begin, layer, trial, _WEIGHTS)
    return memory.stack[start : start + size]


@pasted
def times(wiring: Wiring, memory: Memory, seed: int, trial: int, layer: int, vector: Array, out: Array) -> None:
    """Set ``out`` to the weights times a vector."""
    width, height, rows = wiring.widths[layer - 1], wiring.widths[layer], wiring.panels[layer - 1]
    for first in range(0, height, rows):
        count = min(rows, height - first)
        drawn = panel(wiring, memory, seed, trial, layer, first, count)
        for row in range(count):
            total = _product(drawn[row * width : (row + 1) * width], vector)
            out[first + row] = wiring.weight_scales[layer - 1] * total
    memory.filled[layer - 1] = True


@pasted
def transposed_times(
    wiring: Wiring, memory: Memory, seed: int, trial: int, layer: int, vector: Array, out: Array
) -> None:
    """Set ``out`` to the transposed weights, before they are scaled, times a vector."""
    width, height, rows = wiring.widths[layer - 1], wiring.widths[layer], wiring.panels[layer - 1]
    for unit in range(width):
        out[unit] = 0.0
    for first in range(0, height, rows):
        count = min(rows, height - first)
        drawn = panel(wiring, memory, seed, trial, layer, first, count)
        add_rows(out[:width], vector[first : first + count], drawn)
    memory.filled[layer - 1] = True


@reordered
def _product(row: Array, vector: Array) -> Any:
    total = row[0] * vector[0]
    for unit in range(1, row.size):
        total += row[unit] * vector[unit]
    return total


@pasted
def add_product(out: Any, matrix: Any, rows: Array) -> None:
    """Add a matrix times rows, one behind the other, to a matrix: two of its rows at a time, as read rows are reused."""
    size, whole = out.shape[1], matrix.shape[1] // 4 * 4
    for i in range(0, out.shape[0] - 1, 2):
        for k in range(0, whole, 4):
            _add_four_to_two(out[i], out[i + 1], matrix[i, k : k + 4], matrix[i + 1, k : k + 4], rows[k * size :])
        for j in range(i, i + 2):
            add_rows(out[j], matrix[j, whole:], rows[whole * size :])
    if out.shape[0] % 2:
        add_rows(out[-1], matrix[-1], rows)


@inlined
def add_rows(out: Array, factors: Array, rows: Array) -> None:
    """Add multiples of rows, one behind the other, to a row; by fours, so that it is read and written less often."""
    size, whole = out.size, factors.size // 4 * 4
    for row in range(0, whole, 4):
        _add_four(out, factors[row : row + 4], rows[row * size :])
    for row in range(whole, factors.size):
        for unit in range(size):
            out[unit] += factors[row] * rows[row * size + unit]


@reordered
def _add_four(out: Array, f: Array, rows: Array) -> None:
    n, (f0, f1, f2, f3) = out.size, (f[0], f[1], f[2], f[3])
    a, b, c, d = rows[:n], rows[n : 2 * n], rows[2 * n : 3 * n], rows[3 * n : 4 * n]
    for i in range(n):
        out[i] += (f0 * a[i] + f1 * b[i]) + (f2 * c[i] + f3 * d[i])


@reordered
def _add_four_to_two(first: Array, second: Array, f: Array, g: Array, rows: Array) -> None:
    n, (f0, f1, f2, f3), (g0, g1, g2, g3) = first.size, (f[0], f[1], f[2], f[3]), (g[0], g[1], g[2], g[3])
    a, b, c, d = rows[:n], rows[n : 2 * n], rows[2 * n : 3 * n], rows[3 * n : 4 * n]
    for i in range(n):
        first[i] += (f0 * a[i] + f1 * b[i]) + (f2 * c[i] + f3 * d[i])
        second[i] += (g0 * a[i] + g1 * b[i]) + (g2 * c[i] + g3 * d[i])
