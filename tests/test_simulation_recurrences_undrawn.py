"""Recurrent networks whose matrices are never formed: the law of those with matrices, and what is refused."""

from __future__ import annotations

import comparisons
import numpy as np
import pytest

from symgrad import Recurrence, activation, gru, lstm, recurrence, rnn, simulate
from symgrad.claims import (
    Quantity,
    gradient_norm,
    growth_rate,
    jacobian_norm,
    preactivation_var,
    quantity,
    weight_gradient_norm,
)
from symgrad.networks import GivenWeights, IdentityWeights, UniformWeights
from symgrad.networks.cells import Affine, Cell, Gate, letters
from symgrad.simulation import measure, replay
from symgrad.simulation.conditioning import queries
from symgrad.simulation.recurrences import draws, methods
from symgrad.simulation.recurrences.coordinates import coordinates_into, dimensions, of_given
from symgrad.simulation.recurrences.shares import Sharing

TRIALS = 3000
INPUTS = np.random.default_rng(0).standard_normal((6, 5))
MATRIX = np.random.default_rng(1).standard_normal((4, 4)) / 2


def twice() -> Cell:
    """A cell that applies its matrix two times in a step."""
    h, r, n, a, b = letters("h r n a b")
    tanh = activation("tanh")
    return Cell("twice", (h,), (Affine(a, "R", h, "W"), Gate(r, tanh, a), Affine(b, "R", r), Gate(n, tanh, b)), (n,))


NETWORKS: dict[str, Recurrence] = {
    "tanh": rnn(6, 4, gain=1.3, bias_var=0.1),
    "more steps than units": rnn(4, 7, gain=1.3, input_width=3),
    "relu": rnn(5, 6, "relu", gain=1.4),
    "linear, without input": rnn(4, 6, "identity", input_mean_square=0, state_mean_square=1),
    "orthogonal": rnn(5, 4, law="orthogonal", gain=1.2),
    "orthogonal, more steps than units": rnn(3, 7, law="orthogonal"),
    "given inputs": rnn(4, 6, input_width=5, inputs=INPUTS),
    "leaky": rnn(4, 6, leak=0.5, gain=1.5),
    "lstm": lstm(4, 5, gain=2, bias_var=0.2, state_mean_square=1),
    "lstm, more steps than units": lstm(3, 6, gain=2, peepholes=True, biases={"p_o": 1, "p_f": -1}),
    "gru": gru(4, 6, gain=2, state_mean_square=1),
    "gru, reset before": gru(4, 5, gain=2, reset_after=False, law={"R_n": IdentityWeights(2)}),
    "stacked": lstm(3, 5, layers=2, gain=2),
    "stacked, orthogonal": gru(3, 4, layers=2, law="orthogonal", state_mean_square=1),
    "fresh": rnn(5, 5, gain=1.3, tied=False, bias_var=0.1),
    "fresh gates": gru(4, 4, gain=2, tied=False, state_mean_square=1),
    "fresh, given inputs": rnn(4, 6, input_width=5, inputs=INPUTS, tied=False),
    "identity": rnn(4, 6, "relu", law="identity"),
    "one matrix in two lines": recurrence(twice(), 5, 4, gain=1.5),
    "given beside drawn": gru(4, 5, gain=2, law={"R_z": GivenWeights(MATRIX), "W_n": UniformWeights(2)}),
}


def drawn(network: Recurrence, method: str, rng: int) -> np.ndarray:
    """Gradients at each step, alone and jointly with the preactivations and the gradient by the matrices."""
    asked = [gradient_norm(0).in_time()]
    if network.tied:
        asked.append(weight_gradient_norm(1).in_time())
    if sum(len(layer.cell.recurrent) for layer in network.layers) == 1:
        asked.append(preactivation_var(1).in_time())
    found = measure(network, asked, trials=TRIALS, rng=rng, method=method)
    gradients, *others = (np.maximum(sample.log_values, -1e6) for sample in found.values())
    rest = np.concatenate([gradients[:, 1:], *others], axis=1)
    pairs = [rest - gradients[:, [0]], rest + gradients[:, [0]], rest[:, 1:] - rest[:, :-1]]
    columns = np.concatenate([gradients, rest, *pairs], axis=1)
    return columns[:, np.ptp(columns, axis=0) > 1e-5]


@pytest.mark.parametrize("name", NETWORKS)
def test_norms_have_the_law_that_they_have_with_matrices(name: str) -> None:
    """Step by step and jointly, forward, backward and by the weights; also for more steps than units."""
    free, dense = drawn(NETWORKS[name], "matrix_free", 1), drawn(NETWORKS[name], "dense", 2)
    assert comparisons.smallest_p(free, dense) > comparisons.ERROR_RATE


