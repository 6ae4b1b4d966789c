"""Rooms: how much memory a thread needs for a network by each way of drawing it, and what would fit."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator

from ..networks import Dense, Elementwise, Network, OrthogonalWeights
from .engines import Plan
from .vectors.recorders import RECORDERS

__all__ = ["asked_of", "askers", "formed", "gibibytes", "memory", "summed", "undrawn"]

_VECTORS = 5 * 8  # bytes for each unit of the widest layer: the vectors of a pass
_PER_LAYER = 256  # bytes: some thirty numbers, of the wiring, the tally and the norms


def summed(network: Network, plan: Plan, size: int, room: float) -> tuple[float, str]:  # noqa: ARG001 - a `Need`
    """Return the bytes where a few numbers are kept for each layer, and what would fit."""
    return _PER_LAYER * int(network.depth), f"a depth of {int(room // _PER_LAYER)}"


def undrawn(network: Network, plan: Plan, size: int, room: float) -> tuple[float, str]:
    """Return the bytes where what was asked and answered is kept beside slopes and preactivations, and what would fit."""
    rows = 8 * (4 + asked_of(plan))
    need = _VECTORS * _widest(network)
    for part, times in _parts(network):
        fan_in, fan_out = int(part.fan_in), int(part.fan_out)
        is_turn = isinstance(part, Dense) and isinstance(part.weights, OrthogonalWeights)
        need += times * (2 * size * fan_out + rows * (2 * max(fan_in, fan_out) if is_turn else fan_in + fan_out))
    return need, f"{int(room // (2 * size + 2 * rows))} units"


def formed(network: Network, plan: Plan, size: int, room: float) -> tuple[float, str]:
    """Return the bytes where weights are formed, and what would fit.

    Slopes and preactivations of all layers are kept; for what is read off whole matrices, three of the largest: weights,
    product and next product. An orthogonal matrix is made whole, from as many reflections.
    """
    line = 2 * size * sum(times for _, times in _parts(network)) + _VECTORS
    units = 2 * size * sum(int(part.fan_out) * times for part, times in _parts(network)) + _VECTORS * _widest(network)
    largest = max((int(part.fan_in) * int(part.fan_out) for part, _ in _parts(network)), default=0)
    entry = _bytes_of_an_entry(network, plan, size)
    if entry == 0:
        return units, f"{int(room // (2 * size))} units"
    # The width where what all layers take, and one matrix, fill the room.
    fits = (math.sqrt(line**2 + 4 * entry * room) - line) / (2 * entry)
    return units + entry * largest, f"a width of {int(fits)}"


def _bytes_of_an_entry(network: Network, plan: Plan, size: int) -> int:
    """Return the bytes for each entry of the largest matrix; 0 where it is drawn in panels."""
    if any(RECORDERS[asked.what].is_costly for asked in plan):
        return 3 * 8
    return 2 * 8 + size if any(isinstance(layer.weights, OrthogonalWeights) for layer in network.matrices) else 0


def asked_of(plan: Plan) -> int:
    """Return how many vectors weights are multiplied by for a plan, besides those of the passes."""
    return sum(askers(plan).values())


def askers(plan: Plan) -> dict[str, int]:
    """Return who multiplies weights by how many vectors; those who share theirs count as one."""
    found: dict[str, int] = {}
    for asked in plan:
        row = RECORDERS[asked.what]
        count = row.asks(asked) if row.asks is not None else 0
        if count:
            who = row.shares or str(asked)
            found[who] = max(count, found.get(who, 0))
    return found


def _widest(network: Network) -> int:
    return max(int(size) for size in (network.input_width, *(part.fan_out for part, _ in _parts(network))))


def _parts(network: Network) -> Iterator[tuple[Dense | Elementwise, int]]:
    """Yield what each block is made of, and how often."""
    for block in network.blocks:
        yield from ((part, int(block.times)) for part in block.layer.parts)


def memory() -> float:
    """Return how many bytes of memory there are; infinity where the system does not say."""
    names = getattr(os, "sysconf_names", {})
    if not {"SC_PHYS_PAGES", "SC_PAGE_SIZE"} <= set(names):
        return math.inf
    return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))


def gibibytes(size: float) -> str:
    """Write bytes for a reader."""
    return f"{size / 2**30:.3g} GiB"
