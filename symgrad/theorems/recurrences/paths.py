"""Paths of single weights, as Hochreiter counts them: with n units there are n paths for each step, and the n is part of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import sympy as sp

from ...activations import activation
from ...claims import (
    Always,
    Assumption,
    Claim,
    Fact,
    Holding,
    Induction,
    Logistic,
    Measurable,
    Quantity,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    no,
    symbol,
    unknown,
    yes,
)
from ...networks import AntisymmetricWeights, GaussianWeights, GivenWeights, IdentityWeights, Recurrence, rnn
from ...rigor import ImplicitConstant
from ..hypotheses import BOUNDED_SLOPE
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER, VANILLA_CELL
from .rates import largest_slope, recurrent_law

__all__ = ["jacobian_entry_le_pow_of_largest_weight", "path_factor_eq_hochreiter_maximum"]

GAMMA, STEPS, WIDTH = symbol("lipschitz"), symbol("steps"), symbol("width")
LARGEST, ACTIVATION = symbol("largest_weight"), symbol("path_activation")
_HOCHREITER = (cite("hochreiter_1991"), cite("hochreiter_schmidhuber_1997", "section 3.1"))


def largest_weight(network: Recurrence) -> sp.Expr | None:
    """Return what no recurrent weight exceeds in absolute value; None where there is no such number."""
    law = recurrent_law(network)
    if isinstance(law, GivenWeights):
        return sp.Rational(*float(np.abs(law.array).max()).as_integer_ratio())
    if isinstance(law, IdentityWeights):
        return sp.Abs(law.gain)
    if isinstance(law, AntisymmetricWeights | GaussianWeights):
        return None
    return law.entry_bound(network.layers[0].width)


def _bounded_weights(network: Recurrence) -> Holding:
    if largest_weight(network) is None:
        return no(f"{recurrent_law(network).words} can be as large as you like")
    return yes("no recurrent weight exceeds a number")


def _some_step(network: Recurrence) -> Holding:
    if network.steps.is_positive:
        return yes(f"there are {network.steps} steps")
    return no("there is no step") if network.steps.is_zero else unknown(f"the number of steps {network.steps} may be 0")


BOUNDED_WEIGHTS = Assumption(
    "bounded_weights", "no recurrent weight exceeds a number", r"|R_{ij}|\le w_{\max}", _bounded_weights
)
SOME_STEP = Assumption("some_step", "there is at least one step", r"T\ge 1", _some_step)
_ENTRIES = (ONE_RECURRENT_LAYER, VANILLA_CELL, BOUNDED_SLOPE, BOUNDED_WEIGHTS, SOME_STEP)


def _entry_steps(bound: sp.Expr) -> tuple[Step, ...]:
    index = display("t", integer=True, positive=True)
    entry, earlier = display("|(J_t)_{ik}|", nonnegative=True), display(r"|(J_{t-1:0})_{kj}|", nonnegative=True)
    largest = display("m_{#}", index, nonnegative=True)
    before = largest.xreplace({index: index - 1})
    facts = (
        Fact(entry, Relation.LE, GAMMA * LARGEST, "an entry of J is a slope times a weight"),
        Fact(earlier, Relation.LE, before, "no entry exceeds the largest"),
    )
    path = Step(
        entry * earlier,
        Relation.LE,
        GAMMA * LARGEST * before,
        "one path more: through unit k in the last step",
        Symbolic(facts, (earlier, GAMMA * LARGEST)),
    )
    summed = Fact(largest, Relation.LE, WIDTH * path.after, "an entry of the product adds up n paths")
    once = Fact(largest.xreplace({index: sp.S.One}), Relation.LE, GAMMA * LARGEST, "a single step")
    rate = GAMMA * WIDTH * LARGEST
    every = Step(
        largest,
        Relation.LE,
        rate**index / WIDTH,
        "induction over the steps",
        Induction(index, sp.S.One, Symbolic((once,), (sp.S.One,)), Symbolic((summed,), (rate, sp.S.One))),
    )
    end = Symbolic((every.at({index: STEPS}),), (sp.S.One,))
    return path, every, Step(largest.xreplace({index: STEPS}), Relation.LE, bound, "at the last step", end)


def _one_path(claim: Claim) -> Claim:
    """Count one path where there are n in each step, as in "vanishes for |w| < 4"."""
    return replace(claim, bound=(GAMMA * LARGEST) ** STEPS)


def _equal_weights() -> Recurrence:
    """Return three tanh units at rest, all weights alike: every path has the same factor."""
    weights = {"weight_ih_l0": np.eye(3), "weight_hh_l0": np.full((3, 3), 0.5)}
    return rnn(steps=4, weights=weights, input_mean_square=0)


@theorem(assumptions=_ENTRIES, mutant=_one_path, example=_equal_weights, about=Recurrence)
def jacobian_entry_le_pow_of_largest_weight(network: Recurrence) -> Claim:
    r"""From unit to unit, a gradient grows in a step by at most the slope times the largest weight times the width.

    **Statement.** :math:`\max_{i,j}|(J_{T:0})_{ij}|\le\tau^T/n` with :math:`\tau=\gamma\,n\,w_{\max}`. For logistic
    units it vanishes if :math:`w_{\max}<4/n`; the :math:`|w|<4` that is often quoted is for one unit. Printed with
    :math:`n\tau^T`, which is :math:`n^2` times as large.

    **Assumptions.** one_recurrent_layer, vanilla_cell, bounded_slope, bounded_weights, some_step.

    **Derivation.** An entry of a product adds up n paths, each a slope times a weight times an entry before; induction
    over the steps.

    **Tightness.** Attained by units at rest at the steepest point, all weights alike.

    **Source.** Hochreiter 1991; Hochreiter and Schmidhuber 1997, section 3.1. The factor :math:`1/n` is ours.

    See Also
    --------
    jacobian_inf_norm_le_pow_of_recurrent_weights : the largest sum of a row in place of n times the largest weight
    path_factor_eq_hochreiter_maximum : how large the factor of a path can be

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.eye(4), "weight_hh_l0": np.full((4, 4), 2.0)}
    >>> net = sg.rnn(steps=10, activation="sigmoid", weights=weights)  # 2 is below 4, but not below 4/4
    >>> sg.theorems.claim("jacobian_entry_le_pow_of_largest_weight", net).valued()
    256
    """
    bound = (GAMMA * WIDTH * LARGEST) ** STEPS / WIDTH
    return Claim(
        name="jacobian_entry_le_pow_of_largest_weight",
        subject=str(network),
        quantity=Quantity(Measurable.JACOBIAN_ENTRY).in_time(),
        relation=Relation.LE,
        bound=bound,
        mode=Always(),
        assumptions=_ENTRIES,
        derivation=_entry_steps(bound),
        sources=_HOCHREITER,
        tightness=Tightness(TightnessKind.ATTAINED, "by units at rest at the steepest point, all weights alike"),
        premises=(network.activations[0].lipschitz,),
        values=(
            (GAMMA, largest_slope(network)),
            (WIDTH, network.layers[0].width),
            (LARGEST, largest_weight(network)),
            (STEPS, network.steps),
        ),
        condition=STEPS >= 1,
    )


def _logistic_units(network: Recurrence) -> Holding:
    (phi,) = network.activations
    same = phi == activation("sigmoid")
    return yes("the units are logistic") if same else no(f"the units are {phi.name}, not sigmoid")


LOGISTIC_UNITS = Assumption("logistic_units", "the units are logistic", r"\varphi=\sigma", _logistic_units)
_LOGISTIC = (ONE_RECURRENT_LAYER, VANILLA_CELL, LOGISTIC_UNITS)
_X = sp.Symbol("x", positive=True)


def hochreiter_root() -> sp.Expr:
    """Return the root of ``x tanh(x/2) = 1``, where ``x`` times the logistic slope is largest: the only one in its bracket."""
    x = symbol("x")
    return ImplicitConstant(x * sp.tanh(x / 2) - 1, x, sp.Rational(3, 2), sp.Rational(8, 5))


def _maximum_steps(bound: sp.Expr) -> tuple[Step, ...]:
    value, root = Logistic(_X), hochreiter_root()
    slope = value * (1 - value)
    derivative = Step(
        sp.Derivative(_X * slope, _X),
        Relation.EQ,
        slope * (1 - _X * sp.tanh(_X / 2)),
        "with x = w y the factor is xσ'(x)/y, and even in x",
        Symbolic(),
    )
    product, growth = _X * sp.tanh(_X / 2), sp.tanh(_X / 2) + _X / (2 * sp.cosh(_X / 2) ** 2)
    slope_of_it = Step(sp.Derivative(product, _X), Relation.EQ, growth, "the slope of x tanh(x/2)", Symbolic())
    rising = Step(
        sp.S.Zero,
        Relation.LT,
        growth,
        "it rises, so the derivative above changes its sign once, from plus to minus",
        Symbolic(),
    )
    at_root = Fact(sp.tanh(root / 2), Relation.EQ, 1 / root, "definition of the constant, isolated in balls")
    crest, whole = display(r"c\,\sigma'(c)", positive=True), display(r"\max_w|w\sigma'(wy)|", positive=True)
    slope_there = Fact(crest, Relation.EQ, root * (1 - sp.tanh(root / 2) ** 2) / 4, "the slope is (1 − tanh²(x/2))/4")
    largest = Step(
        crest, Relation.EQ, (root**2 - 1) / (4 * root), "the largest value", Symbolic((slope_there, at_root))
    )
    factor = Fact(whole, Relation.EQ, crest / ACTIVATION, "with x = w y the factor is xσ'(x)/|y|")
    found = Step(
        whole,
        Relation.EQ,
        bound,
        "over the activation that the path comes from",
        Symbolic((factor, largest.at())),
    )
    return derivative, slope_of_it, rising, largest, found


def _steepest(claim: Claim) -> Claim:
    """Take the steepest slope, a quarter, at the weight that is best."""
    return replace(claim, bound=hochreiter_root() / (4 * ACTIVATION))


def _logistic_unit() -> Recurrence:
    return rnn(width=3, steps=4, activation="sigmoid")


@theorem(assumptions=_LOGISTIC, mutant=_steepest, example=_logistic_unit, about=Recurrence)
def path_factor_eq_hochreiter_maximum(network: Recurrence) -> Claim:
    r"""No weight makes the factor of a path through a logistic unit larger than a constant over the activation.

    **Statement.** :math:`\max_w|w\,\sigma'(wy)|=\frac{x^2-1}{4x}\,\frac1{|y|}=\frac{0.22387\ldots}{|y|}` for a unit
    whose input is :math:`wy` alone, at :math:`w=x/y` with :math:`x\tanh\frac x2=1`. Larger weights saturate the unit: a
    path can only amplify if :math:`|y|<0.22387\ldots`

    **Assumptions.** one_recurrent_layer, vanilla_cell, logistic_units.

    **Derivation.** With :math:`x=wy` the factor is :math:`x\sigma'(x)/y`; its derivative is
    :math:`\sigma'(x)(1-x\tanh\frac x2)`, which changes its sign once; the root is isolated in balls.

    **Tightness.** Exact, and to any number of digits.

    **Source.** Hochreiter 1991; Hochreiter and Schmidhuber 1997, section 3.1, where the maximum is placed.

    See Also
    --------
    jacobian_entry_le_pow_of_largest_weight

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.rnn(width=8, steps=4, activation="sigmoid")
    >>> sg.theorems.claim("path_factor_eq_hochreiter_maximum", net).valued().evalf(24)
    0.223871602347151424589162
    """
    root = hochreiter_root()
    bound = (root**2 - 1) / (4 * root * ACTIVATION)
    return Claim(
        name="path_factor_eq_hochreiter_maximum",
        subject=str(network),
        quantity=Quantity(Measurable.PATH_FACTOR),
        relation=Relation.EQ,
        bound=bound,
        mode=Always(),
        assumptions=_LOGISTIC,
        derivation=_maximum_steps(bound),
        sources=_HOCHREITER,
        tightness=Tightness(TightnessKind.EXACT, "attained where x tanh(x/2) = 1"),
        values=((ACTIVATION, sp.S.One),),
    )
