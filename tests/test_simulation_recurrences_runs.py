"""Runs of recurrent networks: the same numbers however they are drawn, edges, and requests that are refused."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from symgrad import Recurrence, ask, gru, lstm, mlp, recurrence, rnn, simulate
from symgrad.claims import (
    Always,
    Axis,
    Claim,
    Relation,
    gradient_norm,
    jacobian_norm,
    mean_square_gradient,
)
from symgrad.networks import CELLS, ChronoBiases, IdentityWeights
from symgrad.simulation import Sample, horizons, measure, replay, summarise
from symgrad.simulation.recurrences import memories
from symgrad.simulation.running.jobs import Crew, job_for
from symgrad.simulation.running.requests import Request
from symgrad.verification import assert_holds

NETWORKS: list[Recurrence] = [
    lstm(9, 12, layers=2, bias_var=0.2, state_mean_square=0.5),
    gru(8, 15, tied=False, bias_var=0.1),
    rnn(33, 7, law="orthogonal", gain=1.2),
]


@pytest.mark.parametrize("network", NETWORKS, ids=str)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_numbers_depend_on_nothing_but_seed_and_trial(network: Recurrence, dtype: str, tmp_path: Path) -> None:
    """Neither on threads nor on chunks, on a replay, a checkpoint, other quantities, or a summary."""
    sample = simulate(network, "gradient_norm", trials=20, rng=3, dtype=dtype, threads=1)
    wanted = sample.log_values.tolist()
    assert simulate(network, "gradient_norm", trials=20, rng=3, dtype=dtype, threads=4).log_values.tolist() == wanted
    with ThreadPoolExecutor(2) as executor:
        again = simulate(network, "gradient_norm", trials=20, rng=3, dtype=dtype, executor=executor)
    assert again.log_values.tolist() == wanted
    assert replay(network, "gradient_norm", 3, 17, dtype).log_values.tolist() == [wanted[17]]
    path = tmp_path / "run"
    simulate(network, "gradient_norm", trials=7, rng=3, dtype=dtype, checkpoint=path)
    assert (
        simulate(network, "gradient_norm", trials=20, rng=3, dtype=dtype, checkpoint=path).log_values.tolist() == wanted
    )
    asked = [jacobian_norm(2).in_time(), mean_square_gradient(0).in_time(), gradient_norm(0).in_time()]
    found = measure(network, asked, trials=5, rng=3, dtype=dtype)
    assert found[asked[2]].log_values.tolist() == wanted[:5]
    assert found[asked[1]].log_values.tolist() == [[2 * log for log in row] for row in wanted[:5]]
    assert summarise(network, "gradient_norm", trials=20, rng=3, dtype=dtype).means.shape == (int(network.steps) + 1,)


def test_a_job_is_the_same_in_another_process() -> None:
    """As it is pickled for one: the description, not machine code."""
    network = lstm(5, 4, peepholes=True, biases={"b_f": ChronoBiases(9), "b_i": ChronoBiases(9, -1)})
    asked = gradient_norm(0).in_time()
    job = job_for(network, {asked: (0, 1)}, Request(3, 2, "float64", "auto"))
    other = pickle.loads(pickle.dumps(job))  # noqa: S301 - our own
    assert other.question == job.question
    found, wanted = (Crew(each, np.zeros(1, dtype=np.bool_))(range(3))[asked].tolist() for each in (other, job))
    assert found == wanted


def test_a_sample_says_what_it_is_of(tmp_path: Path) -> None:
    network = lstm(6, 4, layers=2)
    sample = simulate(network, "gradient_norm", trials=3, rng=1)
    assert (sample.layers, sample.width, sample.depth, sample.method) == ((0, 1, 2, 3, 4), 6, 4, "dense")
    assert sample.quantity.axis is Axis.TIME
    assert sample.subject == str(network)
    sample.save(tmp_path / "sample.npz")
    assert Sample.load(tmp_path / "sample.npz").quantity == sample.quantity


def test_single_precision_draws_the_same_network() -> None:
    """Ten steps of sums of some thirty products, each rounded to 24 digits: far below a thousandth."""
    network = lstm(16, 10, bias_var=0.3)
    double, single = (
        simulate(network, "gradient_norm", trials=5, rng=2, dtype=each) for each in ("float64", "float32")
    )
    np.testing.assert_allclose(single.log_values, double.log_values, atol=1e-3)


# ------------------------------------------------------------------------------------------------------------- lengths


@pytest.mark.parametrize("name", ["rnn", "lstm"])
def test_no_step_is_the_identity(name: str) -> None:
    network = recurrence(name, 4, 0)
    assert simulate(network, "gradient_norm", trials=2, rng=0).log_values.tolist() == [[0.0], [0.0]]
    assert simulate(network, jacobian_norm(0).in_time(), trials=1, rng=0).log_values.tolist() == [[0.0]]


def test_ten_thousand_steps_neither_overflow_nor_underflow() -> None:
    """A linear network multiplies the gradient by its matrix at each step: here a multiple of an orthogonal one."""
    for gain in (sp.Rational(1, 2), sp.Integer(1)):
        network = rnn(8, 10_000, activation="identity", law="orthogonal", gain=gain, input_mean_square=0)
        logs = simulate(network, "gradient_norm", trials=1, rng=0).log_values[0]
        wanted = float(sp.log(gain)) * np.arange(10_000, -1, -1)
        np.testing.assert_allclose(logs, wanted, rtol=1e-12, atol=1e-10)  # ten thousand norms, each rounded


def test_an_exact_zero_is_minus_infinity() -> None:
    network = rnn(4, 6, gain=0)
    assert simulate(network, "gradient_norm", trials=1, rng=0).log_values.tolist() == [[-np.inf] * 6 + [0.0]]
    assert simulate(network, jacobian_norm(3).in_time(), trials=1, rng=0).log_values.tolist() == [[-np.inf]]


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_running_segments_again_changes_no_bit(network: Recurrence, monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for three rows, or one, in place of all."""
    asked = [gradient_norm(0).in_time(), jacobian_norm(1).in_time()]
    wanted = measure(network, asked, trials=3, rng=4)
    for rows in (1, 3):
        monkeypatch.setattr(memories, "segment_of", lambda *_, rows=rows, **__: rows)
        found = measure(network, asked, trials=3, rng=4)
        for each in asked:
            assert found[each].log_values.tolist() == wanted[each].log_values.tolist()


