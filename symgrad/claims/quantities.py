"""Quantities: what can be measured. The one word that theorems and simulations share.

A quantity knows how it is written and what it ranges over. It knows neither a formula for its value (that is a
theorem's business) nor a way to sample it (that is the simulation's).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace

import sympy as sp

from .measurables import Axis, Measurable, Norm
from .notation import latex, symbol
from .numbers import exact

__all__ = [
    "Axis",
    "Measurable",
    "Norm",
    "Quantity",
    "bias_gradient_norm",
    "dead_fraction",
    "gradient_norm",
    "growth_rate",
    "input_correlation_gap",
    "jacobian_norm",
    "mean_square_gradient",
    "preactivation_var",
    "quantity",
    "saturated_fraction",
    "singular_value",
    "volume_growth",
    "weight_gradient_norm",
    "weight_image_square_norm",
    "weight_norm",
]


_BY_NAME = {member.code_name: member for member in Measurable}

# What a parameter may be, in words and as a test.
_ALLOWED: dict[str, tuple[str, Callable[[sp.Expr], bool]]] = {
    "rank": ("a positive integer", lambda value: bool(value.is_Integer and value > 0)),
    "threshold": ("a positive number", lambda value: bool(value.is_number and value.is_positive)),
    "overlap": ("a cosine, from -1 to 1", lambda value: bool(value.is_number and value.is_real and abs(value) <= 1)),
}


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
    parameter : sympy.Expr or int, optional
        Rank, threshold or overlap, for what has one; by default the usual one.
    axis : Axis, default Axis.DEPTH
        Along what the network is deep: in a recurrent one the index counts steps.

    Raises
    ------
    ValueError
        If the parameter is out of range, or there is none.

    Examples
    --------
    >>> jacobian_norm().latex()
    '\\lVert J_{L:0}\\rVert_{2}'
    """

    what: Measurable
    layer: sp.Expr | int = 0
    norm: Norm = Norm.SPECTRAL
    parameter: sp.Expr | int | None = None
    axis: Axis = Axis.DEPTH

    def __post_init__(self) -> None:
        what, given = self.what, self.parameter
        if not what.parameter:
            if given is not None:
                raise ValueError(f"{what.code_name} has no parameter, but {given} was given; leave it out")
            return
        value = what.usual if given is None else exact(what.parameter, given)
        words, is_allowed = _ALLOWED[what.parameter]
        if not is_allowed(value):
            raise ValueError(f"{what.parameter} = {given} of {what.code_name} is out of range; give {words}")
        object.__setattr__(self, "parameter", value)

    @property
    def name(self) -> str:
        """The code name, such as ``"gradient_norm"``."""
        return self.what.code_name

    @property
    def has_norm(self) -> bool:
        """Whether it depends on the norm."""
        return "{norm}" in self.what.latex

    @property
    def count(self) -> sp.Symbol:
        """The symbol of how many layers there are, or steps for a quantity in time."""
        return symbol(self.axis.count)

    def at(self, layer: sp.Expr | int) -> Quantity:
        """Return the same quantity at another layer."""
        return replace(self, layer=layer)

    def in_time(self) -> Quantity:
        """Return the same quantity of a recurrent network, where the layer is a step."""
        return replace(self, axis=Axis.TIME)

    def latex(self) -> str:
        """Write the quantity as a paper would."""
        text = self.what.latex.replace("{layer}", latex(self.layer)).replace("{last}", self.axis.last)
        text = text if self.parameter is None else text.replace("{parameter}", latex(self.parameter))
        return text.replace("{norm}", self.norm.latex)

    def __str__(self) -> str:
        """Write the quantity as code."""
        layer = [f"{self.axis.word}={self.layer}"] if "{layer}" in self.what.latex else []
        norm = [f"norm={self.norm.value}"] if self.has_norm and self.norm is not Norm.SPECTRAL else []
        parameter = [] if self.parameter == self.what.usual else [f"{self.what.parameter}={self.parameter}"]
        told = layer + norm + parameter
        return f"{self.name}({', '.join(told)})" if told else self.name


