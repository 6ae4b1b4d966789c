"""Answers: a question about a network, carried through every room."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..claims import Claim, Measurable, Outcome, Quantity, Verdict, gradient_norm
from ..networks import Network, Recurrence
from ..simulation import Sample
from ..theorems import Application, about, registered
from ..verification import Batch, decide, gather

__all__ = ["Answer", "Finding", "ask"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Finding:
    """What came of one theorem.

    Parameters
    ----------
    application : Application
        The claim, or the assumption that failed.
    verdict : Verdict
        What replay and trial said; *not applicable* where there is no claim.
    """

    application: Application
    verdict: Verdict


@dataclass(frozen=True, repr=False)
class Answer:
    """Every registered claim about a network, replayed and tried.

    Parameters
    ----------
    network : Network or Recurrence
        The subject.
    findings : tuple of Finding
        One for each registered theorem.
    samples : tuple of Sample
        What was simulated.
    seed : int
        Of all samples.
    trials : int
        As asked for; a verdict says how many it had.
    batches : tuple of Batch, optional
        What was drawn how often, and why not as often as asked for.

    Examples
    --------
    >>> import symgrad as sg
    >>> answer = sg.ask(sg.mlp(width=8, depth=4, activation="sigmoid"), trials=50)
    >>> answer["chain_rule_defect_eq_zero"].bound
    0
    >>> answer.verdict("chain_rule_defect_eq_zero").outcome.value
    'proved'
    """

    network: Network | Recurrence
    findings: tuple[Finding, ...]
    samples: tuple[Sample, ...]
    seed: int
    trials: int
    batches: tuple[Batch, ...] = ()

    @property
    def version(self) -> str:
        """The version of the package that answered."""
        return version("symgrad")

    @cached_property
    def _by_name(self) -> dict[str, Finding]:
        return {finding.application.name: finding for finding in self.findings}

    def _finding(self, name: str) -> Finding:
        if name not in self._by_name:
            near = difflib.get_close_matches(name, self._by_name, n=3, cutoff=0.4) or list(self._by_name)
            raise KeyError(f"no claim is named {name!r}; try {', '.join(near)}")
        return self._by_name[name]

    def __getitem__(self, name: str) -> Claim:
        """Return a claim by its name; a KeyError says why it does not apply, or suggests near names."""
        application = self._finding(name).application
        if application.claim is None:
            raise KeyError(f"{name} does not apply to {self.network}: it assumes that {application.refusal}")
        return application.claim

    def applies(self, name: str) -> bool:
        """Say whether the claim of that name applies to the network; one about networks of another kind does not."""
        if name in set(registered()) - set(registered(type(self.network))):
            return False
        return self._finding(name).application.applies

    def verdict(self, name: str) -> Verdict:
        """Return the verdict on a claim by its name, *not applicable* included.

        Parameters
        ----------
        name : str
            The id of a theorem.

        Returns
        -------
        Verdict
            The verdict.

        Raises
        ------
        KeyError
            If no theorem has that name.
        """
        return self._finding(name).verdict

    @property
    def refuted(self) -> tuple[str, ...]:
        """The names of the claims that a sample refuted."""
        return tuple(f.application.name for f in self.findings if f.verdict.outcome is Outcome.REFUTED)

    @property
    def undecided(self) -> bool:
        """Whether claims apply and every one of them is inconclusive: the question as a whole has no answer."""
        tried = [finding.verdict.outcome for finding in self.findings if finding.application.applies]
        return bool(tried) and set(tried) == {Outcome.INCONCLUSIVE}

    def sample(self, name: str) -> Sample | None:
        """Return the sample of a quantity at the full width, or None if it was not simulated."""
        widest = [sample for sample in self.samples if sample.quantity.name == name]
        return max(widest, key=lambda sample: sample.width, default=None)

    def save(self, path: str | Path) -> None:
        """Write the answer to a file, whole or not at all; the suffix says how.

        Parameters
        ----------
        path : str or Path
            Ends in ``.html``, ``.tex``, ``.md``, ``.txt``, ``.pdf`` or ``.json``.

        Raises
        ------
        ValueError
            If the suffix is unknown or the file cannot be written.
        """
        from .files import save

        save(self, path)

    def to_json(self) -> dict[str, Any]:
        """Return the object that ``symgrad ask --json`` prints."""
        from .jsons import answer_object

        return answer_object(self)

    def __repr__(self) -> str:
        """Say in a line what was asked; `print` shows the table."""
        claimed = sum(finding.application.applies for finding in self.findings)
        return f"<Answer: {claimed} claims about {self.network}, {len(self.refuted)} refuted>"

    def __str__(self) -> str:
        """Write the table that the terminal shows."""
        from .tellings import summary
        from .terminals import write_terminal

        return write_terminal(summary(self))

    def _repr_markdown_(self) -> str:
        from .markdowns import write_markdown
        from .tellings import summary

        return write_markdown(summary(self))


def ask(
    network: Network | Recurrence,
    *,
    trials: int = 200,
    rng: Any = 0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Ask what is known about the gradients of a network: replay every claim that applies, and try it.

    Parameters
    ----------
    network : Network or Recurrence
        The subject. With symbols in it, claims are replayed but nothing is simulated.
    trials : int, default 200
        Draws of the network; fewer of what would take more than about a second, and the answer says so.
    rng : int, numpy.random.SeedSequence or numpy.random.Generator, default 0
        Where the seed comes from.
    threads : int, optional
        Default: all cores. The numbers do not depend on it.
    progress : callable, optional
        Called with the trials done and their total.

    Returns
    -------
    Answer
        Prints as a table, shows as maths in Jupyter, saves as a page.

    Raises
    ------
    ValueError
        If the number of trials is not positive.
    TypeError
        If the subject is not a network.
    Contradiction
        If a replayed proof was refuted by a sample: one of the two is wrong.

    Examples
    --------
    >>> import symgrad as sg
    >>> sg.ask(sg.mlp(width=8, depth=4, activation="relu", weight_var=2), trials=50).refuted
    ()
    """
    if not isinstance(network, Network | Recurrence):
        raise TypeError(f"ask takes a network, such as sg.mlp(width=256, depth=30), not {network!r}")
    applications = about(network)
    claims = [application.claim for application in applications if application.claim is not None]
    also = _gradient(network, claims)
    gathered = gather(network, claims, trials=trials, rng=rng, also=also, threads=threads, progress=progress)
    findings = tuple(_find(application, gathered.samples) for application in applications)
    return Answer(network, findings, gathered.samples, gathered.seed, trials, gathered.batches)


def _gradient(network: Network | Recurrence, claims: list[Claim]) -> tuple[Quantity, ...]:
    """Measure the gradient even where no claim is about it: it is what was asked for."""
    measured = any(claim.quantity.what in _GRADIENTS for claim in claims)
    return () if measured or network.depth.is_zero else (_AT_THE_START[type(network)],)


_AT_THE_START = {Network: gradient_norm(0), Recurrence: gradient_norm(0).in_time()}
_GRADIENTS = frozenset({Measurable.GRADIENT_NORM, Measurable.MEAN_SQUARE_GRADIENT})


def _find(application: Application, samples: tuple[Sample, ...]) -> Finding:
    if application.claim is None:
        return Finding(application, Verdict(application.name, Outcome.NOT_APPLICABLE, application.refusal))
    return Finding(application, decide(application.claim, samples))
