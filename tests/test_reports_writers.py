"""The writers: what a name holds is shown and never obeyed, a page is one file, a terminal is as wide as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from test_pages import PREAMBLE, compile_latex

from symgrad.claims import Outcome, Source
from symgrad.reports.documents import (
    Block,
    Code,
    Derivation,
    DerivationRow,
    Document,
    Equation,
    Figure,
    Heading,
    Items,
    Math,
    Paragraph,
    References,
    Status,
    Strong,
    Table,
    Text,
    Use,
)
from symgrad.reports.htmls import write_html
from symgrad.reports.latexes import write_fragment, write_latex
from symgrad.reports.markdowns import write_markdown
from symgrad.reports.terminals import write_terminal

HOSTILE = (
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    "a & b &amp; c",
    "100% of a_b",
    r"\input{/etc/passwd}",
    r"\end{document}",
    "$x$ and $$y$$",
    "\"double\" and 'single'",
    "[x] {y}",
    "`code` and ``more``",
    "a|b||c",
    "# ~ ^ * -- -->",
)
IDS = [f"name{number}" for number in range(len(HOSTILE))]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'
LATEX = r"\frac{1}{4}"

hostile = pytest.mark.parametrize("name", HOSTILE, ids=IDS)
writers = pytest.mark.parametrize("write", [write_terminal, write_markdown, write_fragment, write_latex, write_html])


def blocks(name: str) -> dict[str, Block]:
    """A block of each kind with the name in every place where plain words can stand."""
    uses = (Use("x = 1", f"x = 1 {name}", name),)
    row = DerivationRow("x", "=", "y", reason=name, ground="symbolic", text=f"x = y {name}", uses=uses)
    cells = ((Text(name),), (Code(name),), (Strong(name),))
    return {
        "heading": Heading(name),
        "name": Heading(name, 3, code=True),
        "words": Paragraph((Text(name),)),
        "strong": Paragraph((Strong(name),)),
        "code": Paragraph((Code(name),)),
        "mixed": Paragraph((Text(f"{name}: "), Math(LATEX, "1/4"), Status(Outcome.PROVED), Text(f", {name}"))),
        "equation": Equation(LATEX, name),
        "derivation": Derivation((row, row)),
        "table": Table(cells, (cells, cells), caption=name),
        "items": Items(cells),
        "figure": Figure(SVG, b"", alt=name, caption=name),
        "references": References((Source("key", name, name, name, name, name),)),
    }


KINDS = tuple(blocks(""))
kinds = pytest.mark.parametrize("kind", KINDS)


def everything(name: str) -> Document:
    return Document(name, tuple(blocks(name).values()))


@writers
def test_what_is_no_block_is_refused(write: Callable[[Document], str]) -> None:
    with pytest.raises(TypeError, match="str is not a block"):
        write(Document("title", ("words",)))  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------------------------- HTML

VOID = {"meta"}
BLOCKS = {"p", "div", "table", "ul", "ol", "figure", "h1", "h2", "h3"}
RUNS, LOADS = (
    {"script", "iframe", "object", "embed", "form", "base", "link"},
    {"src", "href", "srcset", "action", "data"},
)


class Page(HTMLParser):
    """Reads a page as a strict browser would, and keeps what is wrong with it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.words: list[str] = []
        self.tags: list[str] = []
        self.values: list[str] = []
        self.policy = ""
        self.feed(text)
        self.close()
        self.faults += [f"{tag} is not closed" for tag in self.open]
        if "default-src 'none'" not in self.policy or "script-src" in self.policy:
            self.faults.append("no policy")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.values += [value or "" for value in given.values()]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""
        self.faults += [f"{tag} runs or loads"] * (tag in RUNS)
        self.faults += [f"attribute {key}" for key in given if key.startswith("on") or key in LOADS]
        self.faults += [f"{tag} in p"] * (tag in BLOCKS and "p" in self.open)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{tag} is closed where it is not open")

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.open[-1:] == ["style"]:
            self.faults += re.findall(r"@import|url\(|https?:", data)


@kinds
@hostile
def test_a_page_shows_every_name_and_obeys_none(name: str, kind: str) -> None:
    page = Page(write_html(Document(name, (blocks(name)[kind],))))
    assert page.faults == []
    beside_title_and_heading = "".join(page.words).count(name) - 2
    assert beside_title_and_heading >= (kind != "equation")  # the plain text of a formula is for the terminal


@hostile
def test_a_page_is_one_file_that_needs_no_network(name: str) -> None:
    page = write_html(everything(name))
    assert Page(page).faults == []
    assert page.count("<!DOCTYPE html>") == page.count("</html>") == 1


def test_every_formula_is_mathml_with_its_tex() -> None:
    page = Page(write_html(everything("name")))
    sides = 2 * (3 + 1)  # of the two lines of the derivation, and what each uses
    assert page.tags.count("math") == 2 + sides
    assert page.tags.count("annotation") == page.tags.count("math")
    assert page.words.count(LATEX) == 2


