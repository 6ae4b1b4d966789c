"""Gated cells: their bounds against naive products of Jacobians by complex steps, attacked at random and by search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import cell_twins as twins
import numpy as np
import pytest
import sympy as sp
from odd_recurrences import of_units
from scipy.optimize import minimize

import symgrad as sg
from symgrad.claims import Logistic, symbol
from symgrad.networks import CELLS, Cell, GivenWeights, Recurrence
from symgrad.theorems import about, claim, registered
from symgrad.theorems.recurrences.drives import largest_preactivation

Array = Any
BEFORE = CELLS["gru"](reset_after=False)
CASES: dict[str, tuple[Cell, twins.Twin]] = {
    "jacobian_norm_le_pow_of_gru_reset_after": (CELLS["gru"](), twins.gru_after),
    "jacobian_norm_le_pow_of_gru_reset_before": (BEFORE, twins.gru_before),
    "jacobian_norm_le_pow_of_mgu_gate": (CELLS["mgu"](), twins.mgu),
    "jacobian_norm_le_pow_of_janet_gate": (CELLS["janet"](), twins.janet(0.0)),
    "jacobian_norm_le_pow_of_minimal_rnn_gate": (CELLS["minimalrnn"](), twins.minimal_rnn),
    "jacobian_norm_le_pow_of_lstm_comparison": (CELLS["lstm"](), twins.lstm),
}
LSTM = "jacobian_norm_le_pow_of_lstm_comparison"
WIDTH = 3


def norm(matrix: Array) -> float:
    return float(np.linalg.norm(matrix, 2))


def drawn(cell: Cell, rng: np.random.Generator, scale: float, inputs: Array) -> tuple[Recurrence, twins.Weights]:
    """A network of random weights and given inputs, and the same arrays by name."""
    arrays = {name: scale * rng.normal(size=(WIDTH, WIDTH)) / WIDTH**0.5 for name in (*cell.recurrent, *cell.inputs)}
    biases = {name: scale * rng.normal(size=WIDTH) for name in cell.biases}
    law = {name: GivenWeights(array) for name, array in arrays.items()}
    return sg.recurrence(cell, WIDTH, len(inputs), law=law, biases=biases, inputs=inputs), {**arrays, **biases}


def through_time(twin: twins.Twin, count: int, inputs: Array, weights: twins.Weights) -> Array:
    """The Jacobian of all steps, by complex steps, from states of zero."""

    def run(states: twins.States, _: Any, w: twins.Weights) -> twins.States:
        for x in inputs:
            states = twin(states, x, w)
        return states

    return twins.by_complex_steps(run, [np.zeros(WIDTH)] * count, np.zeros(0), weights)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("scale", [0.1, 1.0, 4.0])
def test_the_bound_holds_for_random_networks_and_inputs(name: str, scale: float) -> None:
    cell, twin = CASES[name]
    rng = np.random.default_rng([len(name), int(10 * scale)])
    for steps in (1, 2, 5):
        network, arrays = drawn(cell, rng, scale, rng.normal(size=(steps, WIDTH)))
        bound = float(claim(name, network).valued().evalf())
        assert norm(through_time(twin, len(cell.states), network.inputs.array, arrays)) <= bound  # type: ignore[union-attr]


# --------------------------------------------------------------------------------------- one step, attacked by search


def shaped(cell: Cell, flat: Array, width: int, size: float | None) -> tuple[twins.Weights, Array]:
    """Weights of one step from a vector of numbers, norms as asked; what is left are states within 1."""
    flat = 30 * np.tanh(flat / 30)
    weights: twins.Weights = {name: np.zeros((width, 1)) for name in cell.inputs}
    for name in cell.recurrent:
        matrix, flat = flat[: width**2].reshape(width, width), flat[width**2 :]
        weights[name] = matrix if size is None else size * matrix / norm(matrix)
    for name in cell.biases:
        weights[name], flat = flat[:width], flat[width:]
    return weights, np.sin(flat)


def factor(bound: sp.Expr) -> Callable[[twins.Weights], float]:
    """A bound of one step in the symbols of the theorems, as a function of weights."""
    once = bound.subs(symbol("steps"), 1)
    symbols = sorted(once.free_symbols, key=str)
    formula = sp.lambdify(symbols, once)

    def value(each: sp.Symbol, weights: twins.Weights) -> float:
        if each == symbol("reset_bias_size"):
            return float(np.abs(weights["d_n"]).max())
        matrix = weights[f"R_{str(each)[-1]}"]
        return float(np.abs(matrix).sum(axis=1).max()) if each == symbol("recurrent_norm_inf_n") else norm(matrix)

    return lambda weights: float(formula(*(value(each, weights) for each in symbols)))


def attack(ratio: Callable[[Array], float], starts: int, size: int) -> float:
    """The largest ratio that is found from random starts, each driven uphill by Nelder and Mead."""
    rng = np.random.default_rng(5)
    points = [rng.normal(size=size) * rng.choice([0.5, 1, 3, 8]) for _ in range(40 * starts)]
    best = sorted(points, key=ratio)[-starts:]
    options = {"maxfev": 2500, "adaptive": True}
    return max(-minimize(lambda p: -ratio(p), start, method="Nelder-Mead", options=options).fun for start in best)


def numbers(cell: Cell, width: int) -> int:
    return width * (width * len(cell.recurrent) + len(cell.biases) + len(cell.states))


# What the search reaches where all recurrent weights have norm 1, and stays below: what is told of the tightness.
REACHED = {
    "jacobian_norm_le_pow_of_gru_reset_after": (0.80, 1),
    "jacobian_norm_le_pow_of_gru_reset_before": (0.80, 1),
    "jacobian_norm_le_pow_of_mgu_gate": (0.65, 0.7),
    "jacobian_norm_le_pow_of_janet_gate": (0.88, 1),
    "jacobian_norm_le_pow_of_minimal_rnn_gate": (0.95, 1),
}


def searched(name: str, bound: sp.Expr) -> float:
    cell, twin = CASES[name]
    value = factor(bound)

    def ratio(flat: Array) -> float:
        weights, state = shaped(cell, flat, 2, 1.0)
        return norm(twins.by_complex_steps(twin, [state], np.zeros(1), weights)) / value(weights)

    return attack(ratio, 3, numbers(cell, 2))


@pytest.mark.parametrize("name", REACHED)
def test_a_search_comes_near_the_bound_of_a_step_and_never_above(name: str) -> None:
    least, most = REACHED[name]
    found = searched(name, claim(name, registered()[name].example()).bound)
    assert least <= found <= most + 1e-12  # rounding of norms of two rows


def test_the_search_finds_a_bound_out_that_is_too_small() -> None:
    theorem = registered()["jacobian_norm_le_pow_of_minimal_rnn_gate"]
    mutant = theorem.mutant(claim(theorem.name, theorem.example()))
    assert searched(theorem.name, mutant.bound) > 1.1


def comparison(weights: twins.Weights) -> tuple[Array, float, float]:
    """The matrix, the bound of cell states and the ratio of axes, as the docstring has them."""
    top = {g: twins.sigmoid((weights[f"b_{g}"] + np.abs(weights[f"R_{g}"]).sum(axis=1)).max()) for g in "ifo"}
    slope = {g: x * (1 - x) if x < 0.5 else 0.25 for g, x in top.items()}
    most = top["i"] / (1 - top["f"])
    terms = {g: slope[g] * norm(weights[f"R_{g}"]) for g in "ifo"}
    kappa = most * terms["f"] + terms["i"] + top["i"] * norm(weights["R_g"])
    first = np.tanh(most) * terms["o"] + top["o"] * kappa
    ratio = top["o"] * top["f"] / kappa
    return np.array([[first, top["o"] * top["f"]], [kappa, top["f"]]]), most, max(ratio, 1 / ratio) ** 0.5


@pytest.mark.parametrize(("size", "reached"), [(0.01, 0.99), (0.3, 0.99)])
def test_a_search_comes_near_the_comparison_matrix_and_never_above(size: float, reached: float) -> None:
    cell = CELLS["lstm"]()

    def ratio(flat: Array) -> float:
        weights, states = shaped(cell, flat, 1, size)
        matrix, most, axes = comparison(weights)
        jacobian = twins.by_complex_steps(twins.lstm, [states[:1], most * states[1:]], np.zeros(1), weights)
        return norm(jacobian) / (axes * np.abs(np.linalg.eigvals(matrix)).max())

    found = attack(ratio, 3, numbers(cell, 1))
    assert reached <= found <= 1 + 1e-12


# ------------------------------------------------------------------------------------------------ the LSTM criterion


@pytest.mark.parametrize("seed", range(6))
def test_the_criterion_is_that_of_the_eigenvalues(seed: int) -> None:
    """It holds exactly where the larger eigenvalue is below 1; NumPy's eigenvalues know no determinant of I - M."""
    rng = np.random.default_rng(seed)
    network, arrays = drawn(CELLS["lstm"](), rng, [0.02, 0.1, 0.3][seed % 3], np.zeros((2, WIDTH)))
    matrix, _, axes = comparison(arrays)
    largest = np.abs(np.linalg.eigvals(matrix)).max()
    answer = {each.name: each for each in about(network)}
    assert answer["comparison_radius_lt_one_of_lstm_gates"].applies == (largest < 1)
    made = answer[LSTM].claim
    assert made is not None
    # Bounds of gates are rounded up by some 1e-15, which the matrix magnifies by the distance of f from 1, at most 10.
    assert float(made.value_of(symbol("comparison_radius"))) == pytest.approx(largest, rel=1e-13)
    assert float(made.value_of(symbol("comparison_axes"))) == pytest.approx(axes, rel=1e-13)


