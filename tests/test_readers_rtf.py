"""Rich text: words in any code page, tables, and what is no rich text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cjm_research.errors import CjmError
from cjm_research.readers import read_transcript

if TYPE_CHECKING:
    from pathlib import Path

    from cjm_research.readers import Document


def read(folder: Path, content: bytes) -> Document:
    """Write a file and read it."""
    path = folder / "p.rtf"
    path.write_bytes(content)
    return read_transcript(path, "p.rtf")


def escaped(text: str) -> bytes:
    r"""Russian words as Word writes them: ``\'xx`` of Windows-1251."""
    return "".join(char if char.isascii() else f"\\'{char.encode('cp1251').hex()}" for char in text).encode()


def said(document: Document) -> list[tuple[str, str, str]]:
    """Speaker, role and words of every turn."""
    return [(turn.speaker, turn.role, document.text[turn.start : turn.end]) for turn in document.turns]


EXPECTED = [("Катя", "interviewer", "Как дела?"), ("Олег", "participant", "Хорошо, «да».")] * 2


def test_russian_words_are_read_from_escapes_and_from_raw_bytes(tmp_path: Path) -> None:
    """The code page that the file names holds for escaped letters, and for programs that do not escape them."""
    words = "Катя: Как дела?\\par Олег: Хорошо, «да».\\par " * 2
    for body in (escaped(words), words.encode("cp1251")):
        document = read(tmp_path, b"{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0 Arial;}}\\f0 " + body + b"}")
        assert said(document) == EXPECTED


def test_unicode_escapes_and_formatting_leave_only_words(tmp_path: Path) -> None:
    r"""``\uN`` is a letter or half of an emoji; bold and a picture leave no trace."""
    picture = b"{\\pict\\pngblip " + b"89504e47" * 50 + b"}"
    body = b"{\\b Q:} Why \\u55357?\\u56832??\\par " + picture + b"A: Na\\u239?ve.\\par"
    document = read(tmp_path, b"{\\rtf1\\ansi\\ansicpg1252 " + body + b"}")
    assert said(document) == [("Q", "interviewer", "Why 😀?"), ("A", "participant", "Naïve.")]


def test_rows_of_a_table_are_turns(tmp_path: Path) -> None:
    """A table of speaker and words is a dialogue."""
    rows = [("Tom", "Why?"), ("Ann", "So."), ("Tom", "Really?"), ("Ann", "Yes.")]
    body = "".join(f"\\trowd\\cellx1\\cellx2 {who}\\cell {words}\\cell\\row " for who, words in rows)
    document = read(tmp_path, b"{\\rtf1\\ansi " + body.encode() + b"\\pard\\par}")
    assert [turn[::2] for turn in said(document)] == rows


@pytest.mark.parametrize(
    ("content", "key"), [(b"Q: Why?\nA: So.", "read.unreadable"), (b"{\\rtf1\\ansi }", "read.empty_file")]
)
def test_what_is_no_rich_text_is_told(tmp_path: Path, content: bytes, key: str) -> None:
    """Plain text under the wrong suffix, and a file without words, are errors."""
    with pytest.raises(CjmError) as error:
        read(tmp_path, content)
    assert [(problem.key, problem.where) for problem in error.value.problems] == [(key, "p.rtf")]
