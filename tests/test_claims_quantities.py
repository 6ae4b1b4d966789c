"""Quantities and modes: the words that theorems and simulations share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields

import pytest
import sympy as sp
from copies import pickled

from symgrad.claims import (
    Always,
    AsWidthGrows,
    InLaw,
    InMean,
    Measurable,
    Mode,
    Norm,
    Quantity,
    Tightness,
    TightnessKind,
    WithProbability,
    gradient_norm,
    jacobian_norm,
    mean_square_gradient,
    preactivation_var,
    quantity,
    symbol,
    weight_image_square_norm,
    weight_norm,
)

LAYER = symbol("layer")


@pytest.mark.parametrize(
    ("made", "name", "text", "formula"),
    [
        (gradient_norm(3), "gradient_norm", "gradient_norm(layer=3)", r"\frac{\lVert g_{3}\rVert}{\lVert g_L\rVert}"),
        (jacobian_norm(), "jacobian_norm", "jacobian_norm(layer=0)", r"\lVert J_{L:0}\rVert_{2}"),
        (
            jacobian_norm(1, Norm.INF),
            "jacobian_norm",
            "jacobian_norm(layer=1, norm=inf)",
            r"\lVert J_{L:1}\rVert_{\infty}",
        ),
        (weight_norm(2, Norm.FROBENIUS), "weight_norm", "weight_norm(layer=2, norm=fro)", r"\lVert W_{2}\rVert_{F}"),
        (preactivation_var(LAYER), "preactivation_var", "preactivation_var(layer=layer)", None),
        (weight_image_square_norm(), "weight_image_square_norm", "weight_image_square_norm(layer=1)", None),
        (mean_square_gradient(), "mean_square_gradient", "mean_square_gradient(layer=0)", None),
        (Quantity(Measurable.LIPSCHITZ), "lipschitz", "lipschitz", r"\sup_x |\varphi'(x)|"),
    ],
)
def test_a_quantity_knows_its_name_its_text_and_its_formula(
    made: Quantity, name: str, text: str, formula: str | None
) -> None:
    assert made.name == name
    assert str(made) == text
    assert formula is None or made.latex() == formula
    assert quantity(name, made.layer, made.norm) == made


def test_a_symbolic_layer_is_written_as_in_papers() -> None:
    assert gradient_norm(LAYER - 1).latex() == r"\frac{\lVert g_{\ell - 1}\rVert}{\lVert g_L\rVert}"


def test_the_same_quantity_is_found_in_a_dictionary_however_its_layer_is_given() -> None:
    assert {gradient_norm(2): "here"}[gradient_norm(sp.Integer(2))] == "here"
    assert gradient_norm(2) != gradient_norm(3)
    assert gradient_norm(2).at(3) == gradient_norm(3)
    assert jacobian_norm(0, Norm.ONE) != jacobian_norm(0, Norm.INF)


def test_measurables_have_names_of_their_own() -> None:
    names = [each.code_name for each in Measurable]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
    assert len({each.latex for each in Measurable}) == len(names)
    assert all(quantity(name).what is each for name, each in zip(names, Measurable, strict=True))


def test_an_unknown_quantity_suggests_near_ones() -> None:
    with pytest.raises(ValueError, match="unknown quantity 'gradientnorm'; try gradient_norm"):
        quantity("gradientnorm")
    with pytest.raises(ValueError, match="unknown quantity 'qqq'; try backward_gain, batch_weight_gradient_norm"):
        quantity("qqq")


MODES: tuple[Callable[[], Mode], ...] = (
    Always,
    InMean,
    InLaw,
    lambda: WithProbability(sp.Rational(1, 100)),
    lambda: AsWidthGrows(1 / symbol("width")),
)


@pytest.mark.parametrize("make", MODES, ids=["always", "mean", "law", "probability", "width"])
def test_modes_are_values_with_words(make: Callable[[], Mode]) -> None:
    mode = make()
    assert mode.words()
    assert mode.latex_words().startswith(r"\text{")
    assert make() == mode == pickled(mode)
    assert hash(make()) == hash(mode)
    for field in fields(mode):
        with pytest.raises(FrozenInstanceError):
            setattr(mode, field.name, None)


def test_modes_say_how_far_they_go() -> None:
    assert WithProbability(sp.Rational(1, 100)).words() == "with probability at least 99/100"
    assert AsWidthGrows(1 / symbol("width")).words() == "as the width grows, with an error of order 1/width"
    assert AsWidthGrows(1 / symbol("width")).latex_words() == (
        r"\text{as }n\to\infty\text{, with an error }O\!\left(\frac{1}{n}\right)"
    )


def test_a_failure_probability_may_be_a_symbol_until_it_has_a_value() -> None:
    delta = symbol("failure_probability")
    mode = WithProbability(delta)
    assert mode.valued({delta: sp.Rational(1, 4)}) == WithProbability(sp.Rational(1, 4))
    assert mode.valued({}) == mode
    assert Always().valued({delta: sp.Rational(1, 4)}) == Always()


def test_a_tightness_says_its_kind_and_by_what() -> None:
    tightness = Tightness(TightnessKind.UPPER, "loose by a factor of two")
    assert str(tightness) == "upper: loose by a factor of two"
    with pytest.raises(FrozenInstanceError):
        tightness.note = ""  # type: ignore[misc]
