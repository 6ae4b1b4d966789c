"""Tails: a function on ``[X, oo)`` as a sum of monomials ``x^a (log x)^b exp(q_1 x + q_2 x^2 + ...)``.

Every coefficient is a fraction or an interval that holds for all ``x >= X``. Where a rule is missing, `Beyond` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cmp_to_key
from math import factorial
from typing import Any

from .functions import pi
from .intervals import Interval, Number, carried, hull, log
from .jets import Beyond, Jet, NoRule, function_jet, power_jet
from .monomials import LOG, ONE, Monomial, growth, monomial, multiplied, power_of, range_of

__all__ = ["Tail"]

_LONGEST = 10  # terms of a sum; the least are folded into one
_ORDER = 8  # n in e^(-w) <= n!/w^n
_HALF = Fraction(1, 2)
_POSITIVE, _UNIT = Interval(Decimal(0), Decimal("Infinity")), hull(0, 1)


class Tail:
    """A sum of monomials on ``[start, oo)``; the variable itself is positive there."""

    __slots__ = ("start", "terms")

    def __init__(self, terms: dict[Monomial, Number], start: int) -> None:
        self.terms = {m: c for m, c in terms.items() if isinstance(c, Interval) or c}
        self.start = start

    @classmethod
    def variable(cls, side: int, start: int) -> Tail:
        """Return the variable on ``[start, oo)``, or on ``(-oo, -start]`` seen from there."""
        return cls({(Fraction(1), Fraction(0), ()): Fraction(side)}, start)

    def constant(self, number: Number) -> Tail:
        """Return a number as a function on the same half-line."""
        return Tail({ONE: Fraction(number) if isinstance(number, int) else number}, self.start)

    def _same(self, other: Any) -> Tail | None:
        if isinstance(other, Tail):
            return other
        return self.constant(other) if isinstance(other, int | Fraction | Interval) else None

    def __add__(self, other: Any) -> Tail:
        if (right := self._same(other)) is None:
            return NotImplemented
        terms = dict(self.terms)
        for m, c in right.terms.items():
            terms[m] = terms[m] + c if m in terms else c
        return Tail(terms, self.start)

    def __mul__(self, other: Any) -> Tail:
        if (right := self._same(other)) is None:
            return NotImplemented
        terms: dict[Monomial, Number] = {}
        for m, c in self.terms.items():
            for n, d in right.terms.items():
                both = multiplied(m, n)
                terms[both] = terms[both] + c * d if both in terms else c * d
        return Tail(terms, self.start).shortened()

    __radd__, __rmul__ = __add__, __mul__

    def shortened(self) -> Tail:
        """Fold the least terms into one."""
        if len(self.terms) <= _LONGEST:
            return self
        order = cmp_to_key(lambda m, n: -growth(multiplied(m, n, -1)))  # type: ignore[arg-type, return-value]
        *kept, least = sorted(self.terms, key=order)[:_LONGEST]
        folded = (
            c * range_of(multiplied(m, least, -1), self.start, carried())
            for m, c in self.terms.items()
            if m not in kept
        )
        return Tail({**{m: self.terms[m] for m in kept}, least: sum(folded, hull(0))}, self.start)

    @property
    def leading(self) -> Monomial:
        """The monomial that grows fastest."""
        best, *rest = self.terms or {ONE: 0}
        for m in rest:
            best = m if growth(multiplied(m, best, -1)) > 0 else best
        return best

    def without(self, left_out: Monomial) -> Tail:
        """Return the sum of the other terms."""
        return Tail({m: c for m, c in self.terms.items() if m != left_out}, self.start)

    def relative_rest(self) -> Tail:
        """Return ``r`` in the form ``leading term * (1 + r)``."""
        lead = self.leading
        inverse = _inverse(self.terms[lead])
        return Tail({multiplied(m, lead, -1): c * inverse for m, c in self.without(lead).terms.items()}, self.start)

    @property
    def sign(self) -> int | None:
        """The sign on all of ``[start, oo)``; None if it is not certain."""
        if not self.terms:
            return 0
        found = hull(self.terms[self.leading]).sign
        return found if found and (1 + self.relative_rest().sum()).lo > 0 else None

    def sum(self) -> Interval:
        """Enclose all values, term by term."""
        return sum((c * range_of(m, self.start, carried()) for m, c in self.terms.items()), hull(0))

    def box(self) -> Interval:
        """Enclose all values: term by term, by what leads, and by the side of its limit on which the function stays."""
        total, level, side = self.sum(), hull(self.terms.get(ONE, 0)), self.without(ONE).sign
        if self.sign:
            lead = hull(self.terms[self.leading]) * range_of(self.leading, self.start, carried())
            total = total.cut(lead * (1 + self.relative_rest().sum()))
        low, high = max(total.lo, level.lo), min(total.hi, level.hi)
        return Interval(low if side == 1 else total.lo, high if side == -1 else total.hi)

    def limit(self) -> Interval | None:
        """Enclose the limit at infinity; None if there is none that is known."""
        lead = self.leading
        if not all(hull(c).is_finite for c in self.terms.values()):
            return None
        if growth(lead) <= 0:
            return hull(self.terms.get(ONE, 0))
        infinite = {1: _POSITIVE.hi, -1: _POSITIVE.hi.copy_negate()}.get(hull(self.terms[lead]).sign or 0)
        return None if infinite is None else Interval(infinite, infinite)

    def __pow__(self, exponent: Fraction | int) -> Tail:
        p = Fraction(exponent)
        if p.denominator == 1 and 0 < p <= 4:
            return self if p == 1 else self * self ** (p - 1)
        if not self.terms:
            raise Beyond(f"no rule for the power {p} of what vanishes on a tail")
        lead = self.leading
        coefficient = self.terms[lead] if self.terms[lead] == 1 else power_jet(Jet(self.terms[lead]), p).value
        front = Tail({power_of(lead, p): coefficient}, self.start)
        rest = self.relative_rest()
        remainder = power_jet(Jet((1 + rest).sum(), 1), p).bend
        return front * (1 + p * rest + _HALF * hull(remainder) * rest * rest)

    def applied(self, word: str) -> Tail:
        """Apply a function of the table."""
        if word == "exp":
            return self._exponential()
        lead = self.leading
        if word == "log" and lead != ONE:
            return self._logarithm()
        if growth(lead) <= 0:
            return self._near(word)
        if word not in _AT_INFINITY:
            raise NoRule(f"there is no rule for {word} at infinity")
        side = hull(self.terms[lead]).sign
        if not side:
            raise Beyond(f"the sign of the argument of {word} at infinity is not certain")
        at_plus, mirrored = _AT_INFINITY[word]
        size = side * self
        return at_plus(size) if side == 1 else mirrored(size, at_plus(size))

    def _near(self, word: str) -> Tail:
        """Expand around the limit to the second order, with Lagrange's remainder."""
        center, rest = self.terms.get(ONE, Fraction(0)), self.without(ONE)
        at = function_jet(word, Jet(hull(center), 1))
        around = function_jet(word, Jet(hull(center, center + rest.sum()), 1))
        value, slope = _EXACT.get((word, center), at[:2]) if isinstance(center, Fraction) else at[:2]
        found: Tail = value + slope * rest + _HALF * hull(around.bend) * rest * rest
        return found

    def _exponential(self) -> Tail:
        """Put powers of x into the exponent of a monomial, and expand the exponential of what tends to a limit."""
        growing = {m: c for m, c in self.terms.items() if growth(m) > 0}
        rest = Tail({m: c for m, c in self.terms.items() if m not in growing}, self.start)
        logs = growing.pop(LOG, Fraction(0))
        if not isinstance(logs, Fraction) or any(m[1] or m[2] or m[0].denominator != 1 for m in growing):
            return self._vanishing()
        factor: Number = Fraction(1)
        exponents = [Fraction(0)] * int(max((m[0] for m in growing), default=0))
        for m, c in growing.items():
            exponents[int(m[0]) - 1] = c if isinstance(c, Fraction) else _fraction_above(hull(c))
            factor = factor if isinstance(c, Fraction) else _UNIT  # 0 < e^(c x^k) <= e^(rational x^k)
        front = Tail({monomial(logs, Fraction(0), exponents): factor}, self.start)
        return front * rest._near("exp") if rest.terms else front

    def _vanishing(self) -> Tail:
        """Enclose ``e^(-w)`` between 0 and ``n!/w^n``, where w grows faster than a polynomial."""
        lead = self.leading
        size = -(hull(self.terms[lead]) * (1 + self.relative_rest().sum()))
        if not size.lo > 0:
            raise Beyond("no rule for the exponential of what grows faster than a polynomial")
        least = size.reciprocal() ** _ORDER * factorial(_ORDER)
        return Tail({power_of(lead, Fraction(-_ORDER)): Interval(Decimal(0), least.hi)}, self.start)

    def _logarithm(self) -> Tail:
        """Use ``log(c x^a e^q (1 + r)) = log c + a log x + q + log(1 + r)``."""
        power, logs, exponents = self.leading
        coefficient = self.terms.get(self.leading, Fraction(0))
        if logs or self.start < 2 or not hull(coefficient).lo > 0:
            raise Beyond("no rule for this logarithm at infinity, or not from so near on")
        terms: dict[Monomial, Number] = {(Fraction(k), Fraction(0), ()): q for k, q in enumerate(exponents, 1)}
        scale = Fraction(0) if coefficient == 1 else log(hull(coefficient))
        return Tail({**terms, LOG: power, ONE: scale}, self.start) + (1 + self.relative_rest()).applied("log")