@pytest.mark.parametrize("name", ["tanh", "orthogonal", "lstm", "fresh"])
def test_tangents_have_the_law_that_they_have_with_matrices(name: str) -> None:
    """Beside gradients, which ask the same matrices from the other side."""
    asked, gradients = growth_rate(1, 2).in_time(), gradient_norm(0).in_time()
    network, columns = NETWORKS[name], []
    for method, rng in (("matrix_free", 1), ("dense", 2)):
        found = measure(network, [asked, gradients], trials=TRIALS, rng=rng, method=method)
        rates = found[asked].log_values * np.arange(1, int(network.steps) + 1)
        columns.append(np.concatenate([rates, rates - found[gradients].log_values[:, [0]], np.diff(rates)], axis=1))
    assert comparisons.smallest_p(*columns) > comparisons.ERROR_RATE


# --------------------------------------------------------------------------------------------------------------- power


def test_to_forget_the_matrix_before_the_way_back_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forward and backward passes that are right, each alone."""
    backward = draws.backward

    def forgetful(wiring: object, memory: object, seed: int, trial: int) -> int:
        queries.forget(memory.unformed.frames)
        return backward(wiring, memory, seed, trial)

    dense = drawn(NETWORKS["linear, without input"], "dense", 2)
    monkeypatch.setattr(draws, "backward", forgetful)
    free = drawn(NETWORKS["linear, without input"], "matrix_free", 1)
    assert comparisons.smallest_p(free, dense) < comparisons.ERROR_RATE**2


def test_inputs_that_are_independent_coordinates_are_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same length in the mean, but in fewer dimensions than the inputs have: their angles are wrong."""
    network = rnn(4, 3, "identity", input_width=40, gain=1)
    dense = drawn(network, "dense", 2)
    monkeypatch.setattr(methods, "wire_recurrence", _without_freedoms(methods.wire_recurrence))
    free = drawn(network, "matrix_free", 1)
    assert comparisons.smallest_p(free, dense) < comparisons.ERROR_RATE**2


def _without_freedoms(wire: object) -> object:
    def wired(*arguments: object) -> object:
        wiring = wire(*arguments)
        return wiring._replace(freedoms=0, input_scale=wiring.input_scale * (40 / 3) ** 0.5)

    return wired


# --------------------------------------------------------------------------------------------------------- coordinates


