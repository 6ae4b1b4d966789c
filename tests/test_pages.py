"""What is written can be read: every derivation compiles as LaTeX, and the page opens in a browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import symgrad as sg
from symgrad.activations import CATALOGUE
from symgrad.claims import Claim

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
        command, cwd=source.parent, env=paranoid, capture_output=True, text=True, timeout=120, check=False
    )


def formulas(claim: Claim) -> Iterator[str]:
    """Everything that a claim writes as LaTeX, premises included."""
    yield claim.latex()
    yield claim.mode.latex_words()
    yield from (step.latex() for step in claim.derivation)
    yield from (assumption.latex for assumption in claim.assumptions)
    for premise in claim.premises:
        yield from formulas(premise)


def written(claims: list[Claim], folder: Path) -> Path:
    source = folder / "derivations.tex"
    lines = [f"\\[ {formula} \\]" for claim in claims for formula in formulas(claim)]
    source.write_text(PREAMBLE + "\n\n".join(lines) + "\n\\end{document}\n")
    return source


@pytest.mark.parametrize("name", sg.theorems.registered())
def test_every_derivation_of_a_theorem_compiles(name: str, tmp_path: Path) -> None:
    claim = sg.theorems.claim(name, sg.theorems.find(name).example())
    done = compile_latex(written([claim], tmp_path))
    assert done.returncode == 0, done.stdout[-2000:]


def facts(phi: sg.Activation) -> list[Claim]:
    claims = [phi.lipschitz, phi.slope_sup, phi.slope_inf, phi.curvature_sup, phi.derivative_claim]
    return [claim for claim in (*claims, *phi.limits, *phi.slope_limits) if claim is not None]  # a sine has no limit


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_derivation_about_an_activation_compiles(name: str, tmp_path: Path) -> None:
    done = compile_latex(written(facts(sg.activation(name)), tmp_path))
    assert done.returncode == 0, done.stdout[-2000:]


def test_a_formula_that_does_not_compile_is_noticed(tmp_path: Path) -> None:
    source = tmp_path / "broken.tex"
    source.write_text(PREAMBLE + "\\[ \\frac{1 \\]\n\\end{document}\n")
    assert compile_latex(source).returncode != 0


# --------------------------------------------------------------------------------------------------------------- pages


@pytest.fixture(scope="module")
def answer() -> sg.Answer:
    return sg.ask(sg.mlp(width=16, depth=6, activation="gelu", weight_var=2), trials=50)


def test_the_paper_compiles(answer: sg.Answer, tmp_path: Path) -> None:
    source = tmp_path / "paper.tex"
    answer.save(source)
    done = compile_latex(source)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Undefined control sequence" not in done.stdout


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
