"""Turns: points that tend to infinity, at which all that swings with one phase stands still."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from ..claims.bessels import SineIntegral, SphericalBessel
from .errors import CannotEnclose
from .intervals import ONE, Interval
from .periods import period
from .programs import compiled
from .swings import Swing, Swings
from .tails import STARTS, Tail, Tails

__all__ = ["Crest", "Turn", "crest", "growing_turn", "swing_at"]

_SWINGING = (sp.sin, sp.cos, sp.besselj, SphericalBessel, SineIntegral)


@dataclass(frozen=True)
class Turn:
    """The points at which ``phase`` is ``(k + share) * period`` for some whole k; they tend to both infinities.

    Parameters
    ----------
    phase : sympy.Expr
        A polynomial of the variable.
    period : sympy.Expr
        Positive.
    share : sympy.Expr
        Of the period.
    """

    phase: sp.Expr
    period: sp.Expr
    share: sp.Expr

    def __str__(self) -> str:
        """Say which points they are."""
        return f"at the points where {self.phase} is {self._value} for whole k"

    @property
    def _value(self) -> sp.Expr:
        """What the phase is."""
        return (sp.Symbol("k", integer=True) + self.share) * self.period

    def limit(self, expr: sp.Expr, x: sp.Symbol, end: sp.Expr) -> sp.Limit | None:
        """Return the limit of a function along the points, unevaluated; None if the phase has no inverse in roots.

        Parameters
        ----------
        expr : sympy.Expr
            In ``x``.
        x : sympy.Symbol
            The variable.
        end : sympy.Expr
            ``oo`` or ``-oo``.

        Returns
        -------
        sympy.Limit or None
            Of a sequence with the index k.
        """
        value, (k,) = self._value, tuple(self._value.free_symbols)
        if self.phase == x:
            return sp.Limit(expr.subs(x, value), k, end)
        if sp.degree(self.phase, x) != 2:
            return None
        middle = -self.phase.coeff(x, 1) / 2
        place = middle + (1 if end == sp.oo else -1) * sp.sqrt(middle**2 + value)
        return sp.Limit(expr.subs(x, place), k, sp.oo)


def growing_turn(expr: sp.Expr, x: sp.Symbol, end: sp.Expr) -> Turn | None:
    """Return points that tend to an infinity, along which a function grows without bound.

    Parameters
    ----------
    expr : sympy.Expr
        Analytic near the end.
    x : sympy.Symbol
        The variable.
    end : sympy.Expr
        ``oo`` or ``-oo``.

    Returns
    -------
    Turn or None
        None if the function does not swing, or none is found.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> growing_turn(x * sp.cos(x**2), x, sp.oo)
    Turn(phase=x**2, period=2*pi, share=0)
    """
    phase = _phase(expr, x)
    repeats = None if phase is None else _period(expr, x, phase)
    if phase is None or repeats is None:
        return None
    for start in STARTS:
        try:
            ring, swing = swing_at(expr, x, phase, 1 if end == sp.oo else -1, start)
        except CannotEnclose:
            continue
        if not swing.waves.keys() - {sp.S.Zero} or swing.tail(ring).box().is_finite:
            return None
        for share in (sp.Rational(eighth, 8) for eighth in range(8)):
            if swing.at(ring, share * repeats).limit() == sp.oo:
                return Turn(phase, repeats, share)
    return None


@dataclass(frozen=True)
class Crest:
    """A tail that a function never exceeds while it swings.

    Parameters
    ----------
    envelope : Tail
        The mean and all amplitudes together.
    turn : Turn or None
        Points along which the function and the envelope have the same limit; None if none are known.
    """

    envelope: Tail
    turn: Turn | None


def crest(expr: sp.Expr, x: sp.Symbol, side: int, start: int) -> Crest | None:
    """Return how high a function swings far out.

    Parameters
    ----------
    expr : sympy.Expr
        Analytic near the end.
    x : sympy.Symbol
        The variable.
    side : {1, -1}
        To which end of the line.
    start : int
        From where on.

    Returns
    -------
    Crest or None
        None if the function does not swing.

    Raises
    ------
    CannotEnclose
        If it has no expansion from so near on.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> found = crest(sp.tanh(x) * sp.sin(x), x, 1, 8)
    >>> found.envelope.limit(), found.turn.share
    (1, 1/4)
    """
    phase = _phase(expr, x)
    repeats = None if phase is None else _period(expr, x, phase)
    if phase is None or repeats is None:
        return None
    ring, swing = swing_at(expr, x, phase, side, start)
    (_, envelope, _), *waves = swing.coefficients(ring)
    for _, cosine, sine in waves:
        envelope = envelope + _amplitude(ring, cosine, sine)
    lasting = [(a, *_limits(cosine, sine)) for a, cosine, sine in waves if _limits(cosine, sine) != (0, 0)]
    if len(lasting) != 1 or not all(limit is not None and limit.is_finite for limit in lasting[0][1:]):
        return Crest(envelope, None)
    rate, along, across = lasting[0]
    return Crest(envelope, Turn(phase, repeats, sp.atan2(across, along) / (rate * repeats)))


def _limits(cosine: Tail, sine: Tail) -> tuple[sp.Expr | None, sp.Expr | None]:
    return cosine.limit(), sine.limit()


def _amplitude(ring: Tails, cosine: Tail, sine: Tail) -> Tail:
    """Return ``sqrt(A^2 + B^2)``, or something between the sum of ``|A|`` and ``|B|`` and its negative."""
    try:
        return ring.power(cosine * cosine + sine * sine, sp.S.Half)
    except CannotEnclose:
        return (cosine + sine) * ring.bounded(Interval(-ONE, ONE))


def swing_at(expr: sp.Expr, x: sp.Symbol, phase: sp.Expr, side: int, start: int) -> tuple[Tails, Swing]:
    """Return a function as a swing, and the ring of its coefficients.

    Parameters
    ----------
    expr : sympy.Expr
        Analytic near the end.
    x : sympy.Symbol
        The variable.
    phase : sympy.Expr
        A polynomial in ``x``.
    side : {1, -1}
        To which end of the line; the tails run in ``-x`` at the left one.
    start : int
        Where the tails begin.

    Returns
    -------
    tuple of Tails and Swing
        The function is the swing on all of the half-line.
    """
    tails = Tails(start)
    argument = tails.argument(side)
    ring = Swings(tails, compiled(phase, x).run(tails, argument))
    return tails, compiled(expr, x).run(ring, ring.steady(argument))


def _arguments(expr: sp.Expr, x: sp.Symbol) -> list[sp.Expr]:
    """Return what stands in functions that swing, where it is a polynomial."""
    found = {part.args[-1] for part in expr.atoms(*_SWINGING)}
    moving = [u for u in found if x in u.free_symbols and u.is_polynomial(x)]
    return sorted(moving, key=sp.default_sort_key)


def _phase(expr: sp.Expr, x: sp.Symbol) -> sp.Expr | None:
    """Return the first argument that swings, without its constant term and its leading coefficient."""
    found = _arguments(expr, x)
    return _monic(found[0], x) if found else None


def _monic(argument: sp.Expr, x: sp.Symbol) -> sp.Expr:
    moving = sp.expand(argument) - sp.expand(argument).subs(x, 0)
    return sp.expand(moving / sp.LC(moving, x))


def _period(expr: sp.Expr, x: sp.Symbol, phase: sp.Expr) -> sp.Expr | None:
    """Return the common period, in the phase, of all that swings with it."""
    rates = {sp.LC(sp.expand(u), x) for u in _arguments(expr, x) if _monic(u, x) == phase}
    return period(sp.Add(*(sp.cos(rate * x) for rate in rates)), x)
