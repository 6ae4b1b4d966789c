"""Held units: a bound of a gradient through time is tried on one linear unit that its inputs hold at the largest state.

A backward pass goes through it in exact fractions, loss by loss and step by step; no series and no formula of a theorem
is used. A bound that is attained there cannot be made smaller.
"""

from __future__ import annotations

import math
from fractions import Fraction

import sympy as sp

from ..claims import Claim, Measurable, Relation, Trial, symbol
from .cases import Finding
from .counts import fraction

__all__ = ["held"]

_RATE, _SLOPE, _STATE = symbol("rate"), symbol("lipschitz"), symbol("state_bound")
_STEPS, _WINDOW = symbol("steps"), symbol("window")
_MOST = 256  # steps; a backward pass from each loss is then some ten thousand products of long fractions

_GRADIENTS = (
    Measurable.SUMMED_GRADIENT_NORM,
    Measurable.TRUNCATION_ERROR,
    Measurable.CHUNKING_ERROR,
)


def held(claim: Claim) -> Finding | None:
    """Send gradients back through the unit, and compare their sum with the bound.

    Parameters
    ----------
    claim : Claim
        Any claim.

    Returns
    -------
    Finding or None
        None if the claim is not an upper bound of such a gradient, holds symbols, or has more steps than are worth it.

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.theorems.recurrences.total_gradients import steady_unit
    >>> held(sg.theorems.claim("summed_gradient_norm_le_geometric_series", steady_unit())).reason
    'a held linear unit has 1 times the bound'
    """
    what = claim.quantity.what
    if what not in _GRADIENTS or claim.relation is not Relation.LE:
        return None
    count, window = claim.value_of(_STEPS), claim.value_of(_WINDOW)
    if not count.is_Integer or count > _MOST or claim.valued().free_symbols or not claim.valued():
        return None
    steps = int(count)
    reach = int(window) if window.is_Integer else 0
    rate = claim.value_of(_RATE).xreplace({_RATE: sp.S.One})  # where none is named, it is one
    unit = (fraction(rate), fraction(claim.value_of(_SLOPE)), fraction(claim.value_of(_STATE)))
    total = sum(_sent_back(loss, _first_lag(what, loss, reach), unit) for loss in range(1, steps + 1))
    share = total / fraction(claim.valued())
    return _finding(Fraction(share), f"a held linear unit has {float(share):.6g} times the bound")


def _finding(share: Fraction, reason: str) -> Finding:
    trial = Trial.REFUTED if share > 1 + _ROUNDING else Trial.CONSISTENT
    slack = 0.0 - math.log10(share) if share else math.inf
    return Finding(trial, reason, slack, None, 0.0, float(max(abs(1 - share), _ROUNDING)))


_ROUNDING = Fraction(1, 10**30)  # bounds that are no fractions are read to some more digits


def _sent_back(uses: int, first: int, unit: tuple[Fraction, Fraction, Fraction]) -> Fraction:
    """Return the gradient by the weight, of a loss after so many uses of it, at lags from the first that counts on."""
    rate, slope, state = unit
    gradient, total = Fraction(1), Fraction(0)
    for lag in range(uses):
        if lag >= first:
            total += slope * gradient * state
        gradient *= rate
    return total


def _first_lag(what: Measurable, loss: int, window: int) -> int:
    """Return the shortest lag that counts: all do, or those beyond a window, or those beyond the boundary of a chunk."""
    if what is Measurable.TRUNCATION_ERROR:
        return window + 1
    return (loss - 1) % window + 1 if what is Measurable.CHUNKING_ERROR else 0
