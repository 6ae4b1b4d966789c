"""The LaTeX writer: a fragment that needs amsmath only, and a document that compiles by itself."""

from __future__ import annotations

import re
from functools import singledispatch
from importlib.metadata import version

from .breaks import letters, loosened, stiffest
from .documents import (
    Cell,
    Code,
    Derivation,
    DerivationRow,
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

__all__ = ["figure_files", "write_fragment", "write_latex"]

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_\allowbreak{}", "^": r"\textasciicircum{}",
    "%": r"\%", "$": r"\$", "#": r"\#", "&": r"\&", "~": r"\textasciitilde{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", "[": "{[}",  # else it is the option of an item or of a row
}  # fmt: skip
# What reasons and titles hold beyond ASCII; pdflatex needs a formula for each.
_SYMBOLS = {
    "≤": r"\le", "≥": r"\ge", "≈": r"\approx", "∞": r"\infty", "→": r"\to", "−": "-", "×": r"\times", "·": r"\cdot",
    "√": r"\surd", "σ": r"\sigma", "φ": r"\varphi", "Φ": r"\Phi", "γ": r"\gamma", "ε": r"\varepsilon",
    "δ": r"\delta", "ζ": r"\zeta", "χ": r"\chi", "Π": r"\Pi", "π": r"\pi", "ℓ": r"\ell", "‖": r"\Vert", "²": "^2",
    "ᵀ": r"^\top", "⟨": r"\langle", "⟩": r"\rangle", "₂": "_2", "₁": "_1", "∂": r"\partial", "∑": r"\sum",
    "α": r"\alpha", "β": r"\beta", "λ": r"\lambda", "μ": r"\mu", "ℝ": r"\mathbb{R}", "∈": r"\in", "≠": r"\ne",
    "³": "^3", "½": r"\tfrac12", "′": "'", "″": "''", "₀": "_0", "∪": r"\cup", "∅": r"\emptyset",
}  # fmt: skip
# Letters that fit into a line of a list, and below it the sizes at which longer ones that cannot be broken fit.
_LINE = 66
_SIZES = {"": _LINE, r"\small": 72, r"\footnotesize": 80, r"\scriptsize": 90}
_LINES = 50  # of a table on one page
_COLUMNS, _WHOLE = 105, 0.98  # letters of a table in a line; the part of a line that is shared out
_MARGINS, _TYPEWRITER = 5, 1.25
_DIGITS, _TEN = re.compile(r"\d{30,}"), re.compile(r"\d{10}(?=\d)")
_BREAKS = re.compile(r"\\allowbreak| [-+=] |\\(?:to|le|ge|cup|cdot)\b")  # where TeX may break a formula
_UNKNOWN, _LINE_FEED = re.compile(r"[^\x20-\x7e\xa0-\xff–—‘’“”…]"), re.compile(r"\s*\n\s*")

_HEAD = r"""\documentclass[11pt]{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage[a4paper,margin=25mm]{geometry}
\usepackage{amsmath,amssymb}
\usepackage{graphicx}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\setlength{\emergencystretch}{5em}
\allowdisplaybreaks
"""


def write_fragment(document: Document) -> str:
    r"""Write a document as LaTeX to be ``\input`` into a paper.

    Parameters
    ----------
    document : Document
        What is told; figures are left out.

    Returns
    -------
    str
        Starts with comments that say what it needs.

    Examples
    --------
    >>> from symgrad.reports.documents import Document, Equation
    >>> print(write_fragment(Document("Title", (Equation("x^2", "x**2"),))).splitlines()[1])
    % requires \usepackage{amsmath,amssymb}
    """
    blocks = [block for block in document.blocks if not isinstance(block, Figure)]
    head = f"% symgrad {version('symgrad')}\n% requires \\usepackage{{amsmath,amssymb}}\n"
    return head + "\n\n".join(_block(block) for block in blocks) + "\n"


