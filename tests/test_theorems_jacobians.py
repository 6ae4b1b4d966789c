"""Jacobians of cells: derived, printed and worked out; against the complex step of cells that are written by hand."""

from __future__ import annotations

import itertools
from typing import Any

import cell_twins as twins
import matplotlib.mathtext
import numpy as np
import pytest
import sympy as sp
from latex2mathml.converter import convert

import symgrad as sg
from symgrad.networks import CELLS, Affine, Cell, Gate, GivenBiases, GivenWeights, Letter, Mix, RecurrentLayer, letters
from symgrad.theorems import step_jacobian, step_values, trajectory
from symgrad.theorems.recurrences.points import computed
from symgrad.theorems.recurrences.words import Block, Term

SIGMOID, TANH = sg.activation("sigmoid"), sg.activation("tanh")


def own_cell() -> Cell:
    """A cell of no catalogue: two states that see each other, a matrix after a product, one matrix used twice."""
    u, v, a, b, s, g, m = letters("u v a b s g m")
    lines = (
        Affine(a, "R", u * v, "W", "b"),
        Gate(s, SIGMOID, a + v),
        Affine(b, "R", s + u),
        Gate(g, TANH, b * s),
        Mix(m, g - u * s),
    )
    return Cell("own", (u, v), lines, (m * v - m**2 / 3, u + s * m))


def own_twin(states: twins.States, x: twins.Array, w: twins.Weights) -> twins.States:
    u, v = states
    s = twins.sigmoid(w["R"] @ (u * v) + w["W"] @ x + w["b"] + v)
    m = np.tanh(w["R"] @ (s + u) * s) - u * s
    return m * v - m**2 / 3, u + s * m


CASES: dict[str, tuple[Cell, twins.Twin]] = {
    "rnn": (CELLS["rnn"](), twins.rnn),
    "rnn of relu": (CELLS["rnn"]("relu"), twins.relu_rnn),
    "rnn of gelu": (CELLS["rnn"]("gelu"), twins.gelu_rnn),
    "leaky": (CELLS["leaky"](rate=0.25), twins.leaky),
    "euler": (CELLS["euler"](), twins.euler),
    "lstm": (CELLS["lstm"](), twins.lstm),
    "lstm without forget gate": (CELLS["lstm"](forget_gate=False), twins.lstm_without_forget_gate),
    "lstm with peepholes": (CELLS["lstm"](peepholes=True), twins.lstm_with_peepholes),
    "gru": (CELLS["gru"](), twins.gru_after),
    "gru, reset before": (CELLS["gru"](reset_after=False), twins.gru_before),
    "mgu": (CELLS["mgu"](), twins.mgu),
    "janet": (CELLS["janet"](), twins.janet(0.0)),
    "janet with a shift": (CELLS["janet"](1), twins.janet(1.0)),
    "minimalrnn": (CELLS["minimalrnn"](), twins.minimal_rnn),
    "input-gated": (CELLS["input_gated"](), twins.input_gated),
    "diagonal": (CELLS["diagonal"](), twins.diagonal),
    "own": (own_cell(), own_twin),
}
WIDTH, INPUTS = 4, 3


def drawn(cell: Cell, seed: int, scale: float = 1.0) -> tuple[RecurrentLayer, twins.Weights]:
    """A layer of random weights, and the same arrays by name."""
    rng = np.random.default_rng(seed)
    arrays = {name: scale * rng.normal(size=(WIDTH, WIDTH)) for name in cell.recurrent}
    arrays |= {name: rng.normal(size=(WIDTH, INPUTS)) for name in cell.inputs}
    vectors = {name: rng.normal(size=WIDTH) for name in (*cell.biases, *map(str, cell.vectors))}
    matrices = tuple((name, GivenWeights(array)) for name, array in arrays.items())
    given = tuple((name, GivenBiases(array)) for name, array in vectors.items())
    return RecurrentLayer(cell, WIDTH, INPUTS, matrices, given), {**arrays, **vectors}


def point(cell: Cell, seed: int) -> tuple[dict[str, Any], Any]:
    rng = np.random.default_rng(seed + 1000)
    return {str(state): rng.normal(size=WIDTH) for state in cell.states}, rng.normal(size=INPUTS)


# Between 20 and 60 roundings of terms of the size of the Jacobian's own norm lie between the two; 1e-13 is 450 of them.
TOLERANCE = 1e-13


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_the_jacobian_is_that_of_complex_steps(name: str, seed: int) -> None:
    cell, twin = CASES[name]
    layer, arrays = drawn(cell, seed, 0.3 + seed)
    states, x = point(cell, seed)
    derived = trajectory(layer, states, x[None]).jacobian(1)
    naive = twins.by_complex_steps(twin, list(states.values()), x, arrays)
    assert np.abs(derived - naive).max() <= TOLERANCE * np.abs(naive).max()


@pytest.mark.parametrize("name", CASES)
def test_the_forward_pass_is_that_of_the_papers(name: str) -> None:
    cell, twin = CASES[name]
    layer, arrays = drawn(cell, 5)
    states, x = point(cell, 5)
    values = step_values(layer, states, x)
    wanted = twin(tuple(states.values()), x, arrays)
    for state, new in zip(states, wanted, strict=True):
        assert values[f"new {state}"] == pytest.approx(new.real, rel=1e-14, abs=1e-15)  # a few roundings each


