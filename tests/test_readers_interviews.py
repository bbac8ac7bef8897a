"""Several interviews in a file, what stands above them, and speakers written in several ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import docx
import pytest

from cjm_research.readers import read_transcript, read_transcripts

if TYPE_CHECKING:
    from pathlib import Path

    from cjm_research.readers import Document


def read_all(folder: Path, text: str, name: str = "all.txt") -> list[Document]:
    """Write a file and read its interviews."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_transcripts(path, name)


def read(folder: Path, text: str, name: str = "p.txt") -> Document:
    """Write a file and read its only interview."""
    [document] = read_all(folder, text, name)
    return document


def said(document: Document) -> list[tuple[str, str, str]]:
    """Speaker, role and words of every turn."""
    return [(turn.speaker, turn.role, document.text[turn.start : turn.end]) for turn in document.turns]


def notes(document: Document) -> dict[str, dict[str, object]]:
    """Notes by key."""
    return {note.key: dict(note.params) for note in document.notes}


@pytest.mark.parametrize(
    ("headings", "name"),
    [
        (("# Interview 1", "# Interview 2"), "all.md"),
        (("Интервью 1", "Интервью 2."), "all.txt"),
        (("Respondent 1", "Respondent 2"), "all.txt"),
        (("**Интервью №1. Марина, 35 лет**", "**Интервью №2. Пётр**"), "all.txt"),
        (("## P1", "## P2: Ann"), "all.md"),
        (("# Интервью с Мариной", "# Интервью с Петром"), "all.md"),
    ],
)
def test_headings_part_a_file_into_interviews(tmp_path: Path, headings: tuple[str, str], name: str) -> None:
    """Each heading begins a document with its number in the id, a text of its own, and offsets into that."""
    bodies = ["Q: Why 👍🏾?\nA: So.", "Q: When?\nA: Now.\nQ: Where?\nA: Here."]
    text = "Study X, 12.03.2026\n\n" + "\n\n".join(f"{h}\n\n{body}" for h, body in zip(headings, bodies, strict=True))
    first, second = read_all(tmp_path, text, name)
    assert [first.transcript_id, second.transcript_id] == [f"{name}@1", f"{name}@2"]
    assert first.path == second.path == name
    assert [turn[2] for turn in said(first)] == ["Why 👍🏾?", "So."]
    assert [turn[2] for turn in said(second)] == ["When?", "Now.", "Where?", "Here."]
    assert second.text.startswith(headings[1])
    assert first.date == second.date == "2026-03-12"
    assert notes(first)["read.several_interviews"] == {"n": 2, "ids": "@1, @2"}


def test_words_before_the_first_heading_are_an_interview_too(tmp_path: Path) -> None:
    """A dialogue above the first heading is not lost: interviews are then counted from the top."""
    documents = read_all(
        tmp_path, "Q: Why?\nA: So.\n\n# Interview 2\nQ: 2?\nA: Two.\n\n# Interview 3\nQ: 3?\nA: 3.", "a.md"
    )
    assert [(d.transcript_id, said(d)[1][2]) for d in documents] == [
        ("a.md@1", "So."),
        ("a.md@2", "Two."),
        ("a.md@3", "3."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Interviewer  0:01\nWhy?\nRespondent 4  0:02\nSo.\nInterviewer  0:05\nAnd?\nRespondent 4  0:09\nNo.",
        "Участник 1: Да.\nМодератор: Почему?\nУчастник 2: Нет.\nМодератор: Как?\nУчастник 1: Так.\nУчастник 2: Эдак.",
        "# Interview 1\n\nQ: Why?\nA: So.\n\n## Notes\n",
        "# Interview 1\n# Interview 2\n\nQ: Why?\nA: So.",
    ],
)
def test_speakers_and_lone_headings_do_not_part_a_file(tmp_path: Path, text: str) -> None:
    """Speakers with numbers, one heading, and headings without words below make no further interviews."""
    assert [document.transcript_id for document in read_all(tmp_path, text, "p.md")] == ["p.md"]


