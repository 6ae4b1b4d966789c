"""Places: where the layers of a network stand among its stages."""

from __future__ import annotations

import math

from ..wiring.wirings import Wiring

__all__ = ["Places"]


class Places:
    """Layers as stages; of a multi-layer perceptron, each is one.

    Parameters
    ----------
    wiring : Wiring
        The network.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    @property
    def depth(self) -> int:
        """Number of layers."""
        return int(self._wiring.ends.size) - 1

    def width(self, layer: int) -> int:
        """Return the number of units of ``h_layer``."""
        return int(self._wiring.widths[self._wiring.ends[layer]])

    def fan_in(self, layer: int) -> int:
        """Return the number of columns of ``W_layer``."""
        return int(self._wiring.widths[self._weighted(layer) - 1])

    def _first(self, layer: int) -> int:
        """Return the first stage of a layer, from 1."""
        return int(self._wiring.ends[layer - 1]) + 1

    def _stages(self, layer: int) -> range:
        return range(self._first(layer), int(self._wiring.ends[layer]) + 1)

    def _weighted(self, layer: int) -> int:
        """Return the stage of a layer that has weights; layers with several are refused before."""
        return next(stage for stage in self._stages(layer) if self._wiring.weighted[stage - 1])

    def _branch_scale(self, layer: int) -> float | None:
        """Return the factor of the branch of a layer; None where nothing goes past it."""
        scale = float(self._wiring.branch_scales[self._first(layer) - 1])
        return None if math.isnan(scale) else scale
