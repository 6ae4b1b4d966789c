"""Recurrent networks that break assumptions: between them, every assumption of every theorem, after those before it."""

from typing import Any

import numpy as np
import sympy as sp

import symgrad as sg
from symgrad.networks import CELLS, Cell, ChronoBiases, GivenWeights, IdentityWeights, Recurrence, RingEigenvalues
from symgrad.theorems.recurrences.pairs import resting_pair


def of_units(cell: str | Cell, weight: float = 0.5, **options: Any) -> Recurrence:
    """Two units of a cell whose recurrent weights are given, a multiple of the identity each."""
    found = CELLS[cell]() if isinstance(cell, str) else cell
    law = dict.fromkeys(found.recurrent, GivenWeights(weight * np.eye(2)))
    return sg.recurrence(found, 2, 3, law=law, **{"input_mean_square": 0, **options})


GATED = ("lstm", "gru", "mgu", "janet", "minimalrnn")

ODD_RECURRENCES: tuple[Recurrence, ...] = (
    sg.rnn(width=3, steps=4),
    sg.rnn(width=3, steps=0),
    sg.rnn(width=3, steps=4, layers=2),
    sg.rnn(width=3, steps=4, activation="x**2"),
    sg.rnn(width=3, steps=4, activation="identity", input_mean_square=0),
    sg.rnn(width=3, steps=4, activation="relu", law="identity"),
    sg.rnn(width=3, steps=4, law="orthogonal", tied=False),
    sg.rnn(width=3, steps=4, leak=0.25),
    sg.rnn(steps=4, weights={"weight_ih_l0": np.eye(2), "weight_hh_l0": np.eye(2) / 3}),
    sg.rnn(steps=1, weights={"weight_ih_l0": np.eye(2), "weight_hh_l0": np.eye(2) / 3}),
    resting_pair(steps=100),
    sg.rnn(width=3, steps=4, leak=0.25, activation="x**2"),
    sg.rnn(width=3, steps=4, leak=0.75, law="orthogonal"),
    sg.rnn(width=3, steps=4, leak=0.25, activation="identity"),
    sg.recurrence(CELLS["euler"]("identity", 0.1), width=3, steps=4, law="antisymmetric"),
    sg.rnn(width=3, steps=0, law="identity"),
    sg.rnn(width=1, steps=4, law=IdentityWeights(sp.Symbol("w", real=True))),
    sg.rnn(width=3, steps=4, law="antisymmetric"),
    sg.rnn(width=1, steps=4, activation="relu"),
    sg.rnn(width=3, steps=4, activation="relu"),
    sg.rnn(width=3, steps=4, activation="relu", law="identity", input_mean_square=0),
    sg.rnn(width=3, steps=4, activation="relu", law="identity", bias_var=1),
    sg.rnn(width=3, steps=4, activation="relu", law="identity", state_mean_square=1),
    sg.rnn(width=1, steps=4),
    sg.rnn(width=1, steps=4, law=IdentityWeights(2)),
    sg.rnn(width=1, steps=4, law="identity"),
    sg.rnn(width=1, steps=4, law="identity", input_mean_square=0),
    sg.rnn(width=1, steps=4, law=IdentityWeights(2), input_mean_square=0),
    sg.rnn(width=1, steps=4, law=IdentityWeights(1 + sp.Symbol("e", positive=True)), input_mean_square=0),
    *(
        sg.rnn(steps=4, activation="identity", weights={"weight_ih_l0": np.eye(len(block)), "weight_hh_l0": block})
        for block in (np.array([[0.5, 1, 0], [0, 0.5, 1], [0, 0, 0.5]]), np.array([[2.0, 1.0], [0.0, 2.0]]))
    ),
    sg.lstm(width=3, steps=4),
    sg.lstm(width=3, steps=4, bias_var=1),
    sg.gru(width=3, steps=4, reset_after=False),
    *(sg.recurrence(cell, 3, 4) for cell in ("mgu", "janet", "minimalrnn", "input_gated")),
    *(of_units(cell, state_mean_square=1) for cell in GATED),
    of_units(CELLS["gru"](reset_after=False), state_mean_square=1),
    of_units("gru", bias_var=1),
    of_units("lstm", input_mean_square=1),
    of_units("lstm", 0.0),
    of_units("lstm", 9.0),
    sg.lstm(width=3, steps=0, forget_bias=ChronoBiases(9)),
    sg.gru(width=3, steps=4),
    *(
        sg.lstm(width=3, steps=steps, weight_var=0, input_mean_square=0, biases=biases)
        for steps, biases in (
            (4, {"b_g": 1}),
            (4, {"b_f": [1, 2, 3]}),
            (4, {"b_o": [1, 2, 3]}),
            (0, {"b_f": 1}),
            (4, {"b_f": ChronoBiases(9), "b_o": [1, 2, 3]}),
            (0, {"b_f": ChronoBiases(9)}),
        )
    ),
    sg.recurrence("diagonal", width=3, steps=4),
    sg.recurrence(CELLS["diagonal"](is_complex=False), width=3, steps=4),
    sg.recurrence(CELLS["diagonal"](is_complex=False), width=3, steps=4, biases={"p": 2}),
    sg.recurrence(
        "diagonal",
        width=3,
        steps=4,
        biases={"p": RingEigenvalues(0, 1), "q": RingEigenvalues(0, 1, is_imaginary=True)},
    ),
    sg.rnn(width=3, steps=4, activation="identity", law="orthogonal"),
    sg.rnn(width=3, steps=4, activation="identity", tied=False),
    sg.rnn(width=3, steps=40, activation="identity"),
    sg.rnn(width=2, steps=1, inputs=[[1, 2]]),
    sg.rnn(width=3, steps=4, biases={"b": 1}),
    sg.recurrence("minimalrnn", width=3, steps=4),
    sg.recurrence("minimalrnn", width=3, steps=4, law="orthogonal"),
    sg.recurrence("minimalrnn", width=3, steps=0, tied=False),
    sg.recurrence("minimalrnn", width=3, steps=4, tied=False, biases={"b_z": 1}),
    sg.recurrence("minimalrnn", width=2, steps=1, tied=False, inputs=[[1, 2]]),
)
