"""Recorders: one small function for each measurable, from a draw to logarithms. Adding a measurable is one row."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
import sympy as sp

from ...claims import Measurable, Norm, Quantity
from ..randomness.streams import Purpose
from ..wiring.spectra import orthonormalise, singular_value, spectral_norm
from .draws import Draw

__all__ = ["RECORDERS", "Recorder", "log_fraction", "log_matrix_norm", "parameter_of"]

Array = npt.NDArray[np.floating]

D = TypeVar("D")

_LOG2 = math.log(2.0)


@dataclass(frozen=True)
class Recorder(Generic[D]):
    """How a measurable is read off a draw.

    Parameters
    ----------
    record : callable
        From a draw, a quantity and its layers to natural logarithms, one for each layer.
    first : int or None
        The first layer that has it, the last being the depth; None if a draw has one value of it.
    is_costly : bool, default False
        Whether a layer costs more than passes do, as it takes whole matrices: it is measured only where it is asked for.
    asks : callable or None, optional
        From a quantity to how many vectors it multiplies the weights by, besides those of the passes; by default none.
        None if the weights have to be formed: it needs them whole, or checks what is granted where they are not formed.
    shares : str, default ""
        Name of the vectors, where quantities of other parameters use them, too: they are multiplied once.
    of_weights : bool, default False
        Whether it is of the one weight matrix of a layer.
    refusal : callable, optional
        From a network to why it does not have the measurable, in words; None where it has.
    """

    record: Callable[[D, Quantity, tuple[int, ...]], Sequence[float]]
    first: int | None
    is_costly: bool = False
    asks: Callable[[Quantity], int] | None = lambda _: 0
    shares: str = ""
    of_weights: bool = False
    refusal: Callable[[Any], str | None] = lambda _: None


def _gradients(draw: Draw, _: Quantity, layers: tuple[int, ...]) -> list[float]:
    return [float(draw.backward[1][layer]) for layer in layers]


def _square_gradients(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    return [2.0 * log for log in _gradients(draw, quantity, layers)]


def _preactivations(draw: Draw, _: Quantity, layers: tuple[int, ...]) -> list[float]:
    return [float(draw.log_preactivation_squares[layer - 1]) for layer in layers]


def _jacobian_norms(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    """Go down from the output, so that each layer is multiplied once."""
    found = {}
    for layer in sorted(layers, reverse=True):
        product, exponent = draw.jacobian(layer)
        found[layer] = log_matrix_norm(product, quantity.norm) + exponent * _LOG2
    return [found[layer] for layer in layers]


def log_matrix_norm(matrix: Array, norm: Norm) -> float:
    """Return the logarithm of a norm of a matrix; scale first, so that squares neither overflow nor vanish."""
    largest = float(np.max(np.abs(matrix)))
    if largest == 0.0:
        return -np.inf
    return math.log(largest) + math.log(_NORMS[norm](matrix.astype(np.float64) / largest))


# No product of NumPy's: its threads and the threads of trials would wait for each other.
_NORMS: dict[Norm, Callable[[npt.NDArray[np.float64]], float]] = {
    Norm.SPECTRAL: spectral_norm,
    Norm.ONE: lambda matrix: float(np.abs(matrix).sum(axis=0).max()),
    Norm.INF: lambda matrix: float(np.abs(matrix).sum(axis=1).max()),
    Norm.FROBENIUS: lambda matrix: math.sqrt(np.square(matrix).sum()),
}


def parameter_of(quantity: Quantity) -> float:
    """Return the parameter of a quantity as a number."""
    return float(sp.sympify(quantity.parameter, strict=True))


def _rank(quantity: Quantity) -> int:
    return int(parameter_of(quantity))


def _one(_: Quantity) -> int:
    return 1


def _singular_values(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    """Go down from the output, as for norms; the shorter side has as many singular values as entries."""
    rank, found = _rank(quantity), {}
    for layer in sorted(layers, reverse=True):
        product, exponent = draw.jacobian(layer)
        if rank > min(product.shape):
            raise ValueError(f"rank = {rank} of a Jacobian of shape {product.shape}; give {min(product.shape)} at most")
        value = singular_value(product, rank)
        found[layer] = math.log(value) + exponent * _LOG2 if value > 0.0 else -np.inf
    return [found[layer] for layer in layers]


def _volumes(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    """The volume is the product of the distances of each image from those before it."""
    logs = _stretches(draw, _rank(quantity), max(layers, default=0)).sum(axis=1)
    return [float(logs[layer]) for layer in layers]


def _growth_rates(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    """Per layer, what the direction of that rank gains beside those before it (Benettin et al. 1980)."""
    logs = _stretches(draw, _rank(quantity), max(layers, default=0))[:, -1]
    return [float(logs[layer]) / layer for layer in layers]


def _stretches(draw: Draw, rank: int, last: int) -> npt.NDArray[np.float64]:
    """Return logarithms : (layers up to the last or more, rank), of the distance of each image from those before it.

    The frame of a lower rank is the beginning of that of a higher one, which is kept for all that ask for either.
    """
    kept = draw.kept.get("stretches")
    if kept is None or kept.shape[1] < rank or len(kept) <= last:
        kept = draw.kept["stretches"] = _pushed_frame(draw, rank, last)
    return kept[: last + 1, :rank]


def _pushed_frame(draw: Draw, rank: int, last: int) -> npt.NDArray[np.float64]:
    """Push a frame forward, made orthonormal after each layer; what each step loses or gains adds up."""
    frame, logs = _frame(draw, rank), np.full((last + 1, rank), -np.inf)
    logs[0] = 0.0
    for layer in range(1, last + 1):
        tangents, exponent = draw.pushed(layer, list(frame))
        frame = np.array(tangents, dtype=np.float64)
        found = logs[layer - 1, : len(frame)] + orthonormalise(frame) + exponent * _LOG2
        frame = frame[: draw.most_dimensions(layer)]  # the directions behind are exactly lost
        logs[layer, : len(frame)] = found[: len(frame)]
        if not len(frame):
            break
    return logs


def _frame(draw: Draw, rank: int) -> npt.NDArray[np.float64]:
    """Return orthonormal vectors at the input, uniform among such frames."""
    size = draw.width(0)
    if rank > size:
        raise ValueError(f"rank = {rank} of a volume at an input of width {size}; give {size} at most")
    frame = np.array([draw.direction(Purpose.FRAME, row, size) for row in range(rank)], dtype=np.float64)
    orthonormalise(frame)
    return frame


def _weight_gradients(draw: Draw, _: Quantity, layers: tuple[int, ...]) -> list[float]:
    return [draw.log_weight_gradient(layer) for layer in layers]


def _bias_gradients(draw: Draw, _: Quantity, layers: tuple[int, ...]) -> list[float]:
    return [draw.log_bias_gradient(layer) for layer in layers]


def _saturated(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    threshold = parameter_of(quantity)
    scaled = {layer: draw.slopes(layer) for layer in layers}
    return [log_fraction(np.abs(np.ldexp(slopes, exponent)) < threshold) for slopes, exponent in scaled.values()]


def _dead(draw: Draw, _: Quantity, layers: tuple[int, ...]) -> list[float]:
    return [log_fraction(draw.slopes(layer)[0] == 0.0) for layer in layers]


def log_fraction(which: npt.NDArray[np.bool_]) -> float:
    """Return the logarithm of how many of a set are so."""
    count = np.count_nonzero(which)
    return math.log(count / which.size) if count else -np.inf


def _correlation_gaps(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    """Half the squared distance of the two unit vectors, which keeps its digits where they almost agree."""
    other = draw.companion(parameter_of(quantity))
    return [_log_gap(draw.preactivations(layer), other.preactivations(layer)) for layer in layers]


def _log_gap(first: Array, second: Array) -> float:
    """Vectors that are zero have no direction; they count as orthogonal to all."""
    lengths = _log_norm(first), _log_norm(second)
    if -np.inf in lengths:
        return 0.0
    units = (v / np.float64(np.max(np.abs(v))) for v in (first, second))
    one, two = (v / math.sqrt(np.sum(np.square(v))) for v in units)
    return 2.0 * _log_norm(one - two) - _LOG2


def _weight_norms(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    return [log_matrix_norm(draw.weights(layer), quantity.norm) for layer in layers]


def _weight_images(draw: Draw, _: Quantity, layers: tuple[int, ...]) -> list[float]:
    return [2.0 * _log_norm(draw.times(layer, _probe(draw, layer))) for layer in layers]


def _probe(draw: Draw, layer: int) -> Array:
    return draw.direction(Purpose.PROBE, layer, draw.fan_in(layer))


def _log_norm(vector: Array) -> float:
    return log_matrix_norm(vector.reshape(-1, 1), Norm.FROBENIUS)


def _chain_rule_defects(draw: Draw, _: Quantity, __: tuple[int, ...]) -> list[float]:
    """Compare <g_0, u> with <g_L, J u>, the tangent pushed forward, relative to the lengths of the two vectors."""
    start = draw.direction(Purpose.TANGENT, 0, draw.width(0))
    tangent, grown = start, 0.0
    for layer in range(1, draw.depth + 1):
        (tangent,), exponent = draw.pushed(layer, [tangent])
        length = _log_norm(tangent)
        if length == -np.inf:
            return [-np.inf]
        tangent, grown = tangent / math.exp(length), grown + length + exponent * _LOG2
    gradient, logs = draw.backward
    back = _inner(gradient, start) * math.exp(logs[0] - grown)
    defect = abs(back - _inner(draw.output_gradient, tangent))
    return [math.log(defect) if defect > 0 else -np.inf]


def _inner(first: Array, second: Array) -> float:
    return float(np.sum(first.astype(np.float64) * second))


RECORDERS: dict[Measurable, Recorder[Draw]] = {
    Measurable.GRADIENT_NORM: Recorder(_gradients, first=0),
    Measurable.MEAN_SQUARE_GRADIENT: Recorder(_square_gradients, first=0),
    Measurable.PREACTIVATION_VAR: Recorder(_preactivations, first=1),
    Measurable.WEIGHT_GRADIENT_NORM: Recorder(_weight_gradients, first=1, of_weights=True),
    Measurable.BIAS_GRADIENT_NORM: Recorder(_bias_gradients, first=1, of_weights=True),
    Measurable.SATURATED_FRACTION: Recorder(_saturated, first=1),
    Measurable.DEAD_FRACTION: Recorder(_dead, first=1),
    Measurable.INPUT_CORRELATION_GAP: Recorder(_correlation_gaps, first=1, asks=_one),
    Measurable.VOLUME_GROWTH: Recorder(_volumes, first=0, asks=_rank, shares="a frame of tangents"),
    Measurable.GROWTH_RATE: Recorder(_growth_rates, first=1, asks=_rank, shares="a frame of tangents"),
    Measurable.SINGULAR_VALUE: Recorder(_singular_values, first=0, is_costly=True, asks=None),
    Measurable.JACOBIAN_NORM: Recorder(_jacobian_norms, first=0, is_costly=True, asks=None),
    Measurable.WEIGHT_NORM: Recorder(_weight_norms, first=1, is_costly=True, asks=None, of_weights=True),
    Measurable.WEIGHT_IMAGE_SQUARE_NORM: Recorder(_weight_images, first=1, asks=None, of_weights=True),
    Measurable.CHAIN_RULE_DEFECT: Recorder(_chain_rule_defects, first=None, asks=None),
}