def test_the_criterion_is_refused_with_its_numbers() -> None:
    (answer,) = (each for each in about(of_units("lstm", 9.0)) if each.name.startswith("comparison_radius"))
    assert answer.refusal.startswith("the gates close fast enough for what is fed back: what is fed back is ")


def test_a_provable_horizon_of_an_lstm() -> None:
    network = of_units("lstm", 0.05)
    made = claim(LSTM, network)
    horizon = made.depth_until(1e-6)
    assert float(made.subs(steps=horizon).log10) < -6 <= float(made.subs(steps=horizon - 1).log10)


def test_a_horizon_beyond_the_inputs_that_are_given_is_none() -> None:
    rng = np.random.default_rng(0)
    network, _ = drawn(CELLS["lstm"](), rng, 0.02, rng.normal(size=(9, WIDTH)))
    made = claim(LSTM, network)
    assert made.subs(steps=3).valued().is_number  # a lag of three steps
    with pytest.raises(ValueError, match=r"holds if steps <= 9; steps = 10 violates that"):
        made.subs(steps=10)
    with pytest.raises(
        ValueError, match=r"holds if steps <= 9; its bound is not below the threshold before steps = \d\d"
    ):
        made.depth_until(1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_cell_states_stay_within_their_bound(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network, arrays = drawn(CELLS["lstm"](), rng, 2.0, rng.normal(size=(12, WIDTH)))
    states: twins.States = (np.zeros(WIDTH, dtype=complex),) * 2
    for x in network.inputs.array:  # type: ignore[union-attr]
        states = twins.lstm(states, x, arrays)
    bound = claim("cell_state_size_le_geometric_sum_of_gates", network).valued().evalf()
    assert np.abs(states[1]).max() <= float(bound)


def test_cell_states_come_near_their_bound() -> None:
    """Gates that see nothing and a candidate that saturates: the bound is the sum itself."""
    biases = {"b_f": 1, "b_g": 30}
    network = of_units("lstm", 0.0, biases=biases)
    weights = {f"{kind}_{gate}": np.zeros((2, 2)) for kind in "RW" for gate in "ifgo"}
    weights |= {f"b_{gate}": np.full(2, float(biases.get(f"b_{gate}", 0))) for gate in "ifgo"}
    states: twins.States = (np.zeros(2, dtype=complex),) * 2
    for _ in range(int(network.steps)):
        states = twins.lstm(states, np.zeros(2), weights)
    bound = claim("cell_state_size_le_geometric_sum_of_gates", network).valued().evalf()
    assert states[1].real.max() == pytest.approx(float(bound), rel=1e-14)  # a dozen roundings


# --------------------------------------------------------------------------------------------------- what drives gates


def exact_largest(arrays: Mapping[str, Array], gate: str, inputs: Array) -> Fraction:
    rows = [[Fraction(each) for each in row] for row in arrays[f"R_{gate}"]]
    drives = [[sum(Fraction(w) * Fraction(x) for w, x in zip(row, drive, strict=True)) for row in arrays[f"W_{gate}"]] for drive in inputs]  # fmt: skip
    sizes = [sum(map(abs, row)) + Fraction(bias) for row, bias in zip(rows, arrays[f"b_{gate}"], strict=True)]
    return max(size + each for drive in drives for size, each in zip(sizes, drive, strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_the_largest_preactivation_is_rounded_up_by_little(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network, arrays = drawn(CELLS["lstm"](), rng, 3.0, rng.normal(size=(4, WIDTH)))
    found, exact = largest_preactivation(network, "f"), exact_largest(arrays, "f", network.inputs.array)  # type: ignore[union-attr]
    above = Fraction(int(found.p), int(found.q)) - exact
    assert 0 <= above <= 40 * 2.0**-50  # 2^-50 of terms that add up to less than 40


def test_gates_that_see_the_input_alone_are_multiplied_exactly() -> None:
    rng = np.random.default_rng(2)
    network, arrays = drawn(CELLS["input_gated"](), rng, 1.0, rng.normal(size=(7, WIDTH)))
    naive = norm(through_time(twins.input_gated, 1, network.inputs.array, arrays))  # type: ignore[union-attr]
    made = claim("jacobian_norm_eq_pow_of_input_gates", network)
    assert float(made.valued()) == pytest.approx(naive, rel=1e-14)  # seven products
    with pytest.raises(ValueError, match=r"mean_gate was worked out at steps 7"):
        made.depth_until(0.5)
    assert claim("jacobian_norm_eq_pow_of_input_gates", network.with_steps(0)).valued() == 1


def test_without_input_a_gate_is_its_bias() -> None:
    network = sg.recurrence("input_gated", 3, 5, biases={"b_f": np.array([1.0, 3.0, 2.0])}, input_mean_square=0)
    assert claim("jacobian_norm_eq_pow_of_input_gates", network).value_of(symbol("mean_gate")) == Logistic(3)


@pytest.mark.parametrize(
    ("network", "name", "words"),
    [
        (of_units("gru", bias_var=1), "gru_reset_after", "d_n has no largest entry: bias_var 1"),
        (
            sg.gru(width=3, steps=4),
            "gru_reset_after",
            "the recurrent weights are given numbers: recurrent weights are drawn",
        ),
        (sg.gru(width=3, steps=4), "gru_reset_before", "the cell is gru$"),
        (of_units(CELLS["janet"](1)), "janet_gate", "the cell is janet of another kind"),
        (of_units("mgu", state_mean_square=1), "mgu_gate", "states begin at zero: the initial state has mean square 1"),
        (of_units("lstm", input_mean_square=1), "lstm_comparison", "the inputs are drawn, and so without a bound"),
        (of_units("lstm", 0.0), "lstm_comparison", "R_i, R_f and R_g are zero"),
    ],
)
def test_refusals_say_what_is_missing(network: Recurrence, name: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        claim(f"jacobian_norm_le_pow_of_{name}", network)


def test_bounds_of_more_steps_are_powers() -> None:
    made = claim("jacobian_norm_le_pow_of_mgu_gate", of_units("mgu", 2.0))
    assert made.subs(steps=10**6).log10 == pytest.approx(10**6 / 2 * np.log10(1 + 9 + 2), rel=1e-14)
