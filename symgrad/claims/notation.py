"""The notation table: one row for each concept, from which symbols, LaTeX and glossary come.

Single letters are for papers; code says the words. An array has the symbol of a matrix with the shape of the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from .printers import PaperPrinter

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
    domain : str
        Where it, or each entry, lives, in words of SymPy assumptions: ``"positive integer"``, ``"nonnegative real"``.
    shape : tuple of str
        Code names of the widths that are the sides of an array; empty for a scalar.
    below : int or None
        What it stays below, if anything: a probability stays below 1.
    """

    concept: str
    code_name: str
    latex: str
    domain: str
    shape: tuple[str, ...] = ()
    below: int | None = None

    @property
    def symbol(self) -> sp.Symbol | sp.MatrixSymbol:
        """The SymPy symbol: of a scalar with the domain as assumptions, of an array with its shape."""
        if not self.shape:
            return sp.Symbol(self.code_name, **dict.fromkeys(self.domain.split(), True))
        sides = [symbol(side) for side in self.shape]
        return sp.MatrixSymbol(self.code_name, sides[0], sides[1] if len(sides) == 2 else 1)

    def objection(self, value: sp.Expr) -> str:
        """Say why a value cannot be what this row stands for; empty if it can, as far as SymPy knows."""
        wrong = any(getattr(value, f"is_{word}") is False for word in self.domain.split())
        if wrong or (self.below is not None and (value - self.below).is_nonnegative):
            limit = "" if self.below is None else f" below {self.below}"
            return f"{self.code_name} = {value} is not a {self.domain}{limit}"
        return ""


_GATES = {
    "i": "the input gate", "f": "the forget gate", "g": "the candidate of an LSTM", "o": "the output gate",
    "r": "the reset gate", "z": "the update gate", "n": "the candidate of a GRU", "h": "the candidate of an MGU",
    "c": "the candidate of a JANET", "u": "the update gate of a minimalRNN",
}  # fmt: skip

