r"""Scalings: extrema of slopes whose parameters are symbols.

On each piece the slope is written as :math:`A\,G(Bx)`, with a function G that is free of parameters. Its extrema are
certified once; the parameters stay outside, as in :math:`\sup|\mathrm{softplus}_\beta''|=\beta\cdot\tfrac14`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from ..claims import Certified, Relation, Step, display, symbol
from ..rigor.pieces import Piece
from .derivations import equality
from .errors import CannotDerive
from .extrema import Extreme, largest, least, reached

__all__ = ["ScaledPiece", "greatest_of", "magnitude_of", "scaled", "smallest_of"]

X = symbol("x")


@dataclass(frozen=True)
class ScaledPiece:
    """A piece, written as ``factor * core(rate * x)``.

    Parameters
    ----------
    piece : Piece
        What is written.
    factor, rate : sympy.Expr
        In the parameters alone.
    core : sympy.Expr
        In the symbol x alone.
    """

    piece: Piece
    factor: sp.Expr
    rate: sp.Expr
    core: sp.Expr

    @property
    def domain(self) -> tuple[sp.Expr, sp.Expr]:
        """Where the core runs; from left to right also where the rate is negative."""
        ends = [_scaled_end(end, self.rate) for end in (self.piece.lower, self.piece.upper)]
        lower, upper = ends if not self.rate.is_negative else reversed(ends)
        return lower, upper

    def step(self) -> Step:
        """Return the equality that writes the piece so."""
        inner = self.core.subs(X, self.rate * X)
        return equality(self.piece.expr, self.factor * inner, f"scale the variable by {self.rate}")


def _scaled_end(end: sp.Expr, rate: sp.Expr) -> sp.Expr:
    if not end.is_infinite:
        return sp.simplify(end * rate)
    return -end if rate.is_negative else end


def scaled(piece: Piece) -> ScaledPiece:
    """Write a piece with its parameters outside.

    Parameters
    ----------
    piece : Piece
        With symbols besides x.

    Returns
    -------
    ScaledPiece
        The same function.

    Raises
    ------
    CannotDerive
        If no rate makes the rest free of parameters, or the ends of the piece are not free of them then.

    Examples
    --------
    >>> b = sp.Symbol("b", positive=True)
    >>> found = scaled(Piece(-sp.oo, sp.oo, b**2 * sp.exp(-b * X)))
    >>> found.factor, found.rate, found.core
    (b**2, b, exp(-x))
    """
    rates = sorted(_rates(piece.expr), key=lambda rate: (not rate.is_positive, sp.default_sort_key(rate)))
    for rate in (sp.S.One, *rates):
        for factor, core in _splits(piece.expr.subs(X, X / rate)):
            found = ScaledPiece(piece, factor, rate, core)
            if not core.has(X) or not (found.domain[0].free_symbols | found.domain[1].free_symbols):
                return found
    names = ", ".join(sorted(str(s) for s in piece.expr.free_symbols - {X}))
    raise CannotDerive(f"{piece.expr} has no form in which {names} only scales; give values to the parameters")


def _splits(moved: sp.Expr) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """Yield ways to write an expression as parameters times a core, the one nearest to how it stands first."""
    for rewrite in (sp.expand_mul, sp.factor_terms, lambda e: sp.powdenest(sp.simplify(e))):
        factor, core = rewrite(moved).as_independent(X, as_Add=False)
        if core.free_symbols <= {X}:
            yield factor, core


def _rates(expr: sp.Expr) -> Iterator[sp.Expr]:
    """Propose rates: roots of the ratios of coefficients of the polynomials that the expression is made of."""
    seen: set[sp.Expr] = set()
    for part in sp.preorder_traversal(expr):
        if not (isinstance(part, sp.Expr) and part.has(X) and part.is_polynomial(X)):
            continue
        terms = dict(sp.Poly(part, X).terms())
        constant = terms.get((0,), sp.S.One)
        for (power,), coefficient in terms.items():
            for ratio in (coefficient, coefficient / constant):
                rate = sp.powdenest(sp.simplify(-ratio if ratio.is_negative else ratio) ** sp.Rational(1, power or 1))
                if power and rate not in seen and rate.free_symbols and rate.is_real and rate.is_nonzero is not False:
                    seen.add(rate)
                    yield rate


def greatest_of(pieces: tuple[Piece, ...]) -> Extreme:
    """Return the supremum over some pieces, as a formula in the parameters."""
    return _combined(pieces, sp.Max, _tops)


def smallest_of(pieces: tuple[Piece, ...]) -> Extreme:
    """Return the infimum over some pieces, as a formula in the parameters."""
    return _combined(pieces, sp.Min, _tops)


def magnitude_of(pieces: tuple[Piece, ...]) -> Extreme:
    """Return the supremum of the absolute value over some pieces, as a formula in the parameters."""
    return _combined(pieces, sp.Max, _magnitudes)


def _combined(pieces: tuple[Piece, ...], choose, values) -> Extreme:  # type: ignore[no-untyped-def]
    found = [scaled(piece) for piece in pieces]
    each = [values(part) for part in found]
    total = choose(*(value for part in each for value in part))
    relation = Relation.GE if choose is sp.Min else Relation.LE
    steps = [part.step() for part in found if part.piece.expr != part.core]
    whole = sp.Piecewise(
        *((part.piece.expr, part.piece.upper > X) for part in found[:-1]), (found[-1].piece.expr, True)
    )
    shown = sp.Abs(whole) if values is _magnitudes else whole
    reason = "the core of each piece has these extrema, certified without parameters; compare the pieces"
    ground = Certified(recomputed, (pieces, choose, values))
    steps.append(Step(shown, relation, total, reason, ground))
    attained, approached = _places(found, each, total)
    if attained or approached:
        steps.append(reached(shown, total, attained, approached, ground))
    else:
        reason = "each of them is attained or approached on its piece, and one of them is the answer"
        steps.append(
            Step(display(rf"\{choose.__name__.lower()}\text{{ over the pieces}}"), Relation.EQ, total, reason, ground)
        )
    return Extreme(total, attained, approached, tuple(steps))


def recomputed(pieces: tuple[Piece, ...], choose, values) -> sp.Expr:  # type: ignore[no-untyped-def]
    """Certify the cores again and put the formula together from scratch."""
    return choose(*(value for piece in pieces for value in values(scaled(piece))))


def _tops(part: ScaledPiece) -> tuple[sp.Expr, sp.Expr]:
    top, bottom = _extremes(part)
    return part.factor * top.value, part.factor * bottom.value


def _magnitudes(part: ScaledPiece) -> tuple[sp.Expr, sp.Expr]:
    top, bottom = _extremes(part)
    return sp.Abs(part.factor) * abs(top.value), sp.Abs(part.factor) * abs(bottom.value)


def _extremes(part: ScaledPiece) -> tuple[Extreme, Extreme]:
    if not part.core.has(X):
        constant = Extreme(part.core, (sp.Interval.open(part.piece.lower, part.piece.upper),), (), ())
        return constant, constant
    return largest(part.core, part.domain), least(part.core, part.domain)


def _places(
    found: list[ScaledPiece], each: list[tuple[sp.Expr, sp.Expr]], total: sp.Expr
) -> tuple[tuple[sp.Basic, ...], tuple[sp.Basic, ...]]:
    """Return where the extremum is taken or approached, if one piece has it whatever the parameters."""
    attained, approached = [], []
    for part, values in zip(found, each, strict=True):
        for extreme, value in zip(_extremes(part), values, strict=True):
            if value == total:
                attained += [_unscaled(place, part.rate) for place in extreme.attained_at]
                approached += [_unscaled(place, part.rate) for place in extreme.approached_at]
    return tuple(dict.fromkeys(attained)), tuple(dict.fromkeys(approached))


def _unscaled(place: sp.Basic, rate: sp.Expr) -> sp.Basic:
    if isinstance(place, sp.Interval):
        return place
    return place if place.is_infinite else place / rate
