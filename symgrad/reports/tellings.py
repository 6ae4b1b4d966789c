"""Tellings: an answer as a document, short for the terminal and long for the page."""

from __future__ import annotations

from collections.abc import Mapping

from ..claims import Axis, Claim, InLaw, Outcome, Source, Verdict, latex, symbol
from ..networks import Recurrence
from ..theorems import Theorem, claim
from .amounts import amount, amount_latex, power_of_ten
from .answers import Answer, Finding
from .curves import gradient_curves, typical_case, worst_case
from .documents import (
    Block,
    Cell,
    Code,
    Document,
    Heading,
    Inline,
    Items,
    Math,
    Paragraph,
    References,
    Status,
    Strong,
    Table,
    Text,
)
from .margins import power_cell, slack_cell
from .numbers import bound_number, written_bound
from .plaintexts import plain, plain_statement
from .sections import claim_section, derivation, statement

__all__ = ["catalogue", "page", "summary", "theorem_in_full"]

_GRANTED = "Every line was re-run, but for those that are cited. What a line “uses” is granted to it: a definition, an "
_GRANTED += "elementary law, or what lines above say in other words; nothing re-runs these."
_COLUMN = 30  # letters of a formula that a column of a table holds


def summary(answer: Answer) -> Document:
    """Tell an answer in a screenful: the finding, the table of claims, and what does not apply.

    Parameters
    ----------
    answer : Answer
        The answer.

    Returns
    -------
    Document
        For the terminal and for Jupyter.
    """
    blocks = (_finding(answer), _claims_table(answer), *_draws(answer), *_refused(answer), _reproduce(answer))
    return Document(_title(answer), blocks)


def page(answer: Answer) -> Document:
    """Tell an answer in full: with the figure, every derivation, and the sources used.

    Parameters
    ----------
    answer : Answer
        The answer.

    Returns
    -------
    Document
        For a page or a paper.
    """
    blocks = (
        _finding(answer),
        *_figure(answer),
        Heading("What is claimed, and how sure it is"),
        _claims_table(answer),
        *_draws(answer),
        *_refused(answer),
        *(_derived(answer) if any(finding.application.claim for finding in answer.findings) else ()),
        Heading("Reproduce"),
        _reproduce(answer),
    )
    return Document(_title(answer), blocks)


def _title(answer: Answer) -> str:
    if isinstance(answer.network, Recurrence):
        cells = dict.fromkeys(layer.cell.name for layer in answer.network.layers)
        return f"Gradients through time: {', '.join(cells)}, {answer.network.steps} steps"
    phis = answer.network.activations
    names = ", ".join(phi.name for phi in phis if phi.expression != symbol("x") or len(phis) == 1)
    kind = f"{names} network" if names else "network"  # one without layers has no activation
    return f"Gradients in a {kind} of depth {answer.network.depth}"


def _finding(answer: Answer) -> Paragraph:
    """Answer the question in a few sentences, each with its grade."""
    sentences = [*_measured_words(answer), *_typical_words(answer), *_worst_words(answer)]
    if not sentences and answer.network.free_symbols:
        sentences = [Text("The network holds symbols: its claims are formulas, and nothing was simulated.")]
    return Paragraph((Text(f"{answer.network}. "), *sentences))


def _measured_words(answer: Answer) -> list[Inline]:
    curves = gradient_curves(answer)
    if curves.simulated is None:
        return []
    log10 = float(curves.simulated.median[0])
    return [
        Text(f"From {_WAYS[curves.axis]} the gradient norm changes by a factor of "),
        Math(power_of_ten(log10), text=f"10^{log10:.1f}"),
        Text(f" in the median of {curves.simulated.trials} draws (measured). "),
    ]


_WAYS = {Axis.DEPTH: "the output to the input", Axis.TIME: "the last state to the first"}


def _log10_of(found: Claim | None) -> float | None:
    return None if found is None else bound_number(found)["log10"]


def _typical_words(answer: Answer) -> list[Inline]:
    log10 = _log10_of(typical_case(answer))
    if log10 is None:
        return []
    half = log10 / 2  # the claim is about the square
    return [
        Text("In the limit of large width this factor is "),
        Math(power_of_ten(half), text=f"10^{half:.1f}"),
        Text(" (cited). "),
    ]


def _worst_words(answer: Answer) -> list[Inline]:
    worst = worst_case(answer)
    log10 = _log10_of(worst)
    if worst is None or log10 is None:
        return []
    return [
        Text("The largest stretch of any gradient is at most "),
        Math(power_of_ten(log10), text=f"10^{log10:.1f}"),
        Text(f" ({worst.mode.words()}). "),
    ]


def _figure(answer: Answer) -> tuple[Block, ...]:
    from .figures import gradient_figure

    curves = gradient_curves(answer)
    if curves.simulated is None and curves.mean_field is None and curves.bound is None:
        return ()
    return (gradient_figure(curves),)


