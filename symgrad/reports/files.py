"""Files: an answer is written whole or not at all, in the format that the suffix names."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .documents import Document, Figure
from .htmls import write_html
from .latexes import figure_files, write_latex
from .markdowns import write_markdown
from .terminals import write_terminal

if TYPE_CHECKING:
    from .answers import Answer

__all__ = ["FORMATS", "check_writable", "document_bytes", "save", "write_whole"]

_PDFLATEX = ("pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error")
_LATEX_SECONDS = 120


def _html(document: Document) -> bytes:
    return write_html(document).encode()


def _latex(document: Document) -> bytes:
    """A single file that compiles by itself: without the figures, which would be files beside it."""
    words = tuple(block for block in document.blocks if not isinstance(block, Figure))
    return write_latex(replace(document, blocks=words)).encode()


def _markdown(document: Document) -> bytes:
    return write_markdown(document).encode()


def _text(document: Document) -> bytes:
    return write_terminal(document, 100).encode()


def _pdf(document: Document) -> bytes:
    if shutil.which(_PDFLATEX[0]) is None:
        raise ValueError("pdflatex was not found, so no .pdf can be made; a .tex or .html file needs nothing else")
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        (room / "document.tex").write_text(write_latex(document), encoding="utf-8")
        for name, content in figure_files(document).items():
            (room / name).write_bytes(content)
        _compile(room)
        return (room / "document.pdf").read_bytes()


def _compile(room: Path) -> None:
    guarded = {**os.environ, "openin_any": "p", "openout_any": "p"}
    command = [*_PDFLATEX, "document.tex"]
    ran = subprocess.run(command, cwd=room, env=guarded, capture_output=True, timeout=_LATEX_SECONDS, check=False)  # noqa: S603
    if ran.returncode != 0:
        log = ran.stdout.decode(errors="replace")
        reason = next((line for line in log.splitlines() if line.startswith("!")), "no reason was given")
        raise ValueError(f"pdflatex failed: {reason}; a .tex file shows the source")


FORMATS: dict[str, Callable[[Document], bytes]] = {
    ".html": _html,
    ".tex": _latex,
    ".md": _markdown,
    ".txt": _text,
    ".pdf": _pdf,
}


def document_bytes(document: Document, suffix: str) -> bytes:
    """Write a document in the format of a suffix.

    Parameters
    ----------
    document : Document
        What is told.
    suffix : str
        A key of `FORMATS`.

    Returns
    -------
    bytes
        The content of the file.

    Raises
    ------
    ValueError
        If the suffix is unknown, or a program that the format needs is missing or fails.
    """
    _check_suffix(suffix, tuple(FORMATS))
    return FORMATS[suffix](document)


def _check_suffix(suffix: str, allowed: tuple[str, ...]) -> None:
    if suffix not in allowed:
        raise ValueError(f"the suffix {suffix!r} names no format; use {', '.join(allowed)}")


def check_writable(path: str | Path, suffixes: tuple[str, ...] = (*FORMATS, ".json")) -> None:
    """Say early that a file cannot be written, before any work is done for it.

    Parameters
    ----------
    path : str or Path
        The file to be.
    suffixes : tuple of str, optional
        Those that are allowed.

    Raises
    ------
    ValueError
        If its suffix names no format, its folder does not exist or may not be written, or it is a folder.
    """
    path = Path(path)
    _check_suffix(path.suffix, suffixes)
    if path.is_dir():
        raise ValueError(f"{path} is a folder; name a file")
    if not path.parent.is_dir():
        raise ValueError(f"the folder {path.parent} of {path.name} does not exist; create it first")
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise ValueError(f"{path} may not be written; choose a folder that may")


def write_whole(path: str | Path, content: bytes) -> None:
    """Write a file whole or not at all: beside it first, then in its place.

    Parameters
    ----------
    path : str or Path
        The file.
    content : bytes
        All of it.

    Raises
    ------
    OSError
        If it cannot be written; what was there before is still there.
    """
    path = Path(path)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise OSError(f"{path} cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def save(answer: Answer, path: str | Path) -> None:
    """Write an answer to a file in the format of its suffix.

    Parameters
    ----------
    answer : Answer
        The answer.
    path : str or Path
        The file.

    Raises
    ------
    ValueError
        If the file cannot be written, or the suffix is unknown.
    """
    from .jsons import dumps
    from .tellings import page

    check_writable(path)
    suffix = Path(path).suffix
    content = f"{dumps(answer.to_json())}\n".encode() if suffix == ".json" else document_bytes(page(answer), suffix)
    write_whole(path, content)
