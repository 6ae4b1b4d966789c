"""Cells: one step of a recurrent network each, as symbols. The catalogue has a builder for each by its name."""

from __future__ import annotations

from collections.abc import Callable

from .antisymmetric import euler
from .cells import Cell
from .diagonal import diagonal_cell
from .elman import leaky, vanilla
from .grus import gru_cell
from .input_gated import input_gated_cell
from .janets import janet_cell
from .lines import Affine, Gate, Letter, Line, Mix, letters
from .lstms import lstm_cell
from .mgus import mgu_cell
from .minimal_rnns import minimal_rnn_cell

__all__ = ["CELLS", "Affine", "Cell", "Gate", "Letter", "Line", "Mix", "letters"]

CELLS: dict[str, Callable[..., Cell]] = {
    "rnn": vanilla,
    "leaky": leaky,
    "euler": euler,
    "lstm": lstm_cell,
    "gru": gru_cell,
    "mgu": mgu_cell,
    "janet": janet_cell,
    "minimalrnn": minimal_rnn_cell,
    "input_gated": input_gated_cell,
    "diagonal": diagonal_cell,
}
