"""Unrolled networks: backpropagation through time is tried on a small network in exact fractions.

Forward, each number carries its derivative by one weight along (dual numbers); backward, the gradient is sent through
the steps. The two must give the same fraction for every weight.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction

from ..claims import Claim, Measurable, Relation, Trial
from .cases import Finding
from .counts import fraction

__all__ = ["unrolled"]

_WIDTH, _STEPS = 3, 4


@dataclass(frozen=True)
class _Dual:
    """A number and its derivative."""

    value: Fraction
    slope: Fraction = Fraction(0)

    def __add__(self, other: _Dual) -> _Dual:
        return _Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other: _Dual) -> _Dual:
        return _Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)


_States = list[list[Fraction]]


def unrolled(claim: Claim) -> Finding | None:
    """Differentiate a small network twice, and compare.

    Parameters
    ----------
    claim : Claim
        Any claim.

    Returns
    -------
    Finding or None
        None if the claim is not about this disagreement, or holds symbols.

    Examples
    --------
    >>> import symgrad as sg
    >>> unrolled(sg.theorems.claim("unrolled_gradient_defect_eq_zero", sg.rnn(width=3, steps=4))).reason
    'forward and backward in exact fractions, 9 weights differ by 0'
    """
    if claim.quantity.what is not Measurable.UNROLLED_GRADIENT_DEFECT or claim.relation is not Relation.EQ:
        return None
    back, forth = _backward(), [_forward(i, j) for i in range(_WIDTH) for j in range(_WIDTH)]
    defect = max(abs(one - other) for one, other in zip(back, forth, strict=True))
    trial = Trial.CONSISTENT if defect == fraction(claim.valued()) else Trial.REFUTED
    reason = f"forward and backward in exact fractions, {_WIDTH**2} weights differ by {defect}"
    return Finding(trial, reason, float(defect), None, 0.0, sys.float_info.min)  # any defect is seen


def _weight(i: int, j: int) -> Fraction:
    return Fraction(i - 2 * j + 1, i + j + 2)


def _drive(step: int, i: int) -> Fraction:
    return Fraction(step + 1, 2 * i + 3)


def _loss_gradient(step: int, i: int) -> Fraction:
    """Of a loss at every step, linear in the states."""
    return Fraction(i + 1, step + 1)


def _forward(row: int, column: int) -> Fraction:
    """Return the derivative of the loss by one weight, with activation ``a - a^3``."""
    state, total = [_Dual(Fraction(1, i + 2)) for i in range(_WIDTH)], Fraction(0)
    for step in range(_STEPS):
        new = []
        for i in range(_WIDTH):
            at = _Dual(_drive(step, i))
            for j in range(_WIDTH):
                at = at + _Dual(_weight(i, j), Fraction((i, j) == (row, column))) * state[j]
            new.append(at + _Dual(Fraction(-1)) * at * at * at)
        state = new
        total += sum(_loss_gradient(step, i) * state[i].slope for i in range(_WIDTH))
    return total


def _backward() -> list[Fraction]:
    """Return the derivatives by all weights, row by row."""
    states: _States = [[Fraction(1, i + 2) for i in range(_WIDTH)]]
    slopes: _States = []
    for step in range(_STEPS):
        at = [_drive(step, i) + sum(_weight(i, j) * states[-1][j] for j in range(_WIDTH)) for i in range(_WIDTH)]
        states.append([a - a**3 for a in at])
        slopes.append([1 - 3 * a**2 for a in at])
    total = [Fraction(0)] * _WIDTH**2
    behind = [Fraction(0)] * _WIDTH
    for step in reversed(range(_STEPS)):
        error = [slopes[step][i] * (behind[i] + _loss_gradient(step, i)) for i in range(_WIDTH)]
        uses = [error[i] * states[step][j] for i in range(_WIDTH) for j in range(_WIDTH)]
        total = [one + use for one, use in zip(total, uses, strict=True)]
        behind = [sum((_weight(i, j) * error[i] for i in range(_WIDTH)), Fraction(0)) for j in range(_WIDTH)]
    return total
