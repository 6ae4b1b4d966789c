r"""Recursions: trials without matrices, exact in law. Forward and backward, scalars go from layer to layer.

Let ``W`` have independent entries of law ``N(0, s**2)``, let ``x`` be independent of it and not zero, ``y = W x``, and let
``d`` be a function of ``x``, of ``y`` and of what is independent of ``W``. Then ``y`` and

.. math:: W^\top d = \frac{\langle y, d\rangle}{\lVert x\rVert^2}\,x + s\lVert d\rVert
   \Bigl(g - \frac{\langle x, g\rangle}{\lVert x\rVert^2}\,x\Bigr)

have the joint law that they have with a matrix, where ``g`` is standard normal and independent of all else: what ``W``
does along ``x`` is ``y``, and what it does across is independent of that. So two vectors of noise for each layer are
enough, and as only norms are asked for, sums over units: the gradient before a layer is a combination of ``p`` and ``g``,
and what goes on is the norm of ``d`` times that, and its product with ``y``.

References
----------
Conditioning a Gaussian matrix on what was asked of it: Bolthausen 2014, arXiv:1201.2891; Bayati and Montanari 2011,
arXiv:1001.3448. Here it is exact at every width, since each matrix is asked once in each direction.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ..borrowings import borrowed
from ..compilations import cached, inlined, pasted
from ..compiled.kernels import REACH
from ..randomness.normals import fill, logarithm
from ..randomness.streams import Purpose
from ..wiring.endings import FADED, FINISHED, HALTED, OVERFLOWN
from ..wiring.wirings import Flags, Floats, Wiring
from .expectations import expect
from .halves import tally_halves, tally_point
from .tallies import DGDG, DPDG, DPDP, GG, PG, PP, YDG, YDP, ZZ, Tally, tally_input, tally_layer

__all__ = ["Norms", "reserve_norms", "trials_into"]

_LOG2 = math.log(2.0)
_LOW, _HIGH = 2.0 ** -min(REACH.values()), 2.0 ** min(REACH.values())  # within everyone's reach
_BIAS_SHARE = int(Purpose.BIAS_SHARE)


class Norms(NamedTuple):
    """What is known of some trials: natural logarithms, one row for each trial.

    Parameters
    ----------
    gradients : (trials, depth + 1) float64
        Of the norms of the gradients at ``h_0`` to ``h_depth``; ``-inf`` is an exact zero.
    deltas : (trials, depth) float64
        Of the norms of the gradients at the preactivations, from layer 1 on: those by the biases.
    values : (trials, depth + 1) float64
        Of the norms of ``h_0`` to ``h_depth``.
    preactivation_squares : (trials, depth) float64
        Of the mean squares of the preactivations, from layer 1 on.
    expected_squares : (trials, depth + 1) float64
        Of the conditional means of squared gradient norms, given the forward pass; without rows if nobody asks.
    """

    gradients: Floats
    deltas: Floats
    values: Floats
    preactivation_squares: Floats
    expected_squares: Floats


def reserve_norms(trials: int, depth: int, *, expects: bool = False) -> Norms:
    """Reserve room for the norms of some trials, not initialised; with or without conditional means."""
    gradients, values = np.empty((2, trials, depth + 1))
    deltas, squares = np.empty((2, trials, depth))
    return Norms(gradients, deltas, values, squares, np.empty((trials if expects else 0, depth + 1)))


@cached
def trials_into(
    wiring: Wiring, tally: Tally, halt: Flags, seed: int, first: int, done: int, layer: int, norms: Norms
) -> tuple[int, int, int]:
    """Draw trials, each from its first layer to its last and back.

    Parameters
    ----------
    wiring : Wiring
        The network.
    tally : Tally
        The memory of this thread.
    halt : (1,) bool
        Set from outside to end between two layers.
    seed : uint64
        Of the run.
    first : int
        The number of the trial in the first row.
    done, layer : int
        How many rows are done, and up to which layer the next one is.
    norms : Norms
        Filled.

    Returns
    -------
    int
        `FINISHED`; `HALTED`; `OVERFLOWN` or `FADED`, as in the passes with matrices.
    int
        The row that this concerns.
    int
        The layer that this concerns.
    """
    wiring, tally, norms = borrowed(wiring), borrowed(tally), borrowed(norms)
    for row in range(done, norms.gradients.shape[0]):
        if layer == 0:
            if _is_folded(wiring.sides, 0):
                tally_point(wiring, tally, seed, first + row)
            else:
                tally_input(wiring, tally, seed, first + row)
        code, layer = _go_forward(wiring, tally, halt, seed, first + row, layer)
        if code != FINISHED:
            return code, row, layer
        layer = 0
        _note_forward(wiring, tally, norms, row)
        if norms.expected_squares.shape[0] > 0:
            expect(wiring, tally, norms.expected_squares[row])
        _go_back(wiring, tally, seed, first + row, norms.gradients[row], norms.deltas[row])
    return FINISHED, norms.gradients.shape[0], 0


@pasted
def _go_forward(wiring: Wiring, tally: Tally, halt: Flags, seed: int, trial: int, layer: int) -> tuple[int, int]:
    """Run a trial forward, on from a layer; arrays are named once, as each look into a tuple is counted."""
    widths, weight_scales, bias_scales = wiring.widths, wiring.weight_scales, wiring.bias_scales
    near, far, fading, biases_at = wiring.near, wiring.far, wiring.fading, wiring.biases_at
    sums, scales, shares, sides = tally.sums, tally.scales, tally.shares, wiring.sides
    input_units, value_units, slope_units = tally.input_exponents, tally.value_exponents, tally.slope_exponents
    for above in range(layer + 1, widths.size):
        if halt[0]:
            return HALTED, above
        root, has_biases = math.sqrt(sums[above - 1, PP]), bias_scales[above - 1] > 0.0 or biases_at[above - 1] >= 0
        scale, shares[above], unit = _with_biases(
            weight_scales[above - 1] * root, value_units[above - 1], bias_scales[above - 1], has_biases
        )
        target = _settled(scale, unit, near[above - 1], far[above - 1], wiring.reach)
        scales[above] = scale = _times_power(scale, unit - target)
        input_units[above] = value_units[above] = target
        slope_units[above] = 0
        if scale > 0.0 and _is_folded(sides, above):  # at zero, all units are at the kink
            tally_halves(wiring, tally, seed, trial, above, widths[above], scale)
        else:
            tally_layer(wiring, tally, seed, trial, above, widths[above], scale)
        code = _checked(sums, above, wiring.smallest_square * widths[above], fading[above - 1])
        if code != FINISHED:
            return code, above
    return FINISHED, widths.size - 1


@inlined
def _is_folded(sides: Any, layer: int) -> bool:
    """Say whether a layer is drawn by its sides, not by its units."""
    return not math.isnan(sides[layer, 0])


@inlined
def _with_biases(scale: float, exponent: int, bias: float, has_biases: bool) -> tuple[float, float, int]:
    """Return the deviation of weights and biases together, the weights' part of its square, and its exponent."""
    if not has_biases:
        return scale, 1.0, exponent
    kept = max(exponent, 0)  # beside a bias, what is tiny may vanish; what is huge may not
    of_weights, of_biases = math.ldexp(scale, exponent - kept), math.ldexp(bias, -kept)
    total = math.hypot(of_weights, of_biases)
    return total, (of_weights / total) ** 2 if total > 0.0 else 1.0, kept


