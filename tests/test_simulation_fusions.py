"""Fused products and sums: rounded once, or twice where the machine has no such instruction, against whole fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from numba import njit

from symgrad.simulation.compiled.fusions import fused_multiply_add, multiply_add


@njit
def fused(a: float, b: float, c: float) -> float:
    return multiply_add(a, b, c)


@pytest.mark.parametrize("real", [np.float64, np.float32])
def test_a_product_and_a_sum_are_rounded_once_or_twice(real: type[np.floating]) -> None:
    rng = np.random.default_rng(0)
    for a, b in rng.standard_normal((200, 2)).astype(real):
        c = -real(a * b)  # so that all but the rounding of the product cancels
        exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
        assert fused(a, b, c) in (real(float(exact)), 0)
        assert fused(a, b, real(1)) in (real(float(exact - Fraction(float(c)) + 1)), a * b + real(1))


@njit
def fused_everywhere(a: float, b: float, c: float) -> float:
    return fused_multiply_add(a, b, c)


@pytest.mark.parametrize("real", [np.float64, np.float32])
def test_what_is_fused_everywhere_is_rounded_once(real: type[np.floating]) -> None:
    """What the rounding of a product leaves is itself a number of the format; a machine without the instruction is
    asked for it where normal numbers are compared."""
    for a, b in np.random.default_rng(1).standard_normal((200, 2)).astype(real):
        c = -real(a * b)
        exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
        assert Fraction(float(fused_everywhere(a, b, c))) == exact
