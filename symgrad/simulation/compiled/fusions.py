"""Fusions: a product and a sum with one rounding, in one instruction where the machine has it.

Elsewhere they are rounded one by one: results then differ in the last place. On one machine they are the same in a vector
and alone, since it is written, not left to the compiler, what is fused.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.extending import intrinsic

__all__ = ["multiply_add"]


def _multiply_add(_: Any, a: Any, b: Any, c: Any) -> Any:
    """Return ``a b + c``, for three numbers of one format."""
    signature = a(a, b, c)

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:  # noqa: ARG001 - as Numba calls it
        kind = given[0].type
        function = builder.module.declare_intrinsic("llvm.fmuladd", [kind], ir.FunctionType(kind, [kind] * 3))
        return builder.call(function, given)

    return signature, build


multiply_add: Any = intrinsic(_multiply_add)
