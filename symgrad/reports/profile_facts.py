"""Profile facts: the table of an activation, each row a fact, its formula, its enclosure and where it is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sympy as sp

from ..activations import GaussianMoments, Profile
from ..claims import Claim, latex, symbol
from ..rigor import CannotEnclose, Extremum, TailLaw, period
from .amounts import certain_digits, decimals_latex
from .documents import Cell, Math, Table, Text
from .numbers import ordered_places
from .plaintexts import plain
from .profile_cells import NOT_DERIVED, NOTHING, arrow, between, enclosed, formula_cell, joined, place, where

__all__ = ["facts_table", "moment_words", "size_at"]

X = symbol("x")
_ROUGH = 6  # digits of the ends of saturation intervals in the table; all of them are in their section
_ENDS = (-sp.oo, sp.oo)
_Row = tuple[Cell, ...]


def facts_table(profile: Profile) -> Table:
    """Return the table of all facts; those that could not be derived are named below it.

    Parameters
    ----------
    profile : Profile
        The facts.

    Returns
    -------
    Table
        With columns for fact, formula, enclosure and place.
    """
    header = ("fact", "formula", "decimals", "where")
    rows = tuple(_rows(profile))
    caption = f"Enclosures are rounded outwards. A single number is exact.{_left_out(rows)}"
    found = tuple(row for row in rows if row[1] is not NOT_DERIVED)
    return Table(tuple((Text(name),) for name in header), found, caption)


def _left_out(rows: tuple[_Row, ...]) -> str:
    missing = (inline for row in rows if row[1] is NOT_DERIVED for inline in row[0])
    names = dict.fromkeys(inline.text for inline in missing if isinstance(inline, Text))
    return f" Not derived: {', '.join(names)}." if names else ""


def _rows(profile: Profile) -> Iterator[_Row]:
    extremes = {
        "largest slope": profile.slope_sup,
        "smallest slope": profile.slope_inf,
        "Lipschitz constant": profile.lipschitz,
        "largest curvature": profile.curvature_sup,
    }
    for words, claim in extremes.items():
        yield _row(words, claim, profile.digits, _where(claim))
    for words, found in {"smallest value": profile.value_inf, "largest value": profile.value_sup}.items():
        yield _value_row(words, found, profile.digits)
    yield _zeros_row(profile)
    for words, pair in {"limit": profile.limits, "limit of the slope": profile.slope_limits}.items():
        for claim, end in zip(pair, _ENDS, strict=True):
            yield _limit_row(words, claim, profile, end)
    yield from (_tail_row(law, end) for law, end in zip(profile.activation.tail_laws, _ENDS, strict=True) if law)
    yield from _saturation_rows(profile)
    for moments in profile.moments:
        yield from _moment_rows(moments, profile.digits)


def _row(words: str, claim: Claim | None, digits: int, place: Cell) -> _Row:
    if claim is None:
        return (Text(words),), NOT_DERIVED, NOTHING, place
    return (Text(words),), formula_cell(claim.bound), enclosed(claim.bound, digits), place


def _limit_row(words: str, claim: Claim | None, profile: Profile, end: sp.Expr) -> _Row:
    toward: Cell = (Text("as "), arrow(end))
    if claim is None and period(profile.activation.expression, X) is not None:
        return (Text(words),), (Text("none"),), NOTHING, (*toward, Text(", it is periodic"))
    return _row(words, claim, profile.digits, toward)


def _where(claim: Claim | None) -> Cell:
    return NOTHING if claim is None else where(claim.tightness.attained_at, claim.tightness.approached_at)


# ---------------------------------------------------------------------------------------------------- values and zeros


def _value_row(words: str, found: Extremum | None, digits: int) -> _Row:
    if found is None:
        return (Text(words),), NOT_DERIVED, NOTHING, NOTHING
    places = where(found.attained_at, found.approached_at)
    return (Text(words),), formula_cell(found.value), enclosed(found.value, digits), places


def _zeros_row(profile: Profile) -> _Row:
    words = (Text("zeros"),)
    if profile.zero_set is None:
        return words, NOT_DERIVED, NOTHING, NOTHING
    repeats = period(profile.activation.expression, X)
    length = NOTHING if repeats is None else (Text("in a period of "), Math(latex(repeats), text=plain(repeats)))
    return words, _set_cell(profile.zero_set), NOTHING, length


def _set_cell(found: sp.Set) -> Cell:
    return joined("", [place(part) for part in ordered_places(found)])[1:] or (Text("none"),)


# --------------------------------------------------------------------------------------------------- tails, saturation


def _tail_row(law: TailLaw, end: sp.Expr) -> _Row:
    """Say what the slope is far out, up to a factor that stays between two numbers from some point on."""
    told = Math(rf"\varphi' = {_added(law, latex, ' ')}", text=f"φ' = {_added(law, plain, '*')}")
    beyond, sign, relation = (law.beyond, "≥", r"\ge") if end == sp.oo else (-law.beyond, "≤", r"\le")
    start: Cell = (Text("for "), Math(f"x {relation} {beyond}", text=f"x {sign} {beyond}"))
    return (Text("tail of the slope"),), (told,), (Text("c: "), *between(*law.constants.decimals(_ROUGH))), start


def _added(law: TailLaw, written: Callable[[sp.Expr], str], times: str) -> str:
    limit = "" if law.limit == 0 else f"{written(law.limit)} + "
    return f"{limit}c" if size_at(law) == 1 else f"{limit}c{times}{written(size_at(law))}"


def size_at(law: TailLaw) -> sp.Expr:
    """Return the function with which a tail decays or grows, in the distance from the origin."""
    return law.monomial.expression(sp.Abs(X))


def _saturation_rows(profile: Profile) -> Iterator[_Row]:
    if profile.eps is None:
        return
    words = f"slope below {profile.eps}"
    if profile.saturation is None:
        yield (Text(words),), NOT_DERIVED, NOTHING, NOTHING
        return
    found = profile.saturation.bound
    yield (Text(words),), formula_cell(found), _roughly(found), NOTHING


def _roughly(found: sp.Set) -> Cell:
    """Write a union of open intervals with the decimals of its ends."""
    parts = found.args if isinstance(found, sp.Union) else (found,)
    intervals = sorted((part for part in parts if isinstance(part, sp.Interval)), key=lambda part: part.inf)
    try:
        ends = [[certain_digits(end, _ROUGH) for end in part.args[:2]] for part in intervals]
    except CannotEnclose:
        return (Text("not enclosed"),)
    told = r" \cup ".join(f"({decimals_latex(low)}, {decimals_latex(high)})" for low, high in ends)
    return (Math(told, text=" ∪ ".join(f"({low}, {high})" for low, high in ends)),) if ends else NOTHING


# ------------------------------------------------------------------------------------------------------------- moments


def moment_words(moments: GaussianMoments) -> tuple[tuple[str, Claim | None], ...]:
    """Return the moments and the gains, each with its name in words.

    Parameters
    ----------
    moments : GaussianMoments
        At one variance.

    Returns
    -------
    tuple of (str, Claim or None)
        None where one could not be derived.
    """
    return (
        ("Mean", moments.value_mean),
        ("Mean square", moments.value_mean_square),
        ("Mean slope", moments.slope_mean),
        ("Mean-square slope", moments.slope_mean_square),
        ("Fourth moment of slope", moments.slope_fourth_moment),
        ("Value times curvature", moments.value_curvature_mean),
        ("Forward gain", moments.forward_gain),
        ("Backward gain", moments.backward_gain),
    )


def _moment_rows(moments: GaussianMoments, digits: int) -> Iterator[_Row]:
    at: Cell = (Text("at variance "), Math(latex(moments.variance), text=plain(moments.variance)))
    for words, claim in moment_words(moments):
        yield _row(words.lower(), claim, digits, at)
    for each in moments.duals:
        both = (*at, Text(", covariance "), Math(latex(each.covariance), text=plain(each.covariance)))
        yield _row("dual of the value", each.value, digits, both)
        yield _row("dual of the slope", each.slope, digits, both)
