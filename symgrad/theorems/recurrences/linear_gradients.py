"""The mean squared gradient of a linear network with fresh Gaussian weights, exact at every width."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

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
from .isometries import LINEAR_UNITS
from .kept_states import KEPT_STATE, shares
from .unrollings import recurrent_weight_var

__all__ = [
    "mean_square_gradient_eq_pow_of_fresh_kept_state",
    "mean_square_gradient_eq_pow_weight_var_of_fresh_weights",
]

WEIGHT_VAR, STEPS, WIDTH = symbol("weight_var"), symbol("steps"), symbol("width")
KEPT, NEW = symbol("kept_share"), symbol("new_share")
_FRESH = (ONE_RECURRENT_LAYER, VANILLA_CELL, LINEAR_UNITS, GAUSSIAN_RECURRENT_WEIGHTS, FRESH_WEIGHTS)
_LEAKY = (ONE_RECURRENT_LAYER, KEPT_STATE, LINEAR_UNITS, GAUSSIAN_RECURRENT_WEIGHTS, FRESH_WEIGHTS)
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

    **Assumptions.** one_recurrent_layer, vanilla_cell, linear_units, gaussian_recurrent_weights, fresh_weights. The
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
        derivation=(*_fresh_step(), *_through_the_steps(WEIGHT_VAR, bound)),
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


def _through_the_steps(factor: sp.Expr, bound: sp.Expr) -> tuple[Step, ...]:
    """Multiply by a factor in each step back from the last one, where the gradient has norm one."""
    back = symbol("step")
    start = Fact(_mean_square(sp.S.Zero), Relation.EQ, sp.S.One, "the gradient at the output is scaled to norm one")
    grow = Fact(_mean_square(back), Relation.EQ, factor * _mean_square(back - 1), "the factor of a step, as above")
    all_steps = Step(
        _mean_square(back),
        Relation.EQ,
        factor**back,
        "induction over the steps, from the last one back",
        Induction(back, sp.S.Zero, Symbolic((start,)), Symbolic((grow,))),
    )
    first = _mean_square(STEPS)
    return all_steps, Step(first, Relation.EQ, bound, "at the initial state", Symbolic((all_steps.at({back: STEPS}),)))


def _leaky_step() -> tuple[Step, ...]:
    """One step: the cross term has mean zero, since the weights of the step are independent of the gradient after it."""
    square = display(r"\mathbb{E}\lVert g_t\rVert^2", nonnegative=True)
    image, cross = display(r"\mathbb{E}\lVert R^\top g_t\rVert^2"), display(r"\mathbb{E}\,g_t^\top R^\top g_t")
    fresh = Fact(image, Relation.EQ, WEIGHT_VAR * square, "as for a vanilla network")
    odd = Fact(cross, Relation.EQ, sp.S.Zero, "weights of a step are centred, and independent of the gradient after it")
    before = KEPT**2 * square + 2 * KEPT * NEW * cross + NEW**2 * image
    factor = (KEPT**2 + NEW**2 * WEIGHT_VAR) * square
    return (Step(before, Relation.EQ, factor, "the square of p g + s Rᵀg, in mean", Symbolic((fresh, odd))),)


@theorem(
    about=Recurrence,
    assumptions=_LEAKY,
    mutant=lambda claim: replace(claim, bound=(KEPT + NEW * sp.sqrt(WEIGHT_VAR)) ** (2 * STEPS)),
    example=lambda: rnn(width=48, steps=3, activation="identity", weight_var=2, leak=sp.Rational(1, 2), tied=False),
)
def mean_square_gradient_eq_pow_of_fresh_kept_state(network: Recurrence) -> Claim:
    r"""With fresh weights the mean squares of what is kept and of what is new add up in a linear leaky network.

    **Statement.** :math:`\mathbb E\lVert g_0\rVert^2/\lVert g_T\rVert^2=(p^2+s^2\sigma_w^2)^T` for
    :math:`h_t=p\,h_{t-1}+s(Rh_{t-1}+Wx_t+b)`, at every width: kept at :math:`\sigma_w=\sqrt{1-p^2}/s`.

    **Assumptions.** one_recurrent_layer, kept_state, linear_units, gaussian_recurrent_weights, fresh_weights. With one matrix
    at every step it is false.

    **Derivation.** The cross term has mean zero, since the weights of a step are independent of the gradient after it;
    induction over the steps.

    **Tightness.** Exact. With one matrix at every step what is kept and what is new are correlated: gradients grow from
    :math:`\sigma_w=(1-p)/s` on, where the spectral radius is one. A leaky integrator of rate :math:`s=1-p` is critical at
    gain 1 then, and not at :math:`\sqrt{(2-s)/s}`, which fresh weights say.

    **Source.** Newman 1986.

    See Also
    --------
    mean_square_gradient_eq_pow_weight_var_of_fresh_weights : without a leak

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.rnn(width=4, steps=20, activation="identity", weight_var=3, leak=0.5, tied=False)
    >>> sg.theorems.claim("mean_square_gradient_eq_pow_of_fresh_kept_state", net).valued()
    1
    """
    factor = KEPT**2 + NEW**2 * WEIGHT_VAR
    kept, new = cast("tuple[sp.Expr, sp.Expr]", shares(network))
    return Claim(
        name="mean_square_gradient_eq_pow_of_fresh_kept_state",
        subject=str(network),
        quantity=mean_square_gradient(0).in_time(),
        relation=Relation.EQ,
        bound=factor**STEPS,
        mode=InMean(),
        assumptions=_LEAKY,
        derivation=(*_leaky_step(), *_through_the_steps(factor, factor**STEPS)),
        sources=(_PRODUCTS,),
        tightness=Tightness(TightnessKind.EXACT, "at every width"),
        values=((KEPT, kept), (NEW, new), (WEIGHT_VAR, recurrent_weight_var(network)), (STEPS, network.steps)),
    )
