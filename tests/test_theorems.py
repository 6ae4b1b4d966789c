"""Every registered theorem: told in full, replays, cites, applies and refuses, and its mutant is refuted."""

from __future__ import annotations

import doctest
import inspect
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import sympy as sp
from copies import pickled
from odd_recurrences import ODD_RECURRENCES

from symgrad.activations import activation
from symgrad.claims import (
    NOTATION,
    Claim,
    Contradiction,
    Norm,
    Outcome,
    Relation,
    Step,
    Strength,
    Symbolic,
    bibliography,
    yes,
)
from symgrad.networks import Block, Dense, GaussianBiases, GaussianWeights, GivenBiases, Network, Subject, mlp, resnet
from symgrad.theorems import Application, Theorem, about, claim, registered
from symgrad.verification import assert_holds

NAMES = list(registered())
TRIALS = 400  # enough for every mutant at the error rate of assert_holds, one in a million


@pytest.fixture(params=NAMES)
def theorem(request: pytest.FixtureRequest) -> Theorem:
    return registered()[request.param]


# -------------------------------------------------------------------------------------------------- the docstring canvas

PARTS = ("Statement", "Assumptions", "Derivation", "Tightness", "Source")


def lacking(docstring: str) -> list[str]:
    """Which parts of the canvas a docstring lacks, or has out of order."""
    summary, _, rest = docstring.partition("\n\n")
    faults = [] if re.fullmatch(r"[A-Z][^\n]*\.", summary) else ["a summary of one line"]
    found = re.findall(r"^\*\*(\w+)\.\*\*[ \n]\S", rest, re.MULTILINE)
    faults += [part for part in PARTS if part not in found]
    faults += ["the order of the canvas"] if not faults and tuple(found) != PARTS else []
    examples = rest.partition("Examples\n--------\n")[2]
    return faults + ([] if doctest.DocTestParser().get_examples(examples) else ["Examples"])


def test_the_canvas_is_complete(theorem: Theorem) -> None:
    assert lacking(theorem.docstring) == []
    assert "See Also" in theorem.docstring


@pytest.mark.parametrize("part", [*PARTS, "Examples"])
def test_a_part_that_is_missing_is_noticed(theorem: Theorem, part: str) -> None:
    if part == "Examples":
        without = theorem.docstring.partition(part)[0]
    else:
        without = re.sub(rf"\*\*{part}\.\*\*", "", theorem.docstring)
    assert lacking(without) == [part]
    assert lacking("\n" + theorem.docstring)[0] == "a summary of one line"


def named_assumptions(docstring: str) -> list[str]:
    told = re.search(r"\*\*Assumptions\.\*\*(.*?)\n\n", docstring, re.DOTALL)
    assert told is not None
    return re.findall(r"\b[a-z]+(?:_[a-z]+)+\b|\bcontracting\b", told[1])


def test_the_docstring_names_the_assumptions_that_are_asked(theorem: Theorem) -> None:
    assert named_assumptions(theorem.docstring) == [assumption.name for assumption in theorem.assumptions]


def test_the_source_in_the_docstring_is_the_one_that_is_cited(theorem: Theorem) -> None:
    told = theorem.docstring.partition("**Source.**")[2].partition("\n\n")[0]
    sources = claim(theorem.name, theorem.example()).sources
    for source in sources:
        surname = source.author.partition(",")[0]
        assert surname in told or source.venue.partition(" Std")[0] in told, f"{source} is not in {told!r}"


# ---------------------------------------------------------------------------------------------------------------- names


def test_the_name_says_quantity_relation_and_bound(theorem: Theorem) -> None:
    made = claim(theorem.name, theorem.example())
    match = re.fullmatch(r"([a-z_]+?)_(eq|le|lt|ge|tendsto)_([a-z_]+)", theorem.name)
    assert match is not None
    words = {Norm.SPECTRAL: "", Norm.ONE: "one_", Norm.INF: "inf_", Norm.FROBENIUS: "fro_"}
    quantity = made.quantity.name
    if made.quantity.has_norm:
        quantity = quantity.replace("norm", f"{words[made.quantity.norm]}norm")
    assert match[1] == quantity
    assert Relation(match[2]) is made.relation
    assert made.name == theorem.name == theorem.prove.__name__


