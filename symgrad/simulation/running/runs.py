"""Runs: trials on the workers of any executor, taken up in their order; an interrupt leaves nothing behind."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext

import numpy as np
import numpy.typing as npt

from ..engines import Rows
from .checkpoints import Checkpoint, Ledger
from .jobs import Crew, Job
from .requests import Request

__all__ = ["complete", "run"]

Keep = Callable[[range, Rows], None]

_CHUNKS_PER_THREAD = 8  # at least so many, so that progress moves
_AHEAD = 64  # chunks that are handed out before the first of them is taken up: memory does not grow with trials


def complete(job: Job, ledger: Ledger, request: Request) -> None:
    """Bring a ledger to a number of trials, from where its checkpoint is.

    Parameters
    ----------
    job : Job
        What is measured.
    ledger : Ledger
        What is kept of it.
    request : Request
        How many trials there shall be, who does them, and where they are saved: whatever ends the run, the checkpoint
        holds what was finished.
    """
    halt = np.zeros(1, dtype=np.bool_)
    crew, question = Crew(job, halt), {**job.question, "content": ledger.KIND}
    saved = None if request.checkpoint is None else Checkpoint(request.checkpoint, question, ledger)

    def keep(numbers: range, rows: Rows) -> None:
        ledger.add(numbers, rows)
        if saved is not None:
            saved.save_when_due()
        if request.progress is not None:
            request.progress(ledger.done, request.trials)

    try:
        run(crew, keep, range(ledger.done, request.trials), job.batch, request.threads, request.executor, halt)
    finally:
        if saved is not None:
            saved.save()


def run(
    crew: Crew,
    keep: Keep,
    trials: range,
    batch: int,
    threads: int | None,
    executor: Executor | None,
    halt: npt.NDArray[np.bool_],
) -> None:
    """Measure trials, and keep them in their order, whoever is the first to be ready.

    Parameters
    ----------
    crew : Crew
        Measures some trials; it goes to the workers.
    keep : callable
        Called in this thread with the numbers of some trials and their rows, one range after the other.
    trials : range
        Which.
    batch : int
        Most trials to be measured at a time.
    threads : int or None
        None for all cores.
    executor : concurrent.futures.Executor or None
        Whose workers measure; None for threads of its own. It is not shut down.
    halt : (1,) bool
        Set on an interrupt or an error, to end the trials that have begun.

    Raises
    ------
    RuntimeError
        If the executor ends before the trials do.
    """
    threads = min(threads or _cores(), max(len(trials), 1))
    chunks = _chunks(trials, threads, batch)
    with _workers(executor, threads) as workers:
        waiting: deque[tuple[range, Future[Rows]]] = deque()
        try:
            for chunk in chunks:
                waiting.append((chunk, _submit(workers, crew, chunk)))
                if len(waiting) == _AHEAD:
                    _take_up(*waiting.popleft(), keep)
            while waiting:
                # In this order: the first error is that of the earliest trial, however many workers there are.
                _take_up(*waiting.popleft(), keep)
        except BaseException:
            halt[0] = True
            wait([future for _, future in waiting if not future.cancel()])
            raise


def _workers(executor: Executor | None, threads: int) -> AbstractContextManager[Executor]:
    return ThreadPoolExecutor(threads) if executor is None else nullcontext(executor)


def _submit(workers: Executor, crew: Crew, chunk: range) -> Future[Rows]:
    try:
        return workers.submit(crew, chunk)
    except RuntimeError as error:  # broken or shut down
        raise _ended(chunk, error) from error


def _take_up(chunk: range, future: Future[Rows], keep: Keep) -> None:
    try:
        rows = future.result()
    except (BrokenExecutor, CancelledError) as error:
        raise _ended(chunk, error) from error
    keep(chunk, rows)


def _ended(chunk: range, error: BaseException) -> RuntimeError:
    why = str(error) or type(error).__name__
    return RuntimeError(
        f"the executor ended before trial {chunk.start} was measured ({why}); give one that lives, "
        "and a checkpoint to go on from what was finished"
    )


def _chunks(trials: range, threads: int, batch: int) -> Iterator[range]:
    size = min(max(len(trials) // (_CHUNKS_PER_THREAD * threads), 1), batch)
    for first in range(trials.start, trials.stop, size):
        yield range(first, min(first + size, trials.stop))


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
