"""Measurements: draw a network many times and record quantities, several from the same draws."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np

from ...claims import Quantity
from ..engines import Plan, Rows
from ..kinds import Subject, kind_of
from ..statistics.samples import Sample
from ..statistics.tables import Tables
from .jobs import Crew, Job, job_for
from .requests import Progress, Request, asked_for, check_room, check_trial, layers_of, recorder
from .runs import complete

__all__ = ["measure", "replay", "simulate"]


def simulate(
    network: Subject,
    quantity: str | Quantity,
    *,
    trials: int = 1000,
    rng: Any = None,
    dtype: str = "float64",
    method: str = "auto",
    threads: int | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
    checkpoint: str | Path | None = None,
) -> Sample:
    """Draw a network many times and measure one quantity.

    Parameters
    ----------
    network : Network or Recurrence
        Without symbols.
    quantity : str or Quantity
        A code name measures every layer.
    trials : int, default 1000
        Number of draws.
    rng : int, numpy.random.SeedSequence, numpy.random.Generator or None
        Where the seed comes from; see `seed_of`.
    dtype : {"float64", "float32"}
        Precision of the passes; norms and logarithms are in double precision.
    method : {"auto", "matrix_free", "matrix_free_vectors", "dense", "conditional"}
        How networks are drawn; the sample records which it was, and why. All draw from the same law, but for the last:
        each trial is the mean over all backward passes given its forward pass. It has the same mean and less variance.
    threads : int, optional
        Default: all cores. The numbers do not depend on it.
    progress : callable, optional
        Called with the trials done and their total.
    executor : concurrent.futures.Executor, optional
        Whose workers draw, be they threads or processes; the numbers do not depend on it. It is not shut down.
    checkpoint : str or Path, optional
        A file to save to as trials are done, and to go on from if it is there: after a kill, or for more trials.
        It holds numbers and text only, and is refused if it belongs to another question. It needs a seed.

    Returns
    -------
    Sample
        Natural logarithms, one row for each trial.

    Raises
    ------
    ValueError
        If the network holds symbols, the quantity cannot be measured, an argument is out of range, or the checkpoint
        belongs to another run.
    RuntimeError
        If the executor ends before the trials do.

    Notes
    -----
    Every draw has fresh weights where they have a law, a fresh input of the given mean square, and a fresh gradient
    of norm one at the output. With matrices, a trial costs two multiplications by each, and the cube of the width for
    norms of Jacobians. Without, which is exact for norms of gradients and values under independent Gaussian weights,
    it costs two random numbers for each unit, and memory does not grow with the width. Where units are asked for, and for
    residual networks, dropout and Haar-orthogonal weights, ``"matrix_free"`` is ``"matrix_free_vectors"``, which forms the
    vectors of a trial and draws products with weights from their law: a few times as much, and memory for each unit.
    So it does for recurrent networks with Gaussian or Haar-orthogonal matrices, whose one matrix is asked at every step and
    from both sides; time then grows with the square of the steps, and it is chosen while that is less than matrices take.

    Of a recurrent network, quantities are those in time, whose layers are steps, from the initial state 0 to the last.
    All states together are what gradients and Jacobians are taken by; the gradient of norm one is at the output of the
    last step. Where matrices are formed, fresh ones are drawn at each step, forward and back, and memory grows with the
    root of the number of steps if passes go back in time, and not at all if they do not. Where Gaussian or Haar-orthogonal
    ones are not, a matrix is asked at every step and from both sides: time grows with the square of the steps, memory with
    the steps and the width, and ``"auto"`` takes this while it is faster.

    Examples
    --------
    >>> import symgrad as sg
    >>> sample = simulate(sg.mlp(width=16, depth=5, activation="sigmoid"), "gradient_norm", trials=20, rng=0)
    >>> bool((sample.at(0) < -5).all())
    True
    """
    asked = asked_for(network, quantity)
    every = isinstance(quantity, str)
    plan = {asked: layers_of(network, asked, every=every)}
    request = Request(trials, rng, dtype, method, threads, progress, executor, checkpoint)
    return _run(network, plan, request)[asked]


def measure(
    network: Subject,
    quantities: Iterable[Quantity],
    *,
    trials: int = 1000,
    rng: Any = None,
    dtype: str = "float64",
    method: str = "auto",
    threads: int | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
    checkpoint: str | Path | None = None,
) -> dict[Quantity, Sample]:
    """Measure several quantities on the same draws.

    Parameters
    ----------
    network : Network or Recurrence
        Without symbols.
    quantities : iterable of Quantity
        Norms of Jacobians and weights are measured at the layer asked for, all else at every layer.
    trials, rng, dtype, method, threads, progress, executor, checkpoint : as in `simulate`
        One set of draws serves all quantities.

    Returns
    -------
    dict of Quantity to Sample
        One sample for each quantity.

    Raises
    ------
    ValueError
        As for `simulate`.

    Examples
    --------
    >>> import symgrad as sg
    >>> from symgrad.claims import gradient_norm, preactivation_var
    >>> found = measure(sg.mlp(width=4, depth=2), [gradient_norm(0), preactivation_var(1)], trials=3, rng=1)
    >>> [sample.trials for sample in found.values()]
    [3, 3]
    """
    plan = {asked: layers_of(network, asked, every=not recorder(network, asked).is_costly) for asked in quantities}
    return _run(network, plan, Request(trials, rng, dtype, method, threads, progress, executor, checkpoint))


def replay(
    network: Subject,
    quantity: str | Quantity,
    seed: int,
    trial: int,
    dtype: str = "float64",
    method: str = "auto",
) -> Sample:
    """Repeat one trial of a simulation alone.

    Parameters
    ----------
    network : Network or Recurrence
        The same as in the simulation.
    quantity : str or Quantity
        What to measure.
    seed, trial : int
        As a verdict or a sample names them.
    dtype, method : str
        As in the simulation.

    Returns
    -------
    Sample
        One row, equal to that of the simulation bit by bit.

    Raises
    ------
    ValueError
        As for `simulate`, or if there cannot be such a trial.

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.mlp(width=4, depth=2)
    >>> sample = sg.simulate(net, "gradient_norm", trials=5, rng=3)
    >>> bool((replay(net, "gradient_norm", 3, 4).log_values[0] == sample.log_values[4]).all())
    True
    """
    check_trial(trial)
    asked = asked_for(network, quantity)
    plan = {asked: layers_of(network, asked, every=isinstance(quantity, str))}
    job = job_for(network, plan, Request(1, seed, dtype, method))
    return _samples(job, Crew(job, np.zeros(1, dtype=np.bool_))(range(trial, trial + 1)))[asked]


def _run(network: Subject, plan: Plan, request: Request) -> dict[Quantity, Sample]:
    job = job_for(network, plan, request)
    check_room(plan, request.trials)
    tables = Tables(plan, request.trials)
    complete(job, tables, request)
    return _samples(job, tables.rows)


def _samples(job: Job, tables: Rows) -> dict[Quantity, Sample]:
    told, width, depth = str(job.network), kind_of(job.network).smallest_width(job.network), int(job.network.depth)
    return {
        asked: Sample(asked, told, width, job.plan[asked], table, job.seed, job.method, job.dtype, job.reason, depth)
        for asked, table in tables.items()
    }
