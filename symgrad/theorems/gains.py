"""Gains: the mean squares that the mean-field laws multiply, one number for a whole network."""

from __future__ import annotations

import math
from collections.abc import Sequence

import sympy as sp

from ..activations import Activation
from ..networks import Network
from ..rigor import EnclosedConstant, Enclosure, enclose
from .variance_maps import Run, layer_runs

__all__ = ["before_last_mean_square", "geometric_mean", "log_gains", "slope_mean_square"]

_LOG_DIGITS = 25  # more than the means are known to


def slope_mean_square(network: Network) -> sp.Expr:
    """Return the geometric mean over the layers of the mean-square slope.

    Parameters
    ----------
    network : Network
        One activation, Gaussian weights and biases, no symbols, at least one layer.

    Returns
    -------
    sympy.Expr
        Exact for positively homogeneous activations, whose slopes do not depend on the variance; else enclosed.
    """
    phi = _the_activation(network)
    if phi.is_positively_homogeneous:
        return _homogeneous_slope(phi, network)
    squares = [(run.moments.slope_mean_square, run.times) for run in layer_runs(network)]
    return EnclosedConstant(r"\mathbb{E}\,\varphi'^2", geometric_mean(squares))


def geometric_mean(powers: Sequence[tuple[Enclosure, int]]) -> Enclosure:
    """Enclose the geometric mean of numbers that are not negative, each with how often it counts.

    Parameters
    ----------
    powers : sequence of (Enclosure, int)
        Of the gains of layers or steps, and how many have them.

    Returns
    -------
    Enclosure
        Of the mean over all of them.
    """
    ends = (_geometric_mean([(getattr(each, end), times) for each, times in powers]) for end in ("lower", "upper"))
    lower, upper = ends
    return Enclosure(
        lower.lower, upper.upper, powers[0][0].digits, "geometric mean over the layers of the variance map"
    )


def _homogeneous_slope(phi: Activation, network: Network) -> sp.Expr:
    """Return the mean-square slope of any variance but zero, at which the slope declared at the kink is all there is."""
    at_kink = network.input_mean_square.is_zero and network.matrices[0].bias_var.is_zero
    return phi.slope_mean_square(sp.S.Zero if at_kink else sp.S.One).bound


def _geometric_mean(powers: list[tuple[sp.Rational, int]]) -> Enclosure:
    """Enclose it by a sum of enclosed logarithms: SymPy would extract the roots of huge powers."""
    if any(value == 0 for value, _ in powers):
        return enclose(sp.S.Zero)
    logs = [(enclose(sp.log(value), _LOG_DIGITS), times) for value, times in powers]
    depth = sum(times for _, times in powers)
    lower, upper = (sum(times * getattr(log, end) for log, times in logs) / depth for end in ("lower", "upper"))
    return Enclosure(enclose(sp.exp(lower)).lower, enclose(sp.exp(upper)).upper, _LOG_DIGITS, "sum of logarithms")


def before_last_mean_square(network: Network) -> sp.Expr:
    """Return the mean square of the inputs of the last layer.

    Parameters
    ----------
    network : Network
        One activation, Gaussian weights and biases, no symbols, at least one layer.

    Returns
    -------
    sympy.Expr
        Exact for positively homogeneous activations and for one layer; else enclosed.
    """
    phi = _the_activation(network)
    if network.depth == 1:
        return network.input_mean_square
    if phi.is_positively_homogeneous:
        return _homogeneous_mean_square(phi, network)
    return EnclosedConstant(r"\mathbb{E}\,\varphi^2", layer_runs(network)[-1].moments.mean_square_before)


def _homogeneous_mean_square(phi: Activation, network: Network) -> sp.Expr:
    """Solve the affine recursion ``h -> c (weight_var h + bias_var)``, c the mean square at variance one."""
    layer, times = network.matrices[0], network.depth - 1
    mean_square = phi.value_mean_square(sp.S.One).bound
    factor, offset = mean_square * layer.weight_var, mean_square * layer.bias_var
    if (factor - 1).is_zero:
        return network.input_mean_square + offset * times
    return factor**times * network.input_mean_square + offset * (factor**times - 1) / (factor - 1)


def _the_activation(network: Network) -> Activation:
    (phi,) = network.activations
    return phi


def log_gains(network: Network) -> list[float]:
    """Return the logarithm of the mean-square gain of each layer, for a figure.

    Parameters
    ----------
    network : Network
        As for `slope_mean_square`.

    Returns
    -------
    list of float
        From the first layer to the last.
    """
    phi = _the_activation(network)
    variance = network.matrices[0].weight_var
    if phi.is_positively_homogeneous:
        return [_log(variance * _homogeneous_slope(phi, network))] * int(network.depth)
    return [gain for run in layer_runs(network) for gain in [_log_gain(variance, run)] * run.times]


def _log_gain(variance: sp.Expr, run: Run) -> float:
    return _log(variance * run.moments.slope_mean_square.midpoint)


def _log(gain: sp.Expr) -> float:
    """Return the logarithm of a gain; of none, minus infinity."""
    return -math.inf if gain == 0 else float(sp.log(gain))
