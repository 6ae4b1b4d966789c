"""Quantities: what can be measured. The one word that theorems and simulations share.

A quantity knows how it is written and what it ranges over. It knows neither a formula for its value (that is a
theorem's business) nor a way to sample it (that is the simulation's).
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from enum import Enum

import sympy as sp

from .notation import latex

__all__ = [
    "Measurable",
    "Norm",
    "Quantity",
    "gradient_norm",
    "jacobian_norm",
    "mean_square_gradient",
    "preactivation_var",
    "quantity",
    "weight_image_square_norm",
    "weight_norm",
]


class Norm(Enum):
    """An operator norm, or the Frobenius norm, by the subscript a paper gives it."""

    SPECTRAL = "2"
    ONE = "1"
    INF = "inf"
    FROBENIUS = "fro"

    @property
    def latex(self) -> str:
        """The subscript in LaTeX."""
        return {"2": "2", "1": "1", "inf": r"\infty", "fro": "F"}[self.value]


class Measurable(Enum):
    """What can be measured in a network or of an activation: a name, its words and its LaTeX.

    In the LaTeX, ``{layer}`` stands for the index of the layer and ``{norm}`` for the subscript of the norm.
    """

    SLOPE_SUP = ("slope_sup", "largest slope", r"\sup_x \varphi'(x)")
    SLOPE_INF = ("slope_inf", "smallest slope", r"\inf_x \varphi'(x)")
    LIPSCHITZ = ("lipschitz", "Lipschitz constant", r"\sup_x |\varphi'(x)|")
    CURVATURE_SUP = ("curvature_sup", "largest curvature", r"\sup_x |\varphi''(x)|")
    DERIVATIVE = ("derivative", "derivative", r"\varphi'(x)")
    LIMIT = ("limit", "limit", r"\lim_{x\to {layer}}\varphi(x)")
    SLOPE_LIMIT = ("slope_limit", "limit of the slope", r"\lim_{x\to {layer}}\varphi'(x)")
    SATURATION_SET = ("saturation_set", "saturation set", r"\{x : |\varphi'(x)| < \varepsilon\}")
    VALUE_MEAN = ("value_mean", "mean value under a Gaussian", r"\mathbb{E}\,\varphi(z)")
    VALUE_MEAN_SQUARE = ("value_mean_square", "mean-square value under a Gaussian", r"\mathbb{E}\,\varphi(z)^2")
    SLOPE_MEAN_SQUARE = ("slope_mean_square", "mean-square slope under a Gaussian", r"\mathbb{E}\,\varphi'(z)^2")
    SLOPE_MEAN = ("slope_mean", "mean slope under a Gaussian", r"\mathbb{E}\,\varphi'(z)")
    SLOPE_FOURTH_MOMENT = (
        "slope_fourth_moment",
        "mean fourth power of the slope under a Gaussian",
        r"\mathbb{E}\,\varphi'(z)^4",
    )
    VALUE_CURVATURE_MEAN = (
        "value_curvature_mean",
        "mean of value times curvature under a Gaussian, kinks included",
        r"\mathbb{E}\,\varphi(z)\,\varphi''(z)",
    )
    VALUE_DUAL = (
        "value_dual",
        "dual activation, the mean product of two values under a joint Gaussian",
        r"\mathbb{E}\,\varphi(u)\,\varphi(v)",
    )
    SLOPE_DUAL = (
        "slope_dual",
        "mean product of two slopes under a joint Gaussian",
        r"\mathbb{E}\,\varphi'(u)\,\varphi'(v)",
    )
    FORWARD_GAIN = (
        "forward_gain",
        "weight gain that preserves the variance of the preactivations",
        r"\sqrt{q/\mathbb{E}\,\varphi(z)^2}",
    )
    BACKWARD_GAIN = (
        "backward_gain",
        "weight gain that preserves the mean-square gradient",
        r"1/\sqrt{\mathbb{E}\,\varphi'(z)^2}",
    )
    VECTOR_JACOBIAN = (
        "vector_jacobian",
        "Jacobian of a vector activation",
        r"\frac{\partial\varphi_i}{\partial z_j}",
    )
    VECTOR_JACOBIAN_NORM = (
        "vector_jacobian_norm",
        "norm of the Jacobian of a vector activation at a point",
        r"\lVert\varphi'(z)\rVert_{{norm}}",
    )
    VECTOR_JACOBIAN_NORM_SUP = (
        "vector_jacobian_norm_sup",
        "largest norm of the Jacobian of a vector activation; in an operator norm, its Lipschitz constant",
        r"\sup_z\lVert\varphi'(z)\rVert_{{norm}}",
    )
    CROSS_ENTROPY_GRADIENT_NORM = (
        "cross_entropy_gradient_norm",
        "norm of the gradient of the cross-entropy at the logits",
        r"\lVert\nabla_z(-\log p_y)\rVert_{{norm}}",
    )
    JACOBIAN = ("jacobian", "Jacobian from a layer to the output", r"J_{L:{layer}}")
    JACOBIAN_NORM = (
        "jacobian_norm",
        "norm of the Jacobian from a layer to the output",
        r"\lVert J_{L:{layer}}\rVert_{{norm}}",
    )
    GRADIENT_NORM = (
        "gradient_norm",
        "gradient norm at a layer, relative to the output",
        r"\frac{\lVert g_{{layer}}\rVert}{\lVert g_L\rVert}",
    )
    MEAN_SQUARE_GRADIENT = (
        "mean_square_gradient",
        "squared gradient norm at a layer, relative to the output",
        r"\frac{\lVert g_{{layer}}\rVert^2}{\lVert g_L\rVert^2}",
    )
    PREACTIVATION_VAR = (
        "preactivation_var",
        "mean square of the preactivations of a layer",
        r"\frac{1}{n_{{layer}}}\lVert z_{{layer}}\rVert^2",
    )
    WEIGHT_NORM = ("weight_norm", "norm of the weights of a layer", r"\lVert W_{{layer}}\rVert_{{norm}}")
    CHAIN_RULE_DEFECT = (
        "chain_rule_defect",
        "disagreement of backward pass and layer Jacobians",
        (
            r"\frac{|\langle g_0,u\rangle-\langle g_L,D_LW_L\cdots D_1W_1u\rangle|}"
            r"{\lVert g_L\rVert\,\lVert D_LW_L\cdots D_1W_1u\rVert}"
        ),
    )
    WEIGHT_IMAGE_SQUARE_NORM = (
        "weight_image_square_norm",
        "squared norm of the image of a unit vector under the weights of a layer",
        r"\lVert W_{{layer}}u\rVert^2",
    )
    VANISHING_DEPTH = ("vanishing_depth", "depth at which the bound falls below a threshold", r"L_\varepsilon")
    UNDERFLOW_DEPTH = ("underflow_depth", "number of factors after which a product rounds to zero", "N_0")

    def __init__(self, code_name: str, words: str, latex: str) -> None:
        self.code_name = code_name
        self.words = words
        self.latex = latex


_BY_NAME = {member.code_name: member for member in Measurable}


@dataclass(frozen=True)
class Quantity:
    r"""A measurable, at a layer where it has one, in a norm where it has one.

    Parameters
    ----------
    what : Measurable
        What is measured.
    layer : sympy.Expr or int, default 0
        The layer ``l`` of ``h_l``; 0 is the input. For limits, the point that is approached.
    norm : Norm, default Norm.SPECTRAL
        For Jacobians and weights.

    Examples
    --------
    >>> jacobian_norm().latex()
    '\\lVert J_{L:0}\\rVert_{2}'
    """

    what: Measurable
    layer: sp.Expr | int = 0
    norm: Norm = Norm.SPECTRAL

    @property
    def name(self) -> str:
        """The code name, such as ``"gradient_norm"``."""
        return self.what.code_name

    @property
    def has_norm(self) -> bool:
        """Whether it depends on the norm."""
        return "{norm}" in self.what.latex

    def at(self, layer: sp.Expr | int) -> Quantity:
        """Return the same quantity at another layer."""
        return replace(self, layer=layer)

    def latex(self) -> str:
        """Write the quantity as a paper would."""
        text = self.what.latex.replace("{layer}", latex(self.layer))
        return text.replace("{norm}", self.norm.latex)

    def __str__(self) -> str:
        """Write the quantity as code."""
        layer = [f"layer={self.layer}"] if "{layer}" in self.what.latex else []
        norm = [f"norm={self.norm.value}"] if self.has_norm and self.norm is not Norm.SPECTRAL else []
        return f"{self.name}({', '.join(layer + norm)})" if layer or norm else self.name


def quantity(name: str, layer: sp.Expr | int = 0, norm: Norm = Norm.SPECTRAL) -> Quantity:
    """Look a quantity up by its code name.

    Parameters
    ----------
    name : str
        Such as ``"gradient_norm"``.
    layer : sympy.Expr or int, default 0
        The layer; 0 is the input.
    norm : Norm, default Norm.SPECTRAL
        For Jacobians and weights.

    Returns
    -------
    Quantity
        The quantity of that name.

    Raises
    ------
    ValueError
        If no quantity has that name; the message suggests near ones.

    Examples
    --------
    >>> quantity("gradient_norm", layer=3).name
    'gradient_norm'
    """
    if name not in _BY_NAME:
        near = difflib.get_close_matches(name, _BY_NAME, n=3) or sorted(_BY_NAME)
        raise ValueError(f"unknown quantity {name!r}; try {', '.join(near)}")
    return Quantity(_BY_NAME[name], layer, norm)


def jacobian_norm(layer: sp.Expr | int = 0, norm: Norm = Norm.SPECTRAL) -> Quantity:
    """Return the norm of the Jacobian of the output by ``h_layer``."""
    return Quantity(Measurable.JACOBIAN_NORM, layer, norm)


def gradient_norm(layer: sp.Expr | int = 0) -> Quantity:
    """Return the Euclidean norm of the gradient at ``h_layer``, divided by the one at the output."""
    return Quantity(Measurable.GRADIENT_NORM, layer)


def mean_square_gradient(layer: sp.Expr | int = 0) -> Quantity:
    """Return the square of `gradient_norm`, whose mean the mean-field law predicts."""
    return Quantity(Measurable.MEAN_SQUARE_GRADIENT, layer)


def preactivation_var(layer: sp.Expr | int) -> Quantity:
    """Return the mean square of the preactivations of a layer, 1 to depth."""
    return Quantity(Measurable.PREACTIVATION_VAR, layer)


def weight_norm(layer: sp.Expr | int = 1, norm: Norm = Norm.SPECTRAL) -> Quantity:
    """Return the norm of the weight matrix of a layer, 1 to depth."""
    return Quantity(Measurable.WEIGHT_NORM, layer, norm)


def weight_image_square_norm(layer: sp.Expr | int = 1) -> Quantity:
    """Return the squared norm of ``W_layer u`` for a unit vector ``u`` that is independent of the weights."""
    return Quantity(Measurable.WEIGHT_IMAGE_SQUARE_NORM, layer)
