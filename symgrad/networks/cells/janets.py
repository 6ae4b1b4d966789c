"""JANET of van der Westhuizen and Lasenby 2018, arXiv:1804.04849: the forget gate alone."""

from __future__ import annotations

from typing import Any

from ...claims import exact
from ..arguments import phi_of
from .cells import Cell
from .lines import Affine, Gate, letters

__all__ = ["janet_cell"]


def janet_cell(shift: Any = 0) -> Cell:
    """Return the cell ``h' = f h + (1 - k) tanh(a_c)`` with ``f = sigmoid(a_f)`` and ``k = sigmoid(a_f - shift)``.

    Van der Westhuizen and Lasenby 2018, arXiv:1804.04849: an LSTM with the forget gate alone.

    Parameters
    ----------
    shift : number or sympy.Expr, default 0
        By how much more is taken in than is forgotten; above 0 values may leave the interval from -1 to 1.

    Returns
    -------
    Cell
        With the one state ``h``.

    Raises
    ------
    ValueError
        If the shift is no number.

    Examples
    --------
    >>> janet_cell().update
    (f*h + y*(1 - k),)
    """
    h, a_f, a_c, f, k, y = letters("h a_f a_c f k y")
    sigmoid = phi_of("sigmoid")
    lines = (
        Affine(a_f, "R_f", h, "W_f", "b_f"),
        Affine(a_c, "R_c", h, "W_c", "b_c"),
        Gate(f, sigmoid, a_f),
        Gate(k, sigmoid, a_f - exact("shift", shift)),
        Gate(y, phi_of("tanh"), a_c),
    )
    return Cell("janet", (h,), lines, (f * h + (1 - k) * y,), (), ("f", "c"))
