r"""Remainders: what a Gaussian mean keeps beyond a cut.

Beyond :math:`|z|=R` the integrand is split as :math:`(f\,e^{-(1-s)z^2/2})\cdot e^{-sz^2/2}` with a share s: the first
factor is bounded by its supremum there, and the second one has a known integral. Where no share will do, the expansion
of f at infinity may prove that the mean is infinite.
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import Any

import sympy as sp
from flint import arb

from .balls import BOXES, constant_ball
from .enclosures import Enclosure
from .errors import CannotEnclose, Diverges
from .intervals import ONE, PLUS_INFINITY, ZERO, Interval, greatest, whole
from .majorants import majorant
from .monomials import Monomial, growth
from .pieces import Piece
from .programs import Program, compiled
from .tails import STARTS, Tail, tail_jet

__all__ = ["beyond", "cut_for", "far_magnitude", "is_tempered", "part_box", "peak_beyond"]

_SHARES = (sp.Rational(1, 2), sp.Rational(1, 8), sp.Rational(1, 32))
_LATEST_START = 4096
_LARGE = 10**6  # a peak below this is no concern: the cut leaves room for it
_WIDENINGS = 5  # doublings of a cut in search of one beyond which as little is left as was asked for
_LOG_10 = 2.302585093
_DEEPEST = 12  # halvings of a bounded interval in search of boxes that bound a function


def beyond(part: Piece, x: sp.Symbol, side: int, spread: Enclosure, digits: int) -> tuple[Any, Interval]:
    """Cut a Gaussian mean where little is left, and enclose what is left.

    Parameters
    ----------
    part : Piece
        With an infinite end.
    x : sympy.Symbol
        The variable.
    side : {1, -1}
        Which end.
    spread : Enclosure
        The variance; what is returned holds for each in it.
    digits : int
        How little.

    Returns
    -------
    tuple of flint.arb and Interval
        The cut, in standard deviations and without its sign, at or beyond the other end of the part; and the integral
        from there on.

    Raises
    ------
    Diverges
        If that integral is provably infinite.
    CannotEnclose
        If it is neither bounded nor provably infinite.
    """
    if part.expr == 0:
        return cut_for(part, side, spread, digits, _SHARES[0]), Interval(ZERO, ZERO)
    for share in _SHARES:
        cut = cut_for(part, side, spread, digits, share)
        found = [_left(part, x, side, spread, cut, share)]
        while found[-1] is not None and not found[-1] < arb(10) ** -digits and len(found) < _WIDENINGS:
            found.append(_left(part, x, side, spread, cut * 2 ** len(found), share))
        if found[-1] is not None:
            left = found[-1]
            return cut * 2 ** (len(found) - 1), Interval(ZERO if part.expr.is_nonnegative else -left, left)
    _refuse_divergent(part, x, side, spread)
    raise CannotEnclose(f"the tail of {part.expr} under a Gaussian is not bounded by its expansion")


def _left(part: Piece, x: sp.Symbol, side: int, spread: Enclosure, cut: Any, share: sp.Rational) -> Any | None:
    """Bound the integral of ``|f|`` beyond a cut; None if there is no bound."""
    most, s = peak_beyond(part, x, side, spread, cut, share), constant_ball(share)
    return None if most is None else (most * (cut * (s / 2).sqrt()).erfc() / (2 * s.sqrt())).upper()


def cut_for(part: Piece, side: int, spread: Enclosure, digits: int, share: sp.Rational) -> Any:
    """Return where ``exp(-s R^2/2)`` is below the digits wanted, with six more for the size of f itself.

    Parameters
    ----------
    part : Piece
        With an infinite end.
    side : {1, -1}
        Which end.
    spread : Enclosure
        The variance.
    digits : int
        How little is to be left.
    share : sympy.Rational
        The share ``s``.

    Returns
    -------
    flint.arb
        In standard deviations, beyond the other end of the part.
    """
    reach = arb(ceil(sqrt(2 * (digits + 6) * _LOG_10 / float(share))))
    edge = part.lower if side > 0 else part.upper
    if edge.is_infinite or spread.lower == 0:
        return reach
    begins = side * constant_ball(edge) / constant_ball(spread.lower).sqrt()
    return reach.max(begins.upper().ceil() + 1)


def peak_beyond(part: Piece, x: sp.Symbol, side: int, spread: Enclosure, cut: Any, share: sp.Rational) -> Any | None:
    """Bound ``|f(x)| e^(-(1-s)z^2/2)`` for ``z`` beyond the cut and ``x = sqrt(q) z``, for every variance.

    Parameters
    ----------
    part : Piece
        With an infinite end.
    x : sympy.Symbol
        The variable.
    side : {1, -1}
        Which end.
    spread : Enclosure
        The variance.
    cut : flint.arb
        In standard deviations, without its sign.
    share : sympy.Rational
        The share ``s``.

    Returns
    -------
    flint.arb or None
        An upper bound; None if none is found.
    """
    nearest = (constant_ball(spread.lower).sqrt() * cut).lower() if spread.lower != 0 else arb(0)
    decay = constant_ball((1 - share) / (2 * sp.Rational(spread.upper))).lower()
    start = greatest([ONE, nearest, *_edges(part, side)])
    near, far = _by_majorant(part, x, side, decay, (nearest, start))
    if not far < _LARGE:  # factors that cancel, as in exp(5x) exp(-x^2), are large one by one
        expanded = _by_expansion(part, x, side, decay, (nearest, start))
        far = min((bound for bound in (far, expanded) if bound.is_finite()), default=PLUS_INFINITY)
    most = greatest([near, far])
    return most if most.is_finite() else None


def _by_majorant(part: Piece, x: sp.Symbol, side: int, decay: Any, ends: tuple[Any, Any]) -> tuple[Any, Any]:
    """Bound ``|f(x)| e^(-decay x^2)`` between two ends, and beyond the second; infinite if there is no bound."""
    nearest, start = ends
    near = (far_magnitude(part, x, side, ends) * (-decay * nearest * nearest).exp()).upper()
    try:
        return near, majorant(compiled(part.expr, x), side, start).peak(decay, start)
    except CannotEnclose:
        return near, PLUS_INFINITY


def _by_expansion(part: Piece, x: sp.Symbol, side: int, decay: Any, ends: tuple[Any, Any]) -> Any:
    """Bound ``|f(x)| e^(-decay x^2)`` beyond the second end by the tail expansion, from where it holds, and boxes."""
    begin = max(4, whole(ends[1].floor()))
    while begin <= max(_LATEST_START, 2 * ends[1]):
        far = _expanded(part, x, side, decay, begin)
        if far is not None:
            near = far_magnitude(part, x, side, (ends[1], arb(begin))) * (-decay * ends[1] * ends[1]).exp()
            return greatest([near.upper(), far])
        begin *= 2
    return PLUS_INFINITY


def _expanded(part: Piece, x: sp.Symbol, side: int, decay: Any, start: int) -> Any | None:
    """Bound ``|f(x)| e^(-decay x^2)`` on ``[start, oo)`` by the tail expansion; None if this start is too early."""
    try:
        tail = tail_jet(compiled(part.expr, x), side, start, 0)[0]
    except CannotEnclose:
        return None
    damping = Monomial(sp.S.Zero, (sp.S.Zero, -sp.Rational(*_fraction(decay))))
    bound = sum((c.box.magnitude() * (m * damping).box(tail.start).hi for m, c in tail.terms.items()), arb(0)).upper()
    return bound if bound.is_finite() else None


def _fraction(number: Any) -> tuple[int, int]:
    mantissa, exponent = (int(part) for part in number.man_exp())
    return (mantissa << exponent, 1) if exponent >= 0 else (mantissa, 1 << -exponent)


def far_magnitude(part: Piece, x: sp.Symbol, side: int, ends: tuple[Any, Any]) -> Any:
    """Bound ``|f|`` where ``side * x`` lies between two numbers, as far as the piece goes.

    Parameters
    ----------
    part : Piece
        The function.
    x : sympy.Symbol
        The variable.
    side : {1, -1}
        Which side of the origin.
    ends : tuple of flint.arb
        In order.

    Returns
    -------
    flint.arb
        An upper bound, infinite if boxes give none.
    """
    low, high = ends if side > 0 else (-ends[1], -ends[0])
    box, domain = Interval(low.lower(), high.upper()), part_box(part)
    if not low < high or not box.meets(domain):
        return arb(0)
    return compiled(part.expr, x).run(BOXES, box.intersection(domain)).magnitude()


def part_box(part: Piece) -> Interval:
    """Return an interval that covers the domain of a piece."""
    return Interval(constant_ball(part.lower).lower(), constant_ball(part.upper).upper())


def is_tempered(parts: tuple[Piece, ...], x: sp.Symbol) -> bool:
    """Say whether a function is bounded on bounded sets and grows at most like an exponential.

    Parameters
    ----------
    parts : tuple of Piece
        The function; they cover the line.
    x : sympy.Symbol
        The variable.

    Returns
    -------
    bool
        True is certified, and says that every Gaussian mean exists. False means that boxes do not show it.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> is_tempered((Piece(-sp.oo, sp.oo, x * sp.tanh(x)),), x), is_tempered((Piece(-sp.oo, sp.oo, 1 / x),), x)
    (True, False)
    """
    try:
        starts = {side: greatest([ONE, *_edges(part, side)]) for part, side in ((parts[0], -1), (parts[-1], 1))}
        for part, side in ((parts[0], -1), (parts[-1], 1)):
            majorant(compiled(part.expr, x), side, starts[side])
        middle = Interval(-starts[-1], starts[1])
        boxes = [(compiled(part.expr, x), part_box(part)) for part in parts]
        return all(_is_bounded(program, box.intersection(middle), _DEEPEST) for program, box in boxes)
    except CannotEnclose:
        return False


def _edges(part: Piece, side: int) -> list[Any]:
    edge = part.lower if side > 0 else part.upper
    return [] if edge.is_infinite else [(side * constant_ball(edge)).upper()]


def _is_bounded(program: Program, box: Interval, depth: int) -> bool:
    if program.run(BOXES, box).is_finite:
        return True
    middle = box.midpoint()
    halves = (Interval(box.lo, middle), Interval(middle, box.hi))
    return depth > 0 and all(_is_bounded(program, half, depth - 1) for half in halves)


# --------------------------------------------------------------------------------------------------------- divergence


def _refuse_divergent(part: Piece, x: sp.Symbol, side: int, spread: Enclosure) -> None:
    """Raise Diverges if the expansion proves that the integrand does not decay, for the smallest variance even."""
    if spread.lower == 0:
        return
    density = Monomial(sp.S.Zero, (sp.S.Zero, -1 / (2 * sp.Rational(spread.lower))))
    for start in STARTS:
        try:
            tail = tail_jet(compiled(part.expr, x), side, start, 0)[0]
            sign = tail.sign()
            if sign and not _is_integrable(tail, density):
                where = "oo" if side > 0 else "-oo"
                raise Diverges(sign, f"the Gaussian mean of {part.expr} is infinite, by its growth towards {where}")
        except Diverges:
            raise
        except CannotEnclose:
            continue


def _is_integrable(tail: Tail, density: Monomial) -> bool:
    lead = tail.leading * density
    if lead.exponents:
        return growth(lead) < 0
    return bool(lead.power < -1)
