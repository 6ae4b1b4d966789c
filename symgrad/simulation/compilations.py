"""Compilations: how functions of this room are compiled, in one place, each option with its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba

__all__ = ["cached", "fingerprint", "inlined", "pasted", "reordered", "unordered"]

# nogil: trials run in threads. numpy: a division by zero gives inf or nan, as in NumPy, and needs no branch. No fast
# mathematics: sums and products are rounded in the order in which they are written, so that a number is the same on
# every machine and nan is not assumed away.
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
# What is compiled into its callers needs no entry of its own from C, which takes a tenth of the time.
_INLINED: dict[str, Any] = {"forceinline": True, "no_cfunc_wrapper": True, **_OPTIONS}


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a small function into each of its callers, where loops around it become vector instructions."""
    return numba.njit(**_INLINED)(function)


def pasted(function: Callable[..., Any]) -> Any:
    """Compile a function as part of each of its callers, where a library of its own would be optimised at each level."""
    return numba.njit(inline="always", **_OPTIONS)(function)


def reordered(function: Callable[..., Any]) -> Any:
    """Compile a small function whose sum may be taken in any order: four times faster, the same on one machine."""
    return numba.njit(fastmath={"reassoc", "contract"}, **_INLINED)(function)


def unordered(function: Callable[..., Any]) -> Any:
    """Compile a small function that looks for an extremum, where it need not be told what is no number."""
    return numba.njit(fastmath={"nnan", "nsz"}, **_INLINED)(function)


def cached(function: Callable[..., Any]) -> Any:
    """Compile a function that is called from Python, and keep the machine code on disk.

    Parameters
    ----------
    function : callable
        At the top level of a module.

    Returns
    -------
    callable
        Compiled at its first call for each type of arguments, once for each installation.

    Notes
    -----
    Numba notices when the file of a cached function changes, not when the file of a function does that it calls, and
    would go on with numbers of the old one. So the name in the cache holds a fingerprint of the whole room.
    """
    function.__qualname__ += f"_{fingerprint()}"
    try:
        return numba.njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:  # nowhere to write, neither beside the module nor in the user's cache
        return numba.njit(**_OPTIONS)(function)


@cache
def fingerprint() -> str:
    """Return what changes whenever a file of this room does."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
