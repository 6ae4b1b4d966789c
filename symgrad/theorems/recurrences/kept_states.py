"""States that are kept in part: leaky integrators and steps of Euler's method, ``h' = p h + s phi(R h + W x + b)``."""

from __future__ import annotations

from collections.abc import Callable
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
    Norm,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    gradient_norm,
    jacobian_norm,
    no,
    symbol,
    unknown,
    yes,
)
from ...networks import Recurrence, rnn
from ...rigor import compare
from ..hypotheses import BOUNDED_SLOPE
from ..registries import theorem
from .hypotheses import ONE_RECURRENT_LAYER, SURE_NORM
from .rates import RECURRENT_NORMS, largest_slope, recurrent_norm

__all__ = [
    "KEPT_STATE",
    "gradient_norm_ge_pow_of_kept_state",
    "jacobian_norm_le_pow_of_kept_state",
    "shares",
]

GAMMA, STEPS, STEP = symbol("lipschitz"), symbol("steps"), symbol("step")
KEPT, NEW, WEIGHT = symbol("kept_share"), symbol("new_share"), RECURRENT_NORMS[Norm.SPECTRAL]
_RATE = GAMMA * WEIGHT  # what the activation of a step stretches by, at most
_SOURCES = (cite("jaeger_2007", "section 3"), cite("horn_johnson_1991", "section 3.3"))


def shares(network: Recurrence) -> tuple[sp.Expr, sp.Expr] | None:
    """Return the shares of the old state and of one activation of ``R h + W x + b`` in the new state; None if it has others."""
    cell = network.layers[0].cell
    if len(cell.lines) != 2 or len(cell.gates) != 1 or len(cell.update) != 1:
        return None
    (affine,), (gate,), (state,), (update,) = cell.preactivations, cell.gates, cell.states, cell.update
    if affine.recurs != state or gate.of != affine.symbol:
        return None
    kept, new = sp.diff(update, state), sp.diff(update, gate.symbol)
    return None if sp.expand(update - kept * state - new * gate.symbol) != 0 else (kept, new)


def _kept_state(network: Recurrence) -> Holding:
    found = shares(network)
    if found is None:
        return no(f"the cell is {network.layers[0].cell.name}, whose state is not such a sum")
    told = f"the shares are {found[0]} and {found[1]}"
    if found[0].is_zero:
        return no(f"{told}: nothing is kept")
    return yes(told) if all(share.is_nonnegative for share in found) else unknown(f"{told}, which may be negative")


def _mostly_kept(network: Recurrence) -> Holding:
    kept, new = shares(network) or (sp.S.Zero, sp.S.Zero)
    fresh = new * largest_slope(network) * recurrent_norm(network, Norm.SPECTRAL)
    if (kept - fresh).free_symbols:
        return unknown(f"whether {kept} is above {fresh} depends on symbols; give them values")
    told = f"of a gradient {float(kept):.4g} is kept, and at most {float(fresh):.4g} is new"
    return yes(told) if compare(kept, fresh) == 1 else no(told)


KEPT_STATE = Assumption(
    "kept_state",
    "the new state is a share of the old one and of an activation of one preactivation",
    r"h_t=p\,h_{t-1}+\alpha\,\varphi(Rh_{t-1}+Wx_t+b),\ p>0",
    _kept_state,
)
MOSTLY_KEPT = Assumption(
    "mostly_kept", "more of a gradient is kept than can be new", r"p>\alpha\gamma\lVert R\rVert_2", _mostly_kept
)
_ASSUMED = (ONE_RECURRENT_LAYER, KEPT_STATE, BOUNDED_SLOPE, SURE_NORM)


def _norm(text: str, index: sp.Expr | None = None) -> sp.Expr:
    return display(rf"\lVert {text}\rVert", index, nonnegative=True)


