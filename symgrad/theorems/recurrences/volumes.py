"""Volumes: a recurrence that shrinks the volume of what it carries forgets some direction, whatever it keeps of others."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import sympy as sp

from ...claims import (
    Always,
    Assumption,
    Claim,
    Fact,
    Holding,
    Induction,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    no,
    symbol,
    volume_growth,
    yes,
)
from ...networks import GivenWeights, IdentityWeights, OrthogonalWeights, Recurrence, rnn
from ...rigor import determinant
from ..hypotheses import BOUNDED_SLOPE
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER, VANILLA_CELL
from .rates import largest_slope, recurrent_law

__all__ = ["volume_growth_le_pow_of_determinant"]

GAMMA, VOLUME, WIDTH = symbol("lipschitz"), symbol("recurrent_volume"), symbol("width")
STEPS, STEP = symbol("steps"), symbol("step")
_LARGEST = 200  # units up to which an exact determinant is worth its time


def _volume(network: Recurrence) -> sp.Expr:
    """Return the determinant of the recurrent weights, in absolute value."""
    law, width = recurrent_law(network), network.layers[0].width
    if isinstance(law, GivenWeights):
        return _exact(law)
    return (sp.Abs(law.gain) if isinstance(law, IdentityWeights) else sp.sqrt(law.weight_var)) ** width


@cache
def _exact(law: GivenWeights) -> sp.Rational:
    return sp.Abs(determinant(law.array))


def _known_volume(network: Recurrence) -> Holding:
    law, width = recurrent_law(network), network.layers[0].width
    if not width.is_Integer or width > _LARGEST:
        return no(f"the width is {width}, and only numbers up to {_LARGEST} are tried")
    if not isinstance(law, GivenWeights | IdentityWeights | OrthogonalWeights):
        return no(f"the determinant of {law.words} is a matter of chance; give the weights")
    return yes("the determinant of the recurrent weights is known")


KNOWN_VOLUME = Assumption(
    "known_volume", "the determinant of the recurrent weights is known", r"|\det R|\text{ known}", _known_volume
)
_ASSUMED = (ONE_RECURRENT_LAYER, VANILLA_CELL, BOUNDED_SLOPE, KNOWN_VOLUME)


def _steps(bound: sp.Expr) -> tuple[Step, ...]:
    slope, unit = display(r"|\varphi'(a_i)|", nonnegative=True), display("i", integer=True, nonnegative=True)
    slopes, volume = display(r"\pi_{#}", unit, nonnegative=True), display(r"|\det J_{#:0}|", STEP, nonnegative=True)
    largest = Fact(slope, Relation.LE, GAMMA, "no slope exceeds the largest one")
    one_more = Fact(slopes, Relation.EQ, slope * slopes.xreplace({unit: unit - 1}), "the product of the slopes so far")
    none = Fact(slopes.xreplace({unit: sp.S.Zero}), Relation.EQ, sp.S.One, "no unit")
    before = slopes.xreplace({unit: unit - 1})
    ground = Induction(unit, sp.S.Zero, Symbolic((none,)), Symbolic((one_more, largest), (GAMMA, before)))
    product = Step(slopes, Relation.LE, GAMMA**unit, "induction over the units", ground)
    all_units = product.at({unit: WIDTH})
    earlier, factor = volume.xreplace({STEP: STEP - 1}), GAMMA**WIDTH * VOLUME
    multiplied = Fact(volume, Relation.EQ, all_units.before * VOLUME * earlier, "determinants multiply: det D_t det R")
    identity = Fact(volume.xreplace({STEP: sp.S.Zero}), Relation.EQ, sp.S.One, "the identity")
    each = Symbolic((multiplied, all_units), (factor, VOLUME * earlier))
    every = Step(
        volume,
        Relation.LE,
        factor**STEP,
        "induction over the steps",
        Induction(STEP, sp.S.Zero, Symbolic((identity,)), each),
    )
    end = Symbolic((every.at({STEP: STEPS}),), (sp.S.One,))
    return product, every, Step(volume.xreplace({STEP: STEPS}), Relation.LE, bound, "at the last step", end)


def _one_slope(claim: Claim) -> Claim:
    """Let one slope stand for those of all units."""
    return replace(claim, bound=GAMMA**STEPS * VOLUME**STEPS)


def _turning_pair() -> Recurrence:
    """Return two units of slope two throughout, whose weights turn: volumes are exact."""
    weights = {"weight_ih_l0": np.eye(2), "weight_hh_l0": np.array([[0.0, -0.75], [0.75, 0.0]])}
    return rnn(steps=6, activation="2*x", weights=weights)


@theorem(assumptions=_ASSUMED, mutant=_one_slope, example=_turning_pair, about=Recurrence)
def volume_growth_le_pow_of_determinant(network: Recurrence) -> Claim:
    r"""Through time, volumes grow in a step by at most the determinant of the weights times the slopes of all units.

    **Statement.** :math:`|\det J_{T:0}|=|\det R|^T\prod_{t,i}|\varphi'(a_{t,i})|\le(\gamma^n|\det R|)^T`. Since
    :math:`s_{\min}(J_{T:0})^n\le|\det J_{T:0}|`, some direction is forgotten at a rate of at least
    :math:`\gamma|\det R|^{1/n}`, even where the norm explodes.

    **Assumptions.** one_recurrent_layer, vanilla_cell, bounded_slope, known_volume.

    **Derivation.** Determinants multiply; that of the slopes is their product, none of which exceeds the largest;
    induction over the units and over the steps.

    **Tightness.** Attained by units at rest at the steepest point.

    **Source.** Horn and Johnson 1991, section 3.3.

    See Also
    --------
    jacobian_norm_le_pow_of_recurrent_weights : the direction that is kept best

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.eye(2), "weight_hh_l0": np.array([[4.0, 1.0], [7.75, 2.0]])}
    >>> net = sg.rnn(steps=10, weights=weights)
    >>> sg.theorems.claim("volume_growth_le_pow_of_determinant", net).valued()
    1/1048576
    """
    width = network.layers[0].width
    bound = (GAMMA**WIDTH * VOLUME) ** STEPS
    return Claim(
        name="volume_growth_le_pow_of_determinant",
        subject=str(network),
        quantity=volume_growth(STEPS, int(width)).in_time(),
        relation=Relation.LE,
        bound=bound,
        mode=Always(),
        assumptions=_ASSUMED,
        derivation=_steps(bound),
        sources=(cite("horn_johnson_1991", "section 3.3"),),
        tightness=Tightness(TightnessKind.ATTAINED, "by units at rest at the steepest point"),
        premises=(network.activations[0].lipschitz,),
        values=((GAMMA, largest_slope(network)), (VOLUME, _volume(network)), (WIDTH, width), (STEPS, network.steps)),
    )
