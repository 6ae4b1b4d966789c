"""Trajectories: given weights, states and inputs, and the values on which their Jacobians depend. Forward only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import sympy as sp

from ...networks import Affine, Cell, Gate, GivenBiases, GivenWeights, Letter, RecurrentLayer
from ...networks.checks import frozen_array
from .jacobians import StepJacobian, step_jacobian
from .points import Floats, computed

__all__ = ["Trajectory", "step_values", "trajectory"]


def step_values(layer: RecurrentLayer, states: Mapping[str, Any], x: Any) -> dict[str, Floats]:
    """Run a layer for one step and return every value on the way.

    Parameters
    ----------
    layer : RecurrentLayer
        With given weights and biases, such as one read from PyTorch's layout.
    states : mapping of str to (width,) array
        The old states by name; an LSTM has ``h`` and ``c``.
    x : (input_width,) array
        The input.

    Returns
    -------
    dict of str to (width,) array
        Old states, the vectors of the cell, and all its lines by name; and each new state with ``new `` before its name.

    Raises
    ------
    ValueError
        If weights are drawn, a state is missing, or a shape is wrong.

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> eye = np.eye(2)
    >>> net = sg.lstm(steps=1, weights={"weight_ih_l0": np.vstack([eye] * 4), "weight_hh_l0": np.vstack([eye] * 4)})
    >>> values = step_values(net.layers[0], {"h": [0, 0], "c": [1, -1]}, [0, 0])
    >>> values["f"], values["new c"]
    (array([0.5, 0.5]), array([ 0.5, -0.5]))
    """
    found = _start(layer, states)
    drive = _vector("the input", x, int(layer.input_width))
    arrays = _arrays(layer)
    for line in layer.cell.lines:
        found[line.symbol] = _value(line, found, arrays, drive)
    new = {f"new {state}": computed(value, found) for state, value in _updates(layer.cell)}
    return {str(letter): value for letter, value in found.items()} | new


def _updates(cell: Cell) -> list[tuple[Letter, sp.Expr]]:
    return list(zip(cell.states, cell.update, strict=True))


def _start(layer: RecurrentLayer, states: Mapping[str, Any]) -> dict[sp.Symbol, Floats]:
    """Return what is known before the first line: old states and vectors."""
    missing = [str(state) for state in layer.cell.states if str(state) not in states]
    if missing:
        raise ValueError(f"state {missing[0]} of {layer.cell.name} is missing; given are {', '.join(states) or 'none'}")
    width = int(layer.width)
    found = {state: _vector(f"state {state}", states[str(state)], width) for state in layer.cell.states}
    return found | {each: _given(layer, str(each), layer.vector(str(each))) for each in layer.cell.vectors}


def _value(line: Any, found: Mapping[sp.Symbol, Floats], arrays: Mapping[str, Floats], drive: Floats) -> Floats:
    if isinstance(line, Gate):
        return np.asarray(line.activation(computed(line.of, found)))
    if not isinstance(line, Affine):
        return computed(line.value, found)
    terms = [] if line.recurs is None else [arrays[line.recurrent] @ computed(line.recurs, found)]
    terms += [arrays[line.inputs] @ drive] if line.inputs else []
    terms += [arrays[line.bias]] if line.bias else []
    return np.asarray(np.sum(terms, axis=0), dtype=np.float64)


def _arrays(layer: RecurrentLayer) -> dict[str, Floats]:
    return {name: _given(layer, name, law) for name, law in (*layer.matrices, *layer.vectors)}


def _given(layer: RecurrentLayer, name: str, law: Any) -> Floats:
    if not isinstance(law, GivenWeights | GivenBiases):
        raise ValueError(f"{name} of {layer.cell.name} is no array; give weights, as in symgrad.lstm(weights=...)")
    return law.array


def _vector(name: str, given: Any, width: int) -> Floats:
    array = frozen_array(name, given, 1)
    if array.shape != (width,):
        raise ValueError(f"{name} has {array.size} entries; the layer asks for {width}")
    return array


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The values of a layer along a sequence of inputs, and its Jacobians there.

    Made by `trajectory`.

    Parameters
    ----------
    layer : RecurrentLayer
        With given weights.
    values : tuple of dict
        For each step what `step_values` returns.
    """

    layer: RecurrentLayer
    values: tuple[Mapping[str, Floats], ...]

    def jacobian(self, step: int) -> Floats:
        """Return the Jacobian of one step, from 1 to the number of steps: of new states by old ones."""
        return self._derived.at(self._at(step), _arrays(self.layer))

    def _at(self, step: int) -> Mapping[str, Floats]:
        if not 1 <= step <= len(self.values):
            raise ValueError(f"step = {step} is out of range; there are steps 1 to {len(self.values)}")
        return self.values[step - 1]

    @property
    def _derived(self) -> StepJacobian:
        return step_jacobian(self.layer.cell)

    def total(self, new: str, old: str) -> Floats:
        """Return the derivative of the last state ``new`` by the first state ``old``, all paths included.

        Parameters
        ----------
        new, old : str
            Names of states.

        Returns
        -------
        (width, width) array of float64
            A block of the product of the Jacobians of all steps: what backpropagation computes.
        """
        return self._block(
            reduce(lambda product, step: self.jacobian(step) @ product, self._steps, self._identity), new, old
        )

    def partial(self, state: str) -> Floats:
        """Return the derivative of a state by its first value with all other states held fixed at every step.

        Parameters
        ----------
        state : str
            Its name.

        Returns
        -------
        (width, width) array of float64
            The product of the blocks of that state alone: of the cell state of an LSTM, the forget gates multiplied.
        """
        blocks = (self._block(self.jacobian(step), state, state) for step in self._steps)
        return reduce(lambda product, block: block @ product, blocks, np.eye(int(self.layer.width)))

    @property
    def _steps(self) -> range:
        return range(1, len(self.values) + 1)

    @property
    def _identity(self) -> Floats:
        return np.eye(int(self.layer.width) * len(self.layer.cell.states))

    def _block(self, matrix: Floats, new: str, old: str) -> Floats:
        width = int(self.layer.width)
        rows, columns = (width * self._derived.place(name) for name in (new, old))
        return matrix[rows : rows + width, columns : columns + width]


def trajectory(layer: RecurrentLayer, states: Mapping[str, Any], inputs: Any) -> Trajectory:
    """Run a layer along a sequence of inputs.

    Parameters
    ----------
    layer : RecurrentLayer
        With given weights and biases.
    states : mapping of str to (width,) array
        The first states by name.
    inputs : (steps, input_width) array
        One input for each step.

    Returns
    -------
    Trajectory
        With the Jacobian of each step, and partial and total derivatives of the last state by the first.

    Raises
    ------
    ValueError
        As for `step_values`.

    Examples
    --------
    >>> import numpy as np
    >>> import symgrad as sg
    >>> weights = {"weight_ih_l0": np.ones((4, 1)), "weight_hh_l0": np.full((4, 1), -3.0)}
    >>> layer = sg.lstm(steps=3, weights=weights).layers[0]
    >>> path = trajectory(layer, {"h": [0.5], "c": [1.0]}, np.zeros((3, 1)))
    >>> path.partial("c").round(4), path.total("c", "c").round(4)  # the forget gates alone, and every path
    (array([[0.0453]]), array([[-0.0099]]))
    """
    values: list[dict[str, Floats]] = []
    for x in frozen_array("the inputs", inputs, 2):
        values.append(step_values(layer, states, x))
        states = {str(state): values[-1][f"new {state}"] for state in layer.cell.states}
    return Trajectory(layer, tuple(values))
