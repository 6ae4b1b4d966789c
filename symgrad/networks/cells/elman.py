"""The vanilla cell of Elman 1990, and its leaky integrator: one activation, one state."""

from __future__ import annotations

from typing import Any

import sympy as sp

from ..arguments import phi_of
from ..checks import keeping
from .cells import Cell
from .lines import Affine, Gate, letters

__all__ = ["leaky", "vanilla"]


def vanilla(activation: Any = "tanh") -> Cell:
    """Return the cell ``h' = activation(R h + W x + b)``.

    Parameters
    ----------
    activation : str, sympy.Expr or Activation, default "tanh"
        Applied to each unit.

    Returns
    -------
    Cell
        With the one state ``h``.

    Examples
    --------
    >>> vanilla("relu").recurrent
    ('R',)
    """
    h, a, y = letters("h a y")
    lines = (Affine(a, recurrent="R", recurs=h, inputs="W", bias="b"), Gate(y, phi_of(activation), a))
    return Cell("rnn", (h,), lines, (y,))


def leaky(activation: Any = "tanh", rate: Any = sp.S.Half) -> Cell:
    r"""Return the cell ``h' = (1 - rate) h + rate * activation(R h + W x + b)``.

    A step of Euler's method for :math:`\tau\dot h=-h+\varphi(Rh+Wx+b)`, of length ``rate`` in units of the time constant.

    Parameters
    ----------
    activation : str, sympy.Expr or Activation, default "tanh"
        Applied to each unit.
    rate : number or sympy.Expr, default 1/2
        How much of the state is replaced in a step, above 0 and at most 1.

    Returns
    -------
    Cell
        With the one state ``h``.

    Raises
    ------
    ValueError
        If the rate is out of range.

    Examples
    --------
    >>> leaky("tanh", 0.1).update
    (9*h/10 + y/10,)
    """
    h, a, y = letters("h a y")
    share = keeping("rate", rate)
    lines = (Affine(a, recurrent="R", recurs=h, inputs="W", bias="b"), Gate(y, phi_of(activation), a))
    return Cell("leaky rnn", (h,), lines, ((1 - share) * h + share * y,))
