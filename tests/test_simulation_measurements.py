"""Measurements: the same numbers whatever the threads, replay, progress, interrupts, and requests that are refused."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from symgrad.claims import (
    Measurable,
    Norm,
    Quantity,
    gradient_norm,
    jacobian_norm,
    quantity,
    weight_norm,
)
from symgrad.networks import Network, mlp
from symgrad.simulation import Sample, measure, replay, seed_of, simulate
from symgrad.simulation.engines import Method
from symgrad.simulation.kinds import KINDS, choose
from symgrad.simulation.running import requests, runs
from symgrad.simulation.sums.matrix_free import READINGS
from symgrad.simulation.vectors.draws import Draw, Halted
from symgrad.simulation.vectors.recorders import RECORDERS, Recorder

NET = mlp(widths=[9, 16, 16, 5], activation="gelu", weight_var=2, bias_var=0.1)
METHODS = ["dense", "matrix_free"]
ALL = [*(Quantity(what, 1) for what in RECORDERS), jacobian_norm(1, Norm.INF), weight_norm(1, Norm.ONE)]


def same(first: Sample, second: Sample) -> bool:
    return bool((first.log_values == second.log_values).all())


# --------------------------------------------------------------------------------------------------- the same numbers


def able(method: str) -> list[Quantity]:
    return ALL if method == "dense" else [asked for asked in ALL if asked.what in READINGS]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("method", METHODS)
def test_numbers_do_not_depend_on_threads_or_chunks(method: str, dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = able(method)
    options = {"trials": 40, "rng": 1, "dtype": dtype, "method": method}
    found = [measure(NET, asked, threads=threads, **options) for threads in (1, 2, 7, 64)]
    monkeypatch.setattr(runs, "_CHUNKS_PER_THREAD", 7)
    found.append(measure(NET, asked, trials=40, rng=1, dtype=dtype, method=method, threads=2))
    for other in found[1:]:
        assert all(same(found[0][each], other[each]) for each in asked)


@pytest.mark.parametrize("method", METHODS)
def test_more_trials_begin_with_the_same_ones(method: str) -> None:
    few, many = (simulate(NET, "gradient_norm", trials=trials, rng=1, method=method) for trials in (5, 50))
    assert (few.log_values == many.log_values[:5]).all()


@pytest.mark.parametrize("what", list(RECORDERS))
def test_a_quantity_does_not_depend_on_what_else_is_measured(what: Measurable) -> None:
    alone = Quantity(what, 1)
    for method in METHODS:
        if alone in able(method):
            options = {"trials": 4, "rng": 1, "method": method}
            assert same(measure(NET, [alone], **options)[alone], measure(NET, able(method), **options)[alone])


def test_a_layer_does_not_depend_on_which_others_are_measured() -> None:
    every = simulate(NET, "jacobian_norm", trials=4, rng=1)
    for layer in range(4):
        assert (simulate(NET, jacobian_norm(layer), trials=4, rng=1).log_values[:, 0] == every.at(layer)).all()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("method", "asked"),
    [
        *product(["dense"], [*ALL, "gradient_norm"]),
        *product(["matrix_free", "auto"], ["gradient_norm", gradient_norm(1)]),
    ],
    ids=str,
)
def test_a_trial_is_replayed_bit_by_bit(method: str, asked: Quantity | str, dtype: str) -> None:
    sample = simulate(NET, asked, trials=12, rng=2**64 - 1, dtype=dtype, method=method)
    again = replay(NET, asked, seed=sample.seed, trial=11, dtype=dtype, method=sample.method)
    assert (again.log_values[0] == sample.log_values[11]).all()
    assert again.layers == sample.layers


@pytest.mark.parametrize("method", METHODS)
def test_trials_and_seeds_differ(method: str) -> None:
    first, second = (simulate(NET, gradient_norm(0), trials=100, rng=rng, method=method) for rng in (1, 2))
    assert np.unique(np.concatenate([first.log_values, second.log_values])).size == 200


@pytest.mark.parametrize("method", METHODS)
def test_both_precisions_draw_the_same_networks(method: str) -> None:
    """Up to rounding: a pair of normal numbers of radius r is off by 2**-22/r in single precision."""
    options = {"trials": 20, "rng": 1, "method": method}
    double, single = (simulate(NET, "gradient_norm", dtype=dtype, **options) for dtype in ("float64", "float32"))
    assert np.abs(double.log_values - single.log_values).max() < 1e-3
    assert not same(double, single)


# ------------------------------------------------------------------------------------------------------------- seeds


def test_a_seed_is_itself_and_generators_give_one() -> None:
    assert seed_of(2**64 - 1) == 2**64 - 1
    assert seed_of(np.uint64(5)) == 5
    assert seed_of(np.random.SeedSequence(3)) == seed_of(np.random.SeedSequence(3))
    assert seed_of(np.random.default_rng(3)) == seed_of(np.random.default_rng(3))
    assert seed_of() != seed_of()


def test_a_generator_gives_another_seed_each_time() -> None:
    rng = np.random.default_rng(3)
    assert seed_of(rng) != seed_of(rng)


# ---------------------------------------------------------------------------------------------------------- the seam


def test_the_fastest_method_that_can_is_taken_and_the_reason_recorded() -> None:
    auto = simulate(NET, "gradient_norm", trials=1, rng=1)
    assert auto.method == "matrix_free"
    assert auto.reason == "independent Gaussian weights: norms have their exact law without a matrix"
    for method in METHODS:
        found = simulate(NET, "gradient_norm", trials=1, rng=1, method=method)
        assert (found.method, found.reason) == (method, "asked for")
        assert same(found, auto) == (method == auto.method)


GIVEN = mlp(weights=[[[1.0, 2.0]], [[3.0]]])


@pytest.mark.parametrize(
    ("network", "asked", "why"),
    [
        (NET, jacobian_norm(0), "jacobian_norm needs the whole matrix"),
        (NET, weight_norm(1), "weight_norm needs the whole matrix"),
        (GIVEN, gradient_norm(0), "the weights of layer 1 are given, and only independent Gaussian or Haar-"),
    ],
)
def test_where_no_matrix_cannot_be_exact_it_is_dense_and_asking_for_it_an_error(
    network: Network, asked: Quantity, why: str
) -> None:
    found = simulate(network, asked, trials=1, rng=1)
    assert found.method == "dense"
    assert found.reason.startswith(f"the weights of every layer are formed; not matrix_free: {why}")
    with pytest.raises(ValueError, match=f"method = 'matrix_free' cannot be used: {why}.*; method = 'dense' can"):
        simulate(network, asked, method="matrix_free")


class Counting:
    """An engine that says which trials it was asked for."""

    def trials(self, seed: int, numbers: range) -> dict[Quantity, np.ndarray]:
        return {gradient_norm(0): np.array([[float(number)] for number in numbers])}


def test_a_method_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom it refuses and why, and a way to open engines."""
    refusal = lambda network, plan: None if network.input_width < 4 else "too wide"
    narrow = Method("narrow", "few units", refusal, lambda *_: Counting, lambda *_: (0, ""), batch=2)
    monkeypatch.setitem(KINDS, Network, replace(KINDS[Network], methods=[narrow, *KINDS[Network].methods]))
    found = simulate(mlp(width=3, depth=2), gradient_norm(0), trials=5, rng=1)
    assert found.log_values.ravel().tolist() == [0, 1, 2, 3, 4]
    assert (found.method, found.reason) == ("narrow", "few units")
    wide = simulate(NET, gradient_norm(0), trials=1, rng=1)
    assert wide.method == "matrix_free"
    assert wide.reason.endswith("; not narrow: too wide")
    with pytest.raises(ValueError, match="method = 'narrow' cannot be used: too wide; method = 'dense' can"):
        simulate(NET, gradient_norm(0), method="narrow")


