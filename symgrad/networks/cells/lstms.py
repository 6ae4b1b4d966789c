"""The long short-term memory of Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000.

Blocks of stacked matrices are in the order of PyTorch and Keras: input, forget, candidate, output.
"""

from __future__ import annotations

import sympy as sp

from ..arguments import phi_of
from .cells import Cell
from .lines import Affine, Gate, Letter, Mix, letters

__all__ = ["lstm_cell"]


def lstm_cell(*, forget_gate: bool = True, peepholes: bool = False) -> Cell:
    """Return the cell ``c' = f c + i g``, ``h' = o tanh(c')``.

    Parameters
    ----------
    forget_gate : bool, default True
        Without it, as in 1997, nothing is ever forgotten: ``c' = c + i g``.
    peepholes : bool, default False
        Whether the gates see the cell state through weights of each unit: ``p_i`` and ``p_f`` the old one, ``p_o`` the
        new one.

    Returns
    -------
    Cell
        With the states ``h`` and ``c``.

    Examples
    --------
    >>> lstm_cell(forget_gate=False).blocks
    ('i', 'g', 'o')
    """
    h, c, i, f, g, o, cell, y = letters("h c i f g o c' y")
    sigmoid, tanh = phi_of("sigmoid"), phi_of("tanh")
    a = {gate: Letter(f"a_{gate}") for gate in "ifgo"}
    p = {gate: Letter(f"p_{gate}") if peepholes else sp.S.Zero for gate in "ifo"}
    kept = (Gate(f, sigmoid, a["f"] + p["f"] * c),) if forget_gate else ()
    blocks = tuple("ifgo" if forget_gate else "igo")
    lines = (
        *(Affine(a[gate], f"R_{gate}", h, f"W_{gate}", f"b_{gate}") for gate in blocks),
        Gate(i, sigmoid, a["i"] + p["i"] * c),
        *kept,
        Gate(g, tanh, a["g"]),
        Mix(cell, (f * c if forget_gate else c) + i * g),
        Gate(o, sigmoid, a["o"] + p["o"] * cell),
        Gate(y, tanh, cell),
    )
    vectors = tuple(p[gate] for gate in blocks if p.get(gate))
    return Cell("lstm", (h, c), lines, (o * y, cell), vectors, blocks)
