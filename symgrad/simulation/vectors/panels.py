"""Panels: weights that are formed, a few rows at a time, and what is multiplied by them, compiled.

Where memory allows, the panels of all stages are kept for the next pass; else they are drawn again, into the same
scratch: the numbers are the same, since a draw is a function of its place.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..compilations import cached, pasted
from ..randomness.normals import aligned, fill
from ..randomness.streams import Purpose
from ..wiring.accumulations import add_four_to_two, add_rows, product
from ..wiring.entries import NORMAL, fill_entries
from ..wiring.memories import Memory
from ..wiring.wirings import Array, Wiring

__all__ = ["formed_times", "formed_transposed_times", "multiply_matrix", "weights_into"]

Matrix = npt.NDArray[np.float64]

_WEIGHTS = int(Purpose.WEIGHTS)


@pasted
def _panel(wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, first: int, rows: int) -> Array:
    """Return some rows of the weights, before they are scaled: given, kept from an earlier pass, or drawn."""
    width = wiring.widths[stage - 1]
    begin, size, at = first * width, rows * width, wiring.weights_at[stage - 1]
    if at >= 0:
        return wiring.given[at + begin : at + begin + size]
    start = memory.stack_at[stage - 1] + (begin if memory.kept else 0)
    if not (memory.kept and memory.filled[stage - 1]):
        drawn = memory.stack[start : start + aligned(size)]
        if wiring.entry_laws[stage - 1] == NORMAL:
            fill(drawn, seed, begin, stage, trial, _WEIGHTS)
        else:
            law, truncation = wiring.entry_laws[stage - 1], wiring.truncations[stage - 1]
            shape = wiring.widths[stage], width
            fill_entries(drawn, law, truncation, shape, seed, begin, stage, trial, _WEIGHTS)
    return memory.stack[start : start + size]


def formed_times(wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, vector: Array, out: Array) -> None:
    """Set ``out`` to the weights times a vector."""
    width, height, rows = wiring.widths[stage - 1], wiring.widths[stage], wiring.panels[stage - 1]
    for first in range(0, height, rows):
        count = min(rows, height - first)
        drawn = _panel(wiring, memory, seed, trial, stage, first, count)
        for row in range(count):
            total = product(drawn[row * width : (row + 1) * width], vector)
            out[first + row] = wiring.weight_scales[stage - 1] * total
    memory.filled[stage - 1] = True


def formed_transposed_times(
    wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, vector: Array, out: Array
) -> None:
    """Set ``out`` to the transposed weights, before they are scaled, times a vector."""
    width, height, rows = wiring.widths[stage - 1], wiring.widths[stage], wiring.panels[stage - 1]
    for unit in range(width):
        out[unit] = 0.0
    for first in range(0, height, rows):
        count = min(rows, height - first)
        drawn = _panel(wiring, memory, seed, trial, stage, first, count)
        add_rows(out[:width], vector[first : first + count], drawn)
    memory.filled[stage - 1] = True


@cached
def weights_into(wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, out: Array) -> None:
    """Copy the weights of a stage.

    Parameters
    ----------
    wiring, memory, seed, trial : Wiring, Memory, uint64, int
        As for the passes.
    stage : int
        From 1.
    out : (fan_out * fan_in,) of the dtype
        Filled, row by row.
    """
    width, height, rows = wiring.widths[stage - 1], wiring.widths[stage], wiring.panels[stage - 1]
    for first in range(0, height, rows):
        drawn = _panel(wiring, memory, seed, trial, stage, first, min(rows, height - first))
        for place in range(drawn.size):
            out[first * width + place] = wiring.weight_scales[stage - 1] * drawn[place]
    memory.filled[stage - 1] = True


@cached
def multiply_matrix(
    wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, matrix: Matrix, out: Matrix
) -> None:
    """Multiply a matrix by the weights of a stage.

    Parameters
    ----------
    wiring, memory, seed, trial : Wiring, Memory, uint64, int
        As for the passes.
    stage : int
        From 1.
    matrix : (rows, fan_out) float64
        What is multiplied.
    out : (rows, fan_in) float64
        Filled with ``matrix W_layer``.
    """
    width, height, rows = wiring.widths[stage - 1], wiring.widths[stage], wiring.panels[stage - 1]
    for place in range(out.size):
        out.flat[place] = 0.0
    for first in range(0, height, rows):
        count = min(rows, height - first)
        drawn = _panel(wiring, memory, seed, trial, stage, first, count)
        _add_product(out, matrix[:, first : first + count], drawn)
    scale = wiring.weight_scales[stage - 1]
    for i in range(out.shape[0]):
        for j in range(width):
            out[i, j] *= scale
    memory.filled[stage - 1] = True


@pasted
def _add_product(out: Any, matrix: Any, rows: Array) -> None:
    """Add a matrix times rows, one behind the other, to a matrix: two of its rows at a time, as read rows are reused."""
    size, whole = out.shape[1], matrix.shape[1] // 4 * 4
    for i in range(0, out.shape[0] - 1, 2):
        for k in range(0, whole, 4):
            add_four_to_two(out[i], out[i + 1], matrix[i, k : k + 4], matrix[i + 1, k : k + 4], rows[k * size :])
        for j in range(i, i + 2):
            add_rows(out[j], matrix[j, whole:], rows[whole * size :])
    if out.shape[0] % 2:
        add_rows(out[-1], matrix[-1], rows)
