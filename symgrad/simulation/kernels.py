"""Kernels: an activation, compiled. Value and slope are computed together, in a loop without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numba
import numpy as np
import numpy.typing as npt

from ..activations import Activation
from ..claims import symbol
from .primitives import PRIMITIVES
from .programs import source

__all__ = ["Kernel", "kernel"]

Kernel = Callable[[npt.NDArray[np.floating], npt.NDArray[np.floating], npt.NDArray[np.floating]], None]

_PROBES = np.array([-800.0, -40.0, -1.0, 0.0, 1.0, 40.0, 800.0])


@cache
def kernel(activation: Activation) -> Kernel:
    """Return the compiled kernel of an activation.

    Parameters
    ----------
    activation : Activation
        Without symbolic parameters.

    Returns
    -------
    callable
        ``kernel(inputs, values, slopes)`` fills the last two arrays; all are (units,) of one dtype.

    Raises
    ------
    ValueError
        If a function cannot be simulated, or the formula is not a number somewhere on [-800, 800].
    """
    text = source(activation.expression, activation.derivative, symbol("x"), activation.kink_slopes)
    room = dict(PRIMITIVES)
    exec(compile(text, f"<kernel of {activation.name}>", "exec"), room)  # noqa: S102 - the text is made of the table's own words
    compiled: Kernel = numba.njit(nogil=True, error_model="numpy")(room["kernel"])
    _check(activation, compiled)
    return compiled


def _check(activation: Activation, compiled: Kernel) -> None:
    """A formula that overflows on a tail would poison every trial; say so before the first."""
    values, slopes = np.empty_like(_PROBES), np.empty_like(_PROBES)
    compiled(_PROBES, values, slopes)
    wrong = np.flatnonzero(np.isnan(values) | ~np.isfinite(slopes))
    if wrong.size:
        raise ValueError(
            f"{activation.name} cannot be simulated as it is written: at x = {_PROBES[wrong[0]]:g} its value is "
            f"{values[wrong[0]]} and its slope {slopes[wrong[0]]}; write it with sigmoid, softplus, tanh or erfc"
        )
