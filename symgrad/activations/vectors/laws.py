"""Laws: what is to be said of the Jacobian of a vector activation, before it is said of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import sympy as sp

from ...claims import (
    Assumption,
    Claim,
    Fact,
    Ground,
    Holding,
    Measurable,
    Norm,
    Relation,
    Source,
    Step,
    Strength,
    Symbolic,
    Tightness,
    TightnessKind,
    display,
    no,
    symbol,
    yes,
)
from ..derivations import equality

__all__ = ["AT_LEAST_TWO", "EXACT", "CaseByCase", "Law", "attained", "infix", "rooted"]

I, J = sp.symbols("i j", integer=True, positive=True)
P = sp.IndexedBase("p", real=True)
TAU, WIDTH, RADIUS = symbol("temperature"), symbol("width"), symbol("radius")

EXACT = Tightness(TightnessKind.EXACT, "an identity")


def attained(note: str) -> Tightness:
    """Return the tightness of a bound that is reached."""
    return Tightness(TightnessKind.ATTAINED, note)


def approached(note: str) -> Tightness:
    """Return the tightness of a supremum that is not reached."""
    return Tightness(TightnessKind.EXACT, note)


def infix(norm: Norm) -> str:
    """Return how a norm stands in the name of a claim; the spectral one is not named."""
    return {Norm.SPECTRAL: "", Norm.ONE: "one_"}.get(norm, f"{norm.value}_")


def _has_two(width: int) -> Holding:
    return yes(f"there are {width}") if width >= 2 else no(f"there is {width}, and the Jacobian vanishes")


AT_LEAST_TWO = Assumption("at_least_two_components", "there are two components or more", r"n\ge 2", _has_two)


@dataclass(frozen=True)
class Law:
    """What a claim says, but for the subject and the values of its parameters.

    Parameters
    ----------
    name : str
        Of the claim.
    what : Measurable
        What is bounded.
    norm : Norm
        In which norm, where it has one.
    relation : Relation
        How it relates to the bound.
    bound : sympy.Expr
        In symbols of the notation table.
    steps : tuple of Step
        The derivation.
    tightness : Tightness
        How close it is.
    assumptions : tuple of Assumption, optional
        Under which it holds.
    premises : tuple of Claim, optional
        What the derivation uses.
    sources : tuple of Source, optional
        Beside those of the activation.
    """

    name: str
    what: Measurable
    norm: Norm
    relation: Relation
    bound: sp.Expr
    steps: tuple[Step, ...]
    tightness: Tightness
    assumptions: tuple[Assumption, ...] = (AT_LEAST_TWO,)
    premises: tuple[Claim, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class CaseByCase(Ground):
    """An entry of a Jacobian, from its two cases: on the diagonal and beside it.

    Parameters
    ----------
    diagonal, beside : tuple of Step
        Each derives the entry in its case; the last one ends with what the formula is there.
    """

    diagonal: tuple[Step, ...]
    beside: tuple[Step, ...]
    word = "symbolic"

    def replay(self, step: Step) -> Strength:
        """Re-run both cases, and compare their ends with the formula."""
        delta = sp.KroneckerDelta(I, J)
        cases = (self.diagonal, step.after.xreplace({J: I})), (self.beside, step.after.xreplace({delta: sp.S.Zero}))
        return min(_ends_with(steps, formula) for steps, formula in cases)


def _ends_with(steps: tuple[Step, ...], formula: sp.Expr) -> Strength:
    chained = all(before.after == after.before for before, after in pairwise(steps))
    strengths = [each.replay() for each in (*steps, equality(steps[-1].after, formula, "this case"))]
    return min(strengths) if chained else Strength.BROKEN


def rooted(square: Step, bound: sp.Expr, norm: Norm) -> Step:
    """Return the last step of a derivation about a squared norm: its root.

    Parameters
    ----------
    square : Step
        Says what the squared norm tends to, or is.
    bound : sympy.Expr
        The root of that.
    norm : Norm
        Which norm.

    Returns
    -------
    Step
        Ends with the bound.
    """
    largest = display(rf"\sup_z\lVert\varphi'(z)\rVert_{{{norm.latex}}}", nonnegative=True)
    root = Fact(
        largest, Relation.EQ, sp.sqrt(square.before), "the bound above, which is reached or approached below it"
    )
    return Step(largest, Relation.EQ, bound, "take the root", Symbolic((root, square.at())))
