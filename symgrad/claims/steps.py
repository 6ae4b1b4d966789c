"""Steps: one line of a derivation, with the ground it stands on and a way to re-run it.

A claim is as strong as its weakest step. What a step may use is given to it as facts: granted ones, such as a
definition, are told to the reader; those that restate an earlier line are replayed together with that line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum

import sympy as sp

from .notation import latex

__all__ = ["Fact", "Ground", "Instance", "Relation", "Step", "Strength"]


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

    def implies(self, weaker: Relation) -> bool:
        """Say whether two sides that stand in this relation also stand in the other.

        Examples
        --------
        >>> Relation.LT.implies(Relation.LE), Relation.LE.implies(Relation.EQ)
        (True, False)
        """
        return weaker is self or weaker in _WEAKER.get(self, ())


_WEAKER = {Relation.EQ: (Relation.LE, Relation.GE, Relation.TENDSTO), Relation.LT: (Relation.LE,)}


class Strength(IntEnum):
    """How much a derivation carries. Only one without cited steps makes a proof; one without steps is a conjecture."""

    BROKEN = 0
    CONJECTURED = 1
    CITED = 2
    CERTIFIED = 3
    SYMBOLIC = 4


@dataclass(frozen=True)
class Fact:
    """A relation that a step may use and that is granted: a definition, an elementary law, what a premise says.

    Parameters
    ----------
    before : sympy.Expr
        The left side.
    relation : Relation
        EQ, LE, LT or TENDSTO.
    after : sympy.Expr
        The right side.
    reason : str
        Why it may be used.

    Raises
    ------
    ValueError
        For GE; turn its sides round.
    """

    before: sp.Expr
    relation: Relation
    after: sp.Expr
    reason: str

    def __post_init__(self) -> None:
        if self.relation is Relation.GE:
            raise ValueError(f"a fact is =, ≤, < or →, not {self.relation.sign}; turn its sides round")

    def replay(self) -> Strength:
        """Return SYMBOLIC: what is granted does not weaken a step."""
        return Strength.SYMBOLIC

    def latex(self) -> str:
        """Write the fact as a formula."""
        return f"{latex(self.before)} {self.relation.latex} {latex(self.after)}"


@dataclass(frozen=True)
class Instance(Fact):
    """An earlier line, at some values of its symbols. It is not granted: it is as strong as that line.

    Made by `Step.at`.

    Parameters
    ----------
    before : sympy.Expr
        The left side.
    relation : Relation
        EQ, LE, LT or TENDSTO.
    after : sympy.Expr
        The right side.
    reason : str
        Which line it restates.
    line : Step
        That line.
    values : tuple of (sympy.Expr, sympy.Expr)
        What its symbols are here.
    """

    line: Step
    values: tuple[tuple[sp.Expr, sp.Expr], ...]

    def replay(self) -> Strength:
        """Re-run the line; BROKEN if this is not what it says at these values, or it says nothing at them."""
        chosen = dict(self.values)
        if not all(_admits(key, value) for key, value in self.values):
            return Strength.BROKEN
        stated = (self.line.before.xreplace(chosen), self.line.relation, self.line.after.xreplace(chosen))
        return self.line.replay() if stated == (self.before, self.relation, self.after) else Strength.BROKEN


def _admits(key: sp.Expr, value: sp.Expr) -> bool:
    """Say whether a value may be one of those that a line in this symbol speaks of: ``-1`` is no ``p > 0``."""
    known = key.assumptions0.items()
    return all(getattr(value, f"is_{word}") in (holds, None) for word, holds in known)


@dataclass(frozen=True)
class Ground:
    """What a step stands on."""

    word = ""

    def replay(self, step: Step) -> Strength:
        """Re-run the step; return its strength, BROKEN if it does not hold up."""
        raise NotImplementedError

    @property
    def granted(self) -> tuple[Fact, ...]:
        """The facts that the step uses and that nothing re-runs."""
        return ()


@dataclass(frozen=True)
class Step:
    """One line of a derivation.

    Parameters
    ----------
    before : sympy.Expr
        The left side.
    relation : Relation
        How the sides are related.
    after : sympy.Expr
        The right side.
    reason : str
        Why, in a few words without LaTeX.
    ground : Ground
        What the step stands on.

    Examples
    --------
    >>> import sympy as sp
    >>> from symgrad.claims import Symbolic
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

    def at(self, values: Mapping[sp.Expr, sp.Expr] | None = None, reason: str = "the line above") -> Instance:
        """Restate this line for a later step to use.

        Parameters
        ----------
        values : mapping of sympy.Expr to sympy.Expr, optional
            What its symbols are there.
        reason : str, optional
            Which line it is.

        Returns
        -------
        Instance
            As strong as this line.
        """
        chosen = dict(values or {})
        before, after = self.before.xreplace(chosen), self.after.xreplace(chosen)
        return Instance(before, self.relation, after, reason, self, tuple(chosen.items()))

    def latex(self) -> str:
        """Write the step as a formula, without its reason."""
        return f"{latex(self.before)} {self.relation.latex} {latex(self.after)}"
