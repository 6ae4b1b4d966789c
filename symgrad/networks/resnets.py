"""Residual networks: from what a user writes to a network of residual blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy as sp

from ..activations import Activation
from .arguments import Laws, kept_of, laws_of, phi_of, sizes_of
from .blocks import Block
from .checks import count
from .laws import DrawnWeights, GaussianBiases
from .layers import Dense
from .residuals import Elementwise, Residual
from .subjects import Network

__all__ = ["FORMS", "resnet"]


def resnet(
    width: Any,
    depth: Any,
    activation: Any = "tanh",
    weight_var: Any = None,
    bias_var: Any = None,
    *,
    form: str = "post_activation",
    branch_scale: Any = 1,
    law: str | DrawnWeights | None = None,
    dropout: Any = 0,
    input_mean_square: Any = 1,
) -> Network:
    r"""Build a network of residual blocks, ``h = h_before + branch_scale * branch(h_before)``.

    Parameters
    ----------
    width : int or sympy.Expr
        Width of every block.
    depth : int or sympy.Expr
        Number of blocks, not negative.
    activation : str, sympy.Expr or Activation, default "tanh"
        Applied in every branch.
    weight_var : number or sympy.Expr, optional
        Variance of a weight times the fan-in. Default 1.
    bias_var : number or sympy.Expr, optional
        Variance of a bias. Default 0.
    form : {"post_activation", "pre_activation", "two_layers"}, default "post_activation"
        Of the branch: ``phi(W h + b)``, ``W phi(h) + b`` or ``V phi(W h + b)``; all matrices have the same law.
    branch_scale : number or sympy.Expr, default 1
        Factor of the branch, such as ``1/sqrt(depth)``.
    law : {"gaussian", "uniform", "truncated_normal", "orthogonal"} or DrawnWeights, default "gaussian"
        Of the weights.
    dropout : number or sympy.Expr, default 0
        Probability that a unit at the end of a branch is set to zero; the others are divided by one minus it.
    input_mean_square : number or sympy.Expr, default 1
        Mean square of the entries of the input.

    Returns
    -------
    Network
        The description; each block counts as one layer.

    Raises
    ------
    ValueError
        If a width, depth, variance, factor or probability is out of range, or a form or law is unknown.

    Examples
    --------
    >>> import symgrad as sg
    >>> print(sg.resnet(width=64, depth=20, activation="relu", weight_var=2, branch_scale=0.5))
    residual network of depth 20, width 64, relu, weight_var 2, branch 1/2*relu(W h)
    """
    if form not in FORMS:
        raise ValueError(f"form = {form!r} is unknown; the forms of a branch are {', '.join(FORMS)}")
    (n,) = sizes_of(None, width, depth)
    branch = FORMS[form](phi_of(activation), n, laws_of(law, weight_var, bias_var))
    last = replace(branch[-1], keep=kept_of(dropout))
    block = Block(Residual((*branch[:-1], last), branch_scale), count("depth", depth))
    return Network((block,), n, input_mean_square)


Branch = tuple[*tuple[Dense | Elementwise, ...], Dense]


def _post_activation(phi: Activation, width: sp.Expr, laws: Laws) -> Branch:
    return (Dense(width, width, phi, *laws),)


def _pre_activation(phi: Activation, width: sp.Expr, laws: Laws) -> Branch:
    return Elementwise(width, phi), Dense(width, width, phi_of("identity"), *laws)


def _two_layers(phi: Activation, width: sp.Expr, laws: Laws) -> Branch:
    outer = Dense(width, width, phi_of("identity"), laws[0], GaussianBiases(0))
    return Dense(width, width, phi, *laws), outer


# What a branch is made of, by the name of its form: He et al. 2016, arXiv:1603.05027, compare the first two.
FORMS: dict[str, Callable[[Activation, sp.Expr, Laws], Branch]] = {
    "post_activation": _post_activation,
    "pre_activation": _pre_activation,
    "two_layers": _two_layers,
}
