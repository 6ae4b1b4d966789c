"""Queries: products with matrices that are never formed, and what is kept of them; see `answers`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..compilations import cached, pasted
from ..randomness.normals import aligned
from .answers import Scratch, Side, answer_from

__all__ = ["BACK", "FORTH", "Frames", "answer", "forget", "reserve_frames", "room_of"]

Array = npt.NDArray[np.floating]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_aligned: Any = aligned.py_func

FORTH, BACK = np.bool_(False), np.bool_(True)  # variables to Numba, which would compile twice for two constants


class Frames(NamedTuple):
    """What matrices that are never formed were asked in a trial, and what they answered.

    Parameters
    ----------
    numbers : (numbers,) float64 or float32
        For each matrix: directions that it was multiplied by, what came out, directions from which it was multiplied,
        and what came out. An orthogonal matrix answers both at once, so it has directions and images only.
    at : (matrices,) int64
        Where those of a matrix begin.
    fan_ins, fan_outs : (matrices,) int64
        Its columns and rows.
    turns : (matrices,) bool
        Whether it is orthogonal, or a part of an orthogonal one; otherwise its entries are standard normal numbers.
    rights, lefts : (matrices,) int64
        How many directions are known so far on each side; for an orthogonal matrix, all are on the right.
    most_rights, most_lefts : (matrices,) int64
        How many may be: no more than the sides have entries.
    scratch : Scratch
        What an answer is worked out in.
    """

    numbers: Array
    at: Integers
    fan_ins: Integers
    fan_outs: Integers
    turns: Flags
    rights: Integers
    lefts: Integers
    most_rights: Integers
    most_lefts: Integers
    scratch: Scratch


def reserve_frames(
    fan_ins: Any, fan_outs: Any, turns: Any, rights: Any, lefts: Any, dtype: npt.DTypeLike = np.float64
) -> Frames:
    """Reserve room for what some matrices are asked.

    Parameters
    ----------
    fan_ins, fan_outs : (matrices,) int
        Columns and rows.
    turns : (matrices,) bool
        Whether each is orthogonal.
    rights, lefts : int or (matrices,) int
        How many vectors each one is multiplied by, and from how many it is multiplied. There is room for as many
        directions, or for a basis.
    dtype : {float64, float32}, optional
        Of what is kept; sums are taken in double precision.

    Returns
    -------
    Frames
        In which nothing is known.
    """
    fan_in, fan_out, turn = (np.asarray(each) for each in (fan_ins, fan_outs, turns))
    sizes, most_rights, most_lefts = room_of(fan_in, fan_out, turn, rights, lefts)
    most = int(max(most_rights.max(initial=0), most_lefts.max(initial=0)))
    return Frames(
        numbers=np.empty(int(sizes.sum()), dtype=dtype),
        at=np.cumsum(sizes) - sizes,
        fan_ins=fan_in.astype(np.int64),
        fan_outs=fan_out.astype(np.int64),
        turns=turn.astype(np.bool_),
        rights=np.zeros(sizes.size, dtype=np.int64),
        lefts=np.zeros(sizes.size, dtype=np.int64),
        most_rights=most_rights.astype(np.int64),
        most_lefts=most_lefts.astype(np.int64),
        scratch=Scratch(np.empty(int(np.maximum(fan_in, fan_out).max(initial=0))), *np.empty((2, most))),
    )


def room_of(fan_ins: Any, fan_outs: Any, turns: Any, rights: Any, lefts: Any) -> tuple[Integers, Integers, Integers]:
    """Return how many numbers are kept of each matrix, and of how many directions on each side; see `reserve_frames`."""
    longest = np.maximum(fan_ins, fan_outs)
    most_rights = np.where(turns, np.minimum(rights + lefts, longest), np.minimum(rights, fan_ins))
    most_lefts = np.where(turns, 0, np.minimum(lefts, fan_outs))
    both = np.where(turns, 2 * _aligned(longest), _aligned(fan_ins) + _aligned(fan_outs))
    return (most_rights + 1 + np.where(turns, 0, most_lefts + 1)) * both, most_rights, most_lefts


def forget(frames: Frames) -> None:
    """Have nothing known, as at the beginning of a trial."""
    frames.rights[:] = frames.lefts[:] = 0


@cached
def answer(frames: Frames, seed: int, trial: int, matrix: int, vector: Array, out: Array, transposed: bool) -> None:
    """Set ``out`` to a standard matrix, or its transposed, times a vector.

    Parameters
    ----------
    frames : Frames
        What was asked before in this trial.
    seed, trial : uint64, int
        As for the passes.
    matrix : int
        From 1.
    vector : (at least fan_in,) of the dtype
        What is multiplied; of size fan_out if transposed.
    out : (at least fan_out,) of the dtype
        Filled; with nan where the memory has no room for another direction. Of size fan_in if transposed.
    transposed : bool
        Whether the matrix is.
    """
    index = matrix - 1
    fan_in, fan_out, is_turn = frames.fan_ins[index], frames.fan_outs[index], frames.turns[index]
    given, wanted = (fan_out, fan_in) if transposed else (fan_in, fan_out)
    asked, across = _sides(frames, index, transposed)
    if answer_from(
        frames.numbers,
        frames.scratch,
        asked,
        across,
        is_turn,
        transposed,
        seed,
        trial,
        matrix,
        vector[:given],
        out[:wanted],
    ):
        if transposed and not is_turn:
            frames.lefts[index] += 1
        else:
            frames.rights[index] += 1


@pasted
def _sides(frames: Frames, index: int, transposed: bool) -> Any:
    """Return the side that is asked, and the other one; an orthogonal matrix has one pair of frames for both."""
    begin, rights, lefts = frames.at[index], frames.rights[index], frames.lefts[index]
    fan_in, fan_out = frames.fan_ins[index], frames.fan_outs[index]
    most_rights, most_lefts = frames.most_rights[index], frames.most_lefts[index]
    if frames.turns[index]:
        size = max(fan_in, fan_out)
        middle = begin + (most_rights + 1) * aligned(size)
        side = Side(begin, middle, size, size, rights, most_rights)
        other = Side(middle, begin, size, size, rights, most_rights)
        return (other, side) if transposed else (side, other)
    n, m = aligned(fan_in), aligned(fan_out)
    images, behind = begin + (most_rights + 1) * n, begin + (most_rights + 1) * (n + m)
    right = Side(begin, images, fan_in, fan_out, rights, most_rights)
    left = Side(behind, behind + (most_lefts + 1) * m, fan_out, fan_in, lefts, most_lefts)
    return (left, right) if transposed else (right, left)
