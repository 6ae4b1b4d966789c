"""Operations: one step forward and in reverse, compiled. The reverse goes through the lines backward, one by one.

Nothing here knows a Jacobian: what a line gives back to what it read is all there is.
"""

from __future__ import annotations

from typing import Any

from ..compilations import inlined, pasted, reordered
from ..compiled.blocks import call_block, call_mix
from ..wiring.wirings import Array, Integers
from .wirings import ACTIVATE, COMBINE, MULTIPLY, NONE

__all__ = ["run_step", "run_step_back"]


@pasted
def run_step(operations: Integers, numbers: Array, row: Array) -> None:
    """Work out all lines of a row whose input and old states are there.

    Parameters
    ----------
    operations : (operations, 9) int64
        Of a step; see `RecurrentWiring`.
    numbers : (size,) of the dtype
        Parameters of the step.
    row : (row,) of the dtype
        Filled.
    """
    for index in range(operations.shape[0]):
        kind, target, width = operations[index, 0], operations[index, 1], operations[index, 2]
        if kind == MULTIPLY:
            _multiply(operations[index], numbers, row)
        elif kind == ACTIVATE:
            of, slopes, address = operations[index, 3], operations[index, 4], operations[index, 5]
            call_block(address, row[of:], row[target:], row[slopes:], width)
        elif kind == COMBINE:
            forward, vectors, stride = operations[index, 3], operations[index, 6], operations[index, 7]
            call_mix(forward, row[target:], numbers[vectors:], row[target:], width, stride)


@pasted
def _multiply(operation: Any, numbers: Array, row: Array) -> None:
    target, width, recurrent, source = operation[1], operation[2], operation[3], operation[4]
    inputs, given, columns, bias = operation[5], operation[6], operation[7], operation[8]
    out = row[target : target + width]
    if bias == NONE:
        for unit in range(width):
            out[unit] = 0.0
    else:
        for unit in range(width):
            out[unit] = numbers[bias + unit]
    if recurrent != NONE:
        _add_product(out, numbers[recurrent:], row[source : source + width])
    if inputs != NONE:
        _add_product(out, numbers[inputs:], row[given : given + columns])


@pasted
def run_step_back(operations: Integers, numbers: Array, row: Array, bars: Array) -> None:
    """Give back cotangents from the last line to the first: each line adds to those of what it read.

    Parameters
    ----------
    operations, numbers, row : as for `run_step`
        The row as the step left it.
    bars : (row,) of the dtype
        Those of the new states are there and all else is zero; those of the old states are found.
    """
    for index in range(operations.shape[0] - 1, -1, -1):
        kind, target, width = operations[index, 0], operations[index, 1], operations[index, 2]
        if kind == MULTIPLY:
            _give_back(operations[index], numbers, bars)
        elif kind == ACTIVATE:
            of, slopes = operations[index, 3], operations[index, 4]
            for unit in range(width):
                bars[of + unit] += row[slopes + unit] * bars[target + unit]
        elif kind == COMBINE:
            reverse, vectors, stride = operations[index, 4], operations[index, 6], operations[index, 7]
            call_mix(reverse, row[target:], numbers[vectors:], bars[target:], width, stride)


@pasted
def _give_back(operation: Any, numbers: Array, bars: Array) -> None:
    """Add the transposed matrices times a cotangent; the input of the whole network needs none."""
    target, width, recurrent, source = operation[1], operation[2], operation[3], operation[4]
    inputs, given, columns = operation[5], operation[6], operation[7]
    bar = bars[target : target + width]
    if recurrent != NONE:
        _add_rows(bars[source : source + width], bar, numbers[recurrent:])
    if inputs != NONE and given > 0:
        _add_rows(bars[given : given + columns], bar, numbers[inputs:])


@inlined
def _add_product(out: Any, matrix: Any, vector: Any) -> None:
    """Add a matrix times a vector."""
    size = vector.size
    for row in range(out.size):
        out[row] += _product(matrix[row * size : (row + 1) * size], vector)


@reordered
def _product(row: Any, vector: Any) -> Any:
    total = row[0] * vector[0]
    for unit in range(1, row.size):
        total += row[unit] * vector[unit]
    return total


@inlined
def _add_rows(out: Any, factors: Any, rows: Any) -> None:
    """Add multiples of rows, one behind the other, to a row; by fours, so that it is read and written less often."""
    size, whole = out.size, factors.size // 4 * 4
    for row in range(0, whole, 4):
        _add_four(out, factors[row : row + 4], rows[row * size :])
    for row in range(whole, factors.size):
        for unit in range(size):
            out[unit] += factors[row] * rows[row * size + unit]


@reordered
def _add_four(out: Any, f: Any, rows: Any) -> None:
    n, (f0, f1, f2, f3) = out.size, (f[0], f[1], f[2], f[3])
    a, b, c, d = rows[:n], rows[n : 2 * n], rows[2 * n : 3 * n], rows[3 * n : 4 * n]
    for i in range(n):
        out[i] += (f0 * a[i] + f1 * b[i]) + (f2 * c[i] + f3 * d[i])
