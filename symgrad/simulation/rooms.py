"""Rooms: how much memory a thread needs for a network by each way of drawing it, and what would fit."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import replace

from ..networks import Dense, Elementwise, Network, OrthogonalWeights
from .engines import Need, Plan, S
from .vectors.recorders import RECORDERS
from .wiring.memories import Asked

__all__ = [
    "asked_of",
    "askers",
    "fitting_batch",
    "formed",
    "gibibytes",
    "keeps_vectors",
    "memory",
    "summed",
    "undrawn",
]

_VECTORS = 5 * 8  # bytes for each unit of the widest layer: the vectors of a pass
_PER_LAYER = 256  # bytes: some thirty numbers, of the wiring, the tally and the norms


def summed(network: Network, plan: Plan, size: int, room: float) -> tuple[float, str]:  # noqa: ARG001 - a `Need`
    """Return the bytes where a few numbers are kept for each layer, and what would fit."""
    return _PER_LAYER * int(network.depth), f"a depth of {int(room // _PER_LAYER)}"


def undrawn(network: Network, plan: Plan, size: int, room: float) -> tuple[float, str]:
    """Return the bytes where what was asked and answered is kept beside slopes and preactivations, and what would fit."""
    rows = 8 * (4 + sum(asked_of(plan)))
    kept = size * _vectors_of(plan)
    need: float = _VECTORS * _inputs_of(plan) * _widest(network)
    for part, times in _parts(network):
        fan_in, fan_out = int(part.fan_in), int(part.fan_out)
        is_turn = isinstance(part, Dense) and isinstance(part.weights, OrthogonalWeights)
        need += times * (kept * fan_out + rows * (2 * max(fan_in, fan_out) if is_turn else fan_in + fan_out))
    return need, f"{int(room // (kept + 2 * rows))} units"


def formed(network: Network, plan: Plan, size: int, room: float) -> tuple[float, str]:
    """Return the bytes where weights are formed, and what would fit.

    Slopes and preactivations of all layers are kept; for what is read off whole matrices, three of the largest: weights,
    product and next product. An orthogonal matrix is made whole, from as many reflections.
    """
    kept, vectors = size * _vectors_of(plan), _VECTORS * _inputs_of(plan)
    line = kept * sum(times for _, times in _parts(network)) + vectors
    units = kept * sum(int(part.fan_out) * times for part, times in _parts(network)) + vectors * _widest(network)
    largest = max((int(part.fan_in) * int(part.fan_out) for part, _ in _parts(network)), default=0)
    entry = _bytes_of_an_entry(network, plan, size)
    if entry == 0:
        return units, f"{int(room // kept)} units"
    # The width where what all layers take, and one matrix, fill the room.
    fits = (math.sqrt(line**2 + 4 * entry * room) - line) / (2 * entry)
    return units + entry * largest, f"a width of {int(fits)}"


def _bytes_of_an_entry(network: Network, plan: Plan, size: int) -> int:
    """Return the bytes for each entry of the largest matrix; 0 where it is drawn in panels."""
    if any(RECORDERS[asked.what].is_costly for asked in plan):
        return 3 * 8
    return 2 * 8 + size if any(isinstance(layer.weights, OrthogonalWeights) for layer in network.matrices) else 0


def fitting_batch(needs: Need[S], network: S, plan: Plan, size: int, room: float) -> str | None:
    """Say which batch would fit, where one is asked for that does not and smaller ones might.

    What is needed grows by the same for each input.
    """
    two, three = (needs(network, _of_batch(plan, count), size, room)[0] for count in (2, 3))
    return f"a batch of {2 + int((room - two) // (three - two))}" if two <= room and two < three else None


def _of_batch(plan: Plan, count: int) -> Plan:
    """Return a plan with another number of inputs wherever there are several of its own choice."""
    return {replace(each, parameter=count) if each.what.parameter == "batch" else each: at for each, at in plan.items()}


def asked_of(plan: Plan) -> Asked:
    """Return how many vectors weights are multiplied by for a plan, besides those of the passes."""
    every = askers(plan).values()
    return Asked(sum(each.rights for each in every), sum(each.lefts for each in every))


def askers(plan: Plan) -> dict[str, Asked]:
    """Return who multiplies weights by how many vectors; those who share theirs count as one."""
    found: dict[str, Asked] = {}
    for asked in plan:
        row = RECORDERS[asked.what]
        more = row.asks(asked) if row.asks is not None else Asked()
        if any(more):
            who = row.shares(asked)
            found[who] = Asked(*map(max, more, found.get(who, Asked())))
    return found


def keeps_vectors(plan: Plan) -> bool:
    """Say whether values and gradients of all layers are kept."""
    return any(RECORDERS[asked.what].of_vectors for asked in plan)


def _inputs_of(plan: Plan) -> int:
    """Return how many inputs go through the network at once."""
    return max((RECORDERS[asked.what].inputs(asked) for asked in plan), default=1)


def _vectors_of(plan: Plan) -> int:
    """Return how many vectors of each layer are kept: slopes and preactivations of each input.

    Values and gradients, too, where they are asked for; and once more the gradients of the first input.
    """
    return 4 * _inputs_of(plan) + 1 if keeps_vectors(plan) else 2 * _inputs_of(plan)


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