@pytest.mark.parametrize(("width", "steps"), [(9, 4), (3, 5), (4, 4), (1, 2)])
def test_coordinates_have_the_products_of_white_inputs(width: int, steps: int) -> None:
    size, found = dimensions(steps, width, tied=True), []
    rows = np.empty((steps, -(-size // 4) * 4))
    for trial in range(3000):
        for step in range(steps):
            coordinates_into(rows[step], width, step, np.uint64(7), step + 1, trial)
        assert not rows[:, size:].any()
        found.append((rows @ rows.T)[np.triu_indices(steps)])
    true = np.random.default_rng(5).standard_normal((3000, steps, width))
    products = np.einsum("tiu,tju->tij", true, true)[:, *np.triu_indices(steps)]
    both = [
        np.concatenate([each, each[:, [-1]] + each, each[:, [0]] * each], axis=1)
        for each in (np.array(found), products)
    ]
    assert comparisons.smallest_p(*both) > comparisons.ERROR_RATE


def test_given_inputs_keep_their_products() -> None:
    for inputs in (INPUTS, INPUTS.T, np.zeros((3, 2)), np.ones((1, 1))):
        own = of_given(inputs, tied=True)
        assert own.shape == (len(inputs), dimensions(len(inputs), inputs.shape[1], tied=True))
        assert own @ own.T == pytest.approx(inputs @ inputs.T, abs=1e-13)  # sums of six products
        assert of_given(inputs, tied=False)[:, 0] ** 2 == pytest.approx(np.sum(inputs**2, axis=1), abs=1e-13)


# ------------------------------------------------------------------------------------------------------------ the same


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ["tanh", "lstm", "orthogonal", "fresh"])
def test_numbers_depend_on_nothing_but_seed_and_trial(name: str, dtype: str) -> None:
    """Neither on threads, nor on a replay, nor on what else is measured."""
    network, asked, rates = NETWORKS[name], gradient_norm(0).in_time(), growth_rate(1, 2).in_time()

    def drawn(*plan: Quantity, threads: int = 1) -> list[list[list[float]]]:
        found = measure(network, plan, trials=20, rng=3, dtype=dtype, method="matrix_free", threads=threads)
        return [found[each].log_values.tolist() for each in plan]

    wanted, frames = drawn(asked)[0], drawn(rates)[0]
    assert drawn(asked, threads=4) == [wanted]
    assert drawn(rates, asked, threads=2) == [frames, wanted]
    one = replay(network, "gradient_norm", 3, 17, dtype, method="matrix_free")
    assert one.log_values.tolist() == [wanted[17]]


def test_single_precision_draws_the_same_network() -> None:
    """Ten steps, each rounded to 24 digits, as the directions are that are kept: far below a thousandth."""
    network = lstm(16, 10, bias_var=0.3)
    double, single = (
        simulate(network, "gradient_norm", trials=5, rng=2, dtype=each, method="matrix_free").log_values
        for each in ("float64", "float32")
    )
    assert single == pytest.approx(double, abs=1e-3)


def test_an_orthogonal_linear_network_is_an_isometry_however_many_steps() -> None:
    """Both passes, for more steps than units: what is known of the matrix is all of it."""
    network = rnn(20, 200, "identity", law="orthogonal", input_mean_square=0, state_mean_square=1)
    logs = simulate(network, "gradient_norm", trials=2, rng=0, method="matrix_free").log_values
    assert logs == pytest.approx(np.zeros((2, 201)), abs=1e-12)  # two hundred norms, each rounded


def test_a_state_that_settles_leaves_no_direction_but_rounding() -> None:
    """A contraction to a fixed point: states differ by less and less, and gradients vanish; all stays finite."""
    network = rnn(30, 400, gain=0.3, bias_var=1, input_mean_square=0)
    free, dense = (
        simulate(network, "gradient_norm", trials=200, rng=1, method=method).log_values
        for method in ("matrix_free", "dense")
    )
    error = np.sqrt(free.var(axis=0).max() / 100)  # of a difference of two means
    assert np.isfinite(free).all()
    assert free.mean(axis=0) == pytest.approx(dense.mean(axis=0), abs=4 * error)


# -------------------------------------------------------------------------------------------------------------- choice


def test_the_faster_method_is_chosen_and_says_why() -> None:
    few, many, narrow = (
        simulate(rnn(width, steps), "gradient_norm", trials=1, rng=0) for width, steps in ((256, 4), (256, 80), (16, 2))
    )
    assert few.method == "matrix_free"
    assert few.reason == "products with matrices that are never formed have their exact law"
    assert (many.method, narrow.method) == ("dense", "dense")
    assert (
        "not matrix_free: to keep 160 directions of a matrix of width 256 takes longer than to form it" in many.reason
    )
    assert "not matrix_free: a matrix of width 16 is formed in less time than it is asked" in narrow.reason
    assert simulate(rnn(50_000, 3, "relu", law="identity", input_width=2), "gradient_norm", trials=1, rng=0).method == (
        "matrix_free"
    )
    asked_for = simulate(rnn(16, 2), "gradient_norm", trials=1, rng=0, method="matrix_free")
    assert (asked_for.method, asked_for.reason) == ("matrix_free", "asked for")


REFUSED = [
    (
        rnn(4, 3, law="uniform"),
        gradient_norm(0),
        r"the weights R of recurrent layer 1 are uniform, and only independent",
    ),
    (rnn(4, 3, law="antisymmetric"), gradient_norm(0), r"are antisymmetric, and only independent Gaussian or Haar"),
    (rnn(4, 3), quantity("chain_rule_defect"), r"chain_rule_defect needs the weights; method = 'dense' can"),
    (rnn(4, 3), jacobian_norm(1), r"jacobian_norm needs the whole matrix; method = 'dense' can"),
]


@pytest.mark.parametrize(("network", "asked", "message"), REFUSED)
def test_what_has_no_exact_law_without_matrices_is_refused(network: Recurrence, asked: Quantity, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        simulate(network, asked.in_time(), trials=1, rng=0, method="matrix_free")
    assert simulate(network, asked.in_time(), trials=1, rng=0).method == "dense"


def test_frames_of_two_ranks_would_disturb_each_other() -> None:
    pair = [growth_rate(1, rank).in_time() for rank in (1, 2)]
    with pytest.raises(
        ValueError, match=r"growth_rate\(step=1\) and growth_rate\(step=1, rank=2\) would disturb each other"
    ):
        measure(rnn(8, 2), pair, trials=1, rng=0, method="matrix_free")


def test_a_width_of_a_hundred_thousand_needs_no_matrix() -> None:
    """The matrix alone would take 80 GB; the initial state is the only direction for the input of width 3."""
    found = simulate(rnn(100_000, 2, input_width=3), "gradient_norm", trials=1, rng=1)
    assert found.method == "matrix_free"
    assert np.isfinite(found.log_values).all()


def test_what_is_kept_is_what_is_reserved() -> None:
    """Bytes are foreseen, before any trial, to within what a few vectors take."""
    for name in ("tanh", "lstm", "stacked, orthogonal", "fresh", "identity"):
        sharing = Sharing(NETWORKS[name])
        sharing.place(dict.fromkeys(sharing.upright, 0))
        made = sharing.reserve(2, "float64", sums=True)
        numbers = made.frames.numbers.size + made.answers.size + made.back.size + made.cotangents.size
        assert numbers == sharing.room(2, sums=True)


def test_too_much_memory_is_refused_with_what_would_fit() -> None:
    with pytest.raises(ValueError, match=r"beyond memory for method = 'matrix_free'.*a width of"):
        simulate(rnn(10**9, 1000), "gradient_norm", trials=1, rng=0)
