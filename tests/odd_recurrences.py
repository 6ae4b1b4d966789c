"""Recurrent networks that break assumptions: between them, every assumption of every theorem, after those before it."""

import numpy as np
import sympy as sp

import symgrad as sg
from symgrad.networks import CELLS, IdentityWeights, Recurrence
from symgrad.theorems.recurrences.pairs import resting_pair

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
    sg.lstm(width=3, steps=4),
    sg.gru(width=3, steps=4),
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
