"""Curves: the numbers of the figure, gradient norm against layer, in decimal logarithms so that nothing underflows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..claims import Axis, Claim, Measurable, Relation, jacobian_norm
from ..networks import Network, Recurrence, Subject
from ..rigor import CannotEnclose
from ..simulation import Sample
from ..theorems import claim, float_format, log_gains, log_gains_over_time
from .answers import Answer

__all__ = ["Band", "Curve", "Curves", "band_of", "gradient_curves", "typical_case", "worst_case"]

_POINTS = 61  # of a line that is computed layer by layer; a deeper network is shown at so many layers
_LN10 = math.log(10)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curve:
    """A line of the figure.

    Parameters
    ----------
    layers : (points,) float64
        Where it is known; of a recurrent network, how many steps back from the last one.
    log10 : (points,) float64
        Decimal logarithm of the gradient norm there over the one at the output.
    """

    layers: Floats
    log10: Floats


@dataclass(frozen=True, eq=False)
class Band:
    """What was simulated: median, and the range between two quantiles.

    Parameters
    ----------
    layers : (points,) float64
        The layers that were measured; of a recurrent network, how many steps back from the last one.
    low, median, high : (points,) float64
        Decimal logarithms of the 5 %, 50 % and 95 % quantiles.
    trials : int
        Number of networks drawn.
    """

    layers: Floats
    low: Floats
    median: Floats
    high: Floats
    trials: int


@dataclass(frozen=True, eq=False)
class Curves:
    """Everything that the figure shows; None where it is not known.

    Parameters
    ----------
    simulated : Band or None
        From the sample of gradient norms.
    mean_field : Curve or None
        Limit of large width.
    bound : Curve or None
        Worst case.
    underflow : float
        Decimal logarithm of the smallest normal number of single precision.
    axis : Axis
        Along what the network is deep.
    """

    simulated: Band | None
    mean_field: Curve | None
    bound: Curve | None
    underflow: float
    axis: Axis = Axis.DEPTH

    @property
    def lowest(self) -> float:
        """The lowest decimal logarithm of any line, an exact zero aside; 0 if there is no line."""
        lines = (self.mean_field, self.bound)
        ends = [line.log10 for line in lines if line is not None]
        ends += [] if self.simulated is None else [self.simulated.low]
        return min((float(value) for end in ends for value in end if np.isfinite(value)), default=0.0)

    @property
    def nears_underflow(self) -> bool:
        """Whether a line comes so near to the end of single precision that its distance says something: a third of the way."""
        return self.lowest < self.underflow / 3


def gradient_curves(answer: Answer) -> Curves:
    """Return the numbers of the figure of an answer.

    Parameters
    ----------
    answer : Answer
        With or without simulation.

    Returns
    -------
    Curves
        In decimal logarithms.
    """
    underflow = float(float_format("float32").log_smallest_normal) / _LN10
    return Curves(_simulated(answer), _mean_field(answer), _bound(answer), underflow, _axis(answer))


def _axis(answer: Answer) -> Axis:
    return Axis.TIME if isinstance(answer.network, Recurrence) else Axis.DEPTH


def band_of(sample: Sample) -> Band:
    """Return what was simulated, as a figure shows it.

    Parameters
    ----------
    sample : Sample
        Of gradient norms, or of their squares.

    Returns
    -------
    Band
        In decimal logarithms of the norm; along lags where the sample is of a recurrent network.
    """
    power = 2 if sample.quantity.what is Measurable.MEAN_SQUARE_GRADIENT else 1
    low, median, high = (sample.quantile(probability) / power / _LN10 for probability in (0.05, 0.5, 0.95))
    return Band(_places(sample.quantity.axis, sample.depth, sample.layers), low, median, high, sample.trials)


def _places(axis: Axis, depth: int, layers: npt.ArrayLike) -> Floats:
    """Return layers; of a recurrent network, steps counted from the last one backwards, as gradients travel."""
    found = np.asarray(layers, dtype=float)
    return depth - found if axis is Axis.TIME else found


def _simulated(answer: Answer) -> Band | None:
    sample = answer.sample("gradient_norm") or answer.sample("mean_square_gradient")  # its square serves as well
    return None if sample is None else band_of(sample)


# The law of wide networks of each kind, and the gains that it multiplies.
_TYPICAL: dict[type[Subject], tuple[str, Callable[[Any], list[float]]]] = {
    Network: ("mean_square_gradient_tendsto_pow_mean_square_gain", log_gains),
    Recurrence: ("mean_square_gradient_tendsto_pow_mean_square_gain_over_time", log_gains_over_time),
}


def typical_case(answer: Answer) -> Claim | None:
    """Return the law of wide networks, where it applies."""
    name, _ = _TYPICAL[type(answer.network)]
    return answer[name] if answer.applies(name) else None


def _mean_field(answer: Answer) -> Curve | None:
    if typical_case(answer) is None or answer.network.free_symbols:
        return None
    _, gains_of = _TYPICAL[type(answer.network)]
    try:
        gains = np.asarray(gains_of(answer.network))
    except CannotEnclose:
        return None
    behind = np.concatenate([np.cumsum(gains[::-1])[::-1], [0.0]])  # of the squared norm; half of it for the norm
    places = _places(_axis(answer), len(gains), np.arange(len(behind)))
    return Curve(places, behind / 2 / _LN10)


def _bound(answer: Answer) -> Curve | None:
    """Return the smallest of the upper bounds that are claimed of the Jacobian, behind each layer."""
    names = [claim.name for claim in _worst_cases(answer)]
    if not names or answer.network.free_symbols:
        return None
    depth = int(answer.network.depth)
    layers = np.unique(np.linspace(0, depth, min(depth + 1, _POINTS)).astype(int))
    behind = [answer.network.after(int(layer)) for layer in layers]
    log10 = [min(claim(name, part).log10 for name in names) for part in behind]
    return Curve(_places(_axis(answer), depth, layers), np.asarray(log10))


def worst_case(answer: Answer) -> Claim | None:
    """Return the smallest of the upper bounds that are claimed of the Jacobian; the first where symbols are left, None without any."""
    found = _worst_cases(answer)
    if not found or answer.network.free_symbols:
        return found[0] if found else None
    return min(found, key=lambda claim: claim.log10)


def _worst_cases(answer: Answer) -> list[Claim]:
    claims = (finding.application.claim for finding in answer.findings)
    return [claim for claim in claims if claim is not None and _is_worst_case(claim)]


def _is_worst_case(found: Claim) -> bool:
    """Whether a claim bounds how much a gradient can grow on its whole way."""
    return found.relation is Relation.LE and replace(found.quantity, axis=Axis.DEPTH) == jacobian_norm(0)
