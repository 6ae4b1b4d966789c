"""Powers: the smallest error in a claim that a run would have noticed, found by asking the rule itself."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..claims import Relation, Trial
from .cases import Case
from .rules import Rule

__all__ = ["power"]

_FIRST = 1e-17  # below half a machine epsilon; an error of this size is none
_LAST = 1e9  # in logarithms: larger than the logarithm of any bound that occurs
_STEPS = 40  # halvings of a factor of 4: the answer is exact to 1e-12, relative


def power(rule: Rule, case: Case) -> float:
    """Return the smallest relative error of a claim that would have been refuted by these trials.

    Parameters
    ----------
    rule : Rule
        It decides every scaled claim, so the power can never disagree with the rule.
    case : Case
        The trials beside the bound as claimed.

    Returns
    -------
    float
        The smallest ``e`` for which the claim with the bound times ``1 - e`` (upper bounds), ``1 + e`` (lower bounds)
        or each of the two (equalities) is refuted; 0 if the claim as it is, ``inf`` if none. For a bound of zero, the
        smallest value that would have been refuted if all trials had shown it.
    """
    if rule.find(case).trial is Trial.REFUTED:
        return 0.0
    if case.bound_is_zero:
        return _smallest(lambda size: _refutes(rule, case.filled(math.log(size))))
    return max(_one_way(rule, case, sign) for sign in _WAYS[case.relation])


_WAYS: dict[Relation, tuple[int, ...]] = {
    Relation.LE: (-1,),
    Relation.LT: (-1,),
    Relation.GE: (1,),
    Relation.EQ: (-1, 1),
    Relation.TENDSTO: (-1, 1),
}


def _refutes(rule: Rule, case: Case) -> bool:
    return rule.find(case).trial is Trial.REFUTED


def _one_way(rule: Rule, case: Case, sign: int) -> float:
    log_factor = _smallest(lambda size: _refutes(rule, case.scaled(sign * size)))
    return (
        abs(math.expm1(sign * log_factor))
        if log_factor < 700
        else (1.0 if sign < 0 and log_factor < math.inf else math.inf)
    )


def _smallest(noticed: Callable[[float], bool]) -> float:
    """Return where a condition begins to hold: a doubling finds a place where it does, a bisection the first."""
    high = _FIRST
    while not noticed(high):
        high *= 4
        if high > _LAST:
            return math.inf
    if high == _FIRST:
        return high
    low = high / 4
    for _ in range(_STEPS):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if noticed(middle) else (middle, high)
    return high
