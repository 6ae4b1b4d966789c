"""Objects: blocks compiled to object code, which later processes load instead of compiling them again.

Numba's own cache needs a file of source and unpickles what it finds. A block needs neither: it takes pointers, so its
object code is all there is to it. It is always run from that code, whether it has just been made or was on disk, so
that the numbers are the same.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from typing import Any

import llvmlite.binding as llvm  # type: ignore[import-untyped]
import numba
from numba.core.registry import cpu_target
from numba.core.runtime.nrt import rtsys

from ..compilations import fingerprint
from . import stores
from .blocks import block_signature

__all__ = ["CompiledBlock"]


class CompiledBlock:
    """A block in this process.

    Parameters
    ----------
    source : str
        Of a function ``kernel``; with the dtype, the version and the machine it is the key on disk.
    dtype : str
        Of its arrays.
    define : callable
        Called where nothing is on disk, to make the function of the source.
    signature : numba signature, optional
        Of the function; by default that of an activation.
    """

    def __init__(
        self, source: str, dtype: str, define: Callable[[], Callable[..., Any]], signature: Any = None
    ) -> None:
        self._signature = block_signature(dtype) if signature is None else signature
        key = _key(source, dtype)
        saved = stores.load(key)
        if saved is None:
            saved = _compile(define(), self._signature)
            stores.save(key, saved)
        name, _, code = saved.partition(b"\0")
        self._engine, self.address = _link(name.decode(), code)

    def __reduce__(self) -> Any:
        raise TypeError("machine code is not sent to other processes; send the activation")


def _key(source: str, dtype: str) -> str:
    """Hash all that the code depends on: source, primitives, versions and the machine."""
    machine = (*_target(), platform.platform())
    versions = (version("symgrad"), fingerprint(), numba.__version__, version("llvmlite"), platform.python_version())
    return hashlib.sha256(repr((source, dtype, versions, machine)).encode()).hexdigest()


def _compile(function: Callable[..., Any], signature: Any) -> bytes:
    """Return the name of a function and, after a zero byte, its object code."""
    compiled = numba.cfunc(signature, error_model="numpy")(function)
    module = llvm.parse_assembly(compiled.inspect_llvm())
    names = [each.name for each in module.functions if not each.is_declaration and each.name.startswith("cfunc.")]
    return f"{names[0]}\0".encode() + bytes(_machine(codemodel="default").emit_object(module))


def _link(name: str, code: bytes) -> tuple[Any, int]:
    """Return the engine that owns the code, and its address."""
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine(codemodel="jitdefault", jit=True))
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine, int(engine.get_function_address(name))


@cache
def _target() -> tuple[str, str, str]:
    """Return triple, processor and features that Numba compiles for; from then on the linker knows Numba's helpers.

    It would not know those of the runtime before something is compiled; and a symbol that it does not know keeps others,
    such as those of the mathematical library, from being linked.
    """
    rtsys.initialize(cpu_target.target_context)
    triple, processor, features = cpu_target.target_context.codegen().magic_tuple()
    return str(triple), str(processor), str(features)


def _machine(**options: Any) -> Any:
    triple, processor, features = _target()
    target = llvm.Target.from_triple(triple)
    return target.create_target_machine(cpu=processor, features=features, opt=3, reloc="pic", **options)
