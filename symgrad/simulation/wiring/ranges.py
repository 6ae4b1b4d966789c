"""Ranges: what is said where numbers leave the range of a float."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["out_of_range"]


def out_of_range(layer: int, dtype: Any, trial: int, seed: int, word: str = "layer") -> ValueError:
    """Return the error that names the layer, or what the word says, and the trial, and says what would work."""
    better = "; dtype='float64' reaches further" if np.dtype(dtype) == np.float32 else ""
    smaller = "branch scale or depth" if word == "layer" else "input or number of steps"
    return ValueError(
        f"the values or slopes of {word} {layer} leave the range of {np.dtype(dtype)} in trial {trial} of seed {seed}"
        f"{better}; a smaller weight_var, {smaller} keeps them in range"
    )
