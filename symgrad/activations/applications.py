"""Applications: an activation at home in SymPy, one word that prints, differentiates and goes back to its definition.

There is one SymPy class for all of them. Which activation it is, its first argument says; the parameters that are
symbols follow the argument, so that they can be substituted and differentiated by.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import sympy as sp

from ..claims import Defined, define, latex, symbol
from .catalogue import CATALOGUE
from .guards import guarded
from .stabilities import stable
from .valuations import as_exact, as_float, value_of

if TYPE_CHECKING:
    from .subjects import Activation

__all__ = ["Application", "Head", "apply", "apply_slope"]

X, S = symbol("x"), symbol("s")


class Head(sp.Atom):
    """The activation that an application applies.

    Parameters
    ----------
    activation : Activation
        Whose identity is that of the head.
    """

    __slots__ = ("activation",)
    is_number = True
    is_commutative = True
    activation: Activation

    def __new__(cls, activation: Activation) -> Self:
        """Keep the activation beside what SymPy keeps."""
        made: Self = super().__new__(cls)
        made.activation = activation
        return made

    @property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """The parameters that are symbols, in the order in which an application has their values."""
        return tuple(sorted(self.activation.free_symbols, key=str))

    def _hashable_content(self) -> tuple[Any, ...]:
        phi = self.activation
        return phi.name, phi.expression, sp.Tuple(*(sp.Tuple(*pair) for pair in phi.kink_slopes))

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.activation,)

    def _sympystr(self, printer: Any) -> str:
        return str(self.activation)

    _latex = _sympyrepr = _pretty = _sympystr


class Application(Defined):
    r"""An activation at an argument; made by calling the activation.

    Parameters
    ----------
    head : Head
        Which activation.
    argument : sympy.Expr
        Where.
    *values : sympy.Expr
        Of the parameters that are symbols.

    Examples
    --------
    >>> import symgrad as sg
    >>> x = sp.Symbol("x", real=True)
    >>> sigmoid = sg.activation("sigmoid")
    >>> sigmoid(2 * x).diff(x), sp.latex(sigmoid(x))
    (2*(1 - sigmoid(2*x))*sigmoid(2*x), '\\sigma(x)')
    >>> sigmoid(x).rewrite(sp.exp), sigmoid(x).subs(x, 1).evalf(30)
    (1/(1 + exp(-x)), 0.731058578630004879251159241822)
    """

    @classmethod
    def eval(cls, head: Head, argument: sp.Expr, *values: sp.Expr) -> sp.Expr | None:
        """Evaluate where parameters become numbers, at floats, at infinity and where the value is algebraic."""
        given = {s: value for s, value in zip(head.symbols, values, strict=True) if s != value}
        if given and not any(value.free_symbols for value in values):
            return apply(_closed(head.activation, given), argument)
        if values or not argument.is_number or argument.is_extended_real is not True:
            return None
        value = value_of(head.activation.expression, head.activation.limits if argument.is_infinite else (), argument)
        simple = value is not None and (value.is_algebraic or value.is_infinite or not value.has(sp.Function, sp.exp))
        return value if simple else None

    # ------------------------------------------------------------------------------------------------ what it is

    @property
    def activation(self) -> Activation:
        """The activation that is applied."""
        phi: Activation = self.args[0].activation
        return phi

    @property
    def argument(self) -> sp.Expr:
        """What it is applied to."""
        return self.args[1]

    def words(self) -> sp.Expr:
        """Return the formula of the activation at the argument."""
        return self._at(self.activation.expression)

    def definition(self) -> sp.Expr:
        """Return that formula in functions that SymPy knows."""
        return define(self.words())

    def call(self) -> tuple[sp.Lambda, sp.Expr]:
        """Return the function as floating point should compute it, and the argument it is called with."""
        formula = guarded(stable(self.activation.expression.xreplace(self._given)))
        u = _fresh(formula.free_symbols - {X})
        return sp.Lambda(u, formula.xreplace({X: u})), self.argument

    @property
    def _given(self) -> dict[sp.Expr, sp.Expr]:
        return dict(zip(self.args[0].symbols, self.args[2:], strict=True))

    def _at(self, formula: sp.Expr) -> sp.Expr:
        return formula.xreplace({X: self.argument, **self._given})

    # --------------------------------------------------------------------------------------------------- calculus

    def fdiff(self, argindex: int = 2) -> sp.Expr:
        """Return the derivative by the argument, in the value where one formula says it, else with declared slopes.

        Parameters
        ----------
        argindex : int, default 2
            2 for the argument, more for the parameters that are symbols.

        Returns
        -------
        sympy.Expr
            At the argument.
        """
        phi = self.activation
        if argindex > 2:
            return self._at(phi.expression.diff(self.args[0].symbols[argindex - 3]))
        closed = phi.derivative_in_terms_of_value
        if closed is None or closed.has(sp.Piecewise):
            return self._at(phi.derivative)
        return closed.xreplace({S: self, **self._given})

    def _eval_derivative(self, s: sp.Symbol) -> sp.Expr:
        inner = [(index, part.diff(s)) for index, part in enumerate(self.args[1:], start=2)]
        return sp.Add(*(self.fdiff(index) * slope for index, slope in inner if slope != 0))

    def _eval_rewrite(self, rule: Any, args: Any, **hints: Any) -> sp.Expr:
        return self.func(*args).definition().rewrite(rule, **hints)

    def _eval_nseries(self, x: sp.Symbol, n: int, logx: Any, cdir: Any = 0) -> sp.Expr:
        return self.definition()._eval_nseries(x, n=n, logx=logx, cdir=cdir)

    def _eval_as_leading_term(self, x: sp.Symbol, logx: Any = None, cdir: Any = 0) -> sp.Expr:
        return self.definition().as_leading_term(x, logx=logx, cdir=cdir)

    def _eval_evalf(self, prec: int) -> sp.Expr:
        closed = not self.args[2:] and self.argument.is_extended_real
        value = value_of(self.activation.expression, (), as_exact(self.argument)) if closed else None
        return self.definition()._eval_evalf(prec) if value is None else as_float(value, prec)

    # ------------------------------------------------------------------------------------------------ assumptions

    def _eval_is_extended_real(self) -> bool | None:
        return True if self.argument.is_extended_real else None

    def _eval_is_finite(self) -> bool | None:
        return True if self.argument.is_real else None

    def _eval_is_positive(self) -> bool | None:
        return self.words().is_positive if self.argument.is_real else None

    def _eval_is_nonnegative(self) -> bool | None:
        return self.words().is_nonnegative if self.argument.is_real else None

    # --------------------------------------------------------------------------------------------------- printing

    @property
    def _parameters(self) -> dict[str, sp.Expr]:
        """The parameters whose values are not those of the catalogue."""
        row = CATALOGUE.get(self.activation.name)
        usual = {each.name: each.default for each in row.parameters} if row else {}
        values = ((name, value.xreplace(self._given)) for name, value in self.activation.parameters)
        return {name: value for name, value in values if row and usual.get(name) != value}

    def _sympystr(self, printer: Any) -> str:
        name = self.activation.name
        if not name.isidentifier():  # an expression, which has no name
            written = sp.Lambda(X, self.activation.expression.xreplace(self._given))
            return f"{printer._print(written)}({printer._print(self.argument)})"
        told = [f"{name}={printer._print(value)}" for name, value in self._parameters.items()]
        return f"{name}({', '.join([printer._print(self.argument), *told])})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        given = ", ".join(f"{latex(sp.Symbol(name))} = {latex(value)}" for name, value in self._parameters.items())
        name = self.activation.latex_name + (f"_{{{given}}}" if given else "")
        if exp is not None and "^" in name:
            return rf"\left({self._latex(printer)}\right)^{{{exp}}}"
        raised = name if exp is None else f"{name}^{{{exp}}}"
        argument = printer._print(self.argument)
        return rf"{raised}\left({argument}\right)" if r"\frac" in argument else f"{raised}({argument})"

    def _pretty(self, printer: Any) -> Any:
        name = self.activation.name
        shown = name if name.isidentifier() else "φ"
        return printer._helper_print_function(self.func, self.args[1:2], func_name=shown)


def apply(phi: Activation, argument: sp.Basic) -> sp.Basic:
    """Apply an activation to a SymPy expression, or to each entry of a matrix.

    Parameters
    ----------
    phi : Activation
        Any activation.
    argument : sympy.Expr or sympy.Matrix
        Where.

    Returns
    -------
    sympy.Expr or sympy.Matrix
        An application, or its value where that is algebraic.

    Raises
    ------
    TypeError
        If the argument is neither.

    Examples
    --------
    >>> import symgrad as sg
    >>> apply(sg.activation("relu"), sp.Matrix([[-1, sp.Symbol("y")]]))
    Matrix([[0, relu(y)]])
    """
    if isinstance(argument, sp.MatrixBase | sp.MatrixExpr):
        return argument.applyfunc(lambda entry: apply(phi, entry))
    if not isinstance(argument, sp.Expr):
        raise TypeError(f"{phi} takes a number, not {argument!r} ({type(argument).__name__})")
    head = Head(phi)
    return Application(head, argument, *head.symbols)


def apply_slope(phi: Activation, argument: sp.Basic) -> sp.Basic:
    """Return the derivative at a SymPy expression, or at each entry of a matrix; as `apply`."""
    if isinstance(argument, sp.MatrixBase | sp.MatrixExpr):
        return argument.applyfunc(lambda entry: apply_slope(phi, entry))
    applied = apply(phi, argument)
    if argument.is_number and argument.is_extended_real and not phi.free_symbols:
        value = value_of(phi.derivative, phi.slope_limits if argument.is_infinite else (), argument)
        return phi.derivative.xreplace({X: argument}) if value is None else value
    return applied.fdiff()


def _fresh(taken: set[sp.Symbol]) -> sp.Symbol:
    """Return a symbol of another name than those taken."""
    names = {s.name for s in taken}
    return sp.Symbol(next(name for name in ("x", "u", *(f"u{n}" for n in range(len(names)))) if name not in names))


def _closed(phi: Activation, values: Mapping[sp.Expr, sp.Expr]) -> Activation:
    """Give the parameters values; the conditions of the catalogue are checked."""
    from .specifications import activation

    if phi.name in CATALOGUE:
        return activation(phi.name, **{name: value.xreplace(values) for name, value in phi.parameters})
    return activation(phi.expression.xreplace(dict(values)))
