"""The minimalRNN of Chen 2017, arXiv:1711.06788: a gate that sees the state, a candidate that does not."""

from __future__ import annotations

from ..arguments import phi_of
from .cells import Cell
from .lines import Affine, Gate, letters

__all__ = ["minimal_rnn_cell"]


def minimal_rnn_cell() -> Cell:
    """Return the minimalRNN, ``h' = u h + (1 - u) z`` with ``z = tanh(W_z x + b_z)``.

    Chen 2017, arXiv:1711.06788.

    Returns
    -------
    Cell
        With the one state ``h``.

    Examples
    --------
    >>> minimal_rnn_cell().recurrent
    ('R_u',)
    """
    h, a_z, a_u, z, u = letters("h a_z a_u z u")
    lines = (
        Affine(a_z, inputs="W_z", bias="b_z"),
        Gate(z, phi_of("tanh"), a_z),
        Affine(a_u, "R_u", h, "W_u", "b_u"),
        Gate(u, phi_of("sigmoid"), a_u),
    )
    return Cell("minimalrnn", (h,), lines, (u * h + (1 - u) * z,), (), ("z", "u"))
