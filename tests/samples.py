"""Samples made by hand, so that a test knows what is in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from symgrad.claims import Claim, Mode, Quantity, Relation, symbol
from symgrad.simulation import Sample


def sample_of(quantity: Quantity, logs: Any, *, width: int = 1, seed: int = 7, **changes: Any) -> Sample:
    """A sample whose one layer, that of the quantity, holds the given natural logarithms."""
    column = np.asarray(logs, dtype=np.float64).reshape(-1, 1)
    fields = {
        "quantity": quantity,
        "subject": "a network",
        "width": width,
        "layers": (int(quantity.layer),),
        "log_values": column,
        "seed": seed,
        "method": "dense",
        "dtype": "float64",
        "reason": "made by hand",
    }
    return Sample(**{**fields, **changes})


def guess(quantity: Quantity, relation: Relation, bound: Any, mode: Mode) -> Claim:
    """A conjecture; a float is taken with all its digits."""
    return Claim.conjecture(quantity, relation, sp.Rational(bound) if isinstance(bound, float) else bound, mode)


WIDTH = symbol("width")