def _claims_table(answer: Answer) -> Block:
    header = ("claim", "statement", "bound", "verdict", "slack", "power", "trials")
    rows = tuple(_row(finding) for finding in answer.findings if finding.application.claim is not None)
    if not rows:
        return Paragraph(
            (Text("No theorem here applies to this network, so what was measured is a measurement alone."),)
        )
    caption = "Claims that apply. Slack: the factor from the closest trial to the bound, or by how much an equality is "
    caption += "off. Power: the smallest error of the claim that this run would have noticed."
    return Table(tuple((Text(name),) for name in header), rows, caption, frozenset({header.index("statement")}))


def _row(finding: Finding) -> tuple[Cell, ...]:
    found, verdict = finding.application.claim, finding.verdict
    assert found is not None  # noqa: S101 - rows are made of claims that apply
    return (
        (Code(found.name),),
        (Math(found.latex(), text=plain_statement(found)),),
        (_bound(found),),
        (Status(verdict.outcome),),
        slack_cell(verdict),
        power_cell(verdict),
        (Text(str(verdict.trials) if verdict.trials else "–"),),
    )


def _draws(answer: Answer) -> tuple[Block, ...]:
    """Say what was drawn how often, and why not everything as often as asked for."""
    if not answer.batches:
        return ()
    places = dict[str, list[str]]()  # what is said alike of several widths is said once
    for batch in answer.batches:
        names = ", ".join(dict.fromkeys(quantity.name for quantity in batch.quantities))
        place = "of this network" if batch.network == answer.network else f"at width {batch.width}"
        places.setdefault(f"for {names}: {batch.reason}.", []).append(f"{batch.trials} {place}")
    rows = tuple((Text(f"{', '.join(where)} {why}"),) for why, where in places.items())
    return (Paragraph((Strong("Trials"), Text(", and why so many:"))), Items(rows))


def _bound(found: Claim) -> Inline:
    log10 = bound_number(found)["log10"]
    if log10 is not None:
        return Math(amount_latex(log10), text=amount(log10))
    if isinstance(found.mode, InLaw):
        return Text("a law")
    written = written_bound(found)  # zero, or in symbols
    text = plain(written)
    return Math(latex(written), text=text) if len(text) <= _COLUMN else Text("a formula")


def _refused(answer: Answer) -> tuple[Block, ...]:
    refused = [finding for finding in answer.findings if finding.application.claim is None]
    if not refused:
        return ()
    alike = dict[str, list[Inline]]()  # what fails for several claims is told once
    for finding in refused:
        names = alike.setdefault(finding.application.refusal, [])
        names.extend([*([Text(", ")] if names else []), Code(finding.application.name)])
    rows = tuple((tuple(names), (Text(why),)) for why, names in alike.items())
    return (Table(((Text("does not apply"),), (Text("because it assumes that"),)), rows, "Claims that do not apply."),)


def _derived(answer: Answer) -> tuple[Block, ...]:
    """Tell what the claims rest on: the activation, every derivation, and the sources used."""
    return (
        Heading("The activation"),
        *_activations(answer),
        Heading("The claims in full"),
        Paragraph((Text(_GRANTED),)),
        *_sections(answer),
        Heading("Sources"),
        References(_sources(answer)),
    )


def _activations(answer: Answer) -> tuple[Block, ...]:
    told: list[Block] = []
    for phi in answer.network.activations:
        told += [Paragraph((Text(f"The largest slope of {phi.name}, which every bound below uses."),))]
        told += [statement(phi.lipschitz), derivation(phi.lipschitz.derivation)]
    return tuple(told)


def _sections(answer: Answer) -> tuple[Block, ...]:
    told: list[Block] = []
    for finding in answer.findings:
        if finding.application.claim is not None:
            told += claim_section(finding.application.claim, finding.application.theorem.summary, finding.verdict)
    return tuple(told)


def _sources(answer: Answer) -> tuple[Source, ...]:
    """The sources of the claims that apply and of their premises, each once, in the order of use."""
    claims = [finding.application.claim for finding in answer.findings if finding.application.claim is not None]
    used = [source for found in claims for each in (found, *found.premises) for source in each.sources]
    return tuple({source.key: source for source in used}.values())


def _reproduce(answer: Answer) -> Paragraph:
    return Paragraph((Text(f"symgrad {answer.version}, seed {answer.seed}, {answer.trials} trials asked for."),))


def catalogue(theorems: Mapping[str, Theorem]) -> Document:
    """Tell the list of all results.

    Parameters
    ----------
    theorems : mapping of str to Theorem
        As registered.

    Returns
    -------
    Document
        Names and sentences.
    """
    rows = tuple((Code(name), Text(f": {theorem.summary}")) for name, theorem in theorems.items())
    return Document("What is known", (Items(rows),))


def theorem_in_full(theorem: Theorem) -> Document:
    """Tell one result in full, on its example.

    Parameters
    ----------
    theorem : Theorem
        The result.

    Returns
    -------
    Document
        Statement, assumptions, derivation and sources.
    """
    network = theorem.example()
    found: Claim = claim(theorem.name, network)
    replayed = Verdict(theorem.name, _replayed(found), f"the derivation was replayed, for example for {network}")
    sections = claim_section(found, theorem.summary, replayed)
    return Document(theorem.name, (*sections[1:], Heading("Sources", 2), References(found.sources)))


def _replayed(found: Claim) -> Outcome:
    from ..claims import Trial, combine

    return combine(found.replay(), Trial.UNTRIED)
