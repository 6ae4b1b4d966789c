"""Parsing: text to an exact expression by a whitelist over the syntax tree. Nothing is ever evaluated as code."""

from __future__ import annotations

import ast
import difflib
import re
import unicodedata
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sympy as sp

from ..claims import symbol
from .powers import check_growth, check_power
from .vocabularies import CONSTANTS, FUNCTIONS

__all__ = ["parse"]

_LONGEST_TEXT = 1000
_DEEPEST = 50
_MOST_NODES = 200
_MOST_DIGITS = 50
_LARGEST_EXPONENT = 1000

_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE]([+-]?\d+))?")
_COMPARISONS: dict[type[ast.cmpop], type[sp.Rel]] = {ast.Lt: sp.Lt, ast.LtE: sp.Le, ast.Gt: sp.Gt, ast.GtE: sp.Ge}
_CONDITIONALS = {"Piecewise": "Piecewise((value, condition), ..., (value, True))", "where": "where(condition, a, b)"}


def parse(text: str, parameters: Mapping[str, sp.Expr] | None = None) -> sp.Expr:
    """Read an activation from text.

    Parameters
    ----------
    text : str
        Arithmetic with ``+ - * / **``, the functions of the vocabulary and one variable of any name.
    parameters : mapping of str to sympy.Expr, optional
        Values of other names in it.

    Returns
    -------
    sympy.Expr
        In the symbol x; decimals are read exactly.

    Raises
    ------
    TypeError
        If it is not text.
    ValueError
        If it is anything but such an expression; the message says what, where and what would work.

    Examples
    --------
    >>> parse("0.5*z*(1 + erf(z/sqrt(2)))")
    x*(erf(sqrt(2)*x/2) + 1)/2
    >>> parse("x^2")
    Traceback (most recent call last):
    ...
    ValueError: '^' at column 2 is not a power; write **
    """
    if not isinstance(text, str):
        raise TypeError(f"an expression is text, not {type(text).__name__}")
    _check_text(text)
    reader = _Reader(text.strip(), dict(parameters or {}))
    expression = reader.value(_tree(reader.text).body)
    return _in_one_variable(expression, reader)


def _check_text(text: str) -> None:
    """Refuse what would be slow or misleading to hand to the syntax parser."""
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"the expression has {len(text)} characters; at most {_LONGEST_TEXT} are read")
    if not text.strip():
        raise ValueError("the expression is empty; write one such as x*tanh(x)")
    for column, character in enumerate(text, start=1):
        if not (character.isascii() and character.isprintable()):
            name = unicodedata.name(character, "a control character")
            raise ValueError(f"{character!a} ({name}) at column {column} is not ASCII; write plain letters")
    if "^" in text:
        raise ValueError(f"'^' at column {text.index('^') + 1} is not a power; write **")
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        raise ValueError(f"parentheses are nested {deepest} deep; at most {_DEEPEST} are read")


def _tree(text: str) -> ast.Expression:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tokenizer warns of oddities that are refused anyway
            return ast.parse(text, mode="eval")
    except SyntaxError as error:
        place = f" at column {error.offset}" if error.offset else ""
        raise ValueError(f"{text!r} is not an expression{place}; write one such as x*tanh(x)") from None
    except (ValueError, RecursionError, MemoryError):
        raise ValueError("the expression cannot be read; write a shorter one such as x*tanh(x)") from None


def _in_one_variable(expression: sp.Expr, reader: _Reader) -> sp.Expr:
    names = list(dict.fromkeys(reader.names))
    if len(names) > 1:
        hint = f"give values to the others, as in {names[-1]}=2"
        raise ValueError(
            f"the expression has {len(names)} variables, {' and '.join(names)}; an activation has one; {hint}"
        )
    unused = sorted(set(reader.parameters) - reader.used)
    if unused:
        raise ValueError(
            f"{unused[0]} = {reader.parameters[unused[0]]} was given, but {reader.text!r} has no {unused[0]}"
        )
    if symbol("x") not in expression.free_symbols:
        raise ValueError(f"{reader.text!r} is a constant, not an activation; use a variable such as x")
    return expression


