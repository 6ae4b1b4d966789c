"""Sources: the bibliography is read entry by entry, and none is lost."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from importlib.resources import files

import pytest

from symgrad.claims import Source, bibliography, bibtex, cite
from symgrad.claims.sources import parse

TEXT = (files("symgrad.claims") / "references.bib").read_text(encoding="utf-8")
ENTRY = """@article{doe_2020,
  author = {Doe, Jane and Roe, Richard},
  title = {On {G}radients \\& more, 1--2},
  journal = {Journal of {N}othing},
  year = {2020}
}
"""


def test_every_entry_of_the_file_is_a_source() -> None:
    assert list(bibliography()) == re.findall(r"@\w+\{(\w+),", TEXT)
    assert len(bibliography()) == TEXT.count("@")
    for key, source in bibliography().items():
        assert source.key == key
        assert re.fullmatch(r"\d{4}", source.year), key
        assert source.author, key
        assert source.title, key
        assert source.venue, key
        assert not re.search(r"[{}\\]", str(source)), key


def test_an_entry_is_read_as_a_reader_would() -> None:
    assert parse(ENTRY) == {
        "doe_2020": Source(
            "doe_2020", "Doe, Jane; Roe, Richard", "On Gradients & more, 1–2", "2020", "Journal of Nothing"
        )
    }


@pytest.mark.parametrize("field", ["author", "title", "year"])
def test_an_entry_without_a_field_is_refused_by_name(field: str) -> None:
    without = re.sub(rf"\n  {field} = .*", "", ENTRY)
    with pytest.raises(ValueError, match=f"the entry 'doe_2020' of the bibliography lacks {field}"):
        parse(without)
    quoted = re.sub(rf"(  {field} = )\{{(.*)\}}", r'\1"\2"', ENTRY)  # a form that is not read is not passed over
    with pytest.raises(ValueError, match=f"lacks {field}"):
        parse(quoted)


@pytest.mark.parametrize(
    "text",
    [
        ENTRY.replace("\n}\n", " }\n"),
        ENTRY.replace("\n}\n", "\n") + ENTRY.replace("doe", "roe"),
        "@misc{poe_1845, author = {Poe}, title = {The Raven}, year = {1845}}\n" + ENTRY,
        ENTRY + "@misc{",
    ],
)
def test_an_entry_that_is_not_closed_on_its_own_line_is_not_lost_in_silence(text: str) -> None:
    with pytest.raises(ValueError, match="is not closed by a brace on a line of its own"):
        parse(text)


def test_two_entries_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="two entries of the bibliography have the key 'doe_2020'"):
        parse(ENTRY + ENTRY)


def test_a_citation_has_its_place() -> None:
    source = cite("davidson_szarek_2001", "Theorem II.13")
    assert source.place == "Theorem II.13"
    assert str(source).endswith("2001, Theorem II.13")
    assert bibliography()["davidson_szarek_2001"].place == ""


def test_an_unknown_key_suggests_near_ones() -> None:
    with pytest.raises(KeyError, match="no source has the key 'nielson_2015'; try nielsen_2015"):
        cite("nielson_2015")
    with pytest.raises(KeyError, match="'nobody'"):
        bibtex(["nielsen_2015", "nobody"])


def test_bibtex_gives_back_the_entries_that_were_used_and_no_other() -> None:
    text = bibtex(["poole_2016", "nielsen_2015"])
    assert list(parse(text + "\n")) == ["nielsen_2015", "poole_2016"]  # in the order of the file
    assert parse(bibtex(bibliography()) + "\n") == dict(bibliography())
    assert bibtex([]) == ""


def test_sources_and_the_bibliography_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        cite("nielsen_2015").year = "2016"  # type: ignore[misc]
    with pytest.raises(TypeError):
        bibliography()["new"] = cite("nielsen_2015")  # type: ignore[index]
