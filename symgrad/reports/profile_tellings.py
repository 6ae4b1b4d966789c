"""Profile tellings: every fact about an activation as a document, short for the terminal and long for the page."""

from __future__ import annotations

from importlib.metadata import version

import sympy as sp

from ..activations import Activation, Profile
from ..claims import Claim, Source, Step, latex, symbol
from .documents import (
    Block,
    Derivation,
    Document,
    Figure,
    Heading,
    Inline,
    Math,
    Paragraph,
    References,
    Text,
)
from .plaintexts import plain
from .profile_facts import facts_table, implicit_constants, place
from .sections import derivation, statement

__all__ = ["profile_page", "profile_summary"]

X, S = symbol("x"), symbol("s")


def profile_summary(profile: Profile) -> Document:
    """Tell a profile in a screenful: the function, the table of facts, and how the Lipschitz constant is known.

    Parameters
    ----------
    profile : Profile
        The facts.

    Returns
    -------
    Document
        For the terminal and for Jupyter.
    """
    blocks: list[Block] = [*_function(profile.activation), facts_table(profile)]
    if profile.lipschitz is not None:
        blocks += [Heading("How the Lipschitz constant is known"), *_known(profile.lipschitz, ())]
    return Document(_title(profile), tuple(blocks))


def profile_page(profile: Profile, figure: Figure) -> Document:
    """Tell a profile in full: with the figure, every derivation, and the sources.

    Parameters
    ----------
    profile : Profile
        The facts.
    figure : Figure
        Of the function and its slope.

    Returns
    -------
    Document
        For a page or a paper.
    """
    sources = _sources(profile)
    blocks = (
        *_function(profile.activation),
        figure,
        Heading("Facts"),
        facts_table(profile),
        *_derivative(profile.activation),
        *_sections(profile),
        *((Heading("Sources"), References(sources)) if sources else ()),
        Heading("Reproduce"),
        Paragraph((Text(f"symgrad {version('symgrad')}. Every step above can be run again: {_REPLAY}."),)),
    )
    return Document(_title(profile), blocks)


_REPLAY = "claim.replay() does it for each claim of profile(...).claims"


def _title(profile: Profile) -> str:
    domain = sp.Interval(*profile.domain)
    where = "" if domain == sp.S.Reals else f" on {plain(domain)}"
    return f"The activation {profile.activation}{where}"


# ------------------------------------------------------------------------------------------------------- the function


def _function(phi: Activation) -> tuple[Block, ...]:
    """Say what the function is, and what it is like, in a word each."""
    name = phi.name if phi.name.isidentifier() else "φ"  # an expression has no name of its own
    told: list[Inline] = [Math(phi.latex(), text=f"{name}(x) = {plain(phi.expression)}"), Text(". ")]
    told += [Text(" ".join(_manners(phi))), *_kinks(phi)]
    return (Paragraph(tuple(told)),)


def _manners(phi: Activation) -> tuple[str, ...]:
    yes_no = {True: "", False: "not ", None: "perhaps "}
    words = {"odd": phi.odd, "even": phi.even, "monotone": phi.monotone, "bounded": phi.bounded}
    known = ", ".join(f"{yes_no[truth]}{word}" for word, truth in words.items())
    undecided = " Perhaps: neither proved nor refuted." if None in words.values() else ""
    return (f"It is {known}.{undecided} Its slope settles: {phi.tail}.",)


def _kinks(phi: Activation) -> list[Inline]:
    if not phi.kinks:
        return [Text(" It is differentiable everywhere.")]
    told: list[Inline] = [Text(" It has no derivative at ")]
    for point, slope in phi.kink_slopes:
        told += [place(point), Text(", where the slope is declared to be "), Math(latex(slope), text=plain(slope))]
        told.append(Text(", and at "))
    return [*told[:-1], Text(".")]


# -------------------------------------------------------------------------------------------------------- derivations


def _derivative(phi: Activation) -> tuple[Block, ...]:
    claim, closed = phi.derivative_claim, phi.derivative_in_terms_of_value
    blocks: list[Block] = [Heading("The derivative"), derivation(claim.derivation)]
    if closed is not None:
        form = Math(rf"\varphi' = {latex(closed)}", text=f"φ' = {plain(closed)}")
        blocks.append(Paragraph((Text("In terms of the value "), Math("s", text="s"), Text(": "), form, Text("."))))
    return tuple(blocks)


def _sections(profile: Profile) -> tuple[Block, ...]:
    """Tell every claim but the derivative, or say that it could not be derived."""
    told = profile.activation.derivative_claim.derivation
    blocks: list[Block] = []
    for heading, claims in _groups(profile):
        blocks.append(Heading(heading))
        for words, claim in claims:
            blocks += [Heading(words, 3), *(_known(claim, told) if claim else _UNKNOWN)]
    return tuple(blocks)


_UNKNOWN = (Paragraph((Text("This could be neither derived nor certified; nothing is claimed."),)),)
_Group = tuple[str, tuple[tuple[str, Claim | None], ...]]


def _groups(profile: Profile) -> tuple[_Group, ...]:
    slopes = ("Largest slope", profile.slope_sup), ("Smallest slope", profile.slope_inf)
    ends = "minus infinity", "infinity"
    values = tuple((f"Limit at {end}", c) for end, c in zip(ends, profile.limits, strict=True))
    limits = tuple((f"Limit of the slope at {end}", c) for end, c in zip(ends, profile.slope_limits, strict=True))
    groups = [
        ("The slope", (*slopes, ("Lipschitz constant", profile.lipschitz))),
        ("The curvature", (("Largest curvature", profile.curvature_sup),)),
        ("Limits", (*values, *limits)),
    ]
    if profile.eps is not None:
        groups.append(("Saturation", ((f"Where the slope is below {profile.eps}", profile.saturation),)))
    return (*groups, *_moment_groups(profile))


def _moment_groups(profile: Profile) -> tuple[_Group, ...]:
    return tuple(
        (
            f"Moments under a centred Gaussian of variance {moments.variance}",
            (
                ("Mean", moments.value_mean),
                ("Mean square", moments.value_mean_square),
                ("Mean-square slope", moments.slope_mean_square),
            ),
        )
        for moments in profile.moments
    )


def _known(claim: Claim, told: tuple[Step, ...]) -> tuple[Block, ...]:
    """Tell a claim: statement, constants, and the derivation without what was told before."""
    return (statement(claim), *implicit_constants(claim), *_steps(claim, told))


def _steps(claim: Claim, told: tuple[Step, ...]) -> tuple[Block, ...]:
    if not told or claim.derivation[: len(told)] != told:
        return (derivation(claim.derivation),)
    rest: Derivation = derivation(claim.derivation[len(told) :])
    return Paragraph((Text("With the derivative from above:"),)), rest


def _sources(profile: Profile) -> tuple[Source, ...]:
    found = (source for claim in profile.claims for source in claim.sources)
    return tuple({source.key: source for source in found}.values())
