"""Blocks: a compiled activation, called through its address from a kernel that was compiled before it.

The kernels are compiled once for each installation, an activation in a few tenths of a second where it is new: so a
kernel takes activations as addresses, and calls one for a whole layer at once.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

__all__ = ["block_signature", "call_block"]


def block_signature(dtype: str) -> Any:
    """Return the type of a compiled activation: pointers to inputs, values and slopes, and how many there are."""
    numbers = types.CPointer(getattr(types, dtype))  # type: ignore[no-untyped-call]
    return types.void(numbers, numbers, numbers, types.int64)


def _call_block(_: Any, address: Any, inputs: Any, values: Any, slopes: Any, size: Any) -> Any:
    """Fill values and slopes : (size,) from inputs : (size,), all of one dtype, by the function at an address."""
    signature = types.void(address, inputs, values, slopes, size)

    def build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = signature.args[1:4]
        arrays = [
            context.make_array(kind)(context, builder, array) for kind, array in zip(kinds, given[1:4], strict=True)
        ]
        arguments = [*(array.data for array in arrays), given[4]]
        kind = ir.FunctionType(ir.VoidType(), [argument.type for argument in arguments])
        builder.call(builder.inttoptr(given[0], kind.as_pointer()), arguments)
        return context.get_dummy_value()

    return signature, build


call_block: Any = intrinsic(_call_block)
