r"""Printers: expressions as a paper writes them, without the mannerisms of SymPy's LaTeX.

Functions are applied with plain parentheses, factors stand in the order of a textbook, roots of numbers are joined,
fractions in exponents are written with a slash, and a decimal that was typed stays a decimal.
"""
# ruff: noqa: N802, N815 - the printer finds its methods by the names of SymPy's classes

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter

__all__ = ["PaperPrinter"]

_TALL = re.compile(r"\\(d?frac|sqrt|begin|sum|prod|int|lim)\b")
_SQUARED = re.compile(r"(\\?[A-Za-z]+(?:_\w)?)\^2")  # the square of one letter, such as \sigma_w^2
_HEADS = {
    "asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan", "asinh": r"\operatorname{arsinh}",
    "acosh": r"\operatorname{arcosh}", "atanh": r"\operatorname{artanh}", "sign": r"\operatorname{sign}",
}  # fmt: skip
_ROUND = re.compile(r"(-?\d*[1-9])(0{7,})")  # a number with so many zeros is read with a power of ten
_FRACTION = 64  # denominators up to which a number is a fraction even where it is a short decimal
_DECIMALS = 7  # longest decimal that stands for a fraction
_POWER_OF_TEN = 1000  # from here on 1/10^k is written as a power


class PaperPrinter(LatexPrinter):
    r"""Writes expressions as LaTeX that needs amsmath only.

    Parameters
    ----------
    names : mapping of sympy.Symbol to str
        How symbols are written.

    Examples
    --------
    >>> x = sp.Symbol("x")
    >>> PaperPrinter({}).doprint(sp.erf(x) * sp.exp(-(x**2) / 2))
    'e^{- x^{2} / 2} \\operatorname{erf}(x)'
    """

    def __init__(self, names: Mapping[sp.Symbol, str]) -> None:
        super().__init__({"symbol_names": dict(names), "fold_frac_powers": True})

    def _print_RandomSymbol(self, expr: sp.Basic) -> str:
        return str(self._print(expr.symbol))

    # -------------------------------------------------------------------------------------------------- functions

    def _applied(self, head: str, argument: sp.Basic, power: str | None) -> str:
        raised = head if power is None else f"{head}^{{{power}}}"
        return raised + _bracketed(self._print(argument))

    def _print_Function(self, expr: sp.Function, exp: str | None = None) -> str:
        name = expr.func.__name__
        if len(expr.args) != 1 or hasattr(self, f"_print_{name}"):
            return str(super()._print_Function(expr, exp))
        return self._applied(_HEADS.get(name) or self._hprint_Function(name), expr.args[0], exp)

    def _print_log(self, expr: sp.Expr, exp: str | None = None) -> str:
        return self._applied(r"\log", expr.args[0], exp)

    def _print_polygamma(self, expr: sp.Expr, exp: str | None = None) -> str:
        order, argument = expr.args
        return self._applied(r"\psi" if order == 0 else rf"\psi^{{({self._print(order)})}}", argument, exp)

    def _print_Abs(self, expr: sp.Expr, exp: str | None = None) -> str:
        size = _bracketed(self._print(expr.args[0]), "|", "|")
        return size if exp is None else f"{size}^{{{exp}}}"

    def _hprint_variadic_function(self, expr: sp.Expr, exp: str | None = None) -> str:
        ordered = sorted(expr.args, key=sp.default_sort_key)
        applied = rf"\{str(expr.func).lower()}" + _bracketed(", ".join(self._print(a) for a in ordered))
        return applied if exp is None else f"{applied}^{{{exp}}}"

    _print_Max = _print_Min = _hprint_variadic_function

    # ---------------------------------------------------------------------------------------------------- powers

    def _print_ExpBase(self, expr: sp.Expr, exp: str | None = None) -> str:
        return str(self._do_exponent(f"e^{{{self._folded(expr.args[0])}}}", exp))

    def _folded(self, exponent: sp.Expr) -> str:
        """Write an exponent, its fraction with a slash."""
        above, below = sp.fraction(exponent)
        if below == 1 or above.is_Add or _decimal(exponent.as_coeff_Mul()[0]):
            return str(self._print(exponent))
        told = self._print(below)
        return f"{self._print(above)} / {told if below.is_Atom else _bracketed(told)}"

    def _print_Pow(self, expr: sp.Pow) -> str:
        base, exponent = expr.args
        square = _SQUARED.fullmatch(self._print(base)) if base.is_Symbol else None
        if square is None:
            told = str(super()._print_Pow(expr))
            round_base = base.is_Integer and self._print(base)
            return told.replace(f"{round_base}^", f"({round_base})^", 1) if round_base and "^" in round_base else told
        if exponent.could_extract_minus_sign():
            return rf"\frac{{1}}{{{self._print(base**-exponent)}}}"
        return square[1] if exponent == sp.Rational(1, 2) else f"{square[1]}^{{{self._print(2 * exponent)}}}"

    def _print_Integer(self, expr: sp.Integer) -> str:
        zeros = _ROUND.fullmatch(str(expr))
        if zeros is None:
            return str(expr)
        power = f"10^{{{len(zeros[2])}}}"
        return power if zeros[1] == "1" else rf"{zeros[1]} \cdot {power}"

    def _print_Rational(self, expr: sp.Rational) -> str:
        sides = rf"{{{self._print(sp.Integer(abs(expr.p)))}}}{{{self._print(sp.Integer(expr.q))}}}"
        return _decimal(expr) or ("- " if expr.p < 0 else "") + rf"\frac{sides}"

    # --------------------------------------------------------------------------------------------------- products

    def _print_Mul(self, expr: sp.Expr) -> str:
        if not isinstance(expr, sp.Mul) or any(a.is_Number for a in expr.args[1:]) or expr.args[0] == 1:
            return str(super()._print_Mul(expr))  # powers, and products that are to be shown as they were written
        coefficient, rest = expr.as_coeff_Mul()
        if coefficient.is_negative:
            return f"- {self._factor(-coefficient * rest)}"
        decimal = _decimal(coefficient)
        if decimal is not None:
            return f"{decimal} {self._factor(rest)}"
        above, below = sp.fraction(expr, exact=True)
        if below == 1:
            return self._product(above)
        return rf"\frac{{{self._product(above)}}}{{{self._product(below)}}}"

    def _factor(self, expr: sp.Expr) -> str:
        return _bracketed(self._print(expr)) if expr.is_Add else str(self._print(expr))

    def _product(self, expr: sp.Expr) -> str:
        if not expr.is_Mul:
            return str(self._print(expr))
        factors = sorted(expr.as_ordered_factors(), key=self._place)
        roots = [f for f in factors if f.is_Pow and f.exp == sp.Rational(1, 2) and not f.base.is_Symbol]
        if len(roots) > 1 and sum(not root.base.is_nonnegative for root in roots) <= 1:
            joined = sp.Pow(sp.Mul(*(root.base for root in roots), evaluate=False), sp.Rational(1, 2), evaluate=False)
            factors[factors.index(roots[0])] = joined
            factors = [f for f in factors if f not in roots]
        return self._side_by_side(factors)

    def _place(self, factor: sp.Expr) -> int:
        """Numbers, letters, functions, what has words of its own, sums; SymPy's order within each."""
        base = factor.as_base_exp()[0] if factor.is_Pow else factor
        if base.is_Add:
            return 4
        if base.is_Symbol and not re.fullmatch(r"\\?[A-Za-z]+(_\{?[\w\\+-]+\}?)?(\^2)?", self._print(base)):
            return 3
        return 0 if base.is_Number else 1 if base.is_Atom else 2

    def _side_by_side(self, factors: list[sp.Expr]) -> str:
        text = ""
        for index, factor in enumerate(factors):
            told = str(self._print(factor))
            if self._needs_mul_brackets(factor, first=index == 0, last=index == len(factors) - 1):
                told = _bracketed(told)
            between = r" \cdot " if text[-1:].isdigit() and told[:1].isdigit() else " " if text else ""
            text += between + told
        return text

    # -------------------------------------------------------------------------------------------------- operators

    def _print_Derivative(self, expr: sp.Derivative) -> str:
        told = str(super()._print_Derivative(expr))
        inner = str(self._print(expr.expr))
        return f"{told.removesuffix(inner)}{_bracketed(inner)}" if expr.expr.is_Mul else told

    def _print_Subs(self, subs: sp.Subs) -> str:
        places = ",".join(f"{self._print(old)}={self._print(new)}" for old, new in zip(*subs.args[1:], strict=True))
        told = str(self._print(subs.expr))
        return rf"{told}\{'Bigr' if _TALL.search(told) else 'bigr'}|_{{{places}}}"

    def _print_Limit(self, expr: sp.Limit) -> str:
        function, variable, point, _ = expr.args
        told = self._print(function)
        return rf"\lim_{{{self._print(variable)} \to {self._print(point)}}} " + (
            _bracketed(told) if function.is_Add else told
        )

    def _print_Interval(self, expr: sp.Interval) -> str:
        left, right = "(" if expr.left_open else "[", ")" if expr.right_open else "]"
        return _bracketed(f"{self._print(expr.start)}, {self._print(expr.end)}", left, right)

    def _print_Union(self, expr: sp.Union) -> str:
        return r" \cup ".join(self._print(part) for part in sorted(expr.args, key=lambda part: part.inf))

    def _print_Integral(self, expr: sp.Integral) -> str:
        return str(super()._print_Integral(expr)).replace(r"\int\limits", r"\int")

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        return str(super()._print_Piecewise(expr)).replace(r"\text{for}\: ", r"\text{if } ")


def _bracketed(text: str, left: str = "(", right: str = ")") -> str:
    r"""Put brackets around a formula, of its height where it is tall."""
    if _TALL.search(text):
        return rf"\left{left}{text}\right{right}"
    return rf"\lvert {text}\rvert" if left == "|" else f"{left}{text}{right}"


def _decimal(number: Any) -> str | None:
    """Write a fraction as the decimal that it is; None if it is none, or better read as a fraction."""
    if not number.is_Rational or number.q <= _FRACTION:
        return None
    if number.is_negative:
        positive = _decimal(-number)
        return None if positive is None else f"-{positive}"
    if number.p == 1 and number.q >= _POWER_OF_TEN and re.fullmatch("10*", str(number.q)):
        return f"10^{{-{len(str(number.q)) - 1}}}"
    if 10**_DECIMALS % number.q:
        return None
    digits = str(number.p * (10**_DECIMALS // number.q)).rjust(_DECIMALS + 1, "0")
    return f"{digits[:-_DECIMALS]}.{digits[-_DECIMALS:]}".rstrip("0")