def test_a_theorem_lives_where_its_function_is_defined(theorem: Theorem) -> None:
    module = inspect.getmodule(theorem.prove)
    assert module is not None
    assert theorem.name in module.__all__
    assert theorem.summary == inspect.getdoc(theorem.prove).partition("\n")[0]  # type: ignore[union-attr]


# ----------------------------------------------------------------------------------------------------- claim, replay


@pytest.fixture
def made(theorem: Theorem) -> Claim:
    return claim(theorem.name, theorem.example())


def test_the_derivation_replays(made: Claim) -> None:
    assert made.replay() > Strength.CONJECTURED
    assert made.derivation[-1].after == made.bound or sp.simplify(made.derivation[-1].after - made.bound) == 0


def test_only_what_is_cited_is_not_proved(made: Claim) -> None:
    cited = [step for each in (made, *made.premises) for step in each.derivation if step.ground.word == "cited"]
    assert (made.replay() is Strength.CITED) == bool(cited)
    assert all(step.ground.source in made.sources for step in cited if step in made.derivation)  # type: ignore[attr-defined]


def test_every_step_matters(made: Claim) -> None:
    """Add to the left side of any line, or take from a larger one: it no longer replays, unless it is only cited."""
    for place, step in enumerate(made.derivation):
        planted = sp.Symbol("planted", **{"negative" if step.relation is Relation.GE else "positive": True})
        wrong = replace(step, before=step.before + planted * _one_like(step.before))
        steps = (*made.derivation[:place], wrong, *made.derivation[place + 1 :])
        if step.ground.word != "cited":
            assert replace(made, derivation=steps).replay() is Strength.BROKEN, step.reason


def _one_like(expr: sp.Expr) -> sp.Expr:
    return expr if expr.is_Matrix else sp.S.One


def test_the_claim_cites_the_bibliography_and_tells_its_tightness(made: Claim) -> None:
    assert made.sources
    for source in made.sources:
        assert replace(source, place="") == bibliography()[source.key]
    assert made.tightness.note


def test_the_bound_is_written_in_the_symbols_of_the_table(made: Claim) -> None:
    known = {row.symbol for row in NOTATION.values()}
    assert {getattr(each, "symbol", each) for each in made.bound.free_symbols} <= known  # a random one has a symbol
    assert {key for key, _ in made.values} <= known


def test_what_is_granted_has_a_reason(made: Claim) -> None:
    assert all(fact.reason for fact in made.granted)


def test_the_claim_is_a_value(made: Claim) -> None:
    """Premises are left out: SymPy evaluates an unevaluated |f'| of theirs when it reads a pickle."""
    alone = replace(made, premises=())
    assert pickled(alone) == alone
    assert hash(pickled(alone)) == hash(alone)
    assert pickled(alone).replay() is alone.replay()


# ------------------------------------------------------------------------------------------- it applies, and it refuses


def test_it_applies_to_its_example(theorem: Theorem, made: Claim) -> None:
    assert made.assumptions == theorem.assumptions
    assert all(assumption.holds(theorem.example()) for assumption in theorem.assumptions)
    assert made.subject == str(theorem.example())


TANH = activation("tanh")
UNALIKE = tuple(Block(Dense(3, 3, TANH, GaussianWeights(v), GaussianBiases(0)), 1) for v in (1, 2))
ODD = (
    mlp(width=3, depth=2, weight_var=0),
    mlp(width=3, depth=0),
    mlp(width=3, depth=2, activation="x**2"),
    mlp(width=3, depth=2, activation="sigmoid", weight_var=100),
    mlp(width=1, depth=2, activation="x**2", weight_var=1),
    mlp(weights=3, depth=2, activation="x**2"),
    mlp(weights=[np.eye(2)]),
    mlp(activation="sigmoid", weights=[np.eye(2), np.eye(2) / 2]),
    mlp(widths=[3, 4]),
    Network(UNALIKE, 3),
    Network((Block(Dense(3, 3, TANH, GaussianWeights(1), GivenBiases([1, 2, 3])), 1),), 3),
    mlp(weights=1, depth=sp.Symbol("L", integer=True, nonnegative=True)),
    resnet(width=3, depth=2),
    mlp(width=3, depth=2, dropout=sp.Rational(1, 4)),
    mlp(width=3, depth=2, dropout=sp.Symbol("d")),
    *ODD_RECURRENCES,
)


