"""Symmetries: odd, even, monotone, bounded, positively homogeneous; each certain or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from ..claims import Strength, symbol
from ..rigor import CannotEnclose, compare, infimum, supremum
from ..rigor.pieces import Piece, point_between
from ..rigor.polynomials import multiplied_out
from .derivations import equality
from .errors import CannotDerive
from .gaussians.terms import mirrored
from .kinks import jumps

if TYPE_CHECKING:
    from .subjects import Activation

__all__ = ["is_bounded", "is_monotone", "is_positively_homogeneous", "reflects"]

X = symbol("x")


def reflects(pieces: tuple[Piece, ...], sign: int) -> bool | None:
    """Say whether ``f(-x) = sign * f(x)``.

    Parameters
    ----------
    pieces : tuple of Piece
        Of the function.
    sign : {1, -1}
        1 for even, -1 for odd.

    Returns
    -------
    bool or None
        Yes by algebra on every piece, no by a point at which it fails; None if neither is found.
    """
    turned = [Piece(-piece.upper, -piece.lower, sign * mirrored(piece.expr)) for piece in reversed(pieces)]
    if any(_differs(a, b) for a in pieces for b in turned):
        return False
    if [(p.lower, p.upper) for p in pieces] != [(p.lower, p.upper) for p in turned]:
        return None
    return True if all(_agree(a.expr, b.expr) for a, b in zip(pieces, turned, strict=True)) else None


def _agree(a: sp.Expr, b: sp.Expr) -> bool:
    """Prove two expressions equal by algebra, multiplying out if that is enough."""
    return multiplied_out(a - b) == 0 or equality(b, a, "mirrored").replay() is Strength.SYMBOLIC


def _differs(a: Piece, b: Piece) -> bool:
    """Say whether two pieces certainly differ where they overlap."""
    lower = b.lower if compare(a.lower, b.lower) == -1 else a.lower
    upper = a.upper if compare(a.upper, b.upper) == -1 else b.upper
    if compare(lower, upper) != -1:
        return False
    point = point_between(lower, upper)
    points = (point, (point + 1 if upper == sp.oo else point_between(point, upper)))
    return any(_sign(a.expr.subs(X, p) - b.expr.subs(X, p)) for p in points)


def _sign(number: sp.Expr) -> int | None:
    """Return the sign of a constant; with symbols, as far as their assumptions tell. None if it is not known."""
    if not number.free_symbols:
        return compare(number, 0)
    truths = {1: number.is_positive, -1: number.is_negative, 0: number.is_zero}
    return next((sign for sign, truth in truths.items() if truth), None)


def is_monotone(phi: Activation) -> bool | None:
    """Say whether the activation never falls, or never rises."""
    try:
        least, largest = _sign(phi.slope_inf.bound), _sign(phi.slope_sup.bound)
    except (CannotEnclose, CannotDerive):
        return None
    if (least is None and largest not in (-1, 0)) or (largest is None and least not in (0, 1)):
        return None
    rising, falling = least in (0, 1), largest in (-1, 0)
    signs = [compare(jump.right, jump.left) for jump in jumps(phi.value_pieces)]
    return bool((rising and all(s == 1 for s in signs)) or (falling and all(s == -1 for s in signs)))


def is_bounded(phi: Activation) -> bool | None:
    """Say whether the values stay in a bounded set: a function continuous on its pieces with finite limits does."""
    if all(claim is not None for claim in phi.limits):
        return not any(claim.bound.is_infinite for claim in phi.limits if claim is not None)
    if phi.free_symbols:
        return False if any(claim is not None and claim.bound.is_infinite for claim in phi.limits) else None
    try:
        ends = supremum(phi.expression, X).value, infimum(phi.expression, X).value
    except CannotEnclose:
        return None
    return not any(end.is_infinite for end in ends)


def is_positively_homogeneous(pieces: tuple[Piece, ...]) -> bool:
    """Say whether ``f(c x) = c f(x)`` for every ``c > 0``: linear on each side of the origin."""
    return all(piece.lower in (-sp.oo, 0) and not sp.diff(piece.expr, X).has(X) for piece in pieces) and all(
        piece.expr.subs(X, 0) == 0 for piece in pieces
    )
