r"""Swings: what a function is on ``[X, oo)`` that goes to and fro there for ever.

A swing :math:`\sum_a A_a\cos(a\varphi)+B_a\sin(a\varphi)` has tails for its coefficients; the phase :math:`\varphi` is a
polynomial of ``x``. Along the points at which the phase is the same but for whole turns a swing is a tail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import sympy as sp

from ..claims.bessels import SineIntegral, SphericalBessel
from .coefficients import Coefficient
from .errors import CannotEnclose
from .expansions import at_infinity
from .families import Member
from .intervals import ONE, ZERO, Interval
from .monomials import CONSTANT
from .primitives import U
from .programs import compiled
from .tails import Tail, Tails

__all__ = ["Swing", "Swings"]

Waves = tuple[Tail, Tail]  # the coefficients of cosine and sine
_UNIT = Interval(ZERO, ONE)


class Swing:
    """A sum of waves; that of frequency zero is the mean."""

    __slots__ = ("waves",)

    def __init__(self, waves: dict[sp.Expr, Waves]) -> None:
        self.waves = {a: w for a, w in waves.items() if w[0].terms or w[1].terms}

    def __add__(self, other: Swing) -> Swing:
        found = dict(self.waves)
        for a, wave in other.waves.items():
            found[a] = _sum(found[a], wave) if a in found else wave
        return Swing(found)

    def __mul__(self, other: Swing) -> Swing:
        parts = [_product(*one, *two) for one in self.waves.items() for two in other.waves.items()]
        return reduce(lambda p, q: p + q, parts, Swing({}))

    def coefficients(self, ring: Tails) -> Iterator[tuple[sp.Expr, Tail, Tail]]:
        """Yield the frequencies with the coefficients of cosine and sine, that of the mean first."""
        yield sp.S.Zero, *self.waves.get(sp.S.Zero, (ring.constant(sp.S.Zero),) * 2)
        for a, wave in self.waves.items():
            if a != 0:
                yield a, *wave

    def at(self, ring: Tails, phase: sp.Expr) -> Tail:
        """Return the tail along the points at which the phase is this one, whole turns apart."""
        parts = (
            c * ring.constant(sp.cos(a * phase)) + s * ring.constant(sp.sin(a * phase))
            for a, c, s in self.coefficients(ring)
        )
        return reduce(lambda p, q: p + q, parts)

    def tail(self, ring: Tails) -> Tail:
        """Return a tail that says no more than that each wave has its amplitude."""
        unit = ring.bounded(Interval(-ONE, ONE))
        (_, mean, _), *waves = self.coefficients(ring)
        return reduce(lambda p, wave: p + (wave[1] + wave[2]) * unit, waves, mean)


def _sum(one: Waves, two: Waves) -> Waves:
    return one[0] + two[0], one[1] + two[1]


def _product(a: sp.Expr, one: Waves, b: sp.Expr, two: Waves) -> Swing:
    """Use ``2 cos a cos b = cos(a - b) + cos(a + b)`` and its like."""
    half = Tails(one[0].start).constant(sp.S.Half)
    (p, q), (r, s) = (one[0] * half, one[1] * half), two
    pr, qs, qr, ps = p * r, q * s, q * r, p * s
    apart, together = (pr + qs, qr + -ps), (pr + -qs, qr + ps)
    return _wave(a - b, *apart) + _wave(a + b, *together)


def _wave(frequency: sp.Expr, cosine: Tail, sine: Tail) -> Swing:
    if frequency == 0:
        return Swing({sp.S.Zero: (cosine, Tail((), sine.start))})
    if frequency.is_negative:
        return Swing({-frequency: (cosine, -sine)})
    return Swing({frequency: (cosine, sine)})


@dataclass(frozen=True)
class Swings:
    """The ring of swings with one phase.

    Parameters
    ----------
    tails : Tails
        The ring of coefficients.
    phase : Tail
        As a tail of ``x``.
    """

    tails: Tails
    phase: Tail

    def steady(self, tail: Tail) -> Swing:
        """Return a function that does not swing."""
        return Swing({sp.S.Zero: (tail, Tail((), tail.start))})

    def constant(self, expr: sp.Expr) -> Swing:
        """Return a constant function."""
        return self.steady(self.tails.constant(expr))

    def bounded(self, box: Interval) -> Swing:
        """Return a function of which only a box is known."""
        return self.steady(self.tails.bounded(box))

    def run(self, expr: sp.Expr, argument: Tail) -> Swing:
        """Evaluate an expression in ``U`` at a tail."""
        found: Swing = compiled(expr, U).run(self, self.steady(argument))
        return found

    def power(self, base: Swing, exponent: sp.Expr) -> Swing:
        """Raise to a constant power."""
        if exponent.is_Integer and 0 < exponent <= 4:
            return base if exponent == 1 else base * self.power(base, exponent - 1)
        return self.steady(self.tails.power(base.tail(self.tails), exponent))

    def function(self, head: type[sp.Function] | Member, argument: Swing) -> Swing:
        """Apply a function of the table: those that swing with the phase as waves, the others as tails."""
        inner = argument.tail(self.tails)
        along = None if argument.waves.keys() - {sp.S.Zero} else self._along(inner)
        if along is not None:
            if head in (sp.sin, sp.cos):
                return self._turned(along[0], along[1], quarter=head is sp.sin)
            if isinstance(head, Member) and head.family is sp.besselj:
                return self._bessel(int(head.order), inner, *along)
            if isinstance(head, Member) and head.family is SphericalBessel:
                return self._defined(head, inner)
            if head is SineIntegral:
                return self._sine_integral(inner, *along)
        return self.steady(self.tails.function(head, inner))

    def _along(self, argument: Tail) -> tuple[sp.Expr, sp.Expr] | None:
        """Return a and b of an argument ``a * phase + b``; None of any other."""
        lead = self.phase.leading
        own, given = self.phase.terms[lead].exact, argument.terms.get(lead)
        if given is None or given.exact is None or own is None:
            return None
        rate = given.exact / own
        rest = argument + -(self.phase * self.tails.constant(rate))
        offset = rest.terms.get(CONSTANT, Coefficient.of(sp.S.Zero)).exact
        return None if offset is None or rest.without(CONSTANT).terms else (rate, offset)

    def _turned(self, rate: sp.Expr, offset: sp.Expr, *, quarter: bool) -> Swing:
        """Return ``cos(a phase + b)``, a quarter of a turn later if that is meant."""
        shift = offset - sp.pi / 2 if quarter else offset
        one = self.tails.constant
        return _wave(rate, one(sp.cos(shift)), one(-sp.sin(shift)))

    def _defined(self, head: Member, argument: Tail) -> Swing:
        expansion = at_infinity(head)
        if expansion is None:
            raise CannotEnclose(f"{head.__name__} at infinity has no expansion")
        found: Swing = expansion(self, argument, 1)
        return found

    def _bessel(self, order: int, argument: Tail, rate: sp.Expr, offset: sp.Expr) -> Swing:
        """Use Hankel's expansion, whose parts lie between two of their sums (DLMF 10.17.3 and 10.17(iii))."""
        sign = argument.terms[argument.leading].sign
        size = argument * self.tails.constant(sp.Integer(sign))
        terms = max(1, -(-order // 2))
        even, odd = (self._hankel(order, first, terms, size) for first in (0, 1))
        behind = sign * offset - sp.pi * order / 2 - sp.pi / 4
        cosine, sine = (self._turned(sign * rate, behind, quarter=quarter) for quarter in (False, True))
        front = self.tails.power(size, -sp.S.Half) * self.tails.constant(sign**order * sp.sqrt(2 / sp.pi))
        return self.steady(front * even) * cosine + self.steady(-(front * odd)) * sine

    def _hankel(self, order: int, first: int, terms: int, size: Tail) -> Tail:
        """Return every second term of Hankel's series, the last one times a number between 0 and 1."""
        inverse = self.tails.power(size, sp.S.NegativeOne)
        total, power = Tail((), size.start), self.tails.power(inverse, sp.Integer(first)) if first else None
        for k in range(terms + 1):
            term = self.tails.constant((-1) ** k * _hankel_coefficient(order, 2 * k + first))
            term = term if power is None else term * power
            total = total + (term if k < terms else term * self.tails.bounded(_UNIT))
            power = inverse * inverse if power is None else power * inverse * inverse
        return total

    def _sine_integral(self, argument: Tail, rate: sp.Expr, offset: sp.Expr) -> Swing:
        """Use ``Si(u) = pi/2 - f cos u - g sin u`` with f and g between two sums of their series (DLMF 6.2.19, 6.12)."""
        sign = argument.terms[argument.leading].sign
        inverse = self.tails.power(argument * self.tails.constant(sp.Integer(sign)), sp.S.NegativeOne)
        square, next_term = inverse * inverse, self.tails.bounded(_UNIT)
        f = inverse + -(self.tails.constant(sp.Integer(2)) * square * inverse * next_term)
        g = square + -(self.tails.constant(sp.Integer(6)) * square * square * next_term)
        cosine, sine = (
            self._turned(sign * rate, sign * offset, quarter=quarter) * self.constant(sp.Integer(-sign))
            for quarter in (False, True)
        )
        return self.constant(sign * sp.pi / 2) + self.steady(f) * cosine + self.steady(g) * sine


def _hankel_coefficient(order: int, k: int) -> sp.Rational:
    """Return ``a_k`` of DLMF 10.17.1."""
    factors = (sp.Integer(4 * order**2 - (2 * j - 1) ** 2) for j in range(1, k + 1))
    return reduce(lambda p, q: p * q, factors, sp.S.One) / (sp.factorial(k) * 8**k)
