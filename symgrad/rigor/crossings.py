"""Crossings of zero of a continuous function that is known by enclosures alone, such as a combination of integrals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sympy as sp

from .enclosures import Enclosure
from .errors import CannotEnclose

__all__ = ["bracket_crossing", "narrow_crossing"]

Function = Callable[[sp.Rational], Enclosure]

_FIRST, _LEAST = sp.Rational(1, 8), sp.Rational(1, 2**20)  # how far beside a guess is probed, in parts of the bracket


def bracket_crossing(function: Function, grid: Sequence[sp.Expr], *, last: bool = False) -> tuple[sp.Expr, sp.Expr]:
    """Return two neighbours in a grid at which a function surely has opposite signs.

    Parameters
    ----------
    function : callable
        From a rational number to an enclosure of its value there.
    grid : sequence of sympy.Rational
        Ascending.
    last : bool, default False
        Whether to look from the upper end.

    Returns
    -------
    tuple of sympy.Rational
        The first such pair, or the last one.

    Raises
    ------
    CannotEnclose
        If no two neighbours have opposite signs for sure.

    Examples
    --------
    >>> from symgrad.rigor import enclose
    >>> bracket_crossing(lambda x: enclose(x**2 - 2), [sp.Integer(k) for k in range(4)])
    (1, 2)
    """
    sure: tuple[sp.Expr, int] | None = None  # the last point with a sure sign: one that is a root itself has none
    for point in reversed(grid) if last else grid:
        sign = _sign(function(point))
        if sure and sign * sure[1] < 0:
            return (point, sure[0]) if last else (sure[0], point)
        sure = (point, sign) if sign else sure
    raise CannotEnclose(f"no change of sign was found between {grid[0]} and {grid[-1]}")


def _sign(value: Enclosure) -> int:
    """Return the sign if it is sure, else zero."""
    return 1 if value.lower > 0 else -1 if value.upper < 0 else 0


@dataclass(frozen=True)
class _End:
    at: sp.Rational
    value: Enclosure


def narrow_crossing(function: Function, lower: sp.Expr, upper: sp.Expr, digits: int = 15) -> Enclosure:
    """Narrow a change of sign of a continuous function.

    Parameters
    ----------
    function : callable
        From a rational number to an enclosure of its value there.
    lower, upper : sympy.Rational
        Positive; the function has opposite signs there, which is checked.
    digits : int, default 15
        Significant digits aimed at; where the signs are no longer sure, fewer are given.

    Returns
    -------
    Enclosure
        Between two numbers at which the function surely has opposite signs, so that it vanishes in between.

    Raises
    ------
    CannotEnclose
        If the signs at the ends are not opposite for sure.

    Notes
    -----
    The point where a straight line through both ends vanishes is probed on either side, ever closer: the error of such a
    guess falls like the square of the width, for a smooth function.

    Examples
    --------
    >>> from symgrad.rigor import enclose
    >>> narrow_crossing(lambda x: enclose(x**2 - 2), sp.Integer(1), sp.Integer(2), 10).decimals(5)
    ('1.4142', '1.4143')
    """
    ends = _End(lower, function(lower)), _End(upper, function(upper))
    if _sign(ends[0].value) * _sign(ends[1].value) >= 0:
        raise CannotEnclose(f"the function does not surely change its sign between {lower} and {upper}")
    part, wanted = _FIRST, sp.Rational(1, 10**digits)
    while _width(ends) > wanted * ends[1].at:
        closer = _probed(function, ends, _beside(ends, part, digits))
        caught = _width(closer) <= 2 * part * _width(ends)
        if not caught:
            closer = _probed(function, closer, (_short((closer[0].at + closer[1].at) / 2, digits),))
        if closer == ends:  # the signs are no longer sure
            break
        part, ends = max(part**2, _LEAST) if caught else _FIRST, closer
    return Enclosure(ends[0].at, ends[1].at, digits, "a change of sign")


def _width(ends: tuple[_End, _End]) -> sp.Rational:
    return ends[1].at - ends[0].at


def _probed(function: Function, ends: tuple[_End, _End], points: tuple[sp.Rational, ...]) -> tuple[_End, _End]:
    """Keep the change of sign."""
    low, high = ends
    for point in points:
        if low.at < point < high.at:
            found = _End(point, function(point))
            sign = _sign(found.value)
            low, high = (found, high) if sign == _sign(low.value) else (low, found) if sign else (low, high)
    return low, high


def _beside(ends: tuple[_End, _End], part: sp.Rational, digits: int) -> tuple[sp.Rational, ...]:
    (low, down), (high, up) = ((end.at, end.value.midpoint) for end in ends)
    guess, reach = low - down * (high - low) / (up - down), part * (high - low)
    return _short(guess - reach, digits), _short(guess + reach, digits)


def _short(point: sp.Rational, digits: int) -> sp.Rational:
    """Round to a few digits more than are aimed at, so that numerators stay short."""
    size = point.q.bit_length() - point.p.bit_length() + 4 * digits + 8
    scale = sp.Integer(2) ** max(size, 0)
    return sp.Rational(int(point * scale), scale)
