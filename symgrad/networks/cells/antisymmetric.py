"""The step of Chang et al. 2019, arXiv:1902.09689: Euler's method for an equation whose matrix is antisymmetric."""

from __future__ import annotations

from typing import Any

from ..arguments import phi_of
from ..checks import keeping
from .cells import Cell
from .lines import Affine, Gate, letters

__all__ = ["euler"]


def euler(activation: Any = "tanh", step: Any = 0.1) -> Cell:
    """Return the cell ``h' = h + step * activation(R h + W x + b)``; it is antisymmetric where the law of R is.

    Parameters
    ----------
    activation : str, sympy.Expr or Activation, default "tanh"
        Applied to each unit.
    step : number or sympy.Expr, default 1/10
        Length of a step in time, above 0 and at most 1.

    Returns
    -------
    Cell
        With the one state ``h``.

    Raises
    ------
    ValueError
        If the step is out of range.

    Examples
    --------
    >>> euler("tanh", 0.01).update
    (h + y/100,)
    """
    h, a, y = letters("h a y")
    lines = (Affine(a, recurrent="R", recurs=h, inputs="W", bias="b"), Gate(y, phi_of(activation), a))
    return Cell("euler rnn", (h,), lines, (h + keeping("step", step) * y,))
