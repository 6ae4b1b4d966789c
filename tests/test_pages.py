"""What is written can be read: every derivation compiles as LaTeX, and the page opens in a browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import symgrad as sg
from symgrad.activations import CATALOGUE, profile
from symgrad.claims import Claim
from symgrad.reports.documents import Document, Math, Paragraph
from symgrad.reports.figures import profile_figure
from symgrad.reports.latexes import figure_files, write_latex
from symgrad.reports.profile_curves import profile_curves
from symgrad.reports.profile_tellings import profile_page
from symgrad.reports.sections import claim_section
from symgrad.reports.tellings import theorem_in_full

PREAMBLE = "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n"


def program(*names: str) -> str:
    """The first of these programs that is installed; a missing one skips, unless every tool is required."""
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        missing = f"{' or '.join(names)} is not installed"
        if os.environ.get("SYMGRAD_REQUIRE_TOOLS"):
            pytest.fail(f"{missing}, and SYMGRAD_REQUIRE_TOOLS asks for it")
        pytest.skip(missing)
    return found


# -------------------------------------------------------------------------------------------------------------- LaTeX


def compile_latex(source: Path) -> subprocess.CompletedProcess[str]:
    """Compile in the folder of the source, without shell escapes and without reading elsewhere."""
    command = [program("pdflatex"), "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", source.name]
    paranoid = {**os.environ, "openin_any": "p", "openout_any": "p"}
    return subprocess.run(
        command,
        cwd=source.parent,
        env=paranoid,
        capture_output=True,
        text=True,
        errors="replace",  # TeX breaks the lines of its log in the middle of letters
        timeout=120,
        check=False,
    )


def faults(log: str) -> list[str]:
    """What a reader of the typeset pages would see: errors, letters that are missing, lines and pages too full."""
    return re.findall(r"^(?:!.*|Overfull .*|Missing character.*)", log, re.MULTILINE)


def compiled(document: Document, folder: Path) -> list[str]:
    """The faults of a document that compiles by itself."""
    source = folder / "document.tex"
    source.write_text(write_latex(document), encoding="utf-8")
    for name, content in figure_files(document).items():
        (folder / name).write_bytes(content)
    done = compile_latex(source)
    return faults(done.stdout) or [f"exit code {done.returncode}"] * (done.returncode != 0)


def premises(claim: Claim) -> Iterator[Claim]:
    """The premises of a claim, theirs, and so on."""
    for premise in claim.premises:
        yield premise
        yield from premises(premise)


@pytest.mark.parametrize("name", sg.theorems.registered())
def test_every_derivation_of_a_theorem_is_set_without_a_fault(name: str, tmp_path: Path) -> None:
    told = theorem_in_full(sg.theorems.find(name))
    used = [
        claim_section(each, each.name) for each in premises(sg.theorems.claim(name, sg.theorems.find(name).example()))
    ]
    assert compiled(Document(told.title, (*told.blocks, *chain.from_iterable(used))), tmp_path) == []


@pytest.mark.parametrize("name", sorted({row.name for row in CATALOGUE.values()}))
def test_every_derivation_about_an_activation_is_set_without_a_fault(name: str, tmp_path: Path) -> None:
    found = profile(name, eps=0.01, variances=(1, 2))
    assert compiled(profile_page(found, profile_figure(profile_curves(found))), tmp_path) == []


@pytest.mark.parametrize("digits", [1, 20, 300])
@pytest.mark.parametrize("text", ["x*tanh(log(1 + exp(x)))", "x/(1 + abs(x)) + 0.1234567*sin(x)/7", "1e-300*x", "x**3"])
def test_what_a_user_types_is_set_without_a_fault(text: str, digits: int, tmp_path: Path) -> None:
    found = profile(text, domain=(-3, 3), eps=0.1, variances=(0.001,), digits=digits)
    assert compiled(profile_page(found, profile_figure(profile_curves(found))), tmp_path) == []


@pytest.mark.parametrize(
    ("latex", "fault"),
    [(r"\frac{1", "!"), (r"\undefined", "!"), ("+".join(["\\frac{" + "x" * 150 + "}{2}"]), "Overfull")],
)
def test_a_fault_of_the_typeset_page_is_noticed(latex: str, fault: str, tmp_path: Path) -> None:
    paragraph = Document("title", (Paragraph((Math(latex, ""),)),))
    (found, *_) = compiled(paragraph, tmp_path)
    assert found.startswith(fault)


# --------------------------------------------------------------------------------------------------------------- pages


@pytest.fixture(scope="module")
def answer() -> sg.Answer:
    return sg.ask(sg.mlp(width=16, depth=6, activation="gelu", weight_var=2), trials=50)


def test_the_paper_compiles(answer: sg.Answer, tmp_path: Path) -> None:
    source = tmp_path / "paper.tex"
    answer.save(source)
    done = compile_latex(source)
    assert (done.returncode, faults(done.stdout)) == (0, [])


def browse(page: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Open a page in a headless browser that can reach nothing but the page."""
    browser = program("chromium", "chromium-browser", "google-chrome")
    fixed = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1300,1150"]
    nowhere = ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={page.parent / 'profile'}"]
    command = [browser, *fixed, *nowhere, *arguments, page.as_uri()]
    return subprocess.run(command, cwd=page.parent, capture_output=True, text=True, timeout=120, check=False)


def shades(page: Path) -> int:
    """How many grey levels a screenshot of a page has: one if it is blank."""
    shot = page.with_suffix(".png")
    done = browse(page, f"--screenshot={shot}")
    assert done.returncode == 0, done.stderr
    with Image.open(shot) as image:
        return len(np.unique(np.asarray(image.convert("L"))))


def raw_tex(text: str) -> list[str]:
    """TeX that a reader would see: commands outside of annotations and attributes."""
    visible = re.sub(r"<annotation.*?</annotation>|<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)
    return re.findall(r"\\[a-zA-Z]+|\$[^$\n]+\$", visible)


def test_the_page_opens_in_a_browser(answer: sg.Answer, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    answer.save(page)
    dom = browse(page, "--dump-dom").stdout
    assert "jacobian_norm_le_prod_lipschitz" in dom
    assert dom.count("<math") > 10
    assert raw_tex(dom) == []
    assert re.findall(r"""(?:src|href)=["']https?:""", dom) == []
    assert shades(page) > 10  # text is smoothed: a page with words has many levels of grey


def test_a_blank_page_and_raw_tex_are_noticed(tmp_path: Path) -> None:
    page = tmp_path / "blank.html"
    page.write_text("<!DOCTYPE html><title>blank</title><body></body>")
    assert shades(page) == 1
    assert raw_tex(r"<p>\frac{1}{4}</p><annotation>\alpha</annotation>") == [r"\frac"]
    assert raw_tex("<p>so $x^2$ is</p>") == ["$x^2$"]


def test_a_missing_tool_skips_or_fails_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SYMGRAD_REQUIRE_TOOLS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no_such_program is not installed"):
        program("no_such_program")
    monkeypatch.setenv("SYMGRAD_REQUIRE_TOOLS", "1")
    with pytest.raises(pytest.fail.Exception, match="asks for it"):
        program("no_such_program")
