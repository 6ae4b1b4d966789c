"""Profile cells: how a fact stands in a table: a short formula, an enclosure, a place; and what its constants are."""

from __future__ import annotations

import sympy as sp

from ..claims import latex
from ..rigor import CannotEnclose, EnclosedConstant, ImplicitConstant, enclose
from .amounts import certain_digits, decimals_latex
from .breaks import loosened
from .documents import Block, Cell, Inline, Math, Paragraph, Text
from .plaintexts import plain

__all__ = [
    "NOTHING",
    "NOT_DERIVED",
    "arrow",
    "between",
    "enclosed",
    "formula_cell",
    "implicit_constants",
    "joined",
    "place",
    "where",
]

_SHORT = 48  # characters up to which a closed form stands in the table
_IMPLICIT = 30  # the same for one in constants without a closed form, which says less than its decimals
_SYMBOLIC = 120  # the same for one with symbols, which has no decimals beside it
_READABLE = 80  # characters up to which an equation is written out
NOTHING: Cell = (Text("–"),)
NOT_DERIVED: Cell = (Text("not derived"),)


def formula_cell(value: sp.Basic) -> Cell:
    """Return a closed form that is short; a long one stands in its section, and an enclosure has none."""
    longest = _SYMBOLIC if value.free_symbols else _IMPLICIT if value.has(ImplicitConstant) else _SHORT
    if value.has(EnclosedConstant) or len(str(value)) > longest:
        return NOTHING
    return (Math(latex(value), text=plain(value)),)


def enclosed(value: sp.Expr, digits: int) -> Cell:
    """Return the decimals between which a number lies, or the one that it is."""
    if value.free_symbols:
        return NOTHING
    try:
        lower, upper = (end.replace("inf", "∞") for end in enclose(value, digits).decimals(digits))
    except CannotEnclose:
        return (Text("not enclosed"),)
    return between(lower, upper)


def between(lower: str, upper: str) -> Cell:
    """Return two decimals, or the one that both are."""
    ends = [Math(decimals_latex(end), text=end) for end in (lower, upper)]
    return (ends[0],) if lower == upper else (ends[0], Text(" to "), ends[1])


def where(attained: tuple[sp.Basic, ...], approached: tuple[sp.Basic, ...]) -> Cell:
    """Return where an extremum is attained, or else approached."""
    if not (attained or approached):
        return NOTHING
    if attained:
        return joined("at " if not isinstance(attained[0], sp.Interval) else "on ", [place(p) for p in attained])
    return joined("as ", [arrow(point) for point in approached])


def joined(word: str, places: list[Math]) -> Cell:
    """Return places after a word, with commas between them."""
    told: list[Inline] = [Text(word)]
    for each in places:
        told += [each, Text(", ")]
    return tuple(told[:-1])


def arrow(point: sp.Expr) -> Math:
    """Return that x tends to a point."""
    return Math(rf"x \to {latex(point)}", text=f"x → {plain(point)}")


def place(point: sp.Basic) -> Math:
    """Write a point, or an interval, of the real line.

    Parameters
    ----------
    point : sympy.Basic
        A number, an interval or a family of numbers, one for each integer.

    Returns
    -------
    Math
        ``x = 0``, or the interval alone.
    """
    if isinstance(point, sp.ImageSet):
        line, word = point.args[0].expr, point.args[0].variables[0]
        return Math(rf"x = {latex(line)},\ {word} \in \mathbb{{Z}}", text=f"x = {plain(line)}, {word} any integer")
    if isinstance(point, sp.Interval):
        return Math(latex(point), text=plain(point))
    return Math(f"x = {latex(point)}", text=f"x = {plain(point)}")


def implicit_constants(*expressions: sp.Basic) -> tuple[Block, ...]:
    """Say what the constants without a closed form in expressions are: the root of which equation, between what.

    Parameters
    ----------
    *expressions : sympy.Basic
        Any.

    Returns
    -------
    tuple of Block
        A paragraph for each constant.
    """
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
