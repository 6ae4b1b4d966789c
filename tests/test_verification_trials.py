"""Trials: as many as asked for where time allows; where it does not, fewer, and the reason is told."""

from __future__ import annotations

import re

import pytest
import sympy as sp

import symgrad as sg
from symgrad.claims import Always, Claim, Relation, gradient_norm, jacobian_norm
from symgrad.reports.jsons import answer_object
from symgrad.reports.tellings import page, summary
from symgrad.reports.terminals import write_terminal
from symgrad.simulation import replay
from symgrad.theorems import about
from symgrad.verification import Batch, assert_holds, trials
from symgrad.verification.prices import PRICES, price_of

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
    without, cheap, costly, *_ = batches(sg.mlp(width=256, depth=30, activation="sigmoid"), 200)
    assert (without.trials, cheap.trials, cheap.reason) == (200, 200, "as asked for")
    assert 4 <= costly.trials < 200
    assert "multiplies whole matrices" in costly.reason


def test_what_needs_no_matrix_is_drawn_at_widths_where_matrices_are_not() -> None:
    """The price of a trial without matrices grows with the width, not with its square."""
    wide = sg.mlp(width=20_000, depth=30, activation="sigmoid")
    trials_of = {
        quantity.name: batch.trials
        for batch in batches(wide, 50)
        for quantity in batch.quantities
        if batch.network == wide
    }
    assert (trials_of["mean_square_gradient"], trials_of["chain_rule_defect"]) == (50, 0)
    orthogonal = batches(sg.mlp(width=256, depth=30, activation="sigmoid", law="orthogonal"), 200)
    assert [batch.quantities[0].name for batch in orthogonal] == ["chain_rule_defect", "jacobian_norm"]


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
        assert batch.trials * min(price.of(batch.network) for price in PRICES) <= trials._SECONDS


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


@pytest.mark.parametrize(
    ("law", "method"), [("gaussian", "matrix_free"), ("orthogonal", "matrix_free_vectors"), ("uniform", "dense")]
)
def test_a_refutation_says_how_to_replay_its_worst_trial(law: str, method: str) -> None:
    """What the message says is run, and the trial violates the claim."""
    network = sg.mlp(width=4, depth=3, activation="tanh", law=law)
    guess = Claim.conjecture(gradient_norm(0), Relation.LE, sp.Rational(1, 100), Always())
    with pytest.raises(AssertionError) as refuted:
        assert_holds(guess, network, trials=10)
    said = re.search(r"replay\(network, 'gradient_norm', seed=(\d+), trial=(\d+), method='(\w+)'\)", str(refuted.value))
    assert said is not None
    assert said[3] == method
    alone = replay(network, "gradient_norm", seed=int(said[1]), trial=int(said[2]), method=said[3])
    assert alone.values(0)[0] > 0.01


def test_recurrent_networks_are_priced_by_their_steps() -> None:
    also = (gradient_norm(0).in_time(), jacobian_norm(0).in_time())
    counts = []
    for steps in (10, 1000, 10**7):
        network = sg.lstm(64, steps)
        found = trials._batches(network, (), 10**6, 0, also)
        assert [batch.quantities for batch in found] == [(also[0],), (also[1],)]
        counts.append([batch.trials for batch in found])
        assert all(batch.trials * min(price.of(network) for price in PRICES) <= trials._SECONDS for batch in found)
    assert counts[2] == [0, 0]
    assert counts[0][0] > counts[1][0] > counts[1][1] > 0
    fresh, tied = (trials._batches(sg.lstm(64, 100, tied=each), (), 10**6, 0, also[:1])[0] for each in (False, True))
    assert fresh.trials < tied.trials / 10  # all weights are drawn at each of a hundred steps, forward and back


def test_what_is_no_network_has_no_price() -> None:
    with pytest.raises(TypeError, match="is no network"):
        price_of("rnn", gradient_norm(0))
    with pytest.raises(TypeError, match="is no network"):
        PRICES[0].of("rnn")
