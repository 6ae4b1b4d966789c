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

from ..compilations import cached, inlined, pasted, reordered
from ..randomness.normals import aligned, fill
from ..randomness.streams import Purpose
from ..wiring.entries import ORTHOGONAL
from ..wiring.memories import Frames
from ..wiring.scalings import largest
from ..wiring.wirings import Array, Floats, Wiring

__all__ = ["BACK", "FORTH", "answer"]

FORTH, BACK = np.bool_(False), np.bool_(True)  # variables to Numba, which would compile twice for two constants

_PREACTIVATION, _TRANSPOSE = int(Purpose.PREACTIVATION), int(Purpose.TRANSPOSE)
_EACH = 256  # a purpose is smaller; the rest of its word counts the directions that were asked before
_ROUNDING = 64.0  # units in the last place: what is left of a vector below this is none of its directions


class _Side(NamedTuple):
    """What is known on one side of weights: where directions and images begin, their sizes, and how many there are."""

    directions: int
    images: int
    size: int
    image_size: int
    known: int


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
    peak, length = _take_apart(frames, asked, vector, given, out.dtype)
    if length > 0.0:
        most = (
            frames.most_rights + frames.most_lefts
            if is_turn
            else (frames.most_lefts if transposed else frames.most_rights)
        )
        if asked.known == most:
            peak = math.nan
        else:
            purpose = (_TRANSPOSE if transposed else _PREACTIVATION) + _EACH * asked.known
            fill(frames.image[: aligned(asked.image_size)], seed, 0, stage, trial, purpose)
            _learn(frames, asked, across, length, is_turn)
            _count(frames, stage, is_turn, transposed)
    for unit in range(wanted):
        out[unit] = peak * frames.answer[unit]


@pasted
def _sides(frames: Frames, stage: int, fan_in: int, fan_out: int, is_turn: bool, transposed: bool) -> Any:
    """Return the side that is asked, and the other one; an orthogonal matrix has one pair of frames for both."""
    begin, rights, lefts = frames.at[stage - 1], frames.rights[stage - 1], frames.lefts[stage - 1]
    if is_turn:
        size = max(fan_in, fan_out)
        middle = begin + (frames.most_rights + frames.most_lefts) * size
        side, other = _Side(begin, middle, size, size, rights), _Side(middle, begin, size, size, rights)
        return (other, side) if transposed else (side, other)
    images, behind = begin + frames.most_rights * fan_in, begin + frames.most_rights * (fan_in + fan_out)
    right = _Side(begin, images, fan_in, fan_out, rights)
    left = _Side(behind, behind + frames.most_lefts * fan_out, fan_out, fan_in, lefts)
    return (left, right) if transposed else (right, left)


@pasted
def _count(frames: Frames, stage: int, is_turn: bool, transposed: bool) -> None:
    if transposed and not is_turn:
        frames.lefts[stage - 1] += 1
    else:
        frames.rights[stage - 1] += 1


@pasted
def _take_apart(frames: Frames, asked: Any, vector: Any, given: int, dtype: Any) -> tuple[float, float]:
    """Leave a vector, scaled to largest entry one, without its known part, and the answer for that part.

    Twice, as what the first time leaves is not orthogonal to the digits that it has. Return the scale, and the length of
    what is left; zero if that is rounding.
    """
    direction, found, peak = frames.direction[: asked.size], frames.answer[: asked.image_size], np.float64(0.0)
    for unit in range(asked.image_size):
        found[unit] = 0.0
    peak = np.float64(largest(vector[:given]))
    if peak == 0.0:
        return 0.0, 0.0
    for unit in range(asked.size):
        direction[unit] = np.float64(vector[unit]) / peak if unit < given else 0.0
    whole = math.sqrt(_dot(direction, direction))
    for _ in range(2):
        for row in range(asked.known):
            known = _row(frames.numbers, asked.directions, asked.size, row)
            part = _dot(known, direction)
            _add(direction, -part, known)
            _add(found, part, _row(frames.numbers, asked.images, asked.image_size, row))
    length = math.sqrt(_dot(direction, direction))
    return peak, length if length > _ROUNDING * np.finfo(dtype).eps * whole else 0.0


@pasted
def _learn(frames: Frames, asked: Any, across: Any, length: float, is_turn: bool) -> None:
    """Keep a direction and its image, which is drawn across what is known on the other side, and add to the answer."""
    direction, image = frames.direction[: asked.size], frames.image[: asked.image_size]
    for unit in range(asked.size):
        direction[unit] /= length
    for _ in range(2 if is_turn else 1):
        for row in range(across.known):
            known = _row(frames.numbers, across.directions, across.size, row)
            back = 0.0 if is_turn else _dot(_row(frames.numbers, across.images, across.image_size, row), direction)
            _add(image, back - _dot(known, image), known)
    scale = 1.0 / math.sqrt(_dot(image, image)) if is_turn else 1.0
    for unit in range(asked.image_size):
        image[unit] *= scale
    _add(frames.answer[: asked.image_size], length, image)
    _store(frames.numbers, asked.directions + asked.known * asked.size, direction)
    _store(frames.numbers, asked.images + asked.known * asked.image_size, image)


@inlined
def _row(numbers: Floats, begin: int, size: int, row: int) -> Any:
    return numbers[begin + row * size : begin + (row + 1) * size]


@inlined
def _store(numbers: Floats, begin: int, row: Floats) -> None:
    for unit in range(row.size):
        numbers[begin + unit] = row[unit]


@reordered
def _dot(first: Floats, second: Floats) -> float:
    total = 0.0
    for unit in range(first.size):
        total += first[unit] * second[unit]
    return total


@inlined
def _add(out: Floats, factor: float, row: Floats) -> None:
    for unit in range(row.size):
        out[unit] += factor * row[unit]
