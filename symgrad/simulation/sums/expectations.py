r"""Expectations: mean squares of gradients given the whole forward pass, without drawing a backward one.

Given the forward pass, and for a gradient at the output without a preferred direction, the second moments of a gradient are
``a P + b u u.T``, where ``u`` is the direction of the values and ``P`` projects across it. For ``d = D g`` below,

.. math:: E\lVert d\rVert^2 = a\,(\lVert D\rVert_F^2 - \tau) + b\,\tau,\quad \tau = \lVert D u\rVert^2, \qquad
   E\langle y, d\rangle^2 = a\,(\lVert D y\rVert^2 - \pi) + b\,\pi,\quad \pi = \langle u, D y\rangle^2

and one layer further down ``a`` is the former times the variance of a weight, and ``b`` the latter over the squared norm of
the values there: across them the transposed matrix is fresh noise, along them it is known. So the mean over all backward
passes is a number, and has the mean of the square that a drawn pass has, with less variance.

References
----------
Rao and Blackwell's theorem, for the conditional law that `recursions` states.
"""

from __future__ import annotations

import math
from typing import Any

from ..compilations import inlined, pasted
from ..randomness.normals import logarithm
from ..wiring.wirings import Wiring
from .tallies import DD, DPDP, PP, YDP, YDYD, Tally

__all__ = ["expect"]

_LOG2 = math.log(2.0)


@pasted
def expect(wiring: Wiring, tally: Tally, expected: Any) -> None:
    """Write the logarithms of the conditional mean squares at each layer, for a trial that went forward."""
    widths, scales, sums, shares = wiring.widths, wiring.weight_scales, tally.sums, tally.shares
    depth = widths.size - 1
    for layer in range(depth):
        expected[layer] = -math.inf
    expected[depth] = 0.0
    log, ratio = -logarithm(1.0 * widths[depth]), 1.0  # of a; b / a
    for layer in range(depth, 0, -1):
        of_slopes, of_products = _moments(sums, layer, ratio)
        if of_slopes <= 0.0 or scales[layer - 1] == 0.0:
            return
        of_products = _of_weights(of_products / of_slopes, shares[layer], tally.scales[layer])
        unit = tally.input_exponents[layer] - tally.value_exponents[layer - 1]
        ratio = _ratio(of_products, sums[layer - 1, PP], scales[layer - 1], unit)
        log += logarithm(of_slopes) + 2.0 * (wiring.log_weight_scales[layer - 1] + tally.slope_exponents[layer] * _LOG2)
        expected[layer - 1] = (
            log + logarithm(widths[layer - 1] - 1.0 + ratio) if widths[layer - 1] + ratio > 1.0 else -math.inf
        )


@inlined
def _moments(sums: Any, layer: int, ratio: float) -> tuple[float, float]:
    """Return the conditional means of ``|d|**2`` and of ``<y, d>**2``, over ``a``."""
    dd, ydyd, pp = sums[layer, DD], sums[layer, YDYD], sums[layer, PP]
    if pp == 0.0:  # no direction is known
        return dd, ydyd
    tau, pi = sums[layer, DPDP] / pp, sums[layer, YDP] / pp * sums[layer, YDP]  # a square would leave the range
    return max(dd - tau, 0.0) + ratio * tau, max(ydyd - pi, 0.0) + ratio * pi


@inlined
def _of_weights(product: float, share: float, scale: float) -> float:
    """Return what the weights contribute to the mean of ``<z, d>**2``, for ``d`` of norm one and random biases."""
    return share * share * product + share * (1.0 - share) * scale * scale


@inlined
def _ratio(product: float, square: float, scale: float, unit: int) -> float:
    """Return ``b / a`` below a layer; where the values are zero, all directions are alike."""
    if square == 0.0:
        return 1.0
    factor = math.ldexp(1.0 / scale, unit)
    return product / square * factor * factor
