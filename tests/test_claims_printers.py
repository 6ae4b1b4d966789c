"""Expressions as a paper writes them: without the mannerisms of SymPy, and without changing what they say."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from symgrad.claims import Logistic, NormalCdf, NormalPdf, latex, symbol

X, L, GAIN, VAR = symbol("x"), symbol("depth"), symbol("lipschitz"), symbol("weight_var")
SQUARE, DELTA = symbol("slope_mean_square"), symbol("failure_probability")
R = sp.Rational

WRITTEN = {
    # functions: plain brackets, tall ones only around what is tall
    sp.erf(X): r"\operatorname{erf}(x)",
    sp.log(3000): r"\log(3000)",
    sp.log(1 / DELTA): r"\log\left(\frac{1}{\delta}\right)",
    sp.tanh(X) ** 2: r"\tanh^{2}(x)",
    sp.atan(X): r"\arctan(x)",
    sp.Abs(X): r"\lvert x\rvert",
    sp.digamma(L + 1): r"\psi(L + 1)",
    sp.polygamma(1, L + 1): r"\psi^{(1)}(L + 1)",
    sp.Max(0, X): r"\max(0, x)",
    # the order of a textbook
    Logistic(X) * (1 - Logistic(X)): r"\sigma(x) (1 - \sigma(x))",
    GAIN**L * symbol("weight_norm") ** L: r"\gamma^{L} \lVert W\rVert_2^{L}",
    (VAR * SQUARE) ** L: r"\left(\sigma_w^2 \mathbb{E}\,\varphi'^2\right)^{L}",
    X * NormalPdf(X) + NormalCdf(X): r"x \phi(x) + \Phi(x)",
    # powers and roots
    sp.sqrt(VAR): r"\sigma_w",
    1 / sp.sqrt(VAR): r"\frac{1}{\sigma_w}",
    VAR**L: r"\sigma_w^{2 L}",
    1 / VAR: r"\frac{1}{\sigma_w^2}",
    sp.sqrt(2) * sp.sqrt(sp.log(3000)) / 16 + 2: r"\frac{\sqrt{2 \log(3000)}}{16} + 2",
    sp.exp(-(X**2) / 2): r"e^{- x^{2} / 2}",
    sp.exp(X / (1 + X)): r"e^{x / (x + 1)}",
    X ** R(3, 2): r"x^{3/2}",
    # numbers
    R(1, 4): r"\frac{1}{4}",
    R(-1, 3): r"- \frac{1}{3}",
    R(99, 100): "0.99",
    R(1, 10**6): r"10^{-6}",
    R(851, 500) * X: "1.702 x",
    R(-851, 500) * X: "- 1.702 x",
    sp.Integer(10) ** 300: r"10^{300}",
    3 * 2**X: r"3 \cdot 2^{x}",
    # operators
    sp.Derivative(X * sp.tanh(X), X): r"\frac{d}{d x} (x \tanh(x))",
    sp.Subs(X**2, X, 0): r"x^{2}\bigr|_{x=0}",
    sp.Limit(X * sp.exp(X), X, -sp.oo): r"\lim_{x \to -\infty} x e^{x}",
    sp.Piecewise((X, X > 0), (0, True)): r"\begin{cases} x & \text{if } x > 0 \\0 & \text{otherwise} \end{cases}",
    sp.Interval.open(4, sp.oo) + sp.Interval.Lopen(-sp.oo, 3): r"(-\infty, 3] \cup (4, \infty)",
}


@pytest.mark.parametrize("expr", WRITTEN, ids=[str(number) for number in range(len(WRITTEN))])
def test_an_expression_is_written_as_a_paper_would(expr: sp.Basic) -> None:
    assert latex(expr) == WRITTEN[expr]


MANNERISMS = ("{\\left(", "\\limits", "\\text{for}", "\\log{", "\\substack", "1.0 ")


@pytest.mark.parametrize("expr", WRITTEN, ids=[str(number) for number in range(len(WRITTEN))])
def test_no_mannerism_of_sympy_is_left(expr: sp.Basic) -> None:
    assert [each for each in MANNERISMS if each in latex(expr)] == []
    assert [each for each in MANNERISMS if each in sp.latex(sp.erf(X) + sp.Integral(X, (X, 0, 1)))] != []


@pytest.mark.parametrize("numerator", [1, -1, 7, 123456])
@pytest.mark.parametrize("denominator", [3, 64, 100, 128, 625, 10**7, 10**9, 3 * 10**6, 5**9])
def test_a_number_keeps_its_value(numerator: int, denominator: int) -> None:
    assert read(latex(R(numerator, denominator))) == Fraction(numerator, denominator)


def read(text: str) -> Fraction:
    """The value of what is written: a decimal, a power of ten, or a fraction of such."""
    sign, text = (-1, text[1:].strip()) if text.startswith("-") else (1, text)
    if text.startswith(r"\frac"):
        above, _, below = text.removeprefix(r"\frac{").removesuffix("}").partition("}{")
        return sign * read(above) / read(below)
    mantissa, _, power = text.rpartition(r" \cdot ")
    if "10^{" in power:
        return sign * Fraction(mantissa or "1") * Fraction(10) ** int(power.removeprefix("10^{").removesuffix("}"))
    return sign * Fraction(text)
