"""Truncated backpropagation through time: what a window costs, and what chunks cost, which is another matter.

A sliding window looks back K steps from every loss: what it leaves out falls like the K-th power of the rate. Chunks,
as in most training loops, detach the state every K steps: a loss right after a boundary loses everything before it, and
what is left out falls like one over K.
"""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ...claims import (
    Always,
    Claim,
    Fact,
    Measurable,
    Quantity,
    Relation,
    Step,
    Symbolic,
    Tightness,
    TightnessKind,
    cite,
    display,
    symbol,
)
from ...networks import Recurrence
from ..hypotheses import BOUNDED_SLOPE
from ..registries import theorem
from ..thresholds import RATE
from .backward_sums import GAMMA, HELD, LAG, added_up, closed, lengths_of_last_loss, one_use, series, summed_series
from .hypotheses import (
    BOUNDED_STATE,
    CONTRACTING_STEPS,
    ONE_RECURRENT_LAYER,
    SEVERAL_STEPS,
    SURE_NORM,
    TIED_WEIGHTS,
    VANILLA_CELL,
)
from .rates import largest_slope, state_bound, worst_case_rate
from .total_gradients import steady_unit

__all__ = ["chunking_error_le_geometric_series", "truncation_error_le_geometric_tail"]

STEPS, WINDOW = symbol("steps"), symbol("window")
_ASSUMED = (
    ONE_RECURRENT_LAYER,
    VANILLA_CELL,
    TIED_WEIGHTS,
    BOUNDED_SLOPE,
    SURE_NORM,
    BOUNDED_STATE,
    CONTRACTING_STEPS,
    SEVERAL_STEPS,
)
_SOURCES = (cite("pascanu_2013", "section 2"), cite("aicher_2019", "section 3"))
_USUAL = 35  # of the language model among PyTorch's examples, whose chunks have so many steps


def _window_claim(
    network: Recurrence, name: str, what: Measurable, steps: tuple[Step, ...], tightness: Tightness
) -> Claim:
    values = (
        (GAMMA, largest_slope(network)),
        (HELD, state_bound(network)),
        (RATE, worst_case_rate(network)),
        (WINDOW, sp.Min(_USUAL, sp.floor(network.steps / 2))),
        (STEPS, network.steps),
    )
    return Claim(
        name=name,
        subject=str(network),
        quantity=Quantity(what).in_time(),
        relation=Relation.LE,
        bound=steps[-1].after,
        mode=Always(),
        assumptions=_ASSUMED,
        derivation=steps,
        sources=_SOURCES,
        tightness=tightness,
        premises=(network.activations[0].lipschitz,),
        values=values,
        condition=sp.And(RATE < 1, WINDOW >= 1, WINDOW < STEPS),
    )


def _wider(claim: Claim) -> Claim:
    """Let the window reach one step further back than it does."""
    return replace(claim, bound=claim.bound.xreplace({WINDOW: WINDOW + 1}))


def _window_steps() -> tuple[Step, ...]:
    lengths = lengths_of_last_loss(RATE)
    use = one_use(lengths)
    first = GAMMA * HELD * RATE ** (WINDOW + 1)
    beyond = use.at({LAG: WINDOW + LAG}, "the line above, k steps beyond the window")
    one_loss = added_up(r"\beta_{#}", beyond, first * series(RATE, LAG), "one more lag beyond the window of a loss")
    bound = first * summed_series(RATE, LAG)
    losses = added_up(r"\Sigma_{#}", one_loss.at(), bound, "one more loss, with one more lag beyond its window")
    count = STEPS - 1 - WINDOW
    return closed((lengths, use, one_loss, losses), count, "so many losses have lags beyond their window")


@theorem(assumptions=_ASSUMED, mutant=_wider, example=steady_unit, about=Recurrence)
def truncation_error_le_geometric_tail(network: Recurrence) -> Claim:
    r"""What a sliding window leaves out of the gradient by the recurrent weights falls like a power of its length.

    **Statement.** With lags up to :math:`K` kept, :math:`M=T-1-K`, losses at all steps and
    :math:`r=\gamma\lVert R\rVert_2<1`,
    :math:`\lVert\nabla_R-\nabla_R^{(K)}\rVert_F/\max_t\lVert g_t\rVert\le\gamma H\sum_{s=K+1}^{T-1}(T-s)r^s
    =\frac{\gamma Hr^{K+1}}{1-r}\bigl(M-r\frac{1-r^M}{1-r}\bigr)`, at most :math:`\gamma HT\,r^{K+1}/(1-r)`.

    **Assumptions.** one_recurrent_layer, vanilla_cell, tied_weights, bounded_slope, sure_norm, bounded_state,
    contracting_steps, several_steps.

    **Derivation.** A use of the matrix k steps back adds at most :math:`\gamma Hr^k`; the lags beyond the window of a
    loss add up to a geometric series, and the losses to a sum of such series; induction.

    **Tightness.** Attained by a linear unit that its inputs hold at the largest state, with losses alike.

    **Source.** Pascanu, Mikolov and Bengio 2013, section 2; Aicher, Foti and Fox 2019, for the geometric decay.

    See Also
    --------
    chunking_error_le_geometric_series : what most training loops do

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> net = sg.rnn(steps=200, weights={"weight_ih_l0": np.eye(1), "weight_hh_l0": np.array([[0.5]])})
    >>> claim = sg.theorems.claim("truncation_error_le_geometric_tail", net)
    >>> claim.subs(window=35).log10 < -8
    True
    """
    tightness = Tightness(TightnessKind.ATTAINED, "by one linear unit whose inputs hold it at the largest state")
    name = "truncation_error_le_geometric_tail"
    return _window_claim(network, name, Measurable.TRUNCATION_ERROR, _window_steps(), tightness)


