r"""Hermite series: the mean of a product of one function at two Gaussian variables.

With the orthonormal Hermite polynomials :math:`h_n` and :math:`a_n=\mathbb E f(\sqrt q z)h_n(z)`, Mehler's formula says
:math:`\mathbb E f(u)f(v)=\sum\rho^na_nb_n`. What is left out after N terms is at most
:math:`|\rho|^{N+1}\bigl((\mathbb Ef(u)^2-\sum a_n^2)(\mathbb Ef(v)^2-\sum b_n^2)\bigr)^{1/2}`, by Cauchy and Schwarz.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp
from flint import acb, arb

from .balls import Complexes, constant_ball
from .enclosures import Enclosure, enclose, enclosure_of
from .errors import CannotEnclose
from .integrals import gaussian_mean, slack
from .pieces import Piece, pieces
from .precisions import bits_for, working_precision
from .programs import Program, compiled
from .remainders import cut_for, peak_beyond
from .singularities import is_singular

__all__ = ["gaussian_product_mean"]

_MOST_TERMS = 96
_MOST_EVALUATIONS = 40_000
# |h_n(z)| e^(-z^2/4) <= 1.0865 (Cramer's inequality, NIST DLMF 18.14.9 with the constant 1 even). That leaves half of the
# density, of which a half bounds f and a half the integral.
_CRAMER = arb("1.0865")
_SHARE = sp.Rational(3, 4)


def gaussian_product_mean(
    expr: sp.Expr,
    x: sp.Symbol,
    variances: tuple[sp.Expr, sp.Expr],
    covariance: sp.Expr,
    digits: int = 12,
    parity: int | None = None,
) -> Enclosure:
    """Enclose the mean of ``f(u) f(v)`` under a centred Gaussian law of ``(u, v)``.

    Parameters
    ----------
    expr : sympy.Expr
        In ``x`` alone; may have kinks and jumps.
    x : sympy.Symbol
        The variable.
    variances : tuple of sympy.Expr
        Of ``u`` and ``v``, positive.
    covariance : sympy.Expr
        Smaller than the geometric mean of the variances in absolute value.
    digits : int, default 12
        Digits after the point aimed at. The nearer the correlation is to one and the rougher the function, the fewer of
        them are reached; what is returned says how many.
    parity : {0, 1}, optional
        0 for an even function and 1 for an odd one, which have half the terms.

    Returns
    -------
    Enclosure
        Around the mean.

    Raises
    ------
    CannotEnclose
        If the mean square of the function is not enclosed.
    ValueError
        If the variances are not positive or the covariance is too large.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> one = sp.S.One
    >>> gaussian_product_mean(sp.exp(x), x, (one, one), one / 2, 10).contains(sp.exp(sp.Rational(3, 2)))
    True
    """
    first, second = variances
    spreads = enclose(first, 2 * digits), enclose(second, 2 * digits)
    if not all(spread.lower.is_positive for spread in spreads):
        raise ValueError(f"the variances are {first} and {second}; both must be positive")
    sides = [_Side(pieces(expr, x), x, spread, digits) for spread in dict.fromkeys(spreads)]
    squares = [gaussian_mean(expr**2, x, side.spread, digits + 4) for side in sides]
    with working_precision(bits_for(digits + 10)):
        scale = (constant_ball(first) * constant_ball(second)).sqrt()
        correlation = constant_ball(covariance) / scale
        if not abs(correlation) < 1:
            raise ValueError(f"the covariance {covariance} is not below {first} and {second} in their geometric mean")
        total, terms = _summed(sides, [square.ball() for square in squares], correlation, digits, parity)
        return enclosure_of(total, digits, f"{terms} terms of the Hermite series, and a bound of the others")


def _summed(
    sides: list[_Side], squares: list[Any], correlation: Any, digits: int, parity: int | None
) -> tuple[Any, int]:
    """Add terms until what is left out is small, or no further term is to be had; return the sum and their number."""
    total, wanted = arb(0), arb(10) ** -digits
    left = [square.upper() for square in squares]
    n = 0 if parity is None else parity
    rest = _rest(left, correlation, n)
    while n < _MOST_TERMS and not rest < wanted:
        coefficients = [side.coefficient(n) for side in sides]
        if not all(a.is_finite() for a in coefficients):
            break
        total = total + correlation**n * coefficients[0] * coefficients[-1]
        squares = [square - a * a for square, a in zip(squares, coefficients, strict=True)]
        n += 1 if parity is None else 2
        rest = _rest([square.upper().max(arb(0)) for square in squares], correlation, n)
    signed = len(sides) == 1 and correlation >= 0  # then every term left out is a square
    return total + (arb(0) if signed else -rest).union(rest), n


def _rest(left: list[Any], correlation: Any, n: int) -> Any:
    """Bound the sum of all terms from the n-th on."""
    return (abs(correlation) ** n * (left[0] * left[-1]).sqrt()).upper()


@dataclass(frozen=True)
class _Weighted:
    """``f(deviation z) h_n(z) phi(z)`` on complex balls; the norm of the polynomial is divided out later."""

    program: Program
    deviation: Any
    degree: int

    def __call__(self, z: Any, analytic: bool) -> Any:
        polynomial = (z / arb(2).sqrt()).hermite_h(acb(self.degree)) if self.degree else acb(1)
        return self.program.run(Complexes(analytic), z * self.deviation) * polynomial * (-z * z / 2).exp()


@dataclass(frozen=True)
class _Side:
    """A function in pieces and the variance of its argument."""

    parts: tuple[Piece, ...]
    x: sp.Symbol
    spread: Enclosure
    digits: int

    def coefficient(self, n: int) -> Any:
        """Enclose a coefficient at the working precision; not finite if the integral does not converge."""
        return _coefficient(self, n)

    def tails(self) -> Any:
        """Bound what is beyond the cuts, whatever the degree."""
        total = arb(0)
        for part, side in ((self.parts[0], -1), (self.parts[-1], 1)):
            cut = self.cut(part, side)
            most = peak_beyond(part, self.x, side, self.spread, cut, _SHARE) if part.expr != 0 else arb(0)
            if most is None:
                raise CannotEnclose(f"{part.expr} grows too fast for a Hermite series")
            total = total + _CRAMER * most * (cut / arb(8).sqrt()).erfc()
        return total.upper()

    def cut(self, part: Piece, side: int) -> Any:
        """Return where the tail of a part begins, in standard deviations."""
        return cut_for(part, side, self.spread, self.digits, sp.Rational(1, 4))


@lru_cache(maxsize=4096)
def _coefficient(side: _Side, n: int) -> Any:
    norm = (2 * arb.pi() * arb(2) ** n * arb(n + 1).gamma()).sqrt()
    deviation, total = side.spread.ball().sqrt(), arb(0)
    tolerance = norm * arb(10) ** -(side.digits + 4)
    for part in side.parts:
        if part.expr == 0:
            continue
        if is_singular(part, side.x, 1) or is_singular(part, side.x, -1):
            raise CannotEnclose(f"{part.expr} is unbounded at an end of its piece, and has no Hermite series here")
        ends = [_end(side, part, way, deviation) for way in (1, -1)]
        weighted = _Weighted(compiled(part.expr, side.x), deviation, n)
        value = acb.integral(
            weighted, ends[0].mid(), ends[1].mid(), abs_tol=tolerance, eval_limit=_MOST_EVALUATIONS
        ).real
        total = total + value + sum((slack(weighted(acb(end), False).real, end) for end in ends), arb(0))
    rest = side.tails()
    return total / norm + (-rest).union(rest)


def _end(side: _Side, part: Piece, way: int, deviation: Any) -> Any:
    end = part.lower if way > 0 else part.upper
    return constant_ball(end) / deviation if end.is_finite else -way * side.cut(part, -way)
