"""The mean field of vanilla recurrent networks in discrete time: the same for tied and for fresh weights."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    Assumption,
    AsWidthGrows,
    Axis,
    Claim,
    Holding,
    Particular,
    Relation,
    Tightness,
    TightnessKind,
    cite,
    mean_square_gradient,
    no,
    symbol,
    unknown,
    yes,
)
from ...networks import GaussianBiases, GaussianWeights, Recurrence, WhiteInputs, rnn
from ..gains import log_gains, slope_mean_square
from ..hypotheses import BOUNDED_SLOPE
from ..mean_fields import enclosed, gradient_steps, is_general
from ..registries import theorem
from .hypotheses import GAUSSIAN_RECURRENT_WEIGHTS, ONE_RECURRENT_LAYER, VANILLA_CELL
from .unrollings import recurrent_weight_var, unrolled

__all__ = ["log_gains_over_time", "mean_square_gradient_tendsto_pow_mean_square_gain_over_time"]

WEIGHT_VAR, STEPS, WIDTH = symbol("weight_var"), symbol("steps"), symbol("width")
SLOPE_SQUARE = symbol("slope_mean_square")
_SHARING = cite("yang_2019")


def log_gains_over_time(network: Recurrence) -> list[float]:
    """Return the logarithm of the mean-square gain of each step, for a figure.

    Parameters
    ----------
    network : Recurrence
        Of the kind that the theorem below is about, without symbols.

    Returns
    -------
    list of float
        From the first step to the last.
    """
    return log_gains(unrolled(network))


def _white_inputs(network: Recurrence) -> Holding:
    if not isinstance(network.inputs, WhiteInputs):
        return no("the inputs are given")
    first = network.layers[0]
    if all(isinstance(first.matrix(name), GaussianWeights) for name in first.cell.inputs):
        return yes("fresh inputs reach the units by Gaussian weights")
    return no("the weights of the inputs are not Gaussian")


def _gaussian_biases(network: Recurrence) -> Holding:
    for law in (layer.vector(name) for layer in network.layers for name in layer.cell.biases):
        if not isinstance(law, GaussianBiases):
            return no(f"there is a {law.words}" if getattr(law, "words", "") else "biases are given")
    return yes("all biases are Gaussian")


def _at_least_one_step(network: Recurrence) -> Holding:
    if network.steps.is_positive:
        return yes(f"there are {network.steps} steps")
    return (
        no("there is no step") if network.steps.is_zero else unknown(f"the number of steps, {network.steps}, may be 0")
    )


WHITE_INPUTS = Assumption(
    "white_inputs", "inputs are fresh at each step and come in by Gaussian weights", r"x_t\sim N(0,qI)", _white_inputs
)
GAUSSIAN_RECURRENT_BIASES = Assumption(
    "gaussian_recurrent_biases",
    "biases are independent centred Gaussians",
    r"b_i\sim N(0,\sigma_b^2)",
    _gaussian_biases,
)
AT_LEAST_ONE_STEP = Assumption("at_least_one_step", "there is at least one step", r"T\ge1", _at_least_one_step)

WIDE = (
    ONE_RECURRENT_LAYER,
    VANILLA_CELL,
    GAUSSIAN_RECURRENT_WEIGHTS,
    WHITE_INPUTS,
    GAUSSIAN_RECURRENT_BIASES,
    AT_LEAST_ONE_STEP,
    BOUNDED_SLOPE,
)


@theorem(
    about=Recurrence,
    assumptions=WIDE,
    mutant=lambda claim: replace(claim, bound=claim.bound.subs(STEPS, STEPS + 1)),
    example=lambda: rnn(width=32, steps=3, weight_var=sp.Rational(1, 2), bias_var=sp.Rational(1, 4)),
)
def mean_square_gradient_tendsto_pow_mean_square_gain_over_time(network: Recurrence) -> Claim:
    r"""In a wide random recurrent network every step multiplies the squared gradient by a gain, tied weights or fresh.

    **Statement.** :math:`\lVert g_0\rVert^2/\lVert g_T\rVert^2\to\prod_t\chi(q_t)=(\sigma_w^2\,\mathbb E\varphi'^2)^T` as
    the width grows, with :math:`\chi(q)=\sigma_w^2\,\mathbb E\varphi'(\sqrt q\zeta)^2`,
    :math:`q_{t+1}=\sigma_w^2\,\mathbb E\varphi(\sqrt{q_t}\zeta)^2+\sigma^2` and :math:`\sigma^2` the variance that inputs
    and biases add; :math:`\mathbb E\varphi'^2` is the geometric mean over the steps. In the long run
    :math:`\tfrac12\ln\chi(q^*)` is the largest Lyapunov exponent: see ``lyapunov_exponent``.

    **Assumptions.** one_recurrent_layer, vanilla_cell, gaussian_recurrent_weights, white_inputs,
    gaussian_recurrent_biases, at_least_one_step, bounded_slope. The gradient at the output must not depend on the weights.

    **Derivation.** The steps are those of a feed-forward network with as many layers. That its layers are fresh is not
    needed: given all states, what a gradient that does not depend on them correlates with has mean zero, so that entries of
    :math:`R^\top d` have variance :math:`\sigma_w^2\lVert d\rVert^2/n` with one matrix as well. The activation need not be
    odd, and biases may be tied too.

    **Tightness.** Exact in the limit, for a fixed number of steps. One matrix has no such limit where the steps are not few
    beside the root of the width.

    **Source.** Molgedey, Schuchhardt and Schuster 1992; Yang 2019, 2020.

    See Also
    --------
    mean_square_gradient_eq_wick_sum_of_tied_weights : how far from it one matrix is at finite width

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.rnn(width=64, steps=10, activation="relu", weight_var=2)
    >>> sg.theorems.claim("mean_square_gradient_tendsto_pow_mean_square_gain_over_time", net).valued()
    1
    """
    twin, bound = unrolled(network), (WEIGHT_VAR * SLOPE_SQUARE) ** STEPS
    known = (WEIGHT_VAR, recurrent_weight_var(network)), (STEPS, network.steps)
    return Claim(
        name="mean_square_gradient_tendsto_pow_mean_square_gain_over_time",
        subject=str(network),
        quantity=mean_square_gradient(0).in_time(),
        relation=Relation.TENDSTO,
        bound=bound,
        mode=AsWidthGrows(1 / WIDTH),
        assumptions=WIDE,
        derivation=gradient_steps(bound, Axis.TIME, _SHARING),
        sources=(cite("molgedey_1992"), _SHARING, cite("yang_2020", "Theorem 7.2")),
        tightness=Tightness(TightnessKind.EXACT, "in the limit, for a fixed number of steps, few beside the root of n"),
        values=(*known, *enclosed(twin, SLOPE_SQUARE, slope_mean_square)),
        particulars=() if is_general(twin, SLOPE_SQUARE) else (Particular(SLOPE_SQUARE, (WEIGHT_VAR, STEPS)),),
    )
