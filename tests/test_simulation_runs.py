"""Runs: executors of every kind give the same numbers, one that dies is an error, a killed run goes on where it was."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from symgrad.claims import gradient_norm, input_correlation_gap, jacobian_norm
from symgrad.networks import mlp
from symgrad.simulation import Sample, measure, simulate
from symgrad.simulation.running import checkpoints, runs
from symgrad.simulation.running.jobs import Crew, Job

NET = mlp(widths=[9, 16, 16, 5], activation="gelu", weight_var=2, bias_var=0.1)
ASKED = [gradient_norm(0), jacobian_norm(1)]


def bits(samples: dict[object, Sample]) -> list[bytes]:
    return [sample.log_values.tobytes() for sample in samples.values()]


def spawning(workers: int = 2) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


# ------------------------------------------------------------------------------------------------------- executors


def test_an_executor_gives_the_same_numbers_and_lives_on() -> None:
    alone = measure(NET, ASKED, trials=150, rng=3, threads=1)
    matrix_free = simulate(NET, "gradient_norm", trials=3000, rng=3)
    for pool in (ThreadPoolExecutor(3), spawning()):
        with pool as executor:
            assert bits(measure(NET, ASKED, trials=150, rng=3, executor=executor)) == bits(alone)
            again = simulate(NET, "gradient_norm", trials=3000, rng=3, executor=executor)
            assert again.log_values.tobytes() == matrix_free.log_values.tobytes()
            assert executor.submit(max, 1, 2).result() == 2


class Inline(Executor):
    """The least that an executor can be: it calls, in this thread, and counts how many results wait."""

    def __init__(self, dies_after: int = 10**9) -> None:
        self.calls, self._dies_after = 0, dies_after

    def submit(self, function, /, *args, **kwargs):  # type: ignore[no-untyped-def, override]
        self.calls += 1
        if self.calls > self._dies_after:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future: Future[object] = Future()
        future.set_result(function(*args, **kwargs))
        return future


def test_results_are_taken_up_while_others_are_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more chunks wait than were meant to, so memory does not grow with trials."""
    monkeypatch.setattr(runs, "_AHEAD", 3)
    executor, waiting = Inline(), []
    simulate(
        NET, "gradient_norm", trials=40, rng=3, threads=5, executor=executor,
        progress=lambda done, _: waiting.append(executor.calls - done),
    )  # fmt: skip
    assert executor.calls == 40
    assert waiting[:37] == [2] * 37


class Deadly:
    """A crew that ends its process."""

    def __call__(self, numbers: range) -> None:
        os._exit(1)


def test_an_executor_whose_process_dies_is_a_clear_error() -> None:
    with (
        spawning(1) as executor,
        pytest.raises(RuntimeError, match=r"^the executor ended before trial 0 was measured \(.*terminated abruptly"),
    ):
        runs.run(Deadly(), print, range(10), 5, 1, executor, np.zeros(1, dtype=np.bool_))  # type: ignore[arg-type]


def test_an_executor_that_is_shut_down_is_a_clear_error() -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(
        RuntimeError, match=r"the executor ended before trial 0 was measured .*after shutdown.*checkpoint"
    ):
        simulate(NET, "gradient_norm", trials=10, rng=3, executor=executor)


def test_what_was_finished_is_kept_when_an_executor_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_AHEAD", 2)
    path = tmp_path / "run.npz"
    with pytest.raises(RuntimeError, match="the executor ended before trial 20 was measured"):
        simulate(NET, "gradient_norm", trials=40, rng=3, threads=5, executor=Inline(dies_after=20), checkpoint=path)
    executor = Inline()
    found = simulate(NET, "gradient_norm", trials=40, rng=3, threads=5, executor=executor, checkpoint=path)
    assert 0 < int(np.load(path)["done"]) == 40
    assert executor.calls < 40
    assert found.log_values.tobytes() == simulate(NET, "gradient_norm", trials=40, rng=3).log_values.tobytes()


def test_a_process_hires_one_crew_for_all_chunks_of_a_job() -> None:
    crew = Crew(Job(NET, {gradient_norm(0): (0,)}, "float64", "dense", 3, "asked for", 64), np.zeros(1, dtype=np.bool_))
    hire, arguments = crew.__reduce__()
    first = hire(*arguments)
    assert first is hire(*arguments)
    assert first is not crew
    other = Crew(
        Job(NET, {gradient_norm(0): (0,)}, "float64", "dense", 4, "asked for", 64), np.zeros(1, dtype=np.bool_)
    )
    hire(*other.__reduce__()[1])
    assert hire(*arguments) is not first  # only the last job is held in memory


# ------------------------------------------------------------------------------------------------------ checkpoints

KILLED = """
import sys
from symgrad.networks import mlp
from symgrad.simulation.running import checkpoints
from symgrad.simulation import simulate
checkpoints._EVERY = 0.0
tell = lambda done, total: print(done, flush=True)
network = mlp(width=30, depth=50, activation="tanh")
simulate(network, "gradient_norm", trials=10**7, rng=8, threads=2, checkpoint=sys.argv[1], progress=tell)
"""


