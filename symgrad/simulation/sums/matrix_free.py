"""The matrix-free engine: trials by the recursions, and by hand where a layer leaves the range of floats."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ...activations import Activation
from ...claims import Measurable
from ..compiled.extensions import extended
from ..randomness.normals import aligned, draw
from ..randomness.streams import Purpose
from ..wiring.endings import FADED, FINISHED, HALTED, Halted
from ..wiring.ranges import out_of_range
from ..wiring.wirings import Array, Flags, Floats, Wiring
from .recursions import Norms, reserve_norms, trials_into
from .tallies import reserve_tally, sums_of

__all__ = ["EXPECTED", "READINGS", "MatrixFree"]

# How a measurable is read off the norms, for every layer that has it. Adding one is one row.
READINGS: dict[Measurable, Callable[[Norms], Floats]] = {
    Measurable.GRADIENT_NORM: lambda norms: norms.gradients,
    Measurable.MEAN_SQUARE_GRADIENT: lambda norms: 2.0 * norms.gradients,
    Measurable.PREACTIVATION_VAR: lambda norms: norms.preactivation_squares,
    Measurable.WEIGHT_GRADIENT_NORM: lambda norms: norms.deltas + norms.values[:, :-1],
    Measurable.BIAS_GRADIENT_NORM: lambda norms: norms.deltas,
}

# The same for their conditional means, given the forward pass.
EXPECTED: dict[Measurable, Callable[[Norms], Floats]] = {
    Measurable.MEAN_SQUARE_GRADIENT: lambda norms: norms.expected_squares,
}


class MatrixFree:
    """Draws norms of trials, in one thread at a time.

    Parameters
    ----------
    wiring : Wiring
        The network.
    activations : sequence of Activation
        Of its layers, for where they leave the range of floats.
    halt : (1,) bool
        Set from outside to end early.
    expects : bool, default False
        Whether conditional means are wanted.
    """

    def __init__(
        self, wiring: Wiring, activations: Sequence[Activation], halt: Flags, *, expects: bool = False
    ) -> None:
        self._wiring, self._activations, self._halt = wiring, activations, halt
        self._expects = expects
        self._depth = int(wiring.widths.size) - 1
        self._tally = reserve_tally(self._depth, wiring.given.dtype)

    def norms(self, seed: int, trials: range) -> Norms:
        """Return the norms of some trials, each a pure function of the seed and its number."""
        found = reserve_norms(len(trials), self._depth, expects=self._expects)
        code, row, layer = FADED, 0, 0
        while code == FADED:
            code, row, layer = trials_into(
                self._wiring, self._tally, self._halt, np.uint64(seed), trials.start, row, layer, found
            )
            if code == FADED and not self._extend(seed, trials[row], layer):
                break
        if code == HALTED:
            raise Halted
        if code != FINISHED:
            raise out_of_range(layer, self._wiring.given.dtype, trials[row], seed)
        return found

    def _extend(self, seed: int, trial: int, layer: int) -> bool:
        """Tally a layer once more, its values and slopes with exponents of their own; say whether that is possible."""
        tally = self._tally
        parts, inputs = self._preactivations(seed, trial, layer)
        try:
            (values, values_exponent), (slopes, slopes_exponent) = extended(
                self._activations[layer - 1], inputs, int(tally.input_exponents[layer])
            )
        except OverflowError:
            return False
        noise = self._noise(seed, trial, layer, Purpose.TRANSPOSE)
        tally.sums[layer] = sums_of(inputs, parts, values, slopes, noise)
        tally.value_exponents[layer], tally.slope_exponents[layer] = values_exponent, slopes_exponent
        return True

    def _preactivations(self, seed: int, trial: int, layer: int) -> tuple[Array, Array]:
        """Return the part that the weights make, and the preactivations, as they were drawn."""
        parts = self._noise(seed, trial, layer, Purpose.PREACTIVATION)
        parts *= parts.dtype.type(self._tally.scales[layer])
        at = self._wiring.biases_at[layer - 1]
        if at < 0:
            return parts, parts
        biases = self._wiring.given[at : at + parts.size]
        return parts, parts + np.ldexp(biases, -self._tally.input_exponents[layer])

    def _noise(self, seed: int, trial: int, layer: int, purpose: Purpose) -> Array:
        size = int(self._wiring.widths[layer])
        out = np.empty(aligned.py_func(size), dtype=self._wiring.given.dtype)
        draw(out, np.uint64(seed), 0, layer, trial, int(purpose))
        return out[:size]
