"""Draws: one network, drawn and run once. Its own forward and backward pass; nothing here knows a theorem."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ..activations import Activation
from .extensions import extended
from .normals import ALIGNMENT
from .passes import (
    FADED,
    HALTED,
    OVERFLOWN,
    backward,
    begin,
    direction_into,
    forward,
    multiply,
    multiply_matrix,
    weights_into,
)
from .ranges import out_of_range
from .streams import Purpose
from .wirings import Array, Memory, Wiring

__all__ = ["Draw", "Halted"]

Floats = np.ndarray[Any, np.dtype[np.float64]]


# What of the memory belongs to an input rather than to a network.
_OF_AN_INPUT = (
    "values", "inputs", "preactivations", "preactivation_exponents", "slopes", "slope_exponents", "gradient",
    "log_squares", "log_values", "log_deltas", "log_gradients",
)  # fmt: skip


class Halted(Exception):
    """A pass was ended early, from outside."""


class Draw:
    """One trial: weights, biases, an input, and the passes through the network, each when it is first asked for.

    Parameters
    ----------
    wiring : Wiring
        The network.
    activations : sequence of Activation
        Of its layers, for where they leave the range of floats.
    memory : Memory
        Where the draw lives until the next one is made in the same memory.
    seed : int
        Of the run.
    trial : int
        Its number.
    start : (input width,) array, optional
        The input; by default it is drawn.
    """

    def __init__(
        self,
        wiring: Wiring,
        activations: Sequence[Activation],
        memory: Memory,
        seed: int,
        trial: int,
        start: Array | None = None,
    ) -> None:
        self._start = start
        self._activations = activations
        self._wiring, self._memory, self._seed, self._trial = wiring, memory, np.uint64(seed), trial
        self._product: tuple[int, Floats, int] | None = None
        memory.filled[:] = False

    @property
    def depth(self) -> int:
        """Number of layers."""
        return int(self._wiring.widths.size) - 1

    def width(self, layer: int) -> int:
        """Return the number of units of ``h_layer``."""
        return int(self._wiring.widths[layer])

    def direction(self, purpose: Purpose, layer: int, size: int) -> Array:
        """Return a unit vector, uniform on the sphere; the same whenever asked again."""
        out = np.empty(-(-size // ALIGNMENT) * ALIGNMENT, dtype=self._wiring.given.dtype)
        direction_into(out, size, self._seed, layer, self._trial, int(purpose))
        return out[:size]

    def weights(self, layer: int) -> Array:
        """Return ``W_layer`` : (fan_out, fan_in), layer from 1."""
        self._check_halt()
        out = np.empty((self.width(layer), self.width(layer - 1)), dtype=self._wiring.given.dtype)
        weights_into(self._wiring, self._memory, self._seed, self._trial, layer, out.reshape(-1))
        return out

    def times(self, layer: int, vector: Array) -> Array:
        """Return ``W_layer v``."""
        self._check_halt()
        out = np.empty(self.width(layer), dtype=self._wiring.given.dtype)
        given = np.ascontiguousarray(vector, dtype=out.dtype)
        multiply(self._wiring, self._memory, self._seed, self._trial, layer, given, out)
        return out

    @cached_property
    def _forward(self) -> Floats:
        if self._start is None:
            begin(self._wiring, self._memory, self._seed, self._trial)
        else:
            self._memory.values[: self._start.size] = self._start
        code, layer, exponent = FADED, 0, 0
        while code == FADED:
            code, layer, exponent = forward(self._wiring, self._memory, self._seed, self._trial, layer, exponent)
            if code == FADED:
                exponent = self._extend(layer, exponent)
        if code == HALTED:
            raise Halted
        if code == OVERFLOWN:
            raise out_of_range(layer, self._wiring.given.dtype, self._trial, int(self._seed))
        return self._memory.log_squares.copy()

    def _extend(self, layer: int, exponent: int) -> int:
        """Evaluate a layer once more, with an exponent of its own for its slopes, and for its values that is returned."""
        inputs = self._memory.inputs[: self.width(layer)]
        try:
            (values, values_exponent), (slopes, slopes_exponent) = extended(
                self._activations[layer - 1], inputs, exponent
            )
        except OverflowError:
            raise out_of_range(layer, self._wiring.given.dtype, self._trial, int(self._seed)) from None
        if not inputs.any() and not (values.any() and slopes.any()):  # the inputs were not zero, but below all floats
            raise out_of_range(layer, self._wiring.given.dtype, self._trial, int(self._seed))
        self._memory.values[: values.size] = values
        self._slopes(layer)[:], self._memory.slope_exponents[layer - 1] = slopes, slopes_exponent
        return values_exponent

    @property
    def log_preactivation_squares(self) -> Floats:
        """Logarithms of the mean squares of the preactivations : (depth,), from layer 1 on."""
        return self._forward

    @property
    def log_values(self) -> Floats:
        """Logarithms of the norms of the values : (depth + 1,), from the input on."""
        _ = self._forward
        return self._memory.log_values

    @property
    def log_deltas(self) -> Floats:
        """Logarithms of the norms of the gradients at the preactivations : (depth,), from layer 1 on."""
        _ = self.backward
        return self._memory.log_deltas

    def preactivations(self, layer: int) -> Array:
        """Return the preactivations, layer from 1, but for a power of two."""
        _ = self._forward
        begin, end = self._wiring.slopes_at[layer - 1 : layer + 1]
        return self._memory.preactivations[begin:end]

    def companion(self, overlap: float) -> Draw:
        """Return the same network on another input of the same length, whose cosine with this one is given."""
        memory = self._memory
        apart = memory._replace(
            **{name: np.empty_like(getattr(memory, name)) for name in _OF_AN_INPUT},
        )
        start = self._second_direction(overlap) * self._wiring.input_norm
        return Draw(self._wiring, self._activations, apart, int(self._seed), self._trial, start)

    def _second_direction(self, overlap: float) -> Floats:
        size = self.width(0)
        first = self.direction(Purpose.INPUT, 0, size).astype(np.float64)
        if abs(overlap) == 1.0:
            return overlap * first
        if size == 1:
            raise ValueError(f"overlap = {overlap:g} of two inputs of width 1; it is 1 or -1 there")
        other = self.direction(Purpose.SECOND_INPUT, 0, size).astype(np.float64)
        other -= np.sum(first * other) * first
        return overlap * first + math.sqrt(1.0 - overlap**2) * other / math.sqrt(np.sum(other**2))

    def slopes(self, layer: int) -> tuple[Array, int]:
        """Return the diagonal of ``D_layer``, layer from 1, but for a power of two, and the exponent of that power."""
        _ = self._forward
        return self._slopes(layer), int(self._memory.slope_exponents[layer - 1])

    def _slopes(self, layer: int) -> Array:
        begin, end = self._wiring.slopes_at[layer - 1 : layer + 1]
        return self._memory.slopes[begin:end]

    @property
    def output_gradient(self) -> Array:
        """The gradient at the output: a random unit vector, independent of all else."""
        return self.direction(Purpose.OUTPUT_GRADIENT, 0, self.width(self.depth))

    @cached_property
    def backward(self) -> tuple[Array, Floats]:
        """The gradient at the input, scaled to norm one, and the logarithms of its norm : (depth + 1,), from layer 0."""
        _ = self._forward
        if backward(self._wiring, self._memory, self._seed, self._trial) == HALTED:
            raise Halted
        return self._memory.gradient[: self.width(0)].copy(), self._memory.log_gradients.copy()

    def jacobian(self, layer: int) -> tuple[Floats, int]:
        """Multiply the layer Jacobians down from the output.

        Parameters
        ----------
        layer : int
            From 0 to the depth.

        Returns
        -------
        (fan_out, fan_in) float64
            The Jacobian of the output by ``h_layer``, but for a power of two.
        int
            The binary exponent of that power.
        """
        reached, product, exponent = self._product or (self.depth, np.eye(self.width(self.depth)), 0)
        if reached < layer:
            reached, product, exponent = self.depth, np.eye(self.width(self.depth)), 0
        for below in range(reached, layer, -1):
            product, size = self._descended(below, product)
            exponent += size
        self._product = layer, product, exponent
        return product, exponent

    def _descended(self, layer: int, product: Floats) -> tuple[Floats, int]:
        """Multiply by a layer's Jacobian; a power of two is taken out, so that digits do not depend on where one stops."""
        self._check_halt()
        out = np.empty((product.shape[0], self.width(layer - 1)))
        slopes, exponent = self.slopes(layer)
        multiply_matrix(self._wiring, self._memory, self._seed, self._trial, layer, product * slopes, out)
        size = int(np.frexp(np.max(np.abs(out)))[1])
        return np.ldexp(out, -size), size + exponent

    def _check_halt(self) -> None:
        if self._memory.halt[0]:
            raise Halted
