"""The slow twin of networks with residual blocks and dropout: whole functions, and difference quotients of them."""

from __future__ import annotations

from dataclasses import dataclass

import mpmath
import naive
import sympy as sp

from symgrad.activations import Activation
from symgrad.networks import Dense, Network, Residual
from symgrad.simulation.randomness.streams import Purpose


@dataclass
class Part:
    """One affine map, if there are weights, an activation, and which units are kept."""

    weights: naive.Matrix | None
    biases: naive.Vector
    activation: Activation
    factors: naive.Vector

    def inputs(self, values: naive.Vector) -> naive.Vector:
        images = values if self.weights is None else naive.times(self.weights, values)
        return [z + b for z, b in zip(images, self.biases, strict=True)]

    def __call__(self, values: naive.Vector) -> naive.Vector:
        phi = naive.function(self.activation.expression)
        return [f * phi(z) for f, z in zip(self.factors, self.inputs(values), strict=True)]


@dataclass
class Trial:
    """One draw of a network: the parts of each layer, and the factor of its branch if it has one."""

    layers: list[tuple[list[Part], mpmath.mpf | None]]
    start: naive.Vector
    output_gradient: naive.Vector

    def layer(self, place: int, values: naive.Vector) -> naive.Vector:
        parts, scale = self.layers[place]
        out = values
        for part in parts:
            out = part(out)
        return out if scale is None else [h + scale * b for h, b in zip(values, out, strict=True)]

    def values(self, layer: int) -> naive.Vector:
        out = self.start
        for place in range(layer):
            out = self.layer(place, out)
        return out

    def output(self, layer: int, values: naive.Vector) -> naive.Vector:
        """What comes out for some values of a layer."""
        for place in range(layer, len(self.layers)):
            values = self.layer(place, values)
        return values

    def gradient(self, layer: int) -> naive.Vector:
        """By central differences of all that is behind; with a third of the digits as step, no derivative is used."""
        step, at, found = mpmath.mpf(10) ** (-naive.DIGITS // 3), self.values(layer), []
        for unit in range(len(at)):
            ends = [self.output(layer, [x + side * step * (i == unit) for i, x in enumerate(at)]) for side in (1, -1)]
            found.append(naive.inner(self.output_gradient, [(a - b) / (2 * step) for a, b in zip(*ends, strict=True)]))
        return found


def trial(network: Network, seed: int, number: int, place: int = 0) -> Trial:
    """Draw a network as a simulation with that seed does; parts are counted through all layers.

    The place is that of the input in a batch, which has a direction and dropped units of its own.
    """
    layers, index = [], 0
    for layer in network.layers():
        parts = []
        for part in layer.parts:
            index += 1
            parts.append(drawn(part, seed, index, number, place))
        layers.append((parts, naive.exact(layer.scale) if isinstance(layer, Residual) else None))
    size, last = int(network.input_width), int(network.widths[-1])
    length = mpmath.sqrt(naive.exact(network.input_mean_square) * size)
    start = [length * entry for entry in naive.direction(seed, Purpose.INPUT, place, number, size)]
    return Trial(layers, start, naive.direction(seed, Purpose.OUTPUT_GRADIENT, 0, number, last))


def drawn(part: object, seed: int, index: int, number: int, place: int) -> Part:
    rows = int(part.fan_out)
    if not isinstance(part, Dense):
        return Part(None, [mpmath.mpf(0)] * rows, part.activation, [mpmath.mpf(1)] * rows)
    weights = naive.drawn_weights(part.weights, rows, int(part.fan_in), (seed, Purpose.WEIGHTS, index, number))
    deviation = mpmath.sqrt(naive.exact(part.biases.bias_var))
    biases = [deviation * entry for entry in naive.normals(seed, Purpose.BIASES, index, number, rows)]
    return Part(
        weights, biases, part.activation, kept(part.keep, rows, (seed, Purpose.DROPOUT + 256 * place, index, number))
    )


def kept(keep: sp.Expr, count: int, stream: naive.Stream) -> naive.Vector:
    """Zero where a unit is dropped, else one over the probability that it is not: a word below its share of all words."""
    seed, purpose, layer, trial = stream
    words = [
        word for block in range(-(-count // 4)) for word in naive.philox((block, layer, trial, int(purpose)), seed)
    ]
    return [1 / naive.exact(keep) if word < naive.exact(keep) * 2**32 else mpmath.mpf(0) for word in words[:count]]
