"""What all strategies draw with: Hypothesis, which loads on use, variances and arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["arrays", "hypothesis", "variances"]


def hypothesis() -> Any:
    """Return the module of strategies; an ImportError says how to get it."""
    try:
        from hypothesis import strategies
    except ImportError as error:
        raise ImportError("strategies need Hypothesis, which is not installed; pip install symgrad[testing]") from error
    return strategies


def variances(simplest: int) -> SearchStrategy[sp.Expr]:
    """Quarters from 0 to 4, so that exact arithmetic stays short; shrinks towards the simplest value."""
    others = hypothesis().integers(0, 16).map(lambda quarters: sp.Rational(quarters, 4))
    either: SearchStrategy[sp.Expr] = hypothesis().just(sp.Integer(simplest)) | others
    return either


def arrays(shape: tuple[int, ...]) -> Any:
    """Quarters from -3 to 3: exact as floats, zeros and equal entries included, since those are the degenerate cases."""
    st = hypothesis()
    size = int(np.prod(shape))
    entries = st.lists(st.integers(-12, 12), min_size=size, max_size=size)
    return entries.map(lambda quarters: np.array(quarters, dtype=np.float64).reshape(shape) / 4)
