"""Recurrent networks by the dense kernels, beside NumPy, PyTorch and JAX: run ``python tests/benchmarks/bench_recurrent.py``.

One trial is forward and backward through time with tied weights, on one core: white inputs are made beforehand for all
but the kernels, which draw theirs. Repeats are interleaved, and medians of processor time are compared: trust the
ratios, not the microseconds. A framework that is not installed is left out, and that is said.

Then a whole Lyapunov spectrum by QR, beside the bare products of the frame with the Jacobians, by NumPy. And the same
norms without matrices, beside our own dense kernels, which draw theirs too: from which number of steps on they take
longer, and one trial of a width whose matrices would fill 160 GB.
"""

from __future__ import annotations

# ruff: noqa: T201 - a benchmark prints
import os
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

import symgrad as sg
from symgrad.claims import gradient_norm
from symgrad.simulation.recurrences.draws import RecurrentDraw
from symgrad.simulation.recurrences.memories import reserve_steps
from symgrad.simulation.recurrences.methods import RECURRENT_METHODS
from symgrad.simulation.recurrences.wirings import wire_recurrence

ONE_THREAD = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_ENABLE_X64": "true",
}
WIDTH, STEPS, REPEATS = 256, 128, 7
Trial = Callable[[int], object]


def arrays(blocks: int, dtype: str) -> tuple[np.ndarray, ...]:
    """Return recurrent weights, input weights, inputs and a gradient at the output."""
    rng = np.random.default_rng(0)
    shapes = [(blocks * WIDTH, WIDTH), (blocks * WIDTH, WIDTH), (STEPS, WIDTH), (WIDTH,)]
    recurrent, inputs, given, gradient = (rng.standard_normal(shape).astype(dtype) for shape in shapes)
    scale = np.dtype(dtype).type(WIDTH**-0.5)
    return recurrent * scale, inputs * scale, given, gradient


def kernels(cell: str, dtype: str) -> Trial:
    """One trial by the kernels, weights and inputs drawn in it."""
    wiring = wire_recurrence(sg.recurrence(cell, WIDTH, STEPS), dtype)
    memory = reserve_steps(wiring, np.zeros(1, dtype=np.bool_), returns=True, sums=False, tangents=0)
    return lambda number: RecurrentDraw(wiring, memory, 0, number).log_gradients


def numpy_loop(cell: str, dtype: str) -> Trial | None:
    """One trial of a tanh network, as one would write it in NumPy."""
    if cell != "rnn":
        return None
    recurrent, inputs, given, start = arrays(1, dtype)

    def trial(_: int) -> list[float]:
        state, slopes = np.zeros(WIDTH, dtype=dtype), []
        for step in range(STEPS):
            state = np.tanh(recurrent @ state + inputs @ given[step])
            slopes.append(1 - state * state)
        gradient, norms = start, []
        for slope in reversed(slopes):
            gradient = recurrent.T @ (slope * gradient)
            norms.append(float(np.linalg.norm(gradient)))  # not in logarithms: it vanishes in single precision
        return norms

    return trial


