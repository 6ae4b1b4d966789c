"""Curves: the numbers of the figure, gradient norm against layer, in decimal logarithms so that nothing underflows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..networks import Network
from ..rigor import CannotEnclose
from ..theorems import claim, float_format, log_gains
from .answers import Answer

__all__ = ["Band", "Curve", "Curves", "gradient_curves"]

_POINTS = 61  # of a line that is computed layer by layer; a deeper network is shown at so many layers
_LN10 = math.log(10)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curve:
    """A line of the figure.

    Parameters
    ----------
    layers : (points,) float64
        Where it is known.
    log10 : (points,) float64
        Decimal logarithm of the gradient norm at the layer over the one at the output.
    """

    layers: Floats
    log10: Floats


@dataclass(frozen=True, eq=False)
class Band:
    """What was simulated: median, and the range between two quantiles.

    Parameters
    ----------
    layers : (points,) float64
        The layers that were measured.
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
    """

    simulated: Band | None
    mean_field: Curve | None
    bound: Curve | None
    underflow: float

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
    return Curves(_simulated(answer), _mean_field(answer), _bound(answer), underflow)


def _simulated(answer: Answer) -> Band | None:
    sample, power = answer.sample("gradient_norm"), 1
    if sample is None:  # its square serves as well
        sample, power = answer.sample("mean_square_gradient"), 2
    if sample is None:
        return None
    low, median, high = (sample.quantile(probability) / power / _LN10 for probability in (0.05, 0.5, 0.95))
    return Band(np.asarray(sample.layers, dtype=float), low, median, high, sample.trials)


def _mean_field(answer: Answer) -> Curve | None:
    name = "mean_square_gradient_tendsto_pow_mean_square_gain"
    network = answer.network
    if not isinstance(network, Network) or not answer.applies(name) or network.free_symbols:
        return None
    try:
        gains = np.asarray(log_gains(network))
    except CannotEnclose:
        return None
    behind = np.concatenate([np.cumsum(gains[::-1])[::-1], [0.0]])  # of the squared norm; half of it for the norm
    return Curve(np.arange(len(behind), dtype=float), behind / 2 / _LN10)


def _bound(answer: Answer) -> Curve | None:
    name = "jacobian_norm_le_prod_lipschitz"
    network = answer.network
    if not isinstance(network, Network) or not answer.applies(name) or network.free_symbols:
        return None
    depth = int(network.depth)
    layers = np.unique(np.linspace(0, depth, min(depth + 1, _POINTS)).astype(int))
    log10 = [claim(name, network.after(int(layer))).log10 for layer in layers]
    return Curve(layers.astype(float), np.asarray(log10))
