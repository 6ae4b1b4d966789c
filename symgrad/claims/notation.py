"""The notation table: one row for each concept, from which symbols, LaTeX and glossary come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

__all__ = ["NOTATION", "Notation", "display", "latex", "symbol"]


@dataclass(frozen=True)
class Notation:
    """One row of the notation table.

    Parameters
    ----------
    concept : str
        What it is, in words.
    code_name : str
        The name in the API, an identifier.
    latex : str
        How a paper writes it.
    shape : str
        Array shape; ``"()"`` is a scalar.
    domain : str
        Where it lives, in words of SymPy assumptions: ``"positive integer"``, ``"nonnegative real"``, ...
    """

    concept: str
    code_name: str
    latex: str
    shape: str
    domain: str

    @property
    def symbol(self) -> sp.Symbol:
        """The SymPy symbol, carrying the domain as assumptions."""
        return sp.Symbol(self.code_name, **{word: True for word in self.domain.split()})


_ROWS = (
    Notation("argument of an activation", "x", "x", "()", "real"),
    Notation("value of an activation", "s", "s", "()", "real"),
    Notation("depth, the number of layers", "depth", "L", "()", "nonnegative integer"),
    Notation("index of a layer", "layer", r"\ell", "()", "nonnegative integer"),
    Notation("width, where all layers have the same", "width", "n", "()", "positive integer"),
    Notation("inputs of a layer", "fan_in", r"n_{\ell-1}", "()", "positive integer"),
    Notation("outputs of a layer", "fan_out", r"n_\ell", "()", "positive integer"),
    Notation("weight variance times fan-in", "weight_var", r"\sigma_w^2", "()", "nonnegative real"),
    Notation("bias variance", "bias_var", r"\sigma_b^2", "()", "nonnegative real"),
    Notation("variance of a preactivation", "preactivation_var", "q", "()", "nonnegative real"),
    Notation("mean-square gain of a layer", "mean_square_gain", r"\chi_1", "()", "nonnegative real"),
    Notation("largest slope of the activation", "lipschitz", r"\gamma", "()", "nonnegative real"),
    Notation(
        "geometric mean of the spectral norms of the weights",
        "weight_norm",
        r"\lVert W\rVert_2",
        "()",
        "nonnegative real",
    ),
    Notation(
        "geometric mean of the largest column sums", "weight_norm_one", r"\lVert W\rVert_1", "()", "nonnegative real"
    ),
    Notation(
        "geometric mean of the largest row sums", "weight_norm_inf", r"\lVert W\rVert_\infty", "()", "nonnegative real"
    ),
    Notation("geometric mean of the Frobenius norms", "weight_norm_fro", r"\lVert W\rVert_F", "()", "nonnegative real"),
    Notation("weight of a scalar chain, in absolute value", "scalar_weight", "|w|", "()", "nonnegative real"),
    Notation("bound of one layer", "rate", "r", "()", "nonnegative real"),
    Notation("probability of failure", "failure_probability", r"\delta", "()", "positive real"),
    Notation("threshold below which a gradient counts as vanished", "threshold", r"\varepsilon", "()", "positive real"),
    Notation(
        "mean-square slope under a Gaussian", "slope_mean_square", r"\mathbb{E}\,\varphi'^2", "()", "nonnegative real"
    ),
    Notation(
        "mean-square value of the layer before", "value_mean_square", r"\mathbb{E}\,\varphi^2", "()", "nonnegative real"
    ),
)

NOTATION: dict[str, Notation] = {row.code_name: row for row in _ROWS}


def symbol(code_name: str) -> sp.Symbol:
    """Return the symbol of a concept.

    Parameters
    ----------
    code_name : str
        A ``code_name`` of the notation table.

    Returns
    -------
    sympy.Symbol
        The one symbol used for it everywhere.

    Raises
    ------
    KeyError
        If the table has no such row.

    Examples
    --------
    >>> symbol("depth").is_integer
    True
    """
    return NOTATION[code_name].symbol


def display(text: str, **assumptions: bool) -> sp.Symbol:
    r"""Return a symbol that is printed as the given LaTeX, for what a derivation names on its way.

    Parameters
    ----------
    text : str
        LaTeX, such as ``\lVert ABv\rVert``.
    **assumptions : bool
        SymPy assumptions.

    Returns
    -------
    sympy.Symbol
        SymPy prints a symbol verbatim when its name has braces.

    Examples
    --------
    >>> latex(display(r"\lVert v\rVert", nonnegative=True))
    '{\\lVert v\\rVert}'
    """
    return sp.Symbol(f"{{{text}}}", **assumptions)


def latex(expr: Any) -> str:
    r"""Write an expression as a paper would: symbols by the notation table, no SymPy mannerisms.

    Parameters
    ----------
    expr : sympy.Basic
        What to write.

    Returns
    -------
    str
        LaTeX that needs amsmath only.

    Examples
    --------
    >>> latex(symbol("depth") + 1)
    'L + 1'
    """
    names = {row.symbol: row.latex for row in _ROWS}
    return str(sp.latex(expr, symbol_names=names, ln_notation=False, fold_short_frac=False, mul_symbol=None))