def test_memory_grows_with_the_root_of_the_steps() -> None:
    rows = [memories.segment_of(steps, 4000, 400, 8, returns=True) for steps in (10**3, 10**7, 10**9)]
    assert rows[0] == 1000
    assert 90 <= rows[2] / rows[1] <= 110 or rows[1] == memories._KEEP_BYTES // 32000


# ------------------------------------------------------------------------------------------------------------ refusals


def test_what_cannot_be_simulated_says_what_would_work() -> None:
    n = sp.Symbol("n", positive=True, integer=True)
    with pytest.raises(ValueError, match="depends on n; a simulation needs numbers"):
        simulate(rnn(n, 5), "gradient_norm")
    with pytest.raises(ValueError, match=r"counts layers, and rnn .* has steps; ask for gradient_norm\(...\).in_time"):
        simulate(rnn(4, 5), gradient_norm(0))
    with pytest.raises(ValueError, match=r"counts steps, and .* has layers"):
        simulate(mlp(width=4, depth=3), gradient_norm(0).in_time())
    with pytest.raises(ValueError, match=r"has steps 0 to 5 in .*; step 6 is not among them"):
        simulate(rnn(4, 5), gradient_norm(6).in_time())
    with pytest.raises(ValueError, match="weight_norm cannot be simulated; what can is gradient_norm"):
        simulate(rnn(4, 5), "weight_norm")
    with pytest.raises(
        ValueError, match="method = 'sparse' is unknown; the methods are 'auto', 'matrix_free', 'dense'"
    ):
        simulate(rnn(4, 5), "gradient_norm", method="sparse")
    with pytest.raises(TypeError, match="cannot be simulated; give a network such as"):
        simulate("rnn", "gradient_norm")


