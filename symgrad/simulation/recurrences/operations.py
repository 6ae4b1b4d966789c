"""Operations: one step forward, in reverse and along tangents, compiled.

The reverse goes through the lines backward, one by one. Nothing here knows a Jacobian: what a line gives back to what it
read is all there is. Several cotangents or tangents go through a step together, so that matrices are read less often.
"""

from __future__ import annotations

from typing import Any

from ..compilations import pasted
from ..compiled.blocks import call_block, call_mix
from ..wiring.wirings import Array
from .memories import RecurrentMemory
from .mixes import FORWARD, REVERSE, TANGENT
from .products import add_images, add_times, add_transposed_images
from .wirings import ACTIVATE, COMBINE, MULTIPLY, NONE, RecurrentWiring

__all__ = ["run_step", "run_step_along", "run_step_back"]


@pasted
def run_step(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, step: int, row: Array) -> None:
    """Work out all lines of a row whose input and old states are there.

    Parameters
    ----------
    wiring, memory, seed, trial, step : RecurrentWiring, RecurrentMemory, uint64, int, int
        As for the passes; the memory holds the parameters of the step.
    row : (row,) of the dtype
        Filled.
    """
    operations, numbers = wiring.operations, memory.numbers
    for index in range(operations.shape[0]):
        kind, target, width = operations[index, 0], operations[index, 1], operations[index, 2]
        if kind == MULTIPLY:
            _multiply(memory, seed, trial, step, operations[index], row)
        elif kind == ACTIVATE:
            of, slopes, address = operations[index, 3], operations[index, 4], operations[index, 5]
            call_block(address, row[of:], row[target:], row[slopes:], width)
        elif kind == COMBINE:
            address, loop = operations[index, 3], operations[index, 4]
            vectors, stride = operations[index, 5], operations[index, 6]
            call_mix(address, loop + FORWARD, row[target:], numbers[vectors:], row[target:], width, stride)


@pasted
def _multiply(memory: RecurrentMemory, seed: int, trial: int, step: int, operation: Any, row: Array) -> None:
    target, width, recurrent, source = operation[1], operation[2], operation[3], operation[4]
    inputs, given, columns, bias = operation[5], operation[6], operation[7], operation[8]
    out = row[target : target + width]
    if bias == NONE:
        for unit in range(width):
            out[unit] = 0.0
    else:
        for unit in range(width):
            out[unit] = memory.numbers[bias + unit]
    if recurrent != NONE:
        vector = row[source : source + width]
        add_times(memory.numbers, memory.unformed, seed, trial, step, recurrent, vector, out)
    if inputs != NONE:
        add_times(memory.numbers, memory.unformed, seed, trial, step, inputs, row[given : given + columns], out)


@pasted
def run_step_back(
    wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, step: int, row: Array, bars: Array
) -> None:
    """Give back cotangents from the last line to the first: each line adds to those of what it read.

    Parameters
    ----------
    wiring, memory, seed, trial, step, row : as for `run_step`
        The row as the step left it.
    bars : (some * row,) of the dtype
        Those of the new states are there and all else is zero; those of the old states are found.
    """
    operations, numbers, unformed = wiring.operations, memory.numbers, memory.unformed
    for index in range(operations.shape[0] - 1, -1, -1):
        kind, target, width = operations[index, 0], operations[index, 1], operations[index, 2]
        if kind == MULTIPLY:
            recurrent, source, inputs = operations[index, 3], operations[index, 4], operations[index, 5]
            given, columns = operations[index, 6], operations[index, 7]
            if recurrent != NONE:
                places = (recurrent, row.size, target, width, source, width)
                add_transposed_images(numbers, unformed, seed, trial, step, bars, places)
            if inputs != NONE and given > 0:  # the input of the whole network needs none
                places = (inputs, row.size, target, width, given, columns)
                add_transposed_images(numbers, unformed, seed, trial, step, bars, places)
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
def run_step_along(
    wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, step: int, row: Array, bars: Array
) -> None:
    """Push tangents from the first line to the last.

    Parameters
    ----------
    wiring, memory, seed, trial, step : as for `run_step`
        The memory holds the transposed matrices, too.
    row : (row,) of the dtype
        As the step left it.
    bars : (some * row,) of the dtype
        Those of the old states are there; all others are found.
    """
    operations, numbers, turned, unformed = wiring.operations, memory.numbers, memory.turned, memory.unformed
    for index in range(operations.shape[0]):
        kind, target, width = operations[index, 0], operations[index, 1], operations[index, 2]
        if kind == MULTIPLY:
            recurrent, source, inputs = operations[index, 3], operations[index, 4], operations[index, 5]
            given, columns = operations[index, 6], operations[index, 7]
            for begin in range(target, bars.size, row.size):
                for unit in range(width):
                    bars[begin + unit] = 0.0
            if recurrent != NONE:
                places = (recurrent, row.size, source, width, target, width)
                add_images(turned, unformed, seed, trial, step, bars, places)
            if inputs != NONE and given > 0:  # that of the whole network stays as it is
                places = (inputs, row.size, given, columns, target, width)
                add_images(turned, unformed, seed, trial, step, bars, places)
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
