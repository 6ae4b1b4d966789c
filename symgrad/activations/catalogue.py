"""The catalogue: one row for each activation. Everything else about it is derived from its expression."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

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
    definition : callable, optional
        The defining expression in elementary functions, where the expression is a word of its own.
    kink_slopes : tuple of (sympy.Expr, sympy.Expr)
        Declared value of the derivative at each kink, as frameworks have it.
    parameters : tuple of Parameter
        None for most.
    latex_name : str
        How a paper writes the function.
    """

    name: str
    expression: sp.Expr
    source: str
    latex_name: str
    kink_slopes: tuple[tuple[sp.Expr, sp.Expr], ...] = ()
    parameters: tuple[Parameter, ...] = ()
    aliases: tuple[str, ...] = field(default=())


def _row(
    name: str,
    expression: sp.Expr,
    source: str,
    latex_name: str,
    kink_slopes: tuple[tuple[sp.Expr, sp.Expr], ...] = (),
    parameters: tuple[Parameter, ...] = (),
    aliases: tuple[str, ...] = (),
) -> tuple[str, Row]:
    return name, Row(name, expression, source, latex_name, kink_slopes, parameters, aliases)


_ALPHA = sp.Symbol("alpha", real=True)
_SLOPE = Parameter("alpha", sp.Rational(1, 100), _ALPHA)

# Frameworks take the left slope at the kink of the ReLU family (PyTorch, JAX and Keras: relu'(0) = 0).
CATALOGUE: dict[str, Row] = dict(
    (
        _row("sigmoid", Logistic(X), "hochreiter_1991", r"\sigma", aliases=("logistic",)),
        _row("tanh", sp.tanh(X), "glorot_bengio_2010", r"\tanh"),
        _row("relu", sp.Piecewise((0, X <= 0), (X, True)), "nair_hinton_2010", r"\operatorname{ReLU}", ((sp.S.Zero, sp.S.Zero),)),
        _row(
            "leaky_relu",
            sp.Piecewise((_ALPHA * X, X <= 0), (X, True)),
            "maas_2013",
            r"\operatorname{LeakyReLU}",
            ((sp.S.Zero, _ALPHA),),
            (_SLOPE,),
        ),
        _row("gelu", X * NormalCdf(X), "hendrycks_gimpel_2016", r"\operatorname{GELU}"),
        _row("silu", X * Logistic(X), "elfwing_2018", r"\operatorname{SiLU}", aliases=("swish",)),
        _row("softplus", Softplus(X), "dugas_2001", r"\operatorname{softplus}"),
    )
)

Derived = Callable[[sp.Expr], sp.Expr]
