"""Budgets: symbolic work that is given up when it takes too many steps, on any platform and in any thread.

A clock would give one answer on a fast machine and another on a slow one. Calls of functions are counted instead.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from flint import ctx

from .precisions import working_precision

__all__ = ["within"]

Answer = TypeVar("Answer")


class _SpentError(BaseException):
    """The budget is spent; no handler of ordinary errors inside SymPy may stop it."""

    def __init__(self, watcher: Callable[..., None]) -> None:
        super().__init__()
        self.watcher = watcher


class _Finalizers:
    """While any thread has a budget, no finalizer swallows its end.

    Python drops what is raised while an abandoned generator is closed or ``__del__`` runs, tells
    ``sys.unraisablehook``, and watches no more.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._budgets = 0
        self._hook = sys.unraisablehook

    def __enter__(self) -> None:
        with self._lock:
            if self._budgets == 0:
                self._hook, sys.unraisablehook = sys.unraisablehook, self._watch_again
            self._budgets += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._budgets -= 1
            if self._budgets == 0:
                sys.unraisablehook = self._hook

    def _watch_again(self, dropped: Any) -> None:
        if isinstance(dropped.exc_value, _SpentError):
            sys.setprofile(dropped.exc_value.watcher)  # the next call of this thread ends the work
        else:
            self._hook(dropped)


_finalizers = _Finalizers()


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
        called = event in ("call", "c_call")
        left -= called
        if called and left < 0:
            raise _SpentError(count)

    with _finalizers, working_precision(ctx.prec):  # what is cut short may not have restored it
        sys.setprofile(count)
        try:
            return work()
        except _SpentError:
            return otherwise
        finally:
            sys.setprofile(None)
