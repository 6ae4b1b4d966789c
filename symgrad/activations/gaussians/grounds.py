"""Gaussian grounds: how a closed form of an integral is proved again, by algebra alone.

An antiderivative is differentiated; a family of integrals is differentiated in its parameter and compared at its
start; what is odd is reflected. None of them trusts the search that found the closed form.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp
from sympy.utilities.iterables import sift

from ...claims import Fact, Ground, NormalCdf, Step, Strength, symbol
from ..derivations import equality
from ..errors import CannotDerive
from .forms import with_settled_arguments
from .terms import exponentials, multiplied_out, settled, terms_of

__all__ = ["Antiderivative", "Family", "Iterated", "Odd", "Rewritten", "end_value"]

X = symbol("x")
_LONG = 400  # operations beyond which only the proof word by word is tried


def _agree(*pairs: tuple[sp.Expr, sp.Expr]) -> bool:
    return all(_vanishes(a - b) for a, b in pairs)


@lru_cache(maxsize=8192)
def _vanishes(difference: sp.Expr) -> bool:
    """Prove that an expression vanishes: word by word, each times something rational; or else as a whole."""
    factors: dict[sp.Expr, sp.Expr] = defaultdict(lambda: sp.S.Zero)
    try:
        summands = sp.Add.make_args(multiplied_out(difference, exponentials(difference)))
    except CannotDerive:
        return _is_identity(difference)
    polynomial = not any(
        power.has(X) and not power.exp.is_positive for power in difference.atoms(sp.Pow) - difference.atoms(sp.exp)
    )
    for summand in summands:
        word, factor = _word(summand, polynomial)
        factors[word] += factor
    return all(map(_is_identity, factors.values())) or (difference.count_ops() < _LONG and _is_identity(difference))


def _word(summand: sp.Expr, polynomial: bool) -> tuple[sp.Expr, sp.Expr]:
    """Split a summand into what is told apart, functions and the imaginary unit, and an algebraic factor.

    Powers of x are told apart too, unless fractions in x hide that they belong together.
    """
    words, others = sift(sp.Mul.make_args(summand), lambda f: bool(f.atoms(sp.Function)), binary=True)
    exponent = _settled_exponent(sp.Add(*(word.args[0] for word in words if isinstance(word, sp.exp))))
    gates = (word for word in words if not isinstance(word, sp.exp))
    apart, kept = sift(others, lambda f: f == sp.I or (polynomial and f.as_base_exp()[0] == X), binary=True)
    return sp.Mul(*gates, *apart) * sp.exp(exponent), sp.Mul(*kept)


def _settled_exponent(exponent: sp.Expr) -> sp.Expr:
    if not exponent.is_polynomial(X):
        return exponent
    return sp.Add(*(settled(c) * X**n for n, c in enumerate(reversed(sp.Poly(exponent, X).all_coeffs()))))


def _is_identity(difference: sp.Expr) -> bool:
    return equality(difference, sp.S.Zero, "").replay() is Strength.SYMBOLIC


@dataclass(frozen=True)
class Antiderivative(Ground):
    """An integral by the values of a primitive at its ends, and by other integrals over the same interval.

    Parameters
    ----------
    primitive : sympy.Expr
        Whose derivative is the integrand, less those of the other integrals.
    rests : tuple of (sympy.Expr, Step)
        A factor, and the line that evaluates an integral.
    """

    primitive: sp.Expr
    rests: tuple[tuple[sp.Expr, Step], ...] = ()
    word = "symbolic"

    def replay(self, step: Step) -> Strength:
        """Differentiate the primitive, and take its values at the ends; BROKEN unless both sides agree."""
        integrand, (_, lower, upper) = step.before.args
        others = [rest for _, rest in self.rests]
        if any(rest.before.args[1:] != step.before.args[1:] for rest in others):
            return Strength.BROKEN
        slope = sp.diff(self.primitive, X) + sp.Add(*(c * rest.before.function for c, rest in self.rests))
        try:
            value = self.value(lower, upper)
        except CannotDerive:
            return Strength.BROKEN
        agree = _agree((integrand, slope), (step.after, value))
        return min([Strength.SYMBOLIC, *(rest.replay() for rest in others)]) if agree else Strength.BROKEN

    def value(self, lower: sp.Expr, upper: sp.Expr) -> sp.Expr:
        """Return the integral between two ends."""
        ends = end_value(self.primitive, upper) - end_value(self.primitive, lower)
        return ends + sp.Add(*(c * rest.after for c, rest in self.rests))


def end_value(primitive: sp.Expr, end: sp.Expr) -> sp.Expr:
    """Return the value of a primitive at an end of the integral, its limit if that is infinite.

    Parameters
    ----------
    primitive : sympy.Expr
        A sum; each summand that is not constant decays like a Gaussian, or is a multiple of a distribution function or
        an arc tangent.
    end : sympy.Expr
        Finite or infinite.

    Returns
    -------
    sympy.Expr
        The value.

    Raises
    ------
    CannotDerive
        If a summand is of another form.

    Examples
    --------
    >>> end_value(X * sp.exp(-(X**2)) + 3 * NormalCdf(2 * X), sp.oo)
    3
    """
    if not end.is_infinite:
        return primitive.subs(X, end)
    summands = sp.Add.make_args(multiplied_out(primitive))
    return sp.Add(*(_limit(summand, 1 if end == sp.oo else -1) for summand in summands))


def _limit(summand: sp.Expr, side: int) -> sp.Expr:
    constant, rest = summand.as_independent(X, as_Add=False)
    if any(_decays(factor) for factor in sp.Mul.make_args(rest)):
        return sp.S.Zero
    limits = {u: _far(u, side) for u in rest.atoms(NormalCdf, sp.atan) if u.has(X)}
    settled = rest.xreplace(limits)
    if settled.has(X):
        raise CannotDerive(f"{summand} has no limit at infinity that is read off its form")
    return constant * settled


def _decays(factor: sp.Expr) -> bool:
    """Say whether a factor is an exponential of a polynomial that tends to minus infinity at both ends."""
    if not (isinstance(factor, sp.exp) and factor.args[0].is_polynomial(X)):
        return False
    exponent = sp.Poly(factor.args[0], X)
    return bool(exponent.degree() == 2 and exponent.LC().is_negative)


def _far(application: sp.Expr, side: int) -> sp.Expr:
    """Return the limit of a distribution function, or an arc tangent, of a linear argument or the root of a square."""
    argument = application.args[0]
    if argument.is_polynomial(X):
        slope = sp.diff(argument, X)
        sign = side if slope.is_positive else -side if slope.is_negative else 0
    else:
        sign = _sign_of_root(argument)
    if sign == 0:
        raise CannotDerive(f"where {argument} tends to is not decided")
    if isinstance(application, sp.atan):
        return sign * sp.pi / 2
    return sp.S.One if sign > 0 else sp.S.Zero


def _sign_of_root(argument: sp.Expr) -> int:
    """The sign of a multiple of the square root of ``d x^2 + e`` with positive d and e."""
    constant, root = argument.as_independent(X, as_Add=False)
    base, exponent = root.as_base_exp()
    if exponent != sp.Rational(1, 2) or not base.is_polynomial(X):
        return 0
    coefficients = sp.Poly(base, X).all_coeffs()
    grows = len(coefficients) == 3 and coefficients[1] == 0 and coefficients[0].is_positive
    return int(bool(grows and constant.is_positive)) - int(bool(grows and constant.is_negative))


@dataclass(frozen=True)
class Family(Ground):
    """A family of integrals with a parameter from 0 to 1: the derivative by the parameter, and the value at 0.

    Parameters
    ----------
    parameter : sympy.Symbol
        Positive.
    integrand, value : sympy.Expr
        In the parameter; the line is what they are at 1.
    evaluate : callable
        Takes an integrand and two ends and returns the line that evaluates the integral.
    """

    parameter: sp.Symbol
    integrand: sp.Expr
    value: sp.Expr
    evaluate: Callable[[sp.Expr, sp.Expr, sp.Expr], Step]
    word = "symbolic"

    def replay(self, step: Step) -> Strength:
        """Evaluate the derivative and the start again; BROKEN unless both agree with the value."""
        stated, (_, lower, upper) = step.before.args
        here = (self.integrand.subs(self.parameter, 1), self.value.subs(self.parameter, 1))
        try:
            slope = self.evaluate(sp.diff(self.integrand, self.parameter), lower, upper)
            start = self.evaluate(self.integrand.subs(self.parameter, 0), lower, upper)
        except CannotDerive:
            return Strength.BROKEN
        grown, begun = sp.diff(self.value, self.parameter), self.value.subs(self.parameter, 0)
        agree = _agree((stated, here[0]), (step.after, here[1]), (grown, slope.after), (begun, start.after))
        return min(slope.replay(), start.replay()) if agree else Strength.BROKEN


@dataclass(frozen=True)
class Odd(Ground):
    """The two halves of the integral of an odd function over the whole line cancel."""

    word = "symbolic"

    def replay(self, step: Step) -> Strength:
        """Reflect the integrand; BROKEN unless it changes its sign, and decays so that both halves are finite."""
        integrand, (_, lower, upper) = step.before.args
        odd = lower == -upper and step.after == 0 and _agree((integrand.subs(X, -X), -integrand))
        return Strength.SYMBOLIC if odd and _is_integrable(integrand) else Strength.BROKEN


def _is_integrable(integrand: sp.Expr) -> bool:
    """Say whether every term decays like a Gaussian; what stands beside it is bounded or grows like a power."""
    try:
        return all(settled(term.decay).is_positive for term in terms_of(integrand))
    except CannotDerive:
        return False


@dataclass(frozen=True)
class Iterated(Ground):
    """An integral of integrals, the inner ones by the lines that evaluate them.

    Parameters
    ----------
    outer : sympy.Symbol
        The variable of the outer integrals on the left; on the right it is the symbol x.
    inner : tuple of Step
        The lines.
    """

    outer: sp.Symbol
    inner: tuple[Step, ...]
    word = "symbolic"

    def replay(self, step: Step) -> Strength:
        """Put the inner integrals in again; BROKEN unless the outer ones are those of the right side."""
        known = {line.before: line.after for line in self.inner}
        given = [integral.xreplace(known).xreplace({self.outer: X}) for integral in sp.Add.make_args(step.before)]
        stated = sp.Add.make_args(step.after)
        by_ends = [{integral.args[1]: integral.args[0] for integral in side} for side in (given, stated)]
        whole = len(by_ends[0]) == len(given) == len(stated) and by_ends[0].keys() == by_ends[1].keys()
        if not whole or not _agree(*((by_ends[0][ends], by_ends[1][ends]) for ends in by_ends[0])):
            return Strength.BROKEN
        return min([Strength.SYMBOLIC, *(line.replay() for line in self.inner)])


@dataclass(frozen=True)
class Rewritten(Ground):
    """An earlier line, its right side written in another way.

    Parameters
    ----------
    line : Fact
        The line, as `Step.at` restates it.
    """

    line: Fact
    word = "symbolic"

    def replay(self, step: Step) -> Strength:
        """Compare the right sides function by function, their arguments brought to one form."""
        sides = (with_settled_arguments(side) for side in (self.line.after, step.after))
        agree = step.before == self.line.before and _agree(tuple(sides))
        return self.line.replay() if agree else Strength.BROKEN
