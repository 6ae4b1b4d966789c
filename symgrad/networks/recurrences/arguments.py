"""Arguments: what users write of the weights of a recurrent network, as laws of its matrices and vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from ...claims import exact
from ..arguments import LAWS
from ..cells import CELLS, Cell
from ..checks import size, variance
from ..givens import GivenBiases
from ..laws import DrawnWeights, GaussianBiases, GaussianWeights
from .frameworks import FRAMEWORKS, default_laws
from .layers import RecurrentLayer
from .matrices import AntisymmetricWeights, IdentityWeights, MatrixLaw
from .vectors import ConstantBiases, VectorLaw

__all__ = ["Law", "WrittenLaws", "cell_of", "check_absent"]

Law = str | MatrixLaw | Mapping[str, MatrixLaw] | None


@dataclass(frozen=True)
class WrittenLaws:
    """What a user wrote of drawn weights; each part as for `recurrence`.

    Raises
    ------
    ValueError
        If something is given twice or out of range.
    """

    law: Law
    weight_var: Any
    gain: Any
    bias_var: Any
    input_weight_var: Any
    biases: Mapping[str, Any]

    def __post_init__(self) -> None:
        if isinstance(self.law, str) and self.law in FRAMEWORKS:
            own = ("weight_var", "gain", "bias_var", "input_weight_var")
            check_absent({name: getattr(self, name) for name in own}, f"law = {self.law!r}, which has its own")

    def layer(self, cell: Cell, width: Any, inputs: Any) -> RecurrentLayer:
        """Return a layer of that cell and these widths."""
        n, m = size("width", width), size("input_width", inputs)
        if isinstance(self.law, str) and self.law in FRAMEWORKS:
            matrices, vectors = default_laws(self.law, cell, n, m)
        else:
            matrices, vectors = self._matrices(cell), self._vectors(cell)
        own = {name: _vector(law) for name, law in self.biases.items()}
        return RecurrentLayer(cell, n, m, tuple(matrices.items()), tuple({**vectors, **own}.items()))

    def _matrices(self, cell: Cell) -> dict[str, MatrixLaw]:
        own = dict(self.law) if isinstance(self.law, Mapping) else {}
        usual = "gaussian" if isinstance(self.law, Mapping) or self.law is None else self.law
        inputs = GaussianWeights(
            1 if self.input_weight_var is None else variance("input_weight_var", self.input_weight_var)
        )
        recurrent = _matrix(usual, _weight_var(self.weight_var, self.gain))
        return {**dict.fromkeys(cell.recurrent, recurrent), **dict.fromkeys(cell.inputs, inputs), **own}

    def _vectors(self, cell: Cell) -> dict[str, VectorLaw]:
        usual = GaussianBiases(0 if self.bias_var is None else self.bias_var)
        return dict.fromkeys((*cell.biases, *map(str, cell.vectors)), usual)


def check_absent(options: Mapping[str, Any], beside: str) -> None:
    """Refuse what is given although something else says it."""
    for name, given in options.items():
        if given is not None and not (isinstance(given, Mapping) and not given):
            told = f"{name} = {given}" if isinstance(given, str | int | float | sp.Expr) else name
            raise ValueError(f"{told} beside {beside}; leave it out")


def cell_of(given: str | Cell) -> Cell:
    """Return the cell of a name, or the one that was given."""
    if isinstance(given, Cell):
        return given
    if given not in CELLS:
        raise ValueError(f"cell = {given!r} is unknown; the cells are {', '.join(CELLS)}, or give a Cell of your own")
    return CELLS[given]()


def _weight_var(weight_var: Any, gain: Any) -> sp.Expr | None:
    if gain is None:
        return None if weight_var is None else variance("weight_var", weight_var)
    if weight_var is not None:
        raise ValueError(f"gain = {gain} beside weight_var = {weight_var}, which is its square; leave one out")
    root = exact("gain", gain)
    if root.is_real is False or root.is_negative:
        raise ValueError(f"gain = {gain} is out of range; it must be a number that is not negative, or a symbol")
    return root**2


def _matrix(given: str | MatrixLaw, weight_var: Any) -> MatrixLaw:
    if not isinstance(given, str):
        if weight_var is not None:
            raise ValueError(f"weight_var = {weight_var} beside a law of its own, {given.words}; leave it out")
        return given
    if given == "identity":
        if weight_var is not None:
            raise ValueError("the identity has no weight_var; for a multiple give law = IdentityWeights(gain)")
        return IdentityWeights()
    laws: dict[str, type[DrawnWeights | AntisymmetricWeights]] = {**LAWS, "antisymmetric": AntisymmetricWeights}
    if given not in laws:
        raise ValueError(
            f"law = {given!r} is unknown; the laws of recurrent weights are {', '.join(laws)}, identity, "
            f"or {' or '.join(FRAMEWORKS)} for what a framework has by default"
        )
    return laws[given](sp.S.One if weight_var is None else weight_var)


def _vector(given: Any) -> VectorLaw:
    """Return the law of a vector: one for a number, an array, or the one that was given."""
    if isinstance(given, VectorLaw):
        return given
    return GivenBiases(given) if getattr(given, "ndim", 0) or isinstance(given, list | tuple) else ConstantBiases(given)
