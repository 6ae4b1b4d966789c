"""Slow, obvious twins of the kernels: whole numbers, loops, many digits. Written from definitions, not from kernels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import mpmath
import sympy as sp

from symgrad.activations import Activation
from symgrad.claims import define, symbol
from symgrad.networks import (
    GaussianBiases,
    GivenWeights,
    Network,
    OrthogonalWeights,
    TruncatedNormalWeights,
    UniformWeights,
)
from symgrad.simulation.randomness.streams import Purpose

Vector = list[mpmath.mpf]
Matrix = list[Vector]

DIGITS = 40  # of everything below; tests of tails ask for more


# ----------------------------------------------------------------------------------------------------- random numbers


def philox(counter: Sequence[int], key: int) -> tuple[int, ...]:
    """Philox4x32-10 in whole numbers, after Salmon et al. 2011, section 4."""
    c, k = list(counter), [key % 2**32, key >> 32]
    for _ in range(10):
        p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(q >> 32) ^ c[1] ^ k[0], q % 2**32, (p >> 32) ^ c[3] ^ k[1], p % 2**32]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return tuple(c)


def box_muller(first: int, second: int) -> tuple[mpmath.mpf, mpmath.mpf]:
    """Two normal numbers from two words of 32 bits.

    The radius is that of the midpoint of the first word's step in (0, 1). The second word, read as a signed number,
    holds the angle, within an eighth of the circle to each side, in its upper 30 bits; then a bit that turns it by
    half the circle and one that exchanges the coordinates.
    """
    radius = mpmath.sqrt(-2 * mpmath.log((first + mpmath.mpf(1) / 2) / 2**32))
    signed = second - 2**32 if second >= 2**31 else second
    angle = mpmath.pi / 2 * ((signed >> 2) + mpmath.mpf(1) / 2) / 2**30
    if second & 2:
        radius = -radius
    x, y = radius * mpmath.cos(angle), radius * mpmath.sin(angle)
    return (y, x) if second & 1 else (x, y)


def normals(seed: int, purpose: Purpose, layer: int, trial: int, count: int) -> Vector:
    """The first numbers of a stream, four for each block of words."""
    numbers: Vector = []
    for block in range(-(-count // 4)):
        words = philox((block, layer, trial, int(purpose)), seed)
        numbers += [*box_muller(*words[:2]), *box_muller(*words[2:])]
    return numbers[:count]


def direction(seed: int, purpose: Purpose, layer: int, trial: int, count: int) -> Vector:
    """Normal numbers, divided by their norm."""
    vector = normals(seed, purpose, layer, trial, count)
    return [entry / norm(vector) for entry in vector]


# ----------------------------------------------------------------------------------------------------- linear algebra


def norm(vector: Vector) -> mpmath.mpf:
    return mpmath.sqrt(inner(vector, vector))


def inner(first: Vector, second: Vector) -> mpmath.mpf:
    return mpmath.fsum(a * b for a, b in zip(first, second, strict=True))


def times(matrix: Matrix, vector: Vector) -> Vector:
    return [inner(row, vector) for row in matrix]


def gram(vectors: Matrix) -> mpmath.mpf:
    """The determinant of their products, the square of the volume that they span."""
    return mpmath.det(mpmath.matrix([[inner(a, b) for b in vectors] for a in vectors]))


def transposed(matrix: Matrix) -> Matrix:
    return [list(column) for column in zip(*matrix, strict=True)]


def product(first: Matrix, second: Matrix) -> Matrix:
    return [[inner(row, column) for column in transposed(second)] for row in first]


def turned(vector: Vector, other: Vector, overlap: mpmath.mpf) -> Vector:
    """A vector of the same length, at a given cosine, in the plane of both."""
    length = norm(vector)
    first = [x / length for x in vector]
    along = inner(first, other)
    across = [b - along * a for a, b in zip(first, other, strict=True)]
    across = [x / norm(across) for x in across]
    return [length * (overlap * a + mpmath.sqrt(1 - overlap**2) * b) for a, b in zip(first, across, strict=True)]


# ------------------------------------------------------------------------------------------------------------ networks


@cache
def function(expression: sp.Expr) -> Callable[[mpmath.mpf], mpmath.mpf]:
    """A formula in the symbol x, in mpmath, from SymPy's own functions."""
    return sp.lambdify(symbol("x"), define(expression), "mpmath")


def slope(activation: Activation, x: mpmath.mpf) -> mpmath.mpf:
    """The derivative, with the declared values at the kinks."""
    declared = {mpmath.mpf(sp.Float(point, DIGITS)): value for point, value in activation.kink_slopes}
    if x in declared:
        return mpmath.mpf(sp.Float(declared[x], DIGITS))
    return mpmath.mpf(function(activation.derivative)(x))


