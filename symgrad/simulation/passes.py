"""Passes: forward and backward through all layers of one trial, compiled. Nothing here knows a theorem.

Weights are drawn in panels of a few rows. Where memory allows, the panels of all layers are kept for the next pass;
else they are drawn again, into the same scratch: the numbers are the same, since a draw is a function of its place.

Vectors are scaled by powers of two, which is exact, and logarithms are added up: no depth takes a norm out of the
range of a float.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .blocks import call_block
from .compilations import cached, inlined, pasted
from .normals import aligned, fill
from .products import add_product, panel, times, transposed_times
from .scalings import is_finite, largest, log_norm, log_scaled, settle
from .streams import Purpose
from .wirings import Array, Memory, Wiring

Matrix = npt.NDArray[np.float64]

__all__ = [
    "FADED",
    "FINISHED",
    "HALTED",
    "OVERFLOWN",
    "backward",
    "begin",
    "direction_into",
    "forward",
    "multiply",
    "multiply_matrix",
    "weights_into",
]

FINISHED, HALTED, OVERFLOWN, FADED = range(4)  # how a pass ended
_LOG2 = math.log(2.0)
_BIASES, _INPUT, _OUTPUT_GRADIENT = int(Purpose.BIASES), int(Purpose.INPUT), int(Purpose.OUTPUT_GRADIENT)


@cached
def begin(wiring: Wiring, memory: Memory, seed: int, trial: int) -> None:
    """Draw the input of a trial into the values of the memory, for `forward` to go on from.

    Parameters
    ----------
    wiring, memory, seed, trial : Wiring, Memory, uint64, int
        As for `forward`.
    """
    _direction(memory.values, wiring.widths[0], seed, 0, trial, _INPUT)
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
        The layer to go on from, whose values the memory holds; 0 for the input.
    exponent : int
        Binary exponent of these values.

    Returns
    -------
    int
        `FINISHED`; `HALTED`; `OVERFLOWN` where values or slopes leave the range of the dtype; `FADED` where all slopes
        or all values of a layer are too small for it, or zero.
    int
        The last layer that was reached.
    int
        Binary exponent of its inputs and values.
    """
    values, inputs = memory.values, memory.inputs
    for layer in range(done + 1, wiring.widths.size):
        if memory.halt[0]:
            return HALTED, layer, exponent
        size, begin = wiring.widths[layer], wiring.slopes_at[layer - 1]
        slopes = memory.slopes[begin : begin + size]
        memory.log_values[layer - 1] = log_norm(values[: wiring.widths[layer - 1]]) + exponent * _LOG2
        times(wiring, memory, seed, trial, layer, values, inputs)
        exponent = _add_biases(wiring, memory, seed, trial, layer, exponent)
        for unit in range(size):
            memory.preactivations[begin + unit] = inputs[unit]
        memory.preactivation_exponents[layer - 1] = exponent
        memory.log_squares[layer - 1] = 2.0 * (log_norm(inputs[:size]) + exponent * _LOG2) - math.log(size)
        exponent = settle(inputs[:size], exponent, wiring.near[layer - 1], wiring.far[layer - 1], wiring.reach)
        call_block(wiring.activations[layer - 1], inputs, values, slopes, size)
        memory.slope_exponents[layer - 1] = 0
        if not (is_finite(values[:size]) and is_finite(slopes)):
            return OVERFLOWN, layer, exponent
        is_small = min(largest(slopes), largest(values[:size])) < wiring.smallest
        if is_small and wiring.fading[layer - 1] and memory.log_squares[layer - 1] > -math.inf:
            return FADED, layer, exponent
    depth = wiring.widths.size - 1
    memory.log_values[depth] = log_norm(values[: wiring.widths[depth]]) + exponent * _LOG2
    return FINISHED, depth, exponent


@cached
def backward(wiring: Wiring, memory: Memory, seed: int, trial: int) -> int:
    """Run a trial backward, after `forward`: leave the norms of the gradients in the memory.

    Parameters
    ----------
    wiring, memory, seed, trial : Wiring, Memory, uint64, int
        As for `forward`.

    Returns
    -------
    int
        `FINISHED` or `HALTED`.
    """
    gradient, depth = memory.gradient, wiring.widths.size - 1
    _direction(gradient, wiring.widths[depth], seed, 0, trial, _OUTPUT_GRADIENT)
    log, excess = 0.0, 0.0  # their difference is the sum: a long sum would lose a digit for each digit of its length
    memory.log_gradients[depth] = log
    for layer in range(depth, 0, -1):
        if memory.halt[0]:
            return HALTED
        size, begin = wiring.widths[layer], wiring.slopes_at[layer - 1]
        factors = memory.inputs[:size]
        for unit in range(size):
            factors[unit] = memory.slopes[begin + unit] * gradient[unit]
        grown = log_scaled(factors) + memory.slope_exponents[layer - 1] * _LOG2
        memory.log_deltas[layer - 1] = (log + grown) - excess
        grown += wiring.log_weight_scales[layer - 1]
        transposed_times(wiring, memory, seed, trial, layer, factors, gradient)
        grown += log_scaled(gradient[: wiring.widths[layer - 1]])
        if grown == -math.inf:
            _die(memory, layer)
            return FINISHED
        grown -= excess
        excess, log = ((log + grown) - log) - grown, log + grown
        memory.log_gradients[layer - 1] = log
    return FINISHED


