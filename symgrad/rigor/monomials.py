"""Monomials ``x^a (log x)^b exp(q(x))``: the building stones of tails, with their order of growth and their range."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import Any

import sympy as sp
from flint import ctx

from .balls import constant_ball
from .enclosures import compare
from .errors import CannotEnclose
from .intervals import ONE, PLUS_INFINITY, ZERO, Interval

__all__ = ["CONSTANT", "Monomial", "certain_sign", "growth", "order"]


@dataclass(frozen=True)
class Monomial:
    """The positive function ``x^power * log(x)^logs * exp(q_1 x + q_2 x^2 + ...)`` of a large ``x``.

    Parameters
    ----------
    power : sympy.Rational
        The exponent of ``x``.
    exponents : tuple of sympy.Expr
        ``q_1, q_2, ...``; real constants, the last one not zero.
    logs : sympy.Rational, optional
        The exponent of ``log(x)``.
    """

    power: sp.Rational
    exponents: tuple[sp.Expr, ...] = ()
    logs: sp.Rational = sp.S.Zero

    def __post_init__(self) -> None:
        """Hash once: tails look their monomials up by the thousand."""
        object.__setattr__(self, "_hash", hash((self.power, self.exponents, self.logs)))

    def __hash__(self) -> int:
        return self._hash  # type: ignore[attr-defined, no-any-return]

    def __mul__(self, other: Monomial) -> Monomial:
        return _combined(self, other, 1)

    def __truediv__(self, other: Monomial) -> Monomial:
        return _combined(self, other, -1)

    def raised(self, exponent: sp.Expr) -> Monomial:
        """Return a constant power of the monomial."""
        return Monomial(self.power * exponent, tuple(q * exponent for q in self.exponents), self.logs * exponent)

    def expression(self, x: sp.Expr) -> sp.Expr:
        """Write the monomial in a variable that is positive and large."""
        exponent = sp.Add(*(q * x**k for k, q in enumerate(self.exponents, 1)))
        return x**self.power * sp.log(x) ** self.logs * sp.exp(exponent)

    def box(self, start: int) -> Interval:
        """Enclose all values on ``[start, oo)``."""
        return _box(self, start, ctx.prec)

    def _value(self, start: int, stop: int | None = None) -> Interval:
        """Enclose the values from a point on to another."""
        point = constant_ball(sp.Integer(start))
        if stop is not None:
            point = point.union(constant_ball(sp.Integer(stop)))
        inner = constant_ball(self.power) * point.log() + constant_ball(self.logs) * point.log().log()
        for k, q in enumerate(self.exponents, 1):
            inner = inner + constant_ball(q) * point**k
        return Interval.ball(inner.exp())

    def _trend(self, start: int) -> int:
        """Return the certain sign of the logarithmic slope on ``[start, oo)``, 0 if it is not certain.

        ``x`` times that slope is ``a + b/log x + sum k q_k x^k``. Moved to the start, a polynomial whose coefficients
        agree in sign has that sign beyond; the logarithm adds something between 0 and its value at the start.
        """
        slope = [constant_ball(self.power), *(k * constant_ball(q) for k, q in enumerate(self.exponents, 1))]
        moved = _shifted(slope, start)
        extra = constant_ball(self.logs) / constant_ball(sp.Integer(start)).log()
        terms = [moved[0] + extra, *moved]
        return 1 if all(c >= 0 for c in terms) else -1 if all(c <= 0 for c in terms) else 0


CONSTANT = Monomial(sp.S.Zero)
_STEPS = 4  # in which a monomial is followed until its argument has doubled
_FAR = 64  # times the start: how far it is followed


@lru_cache(maxsize=8192)
def _box(monomial: Monomial, start: int, precision: int) -> Interval:  # noqa: ARG001 - part of the key of the cache
    if monomial == CONSTANT:
        return Interval(ONE, ONE)
    at_start, trend = monomial._value(start), monomial._trend(start)
    if trend < 0:
        return Interval(ZERO, at_start.hi)
    if trend == 0 and growth(monomial) < 0:
        return Interval(ZERO, _greatest(monomial, start))
    return Interval(at_start.lo if trend > 0 else ZERO, PLUS_INFINITY)


def _greatest(monomial: Monomial, start: int) -> Any:
    """Bound a monomial that rises for a while before it falls: step by step, until it surely falls."""
    highest, step = ZERO, start
    while True:
        after = step + max(1, step // _STEPS)
        highest = max(highest, monomial._value(step, after).hi)
        if monomial._trend(after) < 0:
            return highest
        if after > _FAR * start:
            return PLUS_INFINITY
        step = after


@lru_cache(maxsize=8192)
def _combined(a: Monomial, b: Monomial, sign: int) -> Monomial:
    size = max(len(a.exponents), len(b.exponents))
    padded = [m.exponents + (sp.S.Zero,) * (size - len(m.exponents)) for m in (a, b)]
    exponents = [p + sign * q for p, q in zip(*padded, strict=True)]
    while exponents and exponents[-1] == 0:
        exponents.pop()
    return Monomial(a.power + sign * b.power, tuple(exponents), a.logs + sign * b.logs)


def _shifted(coefficients: list[Any], start: int) -> list[Any]:
    """Return the coefficients of a polynomial around ``start``."""
    size = len(coefficients)
    return [
        sum((coefficients[k] * (comb(k, j) * start ** (k - j)) for k in range(j + 1, size)), coefficients[j])
        for j in range(size)
    ]


@lru_cache(maxsize=4096)
def certain_sign(expr: sp.Expr) -> int:
    """Return the proved sign of a constant.

    Parameters
    ----------
    expr : sympy.Expr
        Without free symbols.

    Returns
    -------
    int
        -1, 0 or 1.

    Raises
    ------
    CannotEnclose
        If the sign is not decided.
    """
    if isinstance(expr, sp.Rational):
        return int(expr.p > 0) - int(expr.p < 0)
    sign = compare(expr, 0)
    if sign is None:
        raise CannotEnclose(f"the sign of {expr} is not decided")
    return sign


def order(a: Monomial, b: Monomial) -> int:
    """Compare the growth of two monomials, as that of their quotient, which is not made."""
    for k in range(max(len(a.exponents), len(b.exponents)) - 1, -1, -1):
        p, q = (m.exponents[k] if k < len(m.exponents) else sp.S.Zero for m in (a, b))
        if p is not q and (sign := _order(p, q)):
            return sign
    return _order(a.power, b.power) or _order(a.logs, b.logs)


def _order(p: sp.Expr, q: sp.Expr) -> int:
    if p.is_Rational and q.is_Rational:
        left, right = p.p * q.q, q.p * p.q
        return int(left > right) - int(left < right)
    return certain_sign(p - q)


@lru_cache(maxsize=4096)
def growth(monomial: Monomial) -> int:
    """Say how a monomial behaves as ``x`` tends to infinity.

    Parameters
    ----------
    monomial : Monomial
        In ``x``.

    Returns
    -------
    int
        1 if it tends to infinity, -1 if to zero, 0 if it is constant.

    Examples
    --------
    >>> growth(Monomial(sp.Integer(5), (sp.Integer(-1),)))
    -1
    """
    if monomial.exponents:
        return certain_sign(monomial.exponents[-1])
    return certain_sign(monomial.power or monomial.logs)
