"""Memories: what one thread works in, reserved once and the same for every trial."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..conditioning.queries import Frames, reserve_frames
from .entries import ORTHOGONAL
from .wirings import Array, Flags, Floats, Integers, Wiring, aligned

__all__ = ["Memory", "for_another_input", "reserve"]

# What of the memory belongs to an input rather than to a network.
_OF_AN_INPUT = (
    "values", "inputs", "shortcut", "shortcut_exponent", "preactivations", "preactivation_exponents", "slopes",
    "slope_exponents", "gradient", "log_squares", "log_values", "log_deltas", "log_gradients",
)  # fmt: skip


class Memory(NamedTuple):
    """What one thread works in; the same for every trial.

    Parameters
    ----------
    stack : (numbers,) of the dtype
        Weights of all stages if they are kept, else of one panel.
    stack_at : (stages,) int64
        Where the weights of a stage begin in the stack.
    kept : bool
        Whether weights are kept from one pass to the next.
    filled : (stages,) bool
        Which stages of the stack hold the weights of this trial.
    frames : Frames or None
        In place of weights that are never formed; None where they are.
    values, inputs, shortcut : (widest,) of the dtype
        Vectors of the passes; the last goes past a branch.
    shortcut_exponent : (1,) int64
        Binary exponent of what goes past a branch.
    preactivations : (units,) of the dtype
        Of all stages, left by the forward pass, in units of ``2**preactivation_exponents``.
    preactivation_exponents : (stages,) int64
        Zero, but for stages where numbers left the range of a float.
    slopes : (units,) of the dtype
        Of all stages, left by the forward pass, in units of ``2**slope_exponents``.
    slope_exponents : (stages,) int64
        Zero, but for stages all of whose slopes are too small for a float.
    gradient : (widest,) of the dtype
        Of norm one, left by the backward pass at the input.
    log_squares : (stages,) float64
        Logarithms of the mean squares of the preactivations.
    log_values : (stages + 1,) float64
        Logarithms of the norms of what goes into each stage, and of the output.
    log_deltas : (stages,) float64
        Logarithms of the norms of the gradients at the preactivations.
    log_gradients : (stages + 1,) float64
        Logarithms of the norms of the gradients at what goes into each stage; meaningful at the ends of layers only.
    halt : (1,) bool
        Set from outside to end passes early.
    """

    stack: Array
    stack_at: Integers
    kept: bool
    filled: Flags
    frames: Frames | None
    values: Array
    inputs: Array
    shortcut: Array
    shortcut_exponent: Integers
    preactivations: Array
    preactivation_exponents: Integers
    slopes: Array
    slope_exponents: Integers
    gradient: Array
    log_squares: Floats
    log_values: Floats
    log_deltas: Floats
    log_gradients: Floats
    halt: Flags


def reserve(wiring: Wiring, budget: int, halt: Flags, asked: int = 0) -> Memory:
    """Reserve the memory of one thread.

    Parameters
    ----------
    wiring : Wiring
        The network.
    budget : int
        Bytes up to which the weights of a trial are kept between passes.
    halt : (1,) bool
        Set from outside to end passes early.
    asked : int, default 0
        How many vectors weights that are never formed are multiplied by, besides those of a pass forward and back.

    Returns
    -------
    Memory
        Not initialised.
    """
    dtype, stages, widest = wiring.given.dtype, wiring.widths.size - 1, aligned(int(wiring.widths.max()))
    formed = (wiring.weights_at < 0) & wiring.weighted & (not wiring.undrawn)
    sizes = aligned(wiring.widths[1:] * wiring.widths[:-1]) * formed
    panels = aligned(wiring.panels * wiring.widths[:-1]) * formed
    kept = int(sizes.sum()) * dtype.itemsize <= budget
    stack = int(sizes.sum()) if kept else int(panels.max(initial=0))
    values, inputs, shortcut, gradient = np.empty((4, widest), dtype=dtype)
    preactivations, slopes = np.empty((2, int(wiring.slopes_at[-1])), dtype=dtype)
    log_squares, log_deltas = np.empty((2, stages))
    log_values, log_gradients = np.empty((2, stages + 1))
    return Memory(
        stack=np.empty(stack, dtype=dtype),
        stack_at=np.cumsum(sizes) - sizes if kept else np.zeros(stages, dtype=np.int64),
        kept=kept,
        filled=np.zeros(stages, dtype=np.bool_),
        frames=_frames(wiring, asked) if wiring.undrawn else None,
        values=values,
        inputs=inputs,
        shortcut=shortcut,
        shortcut_exponent=np.zeros(1, dtype=np.int64),
        preactivations=preactivations,
        preactivation_exponents=np.zeros(stages, dtype=np.int64),
        slopes=slopes,
        slope_exponents=np.zeros(stages, dtype=np.int64),
        gradient=gradient,
        log_squares=log_squares,
        log_values=log_values,
        log_deltas=log_deltas,
        log_gradients=log_gradients,
        halt=halt,
    )


def _frames(wiring: Wiring, asked: int) -> Frames:
    """Reserve room for what the weights of each stage are asked; a stage without any is asked nothing."""
    rights, lefts = np.where(wiring.weighted, 1 + asked, 0), np.where(wiring.weighted, 1, 0)
    return reserve_frames(wiring.widths[:-1], wiring.widths[1:], wiring.entry_laws == ORTHOGONAL, rights, lefts)


def for_another_input(memory: Memory) -> Memory:
    """Return a memory for another input of the same network, whose weights both share; not initialised."""
    return memory._replace(**{name: np.empty_like(getattr(memory, name)) for name in _OF_AN_INPUT})
