"""Programs: a SymPy expression as a list of steps that any ring of numbers can run.

The tree is walked once. Equal subtrees become one step, and what does not depend on the arguments becomes a constant,
which a ring may keep. Boxes, balls, complex balls, tails and their Taylor series all run the same program, so that no
formula is ever written twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import sympy as sp

from .errors import CannotEnclose
from .families import FAMILIES, Member

__all__ = ["Program", "Ring", "compiled"]


class Ring(Protocol):
    """Numbers of one kind: what a program needs beyond ``+`` and ``*``."""

    def constant(self, expr: sp.Expr) -> Any:
        """Enclose a constant expression."""

    def power(self, base: Any, exponent: sp.Expr) -> Any:
        """Raise to a constant power."""

    def function(self, head: type[sp.Function] | Member, argument: Any) -> Any:
        """Apply a function of one argument."""


Instruction = Callable[[Ring, list[Any], tuple[Any, ...]], Any]


@dataclass(frozen=True)
class _Argument:
    index: int

    def __call__(self, ring: Ring, done: list[Any], arguments: tuple[Any, ...]) -> Any:
        return arguments[self.index]


@dataclass(frozen=True)
class _Constant:
    expr: sp.Expr

    def __call__(self, ring: Ring, done: list[Any], arguments: tuple[Any, ...]) -> Any:
        return ring.constant(self.expr)


@dataclass(frozen=True)
class _Sum:
    terms: tuple[int, ...]

    def __call__(self, ring: Ring, done: list[Any], arguments: tuple[Any, ...]) -> Any:
        total = done[self.terms[0]]
        for term in self.terms[1:]:
            total = total + done[term]
        return total


@dataclass(frozen=True)
class _Product:
    factors: tuple[int, ...]

    def __call__(self, ring: Ring, done: list[Any], arguments: tuple[Any, ...]) -> Any:
        total = done[self.factors[0]]
        for factor in self.factors[1:]:
            total = total * done[factor]
        return total


@dataclass(frozen=True)
class _Power:
    base: int
    exponent: sp.Expr

    def __call__(self, ring: Ring, done: list[Any], arguments: tuple[Any, ...]) -> Any:
        return ring.power(done[self.base], self.exponent)


@dataclass(frozen=True)
class _Application:
    head: type[sp.Function] | Member
    argument: int

    def __call__(self, ring: Ring, done: list[Any], arguments: tuple[Any, ...]) -> Any:
        return ring.function(self.head, done[self.argument])


@dataclass(frozen=True)
class Program:
    """Steps, each of which may use the results of those before; the last one is the value."""

    steps: tuple[Instruction, ...]

    def run(self, ring: Ring, *arguments: Any) -> Any:
        """Evaluate in a ring at the given arguments."""
        done: list[Any] = []
        for step in self.steps:
            done.append(step(ring, done, arguments))
        return done[-1]


class _Writer:
    """Writes the program of one expression."""

    def __init__(self, symbols: tuple[sp.Symbol, ...]) -> None:
        self.symbols = symbols
        self.steps: list[Instruction] = []
        self.places: dict[sp.Expr, int] = {}

    def write(self, expr: sp.Expr) -> int:
        """Append the steps of an expression; return the place of its value."""
        if expr not in self.places:
            step = self._step(expr)
            self.places[expr] = len(self.steps)
            self.steps.append(step)
        return self.places[expr]

    def _step(self, expr: sp.Expr) -> Instruction:
        if expr in self.symbols:
            return _Argument(self.symbols.index(expr))
        if not expr.free_symbols:
            return _Constant(expr)
        if isinstance(expr, sp.Add):
            return _Sum(self._all(expr.args))
        if isinstance(expr, sp.Mul):
            return _Product(self._all(expr.args))
        if isinstance(expr, sp.Pow):
            return self._power(expr)
        if isinstance(expr, sp.Function) and len(expr.args) == 1:
            return _Application(expr.func, self.write(expr.args[0]))
        if expr.func in FAMILIES and FAMILIES[expr.func].admits(expr.args[0]):
            return _Application(Member(expr.func, expr.args[0]), self.write(expr.args[1]))
        raise CannotEnclose(f"cannot evaluate {expr}; {_advice(expr)}")

    def _power(self, expr: sp.Pow) -> Instruction:
        if expr.exp.free_symbols:
            return self._step(sp.exp(expr.exp * sp.log(expr.base), evaluate=False))
        return _Power(self.write(expr.base), expr.exp)

    def _all(self, exprs: tuple[sp.Expr, ...]) -> tuple[int, ...]:
        return tuple(self.write(e) for e in exprs)


def _advice(expr: sp.Expr) -> str:
    if isinstance(expr, sp.Symbol):
        return "it has no value; substitute one first"
    return f"there is no rule for {type(expr).__name__}"


@lru_cache(maxsize=4096)
def compiled(expr: sp.Expr, *symbols: sp.Symbol) -> Program:
    """Return the program that evaluates an expression at values of the symbols.

    Parameters
    ----------
    expr : sympy.Expr
        Analytic in the symbols: without Piecewise, Abs, Max or Min of them.
    *symbols : sympy.Symbol
        The arguments of the program, in order.

    Returns
    -------
    Program
        Runs in any ring.

    Raises
    ------
    CannotEnclose
        If the expression has other free symbols, or a head without a rule.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> len(compiled(x + sp.exp(x) * sp.exp(x), x).steps)
    5
    """
    writer = _Writer(symbols)
    writer.write(expr)
    return Program(tuple(writer.steps))
