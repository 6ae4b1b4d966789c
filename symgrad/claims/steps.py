"""Steps: one line of a derivation, with the ground it stands on and a way to re-run it.

A claim is as strong as its weakest step. An equality is replayed by algebra; an inequality by a certificate: the
difference of its two sides is written as a combination, with weights that are provably not negative, of
inequalities already given.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Protocol

import sympy as sp

from .functions import define
from .notation import latex
from .sources import Source

__all__ = ["Certificate", "Certified", "Cited", "Fact", "Ground", "Relation", "Step", "Strength", "Symbolic"]


class Relation(Enum):
    """How the two sides of a statement are related."""

    EQ = "eq"
    LE = "le"
    LT = "lt"
    GE = "ge"
    TENDSTO = "tendsto"

    @property
    def latex(self) -> str:
        """The sign in LaTeX."""
        return {"eq": "=", "le": r"\le", "lt": "<", "ge": r"\ge", "tendsto": r"\to"}[self.value]

    @property
    def sign(self) -> str:
        """The sign in plain text."""
        return {"eq": "=", "le": "≤", "lt": "<", "ge": "≥", "tendsto": "→"}[self.value]


class Strength(IntEnum):
    """How much a derivation carries. Only one without cited steps makes a proof; one without steps is a conjecture."""

    BROKEN = 0
    CONJECTURED = 1
    CITED = 2
    CERTIFIED = 3
    SYMBOLIC = 4


class Certificate(Protocol):
    """What the room of sure numbers gives: a statement that can be certified again from scratch."""

    @property
    def statement(self) -> str:
        """What is certified, in words."""

    def replay(self) -> bool:
        """Certify again from scratch."""

    def describe(self) -> str:
        """Say in a line how it was certified."""


@dataclass(frozen=True)
class Fact:
    """A relation that a step may use: a definition, or the statement of a premise.

    Parameters
    ----------
    before, after : sympy.Expr
        The two sides; for an inequality ``before <= after``.
    relation : Relation
        EQ, LE or LT.
    reason : str
        Why it may be used.
    """

    before: sp.Expr
    relation: Relation
    after: sp.Expr
    reason: str

    def latex(self) -> str:
        """Write the fact as a formula."""
        return f"{latex(self.before)} {self.relation.latex} {latex(self.after)}"


@dataclass(frozen=True)
class Ground:
    """What a step stands on."""

    word = ""

    def replay(self, step: Step) -> Strength:
        """Re-run the step; return its strength, BROKEN if it does not hold up."""
        raise NotImplementedError


@dataclass(frozen=True)
class Symbolic(Ground):
    """The machine proves the step again by algebra.

    Parameters
    ----------
    given : tuple of Fact, optional
        What may be used. Equalities are substituted, left side by right side.
    weights : tuple of sympy.Expr, optional
        For an inequality: one weight for each given inequality, such that the difference of the step's sides is
        the weighted sum of the differences of the given ones, plus something provably not negative.
    """

    given: tuple[Fact, ...] = ()
    weights: tuple[sp.Expr, ...] = ()
    word = "symbolic"

    def replay(self, step: Step) -> Strength:
        """Prove the step by algebra."""
        difference = self._rewritten(step.after) - self._rewritten(step.before)
        if step.relation is Relation.EQ:
            return Strength.SYMBOLIC if _is_zero(difference) else Strength.BROKEN
        if step.relation is Relation.GE:
            difference = -difference
        proved = self._is_nonnegative(difference, strictly=step.relation is Relation.LT)
        return Strength.SYMBOLIC if proved else Strength.BROKEN

    def _rewritten(self, expr: sp.Expr) -> sp.Expr:
        equalities = {fact.before: fact.after for fact in self.given if fact.relation is Relation.EQ}
        for _ in equalities:  # a right side may hold the left side of another
            expr = expr.subs(equalities)
        return expr.doit()

    def _is_nonnegative(self, difference: sp.Expr, *, strictly: bool) -> bool:
        inequalities = [fact for fact in self.given if fact.relation is not Relation.EQ]
        if len(inequalities) != len(self.weights) or not all(w.is_nonnegative for w in self.weights):
            return False
        pairs = list(zip(self.weights, inequalities, strict=True))
        gained = sp.Add(*(w * self._rewritten(f.after - f.before) for w, f in pairs))
        rest = sp.simplify(sp.expand(difference - gained))
        if strictly and not any(w.is_positive and f.relation is Relation.LT for w, f in pairs):
            return bool(rest.is_positive)
        return bool(rest.is_nonnegative or sp.factor(rest).is_nonnegative)


@dataclass(frozen=True)
class Certified(Ground):
    """Balls prove the step: a certificate can be replayed from scratch.

    Parameters
    ----------
    certificate : Certificate
        As the room of sure numbers gives it.
    """

    certificate: Certificate
    word = "certified"

    def replay(self, step: Step) -> Strength:
        """Certify again from scratch."""
        return Strength.CERTIFIED if self.certificate.replay() else Strength.BROKEN


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


@dataclass(frozen=True)
class Step:
    """One line of a derivation.

    Parameters
    ----------
    before, after : sympy.Expr
        The two sides.
    relation : Relation
        How they are related.
    reason : str
        Why, in a few words without LaTeX.
    ground : Ground
        What the step stands on.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x", real=True)
    >>> Step(x * (1 - x), Relation.LE, sp.Rational(1, 4), "complete the square", Symbolic()).replay().name
    'SYMBOLIC'
    >>> Step(x * (1 - x), Relation.LE, sp.Rational(1, 5), "wrong", Symbolic()).replay().name
    'BROKEN'
    """

    before: sp.Expr
    relation: Relation
    after: sp.Expr
    reason: str
    ground: Ground

    def replay(self) -> Strength:
        """Re-run the step and return its strength, BROKEN if it does not hold up."""
        return self.ground.replay(self)

    def latex(self) -> str:
        """Write the step as a formula, without its reason."""
        return f"{latex(self.before)} {self.relation.latex} {latex(self.after)}"


def _is_zero(expr: sp.Expr) -> bool:
    """Prove that an expression vanishes identically; a failure to prove is a no."""
    if expr == 0:
        return True
    plain = define(expr.doit()).rewrite(sp.exp)
    if sp.cancel(sp.together(sp.expand_power_exp(sp.expand(plain)))) == 0:
        return True
    return bool(sp.simplify(plain) == 0)
