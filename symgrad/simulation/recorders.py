"""Recorders: one small function for each measurable, from a draw to logarithms. Adding a measurable is one row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ..claims import Measurable, Norm, Quantity
from .draws import Draw, log_norm
from .streams import Purpose

__all__ = ["RECORDERS", "Recorder"]

Recorder = Callable[[Draw, Quantity, tuple[int, ...]], list[float]]
Array = npt.NDArray[np.floating]

_ORDERS = {Norm.SPECTRAL: 2, Norm.ONE: 1, Norm.INF: np.inf, Norm.FROBENIUS: "fro"}


def _gradients(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    logs = draw.backward[1]
    return [logs[layer] for layer in layers]


def _square_gradients(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    return [2.0 * log for log in _gradients(draw, quantity, layers)]


def _preactivations(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    return [draw.log_preactivation_squares[layer - 1] for layer in layers]


def _jacobian_norms(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    """Multiply the layer Jacobians up from the output, scaled after each."""
    product, log, found = np.eye(draw.width(draw.depth)), 0.0, {}
    for layer in range(draw.depth, min(layers) - 1, -1):
        if layer in layers:
            found[layer] = log + _log_matrix_norm(product, quantity.norm)
        if layer > min(layers):
            product = (product * draw.slopes(layer)) @ draw.weights(layer)
            largest = float(np.max(np.abs(product)))
            product, log = (product / largest, log + float(np.log(largest))) if largest > 0 else (product, log)
    return [found[layer] for layer in layers]


def _log_matrix_norm(matrix: Array, norm: Norm) -> float:
    value = float(np.linalg.norm(matrix, _ORDERS[norm]))  # type: ignore[call-overload]
    return float(np.log(value)) if value > 0 else -np.inf


def _weight_norms(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    return [_log_matrix_norm(draw.weights(layer), quantity.norm) for layer in layers]


def _weight_images(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    return [2.0 * log_norm(draw.forward(layer, _probe(draw, layer))) for layer in layers]


def _probe(draw: Draw, layer: int) -> Array:
    return draw.stream.direction(Purpose.PROBE, layer, draw.width(layer - 1))


def _chain_rule_defects(draw: Draw, quantity: Quantity, layers: tuple[int, ...]) -> list[float]:
    """Compare <g_0, u> with <g_L, J u>, the tangent pushed forward, relative to the lengths of the two vectors."""
    start = draw.stream.direction(Purpose.TANGENT, 0, draw.width(0))
    tangent, grown = start, 0.0
    for layer in range(1, draw.depth + 1):
        tangent = draw.slopes(layer) * draw.forward(layer, tangent)
        length = log_norm(tangent)
        if length == -np.inf:
            return [-np.inf]
        tangent, grown = tangent / np.exp(length), grown + length
    gradient, logs = draw.backward
    back = float(gradient @ start) * float(np.exp(logs[0] - grown))
    defect = abs(back - float(draw.output_gradient @ tangent))
    return [float(np.log(defect)) if defect > 0 else -np.inf]


RECORDERS: dict[Measurable, Recorder] = {
    Measurable.GRADIENT_NORM: _gradients,
    Measurable.MEAN_SQUARE_GRADIENT: _square_gradients,
    Measurable.PREACTIVATION_VAR: _preactivations,
    Measurable.JACOBIAN_NORM: _jacobian_norms,
    Measurable.WEIGHT_NORM: _weight_norms,
    Measurable.WEIGHT_IMAGE_SQUARE_NORM: _weight_images,
    Measurable.CHAIN_RULE_DEFECT: _chain_rule_defects,
}
