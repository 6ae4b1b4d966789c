"""Profile tellings: every fact about an activation as a document, short for the terminal and long for the page."""

from __future__ import annotations

from importlib.metadata import version

import sympy as sp

from ..activations import Activation, Profile
from ..activations.regularities import Regularity
from ..claims import Source, latex
from .documents import (
    Block,
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
from .profile_cells import joined, place
from .profile_facts import facts_table
from .profile_sections import known, profile_sections

__all__ = ["profile_page", "profile_summary"]


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
        blocks += [Heading("How the Lipschitz constant is known"), *known(profile.lipschitz)]
    return Document(_title(profile), tuple(blocks))


def profile_page(profile: Profile, figure: Figure | None) -> Document:
    """Tell a profile in full: with the figure, every derivation, and the sources.

    Parameters
    ----------
    profile : Profile
        The facts.
    figure : Figure or None
        Of the function and its slope; none while a parameter has no value.

    Returns
    -------
    Document
        For a page or a paper.
    """
    sources = _sources(profile)
    blocks = (
        *_function(profile.activation),
        *((figure,) if figure else ()),
        Heading("Facts"),
        facts_table(profile),
        *profile_sections(profile),
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
    told += [Text(_manners(phi)), *_in_terms_of_value(phi), *_kinks(phi), *_smoothness(phi), *_symbols(phi)]
    return (Paragraph(tuple(told)),)


def _symbols(phi: Activation) -> list[Inline]:
    """Say for which values of its symbols all this holds."""
    told: list[Inline] = []
    for symbol in sorted(phi.free_symbols, key=str):
        kind = next((word for word in _KINDS if symbol.assumptions0.get(word)), "real")
        told += [Text(" Here "), Math(latex(symbol), text=plain(symbol)), Text(f" is any {kind} number.")]
    return told


_KINDS = ("positive", "negative", "nonnegative", "nonpositive")


def _manners(phi: Activation) -> str:
    yes_no = {True: "", False: "not ", None: "perhaps "}
    words = {"odd": phi.odd, "even": phi.even, "monotone": phi.monotone, "bounded": phi.bounded}
    known = ", ".join(f"{yes_no[truth]}{word}" for word, truth in words.items())
    undecided = " Perhaps: neither proved nor refuted." if None in words.values() else ""
    return f"It is {known}.{undecided} Its slope settles: {phi.tail}."


def _in_terms_of_value(phi: Activation) -> list[Inline]:
    closed = phi.derivative_in_terms_of_value
    if closed is None:
        return []
    form = Math(rf"\varphi' = {latex(closed)}", text=f"φ' = {plain(closed)}")
    return [Text(" In terms of the value "), Math("s", text="s"), Text(" it is "), form, Text(".")]


def _kinks(phi: Activation) -> list[Inline]:
    if not phi.kinks:
        return [Text(" It is differentiable everywhere.")]
    told: list[Inline] = [Text(" It has no derivative at ")]
    for point, slope in phi.kink_slopes:
        told += [place(point), Text(", where the slope is declared to be "), Math(latex(slope), text=plain(slope))]
        told.append(Text(", and at "))
    return [*told[:-1], Text(".")]


def _smoothness(phi: Activation) -> list[Inline]:
    """Say how smooth the function is; with a symbol among its parameters, only if that does not depend on them."""
    found = phi.regularity
    if found.analytic:
        return [Text(" It is analytic.")]
    if phi.free_symbols:
        return []
    return [Text(" It is "), *_class_of(found), *_broken(found), Text(".")]


_DERIVATIVES = {-1: "the function itself", 0: "the slope", 1: "the second derivative", 2: "the third derivative"}


def _class_of(found: Regularity) -> list[Inline]:
    if found.order == -1:
        return [Text("not continuous")]
    at_least = "at least " if found.order is None else ""
    told = found.latex.replace("{", "").replace("}", "")
    return [Text(f"of smoothness {at_least}"), Math(found.latex, text=told)]


def _broken(found: Regularity) -> list[Inline]:
    """Where the next derivative jumps."""
    if found.order is None:
        return []
    what = _DERIVATIVES.get(found.order, f"derivative {found.order + 1}")
    return [Text(f": {what} jumps "), *joined("at ", [place(jump.point) for jump in found.jumps])]


def _sources(profile: Profile) -> tuple[Source, ...]:
    found = (source for claim in profile.claims for source in claim.sources)
    return tuple({source.key: source for source in found}.values())
