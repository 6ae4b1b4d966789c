"""Norms without matrices beside everyone else, on one core: run ``python tests/benchmarks/bench_matrix_free.py``.

All answer one question: the gradient norm of every layer, in fresh draws of a network in single precision. The NumPy loop,
PyTorch's autograd and JAX (the latter two where they are installed) and our own dense kernels form the weights; the
matrix-free engine does not. The last columns compare it with what its random numbers alone cost: two for each unit, drawn
by the same generator in one long loop. ReLU is also timed unit by unit, without the law that its sides have: beside other
activations, what these cost themselves is then seen. Repeats are interleaved, and medians of processor time are compared: trust the
ratios, not the nanoseconds.
"""

from __future__ import annotations

# ruff: noqa: T201 - a benchmark prints
import importlib.util
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from bench_dense import ONE_THREAD, kernels, numpy_loop, processor_time

from symgrad.networks import mlp
from symgrad.simulation.randomness.normals import draw
from symgrad.simulation.sums.matrix_free import MatrixFree
from symgrad.simulation.wiring.wirings import wire

DEPTH, REPEATS = 16, 5
REST = 0.2  # seconds: threads of a framework go on waiting for work for a while, and their time would be counted
WIDTHS = {16: 20, 64: 20, 256: 4, 1024: 1}  # and dense trials for one timing
ACTIVATIONS = ["relu", "tanh", "sigmoid", "gelu", "silu", "softplus", "mish"]
UNITS = 10**6  # of matrix-free trials for one timing

Trials = Callable[[int], object]


def matrix_free(width: int, name: str, dtype: str = "float32", *, by_units: bool = False) -> tuple[Trials, int]:
    """Return what draws many trials at once, and how many."""
    network = mlp(width=width, depth=DEPTH, activation=name)
    wiring = wire(network, dtype)
    if by_units:
        wiring.sides[:] = np.nan
    engine = MatrixFree(wiring, network.activations * DEPTH, np.zeros(1, dtype=np.bool_))
    many = max(UNITS // (width * DEPTH), 1)
    return lambda number: engine.norms(number, range(many)), many


def normals(width: int, dtype: str = "float32") -> tuple[Trials, int]:
    """The random numbers alone: two for each unit of a layer, drawn in a loop of its own."""
    out = np.empty(2 * UNITS, dtype=dtype)
    many = max(UNITS // (width * DEPTH), 1)
    return lambda number: draw(out[: 2 * width * DEPTH * many // 4 * 4], np.uint64(number), 0, 0, 0, 0), many


def torch_autograd(width: int) -> Trials:
    """One trial as one would write it in PyTorch."""
    import torch

    torch.set_num_threads(1)

    def trial(number: int) -> Any:
        torch.manual_seed(number)
        h = torch.randn(width, requires_grad=True)
        kept = [h]
        for _ in range(DEPTH):
            h = torch.tanh(torch.randn(width, width) @ h * width**-0.5)
            kept.append(h)
        found = torch.autograd.grad(h, kept, torch.randn(width))
        return [float(g.norm()) for g in found]

    return trial


def jax_gradients(width: int) -> Trials:
    """One trial, compiled: perturbations of each layer carry the gradients out."""
    import jax
    import jax.numpy as jnp

    def loss(shifts: Any, key: Any) -> Any:
        keys = jax.random.split(key, DEPTH + 2)
        h = jax.random.normal(keys[0], (width,)) + shifts[0]
        for layer in range(1, DEPTH + 1):
            h = jnp.tanh(jax.random.normal(keys[layer], (width, width)) @ h * width**-0.5) + shifts[layer]
        return jax.random.normal(keys[-1], (width,)) @ h

    compiled = jax.jit(lambda key: jnp.linalg.norm(jax.grad(loss)(jnp.zeros((DEPTH + 1, width)), key), axis=1))
    return lambda number: np.asarray(compiled(jax.random.key(number)))


def dense_contenders(width: int) -> dict[str, Trials]:
    found: dict[str, Trials] = {
        "NumPy": numpy_loop(width, DEPTH, "float32"),
        "dense": kernels(width, DEPTH, "float32"),
    }
    for module, make in (("torch", torch_autograd), ("jax", jax_gradients)):
        if importlib.util.find_spec(module):
            found[module] = make(width)
    return found


def medians(contenders: dict[str, tuple[Trials, int, int]]) -> dict[str, float]:
    """Median seconds of processor time for a trial, where a call makes some trials."""
    for call, _, _ in contenders.values():
        call(0)
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(REPEATS):
        for name, (call, calls, trials) in contenders.items():
            time.sleep(REST)
            times[name].append(processor_time(call, calls) / trials)
    return {name: statistics.median(each) for name, each in times.items()}


def table_of_methods() -> None:
    print(f"gradient norms of all layers, tanh, depth {DEPTH}, float32: times the matrix-free time, and that in us")
    for width, trials in WIDTHS.items():
        contenders = {name: (trial, trials, 1) for name, trial in dense_contenders(width).items()}
        call, many = matrix_free(width, "tanh")
        found = medians({**contenders, "matrix_free": (call, 1, many)})
        own = found.pop("matrix_free")
        ratios = "  ".join(f"{name} x{seconds / own:.0f}" for name, seconds in found.items())
        print(f"width {width:5d}: {ratios}  ({own * 1e6:.1f} us)")


def table_of_activations(dtype: str) -> None:
    print(f"times the cost of two normal numbers for each unit, {dtype}")
    for width in WIDTHS:
        calls = {name: matrix_free(width, name, dtype) for name in ACTIVATIONS} | {"normals": normals(width, dtype)}
        calls["relu by units"] = matrix_free(width, "relu", dtype, by_units=True)
        found = medians({name: (call, 1, many) for name, (call, many) in calls.items()})
        bare = found.pop("normals")
        ratios = "  ".join(f"{name} {seconds / bare:.2f}" for name, seconds in found.items())
        print(f"width {width:5d}: {ratios}  (normals {bare / (width * DEPTH) * 1e9:.2f} ns a unit)")


def main() -> None:
    table_of_methods()
    for dtype in ("float32", "float64"):
        table_of_activations(dtype)
    call, _ = matrix_free(10**6, "tanh")
    seconds = medians({"large": (call, 1, 1)})["large"]
    print(
        f"one trial of width 10^6 and depth {DEPTH}: {seconds:.2f} s, that is {seconds / DEPTH * 1000:.1f} s at depth 1000"
    )


if __name__ == "__main__":
    if not ONE_THREAD.items() <= os.environ.items():  # NumPy reads them when it is loaded
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD})  # noqa: S606 - itself
    main()
