"""Sources: where a statement comes from, parsed from the one file ``references.bib``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Source", "bibliography", "bibtex", "cite"]

_ENTRY = re.compile(r"@(\w+)\{([^,\s]+),(.*?)\n\}", re.DOTALL)
_FIELD = re.compile(r"^\s*(\w+)\s*=\s*\{(.*)\},?\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """A publication, and the place in it.

    Parameters
    ----------
    key : str
        The BibTeX key.
    author, title, year : str
        As the bibliography has them.
    venue : str
        Journal, publisher or archive number.
    place : str
        Theorem, equation or chapter; empty for the whole.
    """

    key: str
    author: str
    title: str
    year: str
    venue: str = ""
    place: str = ""

    def __str__(self) -> str:
        """Write the source as a line of a bibliography."""
        line = f"{self.author}, {self.title}" + (f", {self.venue}" if self.venue else "") + f", {self.year}"
        return f"{line}, {self.place}" if self.place else line


@cache
def _raw() -> str:
    return files(__package__).joinpath("references.bib").read_text(encoding="utf-8")


def _plain(text: str) -> str:
    return re.sub(r"[{}]", "", text).replace("--", "–").replace(r"\&", "&").strip()


def _source(key: str, body: str) -> Source:
    found = {name.lower(): _plain(value) for name, value in _FIELD.findall(body)}
    missing = [name for name in ("author", "title", "year") if not found.get(name)]
    if missing:
        raise ValueError(f"the entry {key!r} of references.bib lacks {', '.join(missing)}")
    venue = found.get("journal") or found.get("booktitle") or found.get("publisher") or found.get("note", "")
    return Source(key, found["author"].replace(" and ", "; "), found["title"], found["year"], venue)


@cache
def bibliography() -> dict[str, Source]:
    """Return every source of ``references.bib`` by its key.

    Returns
    -------
    dict of str to Source
        In the order of the file.

    Raises
    ------
    ValueError
        If an entry lacks an author, a title or a year, or two entries share a key.
    """
    entries = [(key, body) for _, key, body in _ENTRY.findall(_raw())]
    found = {key: _source(key, body) for key, body in entries}
    if len(found) != len(entries):
        raise ValueError("two entries of references.bib share a key")
    return found


def cite(key: str, place: str = "") -> Source:
    """Return a source, with the place in it.

    Parameters
    ----------
    key : str
        A key of ``references.bib``.
    place : str, default ""
        Theorem, equation or chapter.

    Returns
    -------
    Source
        The source with its place.

    Raises
    ------
    KeyError
        If the bibliography has no such key.

    Examples
    --------
    >>> cite("davidson_szarek_2001", "Theorem II.13").place
    'Theorem II.13'
    """
    entry = bibliography()[key]
    return Source(entry.key, entry.author, entry.title, entry.year, entry.venue, place)


def bibtex(keys: tuple[str, ...]) -> str:
    """Return the BibTeX entries of some keys, for the bibliography of a paper."""
    return "\n\n".join(match.group(0) for match in _ENTRY.finditer(_raw()) if match.group(2) in keys)
