r"""Batches: several inputs of one network, and gradients of losses that couple what comes out of it.

The gradient by weights is the sum of one outer product for each input,

.. math:: \frac{\partial\mathcal L}{\partial W} = \sum_i d_i h_i^\top,

whose norm depends on all products :math:`\langle d_i, d_j\rangle\langle h_i, h_j\rangle`. Inputs after the first are
drawn for the number that they have in the batch, and each drops units of its own, as in training.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from ..randomness.streams import Purpose
from ..wiring.spectra import log_norm_of_products
from ..wiring.wirings import Array, Floats
from .directions import at_cosine
from .draws import Draw

__all__ = ["companion", "log_weight_gradients", "of_distances", "of_no_preference"]

Loss = Callable[
    [Sequence[Draw]], Floats
]  # from a batch to the gradients at its outputs : (inputs, units), up to a factor


def companion(draw: Draw, overlap: float) -> Draw:
    """Return the same network, with the same units dropped, at an input whose cosine with that of a draw is given."""
    found = draw.kept.get(f"companion {overlap}")
    if found is None:
        one, other = (draw.direction(each, 0, draw.width(0)) for each in (Purpose.INPUT, Purpose.SECOND_INPUT))
        start = at_cosine(overlap, one.astype(np.float64), other.astype(np.float64))
        found = draw.kept[f"companion {overlap}"] = draw.at(start)
    return found


def of_no_preference(batch: Sequence[Draw]) -> Floats:
    """Return a random direction in the space of all outputs together, independent of all else."""
    shape = len(batch), batch[0].width(batch[0].depth)
    return batch[0].direction(Purpose.OUTPUT_GRADIENT, 0, math.prod(shape)).reshape(shape).astype(np.float64)


def of_distances(batch: Sequence[Draw]) -> Floats:
    """Return the gradients of the squared distances of all pairs of outputs: from the mean to each one.

    Differences come first, which are exact where outputs are close.
    """
    outputs = [each.output for each in batch]
    most = max(exponent for _, exponent in outputs)
    values = np.array([np.ldexp(vector.astype(np.float64), exponent - most) for vector, exponent in outputs])
    differences: Floats = values - values[0]
    return np.subtract(differences, np.mean(differences, axis=0))


def log_weight_gradients(draw: Draw, size: int, loss: Loss, layers: Sequence[int]) -> list[float]:
    """Measure the gradients by weights of a loss of several inputs.

    Parameters
    ----------
    draw : Draw
        Where vectors are kept; its input is the first.
    size : int
        Number of inputs.
    loss : callable
        From the inputs to the gradients at the outputs, up to a factor.
    layers : sequence of int
        From 1.

    Returns
    -------
    list of float
        Logarithms of Frobenius norms, relative to that of all gradients at the outputs; ``-inf`` where these are zero.
    """
    batch = [draw, *(draw.at(draw.direction(Purpose.INPUT, each, draw.width(0)), each) for each in range(1, size))]
    gradients = loss(batch)
    peak = float(np.max(np.abs(gradients)))
    if peak == 0.0:
        return [-math.inf for _ in layers]
    gradients = gradients / peak
    lengths = np.sqrt(np.sum(np.square(gradients), axis=1))
    whole = math.sqrt(np.sum(np.square(lengths)))
    parts = [
        (each.against(gradient / length), math.log(length / whole))
        for each, gradient, length in zip(batch, gradients, lengths, strict=True)
        if length > 0.0
    ]
    return [_log_norm(parts, layer) for layer in layers]


def _log_norm(parts: Sequence[tuple[Draw, float]], layer: int) -> float:
    """Return the logarithm of the norm of the sum of the gradients by ``W_layer``, each with its logarithmic weight."""
    factors = [each.weight_gradient(layer) for each, _ in parts]
    deltas, grown = _frame([(delta, log + share) for ((delta, log), _), (_, share) in zip(factors, parts, strict=True)])
    values, size = _frame([value for _, value in factors])
    if -math.inf in (grown, size):
        return -math.inf
    return float(log_norm_of_products(deltas, values)) + grown + size


def _frame(vectors: Sequence[tuple[Array, float]]) -> tuple[Floats, float]:
    """Give vectors the lengths whose logarithms stand beside them, up to one factor, and return its logarithm, too."""
    most = max(log for _, log in vectors)
    if most == -math.inf:
        return np.zeros((len(vectors), 1)), most
    return np.array([_of_length(vector.astype(np.float64), math.exp(log - most)) for vector, log in vectors]), most


def _of_length(vector: Floats, length: float) -> Floats:
    peak = float(np.max(np.abs(vector)))
    if length == 0.0 or peak == 0.0:
        return np.zeros_like(vector)
    scaled = vector / peak
    return np.multiply(scaled, length / math.sqrt(np.sum(np.square(scaled))))
