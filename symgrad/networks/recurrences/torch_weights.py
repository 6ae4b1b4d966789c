"""Weights in the layout of PyTorch: blocks of one matrix behind each other, in the order of the cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..cells import Affine, Cell
from ..checks import Floats, frozen_array
from ..givens import GivenBiases, GivenWeights
from .layers import RecurrentLayer
from .matrices import MatrixLaw
from .vectors import VectorLaw

__all__ = ["layers_of_torch"]

_NAME = re.compile(r"(weight|bias)_(ih|hh)_l(\d+)")


def layers_of_torch(cell: Cell, weights: Mapping[str, Any]) -> tuple[RecurrentLayer, ...]:
    """Read the layers of a recurrent network from the state of a PyTorch module, as NumPy arrays.

    Parameters
    ----------
    cell : Cell
        Of every layer.
    weights : mapping of str to array
        ``weight_ih_l0 : (blocks * width, inputs)``, ``weight_hh_l0 : (blocks * width, width)`` and, where there are any,
        ``bias_ih_l0``, ``bias_hh_l0``; then ``_l1`` and so on. Where a cell has one bias for a block, the two are added.

    Returns
    -------
    tuple of RecurrentLayer
        From the input upwards.

    Raises
    ------
    ValueError
        If a name is unknown or missing, or the rows are not as many blocks as the cell has.
    """
    if not isinstance(weights, Mapping):
        raise ValueError(
            "the weights of a recurrent network have names; give weight_ih_l0, weight_hh_l0, bias_ih_l0, ..."
        )
    strange = [name for name in weights if not _NAME.fullmatch(name)]
    if strange:
        raise ValueError(
            f"{strange[0]!r} is no weight of a recurrent layer; give weight_ih_l0, weight_hh_l0, bias_ih_l0, ..."
        )
    if cell.vectors:
        raise ValueError(f"{cell.name} has {cell.vectors[0]}, which PyTorch has not; give a RecurrentLayer instead")
    depth = 1 + max((int(name.rpartition("_l")[2]) for name in weights), default=0)
    return tuple(_layer(cell, weights, place) for place in range(depth))


def _layer(cell: Cell, weights: Mapping[str, Any], place: int) -> RecurrentLayer:
    inner = _blocks(cell, weights, f"weight_hh_l{place}", 2)
    outer = _blocks(cell, weights, f"weight_ih_l{place}", 2)
    width, inputs = inner[0].shape[0], outer[0].shape[1]
    zeros = [np.zeros(width) for _ in cell.blocks]
    biases = [_blocks(cell, weights, f"bias_{side}_l{place}", 1, zeros) for side in ("ih", "hh")]
    order = {suffix: index for index, suffix in enumerate(cell.blocks)}
    matrices: dict[str, MatrixLaw] = {}
    vectors: dict[str, VectorLaw] = {}
    for line in cell.preactivations:
        block = order[_suffix(line)]
        if line.recurrent:
            matrices[line.recurrent] = GivenWeights(inner[block])
        if line.inputs:
            matrices[line.inputs] = GivenWeights(outer[block])
        sides = [bias for bias, name in zip(biases, (line.inputs, line.recurrent), strict=True) if name]
        vectors[line.bias] = GivenBiases(np.sum([bias[block] for bias in sides], axis=0))
    return RecurrentLayer(cell, width, inputs, tuple(matrices.items()), tuple(vectors.items()))


def _suffix(line: Affine) -> str:
    """Return the block that a preactivation is of, from the name of its matrix."""
    return (line.recurrent or line.inputs).partition("_")[2]


def _blocks(
    cell: Cell, weights: Mapping[str, Any], name: str, dimensions: int, absent: list[Floats] | None = None
) -> list[Floats]:
    if name not in weights:
        if absent is not None:
            return absent
        raise ValueError(f"{name} is missing; the weights given are {', '.join(weights)}")
    array = frozen_array(name, weights[name], dimensions)
    count = len(cell.blocks)
    if array.shape[0] % count:
        raise ValueError(
            f"{name} has {array.shape[0]} rows; {cell.name} has {count} blocks, {', '.join(cell.blocks)}, so that "
            f"their number must be a multiple of {count}"
        )
    if name.startswith("weight_hh") and array.shape[0] != count * array.shape[1]:
        raise ValueError(
            f"{name} has shape {array.shape}; recurrent weights of {array.shape[1]} units have {count * array.shape[1]} rows"
        )
    return np.split(array, count)
