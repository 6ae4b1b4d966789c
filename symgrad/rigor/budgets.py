"""Budgets: symbolic work that is given up when it takes too many steps, on any platform and in any thread.

A clock would give one answer on a fast machine and another on a slow one. Calls of functions are counted instead.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from flint import ctx

from .precisions import working_precision

__all__ = ["within"]

Answer = TypeVar("Answer")


class _SpentError(BaseException):
    """The budget is spent; no handler of ordinary errors inside SymPy may stop it."""


def within(calls: int, work: Callable[[], Answer], otherwise: Answer) -> Answer:
    """Work within a number of function calls.

    Parameters
    ----------
    calls : int
        How many; SymPy makes about two million in a second.
    work : callable
        Without arguments. A call of it that is given up leaves nothing behind.
    otherwise : object
        The answer when the budget is spent.

    Returns
    -------
    object
        What the work returns, or the other answer. While a profiler watches, the work has no limit: there can be one
        watcher only.

    Examples
    --------
    >>> within(1000, lambda: sum(len([k]) for k in range(10)), -1)
    10
    >>> within(1000, lambda: sum(len([k]) for k in range(10_000)), -1)
    -1
    """
    if sys.getprofile() is not None:
        return work()
    left = calls

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal left
        left -= event in ("call", "c_call")
        if left < 0:
            raise _SpentError

    with working_precision(ctx.prec):  # what is cut short may not have restored it
        sys.setprofile(count)
        try:
            return work()
        except _SpentError:
            return otherwise
        finally:
            sys.setprofile(None)
