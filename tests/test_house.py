"""The house: staircase, lazy doors, exports, sizes, versions. Each guard has a test that shows it failing."""

from __future__ import annotations

import ast
import importlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

import symgrad

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("claims", "rigor", "activations", "networks", "theorems", "simulation", "verification", "reports")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the house in which a fault can be planted."""
    shutil.copytree(ROOT / "symgrad", tmp_path / "symgrad", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run_in(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a tree, so that its copy of the package is the one that is found."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command], cwd=tree, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


# ------------------------------------------------------------------------------------------------------ the staircase


def lint_staircase(tree: Path) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"
    return run_in(tree, "-c", command)


def test_staircase_holds() -> None:
    done = lint_staircase(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("utils.py", "", "symgrad.utils"),  # a junk drawer
        ("claims/planted.py", "import symgrad.networks", "symgrad.claims.planted -> symgrad.networks"),
        ("networks/planted.py", "from symgrad import ask", "symgrad.networks.planted -> symgrad"),  # by the front door
        ("theorems/planted.py", "import symgrad.simulation", "symgrad.theorems.planted -> symgrad.simulation"),
        ("simulation/planted.py", "import symgrad.theorems", "symgrad.simulation.planted -> symgrad.theorems"),
        ("theorems/planted.py", "def f():\n    from flint import arb", "symgrad.theorems.planted -> flint"),
        ("reports/planted.py", "import numba", "symgrad.reports.planted -> numba"),
        ("reports/planted.py", "import matplotlib.pyplot", "symgrad.reports.planted -> matplotlib"),
        ("claims/planted.py", "import hypothesis", "symgrad.claims.planted -> hypothesis"),
    ],
)
def test_staircase_notices_a_violation(tree: Path, file: str, text: str, words: str) -> None:
    (tree / "symgrad" / file).write_text(text)
    done = lint_staircase(tree)
    assert done.returncode == 1, done.stdout + done.stderr
    assert words in done.stdout


# --------------------------------------------------------------------------------------------------------- lazy doors

HEAVY = ("sympy", "numba", "matplotlib", "numpy", "scipy", "flint", "hypothesis", "torch")


def loaded_by(tree: Path, code: str) -> set[str]:
    """Which heavy packages a program loads."""
    done = run_in(tree, "-c", f"{code}\nimport sys\nprint(*sys.modules, file=sys.stderr)")
    assert done.returncode == 0, done.stderr
    return set(HEAVY) & set(done.stderr.split())


def test_import_loads_nothing_heavy() -> None:
    assert loaded_by(ROOT, "import symgrad") == set()


def test_help_loads_nothing_heavy() -> None:
    code = "from symgrad.__main__ import main\nimport sys\nsys.argv = ['symgrad', '--help']\n"
    assert loaded_by(ROOT, code + "try:\n    main()\nexcept SystemExit:\n    pass") == set()


def test_a_heavy_import_is_noticed(tree: Path) -> None:
    front = tree / "symgrad" / "__init__.py"
    front.write_text(front.read_text() + "\nfrom . import claims\n")
    assert {"sympy"} <= loaded_by(tree, "import symgrad")


def test_version_is_that_of_the_distribution() -> None:
    assert symgrad.__version__ == version("symgrad")


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'activaton'; the front door has .*activation"):
        symgrad.activaton  # noqa: B018 - the attribute access is what is tested


# ------------------------------------------------------------------------------------------------------------ exports


def test_the_lists_of_the_front_door_agree() -> None:
    for_readers = set(symgrad.__all__) - {"__version__"}
    source = ast.parse((ROOT / "symgrad" / "__init__.py").read_text())
    guarded = next(node for node in source.body if isinstance(node, ast.If))
    for_type_checkers = {
        (alias.name, node.module or alias.name)
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name != "strategies"  # a module: imported from its room, opened by its own name
    }
    opened = {*symgrad._HOMES.items(), ("theorems", "theorems")}
    assert for_type_checkers == opened
    assert for_readers == {*symgrad._HOMES, *symgrad._MODULES}
    assert for_readers <= set(dir(symgrad))


def public_objects() -> Iterator[tuple[str, object]]:
    for name in symgrad.__all__:
        yield f"symgrad.{name}", getattr(symgrad, name)
    for room in ROOMS:
        module = importlib.import_module(f"symgrad.{room}")
        for name in module.__all__:
            yield f"symgrad.{room}.{name}", getattr(module, name)


def is_documentable(thing: object) -> bool:
    """Functions and classes; constants, type aliases and modules have no docstring of their own kind."""
    return callable(thing) and (getattr(thing, "__module__", None) or "").startswith("symgrad")


def undocumented(name: str, thing: object) -> list[str]:
    """What the docstring of a public object lacks."""
    doc = thing.__doc__ or ""
    faults = [] if doc.strip() and not doc.startswith(f"{name.rpartition('.')[2]}(") else [f"{name} has no docstring"]
    at_the_door = name.count(".") == 1 and not (isinstance(thing, type) and issubclass(thing, Exception))
    if at_the_door and ">>> " not in doc:
        faults.append(f"{name} has no example")
    return faults


def test_every_public_name_exists_and_is_documented() -> None:
    faults = [
        fault for name, thing in public_objects() if is_documentable(thing) for fault in undocumented(name, thing)
    ]
    assert faults == []


def test_a_missing_docstring_or_example_is_noticed() -> None:
    def bare() -> None: ...

    def without_example() -> None:
        """Do nothing."""

    assert undocumented("symgrad.bare", bare) == ["symgrad.bare has no docstring", "symgrad.bare has no example"]
    assert undocumented("symgrad.without_example", without_example) == ["symgrad.without_example has no example"]
    assert undocumented("symgrad.claims.without_example", without_example) == []


def test_no_module_shares_a_name_with_a_public_function() -> None:
    modules = {path.stem for path in (ROOT / "symgrad").rglob("*.py")} | set(ROOMS)
    functions = {name.rpartition(".")[2] for name, thing in public_objects() if is_documentable(thing)}
    assert modules & functions == set()


# -------------------------------------------------------------------------------------------------------------- sizes

LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 300, 40, 10


def functions_of(text: str) -> Iterator[tuple[str, int]]:
    """Yield every function with its number of lines, the docstring aside."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            first = node.body[0]
            has_doc = isinstance(first, ast.Expr) and isinstance(getattr(first, "value", None), ast.Constant)
            doc = (first.end_lineno or 0) - first.lineno + 1 if has_doc else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - doc


