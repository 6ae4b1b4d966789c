"""Draws: one network, drawn and run once. Its own forward and backward pass; nothing here knows a theorem."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..networks import Dense, GaussianBiases, GaussianWeights, Network
from .kernels import kernel
from .streams import Purpose, Stream

__all__ = ["Draw", "log_norm"]

Array = npt.NDArray[np.floating]

_KEEP_BYTES = 128 * 2**20  # weights of a draw are kept for the backward pass up to this size, else drawn again


def log_norm(vector: Array) -> float:
    """Return the logarithm of the Euclidean norm; ``-inf`` of zero. Scaled first, so that squares neither overflow nor vanish."""
    largest = float(np.max(np.abs(vector), initial=0.0))
    if largest == 0.0:
        return -np.inf
    return float(np.log(largest) + np.log(np.linalg.norm(vector / largest)))


class Draw:
    """One trial: weights, biases, an input, and the passes through the network.

    Parameters
    ----------
    network : Network
        Without symbols.
    layers : tuple of Dense
        Its layers, written out.
    stream : Stream
        The random numbers of the trial.
    dtype : str
        Of the passes.
    """

    def __init__(self, network: Network, layers: tuple[Dense, ...], stream: Stream, dtype: str) -> None:
        self._network, self._layers, self.stream, self._dtype = network, layers, stream, np.dtype(dtype)
        size = sum(int(layer.fan_in) * int(layer.fan_out) for layer in layers) * self._dtype.itemsize
        self._kept: dict[int, tuple[Array, Any]] | None = {} if size <= _KEEP_BYTES else None

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self._layers)

    def width(self, layer: int) -> int:
        """Return the number of units of ``h_layer``."""
        return int(self._network.input_width) if layer == 0 else int(self._layers[layer - 1].fan_out)

    def weights(self, layer: int) -> Array:
        """Return ``W_layer`` : (fan_out, fan_in), layer from 1."""
        matrix, deviation = self._matrix(layer)
        return matrix * deviation

    def forward(self, layer: int, vector: Array) -> Array:
        """Return ``W_layer v``."""
        matrix, deviation = self._matrix(layer)
        return (matrix @ vector) * deviation

    def transposed(self, layer: int, vector: Array) -> Array:
        """Return the product of the transposed ``W_layer`` with a vector."""
        matrix, deviation = self._matrix(layer)
        return (matrix.T @ vector) * deviation

    def _matrix(self, layer: int) -> tuple[Array, Any]:
        """Return the weights as a matrix and a factor: it is cheaper to scale a vector than a matrix."""
        if self._kept is None:
            return self._drawn(layer)
        if layer not in self._kept:
            self._kept[layer] = self._drawn(layer)
        return self._kept[layer]

    def _drawn(self, layer: int) -> tuple[Array, Any]:
        dense = self._layers[layer - 1]
        if not isinstance(dense.weights, GaussianWeights):
            return dense.weights.array.astype(self._dtype, copy=False), self._dtype.type(1)
        deviation = self._dtype.type(float(dense.weights.weight_var / dense.fan_in) ** 0.5)
        normals = self.stream.normals(Purpose.WEIGHTS, layer, (int(dense.fan_out), int(dense.fan_in)))
        return normals.astype(self._dtype, copy=False), deviation

    def _biases(self, layer: int) -> Array:
        dense = self._layers[layer - 1]
        if not isinstance(dense.biases, GaussianBiases):
            return dense.biases.array.astype(self._dtype, copy=False)
        deviation = float(dense.biases.bias_var) ** 0.5
        if deviation == 0.0:
            return np.zeros(int(dense.fan_out), dtype=self._dtype)
        return (deviation * self.stream.normals(Purpose.BIASES, layer, (int(dense.fan_out),))).astype(self._dtype)

    @cached_property
    def _forward(self) -> tuple[list[float], list[Array]]:
        """Logarithms of the mean squares of the preactivations, and the slopes, from layer 1 on."""
        size = self.width(0)
        scale = (float(self._network.input_mean_square) * size) ** 0.5
        values = (scale * self.stream.direction(Purpose.INPUT, 0, size)).astype(self._dtype)
        squares, slopes = [], []
        for layer, dense in enumerate(self._layers, start=1):
            inputs = self.forward(layer, values) + self._biases(layer)
            values, slope = np.empty_like(inputs), np.empty_like(inputs)
            kernel(dense.activation)(inputs, values, slope)
            squares.append(2.0 * log_norm(inputs) - float(np.log(inputs.size)))
            slopes.append(slope)
        return squares, slopes

    @property
    def log_preactivation_squares(self) -> list[float]:
        """Logarithm of the mean square of the preactivations, from layer 1 on."""
        return self._forward[0]

    def slopes(self, layer: int) -> Array:
        """Return the diagonal of ``D_layer``, layer from 1."""
        return self._forward[1][layer - 1]

    @cached_property
    def output_gradient(self) -> Array:
        """The gradient at the output: a random unit vector, independent of all else."""
        return self.stream.direction(Purpose.OUTPUT_GRADIENT, 0, self.width(self.depth)).astype(self._dtype)

    @cached_property
    def backward(self) -> tuple[Array, list[float]]:
        """The gradient at the input, scaled to norm one, and the logarithm of its norm at every layer from 0 on."""
        gradient, log = self.output_gradient, 0.0
        logs = [log]
        for layer in range(self.depth, 0, -1):
            gradient = self.transposed(layer, self.slopes(layer) * gradient)
            gradient, grown = _scaled(gradient)
            log += grown
            logs.append(log)
        return gradient, logs[::-1]


def _scaled(vector: Array) -> tuple[Array, float]:
    """Return a vector of norm one and the logarithm of the norm; a zero vector stays zero."""
    grown = log_norm(vector)
    if grown == -np.inf:
        return vector, grown
    return vector * vector.dtype.type(np.exp(-grown)) if abs(grown) < 80 else _unit(vector), grown


def _unit(vector: Array) -> Array:
    """Normalise what a single factor would take out of the range of the dtype."""
    part = vector / np.max(np.abs(vector))
    unit: Array = part / np.linalg.norm(part)
    return unit
