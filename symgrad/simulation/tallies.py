"""Tallies: what the matrix-free method keeps of a layer, twelve sums over its units, drawn panel by panel.

A unit has a preactivation ``z``, of which ``y`` is the part that the weights make, a value ``p``, a slope ``d``, and fresh
standard normal noise ``g``, from which the transposed weights of the next layer will be drawn. Nothing of a unit is kept.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .blocks import call_block
from .compilations import inlined, pasted, reordered
from .normals import aligned, fill
from .streams import Purpose
from .wirings import Array, Floats, Integers, Wiring

__all__ = ["PANEL", "SUMS", "Tally", "reserve_tally", "sums_of", "tally_input", "tally_layer"]

PANEL = 512  # units drawn at a time: their arrays stay in the first-level cache

# The columns of a tally.
(ZZ, PP, GG, PG, DPDP, DPDG, DGDG, YDP, YDG, DD, YDYD, YY) = range(12)
SUMS = 12

_FORWARD, _BACKWARD = int(Purpose.PREACTIVATION), int(Purpose.TRANSPOSE)


class Tally(NamedTuple):
    """What one trial leaves; row ``l`` of an array belongs to layer ``l``.

    Parameters
    ----------
    sums : (depth + 1, 12) float64
        Sums of products over the units of a layer, in the order of the columns.
    input_exponents, value_exponents, slope_exponents : (depth + 1,) int64
        Powers of two that are the units of ``z`` and ``y``, of ``p``, and of ``d``.
    scales : (depth + 1,) float64
        Deviation of what is drawn for the preactivations, in their unit.
    shares : (depth + 1,) float64
        Part of the variance of the preactivations that the weights make.
    noise, parts, inputs, values, slopes : (PANEL,) of the dtype
        A panel: ``g``, ``y``, ``z``, ``p`` and ``d``.
    """

    sums: Floats
    input_exponents: Integers
    value_exponents: Integers
    slope_exponents: Integers
    scales: Floats
    shares: Floats
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
    return Tally(
        np.empty((rows, SUMS)), inputs, values, slopes, *np.empty((2, rows)), *np.empty((5, PANEL), dtype=dtype)
    )


@pasted
def tally_input(wiring: Wiring, tally: Tally, seed: int, trial: int) -> None:
    """Tally the input, whose direction is taken for the first axis: the law of norms does not depend on it."""
    mantissa, exponent = math.frexp(wiring.input_norm)
    tally.value_exponents[0] = exponent
    row, first = tally.sums[0], 0.0
    for column in range(SUMS):
        row[column] = 0.0
    for begin in range(0, wiring.widths[0], PANEL):
        size = min(PANEL, wiring.widths[0] - begin)
        fill(tally.noise[: aligned(size)], seed, begin, 0, trial, _BACKWARD)
        first = np.float64(tally.noise[0]) if begin == 0 else first
        row[GG] += _square(tally.noise[:size])
    row[PP], row[PG] = mantissa * mantissa, mantissa * first


@pasted
def tally_layer(wiring: Wiring, tally: Tally, seed: int, trial: int, layer: int) -> None:
    """Draw and tally a layer whose scale and exponent are known."""
    row, scale, at = tally.sums[layer], tally.scales[layer], wiring.biases_at[layer - 1]
    for column in range(SUMS):
        row[column] = 0.0
    for begin in range(0, wiring.widths[layer], PANEL):
        size = min(PANEL, wiring.widths[layer] - begin)
        fill(tally.parts[: aligned(size)], seed, begin, layer, trial, _FORWARD)
        for unit in range(aligned(size)):
            tally.parts[unit] = scale * tally.parts[unit]
            tally.inputs[unit] = tally.parts[unit]
        if at >= 0:
            _add_given(tally, wiring.given[at + begin : at + begin + size], tally.input_exponents[layer])
        call_block(wiring.activations[layer - 1], tally.inputs, tally.values, tally.slopes, size)
        fill(tally.noise[: aligned(size)], seed, begin, layer, trial, _BACKWARD)
        found = _sums(
            tally.inputs[:size], tally.parts[:size], tally.values[:size], tally.slopes[:size], tally.noise[:size]
        )
        for column in range(SUMS):
            row[column] += found[column]


@inlined
def _add_given(tally: Tally, biases: Array, exponent: int) -> None:
    for unit in range(biases.size):
        tally.inputs[unit] += math.ldexp(biases[unit], -exponent)


@reordered
def _square(noise: Any) -> Any:
    total = 0.0
    for unit in range(noise.size):
        g = np.float64(noise[unit])
        total += g * g
    return total


def _sums_of_units(inputs: Any, parts: Any, values: Any, slopes: Any, noise: Any) -> Any:
    """In double precision, where products of two single numbers are exact."""
    zz, pp, gg, pg, dpdp, dpdg = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    dgdg, ydp, ydg, dd, ydyd, yy = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for unit in range(inputs.size):
        z, y, p = np.float64(inputs[unit]), np.float64(parts[unit]), np.float64(values[unit])
        d, g = np.float64(slopes[unit]), np.float64(noise[unit])
        dp, dg, yd = d * p, d * g, y * d
        zz, yy, pp, gg, pg, dd = zz + z * z, yy + y * y, pp + p * p, gg + g * g, pg + p * g, dd + d * d
        dpdp, dpdg, dgdg = dpdp + dp * dp, dpdg + dp * dg, dgdg + dg * dg
        ydp, ydg, ydyd = ydp + y * dp, ydg + y * dg, ydyd + yd * yd
    return zz, pp, gg, pg, dpdp, dpdg, dgdg, ydp, ydg, dd, ydyd, yy


_sums = reordered(_sums_of_units)


def sums_of(inputs: Array, parts: Array, values: Array, slopes: Array, noise: Array) -> Floats:
    """Return the sums of units that are given, from Python.

    Parameters
    ----------
    inputs, parts, values, slopes, noise : (units,) of any dtype
        ``z``, ``y``, ``p``, ``d`` and ``g``.

    Returns
    -------
    (12,) float64
        In the order of the columns of a tally.
    """
    return np.array(_sums(inputs, parts, values, slopes, noise))
