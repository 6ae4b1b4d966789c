"""Tables: the rows of all trials, raw."""

from __future__ import annotations

import numpy as np

from ..engines import Plan, Rows
from .archives import Arrays

__all__ = ["Tables"]


class Tables:
    """One table for each quantity, filled from its first row on.

    Parameters
    ----------
    plan : dict of Quantity to tuple of int
        What is measured, and at which layers.
    trials : int
        Number of rows.
    """

    KIND = "samples"

    def __init__(self, plan: Plan, trials: int) -> None:
        self.rows: Rows = {asked: np.empty((trials, len(where))) for asked, where in plan.items()}
        self.done, self._trials = 0, trials

    def add(self, numbers: range, rows: Rows) -> None:
        """Keep the rows of the trials that come next."""
        for asked, found in rows.items():
            self.rows[asked][numbers.start : numbers.stop] = found
        self.done = numbers.stop

    def arrays(self) -> Arrays:
        """Return the rows that are filled."""
        tables = {f"rows{place}": table[: self.done] for place, table in enumerate(self.rows.values())}
        return {"done": np.array(self.done), **tables}

    def restore(self, arrays: Arrays) -> None:
        """Take over the rows of trials that were asked for; more may be there, since rows do not depend on how many."""
        done = min(int(arrays["done"]), self._trials)
        for place, table in enumerate(self.rows.values()):
            found = arrays.get(f"rows{place}")
            if found is None or found.shape[1:] != table.shape[1:] or found.dtype != table.dtype or len(found) < done:
                raise ValueError(f"the checkpoint is damaged: its rows of quantity {place + 1} are not {done} trials")
            table[:done] = found[:done]
        self.done = done
