"""Recorders: one small function for each measurable of a recurrent network, from a draw to logarithms, one for each step."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...claims import Measurable, Norm, Quantity
from ...networks import Recurrence
from ..vectors.recorders import Recorder, log_fraction, log_matrix_norm, parameter_of
from ..wiring.wirings import Floats
from .draws import RecurrentDraw

__all__ = ["RECURRENT_RECORDERS", "StepRecorder"]

_LOG2 = math.log(2.0)


@dataclass(frozen=True)
class StepRecorder(Recorder[RecurrentDraw]):
    """How a measurable is read off a draw of a recurrent network.

    Parameters
    ----------
    record, first, is_costly, refusal : as for `Recorder`
        Its layers are steps.
    returns : bool, default True
        Whether it goes back in time; otherwise memory does not grow with the steps.
    adds_up : bool, default False
        Whether it takes the gradient by the matrices.
    pushes : bool, default False
        Whether it pushes tangents.
    """

    returns: bool = True
    adds_up: bool = False
    pushes: bool = False


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


def _weight_gradients(draw: RecurrentDraw, _: Quantity, steps: tuple[int, ...]) -> list[float]:
    """What steps from this one on give: at step 1 all of it, later the gradient that is truncated there."""
    return [float(draw.log_weight_gradients[step - 1]) for step in steps]


def _volumes(draw: RecurrentDraw, quantity: Quantity, steps: tuple[int, ...]) -> list[float]:
    """The volume is the product of the distances of each image from those before it."""
    return [float(log) for log in _stretches(draw, quantity, steps).sum(axis=1)]


def _growth_rates(draw: RecurrentDraw, quantity: Quantity, steps: tuple[int, ...]) -> list[float]:
    """Per step, what the direction of that rank gains beside those before it (Benettin et al. 1980)."""
    logs = _stretches(draw, quantity, steps)[:, -1]
    return [float(log) / step for log, step in zip(logs, steps, strict=True)]


def _stretches(draw: RecurrentDraw, quantity: Quantity, steps: tuple[int, ...]) -> Floats:
    return draw.stretches(int(parameter_of(quantity)), steps)


def _preactivations(draw: RecurrentDraw, _: Quantity, steps: tuple[int, ...]) -> list[float]:
    found = [draw.preactivations(step) for step in steps]
    return [2.0 * log_matrix_norm(each.reshape(-1, 1), Norm.FROBENIUS) - math.log(each.size) for each in found]


def _saturated(draw: RecurrentDraw, quantity: Quantity, steps: tuple[int, ...]) -> Sequence[float]:
    threshold = parameter_of(quantity)
    return [log_fraction(np.abs(draw.slopes(step)) < threshold) for step in steps]


def _dead(draw: RecurrentDraw, _: Quantity, steps: tuple[int, ...]) -> Sequence[float]:
    return [log_fraction(draw.slopes(step) == 0.0) for step in steps]


def _chain_rule_defects(draw: RecurrentDraw, _: Quantity, __: tuple[int, ...]) -> list[float]:
    """Compare <g_0, u> with <g_T, J u>, the tangent pushed forward, relative to the lengths of the two vectors."""
    start, end, grown = draw.tangent()
    if grown == -np.inf:
        return [-np.inf]
    back = float(np.sum(draw.first_gradient * start)) * math.exp(draw.log_gradients[0] - grown)
    defect = abs(back - float(np.sum(draw.output_gradient * end)))
    return [math.log(defect) if defect > 0 else -np.inf]


def _is_not_vanilla(network: Recurrence) -> str | None:
    count = sum(len(layer.cell.recurrent) for layer in network.layers)
    return None if count == 1 else f"it is of the one preactivation through time, and there are {count}"


def _has_no_sum(network: Recurrence) -> str | None:
    if not network.tied:
        return "it is of matrices that serve all steps, and these are fresh at each"
    has_matrix = any(layer.cell.recurrent for layer in network.layers)
    return None if has_matrix else "there is no recurrent matrix"


def _has_no_activation(network: Recurrence) -> str | None:
    return None if any(layer.cell.gates for layer in network.layers) else "there is no activation"


RECURRENT_RECORDERS: dict[Measurable, StepRecorder] = {
    Measurable.GRADIENT_NORM: StepRecorder(_gradients, first=0),
    Measurable.MEAN_SQUARE_GRADIENT: StepRecorder(_square_gradients, first=0),
    Measurable.PREACTIVATION_VAR: StepRecorder(_preactivations, first=1, returns=False, refusal=_is_not_vanilla),
    Measurable.WEIGHT_GRADIENT_NORM: StepRecorder(_weight_gradients, first=1, adds_up=True, refusal=_has_no_sum),
    Measurable.SATURATED_FRACTION: StepRecorder(_saturated, first=1, returns=False, refusal=_has_no_activation),
    Measurable.DEAD_FRACTION: StepRecorder(_dead, first=1, returns=False, refusal=_has_no_activation),
    Measurable.VOLUME_GROWTH: StepRecorder(_volumes, first=0, returns=False, pushes=True),
    Measurable.GROWTH_RATE: StepRecorder(_growth_rates, first=1, returns=False, pushes=True),
    Measurable.CHAIN_RULE_DEFECT: StepRecorder(_chain_rule_defects, first=None, pushes=True, asks=None),
    Measurable.JACOBIAN_NORM: StepRecorder(_jacobian_norms, first=0, is_costly=True, asks=None),
    Measurable.JACOBIAN_ENTRY: StepRecorder(_jacobian_entries, first=0, is_costly=True, asks=None),
}
