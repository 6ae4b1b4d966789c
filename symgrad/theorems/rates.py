"""Rates: what one layer contributes to a worst-case product, in symbols and, for the network at hand, in numbers.

A product over layers is written as a power of a geometric mean, so that one formula serves equal and unequal layers
and its length does not grow with the depth.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import sympy as sp

from ..claims import Norm, Particular, symbol
from ..networks import Dense, DrawnWeights, GaussianWeights, GivenWeights, Network, OrthogonalWeights
from ..rigor import spectral_norm

__all__ = [
    "FAILURE",
    "NORM_SYMBOLS",
    "has_equal_rates",
    "is_random",
    "lipschitz_value",
    "mean_particulars",
    "weight_norm_value",
    "worst_case_rate",
]

NORM_SYMBOLS: dict[Norm, sp.Symbol] = {
    Norm.SPECTRAL: symbol("weight_norm"),
    Norm.ONE: symbol("weight_norm_one"),
    Norm.INF: symbol("weight_norm_inf"),
    Norm.FROBENIUS: symbol("weight_norm_fro"),
}
FAILURE = sp.Rational(1, 100)  # default of the probability that a random bound fails; claim.subs changes it

Floats = npt.NDArray[np.float64]
Factor = tuple[sp.Expr, sp.Expr]  # what one layer contributes, and how many layers do

_FEW = 64  # entries up to which a norm is computed exactly; beyond, a certified upper bound is as good and much faster


@dataclass(frozen=True)
class Concentration:
    """How a norm of a Gaussian matrix concentrates: ``P(norm >= mean + sqrt(lipschitz_square) t) <= e^(-t^2/2)``.

    Parameters
    ----------
    mean : sympy.Expr
        Upper bound of the expectation of each of the maximised terms.
    lipschitz_square : sympy.Expr
        Square of the Lipschitz constant of each term, as a function of the Euclidean matrix.
    terms : sympy.Expr
        How many terms the norm is the maximum of: columns, rows, or one.
    """

    mean: sp.Expr
    lipschitz_square: sp.Expr
    terms: sp.Expr


def _concentration(norm: Norm, rows: sp.Expr, columns: sp.Expr) -> Concentration:
    """Davidson & Szarek 2001, Theorem II.13 (spectral); Gaussian concentration of a Lipschitz function (others)."""
    entry = sp.sqrt(2 / sp.pi)  # E|g| of a standard normal
    table = {
        Norm.SPECTRAL: Concentration(sp.sqrt(rows) + sp.sqrt(columns), sp.S.One, sp.S.One),
        Norm.FROBENIUS: Concentration(sp.sqrt(rows * columns), sp.S.One, sp.S.One),
        Norm.ONE: Concentration(rows * entry, rows, columns),
        Norm.INF: Concentration(columns * entry, columns, rows),
    }
    return table[norm]


def gaussian_weight_norm(
    fan_in: sp.Expr, fan_out: sp.Expr, weight_var: sp.Expr, norm: Norm, layers: sp.Expr
) -> sp.Expr:
    """Return what the norm of Gaussian weights stays below in all layers, but for ``failure_probability``."""
    law = _concentration(norm, fan_out, fan_in)
    # Union bound over the layers and the terms of the maximum: each may fail with delta / (layers * terms).
    deviation = sp.sqrt(2 * sp.log(layers * law.terms / symbol("failure_probability")))
    return sp.sqrt(weight_var / fan_in) * (law.mean + sp.sqrt(law.lipschitz_square) * deviation)


def norm_limit(law: DrawnWeights, fan_in: sp.Expr, fan_out: sp.Expr, norm: Norm) -> tuple[sp.Expr, sp.Expr]:
    """Return two factors of what a norm never exceeds: a count, and what limits the singular values or the entries.

    All singular values of orthogonal weights, as many as the shorter side has entries, are the root of the variance;
    so columns and rows have at most that length, and by Cauchy and Schwarz their absolute values add up to at most the
    root of their size times it. Entries with a bound have norms below those of a matrix with all entries largest.
    """
    if isinstance(law, OrthogonalWeights):
        squares = {
            Norm.SPECTRAL: sp.S.One,
            Norm.FROBENIUS: sp.Min(fan_in, fan_out),
            Norm.ONE: fan_out,
            Norm.INF: fan_in,
        }
        return sp.sqrt(squares[norm]), sp.sqrt(law.weight_var)
    root = sp.sqrt(fan_in * fan_out)
    ones = {Norm.SPECTRAL: root, Norm.FROBENIUS: root, Norm.ONE: fan_out, Norm.INF: fan_in}
    return ones[norm], law.entry_bound(fan_in)


def is_random(network: Network) -> bool:
    """Say whether any weights are Gaussian, so that a bound by their norm holds with some probability only.

    Norms of uniform, truncated and orthogonal weights are bounded, whatever is drawn.
    """
    drawn = (isinstance(layer.weights, GaussianWeights) for layer in network.matrices)
    return any(drawn) and not network.depth.is_zero


def lipschitz_value(network: Network) -> sp.Expr:
    """Return the geometric mean over the layers of the largest slope of their activations; 1 without layers."""
    return _geometric_mean(_slopes(network))


def weight_norm_value(network: Network, norm: Norm) -> sp.Expr:
    """Return the geometric mean over the layers of the norm of the weights, or of what it stays below.

    Notes
    -----
    Norms of given weights of more than a few entries are certified upper bounds: the exact norm lies within a
    relative 1e-15 (row sums, column sums, Frobenius) or within the enclosure (spectral).
    """
    return _geometric_mean(_norms(network, norm))


def mean_particulars(network: Network, slope: sp.Symbol, weight: sp.Symbol, norm: Norm) -> tuple[Particular, ...]:
    """Return which of the two geometric means hold at the depth of the network only: those of factors that differ."""
    factors = {slope: _slopes(network), weight: _norms(network, norm)}
    return tuple(Particular(mean, (symbol("depth"),)) for mean, of in factors.items() if len(_different(of)) > 1)


def has_equal_rates(network: Network) -> bool:
    """Say whether every layer has the same largest slope and the same spectral norm."""
    return len(_different(_slopes(network))) <= 1 and len(_different(_norms(network, Norm.SPECTRAL))) <= 1


def worst_case_rate(network: Network) -> sp.Expr:
    """Return the number that one layer contributes at most to the spectral norm of the Jacobian."""
    product = lipschitz_value(network) * weight_norm_value(network, Norm.SPECTRAL)
    return product.xreplace({symbol("depth"): network.depth, symbol("failure_probability"): FAILURE})


def _slopes(network: Network) -> list[Factor]:
    return [(layer.activation.lipschitz.bound, times) for layer, times in network.dense]


def _norms(network: Network, norm: Norm) -> list[Factor]:
    return [(_layer_norm(layer, norm), times) for layer, times in network.dense]


def _different(factors: list[Factor]) -> set[sp.Expr]:
    return {value for value, times in factors if not times.is_zero}


def _geometric_mean(factors: list[Factor]) -> sp.Expr:
    present = [(value, times) for value, times in factors if not times.is_zero]
    if len(_different(present)) <= 1:
        return present[0][0] if present else sp.S.One
    depth = sp.Add(*(times for _, times in present))
    return sp.Mul(*(value**times for value, times in present)) ** (1 / depth)


def _layer_norm(layer: Dense, norm: Norm) -> sp.Expr:
    return law_norm(layer.weights, (layer.fan_in, layer.fan_out), norm, symbol("depth"))


def law_norm(law: DrawnWeights | GivenWeights, sizes: tuple[sp.Expr, sp.Expr], norm: Norm, draws: sp.Expr) -> sp.Expr:
    """Return a norm of weights, inputs by outputs, or what the norms of so many drawn ones stay below."""
    if isinstance(law, GivenWeights):
        return given_norm(law, norm)
    if isinstance(law, GaussianWeights):
        return gaussian_weight_norm(*sizes, law.weight_var, norm, draws)
    return sp.Mul(*norm_limit(law, *sizes, norm))


@cache
def given_norm(weights: GivenWeights, norm: Norm) -> sp.Expr:
    """Return a norm of given weights, exactly or as a certified upper bound."""
    matrix = weights.array
    if norm is Norm.ONE:
        return max(_sum(column) for column in np.abs(matrix).T)
    if norm is Norm.INF:
        return max(_sum(row) for row in np.abs(matrix))
    if norm is Norm.FROBENIUS or 1 in matrix.shape:  # the two norms agree on a vector
        return _root_of_squares(matrix)
    return spectral_norm(matrix).upper


def _sum(entries: Floats) -> sp.Rational:
    """Add numbers that are not negative: exactly if they are few, else rounded up."""
    return sp.Add(*map(_rational, entries)) if entries.size <= _FEW else _rounded_up(entries, math.fsum)


def _root_of_squares(matrix: Floats) -> sp.Expr:
    if matrix.size <= _FEW:
        return sp.sqrt(sp.Add(*(_rational(entry) ** 2 for entry in matrix.flat)))
    return _rounded_up(matrix, lambda entries: math.sqrt(math.fsum(entries * entries)))


def _rounded_up(entries: Floats, total: Callable[[Floats], float]) -> sp.Rational:
    """Return an upper bound of a homogeneous total of floats, above it by a relative 1e-15 at most.

    Scaled by a power of two, the largest entry is at least 1/2 and nothing overflows. An entry, its square, the sum
    and the root are rounded once at most, with a relative error of 2^-53 each; what underflows is far smaller still.
    2^-50 covers them all.
    """
    exponent = math.frexp(np.abs(entries).max())[1]
    scaled = total(np.ldexp(entries, -exponent).ravel())
    return _rational(scaled) * sp.Integer(2) ** exponent * (1 + sp.Rational(1, 2**50))


def _rational(number: float) -> sp.Rational:
    return sp.Rational(*float(number).as_integer_ratio())