def _one_cut_loss(use: Step, into: sp.Symbol) -> tuple[Step, Step]:
    """What a loss some steps into a chunk leaves out: all uses before the boundary, however many."""
    cut = use.at({LAG: into + LAG - 1}, "the line above, for uses before the boundary")
    some = added_up(
        r"\beta_{#}", cut, GAMMA * HELD * RATE**into * series(RATE, LAG), "one more use before the boundary"
    )
    rest = Fact(sp.S.Zero, Relation.LE, RATE**LAG / (1 - RATE), "r is below 1")
    all_of_them = Step(
        some.before,
        Relation.LE,
        GAMMA * HELD * RATE**into / (1 - RATE),
        "however many there are: what the series still lacks is not negative",
        Symbolic((some.at(), rest), (sp.S.One, GAMMA * HELD * RATE**into)),
    )
    return some, all_of_them


def _chunk_steps() -> tuple[Step, ...]:
    lengths = lengths_of_last_loss(RATE)
    use, into, before = (
        one_use(lengths),
        display("i", integer=True, positive=True),
        display("c", integer=True, nonnegative=True),
    )
    some, all_of_them = _one_cut_loss(use, into)
    one = GAMMA * HELD * RATE / (1 - RATE)
    loss = display(r"\lambda_{#}", into, nonnegative=True)
    named = Fact(
        loss, Relation.EQ, all_of_them.before.xreplace({LAG: before}), "definition: the loss i steps into a chunk"
    )
    cut_loss = Step(
        loss,
        Relation.LE,
        all_of_them.after,
        "so much a loss leaves out that is i steps into its chunk",
        Symbolic((named, all_of_them.at({LAG: before})), (sp.S.One,)),
    )
    chunk = added_up(r"\kappa_{#}", cut_loss.at({into: LAG}), one * series(RATE, LAG), "one more loss of a chunk")
    whole = chunk.at({LAG: WINDOW}, "the line above, for a whole chunk; one that is cut short leaves out less")
    chunks = added_up(r"\Sigma_{#}", whole, LAG * whole.after, "one more boundary")
    lines = (lengths, use, some, all_of_them, cut_loss, chunk, chunks)
    return closed(lines, sp.ceiling(STEPS / WINDOW) - 1, "so many boundaries are there")


def _one_lag_each(claim: Claim) -> Claim:
    """Let each loss lose its shortest lag beyond the boundary, and not a whole series of them."""
    return replace(claim, bound=claim.bound * (1 - RATE))


@theorem(assumptions=_ASSUMED, mutant=_one_lag_each, example=steady_unit, about=Recurrence)
def chunking_error_le_geometric_series(network: Recurrence) -> Claim:
    r"""What detaching the state every K steps takes from the gradient by the recurrent weights falls like one over K.

    **Statement.** With :math:`M=\lceil T/K\rceil` chunks, losses at all steps and
    :math:`r=\gamma\lVert R\rVert_2<1`,
    :math:`\lVert\nabla_R-\nabla_R^{[K]}\rVert_F/\max_t\lVert g_t\rVert\le\gamma H(M-1)\frac{r(1-r^K)}{(1-r)^2}`.
    For each step that is of order :math:`1/K`, not :math:`r^K`: a loss right after a boundary loses all before it.

    **Assumptions.** one_recurrent_layer, vanilla_cell, tied_weights, bounded_slope, sure_norm, bounded_state,
    contracting_steps, several_steps.

    **Derivation.** A loss i steps into a chunk leaves out the lags from i on, a geometric series; the losses of a chunk
    add up to another one; there is one boundary less than chunks.

    **Tightness.** For chunks long beside :math:`1/(1-r)` nearly attained by a linear unit that its inputs hold at the
    largest state, with losses alike; the known gap is that the first chunks have fewer steps before them.

    **Source.** Pascanu, Mikolov and Bengio 2013, section 2; Aicher, Foti and Fox 2019, for the geometric decay.

    See Also
    --------
    truncation_error_le_geometric_tail : a sliding window

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> net = sg.rnn(steps=70, weights={"weight_ih_l0": np.eye(1), "weight_hh_l0": np.array([[0.5]])})
    >>> round(float(sg.theorems.claim("chunking_error_le_geometric_series", net).valued()), 6)
    2.0
    """
    tightness = Tightness(
        TightnessKind.UPPER, "nearly attained by a linear unit where chunks are long beside 1/(1 - r)"
    )
    name = "chunking_error_le_geometric_series"
    return _window_claim(network, name, Measurable.CHUNKING_ERROR, _chunk_steps(), tightness)
