"""Reckonings: a claim about a number that no network is drawn for is tried by working the number out from its definition.

A power is bisected, a sum is added up, an integral is taken by quadrature: no formula of a theorem is used. One function
for each measurable, which takes the values of the claim by their code names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import mpmath

from ..claims import Claim, Measurable, Relation, Trial
from .cases import Finding

__all__ = ["Reckoned", "reckoned"]

_DIGITS = 40
_LAGS = 10**5  # most summands of a sum that is added up

Values = Mapping[str, mpmath.mpf]
Reckoner = Callable[[Values], "mpmath.mpf | None"]


@dataclass(frozen=True)
class Reckoned:
    """What came out, and the smallest relative error of the claim that would have been noticed.

    Parameters
    ----------
    finding : Finding
        Consistent or refuted.
    power : float
        That error.
    """

    finding: Finding
    power: float


def reckoned(claim: Claim) -> Reckoned | None:
    """Work out the number that a claim is about, and compare.

    Parameters
    ----------
    claim : Claim
        Any claim.

    Returns
    -------
    Reckoned or None
        None if nothing here works the quantity out, the claim holds symbols, or it would take too long.

    Examples
    --------
    >>> import symgrad as sg
    >>> claim = sg.theorems.claim("half_life_eq_log_ratio_of_forget_bias", sg.lstm(width=8, steps=9, forget_bias=1))
    >>> reckoned(claim).finding.reason
    '2.21265 was worked out where 2.21265 is claimed'
    """
    row = _TABLE.get(claim.quantity.what)
    if row is None or claim.relation not in _HOLDS or claim.valued().free_symbols:
        return None
    with mpmath.workdps(_DIGITS):
        found = row.work_out(_numbers(claim))
        claimed = mpmath.mpf(str(claim.valued().evalf(_DIGITS)))
        return None if found is None else _compared(claim.relation, found, claimed, row.error)


def _numbers(claim: Claim) -> dict[str, mpmath.mpf]:
    valued = {str(key): claim.value_of(key) for key, _ in claim.values}
    return {name: mpmath.mpf(str(value.evalf(_DIGITS))) for name, value in valued.items() if not value.free_symbols}


def _compared(relation: Relation, found: mpmath.mpf, claimed: mpmath.mpf, error: float) -> Reckoned:
    margin = error * abs(claimed)
    holds = _HOLDS[relation](found, claimed, margin)
    reason = f"{mpmath.nstr(found, 6)} was worked out where {mpmath.nstr(claimed, 6)} is claimed"
    ratio = found / claimed
    slack = ratio - 1 if relation is Relation.EQ else _DIRECTION[relation] * mpmath.log10(ratio)
    finding = Finding(Trial.CONSISTENT if holds else Trial.REFUTED, reason, float(slack), None, 0.0)
    return Reckoned(finding, max(error, float(abs(ratio - 1))))


_DIRECTION = {Relation.LE: -1, Relation.LT: -1, Relation.GE: 1}
_HOLDS: dict[Relation, Callable[[mpmath.mpf, mpmath.mpf, mpmath.mpf], bool]] = {
    Relation.EQ: lambda found, claimed, margin: abs(found - claimed) <= margin,
    Relation.LE: lambda found, claimed, margin: found <= claimed + margin,
    Relation.LT: lambda found, claimed, margin: found < claimed + margin,
    Relation.GE: lambda found, claimed, margin: found >= claimed - margin,
}


@dataclass(frozen=True)
class _Row:
    """How a number is worked out, and how exactly."""

    work_out: Reckoner
    error: float  # relative


def _gate(values: Values) -> mpmath.mpf:
    return 1 / (1 + mpmath.exp(-values["forget_bias"]))


def _steps_until(share: mpmath.mpf, gate: mpmath.mpf) -> mpmath.mpf:
    """Return where the powers of a gate fall to a share: doubling, then bisection."""
    low, high = mpmath.mpf(0), mpmath.mpf(1)
    while gate**high > share:
        low, high = high, 2 * high
    for _ in range(3 * _DIGITS):
        middle = (low + high) / 2
        low, high = (middle, high) if gate**middle > share else (low, middle)
    return high


def _half_life(values: Values) -> mpmath.mpf:
    return _steps_until(mpmath.mpf(1) / 2, _gate(values))


def _time_constant(values: Values) -> mpmath.mpf:
    return _steps_until(1 / mpmath.e, _gate(values))


def _forgetting_time(values: Values) -> mpmath.mpf | None:
    """Add up what passes at lag 0, 1, 2, and so on."""
    gate, passed, total = _gate(values), mpmath.mpf(1), mpmath.mpf(0)
    least = mpmath.mpf(10) ** -20 * (1 - gate)  # then all further lags together are below 1e-20
    if gate**_LAGS > least:
        return None
    while passed > least:
        total += passed
        passed *= gate
    return total


_TABLE: dict[Measurable, _Row] = {
    Measurable.HALF_LIFE: _Row(_half_life, 1e-25),  # of 40 digits, some are lost in powers
    Measurable.TIME_CONSTANT: _Row(_time_constant, 1e-25),
    Measurable.FORGETTING_TIME: _Row(_forgetting_time, 1e-15),
}
