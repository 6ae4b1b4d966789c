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

from .compilations import cached, inlined, pasted
from .normals import fill
from .passes import FADED, FINISHED, HALTED, OVERFLOWN
from .streams import Purpose
from .tallies import DGDG, DPDG, DPDP, GG, PG, PP, YDG, YDP, ZZ, Tally, tally_input, tally_layer
from .wirings import Flags, Floats, Wiring

__all__ = ["Norms", "reserve_norms", "trials_into"]

_LOG2 = math.log(2.0)
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
    """

    gradients: Floats
    deltas: Floats
    values: Floats
    preactivation_squares: Floats


def reserve_norms(trials: int, depth: int) -> Norms:
    """Reserve room for the norms of some trials, not initialised."""
    return Norms(*(np.empty((trials, columns)) for columns in (depth + 1, depth, depth + 1, depth)))


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
    depth = wiring.widths.size - 1
    for row in range(done, norms.gradients.shape[0]):
        if layer == 0:
            tally_input(wiring, tally, seed, first + row)
        for above in range(layer + 1, depth + 1):
            if halt[0]:
                return HALTED, row, above
            _set_scale(wiring, tally, above)
            tally_layer(wiring, tally, seed, first + row, above)
            code = _checked(wiring, tally, above)
            if code != FINISHED:
                return code, row, above
        layer = 0
        _note_forward(wiring, tally, norms, row)
        _go_back(wiring, tally, seed, first + row, norms.gradients[row], norms.deltas[row])
    return FINISHED, norms.gradients.shape[0], 0


@inlined
def _set_scale(wiring: Wiring, tally: Tally, layer: int) -> None:
    """Find the deviation of the preactivations and the power of two that is their unit."""
    exponent, bias = tally.value_exponents[layer - 1], wiring.bias_scales[layer - 1]
    scale = wiring.weight_scales[layer - 1] * math.sqrt(tally.sums[layer - 1, PP])
    tally.shares[layer] = 1.0
    if bias > 0.0 or wiring.biases_at[layer - 1] >= 0:
        kept = max(exponent, 0)  # beside a bias, what is tiny may vanish; what is huge may not
        of_weights, of_biases = math.ldexp(scale, exponent - kept), math.ldexp(bias, -kept)
        exponent, scale = kept, math.hypot(of_weights, of_biases)
        tally.shares[layer] = (of_weights / scale) ** 2 if scale > 0.0 else 1.0
    size, target = exponent + (math.frexp(scale)[1] if scale > 0.0 else -exponent), 0
    if wiring.far[layer - 1] and size > wiring.reach:
        target = size - wiring.reach
    if wiring.near[layer - 1] and size < -wiring.reach:
        target = size + wiring.reach
    tally.scales[layer] = math.ldexp(scale, exponent - target)
    tally.input_exponents[layer] = tally.value_exponents[layer] = target
    tally.slope_exponents[layer] = 0


@inlined
def _checked(wiring: Wiring, tally: Tally, layer: int) -> int:
    """Say whether the sums can be trusted: squares of slopes or values that are too small are no longer told from zero."""
    row = tally.sums[layer]
    if not math.isfinite(row[PP] + row[DGDG] + row[DPDP] + row[ZZ]):
        return OVERFLOWN
    is_small = min(row[PP], row[DGDG]) < wiring.smallest_square * wiring.widths[layer]
    return FADED if is_small and wiring.fading[layer - 1] and row[ZZ] > 0.0 else FINISHED


@inlined
def _note_forward(wiring: Wiring, tally: Tally, norms: Norms, row: int) -> None:
    for layer in range(wiring.widths.size):
        squares = tally.sums[layer]
        norms.values[row, layer] = 0.5 * math.log(squares[PP]) + tally.value_exponents[layer] * _LOG2
        if layer > 0:
            mean = math.log(squares[ZZ] / wiring.widths[layer])
            norms.preactivation_squares[row, layer - 1] = mean + 2.0 * tally.input_exponents[layer] * _LOG2


@pasted
def _go_back(wiring: Wiring, tally: Tally, seed: int, trial: int, gradients: Any, deltas: Any) -> None:
    """Run a trial backward.

    Between two layers, ``square`` and ``along`` are ``|d|**2`` and ``<y, d>``, but for what the logarithm holds.
    """
    depth, top = wiring.widths.size - 1, tally.sums[-1]
    for layer in range(depth):
        gradients[layer] = deltas[layer] = -math.inf
    gradients[depth] = log = excess = 0.0  # their difference is the sum: a long sum would lose digits
    square, along = top[DGDG] / top[GG], top[YDG] / math.sqrt(top[GG])
    for layer in range(depth, 0, -1):
        if square <= 0.0:
            return
        root, below = math.sqrt(square), tally.sums[layer - 1]
        grown = math.log(root) + tally.slope_exponents[layer] * _LOG2
        deltas[layer - 1] = (log + grown) - excess
        if wiring.weight_scales[layer - 1] == 0.0:
            return
        grown += math.log(wiring.weight_scales[layer - 1])
        factor, share = _factors(wiring, tally, seed, trial, layer, along / root)
        grown -= excess
        excess, log = ((log + grown) - log) - grown, log + grown
        across = max(below[GG] - share * below[PG], 0.0)
        gradients[layer - 1] = log + 0.5 * math.log((factor + share) ** 2 * below[PP] + across)
        square = (factor * below[DPDP] + 2.0 * below[DPDG]) * factor + below[DGDG]
        along = factor * below[YDP] + below[YDG]


@pasted
def _factors(wiring: Wiring, tally: Tally, seed: int, trial: int, layer: int, along: float) -> Any:
    """Return ``k`` and ``t`` of ``W.T d/(s |d|) = k p + g``, where ``t`` is the part of ``g`` along ``p``.

    Random biases were drawn together with the weights' part ``y`` as one sum ``z``. Given ``z``, the product ``<y, d>`` is
    normal, and independent of all else: each ``y`` has mean ``share z`` and variance ``share (1 - share)`` times that of ``z``.
    """
    below, part = tally.sums[layer - 1], tally.shares[layer]
    if below[PP] == 0.0:
        return 0.0, 0.0
    if part < 1.0:
        fill(tally.noise[:4], seed, 0, layer, trial, _BIAS_SHARE)
        spread = math.sqrt(part * (1.0 - part)) * tally.scales[layer]
        along = part * along + spread * np.float64(tally.noise[0])
    mantissa, exponent = math.frexp(wiring.weight_scales[layer - 1])
    exponent = tally.input_exponents[layer] - tally.value_exponents[layer - 1] - exponent
    share = below[PG] / below[PP]
    return math.ldexp(along / (mantissa * below[PP]), exponent) - share, share
