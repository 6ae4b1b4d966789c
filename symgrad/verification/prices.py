"""Prices: what a trial costs in seconds, by the kind of network and by what is measured.

Kept as numbers rather than timed on the spot, so that the same seed gives the same trials on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch

from ..claims import Measurable, Quantity
from ..networks import Network, Recurrence

__all__ = ["PRICES", "Price", "price_of"]


@dataclass(frozen=True)
class Price:
    """What a layer costs in each trial, in seconds on two cores: its calls, and its units or the entries of matrices.

    Parameters
    ----------
    layer : float
        Seconds for a layer or a step of few units.
    entry : float
        Seconds for each unit, each entry of a matrix, or each product of an entry.
    power : int
        Which of the three.
    """

    layer: float
    entry: float
    power: int

    @property
    def is_of_matrices(self) -> bool:
        """Whether whole matrices are multiplied."""
        return self.power == 3

    def of(self, network: Network | Recurrence) -> float:
        """Return the seconds of one trial."""
        return math.fsum(times * (self.layer + self.entry * side**self.power) for times, side in sides(network))


@singledispatch
def sides(network: object) -> Iterator[tuple[int, float]]:
    """Yield how often something is done in a trial, and the side of a square matrix of as many entries."""
    raise TypeError(f"{network!r} is no network, and cannot be simulated")


@sides.register
def _(network: Network) -> Iterator[tuple[int, float]]:
    for block in network.blocks:
        yield int(block.times), int(max(block.layer.fan_in, block.layer.fan_out))


@sides.register
def _(network: Recurrence) -> Iterator[tuple[int, float]]:
    for layer in network.layers:
        recurrent, inputs = len(layer.cell.recurrent), len(layer.cell.inputs)
        yield (
            int(network.steps),
            math.sqrt(int(layer.width) * int(recurrent * layer.width + inputs * layer.input_width)),
        )


# Measured at widths 1 to 1024 and depths 10 to 1000 on two cores: 20 to 50 microseconds for a layer of a few units;
# 3.5 to 4 x 10^8 random weights in a second; 1.8 to 2.0 x 10^10 multiplications, of which four norms share the products.
# Without matrices 0.5 to 5 microseconds, 16 where every slope is tiny, and 10 to 17 nanoseconds for a unit; 20 to 30 where
# products with weights are drawn.
_UNDRAWN = Price(5e-6, 1.7e-8, 1)
_ANSWERED = Price(5e-6, 3e-8, 1)
_DRAWN = Price(3e-5, 2.7e-9, 2)
_MULTIPLIED = Price(3e-5, 5.5e-11, 3)
# Of recurrent networks, measured at widths 16 to 256: 2.2 to 2.8 x 10^-10 s for an entry of a matrix forward and back on
# one core, where weights are tied; fresh ones are drawn in both passes. 10^10 multiplications in a second on one core for
# whole Jacobians, whose rows are as many as the entries of all states.
_STEPPED = Price(3e-6, 1.5e-10, 2)
_STEPPED_AFRESH = Price(3e-6, 5.5e-9, 2)
_PULLED = Price(3e-5, 3e-11, 3)
PRICES = (_UNDRAWN, _ANSWERED, _DRAWN, _STEPPED, _STEPPED_AFRESH, _MULTIPLIED, _PULLED)

_CUBIC = frozenset(
    {Measurable.JACOBIAN_ENTRY, Measurable.JACOBIAN_NORM, Measurable.SINGULAR_VALUE, Measurable.WEIGHT_NORM}
)  # norms of whole matrices

_BY_METHOD = {"matrix_free": _UNDRAWN, "matrix_free_vectors": _ANSWERED}


@singledispatch
def price_of(network: object, quantity: Quantity) -> Price:
    """Return what a trial costs that measures a quantity of a network alone.

    Parameters
    ----------
    network : Network or Recurrence
        What is drawn.
    quantity : Quantity
        What is measured.

    Returns
    -------
    Price
        One of `PRICES`.
    """
    raise TypeError(f"{network!r} is no network, and {quantity} of it cannot be simulated")


@price_of.register
def _(network: Network, quantity: Quantity) -> Price:
    """Ask the simulation how it would draw the network."""
    from ..simulation import kinds  # here, so that Numba loads only where something is simulated

    if quantity.what in _CUBIC:
        return _MULTIPLIED
    return _BY_METHOD.get(kinds.choose("auto", network, {quantity: ()})[0].name, _DRAWN)


@price_of.register
def _(network: Recurrence, quantity: Quantity) -> Price:
    if quantity.what in _CUBIC:
        return _PULLED
    return _STEPPED if network.tied else _STEPPED_AFRESH
