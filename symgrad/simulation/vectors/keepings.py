"""Keepings: vectors of all stages, kept behind each other where a memory has room for them."""

from __future__ import annotations

from ..compilations import inlined
from ..wiring.scalings import copy
from ..wiring.wirings import Array, Wiring

__all__ = ["keep_vector"]


@inlined
def keep_vector(wiring: Wiring, kept: Array, vector: Array, stage: int) -> None:
    """Keep what comes out of a stage, or the gradient there; of the input, which is 0, too."""
    if kept.size > 0:
        copy(vector, kept[wiring.values_at[stage] :], wiring.widths[stage])
