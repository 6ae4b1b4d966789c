"""Mixes: combinations of vectors, unit by unit, compiled once forward and once in reverse for each formula.

A loop reads and writes vectors of one layer that stand one behind the other, so a formula is compiled once for all widths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import sympy as sp

from ...networks.cells import Letter
from ..compiled.blocks import mix_signature
from ..compiled.kernels import defined
from ..compiled.objects import CompiledBlock
from ..compiled.programs import written

__all__ = ["Mixing", "mixing"]

_HEAD = """def kernel(row, vectors, bars, size, stride):
    row, bars = carray(row, {slots} * stride), carray(bars, {slots} * stride)
    vectors = carray(vectors, {most} * stride)
    real = {inside}
"""
_FORWARD = """    for i in range(size):
        row[{target} * stride + i] = {value}
"""
_REVERSE = """    for i in range(size):
        bars[{operand} * stride + i] += {slope} * bars[{target} * stride + i]
"""
_FORWARD_TANGENT = """    for i in range(size):
        bars[{target} * stride + i] = {value}
"""


@dataclass(frozen=True)
class Mixing:
    """Compiled loops of one formula.

    Parameters
    ----------
    forward, reverse, tangent : CompiledBlock
        The value; what its operands receive of its cotangent; and its tangent from theirs.
    """

    forward: CompiledBlock
    reverse: CompiledBlock
    tangent: CompiledBlock


def mixing(
    value: sp.Expr, target: int, slots: Mapping[Letter, int], vectors: Mapping[Letter, int], dtype: str
) -> Mixing:
    """Compile a formula.

    Parameters
    ----------
    value : sympy.Expr
        In letters that have a slot or are vectors.
    target : int
        The slot that receives the value.
    slots, vectors : mapping of Letter to int
        Where each letter stands: in the row of a step, or among the parameters.
    dtype : {"float64", "float32"}
        Of all numbers.

    Returns
    -------
    Mixing
        Kept for all networks that use the formula.

    Raises
    ------
    ValueError
        If a function in it cannot be simulated.
    """
    names: dict[sp.Symbol, sp.Symbol] = {}
    for letter in sorted(value.free_symbols, key=str):
        kind, places = ("row", slots) if letter in slots else ("vectors", vectors)
        names[letter] = sp.Symbol(f"{kind}[{places[letter]} * stride + i]", real=True)
    operands = tuple(letter for letter in names if letter in slots)
    slopes = {slots[letter]: written(sp.diff(value, letter), names) for letter in operands}
    most = max([*slots.values(), *vectors.values(), target]) + 1
    head = _HEAD.format(slots=most, most=max(len(vectors), 1), inside=dtype)
    pushed = " + ".join(f"{slope} * bars[{operand} * stride + i]" for operand, slope in slopes.items()) or "real(0.0)"
    return _compiled(
        head + _FORWARD.format(target=target, value=written(value, names)),
        head
        + (
            "".join(_REVERSE.format(operand=operand, slope=slope, target=target) for operand, slope in slopes.items())
            or "    pass\n"
        ),
        head + _FORWARD_TANGENT.format(target=target, value=pushed),
        dtype,
    )


@cache
def _compiled(forward: str, reverse: str, tangent: str, dtype: str) -> Mixing:
    return Mixing(*(_block(text, dtype) for text in (forward, reverse, tangent)))


def _block(text: str, dtype: str) -> CompiledBlock:
    return CompiledBlock(text, dtype, lambda: defined(text, "a mix", dtype), mix_signature(dtype))
