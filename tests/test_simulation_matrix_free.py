"""Without matrices: the same law as with them, at every layer and jointly; and the same numbers as a slow twin."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import comparisons
import mpmath
import naive
import numpy as np
import numpy.typing as npt
import pytest

from symgrad.claims import gradient_norm, preactivation_var
from symgrad.networks import Network, mlp
from symgrad.simulation import measure, simulate
from symgrad.simulation.compiled.kernels import kernel
from symgrad.simulation.wiring import wirings

Floats = npt.NDArray[np.float64]

TRIALS = 8000
SEED = 2**63 + 11


def drawn(network: Network, method: str, rng: int, dtype: str = "float64") -> Floats:
    asked = [gradient_norm(0), preactivation_var(1)]
    found = measure(network, asked, trials=TRIALS, rng=rng, method=method, dtype=dtype)
    return comparisons.statistics(*(found[each].log_values for each in asked))


# ------------------------------------------------------------------------------------------------------ the same law

NETWORKS = {
    "tanh, width 2": mlp(width=2, depth=6, activation="tanh", weight_var=2),
    "tanh, biases": mlp(width=5, depth=5, activation="tanh", weight_var=2, bias_var=0.3),
    "sigmoid": mlp(width=30, depth=8, activation="sigmoid", weight_var=9),
    "sigmoid, unequal": mlp(widths=[3, 7, 2, 5, 4], activation="sigmoid", weight_var=4, bias_var=1),
    "relu, width 2": mlp(width=2, depth=4, activation="relu", weight_var=2),
    "relu, unequal": mlp(widths=[2, 30, 5, 30, 1], activation="relu", weight_var=2),
    "leaky relu, biases": mlp(width=5, depth=6, activation="leaky_relu", weight_var=2, bias_var=0.1),
    "gelu": mlp(width=30, depth=6, activation="gelu", weight_var=2),
    "silu, width 1": mlp(width=1, depth=3, activation="silu", weight_var=4),
    "softplus": mlp(widths=[5, 2, 5, 2], activation="softplus"),
    "linear": mlp(width=5, depth=10, activation="x"),
    "x sin x": mlp(width=5, depth=3, activation="x*sin(3*x)"),
    "cubic": mlp(width=5, depth=2, activation="x**3 - x"),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", NETWORKS)
def test_norms_have_the_law_that_they_have_with_matrices(name: str, dtype: str) -> None:
    network = NETWORKS[name]
    free, dense = drawn(network, "matrix_free", 1, dtype), drawn(network, "dense", 2)
    assert comparisons.smallest_p(free, dense) > comparisons.ERROR_RATE


def shortcut(network: Network, rng: np.random.Generator, *, redraws: bool) -> Floats:
    """Trials by vectors in NumPy; either exact, or with transposed weights that are drawn afresh, as is tempting."""
    layers = list(network.layers())
    h = np.ones((TRIALS, int(network.input_width)))
    kept, squares = [], []
    for layer in layers:
        s = np.sqrt(float(layer.weight_var) / h.shape[1])
        y = s * np.linalg.norm(h, axis=1, keepdims=True) * rng.standard_normal((TRIALS, int(layer.fan_out)))
        values, slopes = (np.reshape(part, y.shape) for part in kernel(layer.activation)(y.ravel()))
        kept.append((s, h, y, slopes))
        squares.append(np.log(np.mean(y**2, axis=1)))
        h = values
    g = rng.standard_normal(h.shape)
    gradients = [np.linalg.norm(g, axis=1)]
    for s, h, y, slopes in reversed(kept):
        d = slopes * g
        g = s * np.linalg.norm(d, axis=1, keepdims=True) * rng.standard_normal(h.shape)
        if not redraws:
            across = np.sum(y * d, axis=1, keepdims=True) - np.sum(h * g, axis=1, keepdims=True)
            g = g + h * across / np.sum(h**2, axis=1, keepdims=True)
        gradients.append(np.linalg.norm(g, axis=1))
    logs = np.log(np.array(gradients[::-1]).T)
    return comparisons.statistics(logs - logs[:, [-1]], np.array(squares).T)


@pytest.mark.parametrize("name", ["tanh, width 2", "sigmoid", "gelu"])
def test_transposed_weights_that_are_drawn_afresh_are_refuted(name: str) -> None:
    """The harness bites: it tells the shortcut from the exact law, and that from nothing else."""
    network, rng = NETWORKS[name], np.random.default_rng(3)
    dense = drawn(network, "dense", 2)
    assert comparisons.smallest_p(shortcut(network, rng, redraws=False), dense) > comparisons.ERROR_RATE
    assert comparisons.smallest_p(shortcut(network, rng, redraws=True), dense) < comparisons.ERROR_RATE**2


# ---------------------------------------------------------------------------------------------------- the same numbers


@pytest.fixture(autouse=True)
def digits() -> Iterator[None]:
    with mpmath.workdps(naive.DIGITS):
        yield


def logs(numbers: list[mpmath.mpf]) -> list[float]:
    return [float(mpmath.log(number)) if number else -np.inf for number in numbers]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "network",
    [
        mlp(widths=[3, 6, 2, 5], activation="tanh", weight_var=3, input_mean_square=1.5),
        mlp(widths=[3, 6, 2, 5], activation="gelu", weight_var=2, bias_var=0.4),
        mlp(widths=[4, 1, 5], activation="relu", weight_var=2),
        mlp(widths=[2, 1100, 3], activation="sigmoid"),  # several panels in either format
    ],
    ids=str,
)
def test_sums_give_the_norms_of_the_vectors_of_the_twin(network: Network, dtype: str) -> None:
    """A number of single precision is off by 2**-22 over the radius of its pair, which is hardly ever below a hundredth."""
    gradients, squares = naive.conditioned(network, SEED, 3)
    sample = measure(network, [gradient_norm(0), preactivation_var(1)], trials=4, rng=SEED, dtype=dtype)
    rounding = {"float64": 1e-11, "float32": 1e-3}[dtype]
    for asked, true in zip(sample, (gradients, squares), strict=True):
        assert np.allclose(sample[asked].log_values[3], logs(true), rtol=0, atol=rounding)  # and equal where infinite


# ------------------------------------------------------------------------------------------------------------ any depth


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("name", "weight_var"), [("x", 9), ("x", 0.01), ("tanh", 0.01), ("relu", 40), ("relu", 0.01)])
def test_ten_thousand_layers_neither_overflow_nor_vanish(name: str, weight_var: float, dtype: str) -> None:
    """The logarithm of a norm is a sum of independent terms of order one, about depth times half that of the gain."""
    depth, gain = 10_000, weight_var / 2 if name == "relu" else weight_var
    network = mlp(width=40, depth=depth, activation=name, weight_var=weight_var)
    sample = simulate(network, "gradient_norm", trials=2, rng=5, dtype=dtype)
    assert np.abs(sample.at(0) / depth - 0.5 * np.log(gain)).max() < 0.1
    assert np.isfinite(sample.log_values).all()


def test_a_dead_layer_ends_all_gradients_exactly() -> None:
    sample = simulate(mlp(width=2, depth=40, activation="relu", weight_var=2), "gradient_norm", trials=200, rng=5)
    dead = np.isneginf(sample.log_values)
    assert dead[:, 0].all()
    assert (dead[:, :-1] >= dead[:, 1:]).all()
    assert np.abs(sample.log_values[~dead]).max() < 100


def test_a_network_without_weights_has_none() -> None:
    sample = simulate(mlp(width=5, depth=2, weight_var=0, activation="sigmoid"), "gradient_norm", trials=3, rng=5)
    assert sample.log_values.tolist() == [[-np.inf, -np.inf, 0.0]] * 3
    sample = simulate(mlp(width=5, depth=2, weight_var=0, bias_var=1), "gradient_norm", trials=3, rng=5)
    assert sample.log_values.tolist() == [[-np.inf, -np.inf, 0.0]] * 3
    assert simulate(mlp(width=5, depth=0), "gradient_norm", trials=1, rng=5).log_values.tolist() == [[0.0]]


@cache
def saturated_twin(network: Network) -> list[float]:
    with mpmath.workdps(20_000):
        return logs(naive.conditioned(network, SEED, 0)[0])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_slopes_below_all_floats_still_count(dtype: str) -> None:
    network = mlp(widths=[2, 3, 2], activation="sigmoid", weight_var=10**8)
    true = saturated_twin(network)
    assert true[0] < -800
    found = simulate(network, "gradient_norm", trials=1, rng=SEED, dtype=dtype).log_values[0]
    rounding = {"float64": 1e-11, "float32": 1e-5}[dtype]  # of arguments of some thousands, relative
    assert np.allclose(found, true, rtol=rounding, atol=1e-6)


def test_without_an_exponent_of_their_own_such_slopes_would_be_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wirings, "is_fading", lambda activation: False)
    network = mlp(widths=[2, 3, 2], activation="sigmoid", weight_var=10**8)
    assert np.isneginf(simulate(network, "gradient_norm", trials=1, rng=SEED).log_values[0, 0])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_values_out_of_range_are_refused_with_layer_and_trial(dtype: str) -> None:
    network = mlp(width=9, depth=30, activation="x**3", weight_var=400)
    with pytest.raises(ValueError, match=rf"layer \d leave the range of {dtype} in trial 0 of seed 5"):
        simulate(network, "gradient_norm", trials=3, rng=5, dtype=dtype)


# ------------------------------------------------------------------------------------------------------------ any width

WIDE = """
import resource, sys
from symgrad.networks import mlp
from symgrad.simulation import simulate
simulate(mlp(width=100, depth=50), "gradient_norm", trials=1, rng=0, dtype="float32")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
simulate(mlp(width=int(sys.argv[1]), depth=50), "gradient_norm", trials=1, rng=0, dtype="float32")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_the_width() -> None:
    """One layer of a million units would be 4 MB for each vector, and 200 MB for the slopes of all layers."""
    command = [sys.executable, "-c", WIDE, str(10**6)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert int(done.stdout) * (1024 if sys.platform != "darwin" else 1) < 2 * 2**20
