"""Formats: what the functions of this room know of the two formats of floats that they are written for at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["DOUBLE", "SINGLE", "Format"]


@dataclass(frozen=True)
class Format:
    """A format of IEEE 754.

    Parameters
    ----------
    real, word, signed : type
        Its numbers, and the integers of their size without and with a sign.
    digits : int
        How many binary digits are stored.
    """

    real: Any
    word: Any
    signed: Any
    digits: int

    @property
    def name(self) -> str:
        """What NumPy calls it."""
        return str(self.real.__name__)

    @property
    def tiny(self) -> float:
        """A term below this, relative to the sum, may be left out of a series."""
        return 2.0 ** -(self.digits + 4)

    @property
    def smallest(self) -> float:
        """The smallest positive number."""
        return float(np.finfo(self.real).smallest_subnormal)

    @property
    def largest(self) -> float:
        """The largest number."""
        return float(np.finfo(self.real).max)

    @property
    def bias(self) -> int:
        """What is added to an exponent where it is stored."""
        return int(np.finfo(self.real).maxexp) - 1

    @cached_property
    def log2_head(self) -> Any:
        """The logarithm of two, so short that its multiple by any exponent is exact."""
        scale = 2.0 ** (self.digits - 11)
        return self.real(math.floor(math.log(2.0) * scale) / scale)

    @cached_property
    def log2_rest(self) -> Any:
        """What the short logarithm of two lacks."""
        return self.real(Decimal(2).ln(Context(prec=40)) - Decimal(float(self.log2_head)))

    def array(self, values: list[float]) -> npt.NDArray[np.floating]:
        """Return coefficients, that of the highest power first."""
        return np.array(values[::-1], dtype=self.real)


DOUBLE = Format(np.float64, np.uint64, np.int64, 52)
SINGLE = Format(np.float32, np.uint32, np.int32, 23)
