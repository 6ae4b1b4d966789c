"""What is often said is refuted, by a simulation or a number; what is true of the same quantity is not."""

from __future__ import annotations

import pytest

import symgrad as sg
from symgrad import Misconception, Outcome

SAID = sg.misconceptions()


@pytest.fixture(params=SAID, ids=[each.known.name for each in SAID])
def said(request: pytest.FixtureRequest) -> Misconception:
    return request.param  # type: ignore[no-any-return]


def test_what_is_said_is_refuted_and_what_is_known_is_not(said: Misconception) -> None:
    refuted, confirmed = said.refutation(trials=200), said.confirmation(trials=200)
    assert refuted.outcome is Outcome.REFUTED
    assert confirmed.outcome in (Outcome.PROVED, Outcome.CONSISTENT)


def test_both_are_about_the_same_quantity_of_the_same_network(said: Misconception) -> None:
    assert said.said.quantity == said.known.quantity
    assert said.said.subject == said.known.subject == str(said.network)
    assert said.known.name in str(said)
    assert said.words in str(said)


def test_no_two_say_the_same() -> None:
    assert len({each.words for each in SAID}) == len(SAID)
