"""Slack and power as people read them: each number says what it counts, in every medium alike."""

from __future__ import annotations

import math

import pytest

import symgrad as sg
from symgrad.claims import Always, AsWidthGrows, Outcome, Relation, Unit, Verdict, symbol
from symgrad.reports.amounts import amount, amount_latex
from symgrad.reports.documents import Cell, Math
from symgrad.reports.htmls import write_html
from symgrad.reports.latexes import write_latex
from symgrad.reports.margins import power_cell, slack_cell
from symgrad.reports.markdowns import write_markdown
from symgrad.reports.tellings import summary
from symgrad.reports.terminals import write_terminal
from symgrad.verification import verify


def text(cell: Cell) -> str:
    return "".join(inline.text for inline in cell)  # type: ignore[union-attr]


def verdict(slack: float | None, power: float | None, unit: Unit | None) -> Verdict:
    return Verdict("a_le_b", Outcome.CONSISTENT, "", 10, slack, power, None, 0.0, unit)


@pytest.mark.parametrize(
    ("slack", "unit", "shown"),
    [
        (math.log10(2), Unit.DECADES, "×2"),
        (37.0, Unit.DECADES, "×1e37"),
        (-1.0, Unit.DECADES, "×0.1"),  # a bound that is below the value
        (math.inf, Unit.DECADES, "×∞"),
        (0.29, Unit.RELATIVE, "+29 %"),
        (1.2, Unit.RELATIVE, "+120 %"),
        (-0.053, Unit.RELATIVE, "-5.3 %"),
        (0.0, Unit.RELATIVE, "0 %"),
        (2e-9, Unit.RELATIVE, "+2e-7 %"),
        (3.3e-15, Unit.ABSOLUTE, "0±3e-15"),
        (0.0, Unit.ABSOLUTE, "0±0"),
        (None, None, "–"),
    ],
)
def test_a_slack_says_what_it_counts(slack: float | None, unit: Unit | None, shown: str) -> None:
    assert text(slack_cell(verdict(slack, 0.1, unit))) == shown


@pytest.mark.parametrize(
    ("power", "unit", "shown"),
    [
        (0.085, Unit.DECADES, "8.5 %"),
        (1.0, Unit.DECADES, "100 %"),
        (0.0, Unit.ABSOLUTE, "0 %"),  # refuted as it stands
        (1.4e-6, Unit.ABSOLUTE, "0±1e-6"),
        (math.inf, Unit.RELATIVE, "none"),
        (None, None, "–"),
    ],
)
def test_a_power_says_what_it_counts(power: float | None, unit: Unit | None, shown: str) -> None:
    assert text(power_cell(verdict(0.0, power, unit))) == shown


@pytest.mark.parametrize(("log10", "shown"), [(3.5, "3160"), (2.079, "120"), (3.9999, "10000"), (-3.5, "0.000316")])
def test_a_number_of_few_digits_has_no_power_of_ten(log10: float, shown: str) -> None:
    assert (amount(log10), amount_latex(log10)) == (shown, shown)


def test_a_verdict_knows_the_unit_of_its_slack() -> None:
    net = sg.mlp(width=8, depth=3, activation="sigmoid")
    sample = sg.simulate(net, "gradient_norm", trials=20, rng=0)
    at = sg.quantity("gradient_norm", layer=0)
    units = {
        relation: verify(sg.Claim.conjecture(at, relation, 1, Always()), sample).unit
        for relation in (Relation.LE, Relation.GE, Relation.EQ)
    }
    assert units == {Relation.LE: Unit.DECADES, Relation.GE: Unit.DECADES, Relation.EQ: Unit.RELATIVE}
    defect = sg.simulate(net, "chain_rule_defect", trials=20, rng=0)
    zero = sg.Claim.conjecture(sg.quantity("chain_rule_defect"), Relation.EQ, 0, Always())
    assert verify(zero, defect).unit is Unit.ABSOLUTE
    limit = sg.Claim.conjecture(at, Relation.TENDSTO, 1, AsWidthGrows(1 / symbol("width")))
    one = verify(limit, sample)  # one width shows no limit, so there is no slack and no unit
    assert (one.slack, one.unit) == (None, None)


def test_every_medium_shows_the_unit_beside_the_number() -> None:
    document = summary(sg.ask(sg.mlp(width=8, depth=3, activation="sigmoid"), trials=20))
    for write in (lambda d: write_terminal(d, 140), write_markdown, write_html, write_latex):
        told = write(document)
        assert "×" in told or r"\times" in told
        assert "0±" in told or r"0\pm" in told
        assert " %" in told or r" \%" in told


def test_a_formula_in_a_cell_says_the_same_in_latex() -> None:
    cell = slack_cell(verdict(37.0, 1.0, Unit.DECADES))
    assert [inline.latex for inline in cell if isinstance(inline, Math)] == [r"1\times10^{37}"]
