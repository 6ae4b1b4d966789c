"""Primitives: scalar functions that stay accurate on both tails, and that become vector instructions in a loop.

No branch depends on the data and no library is called, for either would keep a loop from being vectorised; a value is
selected from what both sides give. Coefficients are derived as the module is loaded, for each format of floats its own:
in single precision, polynomials are half as long, and vectors hold twice as many numbers.
"""

from __future__ import annotations

import math
from typing import Any

from numba.np.numpy_support import carray

from ..compilations import inlined
from ..formats import DOUBLE, SINGLE, Format
from .error_functions import error_functions
from .exponentials import saturations

__all__ = ["PRIMITIVES", "SINGLE_PRIMITIVES"]


def _sign(form: Format) -> Any:
    """Make the sign, 0 at 0."""
    zero, one = form.real(0.0), form.real(1.0)

    @inlined
    def sign(x: Any) -> Any:
        return (one if x > zero else zero) - (one if x < zero else zero)

    return sign


def _primitives(form: Format) -> dict[str, Any]:
    functions = {**saturations(form), **error_functions(form), "sign": _sign(form)}
    return {**functions, "math": math, "nan": math.nan, "inf": math.inf, "carray": carray, form.name: form.real}


PRIMITIVES, SINGLE_PRIMITIVES = _primitives(DOUBLE), _primitives(SINGLE)
