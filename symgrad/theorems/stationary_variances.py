"""Stationary variances: what the variance map keeps, and where on it a layer or a step keeps the squared gradient.

Each is a change of sign of a combination of certified integrals, so that there surely is such a variance between its ends.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import sympy as sp

from ..activations import Activation
from ..claims import symbol
from ..rigor import (
    CannotEnclose,
    EnclosedConstant,
    Enclosure,
    bracket_crossing,
    compare,
    enclose,
    narrow_crossing,
)
from .variance_maps import mean_square

__all__ = ["critical_var", "critical_var_of_gain", "stationary_var"]

_X = symbol("x")
_DIGITS = 15
_MOMENT_DIGITS = 25  # near the onset of chaos the moments cancel to the third order in the variance
_GRID = tuple(sp.Integer(4) ** k for k in range(-14, 13))  # from a millionth of a unit's range to far beyond it

Function = Callable[[sp.Rational], Enclosure]


@lru_cache(maxsize=256)
def stationary_var(phi: Activation, weight_var: sp.Expr, input_var: sp.Expr) -> sp.Expr:
    r"""Return the largest variance that the variance map keeps, :math:`q=\sigma_w^2\,\mathbb E\varphi(\sqrt q\zeta)^2+\sigma^2`.

    Parameters
    ----------
    phi : Activation
        Without symbols.
    weight_var, input_var : sympy.Expr
        Numbers that are not negative; the second is what inputs and biases add.

    Returns
    -------
    sympy.Expr
        Exact where it is zero or the activation is positively homogeneous; else enclosed. From above, the map leads to it.

    Raises
    ------
    CannotEnclose
        If none was found.

    Notes
    -----
    Without input it is zero if no slope exceeds the inverse gain: ``phi(0) = 0`` and ``|phi(x)| <= gamma |x|`` give
    ``q' <= (g gamma)^2 q``, with equality for lines alone, which are positively homogeneous.
    """
    if phi.is_positively_homogeneous:
        return _homogeneous_var(phi, weight_var, input_var)
    if _starts_at_zero(phi, input_var) and compare(weight_var * phi.lipschitz.bound**2, 1) in (-1, 0):
        return sp.S.Zero
    gain, added = enclose(weight_var, _MOMENT_DIGITS), enclose(input_var, _MOMENT_DIGITS)

    def excess(q: sp.Rational) -> Enclosure:
        square = mean_square(phi.expression, q, _MOMENT_DIGITS)
        lower, upper = gain.lower * square.lower + added.lower, gain.upper * square.upper + added.upper
        return Enclosure(q - upper, q - lower, _DIGITS, square.method)

    words = f"a variance that {phi} keeps at weight_var {weight_var} with {input_var} added"
    return _crossing(excess, words, last=True)


def _homogeneous_var(phi: Activation, weight_var: sp.Expr, input_var: sp.Expr) -> sp.Expr:
    """Solve ``q = c q + input_var``; at ``c = 1`` without input every variance is kept, and one stands for all."""
    factor = weight_var * phi.value_mean_square(sp.S.One).bound
    if compare(factor, 1) == -1:
        return input_var / (1 - factor)
    if compare(factor, 1) == 0 and input_var.is_zero:
        return sp.S.One
    raise CannotEnclose(f"the variance of {phi} grows without end: each step multiplies it by {factor}")


@lru_cache(maxsize=256)
def critical_var(phi: Activation, input_var: sp.Expr) -> sp.Expr:
    r"""Return the variance of a preactivation at the critical gain, :math:`q-\mathbb E\varphi^2/\mathbb E\varphi'^2=\sigma^2`.

    Parameters
    ----------
    phi : Activation
        Without symbols.
    input_var : sympy.Expr
        What inputs and biases add to it; not negative.

    Returns
    -------
    sympy.Expr
        Exact where it is zero or the activation is positively homogeneous; else enclosed, the smallest that was found.

    Raises
    ------
    CannotEnclose
        If none was found.
    ValueError
        If there is none, as for positively homogeneous activations with input.
    """
    if phi.is_positively_homogeneous:
        if input_var.is_zero:
            return sp.S.One
        raise ValueError(
            f"no gain of {phi} is critical with input_var = {input_var}: at the gain that keeps the gradient, "
            "which is the same at every variance, each step adds as much; give input_var = 0"
        )
    if _starts_at_zero(phi, input_var):
        if sp.S.Zero in phi.kinks:
            raise CannotEnclose(f"{phi} has a kink at 0, so its slope has no value there; give a positive input_var")
        return sp.S.Zero
    added = enclose(input_var, _MOMENT_DIGITS)

    def excess(q: sp.Rational) -> Enclosure:
        values, slopes = (mean_square(expr, q, _MOMENT_DIGITS) for expr in (phi.expression, phi.derivative))
        if slopes.upper == 0:
            raise ValueError(f"no gain of {phi} is critical: its slope is 0, so that no gradient passes")
        lower = q - (values.upper / slopes.lower if slopes.lower else sp.oo) - added.upper
        return Enclosure(lower, q - values.lower / slopes.upper - added.lower, _DIGITS, slopes.method)

    return _crossing(excess, f"a critical gain of {phi} with input_var = {input_var}")


@lru_cache(maxsize=256)
def critical_var_of_gain(phi: Activation, gain: sp.Expr) -> sp.Expr:
    r"""Return the variance at which a gain keeps the squared gradient, :math:`g^2\,\mathbb E\varphi'(\sqrt q\zeta)^2=1`.

    Parameters
    ----------
    phi : Activation
        Without symbols, not positively homogeneous.
    gain : sympy.Expr
        A positive number.

    Returns
    -------
    sympy.Expr
        Enclosed; the smallest that was found.

    Raises
    ------
    CannotEnclose
        If none was found.
    """
    wanted = enclose(1 / gain**2, _MOMENT_DIGITS)

    def excess(q: sp.Rational) -> Enclosure:
        slopes = mean_square(phi.derivative, q, _MOMENT_DIGITS)
        return Enclosure(slopes.lower - wanted.upper, slopes.upper - wanted.lower, _DIGITS, slopes.method)

    return _crossing(excess, f"a variance at which gain {gain} keeps the gradient of {phi}")


def _starts_at_zero(phi: Activation, input_var: sp.Expr) -> bool:
    return bool(input_var.is_zero) and compare(phi(sp.S.Zero), 0) == 0


def _crossing(excess: Function, words: str, *, last: bool = False) -> sp.Expr:
    try:
        bracket = bracket_crossing(excess, _GRID, last=last)
    except CannotEnclose as error:
        raise CannotEnclose(f"{words} was not found: {error}") from None
    return EnclosedConstant("q^*", narrow_crossing(excess, *bracket, digits=_DIGITS))
