"""The mean squared gradient of a linear network with one Gaussian matrix at every step, exact at every width."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from ...claims import (
    Always,
    Assumption,
    Certified,
    Claim,
    Fact,
    Holding,
    InMean,
    Measurable,
    Particular,
    Quantity,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    exact,
    mean_square_gradient,
    no,
    symbol,
    unknown,
    yes,
)
from ...networks import Recurrence, rnn
from ..registries import theorem
from .hypotheses import GAUSSIAN_RECURRENT_WEIGHTS, ONE_RECURRENT_LAYER, TIED_WEIGHTS, VANILLA_CELL
from .isometries import LINEAR_UNITS
from .unrollings import recurrent_weight_var
from .wick_sums import wick_sum

__all__ = ["mean_square_gradient_eq_wick_sum_of_tied_weights", "second_moment_of_power"]

WEIGHT_VAR, STEPS, WIDTH, WICK = symbol("weight_var"), symbol("steps"), symbol("width"), symbol("wick_sum")
_ISSERLIS = cite("isserlis_1918")
MOST_STEPS = 10  # then the words of a Wick sum take a second or two; two steps more take ten times as long


def _few_steps(network: Recurrence) -> Holding:
    steps = network.steps
    if not steps.is_Integer:
        return unknown(f"the number of steps, {steps}, is a symbol; give it a number")
    if steps <= MOST_STEPS:
        return yes(f"there are {steps} steps")
    return no(f"there are {steps} steps, whose pairings are too many; and a few rare draws carry such a mean")


FEW_STEPS = Assumption("few_steps", "there are at most 10 steps", rf"T\le{MOST_STEPS}", _few_steps)
_TIED = (
    ONE_RECURRENT_LAYER,
    VANILLA_CELL,
    LINEAR_UNITS,
    GAUSSIAN_RECURRENT_WEIGHTS,
    TIED_WEIGHTS,
    FEW_STEPS,
)

# ----------------------------------------------------------------------------------------------------------- Wick sums


def second_moment_of_power(power: Any) -> Claim:
    r"""State the mean squared norm of a power of a Gaussian matrix, applied to a unit vector.

    Parameters
    ----------
    power : int
        T, from 0 to 10.

    Returns
    -------
    Claim
        :math:`\mathbb E\lVert G^Tu\rVert^2=p_T(1/n)` for independent centred Gaussian entries of variance 1/n, a polynomial
        with positive whole coefficients.

    Raises
    ------
    ValueError
        If the power is out of range.

    Examples
    --------
    >>> second_moment_of_power(4).bound
    1 + 28/width**2 + 28/width**3 + 48/width**4
    """
    exponent = exact("power", power)
    if not (exponent.is_Integer and 0 <= exponent <= MOST_STEPS):
        raise ValueError(f"power = {power} is out of range; give an integer from 0 to {MOST_STEPS}")
    steps = (*_by_parts(), _paired(int(exponent)))
    return Claim(
        name="wick_sum_eq_sum_over_pairings",
        subject=f"power {exponent} of a Gaussian matrix",
        quantity=Quantity(Measurable.WICK_SUM),
        relation=Relation.EQ,
        bound=steps[-1].after,
        mode=Always(),
        assumptions=(),
        derivation=steps,
        sources=(_ISSERLIS,),
        tightness=Tightness(TightnessKind.EXACT, "at every width"),
    )


def _by_parts() -> tuple[Step, ...]:
    """Integrate by parts under a Gaussian: for exponentials, which generate all polynomials."""
    entry, rate, variance = sp.Symbol("w", real=True), display("s", real=True), display("v", positive=True)
    density = sp.exp(-(entry**2) / (2 * variance)) / sp.sqrt(2 * sp.pi * variance)
    before, after = (sp.Integral(f * sp.exp(rate * entry) * density, (entry, -sp.oo, sp.oo)) for f in (entry, 1))
    reason = "integrate by parts: a Gaussian letter pairs with each other letter in turn, by the variance of an entry"
    return (Step(before, Relation.EQ, variance * rate * after, reason, Symbolic()),)


def _paired(power: int) -> Step:
    reason = "so the mean is a sum over pairings, n for each loop of indices; those that begin alike are summed at once"
    return Step(WICK, Relation.EQ, wick_sum(power), reason, Certified(wick_sum, (power,)))


# ------------------------------------------------------------------------------------------------------------- theorems


@theorem(
    about=Recurrence,
    assumptions=_TIED,
    mutant=lambda claim: replace(claim, bound=claim.bound.subs(WICK, sp.factorial2(2 * STEPS - 1))),
    example=lambda: rnn(width=32, steps=2, activation="identity", weight_var=2),
)
def mean_square_gradient_eq_wick_sum_of_tied_weights(network: Recurrence) -> Claim:
    r"""With one Gaussian matrix at every step the mean squared gradient exceeds that of fresh ones, more with every step.

    **Statement.** :math:`\mathbb E\lVert g_0\rVert^2/\lVert g_T\rVert^2=\sigma_w^{2T}\,p_T(1/n)` with
    :math:`p_2=1+2n^{-2}`, :math:`p_3=1+10n^{-2}+4n^{-3}`, and so on.

    **Assumptions.** one_recurrent_layer, vanilla_cell, linear_units, gaussian_recurrent_weights, tied_weights,
    few_steps. The gradient at the output must not depend on the weights.

    **Derivation.** :math:`g_0=(R^\top)^Tg_T`; a Gaussian mean is the sum over all pairings, each a power of n. The machine
    counts the pairings.

    **Tightness.** Exact at every width. Never use it to tell what a network does over about :math:`\sqrt n` steps or more:
    at every gain the mean diverges with the number of steps, carried by rare draws, while gradients of nearly all draws
    vanish if the spectral radius is below one.

    **Source.** Isserlis 1918.

    See Also
    --------
    mean_square_gradient_eq_pow_weight_var_of_fresh_weights

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.rnn(width=4, steps=3, activation="identity")
    >>> sg.theorems.claim("mean_square_gradient_eq_wick_sum_of_tied_weights", net).valued()
    27/16
    """
    layer = network.layers[0]
    moment = second_moment_of_power(network.steps)
    bound = WEIGHT_VAR**STEPS * WICK
    return Claim(
        name="mean_square_gradient_eq_wick_sum_of_tied_weights",
        subject=str(network),
        quantity=mean_square_gradient(0).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=InMean(),
        assumptions=_TIED,
        derivation=_tied_steps(bound),
        sources=(_ISSERLIS,),
        tightness=Tightness(TightnessKind.EXACT, "at every width, but carried by rare draws from about √n steps on"),
        premises=(moment,),
        values=(
            (WEIGHT_VAR, recurrent_weight_var(network)),
            (STEPS, network.steps),
            (WICK, moment.bound),
            (WIDTH, layer.width),
        ),
        particulars=(Particular(WICK, (STEPS,)),),
    )


def _tied_steps(bound: sp.Expr) -> tuple[Step, ...]:
    norm, mean = display(r"\lVert (G^\top)^Tu\rVert", nonnegative=True), display(r"\mathbb E\lVert g_0\rVert^2")
    scaled = Step(
        (sp.sqrt(WEIGHT_VAR) ** STEPS * norm) ** 2,
        Relation.EQ,
        WEIGHT_VAR**STEPS * norm**2,
        "R = σG with entries of G of variance 1/n, and the gradient is pulled back by its transpose T times",
        Symbolic(),
    )
    square = display(r"\mathbb E\lVert (G^\top)^Tu\rVert^2")
    whole = Fact(mean, Relation.EQ, WEIGHT_VAR**STEPS * square, "the mean of the line above; g_T is scaled to norm one")
    wick = Fact(square, Relation.EQ, WICK, "the Wick sum of T, whose matrix has the law of its transpose")
    return scaled, Step(mean, Relation.EQ, bound, "put in the Wick sum", Symbolic((whole, wick)))
