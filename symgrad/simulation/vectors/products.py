"""Products: the weights of a stage times vectors, formed or not: which of the two is chosen while Numba compiles."""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import overload

from ..compilations import cached
from ..conditioning.queries import BACK, FORTH, answer
from ..wiring.memories import Memory
from ..wiring.wirings import Array, Wiring
from .panels import formed_times, formed_transposed_times

__all__ = ["multiply", "times", "transposed_times"]


def times(wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, vector: Array, out: Array) -> None:
    """Set ``out`` to the weights times a vector, in compiled code; `multiply` does so from Python."""
    multiply(wiring, memory, seed, trial, stage, vector, out)


@overload(times, inline="always", jit_options={"error_model": "numpy"})
def _times(wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, vector: Array, out: Array) -> Any:
    """Choose by what the memory holds, while Numba compiles: a pass is compiled with one of the two only."""
    return formed_times if _forms(memory) else _undrawn_times


def transposed_times(
    wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, vector: Array, out: Array
) -> None:
    """Set ``out`` to the transposed weights, before they are scaled, times a vector, in compiled code."""
    raise NotImplementedError


@overload(transposed_times, inline="always", jit_options={"error_model": "numpy"})
def _transposed_times(
    wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, vector: Array, out: Array
) -> Any:
    """As for `times`."""
    return formed_transposed_times if _forms(memory) else _undrawn_transposed_times


def _forms(memory: Any) -> bool:
    """Say of the type of a memory whether weights are formed."""
    return bool(memory.types[memory.fields.index("frames")] == types.none)


def _undrawn_times(
    wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, vector: Array, out: Array
) -> None:
    answer(memory.frames, seed, trial, stage, vector, out, FORTH)
    for unit in range(wiring.widths[stage]):
        out[unit] *= wiring.weight_scales[stage - 1]


def _undrawn_transposed_times(
    wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, vector: Array, out: Array
) -> None:
    answer(memory.frames, seed, trial, stage, vector, out, BACK)


@cached
def multiply(wiring: Wiring, memory: Memory, seed: int, trial: int, stage: int, vector: Array, out: Array) -> None:
    """Multiply the weights of a stage by a vector.

    Parameters
    ----------
    wiring, memory, seed, trial : Wiring, Memory, uint64, int
        As for the passes.
    stage : int
        From 1.
    vector : (fan_in,) of the dtype
        What is multiplied.
    out : (fan_out,) of the dtype
        Filled.
    """
    times(wiring, memory, seed, trial, stage, vector, out)
