"""Distributions: a random expression of SymPy, scaled and shifted, as a SciPy distribution. One row for each law."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp
from scipy import stats
from sympy.stats import crv_types
from sympy.stats.rv import RandomSymbol, random_symbols

__all__ = ["Law", "split_scale"]


@dataclass(frozen=True)
class Law:
    """A distribution of SciPy, moved.

    Parameters
    ----------
    frozen : scipy.stats frozen distribution
        Before the move.
    shift : float
        What is added to the variable.
    """

    frozen: Any
    shift: float

    def cdf(self, x: Any) -> Any:
        """Return the probability of at most ``x``."""
        return self.frozen.cdf(x - self.shift)

    @property
    def median(self) -> float:
        """The value that is exceeded half of the time."""
        return float(self.frozen.median()) + self.shift


_LAWS: dict[type[sp.Basic], Callable[..., Any]] = {
    crv_types.BetaDistribution: stats.beta,
    crv_types.ChiDistribution: stats.chi,
    crv_types.ChiSquaredDistribution: stats.chi2,
    crv_types.ExponentialDistribution: lambda rate: stats.expon(scale=1 / rate),
    crv_types.GammaDistribution: lambda k, theta: stats.gamma(k, scale=theta),
    crv_types.LogNormalDistribution: lambda mean, std: stats.lognorm(std, scale=math.exp(mean)),
    crv_types.NormalDistribution: stats.norm,
    crv_types.RayleighDistribution: lambda sigma: stats.rayleigh(scale=sigma),
    crv_types.UniformDistribution: lambda left, right: stats.uniform(left, right - left),
}


def split_scale(expr: sp.Expr) -> tuple[sp.Expr, Law]:
    r"""Write a random expression as a positive scale times a SciPy distribution.

    Parameters
    ----------
    expr : sympy.Expr
        ``a*X + b`` with one random variable X, a positive number a and a number b.

    Returns
    -------
    scale : sympy.Expr
        The factor a. It may be 10^-1000: it is kept apart so that it can stay a logarithm.
    law : Law
        The law of ``X + b/a``.

    Raises
    ------
    ValueError
        If there is not exactly one random variable, symbols are left, the expression is not affine in it with a
        positive factor, or its law has no row in the table.

    Examples
    --------
    >>> import sympy as sp
    >>> from sympy.stats import ChiSquared
    >>> scale, law = split_scale(sp.Rational(1, 4) * ChiSquared("k", 3))
    >>> scale, round(law.median, 3)
    (1/4, 2.366)
    """
    variable = _only_variable(expr)
    distribution = variable.pspace.distribution
    known = [row for row in type(distribution).__mro__ if row in _LAWS]
    if not known:
        names = ", ".join(sorted(row.__name__.removesuffix("Distribution") for row in _LAWS))
        raise ValueError(f"{expr} has the law {type(distribution).__name__}, which has no row in the table: {names}")
    scale, shift = _affine(expr, variable)
    law = _LAWS[known[0]](*(_number(argument, expr) for argument in distribution.args))
    return scale, Law(law, _number(shift / scale, expr))


def _only_variable(expr: sp.Expr) -> RandomSymbol:
    variables = random_symbols(expr)
    if len(variables) != 1:
        raise ValueError(f"{expr} has {len(variables)} random variables; a law is tried for exactly one")
    return variables[0]


def _affine(expr: sp.Expr, variable: RandomSymbol) -> tuple[sp.Expr, sp.Expr]:
    scale = sp.diff(expr.xreplace({variable: _PLAIN}), _PLAIN)
    shift = sp.expand(expr.xreplace({variable: _PLAIN}) - scale * _PLAIN)
    if _PLAIN in scale.free_symbols | shift.free_symbols or not scale.is_positive:
        raise ValueError(f"{expr} is not a positive number times a random variable plus a number")
    return scale, shift


_PLAIN = sp.Dummy("X", real=True)


def _number(argument: sp.Expr, expr: sp.Expr) -> float:
    if argument.free_symbols:
        names = ", ".join(sorted(str(s) for s in argument.free_symbols))
        raise ValueError(f"the law {expr} still depends on {names}; give values with subs() before trying it")
    return float(argument)