@inlined
def _settled(scale: float, exponent: int, near: bool, far: bool, reach: int) -> int:
    """Return the exponent that is left where the activation, as a multiple of its argument, may be evaluated elsewhere."""
    if scale == 0.0 or (exponent == 0 and _LOW < scale < _HIGH):  # as almost always
        return 0
    size = exponent + math.frexp(scale)[1]
    if far and size > reach:
        return size - reach
    return size + reach if near and size < -reach else 0


@inlined
def _times_power(number: float, exponent: int) -> float:
    """Return the number times a power of two, which is hardly ever another than 1."""
    return number if exponent == 0 else math.ldexp(number, exponent)


@inlined
def _log(number: float) -> float:
    return logarithm(number) if number > 0.0 else -math.inf


@inlined
def _checked(sums: Any, layer: int, smallest: float, fading: bool) -> int:
    """Say whether sums can be trusted: squares of slopes or values that are too small are no longer told from zero."""
    if not sums[layer, PP] + sums[layer, DGDG] + sums[layer, DPDP] + sums[layer, ZZ] < math.inf:
        return OVERFLOWN
    is_small = min(sums[layer, PP], sums[layer, DGDG]) < smallest
    return FADED if is_small and fading and sums[layer, ZZ] > 0.0 else FINISHED