@dataclass
class Trial:
    """One draw of a network, and what its passes find."""

    activations: list[Activation]
    weights: list[Matrix]
    biases: list[Vector]
    start: Vector
    output_gradient: Vector

    def values(self, start: Vector) -> list[Vector]:
        """The values of all layers, from the input on."""
        found = [start]
        for layer in range(len(self.weights)):
            found.append([function(self.activations[layer].expression)(z) for z in self.inputs(layer, found[-1])])
        return found

    def inputs(self, layer: int, values: Vector) -> Vector:
        """The preactivations of the layer after some values."""
        return [z + b for z, b in zip(times(self.weights[layer], values), self.biases[layer], strict=True)]

    @cached_property
    def _preactivations(self) -> list[Vector]:
        return [self.inputs(layer, values) for layer, values in enumerate(self.values(self.start)[:-1])]

    def preactivations(self) -> list[Vector]:
        return self._preactivations

    def jacobians(self) -> list[Matrix]:
        """Of every single layer, ``D W``."""
        return [
            [[slope(phi, z) * w for w in row] for z, row in zip(inputs, weights, strict=True)]
            for phi, inputs, weights in zip(self.activations, self.preactivations(), self.weights, strict=True)
        ]

    def gradients(self) -> list[Vector]:
        """At every layer from 0 on, back from the output."""
        found = [self.output_gradient]
        for jacobian in reversed(self.jacobians()):
            found.append(times(transposed(jacobian), found[-1]))
        return found[::-1]

    def deltas(self) -> list[Vector]:
        """The gradients at the preactivations, from layer 1 on."""
        return [
            [slope(phi, z) * g for z, g in zip(inputs, gradient, strict=True)]
            for phi, inputs, gradient in zip(self.activations, self.preactivations(), self.gradients()[1:], strict=True)
        ]

    def weight_gradients(self) -> list[Matrix]:
        """The gradients by the weights, entry by entry."""
        return [
            [[d * h for h in values] for d in delta]
            for delta, values in zip(self.deltas(), self.values(self.start)[:-1], strict=True)
        ]

    def volume(self, layer: int, frame: Matrix) -> mpmath.mpf:
        """What the Jacobian from the input to a layer makes of the volume that some vectors span, by Gram determinants."""
        images = frame
        for each in self.jacobians()[:layer]:
            images = [times(each, vector) for vector in images]
        return mpmath.sqrt(abs(gram(images) / gram(frame)))

    def companion(self, other: Vector, overlap: mpmath.mpf) -> list[Vector]:
        """The preactivations for another input of the same length, in the plane of a given vector."""
        start = turned(self.start, other, overlap)
        return [self.inputs(layer, values) for layer, values in enumerate(self.values(start)[:-1])]

    def jacobian(self, layer: int) -> Matrix:
        """Of the output by the values of a layer."""
        size = len(self.output_gradient)
        matrix = [[mpmath.mpf(i == j) for j in range(size)] for i in range(size)]
        for each in reversed(self.jacobians()[layer:]):
            matrix = product(matrix, each)
        return matrix

    def difference_quotients(self) -> Vector:
        """The gradient at the input without any derivative: central differences of the whole network.

        The step costs a relative error of the order of its square, the subtraction the step itself: with twice as many
        digits as the inverse step has, both are far below a float's.
        """
        step, found = mpmath.mpf(10) ** (-DIGITS // 3), []
        for unit in range(len(self.start)):
            ends = []
            for side in (1, -1):
                moved = [x + side * step * (i == unit) for i, x in enumerate(self.start)]
                ends.append(inner(self.output_gradient, self.values(moved)[-1]))
            found.append((ends[0] - ends[1]) / (2 * step))
        return found


def trial(network: Network, seed: int, number: int) -> Trial:
    """Draw a network as a simulation with that seed does."""
    layers = list(network.layers())
    weights, biases = [], []
    for index, layer in enumerate(layers, start=1):
        rows, columns = int(layer.fan_out), int(layer.fan_in)
        weights.append(drawn_weights(layer.weights, rows, columns, (seed, Purpose.WEIGHTS, index, number)))
        if isinstance(layer.biases, GaussianBiases):
            deviation = mpmath.sqrt(exact(layer.biases.bias_var))
            biases.append([deviation * entry for entry in normals(seed, Purpose.BIASES, index, number, rows)])
        else:
            biases.append([mpmath.mpf(float(entry)) for entry in layer.biases.array])
    size, last = int(network.input_width), len(weights[-1]) if weights else int(network.input_width)
    length = mpmath.sqrt(exact(network.input_mean_square) * size)
    start = [length * entry for entry in direction(seed, Purpose.INPUT, 0, number, size)]
    gradient = direction(seed, Purpose.OUTPUT_GRADIENT, 0, number, last)
    return Trial([layer.activation for layer in layers], weights, biases, start, gradient)


Stream = tuple[int, int, int, int]  # seed, purpose, layer, trial


def drawn_weights(law: object, rows: int, columns: int, stream: Stream) -> Matrix:
    """The weights of a layer, by their law."""
    if isinstance(law, OrthogonalWeights):
        frame = frame_of_reflections(max(rows, columns), min(rows, columns), stream)
        unit = transposed(frame) if rows >= columns else frame
        return [[mpmath.sqrt(exact(law.weight_var)) * entry for entry in row] for row in unit]
    if isinstance(law, GivenWeights):
        flat = [mpmath.mpf(float(entry)) for entry in law.array.ravel()]
    elif isinstance(law, UniformWeights):
        end = mpmath.sqrt(3 * exact(law.weight_var) / columns)
        flat = [end * entry for entry in uniforms(*stream, rows * columns)]
    else:
        deviation = mpmath.sqrt(exact(law.weight_var) / columns)
        flat = normals(*stream, rows * columns)
        if isinstance(law, TruncatedNormalWeights):
            end = exact(law.truncation)
            deviation /= mpmath.sqrt(
                mpmath.quad(lambda x: x**2 * mpmath.npdf(x), [-end, end]) / mpmath.erf(end / mpmath.sqrt(2))
            )
            flat = [within(end, unit, number, stream) for unit, number in enumerate(flat)]
        flat = [deviation * entry for entry in flat]
    return [flat[row * columns : (row + 1) * columns] for row in range(rows)]


def uniforms(seed: int, purpose: int, layer: int, trial: int, count: int) -> Vector:
    """Numbers between minus one and one, the midpoints of steps that words count."""
    words = [word for block in range(-(-count // 4)) for word in philox((block, layer, trial, int(purpose)), seed)]
    return [(2 * word + 1) / mpmath.mpf(2**32) - 1 for word in words[:count]]


def within(end: mpmath.mpf, unit: int, number: mpmath.mpf, stream: Stream) -> mpmath.mpf:
    """Draw a number of a stream again, each time from a stream of its own, until it is small enough."""
    seed, purpose, layer, trial = stream
    attempt = 0
    while abs(number) > end:
        attempt += 1
        number = normals(seed, int(purpose) + 256 * attempt, layer, trial, unit + 1)[unit]
    return number


def frame_of_reflections(size: int, count: int, stream: Stream) -> Matrix:
    """Orthonormal vectors: the first columns of H_1 H_2 ... H_count, with signs, where H_k reflects one normal vector.

    H_k takes a vector of size - k + 1 normal numbers to a multiple of the first axis, and leaves the k - 1 axes before
    alone; the sign is that of the multiple.
    """
    step = -(-size // 4) * 4  # each vector begins with a block of words
    drawn = normals(*stream, step * count)
    columns = [[mpmath.mpf(i == j) for i in range(size)] for j in range(count)]
    for k in reversed(range(count)):
        x = drawn[step * k + k : step * k + size]
        image = -norm(x) if x[0] > 0 else norm(x)
        columns[k] = [entry * mpmath.sign(image) for entry in columns[k]]
        mirror = [mpmath.mpf(0)] * k + [x[0] - image, *x[1:]]
        factor = 2 / inner(mirror, mirror)
        columns = [
            [a - factor * inner(mirror, column) * b for a, b in zip(column, mirror, strict=True)] for column in columns
        ]
    return columns


def conditioned(network: Network, seed: int, number: int) -> tuple[Vector, Vector]:
    """Gradient norms and mean squares of preactivations of a trial without matrices, by its vectors.

    Given ``y = W x``, what the transposed matrix makes of ``d`` is normal: its part along ``x`` is known from ``y``, the
    other part is noise. With biases, only ``y + b`` was drawn, and ``<y, d>`` is normal given that.
    """
    layers = list(network.layers())
    size = int(network.input_width)
    x = [mpmath.sqrt(exact(network.input_mean_square) * size), *[mpmath.mpf(0)] * (size - 1)]
    kept, squares = [], []
    for index, layer in enumerate(layers, start=1):
        deviation = mpmath.sqrt(exact(layer.weight_var) / len(x))
        of_weights, of_biases = (deviation * norm(x)) ** 2, exact(layer.bias_var)
        drawn = normals(seed, Purpose.PREACTIVATION, index, number, int(layer.fan_out))
        z = [mpmath.sqrt(of_weights + of_biases) * entry for entry in drawn]
        kept.append((index, layer, deviation, x, z, of_weights, of_biases))
        squares.append(inner(z, z) / len(z))
        x = [function(layer.activation.expression)(entry) for entry in z]
    g = normals(seed, Purpose.TRANSPOSE, len(layers), number, len(x))
    g = [entry / norm(g) for entry in g]
    gradients = [norm(g)]
    for index, layer, deviation, x, z, of_weights, of_biases in reversed(kept):
        d = [slope(layer.activation, a) * b for a, b in zip(z, g, strict=True)]
        share = of_weights / (of_weights + of_biases) if of_weights else 1
        noise = normals(seed, Purpose.BIAS_SHARE, index, number, 1)[0]
        along = share * inner(z, d) + mpmath.sqrt(of_biases * share) * norm(d) * noise
        noise = [deviation * norm(d) * entry for entry in normals(seed, Purpose.TRANSPOSE, index - 1, number, len(x))]
        factor = (along - inner(x, noise)) / inner(x, x) if any(x) else 0
        g = [factor * a + b for a, b in zip(x, noise, strict=True)]
        gradients.append(norm(g))
    return gradients[::-1], squares


def exact(number: sp.Expr) -> mpmath.mpf:
    return mpmath.mpf(sp.Float(number, DIGITS))