def oversized(package: Path) -> list[str]:
    """Files and functions over the limits of the house."""
    faults = []
    for path in sorted(package.rglob("*.py")):
        text, name = path.read_text(), path.relative_to(package)
        lines = len(text.splitlines())
        faults += [f"{name} has {lines} lines"] if lines > LONGEST_FILE else []
        faults += [f"{name}: {f} has {n} lines" for f, n in functions_of(text) if n > LONGEST_FUNCTION]
    return faults


def test_files_and_functions_are_short() -> None:
    assert oversized(ROOT / "symgrad") == []
    lengths = [n for path in (ROOT / "symgrad").rglob("*.py") for _, n in functions_of(path.read_text())]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION


def test_a_long_file_and_a_long_function_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "files.py").write_text("x = 1\n" * (LONGEST_FILE + 1))
    (tmp_path / "functions.py").write_text('def f():\n    """Doc."""\n' + "    x = 1\n" * LONGEST_FUNCTION)
    assert oversized(tmp_path) == [
        f"files.py has {LONGEST_FILE + 1} lines",
        f"functions.py: f has {LONGEST_FUNCTION + 1} lines",
    ]


# ----------------------------------------------------------------------------------------------------------- versions


def versions(tree: Path) -> dict[str, str]:
    """The version by each file that states one."""
    citation = re.search(r"^version: (.+)$", (tree / "CITATION.cff").read_text(), re.MULTILINE)
    changelog = re.search(r"^## \[(.+?)\]", (tree / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert citation, "CITATION.cff states no version"
    assert changelog, "CHANGELOG.md states no version"
    project = tomllib.loads((tree / "pyproject.toml").read_text())["project"]
    return {"pyproject.toml": project["version"], "CITATION.cff": citation[1], "CHANGELOG.md": changelog[1]}


def test_versions_are_in_step() -> None:
    assert set(versions(ROOT).values()) == {version("symgrad")}


def test_a_version_out_of_step_is_noticed(tree: Path) -> None:
    for name in ("CITATION.cff", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tree)
    changelog = tree / "CHANGELOG.md"
    changelog.write_text(changelog.read_text().replace("## [", "## [9.9.9] - never\n\n## [", 1))
    assert versions(tree)["CHANGELOG.md"] == "9.9.9" != versions(tree)["CITATION.cff"]
