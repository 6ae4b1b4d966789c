"""Sections: one claim told in full, with its values, assumptions, derivation and verdict."""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

from ..claims import Always, Assumption, Claim, Fact, Step, Verdict, latex
from .amounts import amount, amount_latex, constant_latex, formula
from .documents import (
    Block,
    Derivation,
    DerivationRow,
    Equation,
    Heading,
    Inline,
    Items,
    Math,
    Paragraph,
    Status,
    Strong,
    Text,
    Use,
)
from .numbers import bound_number
from .plaintexts import plain

__all__ = ["claim_section", "derivation", "statement", "verdict_sentence"]

_LONG = 12  # digits of a fraction that says more than its decimals


def claim_section(claim: Claim, words: str, verdict: Verdict | None = None) -> tuple[Block, ...]:
    """Tell a claim in full.

    Parameters
    ----------
    claim : Claim
        What is claimed.
    words : str
        The result in a sentence.
    verdict : Verdict, optional
        What replay and trial said.

    Returns
    -------
    tuple of Block
        Heading, sentence, formula, values, assumptions, derivation, tightness and verdict.
    """
    told: list[Block] = [
        Heading(claim.name, 3, code=True),
        Paragraph((Text(words),)),
        statement(claim),
        *_values(claim),
        *_assumptions(claim.assumptions),
        *_premises(claim),
        derivation(claim.derivation),
        Paragraph((Strong("Tightness: "), Text(f"{claim.tightness}."))),
    ]
    return (*told, verdict_sentence(verdict)) if verdict else tuple(told)


def statement(claim: Claim) -> Equation:
    """Return the formula of a claim with its mode."""
    right, text = formula(claim.bound)
    mode = "" if isinstance(claim.mode, Always) else rf" \quad {claim.mode.latex_words()}"
    told = f"{claim.quantity} {claim.relation.sign} {text}, {claim.mode.words()}"
    return Equation(f"{claim.quantity.latex()} {claim.relation.latex} {right}{mode}", text=told)


def _values(claim: Claim) -> tuple[Block, ...]:
    if not claim.values:
        return ()
    told: list[Inline] = [Text("Here ")]
    for key, value in claim.values:
        told += [_value(key, claim.value_of(value)), Text(", ")]
    return (Paragraph((*told[:-1], *_number_words(claim), Text("."))),)


def _value(key: sp.Expr, filled: sp.Expr) -> Math:
    """Tell what a symbol stands for; a number that is made of long fractions, as floats are, by a few of its digits."""
    if filled.is_number and any(len(str(part)) > _LONG for part in filled.atoms(sp.Rational)):
        digits = filled.evalf(6)
        return Math(rf"{latex(key)} \approx {latex(digits)}", text=f"{plain(key)} ≈ {plain(digits)}")
    return Math(f"{latex(key)} = {constant_latex(filled)}", text=f"{plain(key)} = {plain(filled)}")


def _number_words(claim: Claim) -> tuple[Inline, ...]:
    log10 = bound_number(claim)["log10"]
    if log10 is None:
        return ()
    return Text("; the right side is "), Math(amount_latex(log10), text=amount(log10))


def _assumptions(assumptions: Iterable[Assumption]) -> tuple[Block, ...]:
    rows = tuple((Text(f"{each.words}: "), Math(each.latex, text=each.name)) for each in assumptions)
    return (Paragraph((Strong("Assumptions"),)), Items(rows)) if rows else ()


def _premises(claim: Claim) -> tuple[Block, ...]:
    """Tell what is used of the weights; the largest slopes have a section of their own."""
    told: list[Block] = []
    for premise in (each for each in claim.premises if each.values):
        told += [Paragraph((Text("It rests on what is known of the weights:"),)), statement(premise)]
        told += [*_values(premise), derivation(premise.derivation), Paragraph((Text("With that,"),))]
    return tuple(told)


def derivation(steps: tuple[Step, ...]) -> Derivation:
    """Return the lines of a derivation, each with its reason, its ground and what is granted to it."""
    return Derivation(tuple(_row(step, before) for step, before in zip(steps, _befores(steps), strict=True)))


def _befores(steps: tuple[Step, ...]) -> list[sp.Basic | None]:
    """A line that starts where the last one ended does not repeat it."""
    ends = [None, *(step.after for step in steps)]
    return [None if step.before == end else step.before for step, end in zip(steps, ends, strict=False)]


def _row(step: Step, before: sp.Basic | None) -> DerivationRow:
    left, text = ("", "") if before is None else (latex(before), plain(before))
    right, right_text = formula(step.after)
    told = f"{text} {step.relation.sign} {right_text}".strip()
    uses = tuple(_use(fact) for fact in dict.fromkeys(step.ground.granted))
    return DerivationRow(left, step.relation.latex, right, step.reason, step.ground.word, told, uses)


def _use(fact: Fact) -> Use:
    return Use(fact.latex(), f"{plain(fact.before)} {fact.relation.sign} {plain(fact.after)}", fact.reason)


def verdict_sentence(verdict: Verdict) -> Paragraph:
    """Return the verdict with its reason, in which slack and power are told."""
    sentences = ". ".join(part[0].upper() + part[1:] for part in verdict.reason.split("; ") if part)
    return Paragraph((Strong("Verdict: "), Status(verdict.outcome), Text(f". {sentences}.")))
