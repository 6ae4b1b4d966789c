"""Lyapunov exponents of wide recurrent networks: how fast a tangent grows in the long run."""

from __future__ import annotations

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
from ..stationary_variances import stationary_var

__all__ = ["lyapunov_exponent"]

WIDTH = symbol("width")
_LIMIT, _SHARING, _CHAOS = cite("yang_2020", "Theorem 7.2"), cite("yang_2019"), cite("molgedey_1992")


def lyapunov_exponent(spec: Any, gain: Any, input_var: Any = 0) -> Claim:
    r"""State the largest Lyapunov exponent of a wide vanilla network in discrete time, :math:`\lambda_1=\tfrac12\ln\chi`.

    Parameters
    ----------
    spec : str, sympy.Expr or Activation
        As for `symgrad.activation`.
    gain : number
        Positive: the root of ``weight_var``.
    input_var : number, default 0
        Variance that white inputs and Gaussian biases add to each preactivation.

    Returns
    -------
    Claim
        With :math:`\chi=g^2\,\mathbb E\varphi'(\sqrt{q^*}\zeta)^2` at the largest variance that the network keeps: chaos
        where it is positive.

    Raises
    ------
    ValueError
        If gain or variance are out of range.
    CannotEnclose
        If no variance that is kept was found.

    Notes
    -----
    The same for tied and fresh weights: over any fixed number of steps a tangent that does not depend on the weights stays
    uncorrelated with all states, so each step multiplies its mean square by :math:`\chi`. First the width grows, then the
    number of steps. In continuous time it differs (Sompolinsky, Crisanti and Sommers 1988).

    Examples
    --------
    >>> lyapunov_exponent("tanh", gain=1.5).bound.evalf(12)
    0.0652172119129
    """
    phi, chosen, added = activation(spec), exact("gain", gain), exact("input_var", input_var)
    if chosen.is_positive is not True or added.is_nonnegative is not True:
        raise ValueError(
            f"gain = {gain} with input_var = {input_var} is out of range; give a gain above 0 and a variance"
        )
    located = _located(phi, chosen**2, added)
    slopes = phi.slope_mean_square(located[0].after if located else sp.S.One)
    if slopes.bound.is_zero:
        raise ValueError(f"gradients of {phi} vanish at once: its slope is 0 at the variance that it keeps")
    return Claim(
        name="lyapunov_exponent_tendsto_half_log_mean_square_gain",
        subject=phi.name,
        quantity=Quantity(Measurable.LYAPUNOV_EXPONENT),
        relation=Relation.TENDSTO,
        bound=sp.log(chosen**2 * slopes.bound) / 2,
        mode=AsWidthGrows(1 / WIDTH),
        assumptions=(),
        derivation=(*located, *_steps(chosen, slopes)),
        sources=(*phi.sources, _CHAOS, _SHARING, _LIMIT),
        tightness=Tightness(TightnessKind.EXACT, "the width grows first; near the onset of chaos it must be large"),
        premises=(slopes,),
    )


def _located(phi: Activation, weight_var: sp.Expr, input_var: sp.Expr) -> tuple[Step, ...]:
    """Find the variance that is kept; the slopes of a positively homogeneous activation do not depend on it."""
    if phi.is_positively_homogeneous:
        return ()
    arguments = (phi, weight_var, input_var)
    reason = "the variance that the map keeps, between two at which signs of certified integrals are opposite"
    variance = display("q^*", nonnegative=True)
    return (Step(variance, Relation.EQ, stationary_var(*arguments), reason, Certified(stationary_var, arguments)),)


def _steps(gain: sp.Expr, slopes: Claim) -> tuple[Step, ...]:
    chi, exponent = display(r"\chi", positive=True), display(r"\lambda_1", real=True)
    growth = display(r"\tfrac1T\ln\lVert J_{T:0}u\rVert", real=True)
    mean = slopes.derivation[-1]
    gained = Fact(chi, Relation.EQ, gain**2 * mean.before, "definition of the mean-square gain")
    long_run = Fact(exponent, Relation.EQ, growth, "definition, in the long run")
    product = gain**2 * slopes.bound
    value = Step(
        chi, Relation.EQ, product, "put in the mean-square slope", Symbolic((gained, mean.at(reason="the moment")))
    )
    limit = Step(
        growth,
        Relation.TENDSTO,
        sp.log(chi) / 2,
        "as the width grows each step multiplies the squared tangent by χ, with tied weights as with fresh ones",
        Cited(_LIMIT),
    )
    known = (long_run, limit.at(), value.at())
    return value, limit, Step(exponent, Relation.TENDSTO, sp.log(product) / 2, "put in χ", Symbolic(known))
