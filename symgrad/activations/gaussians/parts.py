r"""Parts: what integration by parts makes of a term without gates, and what every other kind of term needs for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

import sympy as sp

from ...claims import Ground, NormalCdf, Relation, Step, symbol
from .terms import Term

__all__ = ["Ends", "Evaluate", "Part", "fresh", "increase", "line", "lowered", "mass", "plain_part", "spread", "summed"]

X = symbol("x")
Ends = tuple[sp.Expr, sp.Expr]
Evaluate = Callable[[sp.Expr, sp.Expr, sp.Expr], Step]  # an integrand and two ends to the line that evaluates it


@dataclass(frozen=True)
class Part:
    """A primitive with its increase from end to end, and multiples of other integrals.

    Parameters
    ----------
    primitive, increase : sympy.Expr
        Of the share that is integrated.
    rests : tuple of (sympy.Expr, Step)
        A factor, and the line that evaluates an integral.
    """

    primitive: sp.Expr
    increase: sp.Expr
    rests: tuple[tuple[sp.Expr, Step], ...] = ()

    @property
    def value(self) -> sp.Expr:
        """The integral."""
        return self.increase + sp.Add(*(c * rest.after for c, rest in self.rests))


def summed(*parts: Part) -> Part:
    """Add parts over the same interval."""
    rests = tuple(rest for part in parts for rest in part.rests)
    return Part(sp.Add(*(p.primitive for p in parts)), sp.Add(*(p.increase for p in parts)), rests)


def fresh(expr: sp.Expr) -> sp.Symbol:
    """Return a parameter for a family of integrals that does not stand in the integrand: families are nested."""
    names = (sp.Symbol(f"t_{k}" if k else "t", positive=True) for k in count())
    return next(name for name in names if name not in expr.free_symbols)


def line(integrand: sp.Expr, ends: Ends, value: sp.Expr, reason: str, ground: Ground) -> Step:
    """Return the line that an integral over the symbol x has a value."""
    return Step(sp.Integral(integrand, (X, *ends)), Relation.EQ, value, reason, ground)


def increase(decaying: sp.Expr, ends: Ends) -> sp.Expr:
    """Return the increase from end to end of something that vanishes at infinity."""
    lower, upper = (sp.S.Zero if end.is_infinite else decaying.subs(X, end) for end in ends)
    return upper - lower


@lru_cache(maxsize=256)
def _variance(decay: sp.Expr) -> sp.Expr:
    return sp.factor(1 / (2 * decay))


def spread(term: Term) -> sp.Expr:
    """Return the deviation of the Gaussian that the exponential is a multiple of."""
    above, below = sp.fraction(_variance(term.decay))
    return sp.sqrt(above) / sp.sqrt(below)


def mass(term: Term) -> sp.Expr:
    """Return the integral of the exponential over the whole line."""
    deviation = spread(term)
    return sp.sqrt(2 * sp.pi) * deviation * sp.exp(sp.expand((term.rate * deviation) ** 2 / 2))


def lowered(term: Term) -> tuple[sp.Expr, sp.Expr]:
    """Return ``P`` and ``b`` with ``polynomial * e = (P e)' + b e``, where e is the exponential."""
    left, found, variance = list(term.coefficients), sp.S.Zero, _variance(term.decay)
    for n in range(len(left) - 1, 0, -1):
        leading = left[n] * variance
        found -= leading * X ** (n - 1)
        left[n - 1] += leading * term.rate
        if n > 1:
            left[n - 2] += leading * (n - 1)
    return found, left[0]


def plain_part(term: Term, ends: Ends) -> Part:
    """Integrate a polynomial times an exponential: the rest is a distribution function."""
    polynomial, left = lowered(term)
    deviation = spread(term)
    fronts, area = polynomial * term.envelope, left * mass(term)
    argument = X / deviation - term.rate * deviation
    below, above = (_cdf_at(argument, end) for end in ends)
    return Part(fronts + area * NormalCdf(argument), increase(fronts, ends) + area * (above - below))


def _cdf_at(argument: sp.Expr, end: sp.Expr) -> sp.Expr:
    """Return the distribution function of an increasing argument, which may have an imaginary offset, at an end."""
    if end.is_infinite:
        return sp.S.One if end == sp.oo else sp.S.Zero
    return NormalCdf(argument.subs(X, end))
