"""Normals: standard normal numbers from random words, by the method of Box and Muller.

A block of four words makes four numbers, in both precisions the same but for rounding: so a network is the same network
in single precision. And they are the same on every machine: only additions, multiplications, divisions and roots, which
are rounded alike everywhere, in a fixed order. Words have 32 bits; numbers end at 6.8 deviations, beyond which one in
7e10 would lie.
"""

from __future__ import annotations

import math
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
from numba.extending import overload

from ..compilations import cached, inlined
from ..formats import DOUBLE, SINGLE, Format
from .counters import philox

__all__ = ["ALIGNMENT", "aligned", "draw", "fill", "fill_both", "logarithm", "together"]

Array = npt.NDArray[np.floating]

_TOGETHER = 16  # blocks; a loop of unknown length would be made for longer ones than most layers are
ALIGNMENT = 4  # numbers of a block; what is filled begins and ends with one


def _logarithm(form: Format) -> Any:
    """Make the logarithm of positive normal numbers: ``u = 2**k m`` with ``m`` near one, ``log m = 2 artanh s``."""
    real, word, signed, shift = form.real, form.word, form.signed, form.word(form.digits)
    root_half = word(np.sqrt(real(0.5)).view(word))
    largest_square = (math.sqrt(2.0) - 1.0) ** 4  # of s = (m-1)/(m+1), for m from sqrt(1/2) to sqrt(2)
    terms = next(k for k in count(1) if largest_square**k / (2 * k + 1) < form.tiny)
    series = form.array([2.0 / (2 * k + 1) for k in range(1, terms)])
    short, rest = form.log2_head, form.log2_rest
    half, one, two = real(0.5), real(1.0), real(2.0)

    @inlined
    def logarithm(u: Any) -> Any:
        encoded = real(u).view(word)
        power = signed(word(encoded - root_half)) >> signed(shift)
        f = word(encoded - word(word(power) << shift)).view(real) - one
        s = f / (two + f)
        square, half_square, k = s * s, half * f * f, real(power)
        total = series[0]
        for index in range(1, series.size):
            total = total * square + series[index]
        tail = s * (half_square + square * total) + k * rest
        return k * short - ((half_square - tail) - f)

    return logarithm


def _quarter_turns(form: Format) -> Any:
    """Make sine and cosine of ``t`` quarter turns, for ``|t| <= 1/2``."""
    terms = next(k for k in count(1) if (math.pi / 4) ** (2 * k) / math.factorial(2 * k) < form.tiny)
    series = [(math.pi / 2) ** k / math.factorial(k) for k in range(2 * terms)]
    sines = form.array([(-1) ** k * series[2 * k + 1] for k in range(terms)])
    cosines = form.array([(-1) ** k * series[2 * k] for k in range(terms)])

    @inlined
    def quarter_turns(t: Any) -> Any:
        square = t * t
        sine, cosine = sines[0], cosines[0]
        for index in range(1, terms):
            sine, cosine = sine * square + sines[index], cosine * square + cosines[index]
        return t * sine, cosine

    return quarter_turns


def _box_muller(form: Format) -> Any:
    """Make two normal numbers from two words: one for the radius, one for the angle.

    The last two bits of the angle's word choose one of four quarters of the circle, its other bits a point there.
    Both uniform numbers are midpoints of equal steps: 0 does not occur, and the angles are symmetric.
    """
    real, logarithm, quarter_turns = form.real, _logarithm(form), _quarter_turns(form)
    half, minus_two, step, turn_step = real(0.5), real(-2.0), real(2.0**-32), real(2.0**-30)
    one, two = np.uint32(1), np.uint32(2)

    @inlined
    def box_muller(first: np.uint32, second: np.uint32) -> Any:
        sine, cosine = quarter_turns((real(np.int32(second) >> np.int32(2)) + half) * turn_step)
        radius = real(math.sqrt(minus_two * logarithm((real(first) + half) * step)))
        radius = -radius if second & two else radius
        return radius * (sine if second & one else cosine), radius * (cosine if second & one else sine)

    return box_muller


