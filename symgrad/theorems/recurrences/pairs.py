"""The pair of units whose gradient explodes at spectral radius zero, as a network, and how it is recognised."""

from __future__ import annotations

import numpy as np
import sympy as sp

from ...claims import Assumption, Holding, exact, no, yes
from ...networks import GivenInputs, GivenWeights, Recurrence, rnn

__all__ = ["RESTING_PAIR", "SHORT_SEQUENCE", "pair_numbers", "resting_pair"]

_TOLERANCE = sp.Rational(1, 2**40)  # what a rounding of the biases may have grown to where a sequence counts as short


def resting_pair(weight: float = 8.0, state: float = 0.5, steps: int = 8) -> Recurrence:
    r"""Return two tanh units with nilpotent weights that rest at (0, state).

    Parameters
    ----------
    weight : float, default 8
        The number c of the weights :math:`c\begin{pmatrix}1&-1\\1&-1\end{pmatrix}`, positive.
    state : float, default 1/2
        Where the second unit rests, between 0 and 1; rounded such that its product with the weight is a float.
    steps : int, default 8
        Number of steps, at least 1: the first input brings the pair to rest, the others are zero.

    Returns
    -------
    Recurrence
        The network.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> print(resting_pair())
    rnn of width 2, 8 steps, tanh, given weights, given biases, given inputs
    """
    if not (weight > 0 and 0 < state < 1 and steps >= 1):
        raise ValueError(
            f"weight = {weight}, state = {state}, steps = {steps} make no pair; give a positive weight, a state between "
            "0 and 1 and at least one step"
        )
    pull = float(weight) * float(state)
    rest = exact("the weight", float(weight)), sp.Rational(*pull.as_integer_ratio())
    biases = np.array([pull, float(sp.N(sp.atanh(rest[1] / rest[0]) + rest[1], 30))])
    inputs = np.zeros((steps, 2))
    inputs[0] = -pull
    weights = {
        "weight_ih_l0": np.eye(2),
        "weight_hh_l0": float(weight) * np.array([[1.0, -1.0], [1.0, -1.0]]),
        "bias_ih_l0": biases,
        "bias_hh_l0": np.zeros(2),
    }
    return rnn(steps=steps, weights=weights, inputs=inputs)


def pair_numbers(network: Recurrence) -> tuple[sp.Rational, sp.Rational]:
    """Return weight and state of a network that is such a pair."""
    law, inputs = network.layers[0].recurrent[0], network.inputs
    if not isinstance(law, GivenWeights) or not isinstance(inputs, GivenInputs):
        raise ValueError(f"{network} is no resting pair; build one with resting_pair")
    weight, pull = (sp.Rational(*float(x).as_integer_ratio()) for x in (law.array[0, 0], -inputs.array[0, 0]))
    return weight, pull / weight


def _is_resting_pair(network: Recurrence) -> Holding:
    differs = "the network is not the pair that resting_pair builds"
    if network.widths != (2,) or not network.steps.is_positive or not network.steps.is_Integer:
        return no(differs)
    try:
        weight, state = pair_numbers(network)
        same = network == resting_pair(float(weight), float(state), int(network.steps))
    except (ValueError, ZeroDivisionError):
        return no(differs)
    return yes("two units cancel in the weights and rest in different states") if same else no(differs)


def _short_sequence(network: Recurrence) -> Holding:
    weight, state = pair_numbers(network)
    grown = weight * sp.Max(1, weight * state**2) ** network.steps * sp.Rational(1, 2**52)
    told = f"a rounding of the biases grows to about {float(grown):.1g} in {network.steps} steps"
    return yes(told) if grown <= _TOLERANCE else no(f"{told}, and the pair does not rest in floating point")


RESTING_PAIR = Assumption(
    "resting_pair",
    "two tanh units cancel and rest in different states",
    r"R=c\begin{pmatrix}1&-1\\1&-1\end{pmatrix},\ h_t=(0,\eta)",
    _is_resting_pair,
)
SHORT_SEQUENCE = Assumption(
    "short_sequence",
    "the sequence is so short that rounding leaves the pair at rest",
    r"(c\eta^2)^T\ll2^{53}",
    _short_sequence,
)