@pytest.mark.parametrize(
    "latex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\text{<script>alert(1)</script>}",
        r"\class{x" + '" onclick=alert(1) y="' + "}{z}",
        r"\style{background:url(https://example.org)}{x}",
        r"\includegraphics{https://example.org/x.png}",
    ],
)
def test_a_formula_neither_links_nor_runs(latex: str) -> None:
    page = Page(write_html(Document("title", (Equation(latex, "x"), Paragraph((Math(latex, "x"),))))))
    assert page.faults == []
    assert page.words.count(latex) == 2  # of the annotations


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ("<script>1</script>", "script runs or loads"),
        ('<img src="https://example.org/x.png">', "attribute src"),
        ('<p onclick="x()">', "attribute onclick"),
        ("<p><table></table></p>", "table in p"),
        ("<b><i></b></i>", "b is closed where it is not open"),
        ("<div>", "main is closed where it is not open"),
        ("<style>@import 'x'</style>", "@import"),
    ],
)
def test_a_fault_of_a_page_is_noticed(planted: str, fault: str) -> None:
    page = write_html(Document("title", (Paragraph((Text("here"),)),)))
    assert Page(page).faults == []
    assert fault in Page(page.replace("<p>here</p>", planted)).faults


def test_a_page_without_its_policy_is_noticed() -> None:
    page = write_html(Document("title", ()))
    assert "no policy" in Page(page.replace("default-src 'none'", "default-src *")).faults
    assert "no policy" in Page(page.replace("Content-Security-Policy", "refresh")).faults


# --------------------------------------------------------------------------------------------------------------- LaTeX

_PIECE = re.compile(r"\\[A-Za-z]+\{\}|\\[A-Za-z]+|\\.|\{\[\}|-\{\}|.", re.DOTALL)
# How plain TeX prints each; the commands are those of LaTeX's own manual.
_PRINTED = {
    r"\textbackslash{}": "\\", r"\textasciicircum{}": "^", r"\textasciitilde{}": "~", r"\textless{}": "<",
    r"\textgreater{}": ">", r"\textbar{}": "|", r"\allowbreak{}": "", "{[}": "[", "-{}": "-", r"\_": "_", r"\%": "%",
    r"\$": "$", r"\#": "#", r"\&": "&", r"\{": "{", r"\}": "}",
}  # fmt: skip


def typeset(latex: str) -> str:
    """What LaTeX prints for words; a command that does anything, or a letter that is one, shows as a fault."""
    return "".join(
        _PRINTED.get(piece, piece if piece not in "\\{}$&#^_%~" and piece[0] != "\\" else f"<FAULT {piece}>")
        for piece in _PIECE.findall(latex)
    )


@hostile
def test_latex_prints_a_name_letter_by_letter(name: str) -> None:
    _, _, body = write_fragment(Document("", (Paragraph((Text(name),)),))).splitlines()
    assert typeset(body) == name


@pytest.mark.parametrize("wrong", ["50% off", r"\input{x}", "a_b", "x & y", "$x$", "#1", "~"])
def test_a_name_that_latex_would_obey_is_noticed(wrong: str) -> None:
    assert "<FAULT" in typeset(wrong)


def compiled(fragment: str, folder: Path) -> int:
    source = folder / "fragment.tex"
    source.write_text(f"{PREAMBLE}{fragment}\n\\end{{document}}\n")
    return compile_latex(source).returncode


def test_a_fragment_of_hostile_names_compiles_with_amsmath_alone(tmp_path: Path) -> None:
    fragment = "\n\n".join(write_fragment(everything(name)) for name in HOSTILE)
    assert compiled(fragment, tmp_path) == 0
    assert "% requires \\usepackage{amsmath,amssymb}\n" in fragment
    assert "\\usepackage" not in re.sub(r"^%.*$", "", fragment, flags=re.MULTILINE)


def test_a_document_of_hostile_names_compiles_by_itself(tmp_path: Path) -> None:
    source = tmp_path / "document.tex"
    plain = tuple(b for name in HOSTILE for b in blocks(name).values() if not isinstance(b, Figure))
    source.write_text(write_latex(Document(HOSTILE[0], plain)))
    done = compile_latex(source)
    assert done.returncode == 0, done.stdout[-2000:]


def test_a_fragment_that_needs_more_is_noticed(tmp_path: Path) -> None:
    assert compiled(write_fragment(Document("", (Equation(r"\mathscr{L}", "L"),))), tmp_path) != 0


@pytest.mark.parametrize("planted", ["\x00", "\x1b[31m", "中", "line\n\nline"])
def test_letters_that_latex_cannot_set_leave_it_a_paragraph(planted: str) -> None:
    body = write_fragment(Document("", (Paragraph((Strong(f"a{planted}b"),)),))).splitlines()[2:]
    assert len(body) == 1
    assert not re.search(r"[\x00-\x1f]|中", body[0])


def test_no_digit_of_a_long_number_is_lost_where_it_breaks() -> None:
    digits = "1234567890" * 12
    body = write_fragment(Document("", (Paragraph((Math(digits, digits),)),)))
    assert r"\allowbreak" in body
    assert digits in body.replace(r"\allowbreak ", "")


