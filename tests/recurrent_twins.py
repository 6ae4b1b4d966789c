"""Twins: recurrent networks as slow loops in NumPy, in complex numbers too; Jacobians by complex steps."""

from __future__ import annotations

import numpy as np
import sympy as sp

from symgrad import Recurrence
from symgrad.networks import GivenInputs
from symgrad.networks.cells import Affine, Cell, Gate
from symgrad.simulation.randomness import normals
from symgrad.simulation.randomness.streams import Purpose
from symgrad.simulation.recurrences.parameters import draw_parameters, lay_out
from symgrad.simulation.vectors.directions import direction_into

_STEP = 1e-30  # a complex step cancels nothing: it may be as small as one likes

FUNCTIONS = {
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "identity": lambda x: x,
    "sin": np.sin,
    "relu": lambda x: np.where(x.real > 0, x, 0),
}


class Twin:
    """One trial: the draws of the simulation, by what they are for, in a network of its own."""

    def __init__(self, network: Recurrence, seed: int, trial: int) -> None:
        self.network, self.seed, self.trial = network, np.uint64(seed), trial
        self.laid, self.places = lay_out(network, "float64")
        self.nudge: tuple[int, tuple[int, str], tuple[int, int]] | None = None  # first step, matrix and entry
        self.slopes: list[np.ndarray] = []

    def parameters(self, step: int) -> dict[tuple[int, str], np.ndarray]:
        """Return matrices and vectors of a step by layer and name."""
        out = np.empty(self.laid.size)
        draw_parameters(self.laid, out, self.seed, self.trial, 0 if self.network.tied else step)
        shapes = {
            int(at): (int(r), int(c)) for at, r, c in zip(self.laid.at, self.laid.rows, self.laid.columns, strict=True)
        }
        found = {}
        for (layer, name), at in self.places.items():
            if name:
                rows, columns = shapes[at]
                array = out[at : at + rows * columns]
                is_matrix = name in {
                    *self.network.layers[layer].cell.recurrent,
                    *self.network.layers[layer].cell.inputs,
                }
                found[layer, name] = array.reshape(rows, columns) if is_matrix else array
        return found

    def input(self, step: int) -> np.ndarray:
        """Return what comes in at a step."""
        if isinstance(self.network.inputs, GivenInputs):
            return self.network.inputs.array[step - 1]
        width = int(self.network.layers[0].input_width)
        out = np.empty(-(-width // 4) * 4)
        normals.draw(out, self.seed, 0, step, self.trial, int(Purpose.INPUT))
        return out[:width] * np.sqrt(float(self.network.inputs.mean_square))

    def start(self) -> np.ndarray:
        """Return the initial states, one behind the other."""
        states = [int(layer.width) for layer in self.network.layers for _ in layer.cell.states]
        parts = [self._direction(width, index, Purpose.STATE) * np.sqrt(width) for index, width in enumerate(states)]
        return np.concatenate(parts) * np.sqrt(float(self.network.state_mean_square))

    def output_gradient(self) -> np.ndarray:
        """Return the gradient at the last states."""
        last = self.network.layers[-1]
        width, states = int(last.width), len(last.cell.states)
        sizes = [int(layer.width) * len(layer.cell.states) for layer in self.network.layers]
        gradient, at = np.zeros(sum(sizes)), sum(sizes) - states * width
        gradient[at : at + width] = self._direction(width, 0, Purpose.OUTPUT_GRADIENT)
        return gradient

    def _direction(self, width: int, index: int, purpose: Purpose) -> np.ndarray:
        out = np.empty(-(-width // 4) * 4)
        direction_into(out, width, self.seed, index, self.trial, int(purpose))
        return out[:width]

    def after(self, first: int, state: np.ndarray) -> list[np.ndarray]:
        """Return the states from a step on, when they are so at that step."""
        states = [state]
        for step in range(first + 1, int(self.network.steps) + 1):
            states.append(self._stepped(step, states[-1]))
        return states

    def _stepped(self, step: int, state: np.ndarray) -> np.ndarray:
        found, given, at = self.parameters(step), self.input(step), 0
        if self.nudge is not None and step >= self.nudge[0]:
            _, which, entry = self.nudge
            found[which] = found[which].astype(complex)
            found[which][entry] += 1j * _STEP
        new = []
        for index, layer in enumerate(self.network.layers):
            width, count = int(layer.width), len(layer.cell.states)
            old = [state[at + k * width : at + (k + 1) * width] for k in range(count)]
            own = {name: array for (place, name), array in found.items() if place == index}
            new.extend(stepped(layer.cell, own, old, given))
            given, at = new[-count], at + count * width
        return np.concatenate(new)

    def jacobians(self) -> list[np.ndarray]:
        """Return the Jacobians of the last states by those after each step, from 0, by complex steps."""
        states = self.after(0, self.start())
        return [self._jacobian(step, state) for step, state in enumerate(states)]

    def weight_gradients(self, first: int) -> float:
        """Return the norm of the gradient by all recurrent matrices, each changed from a step on, entry by entry."""
        start, gradient, squares = self.start(), self.output_gradient(), 0.0
        for index, layer in enumerate(self.network.layers):
            for name in layer.cell.recurrent:
                for entry in np.ndindex(int(layer.width), int(layer.width)):
                    self.nudge = first, (index, name), entry
                    squares += (gradient @ self.after(0, start)[-1].imag / _STEP) ** 2
        self.nudge = None
        return float(np.sqrt(squares))

    def frame(self, rank: int) -> np.ndarray:
        """Return tangents at the initial state, orthonormal : (entries, rank)."""
        columns = [self._direction(self.start().size, row, Purpose.FRAME) for row in range(rank)]
        turn, upper = np.linalg.qr(np.array(columns).T)
        return turn * np.sign(np.diag(upper))

    def pushed(self, rank: int) -> np.ndarray:
        """Return the distances of images of tangents from those before, multiplied up to each step : (steps + 1, rank)."""
        frame, start = self.frame(rank), self.start()
        paths = [self.after(0, start + 1j * _STEP * column) for column in frame.T]
        images = [np.array([path[step].imag / _STEP for path in paths]).T for step in range(len(paths[0]))]
        return np.array([np.abs(np.diag(np.linalg.qr(image)[1])) for image in images])

    def _jacobian(self, step: int, state: np.ndarray) -> np.ndarray:
        size = state.size
        columns = [self.after(step, state + 1j * _STEP * np.eye(size)[unit])[-1].imag / _STEP for unit in range(size)]
        return np.array(columns).T


def stepped(cell: Cell, own: dict[str, np.ndarray], states: list[np.ndarray], given: np.ndarray) -> list[np.ndarray]:
    """Work out one step of a cell, line by line."""
    known = dict(zip(cell.states, states, strict=True)) | {letter: own[str(letter)] for letter in cell.vectors}

    def value(expr: sp.Expr) -> np.ndarray:
        reads = tuple(expr.free_symbols)
        return sp.lambdify(reads, expr, "numpy")(*(known[letter] for letter in reads)) + 0 * states[0]

    for line in cell.lines:
        if isinstance(line, Affine):
            total = 0 * states[0]
            if line.recurrent:
                total = total + own[line.recurrent] @ value(line.recurs)
            if line.inputs:
                total = total + own[line.inputs] @ given
            known[line.symbol] = total + own.get(line.bias, 0)
        elif isinstance(line, Gate):
            known[line.symbol] = FUNCTIONS[line.activation.name](value(line.of))
        else:
            known[line.symbol] = value(line.value)
    return [value(new) for new in cell.update]
