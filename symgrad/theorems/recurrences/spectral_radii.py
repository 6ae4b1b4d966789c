"""What the spectral radius of the recurrent weights says of a gradient through time: for units that bend, nothing.

A pair of units with nilpotent weights, all of whose eigenvalues are zero, explodes. What is enough for vanishing is a norm
below one, in units that may be rescaled: then even a radius will do, that of the absolute values of the weights.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import sympy as sp

from ...claims import (
    Always,
    Claim,
    Fact,
    Induction,
    Norm,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    jacobian_norm,
    symbol,
)
from ...networks import Recurrence, rnn
from ..hypotheses import BOUNDED_SLOPE
from ..norm_derivations import norm_power_steps
from ..registries import theorem
from .hypotheses import GIVEN_RECURRENT_WEIGHTS, ONE_RECURRENT_LAYER, VANILLA_CELL
from .pairs import RESTING_PAIR, SHORT_SEQUENCE, pair_numbers, resting_pair
from .rates import largest_slope
from .scalings import diagonal_scaling

__all__ = ["jacobian_norm_eq_pow_of_nilpotent_weights", "jacobian_norm_le_pow_of_diagonal_scaling"]

GAMMA, STEPS = symbol("lipschitz"), symbol("steps")
WEIGHT, STATE = symbol("pair_weight"), symbol("resting_state")
PREFACTOR, SCALED = symbol("prefactor"), symbol("scaled_norm")
_SOURCE = cite("pascanu_2013", "section 2.1")


def _rest_steps() -> tuple[Step, ...]:
    """The pair rests: the preactivations are zero and artanh of the state, at which tanh gives the state back."""
    biases = [display(text, real=True) for text in ("b_1", "b_2")]
    values = (WEIGHT * STATE, sp.atanh(STATE) + WEIGHT * STATE)
    reasons = ("the bias of the first unit", "the bias of the second")
    facts = [Fact(b, Relation.EQ, v, why) for b, v, why in zip(biases, values, reasons, strict=True)]
    at_rest = [sp.tanh(b - WEIGHT * STATE) for b in biases]
    return (
        Step(at_rest[0], Relation.EQ, sp.S.Zero, "the first unit rests at zero", Symbolic((facts[0],))),
        Step(at_rest[1], Relation.EQ, STATE, "the second rests at its own state", Symbolic((facts[1],))),
        Step(1 - at_rest[0] ** 2, Relation.EQ, sp.S.One, "so the slope of the first is 1", Symbolic((facts[0],))),
        Step(1 - at_rest[1] ** 2, Relation.EQ, 1 - STATE**2, "and that of the second less", Symbolic((facts[1],))),
    )


def _pull_steps() -> tuple[Step, Step]:
    """The weights have no eigenvalue but zero, and the Jacobian has another one."""
    eigenvalue, first, second = (display(text, complex=True) for text in (r"\lambda", "d_1", "d_2"))
    slopes = (
        Fact(first, Relation.EQ, sp.S.One, "the slope of the first unit"),
        Fact(second, Relation.EQ, 1 - STATE**2, "the slope of the second"),
    )
    polynomial = Step(
        (WEIGHT - eigenvalue) * (-WEIGHT - eigenvalue) + WEIGHT**2,
        Relation.EQ,
        eigenvalue**2,
        "the characteristic polynomial of R: both eigenvalues are zero",
        Symbolic(),
    )
    reason = "J = c d (1, −1), a column of slopes times a row; so J d = c (d₁ − d₂) d"
    return polynomial, Step(WEIGHT * (first - second), Relation.EQ, WEIGHT * STATE**2, reason, Symbolic(slopes))


def _explosion_steps(bound: sp.Expr) -> tuple[Step, ...]:
    polynomial, factor = _pull_steps()
    index = display("t", integer=True, positive=True)
    norm = display(r"\lVert J_{#:0}\rVert_2", index, nonnegative=True)
    one = sp.sqrt(2) * WEIGHT * sp.sqrt(1 + (1 - STATE**2) ** 2)
    once = Fact(
        norm.xreplace({index: sp.S.One}), Relation.EQ, one, "a column times a row: the product of their lengths"
    )
    again = Fact(
        norm, Relation.EQ, factor.before * norm.xreplace({index: index - 1}), "the columns of J are multiples of d"
    )
    every = Step(
        norm,
        Relation.EQ,
        one * (WEIGHT * STATE**2) ** (index - 1),
        "induction over the steps",
        Induction(index, sp.S.One, Symbolic((once,)), Symbolic((again, factor.at()))),
    )
    last = Symbolic((every.at({index: STEPS}),))
    return polynomial, factor, every, Step(norm.xreplace({index: STEPS}), Relation.EQ, bound, "at the last step", last)


def _with_the_radius(claim: Claim) -> Claim:
    """Let a step shrink the gradient, as the eigenvalues do."""
    return replace(claim, bound=claim.bound / (WEIGHT * STATE**2) ** STEPS)


@theorem(assumptions=(RESTING_PAIR, SHORT_SEQUENCE), mutant=_with_the_radius, example=resting_pair, about=Recurrence)
def jacobian_norm_eq_pow_of_nilpotent_weights(network: Recurrence) -> Claim:
    r"""A gradient explodes through time although all eigenvalues of the recurrent weights are zero.

    **Statement.** Two tanh units with :math:`R=c\begin{pmatrix}1&-1\\1&-1\end{pmatrix}`, so :math:`R^2=0`, that rest at
    :math:`h^*=(0,\eta)`, have :math:`J^T=(c\eta^2)^{T-1}J` and
    :math:`\lVert J_{T:0}\rVert_2=(c\eta^2)^{T-1}\,\sqrt2\,c\,\sqrt{1+(1-\eta^2)^2}`, which explodes for
    :math:`c\eta^2>1`.

    **Assumptions.** resting_pair, short_sequence.

    **Derivation.** At rest the slopes are :math:`d=(1,1-\eta^2)`. The two units cancel in R, but not in
    :math:`J=c\,d\,(1,-1)`, since one is flatter: :math:`Jd=c(d_1-d_2)d=c\eta^2d`. Induction over the steps.

    **Tightness.** Exact at rest. A state that explodes in its gradient is not stable: what the biases are off in floating
    point grows like the gradient, so only as many steps are tried as that leaves alone.

    **Source.** Pascanu, Mikolov and Bengio 2013, section 2.1, whose condition it is when it is stated with eigenvalues.

    See Also
    --------
    jacobian_norm_le_pow_of_recurrent_weights : the condition with singular values
    jacobian_norm_le_pow_of_diagonal_scaling : a radius that is enough

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.theorems.recurrences.pairs import resting_pair
    >>> claim = sg.theorems.claim("jacobian_norm_eq_pow_of_nilpotent_weights", resting_pair(weight=8, state=0.5))
    >>> [claim.subs(steps=t).valued() for t in (1, 2, 3)]
    [10*sqrt(2), 20*sqrt(2), 40*sqrt(2)]
    """
    weight, state = pair_numbers(network)
    bound = sp.sqrt(2) * WEIGHT * sp.sqrt(1 + (1 - STATE**2) ** 2) * (WEIGHT * STATE**2) ** (STEPS - 1)
    return Claim(
        name="jacobian_norm_eq_pow_of_nilpotent_weights",
        subject=str(network),
        quantity=jacobian_norm(0).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=Always(),
        assumptions=(RESTING_PAIR, SHORT_SEQUENCE),
        derivation=(*_rest_steps(), *_explosion_steps(bound)),
        sources=(_SOURCE,),
        tightness=Tightness(TightnessKind.EXACT, "at rest, which is not stable: rounding grows like the gradient"),
        values=((WEIGHT, weight), (STATE, state), (STEPS, network.steps)),
        condition=STEPS >= 1,
    )


def _scaling_steps(bound: sp.Expr) -> tuple[Step, ...]:
    lines = norm_power_steps(Norm.SPECTRAL, GAMMA, SCALED, "PRP^{-1}", r"PJ_{#:0}P^{-1}")
    whole, scaled = display(r"\lVert J_{T:0}\rVert_2", nonnegative=True), lines[-1]
    back = Fact(whole, Relation.LE, PREFACTOR * scaled.before, "norms multiply, with C = ‖P⁻¹‖ ‖P‖")
    end = Symbolic((back, scaled.at()), (sp.S.One, PREFACTOR))
    reason = "back to the units as they are; diagonal matrices commute, so P D R P⁻¹ is D times P R P⁻¹"
    return (*lines, Step(whole, Relation.LE, bound, reason, end))


def _unscaled(claim: Claim) -> Claim:
    """Forget to scale back."""
    return replace(claim, bound=claim.bound / PREFACTOR)


def _triangle() -> Recurrence:
    """Return two units that rest at zero, the first of which hears the second but not the other way round."""
    weights = {"weight_ih_l0": np.eye(2), "weight_hh_l0": np.array([[0.5, 3.0], [0.0, 0.5]])}
    return rnn(steps=10, weights=weights, input_mean_square=0)


_SCALED = (ONE_RECURRENT_LAYER, VANILLA_CELL, BOUNDED_SLOPE, GIVEN_RECURRENT_WEIGHTS)


@theorem(assumptions=_SCALED, mutant=_unscaled, example=_triangle, about=Recurrence)
def jacobian_norm_le_pow_of_diagonal_scaling(network: Recurrence) -> Claim:
    r"""In rescaled units a step may stretch less: a norm, or a radius of absolute values, below one is enough.

    **Statement.** For every diagonal :math:`P>0`,
    :math:`\lVert J_{T:0}\rVert_2\le C\,(\gamma\lVert PRP^{-1}\rVert_2)^T` with :math:`C=\max p_i/\min p_i`. With
    :math:`p_i=\sqrt{u_i/v_i}`, of the left and right eigenvectors of :math:`|R|`, the norm is at most
    :math:`\rho(|R|)`; so :math:`\gamma\rho(|R|)<1` is enough for vanishing, for triangular weights
    :math:`\gamma\max|r_{ii}|<1`.

    **Assumptions.** one_recurrent_layer, vanilla_cell, bounded_slope, given_recurrent_weights.

    **Derivation.** The slopes commute with P, so :math:`PJ_{T:0}P^{-1}` is the product for :math:`PRP^{-1}`, to which
    the norm power applies; scale back. P is sought for the number of steps at hand, and need not be the best one.

    **Tightness.** Upper: attained where P is the identity by a unit at rest; C is the price of a longer transient.

    **Source.** Horn and Johnson 1991, section 3.3, for the norms; Pascanu, Mikolov and Bengio 2013, section 2.1, for
    the condition.

    See Also
    --------
    jacobian_norm_le_pow_of_recurrent_weights : without rescaling
    jacobian_norm_eq_pow_of_nilpotent_weights : why the radius of the weights themselves is not enough

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.eye(2), "weight_hh_l0": np.array([[0.5, 3.0], [0.0, 0.5]])}
    >>> net = sg.rnn(steps=100, weights=weights)
    >>> sg.theorems.claim("jacobian_norm_le_pow_of_recurrent_weights", net).log10 > 40
    True
    >>> sg.theorems.claim("jacobian_norm_le_pow_of_diagonal_scaling", net).log10 < -20
    True
    """
    prefactor, norm = diagonal_scaling(network)
    bound = PREFACTOR * GAMMA**STEPS * SCALED**STEPS
    return Claim(
        name="jacobian_norm_le_pow_of_diagonal_scaling",
        subject=str(network),
        quantity=jacobian_norm(0).in_time(),
        relation=Relation.LE,
        bound=bound,
        mode=Always(),
        assumptions=_SCALED,
        derivation=_scaling_steps(bound),
        sources=(cite("horn_johnson_1991", "section 3.3"), _SOURCE),
        tightness=Tightness(TightnessKind.UPPER, "C is the price of a longer transient; attained where it is 1"),
        premises=(network.activations[0].lipschitz,),
        values=((GAMMA, largest_slope(network)), (STEPS, network.steps), (PREFACTOR, prefactor), (SCALED, norm)),
    )
