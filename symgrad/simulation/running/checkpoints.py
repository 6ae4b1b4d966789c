"""Checkpoints: what a run has found so far, in a file that answers one question only."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Protocol

import numpy as np

from ..engines import Rows
from ..statistics.archives import Arrays, read_arrays, write_arrays

__all__ = ["Checkpoint", "Ledger"]

_EVERY = 10.0  # seconds between two files
_SHARE = 20  # and so many times as long as a file takes: saving costs at most a twentieth of the time


class Ledger(Protocol):
    """What is kept of trials that come in their order."""

    KIND: str
    done: int

    def add(self, numbers: range, rows: Rows) -> None:
        """Take in the rows of the trials that come next."""
        ...

    def arrays(self) -> Arrays:
        """Return all that is kept, and `done`."""
        ...

    def restore(self, arrays: Arrays) -> None:
        """Go on from what `arrays` returned; ValueError where that cannot be."""
        ...


class Checkpoint:
    """A file that a run goes on from after a kill.

    Parameters
    ----------
    path : str or Path
        The file, which need not exist.
    question : dict of str to str
        What the numbers depend on. A file of another question is refused.
    ledger : Ledger
        Restored from the file, and saved to it.

    Raises
    ------
    ValueError
        If the file answers another question, or is no checkpoint.
    OSError
        If it cannot be read.
    """

    def __init__(self, path: str | Path, question: dict[str, str], ledger: Ledger) -> None:
        self._path, self._question, self._ledger = Path(path), question, ledger
        if self._path.exists():
            ledger.restore(self._read())
        self._saved, self._due = ledger.done, time.monotonic() + _EVERY

    def _read(self) -> Arrays:
        arrays = read_arrays(self._path, "checkpoint", {*self._question, "done"})
        for name, wanted in self._question.items():
            if str(arrays[name]) != wanted:
                raise ValueError(
                    f"{self._path} belongs to another run: its {name} is {arrays[name]}, not {wanted}; "
                    "give a checkpoint another name, or remove this one"
                )
        return arrays

    def save_when_due(self) -> None:
        """Save from time to time."""
        if time.monotonic() >= self._due:
            self.save()

    def save(self) -> None:
        """Save what is new, whole or not at all."""
        if self._ledger.done == self._saved:
            return
        begun = time.monotonic()
        asked = {name: np.array(text) for name, text in self._question.items()}
        write_arrays(self._path, {**asked, **self._ledger.arrays()})
        now = time.monotonic()
        self._saved, self._due = self._ledger.done, now + max(_EVERY, _SHARE * (now - begun))