def _inverse(number: Number) -> Number:
    return 1 / number if isinstance(number, Fraction) and number else hull(number).reciprocal()


def _fraction_above(number: Interval) -> Fraction:
    if not number.hi.is_finite():
        raise Beyond("a coefficient of an exponent is not known")
    return Fraction(number.hi)


# Value and slope where they are exact, so that what cancels there cancels exactly.
_EXACT: dict[tuple[str, Fraction], tuple[Fraction, Fraction]] = {
    ("exp", Fraction(0)): (Fraction(1), Fraction(1)),
    ("log", Fraction(1)): (Fraction(0), Fraction(1)),
    ("tanh", Fraction(0)): (Fraction(0), Fraction(1)),
    ("sinh", Fraction(0)): (Fraction(0), Fraction(1)),
    ("cosh", Fraction(0)): (Fraction(1), Fraction(0)),
    ("sin", Fraction(0)): (Fraction(0), Fraction(1)),
    ("cos", Fraction(0)): (Fraction(1), Fraction(0)),
    ("atan", Fraction(0)): (Fraction(0), Fraction(1)),
    ("asinh", Fraction(0)): (Fraction(0), Fraction(1)),
    ("logistic", Fraction(0)): (_HALF, Fraction(1, 4)),
}


def _decay(u: Tail, rate: int = 1) -> Tail:
    return (-rate * u).applied("exp")


