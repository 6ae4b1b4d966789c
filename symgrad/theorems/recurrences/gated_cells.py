"""Gated cells as hypotheses: which cell it is, where its states begin, and what its weights stay below."""

from __future__ import annotations

from functools import partial

import numpy as np
import sympy as sp

from ...claims import Assumption, Holding, Norm, no, symbol, unknown, yes
from ...networks import (
    CELLS,
    Cell,
    ConstantBiases,
    GaussianBiases,
    GivenBiases,
    GivenWeights,
    Recurrence,
    RecurrentLayer,
    VectorLaw,
)
from ..rates import given_norm

__all__ = [
    "GRU_RESET_AFTER",
    "GRU_RESET_BEFORE",
    "INPUT_GATED",
    "KNOWN_RESET_BIAS",
    "MGU",
    "MINIMAL_RNN",
    "STATES_BEGIN_AT_ZERO",
    "UNSHIFTED_JANET",
    "bias_size",
    "spectral_norms",
]


def _is_cell(name: str, words: str, latex: str, model: Cell) -> Assumption:
    """Make an assumption that the cell does what a model does, whatever its name."""
    return Assumption(name, words, latex, partial(_same_cell, words, model))


def _same_cell(words: str, model: Cell, network: Recurrence) -> Holding:
    cell = network.layers[0].cell
    if _does(cell) == _does(model):
        return yes(words)
    return no(f"the cell is {cell.name}" + (" of another kind" if cell.name == model.name else ""))


def _does(cell: Cell) -> tuple[object, ...]:
    return cell.states, cell.lines, cell.update, cell.vectors


def _begin_at_zero(network: Recurrence) -> Holding:
    square = network.state_mean_square
    if square.is_zero:
        return yes("states begin at zero")
    said = f"the initial state has mean square {square}"
    return no(said) if square.is_positive else unknown(said)


def _known_reset_bias(network: Recurrence) -> Holding:
    law = network.layers[0].vector("d_n")
    return no(f"d_n has no largest entry: {law.words}") if bias_size(law) is None else yes("d_n is given")


def bias_size(law: VectorLaw) -> sp.Expr | None:
    """Return the largest absolute entry of a bias vector, or None if it is drawn or a symbol."""
    if isinstance(law, GivenBiases):
        return sp.Rational(*float(np.abs(law.array).max()).as_integer_ratio())
    if isinstance(law, ConstantBiases):
        return None if law.free_symbols else abs(law.value)
    return sp.S.Zero if isinstance(law, GaussianBiases) and law.bias_var.is_zero else None


def spectral_norms(layer: RecurrentLayer, gates: str) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
    """Return the symbols of the spectral norms of given recurrent weights with their values, certified upper bounds."""
    found = []
    for gate in gates:
        law = layer.matrix(f"R_{gate}")
        if not isinstance(law, GivenWeights):
            raise ValueError(f"R_{gate} of {layer.cell.name} is drawn; give the weights")
        found.append((symbol(f"recurrent_norm_{gate}"), given_norm(law, Norm.SPECTRAL)))
    return tuple(found)


STATES_BEGIN_AT_ZERO = Assumption("states_begin_at_zero", "states begin at zero", "h_0=0", _begin_at_zero)
KNOWN_RESET_BIAS = Assumption(
    "known_reset_bias", "the bias that the reset gate multiplies is given", r"d_n\text{ given}", _known_reset_bias
)
GRU_RESET_AFTER = _is_cell(
    "gru_reset_after",
    "the cell is a GRU that resets the image of the state",
    r"n=\tanh(W_nx+b_n+r(R_nh+d_n))",
    CELLS["gru"](),
)
GRU_RESET_BEFORE = _is_cell(
    "gru_reset_before",
    "the cell is a GRU that resets the state itself",
    r"n=\tanh(W_nx+R_n(rh)+b_n)",
    CELLS["gru"](reset_after=False),
)
MGU = _is_cell("minimal_gated_unit", "the cell is a minimal gated unit", r"h'=(1-f)h+f\tilde h", CELLS["mgu"]())
UNSHIFTED_JANET = _is_cell(
    "unshifted_janet", "the cell is a JANET without a shift", r"h'=fh+(1-f)\tilde c", CELLS["janet"]()
)
MINIMAL_RNN = _is_cell("minimal_rnn", "the cell is a minimalRNN", r"h'=uh+(1-u)z", CELLS["minimalrnn"]())
INPUT_GATED = _is_cell(
    "input_gated", "no gate and no candidate sees the state", r"h'=f_th+(1-f_t)z_t", CELLS["input_gated"]()
)