def _filling(form: Format) -> tuple[Any, Any]:
    """Make the loops over blocks, which become vector instructions: by sixteen, and one by one what is left.

    Two arrays are filled in turn, since the numbers of one are made while those of the other still wait for a root.
    """
    box_muller = _box_muller(form)

    @inlined
    def fill_blocks(out: Array, begin: int, many: int, counter: Any) -> None:
        start, layer, trial, purpose, seed = counter
        for block in range(begin, begin + many):
            w0, w1, w2, w3 = philox(np.uint64(start + block), layer, trial, purpose, seed)
            out[4 * block], out[4 * block + 1] = box_muller(np.uint32(w0), np.uint32(w1))
            out[4 * block + 2], out[4 * block + 3] = box_muller(np.uint32(w2), np.uint32(w3))

    def filling(out: Array, seed: int, first: int, layer: int, trial: int, purpose: int) -> None:
        blocks, counter = out.size // 4, (first // 4, np.uint64(layer), np.uint64(trial), np.uint64(purpose), seed)
        whole = blocks // _TOGETHER * _TOGETHER
        for begin in range(0, whole, _TOGETHER):
            fill_blocks(out, begin, _TOGETHER, counter)
        for block in range(whole, blocks):
            fill_blocks(out, block, 1, counter)

    def filling_both(
        one: Array, other: Array, seed: int, first: int, layer: int, trial: int, purpose: int, second: int
    ) -> None:
        blocks, key = one.size // 4, (first // 4, np.uint64(layer), np.uint64(trial))
        whole = blocks // _TOGETHER * _TOGETHER
        for begin in range(0, whole, _TOGETHER):
            fill_blocks(one, begin, _TOGETHER, (*key, np.uint64(purpose), seed))
            fill_blocks(other, begin, _TOGETHER, (*key, np.uint64(second), seed))
        for block in range(whole, blocks):
            fill_blocks(one, block, 1, (*key, np.uint64(purpose), seed))
            fill_blocks(other, block, 1, (*key, np.uint64(second), seed))

    return filling, filling_both


logarithm = _logarithm(DOUBLE)  # of a positive normal number in double precision
_FILLINGS = {form.name: _filling(form) for form in (DOUBLE, SINGLE)}


@inlined
def aligned(size: Any) -> Any:
    """Round a number of units up to whole blocks."""
    return -(-size // ALIGNMENT) * ALIGNMENT


@inlined
def together(size: Any) -> Any:
    """Round a number of units up to what is drawn at once, unless so little is left over that it is drawn in less time."""
    step = _TOGETHER * ALIGNMENT
    left = size % step
    return aligned(size) if 4 * left < step else size - left + step


def fill(out: Array, seed: int, first: int, layer: int, trial: int, purpose: int) -> None:
    """Fill an array with standard normal numbers, in compiled code; `draw` does so from Python.

    Parameters
    ----------
    out : (units,) float64 or float32
        Filled; its size is a multiple of `ALIGNMENT`.
    seed : uint64
        Of the run.
    first : int
        The unit that ``out[0]`` stands for, a multiple of `ALIGNMENT`.
    layer, trial, purpose : int
        What the numbers are for, each below 2**32.
    """
    draw(out, seed, first, layer, trial, purpose)


@overload(fill, jit_options={"error_model": "numpy"})
def _fill(out: Array, seed: int, first: int, layer: int, trial: int, purpose: int) -> Any:  # noqa: ARG001 - Numba compares
    """Choose by the type of the array, while Numba compiles."""
    return _FILLINGS[str(out.dtype)][0]


def fill_both(
    one: Array, other: Array, seed: int, first: int, layer: int, trial: int, purpose: int, second: int
) -> None:
    """Fill two arrays of one size for two purposes, in compiled code, in less time than one after the other; see `fill`."""
    draw(one, seed, first, layer, trial, purpose)
    draw(other, seed, first, layer, trial, second)


@overload(fill_both, jit_options={"error_model": "numpy"})
def _both(one: Array, other: Array, seed: int, first: int, layer: int, trial: int, purpose: int, second: int) -> Any:  # noqa: ARG001 - Numba compares
    return _FILLINGS[str(one.dtype)][1]


@cached
def draw(out: Array, seed: int, first: int, layer: int, trial: int, purpose: int) -> None:
    """Fill an array with standard normal numbers; see `fill`."""
    fill(out, seed, first, layer, trial, purpose)
