"""OpenDocument texts: paragraphs, bold names, tables, and archives that mean harm."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from cjm_research.errors import CjmError
from cjm_research.readers import read_transcript

if TYPE_CHECKING:
    from pathlib import Path

    from cjm_research.readers import Document

_SPACES = {
    "office": "office",
    "text": "text",
    "table": "table",
    "style": "style",
    "fo": "xsl-fo-compatible",
}
_HEAD = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"' for name, space in _SPACES.items())
_BOLD = (
    '<office:automatic-styles><style:style style:name="T1"><style:text-properties fo:font-weight="bold"/>'
    "</style:style></office:automatic-styles>"
)


def write(folder: Path, body: str, prolog: str = "") -> Path:
    """Write an OpenDocument text with this body."""
    path = folder / "p.odt"
    content = f"{prolog}<office:document-content {_HEAD}>{_BOLD}<office:body><office:text>{body}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", f"{content}</office:text></office:body></office:document-content>")
    return path


def said(document: Document) -> list[tuple[str, str, str]]:
    """Speaker, role and words of every turn."""
    return [(turn.speaker, turn.role, document.text[turn.start : turn.end]) for turn in document.turns]


def refused(path: Path) -> str:
    """Key of the only problem that reading a file raises."""
    with pytest.raises(CjmError) as error:
        read_transcript(path, "p.odt")
    [problem] = error.value.problems
    return problem.key


def test_spaces_breaks_comments_and_footnotes(tmp_path: Path) -> None:
    """Repeated spaces and line breaks are words' own; comments, notes and deleted text are not said."""
    body = (
        "<text:tracked-changes><text:p>Q: Deleted?</text:p></text:tracked-changes><text:h>Interview 1</text:h>"
        '<text:p>Q: Why<text:s text:c="2"/>so?<office:annotation><text:p>hm</text:p></office:annotation></text:p>'
        "<text:list><text:list-item><text:p>A: <text:span>Be</text:span>cause<text:note><text:note-body>"
        "<text:p>foot</text:p></text:note-body></text:note>.<text:line-break/>Really.</text:p></text:list-item></text:list>"
    )
    assert said(read_transcript(write(tmp_path, body), "p.odt")) == [
        ("Q", "interviewer", "Why  so?"),
        ("A", "participant", "Because.\nReally."),
    ]


def test_bold_names_open_turns(tmp_path: Path) -> None:
    """A name in bold needs no colon."""
    turns = [("Nell", "How was it?"), ("Ann", "Fine."), ("Nell", "Why?"), ("Ann", "Dunno.")]
    body = "".join(
        f'<text:p><text:span text:style-name="T1">{who}</text:span> {words}</text:p>' for who, words in turns
    )
    assert [turn[::2] for turn in said(read_transcript(write(tmp_path, body), "p.odt"))] == turns


def test_a_table_with_a_speaker_column_is_a_dialogue(tmp_path: Path) -> None:
    """Rows of speaker and words are turns; the titles of the columns are not."""
    rows = [("Кто", "Реплика"), ("Катя", "Что?"), ("Олег", "Всё."), ("Катя", "И?"), ("Олег", "Ушёл.")]
    cells = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in rows
    )
    document = read_transcript(write(tmp_path, f"<table:table>{cells}</table:table>"), "p.odt")
    assert [turn[::2] for turn in said(document)] == rows[1:]


def test_entities_and_bombs_are_refused(tmp_path: Path) -> None:
    """A file that declares entities, or unpacks to far more than a transcript, is not parsed."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert refused(write(tmp_path, "<text:p>Q: &b;?</text:p>", bomb)) == "read.dangerous_xml"
    assert refused(write(tmp_path, "<text:p>A: " + "a" * 31_000_000 + "</text:p>")) == "read.too_large"


def test_what_is_no_opendocument_is_told(tmp_path: Path) -> None:
    """Another archive, no archive, and a document without words are errors."""
    path = tmp_path / "p.odt"
    path.write_bytes(b"no archive")
    assert refused(path) == "read.unreadable"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.xml", "<a/>")
    assert refused(path) == "read.damaged_member"
    assert refused(write(tmp_path, "<text:p> </text:p>")) == "read.empty_file"
