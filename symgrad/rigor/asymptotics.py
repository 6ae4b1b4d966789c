"""Laws of a tail: how a function approaches its limit, with constants that hold from a stated point on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from .enclosures import Enclosure, rational
from .errors import CannotEnclose
from .intervals import ONE, Interval
from .limits import limit_at
from .monomials import Monomial
from .precisions import working_precision
from .programs import Program, compiled
from .tails import STARTS, Tail, tail_jet

__all__ = ["TailLaw", "tail_law"]

_BITS = 96
_CLOSE = 0.25  # a law is stated from where its two constants agree to about this


@dataclass(frozen=True)
class TailLaw:
    """``f(x) - limit`` lies between ``lower * m(|x|)`` and ``upper * m(|x|)`` for every ``|x| >= beyond``.

    Parameters
    ----------
    limit : sympy.Expr
        Of the function at that end; zero where the function itself grows.
    monomial : Monomial
        The function ``m``.
    coefficient : sympy.Expr or None
        Of the leading term, where it is exactly known: the ratio tends to it.
    constants : Enclosure
        The two constants.
    beyond : int
        From where on.
    """

    limit: sp.Expr
    monomial: Monomial
    coefficient: sp.Expr | None
    constants: Enclosure
    beyond: int

    @property
    def word(self) -> str:
        """How it decays or grows: ``gaussian``, ``exponential``, ``algebraic`` or ``super-exponential``."""
        degree = len(self.monomial.exponents)
        return {0: "algebraic", 1: "exponential", 2: "gaussian"}.get(degree, "super-exponential")


@lru_cache(maxsize=512)
def tail_law(expr: sp.Expr, x: sp.Symbol, end: sp.Expr) -> TailLaw | None:
    """Return how a function approaches its limit at infinity, or grows.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone, analytic near the end.
    x : sympy.Symbol
        The variable.
    end : sympy.Expr
        ``oo`` or ``-oo``.

    Returns
    -------
    TailLaw or None
        None if the function is constant there.

    Raises
    ------
    CannotEnclose
        If the expansion does not tell, as for a sine.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> law = tail_law(1 - sp.tanh(x) ** 2, x, sp.oo)
    >>> law.coefficient * law.monomial.expression(x), law.word
    (4*exp(-2*x), 'exponential')
    """
    limit = limit_at(expr, x, end)
    distance = expr if limit.is_infinite else expr - limit
    program, side = compiled(distance, x), 1 if end == sp.oo else -1
    best: TailLaw | None = None
    for start in STARTS:
        tail = _expansion(program, side, start)
        if tail is not None and not tail.terms:
            return None
        best = _law(tail, limit, start) or best if tail is not None else best
        if best is not None and _is_close(best.constants):
            return best
    if best is None:
        raise CannotEnclose(f"how {expr} behaves as {x} tends to {end} is not decided by its expansion")
    return best


def _expansion(program: Program, side: int, start: int) -> Tail | None:
    try:
        with working_precision(_BITS):
            tail: Tail = tail_jet(program, side, start, 0)[0]
            return tail
    except CannotEnclose:
        return None


def _law(tail: Tail, limit: sp.Expr, start: int) -> TailLaw | None:
    with working_precision(_BITS):
        lead = tail.leading
        coefficient = tail.terms[lead]
        if coefficient.sign == 0:
            return None
        span = coefficient.box * (Interval(ONE, ONE) + tail.relative_rest().box())
        if span.sign == 0 or not span.is_finite:
            return None
        constants = Enclosure(rational(span.lo), rational(span.hi), 6, f"the tail expansion from {start} on")
    return TailLaw(sp.S.Zero if limit.is_infinite else limit, lead, coefficient.exact, constants, start)


def _is_close(constants: Enclosure) -> bool:
    near, far = sorted((abs(constants.lower), abs(constants.upper)))
    return bool(far - near <= _CLOSE * near)
