"""Products: matrices of a step times vectors, formed or not: which of the two is chosen while Numba compiles."""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import overload

from ..compilations import inlined
from ..conditioning.queries import BACK, FORTH, answer
from ..wiring.accumulations import add_four_products, add_four_to_four, add_rows, product
from ..wiring.wirings import Array
from .shares import FIRST_SHARE, MULTIPLE, UPRIGHT

__all__ = ["add_images", "add_times", "add_transposed_images"]

_OPTIONS: Any = {"error_model": "numpy"}
Places = tuple[int, int, int, int, int, int]


def add_times(
    numbers: Array, unformed: Any, seed: int, trial: int, step: int, at: int, vector: Array, out: Array
) -> None:
    """Add a matrix times a vector, in compiled code.

    Parameters
    ----------
    numbers : (numbers,) of the dtype
        Of all matrices that are formed.
    unformed : Unformed or None
        What stands for others.
    seed, trial, step : uint64, int, int
        As for the passes.
    at : int
        Where the matrix begins among the numbers, or a reference to what stands for it.
    vector, out : (columns,) and (rows,) of the dtype
        What is multiplied, and what is added to.
    """
    raise NotImplementedError


@overload(add_times, jit_options=_OPTIONS)
def _times(numbers: Array, unformed: Any, seed: int, trial: int, step: int, at: int, vector: Array, out: Array) -> Any:
    """Choose while Numba compiles: a pass is compiled with one of the two only."""
    return _formed_times if unformed is types.none else _unformed_times


def add_images(turned: Array, unformed: Any, seed: int, trial: int, step: int, bars: Array, places: Places) -> None:
    """Add a matrix times some vectors, in compiled code.

    Parameters
    ----------
    turned : (numbers,) of the dtype
        Of all matrices that are formed, transposed.
    unformed, seed, trial, step : as for `add_times`
        The same.
    bars : (some * row,) of the dtype
        What is multiplied, and what is added to; one row if there are matrices that are not formed.
    places : six int
        What stands for the matrix, the size of a row, where in it a vector is and its size, and where its image is
        added and the size of that.
    """
    raise NotImplementedError


@overload(add_images, jit_options=_OPTIONS)
def _images(turned: Array, unformed: Any, seed: int, trial: int, step: int, bars: Array, places: Places) -> Any:
    """As for `add_times`."""
    return _formed_images if unformed is types.none else _unformed_images


def add_transposed_images(
    numbers: Array, unformed: Any, seed: int, trial: int, step: int, bars: Array, places: Places
) -> None:
    """Add the transpose of a matrix times some vectors, in compiled code; see `add_images`, but for ``numbers``."""
    raise NotImplementedError


@overload(add_transposed_images, jit_options=_OPTIONS)
def _transposed_images(
    numbers: Array, unformed: Any, seed: int, trial: int, step: int, bars: Array, places: Places
) -> Any:
    """As for `add_times`."""
    return _formed_transposed_images if unformed is types.none else _unformed_transposed_images


# --------------------------------------------------------------------------------------------------------------- formed


def _formed_times(
    numbers: Array, unformed: Any, seed: int, trial: int, step: int, at: int, vector: Array, out: Array
) -> None:
    _add_product(out, numbers[at:], vector)


def _formed_images(turned: Array, unformed: Any, seed: int, trial: int, step: int, bars: Array, places: Places) -> None:
    _add_rows_of(turned, bars, places)


def _formed_transposed_images(
    numbers: Array, unformed: Any, seed: int, trial: int, step: int, bars: Array, places: Places
) -> None:
    _add_rows_of(numbers, bars, places)


@inlined
def _add_product(out: Any, matrix: Any, vector: Any) -> None:
    """Add a matrix times a vector."""
    size, whole = vector.size, out.size // 4 * 4
    for row in range(0, whole, 4):
        add_four_products(out[row : row + 4], matrix[row * size :], vector)
    for row in range(whole, out.size):
        out[row] += product(matrix[row * size : (row + 1) * size], vector)


