"""Hypotheses of theorems about recurrent networks. Each says yes, no or unknown, and why."""

from __future__ import annotations

from ...activations import CannotDerive
from ...claims import Assumption, Holding, no, unknown, yes
from ...networks import (
    AntisymmetricWeights,
    GaussianWeights,
    GivenWeights,
    IdentityWeights,
    OrthogonalWeights,
    Recurrence,
    WhiteInputs,
)
from ...rigor import CannotEnclose
from ..hypotheses import below_one

__all__ = [
    "BOUNDED_STATE",
    "CONTRACTING_STEPS",
    "FRESH_WEIGHTS",
    "GAUSSIAN_RECURRENT_WEIGHTS",
    "GIVEN_RECURRENT_WEIGHTS",
    "KNOWN_LEAST_STRETCH",
    "NO_INPUT",
    "ONE_RECURRENT_LAYER",
    "SEVERAL_STEPS",
    "STEEP_EVERYWHERE",
    "SURE_NORM",
    "TIED_WEIGHTS",
    "VANILLA_CELL",
    "WEIGHTS_WITH_A_NORM",
]


def _one_layer(network: Recurrence) -> Holding:
    count = len(network.layers)
    return yes("there is one layer") if count == 1 else no(f"there are {count} layers")


def _vanilla_cell(network: Recurrence) -> Holding:
    """Recognise the cell by what it does: one state, which is an activation of one preactivation of itself."""
    for layer in network.layers:
        cell = layer.cell
        if len(cell.lines) != 2 or len(cell.gates) != 1 or cell.update != (cell.gates[0].symbol,):
            return no(f"the cell is {cell.name}, whose state is not one activation of one preactivation")
        (affine,) = cell.preactivations
        if affine.recurs != cell.states[0] or cell.gates[0].of != affine.symbol:
            return no(f"in {cell.name} the matrix does not multiply the state itself")
    return yes("the new state is an activation of one preactivation")


def _tied(network: Recurrence) -> Holding:
    return yes("one matrix serves all steps") if network.tied else no("every step has weights of its own")


def _fresh(network: Recurrence) -> Holding:
    if network.tied:
        return no("one matrix serves all steps, as in every recurrent network that is trained")
    return yes("every step has weights of its own")


def _given(network: Recurrence) -> Holding:
    if all(isinstance(law, GivenWeights) for layer in network.layers for law in layer.recurrent):
        return yes("the recurrent weights are given")
    return no("recurrent weights are drawn")


def _gaussian(network: Recurrence) -> Holding:
    for law in (law for layer in network.layers for law in layer.recurrent):
        if not isinstance(law, GaussianWeights):
            kind = "given" if isinstance(law, GivenWeights) else law.kind
            return no(f"recurrent weights are {kind}")
    return yes("all recurrent weights are Gaussian")


def _no_input(network: Recurrence) -> Holding:
    if not isinstance(network.inputs, WhiteInputs):
        return no("inputs are given")
    square = network.inputs.mean_square
    if square.is_zero:
        return yes("there is no input")
    return no(f"the inputs have mean square {square}") if square.is_positive else unknown(f"{square} may be zero")


def _with_a_norm(network: Recurrence) -> Holding:
    if any(isinstance(law, AntisymmetricWeights) for layer in network.layers for law in layer.recurrent):
        return no("what the norm of random antisymmetric weights stays below is not known here; give the weights")
    return yes("what the norm of the recurrent weights stays below is known")


def _sure_norm(network: Recurrence) -> Holding:
    holding = _with_a_norm(network)
    if holding and any(isinstance(law, GaussianWeights) for layer in network.layers for law in layer.recurrent):
        return no("the norm of Gaussian weights is a matter of chance; give the weights, or ask for the bound itself")
    return holding


def _least_stretch_known(network: Recurrence) -> Holding:
    for law in (law for layer in network.layers for law in layer.recurrent):
        if not isinstance(law, GivenWeights | IdentityWeights | OrthogonalWeights):
            return no(f"the smallest singular value of {law.words} can be as small as zero; give the weights")
    return yes("the smallest singular value of the recurrent weights is known")


