"""The mean squared gradient of a linear network with fresh Gaussian weights, exact at every width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import sympy as sp

from ...claims import (
    Claim,
    Fact,
    Induction,
    InMean,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    mean_square_gradient,
    symbol,
)
from ...networks import Recurrence, rnn
from ..registries import theorem
from .hypotheses import FRESH_WEIGHTS, GAUSSIAN_RECURRENT_WEIGHTS, ONE_RECURRENT_LAYER, VANILLA_CELL
from .linear_hypotheses import LINEAR_ACTIVATION
from .unrollings import recurrent_weight_var

__all__ = ["mean_square_gradient_eq_pow_weight_var_of_fresh_weights"]

WEIGHT_VAR, STEPS, WIDTH = symbol("weight_var"), symbol("steps"), symbol("width")
_FRESH = (ONE_RECURRENT_LAYER, VANILLA_CELL, LINEAR_ACTIVATION, GAUSSIAN_RECURRENT_WEIGHTS, FRESH_WEIGHTS)
_PRODUCTS = cite("newman_1986")


@theorem(
    about=Recurrence,
    assumptions=_FRESH,
    mutant=lambda claim: replace(claim, bound=claim.bound.subs(STEPS, STEPS + 1)),
    example=lambda: rnn(width=16, steps=3, activation="identity", weight_var=2, tied=False),
)
def mean_square_gradient_eq_pow_weight_var_of_fresh_weights(network: Recurrence) -> Claim:
    r"""With fresh Gaussian weights at every step a linear network multiplies the mean squared gradient by their variance.

    **Statement.** :math:`\mathbb E\lVert g_0\rVert^2/\lVert g_T\rVert^2=\sigma_w^{2T}` at every width.

    **Assumptions.** one_recurrent_layer, vanilla_cell, linear_activation, gaussian_recurrent_weights, fresh_weights. The
    gradient at the output must not depend on the weights.

    **Derivation.** Given the steps after it, each of the n entries of :math:`R^\top g` has the variance
    :math:`\sigma_w^2\lVert g\rVert^2/n`; induction over the steps, from the last one back.

    **Tightness.** Exact; the typical gradient lies below by a factor :math:`e^{-T/n}`, about.

    **Source.** Newman 1986.

    See Also
    --------
    mean_square_gradient_eq_wick_sum_of_tied_weights : one matrix for all steps

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.rnn(width=4, steps=3, activation="identity", weight_var=2, tied=False)
    >>> sg.theorems.claim("mean_square_gradient_eq_pow_weight_var_of_fresh_weights", net).valued()
    8
    """
    bound = WEIGHT_VAR**STEPS
    return Claim(
        name="mean_square_gradient_eq_pow_weight_var_of_fresh_weights",
        subject=str(network),
        quantity=mean_square_gradient(0).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=InMean(),
        assumptions=_FRESH,
        derivation=(*_fresh_step(), *_through_the_steps(_mean_square, WEIGHT_VAR, bound)),
        sources=(_PRODUCTS,),
        tightness=Tightness(TightnessKind.EXACT, "at every width; the typical gradient lies below by exp(-T/n), about"),
        values=((WEIGHT_VAR, recurrent_weight_var(network)), (STEPS, network.steps)),
    )


def _mean_square(back: sp.Expr) -> sp.Expr:
    return display(r"\mathbb{E}\lVert g_{#}\rVert^2", STEPS - back, nonnegative=True)


def _fresh_step() -> tuple[Step, ...]:
    entry, unit = display(r"\mathbb{E}\lVert g_t\rVert^2", nonnegative=True), sp.Symbol("i", integer=True)
    return (
        Step(
            sp.Sum(WEIGHT_VAR / WIDTH * entry, (unit, 1, WIDTH)),
            Relation.EQ,
            WEIGHT_VAR * entry,
            "given the steps after it, each of the n entries of the gradient before it is a sum of n weights times g_t",
            Symbolic(),
        ),
    )


def _through_the_steps(size: Callable[[sp.Expr], sp.Expr], factor: sp.Expr, bound: sp.Expr) -> tuple[Step, ...]:
    """Multiply by a factor in each step back from the last one, where the gradient has norm one."""
    back = symbol("step")
    start = Fact(size(sp.S.Zero), Relation.EQ, sp.S.One, "the gradient at the output is scaled to norm one")
    grow = Fact(size(back), Relation.EQ, factor * size(back - 1), "the factor of a step, as above")
    all_steps = Step(
        size(back),
        Relation.EQ,
        factor**back,
        "induction over the steps, from the last one back",
        Induction(back, sp.S.Zero, Symbolic((start,)), Symbolic((grow,))),
    )
    first = size(STEPS)
    return all_steps, Step(first, Relation.EQ, bound, "at the initial state", Symbolic((all_steps.at({back: STEPS}),)))
