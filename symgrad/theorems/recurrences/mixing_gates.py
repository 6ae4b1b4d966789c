"""GRUs: the worst case of a step, for both versions of the reset gate."""

from __future__ import annotations

import numpy as np
import sympy as sp

from ...claims import (
    Claim,
    Fact,
    Norm,
    Relation,
    Step,
    Symbolic,
    cite,
    display,
    symbol,
)
from ...networks import CELLS, GivenWeights, Recurrence, recurrence
from ..rates import given_norm
from ..registries import theorem
from .gate_claims import IMAGE, gate_claim, larger_share, reset_steps
from .gate_derivations import STATE, VECTOR, MixingGate, common_steps, mixed_steps
from .gated_cells import (
    GRU_RESET_AFTER,
    GRU_RESET_BEFORE,
    KNOWN_RESET_BIAS,
    STATES_BEGIN_AT_ZERO,
    bias_size,
    spectral_norms,
)
from .hypotheses import GIVEN_RECURRENT_WEIGHTS, ONE_RECURRENT_LAYER

__all__ = ["jacobian_norm_le_pow_of_gru_reset_after", "jacobian_norm_le_pow_of_gru_reset_before"]

ONE = sp.S.One
_TIGHTNESS = (
    "approached in one step by units of which some keep and others take over, where no gate sees the state; with all norms "
    "1 a search reaches 0.8 of it, and over many steps it is loose"
)
CANDIDATE, RESET, UPDATE = (symbol(f"recurrent_norm_{gate}") for gate in "nrz")
ROW_SUM, BIAS = symbol("recurrent_norm_inf_n"), symbol("reset_bias_size")
_GATE, _RESET_GATE = MixingGate("z", "n"), MixingGate("r", "n")
_AFTER = (ONE_RECURRENT_LAYER, GRU_RESET_AFTER, GIVEN_RECURRENT_WEIGHTS, STATES_BEGIN_AT_ZERO, KNOWN_RESET_BIAS)
_BEFORE = (ONE_RECURRENT_LAYER, GRU_RESET_BEFORE, GIVEN_RECURRENT_WEIGHTS, STATES_BEGIN_AT_ZERO)


def _after_steps(bounded: Step) -> tuple[Step, Step]:
    """How far a candidate stretches whose reset gate multiplies the image, ``r (R_n h + d_n)``."""
    size, product = display("|q_i|", nonnegative=True), _RESET_GATE.share * _RESET_GATE.rest
    slope, most = common_steps(_RESET_GATE)[2], ROW_SUM + BIAS
    image = Fact(size, Relation.LE, ROW_SUM * STATE + BIAS, "a row of weights times the state, and the bias")
    entry = Step(
        size * product,
        Relation.LE,
        most / 4,
        "what moves the reset gate, in every unit: q = R h + d times its slope",
        Symbolic((image, bounded.at(), slope.at()), (product, ROW_SUM * product, most)),
    )
    moved, kept = (display(rf"\lVert {text}v\rVert", nonnegative=True) for text in ("G_r", r"\operatorname{d}(r)R_n"))
    facts = (
        Fact(IMAGE, Relation.LE, moved + kept, "triangle inequality; the slope of tanh is at most 1"),
        Fact(moved, Relation.LE, most / 4 * RESET * VECTOR, "no unit is moved more than that, times the weights"),
        Fact(kept, Relation.LE, CANDIDATE * VECTOR, "a gate is at most 1; the norm of a matrix is its largest stretch"),
    )
    stretch = (CANDIDATE + most / 4 * RESET) * VECTOR
    return entry, Step(IMAGE, Relation.LE, stretch, "the candidate stretches by m", Symbolic(facts, (ONE, ONE, ONE)))


def _larger_share(claim: Claim) -> Claim:
    return larger_share(claim, UPDATE)


def _example(*, reset_after: bool) -> Recurrence:
    """Two units of which one keeps its state and the other takes it over: the norm of a step is the root of 2."""
    zero, handed = np.zeros((2, 2)), np.array([[0.0, 0.0], [1.0, 0.0]])
    law = {"R_r": GivenWeights(zero), "R_z": GivenWeights(zero), "R_n": GivenWeights(handed)}
    biases = {"b_z": np.array([30.0, -30.0]), "b_r": 30}
    return recurrence(CELLS["gru"](reset_after=reset_after), 2, 1, law=law, biases=biases, input_mean_square=0)


