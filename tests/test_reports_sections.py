"""Sections: what a derivation is granted is shown wherever the derivation is."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
import sympy as sp

import symgrad as sg
from symgrad.claims import Claim, Fact, Relation, Step, Symbolic, symbol
from symgrad.reports.documents import Document
from symgrad.reports.htmls import write_html
from symgrad.reports.jsons import answer_object
from symgrad.reports.latexes import write_fragment
from symgrad.reports.markdowns import write_markdown
from symgrad.reports.plaintexts import plain
from symgrad.reports.sections import derivation
from symgrad.reports.terminals import write_terminal
from symgrad.theorems import claim, registered

WRITERS: dict[str, Callable[[Document], str]] = {
    "terminal": write_terminal,
    "markdown": write_markdown,
    "html": write_html,
    "latex": write_fragment,
}
REASON = "by definition"


def granted(found: Claim) -> list[Fact]:
    return [fact for step in found.derivation for fact in step.ground.granted]


def letters(text: str) -> str:
    """Only the letters, in order: writers differ in how they escape and break what is between."""
    return re.sub(r"[^A-Za-z]", "", html.unescape(text).replace("allowbreak", ""))


def on_one_fact(*facts: Fact) -> Document:
    x = symbol("x")
    return Document("", (derivation((Step(x, Relation.EQ, 2 * x, "why", Symbolic(facts)),)),))


@pytest.mark.parametrize("medium", WRITERS)
@pytest.mark.parametrize("name", registered())
def test_every_fact_that_a_theorem_is_granted_is_shown(name: str, medium: str) -> None:
    found = claim(name, registered()[name].example())
    shown = letters(WRITERS[medium](Document("", (derivation(found.derivation),))))
    for fact in granted(found):
        ascii_part = max(re.split(r"[^ -~]|\|", fact.reason), key=len)  # a letter beyond ASCII is a command in LaTeX
        assert letters(ascii_part) in shown


@pytest.mark.parametrize("medium", WRITERS)
def test_a_line_says_what_it_uses_and_a_line_that_uses_nothing_does_not(medium: str) -> None:
    fact = Fact(symbol("depth"), Relation.EQ, sp.Integer(7), REASON)
    assert REASON in WRITERS[medium](on_one_fact(fact))
    assert "uses" in WRITERS[medium](on_one_fact(fact)).partition("<body>")[2 if medium == "html" else 0]
    assert "uses" not in WRITERS[medium](on_one_fact()).partition("<body>")[2 if medium == "html" else 0]


@pytest.mark.parametrize("medium", WRITERS)
def test_a_fact_that_is_used_twice_in_a_line_is_shown_once(medium: str) -> None:
    fact = Fact(symbol("depth"), Relation.EQ, sp.Integer(7), REASON)
    assert WRITERS[medium](on_one_fact(fact, fact)).count(REASON) == 1


def test_json_has_what_is_granted_to_each_step() -> None:
    answer = sg.ask(sg.mlp(width=4, depth=2, activation="sigmoid"), trials=5)
    for stated in answer_object(answer)["claims"]:
        assert len(stated["granted"]) == len(stated["grounds"])
        if stated["applies"]:
            facts = granted(answer[stated["name"]])
            assert [fact["reason"] for step in stated["granted"] for fact in step] == [fact.reason for fact in facts]


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\left|\frac{dh_{layer}}{dh_1}\right|", "|(dh_layer/dh_1)|"),
        (r"\tfrac{1}{n}\lVert h_{\ell-1}\rVert^2", "(1/n)‖h_(ℓ-1)‖^2"),
        (r"u^\top Ju", "uᵀ Ju"),
        (r"\textstyle\sum_i p_i", "∑_i p_i"),
        (r"\overline{u^2}", "mean(u^2)"),
    ],
)
def test_what_a_derivation_names_is_text_in_the_terminal(latex: str, text: str) -> None:
    assert plain(sp.Symbol(f"{{{latex}}}")) == text
