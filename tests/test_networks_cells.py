"""Cells as symbols: each does in a step what its paper says, and a cell that is not well defined is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
import sympy as sp
from copies import pickled

from symgrad.activations import activation
from symgrad.networks import CELLS, Affine, Cell, Gate, Letter, Mix, letters

Floats = npt.NDArray[np.float64]
RNG = np.random.default_rng(0)
WIDTH, INPUTS = 3, 2


def run(cell: Cell, weights: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    """Work a cell out line by line, as a reader would."""
    values = {str(state): value for state, value in zip(cell.states, states, strict=True)} | weights

    def of(expr: sp.Expr) -> Floats:
        names = sorted(expr.free_symbols, key=str)
        return np.asarray(sp.lambdify(names, expr, "numpy")(*(values[str(name)] for name in names)))

    for line in cell.lines:
        if isinstance(line, Affine):
            total = np.zeros(WIDTH)
            if line.recurrent:
                total = total + weights[line.recurrent] @ of(line.recurs)
            if line.inputs:
                total = total + weights[line.inputs] @ x
            values[str(line.symbol)] = total + (weights[line.bias] if line.bias else 0)
        elif isinstance(line, Gate):
            values[str(line.symbol)] = NUMPY[line.activation.name](of(line.of))
        else:
            values[str(line.symbol)] = of(line.value)
    return [of(value) for value in cell.update]


def sigmoid(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))


NUMPY: dict[str, Callable[[Floats], Floats]] = {"sigmoid": sigmoid, "tanh": np.tanh}


def drawn(cell: Cell) -> tuple[dict[str, Floats], list[Floats], Floats]:
    weights = {name: RNG.normal(size=(WIDTH, WIDTH)) for name in cell.recurrent}
    weights |= {name: RNG.normal(size=(WIDTH, INPUTS)) for name in cell.inputs}
    weights |= {name: RNG.normal(size=WIDTH) for name in (*cell.biases, *map(str, cell.vectors))}
    return weights, [RNG.normal(size=WIDTH) for _ in cell.states], RNG.normal(size=INPUTS)


def affine(w: dict[str, Floats], gate: str, h: Floats, x: Floats) -> Floats:
    return w[f"R_{gate}"] @ h + w[f"W_{gate}"] @ x + w[f"b_{gate}"]


def lstm(w: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    """As torch.nn.LSTM documents it."""
    h, c = states
    i, f, o = (sigmoid(affine(w, gate, h, x)) for gate in "ifo")
    new = f * c + i * np.tanh(affine(w, "g", h, x))
    return [o * np.tanh(new), new]


def lstm_1997(w: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    h, c = states
    new = c + sigmoid(affine(w, "i", h, x)) * np.tanh(affine(w, "g", h, x))
    return [sigmoid(affine(w, "o", h, x)) * np.tanh(new), new]


def lstm_peepholes(w: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    h, c = states
    i, f = (sigmoid(affine(w, gate, h, x) + w[f"p_{gate}"] * c) for gate in "if")
    new = f * c + i * np.tanh(affine(w, "g", h, x))
    return [sigmoid(affine(w, "o", h, x) + w["p_o"] * new) * np.tanh(new), new]


def gru(w: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    """As torch.nn.GRU documents it, W_n x + b_n and R_n h + d_n being what it calls W_in x + b_in and W_hn h + b_hn."""
    (h,) = states
    r, z = (sigmoid(affine(w, gate, h, x)) for gate in "rz")
    n = np.tanh(w["W_n"] @ x + w["b_n"] + r * (w["R_n"] @ h + w["d_n"]))
    return [(1 - z) * n + z * h]


def gru_before(w: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    (h,) = states
    r, z = (sigmoid(affine(w, gate, h, x)) for gate in "rz")
    return [(1 - z) * np.tanh(affine(w, "n", r * h, x)) + z * h]


def mgu(w: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    (h,) = states
    f = sigmoid(affine(w, "f", h, x))
    return [(1 - f) * h + f * np.tanh(affine(w, "h", f * h, x))]


def janet(w: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    (h,) = states
    a = affine(w, "f", h, x)
    return [sigmoid(a) * h + (1 - sigmoid(a - 1)) * np.tanh(affine(w, "c", h, x))]


def minimal_rnn(w: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    (h,) = states
    u = sigmoid(affine(w, "u", h, x))
    return [u * h + (1 - u) * np.tanh(w["W_z"] @ x + w["b_z"])]


def input_gated(w: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    (h,) = states
    f = sigmoid(w["W_f"] @ x + w["b_f"])
    return [f * h + (1 - f) * np.tanh(w["W_z"] @ x + w["b_z"])]


def vanilla(w: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    return [np.tanh(w["R"] @ states[0] + w["W"] @ x + w["b"])]


def leaky(w: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    return [0.75 * states[0] + 0.25 * vanilla(w, states, x)[0]]


def euler(w: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    return [states[0] + 0.1 * vanilla(w, states, x)[0]]


def diagonal(w: dict[str, Floats], states: list[Floats], x: Floats) -> list[Floats]:
    """Multiply complex numbers."""
    new = (w["p"] + 1j * w["q"]) * (states[0] + 1j * states[1]) + w["W"] @ x + w["b"]
    return [new.real, new.imag]


Step = Callable[[dict[str, Floats], list[Floats], Floats], list[Floats]]

WRITTEN: list[tuple[Cell, Step]] = [
    (CELLS["rnn"]("tanh"), vanilla),
    (CELLS["leaky"]("tanh", 0.25), leaky),
    (CELLS["euler"]("tanh"), euler),
    (CELLS["lstm"](), lstm),
    (CELLS["lstm"](forget_gate=False), lstm_1997),
    (CELLS["lstm"](peepholes=True), lstm_peepholes),
    (CELLS["gru"](), gru),
    (CELLS["gru"](reset_after=False), gru_before),
    (CELLS["mgu"](), mgu),
    (CELLS["janet"](1), janet),
    (CELLS["minimalrnn"](), minimal_rnn),
    (CELLS["input_gated"](), input_gated),
    (CELLS["diagonal"](), diagonal),
]


@pytest.mark.parametrize(
    ("cell", "written"), WRITTEN, ids=[f"{cell.name}-{at}" for at, (cell, _) in enumerate(WRITTEN)]
)
def test_a_cell_does_what_its_paper_writes(cell: Cell, written: Step) -> None:
    weights, states, x = drawn(cell)
    for ours, theirs in zip(run(cell, weights, states, x), written(weights, states, x), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13)  # a few hundred roundings, of sums in another order


def test_every_cell_of_the_catalogue_is_compared() -> None:
    assert {build().name for build in CELLS.values()} <= {cell.name for cell, _ in WRITTEN}


@pytest.mark.parametrize(("cell", "_"), WRITTEN, ids=[f"{cell.name}-{at}" for at, (cell, _) in enumerate(WRITTEN)])
def test_a_cell_is_a_value(cell: Cell, _: Step) -> None:
    assert pickled(cell) == cell
    assert hash(pickled(cell)) == hash(cell)
    assert not cell.numbers


def test_a_cell_knows_its_parts() -> None:
    cell = CELLS["lstm"](peepholes=True)
    assert cell.blocks == ("i", "f", "g", "o")
    assert cell.inputs == ("W_i", "W_f", "W_g", "W_o")
    assert [str(vector) for vector in cell.vectors] == ["p_i", "p_f", "p_o"]
    assert [phi.name for phi in cell.activations] == ["sigmoid", "tanh"]
    assert len(cell.gates) == 5


def test_a_rate_may_be_a_number_without_a_value() -> None:
    rate = sp.Symbol("alpha", positive=True)
    assert CELLS["leaky"]("tanh", rate).numbers == {rate}


H, A, Y = letters("h a y")
TANH = activation("tanh")


@pytest.mark.parametrize(
    ("lines", "update", "told"),
    [
        ((Gate(Y, TANH, A), Affine(A, "R", H)), (Y,), "y of own uses a, which is not defined above it"),
        ((Mix(Y, H), Mix(Y, 2 * H)), (Y,), "y is defined twice in own"),
        ((Mix(H, 2 * H),), (H,), "h is defined twice in own"),
        ((), (Y,), "the new h of own uses y, which is not defined above it"),
        ((), (), "own has 1 states and 0 updates"),
    ],
)
def test_a_cell_that_is_not_well_defined_is_refused(
    lines: tuple[Affine | Gate | Mix, ...], update: tuple[sp.Expr, ...], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        Cell("own", (H,), lines, update)


def test_a_matrix_without_a_vector_is_refused() -> None:
    with pytest.raises(ValueError, match="a has a recurrent matrix without a vector, or a vector without"):
        Affine(A, recurrent="R")


def test_letters_are_vectors_and_other_symbols_are_not() -> None:
    assert Letter("h") == H
    assert sp.Symbol("h", real=True) != H


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (lambda: CELLS["leaky"]("tanh", 0), "rate = 0 is out of range"),
        (lambda: CELLS["euler"]("tanh", 2), "step = 2 is out of range"),
        (lambda: CELLS["janet"]("much"), "shift = 'much' is not a number"),
    ],
)
def test_a_number_out_of_range_is_refused(build: Callable[[], Cell], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        build()
