"""Frameworks: the names under which PyTorch, JAX and Keras have these functions, with their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sympy as sp

__all__ = ["FRAMEWORKS", "Twin"]

Pairs = tuple[tuple[sp.Expr, sp.Expr], ...]


@dataclass(frozen=True)
class Twin:
    """What a framework has of a function of the catalogue.

    Parameters
    ----------
    name : str
        Of the catalogue.
    parameters : mapping of str to sympy.Expr, optional
        Its defaults, where they are not those of the catalogue.
    kink_slopes : tuple of (sympy.Expr, sympy.Expr), optional
        What its automatic derivative is at kinks, where that is not what the catalogue declares.
    """

    name: str
    parameters: Mapping[str, sp.Expr] = field(default_factory=dict)
    kink_slopes: Pairs = ()


def _same(prefix: str, names: str) -> dict[str, Twin]:
    """Names that differ from those of the catalogue by their prefix only."""
    return {f"{prefix}.{name}": Twin(name) for name in names.split()}


def _renamed(prefix: str, names: dict[str, str]) -> dict[str, Twin]:
    return {f"{prefix}.{theirs}": Twin(ours) for theirs, ours in names.items()}


_TORCH = {
    "ELU": "elu",
    "Hardshrink": "hardshrink",
    "Hardsigmoid": "hard_sigmoid",
    "Hardtanh": "hard_tanh",
    "Hardswish": "hard_swish",
    "LeakyReLU": "leaky_relu",
    "LogSigmoid": "log_sigmoid",
    "PReLU": "prelu",
    "ReLU": "relu",
    "ReLU6": "relu6",
    "RReLU": "rrelu",
    "SELU": "selu",
    "CELU": "celu",
    "GELU": "gelu",
    "Sigmoid": "sigmoid",
    "SiLU": "silu",
    "Mish": "mish",
    "Softplus": "softplus",
    "Softshrink": "softshrink",
    "Softsign": "softsign",
    "Tanh": "tanh",
    "Tanhshrink": "tanhshrink",
    "Threshold": "threshold",
    "Identity": "identity",
}
_SHARED = "relu relu6 sigmoid softplus sparse_plus sparse_sigmoid silu log_sigmoid leaky_relu hard_sigmoid hard_silu"
_SHARED += " hard_tanh elu celu selu squareplus mish tanh"
_KERAS = "swish hard_swish exponential linear soft_shrink softsign tanh_shrink threshold hard_shrink gelu"

_RIGHT_AT_ZERO: Pairs = ((sp.S.Zero, sp.S.One),)
_INSIDE: Pairs = ((-sp.S.One, sp.S.One), (sp.S.One, sp.S.One))

# Where a framework is not as the catalogue, it stands here, beside the name that it belongs to.
FRAMEWORKS: dict[str, Twin] = {
    **_renamed("torch.nn", _TORCH),
    **_same("jax.nn", f"{_SHARED} soft_sign swish hard_swish identity"),
    "jax.nn.gelu": Twin("gelu_tanh"),  # approximate=True is the default
    "jax.nn.hard_tanh": Twin("hard_tanh", {}, _INSIDE),
    "jax.nn.leaky_relu": Twin("leaky_relu", {}, _RIGHT_AT_ZERO),
    **_same("keras.activations", f"{_SHARED} {_KERAS}"),
    "keras.activations.hard_tanh": Twin("hard_tanh", {}, _INSIDE),
    "keras.activations.leaky_relu": Twin("leaky_relu", {"alpha": sp.Rational(1, 5)}, _RIGHT_AT_ZERO),
}
