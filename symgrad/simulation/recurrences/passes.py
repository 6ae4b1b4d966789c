"""Passes: one trial forward through all steps, and backward, compiled. Nothing here knows a theorem.

The gradient is scaled to norm one at each step, and logarithms are added up.
"""

from __future__ import annotations

import math
from typing import Any

from ..compilations import cached, pasted
from ..randomness.normals import aligned
from ..randomness.streams import Purpose
from ..vectors.directions import direction
from ..wiring.endings import FINISHED, HALTED, OVERFLOWN
from ..wiring.scalings import is_finite, largest, log_scaled
from .memories import RecurrentMemory
from .operations import run_step, run_step_back
from .placings import add_scattered, gather, have_parameters, scatter, take_input
from .sums import log_of_sums
from .wirings import RecurrentWiring

__all__ = ["backward", "begin", "pull", "visit"]

Array = Any

_STATE, _OUTPUT_GRADIENT = int(Purpose.STATE), int(Purpose.OUTPUT_GRADIENT)


@cached
def begin(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int) -> None:
    """Draw the initial states of a trial into the memory, each of a random direction, and forget the trial before.

    Parameters
    ----------
    wiring, memory, seed, trial : RecurrentWiring, RecurrentMemory, uint64, int
        As for `visit`.
    """
    memory.drawn[0] = memory.drawn[1] = memory.held[0] = -1
    for state in range(wiring.old.size):
        width, at = wiring.state_widths[state], wiring.state_at[state]
        drawn = memory.bars[: aligned(width)]
        if wiring.state_scale != 0.0:
            direction(drawn, width, seed, state, trial, _STATE)
        length = wiring.state_scale * math.sqrt(width)
        for unit in range(width):
            memory.starts[at + unit] = length * drawn[unit] if length != 0.0 else 0.0


@cached
def visit(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, step: int) -> tuple[int, int]:
    """Have the rows of the segment that a step belongs to in the memory.

    Parameters
    ----------
    wiring : RecurrentWiring
        The network.
    memory : RecurrentMemory
        Of this thread, where `begin` was for this trial.
    seed : uint64
        Of the run.
    trial : int
        Its number.
    step : int
        From 1. Where states before segments are not kept, none before a segment that was visited.

    Returns
    -------
    int
        `FINISHED`, `HALTED`, or `OVERFLOWN` where a state leaves the range of the dtype at either end.
    int
        The last step that was reached.
    """
    wanted, reached = (step - 1) // memory.segment, step
    if memory.held[0] > wanted or memory.held[0] < 0:
        is_kept = memory.held[0] > wanted and memory.starts.size > wanted * wiring.state_size
        back = wanted if is_kept else 0
        _restart(wiring, memory, back)
        memory.held[0] = back - 1
    while memory.held[0] < wanted:
        code, reached = _run_segment(wiring, memory, seed, trial, memory.held[0] + 1)
        if code != FINISHED:
            return code, reached
        memory.held[0] += 1
    return FINISHED, reached


@pasted
def _restart(wiring: RecurrentWiring, memory: RecurrentMemory, segment: int) -> None:
    """Take the states from before a segment."""
    start = segment * wiring.state_size
    for unit in range(wiring.state_size):
        memory.state[unit] = memory.starts[start + unit]


@pasted
def _run_segment(
    wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, segment: int
) -> tuple[int, int]:
    """Run from the states of the memory through a segment, and keep what they were before it if there is room."""
    state, start = memory.state[: wiring.state_size], segment * wiring.state_size
    if memory.starts.size > start:
        for unit in range(wiring.state_size):
            memory.starts[start + unit] = state[unit]
    first = segment * memory.segment
    for step in range(first + 1, min(first + memory.segment, wiring.steps) + 1):
        if memory.halt[0]:
            return HALTED, step
        row = memory.tape[(step - 1 - first) * wiring.row : (step - first) * wiring.row]
        scatter(state, wiring.old, wiring, row)
        take_input(wiring, row, seed, trial, step)
        have_parameters(wiring, memory, seed, trial, step)
        run_step(wiring, memory, seed, trial, step, row)
        gather(row, wiring.new, wiring, state)
        if not is_finite(state) or (wiring.is_kinked and _has_faded(wiring, state)):
            return OVERFLOWN, step
    return FINISHED, first


