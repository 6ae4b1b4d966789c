"""Definitions: functions that are one word, what they stand for, and how generated code computes them.

SymPy prints a function that it does not know as a call of that name. A word of this package prints the formula that
floating point should compute instead, one that neither overflows nor loses digits on a tail, in every language that
SymPy writes.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.printing.numpy import NumPyPrinter, SciPyPrinter

__all__ = ["Defined", "Word", "define", "spelled"]

U = sp.Symbol("u", real=True)  # the argument in generated code


class Defined(sp.Function):
    """A function with a definition in SymPy's own functions, and with a form of it for floating point."""

    def definition(self) -> sp.Expr:
        """Return the same value in functions that SymPy knows."""
        raise NotImplementedError

    def words(self) -> sp.Expr:
        """Return the same value in the words of this room and functions that SymPy knows."""
        return self

    def call(self) -> tuple[sp.Lambda, sp.Expr]:
        """Return the function as floating point should compute it, and the argument it is called with."""
        raise NotImplementedError

    def _called(self, printer: Any) -> str:
        """Write a function and its call, so that the argument is computed once."""
        function, argument = self.call()
        (u,) = function.variables
        return f"(lambda {printer._print(u)}: {printer._print(function.expr)})({printer._print(argument)})"

    def _inlined(self, printer: Any) -> str:
        """Write the formula itself, for languages without nameless functions."""
        function, argument = self.call()
        return f"({printer._print(function(argument))})"

    def _numpycode(self, printer: Any) -> str:
        return self._called(_with_scipy(printer))

    def _pythoncode(self, printer: Any) -> str:
        return self._called(printer)

    def _ccode(self, printer: Any) -> str:
        return self._inlined(printer)

    _scipycode = _numpycode
    _mpmathcode = _jaxcode = _torchcode = _tensorflowcode = _pythoncode
    _cxxcode = _fcode = _julia = _octave = _rust_code = _ccode


def _with_scipy(printer: Any) -> Any:
    """NumPy has no error function: let SciPy's printer write, into the same list of imports."""
    if type(printer) is not NumPyPrinter:
        return printer
    writer = SciPyPrinter(printer._settings)
    writer.module_imports = printer.module_imports
    return writer


class Word(Defined):
    """A function of one argument that has a name."""

    nargs = 1

    @classmethod
    def defined(cls, x: sp.Expr) -> sp.Expr:
        """Return the definition at ``x`` in functions that SymPy knows."""
        raise NotImplementedError

    @classmethod
    def computed(cls, x: sp.Expr) -> sp.Expr:
        """Return the value at ``x`` as floating point should compute it, where that is not the definition."""
        return cls.defined(x)

    def definition(self) -> sp.Expr:
        """Return the same value in functions that SymPy knows."""
        return self.defined(self.args[0])

    def call(self) -> tuple[sp.Lambda, sp.Expr]:
        """Return the function as floating point should compute it, and the argument it is called with."""
        return sp.Lambda(U, self.computed(U)), self.args[0]


def define(expr: sp.Expr, keep: tuple[type[Word], ...] = ()) -> sp.Expr:
    """Write an expression in SymPy's own functions only.

    Parameters
    ----------
    expr : sympy.Expr
        Any expression.
    keep : tuple of type, optional
        Words that stay.

    Returns
    -------
    sympy.Expr
        The same function, with every word of this package replaced by its definition.

    Examples
    --------
    >>> import sympy as sp
    >>> from symgrad.claims import Logistic
    >>> define(Logistic(sp.Symbol("x")))
    1/(1 + exp(-x))
    """
    return expr.replace(lambda e: isinstance(e, Defined) and not isinstance(e, keep), lambda e: e.definition())


def spelled(expr: sp.Expr) -> sp.Expr:
    """Write every activation that is applied in an expression as its formula, in the words of the claims."""
    return expr.replace(lambda e: isinstance(e, Defined), lambda e: e.words())
