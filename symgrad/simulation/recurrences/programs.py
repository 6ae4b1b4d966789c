"""Programs: a cell as operations on vectors that stand one behind the other, in the order in which they are worked out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from ...activations import Activation
from ...networks.cells import Affine, Cell, Gate, Letter, Line

__all__ = ["Activate", "Combine", "Multiply", "Operation", "Program", "program"]


@dataclass(frozen=True)
class Multiply:
    """A preactivation: matrices times a vector and times the input, and a bias; names are empty where there is none."""

    target: int
    recurrent: str
    source: int
    inputs: str
    bias: str


@dataclass(frozen=True)
class Activate:
    """An activation, unit by unit, which leaves its slopes too."""

    target: int
    slopes: int
    of: int
    activation: Activation


@dataclass(frozen=True)
class Combine:
    """A formula in vectors, unit by unit."""

    target: int
    value: sp.Expr


Operation = Multiply | Activate | Combine


@dataclass(frozen=True)
class Program:
    """A cell as the passes work it out.

    Parameters
    ----------
    operations : tuple of Multiply, Activate or Combine
        In order.
    slots : dict of Letter to int
        Where the vector of each letter stands.
    size : int
        Number of slots, the unnamed ones included.
    vectors : dict of Letter to int
        Where the parameters stand that have an entry for each unit, biases left out.
    new : tuple of int
        The slots of the new states, in the order of the old ones, which have the first slots.
    """

    operations: tuple[Operation, ...]
    slots: dict[Letter, int]
    size: int
    vectors: dict[Letter, int]
    new: tuple[int, ...]


def program(cell: Cell) -> Program:
    """Return the program of a cell.

    Parameters
    ----------
    cell : Cell
        Without symbols for numbers.

    Returns
    -------
    Program
        With a slot for each line, each expression that a matrix multiplies or an activation is taken of, and the slopes
        of each activation.

    Examples
    --------
    >>> from symgrad.networks import CELLS
    >>> [type(each).__name__ for each in program(CELLS["leaky"]()).operations]
    ['Multiply', 'Activate', 'Combine']
    """
    writer = _Writer(cell)
    operations = [operation for line in cell.lines for operation in writer.line(line)]
    new = []
    for value in cell.update:
        slot, before = writer.slot_of(value)
        operations.extend(before)
        new.append(slot)
    return Program(tuple(operations), writer.slots, writer.size, writer.vectors, tuple(new))


class _Writer:
    """Gives slots away as lines are written."""

    def __init__(self, cell: Cell) -> None:
        self.slots: dict[Letter, int] = {state: slot for slot, state in enumerate(cell.states)}
        self.vectors: dict[Letter, int] = {letter: slot for slot, letter in enumerate(cell.vectors)}
        self.size = len(self.slots)

    def _another(self) -> int:
        self.size += 1
        return self.size - 1

    def line(self, line: Line) -> Iterator[Operation]:
        """Yield what works a line out."""
        before: list[Operation] = []
        made: Operation
        if isinstance(line, Affine):
            source = -1
            if line.recurs is not None:
                source, before = self.slot_of(line.recurs)
            target = self._another()
            made = Multiply(target, line.recurrent, source, line.inputs, line.bias)
        elif isinstance(line, Gate):
            of, before = self.slot_of(line.of)
            target = self._another()
            made = Activate(target, self._another(), of, line.activation)
        else:
            target = self._another()
            made = Combine(target, line.value)
        self.slots[line.symbol] = target
        yield from before
        yield made

    def slot_of(self, value: sp.Expr) -> tuple[int, list[Operation]]:
        """Return where an expression stands, and what has to be done before."""
        if value in self.slots:
            return self.slots[value], []
        target = self._another()
        return target, [Combine(target, value)]
