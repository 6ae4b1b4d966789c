"""Hypotheses of theorems about linear recurrent networks with random weights."""

from __future__ import annotations

from ...claims import Assumption, Holding, define, no, unknown, yes
from ...networks import Recurrence

__all__ = ["FEW_STEPS", "LINEAR_ACTIVATION", "MOST_STEPS"]

MOST_STEPS = 10  # then the words of a Wick sum take a second or two; two steps more take ten times as long


def _linear(network: Recurrence) -> Holding:
    for phi in network.activations:
        slope = define(phi.derivative)
        if slope != 1:
            return no(f"the slope of {phi} is not 1 everywhere")
    return yes("every activation is the identity")


def _few_steps(network: Recurrence) -> Holding:
    steps = network.steps
    if not steps.is_Integer:
        return unknown(f"the number of steps, {steps}, is a symbol; give it a number")
    if steps <= MOST_STEPS:
        return yes(f"there are {steps} steps")
    return no(f"there are {steps} steps, whose pairings are too many; and a few rare draws carry such a mean")


LINEAR_ACTIVATION = Assumption("linear_activation", "the activation is the identity", r"\varphi(x)=x", _linear)
FEW_STEPS = Assumption("few_steps", "there are at most 10 steps", rf"T\le{MOST_STEPS}", _few_steps)
