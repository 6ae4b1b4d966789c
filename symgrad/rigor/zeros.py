"""Zeros of an analytic function on an interval: the complete list, exact where algebra proposes and balls agree."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp
from flint import arb

from .balls import constant_ball
from .candidates import factors, proposed_zeros
from .constants import ImplicitConstant
from .contractions import refine
from .enclosures import Enclosure, compare, enclose, rational
from .errors import CannotEnclose, Unsettled
from .identities import vanishes
from .intervals import Interval, whole
from .multiples import Flat, multiple_near
from .precisions import bits_for, working_precision
from .programs import compiled
from .searches import Found, search_zeros
from .tails import STARTS, tail_jet

__all__ = ["Root", "analytic_zeros", "implicit_zero"]

_POINT_BITS = 256  # for a closed form, which may be the difference of large numbers
_BRACKET_DIGITS = range(2, 60)
_LARGEST_DENOMINATOR = 1000


@dataclass(frozen=True)
class Root:
    """A zero.

    Parameters
    ----------
    value : sympy.Expr
        Exact where a closed form was certified, else an implicit constant.
    enclosure : Enclosure
        Around it.
    """

    value: sp.Expr
    enclosure: Enclosure


@lru_cache(maxsize=512)
def analytic_zeros(
    expr: sp.Expr, x: sp.Symbol, lower: sp.Expr = -sp.oo, upper: sp.Expr = sp.oo, digits: int = 30
) -> tuple[Root, ...]:
    """Return all zeros strictly between two ends, and the poles that negative powers make.

    Parameters
    ----------
    expr : sympy.Expr
        Analytic in ``x`` on the open interval.
    x : sympy.Symbol
        The variable.
    lower, upper : sympy.Expr, optional
        The ends, exact or infinite.
    digits : int, optional
        Of the enclosures.

    Returns
    -------
    tuple of Root
        From left to right, complete.

    Raises
    ------
    CannotEnclose
        If completeness cannot be proved.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> [root.value for root in analytic_zeros(x**3 - 2 * x, x)]
    [-sqrt(2), 0, sqrt(2)]
    """
    vanishing = [factor for factor in factors(expr, x) if not isinstance(factor, sp.exp)]
    zeros = {zero for factor in vanishing for zero in _zeros_of_factor(factor, x, lower, upper)}
    ordered = sorted(zeros, key=lambda zero: enclose(zero, digits).midpoint)
    return tuple(Root(zero, enclose(zero, digits)) for zero in ordered)


def _zeros_of_factor(factor: sp.Expr, x: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> list[sp.Expr]:
    box = Interval(_end(factor, x, lower, -1), _end(factor, x, upper, 1))
    simple, flats = _searched(factor, x, box)
    zeros = [*(implicit_zero(factor, x, found) for found in simple), *(flat.point for flat in flats)]
    return [z for z in zeros if compare(lower, z) == -1 and compare(z, upper) == -1]


def _searched(factor: sp.Expr, x: sp.Symbol, box: Interval) -> tuple[tuple[Found, ...], tuple[Flat, ...]]:
    """Search, and again with one more multiple zero wherever a search gets stuck near one."""
    program, flats = compiled(factor, x), tuple[Flat, ...]()
    while True:
        try:
            return search_zeros(program, box, flats).found, flats
        except Unsettled as stuck:
            flat = multiple_near(factor, x, stuck.box)
            if flat is None or flat in flats:
                raise
        flats = (*flats, flat)


def _end(expr: sp.Expr, x: sp.Symbol, end: sp.Expr, side: int) -> Any:
    """Return the end of the box to search: the end itself, rounded outwards, or a point without zeros beyond."""
    if not end.is_infinite:
        ball = constant_ball(end)
        return ball.upper() if side > 0 else ball.lower()
    for start in STARTS:
        if tail_jet(compiled(expr, x), side, start, 0)[0].sign():
            return arb(side * start)
    raise CannotEnclose(f"the sign of {expr} as {x} tends to {end} is not decided")


def implicit_zero(equation: sp.Expr, x: sp.Symbol, found: Found) -> sp.Expr:
    """Return the zero in a box exactly if a proposed closed form is it, or else as an implicit constant.

    Parameters
    ----------
    equation : sympy.Expr
        Has exactly one zero in the box.
    x : sympy.Symbol
        The variable.
    found : Found
        The box.

    Returns
    -------
    sympy.Expr
        The zero.
    """
    root = refine(compiled(equation, x), found.root, bits_for(_BRACKET_DIGITS[-1]))
    for candidate in proposed_zeros(equation, x):
        # The word first: a polynomial vanishes at a root with less algebra than its words need at the point itself.
        left = equation.subs(candidate.word, candidate.value).subs(x, candidate.point)
        if _is_the_zero(candidate.point, found.unique_in, root) and vanishes(left):
            return candidate.point
    for point in _short_multiples(root):
        if _is_the_zero(point, found.unique_in, root) and vanishes(equation.subs(x, point)):
            return point
    return _bracketed(equation, x, root)


def _short_multiples(root: Interval) -> list[sp.Expr]:
    """Return the multiple of 1 or of pi that the zero seems to be, with a small denominator; no chance hits 60 digits."""
    with working_precision(bits_for(_BRACKET_DIGITS[-1])):
        return [point for unit in (sp.S.One, sp.pi) if (point := _near_multiple(root, unit)) is not None]


def _near_multiple(root: Interval, unit: sp.Expr) -> sp.Expr | None:
    ratio = rational((root.midpoint() / constant_ball(unit)).mid())
    near = Fraction(int(ratio.p), int(ratio.q)).limit_denominator(_LARGEST_DENOMINATOR)
    point = sp.Rational(near) * unit
    return point if root.meets(Interval.ball(constant_ball(point))) else None


def _is_symmetric(equation: sp.Expr, x: sp.Symbol) -> bool:
    mirrored = equation.subs(x, -x)
    return bool(sp.expand(mirrored - equation) == 0 or sp.expand(mirrored + equation) == 0)


def _is_the_zero(point: sp.Expr, unique_in: Interval, root: Interval) -> bool:
    """Say whether a point surely lies in the box that holds one zero only, and agrees with that to all its digits."""
    with working_precision(_POINT_BITS):
        place = Interval.ball(constant_ball(point))
    return unique_in.covers(place) and root.meets(place)


def _bracketed(equation: sp.Expr, x: sp.Symbol, root: Interval) -> sp.Expr:
    """Return the zero as an implicit constant, with the shortest decimal bracket that isolates it.

    The bracket depends on the zero only, not on the way it was found, so that equal constants are equal; and of a
    symmetric equation the negative zeros are written with the positive ones.
    """
    if root.hi < 0 and _is_symmetric(equation, x):
        return -_bracketed(equation, x, -root)
    for digits in _BRACKET_DIGITS:
        scale = sp.Integer(10) ** digits
        with working_precision(bits_for(_BRACKET_DIGITS[-1])):
            low = whole((root.lo * int(scale)).floor())
        bracket = (sp.Rational(low - 1, scale), sp.Rational(low + 2, scale))  # also where the zero is a short decimal
        try:
            return ImplicitConstant(equation, x, *bracket)
        except CannotEnclose:
            continue
    raise CannotEnclose(f"no decimal bracket isolates the zero of {equation} in {root}")
