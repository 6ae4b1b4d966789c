"""Entries: weights of a layer before they are scaled, by their law; each a pure function of its place.

Words make uniform numbers, normal ones that lie too far out are drawn again with a counter of their own, and normal
vectors make the reflections whose product is an orthogonal matrix.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ...networks import OrthogonalWeights, TruncatedNormalWeights, UniformWeights
from ..compilations import cached, inlined, pasted
from ..randomness.counters import philox
from ..randomness.normals import ALIGNMENT, aligned, fill
from .spectra import add, dot, reflect

__all__ = ["NORMAL", "ORTHOGONAL", "entry_law", "fill_entries"]

Array = npt.NDArray[np.floating]

NORMAL, UNIFORM, TRUNCATED, ORTHOGONAL = range(4)
_ATTEMPT = 256  # a purpose is smaller; the rest of its word counts how often a number was drawn again
_LEAST_ACCEPTANCE = 0.01
_ROOT_THREE = math.sqrt(3.0)


def entry_law(weights: Any) -> tuple[int, float]:
    """Return how weights are drawn, and where they are truncated.

    Parameters
    ----------
    weights : DrawnWeights or GivenWeights
        The law; given weights are not drawn.

    Returns
    -------
    int
        `NORMAL`, `UNIFORM`, `TRUNCATED` or `ORTHOGONAL`.
    float
        The truncation, in deviations; infinity where there is none.

    Raises
    ------
    ValueError
        If hardly any number would lie within the truncation.
    """
    if isinstance(weights, TruncatedNormalWeights):
        truncation = float(weights.truncation)
        if math.erf(truncation / math.sqrt(2.0)) < _LEAST_ACCEPTANCE:
            raise ValueError(
                f"truncation = {weights.truncation} cannot be simulated: fewer than one in a hundred normal numbers lie "
                "within; uniform weights have almost the same law"
            )
        return TRUNCATED, truncation
    kinds = {UniformWeights: UNIFORM, OrthogonalWeights: ORTHOGONAL}
    return kinds.get(type(weights), NORMAL), math.inf


@cached
def fill_entries(
    out: Array, law: int, truncation: float, shape: Any, seed: int, first: int, layer: int, trial: int, purpose: int
) -> None:
    """Fill an array with unscaled weights.

    Parameters
    ----------
    out : (units,) float64 or float32
        Filled; its size is a multiple of `ALIGNMENT`. All of a matrix where the law is that of a matrix.
    law : int
        Of the entries.
    truncation : float
        Where they are truncated.
    shape : (int, int)
        Rows and columns of the matrix.
    seed, first, layer, trial, purpose : int
        As for `fill`.
    """
    if law == UNIFORM:
        _fill_uniform(out, seed, first, layer, trial, purpose)
    elif law == TRUNCATED:
        _fill_truncated(out, truncation, seed, first, layer, trial, purpose)
    elif law == ORTHOGONAL:
        _fill_orthogonal(out, shape[0], shape[1], seed, layer, trial, purpose)
    else:
        fill(out, seed, first, layer, trial, purpose)


@inlined
def _fill_uniform(out: Any, seed: int, first: int, layer: int, trial: int, purpose: int) -> None:
    """Midpoints of 2**32 equal steps between minus and plus the root of three: their variance is one."""
    for block in range(out.size // ALIGNMENT):
        counter = np.uint64(first // ALIGNMENT + block), np.uint64(layer), np.uint64(trial), np.uint64(purpose)
        w0, w1, w2, w3 = philox(*counter, seed)
        for place, word in enumerate((w0, w1, w2, w3)):
            out[ALIGNMENT * block + place] = _ROOT_THREE * ((np.float64(word) + 0.5) * 2.0**-31 - 1.0)


@pasted
def _fill_truncated(out: Any, truncation: float, seed: int, first: int, layer: int, trial: int, purpose: int) -> None:
    """Draw until all lie within; in double precision, so that the same are drawn again in single precision."""
    drawn, again = np.empty(out.size), np.empty(ALIGNMENT)
    fill(drawn, seed, first, layer, trial, purpose)
    for unit in range(out.size):
        attempt, number = 0, drawn[unit]
        while abs(number) > truncation:
            attempt += 1
            block = (first + unit) // ALIGNMENT * ALIGNMENT
            fill(again, seed, block, layer, trial, purpose + _ATTEMPT * attempt)
            number = again[unit % ALIGNMENT]
        out[unit] = number


@pasted
def _fill_orthogonal(out: Any, rows: int, columns: int, seed: int, layer: int, trial: int, purpose: int) -> None:
    """Multiply reflections that take normal vectors, each one shorter, to the first axis (Stewart 1980, theorem 3.3).

    The signs are those with which the triangular factor of a normal matrix has a positive diagonal (Mezzadri 2007).
    """
    long, short = max(rows, columns), min(rows, columns)
    vectors, frame = np.empty((short, aligned(long))), np.zeros((short, long))
    fill(vectors.reshape(-1), seed, 0, layer, trial, purpose)
    for k in range(short):
        frame[k, k] = math.copysign(1.0, reflect(vectors[k, k:long]))
    for k in range(short - 1, -1, -1):
        mirror = vectors[k, k:long]
        for j in range(k, short):
            row = frame[j, k:]
            add(row, -dot(row, mirror), mirror)
    for i in range(rows):
        for j in range(columns):
            out[i * columns + j] = frame[j, i] if rows >= columns else frame[i, j]