def write_latex(document: Document) -> str:
    """Write a document as LaTeX that compiles by itself.

    Parameters
    ----------
    document : Document
        What is told.

    Returns
    -------
    str
        For pdflatex; its figures are the files that `figure_files` names, beside it.
    """
    title = rf"{{\LARGE\bfseries\raggedright {_escaped(document.title)}\par}}\bigskip"
    body = "\n\n".join(_block(block) for block in document.blocks)
    numbered = _numbered_figures(body)
    return f"% symgrad {version('symgrad')}\n{_HEAD}\\begin{{document}}\n{title}\n\n{numbered}\n\\end{{document}}\n"


def figure_files(document: Document) -> dict[str, bytes]:
    """Return the figures of a document by the names under which its LaTeX includes them."""
    figures = [block for block in document.blocks if isinstance(block, Figure)]
    return {f"figure{number}.pdf": figure.pdf for number, figure in enumerate(figures, start=1)}


def _numbered_figures(body: str) -> str:
    parts = body.split("{figure.pdf}")
    return parts[0] + "".join(f"{{figure{number}.pdf}}{part}" for number, part in enumerate(parts[1:], start=1))


def _escaped(text: str) -> str:
    plain = "".join(_ESCAPES.get(letter, letter) for letter in _LINE_FEED.sub(" ", text)).replace("--", "-{}-")
    for letter, formula in _SYMBOLS.items():
        plain = plain.replace(letter, rf"\ensuremath{{{formula}}}")
    return _breakable(_UNKNOWN.sub("?", plain))


def _breakable(latex: str) -> str:
    """Let a number of many digits break at the end of a line."""
    return _DIGITS.sub(lambda run: _TEN.sub(r"\g<0>\\allowbreak ", run[0]), latex)


def _cell(cell: Cell) -> str:
    return "".join(_inline(inline) for inline in cell)


def _inline(inline: Inline) -> str:
    match inline:
        case Text(text):
            return _escaped(text)
        case Strong(text):
            return rf"\textbf{{{_escaped(text)}}}"
        case Code(text):
            return rf"\texttt{{{_escaped(text)}}}"
        case Math(latex, _):
            return f"${_breakable(latex)}$"
        case Status(outcome):
            return rf"\textsc{{{outcome.value}}}"


@singledispatch
def _block(block: object) -> str:
    raise TypeError(f"{type(block).__name__} is not a block of a document")


@_block.register
def _(block: Heading) -> str:
    text = _inline(Code(block.text)) if block.code else _escaped(block.text)
    return rf"\{'sub' * (block.level - 2)}section*{{{text}}}"


@_block.register
def _(block: Paragraph) -> str:
    return _cell(block.inlines)


@_block.register
def _(block: Equation) -> str:
    return _fitted(block.latex)


def _fitted(latex: str) -> str:
    """Display a formula; one that is wider than the line breaks at its relations and sums, as in a paragraph."""
    if letters(latex) > _LINE:
        latex = loosened(latex)
    stiff = stiffest(latex)
    size = next((size for size, most in _SIZES.items() if stiff <= most), r"\tiny")
    return f"\\begin{{center}}{size}\n$\\displaystyle {latex}$\n\\end{{center}}"


@_block.register
def _(block: Derivation) -> str:
    rows = "\n".join(rf"\item {_derivation_row(row)}" for row in block.rows)
    return f"\\begin{{enumerate}}\n{rows}\n\\end{{enumerate}}"


def _derivation_row(row: DerivationRow) -> str:
    formula = _fitted(f"{row.before} {row.relation} {row.after}")
    told = rf"{_escaped(row.reason)} (\emph{{{row.ground}}}):" + "\n" + formula
    used = "; ".join(f"{_narrow_math(use.latex)} ({_escaped(use.reason)})" for use in row.uses)
    return told + (rf"{{\footnotesize\raggedright uses {used}\par}}" if used else "")


@_block.register
def _(block: Items) -> str:
    rows = "\n".join(rf"\item {_cell(item)}" for item in block.items)
    return f"\\begin{{itemize}}\n{rows}\n\\end{{itemize}}"


