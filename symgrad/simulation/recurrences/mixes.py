"""Mixes: combinations of vectors, unit by unit: all formulas of a cell compiled as one function.

Each has three loops: its value, what its operands receive of its cotangent, and its tangent from theirs. They read and
write vectors of one layer that stand one behind the other, so a cell is compiled once for all widths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import sympy as sp

from ...networks.cells import Letter
from ..compiled.blocks import mix_signature
from ..compiled.kernels import defined
from ..compiled.objects import CompiledBlock
from ..compiled.programs import written

__all__ = ["FORWARD", "LOOPS", "REVERSE", "TANGENT", "mixes_of"]

FORWARD, REVERSE, TANGENT = range(3)
LOOPS = 3

_HEAD = """def kernel(which, row, vectors, bars, size, stride):
    row, bars = carray(row, {slots} * stride), carray(bars, {slots} * stride)
    vectors = carray(vectors, {vectors} * stride)
    real = {inside}
"""
_CASE = "    if which == {number}:\n"
_LOOP = "        for i in range(size):\n            {statement}\n"
_VALUE = "row[{target} * stride + i] = {value}"
_RECEIVED = "bars[{operand} * stride + i] += {slope} * bars[{target} * stride + i]"
_PUSHED = "bars[{target} * stride + i] = {value}"
_TERM = "{slope} * bars[{operand} * stride + i]"


def mixes_of(
    formulas: Sequence[tuple[int, sp.Expr]], slots: Mapping[Letter, int], vectors: Mapping[Letter, int], dtype: str
) -> CompiledBlock:
    """Compile the formulas of a cell.

    Parameters
    ----------
    formulas : sequence of (int, sympy.Expr)
        The slot that receives a value, and the value in letters that have a slot or are vectors.
    slots, vectors : mapping of Letter to int
        Where each letter stands: in the row of a step, or among the parameters.
    dtype : {"float64", "float32"}
        Of all numbers.

    Returns
    -------
    CompiledBlock
        A function of the number of the loop, `LOOPS` times that of the formula plus `FORWARD`, `REVERSE` or `TANGENT`.

    Raises
    ------
    ValueError
        If a function in them cannot be simulated.
    """
    most = max([*slots.values(), *(target for target, _ in formulas)], default=0) + 1
    text = _HEAD.format(slots=most, vectors=max(len(vectors), 1), inside=dtype)
    for number, (target, value) in enumerate(formulas):
        for way, statements in enumerate(_loops(target, value, slots, vectors)):
            loops = "".join(_LOOP.format(statement=statement) for statement in statements) or "        pass\n"
            text += _CASE.format(number=LOOPS * number + way) + loops
    return _compiled(text, dtype)


def _loops(
    target: int, value: sp.Expr, slots: Mapping[Letter, int], vectors: Mapping[Letter, int]
) -> tuple[list[str], list[str], list[str]]:
    """Write the statements of the loops forward, in reverse and of the tangent: one for each loop."""
    names: dict[sp.Symbol, sp.Symbol] = {}
    for letter in sorted(value.free_symbols, key=str):
        kind, places = ("row", slots) if letter in slots else ("vectors", vectors)
        names[letter] = sp.Symbol(f"{kind}[{places[letter]} * stride + i]", real=True)
    slopes = {slots[letter]: written(sp.diff(value, letter), names) for letter in names if letter in slots}
    received = [_RECEIVED.format(operand=at, slope=slope, target=target) for at, slope in slopes.items()]
    pushed = " + ".join(_TERM.format(operand=at, slope=slope) for at, slope in slopes.items()) or "real(0.0)"
    forward = _VALUE.format(target=target, value=written(value, names))
    return [forward], received, [_PUSHED.format(target=target, value=pushed)]


@cache
def _compiled(text: str, dtype: str) -> CompiledBlock:
    return CompiledBlock(text, dtype, lambda: defined(text, "mixes", dtype), mix_signature(dtype))
