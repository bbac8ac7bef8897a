"""Web pages: blocks are lines, markup is no words."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from cjm_research.errors import CjmError
from cjm_research.readers import read_transcript

if TYPE_CHECKING:
    from pathlib import Path

    from cjm_research.readers import Document


def read(folder: Path, content: str | bytes) -> Document:
    """Write a page and read it."""
    path = folder / "p.html"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_transcript(path, "p.html")


def said(document: Document) -> list[tuple[str, str, str]]:
    """Speaker, role and words of every turn."""
    return [(turn.speaker, turn.role, document.text[turn.start : turn.end]) for turn in document.turns]


def test_blocks_breaks_entities_and_scripts(tmp_path: Path) -> None:
    """Paragraphs and breaks end lines; entities are letters; scripts, styles and headings are not said."""
    document = read(
        tmp_path,
        "<!DOCTYPE html><html><head><title>Q: No?</title><style>p {}</style></head><body><h1>Interview</h1>\n"
        "<script>var a = 'A: no';</script><p>Q: Why\n   so &amp; so?<br>\n  Tell me.</p>\n"
        "<div><div>A: Because &#128512; I <b>did</b>.</div></div></body></html>",
    )
    assert document.text == "Interview\nQ: Why so & so?\nTell me.\nA: Because 😀 I did."
    assert said(document) == [
        ("Q", "interviewer", "Why so & so?\nTell me."),
        ("A", "participant", "Because 😀 I did."),
    ]


def test_bold_names_and_tables(tmp_path: Path) -> None:
    """Bold names open turns; a table of time, speaker and words is a dialogue with seconds."""
    rows = [("0:05", "Катя", "Что?"), ("0:09", "Олег", "Всё."), ("0:12", "Катя", "И?"), ("0:15", "Олег", "Ушёл.")]
    bold = "".join(f"<p><strong>{who}</strong> {words}</p>" for _, who, words in rows)
    cells = "".join("<tr>" + "".join(f"<td><p>{cell}</p></td>" for cell in row) + "</tr>" for row in rows)
    expected = [(who, words) for _, who, words in rows]
    assert [turn[::2] for turn in said(read(tmp_path, bold))] == expected
    document = read(tmp_path, f"<table>{cells}</table>")
    assert [turn[::2] for turn in said(document)] == expected
    assert [turn.start_s for turn in document.turns] == [5.0, 9.0, 12.0, 15.0]


def test_the_encoding_that_a_page_names_is_taken(tmp_path: Path) -> None:
    """A page in KOI8-R says so in its head, and is read without a guess."""
    page = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>И: Да?</p><p>Р: Да.</p>'
    document = read(tmp_path, page.encode("koi8-r"))
    assert said(document) == [("И", "interviewer", "Да?"), ("Р", "participant", "Да.")]
    assert document.notes == ()


def test_a_page_without_words_is_told(tmp_path: Path) -> None:
    """Markup alone is an empty file."""
    with pytest.raises(CjmError) as error:
        read(tmp_path, "<html><body><script>x</script></body></html>")
    assert [problem.key for problem in error.value.problems] == ["read.empty_file"]


def test_cells_that_are_never_closed_are_read(tmp_path: Path) -> None:
    """Pages leave out end tags; the words between are not lost."""
    document = read(tmp_path, "<table><tr><td>Tom<td>Why?<tr><td>Ann<td>So.<tr><td>Tom<td>Oh?<tr><td>Ann<td>No.")
    assert [turn[::2] for turn in said(document)] == [("Tom", "Why?"), ("Ann", "So."), ("Tom", "Oh?"), ("Ann", "No.")]


@pytest.mark.parametrize("part", ["<!--", "<b", "<", "</", "<!", "<script>", "<td>"])
def test_markup_that_never_ends_takes_no_longer_than_it_is_long(tmp_path: Path, part: str) -> None:
    """A million characters of markup without an end are words or nothing, within seconds."""
    with pytest.raises(CjmError) if part in ("<!--", "<script>", "<td>") else nullcontext():
        read(tmp_path, "A: yes " * (part in ("<b", "<", "</", "<!")) + part * (10**6 // len(part)))
