"""Recorders: one small function for each measurable of a recurrent network, from a draw to logarithms, one for each step."""

from __future__ import annotations

import math

from ...claims import Measurable, Quantity
from ..vectors.recorders import Recorder, log_matrix_norm
from .draws import RecurrentDraw

__all__ = ["RECURRENT_RECORDERS"]

_LOG2 = math.log(2.0)


def _gradients(draw: RecurrentDraw, _: Quantity, steps: tuple[int, ...]) -> list[float]:
    return [float(draw.log_gradients[step]) for step in steps]


def _square_gradients(draw: RecurrentDraw, quantity: Quantity, steps: tuple[int, ...]) -> list[float]:
    return [2.0 * log for log in _gradients(draw, quantity, steps)]


def _jacobian_norms(draw: RecurrentDraw, quantity: Quantity, steps: tuple[int, ...]) -> list[float]:
    """Go down from the last step, so that each one is multiplied once."""
    found = {}
    for step in sorted(steps, reverse=True):
        product, exponent = draw.jacobian(step)
        found[step] = log_matrix_norm(product, quantity.norm) + exponent * _LOG2
    return [found[step] for step in steps]


RECURRENT_RECORDERS: dict[Measurable, Recorder[RecurrentDraw]] = {
    Measurable.GRADIENT_NORM: Recorder(_gradients, first=0),
    Measurable.MEAN_SQUARE_GRADIENT: Recorder(_square_gradients, first=0),
    Measurable.JACOBIAN_NORM: Recorder(_jacobian_norms, first=0, is_costly=True, asks=None),
}
