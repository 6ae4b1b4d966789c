"""What is read off draws of recurrent networks, against slow twins and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from recurrent_twins import Twin

from symgrad import Recurrence, gru, lstm, recurrence, rnn, simulate
from symgrad.claims import (
    growth_rate,
    jacobian_norm,
    preactivation_var,
    saturated_fraction,
    volume_growth,
    weight_gradient_norm,
)
from symgrad.networks import CELLS
from symgrad.simulation import measure, replay
from symgrad.simulation.recurrences import memories
from symgrad.simulation.recurrences.frames import orthonormalise_rows

SEED, TRIAL = 7, 1
TOLERANCE = 1e-10  # the last of several dependent directions keeps a hundredth of its length at each of five steps

NETWORKS: dict[str, Recurrence] = {
    "rnn": rnn(6, 5, gain=1.5, state_mean_square=1),
    "stacked": lstm(3, 4, layers=2, bias_var=0.2, state_mean_square=0.3),
    "peepholes": lstm(4, 5, peepholes=True, bias_var=0.3),
    "gru": gru(4, 5, bias_var=0.3),
    "before": gru(4, 4, reset_after=False),
    "fresh": rnn(5, 4, tied=False, gain=1.2),
    "minimalrnn": recurrence("minimalrnn", 4, 4),
    "janet": recurrence("janet", 4, 4),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_tangents_are_those_of_the_whole_unrolled_network(name: str) -> None:
    network = NETWORKS[name]
    wanted = np.log(Twin(network, SEED, TRIAL).pushed(4))
    steps = np.arange(1, int(network.steps) + 1)
    for rank in (1, 3, 4):
        volumes = replay_of(network, volume_growth(0, rank).in_time())
        np.testing.assert_allclose(volumes, wanted[:, :rank].sum(axis=1), rtol=TOLERANCE, atol=TOLERANCE)
        rates = replay_of(network, growth_rate(1, rank).in_time())
        np.testing.assert_allclose(rates, wanted[1:, rank - 1] / steps, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_backward_pass_agrees_with_tangents(name: str, dtype: str) -> None:
    """Some hundred roundings at each of a few steps."""
    found = simulate(NETWORKS[name], "chain_rule_defect", trials=5, rng=0, dtype=dtype).values(0)
    assert (found < 1000 * np.finfo(dtype).eps).all()
    assert simulate(rnn(4, 0), "chain_rule_defect", trials=1, rng=0).at(0)[0] < np.log(1e-15)


def replay_of(network: Recurrence, asked: object) -> np.ndarray:
    """Return all steps of one trial."""
    (sample,) = measure(network, [asked], trials=TRIAL + 1, rng=SEED).values()
    return sample.log_values[TRIAL]


@pytest.mark.parametrize("name", [name for name, network in NETWORKS.items() if network.tied])
def test_gradients_by_matrices_are_summed_over_time(name: str) -> None:
    """From a step on: at the first all of the gradient, later what truncation leaves."""
    network = NETWORKS[name]
    twin = Twin(network, SEED, TRIAL)
    found = np.exp(replay(network, "weight_gradient_norm", SEED, TRIAL).log_values[0])
    wanted = [twin.weight_gradients(step) for step in range(1, int(network.steps) + 1)]
    np.testing.assert_allclose(found, wanted, rtol=TOLERANCE)


def test_gradients_by_matrices_keep_their_scale_where_gradients_explode_or_vanish() -> None:
    """One linear unit: a sum of k products of r**(k-1) with the state before, r**(T-k) h; so T r**(T-1) h."""
    for weight in (0.5, 3.0):
        layers = {"weight_hh_l0": [[weight]], "weight_ih_l0": [[1.0]]}
        network = recurrence(
            CELLS["rnn"]("identity"), steps=500, weights=layers, input_mean_square=0, state_mean_square=1
        )
        found = simulate(network, "weight_gradient_norm", trials=1, rng=0).log_values[0]
        lags = 500 - np.arange(500)
        np.testing.assert_allclose(found, np.log(lags) + 499 * np.log(weight), rtol=1e-12)


def test_preactivations_and_slopes_are_those_of_the_step() -> None:
    network = rnn(5, 6, gain=3, bias_var=0.1, state_mean_square=1)
    twin = Twin(network, SEED, TRIAL)
    states = twin.after(0, twin.start())[1:]
    inside = [np.arctanh(state) for state in states]
    found = np.exp(replay(network, "preactivation_var", SEED, TRIAL).log_values[0])
    np.testing.assert_allclose(found, [np.mean(each**2) for each in inside], rtol=1e-9)  # tanh near one loses digits
    counted = [np.mean(1 - state**2 < 0.1) for state in states]
    found = np.exp(replay_of(network, saturated_fraction(1, 0.1).in_time()))
    np.testing.assert_allclose(found, counted, rtol=1e-14)


def test_all_gates_of_all_layers_count_for_saturation() -> None:
    """Four activations of three units and the one of the new cell state: with huge biases, all but that are flat."""
    network = lstm(3, 2, layers=2, biases=dict.fromkeys(("b_i", "b_f", "b_g", "b_o"), 50))
    found = np.exp(replay(network, "saturated_fraction", SEED, TRIAL).log_values[0])
    assert found[0] == pytest.approx(4 / 5, rel=1e-15)  # tanh of 1 has slope 0.42
    assert simulate(
        rnn(4, 3, activation="relu", biases={"b": -100}), "dead_fraction", trials=1, rng=0
    ).log_values.tolist() == [[0, 0, 0]]


# ------------------------------------------------------------------------------------------------------- closed forms


def test_a_linear_network_multiplies_by_its_matrix() -> None:
    matrix = np.random.default_rng(0).normal(size=(4, 4)) / 2
    layers = {"weight_hh_l0": matrix, "weight_ih_l0": np.eye(4)}
    network = recurrence(CELLS["rnn"]("identity"), steps=7, weights=layers)
    found = simulate(network, jacobian_norm(0).in_time(), trials=1, rng=0)
    assert found.at(0)[0] == pytest.approx(np.log(np.linalg.norm(np.linalg.matrix_power(matrix, 7), 2)), rel=1e-12)


@pytest.mark.parametrize("is_complex", [False, True])
def test_lyapunov_exponents_of_diagonal_systems_are_logarithms_of_eigenvalues(is_complex: bool) -> None:
    """The frame turns to them at the rate of their ratios: what is left after T steps is a constant over T."""
    values = [0.9, 0.6, 0.3]
    angles = [0.0, 1.0, 2.0] if is_complex else [0.0] * 3
    vectors = {"p": np.multiply(values, np.cos(angles)), "q": np.multiply(values, np.sin(angles))}
    cell = CELLS["diagonal"](is_complex=is_complex)
    names = {str(letter): vectors[str(letter)] for letter in cell.vectors}
    network = recurrence(cell, 3, 4000, biases=names)
    rates = [replay_of(network, growth_rate(1, rank).in_time())[-1] for rank in range(1, 4 if not is_complex else 7)]
    wanted = np.log(np.repeat(values, 2 if is_complex else 1))
    np.testing.assert_allclose(rates, wanted, atol=20 / 4000)


def test_rates_converge_as_the_steps_grow() -> None:
    """Of a product of one matrix: twice the steps, half of what is left."""
    network = recurrence(CELLS["diagonal"](is_complex=False), 3, 800, biases={"p": [0.9, 0.5, 0.2]})
    rates = replay_of(network, growth_rate(1, 2).in_time())
    left = np.abs(rates - np.log(0.5))
    np.testing.assert_allclose(left[399] / left[799], 2, rtol=1e-6)


def test_a_direction_that_is_lost_is_lost_for_good() -> None:
    network = recurrence(CELLS["diagonal"](is_complex=False), 3, 5, biases={"p": [0.9, 0.5, 0.0]})
    assert (replay_of(network, growth_rate(1, 3).in_time()) == -np.inf).all()
    assert np.isfinite(replay_of(network, growth_rate(1, 2).in_time())).all()


# ------------------------------------------------------------------------------------------------------------- frames


@pytest.mark.parametrize(("vectors", "size"), [(1, 1), (3, 7), (32, 32), (33, 40), (70, 71), (100, 100)])
def test_rows_are_made_orthonormal_as_by_lapack(vectors: int, size: int) -> None:
    """Blocks and what is left over, even and odd; and rows whose lengths and angles differ by many powers of ten."""
    rng = np.random.default_rng(vectors)
    for frame in (rng.normal(size=(vectors, size)), rng.normal(size=(vectors, size)) * np.logspace(0, -6, size)):
        logs, mine = np.empty(vectors), frame.copy()
        assert orthonormalise_rows(mine, logs) == vectors
        upper = np.linalg.qr(frame.T)[1]
        # Rounding is amplified by what the row has lost, at most 10**6 or the condition of a random matrix.
        np.testing.assert_allclose(logs, np.log(np.abs(np.diag(upper))), atol=1e-8)
        # Three rows in a chain that keep a thirty-second each, and are not done again, leave 2**15 roundings.
        np.testing.assert_allclose(mine @ mine.T, np.eye(vectors), atol=2.0 ** (15 - 52) * np.sqrt(size))


def test_dependent_rows_are_found() -> None:
    rng = np.random.default_rng(1)
    frame = rng.normal(size=(50, 60))
    frame[41] = frame[3] - 2 * frame[17]
    assert orthonormalise_rows(frame.copy(), np.empty(50)) == 41
    frame[5] = 0
    assert orthonormalise_rows(frame.copy(), np.empty(50)) == 5


# --------------------------------------------------------------------------------------------------------------- rooms


def test_what_goes_forward_alone_keeps_no_states(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same numbers, whether a segment holds all steps or a few, and beside a backward pass."""
    network = lstm(4, 23, layers=2, bias_var=0.1)
    asked = [growth_rate(1, 2).in_time(), saturated_fraction(1, 0.2).in_time()]
    wanted = measure(network, asked, trials=2, rng=0)
    both = measure(network, [weight_gradient_norm(1).in_time(), *asked], trials=2, rng=0)
    monkeypatch.setattr(memories, "segment_of", lambda *_, **__: 4)
    few = measure(network, asked, trials=2, rng=0)
    for each in asked:
        assert wanted[each].log_values.tolist() == both[each].log_values.tolist() == few[each].log_values.tolist()


