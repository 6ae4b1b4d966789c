"""Blocks: a compiled activation, called through its address from a kernel that was compiled before it.

The kernels are compiled once for each installation, an activation in a tenth of a second for each process: so a
kernel takes activations as addresses, and calls one for a whole layer at once.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

__all__ = ["block_signature", "call_block", "call_mix", "mix_signature"]


def block_signature(dtype: str) -> Any:
    """Return the type of a compiled activation: pointers to inputs, values and slopes, and how many there are."""
    numbers = types.CPointer(getattr(types, dtype))  # type: ignore[no-untyped-call]
    return types.void(numbers, numbers, numbers, types.int64)


def mix_signature(dtype: str) -> Any:
    """Return the type of compiled mixes: which loop, pointers to a row, to vectors and to cotangents, size and stride."""
    numbers = types.CPointer(getattr(types, dtype))  # type: ignore[no-untyped-call]
    return types.void(types.int64, numbers, numbers, numbers, types.int64, types.int64)


def _build(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    """Call the function at an address with pointers to the numbers of arrays, and with other arguments as they are."""
    arguments = [
        context.make_array(kind)(context, builder, value).data if isinstance(kind, types.Array) else value
        for kind, value in zip(signature.args[1:], given[1:], strict=True)
    ]
    kind = ir.FunctionType(ir.VoidType(), [argument.type for argument in arguments])
    builder.call(builder.inttoptr(given[0], kind.as_pointer()), arguments)
    return context.get_dummy_value()


def _call_block(_: Any, address: Any, inputs: Any, values: Any, slopes: Any, size: Any) -> Any:
    """Fill values and slopes : (size,) from inputs : (size,), all of one dtype, by the function at an address."""
    return types.void(address, inputs, values, slopes, size), _build


def _call_mix(_: Any, address: Any, which: Any, row: Any, vectors: Any, bars: Any, size: Any, stride: Any) -> Any:
    """Combine vectors that stand one behind the other, `stride` apart, by a loop of the function at an address."""
    return types.void(address, which, row, vectors, bars, size, stride), _build


call_block: Any = intrinsic(_call_block)
call_mix: Any = intrinsic(_call_mix)