@cached
def multiply(wiring: Wiring, memory: Memory, seed: int, trial: int, layer: int, vector: Array, out: Array) -> None:
    """Multiply the weights of a layer by a vector.

    Parameters
    ----------
    wiring, memory, seed, trial : Wiring, Memory, uint64, int
        As for `forward`.
    layer : int
        From 1.
    vector : (fan_in,) of the dtype
        What is multiplied.
    out : (fan_out,) of the dtype
        Filled.
    """
    times(wiring, memory, seed, trial, layer, vector, out)


@cached
def weights_into(wiring: Wiring, memory: Memory, seed: int, trial: int, layer: int, out: Array) -> None:
    """Copy the weights of a layer.

    Parameters
    ----------
    wiring, memory, seed, trial : Wiring, Memory, uint64, int
        As for `forward`.
    layer : int
        From 1.
    out : (fan_out * fan_in,) of the dtype
        Filled, row by row.
    """
    width, height, rows = wiring.widths[layer - 1], wiring.widths[layer], wiring.panels[layer - 1]
    for first in range(0, height, rows):
        drawn = panel(wiring, memory, seed, trial, layer, first, min(rows, height - first))
        for place in range(drawn.size):
            out[first * width + place] = wiring.weight_scales[layer - 1] * drawn[place]
    memory.filled[layer - 1] = True


@cached
def multiply_matrix(
    wiring: Wiring, memory: Memory, seed: int, trial: int, layer: int, matrix: Matrix, out: Matrix
) -> None:
    """Multiply a matrix by the weights of a layer.

    Parameters
    ----------
    wiring, memory, seed, trial : Wiring, Memory, uint64, int
        As for `forward`.
    layer : int
        From 1.
    matrix : (rows, fan_out) float64
        What is multiplied.
    out : (rows, fan_in) float64
        Filled with ``matrix W_layer``.
    """
    width, height, rows = wiring.widths[layer - 1], wiring.widths[layer], wiring.panels[layer - 1]
    for place in range(out.size):
        out.flat[place] = 0.0
    for first in range(0, height, rows):
        count = min(rows, height - first)
        drawn = panel(wiring, memory, seed, trial, layer, first, count)
        add_product(out, matrix[:, first : first + count], drawn)
    scale = wiring.weight_scales[layer - 1]
    for i in range(out.shape[0]):
        for j in range(width):
            out[i, j] *= scale
    memory.filled[layer - 1] = True


@cached
def direction_into(out: Array, size: int, seed: int, layer: int, trial: int, purpose: int) -> None:
    """Draw a unit vector, uniform on the sphere.

    Parameters
    ----------
    out : (at least size, in whole blocks) of the dtype
        Its first entries are filled.
    size : int
        Of the vector.
    seed, layer, trial, purpose : int
        What it is for.
    """
    _direction(out, size, seed, layer, trial, purpose)


@pasted
def _direction(out: Array, size: int, seed: int, layer: int, trial: int, purpose: int) -> None:
    fill(out[: aligned(size)], seed, 0, layer, trial, purpose)
    log_scaled(out[:size])


@inlined
def _die(memory: Memory, layer: int) -> None:
    """A gradient that is zero before a layer is zero at the input."""
    for below in range(layer):
        memory.log_gradients[below] = -math.inf
    for below in range(layer - 1):
        memory.log_deltas[below] = -math.inf
    for unit in range(memory.gradient.size):
        memory.gradient[unit] = 0.0


@pasted
def _add_biases(wiring: Wiring, memory: Memory, seed: int, trial: int, layer: int, exponent: int) -> int:
    """Add the biases to what stands for ``2**exponent`` times itself, and return the exponent of the sum."""
    size, at, scale = wiring.widths[layer], wiring.biases_at[layer - 1], wiring.bias_scales[layer - 1]
    if at < 0 and scale == 0.0:
        return exponent
    inputs, biases = memory.inputs[:size], memory.values[:size]  # the values went into the inputs
    if at >= 0:
        scale, biases = 1.0, wiring.given[at : at + size]
    else:
        fill(memory.values[: aligned(size)], seed, 0, layer, trial, _BIASES)
    kept = max(exponent, 0)  # beside a bias, what is tiny may vanish; what is huge may not
    for unit in range(size):
        inputs[unit] = math.ldexp(inputs[unit], exponent - kept) + math.ldexp(scale * biases[unit], -kept)
    return kept
