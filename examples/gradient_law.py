"""Is the gradient log-normal?

The norm of the gradient at the input is a product over the layers, so its logarithm is nearly a sum of many terms, and
the field takes it to be normal (Hanin and Nica 2018, arXiv:1812.05994). Here is the exact law of a ReLU network, drawn
without a matrix, beside the normal law of the same mean and variance: good in the middle, worse in the tails, and no law
at all for a narrow network, which is dead in part of all draws.

Run it with ``python examples/gradient_law.py``.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

import symgrad as sg

TRIALS = 20_000
PROBABILITIES = (0.001, 0.01, 0.5, 0.99, 0.999)


def tell(width: int, depth: int) -> None:
    """Compare quantiles of the logarithm with those of a normal law, in deviations."""
    net = sg.mlp(width=width, depth=depth, activation="relu", weight_var=2)
    sample = sg.simulate(net, "gradient_norm", trials=TRIALS, rng=0, dtype="float32")
    logs = sample.at(0)
    alive = logs[np.isfinite(logs)]
    mean, deviation = alive.mean(), alive.std()
    print(f"{net} ({sample.method}, {TRIALS} draws)")
    print(f"  dead: {1 - alive.size / logs.size:.4f}")
    print(f"  log of the gradient norm, alive: mean {mean:.4f}, deviation {deviation:.4f}")
    print(f"  skewness: {np.mean(((alive - mean) / deviation) ** 3):.3f}")
    for probability in PROBABILITIES:
        seen, normal = (np.quantile(alive, probability) - mean) / deviation, NormalDist().inv_cdf(probability)
        print(f"  quantile {probability:5.3f}: {seen:6.3f} deviations, {normal:6.3f} if it were normal")


def main() -> None:
    """A network of width and depth 32, and a narrow one."""
    tell(width=32, depth=32)
    tell(width=4, depth=32)


if __name__ == "__main__":
    main()
