"""Numerics: expressions in the symbol x, evaluated on Python floats and NumPy arrays.

NumPy computes in double precision what `stable` has rewritten. Where that gives not-a-number, an infinite factor has met
a vanishing one: there balls say what the value is, and at infinity the limit does.
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
from ..rigor.balls import constant_ball
from ..rigor.pieces import value_at
from ..rigor.precisions import working_precision
from .guards import guarded
from .stabilities import stable, unstable

__all__ = ["evaluate"]

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
    given = np.asarray(points)
    if given.dtype.kind not in "fiub":
        raise TypeError(f"an activation takes real numbers, not {_kind(points, given)}; SymPy numbers stay symbolic")
    keeps = given.dtype.kind == "f" and given.dtype.itemsize <= np.dtype(np.float64).itemsize
    with np.errstate(all="ignore"):
        values = _computed(expr, limits, given.astype(np.float64)).astype(given.dtype if keeps else np.float64)
    return float(values) if isinstance(points, int | float) and not isinstance(points, np.generic) else values[()]


def _kind(points: Any, given: npt.NDArray[Any]) -> str:
    return f"an array of {given.dtype}" if isinstance(points, np.ndarray) else f"{type(points).__name__} {points!r}"


def _computed(expr: sp.Expr, limits: Callable[[], Ends], points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    fast = _fast(expr)(points)
    values = np.array(np.broadcast_to(fast, points.shape), dtype=np.float64)
    known = ~np.isnan(points)
    values[~known] = np.nan
    for place in np.argwhere(np.isnan(values) & known):
        index = tuple(place)
        values[index] = _settled(expr, limits, float(points[index]))
    return values


@lru_cache(maxsize=1024)
def _fast(expr: sp.Expr) -> Callable[[npt.NDArray[np.float64]], Any]:
    """Compile an expression for NumPy."""
    compiled: Callable[[npt.NDArray[np.float64]], Any] = sp.lambdify(
        [X], guarded(stable(expr)), ["scipy", "numpy"], cse=True
    )
    return compiled


def _settled(expr: sp.Expr, limits: Callable[[], Ends], point: float) -> float:
    """Return the value where floating point finds none: certified, or the limit."""
    if math.isinf(point):
        claim = limits()[point > 0]
        return math.nan if claim is None else float(claim.bound)
    exact = sp.Rational(point)
    try:
        return _certified(define(unstable(stable(value_at(expr, X, exact)).xreplace({X: exact}))))
    except CannotEnclose:
        return math.nan


def _certified(number: sp.Expr) -> float:
    """Return the double nearest to a number, or next to it; zero where it is surely below every double."""
    for bits in _BITS:
        with working_precision(bits):
            ball = constant_ball(number)
            if ball.is_finite() and (ball.rel_accuracy_bits() >= _DOUBLE or abs(ball) < math.ulp(0.0)):
                return float(ball.mid())
    return math.nan
