"""How far back do gradients reach: LSTM against GRU against a vanilla network, over 200 steps.

All three have the same width and Gaussian weights of variance 1 over the width, and see white noise. With a forget bias of 0
the LSTM forgets half of its cell in a step, and does no better than the others; with a bias of 1, as Keras has it, 27 %; the
chrono biases of Tallec and Ollivier (2018) spread memories up to the length that is asked for, and only with them a gradient
arrives after 200 steps.

Run it with ``python examples/cells_compared.py [FOLDER]``; the figure is written to the folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

import symgrad as sg
from symgrad.claims import Axis
from symgrad.networks import ChronoBiases
from symgrad.reports.curves import band_of
from symgrad.reports.figures import comparison_figure

WIDTH, STEPS, TRIALS = 64, 200, 40


def networks() -> dict[str, sg.Recurrence]:
    """What is compared, by the names of the legend."""
    chrono = {"b_f": ChronoBiases(STEPS), "b_i": ChronoBiases(STEPS, -1)}
    return {
        "vanilla, tanh": sg.rnn(WIDTH, STEPS),
        "GRU": sg.gru(WIDTH, STEPS),
        "LSTM, forget bias 1": sg.lstm(WIDTH, STEPS, forget_bias=1),
        "LSTM, chrono biases": sg.lstm(WIDTH, STEPS, biases=chrono),
    }


def main(folder: Path) -> None:
    """Print how much of a gradient is left, and draw it."""
    bands = {}
    print(f"log10 of the gradient norm by the state, median of {TRIALS} networks of width {WIDTH}, by lag")
    print(f"{'lag':>20} {'10':>8} {'50':>8} {'100':>8} {'200':>8}")
    for name, network in networks().items():
        bands[name] = band_of(sg.simulate(network, "gradient_norm", trials=TRIALS, rng=0))
        median = dict(zip(bands[name].layers, bands[name].median, strict=True))
        print(f"{name:>20} " + " ".join(f"{median[lag]:8.2f}" for lag in (10, 50, 100, 200)))
    (folder / "cells_compared.svg").write_text(comparison_figure(bands, Axis.TIME).svg, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
