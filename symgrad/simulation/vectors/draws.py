"""Draws: one network, drawn and run once. Its own forward and backward pass; nothing here knows a theorem."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from ...activations import Activation
from ..compiled.extensions import extended
from ..conditioning.queries import forget
from ..randomness.normals import ALIGNMENT
from ..randomness.streams import Purpose
from ..wiring.endings import FADED, HALTED, OVERFLOWN
from ..wiring.memories import Memory, for_another_input
from ..wiring.ranges import out_of_range
from ..wiring.wirings import Array, Floats, Wiring
from .backward import backward
from .directions import at_cosine, direction_into
from .dropouts import drop_from
from .forward import begin, forward, leave
from .panels import multiply_matrix, weights_into
from .products import multiply

__all__ = ["Draw", "Halted"]


class Halted(Exception):
    """A pass was ended early, from outside."""


class Draw:
    """One trial: weights, biases, an input, and the passes through the network, each when it is first asked for.

    Parameters
    ----------
    wiring : Wiring
        The network.
    activations : sequence of Activation
        Of its stages, for where they leave the range of floats.
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
        self._start, self._activations = start, activations
        self._wiring, self._memory, self._seed, self._trial = wiring, memory, np.uint64(seed), trial
        self._product: tuple[int, Floats, int] | None = None
        self.kept: dict[str, Floats] = {}  # what one reading leaves for another of the same draw
        if start is None:  # another input of a network meets the weights that were drawn or asked before
            memory.filled[:] = False
            if memory.frames is not None:
                forget(memory.frames)

    @property
    def depth(self) -> int:
        """Number of layers."""
        return int(self._wiring.ends.size) - 1

    def width(self, layer: int) -> int:
        """Return the number of units of ``h_layer``."""
        return int(self._wiring.widths[self._wiring.ends[layer]])

    def _first(self, layer: int) -> int:
        """Return the first stage of a layer, from 1."""
        return int(self._wiring.ends[layer - 1]) + 1

    def _stages(self, layer: int) -> range:
        return range(self._first(layer), int(self._wiring.ends[layer]) + 1)

    def _weighted(self, layer: int) -> int:
        """Return the stage of a layer that has weights; layers with several are refused before."""
        return next(stage for stage in self._stages(layer) if self._wiring.weighted[stage - 1])

    def fan_in(self, layer: int) -> int:
        """Return the number of columns of ``W_layer``."""
        return int(self._wiring.widths[self._weighted(layer) - 1])

    def direction(self, purpose: Purpose, layer: int, size: int) -> Array:
        """Return a unit vector, uniform on the sphere; the same whenever asked again."""
        out = np.empty(-(-size // ALIGNMENT) * ALIGNMENT, dtype=self._wiring.given.dtype)
        direction_into(out, size, self._seed, layer, self._trial, int(purpose))
        return out[:size]

    def weights(self, layer: int) -> Array:
        """Return ``W_layer`` : (fan_out, fan_in), layer from 1."""
        self._check_halt()
        stage = self._weighted(layer)
        out = np.empty((self._wiring.widths[stage], self._wiring.widths[stage - 1]), dtype=self._wiring.given.dtype)
        weights_into(self._wiring, self._memory, self._seed, self._trial, stage, out.reshape(-1))
        return out

    def times(self, layer: int, vector: Array) -> Array:
        """Return ``W_layer v``."""
        return self._times(self._weighted(layer), vector)

    def _times(self, stage: int, vector: Array) -> Array:
        """Return the product with the weights of a stage; the vector itself where there are none."""
        self._check_halt()
        if not self._wiring.weighted[stage - 1]:
            return vector
        out = np.empty(int(self._wiring.widths[stage]), dtype=self._wiring.given.dtype)
        given = np.ascontiguousarray(vector, dtype=out.dtype)
        multiply(self._wiring, self._memory, self._seed, self._trial, stage, given, out)
        return out

    def pushed(self, layer: int, tangents: Sequence[Array]) -> tuple[list[Array], int]:
        """Multiply vectors at ``h_{layer-1}`` by the Jacobian of a layer.

        Parameters
        ----------
        layer : int
            From 1.
        tangents : sequence of (fan_in,) arrays
            What is multiplied.

        Returns
        -------
        list of (fan_out,) arrays
            The products, but for a power of two.
        int
            The binary exponent of that power.
        """
        out, exponent = list(tangents), 0
        for stage in self._stages(layer):
            diagonal, power = self._diagonal(stage)
            out, exponent = [diagonal * self._times(stage, tangent) for tangent in out], exponent + power
        scale = self._branch_scale(layer)
        if scale is None:
            return out, exponent
        return [past + scale * np.ldexp(each, exponent) for past, each in zip(tangents, out, strict=True)], 0

    def _branch_scale(self, layer: int) -> float | None:
        """Return the factor of the branch of a layer; None where nothing goes past it."""
        scale = float(self._wiring.branch_scales[self._first(layer) - 1])
        return None if math.isnan(scale) else scale

    @cached_property
    def _forward(self) -> Floats:
        if self._start is None:
            begin(self._wiring, self._memory, self._seed, self._trial)
        else:
            self._memory.values[: self._start.size] = self._start
        code, stage, exponent = FADED, 0, 0
        while code == FADED:
            code, stage, exponent = forward(self._wiring, self._memory, self._seed, self._trial, stage, exponent)
            if code == FADED:
                exponent = self._extend(stage, exponent)
        if code == HALTED:
            raise Halted
        if code == OVERFLOWN:
            raise self._out_of_range(stage)
        return self._memory.log_squares[self._wiring.ends[:-1]]

    def _extend(self, stage: int, exponent: int) -> int:
        """Evaluate a stage once more, with an exponent of its own for its slopes, and for its values that is returned."""
        inputs = self._memory.inputs[: self._wiring.widths[stage]]
        try:
            (values, values_exponent), (slopes, slopes_exponent) = extended(
                self._activations[stage - 1], inputs, exponent
            )
        except OverflowError:
            if np.isnan(self._wiring.branch_scales[stage - 1]):
                raise self._out_of_range(stage) from None
            # Beside what goes past a branch, slopes whose exponents cannot be counted are zero.
            return int(leave(self._wiring, self._memory, self._seed, self._trial, stage, exponent))
        if not inputs.any() and not (values.any() and slopes.any()):  # the inputs were not zero, but below all floats
            raise self._out_of_range(stage)
        self._memory.values[: values.size] = values
        self._slopes(stage)[:], self._memory.slope_exponents[stage - 1] = slopes, slopes_exponent
        return int(leave(self._wiring, self._memory, self._seed, self._trial, stage, values_exponent))

    def _out_of_range(self, stage: int) -> Exception:
        layer = int(np.searchsorted(self._wiring.ends, stage))
        return out_of_range(layer, self._wiring.given.dtype, self._trial, int(self._seed))

    @property
    def log_preactivation_squares(self) -> Floats:
        """Logarithms of the mean squares of what goes into the first activation of each layer : (depth,), from layer 1 on."""
        return self._forward

    def log_weight_gradient(self, layer: int) -> float:
        """Return the logarithm of the norm of the gradient by ``W_layer``, an outer product; layer from 1."""
        return self.log_bias_gradient(layer) + float(self._memory.log_values[self._weighted(layer) - 1])

    def log_bias_gradient(self, layer: int) -> float:
        """Return the logarithm of the norm of the gradient by ``b_layer``; layer from 1."""
        _ = self.backward
        return float(self._memory.log_deltas[self._weighted(layer) - 1])

    def preactivations(self, layer: int) -> Array:
        """Return what goes into the first activation of a layer, from 1, but for a power of two."""
        _ = self._forward
        begin, end = self._wiring.slopes_at[self._first(layer) - 1 : self._first(layer) + 1]
        return self._memory.preactivations[begin:end]

    def companion(self, overlap: float) -> Draw:
        """Return the same network on another input of the same length, whose cosine with this one is given."""
        one, other = (self.direction(each, 0, self.width(0)) for each in (Purpose.INPUT, Purpose.SECOND_INPUT))
        start = at_cosine(overlap, one.astype(np.float64), other.astype(np.float64)) * self._wiring.input_norm
        memory = for_another_input(self._memory)
        return Draw(self._wiring, self._activations, memory, int(self._seed), self._trial, start)

    def most_dimensions(self, layer: int) -> int:
        """Return what the rank of the Jacobian of a layer does not exceed: how many units pass a slope on, at each stage."""
        if self._branch_scale(layer) is not None:
            return self.width(layer)
        return min(int(np.count_nonzero(self._diagonal(stage)[0])) for stage in self._stages(layer))

    def slopes(self, layer: int) -> tuple[Array, int]:
        """Return the slopes of the first activation of a layer, from 1, but for a power of two, and the exponent of that power."""
        return self._scaled_slopes(self._first(layer))

    def _scaled_slopes(self, stage: int) -> tuple[Array, int]:
        _ = self._forward
        return self._slopes(stage), int(self._memory.slope_exponents[stage - 1])

    def _diagonal(self, stage: int) -> tuple[Array, int]:
        """Return what a stage multiplies tangents by, unit by unit: slopes, of units that are kept; and their exponent."""
        slopes, exponent = self._scaled_slopes(stage)
        diagonal = slopes.copy()
        drop_from(self._wiring, diagonal, self._seed, self._trial, stage)
        return diagonal, exponent

    def _slopes(self, stage: int) -> Array:
        begin, end = self._wiring.slopes_at[stage - 1 : stage + 1]
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
        return self._memory.gradient[: self.width(0)].copy(), self._memory.log_gradients[self._wiring.ends]

    def jacobian(self, layer: int) -> tuple[Floats, int]:
        """Multiply the layer Jacobians down from the output.

        Returns
        -------
        (fan_out, fan_in) float64
            The Jacobian of the output by ``h_layer``, layer from 0 on, but for a power of two.
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
        out, exponent, scale = product, 0, self._branch_scale(layer)
        for stage in reversed(self._stages(layer)):
            diagonal, power = self._diagonal(stage)
            out, exponent = self._times_weights(stage, out * diagonal), exponent + power
        if scale is not None:
            out, exponent = product + scale * np.ldexp(out, exponent), 0
        size = int(np.frexp(np.max(np.abs(out)))[1])
        return np.ldexp(out, -size), size + exponent

    def _times_weights(self, stage: int, product: Floats) -> Floats:
        self._check_halt()
        if not self._wiring.weighted[stage - 1]:
            return product
        out = np.empty((product.shape[0], self._wiring.widths[stage - 1]))
        multiply_matrix(self._wiring, self._memory, self._seed, self._trial, stage, product, out)
        return out

    def _check_halt(self) -> None:
        if self._memory.halt[0]:
            raise Halted
