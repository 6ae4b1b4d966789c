"""Borrowings: arrays that a compiled function works on without counting who else does.

Each look into a tuple of arrays counts a reference up and down again, across all threads; a layer of few units takes less
time than that. Whoever called keeps the arrays as long as the call lasts.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

__all__ = ["borrowed"]


def _borrowed(_: Any, owned: Any) -> Any:
    """Return a named tuple whose arrays are the same, but not counted. Not to be kept beyond the call."""

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        values = cgutils.unpack_tuple(builder, given[0])  # type: ignore[no-untyped-call]
        fields = [
            _uncounted(context, builder, kind, value) if isinstance(kind, types.Array) else value
            for kind, value in zip(owned.types, values, strict=True)
        ]
        return context.make_tuple(builder, signature.return_type, fields)

    return owned(owned), build


def _uncounted(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    array = context.make_array(kind)(context, builder, value)
    array.meminfo = ir.Constant(array.meminfo.type, None)
    return array._getvalue()


borrowed: Any = intrinsic(_borrowed)
