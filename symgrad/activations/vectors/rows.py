"""Rows: the catalogue of vector activations. Adding one is adding a row."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from ...claims import cite
from ..kinks import jumps
from ..numbers import exact_number
from ..specifications import activation
from ..subjects import Activation
from .formulas import VectorFormula
from .gatings import Gated
from .softmaxes import LogSoftmax, Softmax
from .sparsemaxes import Sparsemax
from .subjects import VectorActivation

__all__ = ["VECTORS", "VectorRow", "vector_activation"]

Read = Callable[[str, Any], Any]


def _positive(name: str, given: Any) -> sp.Expr:
    number = exact_number(name, given, symbolic=True)
    if number.is_positive is not True:
        hint = "; make the symbol with positive=True" if number.free_symbols else ""
        raise ValueError(f"{name} = {given} is not positive{hint}")
    return number


@dataclass(frozen=True)
class VectorRow:
    """One vector activation.

    Parameters
    ----------
    name : str
        The name that users give.
    build : callable
        Makes the formula from the values of the parameters.
    sources : tuple of str
        Keys of the bibliography.
    latex_name : str
        How a paper writes the function.
    parameter : str, optional
        The name of the one parameter.
    default : number or str, optional
        Its value where none is given.
    read : callable, optional
        Checks a value that a user gives.
    """

    name: str
    build: Callable[[Any], VectorFormula]
    sources: tuple[str, ...]
    latex_name: str
    parameter: str = "temperature"
    default: Any = 1
    read: Read = _positive


def _gate(name: str, given: Any) -> Activation:
    phi = activation(given)
    if jumps(phi.value_pieces):
        raise ValueError(f"{name} = {phi} jumps, and a gated unit needs a slope everywhere; give a continuous one")
    if phi.free_symbols:
        raise ValueError(f"{name} = {phi} has a parameter without a value; give one")
    return phi


def _gated(name: str, latex_name: str, gate: str, source: str = "shazeer_2020") -> VectorRow:
    return VectorRow(name, Gated, (source,), rf"\operatorname{{{latex_name}}}", "gate", gate, _gate)


_ROWS = (
    VectorRow("softmax", Softmax, ("bridle_1990",), r"\operatorname{softmax}"),
    VectorRow("softmin", lambda t: Softmax(t, -1), ("bridle_1990",), r"\operatorname{softmin}"),
    VectorRow("log_softmax", LogSoftmax, ("bridle_1990",), r"\log\operatorname{softmax}"),
    VectorRow("sparsemax", Sparsemax, ("martins_astudillo_2016",), r"\operatorname{sparsemax}"),
    _gated("glu", "GLU", "sigmoid", "dauphin_2017"),
    _gated("reglu", "ReGLU", "relu"),
    _gated("geglu", "GEGLU", "gelu"),
    _gated("swiglu", "SwiGLU", "silu"),
    _gated("bilinear", "Bilinear", "identity"),
)

VECTORS: dict[str, VectorRow] = {row.name: row for row in _ROWS}


def vector_activation(name: str, **parameters: Any) -> VectorActivation:
    """Make an activation of a whole vector from its name.

    Parameters
    ----------
    name : str
        softmax, softmin, log_softmax, sparsemax; glu, reglu, geglu, swiglu, bilinear.
    **parameters : number, sympy.Symbol, str or Activation
        ``temperature`` of the first four, ``gate`` of the others: any activation.

    Returns
    -------
    VectorActivation
        With its Jacobian, and claims about the norms of that.

    Raises
    ------
    ValueError
        If the name is unknown, or a parameter does not exist or is out of range.

    Examples
    --------
    >>> softmax = vector_activation("softmax", temperature=2)
    >>> softmax.lipschitz.bound, softmax.lipschitz.valued()
    (1/(2*temperature), 1/4)
    >>> softmax([2.0, 0.0]).round(3), softmax.jacobian([0.0, 0.0])
    (array([0.731, 0.269]), array([[ 0.125, -0.125], [-0.125,  0.125]]))
    """
    if name not in VECTORS:
        near = difflib.get_close_matches(str(name).lower()[:40], VECTORS, n=3) or list(VECTORS)
        raise ValueError(f"unknown vector activation {str(name)[:40]!r}; known are {', '.join(near)}")
    row = VECTORS[name]
    wrong = [given for given in parameters if given != row.parameter]
    if wrong:
        raise ValueError(f"{name} has no parameter {wrong[0]!r}; it has {row.parameter}")
    value = row.read(row.parameter, parameters.get(row.parameter, row.default))
    sources = tuple(cite(key) for key in row.sources)
    return VectorActivation(name, row.build(value), ((row.parameter, value),), row.latex_name, sources)
