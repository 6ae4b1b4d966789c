r"""Gaussian means: the integral over the middle in complex balls, and a proved bound of both tails.

With :math:`x=\sqrt q\,z` the mean is :math:`\int f(\sqrt q\,z)\phi(z)\,dz`. Beyond :math:`|z|=R` the integrand is
split as :math:`(f\,e^{-z^2/4})\cdot e^{-z^2/4}`: the first factor is bounded by its supremum there, which the tail
expansion of ``f`` gives, and the second one has a known integral.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil, sqrt
from typing import Any

import sympy as sp
from flint import acb, arb

from .balls import BALLS, BOXES, Complexes, constant_ball
from .enclosures import Enclosure, enclose, rational
from .errors import CannotEnclose
from .intervals import ZERO, Interval, greatest, whole
from .monomials import Monomial
from .pieces import Piece, pieces, value_at
from .precisions import bits_for, working_precision
from .programs import Program, compiled
from .tails import Tail, tail_jet

__all__ = ["gaussian_mean"]

_THIN = 2.0**-20  # relative width of a variance up to which balls give a sharp integral; beyond, boxes are summed
_CELLS = 512  # of a sum over boxes: its error is then governed by the width of the variance, not by the cells
_LATEST_START = 4096
_MOST_EVALUATIONS = 200_000  # an integral that needs more is not going to converge


def gaussian_mean(expr: sp.Expr, x: sp.Symbol, variance: sp.Expr | Enclosure, digits: int = 20) -> Enclosure:
    """Enclose the mean of a function under a centred Gaussian.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone; may have kinks and jumps.
    x : sympy.Symbol
        The variable.
    variance : sympy.Expr or Enclosure
        Not negative. Of an enclosure, the result holds for every variance in it.
    digits : int, default 20
        Significant digits aimed at.

    Returns
    -------
    Enclosure
        Around the mean.

    Raises
    ------
    CannotEnclose
        If the tails cannot be bounded or the integral does not converge.
    ValueError
        If the variance is negative.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> gaussian_mean(sp.Max(0, x) ** 2, x, sp.Integer(3)).decimals(10)
    ('1.499999999', '1.500000001')
    """
    spread = variance if isinstance(variance, Enclosure) else enclose(variance, 2 * digits)
    if spread.lower.is_negative:
        raise ValueError(f"the variance is at least {spread.lower}; it must not be negative")
    if spread.upper == 0:
        return enclose(value_at(expr, x, sp.S.Zero), digits)
    return _mean(expr, x, spread, digits)


@lru_cache(maxsize=1024)
def _mean(expr: sp.Expr, x: sp.Symbol, spread: Enclosure, digits: int) -> Enclosure:
    parts = pieces(expr, x)
    # exp(-R^2/4) is then below 10^-(digits + 6): six digits for the size of f itself.
    reach = arb(ceil(2 * sqrt((digits + 6) * 2.302585093)))
    with working_precision(bits_for(digits + 10)):
        deviation = spread.ball().sqrt() if spread.lower != 0 else _from_zero(spread)
        thin = bool(spread.upper - spread.lower <= _THIN * spread.upper)
        total = _integral(parts, x, deviation, reach, digits) if thin else _box_sum(parts, x, deviation, reach)
        for part, side in ((parts[0], -1), (parts[-1], 1)):
            total = total + _tail(part, x, side, spread, reach)
    method = "complex balls on the middle" if thin else f"{_CELLS} boxes on the middle"
    return Enclosure(rational(total.lo), rational(total.hi), digits, f"{method}, and a bound of both tails")


def _from_zero(spread: Enclosure) -> Any:
    """Return the root of a variance that may vanish."""
    return arb(0).union(constant_ball(spread.upper).sqrt())


# ---------------------------------------------------------------------------------------------------------- the middle


@dataclass(frozen=True)
class _Integrand:
    """``f(deviation z) phi(z)`` on complex balls."""

    program: Program
    deviation: Any

    def __call__(self, z: Any, analytic: bool) -> Any:
        return self.program.run(Complexes(analytic), z * self.deviation) * _density(z)


def _density(z: Any) -> Any:
    return (-z * z / 2).exp() / (2 * arb.pi()).sqrt()


def _integral(parts: tuple[Piece, ...], x: sp.Symbol, deviation: Any, reach: Any, digits: int) -> Interval:
    total = arb(0)
    for part in parts:
        low, high = (_cut(end, deviation, reach) for end in (part.lower, part.upper))
        if part.expr == 0 or not low.mid() < high.mid():
            continue
        integrand = _Integrand(compiled(part.expr, x), deviation)
        value = acb.integral(
            integrand, low.mid(), high.mid(), abs_tol=arb(10) ** -(digits + 4), eval_limit=_MOST_EVALUATIONS
        )
        if not value.is_finite():
            raise CannotEnclose(f"the Gaussian mean of {part.expr} between {part.lower} and {part.upper} diverges")
        total += value.real + _slack(integrand, low) + _slack(integrand, high)
    return Interval.ball(total)


def _cut(end: sp.Expr, deviation: Any, reach: Any) -> Any:
    """Return the end of a piece on the scale of z, inside the reach."""
    if end.is_infinite:
        return reach if end == sp.oo else -reach
    scaled = constant_ball(end) / deviation
    return arb.min(arb.max(scaled, -reach), reach)


def _slack(integrand: _Integrand, end: Any) -> Any:
    """Enclose what is integrated too much or too little because a kink is known up to the radius of its ball only."""
    if end.is_exact():
        return arb(0)
    size = abs(integrand.program.run(BALLS, end * integrand.deviation)) * end.rad()
    return size.union(-size)


def _box_sum(parts: tuple[Piece, ...], x: sp.Symbol, deviation: Any, reach: Any) -> Interval:
    """Sum over cells the probability of each times the range of the function over it, for every deviation at once."""
    spread = Interval.ball(deviation)
    programs = [(Interval(*_ends(part)), compiled(part.expr, x)) for part in parts]
    ends = [-reach + 2 * reach * k / _CELLS for k in range(_CELLS + 1)]
    total = Interval(ZERO, ZERO)
    for low, high in pairwise(ends):
        probability = Interval.ball(((high / arb(2).sqrt()).erf() - (low / arb(2).sqrt()).erf()) / 2)
        total = total + probability * _range(programs, spread * Interval(low.lower(), high.upper()))
    return total


def _ends(part: Piece) -> tuple[Any, Any]:
    return constant_ball(part.lower).lower(), constant_ball(part.upper).upper()


def _range(programs: list[tuple[Interval, Program]], box: Interval) -> Interval:
    """Enclose all values on a box, of every piece that it meets."""
    met = [program.run(BOXES, box.intersection(domain)) for domain, program in programs if domain.meets(box)]
    found: Interval = met[0]
    for other in met[1:]:
        found = found.hull(other)
    return found


# ----------------------------------------------------------------------------------------------------------- the tails


def _tail(part: Piece, x: sp.Symbol, side: int, spread: Enclosure, reach: Any) -> Interval:
    """Enclose the integral of ``f phi`` beyond the reach: a supremum times ``erfc(R/2)/sqrt 2``."""
    if part.expr == 0:
        return Interval(ZERO, ZERO)
    most = (_supremum_beyond(part, x, side, spread, reach) * (reach / 2).erfc() / arb(2).sqrt()).upper()
    return Interval(ZERO if part.expr.is_nonnegative else -most, most)


def _supremum_beyond(part: Piece, x: sp.Symbol, side: int, spread: Enclosure, reach: Any) -> Any:
    """Bound ``|f(x)| e^(-z^2/4)`` for ``z >= R`` and ``x = sqrt(q) z``, whatever the variance in the enclosure."""
    nearest = (constant_ball(spread.lower).sqrt() * reach).lower() if spread.lower != 0 else arb(0)
    start = max(4, whole(nearest.floor()) + 1)
    while start <= _LATEST_START:
        far = _expanded(part, x, side, spread, start)
        if far is not None:
            near = _near(part, x, side, (nearest, arb(start))) * (-reach * reach / 4).exp()
            return greatest([near.upper(), far])
        start *= 2
    raise CannotEnclose(f"the tail of {part.expr} under a Gaussian is not bounded by its expansion")


def _expanded(part: Piece, x: sp.Symbol, side: int, spread: Enclosure, start: int) -> Any | None:
    """Bound ``|f(x)| e^(-x^2/4q)`` on ``[start, oo)`` by the tail expansion; None if this start is too early."""
    if not part.expr.has(x):
        return abs(constant_ball(part.expr)).upper()
    edge = part.lower if side > 0 else part.upper
    if edge.is_finite and not constant_ball(edge) * side < start:
        return None
    try:
        tail = tail_jet(compiled(part.expr, x), side, start, 0)[0]
    except CannotEnclose:
        return None
    damping = Monomial(sp.S.Zero, (sp.S.Zero, -1 / (4 * sp.Rational(spread.upper))))
    bound = _magnitude(tail, damping)
    return bound if bound.is_finite() else None


def _magnitude(tail: Tail, damping: Monomial) -> Any:
    total = arb(0)
    for monomial, coefficient in tail.terms.items():
        total += coefficient.box.magnitude() * (monomial * damping).box(tail.start).hi
    return total.upper()


def _near(part: Piece, x: sp.Symbol, side: int, ends: tuple[Any, Any]) -> Any:
    """Bound ``|f|`` where the expansion does not reach yet."""
    low, high = ends if side > 0 else (-ends[1], -ends[0])
    box = Interval(low.lower(), high.upper())
    domain = Interval(*_ends(part))
    if not box.meets(domain):
        return arb(0)
    return compiled(part.expr, x).run(BOXES, box.intersection(domain)).magnitude()
