"""Floating-point formats: where the numbers of a machine end, derived from their two parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy as sp

from ..claims import log_of

__all__ = ["FloatFormat", "float_format", "underflow_depths"]


@dataclass(frozen=True)
class FloatFormat:
    """A binary interchange format of IEEE 754.

    Parameters
    ----------
    name : str
        As NumPy calls it.
    lowest_exponent : int
        Of the smallest normal number, ``2**lowest_exponent``.
    fraction_bits : int
        Stored bits of the significand.
    """

    name: str
    lowest_exponent: int
    fraction_bits: int

    @property
    def half_exponent(self) -> int:
        """Exponent of half the smallest positive number; it and all below rounds to zero, the tie going to even."""
        return self.lowest_exponent - self.fraction_bits - 1

    @property
    def log_smallest_normal(self) -> sp.Expr:
        """Logarithm of the smallest number of full precision."""
        return self.lowest_exponent * sp.log(2)

    @property
    def log_half_smallest(self) -> sp.Expr:
        """Logarithm of half the smallest positive number."""
        return self.half_exponent * sp.log(2)


def float_format(name: str) -> FloatFormat:
    """Return a format by its NumPy name.

    Parameters
    ----------
    name : {"float16", "float32", "float64"}
        The format.

    Returns
    -------
    FloatFormat
        Its parameters, as NumPy reports them.

    Raises
    ------
    ValueError
        If there is no such format.

    Examples
    --------
    >>> float_format("float32").half_exponent
    -150
    """
    if name not in ("float16", "float32", "float64"):
        raise ValueError(f"unknown float format {name!r}; try float16, float32 or float64")
    info = np.finfo(name)
    return FloatFormat(name, int(info.minexp), int(info.nmant))


def underflow_depths(rate: sp.Expr, name: str = "float32") -> tuple[sp.Integer, sp.Integer]:
    """Return how many factors a product of equal factors takes in the normal range, and how many until it is zero.

    Parameters
    ----------
    rate : sympy.Expr
        The factor, between 0 and 1.
    name : {"float16", "float32", "float64"}
        The format.

    Returns
    -------
    tuple of two sympy.Integer
        The last number of factors whose product is a normal number; the first whose product rounds to zero.

    Raises
    ------
    ValueError
        If the rate is not between 0 and 1, or the format is unknown.

    Examples
    --------
    >>> import sympy as sp
    >>> underflow_depths(sp.Rational(1, 4))
    (63, 75)
    """
    rate = sp.sympify(rate, strict=True)
    if not (rate.is_positive and (1 - rate).is_positive):
        raise ValueError(f"rate = {rate} is not between 0 and 1; a product of such factors does not underflow")
    form = float_format(name)
    log_rate = log_of(rate)
    return sp.floor(form.log_smallest_normal / log_rate), sp.ceiling(form.log_half_smallest / log_rate)
