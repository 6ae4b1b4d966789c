"""Tallies: what the matrix-free method keeps of a layer, eleven sums over its units, drawn panel by panel.

A unit has a preactivation ``z``, of which ``y`` is the part that the weights make, a value ``p``, a slope ``d``, and fresh
standard normal noise ``g``, from which the transposed weights of the next layer will be drawn. Nothing of a unit is kept.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..compilations import inlined, pasted, reordered
from ..compiled.blocks import call_block
from ..randomness.normals import ALIGNMENT, fill, fill_both, together
from ..randomness.streams import Purpose
from ..wiring.wirings import Array, Floats, Integers, Wiring

__all__ = ["SUMS", "Tally", "reserve_tally", "sums_of", "tally_input", "tally_layer"]

_PANEL = 4096  # bytes of an array of units drawn at a time: all of them stay in the first-level cache

# So many products are added in the dtype before the sum is carried on in double precision; indices without a sign, as one
# with a sign would be looked at for a place from the end. In single precision, of rounding unit u = 2**-24, a product has
# at most three roundings and takes part in at most three additions: a sum is off by 6 u = 3.6e-7 of the sum of the absolute
# values at most, less than values and slopes that are off by an ulp make it; by far less on average over a layer.
_ONE, _FEW = np.uint64(1), np.uint64(4)

# The columns of a tally.
(ZZ, PP, GG, PG, DPDP, DPDG, DGDG, YDP, YDG, DD, YDYD) = range(11)
SUMS = 11
_NOTHING = (0.0,) * SUMS

_FORWARD, _BACKWARD = int(Purpose.PREACTIVATION), int(Purpose.TRANSPOSE)


class Tally(NamedTuple):
    """What one trial leaves; row ``l`` of an array belongs to layer ``l``.

    Parameters
    ----------
    sums : (depth + 1, 11) float64
        Sums of products over the units of a layer, in the order of the columns.
    input_exponents, value_exponents, slope_exponents : (depth + 1,) int64
        Powers of two that are the units of ``z`` and ``y``, of ``p``, and of ``d``.
    scales : (depth + 1,) float64
        Deviation of what is drawn for the preactivations, in their unit.
    shares : (depth + 1,) float64
        Part of the variance of the preactivations that the weights make.
    four : (4,) float64
        What one attempt at a variate is made of.
    noise, parts, inputs, values, slopes : (panel,) of the dtype
        A panel: ``g``, ``y``, ``z``, which is only written where biases are given, ``p`` and ``d``.
    """

    sums: Floats
    input_exponents: Integers
    value_exponents: Integers
    slope_exponents: Integers
    scales: Floats
    shares: Floats
    four: Floats
    noise: Array
    parts: Array
    inputs: Array
    values: Array
    slopes: Array


def reserve_tally(depth: int, dtype: npt.DTypeLike) -> Tally:
    """Reserve the memory of one thread, which does not depend on widths.

    Parameters
    ----------
    depth : int
        Number of layers.
    dtype : dtype
        Of panels.

    Returns
    -------
    Tally
        Not initialised.
    """
    rows = depth + 1
    inputs, values, slopes = np.zeros((3, rows), dtype=np.int64)
    (scales, shares), four = np.empty((2, rows)), np.empty(ALIGNMENT)
    panels = np.empty((5, _PANEL // np.dtype(dtype).itemsize), dtype=dtype)
    return Tally(np.empty((rows, SUMS)), inputs, values, slopes, scales, shares, four, *panels)


@pasted
def tally_input(wiring: Wiring, tally: Tally, seed: int, trial: int) -> None:
    """Tally the input, whose direction is taken for the first axis: the law of norms does not depend on it."""
    sums, noise, width = tally.sums, tally.noise, wiring.widths[0]
    mantissa, exponent = math.frexp(wiring.input_norm)
    tally.value_exponents[0] = exponent
    _clear(sums, 0)
    for begin in range(0, width, noise.size):
        size = min(noise.size, width - begin)
        fill(noise[: together(size)], seed, begin, 0, trial, _BACKWARD)
        if begin == 0:
            sums[0, PP], sums[0, PG] = mantissa * mantissa, mantissa * np.float64(noise[0])
        sums[0, GG] += _square(noise, size)


@pasted
def tally_layer(wiring: Wiring, tally: Tally, seed: int, trial: int, layer: int, width: int, scale: float) -> None:
    """Draw and tally a layer whose scale is known, and whose exponent is noted."""
    noise, parts, values, slopes = tally.noise, tally.parts, tally.values, tally.slopes
    at, activation, sums = wiring.biases_at[layer - 1], wiring.activations[layer - 1], tally.sums
    inputs = tally.inputs if at >= 0 else parts
    _clear(sums, layer)
    for begin in range(0, width, noise.size):
        size = min(noise.size, width - begin)
        drawn = together(size)
        fill_both(noise[:drawn], parts[:drawn], seed, begin, layer, trial, _BACKWARD, _FORWARD)
        _scale(parts, scale, size)
        if at >= 0:
            _add_given(parts, inputs, wiring.given, at + begin, size, tally.input_exponents[layer])
        call_block(activation, inputs, values, slopes, size)
        _add_sums(sums, layer, (inputs, parts, values, slopes, noise), size)


@inlined
def _clear(sums: Any, layer: int) -> None:
    for column in range(SUMS):
        sums[layer, column] = 0.0


@inlined
def _scale(parts: Any, scale: float, size: int) -> None:
    factor = parts.dtype.type(scale)
    for unit in range(size):
        parts[unit] = factor * parts[unit]


@inlined
def _add_given(parts: Any, inputs: Any, given: Any, at: int, size: int, exponent: int) -> None:
    for unit in range(size):
        inputs[unit] = parts[unit] + math.ldexp(given[at + unit], -exponent)


@reordered
def _square(noise: Any, size: int) -> Any:
    total = 0.0
    for unit in range(size):
        g = np.float64(noise[unit])
        total += g * g
    return total


@inlined
def _add_sums(sums: Any, layer: int, vectors: Any, size: int) -> None:
    """Add the sums of some units to a row; in double precision all the way where products leave the range of the dtype."""
    real = vectors[0].dtype.type
    found = _summed(vectors, size, real)
    if not _is_within(found, size * np.finfo(real).tiny):
        found = _summed(vectors, size, np.float64)
    for column, total in enumerate(found):
        sums[layer, column] += total


@inlined
def _is_within(found: Any, smallest: float) -> bool:
    """Say whether no product was infinite, and what was lost below the normal numbers is less than a rounding.

    By the inequality of Cauchy and Schwarz, this is so for all sums when it is for those of squares.
    """
    is_within = True
    for column in (ZZ, PP, GG, DPDP, DGDG, DD, YDYD):
        is_within &= smallest <= found[column] < math.inf
    return is_within


@reordered
def _summed(vectors: Any, size: int, real: Any) -> Any:
    """Return the sums: of a few units, a quarter of all apart, in one format, and of what is left in double precision."""
    totals, units = _NOTHING, np.uint64(size)
    quarter = units // _FEW
    for unit in range(quarter):
        few = _products(vectors, unit, real)
        for turn in range(_ONE, _FEW):
            few = _plus(few, _products(vectors, unit + turn * quarter, real))
        totals = _plus(totals, few)
    for unit in range(_FEW * quarter, units):
        totals = _plus(totals, _products(vectors, unit, np.float64))
    return totals


@inlined
def _products(vectors: Any, unit: int, real: Any) -> Any:
    """Return the eleven products of a unit, in the order of the columns."""
    z, y, p = real(vectors[0][unit]), real(vectors[1][unit]), real(vectors[2][unit])
    d, g = real(vectors[3][unit]), real(vectors[4][unit])
    dp, dg, yd = d * p, d * g, y * d
    return z * z, p * p, g * g, p * g, dp * dp, dp * dg, dg * dg, y * dp, y * dg, d * d, yd * yd


@reordered
def _plus(a: Any, b: Any) -> Any:
    return (
        a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], a[5] + b[5],
        a[6] + b[6], a[7] + b[7], a[8] + b[8], a[9] + b[9], a[10] + b[10],
    )  # fmt: skip


def sums_of(inputs: Array, parts: Array, values: Array, slopes: Array, noise: Array) -> Floats:
    """Return the sums of units that are given, from Python.

    Parameters
    ----------
    inputs, parts, values, slopes, noise : (units,) of any dtype
        ``z``, ``y``, ``p``, ``d`` and ``g``.

    Returns
    -------
    (11,) float64
        In the order of the columns of a tally.
    """
    return np.array(_summed((inputs, parts, values, slopes, noise), inputs.size, np.float64))
