"""How should the branches of a residual network be scaled?

A gradient that goes back through ``h + a W phi(...)`` keeps what goes past the branch, so it does not vanish; but what the
branches add multiplies up. With fresh Gaussian weights and a linear activation its mean square grows by exactly
``1 + a^2 weight_var`` in each block, since a fresh branch is uncorrelated with what goes past it. So a fixed scale explodes
with depth, one over the root of the depth levels off at ``exp(weight_var)``, and one over the depth does nothing in the end.
The simulation, which forms no matrix here, says the same, and that tanh levels off as well. ReLU does not: no branch of it
is ever negative, so branches do not cancel but push all units the same way, ``sqrt(L)`` times as far in the end, and the
gradient along that way grows with the root of the depth in its exponent.

Run it with ``python examples/residual_depth.py``.
"""

from __future__ import annotations

import numpy as np

import symgrad as sg

WIDTH, TRIALS, WEIGHT_VAR = 64, 200, 2
DEPTHS = (10, 100, 1000)
POWERS = {"1": 0, "1/sqrt(L)": -0.5, "1/L": -1}  # of the depth, which the branches are multiplied by


def measured(activation: str, depth: int, scale: float) -> float:
    """log10 of the mean-square gradient at the input, relative to the output."""
    net = sg.resnet(WIDTH, depth, activation, WEIGHT_VAR, form="post_activation", branch_scale=scale)
    logs = 2 * sg.simulate(net, "gradient_norm", trials=TRIALS, rng=0, dtype="float32").at(0)
    most = logs.max()
    return (most + np.log(np.mean(np.exp(logs - most)))) / np.log(10)


def main() -> None:
    """Tables for a linear network, where the answer is known, for tanh and for ReLU."""
    print(f"log10 of the mean-square gradient at the input, width {WIDTH}, weight_var {WEIGHT_VAR}, {TRIALS} draws")
    print(f"{'scale':>10} {'L':>5} {'exact, linear':>14} {'linear':>9} {'tanh':>9} {'relu':>9}")
    for words, power in POWERS.items():
        for depth in DEPTHS:
            scale = depth**power
            exact = depth * np.log10(1 + scale**2 * WEIGHT_VAR)
            found = [f"{measured(name, depth, scale):9.3f}" for name in ("identity", "tanh", "relu")]
            print(f"{words:>10} {depth:5d} {exact:14.3f} {' '.join(found)}")


if __name__ == "__main__":
    main()
