"""Orthogonal weights: they keep the length of every gradient, where the units are linear."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...activations import activation
from ...claims import (
    Always,
    Assumption,
    Claim,
    Fact,
    Holding,
    Induction,
    Norm,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    gradient_norm,
    no,
    symbol,
    yes,
)
from ...networks import GivenWeights, IdentityWeights, OrthogonalWeights, Recurrence, rnn
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER, VANILLA_CELL
from .rates import RECURRENT_NORMS, recurrent_law, recurrent_norm

__all__ = ["LINEAR_UNITS", "gradient_norm_eq_pow_of_orthogonal_weights", "square_ratio"]

STEPS, WEIGHT = symbol("steps"), RECURRENT_NORMS[Norm.SPECTRAL]
_LAG = display("k", integer=True, nonnegative=True)


def square_ratio(lag: sp.Expr) -> sp.Expr:
    """Return the squared norm of the gradient so many steps before the last, relative to that at the output."""
    return display(r"\frac{\lVert g_{T-#}\rVert^2}{\lVert g_T\rVert^2}", lag, nonnegative=True)


_RATIO = square_ratio(_LAG)


def _linear_units(network: Recurrence) -> Holding:
    (phi,) = network.activations
    return yes("the units are linear") if phi == activation("identity") else no(f"the units are {phi.name}, not linear")


def _orthogonal(network: Recurrence) -> Holding:
    law = recurrent_law(network)
    if isinstance(law, OrthogonalWeights | IdentityWeights):
        return yes("the weights are orthogonal")
    return no("the weights are given as floats" if isinstance(law, GivenWeights) else f"the law is {law.words}")


LINEAR_UNITS = Assumption("linear_units", "the units are linear", r"\varphi(x)=x", _linear_units)
ORTHOGONAL_WEIGHTS = Assumption(
    "orthogonal_weights", "the recurrent weights are a multiple of orthogonal ones", r"RR^\top=\sigma^2I", _orthogonal
)


def _turned_steps(bound: sp.Expr) -> tuple[Step, ...]:
    back, vector = (display(rf"\lVert {text}\rVert^2", nonnegative=True) for text in (r"R^\top g", "g"))
    inner = display(r"g^\top RR^\top g", nonnegative=True)
    facts = (
        Fact(back, Relation.EQ, inner, "the square of a length"),
        Fact(inner, Relation.EQ, WEIGHT**2 * vector, "R times its transpose is a multiple of the identity"),
    )
    one = Step(back, Relation.EQ, WEIGHT**2 * vector, "one step back through linear units", Symbolic(facts))
    here = one.at({back: _RATIO, vector: _RATIO.xreplace({_LAG: _LAG - 1})}, "the line above, at that lag")
    last = Fact(_RATIO.xreplace({_LAG: sp.S.Zero}), Relation.EQ, sp.S.One, "at the last step itself")
    ground = Induction(_LAG, sp.S.Zero, Symbolic((last,)), Symbolic((here,)))
    every = Step(_RATIO, Relation.EQ, WEIGHT ** (2 * _LAG), "induction over the lag", ground)
    first = every.at({_LAG: STEPS})
    root = Step(sp.sqrt(first.before), Relation.EQ, bound, "take the root, at the first state", Symbolic((first,)))
    return one, every, root


def _halved(claim: Claim) -> Claim:
    """Lose a step."""
    return replace(claim, bound=WEIGHT ** (STEPS + 1))


_TURNED = (ONE_RECURRENT_LAYER, VANILLA_CELL, LINEAR_UNITS, ORTHOGONAL_WEIGHTS)


@theorem(
    assumptions=_TURNED,
    mutant=_halved,
    example=lambda: rnn(width=5, steps=6, activation="identity", law="orthogonal", weight_var=sp.Rational(1, 4)),
    about=Recurrence,
)
def gradient_norm_eq_pow_of_orthogonal_weights(network: Recurrence) -> Claim:
    r"""With orthogonal weights every gradient through time keeps its length, if the units are linear.

    **Statement.** :math:`\lVert g_0\rVert/\lVert g_T\rVert=\sigma^T` where all singular values of :math:`R` are
    :math:`\sigma`: an isometry for :math:`\sigma=1`. Units with slopes below one shorten it, so tanh does not explode
    and does vanish; see the norm power.

    **Assumptions.** one_recurrent_layer, vanilla_cell, linear_units, orthogonal_weights.

    **Derivation.** :math:`\lVert R^\top g\rVert^2=g^\top RR^\top g=\sigma^2\lVert g\rVert^2`; induction over the lag.

    **Tightness.** Exact, for every gradient.

    **Source.** Arjovsky, Shah and Bengio 2016.

    See Also
    --------
    jacobian_norm_le_pow_of_recurrent_weights : units that are not linear

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.rnn(width=32, steps=10**6, activation="identity", law="orthogonal")
    >>> sg.theorems.claim("gradient_norm_eq_pow_of_orthogonal_weights", net).valued()
    1
    """
    bound = WEIGHT**STEPS
    return Claim(
        name="gradient_norm_eq_pow_of_orthogonal_weights",
        subject=str(network),
        quantity=gradient_norm(0).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=Always(),
        assumptions=_TURNED,
        derivation=_turned_steps(bound),
        sources=(cite("arjovsky_2016"),),
        tightness=Tightness(TightnessKind.EXACT, "for every gradient"),
        values=((WEIGHT, recurrent_norm(network, Norm.SPECTRAL)), (STEPS, network.steps)),
    )
