"""The README: its tour is run, its commands are those that the checks run, its sections are there."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def tour_of(text: str) -> str:
    """The Python blocks of a Markdown text, as one session."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE))


def failures_in(session: str) -> int:
    examples = doctest.DocTestParser().get_doctest(session, {}, "README", "README.md", 0)
    return doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(examples).failed


def command_after(marker: str, text: str) -> str:
    """The one line of the shell block that follows a marker."""
    found = re.search(rf"<!-- {marker} -->\n```sh\n(.*?)```", text, re.DOTALL)
    assert found, f"the README has no block marked {marker!r}"
    (line,) = found[1].strip().splitlines()
    return line


def test_tour_runs_and_prints_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    session = tour_of(README)
    assert session.count(">>> ") > 15, "the tour has gone"
    assert failures_in(session) == 0
    assert (tmp_path / "report.html").stat().st_size > 0


def test_a_wrong_tour_is_noticed() -> None:
    wrong = tour_of("```python\n>>> 1 + 1\n3\n\n```\n")
    assert failures_in(wrong) == 1


@pytest.mark.parametrize("marker", ["main command", "test command"])
def test_each_command_sets_everything_up_from_python_alone(marker: str) -> None:
    first, *others = [shlex.split(part) for part in command_after(marker, README).split(" && ")]
    assert first == ["python3", "-m", "venv", ".venv"]
    assert all(part[0].startswith(".venv/bin/") for part in others)


def test_main_command_does_what_the_readme_says(tmp_path: Path) -> None:
    """The last part of the main command, run by this Python; the set-up before it is what made this Python."""
    part = command_after("main command", README).split(" && ")[-1]
    program, *arguments = shlex.split(part)
    assert program == ".venv/bin/symgrad"
    done = subprocess.run(
        [sys.executable, "-m", "symgrad", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "jacobian_norm_le_prod_lipschitz" in done.stdout
    assert "<math" in (tmp_path / "report.html").read_text()


def test_ci_runs_the_test_command_of_the_readme() -> None:
    """`.ci/run` has no line of its own for the tests: it reads the README's."""
    script = (ROOT / ".ci" / "run").read_text()
    assert "test command" in script
    assert "pytest" not in script


def test_the_table_of_constants_is_what_its_example_prints() -> None:
    found = re.search(
        r"<!-- constants: printed by (\S+) --markdown -->\n(.*?)\n<!-- end of constants -->", README, re.DOTALL
    )
    assert found, "the table has gone"
    command = [sys.executable, str(ROOT / found[1]), "--markdown"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert found[2] == done.stdout.strip()


def test_files_that_the_readme_names_exist() -> None:
    links = re.findall(r"\]\(((?!https?:)[^)]+)\)", README)
    named = re.findall(r"`(examples/[\w.]+|CITATION\.cff|LICENSE|\.ci/run|symgrad/[\w./]+\.py)`", README)
    assert links, "the picture has gone"
    assert [name for name in [*links, *named] if not (ROOT / name).exists()] == []


def test_sections_that_readers_look_for_are_there() -> None:
    headings = set(re.findall(r"^## (.+)$", README, re.MULTILINE))
    asked = {"Two commands", "Five minutes", "How it compares", "How to cite", "Contributing and support", "Licence"}
    assert asked <= headings


def test_ci_notices_a_skipped_test() -> None:
    """The pattern with which `.ci/run` reads the last line of the tests."""
    found = re.search(r"grep -Eq '([^']+)' tests\.log", (ROOT / ".ci" / "run").read_text())
    assert found, "the guard has gone"
    assert re.search(found[1], "SKIPPED [1] tests/test_x.py:3: no pdflatex\n412 passed, 1 skipped in 60.00s")
    assert re.search(found[1], "412 passed, 2 xfailed in 60.00s")
    assert not re.search(found[1], "412 passed in 60.00s")