def pytorch(cell: str, dtype: str) -> Trial | None:
    """Its own module, and the gradient at all hidden states by its own backward pass."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    kinds = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    module = kinds[cell](WIDTH, WIDTH, bias=False, dtype=getattr(torch, dtype))
    _, _, given, start = map(torch.as_tensor, arrays(1, dtype))
    given = given[:, None].requires_grad_()  # so that the pass goes back to the first step

    def trial(_: int) -> object:
        output, _ = module(given)
        return torch.autograd.grad(output[-1, 0], given, start)

    return trial


def jax_scan(cell: str, dtype: str) -> Trial | None:
    """A scan, compiled, and the norms of the gradients at all states by another one back."""
    try:
        import jax
        import jax.numpy as jnp
    except ImportError:
        return None
    recurrent, inputs, given, start = map(jnp.asarray, arrays({"rnn": 1, "gru": 3, "lstm": 4}[cell], dtype))

    def rnn(state: tuple, x: object) -> tuple:
        return (jnp.tanh(recurrent @ state[0] + inputs @ x),)

    def lstm(state: tuple, x: object) -> tuple:
        i, f, g, o = jnp.split(recurrent @ state[0] + inputs @ x, 4)
        c = jax.nn.sigmoid(f) * state[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
        return jax.nn.sigmoid(o) * jnp.tanh(c), c

    def gru(state: tuple, x: object) -> tuple:
        (r, z, q), (a, b, c) = jnp.split(recurrent @ state[0], 3), jnp.split(inputs @ x, 3)
        z = jax.nn.sigmoid(z + b)
        return ((1 - z) * jnp.tanh(c + jax.nn.sigmoid(r + a) * q) + z * state[0],)

    step = {"rnn": rnn, "lstm": lstm, "gru": gru}[cell]
    zeros = (jnp.zeros(WIDTH, dtype),) * (2 if cell == "lstm" else 1)

    @jax.jit
    def both(given: object) -> object:
        _, before = jax.lax.scan(lambda state, x: (step(state, x), state), zeros, given)

        def back(gradient: tuple, at: tuple) -> tuple:
            state, x = at
            gradient = jax.vjp(lambda s: step(s, x), state)[1](gradient)[0]
            return gradient, sum(jnp.sum(each**2) for each in gradient)

        last = (start, *zeros[1:])
        return jax.lax.scan(back, last, (before, given), reverse=True)[1]

    return lambda _: both(given).block_until_ready()


def spectrum() -> tuple[float, float]:
    """Median seconds of a step: a whole frame pushed and made orthonormal, and the bare products by NumPy."""
    wiring = wire_recurrence(sg.rnn(WIDTH, STEPS, gain=1.5), "float64")
    memory = reserve_steps(wiring, np.zeros(1, dtype=np.bool_), returns=False, sums=False, tangents=WIDTH)
    jacobian, frame = np.random.default_rng(0).standard_normal((2, WIDTH, WIDTH))
    steps = 64  # the frame and the matrices are drawn once

    def pushed(number: int) -> object:
        return RecurrentDraw(wiring, memory, 0, number).stretches(WIDTH, (steps,))

    def products(_: int) -> object:
        for _ in range(steps):
            found = jacobian @ frame
        return found

    return tuple(each / steps for each in compare([pushed, products], 1))  # type: ignore[return-value]


def processor_time(trial: Trial, trials: int) -> float:
    start = time.process_time()
    for number in range(trials):
        trial(number)
    return (time.process_time() - start) / trials


def engine(network: sg.Recurrence, method: str, dtype: str) -> Trial:
    """One trial by one of the methods."""
    asked = {gradient_norm(0).in_time(): tuple(range(int(network.steps) + 1))}
    row = next(each for each in RECURRENT_METHODS if each.name == method)
    made = row.open(network, asked, dtype, np.zeros(1, dtype=np.bool_))()
    return lambda number: made.trials(0, range(number, number + 1))


def without_matrices(dtype: str) -> None:
    """Print times for some widths and numbers of steps, up to where they cross."""
    makers = {"rnn": sg.rnn, "lstm": sg.lstm, "rnn, orthogonal": lambda n, steps: sg.rnn(n, steps, law="orthogonal")}
    shapes = [("rnn", 1024, steps) for steps in (32, 64, 128, 256)] + [("lstm", 512, 32)]
    shapes += [(name, 256, steps) for name in makers for steps in (16, 32, 64, 128)]
    for name, width, steps in shapes:
        network = makers[name](width, steps)
        free, dense = compare([engine(network, method, dtype) for method in ("matrix_free", "dense")], 1)
        told = f"{1e3 * free:.2f} ms without matrices, {1e3 * dense:.2f} ms with, {dense / free:.1f}x"
        print(f"{dtype} {name}, width {width}, {steps} steps ({steps / width:.2f} of the width): {told}")
    if dtype == "float64":
        free = engine(sg.rnn(10**5, 50), "matrix_free", dtype)
        begin = time.process_time()
        free(0)
        print(f"{dtype} rnn, width 100000, 50 steps: {time.process_time() - begin:.2f} s for the first trial")


def compare(contenders: list[Trial], trials: int) -> list[float]:
    """Median seconds of a trial of each, interleaved."""
    for trial in contenders:
        trial(0)  # compiles, and touches the memory
    times = [[processor_time(trial, trials) for trial in contenders] for _ in range(REPEATS)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def main() -> None:
    print(
        f"width {WIDTH}, {STEPS} steps, forward and backward with tied weights, one core: milliseconds, and times ours"
    )
    for dtype in ("float64", "float32"):
        for cell in ("rnn", "lstm", "gru"):
            made = {each.__name__: each(cell, dtype) for each in (kernels, numpy_loop, pytorch, jax_scan)}
            able = {name: trial for name, trial in made.items() if trial is not None}
            found = dict(zip(able, compare(list(able.values()), 4), strict=True))
            told = [
                f"{name} {1e3 * seconds:.2f} ({seconds / found['kernels']:.2f}x)" for name, seconds in found.items()
            ]
            print(f"{dtype} {cell}: {', '.join(told)}; left out: {', '.join(set(made) - set(able)) or 'none'}")
    pushed, products = spectrum()
    print(
        f"a step of a whole Lyapunov spectrum: {1e3 * pushed:.2f} ms, {pushed / products:.2f}x the bare products of NumPy"
    )
    for dtype in ("float64", "float32"):
        without_matrices(dtype)


if __name__ == "__main__":
    if not ONE_THREAD.items() <= os.environ.items():  # NumPy reads them when it is loaded
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD})  # noqa: S606 - itself
    main()
