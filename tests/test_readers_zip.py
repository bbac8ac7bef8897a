"""Archives of transcripts: what is inside is read as if it lay in the folder."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from cjm_research.errors import CjmError
from cjm_research.readers import read_transcript, read_transcripts

if TYPE_CHECKING:
    from pathlib import Path

DIALOGUE = "Q: Why?\nA: So."


def write(folder: Path, members: dict[str, str | bytes]) -> Path:
    """Write an archive."""
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def problems(path: Path) -> list[tuple[str, str]]:
    """Keys and places of the problems that reading raises."""
    with pytest.raises(CjmError) as error:
        read_transcripts(path, "a/all.zip")
    return [(problem.key, problem.where) for problem in error.value.problems]


def test_members_are_transcripts_with_the_archives_path(tmp_path: Path) -> None:
    """Ids are the archive's path and the member's; hidden files are none; other formats are left out and told."""
    members: dict[str, str | bytes] = {"wave2/p2.txt": DIALOGUE, "p1.md": DIALOGUE, "__MACOSX/p1.md": "x"}
    read = read_transcripts(write(tmp_path, {**members, "a.mp3": b"x", ".DS_Store": b"x"}), "a/all.zip")
    assert [document.transcript_id for document in read] == ["a/all.zip/p1.md", "a/all.zip/wave2/p2.txt"]
    assert [document.path for document in read] == ["a/all.zip/p1.md", "a/all.zip/wave2/p2.txt"]
    assert [document.text for document in read] == [DIALOGUE, DIALOGUE]
    assert [(note.key, dict(note.params)) for note in read[0].notes] == [("read.members_left_out", {"files": "a.mp3"})]


def test_russian_names_by_windows_are_read(tmp_path: Path) -> None:
    """Names in the old code page of Windows, which does not say so, are letters again."""
    path = write(tmp_path, {"????????.txt": DIALOGUE})
    path.write_bytes(path.read_bytes().replace(b"????????", "интервью".encode("cp866")))
    assert read_transcript(path, "all.zip").transcript_id == "all.zip/интервью.txt"


def test_nested_archives_and_bad_members_are_all_told(tmp_path: Path) -> None:
    """Every member that cannot be read is named with its path in the archive, all at once."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("p.txt", DIALOGUE)
    path = write(tmp_path, {"b.zip": inner.getvalue(), "c.txt": "", "d.docx": b"x", "e.txt": DIALOGUE})
    assert problems(path) == [
        ("read.nested_zip", "a/all.zip/b.zip"),
        ("read.empty_file", "a/all.zip/c.txt"),
        ("read.unreadable", "a/all.zip/d.docx"),
    ]


def test_too_much_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """An archive that would fill the memory is refused by what its directory says."""
    assert problems(write(tmp_path, {"p.txt": b"\0" * 201_000_000})) == [("read.too_large", "a/all.zip")]


def test_what_has_no_transcript_is_told(tmp_path: Path) -> None:
    """An archive of other files, and a file that is no archive, are errors."""
    assert problems(write(tmp_path, {"a.mp3": b"x"})) == [("read.no_transcripts_in_zip", "a/all.zip")]
    path = tmp_path / "all.zip"
    path.write_bytes(b"PK no archive")
    assert problems(path) == [("read.unreadable", "a/all.zip")]


def test_a_password_is_told(tmp_path: Path) -> None:
    """A member under a password is not tried."""
    path = write(tmp_path, {"p.txt": DIALOGUE})
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    path.write_bytes(bytes(data))
    assert problems(path) == [("read.has_password", "a/all.zip")]


def test_a_damaged_member_is_told(tmp_path: Path) -> None:
    """A member whose bytes do not fit their checksum is an error."""
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("p.txt", DIALOGUE)
    path.write_bytes(path.read_bytes().replace(b"Why?", b"Who?"))
    assert problems(path) == [("read.damaged_member", "a/all.zip/p.txt")]
