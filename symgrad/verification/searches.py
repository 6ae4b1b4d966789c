"""Searches: a claim about the largest value over all weights is tried by going through many of them."""

from __future__ import annotations

import math

import numpy as np

from ..claims import Claim, Measurable, Relation, Trial, symbol
from .cases import Finding

__all__ = ["searched"]

_POINTS = 200_001
_FARTHEST = 40.0  # times the inverse of the activation: beyond, the slope of a logistic unit is below 1e-17
_ROUNDING = 1e-13  # of one logistic function in double precision
# Between two points the factor differs from its largest value by half a squared spacing times its curvature, which is
# below 1 relative to it: x σ'(x) has |f''| < 0.2 near its crest of 0.22.
_MISSED = (_FARTHEST / (_POINTS - 1)) ** 2 / 2


def searched(claim: Claim) -> Finding | None:
    """Go through the weights of a path, and compare the largest factor with what is claimed.

    Parameters
    ----------
    claim : Claim
        Any claim.

    Returns
    -------
    Finding or None
        None if the claim is not about such a factor, or holds symbols.

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.rnn(width=3, steps=4, activation="sigmoid")
    >>> searched(sg.theorems.claim("path_factor_eq_hochreiter_maximum", net)).trial.value
    'consistent'
    """
    activation, claimed = claim.value_of(symbol("path_activation")), claim.valued()
    if claim.quantity.what is not Measurable.PATH_FACTOR or claimed.free_symbols or claim.relation is not Relation.EQ:
        return None
    weights = np.linspace(0.0, _FARTHEST / float(activation), _POINTS)
    fallen = np.exp(-weights * float(activation))
    largest = float(np.max(weights * fallen / (1 + fallen) ** 2))
    off = largest / float(claimed) - 1
    trial = Trial.CONSISTENT if -_MISSED - _ROUNDING <= off <= _ROUNDING else Trial.REFUTED
    reason = f"of {_POINTS} weights the largest factor is {largest:.6g}"
    return Finding(trial, reason, abs(off), None, 0.0, math.fsum((_MISSED, _ROUNDING)))
