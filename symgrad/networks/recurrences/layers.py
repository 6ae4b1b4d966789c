"""Layers of a recurrent network: a cell with its widths, and a law or an array for each of its matrices and vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import sympy as sp

from ..cells import Cell
from ..checks import size
from ..givens import GivenBiases, GivenWeights
from .matrices import MatrixLaw
from .vectors import VectorLaw

__all__ = ["RecurrentLayer"]


@dataclass(frozen=True)
class RecurrentLayer:
    """A cell with widths and weights.

    Parameters
    ----------
    cell : Cell
        What happens in a step.
    width : int or sympy.Expr
        Number of units: entries of each state.
    input_width : int or sympy.Expr
        Number of inputs in a step.
    matrices : tuple of (str, law)
        For each matrix of the cell, by its name: recurrent ones are square, those of inputs have ``input_width`` columns.
    vectors : tuple of (str, law)
        For each bias and each other vector of the cell, by its name.

    Raises
    ------
    ValueError
        If a matrix or a vector of the cell has no law, a law has no matrix, or an array has another shape.
    """

    cell: Cell
    width: sp.Expr
    input_width: sp.Expr
    matrices: tuple[tuple[str, MatrixLaw], ...]
    vectors: tuple[tuple[str, VectorLaw], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "width", size("width", self.width))
        object.__setattr__(self, "input_width", size("input_width", self.input_width))
        object.__setattr__(self, "matrices", tuple(self.matrices))
        object.__setattr__(self, "vectors", tuple(self.vectors))
        self._check_names("matrix", (*self.cell.recurrent, *self.cell.inputs), tuple(dict(self.matrices)))
        self._check_names("vector", (*self.cell.biases, *map(str, self.cell.vectors)), tuple(dict(self.vectors)))
        for name, law in self.matrices:
            if isinstance(law, GivenWeights):
                columns = self.width if name in self.cell.recurrent else self.input_width
                self._check_shape(name, law.array.shape, (self.width, columns))
        for name, vector in self.vectors:
            if isinstance(vector, GivenBiases):
                self._check_shape(name, vector.array.shape, (self.width,))

    def _check_names(self, what: str, wanted: tuple[str, ...], given: tuple[str, ...]) -> None:
        missing, strange = set(wanted) - set(given), set(given) - set(wanted)
        if missing or strange:
            wrong = f"{what} {min(missing)} is missing" if missing else f"there is no {what} {min(strange)}"
            raise ValueError(f"{wrong} in {self.cell.name}; it has {', '.join(wanted) or 'none'}")

    def _check_shape(self, name: str, shape: tuple[int, ...], wanted: tuple[sp.Expr, ...]) -> None:
        if shape != wanted:
            raise ValueError(f"{name} of {self.cell.name} has shape {shape}; its widths ask for {wanted}")

    def matrix(self, name: str) -> MatrixLaw:
        """Return the law of a matrix by its name."""
        return dict(self.matrices)[name]

    def vector(self, name: str) -> VectorLaw:
        """Return the law of a vector by its name."""
        return dict(self.vectors)[name]

    @property
    def recurrent(self) -> tuple[MatrixLaw, ...]:
        """The laws of the recurrent matrices, in the order of the cell."""
        return tuple(map(self.matrix, self.cell.recurrent))

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        """Symbols that widths, laws and the cell hold."""
        laws = (law for _, law in (*self.matrices, *self.vectors))
        return (
            set()
            .union(self.width.free_symbols, self.input_width.free_symbols, self.cell.numbers)
            .union(*(law.free_symbols for law in laws))
        )

    @property
    def words(self) -> tuple[str, ...]:
        """What is told of its weights in a line: those of matrices that recur, and of vectors that are not zero."""
        recurrent = {name: self.matrix(name).words for name in self.cell.recurrent}
        return (*_told(recurrent), *_told({name: law.words for name, law in self.vectors}))

    def with_width(self, width: sp.Expr) -> Self:
        """Return the layer at another width, its inputs alike; a ValueError if given arrays fix it."""
        if any(isinstance(law, GivenWeights | GivenBiases) for _, law in (*self.matrices, *self.vectors)):
            raise ValueError("weights or biases of a layer are given, so the width cannot be changed")
        return replace(self, width=width, input_width=width)


def _told(words: Mapping[str, str]) -> list[str]:
    """Write what laws say, and of which they say it where others say something else."""
    alike: dict[str, list[str]] = {}
    for name, said in words.items():
        alike.setdefault(said, []).append(name)
    if len(alike) == 1:
        return list(filter(None, alike))
    return [f"{said} ({', '.join(names)})" for said, names in alike.items() if said]
