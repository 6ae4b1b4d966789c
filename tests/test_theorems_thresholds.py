"""The depths at which a worst case vanishes or leaves the range of a float, counted by multiplying."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import sympy as sp

from symgrad.networks import mlp
from symgrad.theorems import claim, float_format, underflow_depths

VANISHING, UNDERFLOW = "vanishing_depth_eq_log_ratio", "underflow_depth_eq_log_ratio_of_rounding"

# ------------------------------------------------------------------------------------------------- the vanishing depth

RATES = [Fraction(1, 4), Fraction(1, 10), Fraction(2, 3), Fraction(9, 10), Fraction(3, 1000)]


def counted(rate: Fraction, threshold: Fraction) -> int:
    power, depth = Fraction(1), 0
    while power >= threshold:
        power, depth = power * rate, depth + 1
    return depth


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_the_vanishing_depth_is_what_a_loop_over_fractions_counts(rate: Fraction) -> None:
    made = claim(VANISHING, mlp(activation="sigmoid", weights=1, depth=4)).subs(rate=sp.Rational(rate))
    for threshold in (Fraction(1, 10**6), Fraction(1, 3), Fraction(1, 2**40), rate, rate**5, rate**12):
        assert made.subs(threshold=sp.Rational(threshold)).valued() == counted(rate, threshold)


def test_a_threshold_of_one_or_more_is_refused() -> None:
    """Nothing has vanished then, and the formula would give a negative depth."""
    made = claim(VANISHING, mlp(activation="sigmoid", weights=1, depth=4))
    for threshold in (1, 2.5):
        with pytest.raises(ValueError, match=r"threshold = .* is not a positive real below 1"):
            made.subs(threshold=threshold)


def test_theorem_and_depth_until_agree_on_equal_layers() -> None:
    net = mlp(activation="sigmoid", weights=[[[2.0]], [[2.0]], [[2.0]]], biases=[[0.0], [1.0], [-1.0]])
    assert claim(VANISHING, net).valued() == claim("jacobian_norm_le_prod_lipschitz", net).depth_until(1e-6) == 20


@pytest.mark.parametrize("name", [VANISHING, UNDERFLOW])
def test_unequal_layers_say_nothing_about_a_deeper_network(name: str) -> None:
    net = mlp(activation="sigmoid", weights=[[[2.0]], [[0.5]], [[1.0]]])
    with pytest.raises(ValueError, match=r"every layer has the same largest slope .* the bounds of the layers differ"):
        claim(name, net)
    with pytest.raises(ValueError, match=r"weight_norm was worked out at depth 3 of .* may differ elsewhere"):
        claim("jacobian_norm_le_prod_lipschitz", net).depth_until(1e-6)


@pytest.mark.parametrize("name", [VANISHING, UNDERFLOW])
def test_a_rate_that_does_not_contract_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"holds if rate < 1; rate = 2 violates that"):
        claim(name, mlp(activation="sigmoid", weights=1, depth=4)).subs(rate=2)


# ----------------------------------------------------------------------------------------------------- float formats

PUBLISHED = {"float16": (7, 13), "float32": (63, 75), "float64": (511, 538)}  # last normal, first zero, factors of 1/4


def multiplied(rate: float, name: str) -> tuple[int, int]:
    """Multiply NumPy floats: how many factors keep the product normal, and how many make it zero."""
    number, factor, smallest = np.dtype(name).type(1), np.dtype(name).type(rate), np.finfo(name).tiny
    normal, count = 0, 0
    while number != 0:
        number, count = number * factor, count + 1
        normal = count if number >= smallest else normal
    return normal, count


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_underflow_depths_are_what_numpy_floats_do(name: str) -> None:
    with np.errstate(under="ignore"):
        assert multiplied(0.25, name) == PUBLISHED[name]
    assert underflow_depths(sp.Rational(1, 4), name) == PUBLISHED[name]


@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
@pytest.mark.parametrize("power", [1, 2, 3, 7])
def test_powers_of_two_multiply_without_rounding_and_so_agree_exactly(name: str, power: int) -> None:
    with np.errstate(under="ignore"):
        assert underflow_depths(sp.Rational(1, 2**power), name) == multiplied(2.0**-power, name)


@pytest.mark.parametrize("rate", [Fraction(1, 10), Fraction(2, 3), Fraction(99, 100), Fraction(1, 300)], ids=str)
def test_other_rates_agree_with_the_exact_product_rounded_once(rate: Fraction) -> None:
    """The cast of NumPy rounds; a product that is rounded in each step would stall on the smallest numbers instead."""
    normal, zero = underflow_depths(sp.Rational(rate), "float32")
    with np.errstate(under="ignore"):
        rounded = [np.float32(float(rate**count)) for count in (int(zero) - 1, int(zero))]
    assert rounded[0] > 0 == rounded[1]
    tiny = Fraction(float(np.finfo(np.float32).tiny))
    assert rate ** int(normal) >= tiny > rate ** (int(normal) + 1)


def test_the_theorem_has_the_depth_of_single_precision() -> None:
    net = mlp(activation="sigmoid", weights=1, depth=4)
    assert claim(UNDERFLOW, net).valued() == 75
    assert claim(UNDERFLOW, net).subs(rate=0.5).valued() == 150


@pytest.mark.parametrize("name", PUBLISHED)
def test_formats_are_those_of_numpy(name: str) -> None:
    form, info = float_format(name), np.finfo(name)
    assert 2.0**form.lowest_exponent == info.tiny
    half = sp.Rational(float(info.smallest_subnormal)) / 2
    assert sp.Integer(2) ** form.half_exponent == half
    assert form.log_half_smallest == form.half_exponent * sp.log(2)


def test_formats_and_rates_that_are_not_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown float format 'float8'; try float16, float32 or float64"):
        float_format("float8")
    for rate in (0, 1, 2, sp.Rational(-1, 2), sp.Symbol("r")):
        with pytest.raises(ValueError, match="is not between 0 and 1"):
            underflow_depths(rate)


def test_depths_grow_with_the_rate() -> None:
    rates = [sp.Rational(k, 20) for k in range(1, 20)]
    assert all(a <= b for a, b in pairwise(underflow_depths(rate)[1] for rate in rates))
