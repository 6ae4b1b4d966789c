"""Stages: what the passes do one after the other. A dense layer is one; a residual block has one for each part."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np
import numpy.typing as npt

from ...networks import Dense, Elementwise, Network, Residual
from .scales import number

__all__ = ["Stage", "Staging", "stage"]

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Stage:
    """One step of a pass.

    Parameters
    ----------
    part : Dense or Elementwise
        What it does.
    opens, closes : bool, default False
        Whether its input is the start of a branch, and its output the end of one.
    branch_scale : float, default nan
        Factor of the branch that it belongs to; nan outside of branches.
    """

    part: Dense | Elementwise
    opens: bool = False
    closes: bool = False
    branch_scale: float = math.nan


@dataclass(frozen=True)
class Staging:
    """The stages of a network.

    Parameters
    ----------
    kinds : tuple of Stage
        Those of each block, once.
    order : (stages,) int64
        Which of them, from the input to the output.
    ends : (depth + 1,) int64
        How many stages there are up to the output of each layer, the input first.
    """

    kinds: tuple[Stage, ...]
    order: Integers
    ends: Integers


def stage(network: Network) -> Staging:
    """Take a network without symbols apart into stages.

    Examples
    --------
    >>> import symgrad as sg
    >>> [int(end) for end in stage(sg.resnet(width=4, depth=3, form="two_layers")).ends]
    [0, 2, 4, 6]
    """
    kinds: list[Stage] = []
    order, lengths = [np.zeros(0, dtype=np.int64)], [np.zeros(1, dtype=np.int64)]
    for block in network.blocks:
        found, times = _stages(block.layer), int(block.times)
        order.append(np.tile(np.arange(len(kinds), len(kinds) + len(found)), times))
        lengths.append(np.full(times, len(found)))
        kinds.extend(found)
    return Staging(tuple(kinds), np.concatenate(order), np.cumsum(np.concatenate(lengths)))


@singledispatch
def _stages(layer: Any) -> tuple[Stage, ...]:
    return (Stage(layer),)


@_stages.register
def _(layer: Residual) -> tuple[Stage, ...]:
    last, scale = len(layer.branch) - 1, number("the scale of a branch", layer.scale)
    return tuple(Stage(part, place == 0, place == last, scale) for place, part in enumerate(layer.branch))
