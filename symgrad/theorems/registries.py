"""The registry: one decorator at the definition of a theorem, and the questions that can be asked of all of them."""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..claims import Assumption, Claim, Holding, first_failure
from ..networks import Network, Recurrence, Subject

__all__ = ["Application", "Theorem", "about", "claim", "registered", "theorem"]

Proof = Callable[[Any], Claim]

_NAME = re.compile(
    r"[a-z][a-z_]*_(eq|le|lt|ge|tendsto)_[a-z][a-z_]*"
)  # <quantity>_<relation>_<bound>[_of_<hypothesis>]


@dataclass(frozen=True)
class Theorem:
    """A registered result.

    Parameters
    ----------
    name : str
        The permanent id.
    prove : callable
        Takes a subject for which the assumptions hold, and returns the claim.
    assumptions : tuple of Assumption
        The guard, asked in this order.
    mutant : callable
        Takes a claim of this theorem and returns a false one that verification must refute.
    example : callable
        Returns a subject on which the theorem applies and its mutant is caught.
    about : type, default Network
        The kind of subject.
    """

    name: str
    prove: Proof
    assumptions: tuple[Assumption, ...]
    mutant: Callable[[Claim], Claim]
    example: Callable[[], Subject]
    about: type[Subject] = Network

    @property
    def summary(self) -> str:
        """The first line of the docstring: the result in words."""
        return self.docstring.partition("\n")[0]

    @property
    def docstring(self) -> str:
        """The canvas: statement, assumptions, derivation, tightness, source, examples."""
        return inspect.getdoc(self.prove) or ""


@dataclass(frozen=True)
class Application:
    """A theorem met a network: the claim, or the assumption that failed.

    Parameters
    ----------
    theorem : Theorem
        Which result.
    claim : Claim or None
        None if it does not apply.
    failed : Assumption or None
        The first assumption that does not certainly hold.
    holding : Holding or None
        What that assumption answered, and why.
    """

    theorem: Theorem
    claim: Claim | None = None
    failed: Assumption | None = None
    holding: Holding | None = None

    @property
    def name(self) -> str:
        """The id of the theorem."""
        return self.theorem.name

    @property
    def applies(self) -> bool:
        """Whether there is a claim."""
        return self.claim is not None

    @property
    def refusal(self) -> str:
        """Which assumption failed and why; empty if the theorem applies."""
        if self.failed is None or self.holding is None:  # by identity: a holding that is not a yes counts as false
            return ""
        return f"{self.failed.words}: {self.holding.reason}"


_REGISTRY: dict[str, Theorem] = {}
_KINDS: dict[type[Subject], str] = {Network: "feed-forward networks", Recurrence: "recurrent networks"}


def theorem(
    *,
    assumptions: tuple[Assumption, ...],
    mutant: Callable[[Claim], Claim],
    example: Callable[[], Subject],
    about: type[Subject] = Network,
) -> Callable[[Proof], Proof]:
    """Register the decorated function as a theorem; its name is the permanent id.

    Parameters
    ----------
    assumptions : tuple of Assumption
        The guard.
    mutant : callable
        Makes a false claim of a true one.
    example : callable
        Returns a subject on which the mutant is caught.
    about : type, default Network
        The kind of subject: ``Network`` or ``Recurrence``.

    Returns
    -------
    callable
        The decorator; it returns the function unchanged.

    Raises
    ------
    ValueError
        If the name is taken, or does not say a quantity, a relation and a bound.
    """

    def register(prove: Proof) -> Proof:
        name = prove.__name__
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} does not name its conclusion, <quantity>_<eq|le|lt|ge|tendsto>_<bound>")
        if name in _REGISTRY:
            raise ValueError(f"a theorem named {name!r} is registered already; a name is a permanent id")
        _REGISTRY[name] = Theorem(name, prove, assumptions, mutant, example, about)
        return prove

    return register


def registered(about: type[Subject] | None = None) -> dict[str, Theorem]:
    """Return every theorem by its name, in the order of registration.

    Parameters
    ----------
    about : type, optional
        Only those about subjects of this kind, ``Network`` or ``Recurrence``.

    Returns
    -------
    dict of str to Theorem
        A copy.

    Examples
    --------
    >>> "jacobian_norm_le_prod_lipschitz" in registered()
    True
    """
    return {name: each for name, each in _REGISTRY.items() if about in (None, each.about)}


def about(subject: Subject) -> tuple[Application, ...]:
    """Ask every theorem about a subject: those that apply, and those that do not with the assumption that failed.

    Parameters
    ----------
    subject : Network or Recurrence
        Widths, depth and variances may be symbols.

    Returns
    -------
    tuple of Application
        One for each registered theorem about that kind of subject.

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.mlp(width=256, depth=30, activation="sigmoid")
    >>> [a.name for a in about(net) if not a.applies][0]
    'gradient_norm_le_pow_of_scalar_chain'
    """
    return tuple(_apply(each, subject) for each in registered(type(subject)).values())


def _apply(each: Theorem, subject: Subject) -> Application:
    failure = first_failure(each.assumptions, subject)
    if failure is not None:
        return Application(each, None, *failure)
    return Application(each, each.prove(subject))


def claim(name: str, subject: Subject) -> Claim:
    """Return one claim about a subject.

    Parameters
    ----------
    name : str
        The id of a theorem.
    subject : Network or Recurrence
        Of the kind that the theorem is about.

    Returns
    -------
    Claim
        The claim.

    Raises
    ------
    ValueError
        If no theorem has that name, it is about another kind of subject, or it does not apply; the message says which
        assumption failed and why.

    Examples
    --------
    >>> import symgrad as sg
    >>> net = sg.mlp(width=1, depth=5, activation="sigmoid", weights=2)
    >>> claim("gradient_norm_le_pow_of_scalar_chain", net).valued()
    1/16
    """
    found = find(name)
    if not isinstance(subject, found.about):
        raise ValueError(f"{name} is about {_KINDS[found.about]}; {subject} is of {_KINDS[type(subject)]}")
    application = _apply(found, subject)
    if application.claim is None:
        raise ValueError(f"{name} does not apply to {subject}: it assumes that {application.refusal}")
    return application.claim


def find(name: str) -> Theorem:
    """Return the theorem of a name, or raise a ValueError that suggests near ones."""
    if name not in _REGISTRY:
        near = difflib.get_close_matches(name, _REGISTRY, n=3, cutoff=0.4)
        raise ValueError(f"no theorem is named {name!r}; try {', '.join(near or _REGISTRY)}")
    return _REGISTRY[name]
