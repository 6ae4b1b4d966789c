"""Drives: what the preactivations of a gate stay below, for every state within 1 and the inputs that are given."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import sympy as sp

from ...claims import Assumption, Holding, Logistic, no, symbol, yes
from ...networks import (
    ConstantBiases,
    GaussianBiases,
    GivenBiases,
    GivenInputs,
    GivenWeights,
    Recurrence,
    RecurrentLayer,
    VectorLaw,
)

__all__ = [
    "KNOWN_DRIVE",
    "exact_preactivations",
    "gate_bound",
    "largest_preactivation",
    "largest_slope",
    "within_inputs",
]

Floats = npt.NDArray[np.float64]


def _known_drive(network: Recurrence) -> Holding:
    layer = network.layers[0]
    drawn = [name for name in layer.cell.biases if _entries(layer.vector(name), layer) is None]
    if drawn:
        return no(f"{drawn[0]} is not given: {layer.vector(drawn[0]).words}")
    if isinstance(network.inputs, GivenInputs):
        loose = [name for name in layer.cell.inputs if not isinstance(layer.matrix(name), GivenWeights)]
        return no(f"the inputs are given, but {loose[0]} is drawn") if loose else yes("inputs and weights are given")
    if network.inputs.mean_square.is_zero:
        return yes("there is no input")
    return no("the inputs are drawn, and so without a bound")


KNOWN_DRIVE = Assumption(
    "known_drive", "biases are given, and inputs with their weights, or there is no input", r"W_\bullet x_t+b_\bullet\text{ given}", _known_drive
)  # fmt: skip


def _entries(law: VectorLaw, layer: RecurrentLayer) -> Floats | None:
    """Return the entries of a bias vector that is no draw and no symbol."""
    if isinstance(law, GivenBiases):
        return law.array
    if isinstance(law, ConstantBiases):
        return None if law.free_symbols else np.full(int(layer.width), float(law.value))
    return np.zeros(int(layer.width)) if isinstance(law, GaussianBiases) and law.bias_var.is_zero else None


def within_inputs(network: Recurrence) -> sp.Basic:
    """Return for how many steps a known drive is known: those of the given inputs, or all."""
    if isinstance(network.inputs, GivenInputs):
        return symbol("steps") <= len(network.inputs.array)
    return sp.true


def largest_preactivation(network: Recurrence, gate: str) -> sp.Rational:
    """Return what no preactivation of a gate exceeds while no entry of the output exceeds 1.

    Parameters
    ----------
    network : Recurrence
        Of one layer, with a known drive and given recurrent weights.
    gate : str
        The suffix of its matrices.

    Returns
    -------
    sympy.Rational
        The largest sum, over units and inputs, of bias, drive and a row of absolute weights; rounded up.

    Notes
    -----
    The terms of a unit are products of two doubles, rounded once, and their sum is rounded once more: 2^-50 of the sum
    of their sizes is above all of that, and what underflows is covered by the smallest normal number.
    """
    layer = network.layers[0]
    totals = (
        math.fsum(terms) + 2.0**-50 * math.fsum(map(abs, terms)) + 1e-300 for terms in _terms(network, layer, gate)
    )
    return sp.Rational(*max(totals).as_integer_ratio())


def _terms(network: Recurrence, layer: RecurrentLayer, gate: str) -> Iterator[list[float]]:
    """Yield what adds up to the largest preactivation of each unit, for each input."""
    rows = np.abs(layer.matrix(f"R_{gate}").array)  # type: ignore[union-attr]
    known = _entries(layer.vector(f"b_{gate}"), layer)
    bias = np.zeros(int(layer.width)) if known is None else known  # a drawn one is refused by KNOWN_DRIVE
    inputs = network.inputs.array if isinstance(network.inputs, GivenInputs) else None
    drives = np.zeros((1, 1)) if inputs is None else inputs
    weights = np.zeros((len(bias), 1)) if inputs is None else layer.matrix(f"W_{gate}").array  # type: ignore[union-attr]
    for drive in drives:
        for row, weight, start in zip(rows, weights, bias, strict=True):
            yield [*map(float, row), *map(float, weight * drive), float(start)]


def exact_preactivations(network: Recurrence, gate: str) -> list[list[sp.Rational]]:
    """Return the preactivations of a gate that sees no state: for each unit at every step, or once without input."""
    layer = network.layers[0]
    known = _entries(layer.vector(f"b_{gate}"), layer)
    bias = [Fraction(float(each)) for each in (np.zeros(int(layer.width)) if known is None else known)]
    if not isinstance(network.inputs, GivenInputs):
        return [[_rational(each)] for each in bias]
    drives = [list(map(Fraction, map(float, drive))) for drive in network.inputs.array[: int(network.steps)]]
    rows = [list(map(Fraction, map(float, row))) for row in layer.matrix(f"W_{gate}").array]  # type: ignore[union-attr]
    return [
        [_rational(start + sum(map(operator.mul, row, drive))) for drive in drives]
        for row, start in zip(rows, bias, strict=True)
    ]


def _rational(number: Fraction) -> sp.Rational:
    return sp.Rational(number.numerator, number.denominator)


def gate_bound(network: Recurrence, gate: str) -> sp.Expr:
    """Return what a sigmoid gate stays below, and below 1."""
    return Logistic(largest_preactivation(network, gate))


def largest_slope(network: Recurrence, gate: str) -> sp.Expr:
    """Return the largest slope of a gate: that at its bound where this is below 1/2, and 1/4 otherwise."""
    bound = gate_bound(network, gate)
    return bound * (1 - bound) if largest_preactivation(network, gate) < 0 else sp.Rational(1, 4)
