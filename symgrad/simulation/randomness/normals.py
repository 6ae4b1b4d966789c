"""Normals: standard normal numbers from random words, by the method of Box and Muller.

A block of four words makes four numbers, in both precisions the same but for rounding: so a network is the same network
in single precision. And they are the same on every machine: only additions, multiplications, both of them fused, divisions
and roots, which are rounded alike everywhere, in a fixed order. Words have 32 bits; numbers end at 6.8 deviations, beyond
which one in 7e10 would lie.
"""

from __future__ import annotations

import math
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
from numba.extending import overload

from ..compilations import cached, inlined
from ..compiled.fusions import fused_multiply_add
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
            total = fused_multiply_add(total, square, series[index])
        tail = fused_multiply_add(s, fused_multiply_add(square, total, half_square), k * rest)
        return k * short - ((half_square - tail) - f)

    return logarithm


def _quarter_turns(form: Format) -> Any:
    """Make sine and cosine of ``t`` quarter turns, for ``|t| <= 1/2``."""
    powers = [(math.pi / 4) ** k / math.factorial(k) for k in range(2 * form.digits)]
    terms = [next(k for k in count(1) if powers[2 * k + odd] < form.tiny) for odd in range(2)]
    cosines, sines = (
        form.array([(-1) ** k * 2 ** (2 * k + odd) * powers[2 * k + odd] for k in range(terms[odd])])
        for odd in range(2)
    )

    @inlined
    def quarter_turns(t: Any) -> Any:
        square, sine, cosine = t * t, sines[0], cosines[0]
        for index in range(1, sines.size):
            sine = fused_multiply_add(sine, square, sines[index])
        for index in range(1, cosines.size):
            cosine = fused_multiply_add(cosine, square, cosines[index])
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
        turns = fused_multiply_add(real(np.int32(second) >> np.int32(2)), turn_step, half * turn_step)
        sine, cosine = quarter_turns(turns)
        radius = real(math.sqrt(minus_two * logarithm(fused_multiply_add(real(first), step, half * step))))
        radius = -radius if second & two else radius
        return radius * (sine if second & one else cosine), radius * (cosine if second & one else sine)

    return box_muller


def _writing(form: Format) -> Any:
    """Make what writes the four numbers of a block."""
    box_muller = _box_muller(form)

    @inlined
    def write(out: Array, block: int, words: Any) -> None:
        w0, w1, w2, w3 = words
        out[4 * block], out[4 * block + 1] = box_muller(np.uint32(w0), np.uint32(w1))
        out[4 * block + 2], out[4 * block + 3] = box_muller(np.uint32(w2), np.uint32(w3))

    return write


def _filling(form: Format) -> Any:
    """Make the loop over blocks, which becomes vector instructions: by sixteen, and one by one what is left."""
    write = _writing(form)

    @inlined
    def fill_blocks(out: Array, begin: int, many: int, counter: Any) -> None:
        start, layer, trial, purpose, seed = counter
        for block in range(begin, begin + many):
            write(out, block, philox(np.uint64(start + block), layer, trial, purpose, seed))

    def filling(out: Array, seed: int, first: int, layer: int, trial: int, purpose: int) -> None:
        blocks, counter = out.size // 4, (first // 4, np.uint64(layer), np.uint64(trial), np.uint64(purpose), seed)
        whole = blocks // _TOGETHER * _TOGETHER
        for begin in range(0, whole, _TOGETHER):
            fill_blocks(out, begin, _TOGETHER, counter)
        for block in range(whole, blocks):
            fill_blocks(out, block, 1, counter)

    return filling


def _filling_both(form: Format) -> Any:
    """Make the same for two arrays, a tenth faster: each has work to do while the other waits for products and roots."""
    write = _writing(form)

    @inlined
    def fill_blocks(one: Array, other: Array, begin: int, many: int, counter: Any, purposes: Any) -> None:
        start, layer, trial, seed = counter
        for block in range(begin, begin + many):
            words = philox(np.uint64(start + block), layer, trial, np.uint64(purposes[0]), seed)
            others = philox(np.uint64(start + block), layer, trial, np.uint64(purposes[1]), seed)
            write(one, block, words)
            write(other, block, others)

    def filling_both(
        one: Array, other: Array, seed: int, first: int, layer: int, trial: int, purpose: int, second: int
    ) -> None:
        blocks, counter = one.size // 4, (first // 4, np.uint64(layer), np.uint64(trial), seed)
        whole = blocks // _TOGETHER * _TOGETHER
        for begin in range(0, whole, _TOGETHER):
            fill_blocks(one, other, begin, _TOGETHER, counter, (purpose, second))
        for block in range(whole, blocks):
            fill_blocks(one, other, block, 1, counter, (purpose, second))

    return filling_both


logarithm = _logarithm(DOUBLE)  # of a positive normal number in double precision
_FILLINGS = {form.name: (_filling(form), _filling_both(form)) for form in (DOUBLE, SINGLE)}


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
