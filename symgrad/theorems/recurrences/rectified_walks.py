"""Rectified walks: a ReLU network that begins at the identity adds its inputs up and cuts them off at zero."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    Assumption,
    Cited,
    Claim,
    Fact,
    FiniteSum,
    Holding,
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
    no,
    symbol,
    unknown,
    yes,
)
from ...networks import GaussianBiases, GaussianWeights, IdentityWeights, Recurrence, WhiteInputs, rnn
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER, VANILLA_CELL

__all__ = ["mean_square_gradient_eq_arcsine_sum_of_identity_weights"]

STEPS, STEP = symbol("steps"), symbol("step")
_INDEX = sp.Symbol("j", integer=True, nonnegative=True)
_RECTIFIER = rnn(width=1, steps=1, activation="relu").activations[0]
_MINIMUM = cite("feller_1971", "section XII.7, theorem of Sparre Andersen")


def _relu(network: Recurrence) -> Holding:
    others = [phi for phi in network.activations if phi != _RECTIFIER]
    return no(f"the activation is {others[0]}") if others else yes("the activation is ReLU")


def _identity(network: Recurrence) -> Holding:
    (law,) = network.layers[0].recurrent
    one = isinstance(law, IdentityWeights) and law.gain == 1
    return yes("the recurrent weights are the identity") if one else no(f"the recurrent weights have {law.words}")


def _symmetric(network: Recurrence) -> Holding:
    layer = network.layers[0]
    inputs, law = network.inputs, layer.matrix(layer.cell.inputs[0])
    if not isinstance(inputs, WhiteInputs) or not isinstance(law, GaussianWeights):
        return no("what comes in is not white noise through Gaussian weights")
    power = inputs.mean_square * law.weight_var
    if power.is_zero:
        return no("nothing comes in")
    return yes(f"its variance is {power}") if power.is_positive else unknown(f"its variance {power} may be zero")


def _at_zero(network: Recurrence) -> Holding:
    bias = network.layers[0].vector(network.layers[0].cell.biases[0])
    if not isinstance(bias, GaussianBiases) or not bias.bias_var.is_zero:
        return no(f"there are biases: {bias.words}")
    square = network.state_mean_square
    return yes("states begin at zero") if square.is_zero else no(f"the initial state has mean square {square}")


RELU_UNITS = Assumption("relu_units", "units are rectifiers", r"\varphi(x)=\max(x,0)", _relu)
IDENTITY_RECURRENCE = Assumption("identity_recurrence", "the recurrent weights are the identity", "R=I", _identity)
SYMMETRIC_DRIVE = Assumption(
    "symmetric_drive",
    "what comes in is symmetric, continuous and independent from step to step",
    r"(Wx_t)_i\overset d=-(Wx_t)_i",
    _symmetric,
)
BEGUN_AT_ZERO = Assumption("begun_at_zero", "there are no biases, and the state begins at zero", "b=h_0=0", _at_zero)
_ASSUMED = (ONE_RECURRENT_LAYER, VANILLA_CELL, RELU_UNITS, IDENTITY_RECURRENCE, SYMMETRIC_DRIVE, BEGUN_AT_ZERO)


def return_share(count: sp.Expr) -> sp.Expr:
    """Return how likely a symmetric walk is never above its start in so many steps: a binomial over a power of 4."""
    return sp.binomial(2 * count, count) / 4**count


def _reflection() -> tuple[Step, ...]:
    """Show that the state is the sum of what came in, above its lowest value so far."""
    time, drive = sp.Symbol("t", integer=True, nonnegative=True), display("d_t", real=True)
    state, total, lowest = (display(text, time, real=True) for text in ("h_{#}", "S_{#}", "M_{#}"))
    before = {time: time - 1}
    reached = total.xreplace(before) + drive
    base = tuple(
        Fact(each.xreplace({time: sp.S.Zero}), Relation.EQ, sp.S.Zero, "at the beginning")
        for each in (state, total, lowest)
    )
    sum_ = state.xreplace(before) + drive
    each = (
        Fact(state, Relation.EQ, (sum_ + sp.Abs(sum_)) / 2, "a rectifier, as half a sum with an absolute value"),
        Fact(total, Relation.EQ, reached, "what came in is added"),
        Fact(
            lowest,
            Relation.EQ,
            (lowest.xreplace(before) + reached - sp.Abs(reached - lowest.xreplace(before))) / 2,
            "the smaller of two numbers, as half a difference with an absolute value",
        ),
    )
    walk = Step(
        state,
        Relation.EQ,
        total - lowest,
        "induction over the steps",
        Induction(time, sp.S.Zero, Symbolic(base), Symbolic(each)),
    )
    return (walk,)


def _steps(bound: sp.Expr) -> tuple[Step, ...]:
    share = display(r"P(\text{slope }1\text{ from }k+1\text{ to }T)", nonnegative=True)
    lowest_at = display(r"P(S_{#}=\min_tS_t)", _INDEX, nonnegative=True)
    term = return_share(_INDEX) * return_share(STEPS - _INDEX)
    mean, unit, entry = (
        display(r"\mathbb{E}\lVert J^\top u\rVert^2", nonnegative=True),
        symbol("width"),
        sp.IndexedBase("u", real=True),
    )
    place = sp.Symbol("i", integer=True)
    length = sp.Sum(entry[place] ** 2, (place, 1, unit))
    where = Step(
        lowest_at,
        Relation.EQ,
        term,
        "where a symmetric continuous walk is lowest is the same for all of them",
        Cited(_MINIMUM),
    )
    alive = Fact(
        share,
        Relation.EQ,
        FiniteSum(lowest_at, (_INDEX, 0, STEP)),
        "a unit has slope 1 from step k + 1 on if and only if it falls to no new lowest value there: the state is positive",
    )
    put_in = Fact(alive.after, Relation.EQ, bound, "term by term, by the line above")
    told = Step(share, Relation.EQ, bound, "add up the places up to k", Symbolic((alive, put_in, where.at())))
    diagonal = Fact(
        mean, Relation.EQ, share * length, "the Jacobian is diagonal, with entries 0 and 1, and so are their squares"
    )
    unit_vector = Fact(length, Relation.EQ, sp.S.One, "u is a unit vector")
    last = Step(
        mean, Relation.EQ, bound, "all units have the same chance", Symbolic((diagonal, unit_vector, told.at()))
    )
    return (*_reflection(), where, told, last)


def _fair_coins(claim: Claim) -> Claim:
    """Take the steps for independent, each with a slope of 1 half of the time."""
    return replace(claim, bound=sp.S.Half ** (STEPS - STEP))


@theorem(
    assumptions=_ASSUMED,
    mutant=_fair_coins,
    example=lambda: rnn(width=8, steps=6, activation="relu", law="identity"),
    about=Recurrence,
)
def mean_square_gradient_eq_arcsine_sum_of_identity_weights(network: Recurrence) -> Claim:
    r"""A ReLU network that begins at the identity loses its gradient to symmetric inputs, by the arcsine law.

    **Statement.** :math:`\mathbb E\frac{\lVert g_k\rVert^2}{\lVert g_T\rVert^2}=\sum_{j=0}^k\beta_j\beta_{T-j}`,
    :math:`\beta_j=\binom{2j}j4^{-j}`: for :math:`k=0` it is :math:`\beta_T\sim1/\sqrt{\pi T}`, and for large :math:`T` it is
    :math:`\frac2\pi\arcsin\sqrt{k/T}`, whatever the law of the inputs. So the identity has no vanishing gradient only for
    inputs that keep units on; for others it decays as the root of the time, not exponentially.

    **Assumptions.** one_recurrent_layer, vanilla_cell, relu_units, identity_recurrence, symmetric_drive, begun_at_zero.

    **Derivation.** :math:`h_t=S_t-\min_{j\le t}S_j` for the sum :math:`S_t` of what came in, by induction; a unit has slope
    1 from step :math:`k+1` to :math:`T` if and only if the walk is lowest at :math:`k` or before; where a symmetric walk is
    lowest is known since Sparre Andersen; the Jacobian is diagonal.

    **Tightness.** Exact, at every width and for all steps.

    **Source.** Le, Jaitly and Hinton 2015 for the initialisation; Feller 1971, section XII.7, for the walk.

    See Also
    --------
    jacobian_norm_le_pow_of_recurrent_weights : what holds for every input

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.rnn(width=16, steps=4, activation="relu", law="identity")
    >>> claim = sg.theorems.claim("mean_square_gradient_eq_arcsine_sum_of_identity_weights", net)
    >>> claim.valued().doit(), claim.subs(step=2).valued().doit()
    (35/128, 73/128)
    """
    bound = FiniteSum(return_share(_INDEX) * return_share(STEPS - _INDEX), (_INDEX, 0, STEP))
    return Claim(
        name="mean_square_gradient_eq_arcsine_sum_of_identity_weights",
        subject=str(network),
        quantity=mean_square_gradient(STEP).in_time(),
        relation=Relation.EQ,
        bound=bound,
        mode=InMean(),
        assumptions=_ASSUMED,
        derivation=_steps(bound),
        sources=(cite("le_2015"), _MINIMUM),
        tightness=Tightness(TightnessKind.EXACT, "at every width and for all steps"),
        values=((STEPS, network.steps), (STEP, sp.S.Zero)),
    )
