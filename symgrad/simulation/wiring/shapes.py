"""Shapes: which layers have one constant slope on each side of zero, and so many units that it is used."""

from __future__ import annotations

import math

from ...claims import symbol
from ...networks import Dense, Elementwise, GivenBiases

__all__ = ["is_wide", "sides"]

_FEWEST = 96  # units: fewer are drawn one by one in less time than the variates of a layer take


def is_wide(units: int) -> bool:
    """Say whether a layer has so many units that it is faster to draw its sums at once."""
    return units >= _FEWEST


def sides(layer: Dense | Elementwise) -> tuple[float, float]:
    """Return the slopes on the left and on the right of zero.

    Parameters
    ----------
    layer : Dense or Elementwise
        Without symbols.

    Returns
    -------
    tuple of float
        Both nan if the activation is no multiple of its argument on each side, if biases other than zero are given, or
        if there are few units or no weights.

    Examples
    --------
    >>> import symgrad as sg
    >>> [sides(sg.mlp(width=100, depth=1, activation=name).blocks[0].layer) for name in ("leaky_relu", "Abs(x)", "elu")]
    [(0.01, 1.0), (-1.0, 1.0), (nan, nan)]
    """
    if isinstance(layer, Elementwise):
        return math.nan, math.nan
    shifted = isinstance(layer.biases, GivenBiases) and layer.biases.array.any()
    if shifted or not is_wide(int(layer.fan_out)) or not layer.activation.is_positively_homogeneous:
        return math.nan, math.nan
    left, right = (layer.activation.expression.subs(symbol("x"), side) for side in (-1, 1))
    return -float(left), float(right)
