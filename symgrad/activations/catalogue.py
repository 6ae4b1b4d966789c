"""The catalogue: one row for each activation. Everything else about it is derived from its expression."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from ..claims import Logistic, NormalCdf, Softplus, symbol

__all__ = ["CATALOGUE", "Parameter", "Row"]

X = symbol("x")


@dataclass(frozen=True)
class Parameter:
    """A parameter of an activation.

    Parameters
    ----------
    name : str
        An identifier.
    default : sympy.Expr
        The value where none is given.
    symbol : sympy.Symbol
        How it stands in the expression, with its assumptions.
    """

    name: str
    default: sp.Expr
    symbol: sp.Symbol


@dataclass(frozen=True)
class Row:
    """One activation.

    Parameters
    ----------
    name : str
        The name that users give.
    expression : sympy.Expr
        In the symbol x and the symbols of the parameters.
    source : str
        Key of the bibliography.
    latex_name : str
        How a paper writes the function.
    kink_slopes : tuple of (sympy.Expr, sympy.Expr), optional
        Declared value of the derivative at each kink, as frameworks have it.
    parameters : tuple of Parameter, optional
        None for most.
    aliases : tuple of str, optional
        Other names of the same function.
    """

    name: str
    expression: sp.Expr
    source: str
    latex_name: str
    kink_slopes: tuple[tuple[sp.Expr, sp.Expr], ...] = ()
    parameters: tuple[Parameter, ...] = ()
    aliases: tuple[str, ...] = ()


_ALPHA = sp.Symbol("alpha", real=True)
_ZERO = sp.S.Zero

# At the kink of the ReLU family the left slope is declared: PyTorch, JAX and Keras have relu'(0) = 0.
_ROWS = (
    Row("sigmoid", Logistic(X), "hochreiter_1991", r"\sigma", aliases=("logistic",)),
    Row("tanh", sp.tanh(X), "glorot_bengio_2010", r"\tanh"),
    Row(
        "relu",
        sp.Piecewise((0, X <= 0), (X, True)),
        "nair_hinton_2010",
        r"\operatorname{ReLU}",
        kink_slopes=((_ZERO, _ZERO),),
    ),
    Row(
        "leaky_relu",
        sp.Piecewise((_ALPHA * X, X <= 0), (X, True)),
        "maas_2013",
        r"\operatorname{LeakyReLU}",
        kink_slopes=((_ZERO, _ALPHA),),
        parameters=(Parameter("alpha", sp.Rational(1, 100), _ALPHA),),
    ),
    Row("gelu", X * NormalCdf(X), "hendrycks_gimpel_2016", r"\operatorname{GELU}"),
    Row("silu", X * Logistic(X), "elfwing_2018", r"\operatorname{SiLU}", aliases=("swish",)),
    Row("softplus", Softplus(X), "dugas_2001", r"\operatorname{softplus}"),
)

CATALOGUE: dict[str, Row] = {name: row for row in _ROWS for name in (row.name, *row.aliases)}
