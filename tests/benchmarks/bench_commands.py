"""The commands that are promised to be quick, cold and warm: run ``python tests/benchmarks/bench_commands.py``.

Cold: in a copy of the package without byte code and without compiled kernels, as after an installation. Warm: the
median of the runs after it. Wall-clock times of whole processes, beside the time that was promised.
"""

from __future__ import annotations

# ruff: noqa: T201 - a benchmark prints
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MAIN = "ask mlp --activation sigmoid --width 256 --depth 30 --weight-var 1 -o report.html"
PROMISED = {"--help": 0.3, "activation sigmoid": 2.0, MAIN: 10.0}  # seconds, warm
REPEATS = 5


def seconds(command: str, tree: Path) -> float:
    environment = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"} | {
        "PYTHONPATH": str(tree)
    }
    start = time.perf_counter()
    words = [sys.executable, "-m", "symgrad", *command.split()]
    done = subprocess.run(words, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    elapsed = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"symgrad {command} ended with {done.returncode}:\n{done.stderr}")
    return elapsed


def compare(command: str) -> tuple[float, float]:
    """Seconds of the first run, and the median of those after it."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        shutil.copytree(ROOT / "symgrad", tree / "symgrad", ignore=shutil.ignore_patterns("__pycache__"))
        cold = seconds(command, tree)
        return cold, statistics.median(seconds(command, tree) for _ in range(REPEATS))


def main() -> None:
    print(f"whole processes, on {os.cpu_count()} cores; warm is the median of {REPEATS} runs")
    print(f"{'symgrad':36} {'cold s':>7} {'warm s':>7} {'promised s':>10} {'warm/promised':>13}")
    for command, promised in PROMISED.items():
        cold, warm = compare(command)
        shown = command if len(command) <= 36 else command[:33] + "..."
        print(f"{shown:36} {cold:7.2f} {warm:7.2f} {promised:10.1f} {warm / promised:13.2f}")


if __name__ == "__main__":
    main()