# Each row of the table takes as few lines as it can.
# fmt: off
_ROWS = (
    Notation("argument of an activation", "x", "x", "real"),
    Notation("value of an activation", "s", "s", "real"),
    Notation("depth, the number of layers", "depth", "L", "nonnegative integer"),
    Notation("index of a layer", "layer", r"\ell", "nonnegative integer"),
    Notation("number of steps", "steps", "T", "nonnegative integer"),
    Notation("index of a step", "step", "t", "nonnegative integer"),
    Notation("width, where all layers have the same", "width", "n", "positive integer"),
    Notation("inputs of a layer", "fan_in", r"n_{\ell-1}", "positive integer"),
    Notation("outputs of a layer", "fan_out", r"n_\ell", "positive integer"),
    Notation("weights of a layer", "weights", r"W_\ell", "real", ("fan_out", "fan_in")),
    Notation("biases of a layer", "biases", r"b_\ell", "real", ("fan_out",)),
    Notation("preactivations of a layer", "preactivations", r"z_\ell", "real", ("fan_out",)),
    Notation("values of a layer", "values", r"h_\ell", "real", ("fan_out",)),
    Notation("slopes of a layer, on a diagonal", "slopes", r"D_\ell", "real", ("fan_out", "fan_out")),
    Notation("gradient at the values of a layer", "gradient", r"g_\ell", "real", ("fan_out",)),
    Notation("change of the inputs of a layer", "tangent", r"u_{\ell-1}", "real", ("fan_in",)),
    Notation("weight variance times fan-in", "weight_var", r"\sigma_w^2", "nonnegative real"),
    Notation("bias variance", "bias_var", r"\sigma_b^2", "nonnegative real"),
    Notation("mean square of the inputs of the network", "input_mean_square", "q_0", "nonnegative real"),
    Notation("variance of a preactivation", "preactivation_var", "q", "nonnegative real"),
    Notation("mean-square gain of a layer", "mean_square_gain", r"\chi_1", "nonnegative real"),
    Notation("largest slope, as a geometric mean over the layers", "lipschitz", r"\gamma", "nonnegative real"),
    Notation("geometric mean of the spectral norms of the weights", "weight_norm", r"\lVert W\rVert_2",
        "nonnegative real"),
    Notation("geometric mean of the largest column sums", "weight_norm_one", r"\lVert W\rVert_1", "nonnegative real"),
    Notation("geometric mean of the largest row sums", "weight_norm_inf", r"\lVert W\rVert_\infty", "nonnegative real"),
    Notation("geometric mean of the Frobenius norms", "weight_norm_fro", r"\lVert W\rVert_F", "nonnegative real"),
    *(
        Notation(
            f"spectral norm of the recurrent weights of {what}",
            f"recurrent_norm_{gate}",
            rf"\lVert R_{gate}\rVert_2",
            "nonnegative real",
        )
        for gate, what in _GATES.items()
    ),
    Notation("largest row sum of the recurrent weights of the candidate", "recurrent_norm_inf_n",
        r"\lVert R_n\rVert_\infty", "nonnegative real"),
    Notation("largest bias of the candidate that a reset gate multiplies", "reset_bias_size",
        r"\lVert d_n\rVert_\infty", "nonnegative real"),
    Notation("geometric mean of the gates of the unit that keeps most", "mean_gate", "f_*", "positive real", below=1),
    Notation("what the forget gate stays below", "forget_gate_bound", r"\bar f", "positive real", below=1),
    Notation("what the input gate stays below", "input_gate_bound", r"\bar\imath", "positive real", below=1),
    Notation("what the output gate stays below", "output_gate_bound", r"\bar o", "positive real", below=1),
    Notation("what the cell state stays below", "cell_bound", r"c_{\max}", "positive real"),
    Notation("how far a step feeds the output back, by its gate", "output_feedback", r"\alpha", "nonnegative real"),
    Notation("how far a step feeds the output into the cell state", "cell_feedback", r"\kappa", "positive real"),
    Notation("ratio of the axes of the norm that fits the comparison matrix", "comparison_axes", "a", "positive real"),
    Notation("spectral radius of the comparison matrix", "comparison_radius", r"\rho(M)", "positive real"),
    Notation("spectral norm of the recurrent weights", "recurrent_norm", r"\lVert R\rVert_2", "nonnegative real"),
    Notation("smallest singular value of the recurrent weights", "recurrent_least_stretch", r"s_{\min}(R)",
        "nonnegative real"),
    Notation("spectral norm of the recurrent weights in rescaled units", "scaled_norm", r"\lVert PRP^{-1}\rVert_2",
        "nonnegative real"),
    Notation("largest recurrent weight, in absolute value", "largest_weight", r"w_{\max}", "nonnegative real"),
    Notation("activation that a path comes from, in absolute value", "path_activation", "|y|", "positive real"),
    Notation("share of the old state in the new one", "kept_share", "p", "nonnegative real"),
    Notation("share of the activation in the new state", "new_share", r"s_\varphi", "nonnegative real"),
    Notation("damping of antisymmetric weights", "damping", r"\mu", "nonnegative real"),
    Notation("spectral norm of the antisymmetric part of the recurrent weights", "turning_norm", r"\lVert A\rVert_2",
        "nonnegative real"),
    Notation("weight of a pair of units that cancel", "pair_weight", "c", "positive real"),
    Notation("state in which one of a pair rests", "resting_state", r"\eta", "positive real", below=1),
    Notation("bound of the norm of a state", "state_bound", "H", "nonnegative real"),
    Notation("steps that truncated backpropagation looks back, or of a chunk", "window", "K", "nonnegative integer"),
    Notation("determinant of the recurrent weights, in absolute value", "recurrent_volume", r"|\det R|",
        "nonnegative real"),
    Notation("smallest slope, in absolute value", "smallest_slope", r"\gamma_{\min}", "nonnegative real"),
    Notation("largest column sum of the recurrent weights", "recurrent_norm_one", r"\lVert R\rVert_1",
        "nonnegative real"),
    Notation("largest row sum of the recurrent weights", "recurrent_norm_inf", r"\lVert R\rVert_\infty",
        "nonnegative real"),
    Notation("temperature of a softmax", "temperature", r"\tau", "positive real"),
    Notation("radius of a ball of inputs", "radius", "R", "positive real"),
    Notation("weight of a scalar chain, in absolute value", "scalar_weight", "|w|", "nonnegative real"),
    Notation("mean squared norm of a power of a Gaussian matrix of weight variance 1, applied to a unit vector",
        "wick_sum", "p_T", "positive real"),
    Notation("bend of an odd activation at zero: minus its third derivative over its slope", "bend", r"\beta",
        "positive real"),
    Notation("bound of one layer", "rate", "r", "nonnegative real"),
    Notation("factor before the power of a bound", "prefactor", "C", "positive real"),
    Notation("probability of failure", "failure_probability", r"\delta", "positive real", below=1),
    Notation("threshold below which a gradient counts as vanished", "threshold", r"\varepsilon", "positive real",
        below=1),
    Notation("mean-square slope under a Gaussian", "slope_mean_square", r"\mathbb{E}\,\varphi'^2", "nonnegative real"),
    Notation("mean-square value of the layer before", "value_mean_square", r"\mathbb{E}\,\varphi^2",
        "nonnegative real"),
    Notation("mean square of the initial state", "state_mean_square", r"h_0^2", "positive real"),
    Notation("weight of a unit onto itself", "self_weight", "w", "positive real"),
    Notation("longest memory of chrono biases, in steps", "longest_memory", r"T_{\max}", "positive real"),
    Notation("steps, as a part of the longest memory", "memory_share", r"\varsigma", "positive real"),
    Notation("memory of a unit that is drawn at random, in steps", "drawn_memory", r"U[2,T_{\max}]", "positive real"),
    Notation("smallest radius of the eigenvalues", "smallest_radius", "r_-", "nonnegative real"),
    Notation("largest radius of the eigenvalues", "largest_radius", "r_+", "positive real"),
    Notation("eigenvalue of a unit of a linear recurrence", "eigenvalue", r"\lambda", "real"),
    Notation("bias of a gate that keeps the state", "forget_bias", "b_f", "real"),
    Notation("gate that keeps the state, where it is constant", "forget_gate", "f", "positive real", below=1),
    Notation("output gate, where it is constant", "output_gate", "o", "positive real", below=1),
    Notation("chi-square variable with a degree of freedom for each output", "chi_square", r"\chi^2_{n_\ell}",
        "nonnegative real"),
)
# fmt: on

