"""Placings: what stands in the row of a step before it is run: inputs, states and parameters."""

from __future__ import annotations

from typing import Any

from ..compilations import pasted
from ..randomness.normals import aligned, fill
from ..randomness.streams import Purpose
from .coordinates import coordinates
from .memories import RecurrentMemory
from .parameters import draw_parameters, turn
from .wirings import RecurrentWiring

__all__ = ["add_scattered", "gather", "have_parameters", "have_turned", "scatter", "take_input"]

Array = Any

_INPUT = int(Purpose.INPUT)


@pasted
def have_parameters(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, step: int) -> None:
    """Have the parameters of a step in the memory."""
    wanted = 0 if wiring.tied else step
    if memory.drawn[0] != wanted:
        draw_parameters(wiring.parameters, memory.numbers, seed, trial, wanted)
        memory.drawn[0] = wanted


@pasted
def have_turned(wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int, step: int) -> None:
    """Have those parameters, and their transposed matrices, in the memory."""
    have_parameters(wiring, memory, seed, trial, step)
    if memory.drawn[1] != memory.drawn[0]:
        turn(wiring.parameters, memory.numbers, memory.turned)
        memory.drawn[1] = memory.drawn[0]


@pasted
def take_input(wiring: RecurrentWiring, row: Array, seed: int, trial: int, step: int) -> None:
    """Put the input of a step into its row."""
    width = wiring.input_width
    if wiring.inputs.size:
        for unit in range(width):
            row[unit] = wiring.inputs[(step - 1) * width + unit]
    elif wiring.input_scale != 0.0 and wiring.freedoms > 0:
        coordinates(row[: aligned(width)], wiring.freedoms, step - 1 if wiring.tied else 0, seed, step, trial)
        for unit in range(width):
            row[unit] *= wiring.input_scale
    elif wiring.input_scale != 0.0:
        fill(row[: aligned(width)], seed, 0, step, trial, _INPUT)
        for unit in range(width):
            row[unit] *= wiring.input_scale


@pasted
def scatter(vector: Array, places: Array, wiring: RecurrentWiring, row: Array) -> None:
    """Copy what belongs to each state to where it stands in a row."""
    for state in range(places.size):
        for unit in range(wiring.state_widths[state]):
            row[places[state] + unit] = vector[wiring.state_at[state] + unit]


@pasted
def add_scattered(vector: Array, places: Array, wiring: RecurrentWiring, row: Array) -> None:
    """Add what belongs to each state to where it stands in a row: two new states may be the same line."""
    for state in range(places.size):
        for unit in range(wiring.state_widths[state]):
            row[places[state] + unit] += vector[wiring.state_at[state] + unit]


@pasted
def gather(row: Array, places: Array, wiring: RecurrentWiring, vector: Array) -> None:
    """Copy what stands in a row for each state into the vector of all states."""
    for state in range(places.size):
        for unit in range(wiring.state_widths[state]):
            vector[wiring.state_at[state] + unit] = row[places[state] + unit]
