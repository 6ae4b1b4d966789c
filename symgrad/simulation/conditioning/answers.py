r"""Answers: products with a matrix that is never formed, exact in law however often it is asked, from either side.

Let ``W`` have independent standard normal entries. Once it is known that ``W Q = A`` and ``W.T U = B``, for orthonormal
columns of ``Q`` and ``U`` that may depend on all that was known before, a direction ``q`` orthogonal to ``Q`` gives

.. math:: W q = U (B^\top q) + (I - U U^\top)\, g

in law, where ``g`` is standard normal and independent of all else; and the same with ``W`` transposed. An orthogonal
matrix that is uniform takes ``q`` to a direction that is uniform on the sphere across ``A``, and its transpose takes it
back; one with fewer rows or columns is part of a square one. So a vector is taken apart into what was asked before and
a new direction, and the answer is put together. Directions that fill the whole space leave nothing to draw.

References
----------
Bolthausen 2014, arXiv:1201.2891; Bayati and Montanari 2011, arXiv:1001.3448. For orthogonal matrices: Rangan, Schniter
and Fletcher 2019, arXiv:1610.03082, Lemma 4.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ..compilations import inlined, pasted
from ..randomness.normals import aligned, fill
from ..randomness.streams import Purpose
from ..wiring.scalings import largest, towards_one
from ..wiring.wirings import Array, Floats
from .rows import add_dots, add_rows, product

__all__ = ["Scratch", "Side", "answer_from"]

_PREACTIVATION, _TRANSPOSE = int(Purpose.PREACTIVATION), int(Purpose.TRANSPOSE)
_EACH = 256  # a purpose is smaller; the rest of its word counts the directions that were asked before
_ROUNDINGS = 64  # of what is kept: if less is left of a vector, relative to it, that is rounding
# A vector that keeps this part of its length is orthogonal to what was taken away, to the rounding of its own digits:
# twice is enough, and once where little is taken away (Daniel, Gragg, Kaufman and Stewart 1976).
_MOST = math.sqrt(0.5)


class Side(NamedTuple):
    """What is known on one side of a matrix, and how much may be.

    Parameters
    ----------
    directions, images : int
        Where they begin among the numbers: rows, each of which begins with a block of random numbers. There is room for
        one more than may be, to work in.
    size, image_size : int
        Of a direction and of its image.
    known, most : int
        How many there are, and how many there may be.
    """

    directions: int
    images: int
    size: int
    image_size: int
    known: int
    most: int


class Scratch(NamedTuple):
    """What an answer is worked out in.

    Parameters
    ----------
    answer : (largest image,) float64
        What comes out for the known part of a vector.
    parts, changes : (most directions,) float64
        Its coordinates, and what a pass adds to them.
    """

    answer: Floats
    parts: Floats
    changes: Floats


@pasted
def answer_from(
    numbers: Any,
    scratch: Scratch,
    asked: Any,
    across: Any,
    is_turn: bool,
    transposed: bool,
    seed: int,
    trial: int,
    matrix: int,
    vector: Array,
    out: Array,
) -> bool:
    """Set ``out`` to a matrix, or its transpose, times a vector; what is learned is left behind the last row.

    Parameters
    ----------
    numbers : (numbers,) float64 or float32
        Directions and images of all matrices.
    scratch : Scratch
        Overwritten.
    asked, across : Side
        The side that the vector is on, and the other one; the images of the one are directions of the other if
        ``is_turn``.
    is_turn : bool
        Whether the matrix is orthogonal; otherwise its entries are independent standard normal numbers.
    transposed : bool
        Whether the matrix is.
    seed, trial, matrix : uint64, int, int
        What the numbers are for, besides the way and the direction.
    vector : (at most size,) array
        What is multiplied; zeros follow.
    out : (at most image_size,) array
        Filled; with nan where there is no room for another direction.

    Returns
    -------
    bool
        Whether a direction was learned, which is the caller's to count.
    """
    scale, length = _take_apart(numbers, scratch, asked, vector)
    is_new = length > 0.0 and asked.known < asked.most
    if length > 0.0 and not is_new:
        scale = math.nan
    if is_new:
        purpose = (_TRANSPOSE if transposed else _PREACTIVATION) + _EACH * asked.known
        at = asked.images + asked.known * aligned(asked.image_size)
        fill(numbers[at : at + aligned(asked.image_size)], seed, 0, matrix, trial, purpose)
        _learn(numbers, scratch, asked, across, length, is_turn)
    _put_together(out, numbers, scratch, asked, scale, length)
    return bool(is_new)


@pasted
def _take_apart(numbers: Any, scratch: Scratch, asked: Any, vector: Any) -> tuple[float, float]:
    """Leave a vector without its known part in the next row, and the answer for that part.

    Return the power of two by which the vector was divided, and the length of what is left; zero if that is rounding.
    """
    direction = _row(numbers, asked.directions, asked.size, asked.known)
    peak = np.float64(largest(vector))
    if peak == 0.0:
        return 0.0, 0.0
    scale = towards_one(peak)
    for unit in range(vector.size):
        direction[unit] = vector[unit] * scale
    for unit in range(vector.size, asked.size):
        direction[unit] = 0.0
    whole = length = math.sqrt(product(direction, direction))
    if asked.known > 0:
        parts, apart = scratch.parts[: asked.known], aligned(asked.size)
        _clear(parts)
        for _ in range(2):  # as what the first time leaves is not orthogonal to the digits that it lost
            _take_away(direction, parts, numbers[asked.directions :], apart, scratch.changes[: asked.known])
            before, length = length, math.sqrt(product(direction, direction))
            if length > _MOST * before:
                break
        found = scratch.answer[: asked.image_size]
        _clear(found)
        add_rows(found, parts, numbers[asked.images :], aligned(asked.image_size))
    is_left = asked.known < asked.size and length > _ROUNDINGS * np.finfo(numbers.dtype).eps * whole
    return 1.0 / scale, length if is_left else 0.0


@inlined
def _take_away(vector: Any, parts: Any, rows: Any, apart: int, changes: Any) -> None:
    """Take the part along some rows away from a vector, and add its coordinates to others."""
    _clear(changes)
    add_dots(changes, rows, apart, vector)
    for row in range(changes.size):
        parts[row] += changes[row]
        changes[row] = -changes[row]
    add_rows(vector, changes, rows, apart)


@pasted
def _learn(numbers: Any, scratch: Scratch, asked: Any, across: Any, length: float, is_turn: bool) -> None:
    """Make the next row a direction, and what was drawn its image: across what is known on the other side."""
    direction = _row(numbers, asked.directions, asked.size, asked.known)
    image = _row(numbers, asked.images, asked.image_size, asked.known)
    inverse = 1.0 / length
    for unit in range(asked.size):
        direction[unit] *= inverse
    if across.known > 0:
        changes, apart = scratch.changes[: across.known], aligned(across.size)
        if is_turn:
            for _ in range(2):
                _take_away(image, scratch.parts[: across.known], numbers[across.directions :], apart, changes)
        else:
            _clear(changes)
            add_dots(changes, numbers[across.images :], aligned(across.image_size), direction)
            _turn_around(changes)
            add_dots(changes, numbers[across.directions :], apart, image)
            _turn_around(changes)
            add_rows(image, changes, numbers[across.directions :], apart)
    if is_turn:
        inverse = 1.0 / math.sqrt(product(image, image))
        for unit in range(asked.image_size):
            image[unit] *= inverse


@pasted
def _put_together(out: Any, numbers: Any, scratch: Scratch, asked: Any, scale: float, length: float) -> None:
    """Add the answer for the known part and that for the new direction, if there is one, in the scale of the vector."""
    image = _row(numbers, asked.images, asked.image_size, asked.known)
    if scale == 0.0 or (length == 0.0 and asked.known == 0):
        _clear(out)
    elif asked.known == 0:
        for unit in range(out.size):
            out[unit] = length * image[unit] * scale
    elif length == 0.0:
        for unit in range(out.size):
            out[unit] = scratch.answer[unit] * scale
    else:
        for unit in range(out.size):
            out[unit] = (scratch.answer[unit] + length * image[unit]) * scale


@inlined
def _row(numbers: Any, begin: int, size: int, row: int) -> Any:
    at = begin + row * aligned(size)
    return numbers[at : at + size]


@inlined
def _turn_around(vector: Any) -> None:
    for unit in range(vector.size):
        vector[unit] = -vector[unit]


@inlined
def _clear(vector: Any) -> None:
    for unit in range(vector.size):
        vector[unit] = 0.0
