"""Parameters: matrices and vectors of a recurrent network, drawn by their laws; each a pure function of its place.

The word of the counter that feed-forward networks use for the layer holds the step, where weights are fresh at every
step, and the number of a matrix or vector among those of all layers.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...networks import Recurrence, RecurrentLayer
from ..compilations import cached, inlined, pasted
from ..randomness.counters import philox
from ..randomness.normals import ALIGNMENT, aligned, fill
from ..randomness.streams import Purpose
from ..wiring.entries import fill_entries
from .laws import (
    ANTISYMMETRIC,
    CHRONO,
    CONSTANT,
    GAUSSIAN,
    GIVEN,
    IDENTITY,
    RING_IMAGINARY,
    RING_REAL,
    Row,
    matrix_row,
    vector_row,
)
from .shares import Sharing

__all__ = ["Parameters", "draw_parameters", "lay_out", "turn"]

Array = npt.NDArray[np.floating]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_aligned = aligned.py_func

_MOST_STEPS = 2**22  # with fresh weights: what a word of the counter leaves beside the number of a matrix
_MOST_PLACES = 2**10
_WEIGHTS, _BIASES, _CHRONO, _RING = (
    int(each) for each in (Purpose.WEIGHTS, Purpose.BIASES, Purpose.CHRONO, Purpose.RING)
)


class Parameters(NamedTuple):
    """Matrices and vectors as the passes read them, one behind the other in the memory of a thread.

    Parameters
    ----------
    at, laws, rows, columns, given_at : (matrices and vectors,) int64
        Where each begins, how it is drawn, its shape, and where it is given; a vector has one column.
    scales, extras : (matrices and vectors,) float64
        What standard draws are multiplied by, or the number itself; and a truncation, a damping or a second radius.
    places : (matrices and vectors,) int64
        The number in the counter; those that share a draw have the same.
    given : (numbers,) of the dtype
        All that is given.
    size : int
        Numbers of all, with room for whole blocks.
    """

    at: Integers
    laws: Integers
    rows: Integers
    columns: Integers
    given_at: Integers
    scales: Floats
    extras: Floats
    places: Integers
    given: Array
    size: int


def lay_out(
    network: Recurrence, dtype: str, sharing: Sharing | None = None
) -> tuple[Parameters, dict[tuple[int, str], int]]:
    """Lay the parameters of all layers out.

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
    laid : Parameters
        For the passes.
    places : dict of (int, str) to int
        Where a matrix or a vector begins, by the number of its layer and its name; vectors of a cell that are no biases
        stand behind each other, from where the empty name says.

    Raises
    ------
    ValueError
        If a number is out of the range of a float, or there are more matrices than can be told apart.
    """
    laid = _Laying(dtype, sharing)
    for index, layer in enumerate(network.layers):
        laid.add(index, layer)
    if laid.count >= _MOST_PLACES or (not network.tied and network.steps >= _MOST_STEPS):
        raise ValueError(
            f"{network} cannot be drawn: at most {_MOST_PLACES - 1} matrices and vectors and, with fresh weights, "
            f"{_MOST_STEPS - 1} steps have counters of their own"
        )
    return laid.parameters(), laid.places


class _Laying:
    """Lays parameters out, layer after layer."""

    def __init__(self, dtype: str, sharing: Sharing | None) -> None:
        self._sharing = sharing
        self._given: list[Array] = [np.zeros(0, dtype=dtype)]
        self._given_size, self._size, self.count = 0, 0, 0
        self._optional: tuple[str, ...] = ()
        self.rows: list[tuple[Any, ...]] = []
        self.places: dict[tuple[int, str], int] = {}

    def add(self, index: int, layer: RecurrentLayer) -> None:
        """Append the parameters of a layer: matrices, vectors, biases; biases that are zero are left out."""
        width = int(layer.width)
        shared = self.count + 1  # of chrono biases and rings: the same draw in the whole layer
        for name in (*layer.cell.recurrent, *layer.cell.inputs):
            columns = width if name in layer.cell.recurrent else int(layer.input_width)
            row = matrix_row(layer.matrix(name), width, columns)
            if self._sharing is None:
                self._append((index, name), row, width, columns, shared)
            elif (index, name) in self._sharing.upright:
                self._append((index, name), row, width, self._sharing.input_dimensions, shared)
            elif (index, name) in self._sharing.references:
                self.count += 1
                self.places[index, name] = self._sharing.references[index, name]
            else:
                self._append((index, name), row, width, columns, shared)
        self.places[index, ""] = self._size
        for letter in layer.cell.vectors:
            self._append((index, str(letter)), vector_row(layer.vector(str(letter))), width, 1, shared)
        self._optional = layer.cell.biases
        for name in layer.cell.biases:
            self._append((index, name), vector_row(layer.vector(name)), width, 1, shared)

    def _append(self, key: tuple[int, str], row: Row, rows: int, columns: int, shared: int) -> None:
        self.count += 1  # of what is left out too: a draw does not depend on which biases are zero
        if key[1] in self._optional and row.scale == 0.0:
            return
        given_at = -1
        if row.array is not None:
            given_at = self._given_size
            self._given.append(row.array.ravel().astype(self._given[0].dtype))
            self._given_size += row.array.size
        self.places[key] = self._size
        place = shared if row.is_shared else self.count
        self.rows.append((self._size, row.law, rows, columns, given_at, row.scale, row.extra, place))
        self._size += _aligned(rows * columns)

    def parameters(self) -> Parameters:
        columns = list(zip(*self.rows, strict=True)) or [()] * 8
        at, laws, rows, sizes, given_at = (np.array(column, dtype=np.int64) for column in columns[:5])
        scales, extras = (np.array(column, dtype=np.float64) for column in columns[5:7])
        places = np.array(columns[7], dtype=np.int64)
        given = np.concatenate(self._given)
        return Parameters(at, laws, rows, sizes, given_at, scales, extras, places, given, self._size)


@inlined
def _place_of(step: Any, place: Any) -> Any:
    """Return the word of the counter for a matrix or vector in a step; step 0 stands for all."""
    return step * _MOST_PLACES + place


@cached
def draw_parameters(parameters: Parameters, out: Array, seed: int, trial: int, step: int) -> None:
    """Draw all parameters.

    Parameters
    ----------
    parameters : Parameters
        What there is to draw.
    out : (size,) of the dtype
        Filled.
    seed, trial : uint64, int
        As for the passes.
    step : int
        From 1 where weights are fresh at every step, 0 where one set serves all.
    """
    for index in range(parameters.at.size):
        rows, columns = parameters.rows[index], parameters.columns[index]
        law, scale = parameters.laws[index], parameters.scales[index]
        begin, size = parameters.at[index], rows * columns
        block = out[begin : begin + aligned(size)]
        place = _place_of(step, parameters.places[index])
        if law == GIVEN:
            _copy(block, parameters.given, parameters.given_at[index], size)
        elif law == CONSTANT:
            for unit in range(size):
                block[unit] = scale
        elif law == IDENTITY:
            _set_diagonal(block, rows, scale)
        elif law == GAUSSIAN:
            fill(block, seed, 0, place, trial, _BIASES)
            _multiply(block, scale)
        elif law == ANTISYMMETRIC:
            fill(block, seed, 0, place, trial, _WEIGHTS)
            _make_antisymmetric(block, rows, scale, parameters.extras[index])
        elif law == CHRONO:
            _fill_chrono(block, size, scale, parameters.extras[index], seed, place, trial)
        elif law in (RING_REAL, RING_IMAGINARY):
            _fill_ring(block, size, scale, parameters.extras[index], law == RING_REAL, seed, place, trial)
        else:
            fill_entries(block, law, parameters.extras[index], (rows, columns), seed, 0, place, trial, _WEIGHTS)
            _multiply(block, scale)


@cached
def turn(parameters: Parameters, numbers: Array, out: Array) -> None:
    """Transpose all matrices.

    Parameters
    ----------
    parameters : Parameters
        What there is.
    numbers : (size,) of the dtype
        As `draw_parameters` left them.
    out : (size,) of the dtype
        Filled with transposed matrices, at the same places.
    """
    for index in range(parameters.at.size):
        begin, rows, columns = parameters.at[index], parameters.rows[index], parameters.columns[index]
        for i in range(rows):
            for j in range(columns):
                out[begin + j * rows + i] = numbers[begin + i * columns + j]


@inlined
def _copy(block: Any, given: Any, begin: int, size: int) -> None:
    for unit in range(size):
        block[unit] = given[begin + unit]


@inlined
def _multiply(block: Any, scale: float) -> None:
    for unit in range(block.size):
        block[unit] *= scale


@inlined
def _set_diagonal(block: Any, rows: int, value: float) -> None:
    for place in range(rows * rows):
        block[place] = 0.0
    for row in range(rows):
        block[row * rows + row] = value


@inlined
def _make_antisymmetric(block: Any, rows: int, scale: float, damping: float) -> None:
    """Keep what is above the diagonal."""
    for i in range(rows):
        block[i * rows + i] = -damping
        for j in range(i + 1, rows):
            block[i * rows + j] *= scale
            block[j * rows + i] = -block[i * rows + j]


@inlined
def _uniform(word: Any) -> float:
    """Return the midpoint of one of 2**32 equal steps from 0 to 1."""
    return (np.float64(word) + 0.5) * 2.0**-32


@pasted
def _fill_chrono(block: Any, size: int, sign: float, last: float, seed: int, place: int, trial: int) -> None:
    """Take the logarithms of numbers that are uniform from 1 to the longest memory less one."""
    for begin in range(0, size, ALIGNMENT):
        counter = np.uint64(begin // ALIGNMENT), np.uint64(place), np.uint64(trial), np.uint64(_CHRONO)
        for unit, word in enumerate(philox(*counter, seed)):
            block[begin + unit] = sign * math.log(1.0 + (last - 1.0) * _uniform(word))


@pasted
def _fill_ring(
    block: Any, size: int, largest: float, smallest: float, is_real: bool, seed: int, place: int, trial: int
) -> None:
    """Take a square of the radius that is uniform between two, and a phase that is: two words for each unit."""
    for unit in range(size):
        counter = np.uint64(unit), np.uint64(place), np.uint64(trial), np.uint64(_RING)
        first, second, _, _ = philox(*counter, seed)
        radius = math.sqrt(smallest**2 + (largest**2 - smallest**2) * _uniform(first))
        angle = 2.0 * math.pi * _uniform(second)
        block[unit] = radius * (math.cos(angle) if is_real else math.sin(angle))
