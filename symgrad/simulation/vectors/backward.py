"""The backward pass: norms of the gradients of one trial, compiled, after its forward pass. Nothing here knows a theorem.

The gradient is scaled to norm one at each stage, and logarithms are added up.
"""

from __future__ import annotations

import math

from ..compilations import cached, pasted
from ..wiring.endings import FINISHED, HALTED
from ..wiring.memories import Memory
from ..wiring.scalings import copy, log_scaled
from ..wiring.wirings import Wiring
from .dropouts import drop
from .keepings import keep_vector
from .products import transposed_times

__all__ = ["backward"]

_LOG2 = math.log(2.0)


@cached
def backward(wiring: Wiring, memory: Memory, seed: int, trial: int) -> int:
    """Run a trial backward, after `forward`, from the gradient of norm one in the memory: leave the norms of all there.

    Parameters
    ----------
    wiring, memory, seed, trial : Wiring, Memory, uint64, int
        As for `forward`.

    Returns
    -------
    int
        `FINISHED` or `HALTED`.
    """
    stages = wiring.widths.size - 1
    log, excess = 0.0, 0.0  # their difference is the sum: a long sum would lose a digit for each digit of its length
    memory.log_gradients[stages] = log
    branch = 0.0  # what the gradient grew by since the end of the branch, where it stands for itself
    for stage in range(stages, 0, -1):
        if memory.halt[0]:
            return HALTED
        keep_vector(wiring, memory.all_gradients, memory.gradient, stage)
        if wiring.closes[stage - 1]:
            branch = _enter_branch(memory, wiring.branch_scales[stage - 1], wiring.widths[stage])
        delta, grown = _below(wiring, memory, seed, trial, stage)
        memory.log_deltas[stage - 1] = (log + (branch + delta)) - excess
        if not math.isnan(wiring.branch_scales[stage - 1]):
            branch += grown
            memory.log_gradients[stage - 1] = (log + branch) - excess
            if not wiring.opens[stage - 1]:
                continue
            grown = _leave_branch(memory, branch, wiring.widths[stage - 1])
            branch = 0.0
        if grown == -math.inf:
            _die(memory, stage)
            return FINISHED
        grown -= excess
        excess, log = ((log + grown) - log) - grown, log + grown
        memory.log_gradients[stage - 1] = log
    keep_vector(wiring, memory.all_gradients, memory.gradient, 0)
    return FINISHED


@pasted
def _below(wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int) -> tuple[float, float]:
    """Take the gradient, of norm one, below a stage; return the logarithms of what it grew by, at the preactivations too."""
    size, begin, gradient = wiring.widths[stage], wiring.slopes_at[stage - 1], memory.gradient
    factors = memory.inputs[:size]
    for unit in range(size):
        factors[unit] = memory.slopes[begin + unit] * gradient[unit]
    drop(factors, wiring.keeps[stage - 1], seed, stage, trial, memory.number[0])
    delta = log_scaled(factors) + memory.slope_exponents[stage - 1] * _LOG2
    if not wiring.weighted[stage - 1]:
        copy(factors, gradient, size)
        return delta, delta
    transposed_times(wiring, memory, seed, trial, stage, factors, gradient)
    grown = delta + wiring.log_weight_scales[stage - 1]
    return delta, grown + log_scaled(gradient[: wiring.widths[stage - 1]])


@pasted
def _enter_branch(memory: Memory, scale: float, size: int) -> float:
    """Keep the gradient for what went past the branch; return the logarithm of the factor of the branch."""
    copy(memory.gradient, memory.shortcut, size)
    for unit in range(size):
        memory.gradient[unit] = math.copysign(memory.gradient[unit], memory.gradient[unit] * scale)
    return math.log(abs(scale)) if scale != 0.0 else -math.inf


@pasted
def _leave_branch(memory: Memory, branch: float, size: int) -> float:
    """Add what went past the branch to the gradient; return the logarithm of what both grew by."""
    unit_of = max(branch, 0.0)
    inside, outside = math.exp(branch - unit_of), math.exp(-unit_of)
    for unit in range(size):
        memory.gradient[unit] = inside * memory.gradient[unit] + outside * memory.shortcut[unit]
    grown: float = unit_of + log_scaled(memory.gradient[:size])
    return grown


@pasted
def _die(memory: Memory, stage: int) -> None:
    """A gradient that is zero before a stage is zero at the input."""
    for below in range(stage):
        memory.log_gradients[below] = -math.inf
    for below in range(stage - 1):
        memory.log_deltas[below] = -math.inf
    for unit in range(memory.gradient.size):
        memory.gradient[unit] = 0.0
