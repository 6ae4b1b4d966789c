"""Monomials: the positive functions ``x^a (log x)^b exp(q_1 x + q_2 x^2 + ...)``, with fractions for all exponents."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import zip_longest
from math import comb

from .intervals import Interval, exp, hull, log

__all__ = ["LOG", "ONE", "Monomial", "growth", "monomial", "multiplied", "power_of", "range_of"]

Monomial = tuple[Fraction, Fraction, tuple[Fraction, ...]]  # a, b, (q_1, q_2, ...)

_ZERO = Fraction(0)
ONE: Monomial = (_ZERO, _ZERO, ())
LOG: Monomial = (_ZERO, Fraction(1), ())
_INFINITE = Decimal("Infinity")


def monomial(power: Fraction, logs: Fraction, exponents: list[Fraction]) -> Monomial:
    """Return a monomial; zeros at the end of its exponents are left out, so that equal ones are equal."""
    while exponents and not exponents[-1]:
        exponents.pop()
    return power, logs, tuple(exponents)


def multiplied(m: Monomial, n: Monomial, sign: int = 1) -> Monomial:
    """Return the product of two, or with the sign -1 the quotient."""
    pairs = zip_longest(m[2], n[2], fillvalue=_ZERO)
    return monomial(m[0] + sign * n[0], m[1] + sign * n[1], [p + sign * q for p, q in pairs])


def power_of(m: Monomial, exponent: Fraction) -> Monomial:
    """Return a constant power."""
    return m[0] * exponent, m[1] * exponent, tuple(q * exponent for q in m[2])


def growth(m: Monomial) -> Fraction:
    """Return a number with the sign 1 if the monomial tends to infinity, -1 if to zero, 0 if it is constant."""
    return m[2][-1] if m[2] else m[0] or m[1]


@lru_cache(maxsize=4096)
def range_of(m: Monomial, start: int, _digits: int) -> Interval:
    """Enclose a monomial on ``[start, oo)``.

    x times its logarithmic slope is ``a + b/log x + sum k q_k x^k``, whose sign is seen from coefficients at the start.
    """
    if m == ONE:
        return hull(1)
    power, logs, exponents = m
    value = hull(start) ** power * exp(hull(sum(q * start**k for k, q in enumerate(exponents, 1))))
    slope = [power, *(k * q for k, q in enumerate(exponents, 1))]
    moved = [
        hull(sum(c * comb(k, j) * start ** (k - j) for k, c in enumerate(slope) if k >= j)) for j, _ in enumerate(slope)
    ]
    if logs:
        value = value * log(hull(start)) ** logs
        moved[0] = moved[0] + hull(0, logs / log(hull(start)))
    if all(c.hi <= 0 for c in moved):
        return Interval(Decimal(0), value.hi)
    return Interval(value.lo, _INFINITE) if all(c.lo >= 0 for c in moved) else Interval(Decimal(0), _INFINITE)
