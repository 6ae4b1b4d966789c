"""Counts: a claim about how many factors it takes is tried by multiplying, one factor after the other.

There is nothing to draw, but there is something to do: no logarithm, no floor and no formula of a theorem is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import sympy as sp

from ..claims import Claim, Measurable, Relation, Trial, symbol
from .cases import Finding

__all__ = ["counted", "fraction"]

_RATE, _THRESHOLD, _PREFACTOR = symbol("rate"), symbol("threshold"), symbol("prefactor")
_DIGITS = 40  # of a rate that is no fraction
_MOST = 2000  # factors; their exact product is then a fraction of some thousand digits

_COUNTED = (
    Measurable.VANISHING_DEPTH,
    Measurable.REACHING_DEPTH,
    Measurable.UNDERFLOW_DEPTH,
    Measurable.HALVING_TIME,
)

Stop = Callable[[Fraction], bool]


def counted(claim: Claim) -> Finding | None:
    """Multiply until the product has fallen as far as a claim says, and compare the counts.

    Parameters
    ----------
    claim : Claim
        Any claim.

    Returns
    -------
    Finding or None
        None if the claim is not about a count, holds symbols, or needs more factors than are worth multiplying.

    Examples
    --------
    >>> import symgrad as sg
    >>> claim = sg.theorems.claim("vanishing_depth_eq_log_ratio", sg.mlp(activation="sigmoid", weights=1, depth=4))
    >>> counted(claim).reason
    '10 factors were multiplied, as claimed'
    """
    if claim.quantity.what not in _COUNTED:
        return None
    rate, claimed = claim.value_of(_RATE), claim.valued()
    if claim.relation not in _HOLDS or (rate.free_symbols | claimed.free_symbols):
        return None
    if claim.quantity.what is Measurable.HALVING_TIME:
        return _halved(claim, rate, claimed)
    stop = _stop(claim)
    if stop is None or not claimed.is_Integer:
        return None
    count = _count(fraction(rate), stop)
    if count is None:
        return None
    holds = _HOLDS[claim.relation](count, int(claimed))
    reason = f"{count} factors were multiplied, {'as' if holds else f'not {claimed} as'} claimed"
    return _finding(reason, abs(count - int(claimed)) / max(count, 1), holds=holds)


def _finding(reason: str, slack: float, *, holds: bool) -> Finding:
    return Finding(Trial.CONSISTENT if holds else Trial.REFUTED, reason, slack, None, 0.0)


def _halved(claim: Claim, rate: sp.Expr, claimed: sp.Expr) -> Finding | None:
    """Multiply many factors and count how often the product has halved: the time for one lies between two fractions."""
    product = fraction(rate) ** _MOST
    times = int(1 / product).bit_length() - 1 if product else 0
    if times < 1 or claim.relation is not Relation.EQ:
        return None
    one, longest = fraction(claimed), Fraction(_MOST, times)
    margin = 1 + Fraction(1, 10 ** (_DIGITS - 1))  # the claimed number is read to so many digits
    holds = Fraction(_MOST, times + 1) <= one * margin and one <= longest * margin
    reason = (
        f"{_MOST} factors halved the product {times} times, {'as' if holds else f'not once in {claimed} as'} claimed"
    )
    return replace(_finding(reason, abs(float(one / longest - 1)), holds=holds), power=1 / times)


_HOLDS: dict[Relation, Callable[[int, int], bool]] = {
    Relation.EQ: lambda count, claimed: count == claimed,
    Relation.LE: lambda count, claimed: count <= claimed,
    Relation.LT: lambda count, claimed: count < claimed,
    Relation.GE: lambda count, claimed: count >= claimed,
}


def _stop(claim: Claim) -> Stop | None:
    """Return what ends the multiplication: a threshold, or what NumPy makes of the product in single precision."""
    if claim.quantity.what is Measurable.UNDERFLOW_DEPTH:
        return lambda product: np.float32(float(product)) == 0
    goal = claim.value_of(_THRESHOLD / _PREFACTOR).xreplace({_PREFACTOR: sp.S.One})  # where none is named, it is one
    if goal.free_symbols:
        return None
    level = fraction(goal)
    stops: dict[Measurable, Stop] = {
        Measurable.VANISHING_DEPTH: lambda product: product < level,
        Measurable.REACHING_DEPTH: lambda product: product <= level,
    }
    return stops.get(claim.quantity.what)


def fraction(value: sp.Expr) -> Fraction:
    """Read a number as a fraction: exactly if it is one, else to many digits."""
    rational = value if value.is_Rational else sp.Rational(str(value.evalf(_DIGITS)))
    return Fraction(int(rational.p), int(rational.q))


def _count(rate: Fraction, stop: Stop) -> int | None:
    product = Fraction(1)
    for count in range(_MOST + 1):
        if stop(product):
            return count
        product *= rate
    return None