def _one_step(factor: sp.Expr, relation: Relation) -> Step:
    """One step: the kept part and the new one add up at most, and are opposed at worst."""
    image, vector, new = _norm(r"J_t v"), _norm("v"), _norm("D_tRv")
    stretch = Fact(new, Relation.LE, _RATE * vector, "slopes and weights, as for a vanilla network")
    sign, which = (1, "triangle inequality") if relation is Relation.LE else (-1, "the other triangle inequality")
    mixed = KEPT * vector + sign * NEW * new
    triangle = (
        Fact(image, Relation.LE, mixed, which) if relation is Relation.LE else Fact(mixed, Relation.LE, image, which)
    )
    sides = (image, factor * vector) if relation is Relation.LE else (factor * vector, image)
    reason = "J v = p v + α D R v: " + which
    return Step(sides[0], Relation.LE, sides[1], reason, Symbolic((triangle, stretch), (sp.S.One, NEW)))


def _upper_steps(bound: sp.Expr) -> tuple[Step, ...]:
    factor, whole = KEPT + NEW * _RATE, display("m", nonnegative=True)
    one, norm = _one_step(factor, Relation.LE), _norm("J_{#:0}", STEP)
    here = one.at(
        {one.before: norm, _norm("v"): norm.xreplace({STEP: STEP - 1})}, "the line above, after the steps before"
    )
    named = Fact(KEPT, Relation.EQ, whole - NEW * _RATE, "definition of m, the whole factor")
    start = Symbolic((Fact(norm.xreplace({STEP: sp.S.Zero}), Relation.EQ, sp.S.One, "the identity"),))
    each = Symbolic((named, here), (whole, sp.S.One))
    every = Step(norm, Relation.LE, whole**STEP, "induction over the steps", Induction(STEP, sp.S.Zero, start, each))
    again = Fact(whole, Relation.EQ, factor, "the whole factor again")
    end = Symbolic((again, every.at({STEP: STEPS})), (sp.S.One,))
    return one, every, Step(norm.xreplace({STEP: STEPS}), Relation.LE, bound, "at the last step", end)


def _claim(network: Recurrence, name: str, bound: sp.Expr, lower: bool) -> Claim:
    kept, new = shares(network) or (sp.S.Zero, sp.S.Zero)
    return Claim(
        name=name,
        subject=str(network),
        quantity=(gradient_norm(0) if lower else jacobian_norm(0)).in_time(),
        relation=Relation.GE if lower else Relation.LE,
        bound=bound,
        mode=Always(),
        assumptions=(*_ASSUMED, MOSTLY_KEPT) if lower else _ASSUMED,
        derivation=_lower_steps(bound) if lower else _upper_steps(bound),
        sources=_SOURCES,
        tightness=Tightness(TightnessKind.ATTAINED, "by a unit at rest at the steepest point"),
        premises=(network.activations[0].lipschitz,),
        values=(
            (GAMMA, largest_slope(network)),
            (WEIGHT, recurrent_norm(network, Norm.SPECTRAL)),
            (KEPT, kept),
            (NEW, new),
            (STEPS, network.steps),
        ),
        condition=KEPT > NEW * _RATE if lower else sp.true,
    )


def _resting_leaky(weight: float) -> Callable[[], Recurrence]:
    weights = {"weight_ih_l0": np.ones((1, 1)), "weight_hh_l0": np.array([[weight]])}
    return lambda: rnn(steps=6, leak=0.25, weights=weights, input_mean_square=0)


def _one_rate(claim: Claim) -> Claim:
    """Take the rate of the activation for that of the state, as if nothing were kept."""
    return replace(claim, bound=_RATE**STEPS)


@theorem(assumptions=_ASSUMED, mutant=_one_rate, example=_resting_leaky(0.5), about=Recurrence)
def jacobian_norm_le_pow_of_kept_state(network: Recurrence) -> Claim:
    r"""A leaky integrator stretches a gradient in a step by at most what it keeps and what is new together.

    **Statement.** :math:`\lVert J_{T:0}\rVert_2\le(p+\alpha\gamma\lVert R\rVert_2)^T`; for a leak :math:`\alpha`,
    :math:`(1-\alpha+\alpha r)^T` with :math:`r=\gamma\lVert R\rVert_2`. It vanishes for the same weights as without a
    leak, :math:`r<1`, and more slowly: the time constant is about :math:`1/(\alpha(1-r))` steps.

    **Assumptions.** one_recurrent_layer, kept_state, bounded_slope, sure_norm.

    **Derivation.** :math:`J_t=pI+\alpha D_tR`; triangle inequality; induction over the steps.

    **Tightness.** Attained by a unit with a positive weight at rest at the steepest point.

    **Source.** Jaeger, Lukoševičius, Popovici and Siewert 2007, section 3; Horn and Johnson 1991, section 3.3.

    See Also
    --------
    gradient_norm_ge_pow_of_kept_state : from below
    jacobian_norm_le_pow_of_recurrent_weights : where nothing is kept

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.eye(1), "weight_hh_l0": np.array([[0.5]])}
    >>> net = sg.rnn(steps=2, leak=0.5, weights=weights)
    >>> sg.theorems.claim("jacobian_norm_le_pow_of_kept_state", net).valued()
    9/16
    """
    bound = (KEPT + NEW * _RATE) ** STEPS
    return _claim(network, "jacobian_norm_le_pow_of_kept_state", bound, lower=False)


