"""Rendered texts, compared letter by letter with those in ``golden/``.

A golden says how a text looks, not that it is right: a reader looks at each change of one before it is kept. To renew
them after a change that is meant, and then read the difference::

    SYMGRAD_RENEW_GOLDENS=1 python -m pytest tests/test_reports_goldens.py
    git diff tests/golden
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import symgrad as sg
from symgrad.reports.commands import main
from symgrad.reports.documents import Document
from symgrad.reports.latexes import write_fragment
from symgrad.reports.sections import derivation, statement

GOLDEN = Path(__file__).parent / "golden"
RENEW = "SYMGRAD_RENEW_GOLDENS"
COMMANDS = {
    "theorems.txt": ("theorems",),
    "theorem.txt": ("theorems", "jacobian_norm_le_prod_lipschitz"),
    "sigmoid.txt": ("activation", "sigmoid"),
}
FRAGMENT = "sigmoid_lipschitz.tex"


def told(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def steady(text: str) -> str:
    """Without what differs from one machine to the next: the version, and digits that depend on the library of balls."""
    text = re.sub(r"^% symgrad .*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"(\.\d{15})\d+", lambda run: run[1] + "*" * (len(run[0]) - 16), text)


def change(name: str, text: str, folder: Path = GOLDEN) -> str:
    """How a text differs from its golden, which is written first where renewing is asked for."""
    path = folder / name
    if os.environ.get(RENEW):
        path.write_text(steady(text), encoding="utf-8")
    if not path.exists():
        return f"{name} is missing; set {RENEW}=1 to write it"
    golden = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(difflib.unified_diff(golden, steady(text).splitlines(keepends=True), name, "now"))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_terminal_shows_what_the_golden_shows(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert change(name, told(*COMMANDS[name], capsys=capsys)) == ""


def test_the_fragment_is_the_golden() -> None:
    claim = sg.activation("sigmoid").lipschitz
    fragment = write_fragment(Document("", (statement(claim), derivation(claim.derivation))))
    assert change(FRAGMENT, fragment) == ""


def test_every_golden_is_compared() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {*COMMANDS, FRAGMENT}


# ------------------------------------------------------------------------------------------------------ the comparison

EDITS: dict[str, Callable[[str], str]] = {
    "a letter": lambda text: text.replace("e", "a", 1),
    "a space at the end of a line": lambda text: text.replace("\n", " \n", 1),
    "a line more": lambda text: text + "more\n",
    "no line feed at the end": lambda text: text.rstrip("\n"),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("name", [*COMMANDS, FRAGMENT])
def test_a_golden_that_changed_is_noticed(
    name: str, edit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(RENEW, raising=False)
    text = (GOLDEN / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(EDITS[edit](text), encoding="utf-8")
    assert change(name, text) == ""
    assert change(name, text, tmp_path) != ""


def test_a_golden_that_is_missing_is_noticed_and_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RENEW, raising=False)
    assert f"set {RENEW}=1" in change("new.txt", "text\n", tmp_path)
    monkeypatch.setenv(RENEW, "1")
    assert change("new.txt", "text\n", tmp_path) == ""
    assert (tmp_path / "new.txt").read_text() == "text\n"


def test_only_what_differs_between_machines_is_hidden() -> None:
    assert steady("% symgrad 0.1.0\n% requires x\n") == "% requires x\n"
    assert steady("0.12345678901234567890 to 0.25") == "0.123456789012345***** to 0.25"
