"""Profile facts: the table of an activation, each row a fact, its formula, its enclosure and where it is taken."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from ..activations import Profile
from ..claims import Claim, latex
from ..rigor import CannotEnclose, EnclosedConstant, ImplicitConstant, enclose
from .amounts import certain_digits, decimals_latex
from .breaks import loosened
from .documents import Block, Cell, Inline, Math, Paragraph, Table, Text
from .plaintexts import plain

__all__ = ["facts_table", "implicit_constants", "place"]

_SHORT = 48  # characters up to which a closed form stands in the table
_READABLE = 80  # characters up to which an equation is written out
_ROUGH = 6  # digits of the ends of saturation intervals in the table; all of them are in their section
_NOTHING: Cell = (Text("–"),)
_NOT_DERIVED: Cell = (Text("not derived"),)
_Row = tuple[Cell, ...]


def facts_table(profile: Profile) -> Table:
    """Return the table of all facts; one that could not be derived says so.

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
    caption = "Enclosures are rounded outwards. A single number is exact."
    return Table(tuple((Text(name),) for name in header), tuple(_rows(profile)), caption)


def _rows(profile: Profile) -> Iterator[_Row]:
    extremes = {
        "largest slope": profile.slope_sup,
        "smallest slope": profile.slope_inf,
        "Lipschitz constant": profile.lipschitz,
        "largest curvature": profile.curvature_sup,
    }
    for words, claim in extremes.items():
        yield _row(words, claim, profile.digits, _where(claim))
    for words, pair in {"limit": profile.limits, "limit of the slope": profile.slope_limits}.items():
        for claim, end in zip(pair, (-sp.oo, sp.oo), strict=True):
            yield _row(words, claim, profile.digits, (Text("as "), _arrow(end)))
    yield from _saturation_rows(profile)
    yield from _moment_rows(profile)


def _saturation_rows(profile: Profile) -> Iterator[_Row]:
    if profile.eps is None:
        return
    words = f"slope below {profile.eps}"
    if profile.saturation is None:
        yield (Text(words),), _NOT_DERIVED, _NOTHING, _NOTHING
        return
    found = profile.saturation.bound
    yield (Text(words),), _formula(found), _roughly(found), _NOTHING


def _roughly(found: sp.Set) -> Cell:
    """Write a union of open intervals with the decimals of its ends."""
    parts = found.args if isinstance(found, sp.Union) else (found,)
    intervals = sorted((part for part in parts if isinstance(part, sp.Interval)), key=lambda part: part.inf)
    try:
        ends = [[certain_digits(end, _ROUGH) for end in part.args[:2]] for part in intervals]
    except CannotEnclose:
        return (Text("not enclosed"),)
    told = r" \cup ".join(f"({decimals_latex(low)}, {decimals_latex(high)})" for low, high in ends)
    return (Math(told, text=" ∪ ".join(f"({low}, {high})" for low, high in ends)),) if ends else _NOTHING


def _moment_rows(profile: Profile) -> Iterator[_Row]:
    for moments in profile.moments:
        where = (Text("at variance "), Math(latex(moments.variance), text=plain(moments.variance)))
        yield _row("mean", moments.value_mean, profile.digits, where)
        yield _row("mean square", moments.value_mean_square, profile.digits, where)
        yield _row("mean-square slope", moments.slope_mean_square, profile.digits, where)


def _row(words: str, claim: Claim | None, digits: int, where: Cell) -> _Row:
    if claim is None:
        return (Text(words),), _NOT_DERIVED, _NOTHING, where
    return (Text(words),), _formula(claim.bound), _enclosed(claim.bound, digits), where


def _formula(value: sp.Expr) -> Cell:
    """A closed form that is short; a long one stands in its section, and an enclosure has none."""
    if isinstance(value, EnclosedConstant) or len(str(value)) > _SHORT:
        return _NOTHING
    return (Math(latex(value), text=plain(value)),)


def _enclosed(value: sp.Expr, digits: int) -> Cell:
    try:
        lower, upper = (end.replace("inf", "∞") for end in enclose(value, digits).decimals(digits))
    except CannotEnclose:
        return (Text("not enclosed"),)
    ends = [Math(decimals_latex(end), text=end) for end in (lower, upper)]
    return (ends[0],) if lower == upper else (ends[0], Text(" to "), ends[1])


def _where(claim: Claim | None) -> Cell:
    if claim is None:
        return _NOTHING
    attained, approached = claim.tightness.attained_at, claim.tightness.approached_at
    if attained:
        return _joined("at " if not isinstance(attained[0], sp.Interval) else "on ", [place(p) for p in attained])
    return _joined("as ", [_arrow(point) for point in approached])


def _joined(word: str, places: list[Math]) -> Cell:
    told: list[Inline] = [Text(word)]
    for each in places:
        told += [each, Text(", ")]
    return tuple(told[:-1])


def _arrow(point: sp.Expr) -> Math:
    return Math(rf"x \to {latex(point)}", text=f"x → {plain(point)}")


def place(point: sp.Basic) -> Math:
    """Write a point, or an interval, of the real line.

    Parameters
    ----------
    point : sympy.Basic
        A number or an interval.

    Returns
    -------
    Math
        ``x = 0``, or the interval alone.
    """
    if isinstance(point, sp.Interval):
        return Math(latex(point), text=plain(point))
    return Math(f"x = {latex(point)}", text=f"x = {plain(point)}")


def implicit_constants(claim: Claim) -> tuple[Block, ...]:
    """Say what the constants without a closed form in a claim are: the root of which equation, between what.

    Parameters
    ----------
    claim : Claim
        Any claim.

    Returns
    -------
    tuple of Block
        A paragraph for each constant.
    """
    where = claim.tightness
    expressions = (claim.bound, *where.attained_at, *where.approached_at)
    found = dict.fromkeys(c for expr in expressions for c in sorted(expr.atoms(ImplicitConstant), key=float))
    return tuple(_defined(constant) for constant in found)


def _defined(constant: ImplicitConstant) -> Paragraph:
    digits = certain_digits(constant)
    return Paragraph(
        (
            Text("Here "),
            Math(f"{latex(constant)} = {decimals_latex(digits)}", text=f"{plain(constant)} = {digits}"),
            Text(" is the only zero of "),
            _equation(constant.equation),
            Text(" between "),
            _decimals(constant.lower),
            Text(" and "),
            _decimals(constant.upper),
            Text("."),
        )
    )


def _equation(zero: sp.Expr) -> Inline:
    """One that nobody reads to its end is named only."""
    if len(plain(zero)) > _READABLE:
        return Text("the equation that the constant carries")
    return Math(loosened(latex(zero)), text=plain(zero))


def _decimals(value: sp.Expr) -> Math:
    text = certain_digits(value)
    return Math(decimals_latex(text), text=text)
