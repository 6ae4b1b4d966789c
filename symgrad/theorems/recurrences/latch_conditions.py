"""Latch conditions: when no input pushes a tanh unit out of its state, and from which state on."""

from __future__ import annotations

import mpmath
import numpy as np
import sympy as sp

from ...claims import (
    Assumption,
    Holding,
    no,
    yes,
)
from ...networks import GivenInputs, GivenWeights, Recurrence
from ...rigor import ImplicitConstant
from .keeping_gates import bias_number
from .self_weights import self_weight

__all__ = [
    "BEYOND_KEPT_STATE",
    "KNOWN_SELF_WEIGHT",
    "LATCHED_UNIT",
    "NO_DRIVE",
    "largest_drive",
    "lowest_preactivation",
]

_WIDE = sp.Rational(1, 10**6)  # around a root that floats have found, in which it is certified


def largest_drive(network: Recurrence) -> sp.Expr | None:
    """Return the largest sum of input and bias, in absolute value, or None if it is not known or has no bound."""
    (layer,) = network.layers
    bias, law = bias_number(layer, layer.cell.biases[0]), layer.matrix(layer.cell.inputs[0])
    if bias is None:
        return None
    if not isinstance(network.inputs, GivenInputs):
        return abs(bias) if network.inputs.mean_square.is_zero else None
    if not isinstance(law, GivenWeights):
        return None
    row = [sp.Rational(float(x)) for x in law.array[0]]
    drives = (
        sum((w * sp.Rational(float(x)) for w, x in zip(row, given, strict=True)), bias)
        for given in network.inputs.array
    )
    return sp.Max(*(abs(drive) for drive in drives))


def lowest_preactivation(weight: sp.Expr, drive: sp.Expr) -> sp.Expr | None:
    """Return the preactivation below which no latched unit falls: the larger root of a = w tanh(a) - u, if there is one."""
    turn = float(sp.acosh(sp.sqrt(weight)))
    w, u = float(weight), float(drive)
    if turn - w * np.tanh(turn) + u >= 0:
        return None
    near = sp.Rational(float(mpmath.findroot(lambda a: a - w * mpmath.tanh(a) + u, (turn, w + 1), solver="anderson")))
    a = sp.Symbol("a", real=True)
    return ImplicitConstant(a - weight * sp.tanh(a) + drive, a, near * (1 - _WIDE), near * (1 + _WIDE))


def _number(network: Recurrence) -> Holding:
    weight = self_weight(network)
    known = weight is not None and weight.is_number
    return yes(f"it is {weight}") if known else no(f"it is {weight}, which is no number")


def _no_drive(network: Recurrence) -> Holding:
    drive = largest_drive(network)
    return yes("nothing comes in") if drive == 0 else no("there are inputs or biases")


def _beyond(network: Recurrence) -> Holding:
    start, weight = sp.sqrt(network.state_mean_square), self_weight(network)
    gap = start - sp.tanh(weight * start)
    if gap.is_nonnegative and start.is_positive:
        return yes("a step takes the initial state towards zero, and no further than to the state that is kept")
    return no(f"a step may take the initial state {start} away from zero")


def _latched(network: Recurrence) -> Holding:
    weight, drive = self_weight(network), largest_drive(network)
    if weight is None or drive is None:
        return no("what comes in has no known bound; give inputs and their weights")
    lowest = lowest_preactivation(weight, drive)
    if lowest is None:
        return no(f"inputs up to {float(drive):.4g} push the unit out of its state")
    start = sp.sqrt(network.state_mean_square)
    if (start - sp.tanh(lowest)).is_nonnegative:
        return yes(f"the state stays at or above {float(sp.tanh(lowest)):.4g}")
    return no(f"the initial state {start} is below {float(sp.tanh(lowest)):.4g}, from which on the unit is latched")


KNOWN_SELF_WEIGHT = Assumption("known_self_weight", "the weight is a number", r"w\in\mathbb{R}", _number)
NO_DRIVE = Assumption("no_drive", "there are neither inputs nor biases", r"Wx_t+b=0", _no_drive)
BEYOND_KEPT_STATE = Assumption(
    "beyond_kept_state", "the unit begins at the state that it keeps or beyond", r"|h_0|\ge|\tanh(wh_0)|", _beyond
)
LATCHED_UNIT = Assumption(
    "latched_unit",
    "no input pushes the unit out of its state",
    r"|Wx_t+b|\le u<u^*,\ |h_0|\ge h_-=\tanh(wh_--u)",
    _latched,
)
