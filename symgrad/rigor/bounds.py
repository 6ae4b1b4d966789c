"""Bounds: a number that a function provably does not pass, found with less work than its supremum or infimum.

A coarse bound needs no critical points: boxes on which interval arithmetic shows it, and the expansion of each tail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp
from flint import arb

from .balls import BALLS, BOXES, constant_ball
from .certificates import Certificate
from .enclosures import compare, rational
from .errors import CannotEnclose
from .evidence import Cover, Evidence, Stretch
from .intervals import Interval
from .jets import taylor_coefficients
from .periods import one_period
from .pieces import Piece, pieces
from .precisions import working_precision
from .programs import compiled
from .reaches import expanded, sampled_below
from .searches import halves
from .stretches import stretch_of_constant
from .tails import STARTS

__all__ = ["Bound", "bounded_above", "bounded_below"]

_BITS = 64
_MOST_BOXES = 40  # beyond, the extremum itself is not much dearer
_DIGITS = 10  # in which the bound is written down
_STARTS = 4  # of the tail, likewise


@dataclass(frozen=True)
class Bound:
    """A bound of a function, which need not be the best one.

    Parameters
    ----------
    value : sympy.Rational
        The function passes it nowhere, finitely many points aside.
    certificate : Certificate
        Can be replayed.
    """

    value: sp.Rational
    certificate: Certificate


def bounded_above(
    expr: sp.Expr, x: sp.Symbol, value: sp.Rational, domain: tuple[sp.Expr, sp.Expr] = (-sp.oo, sp.oo)
) -> Bound:
    """Prove that a function nowhere exceeds a number.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone.
    x : sympy.Symbol
        The variable.
    value : sympy.Rational
        The number.
    domain : tuple of sympy.Expr, optional
        An interval.

    Returns
    -------
    Bound
        With a certificate.

    Raises
    ------
    CannotEnclose
        If it is false, or takes more than a few boxes to see.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> bounded_above(x * sp.exp(-(x**2)), x, sp.Rational(1, 2)).certificate.statement
    'x*exp(-x**2) is at most 1/2 over (-oo, oo)'
    """
    return _bounded(expr, x, 1, value, domain)


def bounded_below(
    expr: sp.Expr, x: sp.Symbol, value: sp.Rational, domain: tuple[sp.Expr, sp.Expr] = (-sp.oo, sp.oo)
) -> Bound:
    """Prove that a function nowhere falls below a number; as `bounded_above`."""
    return _bounded(expr, x, -1, value, domain)


def _bounded(expr: sp.Expr, x: sp.Symbol, side: int, value: sp.Rational, domain: tuple[sp.Expr, sp.Expr]) -> Bound:
    domain = one_period(expr, x, *domain)
    parts = pieces(expr, x, *domain)
    proof = _Proof(x, side, value)
    stretches = tuple(proof.stretch(part) for part in parts)
    word, computation = ("at most", bounded_above) if side > 0 else ("at least", bounded_below)
    certificate = Certificate(
        (expr, f" is {word} ", value, " over (", domain[0], ", ", domain[1], ")"),
        f"it is {word} {value} on each of {sum(len(stretch.boxes) for stretch in stretches)} boxes",
        computation,
        (expr, x, value, domain),
        Evidence(side * expr, x, domain, stretches, side * value, (), (), _DIGITS, mirrored=side < 0),
    )
    return Bound(value, certificate)


@dataclass(frozen=True)
class _Proof:
    """That ``side`` times a function of ``x`` does not exceed ``side`` times a number."""

    x: sp.Symbol
    side: int
    value: sp.Rational

    def stretch(self, piece: Piece) -> Stretch:
        """Return the boxes that cover a piece, on each of which the bound is seen."""
        turned = replace(piece, expr=self.side * piece.expr)
        if self.x not in piece.expr.free_symbols:
            self._check(compare(turned.expr, self.side * self.value) in (-1, 0), piece)
            return stretch_of_constant(turned)
        with working_precision(_BITS):
            best = sampled_below(turned, self.x)
            self._check(not best > constant_ball(self.side * self.value), piece)
            low, high = self._stop(piece, piece.lower, -1), self._stop(piece, piece.upper, 1)
            boxes = [Cover(rational(box.lo), rational(box.hi), "below") for box in self._boxes(piece, low, high)]
        tails = [(piece.lower, rational(low)), (rational(high), piece.upper)]
        boxes += [Cover(a, b, "below") for a, b in tails if a.is_infinite or b.is_infinite]
        return Stretch(piece.lower, piece.upper, tuple(boxes), (None, None))

    def _stop(self, piece: Piece, end: sp.Expr, side: int) -> Any:
        """Return an end, rounded outwards; of an infinite one, the place beyond which the tail shows the bound."""
        if not end.is_infinite:
            ball = constant_ball(end)
            return ball.upper() if side > 0 else ball.lower()
        for start in STARTS[:_STARTS]:
            if self._holds(expanded(piece.expr, self.x, side, start, 0)[0].box()):
                return arb(side * start)
        return self._check(False, piece)

    def _boxes(self, piece: Piece, low: Any, high: Any) -> Iterator[Interval]:
        """Yield boxes that cover an interval, each small enough for the bound to be seen."""
        program, waiting = compiled(piece.expr, self.x), [Interval(low, high)] if low < high else []
        for _ in range(_MOST_BOXES):
            if not waiting:
                return
            box = waiting.pop()
            value, slope = taylor_coefficients(program, BOXES, box, 1)
            if not self._holds(value):
                middle = box.midpoint()
                at_middle = Interval.ball(program.run(BALLS, middle))
                self._check(self._holds(at_middle), piece)
                if not self._holds(at_middle + slope * (box - Interval(middle, middle))):
                    waiting += halves(box)
                    continue
            yield box
        self._check(not waiting, piece)

    def _holds(self, values: Interval) -> bool:
        bound = constant_ball(self.value)
        return bool(values.hi <= bound if self.side > 0 else values.lo >= bound)

    def _check(self, truth: bool, piece: Piece) -> None:
        if not truth:
            raise CannotEnclose(f"that {piece.expr} does not pass {self.value} is not seen from a few boxes")
