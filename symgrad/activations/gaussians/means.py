r"""Means: the mean of a function in pieces under a centred Gaussian, in closed form, with the lines that derive it."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from ...claims import Fact, Relation, Step, Symbolic, display, symbol
from ...rigor import is_tempered
from ...rigor.pieces import Piece
from ..errors import CannotDerive
from .foldings import Folded, against, folded, without_zeros
from .integrals import integral_step, oriented

__all__ = ["closed_mean", "density"]

X = symbol("x")


def density(variance: sp.Expr) -> sp.Expr:
    """Return the density of a centred Gaussian in the symbol x."""
    return sp.exp(-(X**2) / (2 * variance)) / sp.sqrt(2 * sp.pi * variance)


@lru_cache(maxsize=1024)
def closed_mean(
    latex: str, pieces: tuple[Piece, ...], variance: sp.Expr, kinks: sp.Expr = sp.S.Zero, *, fold: bool = False
) -> tuple[Step, ...]:
    """Derive a Gaussian mean in closed form.

    Parameters
    ----------
    latex : str
        How the mean is written.
    pieces : tuple of Piece
        The function; they cover the line.
    variance : sympy.Expr
        A positive number or symbol.
    kinks : sympy.Expr, optional
        What point masses add to the integral.
    fold : bool, optional
        Whether to look at the even part of the function where the function itself has no closed form.

    Returns
    -------
    tuple of Step
        The last one ends with the closed form.

    Raises
    ------
    CannotDerive
        If there is none that is known here.

    Examples
    --------
    >>> q = sp.Symbol("q", positive=True)
    >>> closed_mean("m", (Piece(-sp.oo, sp.oo, X**2),), q)[-1].after
    q
    """
    p = density(variance)
    lines: tuple[Step, ...] = ()
    try:
        evaluated = _evaluated(pieces, p)
    except CannotDerive:
        if not fold:
            raise
        lines, parts = _folding(pieces, p)
        evaluated = _evaluated(parts, p)
    mean = display(latex)
    meant = Fact(mean, Relation.EQ, against(p, pieces) + kinks, _reason(kinks))
    total = oriented(sp.Add(*(line.after for line in evaluated)) + kinks)
    used = tuple(line.at(reason="a line above") for line in (*lines, *evaluated))
    inner = tuple(rest for line in evaluated for _, rest in getattr(line.ground, "rests", ()))
    last = Step(mean, Relation.EQ, total, "add up", Symbolic((meant, *used)))
    return (*lines, *dict.fromkeys(inner), *evaluated, last)


def _reason(kinks: sp.Expr) -> str:
    return "the mean" if kinks == 0 else "the mean; where the slope jumps, the curvature is a point mass"


def _evaluated(pieces: tuple[Piece, ...], p: sp.Expr) -> tuple[Step, ...]:
    return tuple(integral_step(piece.expr * p, piece.lower, piece.upper) for piece in without_zeros(pieces))


def _folding(pieces: tuple[Piece, ...], p: sp.Expr) -> tuple[tuple[Step, ...], tuple[Piece, ...]]:
    found = folded(pieces)
    if found is None or not is_tempered(pieces, X):
        raise CannotDerive("the function is not known to have a mean that symmetry gives")
    reason = "fold the line at the origin: the density is even"
    return (Step(against(p, pieces), Relation.EQ, against(p, found), reason, Folded(pieces, p)),), found
