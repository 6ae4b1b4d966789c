"""The notation table: complete, one symbol for each concept, and it prints what a paper writes."""

from __future__ import annotations

import pytest
import sympy as sp
from copies import pickled
from sympy.stats import ChiSquared

from symgrad.claims import NOTATION, Notation, display, latex, symbol

ROWS = list(NOTATION.values())
WORDS = {"real", "integer", "positive", "nonnegative"}


@pytest.fixture(params=ROWS, ids=lambda row: row.code_name)
def row(request: pytest.FixtureRequest) -> Notation:
    return request.param


def test_every_row_is_complete(row: Notation) -> None:
    assert row.concept.strip()
    assert row.latex.strip()
    assert row.code_name.isidentifier()
    assert row.domain
    assert set(row.domain.split()) <= WORDS
    assert set(row.shape) <= set(NOTATION)


def test_names_and_formulas_mean_one_thing_each() -> None:
    for column in ("code_name", "concept", "latex"):
        values = [getattr(row, column) for row in ROWS]
        assert len(set(values)) == len(values), column


def test_the_symbol_carries_the_domain_and_the_shape(row: Notation) -> None:
    found = row.symbol
    assert found == symbol(row.code_name)
    assert found.name == row.code_name
    if row.shape:
        sides = tuple(symbol(side) for side in row.shape)
        assert found.shape == (sides if len(sides) == 2 else (*sides, 1))
        assert all(side.is_positive and side.is_integer for side in sides)
    else:
        assert all(getattr(found, f"is_{word}") for word in row.domain.split())


def test_the_symbol_is_printed_as_the_table_says(row: Notation) -> None:
    assert latex(row.symbol) == row.latex


@pytest.mark.parametrize(
    "concept", ["depth", "width", "weights", "biases", "weight_var", "bias_var", "gradient", "lipschitz", "rate"]
)
def test_what_the_field_speaks_of_has_a_row(concept: str) -> None:
    assert concept in NOTATION


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("depth", sp.S.Zero, True),
        ("depth", sp.Rational(1, 2), False),
        ("depth", sp.Integer(-1), False),
        ("width", sp.S.Zero, False),
        ("weight_var", sp.S.Zero, True),
        ("weight_var", sp.I, False),
        ("failure_probability", sp.Rational(1, 2), True),
        ("failure_probability", sp.S.One, False),
        ("threshold", sp.Integer(2), False),
        ("depth", sp.Symbol("L"), True),  # nothing is known against it
        ("weight_var", sp.Symbol("v", negative=True), False),
    ],
)
def test_values_outside_of_the_domain_are_objected_to(name: str, value: sp.Expr, fits: bool) -> None:
    objection = NOTATION[name].objection(value)
    assert (objection == "") == fits
    assert fits or objection.startswith(f"{name} = {value} is not a ")


def test_formulas_are_written_in_the_letters_of_the_table() -> None:
    assert latex((symbol("lipschitz") * symbol("weight_norm")) ** symbol("depth")) == (
        r"\left(\gamma \lVert W\rVert_2\right)^{L}"
    )
    assert latex(symbol("weights").T * symbol("gradient")) == r"W_\ell^{T} g_\ell"


def test_a_random_variable_is_written_by_its_row() -> None:
    chi = ChiSquared(symbol("chi_square"), symbol("fan_out"))
    assert latex(2 * chi) == r"2 \chi^2_{n_\ell}"


def test_what_a_derivation_names_prints_verbatim_and_has_its_assumptions() -> None:
    norm = display(r"\lVert v\rVert", nonnegative=True)
    assert latex(norm) == r"{\lVert v\rVert}"
    assert norm.is_nonnegative
    assert display("v").is_nonnegative is None


LAYER = symbol("layer")


def test_what_has_an_index_moves_with_it() -> None:
    norm = display(r"\lVert h_{#}\rVert", LAYER, nonnegative=True)
    assert latex(norm.xreplace({LAYER: LAYER - 1})) == r"{\lVert h_{\ell - 1}\rVert}"
    assert latex(norm.xreplace({LAYER: sp.Integer(3)}) ** 2) == r"{\lVert h_{3}\rVert}^{2}"
    assert norm.xreplace({LAYER: sp.S.Zero}) == display(r"\lVert h_{#}\rVert", sp.S.Zero, nonnegative=True)
    assert norm.is_nonnegative
    assert norm.is_real
    assert display("v_{#}", LAYER).is_real is None
    assert pickled(norm) == norm


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="dept"):
        symbol("dept")
