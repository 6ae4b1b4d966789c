"""What does truncation at K = 35 cost?

Backpropagation through time is cut off in two ways. A sliding window looks back K steps from every loss; chunks, as in
most training loops, detach the state every K steps. Where a step shrinks gradients by a factor of at most 0.9, the
first leaves out at most 2 % of the largest possible gradient and the second a quarter of it: a loss right after a
boundary loses everything before it.

Run it with ``python examples/truncation.py``.
"""

from __future__ import annotations

import numpy as np

import symgrad as sg

WINDOW, STEPS, WIDTH = 35, 700, 64


def network(rate: float) -> sg.Recurrence:
    """Return a tanh network whose recurrent weights are a multiple of a rotation: their norm is the rate."""
    recurrent = rate * np.linalg.qr(np.random.default_rng(0).normal(size=(WIDTH, WIDTH)))[0]
    return sg.rnn(steps=STEPS, weights={"weight_ih_l0": np.eye(WIDTH), "weight_hh_l0": recurrent})


def tell(rate: float) -> None:
    """Say what each way leaves out at most, beside what the whole gradient is at most."""
    net = network(rate)
    whole = float(sg.theorems.claim("summed_gradient_norm_le_geometric_series", net).valued())
    print(f"\nA tanh network of width {WIDTH}, {STEPS} steps, |R| = {rate}")
    for name, words in (
        ("truncation_error_le_geometric_tail", f"a sliding window of {WINDOW}"),
        ("chunking_error_le_geometric_series", f"chunks of {WINDOW}        "),
    ):
        claim = sg.theorems.claim(name, net).subs(window=WINDOW)
        share = float(claim.valued()) / whole
        print(
            f"  {words} leaves out at most {100 * share:.2g} % of the largest possible gradient ({claim.replay().name.lower()})"
        )


def shortest_window(rate: float, share: float = 0.01) -> int:
    """Return the shortest sliding window that leaves out at most a share of the largest possible gradient."""
    net = network(rate)
    whole = sg.theorems.claim("summed_gradient_norm_le_geometric_series", net).valued()
    claim = sg.theorems.claim("truncation_error_le_geometric_tail", net)
    low, high = 0, STEPS - 1  # the window before which too much is left out, and one that leaves out nothing
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if claim.subs(window=middle).valued() <= share * whole else (middle, high)
    return high


def main() -> None:
    """Tell both ways for three rates."""
    for rate in (0.8, 0.9, 0.97):
        tell(rate)
        print(f"  1 % is left out by a sliding window of {shortest_window(rate)} steps")


if __name__ == "__main__":
    main()
