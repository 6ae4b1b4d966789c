"""The variance map: how the variance of the preactivations, and the mean-square slope, go from layer to layer.

Every number is an enclosure. A deep network is not iterated to its end: once an interval of variances is found that
the map takes into itself, all deeper layers stay in it. At criticality there is none that is narrow: the variance falls
like one over the depth, and its layers are iterated one by one. They do not blow up, since the map contracts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import sympy as sp

from ..activations import Activation
from ..claims import symbol
from ..networks import Dense, Network
from ..rigor import CannotEnclose, Enclosure, enclose, gaussian_mean

__all__ = ["Moments", "Run", "layer_runs", "mean_square"]

_X = symbol("x")
_DIGITS = 15
_PATIENCE = 64  # layers after which a trap is looked for, and again whenever their number has doubled
_MOST = 1024  # layers iterated one by one, at two integrals of about 10 ms; deeper ones need a trap
_SETTLED = sp.Rational(1, 10**13)  # relative step at which the variance counts as settled
_SHARP = sp.Rational(1, 10**4)  # relative error that a trap may leave in the product over its layers
_CAUTION = 8  # a trap reaches this many steps to either side


@dataclass(frozen=True)
class Moments:
    """What the mean field says of a layer, in the limit of large width.

    Parameters
    ----------
    preactivation_var : Enclosure
        Variance of its preactivations.
    mean_square_before : Enclosure
        Mean square of its inputs, from which that variance comes.
    mean_square_after : Enclosure
        Mean square of its values.
    slope_mean_square : Enclosure
        Mean square of its slopes.
    """

    preactivation_var: Enclosure
    mean_square_before: Enclosure
    mean_square_after: Enclosure
    slope_mean_square: Enclosure


@dataclass(frozen=True)
class Run:
    """Moments that enclose those of some consecutive layers.

    Parameters
    ----------
    moments : Moments
        Of each of them.
    times : int
        How many layers.
    """

    moments: Moments
    times: int


@lru_cache(maxsize=8)  # asked for by each theorem about a network; a thousand layers take many seconds
def layer_runs(network: Network) -> tuple[Run, ...]:
    """Return the moments of all layers, from the first to the last.

    Parameters
    ----------
    network : Network
        With Gaussian weights and biases, and without symbols.

    Returns
    -------
    tuple of Run
        Their numbers of layers add up to the depth.

    Raises
    ------
    CannotEnclose
        If the network is so deep that only a limit could tell, and no trapping interval was found.

    Notes
    -----
    Poole et al. 2016, equation (3): ``q_(l+1) = weight_var E phi(sqrt(q_l) z)^2 + bias_var``.
    """
    runs: list[Run] = []
    square = enclose(network.input_mean_square, 25)
    for layer, times in network.dense:
        runs.extend(_block_runs(layer, int(times), square))
        square = runs[-1].moments.mean_square_after if runs else square
    return tuple(runs)


def _block_runs(layer: Dense, times: int, square: Enclosure) -> Iterator[Run]:
    before: Enclosure | None = None
    for index in range(times):
        moments = _moments(layer, square)
        trapped = _closing(layer, index, times - index, before, moments) if before else None
        if trapped is not None:
            yield Run(trapped, times - index)
            return
        yield Run(moments, 1)
        before, square = moments.preactivation_var, moments.mean_square_after


def _closing(layer: Dense, index: int, left: int, before: Enclosure, reached: Moments) -> Moments | None:
    """Return moments that hold for this layer and all deeper ones, if it is time to look for them."""
    now, square = reached.preactivation_var, reached.mean_square_before
    step = abs(now.midpoint - before.midpoint)
    if step <= _SETTLED * now.upper:
        return _trapped(layer, square, now.lower - _reach(step, now), now.upper + _reach(step, now))
    if index < _PATIENCE or index & (index - 1):  # no power of two
        return None
    near = _trapped(layer, square, now.lower - _PATIENCE * step, now.upper + _PATIENCE * step)
    if near is not None and _is_sharp(near.slope_mean_square, left):
        return near
    if index < _MOST:
        return None
    last = near or _trapped(layer, square, sp.S.Zero, now.upper)
    if last is None:
        raise CannotEnclose(f"the variances of {layer.activation.name} have not settled after {_MOST} layers")
    return last


def _is_sharp(slope: Enclosure, times: int) -> bool:
    """Whether so many factors in an enclosure have a product that is known well."""
    return bool(times * (slope.upper - slope.lower) <= _SHARP * slope.lower)


def _reach(step: sp.Rational, now: Enclosure) -> sp.Rational:
    return _CAUTION * (step + (now.upper - now.lower) + _SETTLED * now.upper)


def _trapped(layer: Dense, square: Enclosure, lower: sp.Rational, upper: sp.Rational) -> Moments | None:
    """Return the moments over an interval of variances if the map takes the interval into itself.

    The inputs of the first layer have the mean square that is given; those of every deeper one come from the interval.
    """
    trap = Enclosure(sp.Max(lower, 0), upper, _DIGITS, "an interval of variances that the map takes into itself")
    found = _moments_at(layer.activation, trap, square)
    image = _variance(layer, found.mean_square_after)
    inputs = _hull(square, found.mean_square_after)
    return (
        replace(found, mean_square_before=inputs) if trap.lower <= image.lower and image.upper <= trap.upper else None
    )


def _hull(one: Enclosure, other: Enclosure) -> Enclosure:
    return Enclosure(sp.Min(one.lower, other.lower), sp.Max(one.upper, other.upper), _DIGITS, other.method)


def _moments(layer: Dense, square: Enclosure) -> Moments:
    return _moments_at(layer.activation, _variance(layer, square), square)


def _variance(layer: Dense, square: Enclosure) -> Enclosure:
    """``weight_var * square + bias_var``, end by end: all three are not negative."""
    weight, bias = enclose(layer.weight_var, 25), enclose(layer.bias_var, 25)
    lower, upper = weight.lower * square.lower + bias.lower, weight.upper * square.upper + bias.upper
    return Enclosure(lower, upper, _DIGITS, "the variance map, end by end")


def _moments_at(phi: Activation, variance: Enclosure, square: Enclosure) -> Moments:
    return Moments(variance, square, mean_square(phi.expression, variance), mean_square(phi.derivative, variance))


def mean_square(expr: sp.Expr, variance: sp.Expr | Enclosure, digits: int = _DIGITS) -> Enclosure:
    """Enclose the mean square of an activation or of its slope under a centred Gaussian.

    Parameters
    ----------
    expr : sympy.Expr
        In the symbol ``x`` of the notation table.
    variance : sympy.Expr or Enclosure
        Not negative.
    digits : int, optional
        Significant digits aimed at.

    Returns
    -------
    Enclosure
        Of a number that is not negative, which an enclosure of it in balls need not know.
    """
    found = gaussian_mean(expr**2, _X, variance, digits)
    return replace(found, lower=sp.Max(found.lower, 0))
