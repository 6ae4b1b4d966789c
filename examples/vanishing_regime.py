"""Is my RNN in the vanishing regime, provably?

A norm of the recurrent weights below one settles it; a norm in rescaled units does, too, and is often smaller; the largest
eigenvalue does not. Put your own weights, in PyTorch's layout, in place of these three matrices.

Run it with ``python examples/vanishing_regime.py``.
"""

from __future__ import annotations

import numpy as np

import symgrad as sg
from symgrad.theorems.recurrences.pairs import resting_pair

THRESHOLD = 1e-6
PLAIN, SCALED = "jacobian_norm_le_pow_of_recurrent_weights", "jacobian_norm_le_pow_of_diagonal_scaling"


def networks() -> dict[str, sg.Recurrence]:
    """Return a small random network, one whose units hear only those before them, and a pair that cancels."""
    small = 0.4 * np.random.default_rng(0).normal(size=(32, 32)) / 32**0.5
    ahead = np.tril(np.ones((4, 4)), -1) + 0.5 * np.eye(4)
    pair = {"weight_ih_l0": np.eye(2), "weight_hh_l0": resting_pair().layers[0].recurrent[0].array}
    given = {"small random": small, "feeding ahead": ahead}
    found = {name: {"weight_ih_l0": np.eye(len(each)), "weight_hh_l0": each} for name, each in given.items()}
    return {name: sg.rnn(steps=1000, weights=each) for name, each in {**found, "cancelling pair": pair}.items()}


def tell(name: str, net: sg.Recurrence) -> None:
    """Say what is certain whatever comes in, and what the eigenvalues suggest."""
    radius = np.abs(np.linalg.eigvals(net.layers[0].recurrent[0].array)).max()
    print(f"\n{name}: largest eigenvalue {radius:.3g}")
    for label, claim in (("as they are", sg.theorems.claim(PLAIN, net)), ("rescaled", sg.theorems.claim(SCALED, net))):
        steps = claim.depth_until(THRESHOLD)
        certain = f"below {THRESHOLD:g} from lag {steps} on" if steps.is_finite else "nothing is certain"
        print(f"  units {label:11s} at most 10^{claim.log10:.1f} over 1000 steps: {certain}")


def main() -> None:
    """Ask about three networks, and show that the last one explodes."""
    for name, net in networks().items():
        tell(name, net)
    sample = sg.simulate(resting_pair(steps=20), "jacobian_norm", trials=1, rng=0)
    print(f"\nThe pair, at rest in two different states: |J| = {np.exp(sample.at(0)[0]):.4g} over 20 steps")


if __name__ == "__main__":
    main()
