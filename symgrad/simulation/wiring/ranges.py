"""Ranges: what is said where numbers leave the range of a float."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["out_of_range"]


def out_of_range(layer: int, dtype: Any, trial: int, seed: int) -> ValueError:
    """Return the error that names the layer and the trial, and says what would work."""
    better = "; dtype='float64' reaches further" if np.dtype(dtype) == np.float32 else ""
    return ValueError(
        f"the values or slopes of layer {layer} leave the range of {np.dtype(dtype)} in trial {trial} of seed {seed}"
        f"{better}; a smaller weight_var, branch scale or depth keeps them in range"
    )
