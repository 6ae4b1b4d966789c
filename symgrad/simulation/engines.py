"""Engines: what measures trials, and the methods that make them, of whatever kind the subject is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from ..claims import Quantity

__all__ = ["Engine", "Method", "Need", "Plan", "Rows", "chosen"]

Plan = dict[Quantity, tuple[int, ...]]
Rows = dict[Quantity, npt.NDArray[np.float64]]
Flags = npt.NDArray[np.bool_]

S = TypeVar("S")

Need = Callable[[S, Plan, int, float], tuple[float, str]]  # with bytes of a number and of the machine


class Engine(Protocol):
    """Measures trials of one run, in one thread at a time."""

    def trials(self, seed: int, numbers: range) -> Rows:
        """Return natural logarithms for each quantity of the plan : (trials, layers).

        A row is a pure function of the seed and of its number, whichever others are measured along with it.
        """
        ...


def _has_none(network: object, plan: Plan) -> None:  # noqa: ARG001 - as for every method
    return None


@dataclass(frozen=True)
class Method(Generic[S]):
    """A way of simulating subjects of one kind.

    Parameters
    ----------
    name : str
        What users call it.
    reason : str
        Why it is a good one, in words, where it can be used.
    refusal : callable
        From a network and a plan to why the method cannot be used, in words; None where it can.
    open : callable
        From a network, a plan, a dtype and the flag that ends trials early to what makes an engine for a thread. What
        all engines share is made once.
    needs : callable
        From a network, a plan, the bytes of a number and those of this machine to the bytes that a thread needs, and to
        what would fit, in words.
    batch : int
        Most trials that an engine is asked for at a time.
    family : str, default ""
        A name for it and others together: where that is asked for, the first of them that can be used is taken.
    drawback : callable, optional
        From a network and a plan to why another method is better, in words, though this one can be used; None where it
        is not. It is used where it is asked for by its name.
    """

    name: str
    reason: str
    refusal: Callable[[S, Plan], str | None]
    open: Callable[[S, Plan, str, Flags], Callable[[], Engine]]
    needs: Need[S]
    batch: int
    family: str = ""
    drawback: Callable[[S, Plan], str | None] = _has_none


_AUTO = "auto"


def chosen(method: str, methods: Sequence[Method[Any]], network: Any, plan: Plan) -> tuple[Method[Any], str]:
    """Choose one of several methods; see `kinds.choose`."""
    named = [each for each in methods if method in (each.name, each.family, _AUTO)]
    if not named:
        names = ", ".join(map(repr, [_AUTO, *(each.name for each in methods)]))
        raise ValueError(f"method = {method!r} is unknown; the methods are {names}")
    refused: dict[str, str] = {}  # of a family, the reason of the most able one, which is the last
    for each in named:
        why = each.refusal(network, plan)
        if why is None and method == _AUTO:
            why = each.drawback(network, plan)
        if why is None:
            reasons = [each.reason, *(f"not {name}: {told}" for name, told in refused.items() if name != each.family)]
            return each, "; ".join(reasons) if method == _AUTO else "asked for"
        refused[each.family or each.name] = why
    raise ValueError(f"method = {method!r} cannot be used: {why}; method = 'dense' can")
