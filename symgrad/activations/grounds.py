"""Grounds: a step that the room of sure numbers computes again from scratch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from ..claims import Ground, Step, Strength

__all__ = ["Recomputed"]


@dataclass(frozen=True)
class Recomputed(Ground):
    """The right side of the step is what a certified computation gives.

    Parameters
    ----------
    computation : callable
        A function of a module, so that the step can be pickled.
    arguments : tuple
        What it is called with; it returns the right side of the step.
    """

    computation: Callable[..., sp.Basic]
    arguments: tuple[Any, ...]
    word = "certified"

    def replay(self, step: Step) -> Strength:
        """Compute again, and compare with the right side of the step."""
        return Strength.CERTIFIED if self.computation(*self.arguments) == step.after else Strength.BROKEN
