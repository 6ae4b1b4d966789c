"""Reckonings: a claim about a number that no network is drawn for is tried by working the number out from its definition.

A power is bisected, a sum is added up, an integral is taken by quadrature: no formula of a theorem is used. One function
for each measurable, which takes the values of the claim by their code names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import mpmath
import numpy as np

from ..claims import Claim, InLaw, Measurable, Relation, Trial
from .cases import Finding, Floats

__all__ = ["drawn", "reckoned"]

_DIGITS = 40
_SQUARINGS = 100
_STEPS = 2000  # most that a unit is run
_DRAWN = 4000
_LAGS = 10**5  # most summands of a sum that is added up

Values = Mapping[str, mpmath.mpf]
Reckoner = Callable[[Values], "mpmath.mpf | float | None"]


def reckoned(claim: Claim) -> Finding | None:
    """Work out the number that a claim is about, and compare.

    Parameters
    ----------
    claim : Claim
        Any claim.

    Returns
    -------
    Finding or None
        None if nothing here works the quantity out, the claim holds symbols, or it would take too long.

    Examples
    --------
    >>> import symgrad as sg
    >>> claim = sg.theorems.claim("half_life_eq_log_ratio_of_forget_bias", sg.lstm(width=8, steps=9, forget_bias=1))
    >>> reckoned(claim).reason
    '2.21268 was worked out where 2.21268 is claimed'
    """
    row = (_LIMITS if claim.relation is Relation.TENDSTO else _TABLE).get(claim.quantity.what)
    if row is None or isinstance(claim.mode, InLaw) or claim.valued().free_symbols:
        return None
    with mpmath.workdps(_DIGITS):
        found = row.work_out(_numbers(claim))
        claimed = mpmath.mpf(str(claim.valued().evalf(_DIGITS)))
        return None if found is None else _compared(claim.relation, mpmath.mpf(found), claimed, row.error)


def drawn(claim: Claim) -> Floats | None:
    """Draw what a claim in law is about, by the definition of its law, if something here does.

    Parameters
    ----------
    claim : Claim
        Any claim.

    Returns
    -------
    numpy.ndarray or None
        Natural logarithms of some thousand numbers, from a fixed seed.
    """
    draw = _DRAWS.get(claim.quantity.what)
    if draw is None or not isinstance(claim.mode, InLaw):
        return None
    values = {str(key): claim.value_of(key) for key, _ in claim.values}
    if any(value.free_symbols for value in values.values()):
        return None
    return np.log(draw({name: float(value) for name, value in values.items()}, np.random.default_rng(0)))


def _forgetting_times(values: Mapping[str, float], rng: np.random.Generator) -> Floats:
    """Draw biases as chrono initialisation does, and work out the gate."""
    bias = np.log(rng.uniform(1.0, values["longest_memory"] - 1.0, size=_DRAWN))
    return 1 / (1 - 1 / (1 + np.exp(-bias)))


_DRAWS: dict[Measurable, Callable[[Mapping[str, float], np.random.Generator], Floats]] = {
    Measurable.FORGETTING_TIME: _forgetting_times,
}


def _numbers(claim: Claim) -> dict[str, mpmath.mpf]:
    valued = {str(key): claim.value_of(key) for key, _ in claim.values}
    return {name: mpmath.mpf(str(value.evalf(_DIGITS))) for name, value in valued.items() if not value.free_symbols}


def _compared(relation: Relation, found: mpmath.mpf, claimed: mpmath.mpf, error: float) -> Finding:
    margin = error * abs(claimed)
    holds = _HOLDS[relation](found, claimed, margin)
    reason = f"{mpmath.nstr(found, 6)} was worked out where {mpmath.nstr(claimed, 6)} is claimed"
    ratio = found / claimed
    slack = ratio - 1 if relation in (Relation.EQ, Relation.TENDSTO) else _DIRECTION[relation] * mpmath.log10(ratio)
    power = max(error, float(abs(ratio - 1)))
    return Finding(Trial.CONSISTENT if holds else Trial.REFUTED, reason, float(slack), None, 0.0, power)


_DIRECTION = {Relation.LE: -1, Relation.LT: -1, Relation.GE: 1}
_HOLDS: dict[Relation, Callable[[mpmath.mpf, mpmath.mpf, mpmath.mpf], bool]] = {
    Relation.EQ: lambda found, claimed, margin: abs(found - claimed) <= margin,
    Relation.TENDSTO: lambda found, claimed, margin: abs(found - claimed) <= margin,
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


def _latch_threshold(values: Values) -> float:
    """Bisect the input that pushes a unit out of its state, step by step: it passes slowly where it nearly stays."""
    weight, low, high = float(values["self_weight"]), 0.0, float(values["self_weight"])
    for _ in range(40):
        middle, state = (low + high) / 2, 1.0
        for _ in range(_STEPS):
            state = math.tanh(weight * state - middle)
        low, high = (middle, high) if state > 0 else (low, middle)
    return low


def _fixed_point_slope(values: Values) -> mpmath.mpf | None:
    """Run a unit until its state no longer changes, and differentiate one step by differences."""
    weight, state, before = values["self_weight"], mpmath.mpf(1), mpmath.mpf(2)
    for _ in range(_STEPS):
        state, before = mpmath.tanh(weight * state), state
        if abs(state - before) < mpmath.mpf(10) ** -30:
            return mpmath.diff(lambda h: mpmath.tanh(weight * h), state)
    return None


def _mean_survival(values: Values) -> mpmath.mpf:
    """Average over units that are spread evenly over the law of their bias."""
    return _surviving(values["steps"], values["longest_memory"])


def _surviving(steps: mpmath.mpf, longest: mpmath.mpf) -> mpmath.mpf:
    def passed(rank: mpmath.mpf) -> mpmath.mpf:
        bias = mpmath.log(1 + rank * (longest - 2))
        return (1 / (1 + mpmath.exp(-bias))) ** steps

    return mpmath.quad(passed, [0, steps / longest / 8, steps / longest / 2, 1] if 2 * longest > steps else [0, 1])


def _long_survival(values: Values) -> mpmath.mpf:
    """Let the longest memory grow, and take out the first two orders of its inverse."""
    sizes = (1000, 2000, 4000)
    first, second, third = (_surviving(values["memory_share"] * size, mpmath.mpf(size)) for size in sizes)
    return (first - 6 * second + 8 * third) / 3


def _stationary_mean_square(values: Values) -> mpmath.mpf | None:
    """Add up what is left of every input, for an eigenvalue or on average over a ring of them."""
    if "eigenvalue" in values:
        moments = _linear_moments(values["eigenvalue"])
        return None if moments is None else moments[0]
    low, high = values["smallest_radius"] ** 2, values["largest_radius"] ** 2
    if high**_STEPS > mpmath.mpf(10) ** -25:
        return None
    return mpmath.quad(_added_up, [low, high]) / (high - low)


def _added_up(square: mpmath.mpf) -> mpmath.mpf:
    total, left = mpmath.mpf(0), mpmath.mpf(1)
    for _ in range(_STEPS):
        total, left = total + left, left * square
    return total


def _linear_moments(eigenvalue: mpmath.mpf) -> tuple[mpmath.mpf, mpmath.mpf] | None:
    """Run the second moments of a state and of its derivative by the eigenvalue until they no longer change."""
    state = both = slope = mpmath.mpf(0)
    for _ in range(_STEPS):
        before = slope
        slope = eigenvalue**2 * slope + 2 * eigenvalue * both + state
        both = eigenvalue**2 * both + eigenvalue * state
        state = eigenvalue**2 * state + 1
        if abs(slope - before) < mpmath.mpf(10) ** -30 * slope:
            return state, slope
    return None


def _eigenvalue_sensitivity(values: Values) -> mpmath.mpf | None:
    moments = _linear_moments(values["eigenvalue"])
    return None if moments is None else moments[1]


def _transient_peak(values: Values) -> mpmath.mpf | None:
    """Search the largest entry over real times by thirds; it has one peak."""
    rate = values["eigenvalue"]
    low, high = mpmath.mpf(0), mpmath.mpf(1)
    while 2 * high * rate ** (2 * high) > high * rate**high:
        high *= 2
    low, high = mpmath.mpf(0), 2 * high
    for _ in range(5 * _DIGITS):
        first, second = (2 * low + high) / 3, (low + 2 * high) / 3
        low, high = (first, high) if first * rate**first < second * rate**second else (low, second)
    return low * rate ** (low - 1)


def _comparison_radius(values: Values) -> mpmath.mpf:
    """Square the matrix over and over: the root of the size of a power tends to the spectral radius."""
    fed, forget, output = (values[name] for name in ("cell_feedback", "forget_gate_bound", "output_gate_bound"))
    power = mpmath.matrix([[values["output_feedback"] + output * fed, output * forget], [fed, forget]])
    log, exponent = mpmath.mpf(0), 1
    for _ in range(_SQUARINGS):
        size = mpmath.mnorm(power, 1)
        log += mpmath.log(size) / exponent
        power, exponent = (power / size) ** 2, 2 * exponent
    return mpmath.exp(log)


def _cell_state_size(values: Values) -> mpmath.mpf | None:
    """Take in and forget as much as the gates allow, step by step."""
    if values["steps"] > _LAGS:
        return None
    size = mpmath.mpf(0)
    for _ in range(int(values["steps"])):
        size = values["forget_gate_bound"] * size + values["input_gate_bound"]
    return size


_TABLE: dict[Measurable, _Row] = {
    Measurable.COMPARISON_RADIUS: _Row(_comparison_radius, 1e-20),  # 100 squarings leave 2^-100 of a logarithm
    Measurable.CELL_STATE_SIZE: _Row(_cell_state_size, 1e-30),
    Measurable.HALF_LIFE: _Row(_half_life, 1e-25),  # of 40 digits, some are lost in powers
    Measurable.TIME_CONSTANT: _Row(_time_constant, 1e-25),
    Measurable.FORGETTING_TIME: _Row(_forgetting_time, 1e-15),
    Measurable.MEAN_SURVIVAL: _Row(_mean_survival, 1e-12),  # of a smooth integrand
    Measurable.STATIONARY_MEAN_SQUARE: _Row(_stationary_mean_square, 1e-15),
    Measurable.EIGENVALUE_SENSITIVITY: _Row(_eigenvalue_sensitivity, 1e-15),
    Measurable.TRANSIENT_PEAK: _Row(_transient_peak, 1e-25),
    Measurable.LATCH_THRESHOLD: _Row(_latch_threshold, 1e-4),  # pi**2/_STEPS**2 in the input, over what it is
    Measurable.FIXED_POINT_SLOPE: _Row(_fixed_point_slope, 1e-15),  # half of the digits
}

_LIMITS: dict[Measurable, _Row] = {
    Measurable.MEAN_SURVIVAL: _Row(_long_survival, 1e-6),  # (10/1000)**3 is what is left of the third order at s = 10
}