_LAG = display("k", integer=True, nonnegative=True)


def _lower_steps(bound: sp.Expr) -> tuple[Step, ...]:
    """From the last step back: the transpose of a step shrinks no more than the step itself."""
    margin = display("m", positive=True)
    positive = Fact(KEPT, Relation.EQ, margin + NEW * _RATE, "definition of the margin m, which is positive")
    one = _one_step(KEPT - NEW * _RATE, Relation.GE)
    ratio = display(r"\frac{\lVert g_{T-#}\rVert}{\lVert g_T\rVert}", _LAG, nonnegative=True)
    before = ratio.xreplace({_LAG: _LAG - 1})
    back = one.at({one.after: ratio, _norm("v"): before}, "the line above for the transpose, one step back")
    last = Fact(ratio.xreplace({_LAG: sp.S.Zero}), Relation.EQ, sp.S.One, "at the last step itself")
    each = Symbolic((positive, back), (margin, sp.S.One))
    every = Step(
        margin**_LAG, Relation.LE, ratio, "induction over the lag", Induction(_LAG, sp.S.Zero, Symbolic((last,)), each)
    )
    named = Fact(margin, Relation.EQ, KEPT - NEW * _RATE, "the margin again")
    end = Symbolic((named, every.at({_LAG: STEPS})), (sp.S.One,))
    return one, every, Step(ratio.xreplace({_LAG: STEPS}), Relation.GE, bound, "at the first state", end)


def _nothing_opposed(claim: Claim) -> Claim:
    """Count what is kept alone, as if what is new could not be opposed to it."""
    return replace(claim, bound=KEPT**STEPS)


@theorem(assumptions=(*_ASSUMED, MOSTLY_KEPT), mutant=_nothing_opposed, example=_resting_leaky(-0.5), about=Recurrence)
def gradient_norm_ge_pow_of_kept_state(network: Recurrence) -> Claim:
    r"""A leaky integrator leaves of a gradient in a step at least what it keeps less what can be new.

    **Statement.** :math:`\lVert g_0\rVert/\lVert g_T\rVert\ge(p-\alpha\gamma\lVert R\rVert_2)^T`; for a leak :math:`\alpha`,
    :math:`(1-\alpha-\alpha r)^T` with :math:`r=\gamma\lVert R\rVert_2`: the smaller the leak, the more steps a
    gradient lasts, whatever the units do.

    **Assumptions.** one_recurrent_layer, kept_state, bounded_slope, sure_norm, mostly_kept.

    **Derivation.** :math:`J_t^\top=pI+\alpha R^\top D_t`; the other triangle inequality; induction over the lag.

    **Tightness.** Attained by a unit with a negative weight at rest at the steepest point.

    **Source.** Jaeger, Lukoševičius, Popovici and Siewert 2007, section 3, for the cell; Horn and Johnson 1991.

    See Also
    --------
    jacobian_norm_le_pow_of_kept_state : from above

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.eye(1), "weight_hh_l0": np.array([[0.5]])}
    >>> net = sg.rnn(steps=2, leak=0.25, weights=weights)
    >>> sg.theorems.claim("gradient_norm_ge_pow_of_kept_state", net).valued()
    25/64
    """
    bound = (KEPT - NEW * _RATE) ** STEPS
    return _claim(network, "gradient_norm_ge_pow_of_kept_state", bound, lower=True)