def test_a_measurable_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Recorder(lambda draw, asked, layers: [float(draw.depth)] * len(layers), first=1)
    monkeypatch.setitem(RECORDERS, Measurable.JACOBIAN, row)
    assert simulate(NET, "jacobian", trials=2, rng=0).log_values.tolist() == [[3, 3, 3], [3, 3, 3]]


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(
        ValueError,
        match="method = 'dance' is unknown; the methods are 'auto', 'matrix_free', 'matrix_free_vectors', 'dense'",
    ):
        simulate(NET, "gradient_norm", method="dance")


# ---------------------------------------------------------------------------------------------- progress, interrupts


def test_progress_grows_to_the_total() -> None:
    told: list[tuple[int, int]] = []
    simulate(NET, "gradient_norm", trials=100, rng=0, progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (100, 100)
    assert len(told) > 5


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interrupt_ends_all_threads(error: type[BaseException]) -> None:
    before = threading.active_count()

    def progress(done: int, total: int) -> None:
        raise error

    with pytest.raises(error):
        simulate(mlp(width=64, depth=50), "gradient_norm", trials=20_000, rng=0, threads=2, progress=progress)
    assert threading.active_count() == before


def test_an_interrupt_reaches_the_trials_that_have_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """The interrupt comes when the second chunk has begun, which waits for the flag; the third never begins."""
    begun, second = [], threading.Event()

    class Waiting:
        def __init__(self, halt: np.ndarray) -> None:
            self._halt = halt

        def trials(self, seed: int, numbers: range) -> dict[Quantity, np.ndarray]:
            begun.append(numbers)
            if numbers.start == 64:
                second.set()
                deadline = time.monotonic() + 10
                while not self._halt[0] and time.monotonic() < deadline:
                    time.sleep(0.001)
            return {gradient_norm(0): np.zeros((len(numbers), 1))}

    row = Method(
        "waiting",
        "waits",
        lambda *_: None,
        lambda network, plan, dtype, halt: lambda: Waiting(halt),
        lambda *_: (0, ""),
        batch=64,
    )
    monkeypatch.setitem(KINDS, Network, replace(KINDS[Network], methods=[row]))

    def progress(done: int, total: int) -> None:
        second.wait()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(NET, gradient_norm(0), trials=1000, rng=0, threads=1, progress=progress)
    assert begun == [range(64), range(64, 128)]


def test_an_interrupt_ends_a_trial_between_two_layers() -> None:
    """The flag is read by the compiled passes: a trial of any depth ends within a layer."""
    halt = np.ones(1, dtype=np.bool_)
    for method, asked in [*product(["dense"], ALL), ("matrix_free", gradient_norm(0))]:
        plan = {asked: (1,)}
        engine = choose(method, NET, plan)[0].open(NET, plan, "float64", halt)()
        with pytest.raises(Halted):
            engine.trials(0, range(1))


def test_the_first_error_is_that_of_the_first_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(draw: Draw, asked: Quantity, layers: tuple[int, ...]) -> list[float]:
        raise ValueError(f"trial {draw._trial}")

    monkeypatch.setitem(RECORDERS, Measurable.GRADIENT_NORM, Recorder(fail, first=0))
    for threads in (1, 2, 8):
        with pytest.raises(ValueError, match=r"^trial 0$"):
            simulate(NET, "gradient_norm", trials=50, rng=0, threads=threads, method="dense")


SCRIPT = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job inherits that it is ignored
from symgrad.networks import mlp
from symgrad.simulation import simulate
tell = lambda done, total: print(done, flush=True)
sample = simulate(mlp(width=64, depth=400), "gradient_norm", trials=10**6, rng=0, threads=2, progress=tell)
sample.save(sys.argv[1])
"""


def test_control_c_stops_a_long_run_and_leaves_no_file(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "sample.npz")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) < 10**6  # it runs, and is far from the end
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert process.returncode != 0
    assert list(tmp_path.iterdir()) == []


# --------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"trials": 0}, "trials = 0 is out of range; give an integer from 1 to 4294967296"),
        ({"trials": -3}, "trials = -3 is out of range"),
        ({"trials": 2.5}, "trials = 2.5 is out of range"),
        ({"trials": True}, "trials = True is out of range"),
        ({"trials": 2**32 + 1}, "trials = 4294967297 is out of range"),
        ({"threads": 0}, "threads = 0 is not a positive integer; leave it out to use all cores"),
        ({"threads": 1.5}, "threads = 1.5 is not a positive integer"),
        ({"dtype": "float16"}, "dtype = 'float16' is unknown; try float32 or float64"),
        ({"rng": -1}, "rng = -1 is out of range; a seed lies between 0 and 2"),
        ({"rng": 2**64}, "is out of range; a seed lies between"),
    ],
)
def test_numbers_out_of_range_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("*", r"\*")):
        simulate(NET, "gradient_norm", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("rng", ["7", 1.0, True, np.nan])
def test_what_is_no_seed_is_refused(rng: object) -> None:
    with pytest.raises(TypeError, match="is not a seed; give an integer, a SeedSequence, a Generator or None"):
        simulate(NET, "gradient_norm", rng=rng)


def test_symbols_are_refused_by_name() -> None:
    depth, variance = sp.Symbol("L", integer=True, positive=True), sp.Symbol("v", positive=True)
    for asked in ("gradient_norm", "chain_rule_defect", jacobian_norm(0)):
        with pytest.raises(ValueError, match="the network depends on L, v; a simulation needs numbers"):
            simulate(mlp(width=4, depth=depth, weight_var=variance), asked)


def test_quantities_that_are_not_simulated_are_refused() -> None:
    with pytest.raises(ValueError, match="lipschitz cannot be simulated; what can is gradient_norm, mean_square"):
        simulate(NET, "lipschitz")
    with pytest.raises(ValueError, match="unknown quantity 'gradient_nrom'; try gradient_norm"):
        simulate(NET, "gradient_nrom")


@pytest.mark.parametrize(
    ("asked", "layers"), [(gradient_norm(4), "0 to 3"), (weight_norm(0), "1 to 3"), (gradient_norm(-1), "0 to 3")]
)
def test_layers_that_do_not_exist_are_refused(asked: Quantity, layers: str) -> None:
    with pytest.raises(
        ValueError, match=f"has layers {layers} in MLP of depth 3.*layer {asked.layer} is not among them"
    ):
        simulate(NET, asked)


def test_a_symbolic_layer_is_refused() -> None:
    with pytest.raises(ValueError, match="layer l is not among them"):
        simulate(NET, quantity("gradient_norm", sp.Symbol("l")))


def test_a_layer_with_more_weights_than_can_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="layer 1 has 200000 x 200000 weights; at most 17179869184 can be drawn"):
        simulate(mlp(width=200_000, depth=1), "gradient_norm", method="dense")
    with pytest.raises(ValueError, match="layer 3 has 100000000000 inputs or units; at most 17179869184 can be drawn"):
        simulate(mlp(widths=[4, 4, 4, 10**11]), "gradient_norm")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"weight_var": 10**700}, "weight_var / fan_in"),
        ({"weight_var": sp.Rational(1, 10**700)}, "weight_var / fan_in"),
        ({"bias_var": sp.Float("1e700")}, "bias_var"),
        ({"input_mean_square": 10**700}, "the squared norm of the input"),
    ],
)
def test_variances_beyond_the_range_of_a_float_are_refused(changes: dict[str, object], name: str) -> None:
    with pytest.raises(
        ValueError, match=f"^{name} = .* cannot be simulated: its root .* is out of the range of a float"
    ):
        simulate(mlp(width=4, depth=2, **changes), "gradient_norm")  # type: ignore[arg-type]


def test_a_trial_out_of_range_is_not_replayed() -> None:
    with pytest.raises(ValueError, match="trial = -1 is out of range"):
        replay(NET, "gradient_norm", seed=0, trial=-1)


@pytest.mark.parametrize(
    ("network", "asked", "method", "fits"),
    [
        (mlp(width=10**5, depth=2), jacobian_norm(0), "auto", r"at most a width of \d+ would fit"),
        (mlp(width=10**5, depth=10**7), gradient_norm(0), "dense", r"at most \d+ units would fit"),
        (mlp(width=4, depth=10**12), gradient_norm(0), "auto", r"at most a depth of \d+ would fit"),
        (mlp(widths=[10**9, 1], dropout=0.5), gradient_norm(0), "auto", r"at most \d+ units would fit"),
        (mlp(width=10**5, depth=1, law="orthogonal"), gradient_norm(0), "dense", r"at most a width of \d+ would fit"),
    ],
)
def test_a_network_beyond_memory_is_refused_with_what_would_fit(
    network: Network, asked: Quantity, method: str, fits: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "memory", lambda: 2.0**35)
    with pytest.raises(ValueError, match=f"is beyond memory for method = .*: a thread needs .* GiB.*; {fits}"):
        simulate(network, asked, trials=1, rng=0, method=method)


def test_what_is_said_to_fit_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three matrices in double precision, slopes and preactivations of two layers, and the vectors of a pass."""
    monkeypatch.setattr(requests, "memory", lambda: 24.0 * 16**2 + (2 * 2 + 5) * 8 * 16)
    simulate(mlp(width=16, depth=2), jacobian_norm(0), trials=1, rng=0)
    with pytest.raises(ValueError, match="at most a width of 16 would fit"):
        simulate(mlp(width=17, depth=2), jacobian_norm(0), trials=1, rng=0)