@dataclass
class _Reader:
    """Walks the syntax tree; anything without a rule is refused with its place."""

    text: str
    parameters: dict[str, sp.Expr] = field(default_factory=dict)
    nodes: int = 0
    depth: int = 0
    names: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def value(self, node: ast.expr) -> sp.Expr:
        """Read a node that stands for a number."""
        found = self._walk(node, _VALUES)
        if not isinstance(found, sp.Expr):
            raise self._refusal(node, "is not a number")
        if found.has(sp.nan, sp.zoo, sp.oo, -sp.oo, sp.I) or found.is_real is False:
            raise self._refusal(node, "is not a real number everywhere")
        return found

    def condition(self, node: ast.expr) -> sp.Basic:
        """Read a node that stands for a condition."""
        return self._walk(node, _CONDITIONS)

    def _walk(self, node: ast.expr, rules: dict[type[ast.expr], Callable[..., sp.Basic]]) -> sp.Basic:
        self.nodes, self.depth = self.nodes + 1, self.depth + 1
        if self.nodes > _MOST_NODES or self.depth > _DEEPEST:
            what = f"{_MOST_NODES} parts" if self.nodes > _MOST_NODES else f"{_DEEPEST} levels"
            raise ValueError(f"the expression has more than {what}; write a smaller one")
        rule = rules.get(type(node))
        if rule is None:
            raise self._refusal(node, _MEANT.get(type(node), "is not part of an expression here"))
        found = rule(self, node)
        self.depth -= 1
        return found

    def _refusal(self, node: ast.expr, why: str) -> ValueError:
        shown = ast.get_source_segment(self.text, node) or "this"
        shown = shown if len(shown) <= 40 else shown[:40] + "..."
        advice = "" if ";" in why else "; write arithmetic such as x*tanh(x)"
        return ValueError(f"{shown!r} at column {node.col_offset + 1} {why}{advice}")

    def number(self, node: ast.Constant) -> sp.Expr:
        """Read a number from its literal text, so that 0.1 is one tenth."""
        literal = ast.get_source_segment(self.text, node) or ""
        match = _NUMBER.fullmatch(literal)
        if match is None:
            raise self._refusal(node, "is not a decimal number")
        if sum(character.isdigit() for character in match[1]) > _MOST_DIGITS:
            raise self._refusal(node, f"has more than {_MOST_DIGITS} digits")
        if match[3] and (len(match[3]) > 6 or abs(int(match[3])) > _LARGEST_EXPONENT):
            raise self._refusal(node, f"has an exponent beyond {_LARGEST_EXPONENT}")
        return sp.Rational(literal)

    def name(self, node: ast.Name) -> sp.Expr:
        """Read a constant or the variable."""
        if node.id in self.parameters:
            self.used.add(node.id)
            return self.parameters[node.id]
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        if node.id in FUNCTIONS or node.id in _CONDITIONALS:
            raise self._refusal(node, f"is a function; write {node.id}(x)")
        if "__" in node.id:
            raise self._refusal(node, "is not the name of a variable")
        self.names.append(node.id)
        return symbol("x")

    def sign(self, node: ast.UnaryOp) -> sp.Expr:
        """Read ``+a`` and ``-a``."""
        if isinstance(node.op, ast.UAdd):
            return self.value(node.operand)
        if isinstance(node.op, ast.USub):
            return -self.value(node.operand)
        raise self._refusal(node, "uses an operator that is not + or -")

    def operation(self, node: ast.BinOp) -> sp.Expr:
        """Read ``a + b`` and the like."""
        build = _OPERATIONS.get(type(node.op))
        if build is None:
            raise self._refusal(node, "uses an operator other than + - * / **")
        return build(self.value(node.left), self.value(node.right))

    def call(self, node: ast.Call) -> sp.Expr:
        """Read ``f(a)``."""
        if not isinstance(node.func, ast.Name):
            raise self._refusal(node, "calls something that is not a function of the vocabulary")
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise self._refusal(node, "has arguments that are named or starred")
        if node.func.id in _CONDITIONALS:
            return self._conditional(node, node.func.id)
        word = FUNCTIONS.get(node.func.id)
        if word is None:
            near = difflib.get_close_matches(node.func.id, FUNCTIONS, n=3) or sorted(FUNCTIONS)
            raise self._refusal(node, f"calls an unknown function; known are {', '.join(near)}")
        if not word.accepts(len(node.args)):
            raise self._refusal(node, f"has {len(node.args)} arguments where {word.arguments} are expected")
        found = word.build(*(self.value(argument) for argument in node.args))
        check_growth(found)
        return found

    def _conditional(self, node: ast.Call, name: str) -> sp.Expr:
        branches = self._where(node) if name == "where" else [self._pair(argument) for argument in node.args]
        if not branches:
            raise self._refusal(node, f"is incomplete; the form is {_CONDITIONALS[name]}")
        return sp.Piecewise(*branches)

    def _where(self, node: ast.Call) -> list[tuple[sp.Expr, sp.Basic]]:
        if len(node.args) != 3:
            return []
        condition, then, otherwise = node.args
        return [(self.value(then), self.condition(condition)), (self.value(otherwise), sp.true)]

    def _pair(self, node: ast.expr) -> tuple[sp.Expr, sp.Basic]:
        if not (isinstance(node, ast.Tuple) and len(node.elts) == 2):
            raise self._refusal(node, f"is not a branch; the form is {_CONDITIONALS['Piecewise']}")
        return self.value(node.elts[0]), self.condition(node.elts[1])

    def comparison(self, node: ast.Compare) -> sp.Basic:
        """Read ``a < b <= c``."""
        sides = [self.value(side) for side in (node.left, *node.comparators)]
        relations = [_COMPARISONS.get(type(op)) for op in node.ops]
        if None in relations:
            raise self._refusal(node, "compares with something other than < <= > >=")
        return sp.And(*(r(a, b) for r, a, b in zip(relations, sides, sides[1:], strict=False) if r is not None))

    def junction(self, node: ast.BoolOp) -> sp.Basic:
        """Read ``a and b``, ``a or b``."""
        join = sp.And if isinstance(node.op, ast.And) else sp.Or
        return join(*(self.condition(part) for part in node.values))

    def truth(self, node: ast.Constant) -> sp.Basic:
        """Read ``True``, the condition of the last branch."""
        if node.value is not True:
            raise self._refusal(node, "is not a condition")
        return sp.true


