"""Sources: where a statement comes from, parsed from the one file ``references.bib``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType

__all__ = ["Source", "bibliography", "bibtex", "cite"]

_ENTRY = re.compile(r"^@(\w+)\{([^,\s]+),((?:(?!^@).)*?)\n\}", re.DOTALL | re.MULTILINE)
_BEGINNING = re.compile(r"^\s*@(\w+)\s*\{\s*([^,\s]*)", re.MULTILINE)
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
        raise ValueError(f"the entry {key!r} of the bibliography lacks {', '.join(missing)}; give each on its own line")
    venue = found.get("journal") or found.get("booktitle") or found.get("publisher") or found.get("note", "")
    return Source(key, found["author"].replace(" and ", "; "), found["title"], found["year"], venue)


def parse(text: str) -> dict[str, Source]:
    """Read a bibliography in BibTeX, with one field on each line.

    Parameters
    ----------
    text : str
        Entries, each closed by a brace on a line of its own.

    Returns
    -------
    dict of str to Source
        By key, in the order of the text.

    Raises
    ------
    ValueError
        If an entry cannot be read, lacks an author, a title or a year, or two entries share a key.
    """
    entries = [(key, body) for _, key, body in _ENTRY.findall(text)]
    begun = [key for _, key in _BEGINNING.findall(text)]
    if len(entries) != len(begun):
        lost = next((key for key in begun if key not in dict(entries)), begun[-1])
        raise ValueError(f"the entry {lost!r} of the bibliography is not closed by a brace on a line of its own")
    found = {key: _source(key, body) for key, body in entries}
    if len(found) != len(entries):
        twice = next(key for key in begun if begun.count(key) > 1)
        raise ValueError(f"two entries of the bibliography have the key {twice!r}")
    return found


@cache
def bibliography() -> Mapping[str, Source]:
    """Return every source of ``references.bib`` by its key, in the order of the file; read-only."""
    return MappingProxyType(parse(_raw()))


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
        If the bibliography has no such key; the message suggests near ones.

    Examples
    --------
    >>> cite("davidson_szarek_2001", "Theorem II.13").place
    'Theorem II.13'
    """
    _check_key(key)
    return replace(bibliography()[key], place=place)


def _check_key(key: str) -> None:
    if key not in bibliography():
        near = difflib.get_close_matches(key, bibliography(), n=3) or list(bibliography())
        raise KeyError(f"no source has the key {key!r}; try {', '.join(near)}")


def bibtex(keys: Iterable[str]) -> str:
    """Return the BibTeX entries of some keys, for the bibliography of a paper.

    Parameters
    ----------
    keys : iterable of str
        Of ``references.bib``.

    Returns
    -------
    str
        The entries as they are in the file, in its order.

    Raises
    ------
    KeyError
        If the bibliography has no such key.
    """
    wanted = set(keys)
    for key in wanted:
        _check_key(key)
    return "\n\n".join(match.group(0) for match in _ENTRY.finditer(_raw()) if match.group(2) in wanted)