def test_front_matter_gives_roles_person_day_and_attributes(tmp_path: Path) -> None:
    """What a person states above the transcript is taken as it stands, and is not part of any turn."""
    head = """---
date: 2026-03-12
wave: w2
participant: P07
speakers:
  Speaker 1: participant
  Speaker 2: interviewer
  Вера: наблюдатель
возраст: 31
city: Казань
price attitude: careful
project: not about the person
---
"""
    body = "Speaker 2: Hm.\nSpeaker 1: Why? Why?\nВера: Ой.\nSpeaker 2: Go on.\nSpeaker 1: So?\nВера: Да."
    document = read(tmp_path, head + body)
    assert document.date == "2026-03-12"
    assert document.participant == "P07"
    assert document.attributes == {"wave": "w2", "age": "31", "place": "Казань", "price_attitude": "careful"}
    assert [turn[:2] for turn in said(document)] == [
        ("Speaker 2", "interviewer"),
        ("Speaker 1", "participant"),
        ("Вера", "other"),
        ("Speaker 2", "interviewer"),
        ("Speaker 1", "participant"),
        ("Вера", "other"),
    ]
    assert document.text == head + body
    assert document.notes == ()


def test_broken_front_matter_is_read_by_lines_and_told(tmp_path: Path) -> None:
    """A colon too many is no reason to lose what the lines say."""
    document = read(
        tmp_path, "---\ntopic: Money: how\nage: 40\ninterviewer: Tom\n---\nAnn: Why?\nTom: So.\nAnn: Oh?\nTom: No."
    )
    assert document.attributes["age"] == "40"
    assert said(document)[0][:2] == ("Ann", "participant")
    assert list(notes(document)) == ["read.front_matter_broken"]


@pytest.mark.parametrize(
    ("header", "attributes"),
    [
        ("Казань, ноябрь. Гульнара, 31 год, двое детей", {"age": "31", "place": "Казань", "children": "двое детей"}),
        (
            "Возраст: 45\nГород: Нижний Тагил\nПрофессия: токарь",
            {"age": "45", "place": "Нижний Тагил", "work": "токарь"},
        ),
        ("Leeds, 12 November. Ann, 29, no children", {"age": "29", "place": "Leeds", "children": "no children"}),
        ("Anna is a 52-year-old nurse", {"age": "52"}),
        ("Запись 2026-11-03, файл 14, длительность 45 минут", {}),
    ],
)
def test_a_line_about_the_person_is_proposed(tmp_path: Path, header: str, attributes: dict[str, str]) -> None:
    """Age, place and children above the first turn become attributes, and a note says that they are a guess."""
    document = read(tmp_path, f"{header}\n\nQ: Why?\nA: I am 18 years old.")
    assert document.attributes == attributes
    assert ("read.attributes_proposed" in notes(document)) == bool(attributes)


def test_names_inside_a_line_begin_turns(tmp_path: Path) -> None:
    """A dialogue typed as one paragraph, or two turns run together, is cut before the names."""
    one = read(tmp_path, "Интервьюер: Как дела? Респондент: Говорю: хорошо. Интервьюер: Точно? Респондент: Да.")
    assert said(one) == [
        ("Интервьюер", "interviewer", "Как дела?"),
        ("Респондент", "participant", "Говорю: хорошо."),
        ("Интервьюер", "interviewer", "Точно?"),
        ("Респондент", "participant", "Да."),
    ]
    assert notes(one)["read.names_inside_lines"] == {"labels": "Респондент, Интервьюер"}
    two = read(tmp_path, "Катя: Что?\nОлег: Всё. Катя: И?\nОлег: Ушёл. Итог: ноль.\nКатя: Ясно?\nОлег: Да.")
    assert [turn[::2] for turn in said(two)][1:4] == [("Олег", "Всё."), ("Катя", "И?"), ("Олег", "Ушёл. Итог: ноль.")]


