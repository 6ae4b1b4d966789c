"""Archives: arrays in a file, written whole or not at all; reading one executes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from numpy.lib.npyio import NpzFile

__all__ = ["Arrays", "read_arrays", "write_arrays"]

Arrays = dict[str, npt.NDArray[Any]]


def write_arrays(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write an ``.npz`` file beside its place and move it there, so that a kill leaves the old file or the new one.

    Parameters
    ----------
    path : Path
        The file.
    arrays : mapping of str to ndarray
        Numbers, and text as arrays of text.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]  # the one option of `savez` has another name
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def read_arrays(path: Path, kind: str, names: Iterable[str]) -> Arrays:
    """Read the arrays of a file.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        What it should be, for the message of the error.
    names : iterable of str
        The arrays without which it is not.

    Returns
    -------
    dict of str to ndarray
        All that it holds.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is something else; whatever that may be.
    """
    with path.open("rb") as file:
        try:
            with NpzFile(file, allow_pickle=False) as opened:
                arrays = dict(opened)
        except (BadZipFile, ValueError, EOFError) as error:
            raise ValueError(f"{path} is not a {kind}: {error}") from None
    missing = set(names) - set(arrays)
    if missing:
        raise ValueError(f"{path} is not a {kind}: it lacks {', '.join(sorted(missing))}")
    return arrays
