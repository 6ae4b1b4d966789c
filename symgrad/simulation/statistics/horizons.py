"""Horizons: how far back in time, or down in depth, a gradient reaches before it is below a threshold."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ...claims import Measurable
from .samples import Sample

__all__ = ["horizons"]

_POWERS = {Measurable.GRADIENT_NORM: 1.0, Measurable.MEAN_SQUARE_GRADIENT: 2.0, Measurable.JACOBIAN_NORM: 1.0}


def horizons(sample: Sample, threshold: float) -> npt.NDArray[np.float64]:
    """Return the first lag at which a gradient is below a threshold, in each trial.

    Parameters
    ----------
    sample : Sample
        Of norms of gradients or Jacobians, or of their squares, at every step or layer down from the last one.
    threshold : float
        Of the norm, relative to the output; positive.

    Returns
    -------
    (trials,) float64
        Lags, counted from the last step or layer; infinity where the gradient is at no lag below the threshold.

    Raises
    ------
    ValueError
        If the sample is of something else or leaves out lags, or the threshold is not positive.

    Examples
    --------
    >>> import symgrad as sg
    >>> network = sg.rnn(8, 50, "identity", law="orthogonal", gain=0.5, input_mean_square=0)
    >>> horizons(sg.simulate(network, "gradient_norm", trials=2, rng=0), 0.3)
    array([2., 2.])
    """
    if sample.quantity.what not in _POWERS:
        able = ", ".join(what.code_name for what in _POWERS)
        raise ValueError(f"{sample.quantity} has no horizon; simulate one of {able}")
    if not threshold > 0:
        raise ValueError(f"threshold = {threshold} is not positive; give a number such as 0.01")
    lags = sample.depth - np.array(sample.layers[::-1])
    if not np.array_equal(lags, np.arange(len(lags))):
        raise ValueError(
            f"the sample was measured at {sample.layers}; simulate every step, by the name of the quantity"
        )
    below = sample.log_values[:, ::-1] < _POWERS[sample.quantity.what] * math.log(threshold)
    return np.where(below.any(axis=1), below.argmax(axis=1), np.inf)
