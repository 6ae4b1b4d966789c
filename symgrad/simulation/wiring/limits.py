"""Limits: how much of a network can be drawn, each number with a counter of its own."""

from __future__ import annotations

from collections.abc import Iterator

from ...networks import Dense, Network

__all__ = ["check_units", "check_weights"]

_MOST_UNITS = 4 * 2**32  # of one layer: four for each value of the word that counts blocks


def check_weights(network: Network) -> None:
    """Refuse a layer with more weights than can be drawn, each with a counter of its own."""
    for number, layer in _first_layers(network):
        if layer.fan_out * layer.fan_in > _MOST_UNITS:
            raise ValueError(
                f"layer {number} has {layer.fan_out} x {layer.fan_in} weights; at most {_MOST_UNITS} can be drawn"
            )


def check_units(network: Network) -> None:
    """Refuse a layer with more units than can be drawn, each with a counter of its own."""
    for number, layer in _first_layers(network):
        if max(layer.fan_in, layer.fan_out) > _MOST_UNITS:
            raise ValueError(
                f"layer {number} has {max(layer.fan_in, layer.fan_out)} inputs or units; at most {_MOST_UNITS} can be drawn"
            )


def _first_layers(network: Network) -> Iterator[tuple[int, Dense]]:
    """Yield what the first layer of each block is made of, and the number of that layer."""
    number = 1
    for block in network.blocks:
        yield from ((number, part) for part in block.layer.parts if isinstance(part, Dense))
        number += int(block.times)
