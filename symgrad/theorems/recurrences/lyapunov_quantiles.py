"""The Lyapunov spectrum of wide networks of any activation, from free probability: proved for fresh weights."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy as sp

from ...activations import Activation, activation
from ...claims import (
    AsWidthGrows,
    Certified,
    Cited,
    Claim,
    Fact,
    Measurable,
    Quantity,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    exact,
    symbol,
)
from ...rigor import EnclosedConstant, Enclosure, bracket_crossing, enclose, gaussian_mean, narrow_crossing
from ..stationary_variances import stationary_var
from .hypotheses import FRESH_WEIGHTS

__all__ = ["lyapunov_quantile", "slope_root"]

WIDTH, _X = symbol("width"), symbol("x")
_FREE, _CHAOS = cite("kargin_2008"), cite("engelken_2023")
_DIGITS = 15
_GRID = tuple(sp.Integer(4) ** k for k in range(-14, 15))


def lyapunov_quantile(spec: Any, gain: Any, fraction: Any, input_var: Any = 0) -> Claim:
    r"""State the Lyapunov exponent that a fraction of all exceed, in a wide vanilla network with fresh weights.

    Parameters
    ----------
    spec : str, sympy.Expr or Activation
        As for `symgrad.activation`.
    gain : number
        Positive: the root of ``weight_var``.
    fraction : number
        Between 0 and 1; towards 0 it is the largest exponent.
    input_var : number, default 0
        Variance that white inputs and biases add to each preactivation.

    Returns
    -------
    Claim
        :math:`\lambda(x)=\tfrac12\ln(g^2x/y)`, where y solves :math:`\mathbb E\frac{D^2y}{1+D^2y}=x` and
        :math:`D=\varphi'(\sqrt{q^*}\zeta)`.

    Raises
    ------
    ValueError
        If gain, fraction or variance are out of range.
    CannotEnclose
        If the variance that is kept, or y, was not found.

    Notes
    -----
    For tied weights it is not proved. Simulations support it: single matrices of 150 and of 200 units agree within
    a few hundredths in the upper half of the spectrum, and a tenth in the lower.

    Examples
    --------
    >>> lyapunov_quantile("identity", gain=2, fraction=0.75).bound
    0
    """
    phi, chosen, part, added = (
        activation(spec),
        exact("gain", gain),
        exact("fraction", fraction),
        exact("input_var", input_var),
    )
    if not (chosen.is_positive and added.is_nonnegative and part.is_positive and (1 - part).is_positive):
        told = f"gain = {gain}, fraction = {fraction}, input_var = {input_var}"
        raise ValueError(f"{told} is out of range; give a gain above 0, a fraction between 0 and 1, and a variance")
    variance = sp.S.One if phi.is_positively_homogeneous else stationary_var(phi, chosen**2, added)
    steps = _quantile_steps(phi, variance, chosen, part)
    return Claim(
        name="lyapunov_quantile_tendsto_free_product",
        subject=phi.name,
        quantity=Quantity(Measurable.LYAPUNOV_QUANTILE),
        relation=Relation.TENDSTO,
        bound=steps[-1].after,
        mode=AsWidthGrows(1 / WIDTH),
        assumptions=(FRESH_WEIGHTS,),
        derivation=steps,
        sources=(*phi.sources, _FREE, _CHAOS),
        tightness=Tightness(TightnessKind.EXACT, "in the limit, for fresh weights; for tied ones seen, and not proved"),
    )


def _quantile_steps(phi: Activation, variance: sp.Expr, gain: sp.Expr, part: sp.Expr) -> tuple[Step, ...]:
    x, y, g = display("x", positive=True), display("y", positive=True), display("g", positive=True)
    of_weights, of_slopes = display("S_W", positive=True), display("S_D", positive=True)
    exponent = display(r"\lambda(x)", real=True)
    free = Step(
        exponent,
        Relation.TENDSTO,
        -sp.log(of_weights * of_slopes) / 2,
        "exponents of products of free matrices are given by their S-transforms, at −x, which multiply",
        Cited(_FREE),
    )
    weights = Fact(of_weights, Relation.EQ, 1 / (g**2 * (1 - x)), "the S-transform of the law of Marchenko and Pastur")
    slopes = Fact(of_slopes, Relation.EQ, y * (1 - x) / x, "definition of S: −y is where the moment series of D² is −x")
    formula = sp.log(g**2 * x / y) / 2
    both = Step(-sp.log(of_weights * of_slopes) / 2, Relation.EQ, formula, "put them in", Symbolic((weights, slopes)))
    arguments = (phi, variance, part)
    solved = Step(
        y, Relation.EQ, slope_root(*arguments), "E D²y/(1 + D²y) = x, certified", Certified(slope_root, arguments)
    )
    given = Fact(g, Relation.EQ, gain, "the gain"), Fact(x, Relation.EQ, part, "the fraction")
    bound = sp.log(gain**2 * part / solved.after) / 2
    known = (free.at(), both.at(), solved.at(), *given)
    return free, both, solved, Step(exponent, Relation.TENDSTO, bound, "put the numbers in", Symbolic(known))


@lru_cache(maxsize=256)
def slope_root(phi: Activation, variance: sp.Expr, fraction: sp.Expr) -> sp.Expr:
    """Solve ``E D^2 y/(1 + D^2 y) = fraction`` for y, with D the slope at a Gaussian of that variance."""
    square = phi.derivative**2
    if square == 1:
        return fraction / (1 - fraction)
    wanted, spread = enclose(fraction, 2 * _DIGITS), enclose(variance, 2 * _DIGITS)

    def excess(y: sp.Rational) -> Enclosure:
        mean = gaussian_mean(square * y / (1 + square * y), _X, spread, _DIGITS)
        return Enclosure(mean.lower - wanted.upper, mean.upper - wanted.lower, _DIGITS, mean.method)

    return EnclosedConstant("y", narrow_crossing(excess, *bracket_crossing(excess, _GRID), digits=_DIGITS))
