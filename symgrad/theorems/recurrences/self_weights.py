"""Self-weights: hypotheses on a vanilla network of one unit, whose only recurrent weight is a number."""

from __future__ import annotations

import sympy as sp

from ...claims import Assumption, Holding, no, unknown, yes
from ...networks import GivenWeights, IdentityWeights, Recurrence, rnn

__all__ = ["EXPANDING_SELF_WEIGHT", "ONE_UNIT", "SELF_WEIGHT", "TANH_UNITS", "self_weight"]

(_TANH,) = rnn(width=1, steps=1).activations


def self_weight(network: Recurrence) -> sp.Expr | None:
    """Return the recurrent weight of a network of one unit, or None if it is drawn."""
    law = network.layers[0].recurrent[0]
    if isinstance(law, GivenWeights):
        return sp.Rational(float(law.array[0, 0]))
    return law.gain if isinstance(law, IdentityWeights) else None


def _tanh(network: Recurrence) -> Holding:
    others = [phi for phi in network.activations if phi != _TANH]
    return no(f"the activation is {others[0]}") if others else yes("the activation is tanh")


def _one_unit(network: Recurrence) -> Holding:
    width = network.widths[0]
    if width == 1:
        return yes("there is one unit")
    return unknown(f"the width {width} may be 1") if width.free_symbols else no(f"there are {width} units")


def _is_given(network: Recurrence) -> Holding:
    weight = self_weight(network)
    return no("the weight is drawn") if weight is None else yes(f"the weight is {weight}")


def _expanding(network: Recurrence) -> Holding:
    weight = self_weight(network)
    above = None if weight is None else (weight - 1).is_positive
    if above:
        return yes(f"the weight {weight} is above 1")
    return unknown(f"{weight} may be 1 or less") if above is None else no(f"the weight {weight} is not above 1")


TANH_UNITS = Assumption("tanh_units", "units are hyperbolic tangents", r"\varphi=\tanh", _tanh)
ONE_UNIT = Assumption("one_unit", "there is one unit", "n=1", _one_unit)
SELF_WEIGHT = Assumption("self_weight_given", "the recurrent weight is a given number", r"w\text{ given}", _is_given)
EXPANDING_SELF_WEIGHT = Assumption("expanding_self_weight", "the weight is above 1", "w>1", _expanding)
