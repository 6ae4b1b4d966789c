"""The gated recurrent unit of Cho et al. 2014, arXiv:1406.1078, whose two versions reset after and before the matrix.

Blocks of stacked matrices are in the order of PyTorch: reset, update, candidate. An update gate of 1 keeps the state.
"""

from __future__ import annotations

from ..arguments import phi_of
from .cells import Cell
from .lines import Affine, Gate, letters

__all__ = ["gru_cell"]


def gru_cell(*, reset_after: bool = True) -> Cell:
    """Return the cell ``h' = (1 - z) n + z h``.

    Parameters
    ----------
    reset_after : bool, default True
        Whether the reset gate multiplies the image of the state, ``n = tanh(W_n x + b_n + r (R_n h + d_n))``, as in
        version 1, PyTorch, cuDNN and Keras; or the state itself, ``n = tanh(W_n x + R_n (r h) + b_n)``, as in version 3.

    Returns
    -------
    Cell
        With the one state ``h``.

    Examples
    --------
    >>> gru_cell().biases
    ('b_r', 'b_z', 'b_n', 'd_n')
    """
    h, r, z, n, q = letters("h r z n q")
    a_r, a_z, a_n = letters("a_r a_z a_n")
    sigmoid, tanh = phi_of("sigmoid"), phi_of("tanh")
    gates = (
        Affine(a_r, "R_r", h, "W_r", "b_r"),
        Affine(a_z, "R_z", h, "W_z", "b_z"),
        Gate(r, sigmoid, a_r),
        Gate(z, sigmoid, a_z),
    )
    after = (
        Affine(a_n, inputs="W_n", bias="b_n"),
        Affine(q, recurrent="R_n", recurs=h, bias="d_n"),
        Gate(n, tanh, a_n + r * q),
    )
    before = (Affine(a_n, "R_n", r * h, "W_n", "b_n"), Gate(n, tanh, a_n))
    lines = (*gates, *(after if reset_after else before))
    return Cell(
        "gru" if reset_after else "gru (reset before)", (h,), lines, ((1 - z) * n + z * h,), (), ("r", "z", "n")
    )
