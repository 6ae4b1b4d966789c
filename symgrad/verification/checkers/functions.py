"""Functions on intervals, built from ``exp``, ``ln`` and ``sqrt`` of decimals.

Those that increase are computed at the two ends. Of a series, what is left out is bounded and added.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import count

from .intervals import Interval, carried, exp, hull, log, sqrt

__all__ = ["FUNCTIONS", "pi"]

Function = Callable[[Interval], Interval]

_ZERO, _ONE, _TENTH = Decimal(0), Decimal(1), Decimal("0.1")
_LARGEST_TURN = 10**15  # multiples of pi beyond which the place on the circle is not followed


def _increasing(at_point: Function) -> Function:
    """Extend an increasing function from points, which are intervals of no width, to intervals."""

    @lru_cache(maxsize=4096)  # neighbouring boxes share their ends
    def at(p: Decimal, _digits: int) -> Interval:
        return at_point(Interval(p, p))

    return lambda u: Interval(at(u.lo, carried()).lo, at(u.hi, carried()).hi)


def _odd(at_positive: Function) -> Function:
    """Extend an odd function from positive points to all; at zero it vanishes exactly."""
    return lambda u: -at_positive(-u) if u.lo < 0 else at_positive(u) if u.hi > 0 else u


def _tanh(u: Interval) -> Interval:
    decay = exp(u * -2)
    return 1 - 2 * decay / (1 + decay)


def _logistic(u: Interval) -> Interval:
    return (1 + exp(-u)).reciprocal() if u.lo > 0 else exp(u) / (1 + exp(u))


def _softplus(u: Interval) -> Interval:
    return u + log(1 + exp(-u)) if u.lo > 0 else log(1 + exp(u))


def _sinh(u: Interval) -> Interval:
    return (exp(u) - exp(-u)) / 2


def _cosh(u: Interval) -> Interval:
    """Grow from zero to both sides."""
    near = Interval(_ZERO, _ZERO) if u.lo < 0 < u.hi else u
    values = [(exp(end) + exp(-end)) / 2 for end in (hull(u.lo), hull(u.hi), hull(near.lo))]
    return Interval(min(value.lo for value in values), max(value.hi for value in values))


def _asinh(u: Interval) -> Interval:
    return log(u + sqrt(u * u + 1))


def _least() -> Decimal:
    """Return a unit of the last digit of numbers near 1."""
    return Decimal((0, (1,), -carried()))


def _erf(u: Interval) -> Interval:
    r"""Sum :math:`\frac2{\sqrt\pi}e^{-u^2}\sum_n 2^n u^{2n+1}/(2n+1)!!`, whose terms are positive.

    Once the ratio of two terms is below 1/2, all that are left out are together less than the last.
    """
    square = u * u
    if exp(-square).hi < _least():  # 0 < 1 - erf(u) < e^(-u^2)
        return Interval((1 - exp(-square)).lo, _ONE)
    term = total = u
    for odd in count(3, 2):
        term = term * (2 * square) / odd
        total = total + term
        if (4 * square).hi < odd and term.hi < _least():
            break
    return (2 / sqrt(pi()) * exp(-square) * (total + Interval(_ZERO, term.hi))).cut(Interval(_ZERO, _ONE))


def _atan(u: Interval) -> Interval:
    """Bring the argument near zero, and sum the alternating series: the rest lies between 0 and the next term."""
    if u.lo > 1:
        return pi() / 2 - _atan(u.reciprocal())
    if u.hi > _TENTH:
        return 2 * _atan(u / (1 + sqrt(u * u + 1)))
    power = total = u
    for odd in count(3, 2):
        power = -(power * u * u)
        if power.hi.copy_abs() < _least():
            break
        total = total + power / odd
    return total + hull(0, power)


def pi() -> Interval:
    """Return pi, by Machin's formula."""
    return _machin(carried())


@lru_cache(maxsize=16)
def _machin(_digits: int) -> Interval:
    fifth, small = (_atan(hull(Fraction(1, n))) for n in (5, 239))
    return 4 * (4 * fifth - small)


def cos(u: Interval) -> Interval:
    """Return the cosine: the values at the ends, and 1 or -1 where a multiple of pi may lie between."""
    halves, full = u / pi(), Interval(-_ONE, _ONE)
    if not (halves - halves).hi < 2 or not halves.within(hull(-_LARGEST_TURN, _LARGEST_TURN)):
        return full
    ends = hull(_cos_at(u.lo, carried()), _cos_at(u.hi, carried())).cut(full)
    first, last = halves.lo.to_integral_value(ROUND_CEILING), halves.hi.to_integral_value(ROUND_FLOOR)
    passed = {k % 2 for k in range(int(first), int(last) + 1)}
    return Interval(-_ONE if 1 in passed else ends.lo, _ONE if 0 in passed else ends.hi)


@lru_cache(maxsize=4096)
def _cos_at(p: Decimal, _digits: int) -> Interval:
    """Take full turns off, and sum the Taylor series; Lagrange's remainder is no larger than the next term."""
    turns = Interval(p, p) / (2 * pi())
    rest = p - 2 * pi() * int(turns.middle().to_integral_value())
    term = total = Interval(_ONE, _ONE)
    even = 0
    while max(term.hi, term.lo.copy_abs()) > _least():
        even += 2
        term = -(term * rest * rest) / (even * (even - 1))
        total = total + term
    return total + hull(-term, term)


def _sin(u: Interval) -> Interval:
    return u if u.lo == u.hi == 0 else cos(u - pi() / 2)


FUNCTIONS: dict[str, Function] = {
    "exp": exp,
    "log": log,
    "tanh": _increasing(_odd(_tanh)),
    "logistic": _increasing(_logistic),
    "softplus": _increasing(_softplus),
    "erf": _increasing(_odd(_erf)),
    "normal_cdf": lambda u: (1 + FUNCTIONS["erf"](u / sqrt(hull(2)))) / 2,
    "sinh": _increasing(_sinh),
    "cosh": _cosh,
    "atan": _increasing(_odd(_atan)),
    "asinh": _increasing(_odd(_asinh)),
    "cos": cos,
    "sin": _sin,
}
