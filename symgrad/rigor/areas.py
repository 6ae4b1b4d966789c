"""Areas: integrals over the whole line, without a Gaussian; the middle in complex balls, the ends by expansions."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy as sp
from flint import acb, arb

from .balls import Complexes, constant_ball
from .enclosures import Enclosure, rational
from .errors import CannotEnclose
from .integrals import slack
from .intervals import ZERO, Interval
from .monomials import Monomial, growth
from .pieces import Piece
from .precisions import bits_for, working_precision
from .programs import compiled
from .remainders import part_box
from .singularities import cell_width, end_cell, far_integral, is_singular
from .tails import STARTS, tail_jet

__all__ = ["line_integral", "polynomial_at"]

_MOST_EVALUATIONS = 200_000


@lru_cache(maxsize=256)
def line_integral(parts: tuple[Piece, ...], x: sp.Symbol, digits: int = 15) -> Enclosure:
    """Enclose the integral of a function over the whole line.

    Parameters
    ----------
    parts : tuple of Piece
        The function; they cover the line.
    x : sympy.Symbol
        The variable.
    digits : int, default 15
        Digits after the point aimed at. A function that decays like a small power leaves fewer.

    Returns
    -------
    Enclosure
        Around the integral.

    Raises
    ------
    Diverges
        If the integral is provably infinite.
    CannotEnclose
        If it is neither enclosed nor provably infinite.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> line_integral((Piece(-sp.oo, sp.oo, 1 - sp.tanh(x) ** 2),), x).contains(2)
    True
    """
    with working_precision(bits_for(digits + 10)):
        cuts = {}
        total = Interval(ZERO, ZERO)
        for part, side in ((parts[0], -1), (parts[-1], 1)):
            cuts[side], beyond = _beyond(part, x, side, digits)
            total = total + beyond
        for part in parts:
            total = total + _middle(part, x, cuts, digits)
        if not total.is_finite:
            raise CannotEnclose(f"the integral of {', '.join(str(part.expr) for part in parts)} is not enclosed")
        return Enclosure(rational(total.lo), rational(total.hi), digits, "complex balls, and expansions at the ends")


def _beyond(part: Piece, x: sp.Symbol, side: int, digits: int) -> tuple[Any, Interval]:
    """Return where the expansion takes over, and the integral from there; the latest start if none is sharp enough."""
    box = part_box(part)
    edge = box.lo if side > 0 else -box.hi
    found, refusal = None, CannotEnclose(f"{part.expr} has no expansion at infinity")
    for start in STARTS:
        if edge.is_finite() and not edge < start:
            continue
        try:
            beyond = far_integral(tail_jet(compiled(part.expr, x), side, start, 0)[0], str(part.expr))
        except CannotEnclose as reason:
            refusal = reason
            continue
        found = arb(start), beyond
        if beyond.width() < arb(10) ** -digits:
            break
    if found is None:
        raise refusal
    return found


def _middle(part: Piece, x: sp.Symbol, cuts: dict[int, Any], digits: int) -> Interval:
    if part.expr == 0:
        return Interval(ZERO, ZERO)
    ends, cells = [], Interval(ZERO, ZERO)
    for side in (1, -1):
        end = part.lower if side > 0 else part.upper
        if end.is_infinite:
            ends.append(-side * cuts[-side])
            continue
        singular = is_singular(part, x, side)
        cells = cells + end_cell(part, x, side, digits) if singular else cells
        ends.append(constant_ball(end) + side * cell_width(digits) * singular)
    return cells + _between(part, x, ends[0], ends[1], digits)


def _between(part: Piece, x: sp.Symbol, low: Any, high: Any, digits: int) -> Interval:
    program, tolerance = compiled(part.expr, x), arb(10) ** -(digits + 4)

    def integrand(z: Any, analytic: bool) -> Any:
        return acb(program.run(Complexes(analytic), z))  # of a constant the program makes a real ball

    value = acb.integral(integrand, low.mid(), high.mid(), abs_tol=tolerance, eval_limit=_MOST_EVALUATIONS).real
    return Interval.ball(value + sum((slack(integrand(acb(end), False).real, end) for end in (low, high)), arb(0)))


def polynomial_at(expr: sp.Expr, x: sp.Symbol, end: sp.Expr) -> sp.Expr:
    """Return the polynomial that a function approaches at infinity.

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
    sympy.Expr
        What is left of the function tends to zero.

    Raises
    ------
    CannotEnclose
        If the function grows otherwise, or the expansion does not tell.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> polynomial_at(x * sp.tanh(x) - 2, x, -sp.oo)
    -x - 2
    """
    if not expr.has(x):
        return expr
    side = 1 if end == sp.oo else -1
    for start in STARTS:
        try:
            with working_precision(bits_for(30)):
                terms = tail_jet(compiled(expr, x), side, start, 0)[0].terms
        except CannotEnclose:
            continue
        staying = {m: c.exact for m, c in terms.items() if not _vanishes(m)}
        if all(c is not None and not m.exponents and m.logs == 0 and m.power.is_Integer for m, c in staying.items()):
            return sp.Add(*(c * (side * x) ** m.power for m, c in staying.items()))
    raise CannotEnclose(f"{expr} does not approach a polynomial as {x} tends to {end}, as far as its expansion tells")


def _vanishes(monomial: Monomial) -> bool:
    return growth(monomial) < 0
