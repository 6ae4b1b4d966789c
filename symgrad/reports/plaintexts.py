"""Plain text: formulas in a line, for a terminal, without the mannerisms of SymPy's text and without raw LaTeX."""
# ruff: noqa: N802 - the printer finds its methods by the names of SymPy's classes

from __future__ import annotations

import re

import sympy as sp
from sympy.printing.str import StrPrinter
from sympy.stats.rv import RandomSymbol

from ..claims import Claim, Logistic, NormalCdf, NormalPdf, Softplus

__all__ = ["plain", "plain_statement"]

_OWN = (Logistic, NormalCdf, NormalPdf, Softplus)
_FUNCTIONS = {word.__name__: word.plain_name for word in _OWN} | {"atan": "arctan"}
_ANY = {"AnyActivation": "φ", "AnySlope": "φ'"}
_FRACTION = re.compile(r"\\[td]?frac(?:\{([^{}]*)\}|(\w))(?:\{([^{}]*)\}|(\w))")
_INDEX = re.compile(r"([_^])\{([^{}]*)\}")
_TRANSPOSED, _SIZE = (
    re.compile(r"\^(\{\\top\}|\\top)"),
    re.compile(r"\\(left|right|textstyle|displaystyle)(?![A-Za-z])"),
)
_OVERLINED = re.compile(r"\\overline\{([^{}]*)\}")
_WORDS = {
    r"\lVert": "‖", r"\rVert": "‖", r"\langle": "⟨", r"\rangle": "⟩", r"\varphi": "φ", r"\ell": "ℓ", r"\Pi": "Π",
    r"\prod": "∏", r"\sum": "∑", r"\int": "∫", r"\infty": "∞", r"\gamma": "γ", r"\varepsilon": "ε", r"\delta": "δ",
    r"\chi": "χ", r"\sigma": "σ", r"\log": "log", r"\mathbb{E}": "E", r"\cdots": "⋯", r"\cdot": "·", r"\times": "×",
    r"\le": "≤", r"\ge": "≥", r"\in": "∈", r"\to": "→", r"\,": " ", r"\{": "{", r"\}": "}",
}  # fmt: skip
_BRACED = re.compile(r"\\(?:text|operatorname|mathrm)\{([^{}]*)\}")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+(?:\{E\})?|[,{}])\s?")


class _Printer(StrPrinter):
    """SymPy's text with the words of the field."""

    def _print(self, expr: object, **options: object) -> str:
        told = str(super()._print(expr, **options))
        # What `display` names at an index prints itself, as LaTeX in braces.
        return _from_latex(told[1:-1]) if type(expr).__name__ == "_Indexed" else told

    def _print_Function(self, expr: sp.Function) -> str:
        name = expr.func.__name__
        return f"{_FUNCTIONS.get(name) or _ANY.get(name, name)}({self.stringify(expr.args, ', ')})"

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return _from_latex(expr.name[1:-1]) if expr.name.startswith("{") else str(expr.name)

    def _print_RandomSymbol(self, expr: RandomSymbol) -> str:
        return self._print_Symbol(expr.symbol)

    def _print_Abs(self, expr: sp.Abs) -> str:
        return f"|{self._print(expr.args[0])}|"

    def _print_Infinity(self, expr: sp.Expr) -> str:
        return "∞"

    def _print_NegativeInfinity(self, expr: sp.Expr) -> str:
        return "-∞"

    def _print_Derivative(self, expr: sp.Derivative) -> str:
        return f"d/d{self._print(expr.variables[0])} {self._grouped(expr.expr)}"

    def _print_Limit(self, expr: sp.Limit) -> str:
        function, variable, point, _ = expr.args
        return f"lim {self._print(variable)} → {self._print(point)} of {self._print(function)}"

    def _print_Subs(self, expr: sp.Subs) -> str:
        places = (f"{self._print(old)} = {self._print(new)}" for old, new in zip(*expr.args[1:], strict=True))
        return f"{self._grouped(expr.expr)} at {', '.join(places)}"

    def _print_Integral(self, expr: sp.Integral) -> str:
        variable, lower, upper = expr.limits[0] if len(expr.limits[0]) == 3 else (*expr.limits[0], "", "")
        return f"∫ from {self._print(lower)} to {self._print(upper)} of {self._print(expr.function)} d{variable}"

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        *parts, last = expr.args
        told = [f"{self._print(part.expr)} if {self._print(part.cond)}" for part in parts]
        other = "otherwise" if last.cond == sp.true else f"if {self._print(last.cond)}"
        return "{" + "; ".join([*told, f"{self._print(last.expr)} {other}"]) + "}"

    def _print_Interval(self, expr: sp.Interval) -> str:
        left, right = "(" if expr.left_open else "[", ")" if expr.right_open else "]"
        return f"{left}{self._print(expr.start)}, {self._print(expr.end)}{right}"

    def _print_Union(self, expr: sp.Union) -> str:
        return " ∪ ".join(self._print(part) for part in sorted(expr.args, key=lambda part: part.inf))

    def _print_EmptySet(self, expr: sp.Set) -> str:
        return "∅"

    def _grouped(self, expr: sp.Expr) -> str:
        told = str(self._print(expr))
        return told if expr.is_Atom or expr.is_Function else f"({told})"


def _from_latex(text: str) -> str:
    """Write a short piece of LaTeX, as derivations name things by, in letters and signs."""
    text = _SIZE.sub("", _TRANSPOSED.sub("ᵀ", _BRACED.sub(r"\1", text)))
    text = _INDEX.sub(lambda m: m[1] + (m[2] if _is_plain(m[2]) else f"({m[2]})"), text)
    text = _FRACTION.sub(lambda m: f"({m[1] or m[2]}/{m[3] or m[4]})", _OVERLINED.sub(r"mean(\1)", text))
    text = _COMMAND.sub(lambda m: _WORDS.get(m[0].strip(), m[0][1:]), text)
    return text.replace("{", "(").replace("}", ")")


def _is_plain(index: str) -> bool:
    """Whether an index is one word, or one sign of LaTeX, and needs no brackets."""
    return bool(re.fullmatch(r"\w+|\\[A-Za-z]+", index))


def plain(expr: sp.Basic) -> str:
    """Write an expression as a line of text.

    Parameters
    ----------
    expr : sympy.Basic
        What to write.

    Returns
    -------
    str
        In the names of the API and the signs of the field.

    Examples
    --------
    >>> from symgrad.claims import NormalCdf, symbol
    >>> x = symbol("x")
    >>> plain(sp.Derivative(x * NormalCdf(x), x)), plain(sp.Interval.open(-sp.oo, 0))
    ('d/dx (x*Φ(x))', '(-∞, 0)')
    """
    return str(_Printer().doprint(expr))


def plain_statement(claim: Claim) -> str:
    """Write the statement of a claim as a line of text, with its mode."""
    return f"{claim.quantity} {claim.relation.sign} {plain(claim.bound)}, {claim.mode.words()}"
