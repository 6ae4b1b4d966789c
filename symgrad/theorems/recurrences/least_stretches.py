"""What a gradient through time cannot fall below: units that are steep everywhere, and weights that shrink nothing away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import sympy as sp

from ...claims import (
    Always,
    Claim,
    Fact,
    Induction,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    gradient_norm,
    symbol,
)
from ...networks import Recurrence, rnn
from ..registries import theorem
from .hypotheses import KNOWN_LEAST_STRETCH, ONE_RECURRENT_LAYER, STEEP_EVERYWHERE, VANILLA_CELL
from .rates import least_stretch, smallest_slope

__all__ = ["gradient_norm_ge_pow_of_least_stretch"]

LEAST, FLATTEST, STEPS = symbol("recurrent_least_stretch"), symbol("smallest_slope"), symbol("steps")
_LAG = display("k", integer=True, nonnegative=True)
_ASSUMED = (ONE_RECURRENT_LAYER, VANILLA_CELL, STEEP_EVERYWHERE, KNOWN_LEAST_STRETCH)


def _norm(text: str) -> sp.Expr:
    return display(rf"\lVert {text}\rVert", nonnegative=True)


def _steps() -> tuple[Step, ...]:
    slope, entry = display("|d_i|", nonnegative=True), display("|g_i|", nonnegative=True)
    no_flatter = Fact(FLATTEST, Relation.LE, slope, "no slope is smaller")
    sloped, stretched = _norm("D_t g"), _norm(r"R^\top D_t g")
    unit = Step(
        FLATTEST * entry,
        Relation.LE,
        slope * entry,
        "no slope is smaller, so in every unit",
        Symbolic((no_flatter,), (entry,)),
    )
    in_length = Fact(FLATTEST * _norm("g"), Relation.LE, sloped, "the slopes, in every unit: squares add up")
    least = Fact(LEAST * sloped, Relation.LE, stretched, "a square matrix and its transpose shrink alike")
    one = Step(
        FLATTEST * LEAST * _norm("g"),
        Relation.LE,
        stretched,
        "one step back: nothing shrinks by more than the smallest singular value",
        Symbolic((in_length, least), (LEAST, sp.S.One)),
    )
    ratio = display(r"\frac{\lVert g_{T-#}\rVert}{\lVert g_T\rVert}", _LAG, nonnegative=True)
    power = FLATTEST**_LAG * LEAST**_LAG
    back = one.at({stretched: ratio, _norm("g"): ratio.xreplace({_LAG: _LAG - 1})}, "the line above, at that lag")
    last = Fact(ratio.xreplace({_LAG: sp.S.Zero}), Relation.EQ, sp.S.One, "at the last step itself")
    every = Step(
        power,
        Relation.LE,
        ratio,
        "induction over the lag",
        Induction(_LAG, sp.S.Zero, Symbolic((last,)), Symbolic((back,), (FLATTEST * LEAST, sp.S.One))),
    )
    whole = {_LAG: STEPS}
    end = Symbolic((every.at(whole),), (sp.S.One,))
    return unit, one, every, Step(ratio.xreplace(whole), Relation.GE, power.xreplace(whole), "at the first state", end)


def _forgetful(claim: Claim) -> Claim:
    """Forget what the weights of one step may take away."""
    return replace(claim, bound=claim.bound / LEAST)


def _linear_unit() -> Recurrence:
    return rnn(steps=5, activation="identity", weights={"weight_ih_l0": np.ones((1, 1)), "weight_hh_l0": [[0.5]]})


@theorem(assumptions=_ASSUMED, mutant=_forgetful, example=_linear_unit, about=Recurrence)
def gradient_norm_ge_pow_of_least_stretch(network: Recurrence) -> Claim:
    r"""Through time, a gradient falls in a step by at most the smallest slope times the smallest singular value.

    **Statement.** :math:`\lVert g_0\rVert/\lVert g_T\rVert\ge(\gamma_{\min}s_{\min}(R))^T` for every input, with
    :math:`\gamma_{\min}=\inf|\varphi'|`. It says nothing of saturating units, whose :math:`\gamma_{\min}` is zero.

    **Assumptions.** one_recurrent_layer, vanilla_cell, steep_everywhere, known_least_stretch.

    **Derivation.** A diagonal matrix of slopes shrinks by at most the smallest one, a square matrix and its transpose by
    at most the smallest singular value; induction over the lag.

    **Tightness.** Attained by linear units with orthogonal weights, where the bound from above is the same number.

    **Source.** Horn and Johnson 1991, section 3.3, for the singular values of a product.

    See Also
    --------
    jacobian_norm_le_pow_of_recurrent_weights : from above

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.rnn(width=64, steps=10, activation="leaky_relu", law="orthogonal", weight_var=4)
    >>> sg.theorems.claim("gradient_norm_ge_pow_of_least_stretch", net).subs(smallest_slope=1).valued()
    1024
    """
    return Claim(
        name="gradient_norm_ge_pow_of_least_stretch",
        subject=str(network),
        quantity=gradient_norm(0).in_time(),
        relation=Relation.GE,
        bound=FLATTEST**STEPS * LEAST**STEPS,
        mode=Always(),
        assumptions=_ASSUMED,
        derivation=_steps(),
        sources=(cite("horn_johnson_1991", "section 3.3"),),
        tightness=Tightness(TightnessKind.ATTAINED, "by linear units with orthogonal weights"),
        premises=(network.activations[0].slope_inf, network.activations[0].slope_sup),
        values=((FLATTEST, smallest_slope(network)), (LEAST, least_stretch(network)), (STEPS, network.steps)),
    )
