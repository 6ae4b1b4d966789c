"""Scales: what standard draws are multiplied by, from exact variances to floats."""

from __future__ import annotations

import numpy as np
import sympy as sp

from ...networks import Dense, DrawnWeights, Elementwise, GaussianBiases, OrthogonalWeights, TruncatedNormalWeights

__all__ = ["bias_scale", "keep_of", "number", "root", "weight_scale"]

_DIGITS = 20  # more than a float has


def weight_scale(layer: Dense | Elementwise) -> float:
    """Return what standard weights are multiplied by; 1 for given ones, and where there are none."""
    if isinstance(layer, Elementwise):
        return 1.0
    law = layer.weights
    if isinstance(law, OrthogonalWeights):
        return root("weight_var", law.weight_var)
    if isinstance(law, TruncatedNormalWeights):
        return root("the variance before truncation", law.weight_var / layer.fan_in / law.truncated_var)
    return root("weight_var / fan_in", law.weight_var / layer.fan_in) if isinstance(law, DrawnWeights) else 1.0


def bias_scale(layer: Dense | Elementwise) -> float:
    """Return what standard biases are multiplied by; 0 for given ones, and where there are none."""
    if isinstance(layer, Dense) and isinstance(layer.biases, GaussianBiases):
        return root("bias_var", layer.biases.bias_var)
    return 0.0


def keep_of(layer: Dense | Elementwise) -> float:
    """Return the probability that a unit is kept."""
    return number("the probability that a unit is kept", layer.keep) if isinstance(layer, Dense) else 1.0


def root(name: str, square: sp.Expr) -> float:
    """Return the square root as a float; exact numbers may lie where floats do not reach."""
    return _float(f"{name} = {square}", "its root", sp.sqrt(square))


def number(name: str, exact: sp.Expr) -> float:
    """Return an exact number as a float, unless it lies where floats do not reach."""
    return _float(f"{name} = {exact}", "the number", exact)


def _float(told: str, what: str, exact: sp.Expr) -> float:
    digits = exact.evalf(_DIGITS)
    value = float(digits)
    if not np.isfinite(value) or (value == 0.0) != (digits == 0):
        raise ValueError(f"{told} cannot be simulated: {what} {digits} is out of the range of a float")
    return value
