"""Summarising: statistics of as many trials as one likes."""

from __future__ import annotations

from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from ...claims import Quantity
from ..kinds import Subject
from ..statistics.summaries import Summaries, Summary
from .jobs import job_for
from .requests import Progress, Request, asked_for, layers_of
from .runs import complete

__all__ = ["summarise"]


def summarise(
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
) -> Summary:
    """Draw a network many times and keep statistics of one quantity, in a memory that does not grow with trials.

    Parameters
    ----------
    network : Network or Recurrence
        Without symbols.
    quantity : str or Quantity
        A code name measures every layer.
    trials, rng, dtype, method, threads, progress, executor, checkpoint : as in `simulate`
        The draws are those of `simulate`; a checkpoint can only be gone on from, not back.

    Returns
    -------
    Summary
        The same numbers, bit by bit, whatever the threads and the executor, and after a kill.

    Raises
    ------
    ValueError, RuntimeError
        As for `simulate`.

    Examples
    --------
    >>> import symgrad as sg
    >>> summary = summarise(sg.mlp(width=16, depth=5, activation="sigmoid"), "gradient_norm", trials=2000, rng=0)
    >>> summary.means.shape
    (6,)
    >>> bool(summary.greatest[0] < -5)
    True
    """
    asked = asked_for(network, quantity)
    plan = {asked: layers_of(network, asked, every=isinstance(quantity, str))}
    request = Request(trials, rng, dtype, method, threads, progress, executor, checkpoint)
    job = job_for(network, plan, request)
    ledger = Summaries(plan, trials)
    complete(job, ledger, request)
    return ledger.summary(asked, str(network), job.seed, job.method, dtype, job.reason)
