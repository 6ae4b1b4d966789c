"""Tails: a function on ``[X, oo)`` as a sum of monomials ``x^a exp(q_1 x + q_2 x^2 + ...)`` with enclosed coefficients.

Every coefficient is a fraction or an interval that holds for all ``x >= X``. Where a rule is missing, `Beyond` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cmp_to_key, lru_cache
from math import comb, factorial
from typing import Any

from .functions import pi
from .intervals import Interval, Number, carried, exp, hull
from .jets import Beyond, Jet, NoRule, function_jet, power_jet

__all__ = ["Tail"]

Monomial = tuple[Fraction, tuple[Fraction, ...]]

_ONE: Monomial = (Fraction(0), ())
_LONGEST = 10  # terms of a sum; the least are folded into one
_ORDER = 8  # n in e^(-w) <= n!/w^n
_HALF = Fraction(1, 2)
_POSITIVE, _UNIT = Interval(Decimal(0), Decimal("Infinity")), hull(0, 1)


def _multiplied(m: Monomial, n: Monomial, sign: int = 1) -> Monomial:
    size = max(len(m[1]), len(n[1]))
    left, right = (part + (Fraction(0),) * (size - len(part)) for part in (m[1], n[1]))
    exponents = [a + sign * b for a, b in zip(left, right, strict=True)]
    while exponents and not exponents[-1]:
        exponents.pop()
    return m[0] + sign * n[0], tuple(exponents)


def _growth(m: Monomial) -> Fraction:
    """Return a number whose sign says whether the monomial tends to infinity (1), to zero (-1) or is constant (0)."""
    return m[1][-1] if m[1] else m[0]


def _range(m: Monomial, start: int) -> Interval:
    """Enclose a monomial on ``[start, oo)``."""
    return _sharp_range(m, start, carried())


@lru_cache(maxsize=4096)
def _sharp_range(m: Monomial, start: int, _digits: int) -> Interval:
    """Use that x times the logarithmic slope is ``a + sum k q_k x^k``, and its coefficients around the start."""
    if m == _ONE:
        return hull(1)
    slope = [m[0], *(k * q for k, q in enumerate(m[1], 1))]
    moved = [sum(c * comb(k, j) * start ** (k - j) for k, c in enumerate(slope) if k >= j) for j in range(len(slope))]
    at_start = hull(start) ** m[0] * exp(hull(sum(q * start**k for k, q in enumerate(m[1], 1))))
    if all(c <= 0 for c in moved):
        return Interval(Decimal(0), at_start.hi)
    return Interval(at_start.lo, _POSITIVE.hi) if all(c >= 0 for c in moved) else _POSITIVE


class Tail:
    """A sum of monomials on ``[start, oo)``; the variable itself is positive there."""

    __slots__ = ("start", "terms")

    def __init__(self, terms: dict[Monomial, Number], start: int) -> None:
        self.terms = {m: c for m, c in terms.items() if isinstance(c, Interval) or c}
        self.start = start

    @classmethod
    def variable(cls, side: int, start: int) -> Tail:
        """Return the variable on ``[start, oo)``, or on ``(-oo, -start]`` seen from there."""
        return cls({(Fraction(1), ()): Fraction(side)}, start)

    def constant(self, number: Number) -> Tail:
        """Return a number as a function on the same half-line."""
        return Tail({_ONE: Fraction(number) if isinstance(number, int) else number}, self.start)

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
                both = _multiplied(m, n)
                terms[both] = terms[both] + c * d if both in terms else c * d
        return Tail(terms, self.start).shortened()

    __radd__, __rmul__ = __add__, __mul__

    def shortened(self) -> Tail:
        """Fold the least terms into one."""
        if len(self.terms) <= _LONGEST:
            return self
        order = cmp_to_key(lambda m, n: -_growth(_multiplied(m, n, -1)))  # type: ignore[arg-type, return-value]
        kept = sorted(self.terms, key=order)
        least, folded = kept[_LONGEST - 1], kept[_LONGEST - 1 :]
        total = sum((self.terms[m] * _range(_multiplied(m, least, -1), self.start) for m in folded), hull(0))
        return Tail({**{m: self.terms[m] for m in kept[: _LONGEST - 1]}, least: total}, self.start)

    @property
    def leading(self) -> Monomial:
        """The monomial that grows fastest."""
        best, *rest = self.terms or {_ONE: 0}
        for m in rest:
            best = m if _growth(_multiplied(m, best, -1)) > 0 else best
        return best

    def without(self, monomial: Monomial) -> Tail:
        """Return the sum of the other terms."""
        return Tail({m: c for m, c in self.terms.items() if m != monomial}, self.start)

    def relative_rest(self) -> Tail:
        """Return ``r`` in the form ``leading term * (1 + r)``."""
        lead = self.leading
        inverse = _inverse(self.terms[lead])
        return Tail({_multiplied(m, lead, -1): c * inverse for m, c in self.without(lead).terms.items()}, self.start)

    @property
    def sign(self) -> int | None:
        """The sign on all of ``[start, oo)``; None if it is not certain."""
        if not self.terms:
            return 0
        found = hull(self.terms[self.leading]).sign
        return found if found and (1 + self.relative_rest().sum()).lo > 0 else None

    def sum(self) -> Interval:
        """Enclose all values, term by term."""
        return sum((c * _range(m, self.start) for m, c in self.terms.items()), hull(0))

    def box(self) -> Interval:
        """Enclose all values; on which side of its limit the function stays is seen from the rest."""
        total, level, side = self.sum(), hull(self.terms.get(_ONE, 0)), self.without(_ONE).sign
        return Interval(level.lo if side == 1 else total.lo, level.hi if side == -1 else total.hi)

    def limit(self) -> Interval | None:
        """Enclose the limit at infinity; None if there is none that is known."""
        lead = self.leading
        if not all(hull(c).is_finite for c in self.terms.values()):
            return None
        if _growth(lead) <= 0:
            return hull(self.terms.get(_ONE, 0))
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
        front = Tail({(lead[0] * p, tuple(q * p for q in lead[1])): coefficient}, self.start)
        rest = self.relative_rest()
        remainder = power_jet(Jet((1 + rest).sum(), 1), p).bend
        return front * (1 + p * rest + _HALF * hull(remainder) * rest * rest)

    def applied(self, word: str) -> Tail:
        """Apply a function of the table."""
        if word == "exp":
            return self._exponential()
        lead = self.leading
        if _growth(lead) <= 0:
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
        center, rest = self.terms.get(_ONE, Fraction(0)), self.without(_ONE)
        at = function_jet(word, Jet(hull(center), 1))
        around = function_jet(word, Jet(hull(center, center + rest.sum()), 1))
        value, slope = _EXACT.get((word, center), at[:2]) if isinstance(center, Fraction) else at[:2]
        found: Tail = value + slope * rest + _HALF * hull(around.bend) * rest * rest
        return found

    def _exponential(self) -> Tail:
        """Put powers of x into the exponent of a monomial, and expand the exponential of what tends to a limit."""
        growing = {m: c for m, c in self.terms.items() if _growth(m) > 0}
        rest = Tail({m: c for m, c in self.terms.items() if m not in growing}, self.start)
        if any(m[1] or m[0].denominator != 1 for m in growing):
            return self._vanishing()
        factor: Number = Fraction(1)
        exponents = [Fraction(0)] * int(max((m[0] for m in growing), default=0))
        for m, c in growing.items():
            exponents[int(m[0]) - 1] = c if isinstance(c, Fraction) else _fraction_above(hull(c))
            factor = factor if isinstance(c, Fraction) else _UNIT  # 0 < e^(c x^k) <= e^(rational x^k)
        front = Tail({_multiplied(_ONE, (Fraction(0), tuple(exponents))): factor}, self.start)
        return front * rest._near("exp") if rest.terms else front

    def _vanishing(self) -> Tail:
        """Enclose ``e^(-w)`` between 0 and ``n!/w^n``, where w grows faster than a polynomial."""
        lead = self.leading
        size = -(hull(self.terms[lead]) * (1 + self.relative_rest().sum()))
        if not size.lo > 0:
            raise Beyond("no rule for the exponential of what grows faster than a polynomial")
        least = size.reciprocal() ** _ORDER * factorial(_ORDER)
        monomial = (lead[0] * -_ORDER, tuple(q * -_ORDER for q in lead[1]))
        return Tail({monomial: Interval(Decimal(0), least.hi)}, self.start)


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
    "cos": (lambda u: u.constant(hull(-1, 1)), lambda _u, y: y),
}
