"""The examples run, and what they print agrees with an independent computation."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import mpmath
import numpy as np
import pytest

from symgrad.activations import CATALOGUE

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"examples_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def find(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found, f"no {pattern!r} in:\n{text}"
    return float(found[1])


def naive_log10_gradients(width: int, depth: int, trials: int) -> np.ndarray:
    """log10 of the relative gradient norm at the input of random sigmoid networks, by the obvious loop."""
    rng = np.random.default_rng(12345)
    logs = []
    for _ in range(trials):
        h, layers = np.ones(width), []
        for _ in range(depth):
            weight = rng.normal(0, width**-0.5, (width, width))
            h = 1 / (1 + np.exp(-weight @ h))
            layers.append((weight, h * (1 - h)))
        g = rng.normal(size=width)
        start = np.linalg.norm(g)
        for weight, slope in reversed(layers):
            g = weight.T @ (slope * g)
        logs.append(np.log10(np.linalg.norm(g) / start))
    return np.array(logs)


def test_sigmoid_depth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load("sigmoid_depth").main(tmp_path)
    told = capsys.readouterr().out
    # The chain: L - 1 factors of exactly 1/4, so the first depth below the threshold can be counted.
    first = next(depth for depth in range(1, 100) if 0.25 ** (depth - 1) < 1e-6)
    assert find(r"surely below 1e-06 from depth (\d+)", told) == first
    assert "replayed:  symbolic" in told
    # The wide network: the measured median against a naive backward pass with other draws.
    logs = naive_log10_gradients(64, 30, trials=50)
    measured, worst = find(r"measured: +10\^(\S+)", told), find(r"worst case: 10\^(\S+)", told)
    # The median of 50 draws has a standard error of 1.25 sd/sqrt(50), that of 200 half as much: together 1.4 sd/sqrt(50)
    # with 5 of them the test errs once in a million; 0.05 is the rounding of what is printed.
    assert abs(measured - np.median(logs)) < 5 * 1.4 * logs.std() / 50**0.5 + 0.05
    assert worst > logs.max()
    assert find(r"loose by a factor of 10\^(\S+)", told) > 0
    assert "<math" in (tmp_path / "sigmoid_depth.html").read_text()
    assert (tmp_path / "sigmoid_depth.svg").read_text().startswith("<svg")


def test_own_activation(capsys: pytest.CaptureFixture[str]) -> None:
    load("own_activation").main()
    told = capsys.readouterr().out
    assert "even: True, odd: False, bounded: False" in told
    # f'(x) = erf(x) + 2x exp(-x²)/sqrt(pi) and f'' vanishes at x = ±1 only, since f'' is a multiple of 1 - x².
    with mpmath.workdps(40):
        steepest = mpmath.diff(lambda x: x * mpmath.erf(x), 1)
        lower, upper = re.findall(r"between (\S+) and (\S+),", told)[0]
        assert mpmath.mpf(lower) <= steepest <= mpmath.mpf(upper)
        assert mpmath.mpf(upper) - mpmath.mpf(lower) < mpmath.mpf(10) ** -13  # 15 digits were asked for
    assert "refuted: 0" in told
    assert "jacobian_norm_le_prod_lipschitz: " in told


def test_activation_tables(capsys: pytest.CaptureFixture[str]) -> None:
    tables = load("activation_tables")
    tables.main()
    told = capsys.readouterr().out
    assert told.count(r"\\") == len({row.name for row in CATALOGUE.values()}) + 1
    assert r"$\operatorname{GELU}$ & $1.12890414518\ldots$" in told  # Φ(√2) + √2 φ(√2)
    with mpmath.workdps(30):
        gelu = mpmath.ncdf(mpmath.sqrt(2)) + mpmath.sqrt(2) * mpmath.npdf(mpmath.sqrt(2))
        assert mpmath.nstr(gelu, 15).startswith("1.12890414518")


def test_property_check(capsys: pytest.CaptureFixture[str]) -> None:
    load("property_check").main()
    told = capsys.readouterr().out
    assert "jacobian_inf_norm_le_prod_lipschitz: survived" in told
    # tanh'(0) = 1, so one unit with weight 2 has slope 2 at 0: the shortest and smallest counterexample there is.
    assert "refuted for MLP of depth 1, width 1, tanh" in told


def test_without_hypothesis_the_property_check_says_what_is_missing() -> None:
    script = (
        f"import runpy, sys; sys.modules['hypothesis'] = None; runpy.run_path({str(EXAMPLES / 'property_check.py')!r})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "property_check.py needs Hypothesis: pip install -e '.[testing]'\n"


def naive_log_gradients(width: int, depth: int, trials: int) -> np.ndarray:
    """Natural logarithms of the gradient norm at the input of ReLU networks, relative to the output, by matrices."""
    rng = np.random.default_rng(99)
    h, kept = rng.normal(size=(trials, width)), []
    for _ in range(depth):
        weights = rng.normal(0, (2 / width) ** 0.5, (trials, width, width))
        z = np.einsum("tij,tj->ti", weights, h)
        h = np.maximum(z, 0)
        kept.append((weights, z > 0))
    g = rng.normal(size=(trials, width))
    start = np.linalg.norm(g, axis=1)
    for weights, slopes in reversed(kept):
        g = np.einsum("tij,ti->tj", weights, slopes * g)
    with np.errstate(divide="ignore"):
        return np.log(np.linalg.norm(g, axis=1) / start)


def test_gradient_law(capsys: pytest.CaptureFixture[str]) -> None:
    load("gradient_law").main()
    wide, narrow = capsys.readouterr().out.split("MLP of depth 32, width 4")
    assert "MLP of depth 32, width 32, relu, weight_var 2 (matrix_free" in wide
    logs = naive_log_gradients(32, 32, trials=1000)
    mean, deviation = find(r"mean (\S+),", wide), find(r"deviation (\S+)", wide)
    # Standard errors of 1000 draws, those of 20 000 being small beside them; 5 of them err once in a million.
    assert abs(mean - logs.mean()) < 5 * logs.std() / 1000**0.5
    assert abs(deviation - logs.std()) < 5 * logs.std() / 2000**0.5
    assert find(r"skewness: (\S+)", wide) < 0  # the left tail is the longer one
    # A layer of width n is dead with probability 2**-n, and then the gradient is zero: 1 - (1 - 1/16)**32.
    dead, expected = find(r"dead: (\S+)", narrow), 1 - (1 - 2.0**-4) ** 32
    assert abs(dead - expected) < 5 * (expected * (1 - expected) / 20_000) ** 0.5 + 5e-5


def naive_residual_squares(activation: str, width: int, depth: int, scale: float, trials: int) -> np.ndarray:
    """Squared gradient norms of residual networks, by the obvious loop."""
    rng, squares = np.random.default_rng(4321), []
    for _ in range(trials):
        h = rng.normal(size=width)
        h *= np.sqrt(width) / np.linalg.norm(h)
        layers = []
        for _ in range(depth):
            weight = rng.normal(0, (2 / width) ** 0.5, (width, width))
            y = weight @ h
            values, slopes = {"relu": (np.maximum(y, 0), y > 0), "tanh": (np.tanh(y), 1 - np.tanh(y) ** 2)}[activation]
            h = h + scale * values
            layers.append((weight, slopes))
        g = rng.normal(size=width)
        g /= np.linalg.norm(g)
        for weight, slope in reversed(layers):
            g = g + scale * weight.T @ (slope * g)
        squares.append(g @ g)
    return np.array(squares)


def log_variance(scale: float, depth: int, width: int, weight_var: float) -> float:
    """Of the squared gradient of a linear residual network, |g + a W g|^2 in each block: a normal number and a chi square."""
    spread = scale**2 * weight_var
    return depth * (4 * spread + 2 * spread**2) / (width * (1 + spread) ** 2)


def test_residual_depth(capsys: pytest.CaptureFixture[str]) -> None:
    example = load("residual_depth")
    example.main()
    lines = [row.split() for row in capsys.readouterr().out.splitlines()[2:]]
    rows = {(words, int(depth)): [float(x) for x in found] for words, depth, *found in lines}
    checked = 0
    for (words, depth), (exact, linear, *_) in rows.items():
        scale = {"1": 1.0, "1/sqrt(L)": depth**-0.5, "1/L": 1 / depth}[words]
        assert exact == pytest.approx(depth * np.log10(1 + 2 * scale**2), abs=5e-4)  # three digits are printed
        variance = log_variance(scale, depth, example.WIDTH, example.WEIGHT_VAR)
        if variance < 1:  # else a few of the largest draws make the mean, and 200 do not tell it
            error = np.sqrt(np.expm1(variance) / example.TRIALS) / np.log(10)
            assert abs(linear - exact) < 4 * error + 5e-4
            checked += 1
    assert checked == 7
    _, _, tanh, relu = rows["1/sqrt(L)", 100]
    for name, told in (("tanh", tanh), ("relu", relu)):
        squares = naive_residual_squares(name, 64, 100, 0.1, 60)
        relative = squares.std(ddof=1) / squares.mean() * np.sqrt(1 / 60 + 1 / example.TRIALS)
        assert told == pytest.approx(np.log10(squares.mean()), abs=4 * relative / np.log(10) + 5e-4)
    # The exponent of ReLU grows with the root of the depth, from 100 to 1000 by 3.2 and more; that of tanh does not.
    assert rows["1/sqrt(L)", 1000][3] > 3 * relu
    assert abs(rows["1/sqrt(L)", 1000][2] - tanh) < 0.1 * tanh


def steps_until(share: float, gate: float) -> float:
    """Multiply by the gate until no more than a share is left; the last step counts by the part that was needed."""
    steps, left = 0, 1.0
    while left * gate > share:
        steps, left = steps + 1, left * gate
    return steps + np.log(share / left) / np.log(gate)


def test_forget_bias(capsys: pytest.CaptureFixture[str]) -> None:
    load("forget_bias").main()
    table, answer = capsys.readouterr().out.split("\n\n")
    for row in table.splitlines()[1:]:
        bias, half, below, _, above, forgetting = (float(x) for x in row.replace("to", "0").split())
        gate = 1 / (1 + np.exp(-bias))
        assert half == pytest.approx(steps_until(0.5, gate), abs=6e-5)  # four digits are printed
        assert below <= steps_until(np.exp(-1), gate) < above
        assert forgetting == pytest.approx(np.sum(gate ** np.arange(20_000)), abs=6e-5)
    assert find(r"gone after (\S+) steps", answer) == 2.2127
    assert "replayed: symbolic" in answer
    bias = find(r"if the bias is (\S+)", answer)
    assert (1 / (1 + np.exp(-bias))) ** 100 == pytest.approx(0.5, abs=1e-4)


def left_out(rate: float, steps: int, window: int) -> tuple[float, float]:
    """The share that a window and chunks leave out of the uses of one linear unit, loss by loss and use by use."""
    whole = sliding = chunked = 0.0
    for loss in range(steps):
        for use in range(loss + 1):
            part = rate ** (loss - use)
            whole += part
            sliding += part if loss - use > window else 0
            chunked += part if loss // window != use // window else 0
    return sliding / whole, chunked / whole


def test_truncation(capsys: pytest.CaptureFixture[str]) -> None:
    module = load("truncation")
    module.main()
    told = capsys.readouterr().out
    assert told.count("(symbolic)") == 6
    for rate, part in zip((0.8, 0.9, 0.97), told.split("|R| = ")[1:], strict=True):
        sliding, chunked = left_out(rate, module.STEPS, module.WINDOW)
        # Two digits are printed: 5 % of a number that begins with a one.
        assert find(r"window of 35 leaves out at most (\S+) %", part) == pytest.approx(100 * sliding, rel=0.05)
        bound = find(r"chunks of 35 +leaves out at most (\S+) %", part)
        # The bound gives every boundary the past that only a late one has, and the last digit is rounded.
        assert 0.95 * 100 * chunked <= bound <= 1.05 * 100 * chunked / (1 - rate**module.WINDOW)
        shortest = int(find(r"1 % is left out by a sliding window of (\d+)", part))
        assert left_out(rate, module.STEPS, shortest)[0] <= 0.01 < left_out(rate, module.STEPS, shortest - 1)[0]


def test_vanishing_regime(capsys: pytest.CaptureFixture[str]) -> None:
    module = load("vanishing_regime")
    module.main()
    told = capsys.readouterr().out
    parts = dict(zip(module.networks(), told.split("largest eigenvalue ")[1:], strict=True))
    for name, part in parts.items():
        matrix = module.networks()[name].layers[0].recurrent[0].array
        norm, radius = np.linalg.norm(matrix, 2), np.abs(np.linalg.eigvals(np.abs(matrix))).max()
        plain, scaled = (find(rf"units {words} +at most 10\^(\S+) over", part) for words in ("as they are", "rescaled"))
        assert plain == pytest.approx(1000 * np.log10(norm), abs=0.06)  # one digit is printed after the point
        # In the best units the norm is at most the radius of the absolute values; the price is a power of ten in ten.
        assert scaled <= min(plain, 1000 * np.log10(radius) + 20)
    assert find(r"units as they are .* from lag (\d+) on", parts["small random"]) == next(
        lag
        for lag in range(1, 100)
        if np.linalg.norm(module.networks()["small random"].layers[0].recurrent[0].array, 2) ** lag < 1e-6
    )
    assert "rescaled    at most" in parts["feeding ahead"]
    assert "from lag" in parts["feeding ahead"]
    assert parts["cancelling pair"].count("nothing is certain") == 2
    # J = diag(1, 3/4) R is twice its own square: the norm of J is sqrt(2) * 8 * 5/4, doubled nineteen times.
    assert find(r"\|J\| = (\S+) over 20", told) == pytest.approx(2**0.5 * 10 * 2**19, rel=1e-3)
