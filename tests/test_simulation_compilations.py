"""The cache of machine code: whatever changes in the room, no number comes from the code of yesterday."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numba
import pytest

from symgrad.simulation import compilations

ROOT = Path(__file__).resolve().parent.parent

DRAW = """
import numpy as np
from symgrad.simulation.randomness.normals import draw
out = np.empty(4)
draw(out, np.uint64(1), 0, 0, 0, 0)
print(out.tobytes().hex(), sum(draw.stats.cache_hits.values()))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "symgrad", tmp_path / "symgrad", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "symgrad" / "simulation" / "__init__.py").write_text("")  # the rest of the house takes a second to load
    return tmp_path


def drawn(tree: Path) -> tuple[str, bool]:
    """Four numbers, and whether their code came from the cache."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    environment.pop("NUMBA_CACHE_DIR", None)
    command = [sys.executable, "-c", DRAW]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=120, check=True)
    numbers, hits = done.stdout.split()
    return numbers, hits != "0"


def change_a_callee(tree: Path) -> None:
    counters = tree / "symgrad" / "simulation" / "randomness" / "counters.py"
    counters.write_text(counters.read_text().replace("_ROUNDS = 10", "_ROUNDS = 9"))


def test_a_change_in_another_file_is_noticed(tree: Path) -> None:
    numbers, cached = drawn(tree)
    assert not cached
    assert drawn(tree) == (numbers, True)
    change_a_callee(tree)
    changed, cached = drawn(tree)
    assert not cached
    assert changed != numbers


def test_without_the_fingerprint_it_is_not(tree: Path) -> None:
    """Why the guard is needed: Numba alone goes on with the old code."""
    compilations = tree / "symgrad" / "simulation" / "compilations.py"
    compilations.write_text(compilations.read_text().replace("return digest.hexdigest()[:16]", 'return "same"'))
    numbers, _ = drawn(tree)
    change_a_callee(tree)
    assert drawn(tree) == (numbers, True)


def test_without_a_place_for_a_cache_functions_are_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def njit(cache: bool = False, **options: object) -> Callable[[object], object]:
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")  # as Numba has it
        return lambda function: function

    monkeypatch.setattr(numba, "njit", njit)

    def function() -> None: ...

    assert compilations.cached(function) is function
    assert asked == [True, False]
