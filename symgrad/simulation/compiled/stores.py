"""Stores: machine code on disk, in a folder that nobody else can write to.

Machine code that is loaded is trusted, so a store trusts only what this user wrote: the folder and the file belong to
the user, and nobody else may write to them; a checksum tells a file that was cut short; whatever is not so is ignored,
and compiled anew. Nothing is unpickled: a file is a checksum, a name and bytes for the linker.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

__all__ = ["folder", "load", "save"]

_FOREIGN = stat.S_IWGRP | stat.S_IWOTH
_CHECKSUM = 32  # bytes


def folder() -> Path | None:
    """Return where code is kept: None where this system has no owners of files, or the folder is not this user's alone."""
    if not hasattr(os, "getuid"):
        return None
    base = os.environ.get("XDG_CACHE_HOME") or (
        Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    )
    place = Path(os.environ.get("SYMGRAD_CACHE_DIR") or Path(base) / "symgrad")
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place if _is_own(os.lstat(place), stat.S_ISDIR) else None
    except OSError:
        return None


def load(key: str) -> bytes | None:
    """Return what was saved under a key: None where nothing was, or something else is there.

    Parameters
    ----------
    key : str
        Hexadecimal digits.

    Returns
    -------
    bytes or None
        As they were saved.
    """
    place = folder()
    if place is None:
        return None
    try:
        descriptor = os.open(place / key, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            if not _is_own(os.fstat(descriptor), stat.S_ISREG):
                return None
            content = file.read()
    except OSError:
        return None
    checksum, saved = content[:_CHECKSUM], content[_CHECKSUM:]
    return saved if checksum == _checksum(key, saved) else None


def save(key: str, content: bytes) -> None:
    """Save bytes under a key, whole or not at all; where there is no place for them, do nothing.

    Parameters
    ----------
    key : str
        Hexadecimal digits.
    content : bytes
        What `load` shall return.
    """
    place = folder()
    if place is None:
        return
    part = place / f".{key}.{os.getpid()}.{os.urandom(4).hex()}"
    with suppress(OSError):
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_checksum(key, content) + content)
            part.replace(place / key)
        finally:
            part.unlink(missing_ok=True)


def _checksum(key: str, content: bytes) -> bytes:
    """Of the key too: a file that was moved to the name of another is not taken for it."""
    return hashlib.sha256(key.encode() + b"\0" + content).digest()


def _is_own(found: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    return is_kind(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & _FOREIGN
