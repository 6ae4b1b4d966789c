"""Frameworks: how recurrent layers of PyTorch and Keras begin by default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from ..cells import CELLS, Cell
from ..laws import GaussianBiases, OrthogonalWeights, UniformWeights
from .matrices import MatrixLaw
from .vectors import UniformBiases, VectorLaw

__all__ = ["FRAMEWORKS", "check_left_out", "default_laws"]

Laws = tuple[dict[str, MatrixLaw], dict[str, VectorLaw]]


def default_laws(framework: str, cell: Cell, width: sp.Expr, inputs: sp.Expr) -> Laws:
    """Return the laws of the matrices and of the vectors of a cell, as a framework has them by default.

    Parameters
    ----------
    framework : {"pytorch", "keras"}
        Which one.
    cell : Cell
        One that it has.
    width, inputs : sympy.Expr
        Numbers of units and of inputs.

    Returns
    -------
    dict, dict
        By name.

    Raises
    ------
    ValueError
        If the framework has no such cell, or its law cannot be told matrix by matrix.

    Examples
    --------
    >>> import sympy as sp
    >>> matrices, vectors = default_laws("pytorch", CELLS["lstm"](), sp.Integer(64), sp.Integer(16))
    >>> matrices["R_f"].entry_bound(sp.Integer(64)), matrices["W_f"].entry_bound(sp.Integer(16)), vectors["b_f"].bound
    (1/8, 1/8, 1/8)
    """
    return FRAMEWORKS[framework](cell, width, inputs)


def check_left_out(framework: str, given: Mapping[str, Any]) -> None:
    """Refuse variances beside a framework, which has its own."""
    usual = {"weight_var": None, "gain": None, "bias_var": None, "input_weight_var": 1}
    for name, value in usual.items():
        if given[name] != value:
            raise ValueError(f"{name} = {given[name]} beside law = {framework!r}, which has its own; leave it out")


def _pytorch(cell: Cell, width: sp.Expr, inputs: sp.Expr) -> Laws:
    """Everything is uniform up to one over the root of the width; where two biases are added, so are two such numbers."""
    if not _is_vanilla(cell) and cell not in (CELLS["lstm"](), CELLS["gru"]()):
        raise ValueError(f"PyTorch has no {_words(cell)}; it has rnn, lstm with a forget gate, and gru (reset after)")
    matrices: dict[str, MatrixLaw] = {}
    vectors: dict[str, VectorLaw] = {}
    for line in cell.preactivations:
        if line.recurrent:
            matrices[line.recurrent] = UniformWeights(sp.Rational(1, 3))
        if line.inputs:
            matrices[line.inputs] = UniformWeights(inputs / (3 * width))
        vectors[line.bias] = UniformBiases(1 / sp.sqrt(width), bool(line.recurrent) + bool(line.inputs))
    return matrices, vectors


def _keras(cell: Cell, width: sp.Expr, inputs: sp.Expr) -> Laws:
    """Recurrent weights are orthogonal, input weights those of Glorot and Bengio, biases zero."""
    if not _is_vanilla(cell):
        raise ValueError(
            f"Keras draws one matrix with orthonormal rows for all blocks of a {_words(cell)}, which are not orthogonal "
            "then and have no law of their own here; give law='orthogonal' and forget_bias=1, or weights"
        )
    (line,) = cell.preactivations
    glorot = UniformWeights(2 * inputs / (inputs + width))
    return {line.recurrent: OrthogonalWeights(1), line.inputs: glorot}, {line.bias: GaussianBiases(0)}


def _is_vanilla(cell: Cell) -> bool:
    return len(cell.gates) == 1 and cell == CELLS["rnn"](cell.gates[0].activation)


def _words(cell: Cell) -> str:
    known = cell.name in CELLS and cell == CELLS[cell.name]()
    return cell.name if known else f"{cell.name} of this kind"


FRAMEWORKS = {"pytorch": _pytorch, "keras": _keras}
