"""Recorders: one small function for each measurable of a recurrent network, from a draw to logarithms, one for each step."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ...claims import Measurable, Quantity
from ..vectors.recorders import Recorder, log_matrix_norm
from .draws import RecurrentDraw
from .parameters import Floats

__all__ = ["RECURRENT_RECORDERS"]

_LOG2 = math.log(2.0)


def _gradients(draw: RecurrentDraw, _: Quantity, steps: tuple[int, ...]) -> list[float]:
    return [float(draw.log_gradients[step]) for step in steps]


def _square_gradients(draw: RecurrentDraw, quantity: Quantity, steps: tuple[int, ...]) -> list[float]:
    return [2.0 * log for log in _gradients(draw, quantity, steps)]


def _jacobians(draw: RecurrentDraw, steps: tuple[int, ...], log_size: Callable[[Floats], float]) -> list[float]:
    """Go down from the last step, so that each one is multiplied once."""
    found = {}
    for step in sorted(steps, reverse=True):
        product, exponent = draw.jacobian(step)
        found[step] = log_size(product) + exponent * _LOG2
    return [found[step] for step in steps]


def _jacobian_norms(draw: RecurrentDraw, quantity: Quantity, steps: tuple[int, ...]) -> list[float]:
    return _jacobians(draw, steps, lambda product: log_matrix_norm(product, quantity.norm))


def _log_largest(product: Floats) -> float:
    largest = float(np.max(np.abs(product)))
    return math.log(largest) if largest else -math.inf


def _jacobian_entries(draw: RecurrentDraw, _: Quantity, steps: tuple[int, ...]) -> list[float]:
    return _jacobians(draw, steps, _log_largest)


RECURRENT_RECORDERS: dict[Measurable, Recorder[RecurrentDraw]] = {
    Measurable.GRADIENT_NORM: Recorder(_gradients, first=0),
    Measurable.MEAN_SQUARE_GRADIENT: Recorder(_square_gradients, first=0),
    Measurable.JACOBIAN_NORM: Recorder(_jacobian_norms, first=0, is_costly=True, asks=None),
    Measurable.JACOBIAN_ENTRY: Recorder(_jacobian_entries, first=0, is_costly=True, asks=None),
}
