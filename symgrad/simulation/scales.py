"""Scales: what standard draws are multiplied by, from exact variances to floats."""

from __future__ import annotations

import numpy as np
import sympy as sp

from ..networks import Dense, DrawnWeights, GaussianBiases, OrthogonalWeights, TruncatedNormalWeights

__all__ = ["bias_scale", "root", "weight_scale"]

_DIGITS = 20  # more than a float has


def weight_scale(layer: Dense) -> float:
    """Return what standard weights are multiplied by; 1 for given ones."""
    law = layer.weights
    if isinstance(law, OrthogonalWeights):
        return root("weight_var", law.weight_var)
    if isinstance(law, TruncatedNormalWeights):
        return root("the variance before truncation", law.weight_var / layer.fan_in / law.truncated_var)
    return root("weight_var / fan_in", law.weight_var / layer.fan_in) if isinstance(law, DrawnWeights) else 1.0


def bias_scale(layer: Dense) -> float:
    """Return what standard biases are multiplied by; 0 for given ones."""
    return root("bias_var", layer.biases.bias_var) if isinstance(layer.biases, GaussianBiases) else 0.0


def root(name: str, square: sp.Expr) -> float:
    """Return the square root as a float; exact numbers may lie where floats do not reach."""
    root = sp.sqrt(square).evalf(_DIGITS)
    value = float(root)
    if not np.isfinite(value) or (value == 0.0) != (root == 0):
        raise ValueError(f"{name} = {square} cannot be simulated: its root {root} is out of the range of a float")
    return value
