"""The minimal gated unit of Zhou et al. 2016, arXiv:1603.09420: one gate forgets and resets."""

from __future__ import annotations

from ..arguments import phi_of
from .cells import Cell
from .lines import Affine, Gate, letters

__all__ = ["mgu_cell"]


def mgu_cell() -> Cell:
    """Return the minimal gated unit, ``h' = (1 - f) h + f tanh(R_h (f h) + W_h x + b_h)``.

    Zhou et al. 2016, arXiv:1603.09420.

    Returns
    -------
    Cell
        With the one state ``h``.

    Examples
    --------
    >>> mgu_cell().recurrent
    ('R_f', 'R_h')
    """
    h, a_f, a_h, f, y = letters("h a_f a_h f y")
    lines = (
        Affine(a_f, "R_f", h, "W_f", "b_f"),
        Gate(f, phi_of("sigmoid"), a_f),
        Affine(a_h, "R_h", f * h, "W_h", "b_h"),
        Gate(y, phi_of("tanh"), a_h),
    )
    return Cell("mgu", (h,), lines, ((1 - f) * h + f * y,), (), ("f", "h"))
