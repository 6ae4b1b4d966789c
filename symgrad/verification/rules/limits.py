"""Claims about wide networks: the limit is extrapolated from several widths, and the extrapolation is tested."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import ClassVar, cast, final

import numpy as np
import sympy as sp
from scipy import stats

from ...claims import AsWidthGrows, Relation, Trial, symbol
from ..bounds import log_bound, number, with_width
from ..cases import Case, Evidence, Finding, Floats
from ..roundings import tolerance
from .protocols import Rule

__all__ = ["WidthLimit"]

_WIDTHS = 3  # a quadratic in the rate has three coefficients
_ZEROS = 0.01  # share of exact zeros from which the typical finite network is no longer an expansion around the limit
# A factor e^2 at the smallest width: the cube that is then allowed for exceeds any error of interest.
_CORRECTION = 2.0


@final
@dataclass(frozen=True)
class WidthLimit(Rule):
    r"""Fit :math:`a+c\,r+d\,r^2` in the rate :math:`r(n)` to the mean of ``log X - log bound``, and test ``a = 0``.

    Convergence in probability is what is tried, on logarithms: the raw mean of a squared gradient is carried by rare
    trials, so that its limit is of no use at the widths that can be simulated.

    Notes
    -----
    The quadratic term takes the bias of second order out of ``a``. Of the next order, the cube of the first is allowed
    for: with the correction :math:`\delta` that a straight line finds at the smallest width, a term
    :math:`\delta^3 (r/r_\max)^3` would shift ``a`` by a known multiple of :math:`\delta^3`, and ``a`` is refuted only
    beyond that. If :math:`|\delta|` exceeds 2, the expansion says nothing. With more widths than coefficients the
    residuals are tested too: if they are too large, the error is not of the stated rate, and nothing is concluded.
    Exact zeros (dead networks), whose probability falls exponentially with the width, are left out where rare.
    """

    relations: ClassVar[frozenset[Relation]] = frozenset({*Relation})

    def log_bound(self, width: int) -> float:
        """Return the natural logarithm of the bound at a width."""
        return log_bound(with_width(self.claim, width))

    def find(self, case: Case) -> Finding:
        """Extrapolate to infinite width."""
        widest = max(case.evidence, key=lambda each: each.width)
        worst = widest.seed, int(np.argmax(np.abs(widest.relative)))
        obstacle = _obstacle(case)
        if obstacle:
            return Finding(Trial.INCONCLUSIVE, obstacle, None, worst, case.error_rate)
        fit = _Fit.of(case.evidence, np.array([self._rate(each.width) for each in case.evidence]))
        verdict, reason = _judge(case, fit)
        slack = (
            _relative(fit.limit) if case.relation in _EQUALITIES else -_SIGNS[case.relation] * fit.limit / math.log(10)
        )
        return Finding(verdict, reason, slack, worst, case.error_rate)

    def _rate(self, width: int) -> float:
        mode = cast("AsWidthGrows", self.claim.mode)
        return number(self.claim, mode.rate.xreplace({symbol("width"): sp.Integer(width)}), "the rate")


def _relative(log_ratio: float) -> float:
    """Return a relative deviation from its logarithm; infinite where it leaves the range of a float."""
    return math.expm1(log_ratio) if log_ratio < _LARGEST_LOG else math.inf


_LARGEST_LOG = math.log(sys.float_info.max)
_EQUALITIES = (Relation.EQ, Relation.TENDSTO)
_SIGNS = {Relation.LE: 1.0, Relation.LT: 1.0, Relation.GE: -1.0}


def _obstacle(case: Case) -> str:
    widths = sorted({each.width for each in case.evidence})
    if len(widths) < _WIDTHS:
        shown = ", ".join(map(str, widths))
        return f"the limit of large width cannot be seen at width {shown} alone; simulate at {_WIDTHS} widths or more, such as n/4, n/2 and n"
    if not all(math.isfinite(each.log_bound) for each in case.evidence):
        return "the limit is not a positive number, so the logarithm of value over limit has none"
    for each in case.evidence:
        zeros = float(np.mean(each.log_values == -np.inf))
        if zeros > _ZEROS:
            return f"{zeros:.0%} of the trials at width {each.width} are exactly zero; take larger widths"
        if each.log_values.size < 2:
            return f"one trial at width {each.width} has no spread; take more"
    return ""


@dataclass(frozen=True, eq=False)
class _Fit:
    """A weighted least-squares fit of a quadratic in the rate."""

    limit: float  # the constant a
    error: float  # its standard error
    correction: float  # by how much the smallest width is off the limit
    remainder: float  # shift of the limit by a cubic term that is 1 at the smallest width
    misfit: float  # probability of larger residuals
    freedom: int  # degrees of freedom of the least certain mean

    @classmethod
    def of(cls, evidence: tuple[Evidence, ...], rates: Floats) -> _Fit:
        means, errors = np.array([_mean(each) for each in evidence]).T
        scaled = rates / rates.max()
        inverse = _least_squares(scaled, errors, degree=2)
        limit, linear, quadratic = inverse @ means
        residuals = (means - (limit + linear * scaled + quadratic * scaled**2)) / errors
        extra = len(evidence) - _WIDTHS
        return cls(
            limit=float(limit),
            error=float(np.linalg.norm(inverse[0] * errors)),
            # From a straight line, whose slope is far less noisy: noise in it would only loosen the test.
            correction=float(_least_squares(scaled, errors, degree=1)[1] @ means),
            remainder=abs(float(inverse[0] @ scaled**3)),
            misfit=float(stats.chi2.sf(residuals @ residuals, extra)) if extra else 1.0,
            freedom=min(each.log_values.size for each in evidence) - 1,
        )


def _least_squares(rates: Floats, errors: Floats, degree: int) -> Floats:
    """Return the matrix that takes means to the coefficients of the polynomial with the smallest weighted residuals."""
    powers = np.vander(rates, degree + 1, increasing=True)
    solution: Floats = np.linalg.pinv(powers / errors[:, None]) / errors
    return solution


def _mean(evidence: Evidence) -> tuple[float, float]:
    alive = evidence.relative[evidence.log_values > -np.inf]
    return float(alive.mean()), max(float(alive.std(ddof=1)) / math.sqrt(alive.size), tolerance(evidence))


def _judge(case: Case, fit: _Fit) -> tuple[Trial, str]:
    if fit.misfit < case.error_rate:
        return (
            Trial.INCONCLUSIVE,
            f"the error at finite width is not of the stated rate: residuals have p = {fit.misfit:.3g}",
        )
    if abs(fit.correction) > _CORRECTION:
        return (
            Trial.INCONCLUSIVE,
            f"at the smallest width the logarithm is off by {fit.correction:.3g}; take larger widths",
        )
    two_sided = case.relation in _EQUALITIES
    limit = float(stats.t.isf(case.error_rate / (2 if two_sided else 1), fit.freedom)) * fit.error
    allowance = abs(fit.correction) ** 3 * fit.remainder
    departure = abs(fit.limit) if two_sided else _SIGNS[case.relation] * fit.limit
    verdict = Trial.REFUTED if departure > limit + allowance else Trial.CONSISTENT
    reason = f"extrapolated to infinite width, the logarithm of value over limit is {fit.limit:.3g} ± {fit.error:.2g}"
    return verdict, f"{reason}, and {limit + allowance:.2g} is allowed"
