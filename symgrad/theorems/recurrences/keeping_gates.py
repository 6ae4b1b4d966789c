"""Keeping gates: the gate that multiplies the state which a cell carries on, as the forget gate of an LSTM does."""

from __future__ import annotations

import sympy as sp

from ...claims import Assumption, Holding, no, unknown, yes
from ...networks import (
    CELLS,
    Affine,
    Cell,
    ConstantBiases,
    GaussianBiases,
    GivenBiases,
    Mix,
    Recurrence,
    RecurrentLayer,
)

__all__ = [
    "CONSTANT_GATES",
    "EMPTY_CELL",
    "KEEPING_GATE",
    "ONE_KEEPING_BIAS",
    "ONE_OUTPUT_BIAS",
    "PLAIN_LSTM",
    "SOME_STEPS",
    "bias_number",
    "keeping_bias",
]

_SIGMOID = next(gate.activation for gate in CELLS["lstm"]().gates if str(gate.symbol) == "f")


def keeping_bias(cell: Cell) -> str:
    """Return the name of the bias of the gate by which a cell carries its last state on; empty if there is none.

    The gates held fixed, the new state is that gate times the old one plus something else; and it is a sigmoid of an
    affine function alone, so that no peephole changes with the state.
    """
    mixes = {line.symbol: line.value for line in cell.lines if isinstance(line, Mix)}
    state = cell.states[-1]
    kept = cell.update[-1].xreplace(mixes).diff(state)
    gates = {gate.symbol: gate for gate in cell.gates}
    affines = {line.symbol: line for line in cell.lines if isinstance(line, Affine)}
    gate = gates.get(kept)
    if gate is None or gate.activation != _SIGMOID or gate.of not in affines:
        return ""
    return affines[gate.of].bias


def bias_number(layer: RecurrentLayer, name: str) -> sp.Expr | None:
    """Return the number that all entries of a bias are, or None if they differ or are drawn."""
    law = layer.vector(name)
    if isinstance(law, ConstantBiases):
        return law.value
    if isinstance(law, GaussianBiases):
        return sp.S.Zero if law.bias_var.is_zero else None
    if isinstance(law, GivenBiases) and (law.array == law.array[0]).all():
        return sp.Rational(float(law.array[0]))
    return None


def _keeping_gate(network: Recurrence) -> Holding:
    cell = network.layers[0].cell
    name = keeping_bias(cell)
    return yes(f"its bias is {name}") if name else no(f"{cell.name} multiplies its state by no gate of its own")


def _one_bias(network: Recurrence) -> Holding:
    (layer,) = network.layers
    name = keeping_bias(layer.cell)
    number = bias_number(layer, name)
    return no(f"{name} is not one number: {layer.vector(name).words}") if number is None else yes(f"{name} is {number}")


def _plain_lstm(network: Recurrence) -> Holding:
    cell = network.layers[0].cell
    if cell == CELLS["lstm"]():
        return yes("the cell is an LSTM with a forget gate and without peepholes")
    return no(f"the cell is {cell.name}" + (" of another kind" if cell.name == "lstm" else ""))


def _is_zero(network: Recurrence, names: tuple[str, ...]) -> bool:
    (layer,) = network.layers
    return all(_zero_matrix(layer.matrix(name)) for name in names)


def _zero_matrix(law: object) -> bool:
    array = getattr(law, "array", None)
    if array is not None:
        return not array.any()
    return bool(getattr(law, "weight_var", getattr(law, "gain", sp.S.One)) == 0)


def _constant_gates(network: Recurrence) -> Holding:
    cell = network.layers[0].cell
    quiet = getattr(network.inputs, "mean_square", sp.S.One).is_zero or _is_zero(network, cell.inputs)
    if not quiet:
        return no("the gates see inputs")
    if network.state_mean_square.is_zero is not True:
        return unknown(f"the initial state has mean square {network.state_mean_square}")
    if not _is_zero(network, cell.recurrent):
        return no("the gates see the state through recurrent weights")
    return yes("no gate sees the state or an input")


def _empty_cell(network: Recurrence) -> Holding:
    number = bias_number(network.layers[0], "b_g")
    return yes("nothing is written") if number == 0 else no("the candidate has a bias, so that the cell fills")


def _one_output_bias(network: Recurrence) -> Holding:
    number = bias_number(network.layers[0], "b_o")
    return no("b_o differs from unit to unit") if number is None else yes(f"b_o is {number}")


def _some_steps(network: Recurrence) -> Holding:
    steps = network.steps
    return yes(f"there are {steps} steps") if steps.is_positive else no(f"there are {steps} steps")


KEEPING_GATE = Assumption(
    "keeping_gate", "a sigmoid gate multiplies the state that is carried on", r"c_t=f_tc_{t-1}+\dots", _keeping_gate
)
ONE_KEEPING_BIAS = Assumption(
    "one_keeping_bias", "all units have the same bias at that gate", r"b_{f,1}=\dots=b_{f,n}=b_f", _one_bias
)
PLAIN_LSTM = Assumption(
    "plain_lstm", "the cell is an LSTM with a forget gate and without peepholes", r"c_t=f_tc_{t-1}+i_tg_t", _plain_lstm
)
CONSTANT_GATES = Assumption(
    "constant_gates", "no gate sees the state or an input, and states begin at zero", r"R=0,\ Wx_t=0", _constant_gates
)
EMPTY_CELL = Assumption("empty_cell", "nothing is written into the cell", "b_g=0", _empty_cell)
ONE_OUTPUT_BIAS = Assumption(
    "one_output_bias", "all units have the same bias at the output gate", r"b_{o,1}=\dots=b_{o,n}=b_o", _one_output_bias
)
SOME_STEPS = Assumption("some_steps", "there is a step", r"T\ge1", _some_steps)
