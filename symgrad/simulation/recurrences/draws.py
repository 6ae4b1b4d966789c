"""Draws: one recurrent network, drawn and run once. Its own forward and backward pass; nothing here knows a theorem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ..conditioning.queries import forget
from ..randomness.streams import Purpose
from ..vectors.directions import direction_into
from ..vectors.draws import Halted
from ..wiring.endings import FINISHED, HALTED
from ..wiring.ranges import out_of_range
from ..wiring.wirings import Array, Floats, aligned
from .frames import orthonormalise_rows, push_frame
from .memories import RecurrentMemory
from .passes import backward, begin, pull, visit
from .wirings import ACTIVATE, MULTIPLY, NONE, RecurrentWiring

__all__ = ["RecurrentDraw"]


class RecurrentDraw:
    """One trial: weights, inputs, initial states, and the passes through time, each when it is first asked for.

    Parameters
    ----------
    wiring : RecurrentWiring
        The network.
    memory : RecurrentMemory
        Where the draw lives until the next one is made in the same memory.
    seed : int
        Of the run.
    trial : int
        Its number.
    """

    def __init__(self, wiring: RecurrentWiring, memory: RecurrentMemory, seed: int, trial: int) -> None:
        self._wiring, self._memory, self._seed, self._trial = wiring, memory, np.uint64(seed), trial
        self._product: tuple[int, Array, int] | None = None
        self._stretches: tuple[tuple[int, ...], Floats] | None = None
        begin(wiring, memory, self._seed, trial)
        if memory.unformed is not None:
            forget(memory.unformed.frames)

    def _check(self, code: int, step: int) -> None:
        if code == HALTED:
            raise Halted
        if code != FINISHED:
            raise out_of_range(step, self._memory.state.dtype, self._trial, int(self._seed), word="step")

    @cached_property
    def _forward(self) -> None:
        """Reach the last step, so that the states before each segment are known."""
        if self._wiring.steps:
            self._check(*visit(self._wiring, self._memory, self._seed, self._trial, self._wiring.steps))

    @cached_property
    def _backward(self) -> tuple[Floats, Floats, Array]:
        _ = self._forward
        self._check(backward(self._wiring, self._memory, self._seed, self._trial), 0)
        gradient = self._memory.gradient[: self._wiring.state_size]
        return self._memory.log_gradients.copy(), self._memory.log_sums.copy(), gradient.copy()

    @property
    def log_gradients(self) -> Floats:
        """Logarithms of the norms of the gradient at all states, relative to the output : (steps + 1,), from step 0."""
        return self._backward[0]

    @property
    def log_weight_gradients(self) -> Floats:
        """Logarithms of the norms of the gradient by the recurrent matrices, of all steps after each : (steps + 1,)."""
        return self._backward[1]

    @property
    def first_gradient(self) -> Array:
        """The gradient at the initial states, scaled to norm one."""
        return self._backward[2]

    @property
    def output_gradient(self) -> Floats:
        """The gradient at the last states: a random unit vector at the output, independent of all else."""
        output = self._wiring.output
        at, width = int(self._wiring.state_at[output]), int(self._wiring.state_widths[output])
        gradient = np.zeros(self._wiring.state_size)
        gradient[at : at + width] = self._directions(1, width, Purpose.OUTPUT_GRADIENT)
        return gradient

    def tangent(self) -> tuple[Floats, Floats, float]:
        """Push a tangent through all steps.

        Returns
        -------
        start, end : (entries of all states,) float64
            Unit vectors: a random direction at the initial states, and its image at the last ones.
        grown : float
            The logarithm of the length of the image.
        """
        start = self._directions(1, self._wiring.state_size, Purpose.TANGENT)
        frame, logs = start.copy(), np.empty((1, 1))
        asked = np.array([self._wiring.steps])
        self._check(*push_frame(self._wiring, self._memory, self._seed, self._trial, frame, asked, logs))
        return start[0], frame[0], float(logs[0, 0])

    def _directions(self, count: int, size: int, purpose: Purpose) -> Floats:
        """Return unit vectors, uniform on the sphere : (count, size)."""
        out = np.empty((count, aligned(size)))
        for row in range(count):
            direction_into(out[row], size, self._seed, row, self._trial, int(purpose))
        return np.ascontiguousarray(out[:, :size])

    def jacobian(self, step: int) -> tuple[Floats, int]:
        """Multiply the Jacobians of steps down from the last one: each row is a cotangent that is pulled back.

        Parameters
        ----------
        step : int
            From 0, the initial state.

        Returns
        -------
        (entries of all states, entries of all states) float64
            The Jacobian of the last states by those after the step, but for a power of two.
        int
            The binary exponent of that power.
        """
        _ = self._forward
        reached, product, exponent = self._product or self._whole()
        if reached < step:
            reached, product, exponent = self._whole()
        for below in range(reached, step, -1):
            self._check(pull(self._wiring, self._memory, self._seed, self._trial, below, product.reshape(-1)), below)
            size = int(np.frexp(np.max(np.abs(product)))[1])
            product, exponent = np.ldexp(product, -size), exponent + size
        self._product = step, product, exponent
        return product.astype(np.float64), exponent

    def _whole(self) -> tuple[int, Array, int]:
        return self._wiring.steps, np.eye(self._wiring.state_size, dtype=self._memory.state.dtype), 0

    def stretches(self, rank: int, steps: tuple[int, ...]) -> Floats:
        """Return logarithms : (steps, rank), of the distance of each image of a frame from those before it.

        Parameters
        ----------
        rank : int
            How many tangents there are, orthonormal at the initial state, uniform among such frames.
        steps : tuple of int
            Rising.

        Returns
        -------
        (steps, rank) float64
            The frame of a lower rank is the beginning of that of a higher one, which is kept for all that ask for either.
        """
        if self._stretches is None or self._stretches[0] != steps or self._stretches[1].shape[1] < rank:
            self._stretches = steps, self._pushed(rank, steps)
        return self._stretches[1][:, :rank]

    def _pushed(self, rank: int, steps: tuple[int, ...]) -> Floats:
        size = self._wiring.state_size
        if rank > size:
            raise ValueError(f"rank = {rank} of a frame among {size} entries of all states; give {size} at most")
        frame, logs = self._directions(rank, size, Purpose.FRAME), np.empty((len(steps), rank))
        orthonormalise_rows(frame, np.empty(rank))
        asked = np.array(steps, dtype=np.int64)
        self._check(*push_frame(self._wiring, self._memory, self._seed, self._trial, frame, asked, logs))
        return logs

    def preactivations(self, step: int) -> Array:
        """Return the preactivations of a step, from 1, whose matrix recurs : (matrices that recur * width,)."""
        return self._vectors(step, [row[1:3] for row in self._operations(MULTIPLY) if row[3] != NONE])

    def slopes(self, step: int) -> Array:
        """Return the slopes of all activations of a step, from 1."""
        return self._vectors(step, [(row[4], row[2]) for row in self._operations(ACTIVATE)])

    def _operations(self, kind: int) -> Iterator[Any]:
        return (row for row in self._wiring.operations if row[0] == kind)

    def _vectors(self, step: int, places: Sequence[Any]) -> Array:
        self._check(*visit(self._wiring, self._memory, self._seed, self._trial, step))
        row = self._memory.tape[(step - 1) % self._memory.segment * self._wiring.row :]
        return np.concatenate([row[begin : begin + width] for begin, width in places])
