"""The forward pass: preactivations, slopes and norms of one trial, compiled. Nothing here knows a theorem.

Vectors are scaled by powers of two, which is exact, and logarithms are added up: no depth takes a norm out of the
range of a float.
"""

from __future__ import annotations

import math

from ..compilations import cached, pasted
from ..compiled.blocks import call_block
from ..randomness.normals import aligned, fill
from ..randomness.streams import Purpose
from ..wiring.endings import FADED, FINISHED, HALTED, OVERFLOWN
from ..wiring.memories import Memory
from ..wiring.scalings import copy, is_finite, largest, log_norm, settle, shifted
from ..wiring.wirings import Wiring
from .directions import direction
from .dropouts import drop
from .keepings import keep_vector
from .products import times

__all__ = ["begin", "forward", "leave"]

_LOG2 = math.log(2.0)
_MODEST = 48  # binary exponents up to which values are left as they are: far from the ends of both formats
_BIASES, _INPUT = int(Purpose.BIASES), int(Purpose.INPUT)


@cached
def begin(wiring: Wiring, memory: Memory, seed: int, trial: int) -> None:
    """Draw the input of a trial into the values of the memory, for `forward` to go on from.

    Parameters
    ----------
    wiring, memory, seed, trial : Wiring, Memory, uint64, int
        As for `forward`.
    """
    direction(memory.values, wiring.widths[0], seed, 0, trial, _INPUT)
    for unit in range(wiring.widths[0]):
        memory.values[unit] *= wiring.input_norm


@cached
def forward(wiring: Wiring, memory: Memory, seed: int, trial: int, done: int, exponent: int) -> tuple[int, int, int]:
    """Run a trial forward: leave preactivations, slopes and norms in the memory.

    Parameters
    ----------
    wiring : Wiring
        The network.
    memory : Memory
        Of this thread.
    seed : uint64
        Of the run.
    trial : int
        Its number.
    done : int
        The stage to go on from, whose values the memory holds; 0 for the input.
    exponent : int
        Binary exponent of these values.

    Returns
    -------
    int
        `FINISHED`; `HALTED`; `OVERFLOWN` where values or slopes leave the range of the dtype; `FADED` where all slopes
        or all values of a stage are too small for it, or zero.
    int
        The last stage that was reached.
    int
        Binary exponent of its inputs and values.
    """
    values, inputs = memory.values, memory.inputs
    for stage in range(done + 1, wiring.widths.size):
        if memory.halt[0]:
            return HALTED, stage, exponent
        size, begin = wiring.widths[stage], wiring.slopes_at[stage - 1]
        slopes = memory.slopes[begin : begin + size]
        memory.log_values[stage - 1] = log_norm(values[: wiring.widths[stage - 1]]) + exponent * _LOG2
        keep_vector(wiring, memory.all_values, values, stage - 1)
        if wiring.opens[stage - 1]:
            memory.shortcut_exponent[0] = exponent
            copy(values, memory.shortcut, wiring.widths[stage - 1])
        exponent = _into_inputs(wiring, memory, seed, trial, stage, exponent)
        copy(inputs, memory.preactivations[begin : begin + size], size)
        memory.preactivation_exponents[stage - 1] = exponent
        memory.log_squares[stage - 1] = 2.0 * (log_norm(inputs[:size]) + exponent * _LOG2) - math.log(size)
        exponent = settle(inputs[:size], exponent, wiring.near[stage - 1], wiring.far[stage - 1], wiring.reach)
        call_block(wiring.activations[stage - 1], inputs, values, slopes, size)
        memory.slope_exponents[stage - 1] = 0
        if not (is_finite(values[:size]) and is_finite(slopes)):
            return OVERFLOWN, stage, exponent
        is_small = min(largest(slopes), largest(values[:size])) < wiring.smallest
        if is_small and wiring.fading[stage - 1] and memory.log_squares[stage - 1] > -math.inf:
            return FADED, stage, exponent
        exponent = _leave(wiring, memory, seed, trial, stage, exponent)
    last = wiring.widths.size - 1
    memory.log_values[last] = log_norm(values[: wiring.widths[last]]) + exponent * _LOG2
    keep_vector(wiring, memory.all_values, values, last)
    return FINISHED, last, exponent


@cached
def leave(wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, exponent: int) -> int:
    """Finish a stage whose values stand in the memory: drop units, and add what went past the branch that ends there.

    Parameters
    ----------
    wiring, memory, seed, trial : Wiring, Memory, uint64, int
        As for `forward`.
    stage : int
        From 1.
    exponent : int
        Binary exponent of the values.

    Returns
    -------
    int
        That of the values then.
    """
    found: int = _leave(wiring, memory, seed, trial, stage, exponent)
    return found


@pasted
def _into_inputs(wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, exponent: int) -> int:
    """Set the inputs of an activation; return their exponent."""
    if not wiring.weighted[stage - 1]:
        copy(memory.values, memory.inputs, wiring.widths[stage])
        return exponent
    times(wiring, memory, seed, trial, stage, memory.values, memory.inputs)
    shifted_by: int = _add_biases(wiring, memory, seed, trial, stage, exponent)
    return shifted_by


@pasted
def _leave(wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, exponent: int) -> int:
    """Drop units, and add what went past the branch; return the exponent of the sum."""
    values = memory.values[: wiring.widths[stage]]
    past: int = memory.shortcut_exponent[0]
    drop(values, wiring.keeps[stage - 1], seed, stage, trial, memory.number[0])
    if not wiring.closes[stage - 1]:
        return exponent
    scale, target = wiring.branch_scales[stage - 1], max(exponent, past)
    for unit in range(values.size):
        branch = scale * shifted(values[unit], exponent - target)
        values[unit] = shifted(memory.shortcut[unit], past - target) + branch
    peak = largest(values)
    size = math.frexp(peak)[1] if peak > 0.0 else 0
    if abs(size) < _MODEST:
        return target
    for unit in range(values.size):
        values[unit] = math.ldexp(values[unit], -size)
    return target + size


@pasted
def _add_biases(wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, exponent: int) -> int:
    """Add the biases to what stands for ``2**exponent`` times itself, and return the exponent of the sum."""
    size, at, scale = wiring.widths[stage], wiring.biases_at[stage - 1], wiring.bias_scales[stage - 1]
    if at < 0 and scale == 0.0:
        return exponent
    inputs, biases = memory.inputs[:size], memory.values[:size]  # the values went into the inputs
    if at >= 0:
        scale, biases = 1.0, wiring.given[at : at + size]
    else:
        fill(memory.values[: aligned(size)], seed, 0, stage, trial, _BIASES)
    kept = max(exponent, 0)  # beside a bias, what is tiny may vanish; what is huge may not
    for unit in range(size):
        inputs[unit] = shifted(inputs[unit], exponent - kept) + shifted(scale * biases[unit], -kept)
    return kept