def _steep_everywhere(network: Recurrence) -> Holding:
    from .rates import smallest_slope  # as below

    try:
        least = smallest_slope(network)
    except (CannotDerive, CannotEnclose) as error:
        return unknown(f"the smallest slope of {network.activations[0].name} is not known: {error}")
    told = f"the smallest slope of {network.activations[0].name} is {least}"
    if least.is_positive:
        return yes(told)
    return no(f"{told}: its units can be flat") if least.is_zero else unknown(f"{told}, which may be 0")


def _bounded_state(network: Recurrence) -> Holding:
    for phi in network.activations:
        if not phi.bounded:
            return (no if phi.bounded is False else unknown)(f"the values of {phi.name} are not known to be bounded")
    return yes("the values of the activation are bounded")


def _several_steps(network: Recurrence) -> Holding:
    more = network.steps - 1
    if more.is_positive:
        return yes(f"there are {network.steps} steps")
    told = f"the number of steps is {network.steps}"
    return no(told) if more.is_nonpositive else unknown(f"{told}, which may be 1")


def _contracting_steps(network: Recurrence) -> Holding:
    from .rates import worst_case_rate  # the rate is a theorem's number, not a word of this file

    return below_one(worst_case_rate(network), "step")


ONE_RECURRENT_LAYER = Assumption(
    "one_recurrent_layer", "there is one recurrent layer", r"h_t=F(h_{t-1},x_t)", _one_layer
)
VANILLA_CELL = Assumption("vanilla_cell", "the cell is a vanilla one", r"h_t=\varphi(Rh_{t-1}+Wx_t+b)", _vanilla_cell)
TIED_WEIGHTS = Assumption("tied_weights", "one set of weights serves all steps", r"R_1=\dots=R_T=R", _tied)
FRESH_WEIGHTS = Assumption(
    "fresh_weights", "the weights of different steps are independent", r"R_1,\dots,R_T\text{ independent}", _fresh
)
GIVEN_RECURRENT_WEIGHTS = Assumption(
    "given_recurrent_weights", "the recurrent weights are given numbers", r"R\text{ given}", _given
)
GAUSSIAN_RECURRENT_WEIGHTS = Assumption(
    "gaussian_recurrent_weights",
    "the recurrent weights are independent centred Gaussians",
    r"R_{ij}\sim N(0,g^2/n)",
    _gaussian,
)
WEIGHTS_WITH_A_NORM = Assumption(
    "weights_with_a_norm",
    "the norm of the recurrent weights, or what it stays below, is known",
    r"\lVert R\rVert\text{ known}",
    _with_a_norm,
)
SURE_NORM = Assumption(
    "sure_norm",
    "what the norm of the recurrent weights stays below is no matter of chance",
    r"\lVert R\rVert_2\text{ bounded surely}",
    _sure_norm,
)
KNOWN_LEAST_STRETCH = Assumption(
    "known_least_stretch",
    "the smallest singular value of the recurrent weights is known",
    r"s_{\min}(R)\text{ known}",
    _least_stretch_known,
)
STEEP_EVERYWHERE = Assumption(
    "steep_everywhere", "no slope is zero or near it", r"\gamma_{\min}=\inf_x|\varphi'(x)|>0", _steep_everywhere
)
BOUNDED_STATE = Assumption(
    "bounded_state", "the values of the activation are bounded", r"\sup_x|\varphi(x)|<\infty", _bounded_state
)
SEVERAL_STEPS = Assumption("several_steps", "there are several steps", r"T\ge 2", _several_steps)
CONTRACTING_STEPS = Assumption(
    "contracting_steps", "the bound of a step is below one", r"0<\gamma\lVert R\rVert_2<1", _contracting_steps
)
NO_INPUT = Assumption("no_input", "there is no input", r"x_t=0", _no_input)
