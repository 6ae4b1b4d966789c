"""Passes: one trial forward through all steps, and backward, compiled. Nothing here knows a theorem.

The gradient is scaled to norm one at each step, and logarithms are added up.
"""

from __future__ import annotations

import math
from typing import Any

from ..compilations import cached, pasted
from ..randomness.normals import aligned, fill
from ..randomness.streams import Purpose
from ..vectors.directions import direction
from ..wiring.endings import FINISHED, HALTED, OVERFLOWN
from ..wiring.scalings import is_finite, log_scaled
from .memories import RecurrentMemory
from .operations import run_step, run_step_back
from .parameters import draw_parameters
from .wirings import RecurrentWiring

__all__ = ["backward", "begin", "forward", "pull", "revisit"]

Array = Any

_INPUT, _STATE, _OUTPUT_GRADIENT = int(Purpose.INPUT), int(Purpose.STATE), int(Purpose.OUTPUT_GRADIENT)


@cached
def begin(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int) -> None:
    """Draw the initial states of a trial into the memory, each of a random direction.

    Parameters
    ----------
    wiring, memory, seed, trial : RecurrentWiring, RecurrentMemory, uint64, int
        As for `forward`.
    """
    for state in range(wiring.old.size):
        width, at = wiring.state_widths[state], wiring.state_at[state]
        drawn = memory.bars[: aligned(width)]
        if wiring.state_scale != 0.0:
            direction(drawn, width, seed, state, trial, _STATE)
        length = wiring.state_scale * math.sqrt(width)
        for unit in range(width):
            memory.state[at + unit] = length * drawn[unit] if length != 0.0 else 0.0


@cached
def forward(
    wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, first: int, last: int
) -> tuple[int, int]:
    """Run a trial forward: leave the rows of the last segment, and the states before each one, in the memory.

    Parameters
    ----------
    wiring : RecurrentWiring
        The network.
    memory : RecurrentMemory
        Of this thread; its states are those after the first step.
    seed : uint64
        Of the run.
    trial : int
        Its number.
    first, last : int
        The step after which the pass goes on, at the beginning of a segment, and the last one to be run.

    Returns
    -------
    int
        `FINISHED`, `HALTED`, or `OVERFLOWN` where a state leaves the range of the dtype.
    int
        The last step that was reached.
    """
    state = memory.state[: wiring.state_size]
    for step in range(first + 1, last + 1):
        if memory.halt[0]:
            return HALTED, step
        segment, place = divmod(step - 1, memory.segment)
        if place == 0:
            start = segment * wiring.state_size
            for unit in range(wiring.state_size):
                memory.starts[start + unit] = state[unit]
            memory.held[0] = segment
        row = memory.tape[place * wiring.row : (place + 1) * wiring.row]
        _scatter(state, wiring.old, wiring, row)
        _take_input(wiring, row, seed, trial, step)
        _have_parameters(wiring, memory, seed, trial, step)
        run_step(wiring.operations, memory.numbers, row)
        _gather(row, wiring.new, wiring, state)
        if not is_finite(state):
            return OVERFLOWN, step
    return FINISHED, last


@cached
def revisit(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, step: int) -> int:
    """Have the rows of the segment that a step belongs to in the memory; return how that ended."""
    segment = (step - 1) // memory.segment
    if memory.held[0] == segment:
        return FINISHED
    start, first = segment * wiring.state_size, segment * memory.segment
    for unit in range(wiring.state_size):
        memory.state[unit] = memory.starts[start + unit]
    code: int = forward(wiring, memory, seed, trial, first, min(first + memory.segment, wiring.steps))[0]
    return code


