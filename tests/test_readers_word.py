"""Word transcripts: paragraphs, bold names, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import docx
import pytest

from cjm_research.errors import CjmError
from cjm_research.readers import read_transcript

if TYPE_CHECKING:
    from pathlib import Path

    from cjm_research.readers import Document

Paragraph = list[tuple[str, bool]]  # runs: text and whether it is bold


def write(folder: Path, paragraphs: list[Paragraph]) -> Path:
    """Write a Word file of paragraphs."""
    document = docx.Document()
    for runs in paragraphs:
        paragraph = document.add_paragraph()
        for text, bold in runs:
            paragraph.add_run(text).bold = bold
    path = folder / "p.docx"
    document.save(str(path))
    return path


def write_table(folder: Path, rows: list[list[str]]) -> Path:
    """Write a Word file with one table."""
    document = docx.Document()
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    path = folder / "p.docx"
    document.save(str(path))
    return path


def said(document: Document) -> list[tuple[str, str, str]]:
    """Speaker, role and words of every turn."""
    return [(turn.speaker, turn.role, document.text[turn.start : turn.end]) for turn in document.turns]


def test_labels_and_further_paragraphs_make_turns(tmp_path: Path) -> None:
    """The text is the paragraphs joined by newlines, and a paragraph without a label goes on with the turn."""
    path = write(
        tmp_path, [[(text, False)] for text in ("И: Как 👍🏾?", "Р: Так.", "И ещё так.", "И: Всё?", "Р: Всё.")]
    )
    document = read_transcript(path, "p.docx")
    assert document.text == "И: Как 👍🏾?\nР: Так.\nИ ещё так.\nИ: Всё?\nР: Всё."
    assert said(document)[:2] == [("И", "interviewer", "Как 👍🏾?"), ("Р", "participant", "Так.\nИ ещё так.")]


@pytest.mark.parametrize("name", ["{}:", "{}"])
def test_bold_names_are_labels_with_and_without_a_colon(tmp_path: Path, name: str) -> None:
    """A bold name opens a turn; the name is not part of the words."""
    turns = [("Nell", "How was it?"), ("Ann", "Fine: really."), ("Nell", "Why?"), ("Ann", "Dunno.")]
    path = write(tmp_path, [[(name.format(who), True), (f" {words}", False)] for who, words in turns])
    assert said(read_transcript(path, "p.docx")) == [
        ("Nell", "interviewer", "How was it?"),
        ("Ann", "participant", "Fine: really."),
        ("Nell", "interviewer", "Why?"),
        ("Ann", "participant", "Dunno."),
    ]


def test_bold_questions_without_names_are_the_interviewers(tmp_path: Path) -> None:
    """Paragraphs bold from end to end that ask are the interviewer's; each paragraph is a turn."""
    path = write(tmp_path, [[("Как вам?", True)], [("Хорошо.", False)], [("А ещё?", True)], [("Ничего.", False)]])
    assert said(read_transcript(path, "p.docx")) == [
        ("", "interviewer", "Как вам?"),
        ("", "participant", "Хорошо."),
        ("", "interviewer", "А ещё?"),
        ("", "participant", "Ничего."),
    ]


def test_a_table_with_a_speaker_column_is_a_dialogue(tmp_path: Path) -> None:
    """Rows of time, speaker and words are turns with seconds; the titles of the columns are not."""
    rows = [
        ["Время", "Кто", "Реплика"],
        ["00:05", "Катя", "Что случилось?"],
        ["00:09", "Олег", "Всё.\nСовсем."],
        ["00:20", "Катя", "И?"],
        ["00:21", "Олег", "Ушёл."],
    ]
    document = read_transcript(write_table(tmp_path, rows), "p.docx")
    assert said(document)[:2] == [("Катя", "interviewer", "Что случилось?"), ("Олег", "participant", "Всё.\nСовсем.")]
    assert [turn.start_s for turn in document.turns] == [5.0, 9.0, 20.0, 21.0]


def test_a_filled_in_guide_is_questions_and_answers(tmp_path: Path) -> None:
    """A table whose left column asks gives the interviewer's and the participant's turns."""
    document = read_transcript(write_table(tmp_path, [["How so?", "Like this."], ["Why?", "No idea."]]), "p.docx")
    assert [turn[1:] for turn in said(document)] == [
        ("interviewer", "How so?"),
        ("participant", "Like this."),
        ("interviewer", "Why?"),
        ("participant", "No idea."),
    ]


def test_a_heading_is_nobodys_and_its_day_is_the_documents(tmp_path: Path) -> None:
    """Heading styles are no words; a day written in words above the first turn is the date."""
    document = docx.Document()
    document.add_heading("Interview, 14 September 2026")
    for text in ("Q: Why?", "A: Because."):
        document.add_paragraph(text)
    document.save(str(tmp_path / "p.docx"))
    read = read_transcript(tmp_path / "p.docx", "p.docx")
    assert read.date == "2026-09-14"
    assert [turn[2] for turn in said(read)] == ["Why?", "Because."]


@pytest.mark.parametrize(("content", "key"), [(b"not a zip", "read.unreadable"), (b"", "read.empty_file")])
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes, key: str) -> None:
    """What is no Word document is an error with the file's name, not a traceback."""
    path = tmp_path / "p.docx"
    path.write_bytes(content)
    with pytest.raises(CjmError) as error:
        read_transcript(path, "p.docx")
    assert [(problem.key, problem.where) for problem in error.value.problems] == [(key, "p.docx")]


def test_a_document_without_words_is_told(tmp_path: Path) -> None:
    """A Word file with empty paragraphs only is an empty file."""
    with pytest.raises(CjmError) as error:
        read_transcript(write(tmp_path, [[("", False)]]), "p.docx")
    assert error.value.problems[0].key == "read.empty_file"


@pytest.mark.parametrize("method", [9, 12, 14, 99])
def test_a_part_packed_in_an_unknown_or_damaged_way_is_told(tmp_path: Path, method: int) -> None:
    """The archive's header may name a method of packing that is not the one used, or none that is known."""
    path = write(tmp_path, [[("Q: Why?", False)], [("A: So.", False)]])
    data = bytearray(path.read_bytes())
    at = data.rindex(b"word/document.xml")  # the list at the end, where the method stands 36 bytes before the name
    assert data[at - 36 : at - 34] == b"\x08\x00"
    data[at - 36] = method
    path.write_bytes(data)
    with pytest.raises(CjmError) as error:
        read_transcript(path, "p.docx")
    assert error.value.problems[0].key == "read.unreadable"
