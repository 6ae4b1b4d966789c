"""Tails: what a function is on ``[X, oo)``, as a sum of monomials with enclosed coefficients.

A tail ``sum C_i x^(a_i) exp(q_i(x))`` says: at each ``x >= X`` the function is that sum, with some numbers from the
intervals ``C_i``. Coefficients that are known exactly stay exact, so a limit comes out as an expression; the others
are enclosed, so the sign of the approach is proved, and with it that a supremum is not attained.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cmp_to_key
from math import factorial
from typing import Any

import sympy as sp
from flint import arb

from .balls import BOXES
from .coefficients import Coefficient
from .errors import CannotEnclose
from .expansions import at_infinity, at_pole
from .families import Member
from .intervals import ONE, ZERO, Interval
from .jets import taylor_coefficients
from .monomials import CONSTANT, Monomial, growth, order
from .primitives import U, Y, primitive
from .programs import Program, compiled

__all__ = ["STARTS", "Coefficient", "Tail", "Tails", "tail_jet"]

LOG = Monomial(sp.S.Zero, logs=sp.S.One)
_ROOT_OF_LOG = Monomial(sp.S.Zero, logs=sp.S.Half)
_LONGEST = 12  # terms of a tail
_ORDER = 8  # n in e^(-w) <= n!/w^n: enough for the tail to fall faster than what it is compared with

# Where a tail may begin: as near as its expansion allows. A function that is centred far away needs a later start.
STARTS = tuple(4 * 2**k for k in range(11))


class Tail:
    """A sum of monomials with coefficients, on ``[start, oo)``."""

    __slots__ = ("start", "terms")

    def __init__(self, terms: Iterable[tuple[Monomial, Coefficient]], start: int) -> None:
        self.start = start
        found: dict[Monomial, Coefficient] = {}
        for monomial, coefficient in terms:
            known = found.get(monomial)
            found[monomial] = coefficient if known is None else known + coefficient
        self.terms = {m: c for m, c in found.items() if c.exact is not sp.S.Zero}

    def __add__(self, other: Tail) -> Tail:
        return Tail([*self.terms.items(), *other.terms.items()], self.start)

    def __neg__(self) -> Tail:
        return Tail(((m, -c) for m, c in self.terms.items()), self.start)

    def __mul__(self, other: Tail) -> Tail:
        if self.is_unbounded != other.is_unbounded:
            return self.collapsed()._times(other.collapsed())
        return self._times(other)

    def _times(self, other: Tail) -> Tail:
        pairs = ((m * n, c * d) for m, c in self.terms.items() for n, d in other.terms.items())
        return Tail(pairs, self.start).shortened()

    @property
    def is_unbounded(self) -> bool:
        """Whether a coefficient has no bound: terms that cancel in a product with such a one would say nothing."""
        return not all(c.box.is_finite for c in self.terms.values())

    def collapsed(self) -> Tail:
        """Return the tail as one term, its leading one, if the sign of that is certain."""
        if len(self.terms) < 2 or self.sign() is None:
            return self
        lead = self.leading
        share = self.relative_rest().box() + Interval(ONE, ONE)
        return Tail([(lead, Coefficient(self.terms[lead].box * share))], self.start)

    def shortened(self) -> Tail:
        """Return the tail with its least terms folded into one: a product of long sums would grow without end."""
        if len(self.terms) <= _LONGEST:
            return self
        ordered = sorted(self.terms, key=cmp_to_key(_larger_first))
        kept, least = ordered[: _LONGEST - 1], ordered[_LONGEST - 1]
        small = [self.terms[m].box * (m / least).box(self.start) for m in ordered[_LONGEST - 1 :]]
        folded = Coefficient(sum(small, Interval(ZERO, ZERO)))
        return Tail([*((m, self.terms[m]) for m in kept), (least, folded)], self.start)

    @property
    def leading(self) -> Monomial:
        """The monomial that grows fastest."""
        best, *rest = self.terms
        for monomial in rest:
            best = monomial if order(monomial, best) > 0 else best
        return best

    def box(self) -> Interval:
        """Enclose all values on ``[start, oo)``."""
        total = Interval(ZERO, ZERO)
        for monomial, coefficient in self.terms.items():
            total = total + coefficient.box * monomial.box(self.start)
        return total

    def without(self, monomial: Monomial) -> Tail:
        """Return the sum of the other terms."""
        return Tail(((m, c) for m, c in self.terms.items() if m != monomial), self.start)

    def relative_rest(self) -> Tail:
        """Return ``r`` in the form ``leading term * (1 + r)``; the leading coefficient must have a certain sign."""
        lead = self.leading
        coefficient = self.terms[lead]
        if coefficient.sign == 0:
            raise CannotEnclose(f"the leading coefficient of a tail from {self.start} on may vanish")
        inverse = Coefficient(coefficient.box.reciprocal())
        if coefficient.exact is not None:
            inverse = Coefficient.of(1 / coefficient.exact)
        return Tail(((m / lead, c * inverse) for m, c in self.terms.items() if m != lead), self.start)

    def sign(self) -> int | None:
        """Return the proved sign on all of ``[start, oo)``; 0 if the tail vanishes there, None if it is not proved."""
        if not self.terms:
            return 0
        coefficient = self.terms[self.leading]
        if coefficient.sign == 0 or not self.relative_rest().box().lo > -ONE:
            return None
        return coefficient.sign

    def limit(self) -> sp.Expr | None:
        """Return the limit at infinity, exactly; None if the coefficients do not tell."""
        if not self.terms or growth(self.leading) < 0:
            return sp.S.Zero
        coefficient = self.terms[self.leading]
        if growth(self.leading) == 0:
            return coefficient.exact
        return {1: sp.oo, -1: -sp.oo}.get(coefficient.sign)


def _larger_first(m: Monomial, n: Monomial) -> int:
    return order(n, m)


def _is_exponent(monomial: Monomial, coefficient: Coefficient) -> bool:
    """Say whether the exponential of a term is a monomial: of a whole power of ``x``, or of ``log x``."""
    if coefficient.exact is None:
        return False
    return monomial == LOG or bool(not monomial.exponents and monomial.logs == 0 and monomial.power.is_Integer)


@dataclass(frozen=True)
class Tails:
    """The ring of tails on ``[start, oo)``."""

    start: int

    def constant(self, expr: sp.Expr) -> Tail:
        """Return a constant function."""
        return Tail([(CONSTANT, Coefficient.of(expr))], self.start)

    def bounded(self, box: Interval) -> Tail:
        """Return a function of which only a box is known."""
        return Tail([(CONSTANT, Coefficient(box))], self.start)

    def argument(self, sign: int) -> Tail:
        """Return ``x`` itself, or ``-x``: the other end of the line."""
        return Tail([(Monomial(sp.S.One), Coefficient.of(sp.Integer(sign)))], self.start)

    def run(self, expr: sp.Expr, argument: Tail) -> Tail:
        """Evaluate an expression in ``U`` at a tail."""
        result: Tail = compiled(expr, U).run(self, argument)
        return result

    def power(self, base: Tail, exponent: sp.Expr) -> Tail:
        """Raise to a constant power: that of the leading term times ``(1 + r)^exponent``."""
        if not base.terms:
            return base if exponent.is_positive else self._unable(f"0**({exponent})")
        if exponent.is_Integer and exponent.is_positive and exponent <= 4:
            return base if exponent == 1 else base * self.power(base, exponent - 1)
        lead, rest = base.leading, base.relative_rest()
        coefficient = base.terms[lead]
        if coefficient.sign < 0 and not exponent.is_Integer:
            self._unable(f"a negative number to the power {exponent}")
        front = Tail([(lead.raised(exponent), self._raised(coefficient, exponent))], self.start)
        one_plus = (1 + U) ** exponent
        return front * self._near(one_plus, sp.S.One, exponent, sp.S.Zero, rest)

    def _raised(self, coefficient: Coefficient, exponent: sp.Expr) -> Coefficient:
        if coefficient.exact is not None:
            return Coefficient.of(coefficient.exact**exponent)
        return Coefficient(BOXES.power(coefficient.box, exponent))

    def function(self, head: type[sp.Function] | Member, argument: Tail) -> Tail:
        """Apply a function of the table."""
        if head is sp.exp:
            return self._exponential(argument)
        if head is sp.log and argument.terms:
            return self._logarithm(argument)
        side = growth(argument.leading) if argument.terms else -1
        if side <= 0:
            shown = at_pole(head) if CONSTANT not in argument.terms else None
            return self._at_finite_limit(head, argument) if shown is None else self.run(shown, argument)
        sign = argument.terms[argument.leading].sign
        expansion = at_infinity(head)
        if expansion is None or sign == 0:
            raise CannotEnclose(f"{head.__name__} at infinity has no tail expansion from {self.start} on")
        expanded: Tail = expansion(self, argument, sign)
        return expanded

    def _at_finite_limit(self, head: type[sp.Function] | Member, argument: Tail) -> Tail:
        center = argument.terms.get(CONSTANT, Coefficient.of(sp.S.Zero))
        if center.exact is None:
            return self.bounded(primitive(head).box(argument.box()))
        value = head(center.exact)
        slope = primitive(head).slope.subs({U: center.exact, Y: value})
        return self._near(head(U), value, slope, center.exact, argument.without(CONSTANT))

    def _near(self, expr: sp.Expr, value: sp.Expr, slope: sp.Expr, center: sp.Expr, rest: Tail) -> Tail:
        """Expand a function of ``U`` at ``center + rest`` to the second order, the last one with Lagrange's remainder."""
        around = BOXES.constant(center)
        curvature = taylor_coefficients(compiled(expr, U), BOXES, around.hull(around + rest.box()), 2)[2]
        return self.constant(value) + self.constant(slope) * rest + self.bounded(curvature) * rest * rest

    def _exponential(self, argument: Tail) -> Tail:
        """Put what grows into the exponent of the monomial, and expand the exponential of the rest."""
        growing = {m: c for m, c in argument.terms.items() if growth(m) > 0}
        if not all(_is_exponent(m, c) for m, c in growing.items()):
            return self._vanishing(argument)
        exponents = {int(m.power): c.exact for m, c in growing.items() if m.power}
        powers = tuple(exponents.get(k, sp.S.Zero) for k in range(1, max(exponents, default=0) + 1))
        power = growing[LOG].exact if LOG in growing else sp.S.Zero
        front = Tail([(Monomial(power, powers), Coefficient.of(sp.S.One))], self.start)
        rest = Tail(((m, c) for m, c in argument.terms.items() if m not in growing), self.start)
        return front * self._at_finite_limit(sp.exp, rest)

    def _vanishing(self, argument: Tail) -> Tail:
        """Enclose ``e^(-w)`` between 0 and ``n!/w^n``, for a ``w`` that grows otherwise than a polynomial."""
        lead = argument.leading
        coefficient, rest = argument.terms[lead], argument.relative_rest().box()
        if coefficient.sign >= 0 or not rest.lo > -ONE:
            self._unable("the exponential of something that grows otherwise than a known polynomial")
        size = -coefficient.box * (rest + Interval(ONE, ONE))
        most = size.reciprocal().hi ** _ORDER * factorial(_ORDER)
        return Tail([(lead.raised(sp.Integer(-_ORDER)), Coefficient(Interval(ZERO, most.upper())))], self.start)

    def _logarithm(self, argument: Tail) -> Tail:
        """Use ``log(C x^a (log x)^b e^q (1 + r)) = log C + a log x + b log log x + q + log(1 + r)``."""
        lead, rest = argument.leading, argument.relative_rest()
        coefficient = argument.terms[lead]
        if coefficient.sign < 0:
            self._unable("the logarithm of a negative number")
        exponents = [(Monomial(sp.Integer(k)), Coefficient.of(q)) for k, q in enumerate(lead.exponents, 1)]
        exponents.append((LOG, Coefficient.of(lead.power)))
        if lead.logs != 0:
            exponents.append((_ROOT_OF_LOG, self._iterated_logarithm() * Coefficient.of(lead.logs)))
        scale = self._at_finite_limit(sp.log, Tail([(CONSTANT, coefficient)], self.start))
        one_plus = self._near(sp.log(1 + U), sp.S.Zero, sp.S.One, sp.S.Zero, rest)
        return Tail(exponents, self.start) + scale + one_plus

    def _iterated_logarithm(self) -> Coefficient:
        """Enclose ``log(y)/sqrt(y)``, ``y = log x``: not negative from ``y = 1`` on, and greatest at ``y = e^2``."""
        if not arb(self.start).log() >= 1:
            self._unable("the logarithm of a logarithm")
        return Coefficient(Interval(ZERO, (2 / arb(1).exp()).upper()))

    def _unable(self, what: str) -> Any:
        raise CannotEnclose(f"{what} has no tail expansion from {self.start} on")


def tail_jet(program: Program, side: int, start: int, order: int) -> tuple[Tail, ...]:
    """Return the Taylor coefficients of a function near plus or minus infinity.

    Parameters
    ----------
    program : Program
        A function of one argument.
    side : int
        1 for ``[start, oo)``; -1 for ``(-oo, -start]``, seen from there (the tail runs in ``-x``).
    start : int
        Where the tail begins, positive.
    order : int
        The last coefficient wanted; derivatives are by ``x`` itself on both sides.

    Returns
    -------
    tuple of Tail
        ``order + 1`` coefficients.
    """
    ring = Tails(start)
    return taylor_coefficients(program, ring, ring.argument(side), order)
