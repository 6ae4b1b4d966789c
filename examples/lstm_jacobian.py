"""What is the Jacobian of an LSTM? What does its cell state alone pass on, and what all paths? Does its gradient vanish?

The Jacobian is derived from the cell and printed as a paper would. It is then worked out for weights in the layout of
PyTorch, over six steps: the product of the forget gates, often called the gradient of the cell state, is a partial
derivative, and the total derivative is another number. In the end a provable horizon, or why there is none.
"""

from __future__ import annotations

import numpy as np

import symgrad as sg
from symgrad.networks import CELLS, Recurrence

BOUND, CRITERION = "jacobian_norm_le_pow_of_lstm_comparison", "comparison_radius_lt_one_of_lstm_gates"
STEPS, LAG, WIDTH = 40, 6, 4


def trained(scale: float) -> Recurrence:
    """An LSTM with weights in PyTorch's layout; those of a trained model are given in the same way."""
    rng = np.random.default_rng(1)
    weights = {
        "weight_ih_l0": rng.normal(size=(4 * WIDTH, 2)) * scale,
        "weight_hh_l0": rng.normal(size=(4 * WIDTH, WIDTH)) * scale,
        "bias_ih_l0": np.zeros(4 * WIDTH),
        "bias_hh_l0": np.zeros(4 * WIDTH),
    }
    return sg.lstm(steps=STEPS, weights=weights, inputs=rng.normal(size=(STEPS, 2)))


def tell_jacobian() -> None:
    """The four blocks, and the total derivative over two steps."""
    jacobian = sg.theorems.step_jacobian(CELLS["lstm"]())
    print(jacobian)
    print(f"\npartial, two steps: dc''/dc = {jacobian.partial('c', 'c', steps=2)}")
    print(f"total, two steps:   dc''/dc = {jacobian.total('c', 'c', steps=2)}")


def tell_point(network: Recurrence) -> None:
    """Both derivatives at real weights."""
    zeros = {"h": np.zeros(WIDTH), "c": np.zeros(WIDTH)}
    path = sg.theorems.trajectory(network.layers[0], zeros, network.inputs.array[:LAG])
    print(
        f"\nof unit 1 after {LAG} steps: partial {path.partial('c')[0, 0]:.6f}, total {path.total('c', 'c')[0, 0]:.6f}"
    )


def tell_horizon(network: Recurrence) -> None:
    """A horizon that is proved, or why the criterion does not apply."""
    answers = {each.name: each for each in sg.theorems.about(network)}
    claim = answers[BOUND].claim
    if answers[CRITERION].applies and claim is not None:
        rate = claim.value_of(claim.values[1][1])
        print(f"vanishes, provably: by {float(rate):.4f} in a step, below 1e-6 from step {claim.depth_until(1e-6)} on")
    else:
        print(f"not provably vanishing: {answers[CRITERION].refusal}")


def main() -> None:
    """Derive the Jacobian, work it out, and ask for a horizon at two scales of the weights."""
    tell_jacobian()
    tell_point(trained(1.0))
    for scale in (0.02, 1.0):
        print(f"\nweights of size {scale}: ", end="")
        tell_horizon(trained(scale))


if __name__ == "__main__":
    main()
