"""Answers: found by name, shown in every format, saved whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from test_pages import program
from test_reports_writers import too_wide

import symgrad as sg
from symgrad.claims import Outcome, Verdict, symbol
from symgrad.networks import Network
from symgrad.reports import files
from symgrad.reports.curves import gradient_curves
from symgrad.reports.figures import gradient_figure
from symgrad.reports.tellings import summary
from symgrad.reports.terminals import write_terminal
from symgrad.theorems import registered

APPLIES, REFUSED = "jacobian_norm_le_prod_lipschitz", "gradient_norm_le_pow_of_scalar_chain"


@pytest.fixture(scope="module")
def answer() -> sg.Answer:
    return sg.ask(sg.mlp(width=4, depth=3, activation="sigmoid"), trials=5, rng=3)


# ------------------------------------------------------------------------------------------------------------- by name


def test_a_claim_is_found_by_its_name(answer: sg.Answer) -> None:
    assert answer[APPLIES].name == APPLIES
    assert answer.applies(APPLIES)
    assert answer.verdict(APPLIES).claim == APPLIES


def test_every_theorem_has_one_finding(answer: sg.Answer) -> None:
    assert [finding.application.name for finding in answer.findings] == list(registered(Network))


def test_a_claim_that_does_not_apply_says_why(answer: sg.Answer) -> None:
    assert not answer.applies(REFUSED)
    assert answer.verdict(REFUSED).outcome is Outcome.NOT_APPLICABLE
    with pytest.raises(KeyError, match=r"does not apply to MLP of depth 3.*a layer has width 4, not 1"):
        answer[REFUSED]


@pytest.mark.parametrize("look", [sg.Answer.__getitem__, sg.Answer.applies, sg.Answer.verdict])
def test_a_name_that_no_theorem_has_suggests_near_ones(
    look: Callable[[sg.Answer, str], object], answer: sg.Answer
) -> None:
    with pytest.raises(KeyError, match=f"no claim is named 'jacobian_norm_le_prod'; try {APPLIES}"):
        look(answer, "jacobian_norm_le_prod")


def test_a_true_claim_is_not_refuted_and_a_refuted_one_is_named(answer: sg.Answer) -> None:
    assert answer.refuted == ()
    first, *others = answer.findings
    name = first.application.name
    planted = replace(first, verdict=Verdict(name, Outcome.REFUTED, "planted"))
    assert replace(answer, findings=(planted, *others)).refuted == (name,)


def test_a_sample_is_that_of_the_widest_network(answer: sg.Answer) -> None:
    sample = answer.sample("jacobian_norm")
    assert sample is not None
    assert (sample.quantity.name, sample.width) == ("jacobian_norm", 4)
    assert answer.sample("no_quantity") is None


def test_a_network_of_symbols_is_answered_without_a_sample() -> None:
    symbolic = sg.ask(sg.mlp(width=symbol("width"), depth=symbol("depth"), activation="sigmoid"))
    assert symbolic.samples == ()
    assert "nothing was simulated" in str(symbolic)


# --------------------------------------------------------------------------------------------------------------- shown


def test_the_terminal_shows_every_claim_and_every_refusal(answer: sg.Answer) -> None:
    shown = write_terminal(summary(answer), 140).replace("\n", "")
    assert all(name in shown for name in registered(Network))
    assert str(answer).startswith("Gradients in a sigmoid network of depth 3\n====")


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_an_answer_is_never_wider_than_the_window(answer: sg.Answer, width: int) -> None:
    assert too_wide(write_terminal(summary(answer), width), width) == []


def test_jupyter_shows_statements_as_formulas(answer: sg.Answer) -> None:
    shown = answer._repr_markdown_()
    assert shown.startswith("# Gradients in a sigmoid network")
    assert f"`{APPLIES}`" in shown
    assert r"\gamma" in shown


def test_a_network_without_layers_has_a_title() -> None:
    answer = sg.ask(sg.mlp(width=4, depth=0), trials=5)
    assert str(answer).startswith("Gradients in a network of depth 0\n")
    assert answer[APPLIES].valued() == 1


# --------------------------------------------------------------------------------------------------------------- saved


class Headings(HTMLParser):
    """The words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words = ""
        self.feed(text)

    def handle_data(self, data: str) -> None:
        self.words += data


READERS: dict[str, Callable[[bytes], str]] = {
    ".html": lambda content: Headings(content.decode()).words,
    ".tex": lambda content: content.decode().replace(r"\_\allowbreak{}", "_"),
    ".md": lambda content: content.decode().replace("\\_", "_"),
    ".txt": lambda content: content.decode(),
    ".json": lambda content: "Gradients in a sigmoid network: " + str(json.loads(content)),
}


