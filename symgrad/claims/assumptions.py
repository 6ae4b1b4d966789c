"""Assumptions: named predicates with LaTeX. Guard of a theorem, filter of a strategy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

__all__ = ["Answer", "Assumption", "Holding", "first_failure", "no", "unknown", "yes"]


class Answer(Enum):
    """Whether an assumption holds for a subject."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Holding:
    """An answer with its reason.

    Parameters
    ----------
    answer : Answer
        Yes, no or unknown.
    reason : str
        Why, in words that name the offending value.

    Raises
    ------
    ValueError
        If there is no reason.
    """

    answer: Answer
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError(f"an answer of {self.answer.value} needs its reason; say why, with the offending value")

    def __bool__(self) -> bool:
        """Only a certain yes counts."""
        return self.answer is Answer.YES


def yes(reason: str) -> Holding:
    """Return a yes with its reason."""
    return Holding(Answer.YES, reason)


def no(reason: str) -> Holding:
    """Return a no with its reason."""
    return Holding(Answer.NO, reason)


def unknown(reason: str) -> Holding:
    """Return an unknown with its reason."""
    return Holding(Answer.UNKNOWN, reason)


@dataclass(frozen=True)
class Assumption:
    r"""A named predicate about a subject.

    Parameters
    ----------
    name : str
        An identifier, such as ``"gaussian_weights"``.
    words : str
        The assumption as a clause: ``"the weights are independent Gaussians"``.
    latex : str
        The assumption as a formula, without delimiters.
    check : callable
        Takes a subject and returns a `Holding`. It does not enter comparison: the name identifies the assumption.

    Examples
    --------
    >>> def is_even(n):
    ...     return yes(f"{n} is even") if n % 2 == 0 else no(f"{n} is odd")
    >>> even = Assumption("even", "the number is even", r"2 \mid n", is_even)
    >>> even.holds(3).reason
    '3 is odd'
    """

    name: str
    words: str
    latex: str
    check: Callable[[Any], Holding] = field(compare=False, repr=False)

    def holds(self, subject: Any) -> Holding:
        """Say whether the assumption holds for a subject, and why.

        Parameters
        ----------
        subject : Any
            A network, as a rule.

        Returns
        -------
        Holding
            Yes, no or unknown, with the reason.

        Raises
        ------
        TypeError
            If the check returned something else: a bare True would pass for a yes without a reason.
        """
        holding = self.check(subject)
        if not isinstance(holding, Holding):
            raise TypeError(
                f"the check of {self.name!r} returned {holding!r}; return yes(...), no(...) or unknown(...)"
            )
        return holding


def first_failure(assumptions: tuple[Assumption, ...], subject: Any) -> tuple[Assumption, Holding] | None:
    """Return the first assumption that does not certainly hold, with its holding.

    Parameters
    ----------
    assumptions : tuple of Assumption
        In the order in which they are to be asked.
    subject : Any
        What they are asked about.

    Returns
    -------
    tuple of Assumption and Holding, or None
        None if all hold.
    """
    for assumption in assumptions:
        holding = assumption.holds(subject)
        if not holding:
            return assumption, holding
    return None
