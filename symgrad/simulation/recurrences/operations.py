"""Operations: one step forward, in reverse and along tangents, compiled.

The reverse goes through the lines backward, one by one. Nothing here knows a Jacobian: what a line gives back to what it
read is all there is. Several cotangents or tangents go through a step together, so that matrices are read less often.
"""

from __future__ import annotations

from typing import Any

from ..compilations import inlined, pasted
from ..compiled.blocks import call_block, call_mix
from ..wiring.accumulations import add_four_products, add_four_to_four, add_rows, product
from ..wiring.wirings import Array, Integers
from .mixes import FORWARD, REVERSE, TANGENT
from .wirings import ACTIVATE, COMBINE, MULTIPLY, NONE

__all__ = ["run_step", "run_step_along", "run_step_back"]


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
            address, loop = operations[index, 3], operations[index, 4]
            vectors, stride = operations[index, 5], operations[index, 6]
            call_mix(address, loop + FORWARD, row[target:], numbers[vectors:], row[target:], width, stride)


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


@inlined
def _add_product(out: Any, matrix: Any, vector: Any) -> None:
    """Add a matrix times a vector."""
    size, whole = vector.size, out.size // 4 * 4
    for row in range(0, whole, 4):
        add_four_products(out[row : row + 4], matrix[row * size :], vector)
    for row in range(whole, out.size):
        out[row] += product(matrix[row * size : (row + 1) * size], vector)


@pasted
def run_step_back(operations: Integers, numbers: Array, row: Array, bars: Array, count: int) -> None:
    """Give back cotangents from the last line to the first: each line adds to those of what it read.

    Parameters
    ----------
    operations, numbers, row : as for `run_step`
        The row as the step left it.
    bars : (count * row,) of the dtype
        Those of the new states are there and all else is zero; those of the old states are found.
    count : int
        How many go together.
    """
    for index in range(operations.shape[0] - 1, -1, -1):
        kind, target, width = operations[index, 0], operations[index, 1], operations[index, 2]
        if kind == MULTIPLY:
            recurrent, source, inputs = operations[index, 3], operations[index, 4], operations[index, 5]
            given, columns = operations[index, 6], operations[index, 7]
            if recurrent != NONE:
                _add_images(bars, row.size, count, target, width, source, width, numbers[recurrent:])
            if inputs != NONE and given > 0:  # the input of the whole network needs none
                _add_images(bars, row.size, count, target, width, given, columns, numbers[inputs:])
        elif kind == ACTIVATE:
            of, slopes = operations[index, 3], operations[index, 4]
            for begin in range(0, bars.size, row.size):
                for unit in range(width):
                    bars[begin + of + unit] += row[slopes + unit] * bars[begin + target + unit]
        elif kind == COMBINE:
            address, loop = operations[index, 3], operations[index, 4]
            vectors, stride = operations[index, 5], operations[index, 6]
            for begin in range(target, bars.size, row.size):
                call_mix(address, loop + REVERSE, row[target:], numbers[vectors:], bars[begin:], width, stride)


@pasted
def run_step_along(operations: Integers, numbers: Array, turned: Array, row: Array, bars: Array, count: int) -> None:
    """Push tangents from the first line to the last.

    Parameters
    ----------
    operations, numbers, row : as for `run_step`
        The row as the step left it.
    turned : (size,) of the dtype
        The parameters, each matrix transposed.
    bars : (count * row,) of the dtype
        Those of the old states are there; all others are found.
    count : int
        How many go together.
    """
    for index in range(operations.shape[0]):
        kind, target, width = operations[index, 0], operations[index, 1], operations[index, 2]
        if kind == MULTIPLY:
            recurrent, source, inputs = operations[index, 3], operations[index, 4], operations[index, 5]
            given, columns = operations[index, 6], operations[index, 7]
            for begin in range(target, bars.size, row.size):
                for unit in range(width):
                    bars[begin + unit] = 0.0
            if recurrent != NONE:
                _add_images(bars, row.size, count, source, width, target, width, turned[recurrent:])
            if inputs != NONE and given > 0:  # that of the whole network stays as it is
                _add_images(bars, row.size, count, given, columns, target, width, turned[inputs:])
        elif kind == ACTIVATE:
            of, slopes = operations[index, 3], operations[index, 4]
            for begin in range(0, bars.size, row.size):
                for unit in range(width):
                    bars[begin + target + unit] = row[slopes + unit] * bars[begin + of + unit]
        elif kind == COMBINE:
            address, loop = operations[index, 3], operations[index, 4]
            vectors, stride = operations[index, 5], operations[index, 6]
            for begin in range(target, bars.size, row.size):
                call_mix(address, loop + TANGENT, row[target:], numbers[vectors:], bars[begin:], width, stride)


@pasted
def _add_images(
    bars: Array, size: int, count: int, source: int, rows: int, target: int, columns: int, matrix: Array
) -> None:
    """Add vectors times a matrix, whose rows stand one behind the other, to others; four vectors at a time."""
    whole, fours = rows // 4 * 4, count // 4 * 4
    for each in range(0, fours, 4):
        begin = each * size
        o, p, q, r = begin + target, begin + size + target, begin + 2 * size + target, begin + 3 * size + target
        first, second = bars[o : o + columns], bars[p : p + columns]
        third, fourth = bars[q : q + columns], bars[r : r + columns]
        for k in range(0, whole, 4):
            at = begin + source + k
            factors = bars[at:], bars[at + size :], bars[at + 2 * size :], bars[at + 3 * size :]
            add_four_to_four(first, second, third, fourth, factors, matrix[k * columns :])
        for row in range(each, each + 4):
            at = row * size
            factor = bars[at + source + whole : at + source + rows]
            add_rows(bars[at + target : at + target + columns], factor, matrix[whole * columns :])
    for each in range(fours, count):
        at = each * size
        add_rows(bars[at + target : at + target + columns], bars[at + source : at + source + rows], matrix)
