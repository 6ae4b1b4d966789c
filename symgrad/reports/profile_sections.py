"""Profile sections: each fact about an activation in full, with its derivation, for a page or a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sympy as sp

from ..activations import Activation, CannotDerive, GaussianMoments, Profile, explain_gain
from ..claims import Claim, Step, latex
from ..rigor import Extremum, TailLaw
from .amounts import constant_latex, decimals_latex
from .documents import Block, Cell, Derivation, Equation, Heading, Items, Math, Paragraph, Text
from .plaintexts import plain
from .profile_cells import arrow, implicit_constants, where
from .profile_facts import moment_words, size_at
from .sections import derivation, statement

__all__ = ["known", "profile_sections"]

_VARIANCE, _COVARIANCE = sp.Symbol("q", positive=True), sp.Symbol("c", real=True)
_ENDS = (-sp.oo, sp.oo)
_Group = tuple[str, tuple[tuple[str, Claim | None], ...]]


def profile_sections(profile: Profile) -> tuple[Block, ...]:
    """Tell every fact in full, the derivative first; what could not be derived says so.

    Parameters
    ----------
    profile : Profile
        The facts.

    Returns
    -------
    tuple of Block
        With headings.
    """
    phi = profile.activation
    told = phi.derivative_claim.derivation
    return (
        *_derivative(phi),
        *(block for group in _slope_groups(profile) for block in _section(group, told)),
        *_values(profile),
        *_tails(phi),
        *(block for group in _moment_groups(profile) for block in _section(group, told)),
        *_hard_coded_gain(phi),
        *_dual_formulas(phi),
    )


def _section(group: _Group, told: tuple[Step, ...]) -> Iterator[Block]:
    heading, claims = group
    yield Heading(heading)
    for words, claim in claims:
        yield Heading(words, 3)
        yield from known(claim, told) if claim else _UNKNOWN


_UNKNOWN = (Paragraph((Text("This could be neither derived nor certified; nothing is claimed."),)),)


def known(claim: Claim, told: tuple[Step, ...] = ()) -> tuple[Block, ...]:
    """Tell a claim: statement, constants, and the derivation without what was told before.

    Parameters
    ----------
    claim : Claim
        Any.
    told : tuple of Step, optional
        Steps with which its derivation may begin, and that the reader knows.

    Returns
    -------
    tuple of Block
        Without a heading.
    """
    reached = (*claim.tightness.attained_at, *claim.tightness.approached_at)
    return (statement(claim), *implicit_constants(claim.bound, *reached), *_steps(claim, told))


def _steps(claim: Claim, told: tuple[Step, ...]) -> tuple[Block, ...]:
    if not told or claim.derivation[: len(told)] != told:
        return (derivation(claim.derivation),)
    rest: Derivation = derivation(claim.derivation[len(told) :])
    return Paragraph((Text("With the derivative from above:"),)), rest


def _derivative(phi: Activation) -> tuple[Block, ...]:
    claim, closed = phi.derivative_claim, phi.derivative_in_terms_of_value
    blocks: list[Block] = [Heading("The derivative"), derivation(claim.derivation)]
    if closed is not None:
        form = Math(rf"\varphi' = {latex(closed)}", text=f"φ' = {plain(closed)}")
        blocks.append(Paragraph((Text("In terms of the value "), Math("s", text="s"), Text(": "), form, Text("."))))
    return tuple(blocks)


# ---------------------------------------------------------------------------------------------------- slopes and limits


def _slope_groups(profile: Profile) -> tuple[_Group, ...]:
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
    return tuple(groups)


# ----------------------------------------------------------------------------------------------------- values and tails


def _values(profile: Profile) -> tuple[Block, ...]:
    named = {"smallest": profile.value_inf, "largest": profile.value_sup}
    found = {word: extremum for word, extremum in named.items() if extremum is not None}
    if not found:
        return ()
    rows = tuple(_value_item(word, extremum) for word, extremum in found.items())
    numbers = [part for each in found.values() for part in (each.value, *each.attained_at)]
    return (Heading("The values"), Items(rows), *implicit_constants(*numbers))


def _value_item(word: str, found: Extremum) -> Cell:
    value = Math(constant_latex(found.value), text=plain(found.value))
    verb = "attained" if found.attained_at else "approached"
    places = where(found.attained_at, found.approached_at)
    return Text(f"The {word} value is "), value, Text(f", {verb} "), *places, Text(f": {found.certificate.method}.")


def _tails(phi: Activation) -> tuple[Block, ...]:
    laws = [(law, end) for law, end in zip(phi.tail_laws, _ENDS, strict=True) if law is not None]
    if not laws:
        return ()
    words = f"How the slope settles ({phi.tail}): by the expansion of the slope, with all that it leaves out enclosed,"
    return (
        Heading("The tails of the slope"),
        Paragraph((Text(words),)),
        *(block for law, end in laws for block in _tail_law(law, end)),
    )


def _tail_law(law: TailLaw, end: sp.Expr) -> Iterator[Block]:
    lower, upper = law.constants.decimals(6)
    size, limit = size_at(law), "" if law.limit == 0 else f" - {plain(law.limit)}"
    relation, sign, start = (r"\ge", "≥", law.beyond) if end == sp.oo else (r"\le", "≤", -law.beyond)
    minus = "" if law.limit == 0 else f" - {latex(law.limit)}"
    middle = rf"\le \varphi'(x){minus} \le"
    told = rf"{decimals_latex(lower)}\, {latex(size)} {middle} {decimals_latex(upper)}\, {latex(size)}"
    text = f"{lower}*{plain(size)} ≤ φ'(x){limit} ≤ {upper}*{plain(size)} for x {sign} {start}"
    yield Equation(rf"{told} \quad \text{{for }} x {relation} {start}", text=text)
    if law.coefficient is not None:
        value = Math(latex(law.coefficient), text=plain(law.coefficient))
        yield Paragraph((Text("Its factor tends to "), value, Text(" as "), arrow(end), Text(".")))


# ------------------------------------------------------------------------------------------------------------- Gaussian


def _moment_groups(profile: Profile) -> Iterator[_Group]:
    for moments in profile.moments:
        yield f"Moments under a centred Gaussian of variance {moments.variance}", moment_words(moments)
        yield from _dual_groups(moments)


def _dual_groups(moments: GaussianMoments) -> Iterator[_Group]:
    for each in moments.duals:
        heading = f"Two Gaussians of variance {moments.variance} and covariance {each.covariance}"
        yield heading, (("Dual of the value", each.value), ("Dual of the slope", each.slope))


def _hard_coded_gain(phi: Activation) -> tuple[Block, ...]:
    """Set the gains beside the one that a framework hard-codes; say why there is none."""
    try:
        lines = str(explain_gain(phi)).splitlines() if not phi.free_symbols else []
    except CannotDerive as reason:
        lines = [f"{str(reason)[0].upper()}{str(reason)[1:]}."]
    return (
        (Heading("Gains, and what a framework hard-codes"), *(Paragraph((Text(line),)) for line in lines))
        if lines
        else ()
    )


def _formula(dual: Callable[..., Claim]) -> Claim | None:
    try:
        return dual(_VARIANCE, _COVARIANCE)
    except CannotDerive:
        return None


def _dual_formulas(phi: Activation) -> tuple[Block, ...]:
    """Tell the dual activations as formulas in variance and covariance, where there are any."""
    found = [_formula(dual) for dual in (phi.value_dual, phi.slope_dual)]
    if found == [None, None]:
        return ()
    intro = (
        Text("For two centred Gaussians of variance "),
        Math(latex(_VARIANCE), text="q"),
        Text(" and covariance "),
        Math(latex(_COVARIANCE), text="c"),
        Text(", by integrating over one after the other; value_dual(q, c) and slope_dual(q, c) hold the derivations:"),
    )
    return Heading("Dual activations"), Paragraph(intro), *(statement(claim) for claim in found if claim)
