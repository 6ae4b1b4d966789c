r"""Queries: products with weights that are never formed, exact in law however often they are asked.

Let ``W`` have independent standard normal entries. Once it is known that ``W Q = A`` and ``W.T U = B``, for orthonormal
columns of ``Q`` and ``U`` that may depend on all that was known before, a direction ``q`` orthogonal to ``Q`` gives

.. math:: W q = U (B^\top q) + (I - U U^\top)\, g

in law, where ``g`` is standard normal and independent of all else; and the same with ``W`` transposed. An orthogonal
matrix that is uniform takes ``q`` to a direction that is uniform on the sphere across ``A``, and its transpose takes it
back; one with fewer rows or columns is part of a square one. So a vector is taken apart into what was asked before and
a new direction, and the answer is put together.

References
----------
Bolthausen 2014, arXiv:1201.2891; Bayati and Montanari 2011, arXiv:1001.3448. For orthogonal matrices: Rangan, Schniter
and Fletcher 2019, arXiv:1610.03082, Lemma 4.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ..compilations import cached, inlined, pasted
from ..randomness.normals import aligned, fill
from ..randomness.streams import EACH, Purpose
from ..wiring.entries import ORTHOGONAL
from ..wiring.memories import Frames
from ..wiring.scalings import largest, towards_one
from ..wiring.spectra import add, dot
from ..wiring.wirings import Array, Floats, Wiring

__all__ = ["BACK", "FORTH", "answer"]

FORTH, BACK = np.bool_(False), np.bool_(True)  # variables to Numba, which would compile twice for two constants

_PREACTIVATION, _TRANSPOSE = int(Purpose.PREACTIVATION), int(Purpose.TRANSPOSE)
# What is left of a vector below this part of it is rounding: whatever the dtype, it is taken apart in double precision.
_ROUNDING = 64.0 * float(np.finfo(np.float64).eps)


class _Side(NamedTuple):
    """What is known on one side of weights: where directions and images begin, their sizes, how many, and how many may be.

    Each row begins with a block of random numbers. There is room for one more than may be, to work in.
    """

    directions: int
    images: int
    size: int
    image_size: int
    known: int
    most: int


@cached
def answer(
    wiring: Wiring, frames: Frames, seed: int, trial: int, stage: int, vector: Array, out: Array, transposed: bool
) -> None:
    """Set ``out`` to the weights of a stage, or their transposed, before they are scaled, times a vector.

    Parameters
    ----------
    wiring : Wiring
        The network.
    frames : Frames
        What was asked before in this trial.
    seed, trial : uint64, int
        As for the passes.
    stage : int
        From 1.
    vector : (at least fan_in,) of the dtype
        What is multiplied; of size fan_out if transposed.
    out : (at least fan_out,) of the dtype
        Filled; with nan where the memory has no room for another direction. Of size fan_in if transposed.
    transposed : bool
        Whether the weights are.
    """
    fan_in, fan_out = wiring.widths[stage - 1], wiring.widths[stage]
    given, wanted = (fan_out, fan_in) if transposed else (fan_in, fan_out)
    is_turn = wiring.entry_laws[stage - 1] == ORTHOGONAL
    asked, across = _sides(frames, stage, fan_in, fan_out, is_turn, transposed)
    scale, length = _take_apart(frames, asked, vector, given)
    if length > 0.0 and asked.known == asked.most:
        scale = math.nan
    elif length > 0.0:
        purpose = (_TRANSPOSE if transposed else _PREACTIVATION) + EACH * asked.known
        at = asked.images + asked.known * aligned(asked.image_size)
        fill(frames.numbers[at : at + aligned(asked.image_size)], seed, 0, stage, trial, purpose)
        _learn(frames, asked, across, length, is_turn)
        _count(frames, stage, is_turn, transposed)
    _put_together(out[:wanted], frames, asked, scale, length)


@pasted
def _sides(frames: Frames, stage: int, fan_in: int, fan_out: int, is_turn: bool, transposed: bool) -> Any:
    """Return the side that is asked, and the other one; an orthogonal matrix has one pair of frames for both."""
    begin, rights, lefts = frames.at[stage - 1], frames.rights[stage - 1], frames.lefts[stage - 1]
    if is_turn:
        size, most = max(fan_in, fan_out), frames.most_rights + frames.most_lefts
        middle = begin + (most + 1) * aligned(size)
        side, other = _Side(begin, middle, size, size, rights, most), _Side(middle, begin, size, size, rights, most)
        return (other, side) if transposed else (side, other)
    n, m = aligned(fan_in), aligned(fan_out)
    images, behind = begin + (frames.most_rights + 1) * n, begin + (frames.most_rights + 1) * (n + m)
    right = _Side(begin, images, fan_in, fan_out, rights, frames.most_rights)
    left = _Side(behind, behind + (frames.most_lefts + 1) * m, fan_out, fan_in, lefts, frames.most_lefts)
    return (left, right) if transposed else (right, left)


@pasted
def _count(frames: Frames, stage: int, is_turn: bool, transposed: bool) -> None:
    if transposed and not is_turn:
        frames.lefts[stage - 1] += 1
    else:
        frames.rights[stage - 1] += 1


@pasted
def _take_apart(frames: Frames, asked: Any, vector: Any, given: int) -> tuple[float, float]:
    """Leave a vector without its known part in the next row, and the answer for that part.

    Twice, as what the first time leaves is not orthogonal to the digits that it has. Return the power of two by which
    the vector was divided, and the length of what is left; zero if that is rounding.
    """
    direction = _row(frames.numbers, asked.directions, asked.size, asked.known)
    peak = np.float64(largest(vector[:given]))
    if peak == 0.0:
        return 0.0, 0.0
    scale = towards_one(peak)
    for unit in range(given):
        direction[unit] = vector[unit] * scale
    for unit in range(given, asked.size):
        direction[unit] = 0.0
    whole = length = math.sqrt(dot(direction, direction))
    if asked.known > 0:
        found = frames.answer[: asked.image_size]
        for unit in range(asked.image_size):
            found[unit] = 0.0
        for _ in range(2):
            for row in range(asked.known):
                known = _row(frames.numbers, asked.directions, asked.size, row)
                part = dot(known, direction)
                add(direction, -part, known)
                add(found, part, _row(frames.numbers, asked.images, asked.image_size, row))
        length = math.sqrt(dot(direction, direction))
    return 1.0 / scale, length if length > _ROUNDING * whole else 0.0


@pasted
def _learn(frames: Frames, asked: Any, across: Any, length: float, is_turn: bool) -> None:
    """Make the next row a direction, and what was drawn its image: across what is known on the other side."""
    direction = _row(frames.numbers, asked.directions, asked.size, asked.known)
    image = _row(frames.numbers, asked.images, asked.image_size, asked.known)
    inverse = 1.0 / length
    for unit in range(asked.size):
        direction[unit] *= inverse
    for _ in range(2 if is_turn else 1):
        for row in range(across.known):
            known = _row(frames.numbers, across.directions, across.size, row)
            back = 0.0 if is_turn else dot(_row(frames.numbers, across.images, across.image_size, row), direction)
            add(image, back - dot(known, image), known)
    if is_turn:
        inverse = 1.0 / math.sqrt(dot(image, image))
        for unit in range(asked.image_size):
            image[unit] *= inverse


@pasted
def _put_together(out: Any, frames: Frames, asked: Any, scale: float, length: float) -> None:
    """Add the answer for the known part and that for the new direction, if there is one, in the scale of the vector."""
    image = _row(frames.numbers, asked.images, asked.image_size, asked.known)
    if scale == 0.0 or (length == 0.0 and asked.known == 0):
        for unit in range(out.size):
            out[unit] = 0.0
    elif asked.known == 0:
        for unit in range(out.size):
            out[unit] = length * image[unit] * scale
    elif length == 0.0:
        for unit in range(out.size):
            out[unit] = frames.answer[unit] * scale
    else:
        for unit in range(out.size):
            out[unit] = (frames.answer[unit] + length * image[unit]) * scale


@inlined
def _row(numbers: Floats, begin: int, size: int, row: int) -> Any:
    at = begin + row * aligned(size)
    return numbers[at : at + size]
