"""Tallies: eleven sums over units, against exact sums of rational numbers; also where products leave single precision."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import numpy as np
import numpy.typing as npt
import pytest

from symgrad.simulation.sums import tallies
from symgrad.simulation.sums.tallies import DGDG, PP, SUMS, sums_of

Vectors = tuple[npt.NDArray[np.floating], ...]

# A product has at most three roundings and takes part in at most three additions of its format; second orders are less
# than a hundredth, and the sum of panels in double precision is exact beside them.
ROUNDINGS = 6 * 1.01
DOUBLE_ROUNDINGS = 1100 * 2.0**-53  # a sum of so many in any order, each product rounded three times


def vectors(units: int, dtype: str, values: float = 1.0, slopes: float = 1.0) -> Vectors:
    rng = np.random.default_rng(units)
    parts, p, d, noise = rng.standard_normal((4, units)).astype(dtype)
    return parts, parts, p * parts.dtype.type(values), d * parts.dtype.type(slopes), noise


def exact(given: Vectors) -> tuple[list[Fraction], list[Fraction]]:
    """The sums, and those of absolute values."""
    signed, absolute = [Fraction(0)] * SUMS, [Fraction(0)] * SUMS
    for unit in zip(*given, strict=True):
        z, y, p, d, g = (Fraction(float(number)) for number in unit)
        terms = [z * z, p * p, g * g, p * g, (d * p) ** 2, d * d * p * g, (d * g) ** 2]
        terms += [y * d * p, y * d * g, d * d, (y * d) ** 2]
        signed = [total + term for total, term in zip(signed, terms, strict=True)]
        absolute = [total + abs(term) for total, term in zip(absolute, terms, strict=True)]
    return signed, absolute


def errors(found: npt.NDArray[np.float64], given: Vectors) -> list[float]:
    """Of each sum, relative to that of the absolute values."""
    pairs = zip(found.tolist(), *exact(given), strict=True)
    return [float(abs(Fraction(sum_) - true) / size) for sum_, true, size in pairs]


def added(given: Vectors) -> npt.NDArray[np.float64]:
    sums: npt.NDArray[np.float64] = np.zeros((1, SUMS))
    tallies._add_sums(sums, 0, given, given[0].size)
    return sums.ravel()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("units", [4, 5, 31, 64, 100, 1024])
def test_sums_are_off_by_a_few_roundings_of_their_terms(units: int, dtype: str) -> None:
    given = vectors(units, dtype)
    rounding = 2.0**-24 if dtype == "float32" else DOUBLE_ROUNDINGS
    assert max(errors(added(given), given)) <= ROUNDINGS * rounding
    assert max(errors(sums_of(*given), given)) <= DOUBLE_ROUNDINGS


def test_sums_of_many_units_are_off_by_far_less() -> None:
    """Roundings are as often up as down: of 1024 units, a rounding over 32 is their deviation, and six are out of reach."""
    given = vectors(1024, "float32")
    assert max(errors(added(given), given)) <= 6 * ROUNDINGS * 2.0**-24 / 32


@pytest.mark.parametrize("units", [1, 2, 3])
def test_sums_of_fewer_units_than_are_added_first_are_in_double_precision(units: int) -> None:
    """There, what is across of a direction is zero or may be nearly so: a difference of two sums."""
    given = vectors(units, "float32")
    assert max(errors(added(given), given)) <= DOUBLE_ROUNDINGS


@pytest.mark.parametrize(("values", "slopes"), [(1e-25, 1.0), (1.0, 1e-25), (1e25, 1.0), (1e15, 1e15), (1.0, 1e25)])
def test_where_products_leave_the_range_of_single_precision_sums_are_in_double_precision(
    values: float, slopes: float
) -> None:
    """The guard bites: without it, sums of squares would be zero or infinite."""
    given = vectors(64, "float32", values, slopes)
    assert max(errors(added(given), given)) <= DOUBLE_ROUNDINGS
    single = tallies._summed(given, 64, np.float32)
    assert {0.0, inf} & {single[PP], single[DGDG], max(single)}