def test_a_killed_run_goes_on_with_the_same_numbers(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    command = [sys.executable, "-c", KILLED, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while not path.exists():
            assert process.stdout.readline() != ""
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    kept = int(np.load(path)["done"])
    assert 0 < kept < 10**7
    network, told = mlp(width=30, depth=50, activation="tanh"), []
    found = simulate(
        network, "gradient_norm", trials=kept + 2000, rng=8, checkpoint=path, progress=lambda done, _: told.append(done)
    )
    assert told[0] > kept  # what was kept is not done again
    assert told[-1] == kept + 2000
    anew = simulate(network, "gradient_norm", trials=kept + 2000, rng=8)
    assert found.log_values.tobytes() == anew.log_values.tobytes()


def test_a_finished_run_is_read_and_fewer_trials_are_its_first(tmp_path: Path) -> None:
    path, told = tmp_path / "run.npz", []
    found = measure(NET, ASKED, trials=50, rng=3, checkpoint=path)
    content = path.read_bytes()
    for trials in (50, 20):
        again = measure(NET, ASKED, trials=trials, rng=3, checkpoint=path, progress=lambda *done: told.append(done))
        for asked in ASKED:
            assert (again[asked].log_values == found[asked].log_values[:trials]).all()
    assert told == []
    assert path.read_bytes() == content


OTHERS: list[tuple[dict[str, object], str]] = [
    ({"rng": 4}, "seed is 3, not 4"),
    ({"dtype": "float32"}, "dtype is float64, not float32"),
    ({"method": "dense"}, "method is matrix_free, not dense"),
    ({"quantity": gradient_norm(1)}, "quantity is gradient_norm .* not"),
    ({"network": mlp(widths=[9, 16, 16, 5], activation="gelu", weight_var=2, bias_var=0.2)}, "network is .* not"),
]


@pytest.mark.parametrize(("changes", "message"), OTHERS)
def test_a_checkpoint_of_another_question_is_refused(changes: dict[str, object], message: str, tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    asked = {"network": NET, "quantity": "gradient_norm", "trials": 5, "rng": 3, "checkpoint": path}
    simulate(**asked)  # type: ignore[arg-type]
    content = path.read_bytes()
    with pytest.raises(ValueError, match=f"belongs to another run: its {message}"):
        simulate(**{**asked, **changes})  # type: ignore[arg-type]
    assert path.read_bytes() == content


def test_a_checkpoint_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.npz"
    simulate(NET, "gradient_norm", trials=5, rng=3, checkpoint=path)
    monkeypatch.setattr("symgrad.simulation.running.jobs.version", lambda _: "9.9.9")
    with pytest.raises(ValueError, match=r"its version is .*, not 9\.9\.9"):
        simulate(NET, "gradient_norm", trials=5, rng=3, checkpoint=path)


def test_networks_that_look_alike_have_questions_of_their_own() -> None:
    plan = {gradient_norm(0): (0,)}
    near = mlp(width=4, depth=2, weight_var=2), mlp(width=4, depth=2, weight_var=2.0000001)
    questions = [Job(each, plan, "float64", "dense", 3, "asked for", 64).question["network"] for each in near]
    assert questions[0] != questions[1]


def test_quantities_that_differ_in_a_parameter_are_different_questions(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    simulate(NET, input_correlation_gap(1, 0), trials=5, rng=3, checkpoint=path)
    with pytest.raises(ValueError, match=r"its quantity is input_correlation_gap .* 0 at"):
        simulate(NET, input_correlation_gap(1, 0.5), trials=5, rng=3, checkpoint=path)


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_what_is_no_checkpoint_is_refused_and_left_alone(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"run\.npz is not a checkpoint"):
        simulate(NET, "gradient_norm", trials=5, rng=3, checkpoint=path)
    assert path.read_bytes() == content


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    simulate(NET, "gradient_norm", trials=5, rng=3, checkpoint=path)
    arrays = dict(np.load(path))
    np.savez(path, **{**arrays, "rows0": arrays["rows0"][:3]})
    with pytest.raises(ValueError, match="is damaged"):
        simulate(NET, "gradient_norm", trials=5, rng=3, checkpoint=path)


def test_a_checkpoint_needs_a_seed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a checkpoint needs one, such as rng = 0"):
        simulate(NET, "gradient_norm", trials=5, checkpoint=tmp_path / "run.npz")


def test_saving_is_rare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once at the end, where all is done within the time between two files."""
    saved = []
    monkeypatch.setattr(checkpoints, "write_arrays", lambda path, arrays: saved.append(int(arrays["done"])))
    simulate(NET, "gradient_norm", trials=500, rng=3, checkpoint=tmp_path / "run.npz")
    assert saved == [500]
