"""The cell: one step of a recurrent network as symbols, from which Jacobians are derived and kernels compiled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

from ...activations import Activation
from .lines import Affine, Gate, Letter, Line

__all__ = ["Cell"]


@dataclass(frozen=True)
class Cell:
    """One step of a recurrent network: how new states follow from the old ones and an input.

    Letters stand for vectors with an entry for each unit; only the matrices of its preactivations mix units.

    Parameters
    ----------
    name : str
        What it is called, such as ``"lstm"``.
    states : tuple of Letter
        What is carried from step to step. The first is the output, which the next layer and the loss see.
    lines : tuple of Affine, Gate or Mix
        In the order in which they are worked out.
    update : tuple of sympy.Expr
        The new states, in the order of the old ones.
    vectors : tuple of Letter, optional
        Parameters with an entry for each unit, besides biases: peepholes, or a diagonal of eigenvalues.
    blocks : tuple of str, optional
        Suffixes of the matrices in the order in which frameworks stack them, such as ``("i", "f", "g", "o")``.

    Raises
    ------
    ValueError
        If a symbol is used before it is defined or defined twice, or there is not one update for each state.

    Examples
    --------
    >>> from symgrad.networks import CELLS
    >>> CELLS["lstm"]().recurrent
    ('R_i', 'R_f', 'R_g', 'R_o')
    """

    name: str
    states: tuple[Letter, ...]
    lines: tuple[Line, ...]
    update: tuple[sp.Expr, ...]
    vectors: tuple[Letter, ...] = ()
    blocks: tuple[str, ...] = ("",)

    def __post_init__(self) -> None:
        if not self.states or len(self.update) != len(self.states):
            raise ValueError(f"{self.name} has {len(self.states)} states and {len(self.update)} updates; give one each")
        known: set[Letter] = {*self.states, *self.vectors}
        for line in self.lines:
            _check_order(self.name, line.symbol, line.reads, known)
            if line.symbol in known:
                raise ValueError(f"{line.symbol} is defined twice in {self.name}; give each line a symbol of its own")
            known.add(line.symbol)
        for state, value in zip(self.states, self.update, strict=True):
            _check_order(self.name, f"the new {state}", set(value.free_symbols), known)

    def _named(self, name_of: Callable[[Affine], str]) -> tuple[str, ...]:
        """Collect names from the preactivations, each once."""
        return tuple(dict.fromkeys(filter(None, map(name_of, self.preactivations))))

    @property
    def preactivations(self) -> tuple[Affine, ...]:
        """The lines that hold matrices."""
        return tuple(line for line in self.lines if isinstance(line, Affine))

    @property
    def gates(self) -> tuple[Gate, ...]:
        """The lines that hold activations."""
        return tuple(line for line in self.lines if isinstance(line, Gate))

    @property
    def activations(self) -> tuple[Activation, ...]:
        """The activations that occur, each once."""
        return tuple(dict.fromkeys(gate.activation for gate in self.gates))

    @property
    def recurrent(self) -> tuple[str, ...]:
        """Names of the recurrent matrices, which are square."""
        return self._named(lambda line: line.recurrent)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the matrices that multiply the input."""
        return self._named(lambda line: line.inputs)

    @property
    def biases(self) -> tuple[str, ...]:
        """Names of the bias vectors."""
        return self._named(lambda line: line.bias)

    @property
    def numbers(self) -> set[sp.Symbol]:
        """Symbols that are neither states nor vectors nor defined: numbers, such as the rate of a leak."""
        known = {*self.states, *self.vectors, *(line.symbol for line in self.lines)}
        return set().union(*(line.reads for line in self.lines), *(value.free_symbols for value in self.update)) - known


def _check_order(cell: str, what: object, reads: set[sp.Symbol], known: set[Letter]) -> None:
    late = {symbol for symbol in reads if isinstance(symbol, Letter)} - known
    if late:
        names = ", ".join(sorted(map(str, late)))
        raise ValueError(f"{what} of {cell} uses {names}, which is not defined above it; mend the order of its lines")
