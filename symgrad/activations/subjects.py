"""Subjects: an activation is one expression; every fact about it is derived, and is a claim."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy as sp

from ..claims import Claim, NormalCdf, NormalPdf, Source, Word, define, latex, symbol
from ..rigor import CannotEnclose, Extremum, TailLaw, compare, infimum, supremum
from ..rigor.pieces import Piece
from . import applications, numerics, saturations, slopes, symmetries, tails, zeros
from .closures import closure, glued_closure
from .derivations import definition
from .gaussian_facts import GaussianFacts
from .kinks import jumps, shape
from .numbers import exact_number
from .regularities import Regularity, regularity

__all__ = ["Activation"]

X = symbol("x")
Pairs = tuple[tuple[sp.Expr, sp.Expr], ...]
Ends = tuple[Claim | None, Claim | None]


@dataclass(frozen=True)
class Activation(GaussianFacts):
    """A real function of one real variable, applied to each unit.

    Made by `activation`, which checks what it is given.

    Parameters
    ----------
    name : str
        Name of the catalogue, or the expression as text.
    expression : sympy.Expr
        In the symbol x of the notation table.
    kink_slopes : tuple of (sympy.Expr, sympy.Expr)
        Declared value of the derivative at each kink.
    parameters : tuple of (str, sympy.Expr)
        Names and values.
    latex_name : str
        How a paper writes the function.
    sources : tuple of Source
        Where it was introduced; empty for an expression.

    Examples
    --------
    >>> import symgrad as sg
    >>> gelu = sg.activation("gelu")
    >>> gelu.derivative
    x*NormalPdf(x) + NormalCdf(x)
    >>> print(gelu.lipschitz.bound.evalf(20))
    1.1289041451851547863
    """

    name: str
    expression: sp.Expr
    kink_slopes: Pairs = ()
    parameters: tuple[tuple[str, sp.Expr], ...] = ()
    latex_name: str = r"\varphi"
    sources: tuple[Source, ...] = ()

    def __eq__(self, other: object) -> bool:
        """Compare name, expression and declared slopes."""
        return isinstance(other, Activation) and self._identity == other._identity

    def __hash__(self) -> int:
        """Hash what is compared."""
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str, sp.Expr, Pairs]:
        return self.name, self.expression, self.kink_slopes

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the description; facts are derived again."""
        fields = self.name, self.expression, self.kink_slopes, self.parameters, self.latex_name, self.sources
        return Activation, fields

    # ------------------------------------------------------------------------------------------- the function

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """The parameters that are symbols."""
        return set(self.expression.free_symbols) - {X}

    @property
    def value_pieces(self) -> tuple[Piece, ...]:
        """The analytic pieces of the function, from left to right."""
        return shape(self.expression).values

    @property
    def slope_pieces(self) -> tuple[Piece, ...]:
        """The analytic pieces of the derivative."""
        return shape(self.expression).slopes

    @property
    def kinks(self) -> tuple[sp.Expr, ...]:
        """The points without a derivative, from left to right."""
        return shape(self.expression).kinks

    @cached_property
    def derivative(self) -> sp.Expr:
        """The derivative as an expression, with the declared slopes at the kinks."""
        return shape(self.expression).derivative(self.kink_slopes)

    @cached_property
    def second_derivative(self) -> sp.Expr:
        """The second derivative, kinks aside."""
        return shape(self.expression).second_derivative()

    @cached_property
    def derivative_in_terms_of_value(self) -> sp.Expr | None:
        """The derivative in the symbol s, which stands for the value; None if no such form is found."""
        if len(self.value_pieces) == 1:
            return closure(self.expression, self.derivative)
        if self.free_symbols or jumps(self.value_pieces):
            return None
        return glued_closure(self.value_pieces) if self._never_falls else None

    @property
    def _never_falls(self) -> bool:
        try:
            return compare(infimum(self.derivative, X).value, 0) in (0, 1)
        except CannotEnclose:
            return False

    # ---------------------------------------------------------------------------------------- facts, as claims

    @cached_property
    def derivative_claim(self) -> Claim:
        """The derivative, derived by the rules of calculus."""
        return slopes.derivative_claim(self)

    @cached_property
    def lipschitz(self) -> Claim:
        """The largest absolute slope; infinite if the function jumps."""
        return slopes.lipschitz(self)

    @cached_property
    def slope_sup(self) -> Claim:
        """The largest slope, kinks aside."""
        return slopes.slope_sup(self)

    @cached_property
    def slope_inf(self) -> Claim:
        """The smallest slope, kinks aside."""
        return slopes.slope_inf(self)

    @cached_property
    def curvature_sup(self) -> Claim:
        """The largest absolute second derivative; infinite if the slope jumps."""
        return slopes.curvature_sup(self)

    @cached_property
    def limits(self) -> Ends:
        """The limits of the function at ``-oo`` and ``oo``; None where none is found."""
        return tails.limits(self)

    @cached_property
    def slope_limits(self) -> Ends:
        """The limits of the slope at ``-oo`` and ``oo``; None where none is found."""
        return tails.slope_limits(self)

    def saturation(self, eps: Any) -> Claim:
        """State on which set the slope is below a threshold in absolute value."""
        return saturations.saturation(self, eps)

    # ------------------------------------------------------------------------------------------ facts, in a word

    @cached_property
    def odd(self) -> bool | None:
        """Whether ``f(-x) = -f(x)``; None if undecided."""
        return symmetries.reflects(self.value_pieces, -1)

    @cached_property
    def even(self) -> bool | None:
        """Whether ``f(-x) = f(x)``; None if undecided."""
        return symmetries.reflects(self.value_pieces, 1)

    @cached_property
    def monotone(self) -> bool | None:
        """Whether the function never falls, or never rises; None if undecided."""
        return symmetries.is_monotone(self)

    @cached_property
    def bounded(self) -> bool | None:
        """Whether the values stay in a bounded set; None if undecided."""
        return symmetries.is_bounded(self)

    @cached_property
    def regularity(self) -> Regularity:
        """How smooth the function is, and where it is no smoother."""
        return regularity(self.expression)

    @cached_property
    def zeros(self) -> tuple[sp.Expr, ...]:
        """Every zero, from left to right; where the function vanishes on an interval, its ends."""
        return zeros.zeros(self.expression)

    @cached_property
    def zero_set(self) -> sp.Set:
        """Where the function vanishes: points, intervals, families that repeat; of a periodic one, in one period."""
        return zeros.zero_set(self.expression)

    @cached_property
    def value_range(self) -> tuple[Extremum, Extremum]:
        """The smallest and the largest value, with where they are attained or approached, certified."""
        return infimum(self.expression, X), supremum(self.expression, X)

    def slope_range(self, lower: Any, upper: Any) -> tuple[Claim, Claim]:
        """State the smallest and the largest slope on an interval."""
        domain = exact_number("lower", lower), exact_number("upper", upper)
        return slopes.slope_inf(self, domain), slopes.slope_sup(self, domain)

    @cached_property
    def tail(self) -> str:
        """How the slope settles at each end, in a word."""
        return tails.tail(self)

    @cached_property
    def tail_laws(self) -> tuple[TailLaw | None, TailLaw | None]:
        """How the slope approaches its limit at ``-oo`` and ``oo``, with constants that hold from a stated point on."""
        return tails.tail_laws(self)

    @property
    def is_positively_homogeneous(self) -> bool:
        """Whether ``f(c x) = c f(x)`` for every ``c > 0``."""
        return symmetries.is_positively_homogeneous(self.value_pieces)

    # ------------------------------------------------------------------------------------------------ evaluation

    def __call__(self, x: Any) -> Any:
        """Apply the activation: to a SymPy expression as one word, to a number or an array numerically."""
        if isinstance(x, sp.Basic | sp.MatrixBase):
            return applications.apply(self, x)
        return numerics.evaluate(self._formula(self.expression), lambda: self.limits, x)

    def slope(self, x: Any) -> Any:
        """Return the derivative, as declared at the kinks: at a SymPy expression, at a number or at an array."""
        if isinstance(x, sp.Basic | sp.MatrixBase):
            return applications.apply_slope(self, x)
        return numerics.evaluate(self._formula(self.derivative), lambda: self.slope_limits, x)

    def _formula(self, expr: sp.Expr) -> sp.Expr:
        if self.free_symbols:
            names = ", ".join(sorted(map(str, self.free_symbols)))
            raise ValueError(f"{self} is no number while {names} has no value; make it with one, or call it with SymPy")
        return expr

    # -------------------------------------------------------------------------------------------------- showing

    def latex(self) -> str:
        """Write the function with its definition, as a formula."""
        keep = () if isinstance(self.expression, Word) else (NormalCdf, NormalPdf)  # which a paper does not define
        return f"{self.latex_name}(x) = {latex(definition(self.expression) or define(self.expression, keep))}"

    def __str__(self) -> str:
        """Write the name with the values of the parameters; an expression shows its symbols itself."""
        told = [name if str(value) == name else f"{name}={value}" for name, value in self.parameters]
        return f"{self.name}({', '.join(told)})" if told and self.name.isidentifier() else self.name

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex()}$"