def _power(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    check_power(base, exponent)
    found = base**exponent
    check_growth(found)
    return found


def _quotient(numerator: sp.Expr, denominator: sp.Expr) -> sp.Expr:
    if denominator.is_zero:
        raise ValueError("a division by zero; check the denominators")
    return numerator / denominator


_OPERATIONS: dict[type[ast.operator], Callable[[sp.Expr, sp.Expr], sp.Expr]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: _quotient,
    ast.Pow: _power,
}
_VALUES: dict[type[ast.expr], Callable[..., sp.Basic]] = {
    ast.Constant: _Reader.number,
    ast.Name: _Reader.name,
    ast.UnaryOp: _Reader.sign,
    ast.BinOp: _Reader.operation,
    ast.Call: _Reader.call,
}
_CONDITIONS: dict[type[ast.expr], Callable[..., sp.Basic]] = {
    ast.Compare: _Reader.comparison,
    ast.BoolOp: _Reader.junction,
    ast.Constant: _Reader.truth,
}
_MEANT: dict[type[ast.expr], str] = {
    ast.Compare: "is a comparison, which may stand only inside Piecewise or where",
    ast.Attribute: "is an attribute",
    ast.Lambda: "is a lambda",
    ast.JoinedStr: "is a text",
    ast.NamedExpr: "is an assignment",
    ast.IfExp: "is a conditional; write where(condition, a, b)",
    ast.Tuple: "is a tuple, which may stand only inside Piecewise",
    ast.Subscript: "is a subscript",
}