def quantity(
    name: str, layer: sp.Expr | int = 0, norm: Norm = Norm.SPECTRAL, parameter: sp.Expr | int | None = None
) -> Quantity:
    """Look a quantity up by its code name.

    Parameters
    ----------
    name : str
        Such as ``"gradient_norm"``.
    layer : sympy.Expr or int, default 0
        The layer; 0 is the input.
    norm : Norm, default Norm.SPECTRAL
        For Jacobians and weights.
    parameter : sympy.Expr or int, optional
        Rank, threshold or overlap, for what has one.

    Returns
    -------
    Quantity
        The quantity of that name.

    Raises
    ------
    ValueError
        If no quantity has that name; the message suggests near ones. If the parameter is out of range.

    Examples
    --------
    >>> quantity("gradient_norm", layer=3).name
    'gradient_norm'
    """
    if name not in _BY_NAME:
        near = difflib.get_close_matches(name, _BY_NAME, n=3) or sorted(_BY_NAME)
        raise ValueError(f"unknown quantity {name!r}; try {', '.join(near)}")
    return Quantity(_BY_NAME[name], layer, norm, parameter)


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
    """Return the mean square of the preactivations of a layer, 1 to depth; of a residual block, of its first activation."""
    return Quantity(Measurable.PREACTIVATION_VAR, layer)


def weight_norm(layer: sp.Expr | int = 1, norm: Norm = Norm.SPECTRAL) -> Quantity:
    """Return the norm of the weight matrix of a layer, 1 to depth."""
    return Quantity(Measurable.WEIGHT_NORM, layer, norm)


def weight_image_square_norm(layer: sp.Expr | int = 1) -> Quantity:
    """Return the squared norm of ``W_layer u`` for a unit vector ``u`` that is independent of the weights."""
    return Quantity(Measurable.WEIGHT_IMAGE_SQUARE_NORM, layer)


def weight_gradient_norm(layer: sp.Expr | int = 1) -> Quantity:
    """Return the Frobenius norm of the gradient by ``W_layer``, divided by the gradient norm at the output.

    In a recurrent network, by all recurrent matrices together, each the same at all steps: what steps from this one on
    contribute. At step 1 that is all of it, later what is left of it where it is truncated there.
    """
    return Quantity(Measurable.WEIGHT_GRADIENT_NORM, layer)


def bias_gradient_norm(layer: sp.Expr | int = 1) -> Quantity:
    """Return the norm of the gradient by ``b_layer``, divided by the one at the output."""
    return Quantity(Measurable.BIAS_GRADIENT_NORM, layer)


def saturated_fraction(layer: sp.Expr | int = 1, threshold: sp.Expr | float | None = None) -> Quantity:
    """Return the fraction of units of a layer whose slope is below a threshold in absolute value, 1/100 by default.

    Of a residual block, those of its first activation. A unit that is dropped counts by the slope of its activation. In a
    recurrent network, all activations of all layers at a step count.
    """
    return Quantity(Measurable.SATURATED_FRACTION, layer, parameter=threshold)


def dead_fraction(layer: sp.Expr | int = 1) -> Quantity:
    """Return the fraction of units of a layer whose slope is zero, or below every number of the dtype."""
    return Quantity(Measurable.DEAD_FRACTION, layer)


def input_correlation_gap(layer: sp.Expr | int = 1, overlap: sp.Expr | float | None = None) -> Quantity:
    """Return one minus the cosine of what two inputs make of a layer: their own cosine is the overlap, 0 by default.

    What is left of it where two vectors agree to all their digits, below 1e-31 in double and 1e-14 in single precision,
    is rounding.
    """
    return Quantity(Measurable.INPUT_CORRELATION_GAP, layer, parameter=overlap)


def singular_value(layer: sp.Expr | int = 0, rank: int | None = None) -> Quantity:
    """Return the singular value of that rank, the largest by default, of the Jacobian of the output by ``h_layer``."""
    return Quantity(Measurable.SINGULAR_VALUE, layer, parameter=rank)


def growth_rate(layer: sp.Expr | int = 1, rank: int | None = None) -> Quantity:
    """Return the factor by which the tangent of that rank grows in each layer up to this one.

    Its logarithm, which a sample holds, is a Lyapunov exponent at finite depth, the largest one by default.
    """
    return Quantity(Measurable.GROWTH_RATE, layer, parameter=rank)


def volume_growth(layer: sp.Expr | int = 1, rank: int | None = None) -> Quantity:
    """Return the volume that is left at a layer of a random unit cube of that many dimensions at the input."""
    return Quantity(Measurable.VOLUME_GROWTH, layer, parameter=rank)
