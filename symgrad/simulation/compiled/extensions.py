"""Extensions: an activation where its values or slopes are too small for a float, with an exponent of their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt
import sympy as sp

from ...activations import Activation, stable
from ...claims import symbol

__all__ = ["extended", "is_fading"]

Array = npt.NDArray[np.floating]

_LARGEST = 60  # binary exponent of what an integer of the passes can count
_BITS = 128  # the stable forms keep their digits; these are more than twice those of a double


def is_fading(activation: Activation) -> bool:
    """Say whether a slope may be too small for a float without being zero: not if it is a constant on each piece."""
    slope = activation.derivative
    pieces = [piece for piece, _ in slope.args] if isinstance(slope, sp.Piecewise) else [slope]
    return any(piece.free_symbols for piece in pieces)


def extended(activation: Activation, inputs: Array, exponent: int) -> tuple[tuple[Array, int], tuple[Array, int]]:
    """Evaluate an activation in numbers whose exponents have no limit.

    Parameters
    ----------
    activation : Activation
        Without symbolic parameters.
    inputs : (units,) float64 or float32
        Where, in units of ``2**exponent``.
    exponent : int
        Of the inputs.

    Returns
    -------
    tuple of (units,) float64 and int
        The values, in units of two to the power of the integer; the largest is of the order of one.
    tuple of (units,) float64 and int
        The slopes in the same way, as they are declared at kinks.

    Raises
    ------
    OverflowError
        If the inputs are so large that the exponents could not be counted.
    """
    if exponent > _LARGEST:
        raise OverflowError(f"inputs of the order of 2**{exponent} are too large for an exponential")
    declared = {mpmath.mpf(float(point)): mpmath.mpf(float(slope)) for point, slope in activation.kink_slopes}
    value, slope = _formula(activation.expression), _formula(activation.derivative)
    with mpmath.workprec(_BITS):
        points = [mpmath.ldexp(float(point), exponent) for point in inputs]
        values = [mpmath.mpf(value(x)) for x in points]
        slopes = [declared[x] if x in declared else mpmath.mpf(slope(x)) for x in points]
        return _scaled(values), _scaled(slopes)


@lru_cache(maxsize=256)
def _formula(expr: sp.Expr) -> Callable[[Any], Any]:
    formula: Callable[[Any], Any] = sp.lambdify([symbol("x")], stable(expr), "mpmath")
    return formula


def _scaled(numbers: list[Any]) -> tuple[Array, int]:
    exponent = max((int(mpmath.mag(number)) for number in numbers if number), default=0)
    if abs(exponent) > 2**_LARGEST:
        raise OverflowError(f"numbers of the order of 2**{exponent} have exponents beyond the integers of the passes")
    return np.array([float(mpmath.ldexp(number, -exponent)) for number in numbers]), exponent