def test_memory_does_not_grow_with_the_steps_where_passes_go_forward() -> None:
    """A hundred thousand steps take as many bytes as ten thousand."""
    sizes = []
    for steps in (10**4, 10**5, 10**9):
        network = rnn(64, steps)
        wiring = memories_of(network)
        sizes.append(sum(each.nbytes for each in wiring if isinstance(each, np.ndarray)))
    assert sizes[0] == sizes[1] == sizes[2]


def memories_of(network: Recurrence) -> memories.RecurrentMemory:
    from symgrad.simulation.recurrences.wirings import wire_recurrence

    return memories.reserve_steps(
        wire_recurrence(network, "float64"), np.zeros(1, bool), returns=False, sums=False, tangents=True
    )


# ------------------------------------------------------------------------------------------------------------ refusals


def test_what_a_network_does_not_have_is_refused() -> None:
    for network, asked, why in (
        (lstm(4, 3), "preactivation_var", "it is of the one preactivation through time, and there are 4"),
        (
            rnn(4, 3, tied=False),
            "weight_gradient_norm",
            "it is of matrices that serve all steps, and these are fresh at each",
        ),
        (recurrence("input_gated", 4, 3), "weight_gradient_norm", "there is no recurrent matrix"),
        (recurrence("diagonal", 4, 3), "saturated_fraction", "there is no activation"),
    ):
        with pytest.raises(ValueError, match=f"{asked} cannot be measured of .*: {why}"):
            simulate(network, asked)
    with pytest.raises(ValueError, match="rank = 9 of a frame among 8 entries of all states; give 8 at most"):
        simulate(lstm(4, 3), growth_rate(1, 9).in_time(), trials=1)
    assert preactivation_var(1).in_time().axis.word == "step"


@pytest.mark.parametrize("network", [rnn(4, 6, gain=1.5), lstm(3, 5, gain=2), gru(3, 4, layers=2), rnn(4, 0)])
def test_one_tangent_is_pushed_where_the_quantity_has_no_rank(network: Recurrence) -> None:
    sample = simulate(network, "chain_rule_defect", trials=5, rng=0)
    assert sample.method == "dense"  # without matrices the rule is granted, not checked
    assert np.exp(sample.at(0)).max() < 1e-12  # backward pass against tangents; a few hundred operations in double


def test_a_step_that_was_not_measured_is_called_a_step() -> None:
    with pytest.raises(ValueError, match=r"weight_gradient_norm was not measured at step 0, but at \(\)"):
        simulate(rnn(4, 0), "weight_gradient_norm", trials=2, rng=0).at(0)
