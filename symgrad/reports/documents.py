"""Documents: what is told, without a word on how it is set. Writers turn a document into text, Markdown, LaTeX or HTML."""

from __future__ import annotations

from dataclasses import dataclass

from ..claims import Outcome, Source

__all__ = [
    "Block",
    "Code",
    "Derivation",
    "DerivationRow",
    "Document",
    "Equation",
    "Figure",
    "Heading",
    "Inline",
    "Items",
    "Math",
    "Paragraph",
    "References",
    "Status",
    "Strong",
    "Table",
    "Text",
    "Use",
]


@dataclass(frozen=True)
class Text:
    """Plain words."""

    text: str


@dataclass(frozen=True)
class Strong:
    """Words that stand out."""

    text: str


@dataclass(frozen=True)
class Code:
    """A name of the API."""

    text: str


@dataclass(frozen=True)
class Math:
    """A formula in a line.

    Parameters
    ----------
    latex : str
        Without delimiters; amsmath only.
    text : str
        The same for a terminal.
    """

    latex: str
    text: str


@dataclass(frozen=True)
class Status:
    """The outcome of a verdict; told by a word, and by colour where there is any."""

    outcome: Outcome


Inline = Text | Strong | Code | Math | Status
Cell = tuple[Inline, ...]


@dataclass(frozen=True)
class Heading:
    """A heading.

    Parameters
    ----------
    text : str
        Plain words, or a name of the API.
    level : int, default 2
        2 is a section, 3 a subsection.
    code : bool, default False
        Whether the text is a name of the API.
    """

    text: str
    level: int = 2
    code: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of inlines."""

    inlines: Cell


@dataclass(frozen=True)
class Equation:
    """A displayed formula.

    Parameters
    ----------
    latex : str
        Without delimiters.
    text : str
        The same for a terminal.
    """

    latex: str
    text: str


@dataclass(frozen=True)
class Use:
    """A fact that a line of a derivation uses and that is granted: nothing re-runs it, so the reader must see it.

    Parameters
    ----------
    latex : str
        Without delimiters.
    text : str
        The same for a terminal.
    reason : str
        Why it may be used, in plain words.
    """

    latex: str
    text: str
    reason: str


@dataclass(frozen=True)
class DerivationRow:
    """A line of a derivation.

    Parameters
    ----------
    before : str
        LaTeX of the left side; empty if the line continues the one above.
    relation : str
        LaTeX of the sign.
    after : str
        LaTeX of the right side.
    reason : str
        Why, in plain words.
    ground : str
        ``"symbolic"``, ``"certified"`` or ``"cited"``.
    text : str
        The whole line for a terminal, without the reason.
    uses : tuple of Use, optional
        What is granted to it.
    """

    before: str
    relation: str
    after: str
    reason: str
    ground: str
    text: str
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True)
class Derivation:
    """Numbered lines, aligned at their signs, each with its reason, its ground and the facts that are granted to it."""

    rows: tuple[DerivationRow, ...]


@dataclass(frozen=True)
class Table:
    """A table.

    Parameters
    ----------
    header : tuple of cells
        One for each column.
    rows : tuple of rows
        Each a tuple of cells.
    caption : str
        What the columns mean.
    optional : frozenset of int
        Columns that a narrow medium leaves out: what they say is told elsewhere, or would take too much room.
    """

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    optional: frozenset[int] = frozenset()

    def narrowed(self) -> Table:
        """Return the table without its optional columns."""
        kept = [column for column in range(len(self.header)) if column not in self.optional]
        header, *rows = (tuple(row[column] for column in kept) for row in (self.header, *self.rows))
        return Table(header, tuple(rows), self.caption)


@dataclass(frozen=True)
class Items:
    """A list of cells."""

    items: tuple[Cell, ...]


@dataclass(frozen=True)
class Figure:
    """A picture.

    Parameters
    ----------
    svg : str
        For the screen; an ``<svg>`` element.
    pdf : bytes
        For print.
    alt : str
        What it shows, in words, for those who do not see it and for the terminal.
    caption : str
        Below it.
    """

    svg: str
    pdf: bytes
    alt: str
    caption: str


@dataclass(frozen=True)
class References:
    """The sources used, each once."""

    sources: tuple[Source, ...]


Block = Heading | Paragraph | Equation | Derivation | Table | Items | Figure | References


@dataclass(frozen=True)
class Document:
    """A title and blocks.

    Parameters
    ----------
    title : str
        Plain words.
    blocks : tuple of Block
        In order.
    """

    title: str
    blocks: tuple[Block, ...]