def test_values_that_leave_the_range_of_a_float_are_refused() -> None:
    with pytest.raises(ValueError, match="leave the range of float64 in trial 0 of seed 0; a smaller weight_var"):
        simulate(rnn(4, 5000, activation="identity", gain=3), "gradient_norm", trials=1, rng=0)


def test_values_that_fade_are_refused_where_their_slopes_would_be_lost() -> None:
    """A ReLU has none at zero; for tanh, it is that of zero."""
    options = {"law": "identity", "input_mean_square": 0, "state_mean_square": 1}
    fading = {**options, "law": IdentityWeights(sp.Rational(1, 2))}
    with pytest.raises(ValueError, match="leave the range of float64"):
        simulate(rnn(16, 2000, activation="relu", **fading), "gradient_norm", trials=1, rng=0)
    assert np.isfinite(
        simulate(rnn(16, 1000, activation="relu", **fading), "gradient_norm", trials=1, rng=0).log_values
    ).all()
    logs = simulate(rnn(4, 2000, **fading), "gradient_norm", trials=1, rng=0).log_values
    assert logs[0, 1000] == pytest.approx(-1000 * np.log(2), rel=1e-12)


def test_a_million_steps() -> None:
    """Linear, so that the norm is known: each step takes a thousandth; rounding of a sum of a million logarithms."""
    vectors = {"p": [0.999]}
    network = recurrence(CELLS["diagonal"](is_complex=False), 1, 10**6, biases=vectors)
    sample = simulate(network, gradient_norm(0).in_time(), trials=1, rng=0)
    assert sample.at(0)[0] == pytest.approx(1e6 * np.log(0.999), rel=1e-12)


def test_what_no_machine_holds_is_refused_with_what_fits() -> None:
    with pytest.raises(ValueError, match=r"beyond memory for method = 'dense'.* at most a width of \d+ would fit"):
        simulate(rnn(10**6, 2), "gradient_norm", trials=1, method="dense")
    with pytest.raises(ValueError, match=r"beyond memory for method = 'dense'.* at most \d+ steps would fit"):
        simulate(rnn(4, 10**13), gradient_norm(0).in_time(), trials=1)


# ------------------------------------------------------------------------------------------------------------- claims


def test_claims_about_recurrent_networks_are_tried() -> None:
    network = lstm(8, 10)
    guess = Claim.conjecture(gradient_norm(0).in_time(), Relation.LE, 1, Always())
    assert_holds(guess, network)
    with pytest.raises(AssertionError, match="of 20 trials violate it"):
        assert_holds(replace(guess, bound=sp.Rational(1, 10**9)), network)


def test_an_answer_about_a_recurrent_network_has_its_gradients() -> None:
    answer = ask(lstm(8, 10), trials=20)
    sample = answer.sample("gradient_norm")
    assert sample is not None
    assert (sample.trials, sample.layers[-1]) == (20, 10)
    assert "gradient_norm" in str(answer)
    assert not answer.applies("jacobian_norm_le_prod_lipschitz")


# ------------------------------------------------------------------------------------------------------------ horizons


def test_a_horizon_is_the_first_lag_below_a_threshold() -> None:
    """A multiple of a rotation keeps a third of the gradient at each step: 3**-4 < 0.02 < 3**-3."""
    network = rnn(6, 9, "identity", law="orthogonal", gain=sp.Rational(1, 3), input_mean_square=0)
    for quantity in ("gradient_norm", "mean_square_gradient"):
        sample = simulate(network, quantity, trials=3, rng=0)
        assert horizons(sample, 0.02).tolist() == [4, 4, 4]
        assert horizons(sample, 2).tolist() == [0, 0, 0]
        assert horizons(sample, 1e-6).tolist() == [np.inf] * 3
    with pytest.raises(ValueError, match="threshold = 0 is not positive"):
        horizons(sample, 0)
    with pytest.raises(ValueError, match="simulate every step"):
        horizons(simulate(network, gradient_norm(3).in_time(), trials=1, rng=0), 0.1)
    with pytest.raises(ValueError, match="has no horizon; simulate one of gradient_norm"):
        horizons(simulate(network, "growth_rate", trials=1, rng=0), 0.1)
