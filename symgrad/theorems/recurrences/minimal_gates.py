"""Cells with one gate: the worst case of a step of an MGU, a JANET and a minimalRNN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import sympy as sp

from ...claims import Claim, Fact, Relation, Step, Symbolic, cite, display, symbol
from ...networks import GivenWeights, Recurrence, recurrence
from ..registries import theorem
from .gate_claims import IMAGE, gate_claim, larger_share, reset_steps
from .gate_derivations import VECTOR, MixingGate, common_steps, mean_steps, mixed_steps
from .gated_cells import MGU, MINIMAL_RNN, STATES_BEGIN_AT_ZERO, UNSHIFTED_JANET, spectral_norms
from .hypotheses import GIVEN_RECURRENT_WEIGHTS, ONE_RECURRENT_LAYER

__all__ = [
    "jacobian_norm_le_pow_of_janet_gate",
    "jacobian_norm_le_pow_of_mgu_gate",
    "jacobian_norm_le_pow_of_minimal_rnn_gate",
]

FORGET, HIDDEN, CELL, UPDATE = (symbol(f"recurrent_norm_{gate}") for gate in "fhcu")
_MGU_GATE, _JANET_GATE, _UPDATE_GATE = MixingGate("f", "y", keeps=False), MixingGate("f", "y"), MixingGate("u", "z")
_MGU, _JANET, _MINIMAL = (
    (ONE_RECURRENT_LAYER, cell, GIVEN_RECURRENT_WEIGHTS, STATES_BEGIN_AT_ZERO)
    for cell in (MGU, UNSHIFTED_JANET, MINIMAL_RNN)
)


def _gate_held_fixed(claim: Claim) -> Claim:
    """Forget that the gate sees the state."""
    return replace(claim, bound=claim.bound.subs({FORGET: 0, UPDATE: 0}))


def _one_step(cell: str, law: Mapping[str, Any], biases: Mapping[str, Any]) -> Recurrence:
    given = {name: GivenWeights(array) for name, array in law.items()}
    return recurrence(cell, len(next(iter(law.values()))), 1, law=given, biases=biases, input_mean_square=0)


@theorem(
    assumptions=_MGU,
    mutant=_gate_held_fixed,
    example=lambda: _one_step("mgu", {"R_f": [[20.0]], "R_h": [[0.5]]}, {"b_h": 30}),
    about=Recurrence,
)
def jacobian_norm_le_pow_of_mgu_gate(network: Recurrence) -> Claim:
    r"""A minimal gated unit stretches a gradient in a step by at most a root of squares.

    **Statement.** :math:`\lVert J_{T:0}\rVert_2\le\bigl(1+m^2+\tfrac12\lVert R_f\rVert_2^2\bigr)^{T/2}` with
    :math:`m=\lVert R_h\rVert_2(1+\tfrac14\lVert R_f\rVert_2)`, for every input and bias.

    **Assumptions.** one_recurrent_layer, minimal_gated_unit, given_recurrent_weights, states_begin_at_zero.

    **Derivation.** As for a GRU that resets before the matrix; here one gate does both.

    **Tightness.** Not attained, unless its weights are small: the gate that lets the candidate in lets it see as much of the
    state, so that no unit both keeps and takes over. With all norms 1 no search reaches 0.7 of it.

    **Source.** Zhou et al. 2016 for the cell; the bound is derived here.

    See Also
    --------
    jacobian_norm_le_pow_of_gru_reset_before

    Examples
    --------
    >>> net = _one_step("mgu", {"R_f": [[4.0]], "R_h": [[2.0]]}, {}).with_steps(2)
    >>> import symgrad as sg
    >>> sg.theorems.claim("jacobian_norm_le_pow_of_mgu_gate", net).valued()
    25
    """
    common = common_steps(_MGU_GATE)
    candidate = reset_steps(_MGU_GATE, common[1], FORGET, HIDDEN)
    return gate_claim(
        network,
        "jacobian_norm_le_pow_of_mgu_gate",
        _MGU,
        (*common, *candidate, *mixed_steps(_MGU_GATE, common, candidate[-1], FORGET)),
        spectral_norms(network.layers[0], "fh"),
        cite("zhou_2016"),
        "not attained, unless its weights are small: the gate that lets the candidate in lets it see as much of the state; "
        "with all norms 1 no search reaches 0.7 of it",
    )


def _plain_candidate() -> Step:
    """A candidate that sees the state through a matrix alone stretches by its norm."""
    image = display(r"\lVert R_cv\rVert", nonnegative=True)
    slope = Fact(IMAGE, Relation.LE, image, "the slope of tanh is at most 1, in every unit")
    largest = Fact(image, Relation.LE, CELL * VECTOR, "the norm of a matrix is its largest stretch")
    given = Symbolic((slope, largest), (sp.S.One, sp.S.One))
    return Step(IMAGE, Relation.LE, CELL * VECTOR, "the candidate stretches by m", given)


@theorem(
    assumptions=_JANET,
    mutant=lambda claim: larger_share(claim, FORGET),
    example=lambda: _one_step(
        "janet", {"R_f": np.zeros((2, 2)), "R_c": [[0.0, 0.0], [1.0, 0.0]]}, {"b_f": np.array([30.0, -30.0])}
    ),
    about=Recurrence,
)
def jacobian_norm_le_pow_of_janet_gate(network: Recurrence) -> Claim:
    r"""A JANET without a shift stretches a gradient in a step by at most a root of squares.

    **Statement.** :math:`\lVert J_{T:0}\rVert_2\le\bigl(1+\lVert R_c\rVert_2^2+\tfrac12\lVert R_f\rVert_2^2\bigr)^{T/2}`
    for every input and bias.

    **Assumptions.** one_recurrent_layer, unshifted_janet, given_recurrent_weights, states_begin_at_zero. With a shift the
    shares do not add up to 1, and the state may leave the interval from -1 to 1.

    **Derivation.** As for a GRU, with a candidate that no gate resets.

    **Tightness.** Approached in one step by units of which some keep and others take over, where the gate does not see the
    state. With all norms 1 a search reaches 0.9 of it; over many steps it is loose.

    **Source.** Van der Westhuizen and Lasenby 2018 for the cell (here as van der Westhuizen); the bound is derived here.

    See Also
    --------
    jacobian_norm_le_pow_of_gru_reset_before

    Examples
    --------
    >>> net = _one_step("janet", {"R_f": [[4.0]], "R_c": [[4.0]]}, {}).with_steps(2)
    >>> import symgrad as sg
    >>> sg.theorems.claim("jacobian_norm_le_pow_of_janet_gate", net).valued()
    25
    """
    common = common_steps(_JANET_GATE)
    candidate = _plain_candidate()
    return gate_claim(
        network,
        "jacobian_norm_le_pow_of_janet_gate",
        _JANET,
        (*common, candidate, *mixed_steps(_JANET_GATE, common, candidate, FORGET)),
        spectral_norms(network.layers[0], "fc"),
        cite("van_der_westhuizen_lasenby_2018"),
        "approached in one step by units of which some keep and others take over, where the gate does not see the state; "
        "with all norms 1 a search reaches 0.9 of it, and over many steps it is loose",
    )


@theorem(
    assumptions=_MINIMAL,
    mutant=_gate_held_fixed,
    example=lambda: _one_step("minimalrnn", {"R_u": [[10.0]]}, {"b_z": -30}),
    about=Recurrence,
)
def jacobian_norm_le_pow_of_minimal_rnn_gate(network: Recurrence) -> Claim:
    r"""A minimalRNN stretches a gradient in a step by at most the mean of 1 and a root.

    **Statement.** :math:`\lVert J_{T:0}\rVert_2\le\bigl(\tfrac12+\tfrac12\sqrt{1+\lVert R_u\rVert_2^2}\bigr)^T` for every
    input and bias.

    **Assumptions.** one_recurrent_layer, minimal_rnn, given_recurrent_weights, states_begin_at_zero.

    **Derivation.** With :math:`w=2u-1` twice a step minus the identity is :math:`wx+(1-w^2)sy` in a unit, within the root
    of :math:`x^2+y^2` by Cauchy-Schwarz. Sum over the units; a step is the mean of that and the identity; induction.

    **Tightness.** Nearly attained in one step: with a norm of 1 a search reaches 0.96 of it, with 3 0.98. Over many steps
    loose.

    **Source.** Chen 2017 for the cell; the bound is derived here.

    See Also
    --------
    jacobian_norm_le_pow_of_janet_gate

    Examples
    --------
    >>> net = _one_step("minimalrnn", {"R_u": [[2.0]]}, {})
    >>> import symgrad as sg
    >>> sg.theorems.claim("jacobian_norm_le_pow_of_minimal_rnn_gate", net).valued()  # the golden ratio
    1/2 + sqrt(5)/2
    """
    common = common_steps(_UPDATE_GATE)
    return gate_claim(
        network,
        "jacobian_norm_le_pow_of_minimal_rnn_gate",
        _MINIMAL,
        (*common, *mean_steps(_UPDATE_GATE, common, UPDATE)),
        spectral_norms(network.layers[0], "u"),
        cite("chen_2017"),
        "nearly attained in one step: with a norm of 1 a search reaches 0.96 of it, with 3 0.98; over many steps loose",
    )
