"""Trials: as many as asked for where time allows; where it does not, fewer, and the reason is told."""

from __future__ import annotations

import pytest

import symgrad as sg
from symgrad.reports.jsons import answer_object
from symgrad.reports.tellings import page, summary
from symgrad.reports.terminals import write_terminal
from symgrad.theorems import about
from symgrad.verification import Batch, trials

SMALL = sg.mlp(width=8, depth=3, activation="sigmoid")


def batches(network: sg.Network, asked: int) -> list[Batch]:
    claims = tuple(each.claim for each in about(network) if each.claim is not None)
    return trials._batches(network, claims, asked, 0)


def test_a_small_network_is_drawn_as_often_as_asked_for() -> None:
    found = batches(SMALL, 200)
    assert {batch.trials for batch in found} == {200}
    assert all(batch.reason.startswith("as asked for") for batch in found)


def test_other_widths_are_drawn_for_limits_and_say_so() -> None:
    found = [batch for batch in batches(SMALL, 200) if batch.network != SMALL]
    assert [batch.width for batch in found] == [16, 32]
    assert all("extrapolated from several widths" in batch.reason for batch in found)


def test_a_costly_draw_is_made_less_often_and_says_so() -> None:
    cheap, costly, *_ = batches(sg.mlp(width=256, depth=30, activation="sigmoid"), 200)
    assert (cheap.trials, cheap.reason) == (200, "as asked for")
    assert 4 <= costly.trials < 200
    assert "multiplies whole matrices" in costly.reason


def test_what_is_not_worth_a_beginning_is_not_drawn_and_says_so() -> None:
    deep = sg.mlp(width=256, depth=10**6, activation="sigmoid")
    assert {batch.trials for batch in batches(deep, 200) if batch.network == deep} == {0}
    answer = sg.ask(sg.mlp(width=1, depth=10**6, activation="sigmoid", weights=1), trials=10)
    assert answer.samples == ()
    assert "0 of this network for " in str(answer)


@pytest.mark.parametrize("depth", [1, 30, 1000, 10**5])
def test_a_batch_never_costs_more_than_it_may(depth: int) -> None:
    network = sg.mlp(width=64, depth=depth, activation="sigmoid")
    for batch in batches(network, 10**6):
        prices = (trials._DRAWN, trials._MULTIPLIED)
        assert batch.trials * min(price.of(batch.network) for price in prices) <= trials._SECONDS


def test_the_numbers_of_trials_are_explained_wherever_they_are_shown() -> None:
    answer = sg.ask(SMALL, trials=20)
    for document in (summary(answer), page(answer)):
        told = " ".join(write_terminal(document, 140).split())
        for batch in answer.batches:
            assert batch.reason in told
    draws = answer_object(answer)["draws"]
    assert [each["trials"] for each in draws] == [batch.trials for batch in answer.batches]
    assert [each["width"] for each in draws] == [batch.width for batch in answer.batches]
    assert {tuple(sorted(each)) for each in draws} == {("quantities", "reason", "trials", "width")}
