"""Shares: matrices that are never formed. Those that multiply the same vector are the rows of one, and asked at once.

A gated cell multiplies the state by a matrix for each gate. One below the other they are one matrix with independent
entries, whose transpose gives back the sum that the state receives. Orthogonal matrices are asked one by one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...networks import (
    GaussianWeights,
    GivenWeights,
    IdentityWeights,
    OrthogonalWeights,
    Recurrence,
    RecurrentLayer,
    WhiteInputs,
)
from ..conditioning.queries import Frames, reserve_frames, room_of
from .coordinates import dimensions
from .laws import matrix_row

__all__ = ["FIRST_SHARE", "MULTIPLE", "STACKED", "UPRIGHT", "Key", "Shares", "Sharing", "Unformed"]

Array = npt.NDArray[np.floating]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Key = tuple[int, str]  # the number of a layer and the name of a matrix

STACKED, MULTIPLE, UPRIGHT = range(3)  # rows of a matrix that is never formed; of the identity; formed, by columns
FIRST_SHARE = -2  # a reference to share ``k``, in place of where a matrix begins, is ``FIRST_SHARE - k``
_NOTHING = -1


class Shares(NamedTuple):
    """What stands for matrices that are not formed row by row, as the passes read it.

    Parameters
    ----------
    kinds : (shares,) int64
        `STACKED`, `MULTIPLE` or `UPRIGHT`.
    matrices : (shares,) int64
        The number of the matrix that it is a part of, from 1; of an `UPRIGHT` one, where it begins among the numbers.
    firsts : (shares,) bool
        Whether the matrix is asked where this part of it is needed: other parts find their answers.
    at, stack_at, stack_rows : (shares,) int64
        Where the answers for this part are, where those for the whole matrix begin, and how many there are.
    scales : (shares,) float64
        What answers are multiplied by.
    each : int
        How many matrices there are: for each step, if weights are fresh.
    tied : bool
        Whether they are not.
    """

    kinds: Integers
    matrices: Integers
    firsts: Flags
    at: Integers
    stack_at: Integers
    stack_rows: Integers
    scales: Floats
    each: int
    tied: bool


class Unformed(NamedTuple):
    """What stands for matrices in the memory of a thread.

    Parameters
    ----------
    shares : Shares
        The matrices.
    frames : Frames
        What they were asked, and what they answered.
    answers, back : (rows of all matrices,) and (most columns,) of the dtype
        What they answer in a step, or are asked on the way back, and what their transposes answer.
    cotangents : (steps * each,) of the dtype
        Those of the preactivations of all steps, where the gradient by the matrices is asked for; otherwise empty.
    logs : (steps,) float64
        The logarithms of what they are to be multiplied by.
    each : int
        How many there are in a step.
    square : (1,) float64
        The squared norm of that gradient, but for a scale.
    """

    shares: Shares
    frames: Frames
    answers: Array
    back: Array
    cotangents: Array
    logs: Floats
    each: int
    square: Floats


@dataclass
class _Stack:
    """Matrices that multiply the same vector, one below the other."""

    columns: int
    turn: bool
    uses: int
    rows: int = 0


class _Share(NamedTuple):
    kind: int
    stack: int
    first: bool
    before: int
    scale: float


class Sharing:
    """Decides what stands for each matrix of a network.

    Parameters
    ----------
    network : Recurrence
        Without symbols; no matrix is of a law that has to be formed, but for those of its inputs.
    """

    def __init__(self, network: Recurrence) -> None:
        self._network = network
        self._stacks: list[_Stack] = []
        self._shares: list[_Share] = []
        self.references: dict[Key, int] = {}
        self.upright: list[Key] = []
        self._upright_at: list[int] = []
        self.has_coordinates = _has_coordinates(network)
        for index, layer in enumerate(network.layers):
            self._add_recurrent(index, layer)
            if index == 0:
                self._add_outer(layer)
            else:
                self._add_inner(index, layer)

    def _add_recurrent(self, index: int, layer: RecurrentLayer) -> None:
        uses, open_stacks = Counter(line.recurrent for line in layer.cell.preactivations), dict[str, int]()
        for line in layer.cell.preactivations:
            if line.recurrent and (index, line.recurrent) not in self.references:
                alike = str(line.recurs) if uses[line.recurrent] == 1 else line.recurrent + "'"
                self._share((index, line.recurrent), layer, uses[line.recurrent], open_stacks, alike)

    def _add_inner(self, index: int, layer: RecurrentLayer) -> None:
        """Inputs that are the output of the layer before: matrices that are used once are asked together."""
        uses, open_stacks = Counter(line.inputs for line in layer.cell.preactivations), dict[str, int]()
        for line in layer.cell.preactivations:
            if line.inputs and (index, line.inputs) not in self.references:
                alike = "" if uses[line.inputs] == 1 else line.inputs
                self._share((index, line.inputs), layer, uses[line.inputs], open_stacks, alike)

    def _add_outer(self, layer: RecurrentLayer) -> None:
        """Inputs of the network: in coordinates of their own, or not at all."""
        inputs = self._network.inputs
        is_silent = isinstance(inputs, WhiteInputs) and inputs.mean_square == 0
        for name in layer.cell.inputs:
            if is_silent:
                self.references[0, name] = _NOTHING
            elif self.has_coordinates:
                self.upright.append((0, name))
                self._append((0, name), _Share(UPRIGHT, 0, first=True, before=0, scale=1.0))

    def _share(self, key: Key, layer: RecurrentLayer, uses: int, open_stacks: dict[str, int], alike: str) -> None:
        law, rows = layer.matrix(key[1]), int(layer.width)
        columns = rows if key[1] in layer.cell.recurrent else int(layer.input_width)
        if isinstance(law, GivenWeights):
            return
        scale = matrix_row(law, rows, columns).scale
        if isinstance(law, IdentityWeights):
            self._append(key, _Share(MULTIPLE, 0, first=True, before=0, scale=scale))
            return
        turn = isinstance(law, OrthogonalWeights)
        joined = None if turn else open_stacks.get(alike)
        if joined is None:
            self._stacks.append(_Stack(columns, turn, uses))
            joined = len(self._stacks) - 1
        is_first = self._stacks[joined].rows == 0
        if not turn:
            open_stacks[alike] = joined
        self._append(key, _Share(STACKED, joined, is_first, self._stacks[joined].rows, scale))
        self._stacks[joined].rows += rows

    def _append(self, key: Key, share: _Share) -> None:
        self.references[key] = FIRST_SHARE - len(self._shares)
        self._shares.append(share)

    @property
    def input_dimensions(self) -> int:
        """How many columns the matrices of the inputs are formed with."""
        width, network = int(self._network.layers[0].input_width), self._network
        return dimensions(int(network.steps), width, tied=network.tied) if self.has_coordinates else width

    def place(self, places: dict[Key, int]) -> None:
        """Take down where matrices of the inputs begin that are formed, and put references in the places of all."""
        self._upright_at = [places[key] for key in self.upright]
        places.update(self.references)

    def _table(self) -> Shares:
        begins = np.cumsum([0, *(stack.rows for stack in self._stacks)])
        places = iter(self._upright_at)
        stacked = [each.kind == STACKED for each in self._shares]
        matrices = [
            next(places) if each.kind == UPRIGHT else each.stack + 1 if each.kind == STACKED else 0
            for each in self._shares
        ]
        stacks = [each.stack for each in self._shares]
        rows = np.array([self._stacks[k].rows if is_one else 0 for k, is_one in zip(stacks, stacked, strict=True)])
        return Shares(
            kinds=np.array([each.kind for each in self._shares], dtype=np.int64),
            matrices=np.array(matrices, dtype=np.int64),
            firsts=np.array([each.first for each in self._shares], dtype=np.bool_),
            at=np.array([begins[each.stack] + each.before for each in self._shares], dtype=np.int64),
            stack_at=begins[np.array(stacks, dtype=np.int64)].astype(np.int64),
            stack_rows=rows.astype(np.int64),
            scales=np.array([each.scale for each in self._shares], dtype=np.float64),
            each=len(self._stacks),
            tied=self._network.tied,
        )

    def _asked(self, tangents: int) -> tuple[Integers, Integers, Flags, Integers, Integers]:
        """Return sizes, laws and numbers of questions of all matrices; those of another step are others if fresh."""
        steps, times = int(self._network.steps), 1
        if not self._network.tied:
            steps, times = 1, max(steps, 1)
        columns, rows, uses = (
            np.tile(np.array([getattr(each, name) for each in self._stacks], dtype=np.int64), times)
            for name in ("columns", "rows", "uses")
        )
        turns = np.tile(np.array([each.turn for each in self._stacks], dtype=np.bool_), times)
        return columns, rows, turns, uses * steps * (1 + tangents), uses * steps

    def reserve(self, tangents: int, dtype: npt.DTypeLike, *, sums: bool) -> Unformed:
        """Reserve room for what the matrices are asked.

        Parameters
        ----------
        tangents : int
            How many are pushed through each step, besides a pass forward and back.
        dtype : {"float64", "float32"}
            Of the passes.
        sums : bool
            Whether the gradient by the recurrent matrices is asked for.
        """
        answers, columns = (np.empty(size, dtype=dtype) for size in (self.answers, self._columns))
        steps, each = int(self._network.steps) if sums else 0, self._preactivations
        frames, cotangents = reserve_frames(*self._asked(tangents), dtype), np.empty(steps * each, dtype=dtype)
        return Unformed(self._table(), frames, answers, columns, cotangents, np.empty(steps), each, np.empty(1))

    def room(self, tangents: int, *, sums: bool) -> int:
        """Return how many numbers that takes."""
        kept = int(self._network.steps) * self._preactivations if sums else 0
        return int(room_of(*self._asked(tangents))[0].sum()) + self.answers + self._columns + kept

    def formed(self) -> int:
        """Return how many numbers matrices take that are formed."""
        total = 0
        for index, layer in enumerate(self._network.layers):
            for name in (*layer.cell.recurrent, *layer.cell.inputs):
                if (index, name) in self.upright:
                    total += int(layer.width) * self.input_dimensions
                elif (index, name) not in self.references:
                    total += int(layer.width) * int(layer.width if name in layer.cell.recurrent else layer.input_width)
        return total

    @property
    def answers(self) -> int:
        """How many numbers all matrices answer in a step."""
        return sum(each.rows for each in self._stacks)

    @property
    def _preactivations(self) -> int:
        """How many preactivations recur in a step."""
        layers = self._network.layers
        return sum(int(each.width) for each in layers for line in each.cell.preactivations if line.recurrent)

    @property
    def _columns(self) -> int:
        return max((each.columns for each in self._stacks), default=0)


def _has_coordinates(network: Recurrence) -> bool:
    """Say whether all matrices of the inputs are Gaussian, and so know no basis from another."""
    layer = network.layers[0]
    return all(isinstance(layer.matrix(name), GaussianWeights) for name in layer.cell.inputs)
