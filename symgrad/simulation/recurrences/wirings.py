"""Wirings: what the compiled passes through time read of a recurrent network, as flat arrays.

All vectors of a step stand in one row: the input, then for each layer its old states, its lines and its new states.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...networks import GivenInputs, Recurrence, RecurrentLayer, WhiteInputs
from ..compiled.kernels import kernel
from ..randomness.normals import aligned as _compiled_aligned
from ..wiring.scales import root
from .coordinates import of_given
from .mixes import LOOPS, mixes_of
from .parameters import Parameters, lay_out
from .programs import Activate, Combine, Multiply, Program, program
from .shares import Sharing

__all__ = ["ACTIVATE", "COMBINE", "MULTIPLY", "NONE", "RecurrentWiring", "wire_recurrence"]

Array = npt.NDArray[np.floating]
Integers = npt.NDArray[np.int64]

aligned = _compiled_aligned.py_func

MULTIPLY, ACTIVATE, COMBINE = range(3)
NONE = -1
_COLUMNS = 9


class RecurrentWiring(NamedTuple):
    """A recurrent network as the passes read it.

    Parameters
    ----------
    steps : int
        How many.
    operations : (operations, 9) int64
        Those of a step: `MULTIPLY` target, width, matrix, source, matrix of the input, input, its size, bias;
        `ACTIVATE` target, width, of, slopes, address; `COMBINE` first slot of the layer, width, address, number of the
        loop forward, first vector of the layer, stride. `NONE` stands for what is absent.
    row : int
        Numbers in the row of a step.
    old, new, state_at, state_widths : (states,) int64
        Where each state stands in a row, where its new value does, where both are in the vector of all states, and its
        width.
    state_size : int
        Entries of all states.
    output : int
        Which of the states is the output.
    input_width : int
        Entries of the input, which come first in a row.
    freedoms : int
        Entries of an input that is drawn in coordinates of its own; 0 where it is drawn as it is.
    input_scale : float
        What normal numbers are multiplied by; 0 where the input is zero or given.
    inputs : (steps * input width,) of the dtype
        Given inputs; empty where they are drawn.
    state_scale : float
        Root of the mean square of the entries of the initial states.
    parameters : Parameters
        Matrices and vectors.
    tied : bool
        Whether they serve all steps.
    is_kinked : bool
        Whether an activation has a kink at zero, so that a state which is too small for a float has no slope.
    smallest : float
        The smallest number of the dtype that has all its digits.
    """

    steps: int
    operations: Integers
    row: int
    old: Integers
    new: Integers
    state_at: Integers
    state_widths: Integers
    state_size: int
    output: int
    input_width: int
    freedoms: int
    input_scale: float
    inputs: Array
    state_scale: float
    parameters: Parameters
    tied: bool
    is_kinked: bool
    smallest: float


def wire_recurrence(network: Recurrence, dtype: str, sharing: Sharing | None = None) -> RecurrentWiring:
    """Describe a recurrent network to the passes.

    Parameters
    ----------
    network : Recurrence
        Without symbols.
    dtype : {"float64", "float32"}
        Of the passes.
    sharing : Sharing, optional
        What stands for matrices that are never formed.

    Returns
    -------
    RecurrentWiring
        With its activations and formulas compiled.

    Raises
    ------
    ValueError
        If an activation or a formula cannot be compiled, or a number is out of the range of a float.
    """
    wiring = _Wiring(network, dtype, sharing)
    for number, layer in enumerate(network.layers):
        wiring.add(number, layer)
    widths = np.array(wiring.state_widths)
    return RecurrentWiring(
        steps=int(network.steps),
        operations=np.array(wiring.operations, dtype=np.int64),
        row=wiring.row,
        old=np.array(wiring.old),
        new=np.array(wiring.new),
        state_at=np.cumsum(widths) - widths,
        state_widths=widths,
        state_size=int(widths.sum()),
        output=wiring.output,
        input_width=wiring.input_width,
        freedoms=wiring.freedoms,
        input_scale=wiring.input_scale,
        inputs=wiring.inputs,
        state_scale=root("state_mean_square", network.state_mean_square),
        parameters=wiring.parameters,
        tied=network.tied,
        is_kinked=any(point.is_zero for phi in network.activations for point, _ in phi.kink_slopes),
        smallest=float(np.finfo(dtype).smallest_normal),
    )


def _drawn_or_given(inputs: WhiteInputs | GivenInputs, dtype: str) -> tuple[float, Array]:
    """Return what normal numbers are multiplied by, and what is given."""
    if isinstance(inputs, GivenInputs):
        return 0.0, inputs.array.astype(dtype).reshape(-1)
    return root("input_mean_square", inputs.mean_square), np.zeros(0, dtype)


class _Wiring:
    """Lays rows out, layer after layer."""

    def __init__(self, network: Recurrence, dtype: str, sharing: Sharing | None) -> None:
        self._dtype = dtype
        self.parameters, self._places = lay_out(network, dtype, sharing)
        if sharing is not None:
            sharing.place(self._places)
        has_coordinates = sharing is not None and sharing.has_coordinates
        width = int(network.layers[0].input_width)
        self.input_width = width if sharing is None else sharing.input_dimensions
        self.freedoms = width if has_coordinates else 0
        inputs = network.inputs
        if has_coordinates and isinstance(inputs, GivenInputs):
            inputs = GivenInputs(of_given(inputs.array, tied=network.tied))
        self.input_scale, self.inputs = _drawn_or_given(inputs, dtype)
        self._reads_input = self.inputs.size > 0 or self.input_scale != 0.0
        self.row = aligned(self.input_width)
        self._input = 0
        self.operations: list[list[int]] = []
        self.old: list[int] = []
        self.new: list[int] = []
        self.state_widths: list[int] = []
        self.output = 0

    def add(self, number: int, layer: RecurrentLayer) -> None:
        """Lay out a layer above those before."""
        columns = int(layer.input_width) if number else self.input_width
        laid = _Laid(number, layer, program(layer.cell), self.row, self._input, self._reads_input, columns, self._dtype)
        self.operations.extend(operation_of(each, laid, self._places) for each in laid.program.operations)
        self.output = len(self.old)
        self.old.extend(laid.at(slot) for slot in range(len(layer.cell.states)))
        self.new.extend(map(laid.at, laid.program.new))
        self.state_widths.extend([laid.width] * len(layer.cell.states))
        self.row += laid.program.size * laid.stride
        self._input, self._reads_input = laid.at(laid.program.new[0]), True


class _Laid(NamedTuple):
    """A layer whose slots have their places in the row."""

    number: int
    layer: RecurrentLayer
    program: Program
    begin: int
    input: int
    reads_input: bool
    columns: int
    dtype: str

    @property
    def width(self) -> int:
        return int(self.layer.width)

    @property
    def stride(self) -> int:
        return int(aligned(self.width))

    def at(self, slot: int) -> int:
        """Return where a slot stands in the row."""
        return self.begin + slot * self.stride

    def mixes(self) -> tuple[int, tuple[int, ...]]:
        """Return the address of the formulas, and the slots that receive their values."""
        formulas = [(each.target, each.value) for each in self.program.operations if isinstance(each, Combine)]
        address = mixes_of(formulas, self.program.slots, self.program.vectors, self.dtype).address
        return address, tuple(target for target, _ in formulas)


Places = dict[tuple[int, str], int]


@singledispatch
def operation_of(operation: Any, laid: _Laid, places: Places) -> list[int]:
    """Return an operation as a row of numbers; see `RecurrentWiring`."""
    raise TypeError(
        f"{type(operation).__name__} is no operation of a step of layer {laid.number} with {sorted(places)}"
    )


@operation_of.register
def _(operation: Multiply, laid: _Laid, places: Places) -> list[int]:
    recurrent = places[laid.number, operation.recurrent] if operation.recurrent else NONE
    inputs = places[laid.number, operation.inputs] if operation.inputs and laid.reads_input else NONE
    bias = places.get((laid.number, operation.bias), NONE) if operation.bias else NONE
    source = laid.at(operation.source) if operation.recurrent else NONE
    columns = laid.columns
    return [MULTIPLY, laid.at(operation.target), laid.width, recurrent, source, inputs, laid.input, columns, bias]


@operation_of.register
def _(operation: Activate, laid: _Laid, places: Places) -> list[int]:  # noqa: ARG001 - as for every operation
    address = kernel(operation.activation, laid.dtype).address
    slots = (laid.at(operation.target), laid.width, laid.at(operation.of), laid.at(operation.slopes))
    return [ACTIVATE, *slots, address, *[NONE] * (_COLUMNS - 6)]


@operation_of.register
def _(operation: Combine, laid: _Laid, places: Places) -> list[int]:
    address, targets = laid.mixes()
    loop = LOOPS * targets.index(operation.target)
    vectors = places.get((laid.number, ""), 0)
    return [COMBINE, laid.begin, laid.width, address, loop, vectors, laid.stride, NONE, NONE]
