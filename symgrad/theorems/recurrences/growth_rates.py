"""Growth of a tangent in each step of a wide recurrent network: its largest Lyapunov exponent after finitely many steps."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    AsWidthGrows,
    Cited,
    Claim,
    Fact,
    Particular,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    growth_rate,
    symbol,
)
from ...networks import Recurrence, rnn
from ..gains import slope_mean_square
from ..mean_fields import enclosed, is_general
from ..registries import theorem
from .mean_fields import WIDE
from .unrollings import recurrent_weight_var, unrolled

__all__ = ["growth_rate_tendsto_root_mean_square_gain"]

WEIGHT_VAR, STEPS, WIDTH = symbol("weight_var"), symbol("steps"), symbol("width")
SLOPE_SQUARE = symbol("slope_mean_square")
_LIMIT, _SHARING, _CHAOS = cite("yang_2020", "Theorem 7.2"), cite("yang_2019"), cite("molgedey_1992")


def _derivation(bound: sp.Expr) -> tuple[Step, ...]:
    tangent, image = (display(text, nonnegative=True) for text in (r"\lVert v_t\rVert^2", r"\lVert D_tRv_t\rVert^2"))
    rate, root = display(r"\lVert J_{T:0}u\rVert^{1/T}", nonnegative=True), display(r"\sqrt{\chi}", nonnegative=True)
    whole = display(r"\lVert Rv_t\rVert^2", nonnegative=True)
    entries, unit = display(r"\lVert R_iv_t\rVert^2", nonnegative=True), sp.Symbol("i", integer=True)
    spread = Fact(entries, Relation.EQ, WEIGHT_VAR / WIDTH * tangent, "an entry of Rv, a sum of n weights times v")
    weights = Step(
        sp.Sum(entries, (unit, 1, WIDTH)),
        Relation.EQ,
        WEIGHT_VAR * tangent,
        "so many entries have the squared norm that the weight variance makes of it",
        Symbolic((spread,)),
    )
    slopes = Step(
        image,
        Relation.TENDSTO,
        SLOPE_SQUARE * whole,
        "a tangent that does not depend on the weights stays uncorrelated with all states, with one matrix as well",
        Cited(_LIMIT),
    )
    added = Fact(whole, Relation.EQ, weights.before, "the squares of the entries add up")
    gain = WEIGHT_VAR * SLOPE_SQUARE * tangent
    step = Step(image, Relation.TENDSTO, gain, "one step", Symbolic((added, weights.at(), slopes.at())))
    mean = Fact(
        rate, Relation.EQ, root, "definition of the geometric mean of the gains of the steps, their roots taken"
    )
    limit = Fact(root, Relation.TENDSTO, sp.sqrt(step.after / tangent), "roots are continuous")
    return weights, slopes, step, Step(rate, Relation.TENDSTO, bound, "over all steps", Symbolic((mean, limit)))


@theorem(
    about=Recurrence,
    assumptions=WIDE,
    mutant=lambda claim: replace(claim, bound=claim.bound**2),
    example=lambda: rnn(width=32, steps=4, weight_var=sp.Rational(1, 2), bias_var=sp.Rational(1, 4)),
)
def growth_rate_tendsto_root_mean_square_gain(network: Recurrence) -> Claim:
    r"""In a wide random recurrent network a tangent grows by the root of the mean-square gain, tied weights or fresh.

    **Statement.** :math:`\lVert J_{T:0}u\rVert^{1/T}\to\sqrt{\sigma_w^2\,\mathbb E\varphi'^2}` as the width grows, with the
    geometric mean over the steps. In the long run its logarithm is the largest Lyapunov exponent,
    :math:`\lambda_1=\tfrac12\ln\chi`: chaos where it is positive.

    **Assumptions.** one_recurrent_layer, vanilla_cell, gaussian_recurrent_weights, white_inputs,
    gaussian_recurrent_biases, at_least_one_step, bounded_slope. The tangent must not depend on the weights.

    **Derivation.** Entries of :math:`Rv` have variance :math:`\sigma_w^2\lVert v\rVert^2/n`, and do not correlate with the
    states that the slopes are taken at; the activation need not be odd.

    **Tightness.** Exact in the limit, for a fixed number of steps.

    **Source.** Molgedey, Schuchhardt and Schuster 1992; Yang 2019, 2020.

    See Also
    --------
    mean_square_gradient_tendsto_pow_mean_square_gain_over_time : the same of gradients

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.rnn(width=64, steps=10, activation="relu", weight_var=8)
    >>> sg.theorems.claim("growth_rate_tendsto_root_mean_square_gain", net).valued()
    2
    """
    twin, bound = unrolled(network), sp.sqrt(WEIGHT_VAR * SLOPE_SQUARE)
    return Claim(
        name="growth_rate_tendsto_root_mean_square_gain",
        subject=str(network),
        quantity=growth_rate(network.steps).in_time(),
        relation=Relation.TENDSTO,
        bound=bound,
        mode=AsWidthGrows(1 / WIDTH),
        assumptions=WIDE,
        derivation=_derivation(bound),
        sources=(_CHAOS, _SHARING, _LIMIT),
        tightness=Tightness(TightnessKind.EXACT, "in the limit, for a fixed number of steps, few beside the root of n"),
        values=((WEIGHT_VAR, recurrent_weight_var(network)), *enclosed(twin, SLOPE_SQUARE, slope_mean_square)),
        particulars=() if is_general(twin, SLOPE_SQUARE) else (Particular(SLOPE_SQUARE, (WEIGHT_VAR,)),),
    )
