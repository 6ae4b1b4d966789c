"""Jobs: all that the numbers of a run are a function of, and the crews that work on one, in this process or another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import singledispatch
from importlib.metadata import version
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import sympy as sp

from ..compilations import fingerprint
from ..engines import Engine, Plan, Rows
from ..kinds import Subject, choose
from ..randomness.streams import seed_of
from ..vectors.draws import Halted
from .requests import Request, check_engine, check_symbols

__all__ = ["Crew", "Job", "job_for"]


@dataclass(frozen=True)
class Job:
    """A question to be answered trial by trial.

    Parameters
    ----------
    network : Network or Recurrence
        Without symbols.
    plan : dict of Quantity to tuple of int
        What is measured, and at which layers.
    dtype : {"float64", "float32"}
        Of the passes.
    method : str
        Name of the method that was chosen.
    seed : int
        Of the run.
    reason : str
        Why by this method.
    batch : int
        Most trials to be measured at a time.
    """

    network: Subject
    plan: Plan
    dtype: str
    method: str
    seed: int
    reason: str
    batch: int

    @property
    def question(self) -> dict[str, str]:
        """What the numbers depend on, in words, for files that hold some of them; the same in every process."""
        asked = (
            f"{each.what.code_name} {each.norm.value} {each.layer} {each.parameter} at {at}"
            for each, at in self.plan.items()
        )
        return {
            "network": f"{self.network} (SHA-256 {_digest(self.network)})",
            "quantity": "; ".join(asked),
            "seed": str(self.seed),
            "dtype": self.dtype,
            "method": self.method,
            "version": f"{version('symgrad')} (code {fingerprint()})",
        }


def job_for(network: Subject, plan: Plan, request: Request) -> Job:
    """Choose how to do what is asked, and give it a seed.

    Raises
    ------
    ValueError
        If the network holds symbols, or cannot be drawn by the method or within the memory of this machine.
    """
    check_symbols(network)
    chosen, reason = choose(request.method, network, plan)
    check_engine(network, plan, request.dtype, chosen)
    return Job(network, plan, request.dtype, chosen.name, seed_of(request.rng), reason, chosen.batch)


class Crew:
    """Engines for one job: as many as are at work at a time in this process.

    Pickled for another process, it becomes the crew that is already there, or hires one.

    Parameters
    ----------
    job : Job
        What is measured.
    halt : (1,) bool
        Set from outside to end early; other processes do not see it, and finish the trials that they have begun.
    """

    def __init__(self, job: Job, halt: npt.NDArray[np.bool_]) -> None:
        self._job, self._halt, self._token = job, halt, uuid4().hex
        method, _ = choose(job.method, job.network, job.plan)
        self._open = method.open(job.network, job.plan, job.dtype, halt)
        self._idle: SimpleQueue[Engine] = SimpleQueue()

    def __call__(self, numbers: range) -> Rows:
        """Measure some trials."""
        if self._halt[0]:
            raise Halted
        try:
            engine = self._idle.get_nowait()
        except Empty:
            engine = self._open()
        try:
            return engine.trials(self._job.seed, numbers)
        finally:
            self._idle.put(engine)

    def __reduce__(self) -> tuple[Any, ...]:
        return _hire, (self._token, self._job)


_HIRED: dict[str, Crew] = {}  # of the last job that was sent to this process


def _hire(token: str, job: Job) -> Crew:
    crew = _HIRED.get(token)
    if crew is None:
        crew = Crew(job, np.zeros(1, dtype=np.bool_))
        _HIRED.clear()
        _HIRED[token] = crew
    return crew


def _digest(thing: Any) -> str:
    digest = hashlib.sha256()
    for part in _parts(thing):
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()[:16]


@singledispatch
def _parts(thing: Any) -> Iterator[bytes]:
    """Yield what tells a description from every other, in a fixed order."""
    yield type(thing).__qualname__.encode()
    if is_dataclass(thing):
        for field in fields(thing):
            yield field.name.encode()
            yield from _parts(getattr(thing, field.name))
    else:
        yield repr(thing).encode()


@_parts.register
def _(thing: sp.Basic) -> Iterator[bytes]:
    yield sp.srepr(thing).encode()


@_parts.register
def _(thing: np.ndarray) -> Iterator[bytes]:
    yield f"{thing.dtype.str} {thing.shape}".encode()
    yield np.ascontiguousarray(thing).tobytes()


@_parts.register(tuple)
@_parts.register(list)
def _(thing: tuple[Any, ...] | list[Any]) -> Iterator[bytes]:
    yield str(len(thing)).encode()
    for each in thing:
        yield from _parts(each)
