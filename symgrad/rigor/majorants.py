r"""Majorants: how large a function can be far out, as :math:`C x^a e^{bx}`.

An expansion (`tails`) says what a function is; this says only how large it can be, and costs next to nothing. A mean
under a Gaussian needs no more of the tails. Each number carries the box of all its values too: what is bounded needs
no power, and what is bounded away from zero may stand below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp
from flint import arb

from ..claims.bessels import SineIntegral
from ..claims.functions import NormalCdf, Softplus
from .balls import BOXES, constant_ball
from .errors import CannotEnclose
from .families import Member
from .intervals import MINUS_INFINITY, ONE, PLUS_INFINITY, ZERO, Interval
from .primitives import primitive
from .programs import Program

__all__ = ["Majorant", "majorant"]

# Functions that are at most as large as their argument, up to a constant: W e^W = u says W <= u for W >= 0, else |W| <= 1.
_AT_MOST_LINEAR = {sp.asinh: arb(0), Softplus: arb(2).log(), sp.LambertW: ONE}
_AT_MOST_EXPONENTIAL = (sp.exp, sp.sinh, sp.cosh)
_BOUNDED = {  # whose balls know no infinity
    NormalCdf: Interval(ZERO, ONE),
    sp.erfc: Interval(ZERO, arb(2)),
    # The waves of sin(t)/t alternate and shrink, so the first one is the largest; it is at most 1, and ends at pi.
    SineIntegral: Interval(-arb.pi().upper(), arb.pi().upper()),
}


@dataclass(frozen=True)
class Majorant:
    """A function that is at most ``factor * x^power * exp(rate * x)`` in absolute value, and lies in a box.

    Parameters
    ----------
    factor, power, rate : flint.arb
        Not negative.
    box : Interval
        All values.
    """

    factor: Any
    power: Any
    rate: Any
    box: Interval

    @classmethod
    def within(cls, box: Interval) -> Majorant:
        """Return a function of which only a box is known; a finite one is its own majorant."""
        if not box.is_finite:
            raise CannotEnclose("a function of which nothing is known but that it is unbounded has no majorant")
        return cls(box.magnitude(), ZERO, ZERO, box)

    def __add__(self, other: Majorant) -> Majorant:
        factor = (self.factor + other.factor).upper()  # from x = 1 on, the larger power is the larger function
        return _sharpened(factor, self.power.max(other.power), self.rate.max(other.rate), self.box + other.box)

    def __mul__(self, other: Majorant) -> Majorant:
        factor = (self.factor * other.factor).upper()
        powers, rates = (self.power + other.power).upper(), (self.rate + other.rate).upper()
        return _sharpened(factor, powers, rates, self.box * other.box)

    def peak(self, decay: Any, start: Any) -> Any:
        """Bound the majorant times ``exp(-decay x^2)`` on ``[start, oo)``.

        Parameters
        ----------
        decay : flint.arb
            Positive.
        start : flint.arb
            At least where the majorant begins.

        Returns
        -------
        flint.arb
            An upper bound. The logarithm is concave in x, so its maximum is at its only stationary point or at the start.
        """
        top = (self.rate + (self.rate * self.rate + 8 * decay * self.power).sqrt()) / (4 * decay)
        place = top.max(start)
        return (self.factor * (self.power * place.log() + self.rate * place - decay * place * place).exp()).upper()


def _sharpened(factor: Any, power: Any, rate: Any, box: Interval) -> Majorant:
    return Majorant.within(box) if box.is_finite else Majorant(factor, power, rate, box)


class _Majorants:
    """The ring of majorants."""

    def constant(self, expr: sp.Expr) -> Majorant:
        """Bound a constant."""
        return Majorant.within(Interval.ball(constant_ball(expr)))

    def power(self, base: Majorant, exponent: sp.Expr) -> Majorant:
        """Raise to a constant power; what stands below must be bounded away from zero."""
        box = BOXES.power(base.box, exponent)
        if box.is_finite or exponent.is_negative:
            return Majorant.within(box)
        times = constant_ball(exponent)
        factor = (times * base.factor.log()).exp() if base.factor > 0 else ZERO
        return Majorant(factor.upper(), (base.power * times).upper(), (base.rate * times).upper(), box)

    def function(self, head: type[sp.Function] | Member, argument: Majorant) -> Majorant:
        """Apply a function of the table."""
        box = primitive(head).box(argument.box)
        if box.is_finite or head in _BOUNDED:
            return Majorant.within(box if box.is_finite else _BOUNDED[head])
        if head in _AT_MOST_LINEAR:
            return Majorant((argument.factor + _AT_MOST_LINEAR[head]).upper(), argument.power, argument.rate, box)
        if head is sp.log and argument.box.lo > 0:
            shift = abs(argument.box.lo.log()).upper()
            return Majorant((argument.factor + shift).upper(), argument.power, argument.rate, box)
        if head in _AT_MOST_EXPONENTIAL and argument.power <= 1 and argument.rate == 0:
            return Majorant(ONE, ZERO, argument.factor, box)
        raise CannotEnclose(f"{head.__name__} grows too fast for a majorant")


def majorant(program: Program, side: int, start: Any) -> Majorant:
    """Bound a function far out.

    Parameters
    ----------
    program : Program
        A function of one argument.
    side : int
        1 for ``[start, oo)``; -1 for ``(-oo, -start]``, as a function of ``-x``.
    start : flint.arb
        At least 1.

    Returns
    -------
    Majorant
        Holds on all of that half line.

    Raises
    ------
    CannotEnclose
        If the function grows faster than an exponential, or its values are not separated from a singularity.

    Examples
    --------
    >>> from .programs import compiled
    >>> x = sp.Symbol("x", real=True)
    >>> found = majorant(compiled(x**3 * sp.tanh(x), x), 1, arb(4))
    >>> found.power, found.rate
    (3.00000000000000, 0)
    """
    box = Interval(start, PLUS_INFINITY) if side > 0 else Interval(MINUS_INFINITY, -start)
    found: Majorant = program.run(_Majorants(), Majorant(ONE, ONE, ZERO, box))
    return found
