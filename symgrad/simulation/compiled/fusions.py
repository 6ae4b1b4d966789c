"""Fusions: a product and a sum with one rounding, in one instruction where the machine has it.

Where it has not, `multiply_add` rounds them one by one: results then differ in the last place; `fused_multiply_add` is
emulated, at fifty times the time, so that a number is the same on every machine. On one machine both are the same in a
vector and alone, since it is written, not left to the compiler, what is fused.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.extending import intrinsic

__all__ = ["fused_multiply_add", "multiply_add"]


def _fusion(name: str) -> Any:
    """Make ``a b + c``, for three numbers of one format, from an instruction of LLVM."""

    def fusion(_: Any, a: Any, b: Any, c: Any) -> Any:
        signature = a(a, b, c)

        def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:  # noqa: ARG001 - as Numba calls it
            kind = given[0].type
            function = builder.module.declare_intrinsic(name, [kind], ir.FunctionType(kind, [kind] * 3))
            return builder.call(function, given)

        return signature, build

    return intrinsic(fusion)


multiply_add, fused_multiply_add = _fusion("llvm.fmuladd"), _fusion("llvm.fma")
