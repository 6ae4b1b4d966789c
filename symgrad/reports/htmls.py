"""The HTML writer: one file that needs no network, formulas in MathML, nothing in it that runs."""

from __future__ import annotations

from functools import singledispatch
from html import escape, unescape
from importlib.metadata import version
from importlib.resources import files
from xml.etree import ElementTree as ET

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

__all__ = ["write_html"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
# Presentation MathML only: neither links nor anything that runs. What is not listed is dropped with its children.
_ELEMENTS = {
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "msup", "msub", "msubsup", "munder", "mover",
    "munderover", "mfrac", "msqrt", "mroot", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose",
    "mmultiscripts",
}  # fmt: skip
_TALL = ("mfrac", "msqrt", "mroot", "mtable", "munder", "mover", "munderover")
_LIMITS = ("sup", "inf", "lim", "max", "min")
_BARS, _SIGNS, _CLOSING = "|‖", "-−+", ")]}|‖!′⌋⌉⟩"
_ATTRIBUTES = {
    "display", "displaystyle", "mathvariant", "stretchy", "fence", "form", "separator", "lspace", "rspace", "width",
    "height", "depth", "minsize", "maxsize", "columnalign", "columnspacing", "rowspacing", "accent", "accentunder",
    "linethickness", "movablelimits", "symmetric",
}  # fmt: skip


def write_html(document: Document) -> str:
    """Write a document as one self-contained page.

    Parameters
    ----------
    document : Document
        What is told.

    Returns
    -------
    str
        HTML 5 with a policy under which a browser loads nothing and runs nothing.

    Examples
    --------
    >>> from symgrad.reports.documents import Document, Paragraph, Text
    >>> "<script>" in write_html(Document("Title", (Paragraph((Text("<script>"),)),)))
    False
    """
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    body = "\n".join(_block(block) for block in document.blocks)
    title = escape(document.title)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="symgrad {version("symgrad")}">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _mathml(latex: str, display: str) -> str:
    """Convert a formula and keep of it only what the lists above allow; its TeX stays with it for those who copy it."""
    from latex2mathml.converter import convert_to_element

    parts = map(_sanitised, convert_to_element(latex, display=display))
    inner = "".join(ET.tostring(part, encoding="unicode") for part in parts if part is not None)
    label = escape(latex, quote=True)
    return (
        f'<math display="{display}" aria-label="{label}"><semantics><mrow>{inner}</mrow>'
        f'<annotation encoding="application/x-tex">{escape(latex)}</annotation></semantics></math>'
    )


def _sanitised(element: ET.Element) -> ET.Element | None:
    if element.tag not in _ELEMENTS:
        return None
    allowed = {key: value for key, value in element.attrib.items() if key in _ATTRIBUTES}
    clean = ET.Element(element.tag, allowed)
    clean.text = unescape(element.text or "")  # the converter writes characters as references
    clean.extend(child for child in map(_sanitised, element) if child is not None)
    _space(clean)
    _shrink(clean)
    return clean


def _shrink(row: ET.Element) -> None:
    """Leave brackets around what is no taller than a letter at their own size: a stretched one stands apart."""
    if not any(part.tag in _TALL for part in row.iter()):
        for child in row:
            if child.tag == "mo" and child.get("fence") == "true":
                child.set("stretchy", "false")


def _space(parent: ET.Element) -> None:
    """Mend the spaces that a browser would put around what the converter takes for an operator between two things."""
    before = None
    for child in parent:
        text = child.text or ""
        if child.tag == "mo" and text in _LIMITS:
            child.attrib.update({"lspace": "0", "rspace": "0.17em"})
        elif child.tag == "mo" and (text == "∞" or text[1:].isalpha()):
            child.tag = "mi"
        elif child.tag == "mo" and text in _BARS and child.get("stretchy") != "true":
            child.attrib.update({"stretchy": "false", "lspace": "0", "rspace": "0"})
        elif child.tag == "mo" and text in _SIGNS and (before is None or _wants_an_operand(before)):
            child.set("form", "prefix")
        elif child.tag == "mi" and text == "~":
            child.tag, child.text = "mo", "∼"
        before = child


def _wants_an_operand(element: ET.Element) -> bool:
    return element.tag == "mo" and (element.text or "") not in _CLOSING


def _cell(cell: Cell) -> str:
    return "".join(_inline(inline) for inline in cell)


def _inline(inline: Inline) -> str:
    match inline:
        case Text(text):
            return escape(text)
        case Strong(text):
            return f"<strong>{escape(text)}</strong>"
        case Code(text):
            return f"<code>{escape(text)}</code>"
        case Math(latex, _):
            return _mathml(latex, "inline")
        case Status(outcome):
            return f'<span class="status {outcome.name.lower()}">{outcome.value}</span>'


@singledispatch
def _block(block: object) -> str:
    raise TypeError(f"{type(block).__name__} is not a block of a document")


@_block.register
def _(block: Heading) -> str:
    text = _inline(Code(block.text)) if block.code else escape(block.text)
    return f"<h{block.level}>{text}</h{block.level}>"


@_block.register
def _(block: Paragraph) -> str:
    return f"<p>{_cell(block.inlines)}</p>"


@_block.register
def _(block: Equation) -> str:
    return f'<div class="equation">{_mathml(block.latex, "block")}</div>'


@_block.register
def _(block: Derivation) -> str:
    rows = "\n".join(_line(number, row) for number, row in enumerate(block.rows, start=1))
    return f'<div class="wide"><table class="derivation"><tbody>\n{rows}\n</tbody></table></div>'


def _line(number: int, row: DerivationRow) -> str:
    used = "; ".join(f"{_mathml(use.latex, 'inline')} ({escape(use.reason)})" for use in row.uses)
    return (
        f'<tr><td class="number">({number})</td><td class="before">{_side(row.before)}</td>'
        f'<td class="relation">{_side(row.relation)}</td><td class="after">{_side(row.after)}</td>'
        f'<td class="reason">{escape(row.reason)} <span class="ground {row.ground}">{row.ground}</span></td></tr>'
        + (f'\n<tr class="uses"><td></td><td colspan="4">uses {used}</td></tr>' if used else "")
    )


def _side(latex: str) -> str:
    return _mathml(rf"\displaystyle {latex}", "inline") if latex else ""


@_block.register
def _(block: Items) -> str:
    return "<ul>\n" + "\n".join(f"<li>{_cell(item)}</li>" for item in block.items) + "\n</ul>"


@_block.register
def _(block: Figure) -> str:
    picture = f'<div role="img" aria-label="{escape(block.alt, quote=True)}">{block.svg}</div>'
    return f"<figure>{picture}<figcaption>{escape(block.caption)}</figcaption></figure>"


@_block.register
def _(block: References) -> str:
    return '<ol class="references">\n' + "\n".join(f"<li>{escape(str(s))}</li>" for s in block.sources) + "\n</ol>"


@_block.register
def _(block: Table) -> str:
    header = "".join(f"<th>{_cell(cell)}</th>" for cell in block.header)
    rows = "\n".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in block.rows)
    caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
    return f'<div class="wide"><table>{caption}<thead><tr>{header}</tr></thead><tbody>\n{rows}\n</tbody></table></div>'