@pytest.mark.parametrize(
    ("labels", "speakers"),
    [
        (("М (модератор)", "Р (респондент)", "М", "Р"), ("М", "Р")),
        (("А (модератор)", "Б (участник)", "А", "Б"), ("А", "Б")),
        (("Интервьюер", "Pеспондент", "Интервьюер", "Респондент"), ("Интервьюер", None)),
        (("М", "P", "M", "Р"), None),
    ],
)
def test_one_speaker_written_in_two_ways_is_one(
    tmp_path: Path, labels: tuple[str, str, str, str], speakers: tuple[str, str | None] | None
) -> None:
    """A role in parentheses is said once; letters that look alike in both scripts are the same speaker."""
    words = ("Как дела", "Хорошо.", "Почему", "Так.")
    document = read(tmp_path, "\n".join(f"{label}: {said}" for label, said in zip(labels, words, strict=True)))
    assert [turn[1:] for turn in said(document)] == list(zip(("interviewer", "participant") * 2, words, strict=True))
    names = [turn[0] for turn in said(document)]
    assert names[0] == names[2]
    assert names[1] == names[3]
    if speakers:
        assert names[0] == speakers[0]


def test_a_misspelt_role_is_the_role_and_numbers_are_not_misspelt(tmp_path: Path) -> None:
    """`Particpant` said once is `Participant`; `Participant 2` said once is another person."""
    text = "Dan: Why?\nParticipant: So.\nDan: And?\nParticpant: Right.\nDan: Oh?\nParticipant: Yes.\nParticipant 2: No."
    assert [turn[0] for turn in said(read(tmp_path, text))][-4:] == [
        "Participant",
        "Dan",
        "Participant",
        "Participant 2",
    ]


def test_a_second_observer_is_other(tmp_path: Path) -> None:
    """Observers and interpreters are neither asked nor evidence, however many."""
    text = "Модератор: Как?\nУчастник: Так.\nНаблюдатель 2: А цена?\nУчастник: Высокая.\nОля (наблюдатель): Ага."
    assert [turn[1] for turn in said(read(tmp_path, text))] == [
        "interviewer",
        "participant",
        "other",
        "participant",
        "other",
    ]


def write_paragraphs(folder: Path, paragraphs: list[str]) -> Path:
    """Write a Word file of plain paragraphs."""
    document = docx.Document()
    for words in paragraphs:
        document.add_paragraph(words)
    path = folder / "p.docx"
    document.save(str(path))
    return path


def test_paragraphs_without_speakers_that_alternate_are_a_marked_guess(tmp_path: Path) -> None:
    """Every other paragraph asks, most with a question mark: roles alternate, and a note says it is a guess."""
    words = ["Как вы узнали?", "От друга.", "Расскажите подробнее", "Ну, он купил.", "А потом?", "Потом я."]
    document = read_transcript(write_paragraphs(tmp_path, words), "p.docx")
    assert [turn[1] for turn in said(document)] == ["interviewer", "participant"] * 3
    assert notes(document)["read.paragraphs_alternate"] == {"asks": 67, "rest": 0}
    assert document.turns[3].question == "Расскажите подробнее"


def test_paragraphs_that_ask_out_of_turn_are_a_marked_guess(tmp_path: Path) -> None:
    """Answers of several paragraphs: those that end with a question mark are the interviewer's, and it is told."""
    words = ["Как вы узнали?", "От друга.", "Он купил.", "Давно.", "А потом?", "Потом я.", "Вот."]
    document = read_transcript(write_paragraphs(tmp_path, words), "p.docx")
    assert [turn[1] for turn in said(document)].count("interviewer") == 2
    assert notes(document)["read.paragraphs_ask"] == {"n": 2}
    silent = read_transcript(write_paragraphs(tmp_path, ["Да.", "Нет.", "Ну.", "Вот."]), "p.docx")
    assert list(notes(silent)) == ["read.no_speakers"]
