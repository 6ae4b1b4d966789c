"""LSTMs: a matrix of two rows that bounds all their Jacobians, when it makes gradients vanish, and how large cells grow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import sympy as sp

from ...claims import (
    Always,
    Assumption,
    Claim,
    Holding,
    Measurable,
    Particular,
    Quantity,
    Relation,
    Tightness,
    TightnessKind,
    cite,
    jacobian_norm,
    no,
    symbol,
    unknown,
    yes,
)
from ...networks import GivenWeights, Recurrence, recurrence
from ..registries import theorem
from .drives import KNOWN_DRIVE, gate_bound, largest_slope, within_inputs
from .gated_cells import STATES_BEGIN_AT_ZERO, spectral_norms
from .hypotheses import GIVEN_RECURRENT_WEIGHTS, ONE_RECURRENT_LAYER
from .keeping_gates import PLAIN_LSTM
from .lstm_derivations import (
    ALPHA,
    AXES,
    CELL,
    FORGET,
    INPUT,
    KAPPA,
    NORMS,
    OUTPUT,
    RHO,
    cell_sum_steps,
    comparison_steps,
    criterion_steps,
    radius,
)

__all__ = [
    "cell_state_size_le_geometric_sum_of_gates",
    "comparison_radius_lt_one_of_lstm_gates",
    "jacobian_norm_le_pow_of_lstm_comparison",
]

STEPS = symbol("steps")
_SOURCES = (cite("hochreiter_schmidhuber_1997"), cite("gers_2000"))
_STABLE = cite("miller_hardt_2019")
Values = tuple[tuple[sp.Expr, sp.Expr], ...]


def _sees_the_state(network: Recurrence) -> Holding:
    (layer,) = network.layers
    seen = [gate for gate in "ifg" if layer.matrix(f"R_{gate}").array.any()]  # type: ignore[union-attr]
    if seen:
        return yes(f"R_{seen[0]} is not zero")
    return no("R_i, R_f and R_g are zero, so that the output is fed back by the output gate alone")


def _vanishing(network: Recurrence) -> Holding:
    values = dict(_values(network))
    left, right = (_number(expr, values) for expr in (OUTPUT * KAPPA, (1 - ALPHA) * (1 - FORGET)))
    told = f"what is fed back is {sp.N(left, 6)}, and the gates close by {sp.N(right, 6)}"
    difference = (right - left).evalf(30)
    if abs(difference) < sp.Rational(1, 10**25):
        return unknown(told)
    return yes(told) if difference > 0 else no(told)


def _number(expr: sp.Expr, values: dict[sp.Expr, sp.Expr]) -> sp.Expr:
    for _ in values:  # values hold symbols of others
        expr = expr.xreplace(values)
    return expr


FED_BACK = Assumption("fed_back", "the cell state sees the output", r"R_i,R_f,R_g\text{ not all zero}", _sees_the_state)
VANISHING_GATES = Assumption(
    "vanishing_gates",
    "the gates close fast enough for what is fed back",
    r"\bar o\kappa<(1-\alpha)(1-\bar f)",
    _vanishing,
)
_GATED = (ONE_RECURRENT_LAYER, PLAIN_LSTM, GIVEN_RECURRENT_WEIGHTS, STATES_BEGIN_AT_ZERO, KNOWN_DRIVE)
_COMPARED = (*_GATED, FED_BACK)


def _gates(network: Recurrence) -> Values:
    return (FORGET, gate_bound(network, "f")), (INPUT, gate_bound(network, "i"))


def _values(network: Recurrence) -> Values:
    """Return what the letters of the comparison matrix stand for."""
    slope = {gate: largest_slope(network, gate) for gate in "ifo"}
    fed = CELL * slope["f"] * NORMS["f"] + slope["i"] * NORMS["i"] + INPUT * NORMS["g"]
    return (
        (RHO, radius()),
        (KAPPA, fed),
        (ALPHA, sp.tanh(CELL) * slope["o"] * NORMS["o"]),
        (CELL, INPUT / (1 - FORGET)),
        (OUTPUT, gate_bound(network, "o")),
        *_gates(network),
        *spectral_norms(network.layers[0], "ifgo"),
    )


def _axes(network: Recurrence) -> sp.Expr:
    """Return the ratio of the axes, which is at least 1: the root of the ratio of the entries off the diagonal."""
    ratio = OUTPUT * FORGET / KAPPA
    return sp.sqrt(ratio) if _number(ratio, dict(_values(network))).evalf() >= 1 else sp.sqrt(1 / ratio)


def _lstm(forget_bias: float, weight: float, steps: int = 30) -> Recurrence:
    """Return one unit without input, whose gates see its output a little."""
    law = {f"R_{gate}": GivenWeights(np.array([[weight]])) for gate in "ifgo"}
    biases: dict[str, Any] = {"b_f": forget_bias, "b_o": np.array([30.0])}
    return recurrence("lstm", 1, steps, law=law, biases=biases, input_mean_square=0)


def _without_carousel(claim: Claim) -> Claim:
    """Look at the output alone, and forget that the cell state carries the gradient from step to step."""
    return replace(claim, bound=AXES * (ALPHA + OUTPUT * KAPPA) ** STEPS)


@theorem(
    assumptions=_COMPARED,
    mutant=_without_carousel,
    example=lambda: _lstm(0.0, 0.03125, steps=10),
    about=Recurrence,
)
def jacobian_norm_le_pow_of_lstm_comparison(network: Recurrence) -> Claim:
    r"""Through an LSTM a gradient shrinks or grows in a step by at most the spectral radius of a matrix of two rows.

    **Statement.** :math:`\lVert J_{T:0}\rVert_2\le a\,\rho(M)^T` with
    :math:`M=\begin{pmatrix}\alpha+\bar o\kappa&\bar o\bar f\\ \kappa&\bar f\end{pmatrix}`,
    :math:`a^2=\max(\bar o\bar f/\kappa,\kappa/(\bar o\bar f))`,
    :math:`\kappa=c_{\max}\beta_f\lVert R_f\rVert+\beta_i\lVert R_i\rVert+\bar\imath\lVert R_g\rVert`,
    :math:`\alpha=\tanh(c_{\max})\beta_o\lVert R_o\rVert` and :math:`c_{\max}=\bar\imath/(1-\bar f)`. A bar is what a gate stays below,
    :math:`\beta` its largest slope, :math:`x(1-x)` at a bound x below 1/2 and 1/4 otherwise. J is that of both states.

    **Assumptions.** one_recurrent_layer, plain_lstm, given_recurrent_weights, states_begin_at_zero, known_drive, fed_back.

    **Derivation.** Product rule; no entry of the cell state exceeds c_max; so M bounds what a step makes of the lengths of a
    change of both states. In the norm :math:`\kappa u^2+\bar o\bar fv^2` it is symmetric; induction over the steps.

    **Tightness.** Approached by one unit whose forget gate is open and whose other gates hardly move: a search reaches 0.99
    of it, in one step and in sixteen. For random weights loose by a factor that grows exponentially with the steps.

    **Source.** Hochreiter and Schmidhuber 1997 and Gers et al. 2000 for the cell; the bound is derived here. Miller and Hardt
    2019 have a sufficient condition for stability in the maximum norm.

    See Also
    --------
    comparison_radius_lt_one_of_lstm_gates : when it makes gradients vanish

    Examples
    --------
    >>> import symgrad as sg
    >>> claim = sg.theorems.claim("jacobian_norm_le_pow_of_lstm_comparison", _lstm(0.0, 0.125))
    >>> round(float(claim.value_of(claim.values[1][0])), 4), claim.depth_until(1e-3)
    (0.6695, 19)
    """
    return Claim(
        name="jacobian_norm_le_pow_of_lstm_comparison",
        subject=str(network),
        quantity=jacobian_norm(0).in_time(),
        relation=Relation.LE,
        bound=AXES * RHO**STEPS,
        mode=Always(),
        assumptions=_COMPARED,
        derivation=comparison_steps(),
        sources=(*_SOURCES, _STABLE),
        tightness=Tightness(
            TightnessKind.UPPER,
            "approached by one unit whose forget gate is open and whose other gates hardly move: a search reaches 0.99 of "
            "it, in one step and in sixteen; for random weights loose by a factor that grows exponentially with the steps",
        ),
        values=((AXES, _axes(network)), *_values(network), (STEPS, network.steps)),
        particulars=(Particular(AXES, (OUTPUT, FORGET, KAPPA)),),  # which of the two roots is larger
        condition=within_inputs(network),
    )


@theorem(
    assumptions=(*_COMPARED, VANISHING_GATES),
    mutant=lambda claim: replace(claim, bound=sp.S.Half),
    example=lambda: _lstm(0.0, 0.125),
    about=Recurrence,
)
def comparison_radius_lt_one_of_lstm_gates(network: Recurrence) -> Claim:
    r"""The gradient of an LSTM vanishes, provably, if its gates close fast enough for what is fed back.

    **Statement.** :math:`\rho(M)<1` if :math:`\bar o\kappa<(1-\alpha)(1-\bar f)`, and not otherwise; the gradient then
    vanishes by `jacobian_norm_le_pow_of_lstm_comparison`, at every lag and for every state that can be reached.

    **Assumptions.** one_recurrent_layer, plain_lstm, given_recurrent_weights, states_begin_at_zero, known_drive, fed_back,
    vanishing_gates.

    **Derivation.** The determinant of :math:`I-M` is :math:`(1-\alpha)(1-\bar f)-\bar o\kappa`, and the product of
    :math:`1-\rho` and a positive number.

    **Tightness.** Exact for the matrix; a gradient may vanish where the matrix does not say so.

    **Source.** Miller and Hardt 2019 for a condition of that kind, in the maximum norm; this one is derived here. Hochreiter
    and Schmidhuber 1997 and Gers et al. 2000 for the cell.

    See Also
    --------
    jacobian_norm_le_pow_of_lstm_comparison : the bound

    Examples
    --------
    >>> import symgrad as sg
    >>> answers = {each.name: each for each in sg.theorems.about(_lstm(1.0, 1.0))}
    >>> print(answers["comparison_radius_lt_one_of_lstm_gates"].refusal)
    the gates close fast enough for what is fed back: what is fed back is 2.51428, and the gates close by 0.0894025
    """
    return Claim(
        name="comparison_radius_lt_one_of_lstm_gates",
        subject=str(network),
        quantity=Quantity(Measurable.COMPARISON_RADIUS).in_time(),
        relation=Relation.LT,
        bound=sp.S.One,
        mode=Always(),
        assumptions=(*_COMPARED, VANISHING_GATES),
        derivation=criterion_steps(),
        sources=(_STABLE, *_SOURCES),
        tightness=Tightness(TightnessKind.EXACT, "for the matrix; a gradient may vanish where it does not say so"),
        values=_values(network)[1:],
    )


@theorem(
    assumptions=_GATED,
    mutant=lambda claim: replace(claim, bound=INPUT),
    example=lambda: _lstm(0.0, 0.125),
    about=Recurrence,
)
def cell_state_size_le_geometric_sum_of_gates(network: Recurrence) -> Claim:
    r"""The cell state of an LSTM with a forget gate stays bounded, however long it runs.

    **Statement.** :math:`\max_i|c_{T,i}|\le\bar\imath\,(1-\bar f^T)/(1-\bar f)<\bar\imath/(1-\bar f)`. Without a forget
    gate there is no such limit: :math:`|c_T|\le T`.

    **Assumptions.** one_recurrent_layer, plain_lstm, given_recurrent_weights, states_begin_at_zero, known_drive.

    **Derivation.** :math:`|c_t|\le\bar f|c_{t-1}|+\bar\imath`; induction.

    **Tightness.** Approached by a unit whose gates stay at their bounds and whose candidate saturates.

    **Source.** Gers et al. 2000 for the forget gate, and Hochreiter and Schmidhuber 1997 for the cell.

    See Also
    --------
    jacobian_norm_le_pow_of_lstm_comparison : which needs it

    Examples
    --------
    >>> import symgrad as sg
    >>> claim = sg.theorems.claim("cell_state_size_le_geometric_sum_of_gates", _lstm(0.0, 0.125))
    >>> round(float(claim.valued()), 4)
    1.1331
    """
    bound = INPUT * (1 - FORGET**STEPS) / (1 - FORGET)
    return Claim(
        name="cell_state_size_le_geometric_sum_of_gates",
        subject=str(network),
        quantity=Quantity(Measurable.CELL_STATE_SIZE, STEPS).in_time(),
        relation=Relation.LE,
        bound=bound,
        mode=Always(),
        assumptions=_GATED,
        derivation=cell_sum_steps(),
        sources=_SOURCES,
        tightness=Tightness(TightnessKind.UPPER, "approached by gates at their bounds and a candidate that saturates"),
        values=(*_gates(network), (STEPS, network.steps)),
        condition=within_inputs(network),
    )