@pytest.mark.parametrize("suffix", READERS)
def test_an_answer_is_saved_in_the_format_of_the_suffix(answer: sg.Answer, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"report{suffix}"
    answer.save(path)
    told = READERS[suffix](path.read_bytes())
    assert "Gradients in a sigmoid network" in told
    assert all(name in told for name in registered(Network))
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o777 == 0o644


def test_an_answer_is_saved_as_pdf(answer: sg.Answer, tmp_path: Path) -> None:
    program("pdflatex")
    answer.save(tmp_path / "report.pdf")
    content = (tmp_path / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


def test_without_pdflatex_a_pdf_is_refused_with_what_works(
    answer: sg.Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match=r"pdflatex was not found.*\.tex"):
        answer.save(tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []


def test_every_format_is_tested() -> None:
    assert {*files.FORMATS, ".json"} == {*READERS, ".pdf"}


def test_a_path_may_be_text(answer: sg.Answer, tmp_path: Path) -> None:
    answer.save(str(tmp_path / "report.txt"))
    assert (tmp_path / "report.txt").exists()


def failing(*_: object) -> bytes:
    raise RuntimeError("planted")


@pytest.mark.parametrize("suffix", sorted(files.FORMATS))
def test_a_writer_that_fails_leaves_the_old_file(
    answer: sg.Answer, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"report{suffix}"
    path.write_bytes(b"old")
    monkeypatch.setitem(files.FORMATS, suffix, failing)
    with pytest.raises(RuntimeError, match="planted"):
        answer.save(path)
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [(path.name, b"old")]


@pytest.mark.parametrize("step", ["chmod", "replace"])
def test_a_disk_that_fails_leaves_the_old_file(
    answer: sg.Answer, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(b"old")
    monkeypatch.setattr(Path, step, failing)
    with pytest.raises(RuntimeError, match="planted"):
        answer.save(path)
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [(path.name, b"old")]


def test_an_interrupt_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "report.txt"
    path.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        files.write_whole(path, b"new")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [(path.name, b"old")]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("report.docx", r"'\.docx' names no format; use \.html"),
        ("report", "'' names no format"),
        ("nowhere/report.html", "nowhere of report.html does not exist"),
        ("folder.html", "folder.html is a folder; name a file"),
    ],
)
def test_a_path_that_cannot_be_written_is_refused(answer: sg.Answer, name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(ValueError, match=message):
        answer.save(tmp_path / name)
    assert [each.name for each in tmp_path.iterdir()] == ["folder.html"]


@pytest.mark.parametrize(
    "network",
    [
        sg.mlp(widths=[3, 5, 4], activation="relu"),
        sg.mlp(weights=[np.ones((5, 3)), np.ones((4, 5))], activation="tanh"),
        sg.mlp(width=4, depth=2),
    ],
)
def test_the_gradient_is_measured_even_where_no_claim_is_about_it(network: sg.Network) -> None:
    answer = sg.ask(network, trials=5)
    assert "From the output to the input the gradient norm changes by a factor of" in " ".join(str(answer).split())
    assert (answer.sample("gradient_norm") or answer.sample("mean_square_gradient")) is not None


def test_a_bound_that_is_no_number_is_shown_as_what_it_is() -> None:
    def cells(network: sg.Network, name: str) -> str:
        told = write_terminal(summary(sg.ask(network, trials=5)), 140)
        return next(line for line in told.splitlines() if line.startswith(name)).removeprefix(name).strip()

    deep = sg.mlp(width=8, depth=sp.Symbol("L", integer=True, positive=True), activation="sigmoid")
    assert cells(deep, "chain_rule_defect_eq_zero").startswith("0 ")
    assert cells(deep, "mean_square_gradient_tendsto_pow_mean_square_gain").startswith("slope_mean_square**L ")
    assert cells(deep, "jacobian_one_norm_le_prod_lipschitz").startswith("a formula ")
    law = cells(sg.mlp(width=8, depth=2), "weight_image_square_norm_eq_chi_square_of_gaussian_weights")
    assert law.startswith("a law ")


def test_the_end_of_single_precision_is_shown_where_a_line_comes_near() -> None:
    """It lies at 10^-37.9; a third of the way is 10^-12.6."""
    near, far = (sg.ask(sg.mlp(4, depth, "sigmoid"), trials=5, rng=0) for depth in (40, 3))
    for answer, expected in ((near, True), (far, False)):
        curves = gradient_curves(answer)
        assert curves.nears_underflow is expected
        assert (curves.lowest < np.log10(np.finfo(np.float32).tiny) / 3) == expected
        figure = gradient_figure(curves)
        assert ("end of normal float32" in figure.svg) is expected
        assert ("float32" in figure.caption + figure.alt) is expected
