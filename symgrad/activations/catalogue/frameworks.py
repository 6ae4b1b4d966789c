"""Frameworks: the names under which PyTorch, JAX and Keras have these functions, with their defaults."""

from __future__ import annotations

import sympy as sp

__all__ = ["FRAMEWORKS"]

Given = tuple[str, dict[str, sp.Expr]]


def _same(prefix: str, names: str) -> dict[str, Given]:
    """Names that differ from those of the catalogue by their prefix only."""
    return {f"{prefix}.{name}": (name, {}) for name in names.split()}


def _renamed(prefix: str, names: dict[str, str]) -> dict[str, Given]:
    return {f"{prefix}.{theirs}": (ours, {}) for theirs, ours in names.items()}


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
_KERAS = "exponential linear soft_shrink softsign tanh_shrink threshold hard_shrink gelu"

# Where a framework's default is not that of the catalogue, it stands here, beside the name that it belongs to.
FRAMEWORKS: dict[str, Given] = {
    **_renamed("torch.nn", _TORCH),
    **_same("jax.nn", f"{_SHARED} soft_sign swish hard_swish identity"),
    "jax.nn.gelu": ("gelu_tanh", {}),  # approximate=True is the default
    **_same("keras.activations", f"{_SHARED} {_KERAS}"),
    "keras.activations.leaky_relu": ("leaky_relu", {"alpha": sp.Rational(1, 5)}),
}