@cached
def backward(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int) -> int:
    """Run a trial backward, after `forward`: leave the norms of the gradients in the memory.

    Parameters
    ----------
    wiring, memory, seed, trial : RecurrentWiring, RecurrentMemory, uint64, int
        As for `forward`.

    Returns
    -------
    int
        `FINISHED` or `HALTED`.
    """
    gradient = memory.gradient[: wiring.state_size]
    _output_gradient(wiring, memory, seed, trial)
    log, excess = 0.0, 0.0  # their difference is the sum: a long sum would lose a digit for each digit of its length
    memory.log_gradients[wiring.steps] = log
    for step in range(wiring.steps, 0, -1):
        if memory.halt[0] or revisit(wiring, memory, seed, trial, step) != FINISHED:
            return HALTED
        _pull(wiring, memory, seed, trial, step, gradient)
        grown = log_scaled(gradient)
        if grown == -math.inf:
            for below in range(step):
                memory.log_gradients[below] = -math.inf
            return FINISHED
        grown -= excess
        excess, log = ((log + grown) - log) - grown, log + grown
        memory.log_gradients[step - 1] = log
    return FINISHED


@cached
def pull(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, step: int, rows: Array) -> int:
    """Take cotangents at the states after a step to those before it.

    Parameters
    ----------
    wiring, memory, seed, trial : RecurrentWiring, RecurrentMemory, uint64, int
        As for `forward`, after it.
    step : int
        From 1.
    rows : (cotangents, entries of all states) of the dtype
        Overwritten.

    Returns
    -------
    int
        `FINISHED` or `HALTED`.
    """
    code = revisit(wiring, memory, seed, trial, step)
    for index in range(rows.shape[0]):
        if code != FINISHED or memory.halt[0]:
            return HALTED
        _pull(wiring, memory, seed, trial, step, rows[index])
    return FINISHED


@pasted
def _pull(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, step: int, gradient: Array) -> None:
    place = (step - 1) % memory.segment
    row, bars = memory.tape[place * wiring.row : (place + 1) * wiring.row], memory.bars
    for unit in range(wiring.row):
        bars[unit] = 0.0
    _add_scattered(gradient, wiring.new, wiring, bars)
    _have_parameters(wiring, memory, seed, trial, step)
    run_step_back(wiring.operations, memory.numbers, row, bars)
    _gather(bars, wiring.old, wiring, gradient)


@pasted
def _output_gradient(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int) -> None:
    """A random unit vector at the output, and zero at all other states."""
    width, at = wiring.state_widths[wiring.output], wiring.state_at[wiring.output]
    drawn = memory.bars[: aligned(width)]
    direction(drawn, width, seed, 0, trial, _OUTPUT_GRADIENT)
    for unit in range(wiring.state_size):
        memory.gradient[unit] = 0.0
    for unit in range(width):
        memory.gradient[at + unit] = drawn[unit]


@pasted
def _have_parameters(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, step: int) -> None:
    wanted = 0 if wiring.tied else step
    if memory.drawn[0] != wanted:
        draw_parameters(wiring.parameters, memory.numbers, seed, trial, wanted)
        memory.drawn[0] = wanted


@pasted
def _take_input(wiring: RecurrentWiring, row: Array, seed: int, trial: int, step: int) -> None:
    width = wiring.input_width
    if wiring.inputs.size:
        for unit in range(width):
            row[unit] = wiring.inputs[(step - 1) * width + unit]
    elif wiring.input_scale != 0.0:
        fill(row[: aligned(width)], seed, 0, step, trial, _INPUT)
        for unit in range(width):
            row[unit] *= wiring.input_scale


@pasted
def _scatter(vector: Array, places: Array, wiring: RecurrentWiring, row: Array) -> None:
    """Copy what belongs to each state to where it stands in a row."""
    for state in range(places.size):
        for unit in range(wiring.state_widths[state]):
            row[places[state] + unit] = vector[wiring.state_at[state] + unit]


@pasted
def _add_scattered(vector: Array, places: Array, wiring: RecurrentWiring, row: Array) -> None:
    """Add what belongs to each state to where it stands in a row: two new states may be the same line."""
    for state in range(places.size):
        for unit in range(wiring.state_widths[state]):
            row[places[state] + unit] += vector[wiring.state_at[state] + unit]


@pasted
def _gather(row: Array, places: Array, wiring: RecurrentWiring, vector: Array) -> None:
    for state in range(places.size):
        for unit in range(wiring.state_widths[state]):
            vector[wiring.state_at[state] + unit] = row[places[state] + unit]
