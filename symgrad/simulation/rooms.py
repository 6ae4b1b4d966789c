"""Rooms: how much memory a thread needs for a network by each way of drawing it, and what would fit."""

from __future__ import annotations

import math
import os
from collections.abc import Callable

from ..claims import Quantity
from ..networks import Network
from .vectors.recorders import RECORDERS

__all__ = ["Need", "asked_of", "formed", "gibibytes", "memory", "summed", "undrawn"]

Plan = dict[Quantity, tuple[int, ...]]
Need = Callable[[Network, Plan, int, float], tuple[float, str]]  # with bytes of a number and of the machine

_PER_LAYER = 256  # bytes: some thirty numbers, of the wiring, the tally and the norms


def summed(network: Network, plan: Plan, size: int, room: float) -> tuple[float, str]:  # noqa: ARG001 - a `Need`
    """Return the bytes where a few numbers are kept for each layer, and what would fit."""
    return _PER_LAYER * int(network.depth), f"a depth of {int(room // _PER_LAYER)}"


def undrawn(network: Network, plan: Plan, size: int, room: float) -> tuple[float, str]:
    """Return the bytes where slopes, preactivations, directions and images are kept for each unit, and what would fit."""
    each = 2 * size + 2 * 8 * (4 + asked_of(plan))
    return each * _units(network), f"{int(room // each)} units"


def formed(network: Network, plan: Plan, size: int, room: float) -> tuple[float, str]:
    """Return the bytes where weights are formed, and what would fit.

    Slopes of all layers are kept and, for what is read off whole matrices, three of the widest: weights, product and
    next product.
    """
    if any(RECORDERS[asked.what].is_costly for asked in plan):
        return 3 * 8 * max(int(width) for width in network.widths) ** 2, f"a width of {int((room / 24) ** 0.5)}"
    return size * _units(network), f"{int(room // size)} units"


def asked_of(plan: Plan) -> int:
    """Return how many vectors weights are multiplied by for a plan, besides those of the passes."""
    asks = (RECORDERS[asked.what].asks for asked in plan)
    return sum(ask(asked) for ask, asked in zip(asks, plan, strict=True) if ask is not None)


def _units(network: Network) -> int:
    return sum(int(part.fan_out * block.times) for block in network.blocks for part in block.layer.parts)


def memory() -> float:
    """Return how many bytes of memory there are; infinity where the system does not say."""
    names = getattr(os, "sysconf_names", {})
    if not {"SC_PHYS_PAGES", "SC_PAGE_SIZE"} <= set(names):
        return math.inf
    return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))


def gibibytes(size: float) -> str:
    """Write bytes for a reader."""
    return f"{size / 2**30:.3g} GiB"