NOTATION: dict[str, Notation] = {row.code_name: row for row in _ROWS}


class _Indexed(sp.Function):
    """What `display` names, at an index: its first argument is the template, its second the index."""

    nargs = 2

    def _eval_is_extended_real(self) -> bool | None:
        return True if self.args[0].is_extended_real else None

    def _eval_is_finite(self) -> bool | None:
        return True if self.args[0].is_finite else None

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return True if self.args[0].is_extended_nonnegative else None

    def _eval_is_extended_positive(self) -> bool | None:
        return True if self.args[0].is_extended_positive else None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = self.args[0].name.replace("#", printer._print(self.args[1]))
        return text if exp is None else f"{text}^{{{exp}}}"

    def _sympystr(self, printer: Any) -> str:
        return str(self.args[0].name.replace("#", printer._print(self.args[1])))


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


def display(text: str, index: sp.Expr | None = None, **assumptions: bool) -> sp.Expr:
    r"""Return a symbol that is printed as the given LaTeX, for what a derivation names on its way.

    Parameters
    ----------
    text : str
        LaTeX, such as ``\lVert ABv\rVert``.
    index : sympy.Expr, optional
        Of one among many; it is printed in place of each ``#`` in the text.
    **assumptions : bool
        SymPy assumptions.

    Returns
    -------
    sympy.Expr
        SymPy prints a symbol verbatim when its name has braces.

    Examples
    --------
    >>> latex(display(r"\lVert v\rVert", nonnegative=True))
    '{\\lVert v\\rVert}'
    >>> latex(display(r"\lVert h_{#}\rVert", symbol("layer") - 1, nonnegative=True))
    '{\\lVert h_{\\ell - 1}\\rVert}'
    """
    named = sp.Symbol(f"{{{text}}}", **assumptions)
    return named if index is None else _Indexed(named, index)


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
    return str(PaperPrinter({row.symbol: row.latex for row in _ROWS}).doprint(expr))
