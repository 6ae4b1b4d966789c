"""Points: numbers at which the diagonals of a Jacobian are worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp

from ...networks import Gate, Letter

__all__ = ["Floats", "Point", "computed"]

Floats = npt.NDArray[np.float64]
Numbers = Mapping[sp.Symbol, Floats]


@dataclass(frozen=True)
class Point:
    """Letters, numbers and matrices of one step, all of one width.

    Parameters
    ----------
    values : mapping of sympy.Symbol to array
        Vectors of that width, or single numbers.
    matrices : mapping of str to (width, width) array
        By name.
    width : int
        Number of units.
    """

    values: Numbers
    matrices: Mapping[str, Floats]
    width: int

    @classmethod
    def read(
        cls,
        cell: str,
        wanted: set[sp.Symbol],
        slopes: Mapping[Letter, Gate],
        values: Mapping[str, Any],
        matrices: Mapping[str, Any],
    ) -> Point:
        """Check what is given, and work out the slopes that are no formula in a value.

        Parameters
        ----------
        cell : str
            Its name, for the messages.
        wanted : set of sympy.Symbol
            What must have a value.
        slopes : mapping of Letter to Gate
            Which of these are slopes of gates.
        values, matrices : mapping of str to array
            By name.

        Returns
        -------
        Point
            With all that is wanted.

        Raises
        ------
        ValueError
            If something is missing, no array of finite numbers, or of another width.
        """
        plain = (wanted - set(slopes)).union(*(slopes[each].of.free_symbols for each in wanted & set(slopes)))
        found = {each: _given(cell, str(each), values, (0, 1)) for each in sorted(plain, key=str)}
        squares = {name: _given(cell, name, matrices, (2,)) for name in matrices}
        sides = {str(each): array.shape for each, array in found.items() if array.ndim}
        sides |= {name: array.shape for name, array in squares.items()}
        width = max((shape[0] for shape in sides.values()), default=1)
        for name, shape in sides.items():
            if set(shape) != {width}:
                raise ValueError(f"{name} of {cell} has shape {shape} beside others of width {width}; give one width")
        opaque = {
            each: slopes[each].activation.slope(computed(slopes[each].of, found)) for each in wanted & set(slopes)
        }
        return cls({**found, **opaque}, squares, width)

    def value(self, expr: sp.Expr) -> Floats:
        """Return the entries of a diagonal."""
        return computed(expr, self.values)


def _given(cell: str, name: str, given: Mapping[str, Any], dimensions: tuple[int, ...]) -> Floats:
    if given.get(name) is None:
        raise ValueError(f"{name} of {cell} is missing; given are {', '.join(map(str, given)) or 'none'}")
    array = np.asarray(given[name], dtype=np.float64)
    if array.ndim not in dimensions or not np.isfinite(array).all():
        kind = "a matrix" if dimensions == (2,) else "a vector or a number"
        raise ValueError(f"{name} of {cell} has shape {array.shape} or is not finite; give {kind} of finite numbers")
    return array


def computed(expr: sp.Expr, values: Numbers) -> Floats:
    """Work an expression in letters out, unit by unit.

    Parameters
    ----------
    expr : sympy.Expr
        In letters and numbers.
    values : mapping of sympy.Symbol to array
        All of them, perhaps more.

    Returns
    -------
    array of float64
        A vector, or a single number.
    """
    order = tuple(sorted(expr.free_symbols, key=str))
    return np.asarray(_function(expr, order)(*(values[each] for each in order)), dtype=np.float64)


@lru_cache(maxsize=1024)
def _function(expr: sp.Expr, order: tuple[sp.Symbol, ...]) -> Any:
    # Dummies: the letters are the user's, and a name is text that would be run.
    return sp.lambdify(order, expr, modules="numpy", dummify=True)
