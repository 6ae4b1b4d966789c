"""Draws: one recurrent network, drawn and run once. Its own forward and backward pass; nothing here knows a theorem."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ..vectors.draws import Halted
from ..wiring.endings import FINISHED, HALTED
from ..wiring.ranges import out_of_range
from ..wiring.wirings import Floats
from .memories import RecurrentMemory
from .passes import backward, begin, forward, pull
from .wirings import RecurrentWiring

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
        self._product: tuple[int, Floats, int] | None = None
        memory.drawn[0] = memory.held[0] = -1

    @cached_property
    def _forward(self) -> None:
        begin(self._wiring, self._memory, self._seed, self._trial)
        code, step = forward(self._wiring, self._memory, self._seed, self._trial, 0, self._wiring.steps)
        if code == HALTED:
            raise Halted
        if code != FINISHED:
            raise out_of_range(step, self._memory.state.dtype, self._trial, int(self._seed), word="step")

    @cached_property
    def log_gradients(self) -> Floats:
        """Logarithms of the norms of the gradient at all states, relative to the output : (steps + 1,), from step 0."""
        _ = self._forward
        if backward(self._wiring, self._memory, self._seed, self._trial) != FINISHED:
            raise Halted
        return self._memory.log_gradients.copy()

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
            if pull(self._wiring, self._memory, self._seed, self._trial, below, product) != FINISHED:
                raise Halted
            size = int(np.frexp(np.max(np.abs(product)))[1])
            product, exponent = np.ldexp(product, -size), exponent + size
        self._product = step, product, exponent
        return product.astype(np.float64), exponent

    def _whole(self) -> tuple[int, Floats, int]:
        return self._wiring.steps, np.eye(self._wiring.state_size, dtype=self._memory.state.dtype), 0
