"""Parsing: what is read is exact, what is not arithmetic is refused quickly and in one line."""

from __future__ import annotations

import math
import time

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symgrad.activations import CannotDerive, activation, parse
from symgrad.claims import Logistic, NormalCdf, symbol

X = symbol("x")

ATTACKS = {
    "a tower of powers": "9**9**9**9",
    "a tower over the variable": "x**10**10",
    "powers of powers": "((x**8)**8)**8",
    "deep parentheses": "(" * 100_000 + "x" + ")" * 100_000,
    "moderately deep parentheses": "(" * 400 + "x" + ")" * 400,
    "a chain of signs": "-" * 900 + "x",
    "a long text": "x+" * 500_000 + "x",
    "a huge exponent": "x + 1e999999999",
    "a long number": "9" * 60 + "*x",
    "a tower of exponentials": "exp(exp(exp(exp(x))))",
    "a tower of exponentials of a number": "max(x, exp(exp(exp(exp(9)))))",
    "an import": "__import__('os')",
    "an attribute": "x.real",
    "a method": "x.__class__()",
    "eval": "eval(x)",
    "a lambda": "lambda x: x",
    "a comprehension": "[x for x in y]",
    "a text": "'x'",
    "a formatted text": "f'{x}'",
    "a keyword": "exp(x=1)",
    "a star": "exp(*x)",
    "a walrus": "(y:=x)",
    "a look-alike": "\u0445 + 1",
    "a subscript": "x[0]",
    "a bit operation": "x | 1",
    "a floor division": "x // 2",
    "an imaginary number": "1j*x",
    "a hexadecimal number": "0x10*x",
    "an underscore in a number": "1_000*x",
    "a line break": "x\n+1",
    "a statement": "x; x",
    "nothing": "",
}


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
def test_what_is_not_arithmetic_is_refused_within_a_second(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ValueError, match=r"\S") as refusal:
        parse(text)
    assert time.perf_counter() - start < 1
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x^2", r"'\^' at column 2 is not a power; write \*\*"),
        ("x + y", "2 variables, x and y"),
        ("z + x", "2 variables, z and x"),
        ("3 + 4", "'3 [+] 4' is a constant, not an activation"),
        ("foo(x)", r"'foo\(x\)' at column 1 calls an unknown function"),
        ("tahn(x)", "known are.* tanh"),
        ("1 + exp", "'exp' at column 5 is a function; write exp\\(x\\)"),
        ("x < 1", "only inside Piecewise or where"),
        ("x if x < 0 else 1", "write where\\(condition, a, b\\)"),
        ("exp(x, 2)", "has 2 arguments where 1 are expected"),
        ("x/(2 - 2)", "division by zero"),
        ("x**x", "base that is not a positive number"),
        ("\u0445 + 1", "CYRILLIC SMALL LETTER HA"),
        ("Piecewise(x)", "'x' at column 11 is not a branch"),
        ("where(x < 0, 1)", r"the form is where\(condition, a, b\)"),
        ("Piecewise((x, x == 0), (1, True))", "compares with something other than"),
    ],
)
def test_a_refusal_says_what_where_and_what_would_work(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(text)


def test_only_text_is_parsed() -> None:
    with pytest.raises(TypeError, match="not int"):
        parse(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("0.1*x", X / 10),
        ("1.5e-3*x", 3 * X / 2000),
        (".5*t", X / 2),
        ("x/(1 + exp(-1.702*x))", X / (1 + sp.exp(-sp.Rational(851, 500) * X))),
        ("sigmoid(x)", Logistic(X)),
        ("x*Phi(x)", X * NormalCdf(X)),
        ("where(x < 0, 0, x)", sp.Piecewise((0, X < 0), (X, True))),
        ("Piecewise((0, x <= 0 or x > 1), (x, True))", sp.Piecewise((0, (X <= 0) | (X > 1)), (X, True))),
        ("relu(x)", sp.Max(0, X)),
        ("e**-x + pi", sp.exp(-X) + sp.pi),
    ],
)
def test_numbers_are_read_exactly_and_the_variable_may_have_any_name(text: str, expression: sp.Expr) -> None:
    assert parse(text) == expression


