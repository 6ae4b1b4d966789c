"""Numerics: expressions in the symbol x, evaluated on Python floats and NumPy arrays.

NumPy computes in double precision what `stable` has rewritten. Where that gives infinity or not-a-number, something on
the way has overflown: there balls say what the value is, and at infinity the limit does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from ..claims import Claim, define, symbol
from ..rigor import CannotEnclose
from ..rigor.balls import BALLS, constant_ball
from ..rigor.pieces import pieces
from ..rigor.precisions import working_precision
from ..rigor.programs import Program, compiled
from .guards import guarded
from .stabilities import stable, unstable

__all__ = ["computed", "doubles", "evaluate"]

X = symbol("x")
Ends = tuple[Claim | None, Claim | None]
_DOUBLE = 56  # bits, more than a double holds
_BITS = (128, 2048, 16384)  # of working precision; what is undecided after the last has no value here


def evaluate(expr: sp.Expr, limits: Callable[[], Ends], points: Any) -> Any:
    """Evaluate an expression at numbers.

    Parameters
    ----------
    expr : sympy.Expr
        In the symbol x alone.
    limits : callable
        Returns the claims of its limits at ``-oo`` and ``oo``, or None; asked only at infinite points.
    points : float, int or array_like of shape (...)
        Real numbers.

    Returns
    -------
    float or numpy.ndarray of shape (...)
        A float for a Python number. Arrays of float16, float32 or float64 keep their dtype, all others give float64;
        the computation is in float64 and rounded once.

    Raises
    ------
    TypeError
        If the points are not real numbers.

    Notes
    -----
    No warnings are given, not-a-number stays so, and what is beyond the largest float is infinite.

    Examples
    --------
    >>> evaluate(sp.exp(X) - 1, lambda: (None, None), 1e-20)
    1e-20
    """
    given, dtype = doubles(points)
    with np.errstate(all="ignore"):
        values = _computed(expr, limits, given).astype(dtype)
    return float(values) if isinstance(points, int | float) and not isinstance(points, np.generic) else values[()]


def doubles(points: Any) -> tuple[npt.NDArray[np.float64], npt.DTypeLike]:
    """Read real numbers as doubles.

    Parameters
    ----------
    points : float, int or array_like of shape (...)
        Real numbers.

    Returns
    -------
    (...) float64
        The same numbers.
    dtype
        Of the results: that of the points where these are floats of at most 64 bits, else float64.

    Raises
    ------
    TypeError
        If the points are not real numbers.
    """
    given = np.asarray(points)
    if given.dtype.kind not in "fiub":
        raise TypeError(f"an activation takes real numbers, not {_kind(points, given)}; SymPy numbers stay symbolic")
    keeps = given.dtype.kind == "f" and given.dtype.itemsize <= np.dtype(np.float64).itemsize
    return given.astype(np.float64), given.dtype if keeps else np.dtype(np.float64)


def _kind(points: Any, given: npt.NDArray[Any]) -> str:
    return f"an array of {given.dtype}" if isinstance(points, np.ndarray) else f"{type(points).__name__} {points!r}"


def _computed(expr: sp.Expr, limits: Callable[[], Ends], points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    values = computed(expr, points)
    values[np.isnan(points)] = np.nan
    doubtful = (np.isnan(values) & ~np.isnan(points)) | (np.isinf(values) & np.isfinite(points))
    for place in map(tuple, np.argwhere(doubtful)):
        settled = _settled(expr, limits, float(points[place]))
        values[place] = values[place] if math.isnan(settled) else settled
    return values


def computed(expr: sp.Expr, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Evaluate an expression at numbers by NumPy alone: not-a-number where that overflows on the way, or is not real.

    Parameters
    ----------
    expr : sympy.Expr
        In the symbol x alone.
    points : (...) float64
        Real numbers.

    Returns
    -------
    (...) float64
        Right to a few roundings where nothing overflows.

    Examples
    --------
    >>> computed(sp.exp(X) - 1, np.array([0.0, 1e-20])).tolist()
    [0.0, 1e-20]
    """
    fast = np.asarray(_fast(expr)(points))
    real = np.where(fast.imag == 0, fast.real, np.nan)  # SciPy's LambertW is complex
    return np.array(np.broadcast_to(real, points.shape), dtype=np.float64)


@lru_cache(maxsize=1024)
def _fast(expr: sp.Expr) -> Callable[[npt.NDArray[np.float64]], Any]:
    """Write an expression for NumPy."""
    form = guarded(stable(expr))
    function: Callable[[npt.NDArray[np.float64]], Any] = sp.lambdify([X], form, ["scipy", "numpy"], cse=True)
    return function


def _settled(expr: sp.Expr, limits: Callable[[], Ends], point: float) -> float:
    """Return the value where floating point overflows: certified, or the limit; not-a-number where neither is known."""
    if math.isinf(point):
        claim = limits()[point > 0]
        return math.nan if claim is None else float(claim.bound)
    try:
        return _certified(expr, point)
    except CannotEnclose:
        return math.nan


def _certified(expr: sp.Expr, point: float) -> float:
    """Return the double nearest to the value, or next to it; zero where it is surely below every double."""
    exact = sp.Rational(point)
    program = _program(next(piece.expr for piece in pieces(expr, X) if exact <= piece.upper))
    for bits in _BITS:
        with working_precision(bits):
            ball = program.run(BALLS, constant_ball(exact))
            if ball.is_finite() and (ball.rel_accuracy_bits() >= _DOUBLE or abs(ball) < math.ulp(0.0)):
                return float(ball.mid())
    return math.nan


@lru_cache(maxsize=1024)
def _program(piece: sp.Expr) -> Program:
    """Write what is computed as a program for balls."""
    return compiled(define(unstable(stable(piece))), X)
