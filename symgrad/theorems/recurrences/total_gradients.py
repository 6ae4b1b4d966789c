"""The gradient by the recurrent weights: a geometric series in the worst case of a step.

With a rate below one the whole gradient never vanishes for long sequences, whatever the lag at which it does: what
vanishes is the part of the long lags.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import sympy as sp

from ...claims import (
    Always,
    Claim,
    Measurable,
    Quantity,
    Relation,
    Step,
    Tightness,
    TightnessKind,
    cite,
    symbol,
    weight_gradient_norm,
)
from ...networks import Recurrence, rnn
from ...rigor import compare
from ..hypotheses import BOUNDED_SLOPE
from ..registries import theorem
from ..thresholds import RATE
from .backward_sums import (
    GAMMA,
    HELD,
    LAG,
    added_up,
    closed,
    lengths_of_all_losses,
    lengths_of_last_loss,
    one_use,
    series,
    summed_series,
)
from .hypotheses import BOUNDED_STATE, ONE_RECURRENT_LAYER, SURE_NORM, TIED_WEIGHTS, VANILLA_CELL
from .rates import largest_slope, state_bound, worst_case_rate

__all__ = [
    "held_unit",
    "steady_unit",
    "summed_gradient_norm_le_geometric_series",
    "weight_gradient_norm_le_geometric_series",
]

STEPS = symbol("steps")
_ASSUMED = (ONE_RECURRENT_LAYER, VANILLA_CELL, TIED_WEIGHTS, BOUNDED_SLOPE, SURE_NORM, BOUNDED_STATE)
_SOURCE = cite("pascanu_2013", "section 2, equations (3) to (5)")


def steady_unit(weight: float = 0.75, steps: int = 12) -> Recurrence:
    """Return one tanh unit of a given weight."""
    return rnn(steps=steps, weights={"weight_ih_l0": np.ones((1, 1)), "weight_hh_l0": np.array([[weight]])})


def _rate(network: Recurrence) -> sp.Expr:
    """Return the bound of a step as it stands in the series: a symbol, or one, which has a series of its own."""
    value = worst_case_rate(network)
    return sp.S.One if not value.free_symbols and compare(value, 1) == 0 else RATE


def _over_all_steps(lengths: Step, total: sp.Expr) -> tuple[Step, ...]:
    """Add up the uses of all steps, from the last one back: their k-th is k - 1 steps before the end."""
    use = one_use(lengths)
    every = added_up(r"\Sigma_{#}", use.at({LAG: LAG - 1}), GAMMA * HELD * total, "one more use of R")
    return closed((lengths, use, every), STEPS, "all steps together")


def _series_claim(network: Recurrence, name: str, quantity: Quantity, steps: tuple[Step, ...], rate: sp.Expr) -> Claim:
    values = ((GAMMA, largest_slope(network)), (HELD, state_bound(network)), (STEPS, network.steps))
    return Claim(
        name=name,
        subject=str(network),
        quantity=quantity,
        relation=Relation.LE,
        bound=steps[-1].after,
        mode=Always(),
        assumptions=_ASSUMED,
        derivation=steps,
        sources=(_SOURCE,),
        tightness=Tightness(
            TightnessKind.ATTAINED, "by one linear unit whose inputs hold it at the largest state, with losses alike"
        ),
        premises=(network.activations[0].lipschitz,),
        values=values if rate == 1 else (*values, (RATE, worst_case_rate(network))),
        condition=sp.true if rate == 1 else sp.Ne(RATE, 1),
    )


def _one_term_less(claim: Claim) -> Claim:
    """Forget one step."""
    return replace(claim, bound=claim.bound.xreplace({STEPS: STEPS - 1}))


def held_unit(weight: float = 0.75, state: float = 0.96875, steps: int = 12) -> Recurrence:
    """Return one unit of the hard tanh that its inputs hold at a state just below one, where its slope is one."""
    inputs = np.full((steps, 1), state * (1 - weight))
    inputs[0] = state
    weights = {"weight_ih_l0": np.ones((1, 1)), "weight_hh_l0": np.array([[weight]])}
    return rnn(steps=steps, activation="hard_tanh", weights=weights, inputs=inputs)


def _last_use(claim: Claim) -> Claim:
    """Count the last use alone, as if the matrix were that of one layer."""
    return replace(claim, bound=GAMMA * HELD)


@theorem(assumptions=_ASSUMED, mutant=_last_use, example=held_unit, about=Recurrence)
def weight_gradient_norm_le_geometric_series(network: Recurrence) -> Claim:
    r"""The gradient by the recurrent weights, of a loss at the last step, is at most a geometric series.

    **Statement.** :math:`\lVert\nabla_R\mathcal L_T\rVert_F/\lVert g_T\rVert\le\gamma H\frac{1-r^T}{1-r}` with
    :math:`r=\gamma\lVert R\rVert_2\ne1`, and :math:`\gamma HT` for :math:`r=1`; :math:`\lVert h_t\rVert\le H`, which
    is :math:`\sqrt n` for tanh.

    **Assumptions.** one_recurrent_layer, vanilla_cell, tied_weights, bounded_slope, sure_norm, bounded_state.

    **Derivation.** A step back stretches by at most r; a use of the matrix adds a column times a row; the lags add up
    by the triangle inequality; induction.

    **Tightness.** Attained by a linear unit that its inputs hold at the largest state. With :math:`r<1` it stays above
    :math:`\gamma H` however long the sequence: the gradient that vanishes is that of the long lags.

    **Source.** Pascanu, Mikolov and Bengio 2013, section 2.

    See Also
    --------
    summed_gradient_norm_le_geometric_series : losses at all steps
    truncation_error_le_geometric_tail : the part of the long lags

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> net = sg.rnn(steps=3, weights={"weight_ih_l0": np.eye(1), "weight_hh_l0": np.array([[0.5]])})
    >>> sg.theorems.claim("weight_gradient_norm_le_geometric_series", net).valued()
    7/4
    """
    rate = _rate(network)
    steps = _over_all_steps(lengths_of_last_loss(rate), series(rate, LAG))
    name = "weight_gradient_norm_le_geometric_series"
    return _series_claim(network, name, weight_gradient_norm(1).in_time(), steps, rate)


@theorem(assumptions=_ASSUMED, mutant=_one_term_less, example=steady_unit, about=Recurrence)
def summed_gradient_norm_le_geometric_series(network: Recurrence) -> Claim:
    r"""The gradient by the recurrent weights, of losses at all steps, is at most a sum of geometric series.

    **Statement.** :math:`\lVert\nabla_R\sum_t\mathcal L_t\rVert_F/\max_t\lVert g_t\rVert\le
    \frac{\gamma H}{1-r}\bigl(T-r\frac{1-r^T}{1-r}\bigr)` with :math:`r=\gamma\lVert R\rVert_2\ne1`, and
    :math:`\gamma HT(T+1)/2` for :math:`r=1`; on the way,
    :math:`\lVert\delta_k\rVert\le\frac{1-r^{T-k+1}}{1-r}\max_t\lVert g_t\rVert`.

    **Assumptions.** one_recurrent_layer, vanilla_cell, tied_weights, bounded_slope, sure_norm, bounded_state.

    **Derivation.** Each step adds its own loss to r times what comes back: a geometric series; the uses of the matrix
    add up by the triangle inequality; induction.

    **Tightness.** Attained by a linear unit that its inputs hold at the largest state, with losses alike.

    **Source.** Pascanu, Mikolov and Bengio 2013, section 2.

    See Also
    --------
    weight_gradient_norm_le_geometric_series : a loss at the last step only

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> net = sg.rnn(steps=3, weights={"weight_ih_l0": np.eye(1), "weight_hh_l0": np.array([[0.5]])})
    >>> sg.theorems.claim("summed_gradient_norm_le_geometric_series", net).valued()
    17/4
    """
    rate = _rate(network)
    steps = _over_all_steps(lengths_of_all_losses(rate), summed_series(rate, LAG))
    name = "summed_gradient_norm_le_geometric_series"
    return _series_claim(network, name, Quantity(Measurable.SUMMED_GRADIENT_NORM).in_time(), steps, rate)
