r"""Coordinates: inputs in a basis of their own, so that no more of them are needed than there are steps.

A Gaussian matrix does not know one orthonormal basis from another: if ``X = Q R`` holds the inputs of all steps in its
columns, ``W X = (W Q) R``, and ``W Q`` has independent entries of the law of those of ``W``, with as many columns as
there are steps. Products of inputs with each other are those of the columns of ``R`` as well. And of white noise, ``R``
itself has independent entries: normal ones above a diagonal of chi numbers (Bartlett 1933). Weights that are fresh at
every step see one input each, of which the length is all that matters.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ..compilations import cached, pasted
from ..randomness.normals import ALIGNMENT, aligned, fill
from ..randomness.streams import Purpose
from ..randomness.variates import chi_square

__all__ = ["coordinates", "coordinates_into", "dimensions", "of_given"]

Floats = npt.NDArray[np.float64]

_INPUT, _LENGTH = int(Purpose.INPUT), int(Purpose.LENGTH)


def dimensions(steps: int, width: int, *, tied: bool) -> int:
    """Return in how many dimensions the inputs of some steps are told apart; at least one, as a matrix has columns."""
    return max(min(steps if tied else 1, width), 1)


def of_given(inputs: Floats, *, tied: bool) -> Floats:
    """Return given inputs in a basis of their own.

    Parameters
    ----------
    inputs : (steps, width) float64
        Row by row.
    tied : bool
        Whether one matrix meets all of them.

    Returns
    -------
    (steps, dimensions) float64
        With the same inner products; with the same lengths where each input meets a matrix of its own.
    """
    if not tied:
        return np.asarray(np.linalg.norm(inputs, axis=1, keepdims=True), dtype=np.float64)
    _, triangle = np.linalg.qr(inputs.T)
    return np.asarray(triangle.T, dtype=np.float64)


@cached
def coordinates_into(out: Any, width: int, before: int, seed: int, step: int, trial: int) -> None:
    """Draw the coordinates of a standard normal input; see `coordinates`."""
    coordinates(out, width, before, seed, step, trial)


@pasted
def coordinates(out: Any, width: int, before: int, seed: int, step: int, trial: int) -> None:
    """Draw the coordinates of a standard normal input, given those of the inputs before.

    Parameters
    ----------
    out : (at least the dimensions, in whole blocks) of the dtype
        Filled; zero behind the coordinate that is new.
    width : int
        Entries of an input.
    before : int
        How many inputs were met before.
    seed, step, trial : int
        What they are for.
    """
    known = min(before + 1, width)
    fill(out[: aligned(known)], seed, 0, step, trial, _INPUT)
    if before < width:
        four = np.empty(ALIGNMENT)
        out[before] = math.sqrt(chi_square(four, width - before, seed, 0, step, trial, _LENGTH))
    for unit in range(known, out.size):
        out[unit] = 0.0