@inlined
def _add_rows_of(numbers: Any, bars: Any, places: Places) -> None:
    """Add vectors times a matrix, whose rows stand one behind the other, to others; four vectors at a time."""
    at, size, source, rows, target, columns = places
    matrix, whole, count = numbers[at:], rows // 4 * 4, bars.size // size
    fours = count // 4 * 4
    for each in range(0, fours, 4):
        begin = each * size
        o, p, q, r = begin + target, begin + size + target, begin + 2 * size + target, begin + 3 * size + target
        first, second = bars[o : o + columns], bars[p : p + columns]
        third, fourth = bars[q : q + columns], bars[r : r + columns]
        for k in range(0, whole, 4):
            at = begin + source + k
            factors = bars[at:], bars[at + size :], bars[at + 2 * size :], bars[at + 3 * size :]
            add_four_to_four(first, second, third, fourth, factors, matrix[k * columns :])
        for row in range(each, each + 4):
            at = row * size
            factor = bars[at + source + whole : at + source + rows]
            add_rows(bars[at + target : at + target + columns], factor, matrix[whole * columns :])
    for each in range(fours, count):
        at = each * size
        add_rows(bars[at + target : at + target + columns], bars[at + source : at + source + rows], matrix)


# ----------------------------------------------------------------------------------------------------------- not formed


def _unformed_times(
    numbers: Array, unformed: Any, seed: int, trial: int, step: int, at: int, vector: Array, out: Array
) -> None:
    """Of the parts of a matrix, the first one to be needed asks for all."""
    share, shares, answers = FIRST_SHARE - at, unformed.shares, unformed.answers
    if at >= 0:
        _add_product(out, numbers[at:], vector)
    elif shares.kinds[share] == MULTIPLE:
        _add_multiple(out, shares.scales[share], vector)
    elif shares.kinds[share] == UPRIGHT:  # coordinates of an input: as many as inputs were met
        met = min(vector.size, step if shares.tied else 1)
        add_rows(out, vector[:met], numbers[shares.matrices[share] :])
    else:
        if shares.firsts[share]:
            begin, end = shares.stack_at[share], shares.stack_at[share] + shares.stack_rows[share]
            answer(unformed.frames, seed, trial, _matrix(shares, share, step), vector, answers[begin:end], FORTH)
        _add_multiple(out, shares.scales[share], answers[shares.at[share] :])


def _unformed_images(
    turned: Array, unformed: Any, seed: int, trial: int, step: int, bars: Array, places: Places
) -> None:
    at, _, source, rows, target, columns = places
    if at >= 0:
        _add_rows_of(turned, bars, places)
    else:
        vector, out = bars[source : source + rows], bars[target : target + columns]
        add_times(turned, unformed, seed, trial, step, at, vector, out)


def _unformed_transposed_images(
    numbers: Array, unformed: Any, seed: int, trial: int, step: int, bars: Array, places: Places
) -> None:
    """Of the parts of a matrix, the last one to be needed, the first on the way forward, asks for all."""
    at, _, source, rows, target, columns = places
    share, shares, answers = FIRST_SHARE - at, unformed.shares, unformed.answers
    vector, out = bars[source : source + rows], bars[target : target + columns]
    if at >= 0:
        _add_rows_of(numbers, bars, places)
    elif shares.kinds[share] == MULTIPLE:
        _add_multiple(out, shares.scales[share], vector)
    else:
        part = answers[shares.at[share] : shares.at[share] + rows]
        for unit in range(rows):
            part[unit] = shares.scales[share] * vector[unit]
        if shares.firsts[share]:
            begin, end = shares.stack_at[share], shares.stack_at[share] + shares.stack_rows[share]
            matrix = _matrix(shares, share, step)
            answer(unformed.frames, seed, trial, matrix, answers[begin:end], unformed.back, BACK)
            _add_multiple(out, 1.0, unformed.back)


@inlined
def _matrix(shares: Any, share: int, step: int) -> Any:
    """Return the number of the matrix that a share is a part of, in a step."""
    return shares.matrices[share] + (0 if shares.tied else (step - 1) * shares.each)


@inlined
def _add_multiple(out: Any, factor: float, vector: Any) -> None:
    for unit in range(out.size):
        out[unit] += factor * vector[unit]