@pasted
def _has_faded(wiring: RecurrentWiring, state: Array) -> bool:
    """Say whether a state is smaller than a float has digits for; one that is exactly zero has not faded, but died."""
    for index in range(wiring.state_at.size):
        at = wiring.state_at[index]
        peak = largest(state[at : at + wiring.state_widths[index]])
        if 0.0 < peak < wiring.smallest:
            return True
    return False


@cached
def backward(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int) -> int:
    """Run a trial backward, after a visit to its last step: leave the norms of the gradients in the memory.

    Parameters
    ----------
    wiring, memory, seed, trial : RecurrentWiring, RecurrentMemory, uint64, int
        As for `visit`; the memory keeps the states before each segment.

    Returns
    -------
    int
        `FINISHED` or `HALTED`.
    """
    gradient, bars = memory.gradient[: wiring.state_size], memory.bars[: wiring.row]
    _output_gradient(wiring, memory, seed, trial)
    log, excess = 0.0, 0.0  # their difference is the sum: a long sum would lose a digit for each digit of its length
    memory.log_gradients[wiring.steps] = log
    memory.log_sums[wiring.steps] = memory.sums_scale[0] = -math.inf
    for step in range(wiring.steps, 0, -1):
        if memory.halt[0] or visit(wiring, memory, seed, trial, step)[0] != FINISHED:
            return HALTED
        _pull(wiring, memory, seed, trial, step, gradient, bars)
        memory.log_sums[step - 1] = log_of_sums(wiring, memory, step, bars, log - excess)
        grown = log_scaled(gradient)
        if grown == -math.inf:
            _die(memory, step)
            return FINISHED
        grown -= excess
        excess, log = ((log + grown) - log) - grown, log + grown
        memory.log_gradients[step - 1] = log
    return FINISHED


@pasted
def _die(memory: RecurrentMemory, step: int) -> None:
    """A gradient that is zero before a step is zero before all of them, and adds nothing to sums."""
    for below in range(step):
        memory.log_gradients[below] = -math.inf
    for below in range(step - 1):
        memory.log_sums[below] = memory.log_sums[step - 1]


@cached
def pull(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, step: int, rows: Array) -> int:
    """Take cotangents at the states after a step to those before it, several at a time.

    Parameters
    ----------
    wiring, memory, seed, trial : RecurrentWiring, RecurrentMemory, uint64, int
        As for `backward`.
    step : int
        From 1.
    rows : (cotangents * entries of all states,) of the dtype
        Overwritten.

    Returns
    -------
    int
        `FINISHED` or `HALTED`.
    """
    if visit(wiring, memory, seed, trial, step)[0] != FINISHED:
        return HALTED
    most = memory.bars.size // wiring.row * wiring.state_size
    for first in range(0, rows.size, most):
        if memory.halt[0]:
            return HALTED
        some = rows[first : first + most]
        _pull(wiring, memory, seed, trial, step, some, memory.bars[: some.size // wiring.state_size * wiring.row])
    return FINISHED


@pasted
def _pull(
    wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, step: int, rows: Array, bars: Array
) -> None:
    place, size, count = (step - 1) % memory.segment, wiring.state_size, rows.size // wiring.state_size
    row = memory.tape[place * wiring.row : (place + 1) * wiring.row]
    for unit in range(bars.size):
        bars[unit] = 0.0
    for each in range(count):
        own = bars[each * wiring.row : (each + 1) * wiring.row]
        add_scattered(rows[each * size : (each + 1) * size], wiring.new, wiring, own)
    have_parameters(wiring, memory, seed, trial, step)
    run_step_back(wiring, memory, seed, trial, step, row, bars)
    for each in range(count):
        own = bars[each * wiring.row : (each + 1) * wiring.row]
        gather(own, wiring.old, wiring, rows[each * size : (each + 1) * size])


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
