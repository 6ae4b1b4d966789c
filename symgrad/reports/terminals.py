"""The terminal writer: plain text, as wide as the window."""

from __future__ import annotations

import re
import shutil
import textwrap
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

__all__ = ["write_terminal"]

_NARROWEST, _WIDEST = 60, 140
_GAP = 2
_NARROW_COLUMN = 8  # a column wraps no further than this
# What would move the cursor, colour the window or turn the order of the letters round.
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def write_terminal(document: Document, width: int | None = None) -> str:
    """Write a document as plain text.

    Parameters
    ----------
    document : Document
        What is told.
    width : int, optional
        Columns; default: those of the window.

    Returns
    -------
    str
        Ends with a line feed.

    Examples
    --------
    >>> from symgrad.reports.documents import Document, Paragraph, Text
    >>> print(write_terminal(Document("Title", (Paragraph((Text("Words."),)),)), 60))
    Title
    =====
    <BLANKLINE>
    Words.
    <BLANKLINE>
    """
    columns = width or shutil.get_terminal_size((100, 24)).columns
    columns = min(max(columns, _NARROWEST), _WIDEST)
    parts = [_underlined(document.title, columns, "="), *(_block(block, columns) for block in document.blocks)]
    return _CONTROLS.sub("?", "\n\n".join(part for part in parts if part)) + "\n"


def _underlined(text: str, width: int, rule: str) -> str:
    lines = _wrapped(text, width).splitlines()
    return "\n".join([*lines, rule * min(width, max(map(len, lines), default=0))])


def _plain(cell: Cell) -> str:
    return "".join(_inline(inline) for inline in cell)


def _inline(inline: Inline) -> str:
    match inline:
        case Status(outcome):
            return outcome.value
        case Math(_, text) | Text(text) | Strong(text) | Code(text):
            return text


def _wrapped(text: str, width: int, indent: str = "", hanging: str = "") -> str:
    return textwrap.fill(
        text, width, initial_indent=indent, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    )


@singledispatch
def _block(block: object, _width: int) -> str:
    raise TypeError(f"{type(block).__name__} is not a block of a document")


@_block.register
def _(block: Heading, width: int) -> str:
    return _underlined(block.text, width, "-")


@_block.register
def _(block: Paragraph, width: int) -> str:
    return _wrapped(_plain(block.inlines), width)


@_block.register
def _(block: Equation, width: int) -> str:
    return _wrapped(block.text, width, "    ", "      ")


@_block.register
def _(block: Derivation, width: int) -> str:
    lines = []
    for number, row in enumerate(block.rows, start=1):
        lines.append(_wrapped(f"({number}) {row.text}", width, "    ", "          "))
        lines.append(_wrapped(f"{row.reason} [{row.ground}]", width, "        ", "        "))
        lines += [_wrapped(f"uses {use.text} ({use.reason})", width, "        ", "          ") for use in row.uses]
    return "\n".join(lines)


@_block.register
def _(block: Items, width: int) -> str:
    return "\n".join(_wrapped(_plain(item), width, "- ", "  ") for item in block.items)


@_block.register
def _(block: Figure, width: int) -> str:
    return _wrapped(f"[{block.alt}]", width)


@_block.register
def _(block: References, width: int) -> str:
    numbered = enumerate(block.sources, start=1)
    return "\n".join(_wrapped(f"[{number}] {source}", width, "", "    ") for number, source in numbered)


@_block.register
def _(block: Table, width: int) -> str:
    block = block.narrowed()
    cells = [[" ".join(_plain(cell).split()) for cell in row] for row in (block.header, *block.rows)]
    widths = _column_widths(cells, width)
    header, *rows = [_row(row, widths) for row in cells]
    rule = "  ".join("-" * size for size in widths)
    caption = f"\n{_wrapped(block.caption, width)}" if block.caption else ""
    return "\n".join([header, rule, *rows]) + caption


def _column_widths(cells: list[list[str]], width: int) -> list[int]:
    """Give every column what it needs, and let the widest ones wrap until the table fits."""
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    while sum(widths) + _GAP * (len(widths) - 1) > width and max(widths) > _NARROW_COLUMN:
        widths[widths.index(max(widths))] -= 1
    return widths


def _row(row: list[str], widths: list[int]) -> str:
    columns = [_folded(cell, size) for cell, size in zip(row, widths, strict=True)]
    height = max(len(lines) for lines in columns)
    padded = [lines + [""] * (height - len(lines)) for lines in columns]
    lines = (
        "  ".join(line.ljust(size) for line, size in zip(part, widths, strict=True))
        for part in zip(*padded, strict=True)
    )
    return "\n".join(line.rstrip() for line in lines)


def _folded(cell: str, size: int) -> list[str]:
    """Break a cell at spaces, and a long name at its underscores."""
    if len(cell) <= size:
        return [cell]
    lines, line = [], ""
    for piece in (piece for word in cell.split() for piece in _pieces(word, size)):
        joined = f"{line}{piece}" if line.endswith("_") else f"{line} {piece}".strip()
        if len(joined) > size:
            lines.append(line)
        line = piece if len(joined) > size else joined
    return [*lines, line]


def _pieces(word: str, size: int) -> list[str]:
    if len(word) <= size:
        return [word]
    parts = word.replace("_", "_ ").split()
    return [part[start : start + size] for part in parts for start in range(0, len(part), size)]
