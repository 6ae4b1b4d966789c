"""The dense kernels beside a plain NumPy loop, on one core: run ``python tests/benchmarks/bench_dense.py``.

Both draw fresh weights for each trial, run forward and backward, and keep the gradient norm of every layer. The NumPy
loop uses its fastest generator, draws in the precision of the passes, and has one thread, as the kernels have here.
Repeats are interleaved, and medians of processor time are compared: trust the ratios, not the microseconds.
"""

from __future__ import annotations

# ruff: noqa: T201 - a benchmark prints
import os
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from symgrad.activations import activation
from symgrad.networks import mlp
from symgrad.simulation.compiled.kernels import kernel
from symgrad.simulation.vectors.draws import Draw
from symgrad.simulation.wiring.memories import reserve
from symgrad.simulation.wiring.wirings import wire

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
CASES = [(64, 16, 40), (256, 16, 4), (1024, 16, 1)]  # width, depth, trials for one timing
REPEATS = 7


def numpy_loop(width: int, depth: int, dtype: str) -> Callable[[int], list[float]]:
    """One trial of a tanh network, as one would write it in NumPy."""

    def trial(number: int) -> list[float]:
        rng = np.random.Generator(np.random.SFC64(number))
        scale = np.dtype(dtype).type(width**-0.5)
        values = rng.standard_normal(width, dtype=dtype)
        weights, slopes = [], []
        for _ in range(depth):
            weights.append(rng.standard_normal((width, width), dtype=dtype))
            values = np.tanh(scale * (weights[-1] @ values))
            slopes.append(1 - values * values)
        gradient, norms = rng.standard_normal(width, dtype=dtype), []
        for matrix, slope in zip(reversed(weights), reversed(slopes), strict=True):
            gradient = scale * (matrix.T @ (slope * gradient))
            norms.append(float(np.log(np.linalg.norm(gradient))))
        return norms

    return trial


def kernels(width: int, depth: int, dtype: str, budget: int = 2**30) -> Callable[[int], object]:
    """One trial of the same network by the kernels; with a budget of 0, weights are drawn again for the backward pass."""
    network = mlp(width=width, depth=depth, activation="tanh")
    wiring, activations = wire(network, dtype), network.activations * depth
    memory = reserve(wiring, budget, np.zeros(1, dtype=np.bool_))
    return lambda number: Draw(wiring, activations, memory, 0, number).backward


def processor_time(trial: Callable[[int], object], trials: int) -> float:
    start = time.process_time()
    for number in range(trials):
        trial(number)
    return (time.process_time() - start) / trials


def compare(width: int, depth: int, trials: int, dtype: str) -> tuple[float, ...]:
    """Median seconds for a trial: NumPy, kernels, kernels that draw twice."""
    contenders = [numpy_loop(width, depth, dtype), kernels(width, depth, dtype), kernels(width, depth, dtype, budget=0)]
    for trial in contenders:
        trial(0)  # compiles, and touches the memory
    times = [[processor_time(trial, trials) for trial in contenders] for _ in range(REPEATS)]
    return tuple(statistics.median(column) for column in zip(*times, strict=True))


def compile_time() -> float:
    """Seconds until an activation that was never seen is compiled, in a process that has compiled another."""
    kernel(activation("tanh"))
    start = time.perf_counter()
    kernel(activation("x*tanh(log(1 + exp(3*x/2)))"))
    return time.perf_counter() - start


def main() -> None:
    print(
        "medians of processor time for a trial, one core; ratios of NumPy to kernels, keeping weights or drawing them twice"
    )
    print(
        f"{'dtype':8} {'width':>5} {'depth':>5} {'NumPy us':>9} {'kernels us':>10} {'ratio':>6} {'twice':>6} {'ns/weight':>9}"
    )
    for dtype in ("float64", "float32"):
        for width, depth, trials in CASES:
            loop, kept, again = compare(width, depth, trials, dtype)
            sizes = f"{dtype:8} {width:5d} {depth:5d} {loop * 1e6:9.0f} {kept * 1e6:10.0f}"
            print(f"{sizes} {loop / kept:6.1f} {loop / again:6.1f} {kept / (width**2 * depth) * 1e9:9.2f}")
    print(f"a new activation is derived, checked and compiled in {compile_time():.2f} s")


if __name__ == "__main__":
    if not ONE_THREAD.items() <= os.environ.items():  # NumPy reads them when it is loaded
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD})  # noqa: S606 - itself
    main()
