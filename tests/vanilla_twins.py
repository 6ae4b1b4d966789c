"""Slow, obvious twins of recurrent networks: loops in NumPy that know no theorem and no kernel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Floats = np.ndarray
Unit = Callable[[Floats], Floats]

UNITS: dict[str, tuple[Unit, Unit]] = {
    "tanh": (np.tanh, lambda a: 1 / np.cosh(a) ** 2),
    "sigmoid": (lambda a: 1 / (1 + np.exp(-a)), lambda a: 1 / (2 * np.cosh(a / 2)) ** 2),
    "relu": (lambda a: np.maximum(a, 0), lambda a: (a > 0).astype(float)),
    "identity": (lambda a: a, np.ones_like),
}


def step_jacobians(recurrent: Floats, drives: Floats, unit: str, start: Floats) -> list[Floats]:
    """The Jacobian of each step of ``h' = phi(R h + drive)``: one drive, input and bias together, for each step."""
    phi, slope = UNITS[unit]
    state, found = start, []
    for drive in drives:
        at = recurrent @ state + drive
        found.append(np.diag(slope(at)) @ recurrent)
        state = phi(at)
    return found


def through_time(jacobians: list[Floats]) -> Floats:
    """Their product, the last one to the left."""
    product = np.eye(len(jacobians[0]))
    for each in jacobians:
        product = each @ product
    return product
