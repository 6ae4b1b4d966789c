"""Kernels: an activation, compiled. Value and slope are computed together, for all units of a layer."""

from __future__ import annotations

from collections.abc import Callable
from ctypes import CFUNCTYPE, c_int64, c_void_p
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ...activations import Activation
from ...claims import symbol
from ..formats import DOUBLE, SINGLE
from .objects import CompiledBlock
from .precisions import is_as_good
from .primitives import PRIMITIVES, SINGLE_PRIMITIVES
from .programs import source

__all__ = ["REACH", "Kernel", "defined", "kernel"]

Array = npt.NDArray[np.floating]

# Binary exponents beyond which an argument counts as huge, and with a minus as tiny: a third of the way to the end of
# the range, so that a sum of many products still fits, and so far that 1 + tiny is 1.
REACH = {"float64": 256, "float32": 48}

_WORDS = {DOUBLE.name: PRIMITIVES, SINGLE.name: SINGLE_PRIMITIVES}

_CALL = CFUNCTYPE(None, c_void_p, c_void_p, c_void_p, c_int64)

_PROBES = np.array([-800.0, -40.0, -1.0, 0.0, 1.0, 40.0, 800.0])
_MANTISSAS = np.array([-1.75, -1.25, -1.0, 1.0, 1.25, 1.75])


@dataclass(frozen=True)
class Kernel:
    """A compiled activation.

    Parameters
    ----------
    compiled : CompiledBlock
        Holds the machine code.
    dtype : str
        Of its arrays.
    inside : str, default "float64"
        Of the numbers between them.

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> inputs = np.array([-800.0, 0.0, 800.0])
    >>> values, slopes = kernel(sg.activation("sigmoid"))(inputs)
    >>> values.tolist(), slopes.tolist()
    ([0.0, 0.5, 1.0], [0.0, 0.25, 0.0])
    """

    compiled: CompiledBlock
    dtype: str
    inside: str = DOUBLE.name

    @property
    def address(self) -> int:
        """Where the machine code is, in this process."""
        return self.compiled.address

    def __call__(self, inputs: npt.ArrayLike) -> tuple[Array, Array]:
        """Return values and slopes : (units,) of the dtype."""
        given = np.array(inputs, dtype=self.dtype)
        values, slopes = np.empty_like(given), np.empty_like(given)
        _CALL(self.address)(given.ctypes.data, values.ctypes.data, slopes.ctypes.data, given.size)
        return values, slopes

    @cached_property
    def near(self) -> bool:
        """Whether the function is a multiple of its argument, on each side, for tiny arguments."""
        return self._is_homogeneous(-1)

    @cached_property
    def far(self) -> bool:
        """Whether the function is a multiple of its argument, on each side, for huge arguments."""
        return self._is_homogeneous(1)

    def _is_homogeneous(self, side: int) -> bool:
        """Compare bit by bit, at points from the reach on to the end of the range of the dtype."""
        end = 0.85 * np.finfo(self.dtype).maxexp
        powers = 2.0 ** (side * np.linspace(REACH[self.dtype], end, num=6, dtype=np.int64))
        values, slopes = self(np.outer(powers, _MANTISSAS))
        ratios = values / powers.astype(self.dtype)[:, np.newaxis]
        return bool((ratios == ratios[0]).all() and (slopes == slopes[0]).all())


@cache
def kernel(activation: Activation, dtype: str = "float64") -> Kernel:
    """Return the compiled kernel of an activation.

    Parameters
    ----------
    activation : Activation
        Without symbolic parameters.
    dtype : {"float64", "float32"}
        Of inputs, values and slopes, and of all between them: but in double precision where single precision is not as
        good as that, rounded at the end.

    Returns
    -------
    Kernel
        Made once in a process; compiled once for each version on a machine, where code can be kept on disk.

    Raises
    ------
    ValueError
        If a function cannot be simulated, or the formula is not a number somewhere on [-800, 800].
    """
    if dtype == DOUBLE.name:
        compiled = _compiled(activation, dtype, DOUBLE.name)
        _check(activation, compiled)
        return compiled
    double, single = kernel(activation), _compiled(activation, dtype, SINGLE.name)
    kinks = (float(point) for point, _ in activation.kink_slopes)
    return single if is_as_good(single, double, kinks) else _compiled(activation, dtype, DOUBLE.name)


def _compiled(activation: Activation, dtype: str, inside: str) -> Kernel:
    text = source(activation.expression, activation.derivative, symbol("x"), activation.kink_slopes, inside)
    return Kernel(CompiledBlock(text, dtype, lambda: defined(text, activation.name, inside)), dtype, inside)


def defined(text: str, name: str, inside: str = DOUBLE.name) -> Callable[..., Any]:
    """Return the function ``kernel`` of a source that is made of the words of the table."""
    room: dict[str, Any] = dict(_WORDS[inside])
    exec(compile(text, f"<kernel of {name}>", "exec"), room)  # noqa: S102 - the text is made of the table's own words
    function: Callable[..., Any] = room["kernel"]
    return function


def _check(activation: Activation, compiled: Kernel) -> None:
    """A formula that is no number on a tail would poison every trial; say so before the first."""
    points = np.concatenate([_PROBES, [float(point) for point, _ in activation.kink_slopes]])
    for point, value, slope in zip(points, *compiled(points), strict=True):
        if np.isnan(value) or np.isnan(slope):
            advice = "write it with sigmoid, softplus, tanh or erfc" if abs(point) > 1 else "both have to be numbers"
            raise ValueError(
                f"{activation.name} cannot be simulated as it is written: at x = {point:g} its value is {value} "
                f"and its slope {slope}; {advice}"
            )