# Trees of expressions: text for the parser, and the same tree as a Python function, which is the second witness.
_PYTHON = {"exp": math.exp, "tanh": math.tanh, "sin": math.sin, "erf": math.erf, "abs": abs, "atan": math.atan}
_LEAVES = st.one_of(st.just("x"), st.integers(0, 9).map(str), st.sampled_from(["0.5", "1.25", "0.1"]))


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
    unary = st.tuples(st.sampled_from(sorted(_PYTHON)), inner).map(lambda t: f"{t[0]}(tanh({t[1]}))")
    power = st.tuples(inner, st.integers(2, 3)).map(lambda t: f"({t[0]})**{t[1]}")
    extreme = st.tuples(st.sampled_from(["max", "min"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})")
    return st.one_of(binary, unary, power, extreme, inner.map(lambda t: f"(-{t})"))


@settings(max_examples=40, deadline=None)
@given(st.recursive(_LEAVES, _grown, max_leaves=6), st.sampled_from([-1.5, -0.25, 0.75, 2.0]))
def test_a_parsed_tree_has_the_values_of_the_same_python_tree(tree: str, point: float) -> None:
    text = f"x + {tree}"
    names = {**_PYTHON, "max": max, "min": min, "x": point}
    expected = eval(text, {"__builtins__": {}}, names)  # noqa: S307 - the text is ours, and Python is the witness
    try:
        found = parse(text)
    except ValueError as refusal:
        assert "is a constant" in str(refusal)  # noqa: PT017 - as x + (-x)
        return
    value = float(found.subs(X, sp.Rational(point)).evalf(30))
    # Python rounds every operation of a tree of at most about 30 nodes, whose values stay below 1e9.
    assert value == pytest.approx(expected, rel=1e-9, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.recursive(_LEAVES, _grown, max_leaves=5))
def test_what_sympy_prints_is_parsed_back(tree: str) -> None:
    try:
        found = parse(f"x + {tree}")
    except ValueError:
        return
    assert parse(str(found)) == found


@pytest.mark.parametrize("text", ["sqrt(x)", "log(x)", "x**(1/3)", "log(1 - x**2)"])
def test_a_function_that_is_not_real_everywhere_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not real and finite on the whole line"):
        activation(text)


@pytest.mark.parametrize("text", ["1/x", "x**-2", "tan(x)", "1/abs(x)", "where(x <= 0, 0, 1/x)"])
def test_a_function_with_a_pole_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="whole line"):
        activation(text)


@pytest.mark.parametrize(
    "text", ["sqrt(1 + x**2)", "log(1 + exp(x))", "x/(1 + abs(x))", "log(2 + sin(x))", "1/cosh(x)", "x/(1 - tanh(x))"]
)
def test_a_function_that_is_real_everywhere_is_admitted(text: str) -> None:
    assert activation(text).expression.has(X)


@pytest.mark.parametrize(
    ("text", "steepest"),
    [  # where the second derivative vanishes, by hand: at 1/2, at sqrt(2/3), at 3^(-1/4)
        ("Piecewise((exp(-1/x), x > 0), (0, True))", 4 * sp.exp(-2)),
        (
            "Piecewise((exp(-1/x**2), x < 0), (0, True))",
            2 * sp.sqrt(sp.Rational(3, 2)) ** 3 * sp.exp(-sp.Rational(3, 2)),
        ),
        (
            "Piecewise((exp(-1/(1 - x**2)), abs(x) < 1), (0, True))",
            2 * 3 ** -sp.Rational(1, 4) / (1 - 1 / sp.sqrt(3)) ** 2 * sp.exp(-1 / (1 - 1 / sp.sqrt(3))),
        ),
    ],
)
def test_a_formula_may_be_undefined_at_the_end_of_its_piece(text: str, steepest: sp.Expr) -> None:
    smooth = activation(text)
    assert float(smooth.lipschitz.bound) == pytest.approx(float(steepest), rel=1e-14)
    assert smooth.kinks == ()
    assert smooth.zeros
    assert not smooth.second_derivative.has(sp.nan, sp.zoo)


@pytest.mark.parametrize(
    "text",
    [
        "where(x > 0, exp(1/x), 0)",
        "where(x > 0, log(x), 0)",
        "where(x >= 0, exp(-1/x), 0)",
        "where(x > 1, 1/(x - 2), 0)",
    ],
)
def test_a_formula_that_is_infinite_or_undefined_on_its_piece_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="whole line"):
        activation(text)


def test_a_formula_that_swings_at_the_end_of_its_piece_is_not_decided() -> None:
    with pytest.raises(CannotDerive, match="stays finite near x = 0"):
        activation("where(x > 0, sin(1/x), 0)")


def test_a_gap_in_a_piecewise_is_refused() -> None:
    with pytest.raises(ValueError, match="no value between 0 and oo"):
        activation("Piecewise((x, x < 0))")


def test_an_unknown_name_suggests_near_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown activation 'gelo'; near names: gelu.*an expression such as"):
        activation("gelo")


def test_a_wrong_parameter_is_named() -> None:
    with pytest.raises(ValueError, match="leaky_relu has no parameter 'beta'; it has alpha"):
        activation("leaky_relu", beta=1)
    with pytest.raises(ValueError, match="alpha = nan is not a finite real number"):
        activation("leaky_relu", alpha=math.nan)
    with pytest.raises(ValueError, match="alpha = 1 was given, but 'x\\*tanh\\(x\\)' has no alpha"):
        activation("x*tanh(x)", alpha=1)
    with pytest.raises(ValueError, match="elu needs alpha >= 0; got alpha = -1"):
        activation("elu", alpha=-1)
    with pytest.raises(ValueError, match="hard_tanh needs low < high; got high = 1, low = 2"):
        activation("hard_tanh", low=2, high=1)
    with pytest.raises(ValueError, match="softplus needs beta > 0; got beta = 0"):
        activation("softplus", beta=0)
    with pytest.raises(ValueError, match="monomial needs a degree that is integer; got degree = 5/2"):
        activation("monomial", degree=2.5)


def test_sympy_expressions_are_admitted_with_exact_numbers() -> None:
    t = sp.Symbol("t")
    assert activation(0.1 * t * sp.erf(t)).expression == X * sp.erf(X) / 10
    with pytest.raises(ValueError, match="s and t"):
        activation(t + sp.Symbol("s"))
    with pytest.raises(ValueError, match="outside the vocabulary"):
        activation(sp.zeta(t))
    with pytest.raises(TypeError, match="not list"):
        activation([t])  # type: ignore[arg-type]