@pytest.mark.parametrize("name", ["lstm", "own", "gru"])
def test_totals_are_blocks_of_the_product(name: str) -> None:
    """Total derivatives, derived in letters of two steps, are complex steps of the cell applied twice."""
    cell, twin = CASES[name]
    layer, arrays = drawn(cell, 7)
    states, x = point(cell, 7)
    inputs = np.stack([x, -x])
    path = trajectory(layer, states, inputs)
    naive = twins.by_complex_steps(
        lambda s, _, w: twin(twin(s, inputs[0], w), inputs[1], w), list(states.values()), x, arrays
    )
    dated = {Letter(f"{key}_{step + 1}"): value for step in range(2) for key, value in path.values[step].items()}
    size = TOLERANCE * np.abs(naive).max()
    for (row, new), (column, old) in itertools.product(enumerate(cell.states), repeat=2):
        block = naive[row * WIDTH : (row + 1) * WIDTH, column * WIDTH : (column + 1) * WIDTH]
        lifted = step_jacobian(cell).total(new, old, steps=2)
        assert np.abs(lifted.at(lambda entries: computed(entries, dated), arrays, WIDTH) - block).max() <= size
        assert np.abs(path.total(str(new), str(old)) - block).max() <= size


# -------------------------------------------------------------------------------------- partial and total derivative


def test_partial_and_total_derivative_of_the_cell_state_differ_even_in_sign() -> None:
    jacobian = step_jacobian(CELLS["lstm"]())
    assert str(jacobian.partial("c", "c")) == str(jacobian["c", "c"]) == "d(f)"
    assert str(jacobian.partial("c", "c", steps=3)) == "d(f_1*f_2*f_3)"
    assert jacobian.total("c", "c", steps=2).matrices == ("R_i", "R_f", "R_g")  # the paths through h and the gates
    weights = {"weight_ih_l0": np.ones((4, 1)), "weight_hh_l0": np.full((4, 1), -3.0)}
    inputs, states = np.zeros((3, 1)), {"h": [0.5], "c": [1.0]}
    path = trajectory(sg.lstm(steps=3, weights=weights).layers[0], states, inputs)
    gates = np.prod([values["f"] for values in path.values])
    assert path.partial("c").item() == pytest.approx(gates, rel=1e-15)  # two products, rounded
    arrays = {name: np.array([[-3.0]]) for name in ("R_i", "R_f", "R_g", "R_o")}
    arrays |= {name: np.zeros((1, 1)) for name in ("W_i", "W_f", "W_g", "W_o")} | dict.fromkeys(
        ("b_i", "b_f", "b_g", "b_o"), np.zeros(1)
    )
    thrice = twins.by_complex_steps(
        lambda s, x, w: twins.lstm(twins.lstm(twins.lstm(s, x, w), x, w), x, w),
        [np.array([0.5]), np.array([1.0])], np.zeros(1), arrays,
    )  # fmt: skip
    assert path.total("c", "c").item() == pytest.approx(thrice[1, 1], rel=1e-13)  # some dozen roundings
    assert thrice[1, 1] < 0 < gates


def test_over_several_steps_nothing_held_fixed_leads_elsewhere() -> None:
    jacobian = step_jacobian(CELLS["lstm"]())
    with pytest.raises(ValueError, match=r"over 2 steps a change of c reaches h through states that are held fixed"):
        jacobian.partial("h", "c", steps=2)
    with pytest.raises(ValueError, match=r"z is no state of lstm; its states are h, c"):
        jacobian.total("z", "c")


# ------------------------------------------------------------------------------------------------------------ print


def test_blocks_are_printed_as_in_the_papers() -> None:
    lstm, gru, mgu = (step_jacobian(CELLS[name]()) for name in ("lstm", "gru", "mgu"))
    assert lstm["c", "h"].latex() == (
        r"\operatorname{d}(g i (1 - i)) R_{i} + \operatorname{d}(c f (1 - f)) R_{f} + "
        r"\operatorname{d}(i (1 - g^{2})) R_{g}"
    )
    assert lstm["h", "c"].latex() == r"\operatorname{d}(f o (1 - y^{2}))"
    assert str(gru["h", "h"]) == (
        "d(z) + d(z*(1 - z)*(h - n)) R_z + d((1 - n**2)*(1 - z)) [d(q*r*(1 - r)) R_r + d(r) R_n]"
    )
    assert (
        mgu["h", "h"]
        .latex()
        .endswith(
            r"\operatorname{d}(f (1 - y^{2})) R_{h} \bigl[\operatorname{d}(f) + \operatorname{d}(f h (1 - f)) R_{f}\bigr]"
        )
    )


