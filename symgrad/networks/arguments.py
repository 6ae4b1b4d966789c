"""Arguments: what users write of a network, as the parts of its description. Each message says what would work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from ..activations import Activation, activation
from ..claims import exact
from .checks import keeping, size
from .laws import (
    DrawnWeights,
    GaussianBiases,
    GaussianWeights,
    OrthogonalWeights,
    TruncatedNormalWeights,
    UniformWeights,
)

__all__ = ["LAWS", "Laws", "kept_of", "laws_of", "phi_of", "sizes_of"]

Laws = tuple[DrawnWeights, GaussianBiases]

# Laws of weights by the names that users give them; a law with parameters of its own may be given as itself.
LAWS: dict[str, type[DrawnWeights]] = {
    "gaussian": GaussianWeights,
    "uniform": UniformWeights,
    "truncated_normal": TruncatedNormalWeights,
    "orthogonal": OrthogonalWeights,
}


def phi_of(given: Any) -> Activation:
    """Return the activation of a name or an expression, or the one that was given."""
    return given if isinstance(given, Activation) else activation(given)


def laws_of(law: Any, weight_var: Any, bias_var: Any) -> Laws:
    """Return the law of the weights, Gaussian of variance 1 unless told otherwise, and that of the biases."""
    return _law(law, weight_var), GaussianBiases(0 if bias_var is None else bias_var)


def _law(given: Any, weight_var: Any) -> DrawnWeights:
    """Return the law of that name and variance, or the one that was given and has a variance of its own."""
    if isinstance(given, DrawnWeights):
        if weight_var is not None:
            raise ValueError(f"weight_var = {weight_var} beside a law that has its own, {given.words}; leave it out")
        return given
    name = "gaussian" if given is None else given
    if not isinstance(name, str) or name not in LAWS:
        raise ValueError(f"law = {given!r} is unknown; the laws of weights are {', '.join(LAWS)}")
    return LAWS[name](1 if weight_var is None else weight_var)


def sizes_of(widths: Sequence[Any] | None, width: Any, depth: Any) -> list[sp.Expr]:
    """Return the widths of all layers, or the one that all have."""
    if widths is None:
        missing = "width" if width is None else "depth" if depth is None else ""
        if missing:
            raise ValueError(f"{missing} is missing; give a number or a SymPy symbol")
        return [size("the width of layer 0", width)]
    if isinstance(widths, str) or len(widths) == 0:
        raise ValueError(f"widths = {widths!r} holds no widths; give n_0, ..., n_L")
    return [size(f"the width of layer {index}", each) for index, each in enumerate(widths)]


def kept_of(dropout: Any) -> sp.Expr:
    """Return the probability that a unit is kept."""
    try:
        return keeping("keep", 1 - exact("dropout", dropout))
    except ValueError:
        raise ValueError(
            f"dropout = {dropout} is out of range; it must be at least 0 and below 1, or a symbol"
        ) from None
