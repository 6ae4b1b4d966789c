"""How long the certified facts of the catalogue take, each in a fresh state: ``python tests/benchmarks/bench_catalogue.py``.

Asked for: a Lipschitz constant within 100 ms, the whole catalogue within 30 s on one core, a rigorous Gaussian moment
within 50 ms. CPU time, after imports.
"""

from __future__ import annotations

# ruff: noqa: T201 - a benchmark prints
import contextlib
import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import sympy as sp

from symgrad.activations import CATALOGUE, activation
from symgrad.claims import symbol
from symgrad.rigor import CannotEnclose, gaussian_mean

NAMES = sorted({row.name for row in CATALOGUE.values()})
X, VARIANCE = symbol("x"), sp.Rational(13, 10)


def milliseconds(fact: Callable[[], Any]) -> float:
    """CPU time of one call; what cannot be enclosed counts, too, the garbage of what ran before does not."""
    gc.collect()
    start = time.process_time()
    with contextlib.suppress(CannotEnclose):
        fact()
    return 1e3 * (time.process_time() - start)


def report(what: str, asked: str, times: dict[str, float]) -> None:
    """Print median, slowest three and the sum."""
    slowest = sorted(times, key=times.get, reverse=True)[:3]  # type: ignore[arg-type]
    shown = ", ".join(f"{name} {times[name]:.0f}" for name in slowest)
    median, total = statistics.median(times.values()), sum(times.values()) / 1e3
    print(f"{what:<24} median {median:7.1f} ms   slowest {shown:<48} all {total:6.1f} s   asked {asked}")


def main() -> None:
    """Measure and print."""
    activation("x*atan(x)").lipschitz  # noqa: B018 - first calls of SymPy and FLINT
    subjects = {name: activation(name) for name in NAMES}
    lipschitz = {name: milliseconds(lambda phi=phi: phi.lipschitz) for name, phi in subjects.items()}
    report("Lipschitz constant", "< 100 ms each", lipschitz)
    rest = {name: milliseconds(lambda phi=phi: (phi.slope_inf, phi.curvature_sup)) for name, phi in subjects.items()}
    report("smallest slope, curvature", "", rest)
    moments = {
        name: milliseconds(lambda phi=phi: gaussian_mean(phi.expression**2, X, VARIANCE))
        for name, phi in subjects.items()
    }
    report("Gaussian moment, 20 digits", "< 50 ms each", moments)
    fourths = {name: milliseconds(lambda phi=phi: phi.slope_fourth_moment(VARIANCE)) for name, phi in subjects.items()}
    report("E f'^4, with its formula", "< 50 ms each", fourths)
    total = sum(sum(times.values()) for times in (lipschitz, rest, moments, fourths)) / 1e3
    print(f"together {total:.1f} s, asked < 30 s")


if __name__ == "__main__":
    main()