def test_numbers_stand_before_diagonals_and_slopes_that_are_no_formula_by_name() -> None:
    rate = sp.Symbol("alpha", positive=True)
    assert str(step_jacobian(CELLS["leaky"]("relu", rate))["h", "h"]) == "(1 - alpha) I + alpha d(ReLU'(a)) R"
    assert step_jacobian(CELLS["rnn"]("gelu"))["h", "h"].latex() == r"\operatorname{d}({\operatorname{GELU}'(a)}) R"
    assert str(step_jacobian(CELLS["diagonal"]())["x", "y"]) == "-d(q)"
    assert str(step_jacobian(CELLS["lstm"](forget_gate=False))["c", "c"]) == "I"
    assert str(step_jacobian(CELLS["rnn"]()).total("h", "h", steps=0)) == "I"
    assert str(Block(())) == "0"


@pytest.mark.parametrize("name", CASES)
def test_what_is_printed_is_latex(name: str) -> None:
    jacobian = step_jacobian(CASES[name][0])
    convert(jacobian.latex())
    convert(jacobian.definitions())
    assert jacobian._repr_latex_() == rf"$\displaystyle {jacobian.latex()}$"
    for _, block in jacobian.blocks:
        plain = block.latex().replace(r"\bigl", "").replace(r"\bigr", "")
        matplotlib.mathtext.MathTextParser("path").parse(f"${plain}$")


def test_definitions_say_what_the_letters_are() -> None:
    told = step_jacobian(CELLS["gru"](reset_after=False)).definitions()
    assert r"a_{n} &= R_{n} (h r) + W_{n} x + b_{n}" in told
    assert r"z &= \sigma(a_{z})" in told


# ------------------------------------------------------------------------------------------------- the algebra itself


def test_products_and_sums_of_blocks_are_those_of_matrices() -> None:
    """Random words, multiplied as words and as matrices."""
    f, g = letters("f g")
    rng = np.random.default_rng(0)
    matrices = {"A": rng.normal(size=(3, 3)), "B": rng.normal(size=(3, 3))}
    numbers = {f: rng.normal(size=3), g: rng.normal(size=3)}
    one = Block.of([Term(f), Term(f * g - 2, "A", Block.of([Term(g), Term(sp.S.One, "B")]))])
    two = Block.of([Term(-g, "B"), Term(sp.Integer(3))])

    def worked(block: Block) -> Any:
        return block.at(lambda d: np.asarray(sp.lambdify([f, g], d)(numbers[f], numbers[g])), matrices, 3)

    close = {"rel": 1e-13, "abs": 1e-13}  # some dozen roundings of numbers of the order of ten
    assert worked(one.before(two)) == pytest.approx(worked(one) @ worked(two), **close)
    assert worked(one + two) == pytest.approx(worked(one) + worked(two), **close)
    assert worked(one.scaled(g)) == pytest.approx(np.diag(numbers[g]) @ worked(one), **close)
    assert worked(one.multiplied("B")) == pytest.approx(matrices["B"] @ worked(one), **close)


def test_brackets_multiply_out() -> None:
    f, g = letters("f g")
    bracket = Block.of([Term(f, "A"), Term(g, "B")]).scaled(g)
    assert str(bracket) == "d(g) [d(f) A + d(g) B]"
    assert bracket.words() == {("A", sp.S.One): f * g, ("B", sp.S.One): g**2}
    assert str(Block.of([Term(f, "A"), Term(-f, "A")])) == "0"


# ------------------------------------------------------------------------------------------------------- bad input


def layer_of_lstm() -> RecurrentLayer:
    return drawn(CELLS["lstm"](), 0)[0]


def test_what_is_missing_or_misshapen_is_named() -> None:
    jacobian = step_jacobian(CELLS["rnn"]())
    with pytest.raises(ValueError, match=r"y of rnn is missing; given are x"):
        jacobian.at({"x": 1}, {"R": np.eye(2)})
    with pytest.raises(ValueError, match=r"R of rnn is missing"):
        jacobian.at({"y": [1, 2]}, {})
    with pytest.raises(ValueError, match=r"R of rnn has shape \(3, 3\) beside others|y of rnn has shape \(2,\)"):
        jacobian.at({"y": [1, 2]}, {"R": np.eye(3)})
    with pytest.raises(ValueError, match=r"y of rnn has shape \(2, 2\) or is not finite; give a vector or a number"):
        jacobian.at({"y": np.eye(2)}, {"R": np.eye(2)})
    with pytest.raises(ValueError, match=r"state c of lstm is missing; given are h"):
        step_values(layer_of_lstm(), {"h": np.zeros(WIDTH)}, np.zeros(INPUTS))
    with pytest.raises(ValueError, match=r"state c has 2 entries; the layer asks for 4"):
        step_values(layer_of_lstm(), {"h": np.zeros(WIDTH), "c": [1, 2]}, np.zeros(INPUTS))
    with pytest.raises(ValueError, match=r"R of rnn is no array; give weights"):
        step_values(sg.rnn(width=2, steps=1).layers[0], {"h": [0, 0]}, [0, 0])
    path = trajectory(layer_of_lstm(), {"h": np.zeros(WIDTH), "c": np.zeros(WIDTH)}, np.zeros((2, INPUTS)))
    with pytest.raises(ValueError, match=r"step = 3 is out of range; there are steps 1 to 2"):
        path.jacobian(3)
