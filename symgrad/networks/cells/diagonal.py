"""Diagonal linear recurrences, as in LRU and S4: each unit is a complex number that is turned and shrunk."""

from __future__ import annotations

from .cells import Cell
from .lines import Affine, letters

__all__ = ["diagonal_cell"]


def diagonal_cell(*, is_complex: bool = True) -> Cell:
    r"""Return the cell ``x' = l x + W u``, with an eigenvalue ``l`` for each unit.

    Orvieto et al. 2023, arXiv:2303.06349; Gu et al. 2022, arXiv:2111.00396.

    Parameters
    ----------
    is_complex : bool, default True
        Whether eigenvalues are complex, ``p + i q``; a unit is then a pair of states, real and imaginary part.

    Returns
    -------
    Cell
        With the states ``x`` and, where they are complex, ``y``.

    Examples
    --------
    >>> diagonal_cell().update
    (a + p*x - q*y, p*y + q*x)
    """
    x, y, a, p, q = letters("x y a p q")
    drive = (Affine(a, inputs="W", bias="b"),)
    if is_complex:
        return Cell("diagonal", (x, y), drive, (p * x - q * y + a, q * x + p * y), (p, q))
    return Cell("real diagonal", (x,), drive, (p * x + a,), (p,))