@pasted
def _note_forward(wiring: Wiring, tally: Tally, norms: Norms, row: int) -> None:
    values, squares, sums, widths = norms.values, norms.preactivation_squares, tally.sums, wiring.widths
    input_units, value_units = tally.input_exponents, tally.value_exponents
    for layer in range(widths.size):
        values[row, layer] = 0.5 * _log(sums[layer, PP]) + value_units[layer] * _LOG2
        if layer > 0:
            mean = _log(sums[layer, ZZ]) - _log(np.float64(widths[layer]))
            squares[row, layer - 1] = mean + 2.0 * input_units[layer] * _LOG2


@pasted
def _go_back(wiring: Wiring, tally: Tally, seed: int, trial: int, gradients: Any, deltas: Any) -> None:
    """Run a trial backward.

    Between two layers, ``square`` and ``along`` are ``|d|**2`` and ``<y, d>``, but for what the logarithm holds, and
    ``W.T d/(s |d|) = factor p + g``.
    """
    sums, input_units, value_units, slope_units = (
        tally.sums, tally.input_exponents, tally.value_exponents, tally.slope_exponents,
    )  # fmt: skip
    weight_scales, log_weight_scales, shares, scales = (
        wiring.weight_scales, wiring.log_weight_scales, tally.shares, tally.scales,
    )  # fmt: skip
    depth = gradients.size - 1
    for layer in range(depth):
        gradients[layer] = deltas[layer] = -math.inf
    gradients[depth] = log = excess = 0.0  # their difference is the sum: a long sum would lose digits
    square, along = sums[depth, DGDG] / sums[depth, GG], sums[depth, YDG] / math.sqrt(sums[depth, GG])
    for layer in range(depth, 0, -1):
        if square <= 0.0:
            return
        grown = 0.5 * logarithm(square) + slope_units[layer] * _LOG2
        deltas[layer - 1] = (log + grown) - excess
        if weight_scales[layer - 1] == 0.0:
            return
        grown += log_weight_scales[layer - 1] - excess
        excess, log = ((log + grown) - log) - grown, log + grown
        along /= math.sqrt(square)
        if shares[layer] < 1.0:
            along = _of_weights(along, shares[layer], scales[layer], tally.noise, seed, trial, layer)
        along = _times_power(along / weight_scales[layer - 1], input_units[layer] - value_units[layer - 1])
        length, square, along = _below(sums, layer - 1, along)
        gradients[layer - 1] = log + 0.5 * _log(length)


@inlined
def _below(sums: Any, layer: int, along: float) -> tuple[float, float, float]:
    """Return the square of the gradient at a layer, of ``d`` there, and the product of ``y`` and ``d``."""
    pp, gg, pg = sums[layer, PP], sums[layer, GG], sums[layer, PG]
    if pp == 0.0:  # a layer that is dead says nothing about the weights: all is noise
        return gg, sums[layer, DGDG], sums[layer, YDG]
    factor = (along - pg) / pp
    length = along * along / pp + max(gg - pg * pg / pp, 0.0)
    square = (factor * sums[layer, DPDP] + 2.0 * sums[layer, DPDG]) * factor + sums[layer, DGDG]
    return length, square, factor * sums[layer, YDP] + sums[layer, YDG]


@pasted
def _of_weights(along: float, share: float, scale: float, noise: Any, seed: int, trial: int, layer: int) -> float:
    """Draw what the weights contribute to ``<z, d>``, for ``d`` of norm one and random biases.

    They were drawn together with ``y``, the weights' part, as one sum ``z``. Given ``z``, the product ``<y, d>`` is normal
    and independent of all else: each ``y`` has mean ``share z`` and variance ``share (1 - share)`` times that of ``z``.
    """
    fill(noise[:4], seed, 0, layer, trial, _BIAS_SHARE)
    return share * along + math.sqrt(share * (1.0 - share)) * scale * np.float64(noise[0])
