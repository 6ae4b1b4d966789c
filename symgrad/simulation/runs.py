"""Runs: trials in threads, with progress, and an interrupt that leaves nothing behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import numpy as np
import numpy.typing as npt

from .methods import Engine

__all__ = ["Progress", "run"]

Progress = Callable[[int, int], None]

_CHUNKS_PER_THREAD = 8  # at least so many, so that progress moves


def run(
    open_engine: Callable[[], Engine],
    record: Callable[[Engine, range], None],
    trials: int,
    batch: int,
    threads: int | None,
    halt: npt.NDArray[np.bool_],
    progress: Progress | None,
) -> None:
    """Record every trial once, in some order.

    Parameters
    ----------
    open_engine : callable
        Makes an engine for a thread.
    record : callable
        Called in threads with an engine and the numbers of some trials.
    trials : int
        How many.
    batch : int
        Most trials to be recorded at a time.
    threads : int or None
        None for all cores.
    halt : (1,) bool
        Set on an interrupt or an error, to end the trials that have begun.
    progress : callable or None
        Called in this thread with the trials done and their total.
    """
    threads = min(threads or _cores(), trials)
    idle: SimpleQueue[Engine] = SimpleQueue()
    for _ in range(threads):
        idle.put(open_engine())

    def work(chunk: range) -> None:
        engine = idle.get()
        try:
            if not halt[0]:
                record(engine, chunk)
        finally:
            idle.put(engine)

    with ThreadPoolExecutor(threads) as pool:
        try:
            # In this order: the first error is that of the earliest trial, however many threads there are.
            for chunk, future in [(chunk, pool.submit(work, chunk)) for chunk in _chunks(trials, threads, batch)]:
                future.result()
                if progress is not None:
                    progress(chunk.stop, trials)
        except BaseException:
            halt[0] = True
            pool.shutdown(cancel_futures=True)
            raise


def _chunks(trials: int, threads: int, batch: int) -> Iterator[range]:
    size = min(max(trials // (_CHUNKS_PER_THREAD * threads), 1), batch)
    for first in range(0, trials, size):
        yield range(first, min(first + size, trials))


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
