"""PDF transcripts: paragraphs, numbers, columns, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cjm_research.errors import CjmError
from cjm_research.readers import read_transcript

if TYPE_CHECKING:
    from pathlib import Path

    from cjm_research.readers import Document

Placed = tuple[float, float, str]  # points from the left and from the top, and words


def write(folder: Path, pages: list[list[Placed]]) -> Path:
    """Write a PDF of A4 pages with words at places, in letters of 10 points."""
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    path = folder / "p.pdf"
    with mpl.rc_context({"pdf.fonttype": 42}), PdfPages(path) as pdf:
        for page in pages:
            figure = Figure(figsize=(595 / 72, 842 / 72))
            for x, y, words in page:
                figure.text(x / 595, 1 - y / 842, words, fontsize=10, parse_math=False)
            pdf.savefig(figure)
    return path


def said(document: Document) -> list[tuple[str, str, str]]:
    """Speaker, role and words of every turn."""
    return [(turn.speaker, turn.role, document.text[turn.start : turn.end]) for turn in document.turns]


def refused(path: Path) -> str:
    """Key of the only problem that reading a file raises."""
    with pytest.raises(CjmError) as error:
        read_transcript(path, "p.pdf")
    [problem] = error.value.problems
    assert problem.where == "p.pdf"
    return problem.key


def test_broken_lines_join_and_margin_numbers_are_no_words(tmp_path: Path) -> None:
    """Lines of a paragraph are joined by a space, over pages too; its number and the page's are left out."""
    first = [
        (30.0, 100.0, "1"),
        (60.0, 100.0, "Катя: Как вы узнали о нас и почему решили"),
        (60.0, 114.0, "попробовать?"),
        (30.0, 128.0, "2"),
        (60.0, 128.0, "Олег: Мне рассказал 2 раза"),
        (540.0, 820.0, "1/2"),
    ]
    second = [
        (60.0, 100.0, "коллега."),
        (30.0, 114.0, "3"),
        (60.0, 114.0, "Катя: И?"),
        (30.0, 128.0, "4"),
        (60.0, 128.0, "Олег: И всё."),
        (540.0, 820.0, "2/2"),
    ]
    document = read_transcript(write(tmp_path, [first, second]), "p.pdf")
    assert said(document) == [
        ("Катя", "interviewer", "Как вы узнали о нас и почему решили попробовать?"),
        ("Олег", "participant", "Мне рассказал 2 раза коллега."),
        ("Катя", "interviewer", "И?"),
        ("Олег", "participant", "И всё."),
    ]
    assert [note.key for note in document.notes] == ["read.interviewer_guessed"]


def test_a_table_of_questions_and_answers_is_a_dialogue(tmp_path: Path) -> None:
    """Two columns, the left one asking: each row is a question and its answer, however many lines they take."""
    page = [
        (50.0, 100.0, "How did you hear"),
        (300.0, 100.0, "From a friend who had"),
        (50.0, 114.0, "about us?"),
        (300.0, 114.0, "used it for a year"),
        (300.0, 128.0, "or so."),
        (50.0, 150.0, "What was hard?"),
        (300.0, 150.0, "Paying. The page"),
        (300.0, 164.0, "hung twice."),
        (50.0, 186.0, "Anything else?"),
        (300.0, 186.0, "No."),
    ]
    document = read_transcript(write(tmp_path, [page]), "p.pdf")
    assert [turn[1:] for turn in said(document)] == [
        ("interviewer", "How did you hear about us?"),
        ("participant", "From a friend who had used it for a year or so."),
        ("interviewer", "What was hard?"),
        ("participant", "Paying. The page hung twice."),
        ("interviewer", "Anything else?"),
        ("participant", "No."),
    ]


def test_columns_of_running_text_are_read_one_after_the_other(tmp_path: Path) -> None:
    """A page in two columns is read down the left one and then down the right one."""
    left = ["Q: Why did you leave", "the old one? A short", "answer will do.", "A: The price was"]
    right = ["too high for what we", "got, and support was", "slow. That is all", "there is to say."]
    page = [(50.0, 100.0 + 14 * n, words) for n, words in enumerate(left)]
    page += [(300.0, 100.0 + 14 * n, words) for n, words in enumerate(right)]
    document = read_transcript(write(tmp_path, [page]), "p.pdf")
    assert [turn[2].split() for turn in said(document)] == [
        "Why did you leave the old one? A short answer will do.".split(),
        "The price was too high for what we got, and support was slow. That is all there is to say.".split(),
    ]


def test_running_heads_and_characters_without_width_go(tmp_path: Path) -> None:
    """What stands at the top of every page is not said; zero-width spaces are taken out of words."""
    pages = [
        [(50.0, 30.0, f"Study X, page {n}"), (50.0, 100.0, f"Q: Why {n}?"), (50.0, 114.0, "A: Be\u200bcause.")]
        for n in (1, 2, 3)
    ]
    document = read_transcript(write(tmp_path, pages), "p.pdf")
    assert document.text == "\n".join(f"Q: Why {n}?\nA: Because." for n in (1, 2, 3))


def test_a_word_broken_at_the_line_end_is_whole_again(tmp_path: Path) -> None:
    """A hyphen at the line end goes, unless the word is written with one elsewhere."""
    lines = ["Q: Is it one-way or two-way and com-", "plete?", "A: It is plain and simple one-", "way, yes."]
    page = [(50.0, 100.0 + 14 * n, words) for n, words in enumerate(lines)]
    document = read_transcript(write(tmp_path, [page]), "p.pdf")
    assert [" ".join(turn[2].split()) for turn in said(document)] == [
        "Is it one-way or two-way and complete?",
        "It is plain and simple one-way, yes.",
    ]


def test_a_scan_is_refused_with_a_remedy(tmp_path: Path) -> None:
    """Pages without a text layer need text recognition; a single one among others is told."""
    assert refused(write(tmp_path, [[], []])) == "read.no_text_layer"
    document = read_transcript(write(tmp_path, [[(50.0, 100.0, "Q: Why?"), (50.0, 114.0, "A: So.")], []]), "p.pdf")
    assert [(note.key, dict(note.params)) for note in document.notes] == [("read.pages_without_text", {"pages": "2"})]


def test_an_export_of_codes_is_no_interview(tmp_path: Path) -> None:
    """What tools export about codings is refused: its quotes would count twice."""
    page = [(50.0, 100.0, "Coded Segments"), (50.0, 120.0, "Q: Why?"), (50.0, 134.0, "A: So.")]
    assert refused(write(tmp_path, [page])) == "read.coded_segments"


@pytest.mark.parametrize("content", [b"%PDF-1.7 broken", b"PK\x03\x04", b"%PDF-1.4\n" + b"\0" * 1000])
def test_what_is_no_pdf_is_told(tmp_path: Path, content: bytes) -> None:
    """A damaged file is an error with the file's name."""
    path = tmp_path / "p.pdf"
    path.write_bytes(content)
    assert refused(path) == "read.unreadable"
