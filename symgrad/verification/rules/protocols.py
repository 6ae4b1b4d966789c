"""What every decision rule offers. A rule is abstract or final: none overrides another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from ...claims import Claim, Relation
from ..bounds import log_bound
from ..cases import Case, Finding

__all__ = ["Rule"]


@dataclass(frozen=True)
class Rule(ABC):
    """How claims of one mode are decided.

    Parameters
    ----------
    claim : Claim
        What is tried.
    """

    claim: Claim
    relations: ClassVar[frozenset[Relation]] = frozenset({Relation.EQ, Relation.LE, Relation.LT, Relation.GE})

    def log_bound(self, width: int) -> float:
        """Return the natural logarithm of the bound for a sample of the given width."""
        return log_bound(self.claim)

    @abstractmethod
    def find(self, case: Case) -> Finding:
        """Decide a case."""