@theorem(assumptions=_AFTER, mutant=_larger_share, example=lambda: _example(reset_after=True), about=Recurrence)
def jacobian_norm_le_pow_of_gru_reset_after(network: Recurrence) -> Claim:
    r"""A GRU whose reset gate multiplies the image of the state stretches a gradient in a step by a root of squares.

    **Statement.** :math:`\lVert J_{T:0}\rVert_2\le\bigl(1+m^2+\tfrac12\lVert R_z\rVert_2^2\bigr)^{T/2}` with
    :math:`m=\lVert R_n\rVert_2+\tfrac14(\lVert R_n\rVert_\infty+\lVert d_n\rVert_\infty)\lVert R_r\rVert_2`, for every
    input: the version of PyTorch, cuDNN and Keras.

    **Assumptions.** one_recurrent_layer, gru_reset_after, given_recurrent_weights, states_begin_at_zero, known_reset_bias.

    **Derivation.** No entry of the state exceeds 1, so :math:`s=(h-n)/2` does not. In a unit, Cauchy-Schwarz bounds
    :math:`zx+(1-z)y+2z(1-z)sw` by the root of :math:`x^2+y^2+w^2/2`, since :math:`z^2+(1-z)^2+2z(1-z)=1`. Sum over the
    units; induction over the steps.

    **Tightness.** Approached in one step by units of which some keep and others take over, where no gate sees the state.
    With all norms 1 a search reaches 0.8 of it; over many steps it is loose.

    **Source.** Cho et al. 2014, version 1, for the cell; the bound is derived here.

    See Also
    --------
    jacobian_norm_le_pow_of_gru_reset_before : the other version

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.ones((3, 1)), "weight_hh_l0": np.array([[0.0], [2.0], [1.0]])}
    >>> sg.theorems.claim("jacobian_norm_le_pow_of_gru_reset_after", sg.gru(steps=10, weights=weights)).valued()
    1024
    """
    layer = network.layers[0]
    common = common_steps(_GATE)
    candidate = _after_steps(common[1])
    values = (
        *spectral_norms(layer, "nrz"),
        (ROW_SUM, given_norm(layer.matrix("R_n"), Norm.INF)),
        (BIAS, bias_size(layer.vector("d_n"))),
    )
    return gate_claim(
        network,
        "jacobian_norm_le_pow_of_gru_reset_after",
        _AFTER,
        (*common, *candidate, *mixed_steps(_GATE, common, candidate[-1], UPDATE)),
        values,
        cite("cho_2014", "version 1"),
        _TIGHTNESS,
    )


@theorem(assumptions=_BEFORE, mutant=_larger_share, example=lambda: _example(reset_after=False), about=Recurrence)
def jacobian_norm_le_pow_of_gru_reset_before(network: Recurrence) -> Claim:
    r"""A GRU whose reset gate multiplies the state itself stretches a gradient in a step by a root of squares.

    **Statement.** :math:`\lVert J_{T:0}\rVert_2\le\bigl(1+m^2+\tfrac12\lVert R_z\rVert_2^2\bigr)^{T/2}` with
    :math:`m=\lVert R_n\rVert_2(1+\tfrac14\lVert R_r\rVert_2)`, for every input and bias.

    **Assumptions.** one_recurrent_layer, gru_reset_before, given_recurrent_weights, states_begin_at_zero.

    **Derivation.** As for the other version; the reset gate is moved by at most a quarter of the state, which is within 1.

    **Tightness.** Approached in one step by units of which some keep and others take over, where no gate sees the state.
    With all norms 1 a search reaches 0.8 of it; over many steps it is loose.

    **Source.** Cho et al. 2014, version 3, for the cell; the bound is derived here.

    See Also
    --------
    jacobian_norm_le_pow_of_gru_reset_after : the version of PyTorch

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.ones((3, 1)), "weight_hh_l0": np.array([[4.0], [2.0], [0.5]])}
    >>> net = sg.gru(steps=10, weights=weights, reset_after=False)
    >>> sg.theorems.claim("jacobian_norm_le_pow_of_gru_reset_before", net).valued()
    1024
    """
    common = common_steps(_GATE)
    candidate = reset_steps(_RESET_GATE, common[1], RESET, CANDIDATE)
    return gate_claim(
        network,
        "jacobian_norm_le_pow_of_gru_reset_before",
        _BEFORE,
        (*common, *candidate, *mixed_steps(_GATE, common, candidate[-1], UPDATE)),
        spectral_norms(network.layers[0], "nrz"),
        cite("cho_2014", "version 3"),
        _TIGHTNESS,
    )
