"""The Markdown writer: as GitHub and Jupyter read it, formulas between dollar signs."""

from __future__ import annotations

import re
from functools import singledispatch

from .documents import (
    Cell,
    Code,
    Derivation,
    Document,
    Equation,
    Figure,
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

__all__ = ["write_markdown"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~&])")
_LINE_FEED = re.compile(r"\s*\n\s*")


def write_markdown(document: Document) -> str:
    r"""Write a document as Markdown.

    Parameters
    ----------
    document : Document
        What is told.

    Returns
    -------
    str
        Ends with a line feed; a figure is named in words, since Markdown cannot hold it.

    Examples
    --------
    >>> from symgrad.reports.documents import Document, Math, Paragraph, Text
    >>> print(write_markdown(Document("Title", (Paragraph((Text("a_b = "), Math("x^2", "x**2"))),))))
    # Title
    <BLANKLINE>
    a\_b = $x^2$
    <BLANKLINE>
    """
    parts = [f"# {_escaped(document.title)}", *(_block(block) for block in document.blocks)]
    return "\n\n".join(parts) + "\n"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", _LINE_FEED.sub(" ", text))


def _cell(cell: Cell) -> str:
    return "".join(_inline(inline) for inline in cell)


def _inline(inline: Inline) -> str:
    match inline:
        case Text(text):
            return _escaped(text)
        case Strong(text):
            return f"**{_escaped(text.strip())}**" + (" " if text.endswith(" ") else "")
        case Code(text):
            return _code(text)
        case Math(latex, _):
            return f"${latex}$"
        case Status(outcome):
            return f"**{outcome.value}**"


def _code(text: str) -> str:
    """Fence a name by more backticks than it holds in a row."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{space}{text}{space}{fence}"


@singledispatch
def _block(block: object) -> str:
    raise TypeError(f"{type(block).__name__} is not a block of a document")


@_block.register
def _(block: Heading) -> str:
    return f"{'#' * block.level} {_escaped(block.text)}"


@_block.register
def _(block: Paragraph) -> str:
    return _cell(block.inlines)


@_block.register
def _(block: Equation) -> str:
    return f"$$\n{block.latex}\n$$"


@_block.register
def _(block: Derivation) -> str:
    lines = []
    for number, row in enumerate(block.rows, start=1):
        shown = rf"$\displaystyle {row.before} {row.relation} {row.after}$"
        lines.append(f"{number}. {shown} – {_escaped(row.reason)} *({row.ground})*")
        lines += [f"    - uses ${use.latex}$ ({_escaped(use.reason)})" for use in row.uses]
    return "\n".join(lines)


@_block.register
def _(block: Items) -> str:
    return "\n".join(f"- {_cell(item)}" for item in block.items)


@_block.register
def _(block: Figure) -> str:
    return f"*{_escaped(block.caption)}* {_escaped(block.alt)}"


@_block.register
def _(block: References) -> str:
    return "\n".join(f"{number}. {_escaped(str(source))}" for number, source in enumerate(block.sources, start=1))


@_block.register
def _(block: Table) -> str:
    rows = [_row(block.header), "|" + "---|" * len(block.header), *(_row(row) for row in block.rows)]
    caption = f"\n\n*{_escaped(block.caption)}*" if block.caption else ""
    return "\n".join(rows) + caption


def _row(row: tuple[Cell, ...]) -> str:
    return "| " + " | ".join(_cell(tuple(map(_without_bars, cell))) for cell in row) + " |"


def _without_bars(inline: Inline) -> Inline:
    """A bar would end the cell of a table: LaTeX has words for it, and in a name it is escaped, as it is in words."""
    match inline:
        case Math(latex, text):
            return Math(latex.replace(r"\|", r"\Vert ").replace("|", r"\vert "), text)
        case Code(text):
            return Code(text.replace("|", r"\|"))
    return inline
