"""Licences, readmes and notices beside interviews: left out by their names, and told."""

from __future__ import annotations

from pathlib import Path, PurePath
from zipfile import ZipFile

import pytest

from cjm_research.readers import is_paper, is_transcript, read_transcripts
from cjm_research.study import open_study

TALK = "Q: Why?\nA: So.\nQ: And?\nA: No.\n"


@pytest.mark.parametrize(
    "name",
    [
        "LICENSE",
        "LICENSE.md",
        "licence.txt",
        "LICENSE-MIT.txt",
        "README.ru.md",
        "Read me.txt",
        "NOTICE_2026.txt",
        "COPYING.rtf",
        "CITATION.json",
        "Прочти меня.txt",
        "ЛИЦЕНЗИЯ.docx",
        "docs/changelog.html",
    ],
)
def test_papers_are_known_by_their_names(name: str) -> None:
    """In both languages, with an ending that says language or year; they are no interviews."""
    assert is_paper(PurePath(name))
    assert not is_transcript(Path(name))


@pytest.mark.parametrize(
    "name",
    ["licensed_user_01.txt", "interview_readme.txt", "Author Anna.txt", "notices.txt", "int_01.txt", "авторы.md"],
)
def test_interviews_about_papers_are_interviews(name: str) -> None:
    """A name that only holds such a word, or goes on for long, is an interview's."""
    assert is_transcript(Path(name))


def test_a_study_leaves_papers_out_and_tells(study_folder: Path) -> None:
    """They give no turns whatever their text looks like; one note lists them with their folders."""
    (study_folder / "surveys" / "LICENSE.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (study_folder / "NOTICE.txt").write_text(TALK, encoding="utf-8")
    study = open_study(study_folder)
    assert {document.path for document in study.documents} == {"anna.txt", "boris.txt", "surveys/autumn.csv"}
    assert [note.text("en") for note in study.notes()] == [
        (
            "taken for papers about the study by their names, not for interviews: NOTICE.txt, README.md, "
            "surveys/LICENSE.csv. Rename a file that is an interview"
        )
    ]


def test_an_archive_leaves_papers_out_and_tells(tmp_path: Path) -> None:
    """Members are judged like files."""
    path = tmp_path / "all.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("LICENSE.txt", TALK)
        archive.writestr("p1.txt", TALK)
    [document] = read_transcripts(path, "all.zip")
    assert document.path == "all.zip/p1.txt"
    assert [(note.key, note.params["files"]) for note in document.notes] == [("read.members_left_out", "LICENSE.txt")]