def _upper_gauss(u: Tail, rate: Fraction) -> Tail:
    r"""Enclose :math:`\sqrt{h/\pi}\int_u^\infty e^{-h s^2}ds = e^{-hu^2}(1/u - t/(2hu^3))/(2\sqrt{\pi h})`.

    The asymptotic series of Mills' ratio envelops it, so that ``1 - 3/(2 h u^2) <= t <= 1`` (NIST DLMF 7.12.1).
    """
    inverse = u ** Fraction(-1)
    low = (1 - 3 / (2 * rate * u.box() ** 2)).lo
    t = Interval(max(low, Decimal(0)), Decimal(1))
    bracket = inverse + -1 * t * (1 / (2 * rate)) * inverse * inverse * inverse
    return (-rate * u * u).applied("exp") * bracket * (_HALF * (rate * pi()) ** -_HALF)


# What each function is where its argument tends to +oo, and from this where it tends to -oo.
_AT_INFINITY: dict[str, tuple[Callable[[Tail], Tail], Callable[[Tail, Tail], Tail]]] = {
    "tanh": (lambda u: 1 + -2 * (e := _decay(u, 2)) * (1 + e) ** Fraction(-1), lambda _u, y: -1 * y),
    "logistic": (lambda u: (1 + _decay(u)) ** Fraction(-1), lambda _u, y: 1 + -1 * y),
    "softplus": (lambda u: u + (1 + _decay(u)).applied("log"), lambda u, y: y + -1 * u),
    "erf": (lambda u: 1 + -2 * _upper_gauss(u, Fraction(1)), lambda _u, y: -1 * y),
    "normal_cdf": (lambda u: 1 + -1 * _upper_gauss(u, _HALF), lambda _u, y: 1 + -1 * y),
    "atan": (lambda u: -1 * (u ** Fraction(-1)).applied("atan") + _HALF * pi(), lambda _u, y: -1 * y),
    "asinh": (lambda u: (u + (1 + u * u) ** _HALF).applied("log"), lambda _u, y: -1 * y),
    "sinh": (lambda u: _HALF * (_decay(u, -1) + -1 * _decay(u)), lambda _u, y: -1 * y),
    "cosh": (lambda u: _HALF * (_decay(u, -1) + _decay(u)), lambda _u, y: y),
    **dict.fromkeys(("sin", "cos"), (lambda u: u.constant(hull(-1, 1)), lambda _u, y: y)),
}
