"""Profile curves: the numbers of the figure of an activation, evaluated in balls on a grid of rational points."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import sympy as sp

from ..activations import Profile
from ..claims import Claim, symbol
from ..rigor import CannotEnclose, enclose, period
from ..rigor.pieces import Piece

__all__ = ["Branch", "Mark", "ProfileCurves", "profile_curves"]

X = symbol("x")
_POINTS = 240  # over the whole window
_DIGITS = 12  # a figure shows three
_WINDOW = 5  # shown on both sides of the origin at least, where the activation is given on the whole line
_MARGIN = 1
_PERIODS = 2  # shown on both sides at most

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Branch:
    """One analytic piece of a function, so that a jump is not joined.

    Parameters
    ----------
    x, y : (points,) float64
        Where the function is finite.
    """

    x: Floats
    y: Floats


@dataclass(frozen=True)
class Mark:
    """An extremum of the slope.

    Parameters
    ----------
    name : str
        ``"sup"`` or ``"inf"``.
    value : float
        Finite.
    places : tuple of (float, float)
        Where it is attained: points, whose ends are the same, and intervals cut off at the window; empty where it is only approached.
    """

    name: str
    value: float
    places: tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class ProfileCurves:
    """Everything that the figure of an activation shows.

    Parameters
    ----------
    name : str
        Of the activation.
    window : tuple of float
        Ends of the horizontal axis.
    values, slopes : tuple of Branch
        Of the function and of its derivative, from left to right.
    marks : tuple of Mark
        The extrema of the slope that are finite.
    kinks : tuple of float
        Those inside the window.
    """

    name: str
    window: tuple[float, float]
    values: tuple[Branch, ...]
    slopes: tuple[Branch, ...]
    marks: tuple[Mark, ...]
    kinks: tuple[float, ...]


def profile_curves(profile: Profile) -> ProfileCurves:
    """Return the numbers of the figure of an activation.

    Parameters
    ----------
    profile : Profile
        What is known about it.

    Returns
    -------
    ProfileCurves
        Rounded to doubles; nothing is decided by them.
    """
    phi, window = profile.activation, _window(profile)
    low, high = (float(end) for end in window)
    kinks = tuple(float(enclose(kink)) for kink in phi.kinks)
    return ProfileCurves(
        str(phi),
        (low, high),
        _branches(phi.value_pieces, window),
        _branches(phi.slope_pieces, window),
        tuple(mark for mark in (_mark("sup", profile.slope_sup), _mark("inf", profile.slope_inf)) if mark is not None),
        tuple(kink for kink in kinks if low <= kink <= high),
    )


def _window(profile: Profile) -> tuple[sp.Rational, sp.Rational]:
    """Show the domain, or what is interesting on it with a margin."""
    lower, upper = profile.domain
    points = [float(enclose(point)) for point in _interesting(profile)]
    repeats = period(profile.activation.expression, X)
    reach = _WINDOW if repeats is None else min(_WINDOW, _PERIODS * float(enclose(repeats)))
    margin = _MARGIN * reach / _WINDOW
    low = min([-reach, *(p - margin for p in points)]) if lower.is_infinite else float(enclose(lower))
    high = max([reach, *(p + margin for p in points)]) if upper.is_infinite else float(enclose(upper))
    if low >= high:  # a half line beyond what is interesting
        low, high = (low, low + 2 * _WINDOW) if upper.is_infinite else (high - 2 * _WINDOW, high)
    return _rational(low), _rational(high)


def _interesting(profile: Profile) -> list[sp.Expr]:
    claims = [claim for claim in (profile.slope_sup, profile.slope_inf) if claim is not None]
    places = [place for c in claims for place in (*c.tightness.attained_at, *c.tightness.approached_at)]
    ends = [end for place in places for end in _ends(place)]
    return [point for point in (*profile.activation.kinks, *ends) if point.is_finite]


def _ends(place: sp.Basic) -> tuple[sp.Expr, sp.Expr]:
    return (place.start, place.end) if isinstance(place, sp.Interval) else (place, place)


def _rational(number: float) -> sp.Rational:
    return sp.Rational(round(number * 1000), 1000)


def _branches(pieces: tuple[Piece, ...], window: tuple[sp.Rational, sp.Rational]) -> tuple[Branch, ...]:
    step = (window[1] - window[0]) / _POINTS
    grid = [window[0] + step * index for index in range(_POINTS + 1)]
    return tuple(branch for piece in pieces if (branch := _branch(piece, grid)) is not None)


def _branch(piece: Piece, grid: list[sp.Rational]) -> Branch | None:
    lower, upper = (_bounded(end, grid) for end in (piece.lower, piece.upper))
    if lower >= upper:
        return None
    inner = [point for point in grid if lower < float(point) < upper]
    ends = [end for end in (piece.lower, piece.upper) if end.is_finite and grid[0] <= end <= grid[-1]]
    points = sorted({*inner, *ends}, key=float)
    drawn = [(float(point), value) for point in points if math.isfinite(value := _value(piece.expr, point))]
    return Branch(*np.array(drawn, dtype=float).T) if drawn else None


def _bounded(end: sp.Expr, grid: list[sp.Rational]) -> float:
    return min(max(float(end), float(grid[0]) - 1), float(grid[-1]) + 1)


def _value(expr: sp.Expr, point: sp.Expr) -> float:
    """Evaluate; a pole at the end of a piece, or a number too large for a double, is left out of the drawing."""
    try:
        return float(enclose(expr.subs(X, point), _DIGITS))
    except (CannotEnclose, OverflowError, TypeError, ValueError):
        return math.nan


def _mark(name: str, claim: Claim | None) -> Mark | None:
    if claim is None or claim.bound.is_finite is not True:
        return None
    places = tuple(tuple(float(end) for end in _ends(place)) for place in claim.tightness.attained_at)
    return Mark(name, float(enclose(claim.bound)), tuple((low, high) for low, high in places))
