"""Antisymmetric weights: steps of Euler's method along them never shorten a gradient, and leave the circle without damping."""

from __future__ import annotations

from dataclasses import replace

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
    mean_square_gradient,
    no,
    symbol,
    yes,
)
from ...networks import CELLS, AntisymmetricWeights, GivenWeights, Recurrence, recurrence
from ...rigor import spectral_norm
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER
from .isometries import LINEAR_UNITS, square_ratio
from .kept_states import KEPT_STATE, shares
from .rates import recurrent_law

__all__ = [
    "mean_square_gradient_ge_pow_of_antisymmetric_weights",
    "mean_square_gradient_le_pow_of_antisymmetric_weights",
    "turning_pair",
]

STEPS = symbol("steps")
KEPT, NEW, DAMPING, TURNING = (symbol(name) for name in ("kept_share", "new_share", "damping", "turning_norm"))
_LAG = display("k", integer=True, nonnegative=True)
_RATIO = square_ratio(_LAG)


def _parts(network: Recurrence) -> tuple[sp.Expr, sp.Expr | None] | None:
    """Return the damping, and the norm of the antisymmetric part where the weights are given."""
    law = recurrent_law(network)
    if isinstance(law, AntisymmetricWeights):
        return law.damping, None
    if not isinstance(law, GivenWeights):
        return None
    matrix, damping = law.array, -law.array[0, 0]
    turning = matrix + damping * np.eye(len(matrix))
    if damping < 0 or (turning + turning.T).any() or np.diagonal(turning).any():
        return None
    return sp.Rational(*float(damping).as_integer_ratio()), spectral_norm(turning).upper


def _antisymmetric(network: Recurrence) -> Holding:
    if _parts(network) is None:
        return no("the recurrent weights are not antisymmetric with one number on the diagonal")
    return yes("the recurrent weights are antisymmetric, but for a damping")


def _given_turning(network: Recurrence) -> Holding:
    given = isinstance(recurrent_law(network), GivenWeights)
    return (
        yes("the weights are given")
        if given
        else no("the antisymmetric weights are drawn, and their norm is not known")
    )


ANTISYMMETRIC_WEIGHTS = Assumption(
    "antisymmetric_weights",
    "the recurrent weights are antisymmetric but for a damping",
    r"R=A-\mu I,\ A^\top=-A,\ \mu\ge0",
    _antisymmetric,
)
GIVEN_TURNING = Assumption(
    "given_turning", "the antisymmetric weights are given numbers", r"A\text{ given}", _given_turning
)


_CENTRE = KEPT - NEW * DAMPING  # what a step does along itself: J = (p - α κ) I + α A


def _antisymmetric_step(turned: sp.Expr) -> Step:
    """|J v|^2 = (p - α κ)^2 |v|^2 + α^2 |A v|^2: a vector is orthogonal to what an antisymmetric matrix makes of it."""
    image, vector = (display(rf"\lVert {text}\rVert^2", nonnegative=True) for text in ("Jv", "v"))
    across = display(r"\langle v,Av\rangle", real=True)
    facts = (
        Fact(
            image,
            Relation.EQ,
            _CENTRE**2 * vector + 2 * _CENTRE * NEW * across + NEW**2 * turned,
            "the square of a sum, with J = (p - ακ) I + α A",
        ),
        Fact(across, Relation.EQ, sp.S.Zero, "it is its own negative"),
    )
    after = _CENTRE**2 * vector + NEW**2 * turned
    return Step(image, Relation.EQ, after, "what A makes of a vector is orthogonal to it", Symbolic(facts))


def _antisymmetric_steps(bound: sp.Expr, relation: Relation) -> tuple[Step, ...]:
    """From the last step back: the transpose of a step, (p - α κ) I - α A, stretches like the step itself."""
    vector, turned = (display(rf"\lVert {text}\rVert^2", nonnegative=True) for text in ("v", "Av"))
    split, square = _antisymmetric_step(turned), display("m", nonnegative=True)
    damped = Fact(_CENTRE**2, Relation.EQ, square, "definition of m")
    if relation is Relation.GE:
        ground = Symbolic((damped, split.at()))
        one = Step(square * vector, Relation.LE, split.before, "the second square is not negative", ground)
    else:
        damped = replace(damped, after=square - NEW**2 * TURNING**2)
        largest = Fact(turned, Relation.LE, TURNING**2 * vector, "definition of the norm of A")
        ground = Symbolic((damped, split.at(), largest), (NEW**2,))
        one = Step(split.before, Relation.LE, square * vector, "the norm of A in the second square", ground)
    here = one.at({split.before: _RATIO, vector: _RATIO.xreplace({_LAG: _LAG - 1})}, "the line above, one step back")
    last = Fact(_RATIO.xreplace({_LAG: sp.S.Zero}), Relation.EQ, sp.S.One, "at the last step itself")
    sides = (square**_LAG, _RATIO) if relation is Relation.GE else (_RATIO, square**_LAG)
    ground_of_all = Induction(_LAG, sp.S.Zero, Symbolic((last,)), Symbolic((here,), (square, sp.S.One)))
    every = Step(sides[0], Relation.LE, sides[1], "induction over the lag", ground_of_all)
    named = Fact(
        square, Relation.EQ, _CENTRE**2 + (0 if relation is Relation.GE else NEW**2 * TURNING**2), "the letter m"
    )
    end = Symbolic((named, every.at({_LAG: STEPS})), (sp.S.One,))
    return split, one, every, Step(_RATIO.xreplace({_LAG: STEPS}), relation, bound, "at the first state", end)