@cache
def answers(net: Subject) -> tuple[Application, ...]:
    return about(net)


def test_every_assumption_refuses_some_network_by_name(theorem: Theorem) -> None:
    """Of the networks that keep all assumptions before it, one breaks it; so none of them is idle."""
    for assumption in theorem.assumptions:
        refusals = [each for net in ODD for each in answers(net) if each.name == theorem.name and not each.applies]
        told = [each.refusal for each in refusals if each.failed == assumption]
        assert told, assumption.name
        assert all(words.startswith(f"{assumption.words}: ") for words in told)


def test_what_does_not_apply_is_refused_with_the_reason() -> None:
    with pytest.raises(
        ValueError, match=r"does not apply to MLP .*: it assumes that every layer has one unit: a layer"
    ):
        claim("gradient_norm_le_pow_of_scalar_chain", mlp(width=3, depth=2))


@pytest.mark.parametrize("net", ODD, ids=[f"{place}" for place in range(len(ODD))])
def test_every_theorem_answers_about_every_network(net: Subject) -> None:
    applications = answers(net)
    assert [each.name for each in applications] == list(registered(type(net)))
    for each in applications:
        assert each.applies == (each.claim is not None) == (each.refusal == "")
        assert each.claim is None or each.claim.replay() is not Strength.BROKEN


# ----------------------------------------------------------------------------------------------------------- mutants


def test_the_claim_is_not_refuted_and_its_mutant_is(theorem: Theorem, made: Claim) -> None:
    verdict = assert_holds(made, theorem.example(), trials=TRIALS, rng=3)
    assert verdict.outcome in (Outcome.PROVED, Outcome.CONSISTENT)
    assert verdict.power is not None
    assert verdict.power < float("inf")
    with pytest.raises(AssertionError, match="is refuted"):
        assert_holds(theorem.mutant(made), theorem.example(), trials=TRIALS, rng=3)


def test_the_mutant_does_not_replay(theorem: Theorem, made: Claim) -> None:
    """Were it to, its refutation would be a contradiction in the house, and not a caught mutant."""
    mutant = theorem.mutant(made)
    assert mutant != made
    assert mutant.replay() is Strength.BROKEN


def test_a_mutant_with_a_replaying_derivation_is_loud() -> None:
    """An honest derivation of a false claim: what the guard above protects from."""
    theorem = registered()["jacobian_norm_le_prod_lipschitz"]
    false = theorem.mutant(claim(theorem.name, theorem.example()))
    lie = Step(false.bound, Relation.EQ, false.bound, "true, but of something else", Symbolic())
    with pytest.raises(AssertionError, match="a symbolic proof was refuted") as caught:
        assert_holds(replace(false, derivation=(lie,)), theorem.example(), trials=20)
    assert isinstance(caught.value.__cause__, Contradiction)


def test_an_assumption_that_lies_is_found_out_by_the_simulation() -> None:
    """A guard that lets layers that differ pass for alike: the law with the variance of the first is refuted."""
    theorem = registered()["mean_square_gradient_tendsto_pow_mean_square_gain"]
    blocks = [Block(Dense(32, 32, TANH, GaussianWeights(v), GaussianBiases(0)), 1) for v in (sp.Rational(1, 4), 2)]
    unalike = Network(tuple(blocks), 32)
    (honest,) = (each.failed for each in about(unalike) if each.name == theorem.name)
    assert honest is not None
    assert honest.name == "alike_layers"
    liar = replace(honest, check=lambda _: yes("they are alike, or so it is said"))
    assert liar.holds(unalike)
    with pytest.raises(AssertionError, match="is refuted"):
        assert_holds(theorem.prove(unalike), unalike, trials=TRIALS)