# ------------------------------------------------------------------------------------------------------------ Markdown

_MEANT = re.compile(r"(?<!\\)((?:\\\\)*)([`*_{}\[\]<>#|$~&])")  # a letter of Markdown that no backslash precedes


def read_back(markdown: str) -> str:
    """What Markdown shows for words; a letter that it would obey shows as a fault."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", _MEANT.sub(r"\1<FAULT>", markdown))


@hostile
def test_markdown_shows_a_name_letter_by_letter(name: str) -> None:
    document = Document(name, (Heading(name), Paragraph((Text(name),))))
    title, heading, words = write_markdown(document).strip("\n").split("\n\n")
    assert [read_back(text) for text in (title[2:], heading[3:], words)] == [name] * 3


@hostile
def test_markdown_fences_a_name_of_the_api(name: str) -> None:
    (line,) = write_markdown(Document("", (Paragraph((Code(name),)),))).splitlines()[2:]
    fence = re.match("`+", line)
    assert fence, line
    inner = line[len(fence[0]) : -len(fence[0])]
    assert inner.strip() == name
    assert fence[0] not in re.findall("`+", inner)


def columns(row: str) -> int:
    """How many cells GitHub sees in a row: it divides at every bar that no backslash precedes, code or not."""
    return len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) - 1


@hostile
def test_a_table_keeps_its_columns_whatever_a_cell_holds(name: str) -> None:
    cells = (Text(name),), (Code(name),), (Math(r"\|x\| + |y|", "x"), Text(name))
    rows = write_markdown(Document("", (Table(cells, (cells, cells)),))).splitlines()[2:]
    assert [columns(row) for row in rows] == [3] * 4
    assert r"$\Vert x\Vert  + \vert y\vert $" in rows[0]


def test_a_bar_that_ends_a_cell_and_a_letter_that_is_obeyed_are_noticed() -> None:
    assert columns("| `a|b` | c |") == 3
    assert columns(r"| `a\|b` | c |") == 2
    assert "<FAULT>" in read_back("a_b")
    assert "<FAULT>" in read_back(r"a\\_b")
    assert "<FAULT>" not in read_back(r"a\_b")


def test_a_line_feed_in_a_name_ends_no_block() -> None:
    text = write_markdown(Document("a\n\nb", (Heading("c\n# d"), Paragraph((Text("e\n\n- f"),)))))
    assert [line for line in text.splitlines() if line] == ["# a b", r"## c \# d", "e - f"]


# ------------------------------------------------------------------------------------------------------------ terminal

LONG = " ".join(["a_name_of_the_api", "and", "words,", "so", "many", "words", "that", "they", "wrap"] * 6)


def too_wide(text: str, width: int) -> list[str]:
    """Lines that are wider than the window though they could be broken at a space."""
    return [line for line in text.splitlines() if len(line) > width and len(line.split()) > 1]


@pytest.mark.parametrize("width", [60, 61, 72, 80, 99, 100, 120, 139, 140])
def test_the_terminal_is_never_wider_than_its_window(width: int) -> None:
    written = write_terminal(everything(LONG), width)
    assert too_wide(written, width) == []
    assert max(map(len, written.splitlines())) > width - 20  # it uses the width it has


@pytest.mark.parametrize("count", [1, 2, 4, 6])
def test_a_table_fits_and_loses_no_letter(count: int) -> None:
    cells = tuple((Text(LONG),) for _ in range(count))
    written = write_terminal(Document("", (Table(cells, ()),)), 60)
    assert too_wide(written, 60) == []
    letters = re.sub(r"\s|-{3,}", "", written)
    assert sorted(letters) == sorted(LONG.replace(" ", "") * count)


def test_an_unbreakable_word_stays_whole_outside_of_a_table() -> None:
    word = "9" * 200
    assert word in write_terminal(Document("", (Paragraph((Text(f"before {word} after"),)),)), 60).splitlines()


@pytest.mark.parametrize(("asked", "given"), [(1, 60), (59, 60), (141, 140), (10_000, 140)])
def test_a_window_out_of_range_is_as_wide_as_the_nearest_in_range(asked: int, given: int) -> None:
    assert write_terminal(everything(LONG), asked) == write_terminal(everything(LONG), given)


def test_a_line_that_is_too_wide_is_noticed() -> None:
    assert too_wide("x " * 40, 60) == ["x " * 40]
    assert too_wide("x" * 80, 60) == []


@kinds
@pytest.mark.parametrize("control", ["\x1b[31m", "\x07", "\r", "\x9b2J", "\u202e"])
def test_a_name_does_nothing_to_the_terminal(control: str, kind: str) -> None:
    name = f"a{control}b"
    written = write_terminal(Document(name, (blocks(name)[kind],)), 100)
    assert control[0] not in written


@hostile
def test_the_terminal_shows_names_as_they_are(name: str) -> None:
    written = write_terminal(Document("", (Paragraph((Text(name), Strong(name), Code(name))),)), 140)
    assert written.split() == (name * 3).split()
