"""Is my recurrent network in the vanishing regime, provably?

Weights as PyTorch keeps them, asked whether every gradient vanishes, whatever the inputs. Three answers are possible. The norm
of the recurrent weights times the largest slope is below one: then it is proved, with the number of steps. It is not, but
in rescaled units it is: then it is proved, too. Or neither: then nothing is proved, and a simulation of the network
says what happens at inputs drawn at random. The spectral radius would not do: see
``symgrad theorems jacobian_norm_eq_pow_of_nilpotent_weights``, whose gradients explode at radius zero.

Run it with ``python examples/provably_vanishing.py``.
"""

from __future__ import annotations

import numpy as np

import symgrad as sg

WIDTH, STEPS = 16, 100
LN10 = np.log(10)
CLAIMS = {
    "by its norm": "jacobian_norm_le_pow_of_recurrent_weights",
    "in rescaled units": "jacobian_norm_le_pow_of_diagonal_scaling",
}


def matrices() -> dict[str, np.ndarray]:
    """Recurrent weights of three networks; in their place could stand ``module.weight_hh_l0.detach().numpy()``."""
    rng = np.random.default_rng(0)
    rotation = np.linalg.qr(rng.normal(size=(WIDTH, WIDTH)))[0]
    shear = np.diag(np.full(WIDTH, 0.5)) + np.diag(np.full(WIDTH - 1, 0.9), k=1)
    return {
        "0.8 x a rotation": 0.8 * rotation,
        "a shear": shear,
        "Gaussian, gain 0.8": 0.8 * rng.normal(size=(WIDTH, WIDTH)) / np.sqrt(WIDTH),
    }


def network(recurrent: np.ndarray) -> sg.Recurrence:
    """A tanh network with these weights, and as many inputs as units."""
    return sg.rnn(steps=STEPS, weights={"weight_hh_l0": recurrent, "weight_ih_l0": np.eye(WIDTH)})


def main() -> None:
    """Ask each network, and measure it besides."""
    print(f"log10 of the norm of the Jacobian over {STEPS} steps of {WIDTH} tanh units")
    for name, recurrent in matrices().items():
        net = network(recurrent)
        claims = {application.name: application.claim for application in sg.theorems.about(net)}
        bounds = {how: claims[claim].log10 for how, claim in CLAIMS.items() if claims[claim] is not None}
        proved = [f"{bound:.2f} {how}" for how, bound in bounds.items() if bound < 0]
        seen = sg.simulate(net, sg.quantity("jacobian_norm").in_time(), trials=20, rng=0).at(0).max() / LN10
        radius = np.abs(np.linalg.eigvals(recurrent)).max()
        print(f"{name:>20}: spectral radius {radius:.2f}, measured at most {seen:.2f}")
        print(f"{'':>20}  {'proved: at most ' + ', '.join(proved) if proved else 'nothing is proved'}")


if __name__ == "__main__":
    main()
