"""Grounds: what a step stands on. Algebra, induction, a certificate or a citation.

An equality is replayed by algebra; an inequality by a certificate: the difference of its two sides is written as a
combination, with weights that are provably not negative, of inequalities already given; a limit by the algebra of
limits, in polynomials of what converges.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.matrices.expressions import ZeroMatrix

from .definitions import define
from .notation import symbol
from .sources import Source
from .steps import Fact, Ground, Instance, Relation, Step, Strength

__all__ = ["Certified", "Cited", "Induction", "Symbolic"]


@dataclass(frozen=True)
class Symbolic(Ground):
    """The machine proves the step again by algebra.

    Parameters
    ----------
    given : tuple of Fact, optional
        What may be used. Equalities are substituted, left side by right side; in a limit, limits as well.
    weights : tuple of sympy.Expr, optional
        For an inequality: one weight for each given inequality, such that the difference of the step's sides is
        the weighted sum of the differences of the given ones, plus something provably not negative.

    Examples
    --------
    >>> a, b, c = sp.symbols("a b c", nonnegative=True)
    >>> larger = Fact(a, Relation.LE, b, "granted")
    >>> Step(a * c, Relation.LE, b * c, "times c", Symbolic((larger,), (c,))).replay().name
    'SYMBOLIC'
    """

    given: tuple[Fact, ...] = ()
    weights: tuple[sp.Expr, ...] = ()
    word = "symbolic"

    @property
    def granted(self) -> tuple[Fact, ...]:
        """The facts that are not instances of earlier lines."""
        return tuple(fact for fact in self.given if not isinstance(fact, Instance))

    def replay(self, step: Step) -> Strength:
        """Prove the step by algebra; a step that is granted to itself proves nothing."""
        if not self.proves(step) or any(_restates(fact, step) for fact in self.granted):
            return Strength.BROKEN
        return min([Strength.SYMBOLIC, *(fact.replay() for fact in self.given)])

    def proves(self, step: Step) -> bool:
        """Say whether the step follows by algebra from what is given."""
        if _is_meaningless(step):
            return False
        if step.relation is Relation.TENDSTO:
            return _is_zero(self._limit(step.before) - self._rewritten(step.after))
        difference = self._rewritten(step.after) - self._rewritten(step.before)
        if step.relation is Relation.EQ:
            return _is_zero(difference)
        if step.relation is Relation.GE:
            difference = -difference
        return self._is_nonnegative(difference, strictly=step.relation is Relation.LT)

    def _replacements(self, relation: Relation) -> dict[sp.Expr, sp.Expr]:
        return {fact.before: fact.after for fact in self.given if fact.relation is relation}

    def _rewritten(self, expr: sp.Expr) -> sp.Expr:
        equalities = self._replacements(Relation.EQ)
        for _ in equalities:  # a right side may hold the left side of another
            expr = expr.subs(equalities)
        return expr.doit()

    def _limit(self, expr: sp.Expr) -> sp.Expr:
        """Put in the limits of what converges: allowed in a polynomial of it, which is continuous."""
        limits = self._replacements(Relation.TENDSTO)
        names = {before: sp.Dummy() for before in limits}
        named = self._rewritten(expr).subs(names)
        if not named.is_polynomial(*names.values()) or named.free_symbols & self._growing():
            return sp.nan
        return self._rewritten(named.xreplace({name: limits[before] for before, name in names.items()}))

    def _growing(self) -> set[sp.Symbol]:
        """What converges may hold what grows, its limit and the factors it has may not."""
        limits = self._replacements(Relation.TENDSTO)
        left, right = (set().union(*(side.free_symbols for side in sides)) for sides in (limits, limits.values()))
        return left - right | {symbol("width")}

    def _is_nonnegative(self, difference: sp.Expr, *, strictly: bool) -> bool:
        inequalities = [fact for fact in self.given if fact.relation in (Relation.LE, Relation.LT)]
        if len(inequalities) != len(self.weights) or not all(w.is_nonnegative for w in self.weights):
            return False
        pairs = list(zip(self.weights, inequalities, strict=True))
        gained = sp.Add(*(self._rewritten(w * (f.after - f.before)) for w, f in pairs))
        rest = sp.expand(difference - gained)
        if strictly and not any(w.is_positive and f.relation is Relation.LT for w, f in pairs):
            return bool(rest.is_positive or sp.simplify(rest).is_positive)
        return any(form(rest).is_nonnegative for form in (sp.expand, sp.simplify, sp.factor))


@dataclass(frozen=True)
class Induction(Ground):
    """The step holds for every value of an index: for the first, and for each if it holds for the one before.

    Parameters
    ----------
    index : sympy.Symbol
        A whole number that is the first value or a larger one, by its assumptions.
    first : sympy.Expr
        Its first value.
    base : Symbolic
        Proves the step at the first value.
    each : Symbolic
        Proves the step at the index; the hypothesis, the step at ``index - 1``, is given to it as its first fact.

    Examples
    --------
    >>> n = sp.Symbol("n", integer=True, nonnegative=True)
    >>> power, base = sp.Function("p", nonnegative=True), sp.Symbol("b", positive=True)
    >>> start = Fact(power(0), Relation.EQ, sp.S.One, "definition")
    >>> grow = Fact(power(n), Relation.EQ, base * power(n - 1), "definition")
    >>> ground = Induction(n, sp.S.Zero, Symbolic((start,)), Symbolic((grow,)))
    >>> Step(power(n), Relation.EQ, base**n, "induction", ground).replay().name
    'SYMBOLIC'
    """

    index: sp.Symbol
    first: sp.Expr
    base: Symbolic
    each: Symbolic
    word = "symbolic"

    @property
    def granted(self) -> tuple[Fact, ...]:
        """What the first case and the passage from one to the next are granted."""
        return self.base.granted + self.each.granted

    def replay(self, step: Step) -> Strength:
        """Prove the first case, and the passage from each to the next."""
        if not (self.index.is_integer and (self.index - self.first).is_nonnegative):  # a line is for every index
            return Strength.BROKEN
        if not (step.before.has(self.index) or step.after.has(self.index)):
            return Strength.BROKEN
        if not self.base.proves(self._at(step, self.first)):  # which a definition may grant outright
            return Strength.BROKEN
        passage = Symbolic((self._hypothesis(step), *self.each.given), self.each.weights)
        return min([passage.replay(step), *(fact.replay() for fact in self.base.given)])

    def _at(self, step: Step, value: sp.Expr) -> Step:
        before, after = (side.xreplace({self.index: value}) for side in (step.before, step.after))
        return Step(before, step.relation, after, step.reason, self.base)

    def _hypothesis(self, step: Step) -> Fact:
        last = self._at(step, self.index - 1)
        return Fact(last.before, last.relation, last.after, "the induction hypothesis")


@dataclass(frozen=True)
class Certified(Ground):
    """Certified arithmetic proves the step: its right side is what a computation gives, run again from scratch.

    Parameters
    ----------
    computation : callable
        A function of a module, so that the step can be pickled.
    arguments : tuple
        What it is called with; it returns the right side of the step.

    Examples
    --------
    >>> step = Step(sp.Symbol("g"), Relation.EQ, sp.Integer(6), "Euclid", Certified(sp.gcd, (12, 18)))
    >>> step.replay().name
    'CERTIFIED'
    """

    computation: Callable[..., sp.Basic]
    arguments: tuple[Any, ...]
    word = "certified"

    def replay(self, step: Step) -> Strength:
        """Compute again, and compare with the right side of the step; what is computed is a value, not a bound."""
        if not Relation.EQ.implies(step.relation):
            return Strength.BROKEN
        return Strength.CERTIFIED if self.computation(*self.arguments) == step.after else Strength.BROKEN


@dataclass(frozen=True)
class Cited(Ground):
    """A published theorem carries the step; nothing is re-run.

    Parameters
    ----------
    source : Source
        The publication and the place in it.
    """

    source: Source
    word = "cited"

    def replay(self, step: Step) -> Strength:
        """Return CITED: the publication is trusted, not re-run."""
        return Strength.CITED


def _is_meaningless(step: Step) -> bool:
    """Say whether the sides cannot be compared: matrices of two shapes, and in an order what is no real number."""
    sides = (step.before, step.after)
    if any(side.is_Matrix for side in sides):
        shapes = {getattr(side, "shape", ()) for side in sides}
        return step.relation is not Relation.EQ or len(shapes) > 1
    return step.relation in _ORDERS and any(side.is_extended_real is False for side in sides)


_ORDERS = (Relation.LE, Relation.LT, Relation.GE)


def _restates(fact: Fact, step: Step) -> bool:
    """Say whether a fact is the step itself, perhaps with everything on one side or both sides multiplied."""
    needed = Relation.LE if step.relation is Relation.GE else step.relation
    before, after = (step.after, step.before) if step.relation is Relation.GE else (step.before, step.after)
    if not fact.relation.implies(needed):
        return False
    given, wanted = fact.after - fact.before, after - before
    turned = fact.relation is Relation.EQ and given == -wanted
    return bool(given == wanted or turned) or _is_multiple((fact.before, fact.after), (before, after))


def _is_multiple(sides: tuple[sp.Expr, sp.Expr], of: tuple[sp.Expr, sp.Expr]) -> bool:
    """Say whether both sides are those of another statement, times the same number."""
    if any(side.is_Matrix for side in (*sides, *of)):
        return False
    pairs = [(side, other) for side, other in zip(sides, of, strict=True) if not (side == other == 0)]
    ratios = {side / other if other != 0 else sp.oo for side, other in pairs}
    return len(ratios) == 1 and all(ratio.is_number and ratio.is_finite for ratio in ratios)


def _is_zero(expr: sp.Expr) -> bool:
    """Prove that an expression vanishes identically; a failure to prove is a no."""
    if expr == 0 or isinstance(expr, ZeroMatrix):
        return True
    if expr.is_Matrix:
        return False
    plain = define(expr.doit()).rewrite(sp.exp)
    if sp.cancel(sp.together(sp.expand_power_exp(sp.expand(plain)))) == 0:
        return True
    return bool(sp.simplify(plain) == 0)
