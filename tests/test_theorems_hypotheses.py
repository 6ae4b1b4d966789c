"""Hypotheses: yes, no and unknown, each where it should be; and the registry that asks them."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import sympy as sp

from symgrad.activations import Activation, CannotDerive, activation
from symgrad.claims import Answer, Assumption, Claim
from symgrad.networks import (
    Block,
    Dense,
    Elementwise,
    GaussianBiases,
    GaussianWeights,
    GivenBiases,
    Network,
    mlp,
    resnet,
)
from symgrad.rigor import CannotEnclose
from symgrad.theorems import about, claim, find, hypotheses, registered, theorem
from symgrad.theorems.registries import _REGISTRY

N, M, L = (sp.Symbol(name, positive=True, integer=True) for name in ("n", "m", "L"))
PLAIN = sp.Symbol("k")
V = sp.Symbol("v", nonnegative=True)
TANH, RELU = activation("tanh"), activation("relu")
GIVEN = mlp(weights=[np.eye(2)])


def stacked(*layers: tuple[Activation, object, object]) -> Network:
    blocks = (Block(Dense(3, 3, phi, GaussianWeights(v), GaussianBiases(b)), 1) for phi, v, b in layers)
    return Network(tuple(blocks), 3)


HALF_GIVEN = Network(
    (
        Block(Dense(2, 2, TANH, GaussianWeights(1), GivenBiases([1, 2])), 1),
        Block(next(GIVEN.layers()), 1),
    ),
    2,
)
H = hypotheses
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN

ANSWERS: list[tuple[Assumption, Network, Answer, str]] = [
    (H.BOUNDED_SLOPE, mlp(2, 2, "gelu"), YES, "the slope of gelu is bounded"),
    (H.BOUNDED_SLOPE, mlp(2, 2, "x**2"), NO, r"sup\|f'\| of 'x\*\*2' is oo"),
    (H.BOUNDED_SLOPE, mlp(2, 0, "x**2"), YES, "there is no layer"),
    (H.WEIGHTS_THAT_VARY, mlp(2, 2), YES, "no weights are all zero by their law"),
    (H.WEIGHTS_THAT_VARY, mlp(2, 2, weight_var=0), NO, "the weights of a layer have variance 0"),
    (H.GAUSSIAN_WEIGHTS, mlp(2, 2), YES, "all weights are fresh Gaussians"),
    (H.GAUSSIAN_WEIGHTS, HALF_GIVEN, NO, "the weights of a layer are given"),
    (H.GAUSSIAN_WEIGHTS, mlp(2, 2, law="uniform"), NO, "the weights of a layer are uniform"),
    (H.GAUSSIAN_WEIGHTS, mlp(2, 2, law="truncated_normal"), NO, r"are truncated normal \(at 2 deviations\)"),
    (H.GAUSSIAN_WEIGHTS, mlp(2, 2, law="orthogonal"), NO, "the weights of a layer are Haar-orthogonal"),
    (H.WEIGHTS_THAT_VARY, mlp(2, 2, law="orthogonal", weight_var=0), NO, "have variance 0"),
    (H.GIVEN_WEIGHTS, mlp(2, 2, law="orthogonal"), NO, "the weights of a layer are random"),
    (H.GIVEN_WEIGHTS, GIVEN, YES, "all weights are given"),
    (H.PLAIN_LAYERS, mlp(2, 2), YES, "every layer is dense, and no unit is dropped"),
    (H.PLAIN_LAYERS, resnet(2, 2), NO, "a layer is a residual block"),
    (H.PLAIN_LAYERS, mlp(2, 2, dropout=sp.Rational(1, 4)), NO, "units of a layer are dropped with probability 1/4"),
    (H.PLAIN_LAYERS, mlp(2, 2, dropout=V), UNKNOWN, "dropped with probability v, which may be 0"),
    (H.PLAIN_LAYERS, Network((Block(Elementwise(2, TANH), 1),), 2), NO, "a layer has no weights"),
    (H.GIVEN_WEIGHTS, HALF_GIVEN, NO, "the weights of a layer are random"),
    (H.GAUSSIAN_BIASES, mlp(2, 2, bias_var=1), YES, "all biases are fresh Gaussians"),
    (H.GAUSSIAN_BIASES, HALF_GIVEN, NO, "the biases of a layer are given"),
    (H.SCALAR_LAYERS, mlp(1, L), YES, "every layer has one unit"),
    (H.SCALAR_LAYERS, mlp(widths=[1, 1, 4]), NO, "a layer has width 4, not 1"),
    (H.SCALAR_LAYERS, mlp(N, 3), UNKNOWN, "the width n may be 1"),
    (H.SCALAR_LAYERS, mlp(N + 1, 3), NO, r"a layer has width n \+ 1, not 1"),
    (H.EQUAL_WIDTHS, mlp(N, 3), YES, "every layer has width n"),
    (H.EQUAL_WIDTHS, mlp(widths=[2, 2, 3]), NO, "the widths 2 and 3 differ"),
    (H.EQUAL_WIDTHS, mlp(widths=[N, M]), UNKNOWN, "the widths n and m may differ"),
    (H.EQUAL_WIDTHS, mlp(widths=[N, N + 1]), NO, r"the widths n and n \+ 1 differ"),
    (H.EQUAL_WIDTHS, mlp(widths=[N, 3, 4]), UNKNOWN, "the widths n and 3 may differ"),
    (H.EQUAL_RATES, mlp(2, 0), YES, "every layer has the same bound"),
    (
        H.EQUAL_RATES,
        mlp(weights=[np.eye(2), np.eye(2)], biases=[[0, 0], [1, 2]]),
        YES,
        "every layer has the same bound",
    ),
    (H.EQUAL_RATES, mlp(weights=[np.eye(2), 2 * np.eye(2)]), NO, "the bounds of the layers differ"),
    (H.EQUAL_RATES, stacked((TANH, 1, 0), (activation("sigmoid"), 1, 0)), NO, "the bounds of the layers differ"),
    (H.ALIKE_LAYERS, mlp(widths=[2, 5]), YES, "all layers have the same activation and laws"),
    (H.ALIKE_LAYERS, stacked((TANH, 1, 0), (RELU, 1, 0)), NO, "a layer has tanh, another relu"),
    (H.ALIKE_LAYERS, stacked((TANH, 1, 0), (TANH, 2, 0)), NO, "a layer has weight_var 1, another weight_var 2"),
    (H.ALIKE_LAYERS, stacked((TANH, 1, 0), (TANH, 1, 2)), NO, "a layer has no biases, another bias_var 2"),
    (H.ALIKE_LAYERS, stacked((TANH, 1, 0), (TANH, V, 0)), UNKNOWN, "which may be the same"),
    (H.ALIKE_LAYERS, stacked((TANH, V, 0), (RELU, 1, 0)), NO, "a layer has tanh, another relu"),
    (H.AT_LEAST_ONE_LAYER, mlp(2, L), YES, "the depth is L"),
    (H.AT_LEAST_ONE_LAYER, mlp(2, 0), NO, "the depth is 0"),
    (H.AT_LEAST_ONE_LAYER, mlp(2, PLAIN), UNKNOWN, "the depth k may be 0"),
    (H.CONTRACTING, mlp(activation="sigmoid", weights=3, depth=2), YES, "the bound of a layer is 0.75 < 1"),
    (H.CONTRACTING, mlp(activation="sigmoid", weights=4, depth=2), NO, "the bound of a layer is 1, not below 1"),
    (H.CONTRACTING, mlp(activation="sigmoid", weights=9, depth=2), NO, "the bound of a layer is 2.25, not below 1"),
    (H.CONTRACTING, mlp(activation="sigmoid", weights=0, depth=2), NO, "the gradient is zero at once"),
    (H.CONTRACTING, mlp(2, 0), NO, "the bound of a layer is 1, not below 1"),
    (H.CONTRACTING, mlp(N, 2), UNKNOWN, "holds symbols; give them values"),
]


@pytest.mark.parametrize(("assumption", "net", "answer", "words"), ANSWERS, ids=[f"{i}" for i in range(len(ANSWERS))])
def test_a_hypothesis_answers_yes_no_or_unknown_with_the_value(
    assumption: Assumption, net: Network, answer: Answer, words: str
) -> None:
    holding = assumption.holds(net)
    assert holding.answer is answer
    assert re.search(words, holding.reason)


def test_every_hypothesis_is_seen_to_hold_and_to_fail() -> None:
    every = [value for name, value in vars(H).items() if name in H.__all__]
    for assumption in every:
        seen = {answer for each, _, answer, _ in ANSWERS if each == assumption}
        assert YES in seen, assumption.name
        assert seen & {NO, UNKNOWN}, assumption.name
    assert len({assumption.name for assumption in every}) == len(every)
    assert all(assumption.words and assumption.latex for assumption in every)


@pytest.mark.parametrize("error", [CannotDerive("no rule"), CannotEnclose("no end")])
def test_a_slope_that_cannot_be_found_is_unknown_and_no_crash(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Activation) -> Claim:
        raise error

    monkeypatch.setattr(Activation, "lipschitz", property(fail))
    holding = H.BOUNDED_SLOPE.holds(mlp(2, 2, "tanh"))
    assert holding.answer is UNKNOWN
    assert str(error) in holding.reason
    refused = {each.name for each in about(mlp(2, 2, "tanh")) if not each.applies}
    assert "jacobian_norm_le_prod_lipschitz" in refused


# ------------------------------------------------------------------------------------------------------ the registry


def test_about_tells_what_applies_and_what_does_not() -> None:
    told = {each.name: each for each in about(mlp(width=3, depth=2))}
    assert list(told) == list(registered(Network))
    applies = told["jacobian_norm_le_prod_lipschitz"]
    assert applies.applies
    assert (applies.refusal, applies.failed, applies.holding) == ("", None, None)
    refused = told["gradient_norm_le_pow_of_scalar_chain"]
    assert (refused.claim, refused.failed) == (None, H.SCALAR_LAYERS)
    assert refused.refusal == "every layer has one unit: a layer has width 3, not 1"
    with pytest.raises(FrozenInstanceError):
        refused.claim = applies.claim  # type: ignore[misc]


def test_an_unknown_theorem_suggests_near_ones() -> None:
    with pytest.raises(ValueError, match="no theorem is named 'jacobian_norm'; try jacobian_norm_le_prod_lipschitz"):
        find("jacobian_norm")
    with pytest.raises(ValueError, match="no theorem is named"):
        claim("nothing", mlp(2, 2))


def test_the_registry_cannot_be_changed_from_outside() -> None:
    registered().clear()
    assert registered()


def nothing(net: Network) -> Claim:
    raise NotImplementedError


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("jacobian_norm_le_prod_lipschitz", "a theorem named 'jacobian_norm_le_prod_lipschitz' is registered already"),
        ("glorot_theorem", "'glorot_theorem' does not name its conclusion"),
        ("le_bound", "does not name its conclusion"),
        ("jacobian_norm_below_bound", "does not name its conclusion"),
        ("JacobianNorm_le_bound", "does not name its conclusion"),
    ],
)
def test_a_name_that_is_taken_or_says_nothing_is_refused(name: str, words: str) -> None:
    nothing.__name__ = name
    before = dict(_REGISTRY)
    with pytest.raises(ValueError, match=words):
        theorem(assumptions=(), mutant=lambda each: each, example=lambda: mlp(2, 2))(nothing)
    assert before == _REGISTRY