@_block.register
def _(block: Figure) -> str:
    return (
        "\\begin{center}\n\\includegraphics[width=\\linewidth]{figure.pdf}\n\n"
        f"{{\\small {_escaped(block.caption)}}}\n\\end{{center}}"
    )


@_block.register
def _(block: References) -> str:
    rows = "\n".join(rf"\item {_escaped(str(source))}" for source in block.sources)
    return f"\\begin{{enumerate}}\n{rows}\n\\end{{enumerate}}"


@_block.register
def _(block: Table) -> str:
    block = block.narrowed()
    columns = "".join(rf"p{{\dimexpr {part:.3f}\linewidth-2\tabcolsep}}" for part in _parts(block))
    told = [_tabular(columns, block.header, rows) for rows in _pages(block)]
    return "\n\n".join([*told, *([rf"{{\small {_escaped(block.caption)}}}"] if block.caption else [])])


def _tabular(columns: str, header: tuple[Cell, ...], rows: list[tuple[Cell, ...]]) -> str:
    lines = [_row(header), r"\hline\noalign{\vskip 2pt}", *(_row(row) for row in rows)]
    inner = "\n".join(lines)
    return rf"{{\footnotesize\raggedright\begin{{tabular}}{{{columns}}}" + f"\n{inner}\n\\end{{tabular}}\\par}}"


def _pages(block: Table) -> list[list[tuple[Cell, ...]]]:
    """Split the rows into tables that surely fit on a page, since a tabular does not break."""
    parts, pages, lines = _parts(block), list[list[tuple[Cell, ...]]]([[]]), 0.0
    for row in block.rows:
        height = 1 + max(_need(cell) / (_COLUMNS * part) for cell, part in zip(row, parts, strict=True))
        if pages[-1] and lines + height > _LINES:
            pages, lines = [*pages, []], 0.0
        pages[-1].append(row)
        lines += height
    return pages


def _parts(block: Table) -> list[float]:
    """Share the line: each column gets what does not break, then the narrow ones what they need, the others the rest."""
    columns = [[row[column] for row in (block.header, *block.rows)] for column in range(len(block.header))]
    floors = [max(map(_unbroken, column)) / _COLUMNS for column in columns]
    wishes = [max(map(_need, column)) / _COLUMNS - floor for column, floor in zip(columns, floors, strict=True)]
    left = max(_WHOLE - sum(floors), 0.0)
    for done, column in enumerate(sorted(range(len(wishes)), key=wishes.__getitem__)):
        more = min(wishes[column], left / (len(wishes) - done))
        floors[column] += more
        left -= more
    return floors


def _unbroken(cell: Cell) -> float:
    """About how many letters the longest part of a cell is wide that does not break, its margins included."""
    formulas = (_narrow_math(i.latex)[1:-1] for i in cell if isinstance(i, Math))
    parts = [letters(part) for each in formulas for part in _BREAKS.split(each)]
    words = [len(word) for i in cell if isinstance(i, Text) for word in i.text.split()]
    return _MARGINS + max([*parts, *words], default=0)


def _need(cell: Cell) -> float:
    """About how many letters a cell is wide, its margins included; typewriter letters are wider."""
    return _MARGINS + sum(_TYPEWRITER * len(i.text) if isinstance(i, Code) else _letters(i) for i in cell)


def _letters(inline: Inline) -> int:
    match inline:
        case Math(latex, _):
            return letters(latex)
        case Status(outcome):
            return len(outcome.value) + 2  # small capitals
    return len(inline.text)


def _row(row: tuple[Cell, ...]) -> str:
    return " & ".join(rf"\raggedright\hspace{{0pt}}{_narrow(cell)}" for cell in row) + r" \tabularnewline"


def _narrow(cell: Cell) -> str:
    """Let the formulas of a narrow cell break wherever one can read on, after commas too."""
    return "".join(_narrow_math(i.latex) if isinstance(i, Math) else _inline(i) for i in cell)


def _narrow_math(latex: str) -> str:
    broken = _breakable(loosened(latex)).replace(", ", r", \allowbreak ")
    return f"${broken}$"
