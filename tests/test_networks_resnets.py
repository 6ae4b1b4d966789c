"""Residual networks and dropout as subjects: what is described, how it is told, and what is refused."""

from __future__ import annotations

import pytest
import sympy as sp
from copies import pickled

import symgrad as sg
from symgrad.activations import activation
from symgrad.networks import (
    FORMS,
    Block,
    Dense,
    Elementwise,
    GaussianBiases,
    GaussianWeights,
    Network,
    Residual,
    UniformWeights,
    mlp,
    resnet,
)

TANH, LINE = activation("tanh"), activation("identity")
LAWS = GaussianWeights(1), GaussianBiases(0)
N, L, A = sp.Symbol("n", integer=True, positive=True), sp.Symbol("L", integer=True, nonnegative=True), sp.Symbol("a")


def dense(fan_in: int, fan_out: int) -> Dense:
    return Dense(fan_in, fan_out, TANH, *LAWS)


@pytest.mark.parametrize(
    ("form", "kinds", "phis"),
    [
        ("post_activation", [Dense], ["tanh"]),
        ("pre_activation", [Elementwise, Dense], ["tanh", "identity"]),
        ("two_layers", [Dense, Dense], ["tanh", "identity"]),
    ],
)
def test_a_form_says_what_a_branch_is_made_of(form: str, kinds: list[type], phis: list[str]) -> None:
    (block,) = resnet(4, 7, form=form).blocks
    assert [type(part) for part in block.layer.branch] == kinds
    assert [part.activation.name for part in block.layer.branch] == phis
    assert (block.times, block.layer.fan_in, block.layer.fan_out) == (7, 4, 4)


def test_a_network_counts_blocks_as_layers_and_lists_its_matrices() -> None:
    net = resnet(4, 10**6, form="two_layers", weight_var=2)
    assert net.depth == 10**6
    assert net.widths == (4, 4)
    assert [layer.activation.name for layer in net.matrices] == ["tanh", "identity"]
    assert [phi.name for phi in net.activations] == ["tanh", "identity"]
    with pytest.raises(
        ValueError, match="a layer is a residual block or has no weights, so the network is no multi-layer perceptron"
    ):
        _ = net.dense


def test_symbols_stay_symbols() -> None:
    net = resnet(N, L, weight_var=A, branch_scale=1 / sp.sqrt(L), dropout=A)
    assert net.free_symbols == {N, L, A}
    assert net.with_width(3).widths == (3, 3)
    assert mlp(N, L, dropout=A).free_symbols == {N, L, A}


def test_networks_are_told_in_a_line() -> None:
    assert (
        str(resnet(4, 3, dropout=0.5))
        == "residual network of depth 3, width 4, tanh, weight_var 1, dropout 1/2, branch drop(tanh(W h))"
    )
    assert str(mlp(4, 3, dropout=sp.Rational(1, 4))) == "MLP of depth 3, width 4, tanh, weight_var 1, dropout 1/4"
    both = Network((Block(dense(4, 4), 1), *resnet(4, 2).blocks), 4)
    assert str(both) == "network of depth 3, width 4, tanh, weight_var 1, branch tanh(W h)"
    forms = {str(resnet(4, 3, "gelu", form=form, branch_scale=scale)) for form in FORMS for scale in (1, -1, N)}
    assert len(forms) == 9
    assert "branch n*W gelu(W h)" in str(resnet(4, 3, "gelu", form="two_layers", branch_scale=N))
    bottleneck = Residual((dense(8, 2), dense(2, 8)), 1 / N)
    assert str(Network((Block(bottleneck, 1),), 8)).endswith("branch (1/n)*tanh(W[8x2] tanh(W[2x8] h))")


def test_equal_descriptions_are_equal_and_survive_a_pickle() -> None:
    net = resnet(4, 3, "gelu", form="pre_activation", branch_scale=0.5)
    assert pickled(net) == net == resnet(4, 3, "gelu", form="pre_activation", branch_scale=sp.S.Half)
    assert net != resnet(4, 3, "gelu", form="pre_activation")
    assert mlp(4, 3, dropout=0) == mlp(4, 3)


def test_the_part_behind_a_layer_begins_with_whole_blocks() -> None:
    net = resnet(4, 5, form="two_layers")
    assert net.after(2) == resnet(4, 3, form="two_layers")


def test_any_law_and_any_branch() -> None:
    assert isinstance(resnet(4, 3, law="uniform").matrices[0].weights, UniformWeights)
    bottleneck = Residual((dense(8, 2), dense(2, 8)), 2)
    assert Network((Block(bottleneck, 3),), 8).widths == (8, 8)
    assert bottleneck.with_width(5).parts[0].fan_out == 5


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: resnet(4, 3, form="dense"),
            "form = 'dense' is unknown; the forms of a branch are post_activation, pre",
        ),
        (lambda: resnet(0, 3), "the width of layer 0 is 0"),
        (lambda: resnet(4, -1), "depth is -1"),
        (
            lambda: resnet(4, 3, dropout=1),
            "dropout = 1 is out of range; it must be at least 0 and below 1, or a symbol",
        ),
        (lambda: mlp(4, 3, dropout=-0.5), "dropout = -0.5 is out of range"),
        (lambda: mlp(4, 3, dropout="half"), "dropout"),
        (lambda: resnet(4, 3, branch_scale=sp.oo), "the scale of a branch = oo is not finite; give a finite number"),
        (lambda: resnet(4, 3, branch_scale=sp.I), "the scale of a branch is I"),
        (lambda: resnet(4, 3, law="cauchy"), "law = 'cauchy' is unknown"),
        (lambda: Residual(()), "the branch of a residual block is empty"),
        (lambda: Residual((dense(3, 4),)), r"the sum with the input takes 3 inputs, but part 1 of the branch has 4"),
        (lambda: Residual((dense(3, 4), dense(5, 3))), "part 2 takes 5 inputs, but part 1 of the branch has 4 outputs"),
        (lambda: Elementwise(0, TANH), "width is 0"),
        (lambda: Network((Block(Residual((dense(3, 3),)), 1),), 4), "layer 1 takes 3 inputs, but layer 0 has 4"),
    ],
)
def test_what_cannot_be_is_refused(make: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()  # type: ignore[operator]


def test_where_no_theorem_is_known_every_refusal_says_why_and_no_empty_table_is_shown() -> None:
    told = str(sg.ask(resnet(4, 3), trials=4, rng=0))
    assert "a layer is a residual block" in told
    assert "Claims that apply" not in told
