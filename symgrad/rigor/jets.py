"""Jets: Taylor coefficients over any ring, which is how this room differentiates.

A jet of order k holds the first k + 1 Taylor coefficients of a function at a point of the ring: at a box, they
enclose the coefficients at each of its points. Every function enters by its slope alone: from ``y' = u' D(u, y)`` the
coefficients of ``y`` follow one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from .families import Member
from .primitives import U, Y, primitive
from .programs import Program, Ring, compiled

__all__ = ["Jet", "Jets", "taylor_coefficients"]


@dataclass(slots=True)  # not frozen: they are made by the thousand
class Jet:
    """Taylor coefficients up to ``order``; missing ones at the end are zero."""

    coefficients: tuple[Any, ...]
    order: int

    def __add__(self, other: Jet) -> Jet:
        long, short = self.coefficients, other.coefficients
        if len(long) < len(short):
            long, short = short, long
        return Jet(tuple(a + b for a, b in zip(long, short, strict=False)) + long[len(short) :], self.order)

    def __mul__(self, other: Jet) -> Jet:
        a, b = self.coefficients, other.coefficients
        count = min(len(a) + len(b) - 1, self.order + 1)
        return Jet(tuple(_convolved(a, b, k) for k in range(count)), self.order)

    def truncated(self, order: int) -> Jet:
        """Return the same jet to a lower order."""
        return Jet(self.coefficients[: order + 1], order)


def _convolved(a: tuple[Any, ...], b: tuple[Any, ...], k: int) -> Any:
    first = max(0, k - len(b) + 1)
    total = a[first] * b[k - first]
    for i in range(first + 1, min(k, len(a) - 1) + 1):
        total = total + a[i] * b[k - i]
    return total


@dataclass(frozen=True)
class Jets:
    """The ring of jets over another ring.

    Parameters
    ----------
    ring : Ring
        Where the coefficients live.
    order : int
        How many derivatives are carried.
    """

    ring: Ring
    order: int

    def constant(self, expr: sp.Expr) -> Jet:
        """Return the jet of a constant function."""
        return Jet((self.ring.constant(expr),), self.order)

    def argument(self, point: Any) -> Jet:
        """Return the jet of the variable itself at a point."""
        slope = (self.ring.constant(sp.S.One),) if self.order else ()
        return Jet((point, *slope), self.order)

    def power(self, base: Jet, exponent: sp.Expr) -> Jet:
        """Raise to a constant power, by ``(u^a)' = a u^(a-1) u'``."""
        value = self.ring.power(base.coefficients[0], exponent)
        if exponent == 1:
            return base
        if exponent == 2:  # the value as a square, which is sharper than a product
            return Jet((value, *(base * base).coefficients[1:]), self.order)

        def slope(lower: Jets, _known: Jet) -> Jet:
            return lower.constant(exponent) * lower.power(base.truncated(lower.order), exponent - 1)

        return self._lifted(value, base, slope)

    def function(self, head: type[sp.Function] | Member, argument: Jet) -> Jet:
        """Apply a function of the table, by its slope."""
        program = compiled(primitive(head).slope, U, Y)

        def slope(lower: Jets, known: Jet) -> Jet:
            found: Jet = program.run(lower, argument.truncated(lower.order), known)
            return found

        return self._lifted(self.ring.function(head, argument.coefficients[0]), argument, slope)

    def _lifted(self, value: Any, argument: Jet, slope: Callable[[Jets, Jet], Jet]) -> Jet:
        """Solve ``y' = u' D(u, y)`` coefficient by coefficient, starting from the value."""
        inner = argument.coefficients
        found = [value]
        for k in range(self.order if len(inner) > 1 else 0):
            outer = slope(Jets(self.ring, k), Jet(tuple(found), k)).coefficients
            speed = tuple(self._times(u, j) for j, u in enumerate(inner) if j)
            if k >= len(speed) + len(outer) - 1:
                break  # from here on all coefficients vanish: a polynomial of lower degree
            found.append(self._over(_convolved(speed, outer, k), k + 1))
        return Jet(tuple(found), self.order)

    def _times(self, value: Any, factor: int) -> Any:
        return value if factor == 1 else value * self.ring.constant(sp.Integer(factor))

    def _over(self, value: Any, divisor: int) -> Any:
        return value if divisor == 1 else value * self.ring.constant(sp.Rational(1, divisor))


def taylor_coefficients(program: Program, ring: Ring, point: Any, order: int) -> tuple[Any, ...]:
    """Return the Taylor coefficients of a function of one argument at a point of a ring.

    Parameters
    ----------
    program : Program
        The function.
    ring : Ring
        Where to compute.
    point : Any
        A number of the ring.
    order : int
        The last coefficient wanted.

    Returns
    -------
    tuple
        ``order + 1`` numbers of the ring; the k-th encloses the k-th derivative divided by k!.

    Examples
    --------
    >>> from symgrad.rigor.balls import BALLS
    >>> from flint import arb
    >>> x = sp.Symbol("x", real=True)
    >>> [round(float(c), 9) for c in taylor_coefficients(compiled(sp.exp(x), x), BALLS, arb(0), 3)]
    [1.0, 1.0, 0.5, 0.166666667]
    """
    jets = Jets(ring, order)
    found = program.run(jets, jets.argument(point)).coefficients
    zeros = (ring.constant(sp.S.Zero),) * (order + 1 - len(found))
    return tuple(found) + zeros
