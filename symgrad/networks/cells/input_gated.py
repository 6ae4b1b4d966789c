"""Cells whose gates see the input alone: QRNN, SRU, minGRU. Their Jacobian is a product of gates."""

from __future__ import annotations

from ..arguments import phi_of
from .cells import Cell
from .lines import Affine, Gate, Mix, letters

__all__ = ["input_gated_cell"]


def input_gated_cell() -> Cell:
    """Return the cell ``h' = f h + (1 - f) z``, whose gate ``f`` and candidate ``z`` see the input alone.

    The recurrence of QRNN (Bradbury et al. 2017, arXiv:1611.01576), SRU (Lei et al. 2018, arXiv:1709.02755) and minGRU
    (Feng et al. 2024, arXiv:2410.01201).

    Returns
    -------
    Cell
        With the one state ``h`` and no recurrent matrix.

    Examples
    --------
    >>> input_gated_cell().recurrent
    ()
    """
    h, a_f, a_z, f, z, mixed = letters("h a_f a_z f z m")
    lines = (
        Affine(a_z, inputs="W_z", bias="b_z"),
        Affine(a_f, inputs="W_f", bias="b_f"),
        Gate(z, phi_of("tanh"), a_z),
        Gate(f, phi_of("sigmoid"), a_f),
        Mix(mixed, f * h + (1 - f) * z),
    )
    return Cell("input-gated", (h,), lines, (mixed,), (), ("z", "f"))
