"""Laws: how matrices and vectors of a recurrent network are drawn, from exact descriptions to numbers."""

from __future__ import annotations

from functools import singledispatch
from typing import Any, NamedTuple

import sympy as sp

from ...networks import (
    AntisymmetricWeights,
    ChronoBiases,
    ConstantBiases,
    DrawnWeights,
    GaussianBiases,
    GivenBiases,
    GivenWeights,
    IdentityWeights,
    OrthogonalWeights,
    RingEigenvalues,
    TruncatedNormalWeights,
    UniformBiases,
)
from ..wiring.entries import entry_law
from ..wiring.scales import number, root

__all__ = [
    "ANTISYMMETRIC",
    "CHRONO",
    "CONSTANT",
    "GAUSSIAN",
    "GIVEN",
    "IDENTITY",
    "RING_IMAGINARY",
    "RING_REAL",
    "UNIFORM",
    "Row",
    "matrix_row",
    "vector_row",
]

# Laws of matrices beyond those of entries (0 to 3), and laws of vectors.
GIVEN, IDENTITY, ANTISYMMETRIC = 10, 11, 12
CONSTANT, GAUSSIAN, CHRONO, RING_REAL, RING_IMAGINARY, UNIFORM = 20, 21, 22, 23, 24, 25


class Row(NamedTuple):
    """How a matrix or a vector is drawn, in numbers.

    Parameters
    ----------
    law : int
        One of those above, or of entries.
    scale : float
        What standard draws are multiplied by, or the number itself.
    extra : float, default 0
        A truncation, a damping or a second radius.
    array : array or None, optional
        What is given.
    is_shared : bool, default False
        Whether all of its kind in a layer are of the same draw.
    """

    law: int
    scale: float
    extra: float = 0.0
    array: Any = None
    is_shared: bool = False


@singledispatch
def matrix_row(law: Any, rows: int, columns: int) -> Row:
    """Return how a matrix is drawn."""
    raise ValueError(f"{rows} x {columns} weights of the kind {type(law).__name__} cannot be simulated")


@matrix_row.register
def _(law: DrawnWeights, rows: int, columns: int) -> Row:  # noqa: ARG001 - as for every law
    kind, truncation = entry_law(law)
    return Row(kind, root("weight_var / fan_in", law.weight_var / columns), truncation)


@matrix_row.register
def _(law: TruncatedNormalWeights, rows: int, columns: int) -> Row:  # noqa: ARG001
    kind, truncation = entry_law(law)
    return Row(kind, root("the variance before truncation", law.weight_var / columns / law.truncated_var), truncation)


@matrix_row.register
def _(law: OrthogonalWeights, rows: int, columns: int) -> Row:  # noqa: ARG001
    return Row(entry_law(law)[0], root("weight_var", law.weight_var))


@matrix_row.register
def _(law: GivenWeights, rows: int, columns: int) -> Row:  # noqa: ARG001
    return Row(GIVEN, 1.0, array=law.array)


@matrix_row.register
def _(law: IdentityWeights, rows: int, columns: int) -> Row:
    if rows != columns:
        raise ValueError(f"an identity has no shape {rows} x {columns}; a recurrent matrix is square")
    return Row(IDENTITY, number("the gain of an identity", law.gain))


@matrix_row.register
def _(law: AntisymmetricWeights, rows: int, columns: int) -> Row:
    if rows != columns:
        raise ValueError(f"an antisymmetric matrix has no shape {rows} x {columns}; a recurrent matrix is square")
    scale = root("weight_var / width", law.weight_var / columns)
    return Row(ANTISYMMETRIC, scale, number("the damping", law.damping))


@singledispatch
def vector_row(law: Any) -> Row:
    """Return how a vector is drawn; a scale of zero where it is zero."""
    raise ValueError(f"vectors of the kind {type(law).__name__} cannot be simulated")


@vector_row.register
def _(law: GaussianBiases) -> Row:
    return Row(GAUSSIAN, root("bias_var", law.bias_var))


@vector_row.register
def _(law: GivenBiases) -> Row:
    return Row(GIVEN, float(bool(law.array.any())), array=law.array)


@vector_row.register
def _(law: ConstantBiases) -> Row:
    return Row(CONSTANT, number("a bias", law.value))


@vector_row.register
def _(law: UniformBiases) -> Row:
    return Row(UNIFORM, number("the bound of a bias", law.bound), float(law.terms))


@vector_row.register
def _(law: ChronoBiases) -> Row:
    return Row(CHRONO, float(law.sign), number("the longest memory", law.longest) - 1.0, is_shared=True)


@vector_row.register
def _(law: RingEigenvalues) -> Row:
    radii = [number("a radius", sp.sympify(radius, strict=True)) for radius in (law.smallest, law.largest)]
    return Row(RING_IMAGINARY if law.is_imaginary else RING_REAL, radii[1], radii[0], is_shared=True)