def _antisymmetric_claim(network: Recurrence, name: str, relation: Relation, tightness: Tightness) -> Claim:
    (kept, new), (damping, turning) = shares(network) or (sp.S.One, sp.S.One), _parts(network) or (sp.S.Zero, None)
    bound = _CENTRE ** (2 * STEPS) if relation is Relation.GE else (_CENTRE**2 + NEW**2 * TURNING**2) ** STEPS
    values = ((KEPT, kept), (NEW, new), (DAMPING, damping), (STEPS, network.steps))
    return Claim(
        name=name,
        subject=str(network),
        quantity=mean_square_gradient(0).in_time(),
        relation=relation,
        bound=bound,
        mode=Always(),
        assumptions=_SKEW if relation is Relation.GE else _SKEW_GIVEN,
        derivation=_antisymmetric_steps(bound, relation),
        sources=(cite("chang_2019", "section 3"),),
        tightness=tightness,
        values=values if turning is None else (*values, (TURNING, turning)),
    )


def turning_pair(turning: float = 0.5, damping: float = 0.25, steps: int = 6) -> Recurrence:
    """Return two linear units that turn, in steps of a fifth of Euler's method."""
    matrix = np.array([[-damping, -turning], [turning, -damping]])
    weights = {"weight_ih_l0": np.eye(2), "weight_hh_l0": matrix}
    return recurrence(CELLS["euler"]("identity", 0.2), steps=steps, weights=weights)


def _undamped(claim: Claim) -> Claim:
    """Forget the damping."""
    return replace(claim, bound=claim.bound.xreplace({DAMPING: sp.S.Zero}))


def _unturned(claim: Claim) -> Claim:
    """Forget that a step along a tangent leaves the circle."""
    return replace(claim, bound=_CENTRE ** (2 * STEPS))


_SKEW = (ONE_RECURRENT_LAYER, KEPT_STATE, LINEAR_UNITS, ANTISYMMETRIC_WEIGHTS)
_SKEW_GIVEN = (*_SKEW, GIVEN_TURNING)


@theorem(assumptions=_SKEW, mutant=_undamped, example=turning_pair, about=Recurrence)
def mean_square_gradient_ge_pow_of_antisymmetric_weights(network: Recurrence) -> Claim:
    r"""Steps of Euler's method along antisymmetric weights never shorten a gradient, but for what is damped.

    **Statement.** For linear units, :math:`h_t=p\,h_{t-1}+\alpha(Rh_{t-1}+\dots)` and :math:`R=A-\mu I`,
    :math:`\lVert g_0\rVert^2/\lVert g_T\rVert^2\ge(p-\alpha\mu)^{2T}`; without damping, and with :math:`p=1`, it is at
    least 1, and larger for all gradients but those that A does not turn.

    **Assumptions.** one_recurrent_layer, kept_state, linear_units, antisymmetric_weights.

    **Derivation.** :math:`\lVert Jv\rVert^2=(p-\alpha\mu)^2\lVert v\rVert^2+\alpha^2\lVert Av\rVert^2`, since
    :math:`\langle v,Av\rangle=0`; the second square is not negative; induction over the lag.

    **Tightness.** Attained by gradients that A does not turn; there are some where the width is odd.

    **Source.** Chang, Chen, Haber and Chi 2019, section 3, for the cell and its damping.

    See Also
    --------
    mean_square_gradient_le_pow_of_antisymmetric_weights : how much a step lengthens

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.recurrence(sg.networks.CELLS["euler"]("identity", 0.1), width=8, steps=100, law="antisymmetric")
    >>> sg.theorems.claim("mean_square_gradient_ge_pow_of_antisymmetric_weights", net).valued()
    1
    """
    tightness = Tightness(TightnessKind.ATTAINED, "by gradients that A does not turn")
    name = "mean_square_gradient_ge_pow_of_antisymmetric_weights"
    return _antisymmetric_claim(network, name, Relation.GE, tightness)


@theorem(assumptions=_SKEW_GIVEN, mutant=_unturned, example=turning_pair, about=Recurrence)
def mean_square_gradient_le_pow_of_antisymmetric_weights(network: Recurrence) -> Claim:
    r"""Steps of Euler's method along antisymmetric weights leave the circle, unless the damping makes up for it.

    **Statement.** For linear units, :math:`h_t=p\,h_{t-1}+\alpha(Rh_{t-1}+\dots)` and :math:`R=A-\mu I`,
    :math:`\lVert g_0\rVert^2/\lVert g_T\rVert^2\le\bigl((p-\alpha\mu)^2+\alpha^2\lVert A\rVert_2^2\bigr)^T`. With
    :math:`p=1` it does not grow if :math:`\alpha(\mu^2+\lVert A\rVert_2^2)\le2\mu`; without damping it always does.

    **Assumptions.** one_recurrent_layer, kept_state, linear_units, antisymmetric_weights, given_turning.

    **Derivation.** :math:`\lVert Jv\rVert^2=(p-\alpha\mu)^2\lVert v\rVert^2+\alpha^2\lVert Av\rVert^2`, since
    :math:`\langle v,Av\rangle=0`; the norm of A; induction over the lag.

    **Tightness.** Attained by a pair of units.

    **Source.** Chang, Chen, Haber and Chi 2019, section 3, for the cell and the condition.

    See Also
    --------
    mean_square_gradient_ge_pow_of_antisymmetric_weights : from below

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.theorems.recurrences.turnings import turning_pair
    >>> claim = sg.theorems.claim("mean_square_gradient_le_pow_of_antisymmetric_weights", turning_pair(1.0, 0.0))
    >>> round(float(claim.valued()), 6) == round(1.04**6, 6)
    True
    """
    tightness = Tightness(TightnessKind.ATTAINED, "by a pair of units")
    name = "mean_square_gradient_le_pow_of_antisymmetric_weights"
    return _antisymmetric_claim(network, name, Relation.LE, tightness)
